"""The same questions answered with well-known libraries, each as well as its documentation allows.

Every way is a context manager that loads what it needs, apart from the clock, and gives a function that answers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS
from town import CELL_M, Town

from locatiescan.crs import RD

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))  # the tests know how to start a PostGIS
CUT_M, MOST_VERTICES = 250.0, 1000
CORES = len(os.sched_getaffinity(0))


class Areas(NamedTuple):
    """Square metres of each class on each parcel; what is absent is zero."""

    parcel: np.ndarray
    code: np.ndarray
    area: np.ndarray


class Areal(NamedTuple):
    """How much of each parcel lies under shapes of each class."""

    parcels: np.ndarray
    shapes: np.ndarray
    codes: np.ndarray


def one_class(parcels: np.ndarray, shapes: np.ndarray) -> Areal:
    """All shapes are of one class."""
    return Areal(parcels, shapes, np.zeros(len(shapes), dtype=np.int64))


AskAreas = Callable[[], Areas]
AskNumbers = Callable[[], np.ndarray]
SQL = """
    SELECT p.id, z.code, SUM(ST_Area(ST_Intersection(p.geom, z.geom))) AS area
    FROM parcel p JOIN zone z ON ST_Intersects(p.geom, z.geom) GROUP BY p.id, z.code"""


def frames(question: Areal) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Both tables as an analyst has them."""
    parcels = gpd.GeoDataFrame({"id": np.arange(len(question.parcels))}, geometry=question.parcels, crs=RD)
    return parcels, gpd.GeoDataFrame({"code": question.codes}, geometry=question.shapes, crs=RD)


def wkb_tables(question: Areal) -> dict[str, pa.Table]:
    """Both tables as a database takes them."""
    ids = np.arange(len(question.parcels))
    return {
        "parcel": pa.table({"id": ids, "wkb": shapely.to_wkb(question.parcels)}),
        "zone": pa.table({"code": question.codes, "wkb": shapely.to_wkb(question.shapes)}),
    }


def _table(areas: pd.Series) -> Areas:
    return Areas(
        areas.index.get_level_values(0).to_numpy(), areas.index.get_level_values(1).to_numpy(), areas.to_numpy()
    )


@contextmanager
def geopandas_overlay(question: Areal) -> Iterator[AskAreas]:
    """What an analyst writes."""

    def ask() -> Areas:
        parcels, zones = frames(question)
        clips = gpd.overlay(parcels, zones, keep_geom_type=True)
        return _table(clips.geometry.area.groupby([clips["id"], clips["code"]]).sum())

    yield ask


@contextmanager
def sjoin_intersection(question: Areal) -> Iterator[AskAreas]:
    """Find the pairs, and cut them in one call."""

    def ask() -> Areas:
        parcels, zones = frames(question)
        pairs = gpd.sjoin(parcels, zones, predicate="intersects")
        clips = shapely.intersection(pairs.geometry.to_numpy(), question.shapes[pairs["index_right"]])
        return _table(pd.Series(shapely.area(clips)).groupby([pairs["id"].to_numpy(), pairs["code"].to_numpy()]).sum())

    yield ask


@contextmanager
def cut_intersection(question: Areal) -> Iterator[AskAreas]:
    """As above, with shapes of very many vertices cut along a lattice first; the cutting is timed."""

    def ask() -> Areas:
        with sjoin_intersection(cut(question)) as answer:
            return answer()

    yield ask


def cut(question: Areal) -> Areal:
    """Cut large shapes along a lattice; together they stay the same ground."""
    large = shapely.get_num_coordinates(question.shapes) > MOST_VERTICES
    west, south, east, north = shapely.total_bounds(question.shapes)
    x, y = np.meshgrid(np.arange(west, east, CUT_M), np.arange(south, north, CUT_M))
    cells = shapely.box(x, y, x + CUT_M, y + CUT_M).ravel()
    shapely.prepare(question.shapes)
    cell, shape = shapely.STRtree(question.shapes[large]).query(cells, predicate="intersects")
    pieces = shapely.intersection(cells[cell], question.shapes[large][shape])
    shapes = np.concatenate([question.shapes[~large], pieces])
    return Areal(question.parcels, shapes, np.concatenate([question.codes[~large], question.codes[large][shape]]))


