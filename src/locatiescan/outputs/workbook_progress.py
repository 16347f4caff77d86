"""The sheet with progress: homes by municipality, status, term, route and quarter, with two charts over its cells."""

from __future__ import annotations

from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.series_factory import SeriesFactory as Series
from openpyxl.chart.shapes import GraphicalProperties

from locatiescan.analysis.monitoring.posts import UNKNOWN
from locatiescan.analysis.monitoring.progress import ENDS, PLACES, Progress
from locatiescan.outputs.webmap_progress import STAGE_WORDS, under_way
from locatiescan.outputs.workbook_cells import (
    HEAD,
    NOTE,
    SECTION,
    TITLE,
    Formula,
    Look,
    Page,
    letter,
    plain_values,
    put,
)  # fmt: skip
from locatiescan.outputs.workbook_columns import WHOLE
from locatiescan.outputs.workbook_page import new_page
from locatiescan.policy.status import COMMITTED, STAGES

PROGRESS = "Voortgang"
NAME, NUMBER = Look(align="left", line=True), Look(number=WHOLE, align="right", line=True)
WIDTHS = (24, 26, *[12] * 14)
CHART_ROWS = 19
"""Rows that the charts cover."""
BESIDE = 7
"""Column at which the second chart begins, counted from 0."""
CHART_CM = (21.0, 8.6)
INKS = dict(zip(STAGES, ("E5E7EB", "C6DBEF", "6BAED6", "2171B5", "08306B"), strict=True))
RED = "A3151F"
SUMS = {"locaties": PLACES, "zonder_aantal": "Zonder aantal", "woningen_laag": "Woningen, laag",
        "woningen": "Woningen", "woningen_hoog": "Woningen, hoog"}  # fmt: skip
FIRST_STAGE, COMMITTED_AT, TODO_AT = 3, 3 + len(STAGES), 4 + len(STAGES)
"""Columns of the first table, counted from 0: name, blank, target, stages, what is committed and what is to do."""


def progress_page(book: Workbook, title: str, progress: Progress) -> Page:
    """Add the sheet; sums over municipalities and until a quarter are formulas, what the scan counted are numbers."""
    page = new_page(book, title, WIDTHS, "B1")
    put(page, ["Voortgang"], TITLE)
    goal = "geen doel gegeven" if progress.target is None else f"doel {progress.target} woningen"
    put(page, [f"Peildatum {progress.peildatum or UNKNOWN}; {goal}."], NOTE)
    for note in progress.notes:
        put(page, [note], NOTE)
    first, last = _statuses(page, progress.by_municipality)
    spot = page.row + 2
    for _ in range(CHART_ROWS):
        put(page)
    _place(page, _stage_chart(page, progress, first, last), f"A{spot}")
    quarters = _quarters(page, progress.by_quarter)
    if quarters[0] <= quarters[1]:
        _place(page, _quarter_chart(page, progress, *quarters), f"{letter(BESIDE)}{spot}")
    _sums(page, "Woningen naar langste termijn", progress.by_term, {"termijn": "Langste termijn"})
    _sums(page, "Woningen naar planroute", progress.by_route, {"planroute": "Planroute", "titel": "Wat"})
    return page


def _statuses(page: Page, table: pd.DataFrame) -> tuple[int, int]:
    """Write homes by municipality and status; returns the rows of the municipalities."""
    put(page)
    put(page, ["Woningen naar status"], SECTION)
    heads = ["Gemeente", None, "Doel", *STAGE_WORDS.values(), "Toegezegd", "Te gaan", *SUMS.values(), "Afgevallen"]
    first = put(page, heads, [*[HEAD] * len(heads)]) + 1
    last = first + int(table["gemeente_code"].ne("").sum()) - 1
    for row in table.to_dict("records"):
        whole = not row["gemeente_code"]
        here = page.row + 1
        counted = [(name, FIRST_STAGE + place) for place, name in enumerate(STAGES)]
        tail = [(name, TODO_AT + 1 + place) for place, name in enumerate([*SUMS, "afgevallen"])]
        cells = {at: _total(row[name], at, first, last) if whole else row[name] for name, at in (*counted, *tail)}
        start = letter(FIRST_STAGE + STAGES.index(COMMITTED[0]))
        sure, goal = f"{start}{here}:{letter(COMMITTED_AT - 1)}{here}", _known(row["doel"])
        left = f"=MAX({letter(2)}{here}-{letter(COMMITTED_AT)}{here},0)"
        cells |= {2: goal, COMMITTED_AT: Formula(f"=SUM({sure})", row["toegezegd"])}
        cells[TODO_AT] = None if goal is None else Formula(left, row["te_gaan"])
        looks = [Look(bold=whole, align="left", line=True), NAME, *[Look(WHOLE, whole, align="right", line=True)] * 14]
        put(page, [row["gemeente"], None, *(cells[at] for at in sorted(cells))], looks)
    return first, last


