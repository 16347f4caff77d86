"""Layers as finished scans used them, near some places: a location across a border is measured against these."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from locatiescan.crs import RD
from locatiescan.errors import SourceError
from locatiescan.model import Grid

WIDE_M = 1000.0
"""With such a reach boxes lie over one another; one around all is read."""
ROWS = 20_000
"""So many rows are asked for at once: SQLite reads questions up to a megabyte."""


def read_near(packages: Sequence[Path], layer: str, shapes: np.ndarray, reach_m: float) -> gpd.GeoDataFrame:
    """Features near any of some shapes, each once.

    Parameters
    ----------
    packages : sequence of Path
        GeoPackages of the municipalities around, all with the layer.
    layer : str
        Name of the layer in them.
    shapes : array of geometry, shape (n,)
        RD New.
    reach_m : float
        How far from the box of each shape, metres.

    Returns
    -------
    GeoDataFrame
        RD New. A feature that two scans used is there once.

    Raises
    ------
    SourceError
        If a package cannot be read.
    """
    own = shapely.bounds(shapes) if reach_m < WIDE_M else shapely.total_bounds(shapes)[None]
    boxes = own + np.array([-reach_m, -reach_m, reach_m, reach_m])
    found = [read_rows(package, layer, "fid", _ids(package, layer, boxes)) for package in packages]
    filled = [table for table in found if len(table)] or found[:1]
    rows = gpd.GeoDataFrame(pd.concat(filled, ignore_index=True), crs=RD)
    told = rows.drop(columns="geometry").astype(str).assign(shape=shapely.to_wkb(rows.geometry.to_numpy()))
    return gpd.GeoDataFrame(rows[~told.duplicated()].reset_index(drop=True))


def read_rows(package: Path, layer: str, column: str, values: Collection[object]) -> gpd.GeoDataFrame:
    """Rows of a layer of which a column has one of some values, in the order of the file.

    Raises
    ------
    SourceError
        If the package cannot be read.
    """
    parts = [_rows(package, layer, column, some) for some in _portions(sorted(values))]  # type: ignore[type-var]
    filled = [table for table in parts if len(table)] or parts[:1]
    return gpd.GeoDataFrame(pd.concat(filled, ignore_index=True), crs=RD)


def _portions(values: Sequence[object]) -> list[Sequence[object]]:
    return [values[start : start + ROWS] for start in range(0, len(values), ROWS)] or [values]


def _rows(package: Path, layer: str, column: str, values: Sequence[object]) -> gpd.GeoDataFrame:
    listed = ", ".join(str(one) if isinstance(one, int) else "'" + str(one).replace("'", "''") + "'" for one in values)
    try:
        return pyogrio.read_dataframe(package, layer=layer, where=f'"{column}" in ({listed})', use_arrow=True)
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise SourceError(f"{package}: laag {layer} is niet te lezen: {error}") from error


def _ids(package: Path, layer: str, boxes: np.ndarray) -> list[int]:
    """Keys of the features of which the box touches one of the boxes, by the file's own index."""
    index = f"rtree_{layer}_geom".replace('"', '""')
    asked = f'select id from "{index}" where maxx >= ? and maxy >= ? and minx <= ? and miny <= ?'  # noqa: S608 (quoted)
    try:
        with closing(sqlite3.connect(f"{package.absolute().as_uri()}?mode=ro", uri=True)) as database:
            # a box at a time: with "or" SQLite reads the whole index
            return sorted({row[0] for box in boxes.tolist() for row in database.execute(asked, box)})
    except sqlite3.Error as error:
        raise SourceError(f"{package}: laag {layer} is niet te lezen: {error}") from error


def mosaic(grids: Sequence[Grid]) -> Grid:
    """Lay grids of the same cells over one another; where one is unknown another may know.

    Raises
    ------
    SourceError
        If their cells do not coincide.
    """
    first = grids[0]
    west, north = min(grid.west for grid in grids), max(grid.north for grid in grids)
    places = [((north - grid.north) / first.cell_m, (grid.west - west) / first.cell_m) for grid in grids]
    if any(grid.cell_m != first.cell_m for grid in grids) or any(abs(at - round(at)) > 1e-6 for at in np.ravel(places)):
        raise SourceError("de rasters van twee gemeenten hebben niet dezelfde cellen; haal ze opnieuw op met --opnieuw")
    corners = [(round(row), round(column)) for row, column in places]
    height = max(row + grid.values.shape[0] for (row, _), grid in zip(corners, grids, strict=True))
    width = max(column + grid.values.shape[1] for (_, column), grid in zip(corners, grids, strict=True))
    values = np.full((height, width), np.nan)
    for (row, column), grid in zip(corners, grids, strict=True):
        part = values[row : row + grid.values.shape[0], column : column + grid.values.shape[1]]
        np.copyto(part, grid.values, where=np.isnan(part))
    return Grid(values, west, north, first.cell_m)
