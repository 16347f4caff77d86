from __future__ import annotations

import gzip
import math
import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from defusedxml.ElementTree import fromstring

from locatiescan.errors import CrsError, SourceError
from locatiescan.model import Source
from locatiescan.sources import gml
from locatiescan.sources.gml_geometry import ARC_TOLERANCE_M, geometry, gml_id, local
from locatiescan.sources.page import Bounds, Promise

X, Y = 120_000.0, 480_000.0
COUNTRY: Bounds = (-150_000.0, 289_000.0, 300_000.0, 900_000.0)
SRS = 'srsName="urn:ogc:def:crs:EPSG::28992"'
NAMESPACE = 'xmlns:gml="http://www.opengis.net/gml/3.2"'


def at(*points: tuple[float, ...], tail: str = "") -> str:
    return " ".join(f"{X + x} {Y + y}{''.join(f' {z}' for z in rest)}" for x, y, *rest in points) + tail


def square(west: float, south: float, side: float) -> str:
    corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    return f"<gml:LinearRing><gml:posList>{at(*corners)}</gml:posList></gml:LinearRing>"


def polygon(outer: str, *holes: str) -> str:
    inside = "".join(f"<gml:interior>{hole}</gml:interior>" for hole in holes)
    return f"<gml:Polygon {SRS}><gml:exterior>{outer}</gml:exterior>{inside}</gml:Polygon>"


def ring(*segments: str) -> str:
    curve = f"<gml:Curve><gml:segments>{''.join(segments)}</gml:segments></gml:Curve>"
    return f"<gml:Ring><gml:curveMember>{curve}</gml:curveMember></gml:Ring>"


def segment(kind: str, *points: tuple[float, float]) -> str:
    return f"<gml:{kind}><gml:posList>{at(*points)}</gml:posList></gml:{kind}>"


def surface(*rings: str) -> str:
    patches = "".join(f"<gml:PolygonPatch><gml:exterior>{r}</gml:exterior></gml:PolygonPatch>" for r in rings)
    return f"<gml:Surface {SRS}><gml:patches>{patches}</gml:patches></gml:Surface>"


def parsed(text: str) -> Element:
    return fromstring(re.sub(r"^<(gml:\w+)", rf"<\1 {NAMESPACE}", text, count=1))


def area(text: str, tolerance: float = 1e-6) -> float:
    shape = geometry(parsed(text), tolerance=tolerance)
    assert shapely.is_valid(shape)
    return float(shapely.area(shape))


HALF = ring(segment("Arc", (10, 0), (0, 10), (-10, 0)), segment("LineStringSegment", (-10, 0), (10, 0)))
CIRCLE = ring(segment("Circle", (10, 0), (0, 10), (-10, 0)))
CENTRE = (
    f'<gml:CircleByCenterPoint><gml:pos>{at((0, 0))}</gml:pos><gml:radius uom="m">10</gml:radius>'
    "</gml:CircleByCenterPoint>"
)
LENS = ring(segment("ArcString", (10, 0), (0, 10), (-10, 0), (0, -10), (10, 0)))
TALL = (
    f'<gml:Polygon srsName="EPSG:7415"><gml:exterior><gml:LinearRing><gml:posList srsDimension="3">'
    f"{at((0, 0, 1), (10, 0, 2), (10, 10, 3), (0, 10, 4), (0, 0, 1))}"
    "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
)
OLD = (
    f'<gml:Polygon srsName="http://www.opengis.net/gml/srs/epsg.xml#28992"><gml:outerBoundaryIs><gml:LinearRing>'
    f"<gml:coordinates>{X},{Y} {X + 10},{Y} {X + 10},{Y + 10} {X},{Y}</gml:coordinates>"
    "</gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>"
)
POSES = "<gml:LinearRing>" + "".join(f"<gml:pos>{at(p)}</gml:pos>" for p in [(0, 0), (4, 0), (0, 3), (0, 0)])
MULTI = (
    f"<gml:MultiSurface {SRS}><gml:surfaceMember>{polygon(square(0, 0, 10))}</gml:surfaceMember>"
    f"<gml:surfaceMember>{polygon(square(20, 0, 5))}</gml:surfaceMember></gml:MultiSurface>"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (polygon(square(0, 0, 10)), 100),
        (polygon(square(0, 0, 10), square(2, 2, 3), square(6, 6, 1)), 90),
        (surface(HALF), 50 * math.pi),
        (surface(CIRCLE), 100 * math.pi),
        (surface(ring(CENTRE)), 100 * math.pi),
        (surface(LENS), 100 * math.pi),
        (polygon(square(-20, -20, 40), CIRCLE), 1600 - 100 * math.pi),
        (surface(square(0, 0, 10), square(10, 0, 10)), 200),
        (MULTI, 125),
        (TALL, 100),
        (OLD, 50),
        (polygon(POSES + "</gml:LinearRing>"), 6),
    ],
)
def test_areas_known_by_hand(text: str, expected: float) -> None:
    assert area(text) == pytest.approx(expected, rel=1e-6)
    assert area(text, ARC_TOLERANCE_M) == pytest.approx(expected, abs=ARC_TOLERANCE_M * 20 * math.pi)


