"""The file of a workbook: with the rows of its sheets, and the same bytes for the same content.

openpyxl writes all but the rows, and dates the file by the clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from locatiescan.errors import OutputError
from locatiescan.outputs.workbook_cells import Page, letter
from locatiescan.whole import written_whole

NO_ROWS = re.compile(rb"<sheetData ?/>|<sheetData></sheetData>")
EXTENT = re.compile(rb'(<dimension ref=")[^"]*')
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
LEVEL = 6
"""Of compression: at 9 the workbook of a region is a ninth smaller and takes 1.6 times as long to write."""
OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file knows; every part carries it."""


def new_book() -> Workbook:
    """A workbook without sheets."""
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    return book


def save(book: Workbook, pages: Mapping[str, Page], started_at: str, path: Path) -> None:
    """Write a workbook.

    Parameters
    ----------
    pages : mapping
        Title of a sheet to its page: every sheet of the book.
    started_at : str
        UTC, ISO 8601: the date of the file; empty for none.

    Raises
    ------
    OutputError
        If it cannot be written, or a sheet has cells that are not of its page.
    """
    moment = datetime.fromisoformat(started_at).replace(tzinfo=None) if started_at else datetime(*OLDEST)
    book.properties.creator, book.properties.created = "locatiescan", moment
    book.calculation.fullCalcOnLoad = True
    raw = BytesIO()
    book.save(raw)
    sheets = {f"xl/worksheets/sheet{i}.xml": pages[title] for i, title in enumerate(book.sheetnames, 1)}
    stamp = f"{moment.isoformat(timespec='seconds')}Z".encode()
    with written_whole(path) as temporary, ZipFile(raw) as made, ZipFile(temporary, "w") as final:
        for part in made.namelist():
            content = made.read(part)
            if part in sheets:
                content = _with_rows(content, sheets[part])
            elif part == "docProps/core.xml":
                content = MODIFIED.sub(rb"\g<1>" + stamp, content)
            final.writestr(ZipInfo(part, OLDEST), content, ZIP_DEFLATED, LEVEL)


def _with_rows(sheet: bytes, page: Page) -> bytes:
    """XML of a sheet with its rows."""
    before, *after = NO_ROWS.split(sheet)
    if len(after) != 1:
        raise OutputError(
            f"werkboek: blad {page.sheet.title} heeft cellen of rijhoogten die niet met put geschreven zijn"
        )
    extent = f"A1:{letter(max(len(page.widths), 1) - 1)}{max(page.row, 1)}".encode()
    rows = (b"<sheetData>", page.xml.getbuffer(), b"</sheetData>")
    return b"".join((EXTENT.sub(rb"\g<1>" + extent, before), *rows, *after))
