"""``explain`` as a user types it, and reading a run back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from locatiescan.analysis.judging.rules import judge
from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.errors import UsageError
from locatiescan.outputs.runs import find_place, read_run
from support.command import call, finished_run

RULES = """
titel: Test
toelichting: Klein
limits:
  - {naam: bestemming, measure: dominant_class, layer: enkelbestemming, column: bestemming, not_in: [natuur],
     waarom: "Natuur [red]niet[/red].", beslist: raad, bron: Wet, datum: "2024-01-01"}
  - {naam: vrij_m2, measure: free_area_m2, exclude: [{layer: panden, buffer_m: 5}], min: 1500, waarom: Ruimte,
     ongeverifieerd: true}
preferences:
  - {naam: weg_m, measure: distance_m, layer: wegen, curve: {20: 1, 150: 0}, gewicht: 2, waarom: Nabij, bron: y}
  - {naam: vorm_aandeel, measure: compactness, curve: {0: 0, 1: 1}, gewicht: 1, waarom: Vorm}
metingen:
  - {naam: grootte_m2, measure: area_m2, waarom: x}
"""


@pytest.fixture(scope="module")
def finished(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a finished run of the small world."""
    return finished_run(world, RULES, tmp_path_factory.mktemp("gedaan"))


def test_a_run_is_read_back_as_it_was(finished: Path, world: Path) -> None:
    run = read_run(finished)
    assert run.rules == load_rules(finished.parent / "r.yaml", MEASURES, load_sources(world))
    assert run.name == "Kleinwereld (GM0001)"
    assert run.fictitious
    again = judge(run.parcels.drop(columns="rang"), run.rules).set_index("perceel_id")
    kept = run.parcels.set_index("perceel_id").loc[again.index]
    for column in ("oordeel", "score", "score_hoog", "afgewezen_door"):
        pd.testing.assert_series_equal(again[column], kept[column], check_dtype=False)
    assert read_run(finished / "run.json").parcels["perceel_id"].tolist() == run.parcels["perceel_id"].tolist()


def test_the_counts_of_each_limit_travel_along(finished: Path) -> None:
    table = gpd.read_file(finished / "kleinwereld.gpkg", layer="afvallers")
    assert table["grens"].tolist() == ["bestemming", "vrij_m2"]
    assert table["alleen_deze"].tolist() == [1, 1]
    assert table["blijft_over"].tolist() == [4, 3]


def test_a_rejected_parcel_says_what_must_change(finished: Path) -> None:
    found = call("explain", "e", "--uitvoer", finished)
    assert found.exit_code == 0, found.output
    text = " ".join(found.stdout.split())
    assert "Oordeel: nee; geen rang" in text
    assert "vrij_m2: 100 m², nodig ten minste 1500 m²: 1400 m² tekort, of de grens naar 100 m²" in text
    assert "* niet geverifieerd" in text
    assert "[red]niet[/red]" in text
    assert "Bron: Wet, 2024-01-01" in text
    assert all(len(line) <= 80 for line in found.stdout.splitlines())
    zoned = " ".join(call("explain", "d", "--uitvoer", finished).stdout.split())
    assert "bestemming: is natuur; nodig niet: natuur: vraagt een andere bestemming" in zoned
    assert "de raad beslist hierover" in zoned


def test_json_says_the_same_and_adds_up(finished: Path) -> None:
    found = call("explain", "A", "--uitvoer", finished, "--json")
    said = json.loads(found.stdout)
    assert said["rang"] == 1
    assert sum(wish["punten"] for wish in said["voorkeuren"]) == pytest.approx(said["score"])
    assert said["grenzen"][1]["marge"] == pytest.approx(said["grenzen"][1]["waarde"] - 1500)
    assert [layer["laag"] for layer in said["grenzen"][1]["lagen"]] == ["panden"]
    assert said["te_veranderen"] == []
    rejected = json.loads(call("explain", "e", "--uitvoer", finished, "--json").stdout)
    assert [item["naam"] for item in rejected["te_veranderen"]] == ["vrij_m2"]


def test_a_location_is_known_by_its_own_id(finished: Path) -> None:
    found = call("explain", "L-a", "--uitvoer", finished)
    assert "Locatie L-a in Kleinwereld (GM0001): perceel a" in found.stdout
    assert "rang 1 van 3" in found.stdout
    assert "hoort bij locatie L-a, met rang 1 van 3" in call("explain", "a", "--uitvoer", finished).stdout


def test_a_name_written_exactly_so_comes_before_one_in_other_case(finished: Path) -> None:
    run = read_run(finished)
    ids = run.parcels["perceel_id"].replace({"a": "q1", "b": "Q1"})
    twins = replace(run, parcels=run.parcels.assign(perceel_id=ids))
    assert [find_place(twins, word)["perceel_id"] for word in ("q1", " Q1 ", "C")] == ["q1", "Q1", "c"]
    with pytest.raises(UsageError, match="kent geen perceel"):
        find_place(twins, "  ")


