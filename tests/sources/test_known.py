"""A file with known outcomes is read whole, or refused with every fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from locatiescan.crs import RD, WGS84
from locatiescan.errors import CrsError, SourceError
from locatiescan.sources.known import read_known
from small_world import box

FIELD = box(0, 0, 100, 100)
BOWTIE = shapely.Polygon([(140_000, 510_000), (140_010, 510_010), (140_010, 510_000), (140_000, 510_010)])


def written(path: Path, *sites: dict[str, Any], crs: str = RD, **layer: str) -> Path:
    """A file with these sites; what is not said of one is right."""
    right = {"naam": "Puikman", "uitkomst": "gebouwd", "datum": "2022-07-01", "geometry": FIELD}
    rows = [right | one for one in sites]
    gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=crs).to_file(path, **layer)
    return path


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "shp"])
def test_any_format_gives_the_same(tmp_path: Path, kind: str) -> None:
    sites = [
        {"woningen": 48, "reden": " dicht  bij\nde kern ", "bron": "raad"},
        {"naam": "Berg en Bal", "uitkomst": "Goedgekeurd", "datum": "1-3-2024", "woningen": 96},
    ]
    found = read_known(written(tmp_path / f"sites.{kind}", *sites))
    assert found.crs == RD
    assert found["naam"].tolist() == ["Puikman", "Berg en Bal"]
    assert found["uitkomst"].tolist() == ["gebouwd", "goedgekeurd"]
    assert found["datum"].tolist() == ["2022-07-01", "2024-03-01"]
    assert found["woningen"].tolist() == [48, 96]
    assert found["reden"].tolist() == ["dicht bij de kern", None]
    assert found["bron"].tolist() == ["raad", None]
    assert found.geometry.area.tolist() == [10_000, 10_000]


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "shp"])
def test_a_field_of_type_date_is_read(tmp_path: Path, kind: str) -> None:
    dated = {"datum": pd.Timestamp("2022-03-01").date()}
    assert read_known(written(tmp_path / f"sites.{kind}", dated))["datum"].tolist() == ["2022-03-01"]


def test_a_time_that_could_have_moved_the_day_is_refused(tmp_path: Path) -> None:
    assert read_known(written(tmp_path / "a.gpkg", {"datum": pd.Timestamp("2022-03-01")}))["datum"][0] == "2022-03-01"
    with pytest.raises(SourceError, match="'2022-02-28T23:00:00' is geen datum"):
        read_known(written(tmp_path / "b.gpkg", {"datum": pd.Timestamp("2022-02-28 23:00")}))


def test_points_heights_and_capitals(tmp_path: Path) -> None:
    path = tmp_path / "s.gpkg"
    rows = {"Naam": ["a", "b"], "UITKOMST": "gebouwd", "Datum": "2022-07-01", "eigen": 1}
    shapes = [shapely.Point(140_000, 510_000, 3.0), shapely.MultiPoint([(140_000, 510_000)])]
    gpd.GeoDataFrame(rows, geometry=shapes, crs=RD).to_file(path)
    found = read_known(path)
    assert [shape.wkt for shape in found.geometry] == ["POINT (140000 510000)"] * 2
    assert found["woningen"].isna().all()
    assert "eigen" not in found


def test_an_outline_that_crosses_itself_is_mended_and_told(tmp_path: Path) -> None:
    found = read_known(written(tmp_path / "s.gpkg", {"geometry": BOWTIE}, {"naam": "b"}))
    assert found["hersteld"].tolist() == [True, False]
    assert found.geometry.is_valid.all()
    assert found.geometry.area.tolist() == [50, 10_000]


FAULTS = {
    "leeg": ({"naam": "  "}, "rij 2 (  ), kolom naam: is leeg; geef de locatie een naam"),
    "dubbel": ({"naam": "PUIKMAN"}, "rij 2 (PUIKMAN), kolom naam: staat ook op rij 1; geef elk een eigen naam"),
    "uitkomst": ({"uitkomst": "gebouwt"}, "kolom uitkomst: 'gebouwt' is geen uitkomst; bedoelt u gebouwd?"),
    "vreemd": ({"uitkomst": "x"}, "'x' is geen uitkomst; kies gebouwd, goedgekeurd of afgevallen"),
    "datum": ({"datum": "2022-13-01"}, "kolom datum: '2022-13-01' is geen datum; schrijf jjjj-mm-dd of dd-mm-jjjj"),
    "jaar": ({"datum": "2022"}, "bijvoorbeeld 2022-07-01 als u alleen het jaar weet"),
    "toekomst": ({"datum": "22-07-01"}, "'22-07-01' is geen datum"),
    "woningen": ({"woningen": "48,5"}, "kolom woningen: '48,5' is geen heel aantal woningen van 0 tot 10000"),
    "min": ({"woningen": -1}, "'-1' is geen heel aantal woningen"),
    "lang": ({"reden": "x" * 2001}, "kolom reden: 2001 tekens, ten hoogste 2000; kort de tekst in"),
    "teken": ({"reden": "a\x1b[31m"}, "kolom reden: bevat onzichtbare tekens; typ de tekst opnieuw"),
    "weg": ({"geometry": None}, "kolom geometrie: is leeg; teken een vlak of een punt, of verwijder de rij"),
    "niets": ({"geometry": shapely.Polygon()}, "kolom geometrie: is leeg"),
    "graden": ({"geometry": shapely.Point(4.66, 52.55)}, "ligt niet in het Rijksdriehoekstelsel; zijn het graden?"),
    "lijn": ({"geometry": shapely.LineString([(140_000, 510_000), (140_001, 510_000)])}, "is een LineString; teken"),
    "punten": ({"geometry": shapely.MultiPoint([(140_000, 510_000), (140_001, 510_000)])}, "is een MultiPoint"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_says_where_and_what_to_do(tmp_path: Path, name: str) -> None:
    change, said = FAULTS[name]
    with pytest.raises(SourceError) as caught:
        read_known(written(tmp_path / "s.gpkg", {}, {"naam": "Tweede", **change}))
    text = str(caught.value)
    assert said in text
    assert "s.gpkg: 1 fout" in text
    assert "rij 2" in text


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    bad = [{"naam": f"site {number}", "datum": "?", "geometry": None} for number in range(15)]
    with pytest.raises(SourceError) as caught:
        read_known(written(tmp_path / "s.gpkg", *bad, {"naam": "goed"}))
    told = str(caught.value).splitlines()
    assert told[0].endswith("s.gpkg: 30 fouten")
    assert told[-1].strip() == "… en nog 10"
    assert told[1].strip().startswith("rij 1 (site 0), kolom datum: '?' is geen datum")


def test_columns_that_are_missing_or_double(tmp_path: Path) -> None:
    path = tmp_path / "s.geojson"
    gpd.GeoDataFrame({"naam": ["a"], "Naam": ["b"], "datum": ["2022-01-01"]}, geometry=[FIELD], crs=RD).to_file(path)
    with pytest.raises(SourceError) as caught:
        read_known(path)
    assert "kolom naam: staat er dubbel; verwijder er een" in str(caught.value)
    assert "kolom uitkomst: ontbreekt; de kolommen zijn nu: naam, Naam, datum" in str(caught.value)


def test_another_coordinate_system_is_refused(tmp_path: Path) -> None:
    degrees = written(tmp_path / "s.gpkg", {"geometry": shapely.Point(4.66, 52.55)}, crs=WGS84)
    with pytest.raises(CrsError, match=r"niet in RD New maar in EPSG:4326\. Bewaar de laag als GeoPackage"):
        read_known(degrees)
    bare = written(tmp_path / "t.shp", {})
    bare.with_suffix(".prj").unlink()
    with pytest.raises(CrsError, match="het coördinatenstelsel ontbreekt"):
        read_known(bare)


def test_files_that_hold_no_sites(tmp_path: Path) -> None:
    (tmp_path / "x.gpkg").write_text("geen bestand")
    (tmp_path / "x.csv").write_text("naam;uitkomst;datum\na;gebouwd;2022-01-01\n")
    empty = gpd.GeoDataFrame({"naam": pd.Series(dtype=str)}, geometry=[], crs=RD)
    empty.to_file(tmp_path / "leeg.gpkg")
    for name, said in (("x.gpkg", "is niet te lezen"), ("x.csv", "geen geometrie"), ("leeg.gpkg", "geen locatie in")):
        with pytest.raises(SourceError, match=said):
            read_known(tmp_path / name)


def test_a_file_of_more_layers_needs_one_named(tmp_path: Path) -> None:
    path = written(tmp_path / "s.gpkg", {}, layer="een")
    written(path, {"naam": "b"}, layer="twee")
    with pytest.raises(SourceError, match="meer dan een laag; noem er een met --laag: een, twee"):
        read_known(path)
    assert read_known(path, "twee")["naam"].tolist() == ["b"]
    with pytest.raises(SourceError, match="geen laag 'drie': een, twee"):
        read_known(path, "drie")