def test_an_arc_keeps_its_points_and_stays_within_tolerance() -> None:
    shape = geometry(parsed(f"<gml:Curve {SRS}><gml:segments>{HALF_ARC}</gml:segments></gml:Curve>"))
    points = shapely.get_coordinates(shape) - (X, Y)
    for stop in [(10, 0), (0, 10), (-10, 0)]:
        assert (points == stop).all(axis=1).any()
    assert np.hypot(*points.T) == pytest.approx(10)
    assert (points[:, 1] >= 0).all()
    middles = np.hypot(*((points[1:] + points[:-1]) / 2).T)
    assert 0 < 10 - middles.min() <= ARC_TOLERANCE_M


HALF_ARC = segment("Arc", (10, 0), (0, 10), (-10, 0))


def test_neighbours_share_an_arc_read_from_either_side() -> None:
    there = geometry(parsed(f"<gml:Curve {SRS}><gml:segments>{HALF_ARC}</gml:segments></gml:Curve>"))
    turned = segment("Arc", (-10, 0), (0, 10), (10, 0))
    back = geometry(parsed(f"<gml:Curve {SRS}><gml:segments>{turned}</gml:segments></gml:Curve>"))
    assert shapely.get_coordinates(there) == pytest.approx(shapely.get_coordinates(back)[::-1], abs=1e-8)


def test_an_arc_of_three_points_on_a_line_is_that_line() -> None:
    text = f"<gml:Curve {SRS}><gml:segments>{segment('Arc', (0, 0), (5, 0), (9, 0))}</gml:segments></gml:Curve>"
    assert shapely.get_coordinates(geometry(parsed(text))).tolist() == [[X, Y], [X + 5, Y], [X + 9, Y]]