def test_a_rule_may_be_called_after_a_shunting_yard(world: Path, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(RULES.replace("weg_m,", "rangeerterrein_m,").replace("grootte_m2", "rang_m2"))
    words = ("--bronnen", world, "--regels", tmp_path / "r.yaml", "--uitvoer", tmp_path / "uit")
    found = call("-q", "run", "--gemeente", "kleinwereld", *words)
    assert found.exit_code == 0, found.output
    found = call("explain", "a", "--uitvoer", tmp_path / "uit")
    assert found.exit_code == 0, found.output
    parcels = read_run(tmp_path / "uit").parcels
    assert parcels["rang"].dtype == "Int64"
    assert parcels["rangeerterrein_m"].dtype == "float64"


def test_text_of_a_source_cannot_steer_the_terminal(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "uit")
    account = json.loads((tmp_path / "uit" / "run.json").read_text())
    account["regels_volledig"]["limits"][0]["waarom"] = "\x1b[2Jweg \x9b31m"
    (tmp_path / "uit" / "run.json").write_text(json.dumps(account))
    found = call("explain", "a", "--uitvoer", tmp_path / "uit")
    assert found.exit_code == 0
    assert not {"\x1b", "\x9b"} & set(found.stdout)


def test_an_unknown_parcel_is_a_users_mistake(finished: Path) -> None:
    found = call("explain", "L-x", "--uitvoer", finished)
    assert found.exit_code == 2
    assert "kent geen perceel of locatie 'L-x'. Bedoelt u" in found.stderr


def break_account(folder: Path, **changes: object) -> None:
    file = folder / "run.json"
    account = json.loads(file.read_text()) | changes
    file.write_text(json.dumps({key: value for key, value in account.items() if value is not None}))


@pytest.mark.parametrize(
    ("damage", "code", "said"),
    [
        (lambda folder: (folder / "run.json").unlink(), 2, "Er is geen"),
        (lambda folder: (folder / "run.json").write_text("{"), 4, "is niet te lezen"),
        (lambda folder: (folder / "run.json").write_text("[]"), 4, "geen verantwoording"),
        (lambda folder: break_account(folder, regels_volledig=None), 4, "oudere versie"),
        (lambda folder: break_account(folder, regels_volledig={"titel": 1}), 4, "geen leesbare regels"),
        (lambda folder: break_account(folder, bestanden=[]), 4, "geen .gpkg"),
        (lambda folder: break_account(folder, verantwoording={"gestart": "1999"}), 4, "niet van dezelfde scan"),
        (lambda folder: (folder / "kleinwereld.gpkg").unlink(), 4, "ontbreekt"),
        (lambda folder: (folder / "kleinwereld.gpkg").write_text("x"), 4, "is niet te lezen"),
    ],
)
def test_what_is_damaged_is_named_with_the_remedy(
    finished: Path, tmp_path: Path, damage: object, code: int, said: str
) -> None:
    shutil.copytree(finished, tmp_path / "uit")
    damage(tmp_path / "uit")  # type: ignore[operator]
    found = call("explain", "a", "--uitvoer", tmp_path / "uit")
    assert found.exit_code == code, found.output
    assert said in found.stderr
    assert "locatiescan run" in found.stderr
    assert "Traceback" not in found.output


@pytest.fixture
def region(finished: Path, tmp_path: Path) -> Path:
    """Folder of a region with a municipality in it: one location that only the region knows, and two that another
    municipality found, of which one reaches over its border.
    """
    folder = tmp_path / "regio"
    shutil.copytree(finished, folder / "kleinwereld")
    names = {
        "locatie_id": ["L-grens", "L-elders", "L-uitstek"],
        "gemeente": ["Kleinwereld / Elders", "Elders", "Elders / Kleinwereld"],
        "rang_gemeente": pd.array([pd.NA, 1, 2], dtype="Int64"),
    }
    sites = gpd.GeoDataFrame(names, geometry=[Point(0, 0), Point(1, 1), Point(2, 2)], crs=28992)
    sites.to_file(folder / "regio.gpkg", layer="kandidaten")
    account = {"soort": "regio", "verantwoording": {}, "bestanden": ["regio.gpkg"], "gemeenten": []}
    (folder / "run.json").write_text(json.dumps(account))
    return folder


@pytest.mark.parametrize(
    ("command", "below"),
    [("explain", ""), ("explain", "run.json"), ("explain", "kleinwereld"), ("factsheet", ""), ("aerius", "")],
)
def test_a_location_across_a_border_is_said_to_be_in_the_region(region: Path, command: str, below: str) -> None:
    found = call(command, "l-grens", "--uitvoer", region / below)
    assert found.exit_code == 2
    said = " ".join(found.output.split())
    wanted = "L-grens ligt over een gemeentegrens en staat alleen in de regio: zie kaart, werkboek en GeoPackage in"
    assert f"{wanted} regio." in said


def test_what_is_not_across_a_border_is_told_as_ever(region: Path) -> None:
    one = region / "kleinwereld"
    assert "kent geen perceel of locatie 'L-elders'" in call("explain", "L-elders", "--uitvoer", one).output
    assert "is een regio" in call("explain", "L-elders", "--uitvoer", region).output
    assert "is een regio" in call("explain", "L-uitstek", "--uitvoer", region).output
    assert call("explain", "c", "--uitvoer", one).exit_code == 0
    (region / "regio.gpkg").unlink()
    assert "kent geen perceel of locatie" in call("explain", "L-grens", "--uitvoer", one).output