def _total(value: int, column: int, first: int, last: int) -> Formula:
    return Formula(f"=SUM({letter(column)}{first}:{letter(column)}{last})", value)


def _quarters(page: Page, table: pd.DataFrame) -> tuple[int, int]:
    """Write homes by quarter; returns the rows of all municipalities together, those without a quarter left out."""
    put(page)
    put(page, ["Woningen naar kwartaal waarin de planroute onherroepelijk kan zijn"], SECTION)
    words = [("woningen", "Woningen"), ("lopend", "Waarvan in onderzoek of verder")]
    heads = [f"{word}, {end}{so_far}" for end in ENDS for _, word in words for so_far in ("", ": tot en met dan")]
    put(page, ["Gemeente", "Kwartaal", *heads], HEAD)
    first = last = page.row + 1
    for _, own in table.groupby("gemeente_code", sort=False):
        first = page.row + 1
        for row in own.to_dict("records"):
            values: list[Any] = [row["gemeente"], row["kwartaal"]]
            for name in (f"{end}_{word}" for end in ENDS for word, _ in words):
                so_far = f"=SUM({letter(len(values))}${first}:{letter(len(values))}{page.row + 1})"
                known = row["kwartaal"] != UNKNOWN
                values += [row[name], Formula(so_far, int(row[f"{name}_samen"])) if known else None]
            put(page, values, [NAME, NAME, *[NUMBER] * (len(values) - 2)])
        last = page.row - 1
    return first, last


def _sums(page: Page, title: str, table: pd.DataFrame, keys: dict[str, str]) -> None:
    put(page)
    put(page, [title], SECTION)
    names = ["gemeente", *keys, *SUMS]
    put(page, ["Gemeente", *keys.values(), *SUMS.values()], HEAD)
    columns = [plain_values(table[name]) for name in names]
    looks = [NAME] * (1 + len(keys)) + [NUMBER] * len(SUMS)
    for row in zip(*columns, strict=True):
        put(page, row, looks)


def _stage_chart(page: Page, progress: Progress, first: int, last: int) -> BarChart:
    """Columns of homes by status for each municipality, with its share of the target as a mark."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 60
    stages = STAGES[1:] if under_way(progress) else STAGES
    for stage in stages:
        at = FIRST_STAGE + STAGES.index(stage) + 1
        series = Series(Reference(page.sheet, at, first, at, last), title=STAGE_WORDS[stage])
        series.graphicalProperties = GraphicalProperties(solidFill=INKS[stage])
        chart.series.append(series)
    places = Reference(page.sheet, 1, first, 1, last)
    chart.set_categories(places)
    if under_way(progress) and progress.by_municipality["doel"].iloc[: last - first + 1].notna().any():
        chart += _goals(page, places, first, last)  # among candidates many times the target it would be a stripe below
    chart.title = "Woningen naar status" + (", vanaf onderzoek" if under_way(progress) else "")
    return chart


def _goals(page: Page, places: Reference, first: int, last: int) -> LineChart:
    line = LineChart()
    series = Series(Reference(page.sheet, 3, first, 3, last), title="doel")
    series.marker.symbol, series.marker.size = "dash", 14
    series.marker.graphicalProperties = GraphicalProperties(solidFill=RED)
    series.graphicalProperties.line.noFill = True
    line.series.append(series)
    line.set_categories(places)
    return line


def _quarter_chart(page: Page, progress: Progress, first: int, last: int) -> LineChart:
    """Homes until each quarter, early and late, of all municipalities together."""
    chart = LineChart()
    under = under_way(progress)
    for end, column, dash in (("vroeg", 6 if under else 4, "solid"), ("laat", 10 if under else 8, "dash")):
        series = Series(Reference(page.sheet, column, first, column, last), title=end)
        series.graphicalProperties.line.solidFill, series.graphicalProperties.line.dashStyle = INKS[STAGES[-1]], dash
        series.smooth = False
        chart.series.append(series)
    chart.set_categories(Reference(page.sheet, 2, first, 2, last))
    words = "in onderzoek of verder" if under else "van alle kandidaten"
    chart.title = f"Woningen {words}, opgeteld tot en met het kwartaal"
    return chart


def _place(page: Page, chart: Any, spot: str) -> None:
    """Put a chart at a cell."""
    chart.legend.position = "b"
    chart.width, chart.height = CHART_CM
    chart.x_axis.delete = chart.y_axis.delete = False  # else a reader of openpyxl's files hides them
    chart.y_axis.numFmt = WHOLE
    page.sheet.add_chart(chart, spot)


def _known(value: Any) -> Any:
    return None if pd.isna(value) else int(value)