def test_a_reversed_curve_is_read_backwards() -> None:
    base = f"<gml:LineString><gml:posList>{at((0, 0), (5, 0))}</gml:posList></gml:LineString>"
    text = f'<gml:OrientableCurve {SRS} orientation="-"><gml:baseCurve>{base}</gml:baseCurve></gml:OrientableCurve>'
    assert shapely.get_coordinates(geometry(parsed(text)))[0].tolist() == [X + 5, Y]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (surface(ring(segment("Bezier", (0, 0), (1, 1)))), "Bezier is geen bekende soort"),
        (surface(ring(segment("Arc", (0, 0), (1, 1)))), "Arc van 2 punten"),
        (
            surface(ring(segment("LineStringSegment", (0, 0), (9, 0)), segment("LineStringSegment", (9, 5), (0, 0)))),
            "5.0",
        ),
        (surface(ring(segment("LineStringSegment", (0, 0), (9, 0), (9, 5)))), "uit elkaar"),
        (surface(ring(segment("Circle", (0, 0), (1, 0), (2, 0)))), "op een lijn"),
        (f"<gml:Solid {SRS}/>", "Solid is geen bekende soort"),
        (f"<gml:Polygon {SRS}/>", "zonder buitenrand"),
        (f"<gml:MultiSurface {SRS}/>", "er is geen geometrie"),
        (f"<gml:MultiSurface {SRS}><gml:surfaceMember/></gml:MultiSurface>", "verwijst naar een geometrie elders"),
        (f"<gml:Point {SRS}><gml:pos>1 2 3</gml:pos></gml:Point>", "geen rij punten"),
        (f"<gml:Point {SRS}><gml:pos>1 nan</gml:pos></gml:Point>", "geen getal"),
    ],
)
def test_what_cannot_be_built_is_told(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        geometry(parsed(text))


@pytest.mark.parametrize(
    "name", ["EPSG:28992", "urn:ogc:def:crs:EPSG::28992", "http://www.opengis.net/def/crs/EPSG/0/28992", "epsg:28992"]
)
def test_every_spelling_of_rd_is_known(name: str) -> None:
    assert area(polygon(square(0, 0, 2)).replace("urn:ogc:def:crs:EPSG::28992", name)) == 4


@pytest.mark.parametrize("name", ["EPSG:4326", "urn:ogc:def:crs:EPSG::4258", "onzin"])
def test_another_system_is_refused(name: str) -> None:
    with pytest.raises(CrsError, match=name):
        geometry(parsed(polygon(square(0, 0, 2)).replace("urn:ogc:def:crs:EPSG::28992", name)))
    with pytest.raises(CrsError, match=name):
        geometry(parsed(polygon(square(0, 0, 2)).replace(SRS, "")), name)


def source(url: Path | str, typename: str) -> Source:
    return Source("dingen", "Dingen", "file", "vlak", "a", "l", "PROD", url=str(url), typename=typename)


def read(url: Path | str, typename: str, bounds: Bounds = COUNTRY) -> tuple[gpd.GeoDataFrame, Promise]:
    promise = Promise()
    pages = list(gml.read(source(url, typename), bounds, promise))
    return (pages[0] if pages else gpd.GeoDataFrame(geometry=[])), promise


def collection(*members: str, srs: str = "") -> str:
    box = f'<gml:boundedBy><gml:Envelope srsName="{srs}"/></gml:boundedBy>' if srs else ""
    held = "".join(f"<member>{member}</member>" for member in members)
    return f'<verzameling {NAMESPACE} xmlns:xlink="http://www.w3.org/1999/xlink">{box}{held}</verzameling>'


def thing(number: int, shape: str, extra: str = "") -> str:
    return (
        f'<Ding gml:id="d{number}"><nr>{number}</nr><groot><Maat><waarde>{number}</waarde></Maat></groot>'
        f"<soort><Code><waarde>s{number}</waarde></Code></soort>{extra}<vlak>{shape}</vlak></Ding>"
    )


def test_objects_are_flattened_and_counted(tmp_path: Path) -> None:
    ended = "<tijdstipEindRegistratie>2020-01-01</tijdstipEindRegistratie>"
    members = [
        thing(1, polygon(square(0, 0, 10)), "<soms>a</soms><soms>b</soms>"),
        thing(2, polygon(square(50, 0, 10)), "<tijdstipEindRegistratie/>"),
        thing(3, polygon(square(0, 0, 10)), ended),
        thing(4, polygon(square(9000, 0, 10))),
        "<Anders/>",
    ]
    with gzip.open(tmp_path / "a.gml.gz", "wt") as file:
        file.write(collection(*members))
    frame, promise = read(tmp_path, "Ding", (X - 100, Y - 100, X + 100, Y + 100))
    assert frame["gml_id"].tolist() == ["d1", "d2"]
    assert frame[["nr", "grootWaarde", "soortWaarde", "soms"]].to_numpy().tolist() == [
        ["1", "1", "s1", "a; b"],
        ["2", "2", "s2", None],
    ]
    assert promise.matched == 2
    assert promise.notes == ["1 van 4 objecten zijn beëindigd en tellen niet mee."]


def test_the_envelope_names_the_system_where_objects_do_not(tmp_path: Path) -> None:
    bare = thing(1, polygon(square(0, 0, 10)).replace(SRS, ""))
    (tmp_path / "a.gml").write_text(collection(bare, srs="EPSG:28992"))
    assert len(read(tmp_path / "a.gml", "Ding")[0]) == 1
    (tmp_path / "a.gml").write_text(collection(bare, srs="EPSG:4326"))
    with pytest.raises(CrsError, match=r"a\.gml: Ding d1: .*EPSG:4326"):
        read(tmp_path / "a.gml", "Ding")
    (tmp_path / "a.gml").write_text(collection(bare.replace("120", "5").replace("480", "52")))
    with pytest.raises(CrsError, match="Rijksdriehoek"):
        read(tmp_path / "a.gml", "Ding")


@pytest.mark.parametrize(
    ("content", "typename", "said"),
    [
        (collection(thing(7, surface(ring(segment("Arc", (0, 0), (1, 1)))))), "Ding", r"a\.gml: Ding d7: .*2 punten"),
        (collection(thing(7, "")), "Ding", "Ding d7: .*er is geen geometrie"),
        (
            collection(thing(7, polygon(square(0, 0, 1)), MULTI.join(["<ook>", "</ook>"]))),
            "Ding",
            "Ding#ook, Ding#vlak",
        ),
        (collection(thing(7, polygon(square(0, 0, 1)))), "Dong", "geen Dong, wel: Ding"),
        (collection(thing(7, polygon(square(0, 0, 1)))), "", "noem in typename"),
        ("geen xml", "Ding", "niet als GML te lezen"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "Ding", "niet als GML te lezen"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_object(tmp_path: Path, content: str, typename: str, said: str) -> None:
    (tmp_path / "a.gml").write_text(content)
    with pytest.raises(SourceError, match=said):
        read(tmp_path / "a.gml", typename)


def test_no_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.gfs").write_text("what GDAL leaves")
    with pytest.raises(SourceError, match="geen GML-bestanden"):
        read(tmp_path / "a*", "Ding")
    with pytest.raises(SourceError, match="geen GML-bestanden"):
        read(tmp_path, "Ding")


PARCELS = [
    "parcels/dkk_v5_otterlo/kadastralekaart_perceel.gml",
    "responses/brk/kadastralekaart_v5_download_perceel.gml",
]


@pytest.mark.parametrize("file", PARCELS)
def test_parcels_of_the_cadastral_download_are_polygons(real_data: Path, file: str) -> None:
    frame, promise = read(real_data / file, "Perceel#begrenzingPerceel")
    assert len(frame) == promise.matched == 11
    assert set(frame.geom_type) == {"Polygon"}
    parcel = frame[frame["identificatie"] == "84920229870000"].iloc[0]
    assert parcel.geometry.area == pytest.approx(221.34, abs=0.005)
    columns = ["AKRKadastraleGemeenteCodeWaarde", "sectie", "perceelnummer", "kadastraleGrootteWaarde"]
    folded = {name.casefold(): name for name in frame.columns}  # as the WFS names them
    assert [parcel[folded[name.casefold()]] for name in columns] == ["OTL02", "B", "2298", "222"]
    with pytest.raises(SourceError, match="Perceel#begrenzingPerceel, Perceel#plaatscoordinaten"):
        read(real_data / file, "Perceel")


def test_a_border_that_ended_is_left_out(real_data: Path) -> None:
    file = real_data / "parcels/dkk_v5_otterlo/kadastralekaart_kadastralegrens.gml"
    text = file.read_text(encoding="utf-8")
    assert (text.count("<oz:KadastraleGrens "), text.count("<h:eindRegistratie>")) == (10, 1)
    frame, promise = read(file, "KadastraleGrens")
    assert len(frame) == promise.matched == 9
    assert set(frame.geom_type) == {"LineString"}


def test_only_present_water(real_data: Path) -> None:
    file = real_data / "responses" / "bgt" / "bgt_waterdeel.gml"
    text = file.read_text(encoding="utf-8")
    things = re.findall(r"<imgeo:Waterdeel .*?</imgeo:Waterdeel>", text, re.DOTALL)
    present = [thing for thing in things if not re.search(r"<(imgeo:eindRegistratie|terminationDate)[ >]", thing)]
    frame, promise = read(file, "Waterdeel")
    assert 0 < len(present) < len(things)
    assert len(frame) == promise.matched == len(present)
    assert promise.notes == [
        f"{len(things) - len(present)} van {len(things)} objecten zijn beëindigd en tellen niet mee."
    ]
    assert set(frame.geom_type) == {"Polygon"}
    assert frame["lokaalID"].is_unique


@pytest.fixture
def fine_arcs() -> Iterator[Callable[[Path, str], gpd.GeoDataFrame]]:
    """GDAL's own reading, with arcs in small steps."""
    before = pyogrio.get_gdal_config_option("OGR_ARC_STEPSIZE")
    pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": "0.1"})

    def layer(file: Path, name: str) -> gpd.GeoDataFrame:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            frame = pyogrio.read_dataframe(file, layer=name)
        assert isinstance(frame, gpd.GeoDataFrame)
        return frame

    yield layer
    pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": before})


@pytest.mark.parametrize("number", range(7))
def test_shapes_of_real_plans_are_those_of_gdal(
    real_data: Path, tmp_path: Path, fine_arcs: Callable[[Path, str], gpd.GeoDataFrame], number: int
) -> None:
    original = sorted((real_data / "zoning").glob("*.gml"))[number]
    file = Path(shutil.copy(original, tmp_path))  # GDAL leaves a .gfs beside what it reads
    root = fromstring(file.read_text(encoding="utf-8"))
    objects = {gml_id(child): child for member in root for child in member if child.find("{*}geometrie") is not None}
    seen = 0
    for kind in sorted({local(element) for element in objects.values()}):
        theirs = fine_arcs(file, kind)
        seen += len(theirs)
        for key, shape in zip(theirs["gml_id"], theirs.geometry, strict=True):
            element = objects[key].find("{*}geometrie/*")
            assert element is not None
            fine, usual = geometry(element, tolerance=1e-5), geometry(element)
            assert shapely.area(fine) == pytest.approx(shape.area, rel=1e-4)
            assert shapely.length(fine) == pytest.approx(shape.length, rel=1e-4)
            assert abs(shapely.area(usual) - shape.area) <= ARC_TOLERANCE_M * shape.length
            assert shapely.is_valid(usual)
    assert seen == len(objects)
