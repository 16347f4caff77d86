from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from locatiescan.config.packaged import packaged_file
from locatiescan.config.sources import load_sources
from locatiescan.crs import RD
from locatiescan.errors import CrsError, IncompleteError, SourceError
from locatiescan.model import Source
from locatiescan.sources import plans
from locatiescan.sources.imro import sizes
from locatiescan.sources.page import Bounds, Promise, find_column, unique
from small_world import X, Y, box

COUNTRY: Bounds = (-150_000.0, 289_000.0, 300_000.0, 900_000.0)
VERSIONS = {
    2006: ("http://www.ravi.nl/imro2006", "http://www.opengis.net/gml"),
    2008: ("http://www.geonovum.nl/imro/2008/1", "http://www.opengis.net/gml"),
    2012: ("http://www.geonovum.nl/imro/2012/1.1", "http://www.opengis.net/gml/3.2"),
}


def source(url: Path | str, typename: str) -> Source:
    key = "plangebied+identificatie"
    return Source("plan", "Plan", "plannen", "vlak", "a", "l", "PROD", url=str(url), typename=typename, key=key)


def read(url: Path | str, typename: str, bounds: Bounds = COUNTRY) -> tuple[gpd.GeoDataFrame, Promise]:
    promise, asked = Promise(), source(url, typename)
    return unique(plans.read(asked, bounds, promise), asked, promise, lambda received, promised: None), promise


def square(west: float, south: float, side: float) -> str:
    corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    points = " ".join(f"{X + x} {Y + y}" for x, y in corners)
    return (
        '<gml:Surface srsName="urn:ogc:def:crs:EPSG::28992"><gml:patches><gml:PolygonPatch><gml:exterior>'
        f"<gml:LinearRing><gml:posList>{points}</gml:posList></gml:LinearRing>"
        "</gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface>"
    )


def plan_area(
    plan: str = "NL.IMRO.0001.plan-0001", kind: str = "Bestemmingsplangebied", typ: str = "bestemmingsplan"
) -> str:
    namespace, _, rest = plan.partition(".IMRO.")
    lokaal, _, versie = rest.rpartition("-")
    return (
        f'<imro:{kind} gml:id="{plan}"><imro:identificatie><imro:NEN3610ID><imro:namespace>{namespace}.IMRO'
        f"</imro:namespace><imro:lokaalID>{lokaal}</imro:lokaalID><imro:versie>{versie}</imro:versie></imro:NEN3610ID>"
        f"</imro:identificatie><imro:typePlan>{typ}</imro:typePlan>"
        "<imro:planstatusInfo><imro:PlanstatusEnDatum><imro:planstatus>ontwerp</imro:planstatus>"
        "<imro:datum>2019-01-01</imro:datum></imro:PlanstatusEnDatum></imro:planstatusInfo>"
        "<imro:planstatusInfo><imro:PlanstatusEnDatum><imro:planstatus>vastgesteld</imro:planstatus>"
        "<imro:datum>2020-02-03</imro:datum></imro:PlanstatusEnDatum></imro:planstatusInfo>"
        f"<imro:geometrie>{square(0, 0, 100)}</imro:geometrie></imro:{kind}>"
    )


def thing(number: int, kind: str, inside: str, shape: str, plan: str = "NL.IMRO.0001.plan-0001") -> str:
    return (
        f'<imro:{kind} gml:id="id{number}"><imro:identificatie>NL.IMRO.{number}</imro:identificatie>'
        f'<imro:plangebied xlink:href="#{plan}"/>{inside}<imro:geometrie>{shape}</imro:geometrie></imro:{kind}>'
    )


def written(path: Path, *members: str, version: int = 2012, envelope: str = "") -> Path:
    imro, gml = VERSIONS[version]
    held = "".join(f"<imro:featureMember>{member}</imro:featureMember>" for member in members)
    around = f'<gml:boundedBy><gml:Envelope srsName="{envelope}"/></gml:boundedBy>' if envelope else ""
    path.write_text(
        f'<imro:FeatureCollectionIMRO xmlns:imro="{imro}" xmlns:gml="{gml}" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"{around}{held}</imro:FeatureCollectionIMRO>",
        encoding="utf-8",
    )
    return path


WONEN = "<imro:naam>Wonen - 1</imro:naam><imro:bestemmingshoofdgroep>wonen</imro:bestemmingshoofdgroep>"


