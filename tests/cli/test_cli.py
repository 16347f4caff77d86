"""The commands as a user types them."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import click
import geopandas as gpd
import pytest

from locatiescan.cli import main
from locatiescan.cli.written import slug_of
from support.command import call

RULES = (
    "titel: t\ntoelichting: u\nlimits:\n"
    "  - {naam: bpl_aandeel, measure: covered_share, layer: bpl, max: 0.1, waarom: x}\n"
    "preferences:\n  - {naam: compact_aandeel, measure: compactness, gewicht: 1, curve: {0: 0, 1: 1}, waarom: x}\n"
)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "r.yaml").write_text(RULES)
    return tmp_path / "r.yaml"


def test_a_command_is_imported_when_it_is_asked_and_goes_by_its_own_name() -> None:
    light = "import sys, locatiescan.cli; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", light], check=False).returncode == 0
    above = click.Context(main)
    for name in main.list_commands(above):
        found = main.get_command(above, name)
        assert found is not None, name
        assert found.name == name
    assert "No such command 'rnu'" in call("rnu").output


def test_a_run_names_its_files_and_the_best(world: Path, rules: Path, tmp_path: Path) -> None:
    found = call(
        "run", "--gemeente", "kleinwereld", "--bronnen", world, "--regels", rules, "--uitvoer", tmp_path / "uit"
    )
    assert found.exit_code == 0, found.output
    assert sorted(path.name for path in (tmp_path / "uit").iterdir()) == [
        "kleinwereld.gpkg",
        "kleinwereld.html",
        "kleinwereld.xlsx",
        "kleinwereld_kandidaten.parquet",
        "kleinwereld_percelen.parquet",
        "run.json",
    ]
    assert "Fictieve gegevens" in found.stdout
    assert (
        "5 percelen; 4 locaties (0 van meer percelen samen): 4 voldoen, 0 nog onbekend; 1 perceel valt af"
        in found.stdout
    )
    assert "kleinwereld.gpkg" in found.stdout.replace("\n", "")
    assert "percelen" in found.stderr
    account = json.loads((tmp_path / "uit" / "run.json").read_text())
    assert account["verantwoording"]["regelbestand"].startswith("r.yaml sha256:")


def test_a_folder_keeps_the_account_of_its_municipality(world: Path, rules: Path, tmp_path: Path) -> None:
    words = ["run", "--gemeente", "kleinwereld", "--bronnen", world, "--regels", rules, "--uitvoer", tmp_path / "uit"]
    assert call(*words).exit_code == 0
    account = tmp_path / "uit" / "run.json"
    (tmp_path / "uit" / "gevoeligheid_rangorde.csv").write_text("van de vorige scan")
    assert call(*words).exit_code == 0
    assert not (tmp_path / "uit" / "gevoeligheid_rangorde.csv").exists()
    account.write_text(account.read_text().replace("Kleinwereld (GM0001)", "Heiloo (GM0399)"))
    refused = call(*words)
    assert refused.exit_code == 2
    assert "bevat al een scan van Heiloo (GM0399)" in refused.stderr.replace("\n", " ")
    assert "Heiloo (GM0399)" in account.read_text()


def test_an_empty_name_is_not_the_demo(tmp_path: Path) -> None:
    found = call("run", "--gemeente", " ", "--uitvoer", tmp_path / "uit")
    assert found.exit_code == 2
    assert "is leeg" in found.stderr
    assert not (tmp_path / "uit").exists()


def test_quiet_says_only_the_outcome(world: Path, rules: Path, tmp_path: Path) -> None:
    found = call("-q", "run", "--gemeente", "GM0001", "--bronnen", world, "--regels", rules, "--uitvoer", tmp_path)
    assert found.exit_code == 0
    assert found.stderr == ""


def test_a_users_own_layer_changes_the_verdict(world: Path, rules: Path, tmp_path: Path) -> None:
    everything = gpd.read_file(world.parent / "wereld.gpkg", layer="gemeentegrens").drop(columns=["code", "naam"])
    everything.to_file(tmp_path / "bpl.geojson", driver="GeoJSON")
    found = call(
        "run", "--gemeente", "kleinwereld", "--bronnen", world, "--regels", rules, "--uitvoer", tmp_path / "uit",
        "--laag", f"bpl={tmp_path / 'bpl.geojson'}",
    )  # fmt: skip
    assert found.exit_code == 0, found.output
    assert "0 voldoen, 0 nog onbekend; 5 percelen vallen af" in found.stdout
    parcels = gpd.read_file(tmp_path / "uit" / "kleinwereld.gpkg", layer="percelen")
    assert set(parcels["afgewezen_door"]) == {"bpl_aandeel"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run", "--gemeente", "klienwereld"], 2, "Bedoelt u Kleinwereld?"),
        (["run"], 2, "Noem met --gemeente"),
        (["run", "--gemeente", "kleinwereld", "--laag", "x=y"], 2, "kent geen laag 'x'"),
    ],
)
def test_a_users_mistake_has_no_traceback(
    world: Path, rules: Path, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    found = call(*words, "--bronnen", world, "--regels", rules, "--uitvoer", tmp_path / "uit")
    assert found.exit_code == code
    assert said in found.stderr
    assert "Traceback" not in found.output
    assert not (tmp_path / "uit").exists()


def test_each_kind_of_error_has_its_exit_code(world: Path, rules: Path, tmp_path: Path) -> None:
    (tmp_path / "fout.yaml").write_text("titel: x\n")
    assert call("check", tmp_path / "fout.yaml").exit_code == 3
    text = world.read_text().replace("url: wereld.gpkg", "url: weg.gpkg")
    (tmp_path / "weg.yaml").write_text(text)
    run = ("run", "--gemeente", "kleinwereld", "--regels", rules, "--uitvoer", tmp_path, "--bronnen")
    assert call(*run, tmp_path / "weg.yaml").exit_code == 4
    assert call("run", "--bestaat-niet").exit_code == 2


def test_check_counts_what_is_sound(rules: Path, world: Path) -> None:
    found = call("check", rules, "--bronnen", world)
    assert found.exit_code == 0
    assert "in orde; 1 grenzen, 1 voorkeuren, 0 metingen" in found.stdout.replace("\n", "")


def test_the_demo_names_a_path_with_a_space_so_that_a_shell_takes_it(tmp_path: Path) -> None:
    found = call("demo", tmp_path / "mijn demo", "--percelen", "500")
    command = found.stdout.split("Scan haar met: ")[1]
    assert shlex.split(command)[-2:] == ["--bronnen", str(tmp_path / "mijn demo" / "bronnen.yaml")]


def test_the_demo_is_written_and_can_be_scanned(tmp_path: Path) -> None:
    found = call("demo", tmp_path / "demo", "--percelen", "500", "--seed", "7")
    assert found.exit_code == 0
    catalogue = tmp_path / "demo" / "bronnen.yaml"
    scanned = call("run", "--gemeente", "Demowaard", "--bronnen", catalogue, "--uitvoer", tmp_path / "uit")
    assert scanned.exit_code == 0, scanned.output
    parcels = gpd.read_file(tmp_path / "uit" / "demowaard.gpkg", layer="percelen")
    assert len(parcels) == pytest.approx(500, rel=0.02)
    assert set(parcels["oordeel"]) == {"ja", "nee", "onbekend"}
    assert "Fictieve gegevens" in (tmp_path / "uit" / "demowaard.html").read_text()


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Bergen (NH.)", "bergen_nh"), ("'s-Gravenhage", "s_gravenhage"), ("Súdwest-Fryslân", "sudwest_fryslan")],
)
def test_a_file_name_is_plain(name: str, slug: str) -> None:
    assert slug_of(name) == slug
