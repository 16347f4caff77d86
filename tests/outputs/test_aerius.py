"""IMAER files: what stands in them, that the schema takes them, and that it takes nothing broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from lxml import etree

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.nitrogen import load_nitrogen
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.crs import RD
from locatiescan.demo import make_demo
from locatiescan.demo.parcels import NAME as DEMO_NAME
from locatiescan.outputs.aerius import Export, aerius_export, drive, road_lines, unverified
from locatiescan.outputs.imaer import GML, IMAER, polygons
from small_world import X, Y, box, frames, scanned
from support.real import REAL

AERIUS = load_nitrogen(packaged_file("rules/stikstof.yaml")).aerius
SCHEMA = REAL / "imaer-xsd" / "IMAER_6.0_offline.xsd"
NAMES = {"i": IMAER, "g": GML}
needs_schema = pytest.mark.skipif(
    not SCHEMA.is_file(), reason=f"schema is absent: {SCHEMA} (set LOCATIESCAN_REAL_DATA)"
)
HOSTILE = "<img src=x onerror=alert(1)>&\x00\x1b[31m\ud800\ufffe]]>"


def parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA, parser()))


def read(content: bytes) -> etree._Element:
    return etree.fromstring(content, parser())


def place(shape: shapely.Geometry, homes: int = 48, name: str = "L-a") -> pd.Series:
    return pd.Series({"locatie_id": name, "woningen": homes, "geometry": shape})


def layout(*shapes: shapely.Geometry, name: str = "L-a", kind: str = "parkeren") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"locatie_id": name, "soort": kind}, index=range(len(shapes)), geometry=list(shapes), crs=RD
    )


def export(shape: shapely.Geometry, homes: int = 48, drawn: gpd.GeoDataFrame | None = None, **more: object) -> Export:
    roads = road_lines(frames()["wegen"])
    given = {"layout": drawn, "roads": roads, "aerius": AERIUS, "year": 2027, "place": "Kleinwereld (GM0001)"} | more
    return aerius_export(place(shape, homes), **given)  # type: ignore[arg-type]


def texts(content: bytes, path: str) -> list[str]:
    return [str(found.text) for found in read(content).iterfind(f".//{path}", NAMES)]


def numbers(content: bytes, path: str) -> list[float]:
    return [float(text) for text in texts(content, path)]


def both(made: Export) -> Iterator[bytes]:
    yield from (made.aanleg, made.gebruik)


SQUARE = box(0, 0, 100, 100)
RING = shapely.difference(SQUARE, box(40, 40, 60, 60))
TWO = shapely.union_all([box(0, 0, 30, 100), box(60, 0, 70, 100)])


def test_the_building_phase_by_hand() -> None:
    """48 homes: an excavator of 100 kW, 5 hours each, burns 0.095 x 100 + 0.54 = 10.04 litres an hour."""
    made = export(SQUARE).aanleg
    sources = [etree.QName(found[0]).localname for found in read(made).iterfind("i:featureMember", NAMES)]
    assert sources == ["OffRoadMobileSourceEmissionSource", "SRM2Road", "ColdStartEmissionSource"]
    assert [source[0].get("sectorId") for source in read(made).iterfind("i:featureMember", NAMES)] == [
        "3220", "3100", "3160",
    ]  # fmt: skip
    assert numbers(made, "i:operatingHoursPerYear") == [240, 192, 240]
    assert numbers(made, "i:literFuelPerYear") == [2410, 4664, 1954], "2409.6 4663.7 1953.6, rounded up"
    assert numbers(made, "i:literAdBluePerYear") == [96, 186, 78], "96.4 186.5 78.1: what cleans is rounded down"
    assert numbers(made, "i:vehiclesPerTimeUnit") == [48 * 30, 48 * 40, 48 * 15, 48 * 20]
    assert set(texts(made, "i:timeUnit")) == {"YEAR"}
    assert texts(made, "i:year") == ["2027"]


def test_living_there_is_traffic_and_cold_starts_only() -> None:
    made = export(SQUARE, drawn=layout(box(0, 0, 20, 5), box(20, 0, 40, 5)))
    assert [etree.QName(found[0]).localname for found in read(made.gebruik).iterfind("i:featureMember", NAMES)] == [
        "SRM2Road", "ColdStartEmissionSource",
    ]  # fmt: skip
    assert numbers(made.gebruik, "i:vehiclesPerTimeUnit") == [240, 120]
    assert set(texts(made.gebruik, "i:timeUnit")) == {"DAY"}
    assert "Gasloze woningen stoten zelf geen NOx uit" in texts(made.gebruik, "i:description")[0]
    parked = shapely.Polygon(np.reshape(texts(made.gebruik, "g:posList")[1].split(), (-1, 2)).astype(float))
    assert parked.equals(box(0, 0, 40, 5)), "bays that touch are one field"


def test_each_phase_is_a_proposed_situation_that_claims_no_deposition() -> None:
    made = export(SQUARE)
    for phase, content in (("Aanleg", made.aanleg), ("Gebruik", made.gebruik)):
        assert texts(content, "i:situationType") == ["PROPOSED"]
        assert texts(content, "i:SituationMetadata/i:name") == [f"{phase} L-a, 48 woningen"]
        said = texts(content, "i:ProjectMetadata/i:description")[0]
        assert said.startswith("Kleinwereld (GM0001). Invoer uit een eerste zeef van locatiescan voor 48 woningen")
        assert "AERIUS rekent" in said
        assert "[U] zijn niet geverifieerd en moeten worden nagekeken" in said
        assert not texts(content, "i:Emission")
    assert "48 tot 144 kg NOx [U]" in texts(made.aanleg, "i:ProjectMetadata/i:description")[0]
    assert [text.endswith("[U]") for text in texts(made.aanleg, "i:label")] == [False, True, True]
    assert all(text.endswith("[U]") for text in texts(made.aanleg, "i:StandardOffRoadMobileSource/i:description"))


def test_a_figure_that_was_checked_has_no_mark() -> None:
    sure = replace(AERIUS, werktuigen=tuple(replace(one, ongeverifieerd=False) for one in AERIUS.werktuigen))
    assert "graafmachine" in unverified(AERIUS)
    assert "graafmachine" not in unverified(sure)
    said = texts(export(SQUARE, aerius=sure).aanleg, "i:StandardOffRoadMobileSource/i:description")
    assert said[0] == "Graafmachine, 100 kW, 5 uur per woning"


def test_the_same_gives_the_same_bytes() -> None:
    drawn = layout(box(0, 0, 20, 5), box(50, 0, 60, 5))
    assert list(both(export(TWO, drawn=drawn))) == list(both(export(TWO, drawn=drawn)))


def test_parts_are_sources_of_their_own_and_add_up() -> None:
    made = export(TWO)
    labels = texts(made.aanleg, "i:label")
    assert labels[:2] == ["Bouwterrein (1 van 2)", "Bouwterrein (2 van 2)"]
    assert sorted(numbers(made.aanleg, "i:operatingHoursPerYear")) == [48, 60, 60, 144, 180, 180], "3 to 1 by area"
    assert sum(numbers(made.gebruik, "i:vehiclesPerTimeUnit")[1:]) == pytest.approx(120)
    assert not read(made.aanleg).findall(".//g:MultiSurface", NAMES)


def test_identifiers_are_unique_and_match() -> None:
    found = read(export(TWO).aanleg)
    ids = found.xpath("//@g:id", namespaces=NAMES)
    assert len(ids) == len(set(ids))
    assert texts(export(TWO).aanleg, "i:localId") == found.xpath("i:featureMember/*/@g:id", namespaces=NAMES)


def test_holes_are_kept_and_rings_run_the_right_way() -> None:
    for shape in (RING, shapely.orient_polygons(RING, exterior_cw=True), shapely.force_3d(RING, 4.0)):
        polygon = read(export(shape).aanleg).find(".//g:Polygon", NAMES)
        assert polygon is not None
        assert polygon.get("srsName") == "urn:ogc:def:crs:EPSG::28992"
        rings = [
            shapely.LinearRing(np.reshape(found.text.split(), (-1, 2)).astype(float))
            for found in polygon.iterfind(".//g:posList", NAMES)
        ]
        assert [ring.is_ccw for ring in rings] == [True, False]
        assert shapely.Polygon(rings[0], [rings[1]]).equals(RING)


def test_slivers_and_nothing_are_no_sources() -> None:
    sliver = shapely.box(X, Y, X + 100, Y + 0.0004)
    parts = polygons(shapely.MultiPolygon([box(0, 10, 10, 20), sliver]))
    assert [part.area for part in parts] == [100]
    assert polygons(None) == polygons(shapely.Polygon()) == []
    crossing = shapely.Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    assert [part.area for part in polygons(crossing)] == [25, 25]
    assert all(f"{value:.3f}" == f"{value:.9f}"[:-6] for value in shapely.get_coordinates(parts[0]).ravel())


def test_the_drive_leaves_the_ground_for_the_nearest_vertex_and_goes_on() -> None:
    way = shapely.LineString([(X - 500, Y - 30), (X + 20, Y - 30), (X + 90, Y - 30), (X + 900, Y - 30)])
    other = shapely.LineString([(X, Y + 400), (X + 100, Y + 400)])
    roads = road_lines(gpd.GeoDataFrame(geometry=[None, other, shapely.MultiLineString([way]), shapely.LineString()]))
    assert roads is not None
    found = drive(SQUARE, roads)
    assert found is not None
    assert list(found.coords) == [(X + 20, Y), (X + 20, Y - 30), (X + 90, Y - 30), (X + 900, Y - 30)]
    across = road_lines(gpd.GeoDataFrame(geometry=[shapely.LineString([(X + 50, Y + 50), (X + 50, Y + 300)])]))
    assert across is not None
    inside = drive(SQUARE, across)
    assert inside is not None
    assert list(inside.coords) == [(X + 50, Y + 50), (X + 50, Y + 300)], "no point twice where the road lies inside"


def test_without_roads_or_parking_it_says_so() -> None:
    unknown = export(SQUARE, roads=None)
    assert not read(unknown.aanleg).findall(".//i:SRM2Road", NAMES)
    assert "Geen weg bekend" in unknown.notes[0]
    for content in both(unknown):
        assert "Geen weg bekend: verkeer op de weg ontbreekt" in texts(content, "i:ProjectMetadata/i:description")[0]
    assert "Geen parkeerplaatsen getekend" in texts(unknown.gebruik, "i:ProjectMetadata/i:description")[0]
    for empty in (None, frames()["wegen"].iloc[:0], gpd.GeoDataFrame(geometry=[None], crs=RD)):
        assert road_lines(empty) is None
    others = export(
        SQUARE, drawn=pd.concat([layout(box(0, 0, 9, 9), name="L-b"), layout(box(0, 0, 9, 9), kind="blok")])
    )
    assert "Geen parkeerplaatsen getekend" in others.notes[1]


def test_hostile_names_stay_text() -> None:
    site = place(SQUARE, name=HOSTILE)
    machine = replace(AERIUS.werktuigen[0], titel=HOSTILE, soort=HOSTILE)
    figures = replace(AERIUS, werktuigen=(machine,))
    made = aerius_export(site, None, None, figures, 2027, HOSTILE)
    plain = "<img src=x onerror=alert(1)>&  [31m  ]]>"
    for content in both(made):
        assert b"<img" not in content
        assert texts(content, "i:ProjectMetadata/i:name") == [f"{plain}, 48 woningen"]
    assert read(made.aanleg).find(".//i:StandardOffRoadMobileSource", NAMES).get("offRoadMobileSourceType") == plain  # type: ignore[union-attr]
    if SCHEMA.is_file():
        assert schema().validate(read(made.aanleg)), schema().error_log


@needs_schema
@pytest.mark.parametrize("shape", [SQUARE, RING, TWO, shapely.box(X, Y, X + 0.3, Y + 200)])
def test_the_schema_takes_what_we_write(shape: shapely.Geometry) -> None:
    for made in (export(shape), export(shape, roads=None), export(shape, drawn=layout(box(0, 0, 20, 5)))):
        for content in both(made):
            schema().assertValid(read(content))


@needs_schema
def test_the_schema_takes_every_candidate_of_the_demo(tmp_path: Path) -> None:
    """With and without a field of bays, which is drawn on each second one."""
    make_demo(tmp_path, 500, 1)
    sources = load_sources(tmp_path / "bronnen.yaml")
    rules = replace(load_rules(packaged_file("rules/flexwonen.yaml"), MEASURES, sources), antwoord=None)
    result = scanned(DEMO_NAME, rules, sources)
    roads = road_lines(result.layers["wegen"].features)
    sites = result.sites.assign(woningen=1 + np.arange(len(result.sites)) % 150)
    drawn = gpd.GeoDataFrame(
        {"locatie_id": sites["locatie_id"], "soort": "parkeren"}, geometry=sites.representative_point().buffer(2)
    ).iloc[::2]
    for _, site in sites.iterrows():
        made = aerius_export(site, drawn, roads, AERIUS, 2027, "Demowaard")
        assert made.notes[0].startswith("De rijlijn volgt")
        for content in both(made):
            schema().assertValid(read(content))
    assert len(sites) > 40


def drop(path: str) -> Callable[[etree._Element], None]:
    def broken(root: etree._Element) -> None:
        found = root.find(f".//{path}", NAMES)
        assert found is not None
        found.getparent().remove(found)  # type: ignore[union-attr]

    return broken


def no_sector(root: etree._Element) -> None:
    del root.find(".//i:SRM2Road", NAMES).attrib["sectorId"]  # type: ignore[union-attr]


def no_situation(root: etree._Element) -> None:
    root.find(".//i:situationType", NAMES).text = "VOORNEMEN"  # type: ignore[union-attr]


@needs_schema
@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (drop("i:stagnationFactor"), "StandardVehicle"),
        (no_situation, "situationType"),
        (no_sector, "sectorId"),
        (drop("i:identifier"), "label"),
        (drop("i:vehicleBasedCharacteristics"), "vehicles"),
    ],
)
def test_the_schema_refuses_what_is_broken(spoil: Callable[[etree._Element], None], named: str) -> None:
    root = read(export(SQUARE).aanleg)
    schema().assertValid(root)
    spoil(root)
    assert not schema().validate(root)
    assert named in str(schema().error_log)
