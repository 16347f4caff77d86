"""Cells of a workbook: what they look like, and text that stays text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname

from locatiescan.model import JA, NEE
from locatiescan.outputs.csvfile import FORMULA

LONGEST = 32_767
"""Characters that a cell can hold."""
# control signs, which XML refuses; signs that turn the direction of text; halves of pairs
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
INK, PAPER, BAND, EDIT, GREY = "1F3A4D", "FFFFFF", "E8EEF2", "FFF2CC", "6B7780"


class Formula(NamedTuple):
    """What a cell calculates, and what that gives with the weights of the run."""

    text: str
    result: Any


@dataclass(frozen=True)
class Look:
    """How a cell looks."""

    number: str = "General"
    bold: bool = False
    italic: bool = False
    size: int = 10
    ink: str = "000000"
    fill: str = ""
    wrap: bool = False
    align: str = ""
    """``left`` and ``right`` leave a little room, so that text does not stick to the number beside it."""
    line: bool = False
    """A thin line under it."""
    quoted: bool = False
    """Stays text even when a reader types in it and leaves."""


LINE, TALLEST = 13.5, 400.0
"""Height of a line of ordinary text and of the tallest row, points."""
PLAIN = Look()
WRAPPED = Look(wrap=True)
TITLE = Look(bold=True, size=16, ink=INK)
SECTION = Look(bold=True, size=12, ink=INK)
NOTE = Look(ink=GREY, italic=True)
WARNING = Look(bold=True, ink="9C0006")
SMALL = Look(ink=GREY, size=8, wrap=True, align="center")
HEAD = Look(bold=True, ink=PAPER, fill=INK, wrap=True, align="center")
EDITABLE = Look(number="0.##", bold=True, fill=EDIT, line=True, align="center")


@dataclass
class Page:
    """A sheet that is being written, row by row."""

    sheet: Any
    """Of openpyxl, write-only."""
    widths: Sequence[float]
    """Of its columns, in characters."""
    row: int = 0
    """Number of the last row."""
    results: list[Any] = field(default_factory=list)
    """Of its formulas, in the order in which they stand."""
    cells: dict[tuple[int, Look], Cell] = field(default_factory=dict)
    """One for each column and look: a row is gone to the file before the next takes them."""


def put(page: Page, values: Iterable[Any] = (), looks: Look | Sequence[Look] = PLAIN) -> int:
    """Write the next row; returns its number. None leaves a cell empty."""
    row, height = [], LINE
    for place, value in enumerate(values):
        look = looks if isinstance(looks, Look) else looks[place]
        value = None if value == "" else value
        row.append(None if value is None and not (look.fill or look.line) else _cell(page, place, value, look))
        if look.wrap or look.size != PLAIN.size:
            height = max(height, _height(value, look, page.widths[place]))
    page.row += 1
    if height > LINE:
        page.sheet.row_dimensions[page.row].height = min(height, TALLEST)
    page.sheet.append(row)
    return page.row


def safe_text(value: str) -> str:
    """Text as a cell can hold it: no unseen signs, no line breaks, and not too long."""
    text = UNSEEN.sub(" ", value).strip() if UNSEEN.search(value) else value
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def plain_values(column: pd.Series, unknown: str | None = None) -> list[Any]:
    """Values of a column for `put`: numbers as Python's own, texts, ja and nee; `unknown` where there is none."""
    missing = column.isna().tolist()
    if pd.api.types.is_bool_dtype(column):
        values = column.map({True: JA, False: NEE}).tolist()
    elif pd.api.types.is_numeric_dtype(column):
        values = column.astype("float64").tolist()
    else:
        values = [str(value) or None for value in column]
    return [unknown if gone else value for value, gone in zip(values, missing, strict=True)]


def as_date(text: Any) -> Any:
    """Text in ISO 8601 as a date; anything else as it is, and nothing for an empty text."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and text else text or None
    except ValueError:
        return text


def letter(place: int) -> str:
    """Letters of a column, counted from 0."""
    return get_column_letter(place + 1)


def block(sheet: str, column: str, first: int, last: int) -> str:
    """Address of a stretch of a column on another sheet, that copying does not shift."""
    return f"{quote_sheetname(sheet)}!${column}${first}:${column}${last}"


def _height(value: Any, look: Look, width: float) -> float:
    """Points that a cell needs: not every reader fits rows to wrapped text by itself."""
    room = max(1, int(width * (0.9 if look.bold else 1.1) * PLAIN.size / look.size))
    lines = len(textwrap.wrap(value, room)) if look.wrap and isinstance(value, str) else 1
    return lines * LINE * look.size / PLAIN.size


def _cell(page: Page, place: int, value: Any, look: Look) -> Cell:
    if isinstance(value, str):
        value = safe_text(value)
        if value.startswith(FORMULA):
            look = replace(look, quoted=True)
    cell = page.cells.get((place, look)) or page.cells.setdefault((place, look), _styled(page.sheet, look))
    cell.value = value.text if isinstance(value, Formula) else value
    if isinstance(value, str):
        cell.data_type = "s"  # whatever it looks like: only a Formula is calculated
    if isinstance(value, Formula):
        page.results.append(value.result)
    return cell


def _styled(sheet: Any, look: Look) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.font = Font(name="Calibri", size=look.size, bold=look.bold, italic=look.italic, color=look.ink)
    cell.alignment = Alignment(
        wrap_text=look.wrap or None,
        vertical="top",
        horizontal=look.align or None,
        indent=int(look.align in ("left", "right")),
    )
    if look.fill:
        cell.fill = PatternFill("solid", start_color=look.fill)
    if look.line:
        cell.border = Border(bottom=Side("thin", color="C0C8CE"))
    cell.number_format = look.number
    cell.quotePrefix = look.quoted
    return cell