def enkel(number: int, west: float = 0, plan: str = "NL.IMRO.0001.plan-0001") -> str:
    return thing(number, "Enkelbestemming", WONEN, square(west, 0, 10), plan)


def counted(file: Path) -> Counter[str]:
    """Objects by kind, from the text of a file alone."""
    text = re.sub(r"<!--.*?-->", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    return Counter(re.findall(r"<\w+:featureMember>\s*<\w+:(\w+)", text))


@pytest.mark.parametrize("number", range(7))
def test_every_object_of_every_real_plan_is_read(real_data: Path, number: int) -> None:
    file = sorted((real_data / "zoning").glob("*.gml"))[number]
    kinds = counted(file)
    assert kinds.pop("MetadataIMRObestand") == 1
    for kind, count in kinds.items():
        frame, promise = read(file, kind)
        assert len(frame) == promise.matched == count
        assert promise.notes == []
        assert frame.geometry.is_valid.all()
        assert set(shapely.get_dimensions(frame.geometry)) == {1 if kind == "Figuur" else 2}
        assert frame["plangebied"].nunique() == 1
        assert frame[["planstatus", "datum", "typePlan", "identificatie", "naam"]].notna().all(axis=None)
        assert set(frame["versieIMRO"]) == {"IMRO2012"}
    for absent in set(plans.KINDS) - set(kinds):
        assert read(file, absent)[1].matched == 0


def test_a_folder_of_plans_fits_the_catalogue(real_data: Path) -> None:
    files = list((real_data / "zoning").glob("*.gml"))
    catalogue = load_sources(packaged_file("data/sources.yaml"))
    names = ("enkelbestemming", "maatvoering", "bouwvlak", "dubbelbestemming", "gebiedsaanduiding", "functieaanduiding")
    for name, kind in ((name, name.capitalize()) for name in names):
        frame, promise = read(real_data / "zoning", kind)
        assert len(frame) == promise.matched == sum(counted(file)[kind] for file in files)
        entry = replace(catalogue[name], protocol="plannen", typename=kind)
        assert entry.key == "plangebied+identificatie"
        for column in entry.columns.values():
            find_column(frame, column, entry)


def test_the_real_plans_say_what_they_are(real_data: Path) -> None:
    frame, _ = read(real_data / "zoning" / "NL.IMRO.0664*", "Enkelbestemming")
    office = frame[frame["identificatie"] == "NL.IMRO.0664.EP2261149148-00"].iloc[0]
    columns = ["naam", "bestemmingshoofdgroep", "artikelnummer", "plangebied", "typePlan", "planstatus", "datum"]
    assert office[columns].tolist() == [
        *("Kantoor", "kantoor", "6", "NL.IMRO.0664.BPBS02-VG99"),
        *("bestemmingsplan", "vastgesteld", "2014-02-13"),
    ]
    nijkerk, _ = read(real_data / "zoning" / "NL.IMRO.0267*", "Enkelbestemming")
    assert shapely.area(shapely.union_all(nijkerk.geometry)) == pytest.approx(506_000, rel=0.01)
    zone, _ = read(real_data / "zoning" / "TESTPLAN*", "gebiedsaanduiding")
    assert set(zone["gebiedsaanduidinggroep"]) == {"vrijwaringszone", "wetgevingzone"}


def test_heights_of_real_plans(real_data: Path) -> None:
    frame, _ = read(real_data / "zoning" / "NL.IMRO.0267*", "Maatvoering")
    text = next((real_data / "zoning").glob("NL.IMRO.0267*")).read_text(encoding="utf-8")
    objects = re.findall(r"<imro:Maatvoering .*?</imro:Maatvoering>", text, re.DOTALL)
    kind = r"<imro:waarde>([\d,]+)</imro:waarde>\s*<imro:waardeType>maximum bouwhoogte \(m\)<"
    stated = [[float(value.replace(",", ".")) for value in re.findall(kind, text)] for text in objects]
    assert Counter(map(len, stated))[2] == 2  # the strictest of the two counts
    heights = sizes(frame["maatvoering"])["max_bouwhoogte_m"].dropna()
    assert sorted(heights) == sorted(min(values) for values in stated if values)
    doornboom, _ = read(real_data / "zoning" / "NL.IMRO.0798*", "Maatvoering")
    both = '"maximum goothoogte (m)"="6", "maximum bouwhoogte (m)"="9"'
    assert (doornboom["maatvoering"] == both).sum() == 7


@pytest.mark.parametrize(
    ("file", "kind", "found"),
    [
        ("maatvoering2006.xml", "Maatvoering", ("NL.IMRO.06540000BS4376-", "MP2076", 8.5, 4.5, None)),
        ("maatvoering2008.xml", "Maatvoering", ("NL.IMRO.1680.1800030105-0000", "NL.IMRO.281", None, None, None)),
        ("maatvoering201210.xml", "Maatvoering", ("NL.IMRO.0999.BP2012000001-0005", "NL.IMRO.368", 12, 6, None)),
        (
            "maatvoering.xml",
            "Maatvoering",
            ("NL.IMRO.0664.BPBS03-ON99", "NL.IMRO.0664.MP18312983563-00", None, None, 8),
        ),
    ],
)
def test_sizes_in_every_version(real_data: Path, file: str, kind: str, found: tuple[object, ...]) -> None:
    frame, promise = read(real_data / "responses" / "imro" / file, kind)
    row = frame.iloc[0]
    size = sizes(frame["maatvoering"]).iloc[0]
    told = [None if value != value else value for value in size]  # NaN
    assert (row["plangebied"], row["identificatie"], *told) == found
    assert promise.notes == [f"{file}: van 1 objecten staat het plan er niet bij; status en datum onbekend."]


def test_every_snippet_is_read(real_data: Path) -> None:
    files = sorted((real_data / "responses" / "imro").glob("*.xml"))
    kinds = [re.search(r"<imro:(\w+)", file.read_text(encoding="utf-8")) for file in files]
    read_in = [read(file, kind[1])[0] for file, kind in zip(files, kinds, strict=True) if kind]
    assert [len(frame) for frame in read_in] == [1] * len(files)
    old = read_in[files.index(real_data / "responses" / "imro" / "enkelbestemming2006.xml")].iloc[0]
    assert old[["bestemmingshoofdgroep", "versieIMRO"]].tolist() == ["maatschappelijk", "IMRO2006"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_plan_is_flattened(tmp_path: Path, version: int) -> None:
    size = "<imro:W><imro:waarde>{}</imro:waarde><imro:waardeType>maximum {} (m)</imro:waardeType></imro:W>"
    held = "".join(size.format(*pair) for pair in [("9", "bouwhoogte"), ("6", "goothoogte")])
    inside = f'<imro:maatvoering>{held}</imro:maatvoering><imro:aanduiding xlink:href="#id5"/>'
    size_object = thing(2, "Maatvoering", inside, square(0, 0, 10))
    file = written(tmp_path / "a.gml", plan_area(), enkel(1), size_object, version=version)
    (tmp_path / "b.gml.gz").write_bytes(gzip.compress(file.read_bytes()))
    file.unlink()
    frame, promise = read(tmp_path, "maatvoering")
    assert promise.matched == 1
    expected = {
        "identificatie": "NL.IMRO.2",
        "plangebied": "NL.IMRO.0001.plan-0001",
        "typePlan": "bestemmingsplan",
        "planstatus": "vastgesteld",
        "datum": "2020-02-03",
        "historisch": None,
        "versieIMRO": f"IMRO{version}",
        "maatvoering": '"maximum bouwhoogte (m)"="9", "maximum goothoogte (m)"="6"',
        "aanduiding": "id5",
    }
    assert frame.iloc[0][list(expected)].to_dict() == expected
    area, _ = read(tmp_path, "Bestemmingsplangebied")
    assert area[["identificatie", "plangebied"]].iloc[0].tolist() == ["NL.IMRO.0001.plan-0001"] * 2


def test_only_what_touches_the_box_counts(tmp_path: Path) -> None:
    written(tmp_path / "a.gml", plan_area(), enkel(1), enkel(2, 50), enkel(3, 5000))
    frame, promise = read(tmp_path, "Enkelbestemming", (X - 5, Y - 5, X + 55, Y + 55))
    assert (len(frame), promise.matched) == (2, 2)


def test_a_beheersverordening_is_ground_with_an_unknown_bestemming(tmp_path: Path) -> None:
    plan = "NL.IMRO.0001.bv-0001"
    surface = thing(1, "Besluitvlak_X", "", square(0, 0, 10), plan).replace("plangebied", "besluitgebied")
    written(tmp_path / "a.gml", plan_area(plan, "Besluitgebied_X", "beheersverordening"), surface)
    other = "NL.IMRO.0001.vergunning-0001"
    written(tmp_path / "b.gml", plan_area(other, "Besluitgebied_X", "omgevingsvergunning"))
    frame, promise = read(tmp_path, "Enkelbestemming")
    assert promise.matched == 1
    assert frame["plangebied"].tolist() == [plan]
    assert frame["bestemmingshoofdgroep"].isna().all()
    assert frame.geometry.area.tolist() == [10_000]
    assert read(tmp_path, "Besluitvlak_X")[0]["plangebied"].tolist() == [plan]


ARC = square(0, 0, 10).replace("LinearRing", "Ring").replace("posList", "pos")
TWICE = [plan_area(), f"<imro:Enkelbestemming>{enkel(1)}</imro:Enkelbestemming>"]


@pytest.mark.parametrize(
    ("members", "typename", "said"),
    [
        ([plan_area(), thing(7, "Bouwvlak", "", ARC)], "Bouwvlak", r"a\.gml: Bouwvlak id7: .*lijn zonder stukken"),
        ([plan_area(), thing(7, "Bouwvlak", "", "")], "Bouwvlak", "Bouwvlak id7: .*er is geen geometrie"),
        ([plan_area(), enkel(1)], "Enkelbestemmingen", "geen Enkelbestemmingen gevonden; bekend zijn"),
        ([plan_area(), enkel(1)], "", "noem in typename"),
        (TWICE, "Enkelbestemming", "heeft 2 x Enkelbestemming, waarvan 1 als los object"),
    ],
)
def test_no_object_is_lost_unseen(tmp_path: Path, members: list[str], typename: str, said: str) -> None:
    written(tmp_path / "a.gml", *members)
    with pytest.raises(SourceError, match=said):
        read(tmp_path, typename)


def test_an_object_twice_in_a_plan_is_told(tmp_path: Path) -> None:
    written(tmp_path / "a.gml", plan_area(), enkel(1), enkel(1, 50))
    with pytest.raises(IncompleteError, match="zegt 2 objecten te hebben"):
        read(tmp_path, "Enkelbestemming")


def test_a_plan_twice_and_other_files_are_refused(tmp_path: Path) -> None:
    first = written(tmp_path / "a.gml", plan_area(), enkel(1))
    (tmp_path / "b.gml").write_bytes(first.read_bytes())
    with pytest.raises(SourceError, match=r"plan-0001 staat in .*a\.gml en in .*b\.gml"):
        read(tmp_path, "Enkelbestemming")
    (tmp_path / "b.gml").write_text("<a/>")
    with pytest.raises(SourceError, match=r"b\.gml is geen plan in IMRO"):
        read(tmp_path, "Enkelbestemming")
    (tmp_path / "b.gml").unlink()
    (tmp_path / "b.gml.gz").write_bytes(b"geen gzip")
    with pytest.raises(SourceError, match=r"b\.gml\.gz is niet te lezen"):
        read(tmp_path, "Enkelbestemming")


def test_the_system_comes_from_the_envelope_or_must_fit(tmp_path: Path) -> None:
    bare = enkel(1).replace(' srsName="urn:ogc:def:crs:EPSG::28992"', "")
    written(tmp_path / "a.gml", plan_area(), bare, envelope="EPSG:28992")
    assert len(read(tmp_path, "Enkelbestemming")[0]) == 1
    written(tmp_path / "a.gml", plan_area(), bare)
    assert len(read(tmp_path, "Enkelbestemming")[0]) == 1
    written(tmp_path / "a.gml", plan_area(), bare, envelope="EPSG:4258")
    with pytest.raises(CrsError, match=r"id1: .*EPSG:4258"):
        read(tmp_path, "Enkelbestemming")
    written(tmp_path / "a.gml", plan_area(), re.sub(r"(\d+\.\d+) (\d+\.\d+)", r"\2 \1", bare))
    with pytest.raises(CrsError, match="verwisseld"):
        read(tmp_path, "Enkelbestemming")


def ours(*rows: tuple[str, str | None, str | None, shapely.Polygon], historisch: object = None) -> gpd.GeoDataFrame:
    names, status, dates, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"plan_id": names, "plan_status": status, "plan_datum": dates, "historisch": historisch},
        geometry=list(shapes),
        crs=RD,
    ).astype({"historisch": object})


