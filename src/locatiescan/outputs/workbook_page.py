"""Sheets of a workbook: what stands above a table, the table, and how both print."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from locatiescan.outputs.workbook_cells import (
    HEAD,
    SMALL,
    Look,
    Page,
    as_date,
    letter,
    plain_values,
    put,
    put_rows,
)
from locatiescan.outputs.workbook_columns import DAY, Column, shown_as

GOOD, DOUBT, BAD = ("ja", "open", "groen"), ("onbekend", "handmatig toetsen", "oranje"), ("nee", "dicht", "rood")
COLOURS = {GOOD: "D8EFD9", DOUBT: "FFF0C9", BAD: "F6D5D2"}
ELSE = 14
"""Width of a column that only has something above the table."""
WRAP_FROM = 60
"""Width from which a column holds whole sentences."""
VERDICT = "oordeel"
"""How the name of a column of verdicts ends."""
A4, A3 = 9, 8
WIDE = 200
"""Characters across, beyond which a sheet needs A3."""
WIDEST = 330
"""Characters across that can still be read on one page of A3."""

Line = tuple[Sequence[Any], Look | Sequence[Look]]
"""One row above a table: values and looks."""


@dataclass(frozen=True)
class Table:
    """Columns that are to be written."""

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    values: tuple[Sequence[Any], ...]
    """Of each column, of equal length."""


def table_of(
    frame: pd.DataFrame,
    names: Sequence[str],
    called: Mapping[str, str] = MappingProxyType({}),
    **instead: Sequence[Any],
) -> Table:
    """Columns of a frame that are there, in order; `called` gives other headings, `instead` other values."""
    kept = tuple(name for name in names if name in frame or name in instead)
    columns = tuple(shown_as(name)._replace(heading=called.get(name, shown_as(name).heading)) for name in kept)
    pairs = zip(kept, columns, strict=True)
    values = tuple(instead[name] if name in instead else _values(frame[name], column) for name, column in pairs)
    return Table(kept, columns, values)


def new_page(book: Workbook, title: str, widths: Sequence[float], frozen: str | None = None) -> Page:
    """Add a sheet: landscape, as wide as the paper, with its name and page number at the foot."""
    sheet: Any = book.create_sheet(title)
    for place, width in enumerate(widths):
        sheet.column_dimensions[letter(place)].width = width
    sheet.freeze_panes = frozen
    sheet.sheet_view.zoomScale = 90
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A3 if sum(widths) > WIDE else A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = math.ceil(sum(widths) / WIDEST), 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.7, footer=0.3)
    sheet.oddFooter.left.text = "&A"
    sheet.oddFooter.right.text = "Bladzijde &P van &N"
    return Page(sheet, widths)


def table_page(book: Workbook, title: str, intro: Sequence[Line], table: Table, frozen: int = 2) -> Page:
    """Add a sheet with one table: names as in the GeoPackage in grey, headings with filters, rows.

    Parameters
    ----------
    intro : sequence
        Rows above the table.
    frozen : int
        Columns that stay in sight.
    """
    widths = [column.width for column in table.columns]
    more = max((len(values) for values, _ in intro), default=0) - len(widths)
    page = new_page(book, title, widths + [ELSE] * more, f"{letter(frozen)}{len(intro) + 3}")
    for values, looks in intro:
        put(page, values, looks)
    put_table(page, table)
    head, last = len(intro) + 2, max(page.row, len(intro) + 3)
    page.sheet.auto_filter.ref = f"A{head}:{letter(len(widths) - 1)}{last}"
    page.sheet.print_title_rows = f"{head}:{head}"
    return page


def put_table(page: Page, table: Table) -> tuple[int, int]:
    """Write names, headings and rows; returns the numbers of the first and last row (last < first without any)."""
    put(page, table.names, SMALL)
    first = put(page, [column.heading for column in table.columns], HEAD) + 1
    looks = [look_of(column) for column in table.columns]
    put_rows(page, zip(*table.values, strict=True), looks)
    colour_verdicts(page, table.names, first)
    return first, page.row


def look_of(column: Column) -> Look:
    """How the cells of a column look: text on the left, numbers on the right, sentences on more lines."""
    align = "left" if column.number == "General" else "right"
    return Look(number=column.number, wrap=column.width >= WRAP_FROM, align=align, line=True)


def colour_verdicts(page: Page, names: Sequence[str], first: int) -> None:
    """Green, yellow and red for what is yes, doubtful and no, from a row to the last in every column of verdicts."""
    spots = [letter(place) for place, name in enumerate(names) if name.endswith(VERDICT)]
    for column in spots if page.row >= first else ():
        for words, colour in COLOURS.items():
            test = ",".join(f'{column}{first}="{word}"' for word in words)
            rule = FormulaRule(formula=[f"OR({test})"], fill=PatternFill("solid", bgColor=colour))
            page.sheet.conditional_formatting.add(f"{column}{first}:{column}{page.row}", rule)


def _values(values: pd.Series, column: Column) -> list[Any]:
    plain = plain_values(values, column.unknown)
    return [as_date(value) for value in plain] if column.number == DAY else plain
