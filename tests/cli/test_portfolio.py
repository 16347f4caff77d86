"""``portfolio`` as a user types it."""

from __future__ import annotations

import ctypes
import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from locatiescan.cli.quiet import quiet_libraries
from locatiescan.outputs.region_runs import Region
from locatiescan.outputs.status_file import write_status
from locatiescan.outputs.tables import FICTITIOUS
from locatiescan.sources.status import read_status
from support.command import call
from support.portfolios import DAY, NAMES, SIX, figures, sites

COMMAND = import_module("locatiescan.cli.portfolio")

WISHES = """
titel: Proef
toelichting: Klein
doel: 100
verdeling: vrij
verdeling_waarom: x
uitwisseling: {waarom: x}
oplevering: {bouwweken: 26, waarom: x}
weging: {locaties: 1.0, geschiktheid: 1.0, weken: 1.0, waarom: x}
last_per_locatie: {woningen: 1.0, waarom: x}
mix_waarom: x
varianten: 0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished region of six sites."""
    nothing = pd.DataFrame({"locatie_id": pd.Series(dtype="str")})
    routes = pd.DataFrame({name: pd.Series(dtype="str") for name in ("locatie_id", "oordeel", "reden", "van_kracht")})
    rejected = pd.DataFrame({"grens": [], "oppervlakte_m2": [], "vrij_m2": []})
    made = Region(
        "Proefregio",
        DAY.isoformat(),
        tuple(NAMES.items()),
        sites(SIX),
        nothing,
        routes,
        rejected,
        figures(),
        True,
        "2026-11-23T12:00:00+00:00",
        tmp_path,
    )
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "portefeuille.yaml").write_text(WISHES)
    monkeypatch.setattr(COMMAND, "read_region", lambda _: made)
    monkeypatch.setattr(COMMAND, "read_deciders", lambda _: {})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795435200")
    return tmp_path


def outcome(folder: Path) -> dict:
    return json.loads((folder / "portefeuille.json").read_text())


def test_wishes_beside_the_scan_are_used(folder: Path) -> None:
    found = call("portfolio", "--uitvoer", folder)
    assert found.exit_code == 0, found.output
    said = " ".join(found.stdout.split())
    assert "Het doel van 100 woningen is haalbaar: 100 woningen op 2 locaties" in said
    assert FICTITIOUS in said
    assert [line for line in found.stdout.splitlines() if line.startswith("Geschreven:")] == [
        f"Geschreven: {folder}/portefeuille.{kind}" for kind in ("gpkg", "xlsx", "html", "json")
    ]
    assert outcome(folder)["gehaald"] is True


def test_options_go_before_the_file_and_are_recorded(folder: Path) -> None:
    words = ("--doel", "120", "--minimum", "Ceedorp=30", "--maximum", "gm0001=60", "--nooit", "L-a1")
    found = call("portfolio", "--uitvoer", folder, *words, "--verplicht", "L-b2", "--voorkeur", "geschiktheid")
    assert found.exit_code == 0, found.output
    told = outcome(folder)
    assert told["doel"] == 120
    chosen = {row["locatie_id"] for row in told["sets"][0]["gekozen"]}
    assert "L-b2" in chosen
    assert "L-a1" not in chosen
    assert told["gewijzigd"]["--minimum GM0003"] == "30"
    assert {row["voorwaarde"] for row in told["voorwaarden"]} == {
        "minimum GM0003", "maximum GM0001", "verplicht L-b2", "uitgesloten L-a1",
    }  # fmt: skip


def test_the_same_question_gives_the_same_bytes(folder: Path) -> None:
    assert call("portfolio", "--uitvoer", folder, "--minimum", "Ceedorp=30").exit_code == 0
    files = {path: path.read_bytes() for path in folder.glob("portefeuille.[gxhj]*")}
    assert len(files) == 4
    assert call("portfolio", "--uitvoer", folder, "--minimum", "Ceedorp=30").exit_code == 0
    assert {path: path.read_bytes() for path in files} == files


