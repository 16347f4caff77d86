"""LibreOffice, headless, as a second spreadsheet: what it calculates from the formulas of a workbook."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

Typed = Mapping[tuple[str, str], Any]
"""Sheet and cell to what a reader types there."""


def recalculated(path: Path, folder: Path, *readers: Typed) -> list[Workbook]:
    """Values of a workbook as LibreOffice calculates them after what each reader types; skips where it is absent."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed (Debian package libreoffice-calc-nogui)")
    files = [_typed(path, folder / f"lezer{i}.xlsx", typed) for i, typed in enumerate(readers)]
    own = f"-env:UserInstallation=file://{folder / 'profiel'}"
    command = [program, own, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder / "uit"]
    done = subprocess.run([*command, *files], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [load_workbook(folder / "uit" / file.name, data_only=True) for file in files]


def _typed(path: Path, copy: Path, typed: Typed) -> Path:
    """A copy with what was typed, and without the result of any formula: what comes back was calculated."""
    book = load_workbook(path)
    for (sheet, cell), value in typed.items():
        book[sheet][cell].value = value
    book.save(copy)
    return copy
