"""The files of a portfolio."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pytest

from locatiescan.analysis.choosing.proposal import Proposal, propose
from locatiescan.outputs.portfolio_files import as_json, write_portfolio
from locatiescan.outputs.portfolio_page import as_html
from locatiescan.outputs.portfolio_record import Record, conclusion
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS
from locatiescan.policy.portfolio import Delivery, Exchange
from support.portfolios import NAMES, SIX, ground, site, wishes

HOSTILE = "<img src=x onerror=alert(1)>"
FORMULA = "=HYPERLINK(1)"


def record_of(proposal: Proposal, **more: object) -> Record:
    made = Record("Proefregio", proposal, "2026-11-23T12:00:00+00:00", "a" * 64, "b" * 64, {}, True)
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def met() -> Record:
    """A proposal with everything in it."""
    asked = wishes(
        100,
        minimum={3: 30},
        verdeling="pro_rata",
        varianten=1,
        uitwisseling=Exchange(toegestaan=True, max_aandeel=1.0, waarom="x"),
        opleveringen=(Delivery(datum="2029-01-01", woningen=20, waarom="x"),),
    )
    return record_of(propose(ground(), asked))


@pytest.fixture(scope="module")
def unmet() -> Record:
    """Wishes that ask more than there is, with something to open."""
    shut = site("L-dicht", 1, 80, 9000, planroute_oordeel="dicht", planroute=None)
    routes = pd.DataFrame({"locatie_id": ["L-dicht"], "oordeel": ["dicht"], "reden": [HOSTILE], "van_kracht": [True]})
    rejected = pd.DataFrame({"grens": ["bestemming"], "oppervlakte_m2": [5000.0], "vrij_m2": [3000.0]})
    asked = wishes(250, uitgesloten=("L-b2",))
    known = ground([*SIX, shut], routes=routes, rejected=rejected, deciders={"bestemming": "raad"})
    return record_of(propose(known, asked))


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += f"{data} "


def read(html: str) -> _Texts:
    parser = _Texts()
    parser.feed(html)
    return parser


def test_the_conclusion_comes_first(met: Record) -> None:
    found = read(as_html(met))
    said = " ".join(found.said.split())
    assert conclusion(met).startswith("Het doel van 100 woningen is haalbaar: ")
    assert said.index(conclusion(met)) < said.index("Per gemeente")
    assert "Bewezen: geen andere set is beter." in said
    for name in NAMES.values():
        assert name in said
    assert "De verdeling naar woningvoorraad is een aanname: nergens is zij vastgesteld." in said
    assert FICTITIOUS in said
    assert DISCLAIMER in said
    assert "Een minimum van 30 in Ceedorp" in said
    assert "script" not in found.tags


def test_bars_carry_their_figures_in_words(met: Record) -> None:
    rows = met.proposal.sets[0].municipalities
    html = as_html(met)
    for row in rows.to_dict("records"):
        assert f'aria-label="{row["woningen"]} woningen, aandeel {row["aandeel"]}"' in html
    widths = [float(width) for width in re.findall(r'<rect width="([\d.]+)" height="8" fill="#0b4f8a"', html)]
    most = max(rows["woningen"].max(), rows["aandeel"].max())
    assert widths == [pytest.approx(100 * homes / most, abs=0.01) for homes in rows["woningen"]]


def test_what_cannot_be_met_says_how_far_and_what_opens(unmet: Record) -> None:
    said = " ".join(read(as_html(unmet)).said.split())
    assert "Het doel van 250 woningen is niet haalbaar: ten hoogste zijn er 190 mogelijk" in said
    assert "Wanneer dit niet gold" in said
    assert f"{HOSTILE} 1 80" in said
    assert "bestemming de raad 1 30" in said
    assert "Bewezen: geen andere set" not in said


def test_hostile_text_is_text(met: Record, unmet: Record) -> None:
    evil = [site(f"L-{HOSTILE}", 1, 60), site(FORMULA, 2, 50, 500, product=HOSTILE, gemeente=HOSTILE)]
    names = NAMES | {"GM0001": HOSTILE, "GM0002": FORMULA}
    found = propose(ground(evil, names=names), wishes(100, minimum={1: 20}))
    html = as_html(record_of(found, region=HOSTILE, missing=(HOSTILE,)))
    for text in (html, as_html(unmet)):
        assert "<img" not in text
        assert "&lt;img" in text
    assert "img" not in read(html).tags


def test_files_hold_the_same_and_are_the_same_again(met: Record, tmp_path: Path) -> None:
    first, again = (write_portfolio(met, tmp_path / name) for name in "ab")
    assert [path.name for path in first] == [f"portefeuille.{kind}" for kind in ("gpkg", "xlsx", "html", "json")]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    layers = {name for name, _ in pyogrio.list_layers(first[0])}
    assert {"voorstel", "variant_1", "gemeenten", "voorwaarden", "opleveringen", "verantwoording"} <= layers
    chosen = pyogrio.read_dataframe(first[0], layer="voorstel")
    solution = met.proposal.sets[0].solution
    assert chosen["woningen"].sum() == solution.homes
    assert chosen.geometry.notna().all()
    content = json.loads(first[3].read_text())
    assert content["sets"][0]["woningen"] == solution.homes
    assert {row["locatie_id"] for row in content["sets"][0]["gekozen"]} == set(chosen["locatie_id"])
    assert (content["gehaald"], content["wensen_sha256"], content["scan_sha256"]) == (True, "a" * 64, "b" * 64)


def test_the_workbook_opens_and_adds_up(met: Record, unmet: Record, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_portfolio(met, tmp_path)[1])
    assert {"Overzicht", "Voorstel", "Variant 1", "Per gemeente", "Prijzen", "Opleveringen"} <= set(book.sheetnames)
    sheet = book["Voorstel"]
    names = [cell.value for cell in sheet[3]]
    homes = [row[names.index("woningen")].value for row in sheet.iter_rows(min_row=5)]
    assert sum(homes) == met.proposal.sets[0].solution.homes
    other = openpyxl.load_workbook(write_portfolio(unmet, tmp_path / "niet")[1])
    assert {"Zo ver als het kan", "Openingen", "Bijna", "Weggelaten"} <= set(other.sheetnames)


def test_without_any_set_there_are_files_too(tmp_path: Path) -> None:
    told = record_of(propose(ground(), wishes(60, verplicht=("L-a1",), uitgesloten=("L-a1",), minimum={3: 999})))
    paths = write_portfolio(told, tmp_path)
    content = json.loads(paths[3].read_text())
    assert content["gehaald"] is False
    assert content["tekort"]
    assert json.loads(as_json(told)) == content
