"""Tables in PostGIS. The wheels of GDAL have no PostgreSQL, so this reads with psycopg.

A password never stands in a catalogue: PostgreSQL's own ``~/.pgpass``, ``pg_service.conf`` or ``PGPASSWORD`` hold it.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from locatiescan.crs import RD
from locatiescan.errors import SourceError
from locatiescan.model import Source
from locatiescan.sources.page import Bounds, Pages, Promise

ROWS_PER_PAGE = 5_000
RD_SRID = int(RD.rpartition(":")[2])


def read(source: Source, bounds: Bounds, promise: Promise) -> Pages:
    """Yield the rows of a table or view that touch a box.

    Counting and reading see one and the same state of the table (one repeatable-read transaction).

    Parameters
    ----------
    source : Source
        ``url`` is a connection string without password, e.g. ``service=gis``; ``typename`` is ``schema.table``.
    bounds : tuple of float
        West, south, east, north in RD metres.
    promise : Promise
        Gets the table's own count for the box.

    Raises
    ------
    SourceError
        If psycopg is not installed, the database does not answer, or the table is not as the catalogue says.
    """
    psycopg, sql = _driver(source)
    try:
        with psycopg.connect(source.url or "", connect_timeout=10) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield from _pages(connection, sql, source, bounds, promise)
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SourceError(f"laag {source.name}: PostGIS: {said}") from error


def _pages(connection: Any, sql: Any, source: Source, bounds: Bounds, promise: Promise) -> Pages:
    table = sql.Identifier(*(source.typename or "").split("."))
    geometry = sql.Identifier(_geometry_column(connection, source))
    box = (*bounds, RD_SRID)
    inside = sql.SQL("{} && ST_MakeEnvelope(%s, %s, %s, %s, %s)").format(geometry)
    # a bounding box may touch where the shape itself does not; both queries ask the same
    (count,) = connection.execute(sql.SQL("SELECT count(*) FROM {} WHERE {}").format(table, inside), box).fetchone()
    promise.matched = count
    names = list(dict.fromkeys([*source.columns.values(), *(source.key or "").split("+")]))
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in names if name)
    query = sql.SQL("SELECT {}, ST_AsBinary(ST_CurveToLine({})) FROM {} WHERE {}").format(
        columns, geometry, table, inside
    )
    with connection.cursor(name="locatiescan") as cursor:
        cursor.execute(query, box)
        while rows := cursor.fetchmany(ROWS_PER_PAGE):
            values = {name: [row[i] for row in rows] for i, name in enumerate(names) if name}
            yield gpd.GeoDataFrame(values, geometry=shapely.from_wkb([row[-1] for row in rows]), crs=RD, dtype=object)


def _geometry_column(connection: Any, source: Source) -> str:
    """The table's only geometry column in RD New."""
    schema, _, table = (source.typename or "").rpartition(".")
    found = connection.execute(
        "SELECT f_geometry_column, srid FROM geometry_columns WHERE f_table_name = %s AND f_table_schema = %s",
        (table, schema or "public"),
    ).fetchall()
    if len(found) != 1 or found[0][1] != RD_SRID:
        has = ", ".join(f"{name} (SRID {srid})" for name, srid in found) or "geen geometrie"
        raise SourceError(f"laag {source.name}: tabel {source.typename} heeft {has}; verwacht één kolom met {RD_SRID}")
    return found[0][0]


def _driver(source: Source) -> tuple[Any, Any]:
    if "password" in (source.url or "").casefold() or ":" in (source.url or "").partition("@")[0].rpartition("//")[2]:
        raise SourceError(
            f"laag {source.name}: een wachtwoord hoort niet in de catalogus; zet het in ~/.pgpass of PGPASSWORD"
        )
    try:
        import psycopg
        from psycopg import sql
    except ImportError as error:
        raise SourceError("PostGIS vraagt een extra pakket: pip install 'locatiescan[postgis]'") from error
    return psycopg, sql
