from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.errors import OutputError
from locatiescan.model import ScanResult
from locatiescan.outputs import geopackage
from locatiescan.outputs.geopackage import write_geopackage
from locatiescan.outputs.provenance import write_provenance
from small_world import scanned

RULES = """
titel: Test
toelichting: Klein
limits:
  - {naam: bestemming, measure: dominant_class, layer: enkelbestemming, column: bestemming, not_in: [natuur], waarom: x}
  - {naam: vrij_m2, measure: free_area_m2, exclude: [{layer: panden, buffer_m: 5}], min: 1500, waarom: x,
     ongeverifieerd: true}
preferences:
  - {naam: weg_m, measure: distance_m, layer: wegen, curve: {20: 1, 150: 0}, gewicht: 2, waarom: x, bron: y}
"""


@pytest.fixture(scope="module")
def result(world: Path, tmp_path_factory: pytest.TempPathFactory) -> ScanResult:
    file = tmp_path_factory.mktemp("regels") / "r.yaml"
    file.write_text(RULES)
    sources = load_sources(world)
    rules = load_rules(file, MEASURES, sources)
    return scanned("Kleinwereld", rules, sources)


def test_layers_types_and_tables(result: ScanResult, tmp_path: Path) -> None:
    file = tmp_path / "klein.gpkg"
    write_geopackage(result, file)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["klein.gpkg"]
    kinds = dict(pyogrio.list_layers(file))
    assert kinds["kandidaten"] == kinds["percelen"] == kinds["panden"] == "MultiPolygon"
    assert kinds["wegen"] == "MultiLineString"
    candidates = gpd.read_file(file, layer="kandidaten")
    assert candidates["rang"].tolist() == [1, 2, 3]
    assert candidates["perceel_id"].tolist() == ["a", "b", "c"]
    parcels = gpd.read_file(file, layer="percelen")
    assert sorted(parcels["perceel_id"]) == ["a", "b", "c", "d", "e"]
    assert parcels.set_index("perceel_id").loc["e", "afgewezen_door"] == "vrij_m2"
    assert parcels.geometry.area.sum() == pytest.approx(23_700)
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("pragma user_version").fetchone() == (10300,)
        columns = {row[1] for row in database.execute("pragma table_info(percelen)")}
    assert "geom" in columns
    assert columns == {column.lower() for column in columns}


def test_rules_and_sources_travel_along(result: ScanResult, tmp_path: Path) -> None:
    write_geopackage(result, tmp_path / "klein.gpkg")
    rules = pd.DataFrame(pyogrio.read_dataframe(tmp_path / "klein.gpkg", layer="regels"))
    assert rules["naam"].tolist() == ["bestemming", "vrij_m2", "weg_m"]
    assert rules["geverifieerd"].tolist() == ["", "nee", "ja"]
    assert rules["meet"].tolist()[2] == "afstand"
    sources = pyogrio.read_dataframe(tmp_path / "klein.gpkg", layer="bronnen").set_index("laag")
    assert sources.loc["percelen", ["beloofd", "ontvangen", "gebruikt"]].tolist() == [5, 5, 5]
    account = pyogrio.read_dataframe(tmp_path / "klein.gpkg", layer="verantwoording").set_index("onderwerp")["tekst"]
    assert "Fictieve gegevens" in account["let op"]
    assert account["niet geverifieerd"] == "vrij_m2"


def test_it_holds_styles_and_a_project_and_the_same_run_gives_the_same_bytes(
    result: ScanResult, tmp_path: Path
) -> None:
    one, other = tmp_path / "een" / "klein.gpkg", tmp_path / "twee" / "klein.gpkg"
    for path in (one, other):
        write_geopackage(result, path)
    with closing(sqlite3.connect(one)) as database:
        assert database.execute("select name from qgis_projects").fetchall() == [("locatiescan",)]
        styles = database.execute("select styleName from layer_styles where f_table_name = 'kandidaten'").fetchall()
        moments = database.execute("select distinct last_change from gpkg_contents").fetchall()
    assert styles == [("Oordeel",), ("Score",)]
    assert moments == [("2026-11-23T00:00:00.000Z",)]
    assert one.read_bytes() == other.read_bytes()


def test_rings_turn_as_pdok_recommends(result: ScanResult, tmp_path: Path) -> None:
    clockwise = result.parcels.set_geometry(shapely.orient_polygons(result.parcels.geometry, exterior_cw=True))
    write_geopackage(replace(result, parcels=clockwise), tmp_path / "a.gpkg")
    written = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="percelen")
    parts = shapely.get_parts(written.geometry.to_numpy())
    assert shapely.is_ccw(shapely.get_exterior_ring(parts)).all()
    holes = shapely.get_num_interior_rings(parts)
    assert holes.sum() == 1
    assert not shapely.is_ccw(shapely.get_interior_ring(parts[holes > 0], 0)).any()
    assert written.area.sum() == pytest.approx(result.parcels.area.sum())


def test_no_candidates_is_an_empty_layer(result: ScanResult, tmp_path: Path) -> None:
    write_geopackage(replace(result, sites=result.sites.iloc[:0]), tmp_path / "leeg.gpkg")
    assert pyogrio.read_info(tmp_path / "leeg.gpkg", layer="kandidaten")["features"] == 0


def test_a_file_that_does_not_hold_what_was_written_is_not_kept(
    result: ScanResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = geopackage._write

    def loses_a_row(path: Path, name: str, table: pd.DataFrame, dimension: int | None) -> None:
        honest(path, name, table.iloc[:-1] if name == "percelen" else table, dimension)

    monkeypatch.setattr(geopackage, "_write", loses_a_row)
    with pytest.raises(OutputError, match="laag percelen heeft 4 rijen, verwacht 5"):
        write_geopackage(result, tmp_path / "kort.gpkg")
    assert not list(tmp_path.glob("*.gpkg")) + list(tmp_path.glob(".*"))


def test_a_folder_that_cannot_be_written_is_told(result: ScanResult, tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    with pytest.raises(OutputError, match="niet te schrijven"):
        write_provenance(result, tmp_path / "bestand" / "run.json", [])


def test_the_account_names_layers_and_counts(result: ScanResult, tmp_path: Path) -> None:
    write_provenance(result, tmp_path / "run.json", [])
    content = json.loads((tmp_path / "run.json").read_text())
    assert content["fictief"] is True
    assert content["lagen"]["panden"]["beloofd"] == content["lagen"]["panden"]["ontvangen"] == 2
    assert len(content["lagen"]["percelen"]["sha256"]) == 64
