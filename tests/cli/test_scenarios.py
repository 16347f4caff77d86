"""``run --naast`` as a user types it, and what ``rerun`` makes of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from locatiescan.cli import main
from outputs.test_webmap import unpacked

RULES = """
titel: Test
toelichting: Klein
limits:
  - {{naam: vrij_m2, measure: free_area_m2, exclude: [{{layer: panden, buffer_m: 5}}], min: {least}, waarom: Ruimte}}
preferences:
  - {{naam: weg_m, measure: distance_m, layer: wegen, curve: {{20: 1, 150: 0}}, gewicht: 1, waarom: Nabij}}
"""


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["-q", *(str(word) for word in words)])


@pytest.fixture
def folder(world: Path, tmp_path: Path) -> Path:
    """Folder with a strict run, and a run that asks less ground with the strict one beside it."""
    for name, least in (("streng", 1500), ("ruim", 50)):
        (tmp_path / f"{name}.yaml").write_text(RULES.format(least=least))
        found = scan(world, tmp_path, name, *(("--naast", tmp_path / "streng") if name == "ruim" else ()), "--publiek")
        assert found.exit_code == 0, found.output
    return tmp_path


def scan(world: Path, folder: Path, name: str, *more: str | Path) -> Result:
    words = ("--bronnen", world, "--regels", folder / f"{name}.yaml", "--opslag", folder / "lagen")
    return call("run", "--gemeente", "kleinwereld", *words, "--uitvoer", folder / name, *more)


def test_a_run_beside_stands_in_the_map_and_in_no_public_one(folder: Path) -> None:
    own, beside = unpacked((folder / "ruim" / "kleinwereld.html").read_text())["scenarios"]
    assert own["counts"]["locaties"] > beside["counts"]["locaties"]
    assert None in beside["numbers"]["rang"]
    assert beside["counts"]["planroute"] is None
    assert [one["titel"]["regelbestand"] for one in (own, beside)] == ["ruim.yaml", "streng.yaml"]
    assert own["titel"].keys() == beside["titel"].keys()
    assert own["andere_percelen"] == []
    assert "scenarios" not in unpacked((folder / "ruim" / "kleinwereld_publiek.html").read_text())
    noted = json.loads((folder / "ruim" / "run.json").read_text())["opdracht"]["naast"]
    then = json.loads((folder / "streng" / "run.json").read_text())["verantwoording"]["gestart"]
    assert [one["gestart"] for one in noted] == [then]


def test_a_rerun_gives_the_same_map_or_says_what_is_gone(folder: Path) -> None:
    found = call("rerun", folder / "ruim", "--uitvoer", folder / "nu")
    assert found.exit_code == 0, found.output
    for file in (folder / "ruim").iterdir():
        assert file.read_bytes() == (folder / "nu" / file.name).read_bytes(), file.name
    found = call("rerun", folder / "ruim", "--uitvoer", folder / "streng")
    assert found.exit_code == 2
    account = folder / "streng" / "run.json"
    account.write_text(account.read_text() + " ")
    found = call("rerun", folder / "ruim")
    assert found.exit_code == 4
    assert "streng/run.json is niet meer dat van de scan" in found.stderr
    shutil.rmtree(folder / "streng")
    found = call("rerun", folder / "ruim")
    assert found.exit_code == 4
    assert "streng/run.json van de scan" in found.stderr


def test_an_account_from_before_has_none_beside(folder: Path) -> None:
    account = json.loads((folder / "streng" / "run.json").read_text())
    del account["opdracht"]["naast"]
    (folder / "streng" / "run.json").write_text(json.dumps(account))
    found = call("rerun", folder / "streng")
    assert found.exit_code == 0, found.output


def test_what_cannot_stand_beside_is_refused(world: Path, folder: Path) -> None:
    before = (folder / "streng" / "run.json").read_bytes()
    found = scan(world, folder, "streng", "--naast", folder / "streng" / "run.json")
    assert found.exit_code == 2
    assert "kies een andere --uitvoer" in found.stderr
    assert (folder / "streng" / "run.json").read_bytes() == before
    found = scan(world, folder, "ruim", "--naast", folder / "weg")
    assert found.exit_code == 2
    found = call("run", "--uitvoer", folder / "demo", "--naast", folder / "streng")
    assert found.exit_code == 2
    assert "gaat over Kleinwereld" in found.stderr
    assert not (folder / "demo").exists()
