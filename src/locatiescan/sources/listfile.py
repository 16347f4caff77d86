"""A user's own list as CSV: read whole or refused with every fault, and never with data on persons."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from locatiescan.errors import SourceError

MAX_BYTES = 50_000_000
MAX_CELL = 200
MAX_NAME = 60
SHOWN = 20
"""Faults that are written out; the total is always told."""
PERSONAL = (
    "naam", "bsn", "burgerservice", "adres", "mail", "geboorte", "geboren", "telefoon", "mobiel", "iban",
    "voorletter", "initialen", "geslacht", "persoon", "bewoner", "huurder", "rechthebbende", "gerechtigde",
)  # fmt: skip
"""Parts of a column's name that betray data on persons."""
OF_THINGS = (
    "straatnaam", "plaatsnaam", "gemeentenaam", "wijknaam", "buurtnaam", "gebouwnaam", "adresseerbaarobject",
)  # fmt: skip
"""The same parts where they are of things."""

Reader = Callable[[str], Any]
"""Reads one cell; raises ValueError with the fault and its remedy, in Dutch."""


def read_list(
    path: Path,
    columns: Mapping[str, Reader],
    key: tuple[str, ...],
    optional: tuple[str, ...] = (),
    *,
    prose: Mapping[str, int] = MappingProxyType({}),
    windows: bool = False,
) -> pd.DataFrame:
    """Read a CSV with a header, separated by ``;``, ``,`` or tabs, UTF-8 with or without byte order mark.

    Parameters
    ----------
    path : Path
    columns : mapping
        Column to what reads its cells. Other columns are passed over, unless they seem to hold data on persons.
    key : tuple of str
        Columns that name a row: one of them, at least, is filled, and a key comes once, or again with the same.
    optional : tuple of str
        Columns that may be absent, as may each of the key but not all.
    prose : mapping, optional
        Columns of running text to the characters they may hold; a line break in them counts as a blank.
    windows : bool
        Also take what a spreadsheet on Windows writes as plain CSV (code page 1252).

    Returns
    -------
    DataFrame of object
        The columns, None where a cell is blank or the column absent, in the order of the file.

    Raises
    ------
    SourceError
        The file cannot be read, is too large or empty, or has faults: each with line, column and remedy.
    """
    faults: list[str] = []
    rows = _rows(path, _text(path, windows))
    names = _header(next(rows, (1, [""]))[1], tuple(columns), key, optional, faults)
    _stop(path, faults)
    found: dict[tuple, tuple[int, tuple]] = {}
    for line, cells in rows:
        if any(cells[len(names) :]):
            remedy = "zet een waarde met een scheidingsteken erin tussen aanhalingstekens"
            faults.append(f"regel {line}: {len(cells)} velden, de kop heeft er {len(names)}; {remedy}")
        elif any(cells):
            row = {name: _one_line(cell) if name in prose else cell for name, cell in zip(names, cells, strict=False)}
            _keep(line, row, columns, key, prose, found, faults)
    _stop(path, faults)
    if not found:
        raise SourceError(f"{path}: er staat niets onder de kop; laat de lijst weg als er niets bekend is")
    return pd.DataFrame([values for _, values in found.values()], columns=list(columns), dtype=object)


def _keep(
    line: int,
    row: Mapping[str, str],
    columns: Mapping[str, Reader],
    key: tuple[str, ...],
    prose: Mapping[str, int],
    found: dict[tuple, tuple[int, tuple]],
    faults: list[str],
) -> None:
    """Keep a row by its key; one that comes again must say the same."""
    so_far = len(faults)
    values = {name: _value(line, name, row, read, prose.get(name, MAX_CELL), faults) for name, read in columns.items()}
    named = tuple(values[name] for name in key)
    if len(faults) > so_far:
        return
    if not any(named):
        faults.append(f"regel {line}, kolom {' of '.join(key)}: is leeg; vul het in of verwijder de regel")
        return
    first, before = found.setdefault(named, (line, tuple(values.values())))
    if before != tuple(values.values()):
        ids = ", ".join(str(part) for part in named if part)
        faults.append(
            f"regel {line}, kolom {' en '.join(key)}: {ids} staat ook op regel {first} met andere gegevens; houd er een"
        )


