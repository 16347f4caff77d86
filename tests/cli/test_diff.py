"""``diff`` as a user types it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from locatiescan.outputs.csvfile import harmless
from support.command import call

RULES = """
titel: Test
toelichting: Klein
limits:
  - {{naam: vrij_m2, measure: free_area_m2, exclude: [{{layer: panden, buffer_m: 5}}], min: {least}, waarom: Ruimte}}
preferences:
  - {{naam: weg_m, measure: distance_m, layer: wegen, curve: {{20: 1, 150: 0}}, gewicht: {weight}, waarom: Nabij}}
  - {{naam: vorm_aandeel, measure: compactness, curve: {{0: 0, 1: 1}}, gewicht: 1, waarom: Vorm}}
"""


@pytest.fixture(scope="module")
def runs(world: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs of the small world: the second asks less ground, and more of the road."""
    folder = tmp_path_factory.mktemp("runs")
    for name, least, weight in (("een", 1500, 2), ("twee", 50, 0.01)):
        (folder / f"{name}.yaml").write_text(RULES.format(least=least, weight=weight))
        words = ("--bronnen", world, "--regels", folder / f"{name}.yaml", "--opslag", folder / "lagen")
        found = call("-q", "run", "--gemeente", "kleinwereld", *words, "--uitvoer", folder / name)
        assert found.exit_code == 0, found.output
    return folder / "een", folder / "twee"


def test_a_diff_names_rules_flips_and_steps(runs: tuple[Path, Path], tmp_path: Path) -> None:
    found = call("diff", *runs, "--csv", tmp_path / "alles.csv")
    assert found.exit_code == 0, found.output
    text = " ".join(found.stdout.split())
    assert "vrij_m2 min 1500 50" in text
    assert "weg_m gewicht 2 0,01" in text
    assert "nee → ja door regels" in text
    assert "waarde 100 m², eis ten minste 1500 m² → ten minste 50 m²" in text
    assert "Percelen verschenen: 0; verdwenen: 0" in text
    assert "Gewijzigde lagen" not in text
    assert all(len(line) <= 80 for line in found.stdout.splitlines() if not line.startswith("Geschreven"))
    table = pd.read_csv(tmp_path / "alles.csv")
    whole = table[["rang_gegevens", "rang_samenvoegen", "rang_regels", "rang_gewichten", "rang_methode"]].sum(axis=1)
    ranked = table["rang_verschil"].notna()
    assert ranked.any()
    assert whole[ranked].tolist() == table.loc[ranked, "rang_verschil"].tolist()


def test_top_says_how_many_and_a_run_beside_itself_says_nothing_changed(runs: tuple[Path, Path]) -> None:
    few = call("diff", *runs, "--top", "1").stdout
    assert "De 1 belangrijkste veranderingen van" in few
    assert few.count("\nL-") == 1
    same = call("diff", runs[0], runs[0] / "run.json")
    assert same.exit_code == 0
    assert "Geen enkele plek kreeg een ander oordeel" in same.stdout


def test_runs_of_two_municipalities_are_not_compared(runs: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(runs[1], tmp_path / "elders")
    with closing(sqlite3.connect(tmp_path / "elders" / "kleinwereld.gpkg")) as database, database:
        database.execute("update verantwoording set tekst = 'Elders (GM0002)' where onderwerp = 'gemeente'")
    found = call("diff", runs[0], tmp_path / "elders")
    assert found.exit_code == 2
    assert "vergelijk scans van één gemeente" in found.stderr


def test_a_cell_cannot_be_a_formula() -> None:
    table = pd.DataFrame({"perceel_id": ["=1+1", "a"], "rang": [-1, 2]})
    assert harmless(table).to_dict("list") == {"perceel_id": ["'=1+1", "a"], "rang": [-1, 2]}


def test_numbers_and_nothing_among_texts_stay_as_they_are() -> None:
    mixed = pd.DataFrame(
        {"a": pd.Series([1, None, "-1", "", -2.5], dtype=object), "b": pd.Series([1.5, None] * 2 + [2], dtype=object)}
    )
    kept = harmless(mixed)
    assert kept["a"].tolist() == [1, None, "'-1", "", -2.5]
    assert kept["b"].tolist() == [1.5, None, 1.5, None, 2]
    assert [type(value) for value in kept["a"]] == [int, type(None), str, str, float]


def test_run_json_holds_the_rules(runs: tuple[Path, Path]) -> None:
    account = json.loads((runs[0] / "run.json").read_text())
    assert account["regels_volledig"]["limits"][0]["min"] == 1500