@contextmanager
def duckdb_spatial(question: Areal) -> Iterator[AskAreas]:
    """DuckDB with its spatial join."""
    import duckdb  # pyright: ignore[reportMissingImports]

    with duckdb.connect() as db:
        db.execute(f"SET threads = {CORES}")
        db.execute(_spatial_extension())
        for name, table in wkb_tables(cut(question)).items():
            db.register("given", table)
            db.execute(f"CREATE TABLE {name} AS SELECT * EXCLUDE wkb, ST_GeomFromWKB(wkb) AS geom FROM given")  # noqa: S608
        yield lambda: Areas(*db.execute(SQL).fetchnumpy().values())


def _spatial_extension() -> str:
    """Load the extension from its Python package where there is one, else from DuckDB's own repository."""
    try:
        import duckdb_extension_spatial as package  # pyright: ignore[reportMissingImports]
    except ImportError:
        return "INSTALL spatial; LOAD spatial"
    (file,) = Path(str(package.__file__)).parent.glob("extensions/*/spatial.duckdb_extension")
    return f"LOAD '{file}'"


@contextmanager
def sedonadb(question: Areal) -> Iterator[AskAreas]:
    """SedonaDB with small batches from the frames themselves: of what was tried, only that keeps both cores busy."""
    import sedona.db  # pyright: ignore[reportMissingImports]

    db = sedona.db.connect()
    db.sql(f"SET datafusion.execution.target_partitions = {CORES}").execute()
    db.sql("SET datafusion.execution.batch_size = 1024").execute()
    for name, frame in zip(("parcel", "zone"), frames(cut(question)), strict=True):
        db.create_data_frame(frame.rename_geometry("geom")).to_view(name)
    yield lambda: Areas(*(column.to_numpy() for _, column in db.sql(SQL).to_pandas().items()))


@contextmanager
def postgis(question: Areal) -> Iterator[AskAreas]:
    """PostGIS with subdivided shapes and parallel workers, containing ones not cut; index and subdivision are timed."""
    with postgis_with(wkb_tables(question)) as db:

        def ask() -> Areas:
            db.execute(POSTGIS_PIECES)
            parcel, code, area = np.array(db.execute(POSTGIS_SQL).fetchall()).T
            return Areas(parcel.astype(int), code.astype(int), area)

        yield ask


POSTGIS_PIECES = """
    DROP TABLE IF EXISTS piece; DROP INDEX IF EXISTS parcel_place;
    CREATE TABLE piece AS SELECT code, ST_Subdivide(geom, 128) AS geom FROM zone;
    CREATE INDEX ON piece USING gist (geom); CREATE INDEX parcel_place ON parcel USING gist (geom);
    ANALYZE piece; ANALYZE parcel;"""
POSTGIS_SQL = """
    SELECT p.id, z.code, sum(CASE WHEN ST_Covers(z.geom, p.geom) THEN ST_Area(p.geom)
                                  ELSE ST_Area(ST_Intersection(p.geom, z.geom)) END)
    FROM parcel p JOIN piece z ON ST_Intersects(p.geom, z.geom) GROUP BY p.id, z.code"""


@contextmanager
def postgis_with(tables: dict[str, Any]) -> Iterator[Any]:
    """Connection to a new server of our own with tables of shapes, set to use all cores."""
    import psycopg

    from support.postgis import server  # pyright: ignore[reportMissingImports]

    settings = ["shared_buffers=1GB", "work_mem=256MB", f"max_parallel_workers_per_gather={CORES}", "jit=off",
                "min_parallel_table_scan_size=0", "parallel_setup_cost=0", "parallel_tuple_cost=0"]  # fmt: skip
    with server(*settings) as address, psycopg.connect(address, autocommit=True) as db:
        db.execute("CREATE EXTENSION postgis")
        for name, table in tables.items():
            number = table.column_names[0]
            db.execute(f"CREATE TABLE {name} ({number} bigint, geom geometry)".encode())
            with db.cursor().copy(f"COPY {name} FROM STDIN".encode()) as copy:
                for value, wkb in zip(table[number].to_pylist(), table["wkb"].to_pylist(), strict=True):
                    copy.write_row((value, wkb.hex()))
        yield db