OLD = ("oud", "vastgesteld", "2010-05-01", box(0, 0, 10, 10))


def areas(frame: gpd.GeoDataFrame) -> dict[str, float]:
    return dict(zip(frame["plan_id"], frame.geometry.area, strict=True))


def test_the_newer_plan_wins_by_ground() -> None:
    found = plans.current(ours(OLD, ("nieuw", "vastgesteld", "2020/01/01", box(5, 0, 20, 10))))
    assert areas(found) == {"oud": 50, "nieuw": 150}
    assert shapely.area(shapely.union_all(found.geometry)) == 200


def test_three_plans_and_what_lies_apart() -> None:
    middle = ("midden", "geconsolideerd", "2015-01-01T00:00:00", box(2, 0, 10, 10))
    newest = ("nieuw", "vastgesteld", "2020-01-01", box(0, 0, 10, 5))
    apart = ("apart", "vastgesteld", "2001-01-01", box(10, 0, 20, 10))
    assert areas(plans.current(ours(OLD, middle, newest, apart))) == {
        "oud": 10,
        "midden": 40,
        "nieuw": 50,
        "apart": 100,
    }
    whole = ("nieuw", "vastgesteld", "2020-01-01", box(-1, -1, 11, 11))
    found = plans.current(ours(OLD, whole, apart))
    assert areas(found) == {"nieuw": 144, "apart": 90}
    assert found.index.tolist() == [1, 2]


