"""Hostile text in every text column of every layer, through every output."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
from click.testing import CliRunner
from lxml import etree

from locatiescan.cli import main
from locatiescan.demo import make_demo

HOSTILE = '=cmd|" /C calc"!A0<img src=x onerror=alert(1)></script><script>alert(2)</script>\x1b[31m{{7*7}}'
KEPT = {"code", "identificatie", "naam"}
"""Of the boundary: the municipality is found by these."""
CHROMIUM = Path("/usr/bin/chromium")


def poisoned(frame: gpd.GeoDataFrame, kept: set[str]) -> gpd.GeoDataFrame:
    """Every second row with the text behind what each text column says; ids stay unique."""
    texts = frame.select_dtypes(include=["object", "str"]).columns.difference(["geometry", *kept])
    odd = pd.Series(range(len(frame)), frame.index) % 2 == 1
    return frame.assign(**{name: frame[name].where(~odd, frame[name].fillna("") + HOSTILE) for name in texts})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vijandig")
    make_demo(folder / "demo", 500)
    package = folder / "demo" / "demo.gpkg"
    for name, _ in pyogrio.list_layers(package):
        frame = pyogrio.read_dataframe(package, layer=name)
        kept = KEPT if name == "Gemeentegebied" else set()
        pyogrio.write_dataframe(poisoned(frame, kept), package, layer=name, driver="GPKG")
    places = ("--bronnen", folder / "demo" / "bronnen.yaml", "--opslag", folder / "lagen", "--uitvoer", folder / "uit")
    words = ("-q", "run", "--gemeente", "Demowaard", *places, "--publiek")
    found = CliRunner().invoke(main, [str(word) for word in words])
    assert found.exit_code == 0, found.output
    assert "\x1b" not in found.output
    return folder / "uit"


def called(*words: object) -> str:
    found = CliRunner().invoke(main, [str(word) for word in words])
    assert found.exit_code == 0, found.output
    return found.stdout


def test_the_poison_arrives_and_stays_text_in_the_geopackage(run: Path) -> None:
    sites = pyogrio.read_dataframe(run / "demowaard.gpkg", layer="kandidaten")
    assert sites["locatie_id"].str.contains("<img", regex=False).any()
    assert not sites["samenvatting"].str.contains("\x1b", regex=False).any()
    with closing(sqlite3.connect(run / "demowaard.gpkg")) as database:
        for (style,) in database.execute("select styleQML from layer_styles"):
            assert not etree.fromstring(style.encode()).xpath("//img|//script")


def test_no_cell_of_the_workbook_is_a_formula_of_the_data(run: Path) -> None:
    book = openpyxl.load_workbook(run / "demowaard.xlsx")
    book.close()
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert any("onerror" in cell.value for cell in cells)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" and "cmd|" in cell.value]


def test_commands_that_read_a_run_steer_no_terminal_and_write_no_folder_outside(run: Path, tmp_path: Path) -> None:
    sites = pyogrio.read_dataframe(run / "demowaard.gpkg", layer="kandidaten")
    name = sites["locatie_id"][sites["locatie_id"].str.contains("<img", regex=False)].iloc[0]
    assert "\x1b" not in called("explain", name, "--uitvoer", run)
    called("factsheet", name, "--uitvoer", run, "--naar", tmp_path)
    called("aerius", "--alle", "--uitvoer", run, "--naar", tmp_path)
    made = list(tmp_path.rglob("*"))
    assert {file.suffix for file in made} == {".html", ".pdf", ".gml"}
    assert {file.parent for file in made} == {tmp_path}
    for file in made:
        text = file.read_bytes()
        assert file.suffix == ".pdf" or b"<img" not in text
        assert file.suffix != ".gml" or etree.fromstring(text) is not None


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed")
@pytest.mark.parametrize("edition", ["demowaard.html", "demowaard_publiek.html"])
def test_nothing_runs_in_the_map(run: Path, edition: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        page = browser.new_page()
        faults: list[str] = []
        page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto((run / edition).as_uri())
        page.evaluate("() => window.locatiescan.ready")
        rows = page.locator("#kandidaten tbody tr")
        for k in range(min(6, rows.count())):
            rows.nth(k).click()
            assert page.locator("#waarom-kop").is_visible()
        assert page.locator("img[src='x']").count() == 0
        assert "onerror" in page.locator("body").inner_text()
        browser.close()
    assert faults == []