def cells(town: Town) -> np.ndarray:
    """Cells of the grid as rectangles, row by row."""
    row, column = np.indices(town.grid.shape)
    west, north = town.grid_corner[0] + column * CELL_M, town.grid_corner[1] - row * CELL_M
    return np.ravel(np.asarray(shapely.box(west, north - CELL_M, west + CELL_M, north)))


@contextmanager
def cell_intersection(town: Town) -> Iterator[AskNumbers]:
    """Mean of a grid: cells as polygons, cut in one call."""

    def ask() -> np.ndarray:
        with sjoin_intersection(Areal(town.parcels, cells(town), np.arange(town.grid.size))) as answer:
            parcel, cell, area = answer()
        value = np.bincount(parcel, area * town.grid.ravel()[cell], minlength=len(town.parcels))
        return value / np.bincount(parcel, area, minlength=len(town.parcels))

    yield ask


@contextmanager
def exact_extract(town: Town) -> Iterator[AskNumbers]:
    """Mean of a grid by the library for it."""
    from exactextract import exact_extract as extract
    from exactextract.raster import NumPyRasterSource

    (west, north), (rows, columns) = town.grid_corner, town.grid.shape
    parcels = gpd.GeoDataFrame(geometry=town.parcels, crs=RD)
    raster = NumPyRasterSource(
        town.grid, west, north - rows * CELL_M, west + columns * CELL_M, north, srs_wkt=CRS(RD).to_wkt()
    )
    yield lambda: pd.DataFrame(extract(raster, parcels, ["mean"], output="pandas"))["mean"].to_numpy()


@contextmanager
def nearest_polygon(town: Town) -> Iterator[AskNumbers]:
    """Distance to the nearest area: what an analyst writes."""

    def ask() -> np.ndarray:
        parcels, nature = (gpd.GeoDataFrame(geometry=shapes, crs=RD) for shapes in (town.parcels, town.nature))
        found = gpd.sjoin_nearest(parcels, nature, distance_col="away")
        return found["away"].groupby(found.index).min().to_numpy()

    yield ask


@contextmanager
def nearest_segment(town: Town) -> Iterator[AskNumbers]:
    """Distance to the nearest area: its boundary in short pieces, and zero for whoever is inside."""

    def ask() -> np.ndarray:
        coordinates, owner = shapely.get_coordinates(shapely.boundary(town.nature), return_index=True)
        sides = np.flatnonzero(owner[1:] == owner[:-1])
        segments = shapely.linestrings(np.stack([coordinates[sides], coordinates[sides + 1]], axis=1))
        (parcel, _), away = shapely.STRtree(np.asarray(segments)).query_nearest(
            town.parcels, return_distance=True, all_matches=False
        )
        result = np.empty(len(town.parcels))
        result[parcel] = away
        result[shapely.STRtree(town.nature).query(town.parcels, predicate="intersects")[0]] = 0
        return result

    yield ask


@contextmanager
def postgis_nearest(town: Town) -> Iterator[AskNumbers]:
    """Distance to the nearest area: nearest by index among subdivided pieces."""
    with postgis_with(wkb_tables(one_class(town.parcels, town.nature))) as db:

        def ask() -> np.ndarray:
            db.execute(POSTGIS_PIECES)
            return np.array(db.execute(POSTGIS_NEAREST).fetchall())[:, 0]

        yield ask


POSTGIS_NEAREST = """
    SELECT near.away FROM parcel p CROSS JOIN LATERAL (
        SELECT ST_Distance(p.geom, z.geom) AS away FROM piece z ORDER BY p.geom <-> z.geom LIMIT 1) near
    ORDER BY p.id"""