def _value(line: int, name: str, row: Mapping[str, str], read: Reader, most: int, faults: list[str]) -> Any:
    if name not in row:  # the header may lack it, and so may the end of a line
        row = {name: ""}
    try:
        return read(_cell(row[name], most))
    except ValueError as error:
        faults.append(f"regel {line}, kolom {name}: {error}")
        return None


def _one_line(text: str) -> str:
    return re.sub(r"[^\S ]+", " ", text)


def _cell(text: str, most: int) -> str:
    if len(text) > most:
        raise ValueError(f"{len(text)} tekens, ten hoogste {most}; kort de waarde in")
    if not text.isprintable():
        raise ValueError("bevat onzichtbare tekens; typ de waarde opnieuw")
    return text


def _header(
    names: list[str], wanted: tuple[str, ...], key: tuple[str, ...], optional: tuple[str, ...], faults: list[str]
) -> list[str]:
    """Names of the columns in small letters; told is what is missing, doubled or not to be there."""
    names = [name.casefold() for name in names]
    for name in (name for name, times in Counter(names).items() if name and times > 1):
        faults.append(f"regel 1, kolom {name[:MAX_NAME]}: staat er dubbel; verwijder er een")
    remedy = "lijkt gegevens van personen te bevatten; die horen hier niet: verwijder deze kolom"
    faults += [
        f"regel 1, kolom {name[:MAX_NAME]}: {remedy}" for name in names if name not in wanted and _personal(name)
    ]
    missing = [name for name in wanted if name not in (*names, *optional, *key)]
    if not set(key) & set(names):
        missing.insert(0, " of ".join(key))
    given = ", ".join(name[:MAX_NAME] for name in names if name) or "niets"
    faults += [f"regel 1, kolom {name}: ontbreekt; de eerste regel noemt nu: {given}" for name in missing]
    return names


def _personal(name: str) -> bool:
    letters = re.sub(r"[^a-z]", "", name)
    for thing in OF_THINGS:
        letters = letters.replace(thing, " ")
    return any(part in letters for part in PERSONAL)


def _text(path: Path, windows: bool) -> str:
    """Content of the file, without byte order mark."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(
                f"{path}: groter dan {MAX_BYTES // 1_000_000} MB; dat is geen lijst van percelen of gebouwen"
            )
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: niet te lezen: {error.strerror}") from error
    try:
        text = _decoded(content, windows)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SourceError(f"{path}: regel {line}: geen UTF-8; bewaar de lijst als 'CSV UTF-8'") from error
    if "\0" in text:
        raise SourceError(f"{path}: geen tekst; bewaar de lijst als 'CSV UTF-8' en niet als werkmap")
    return text


def _decoded(content: bytes, windows: bool) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if not windows:
            raise
        return content.decode("cp1252")


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Cells of each row without blanks around them, with the line on which the row begins."""
    head = re.match(r"[^\r\n]*", text)
    sign = max(";,\t", key=(head.group() if head else "").count)  # a header holds no text that could mislead
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(
            f"{path}: regel {line}: geen geldige CSV ({error}); staat er een aanhalingsteken te veel?"
        ) from error


def _stop(path: Path, faults: list[str]) -> None:
    """Raise all faults at once: the user mends them in one go."""
    if not faults:
        return
    more = len(faults) - SHOWN
    shown = faults[:SHOWN] + ([f"… en nog {more}"] if more > 0 else [])
    raise SourceError("\n  ".join([f"{path}: {'1 fout' if len(faults) == 1 else f'{len(faults)} fouten'}", *shown]))
