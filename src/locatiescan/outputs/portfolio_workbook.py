"""The workbook of a portfolio."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from locatiescan.outputs.portfolio_record import Record, account, conclusion, sites_of, tables
from locatiescan.outputs.tables import FICTITIOUS
from locatiescan.outputs.workbook_cells import NOTE, SECTION, TITLE, WARNING, WRAPPED, Page, plain_values, put
from locatiescan.outputs.workbook_columns import ONE, SHARE, WHOLE, Column
from locatiescan.outputs.workbook_file import new_book, save
from locatiescan.outputs.workbook_page import Line, Table, new_page, table_of, table_page

OVERVIEW = "Overzicht"
COLUMNS = {
    "set": Column("Set", 20),
    "gemeente_code": Column("Code", 10),
    "deel": Column("Deel van alle woningen", 12, SHARE),
    "aandeel": Column("Gevraagd aandeel (woningen)", 13, WHOLE, None),
    "verschil": Column("Woningen min aandeel", 12, WHOLE, None),
    "locaties": Column("Locaties", 10, WHOLE),
    "woningen": Column("Woningen", 11, WHOLE),
    "minimum": Column("Minimum", 10, WHOLE, None),
    "maximum": Column("Maximum", 10, WHOLE, None),
    "bouwt_voor_anderen": Column("Bouwt voor anderen", 11, WHOLE),
    "anderen_bouwen": Column("Anderen bouwen", 11, WHOLE),
    "voorwaarde": Column("Voorwaarde", 30),
    "samen": Column("Alle samen", 10),
    "bekend": Column("Prijs bewezen", 10),
    "kost": Column("Kost", 10, ONE),
    "eenheid": Column("Eenheid", 14),
    "weken": Column("Weken later", 10, ONE),
    "woningen_meer_mogelijk": Column("Woningen meer mogelijk zonder (ongeveer)", 16, WHOLE),
    "prijs": Column("In woorden", 110),
    "reden": Column("Reden", 100),
    "locaties_mede": Column("Locaties waar meer moet wijken", 14, WHOLE),
    "woningen_mede": Column("Woningen daarop", 12, WHOLE),
    "percelen": Column("Percelen", 10, WHOLE),
    "beslist": Column("Wie kan wijken", 14),
    "grens": Column("Grens", 26),
    "woningen_schatting": Column("Woningen (schatting)", 13, WHOLE),
    "zin": Column("In woorden", 110),
    "opgeven": Column("Opgeven", 34),
}
SHEETS = {
    "gemeenten": ("Per gemeente", "Woningen en locaties van elke set, per gemeente."),
    "uitwisseling": ("Uitwisseling", "Wie bouwt voor wie (woningen)."),
    "opleveringen": ("Opleveringen", "Woningen die op een dag zeker klaar zijn."),
    "voorwaarden": (
        "Prijzen",
        "Wat elke voorwaarde kost: het verschil met de beste set zonder haar. 0 wil zeggen: zij bindt niet.",
    ),
    "wegen_eruit": ("Wegen eruit", "De kleinste groepen eisen waarvan het opgeven een portefeuille mogelijk maakt."),
    "openingen": (
        "Openingen",
        "Locaties waarvan elke planroute dicht is, naar wat haar sluit: zoveel gaan er open als alleen dit niet gold.",
    ),
    "grenzen": (
        "Bijna",
        "Percelen die op een enkele grens afvallen. Woningen zijn een schatting: vrije grond maal de mediaan van "
        "woningen per m² vrije grond van de kandidaten.",
    ),
    "weggelaten": ("Weggelaten", "Locaties en gebouwen waaruit niet gekozen kon worden."),
}


def write_portfolio_workbook(record: Record, path: Path) -> None:
    """Write overview, municipalities, the sites of each set, prices, and what was left out. Same input, same bytes.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    book = new_book()
    pages = {OVERVIEW: _overview(book, record)}
    for chosen in record.proposal.sets:
        frame = pd.DataFrame(sites_of(chosen)).drop(columns="geometry")
        title = chosen.title
        pages[title] = _sheet(book, title, frame, f"{chosen.title}: de gekozen locaties.")
    for name, frame in tables(record).items():
        if name in SHEETS and len(frame):
            title, about = SHEETS[name]
            pages[title] = _sheet(book, title, frame, about)
    if record.fictitious:
        for page in pages.values():
            page.sheet.oddFooter.center.text = FICTITIOUS
    save(book, pages, record.made_at, path)


def _overview(book: Workbook, record: Record) -> Page:
    page = new_page(book, OVERVIEW, (34, 110))
    put(page, [f"Portefeuille {record.region}"], TITLE)
    if record.fictitious:
        put(page, [FICTITIOUS], WARNING)
    put(page, ["Uitkomst", conclusion(record)], (SECTION, WRAPPED))
    for sentence in record.proposal.shortfall.sentences[1:] if record.proposal.shortfall else ():
        put(page, ["", sentence], WRAPPED)
    for key, text in account(record).items():
        if key != "uitkomst":
            put(page, [key[:1].upper() + key[1:], text], WRAPPED)
    return page


def _sheet(book: Workbook, title: str, frame: pd.DataFrame, about: str) -> Page:
    intro: list[Line] = [([title], TITLE), ([about], NOTE)]
    return table_page(book, title, intro, _table(frame))


def _table(frame: pd.DataFrame) -> Table:
    """Columns with our own headings where they have one, else as everywhere."""
    names = [str(name) for name in frame]
    usual = table_of(frame, names)
    columns = [COLUMNS.get(name, column) for name, column in zip(usual.names, usual.columns, strict=True)]
    values: list[Sequence[object]] = [
        plain_values(frame[name], column.unknown) if name in COLUMNS else given
        for name, column, given in zip(usual.names, columns, usual.values, strict=True)
    ]
    return Table(usual.names, tuple(columns), tuple(values))