def test_what_cannot_be_met_is_written_and_explained(folder: Path) -> None:
    found = call("portfolio", "--uitvoer", folder, "--doel", "500", "--naar", folder / "uit")
    assert found.exit_code == 1
    assert "Het doel van 500 woningen is niet haalbaar: ten hoogste zijn er 210 mogelijk" in " ".join(
        found.stdout.split()
    )
    assert outcome(folder / "uit")["gehaald"] is False
    assert (folder / "uit" / "portefeuille.html").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--minimum", "Nergens=3"), "'Nergens' is geen gemeente van deze scan (Aadorp, Beedorp, Ceedorp)"),
        (("--minimum", "Aadorp"), "is geen gemeente"),
        (("--maximum", "Aadorp=veel"), "schrijf GEMEENTE=AANTAL"),
        (("--verplicht", "L-x"), "kent geen locatie 'L-x'"),
    ],
)
def test_wrong_calls_write_nothing(folder: Path, words: tuple[str, ...], said: str) -> None:
    found = call("portfolio", "--uitvoer", folder, *words)
    assert found.exit_code == 2
    assert said in " ".join(found.stderr.split())
    assert not (folder / "portefeuille.json").exists()


def status_of(folder: Path, status: dict[str, str], homes: dict[str, int]) -> Path:
    """A status file of some sites."""
    table = sites(SIX)[["locatie_id", "gemeente", "geometry"]]
    rows = table[table["locatie_id"].isin(list(status))].assign(percelen=None, datum="2026-11-01", toelichting=None)
    numbers = pd.array([homes.get(name) for name in rows["locatie_id"]], dtype="Int64")
    rows = rows.assign(status=rows["locatie_id"].map(status), woningen=numbers)
    write_status(gpd.GeoDataFrame(rows), folder / "status.csv")
    return folder / "status.csv"


def test_what_was_decided_is_in_and_what_was_dropped_is_not(folder: Path) -> None:
    status = status_of(folder, {"L-c2": "vergund", "L-a1": "afgevallen"}, {})
    assert len(read_status(status)) == 2
    found = call("portfolio", "--uitvoer", folder, "--status", status)
    assert found.exit_code == 0, found.output
    chosen = {row["locatie_id"] for row in outcome(folder)["sets"][0]["gekozen"]}
    assert "L-c2" in chosen
    assert "L-a1" not in chosen


def test_homes_that_were_decided_on_count_and_no_others(folder: Path) -> None:
    status = status_of(folder, {"L-c2": "gebouwd", "L-b1": "besloten"}, {"L-c2": 7, "L-b1": 64})
    found = call("portfolio", "--uitvoer", folder, "--status", status)
    assert found.exit_code == 0, found.output
    homes = {row["locatie_id"]: row["woningen"] for row in outcome(folder)["sets"][0]["gekozen"]}
    assert homes.items() >= {"L-c2": 7, "L-b1": 64}.items()  # planned were 10 and 50


def test_decided_ground_that_is_no_candidate_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = status_of(folder, {"L-a1": "besloten"}, {"L-a1": 60})
    region = COMMAND.read_region(folder)
    fewer = replace(region, candidates=region.candidates[region.candidates["locatie_id"] != "L-a1"].reset_index())
    monkeypatch.setattr(COMMAND, "read_region", lambda _: fewer)
    found = call("portfolio", "--uitvoer", folder, "--status", status)
    assert "in deze scan niet te kiezen en dus niet meegeteld: L-a1" in " ".join(found.stdout.split())


def test_time_that_is_up_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = iter(range(0, 10**9, 3600))
    monkeypatch.setattr(COMMAND, "monotonic", lambda: float(next(hours)))
    found = call("portfolio", "--uitvoer", folder, "--rekentijd", "5000", "--minimum", "Ceedorp=30")
    assert found.exit_code == 1, found.output
    said = " ".join(found.stdout.split())
    assert "Er is binnen de rekentijd geen portefeuille gevonden; dat er geen is, is niet bewezen." in said
    assert "Niet alles is bewezen binnen de rekentijd van 1.400 s" in said
    assert outcome(folder)["sets"] == []


def test_what_libraries_print_stays_out(capfd: pytest.CaptureFixture[str]) -> None:
    libc = ctypes.CDLL(None)
    libc.puts(b"before")
    with quiet_libraries():
        libc.puts(b"solver")
    libc.puts(b"after")
    libc.fflush(None)
    assert capfd.readouterr().out.split() == ["before", "after"]


def test_a_run_without_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = sites(SIX).drop(columns="woningen")
    made = Region("Kaal", "", (), gpd.GeoDataFrame(bare), *[pd.DataFrame()] * 3, {}, False, "", folder)
    monkeypatch.setattr(COMMAND, "read_region", lambda _: made)
    found = call("portfolio", "--uitvoer", folder)
    assert found.exit_code == 2
    assert "zegt niets over woningen" in " ".join(found.stderr.split())
