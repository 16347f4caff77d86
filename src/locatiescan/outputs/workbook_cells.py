"""Cells of a workbook: what they look like, text that stays text, and rows as the file holds them.

openpyxl makes all that is around the cells. The cells are written here, as XML: openpyxl makes an object of each and
checks it, which takes seven times as long, and it cannot write what a formula gives.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.datetime import to_excel

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


class Style(NamedTuple):
    """A look as the file knows it."""

    number: int
    quoted: int
    """Of the same look for text that begins like a formula: it stays text when a reader types in it and leaves."""
    drawn: bool
    """Whether it shows in an empty cell."""


@dataclass
class Page:
    """A sheet that is being written, row by row."""

    sheet: Any
    """Of openpyxl, for what is around the cells; cells come from `put` and `put_rows` only."""
    widths: Sequence[float]
    """Of its columns, in characters."""
    row: int = 0
    """Number of the last row."""
    xml: BytesIO = field(default_factory=BytesIO)
    """The rows, as they go into the file."""
    styles: dict[Look, Style] = field(default_factory=dict)


def put(page: Page, values: Iterable[Any] = (), looks: Look | Sequence[Look] = PLAIN) -> int:
    """Write the next row; returns its number. None leaves a cell empty."""
    row = list(values)
    return put_rows(page, [row], [looks] * len(row) if isinstance(looks, Look) else looks)


def put_rows(page: Page, rows: Iterable[Sequence[Any]], looks: Sequence[Look]) -> int:
    """Write the next rows, with a look for each column; returns the number of the last."""
    columns = [(letter(place), _style(page, look)) for place, look in enumerate(looks)]
    tall = [place for place, look in enumerate(looks) if look.wrap or look.size != PLAIN.size]
    for row in rows:
        page.row += 1
        heights = [_height(row[i], looks[i], page.widths[i]) for i in tall if i < len(row)]
        cells = [
            _cell(f"{column}{page.row}", value, style)
            for (column, style), value in zip(columns, row, strict=False)  # a look more than values is no fault
        ]
        page.xml.write(f'<row r="{page.row}"{_tall(heights)}>{"".join(cells)}</row>'.encode())
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


def _tall(heights: Sequence[float]) -> str:
    """Attributes of a row that needs more than the height of a line."""
    height = min(max(heights, default=LINE), TALLEST)
    return f' ht="{height:g}" customHeight="1"' if height > LINE else ""


def _height(value: Any, look: Look, width: float) -> float:
    """Points that a cell needs: not every reader fits rows to wrapped text by itself."""
    room = max(1, int(width * (0.9 if look.bold else 1.1) * PLAIN.size / look.size))
    lines = _lines(value, room) if look.wrap and isinstance(value, str) and len(value) > room else 1
    return lines * LINE * look.size / PLAIN.size


@lru_cache(maxsize=10_000)
def _lines(text: str, room: int) -> int:
    """Lines that a text takes; candidates share many of theirs."""
    return len(textwrap.wrap(text, room))


def _cell(spot: str, value: Any, style: Style) -> str:
    """A cell as the file holds it; nothing where there is nothing to see."""
    if isinstance(value, str):
        text = safe_text(value)
        if text:
            return _text_cell(spot, text, style.quoted if text.startswith(FORMULA) else style.number)
        value = None
    if value is None:
        return f'<c r="{spot}" s="{style.number}"/>' if style.drawn else ""
    formula, result = _calculated(value) if isinstance(value, Formula) else ("", value)
    kind = ' t="str"' if isinstance(result, str) else ' t="b"' if isinstance(result, bool) else ""
    return f'<c r="{spot}" s="{style.number}"{kind}>{formula}{_value(result)}</c>'


def _calculated(formula: Formula) -> tuple[str, Any]:
    return f"<f>{escape(formula.text.removeprefix('='))}</f>", formula.result


def _text_cell(spot: str, text: str, style: int) -> str:
    kept = "" if text == text.strip() else ' xml:space="preserve"'
    return f'<c r="{spot}" s="{style}" t="inlineStr"><is><t{kept}>{escape(text)}</t></is></c>'


def _value(value: Any) -> str:
    """What a cell holds, or a formula gives: text, number or date; nothing where it is none of them.

    Raises
    ------
    TypeError
        If a cell cannot hold it.
    """
    if isinstance(value, str):
        return f"<v>{escape(safe_text(value))}</v>"
    number = to_excel(value) if hasattr(value, "isoformat") else value
    if number is None or not math.isfinite(number):
        return ""
    return f"<v>{repr(float(number)).removesuffix('.0')}</v>"


def _style(page: Page, look: Look) -> Style:
    if look not in page.styles:
        number, quoted = (_styled(page.sheet, look, quoted).style_id for quoted in (False, True))
        page.styles[look] = Style(number, quoted, bool(look.fill or look.line))
    return page.styles[look]


def _styled(sheet: Any, look: Look, quoted: bool) -> Any:
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
    cell.quotePrefix = quoted
    return cell
