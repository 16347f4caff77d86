"""What a GeoPackage holds, as far as QGIS is to be told: tables, columns, extents, and where each came from."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from locatiescan.outputs.qgis_words import TABLES
from locatiescan.outputs.tables import FICTITIOUS


@dataclass(frozen=True)
class Table:
    """A layer or a table without shapes."""

    name: str
    title: str
    columns: tuple[str, ...]
    """Without the key and the shape."""
    shape: str
    """``Polygon``, ``Line``, ``Point``; empty for a table without shapes."""
    extent: tuple[float, float, float, float] | None = None
    """West, south, east, north in RD New; None where there is nothing."""
    credit: str = ""
    licence: str = ""
    fetched: str = ""
    """UTC, ISO 8601."""

    @property
    def spatial(self) -> bool:
        """Whether it has shapes."""
        return bool(self.shape)


@dataclass(frozen=True)
class Contents:
    """All tables of one run, and what a reader must know of it."""

    tables: Mapping[str, Table]
    account: Mapping[str, str] = field(default_factory=dict)
    """Pairs of the table ``verantwoording``."""

    @property
    def started(self) -> str:
        """UTC, ISO 8601; a fixed moment where the run does not say."""
        return self.account.get("gestart") or "2000-01-01T00:00:00+00:00"

    @property
    def title(self) -> str:
        """What the whole is called; says so when the data was made up."""
        place = self.account.get("gemeente", "")
        return " ".join(filter(None, ("Locatiescan", place, "– FICTIEVE GEGEVENS" if self.fictitious else "")))

    @property
    def fictitious(self) -> bool:
        """Whether the data was made up; whatever shows it says so."""
        return self.account.get("let op") == FICTITIOUS


SHAPES = {"MULTIPOLYGON": "Polygon", "MULTILINESTRING": "Line", "POINT": "Point"}
NOT_OURS = ("layer_styles",)
OWN = "locatiescan, berekend uit de lagen in de tabel bronnen"


def read_contents(database: sqlite3.Connection) -> Contents:
    """Read what a GeoPackage holds.

    Parameters
    ----------
    database : Connection
        A GeoPackage as `write_geopackage` makes it.

    Raises
    ------
    sqlite3.Error
        If it is no GeoPackage.
    """
    registered = database.execute(
        "select c.table_name, min_x, min_y, max_x, max_y, geometry_type_name from gpkg_contents c "
        "left join gpkg_geometry_columns g on g.table_name = c.table_name order by c.rowid"
    ).fetchall()
    names = {row[0] for row in registered}
    account = dict(_rows(database, "verantwoording", "onderwerp", "tekst")) if "verantwoording" in names else {}
    sources = {row[0]: row[1:] for row in _sources(database, names)}
    own = ("", OWN, "", account.get("gestart", ""))
    tables = {
        name: _table(database, name, shape, (*extent,), sources.get(name, own))
        for name, *extent, shape in registered
        if name not in NOT_OURS
    }
    return Contents(tables, {key: text or "" for key, text in account.items()})


def _table(
    database: sqlite3.Connection, name: str, shape: str | None, extent: tuple, source: tuple[str | None, ...]
) -> Table:
    columns = database.execute("select name, pk from pragma_table_info(?)", (name,)).fetchall()
    title, credit, licence, fetched = (text or "" for text in source)
    return Table(
        name,
        TABLES.get(name) or title or name,
        tuple(column for column, key in columns if not key and column != "geom"),
        SHAPES.get(shape or "", ""),
        None if None in extent else extent,
        credit,
        licence,
        fetched,
    )


def _sources(database: sqlite3.Connection, names: set[str]) -> list[tuple]:
    if "bronnen" not in names:
        return []
    return _rows(database, "bronnen", "laag", "titel", "bronvermelding", "licentie", "opgehaald")


def _rows(database: sqlite3.Connection, table: str, *columns: str) -> list[tuple]:
    """Some columns of one of our own tables."""
    # no name in it comes from outside
    return database.execute(f'select {", ".join(columns)} from "{table}"').fetchall()  # noqa: S608