@pytest.mark.parametrize(
    "other",
    [
        ("ander", "vastgesteld", "2010-05-01", box(5, 0, 20, 10)),
        ("ander", "vastgesteld", None, box(5, 0, 20, 10)),
        ("ander", "vastgesteld", "onbekend", box(5, 0, 20, 10)),
        ("ander", None, "2020-01-01", box(5, 0, 20, 10)),
        ("oud", "vastgesteld", "2020-01-01", box(5, 0, 20, 10)),
        ("ander", "vastgesteld", "2020-01-01", box(10, 0, 25, 10)),
    ],
)
def test_what_is_not_decided_stays_whole(other: tuple[str, str | None, str | None, shapely.Polygon]) -> None:
    frame = ours(OLD, other)
    found = plans.current(frame)
    assert shapely.to_wkb(found.geometry).tolist() == shapely.to_wkb(frame.geometry).tolist()


def test_drafts_and_the_past_go_out() -> None:
    frame = ours(OLD, ("nieuw", "Ontwerp", "2020-01-01", box(5, 0, 20, 10)))
    assert areas(plans.current(frame)) == {"oud": 100}
    for past in ("true", "True", True):
        gone = ours(OLD, ("nieuw", "ontwerp", "2020-01-01", box(5, 0, 20, 10)), historisch=past)
        assert plans.current(gone).empty
    assert len(plans.current(ours(OLD, historisch="false"))) == 1


def test_a_known_plan_area_also_counts_where_it_has_no_object() -> None:
    frame = ours(OLD, ("nieuw", "vastgesteld", "2020-01-01", box(8, 0, 10, 10)))
    whole = ours(("nieuw", "vastgesteld", "2020-01-01", box(3, 0, 10, 10)), ("paraplu", None, None, box(0, 0, 99, 99)))
    assert areas(plans.current(frame)) == {"oud": 80, "nieuw": 20}
    assert areas(plans.current(frame, whole)) == {"oud": 30, "nieuw": 20}
    assert areas(plans.current(frame, whole.iloc[:0])) == {"oud": 80, "nieuw": 20}
    assert areas(plans.current(frame, whole.iloc[1:])) == {"oud": 80, "nieuw": 20}


def test_a_newer_beheersverordening_makes_the_bestemming_unknown() -> None:
    frame = ours(OLD, ("bv", "vastgesteld", "2019-01-01", box(5, 0, 10, 10)))
    frame["bestemming"] = ["wonen", None]
    found = plans.current(frame)
    assert areas(found) == {"oud": 50, "bv": 50}
    assert found["bestemming"].isna().tolist() == [False, True]
