from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from support.command import call

RULES = """\
titel: Twee voorkeuren
toelichting: t
limits:
  - {naam: groot_m2, measure: area_m2, min: 4000, waarom: x}
preferences:
  - {naam: vol_m2, measure: area_m2, gewicht: 1, curve: {0: 0, 10000: 1}, waarom: x}
  - {naam: compact_aandeel, measure: compactness, gewicht: 3, curve: {0: 0, 1: 1}, waarom: x}
profielen:
  - {naam: ruim, titel: r, waarom: x, gewichten: {vol_m2: 9}}
"""


def scanned(world: Path, folder: Path, rules: str) -> Path:
    (folder / "r.yaml").write_text(rules)
    own = ("--bronnen", world, "--regels", folder / "r.yaml", "--uitvoer", folder / "uit")
    found = call("-q", "run", "--gemeente", "GM0001", *own)
    assert found.exit_code == 0, found.output
    return folder / "uit"


@pytest.fixture(scope="module")
def finished(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scanned(world, tmp_path_factory.mktemp("scan"), RULES)


def test_rules_without_limits_and_distances_beyond_the_reach_are_told(world: Path, tmp_path: Path) -> None:
    free = RULES.replace("  - {naam: groot_m2, measure: area_m2, min: 4000, waarom: x}\n", "")
    found = call("sensitivity", "--uitvoer", scanned(world, tmp_path, free.replace("limits:", "limits: []")))
    assert found.exit_code == 0, found.output
    near = free.replace("limits:", "limits:\n  - {naam: weg_m, measure: distance_m, layer: wegen, min: 20, waarom: x}")
    found = call("sensitivity", "--uitvoer", scanned(world, tmp_path, near))
    assert found.exit_code == 0, found.output
    row = next(line for line in found.stdout.splitlines() if "weg_m" in line and "min 20" in line)
    assert row.partition("min 20 m")[2].replace("│", " ").split()[:4] == ["+0", "+0", "?", "?"]


def test_it_tells_and_writes_how_firm_the_ranking_is(finished: Path) -> None:
    found = call("sensitivity", "--uitvoer", finished, "--top", "1", "--trekkingen", "200")
    assert found.exit_code == 0, found.output
    text = " ".join(found.stdout.split())
    assert "Fictieve gegevens" in text
    assert "200 trekkingen, gewichten ± 50 %, seed 1" in text
    assert "Percelen die voldoen als één grens verschuift (nu 3)" in text
    # a field of 100 x 100 (area score 1, compactness pi/4) beats all, whatever the weights
    assert "Geen ander gewicht van vol_m2 verandert de top 1." in text
    places = pd.read_csv(finished / "gevoeligheid_rangorde.csv")
    assert places["rang"].tolist() == [1, 2, 3]
    assert places["kans_1"].tolist() == [1, 0, 0]
    assert places["kans_1"].sum() == 1
    limits = pd.read_csv(finished / "gevoeligheid_grenzen.csv")
    assert limits["grens"].tolist() == [3200, 3600, 3800, 4200, 4400, 4800]
    assert limits["voldoen"].tolist() == [4, 4, 3, 3, 3, 3]
    assert limits["volgende_1"].tolist() == [3600] * 6
    movers = pd.read_csv(finished / "gevoeligheid_percelen.csv")
    assert movers[["perceel_id", "gevolg", "waarde"]].to_numpy().tolist() == [["c", "erbij", 3600]]
    assert len(pd.read_csv(finished / "gevoeligheid_weglaten.csv")) == 2
    assert not list(finished.glob(".*"))


def test_it_says_in_words_at_which_weight_who_takes_whose_place(finished: Path) -> None:
    found = call("sensitivity", "--uitvoer", finished, "--top", "2", "--trekkingen", "10")
    text = " ".join(found.stdout.split())
    crossings = pd.read_csv(finished / "gevoeligheid_gewichten.csv")
    # b (5000 m², 100 x 50) and d (two squares of 50 x 50) have the same area; b is more compact: never a change
    assert set(crossings["kandidaat"].str.removeprefix("L-")) == {"a", "b"}
    assert "Geen ander gewicht van vol_m2 verandert de top 2." in text


def test_the_same_seed_writes_the_same(finished: Path) -> None:
    file = finished / "gevoeligheid_rangorde.csv"
    call("sensitivity", "--uitvoer", finished, "--alle-gewichten", "--seed", "5")
    first = file.read_bytes()
    call("sensitivity", "--uitvoer", finished, "--seed", "5")
    assert file.read_bytes() != first
    call("sensitivity", "--uitvoer", finished, "--alle-gewichten", "--seed", "5")
    assert file.read_bytes() == first


def test_a_profile_has_its_own_weights(finished: Path) -> None:
    found = call("sensitivity", "--uitvoer", finished, "--profiel", "ruim")
    assert found.exit_code == 0, found.output
    assert "Gewichten van profiel ruim" in found.stdout
    shares = pd.read_csv(finished / "gevoeligheid_weglaten.csv")["aandeel"]
    assert shares.tolist() == pytest.approx([0.75, 0.25])
    refused = call("sensitivity", "--uitvoer", finished, "--profiel", "ruimer")
    assert refused.exit_code == 2
    assert "geen profiel 'ruimer'; wel: ruim" in refused.stderr


def test_what_it_cannot_study_it_refuses_with_a_remedy(finished: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(finished, tmp_path / "uit", ignore=shutil.ignore_patterns("*.csv"))
    account = json.loads((folder / "run.json").read_text())
    account["regels_volledig"]["aggregatie"] = "topsis"
    (folder / "run.json").write_text(json.dumps(account))
    found = call("sensitivity", "--uitvoer", folder)
    assert found.exit_code == 2
    assert "aggregatie: topsis" in found.stderr
    assert "aggregatie: gewogen_som" in found.stderr
    assert not list(folder.glob("*.csv"))


def test_without_candidates_there_is_no_ranking(world: Path, tmp_path: Path) -> None:
    found = call("sensitivity", "--uitvoer", scanned(world, tmp_path, RULES.replace("4000", "4.0e+9")))
    assert found.exit_code == 2
    assert "geen kandidaten" in found.stderr


def test_without_a_run_it_says_where_it_looked(tmp_path: Path) -> None:
    found = call("sensitivity", "--uitvoer", tmp_path)
    assert found.exit_code == 2
    assert str(tmp_path) in found.stderr
