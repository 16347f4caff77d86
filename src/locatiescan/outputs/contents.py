"""Hashes of what the files of a run hold, so that two runs can be held against each other."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import orjson

from locatiescan.errors import OutputError
from locatiescan.outputs.recipe import file_hash

ROWS = 5_000
"""So many rows are one list of JSON in what is hashed."""
FETCHED = 100
"""So many at a time: few enough to stay in the processor's cache."""
WHOLE = "bestand"
Contents = Mapping[str, str]
"""Part of a file, or `WHOLE`, to the hash of what it holds."""


def contents_of(path: Path) -> dict[str, str]:
    """Hash each table of a GeoPackage, and any other file whole.

    A table is hashed by its rows and not by the bytes of the file: those also tell which SQLite wrote it, and change
    when somebody only looks at the file in QGIS.

    Raises
    ------
    OutputError
        If the file cannot be read.
    """
    try:
        return _tables(path) if path.suffix == ".gpkg" else {WHOLE: file_hash(path)}
    except (OSError, sqlite3.Error) as error:
        raise OutputError(f"{path} is niet terug te lezen: {error}") from error


def differences(then: Contents, now: Contents) -> list[str]:
    """Name the parts that are not equal, those that one of the two lacks included."""
    return [part for part in dict.fromkeys([*then, *now]) if then.get(part) != now.get(part)]


def _tables(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        names = [name for (name,) in database.execute("select table_name from gpkg_contents order by table_name")]
        # it is no table of a GeoPackage and so is not listed there
        names += [name for (name,) in database.execute("select name from sqlite_master where name = 'qgis_projects'")]
        return {name: _table_hash(database, name) for name in names}


def _table_hash(database: sqlite3.Connection, name: str) -> str:
    quoted = name.replace('"', '""')
    rows = database.execute(f'select * from "{quoted}" order by rowid')  # noqa: S608 (quoted)
    digest = hashlib.sha256(orjson.dumps([column[0] for column in rows.description]))
    count = 0
    while batch := rows.fetchmany(FETCHED):
        told = orjson.dumps(batch, default=bytes.hex)
        digest.update((b"," if count else b"[") + told[1:-1])
        count = (count + len(batch)) % ROWS
        if not count:
            digest.update(b"]")
    if count:
        digest.update(b"]")
    return digest.hexdigest()
