"""``factsheet`` as a user types it."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from locatiescan.crs import RD
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS
from small_world import box
from support.command import BARE_RULES, call, finished_run


@pytest.fixture(scope="module")
def finished(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a finished run of the small world, that answered nothing."""
    return finished_run(world, BARE_RULES, tmp_path_factory.mktemp("gedaan"))


@pytest.fixture
def answered(finished: Path, tmp_path: Path) -> Path:
    """The same with answers: one route, one flag, a block on a, and one building."""
    shutil.copytree(finished, tmp_path / "uit")
    package = tmp_path / "uit" / "kleinwereld.gpkg"
    sites = pyogrio.read_dataframe(package, layer="kandidaten")
    told = sites.assign(samenvatting="Een plek.", weten_wij_niet="", planroute_oordeel="dicht", woningen=12.0)
    flag = {"titel": "Didam", "onderwerp": "grond", "oordeel": "ja", "ongeverifieerd": True}
    block = {"locatie_id": ["L-a"], "soort": ["blok"], "lagen": [2], "woningen": [12], "plaatsen": [None]}
    made = {"locatie_id": ["T-1"], "soort": ["transformatie"], "samenvatting": ["Een gebouw."]}
    tables = {
        "kandidaten": told,
        "planroutes": pd.DataFrame([{"locatie_id": "L-a", "beste": False}]),
        "vlaggen": pd.DataFrame([{"locatie_id": "L-a"} | flag]),
        "indeling": gpd.GeoDataFrame(block, geometry=[box(5, 5, 25, 13)], crs=RD),
        "transformatie": gpd.GeoDataFrame(made, geometry=[box(100, 0, 150, 50)], crs=RD),
    }
    for name, table in tables.items():
        pyogrio.write_dataframe(table, package, layer=name)
    return tmp_path / "uit"


def made_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.suffix in (".html", ".pdf") and "_" in file.name)


def test_locations_parcels_and_buildings(answered: Path, tmp_path: Path) -> None:
    found = call("factsheet", "L-a", "b", "T-1", "L-a", "--uitvoer", answered, "--naar", tmp_path / "raad")
    assert found.exit_code == 0, found.output
    names = [f"kleinwereld_{name}.{kind}" for name in ("L-a", "L-b", "T-1") for kind in ("html", "pdf")]
    assert made_in(tmp_path / "raad") == names
    assert found.stdout.splitlines()[:6] == [f"Geschreven: {tmp_path / 'raad' / name}" for name in names]
    assert FICTITIOUS in found.stdout
    assert DISCLAIMER in " ".join(found.stdout.split())
    html = (tmp_path / "raad" / "kleinwereld_L-a.html").read_text()
    assert "A: 1 blok van 20 × 8 m, 2 lagen, 12 woningen" in html
    assert "Dan moet wie mee wil doen, een gelijke kans krijgen (Didam-arrest) [U]." in html
    assert "Proefindeling" not in (tmp_path / "raad" / "kleinwereld_L-b.html").read_text()


def test_the_best_and_the_same_bytes_again(answered: Path) -> None:
    assert call("factsheet", "--beste", "2", "--uitvoer", answered).exit_code == 0
    files = {file: file.read_bytes() for file in answered.glob("kleinwereld_L-*")}
    assert [file.name for file in sorted(files)] == [
        f"kleinwereld_L-{x}.{kind}" for x in "ab" for kind in ("html", "pdf")
    ]
    assert call("factsheet", "L-a", "L-b", "--uitvoer", answered).exit_code == 0
    assert {file: file.read_bytes() for file in files} == files


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Noem een of meer LOCATIES, of geef --beste N."),
        (("L-a", "--beste", "2"), "Noem een of meer LOCATIES, of geef --beste N."),
        (("e",), "'e' hoort bij geen locatie"),
        (("L-a", "L-nergens"), "kent geen perceel of locatie 'L-nergens'"),
    ],
)
def test_wrong_calls_write_nothing(answered: Path, words: tuple[str, ...], said: str) -> None:
    found = call("factsheet", *words, "--uitvoer", answered)
    assert found.exit_code == 2
    assert said in found.stderr
    assert made_in(answered) == []


def test_a_location_without_shape(answered: Path) -> None:
    package = answered / "kleinwereld.gpkg"
    sites = pyogrio.read_dataframe(package, layer="kandidaten")
    pyogrio.write_dataframe(sites.set_geometry([None] * len(sites), crs=RD), package, layer="kandidaten")
    found = call("factsheet", "L-a", "--uitvoer", answered)
    assert found.exit_code == 2
    assert "Zonder vlak is er niets te tekenen: L-a." in found.stderr


def test_a_run_that_answered_nothing(finished: Path) -> None:
    found = call("factsheet", "L-a", "--uitvoer", finished)
    assert found.exit_code == 2
    assert "zegt niets over woningen en planroutes" in found.stderr
