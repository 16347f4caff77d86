"""The workbook: the ranking with live formulas, so that a planner can check the sum and weigh anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from locatiescan.analysis.monitoring.progress import Progress
from locatiescan.model import Dossier, ScanResult
from locatiescan.outputs.tables import FICTITIOUS, rules_table, sources_table
from locatiescan.outputs.workbook_cells import Page
from locatiescan.outputs.workbook_file import new_book, save
from locatiescan.outputs.workbook_monitor import monitor_page
from locatiescan.outputs.workbook_progress import PROGRESS, progress_page
from locatiescan.outputs.workbook_ranking import RANKING, WEIGHTS, Ranking, ranking_of, ranking_page
from locatiescan.outputs.workbook_sheets import (
    buildings_page,
    details_page,
    frame_page,
    guide_page,
    municipality_page,
    paragraphs_page,
    unknown_page,
)
from locatiescan.outputs.workbook_weights import weights_page

GUIDE = "Leeswijzer"
LONGEST_TITLE = 31
ABOUT_ROUTES = (
    "Elke planroute die op de peildatum bestaat, per kandidaat; met de reden waarom zij dicht is of iemand moet kijken."
)
ABOUT_FLAGS = (
    "Signalen uit recht en geld; wat onbekend is moet iemand navragen, wat niet geverifieerd is moet iemand nalezen."
)

Write = Callable[[Workbook, str], Page]


def write_workbook(results: Sequence[ScanResult], path: Path, progress: Progress | None = None) -> None:
    """Write one or more scans as one workbook (xlsx).

    Sheets ``Leeswijzer``, ``Rangorde``, ``Gewichten``, one for each municipality, what was answered
    (``Planroutes``, ``Vlaggen``, ``Transformatie``), ``Onbekend``, ``Planmonitor``, ``Regels`` and ``Bronnen``.
    The same scans give the same bytes.

    Parameters
    ----------
    results : sequence of ScanResult
        At least one; by the same rules, or else scores and ranks are values instead of formulas.
    progress : Progress, optional
        Homes against the target, for the sheet ``Voortgang``.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    book = new_book()
    sheets = _sheets(results)
    if progress is not None:
        sheets = {PROGRESS: lambda book, title: progress_page(book, title, progress)} | sheets
    pages = {GUIDE: guide_page(book, GUIDE, results, list(sheets))}
    pages |= {title: write(book, title) for title, write in sheets.items()}
    if any(result.fictitious for result in results):
        for page in pages.values():
            page.sheet.oddFooter.center.text = FICTITIOUS
    save(book, pages, results[0].started_at, path)


def _sheets(results: Sequence[ScanResult]) -> dict[str, Write]:
    """What to write after the guide, by title."""
    ranking = ranking_of(results)
    sheets: dict[str, Write] = {
        RANKING: lambda book, _: ranking_page(book, ranking),
        WEIGHTS: lambda book, _: weights_page(book, ranking, results),
    }
    for result in results:
        title = sheet_title(result.area.name, [GUIDE, *sheets])
        sheets[title] = lambda book, title, result=result: municipality_page(book, title, ranking, result)
    dossiers = [(result.area.name, result.dossier) for result in results if result.dossier]
    if dossiers:
        sheets |= _answers(ranking, dossiers)
    rules = [(result.area.name, rules_table(result)) for result in results]
    sources = [(result.area.name, sources_table(result)) for result in results]
    return sheets | {
        "Onbekend": lambda book, title: unknown_page(book, title, ranking, results),
        "Planmonitor": lambda book, title: monitor_page(book, title, ranking),
        "Regels": lambda book, title: frame_page(
            book, title, rules, "Wat is gemeten en geoordeeld, waarom, en volgens wie."
        ),
        "Bronnen": lambda book, title: frame_page(book, title, sources, "Beloofd: hoeveel de bron zei te hebben."),
    }


def _answers(ranking: Ranking, dossiers: Sequence[tuple[str, Dossier]]) -> dict[str, Write]:
    routes = pd.concat([dossier.routes[_in_force(dossier.routes)] for _, dossier in dossiers], ignore_index=True)
    flags = pd.concat([dossier.flags for _, dossier in dossiers], ignore_index=True)
    buildings = [(name, dossier.transformation) for name, dossier in dossiers if len(dossier.transformation)]
    sheets: dict[str, Write] = {
        "Samenvatting": lambda book, title: paragraphs_page(book, title, ranking),
        "Planroutes": lambda book, title: details_page(book, title, ranking, routes, ABOUT_ROUTES, "Open?"),
        "Vlaggen": lambda book, title: details_page(book, title, ranking, flags, ABOUT_FLAGS, "Speelt dit?"),
    }
    if buildings:
        sheets["Transformatie"] = lambda book, title: buildings_page(
            book, title, buildings, "Gebouwen die misschien woningen kunnen worden, met hetzelfde antwoord als grond."
        )
    return sheets


def _in_force(routes: pd.DataFrame) -> pd.Series:
    """Routes that are there on the day that was asked for; a table that does not say so is taken whole."""
    return routes["van_kracht"].astype(bool) if "van_kracht" in routes else pd.Series(True, index=routes.index)


def sheet_title(name: str, taken: Sequence[str]) -> str:
    """Name of a municipality as the title of a sheet: no signs that Excel refuses, at most 31, and not taken."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip("' ")[:LONGEST_TITLE] or "Gemeente"
    known = {title.casefold() for title in (*taken, "History")}
    numbered = (plain, *(f"{plain[: LONGEST_TITLE - 4]} ({i})" for i in range(2, 99)))
    return next(title for title in numbered if title.casefold() not in known)
