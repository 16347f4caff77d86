"""The file of a workbook: with what its formulas give, and the same bytes for the same content.

openpyxl leaves out what a formula gives, and dates the file by the clock. Without results a preview, a reader that
does not calculate, and Excel in protected view show empty cells; so they are put in here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from locatiescan.errors import OutputError
from locatiescan.outputs.workbook_cells import safe_text
from locatiescan.whole import written_whole

FORMULA_CELL = re.compile(rb'<c r="([A-Z]+\d+)"((?: s="\d+")?)><f>(.*?)</f><v ?(?:/>|></v>)</c>')
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
HARDEST = 9
"""Level of compression: thousands of formulas that hardly differ take a tenth less room than at the usual 6."""
OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file knows; every part carries it."""


def save(book: Workbook, results: Mapping[str, Sequence[Any]], started_at: str, path: Path) -> None:
    """Write a workbook.

    Parameters
    ----------
    results : mapping
        Title of a sheet to what its formulas give, in the order in which they stand.
    started_at : str
        UTC, ISO 8601: the date of the file; empty for none.

    Raises
    ------
    OutputError
        If it cannot be written, or a sheet has not as many formulas as results.
    """
    moment = datetime.fromisoformat(started_at).replace(tzinfo=None) if started_at else datetime(*OLDEST)
    book.properties.creator, book.properties.created = "locatiescan", moment
    book.calculation.fullCalcOnLoad = True
    raw = BytesIO()
    book.save(raw)
    given = {f"xl/worksheets/sheet{i}.xml": results[title] for i, title in enumerate(book.sheetnames, 1)}
    stamp = f"{moment.isoformat(timespec='seconds')}Z".encode()
    with written_whole(path) as temporary, ZipFile(raw) as made, ZipFile(temporary, "w") as final:
        for part in made.namelist():
            content = made.read(part)
            if part in given:
                content = with_results(content, given[part])
            elif part == "docProps/core.xml":
                content = MODIFIED.sub(rb"\g<1>" + stamp, content)
            final.writestr(ZipInfo(part, OLDEST), content, ZIP_DEFLATED, HARDEST)


def with_results(sheet: bytes, results: Sequence[Any]) -> bytes:
    """XML of a sheet with a result in each of its formulas.

    Raises
    ------
    OutputError
        If there are not as many formulas as results.
    """
    left = iter(results)
    try:
        content = FORMULA_CELL.sub(lambda cell: _with_result(cell, left), sheet)
    except StopIteration:
        raise OutputError("werkboek: er zijn meer formules dan uitkomsten") from None
    if next(left, left) is not left:
        raise OutputError("werkboek: er zijn meer uitkomsten dan formules")
    return content


def _with_result(cell: re.Match[bytes], left: Iterator[Any]) -> bytes:
    place, style, formula = cell.groups()
    result = next(left)
    kind = b' t="str"' if isinstance(result, str) else b""
    # what a source wrote may hold signs that XML refuses: one would make the whole file unreadable
    value = escape(safe_text(result)) if isinstance(result, str) else repr(result)
    return b'<c r="%b"%b%b><f>%b</f><v>%b</v></c>' % (place, style, kind, formula, value.encode())
