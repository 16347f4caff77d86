"""Files on this machine: any OGR format for features, any GDAL format for a grid."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import fiona
import geopandas as gpd
import numpy as np
import pyogrio
import rasterio
import shapely
from fiona.errors import FionaError
from pyogrio.errors import DataLayerError, DataSourceError
from rasterio.errors import RasterioError

from locatiescan.crs import RD, check_rd, is_rd, to_rd
from locatiescan.errors import SourceError
from locatiescan.model import Grid, Source
from locatiescan.sources.page import Bounds, Pages, Promise

ROWS_PER_PAGE = 50_000
MAX_CELLS = 50_000_000


def read(source: Source, bounds: Bounds, promise: Promise) -> Pages:
    """Yield the features of a file that touch a box.

    Parameters
    ----------
    source : Source
        ``url`` is a file GDAL can open, ``typename`` the layer in it (the only one, where it is not named).
    bounds : tuple of float
        West, south, east, north in RD metres.
    promise : Promise
        Gets the file's own count for the box.

    Raises
    ------
    SourceError
        If the file or layer cannot be read, or the layer has to be named.
    CrsError
        If the file does not say its coordinate system.
    """
    path = source.url or ""
    layer = _layer_in(source, path)
    info = pyogrio.read_info(path, layer=layer, **_open_options(path))
    box = _box_in_file(source, path, info["crs"], bounds)
    try:
        promise.matched = (
            pyogrio.read_info(path, layer=layer, force_feature_count=True, **_open_options(path))["features"]
            if box is None
            else None
        )
        frame = _whole(path, layer, box, _needed(info["fields"], source))
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise SourceError(f"laag {source.name}: {path} is niet te lezen: {error}") from error
    if box is not None and not len(frame):
        _check_extent(source, path, layer)
    frame = to_rd(frame, f"laag {source.name} ({path})")
    west, south, east, north = bounds
    inside = frame.cx[west:east, south:north] if len(frame) else frame
    if promise.matched is not None and promise.matched != len(frame):
        raise SourceError(
            f"laag {source.name}: {path} telt {promise.matched} objecten, maar er zijn {len(frame)} te lezen"
        )
    promise.matched = len(inside)
    for start in range(0, len(inside), ROWS_PER_PAGE):
        yield inside.iloc[start : start + ROWS_PER_PAGE]


def read_grid(source: Source, bounds: Bounds) -> Grid:
    """Part of a grid that covers a box.

    An ASCII grid of RIVM carries no coordinate system; a grid without one is taken to be RD New, and its
    extent must bear that out.

    Raises
    ------
    SourceError
        If the file cannot be read, is rotated, in another system, or does not reach the box.
    """
    path = source.url or ""
    try:
        with rasterio.open(path) as dataset:
            if dataset.crs is not None and not is_rd(dataset.crs):
                raise SourceError(f"laag {source.name}: {path} is niet in RD New (EPSG:28992)")
            west, north, cell = dataset.transform.c, dataset.transform.f, dataset.transform.a
            if dataset.transform.b or dataset.transform.d or not np.isclose(cell, -dataset.transform.e):
                raise SourceError(f"laag {source.name}: {path} heeft gedraaide of niet-vierkante cellen")
            first_col = max(0, int((bounds[0] - west) // cell))
            first_row = max(0, int((north - bounds[3]) // cell))
            last_col = min(dataset.width, int((bounds[2] - west) // cell) + 1)
            last_row = min(dataset.height, int((north - bounds[1]) // cell) + 1)
            if first_col >= last_col or first_row >= last_row:
                raise SourceError(f"laag {source.name}: {path} ligt buiten de gemeente; is het RD New?")
            if (last_col - first_col) * (last_row - first_row) > MAX_CELLS:
                raise SourceError(f"laag {source.name}: {path} is te fijn; geef een grover grid")
            window = rasterio.windows.Window(first_col, first_row, last_col - first_col, last_row - first_row)  # type: ignore[call-arg]
            values = dataset.read(1, window=window, masked=True).astype("float64").filled(np.nan)
    except RasterioError as error:
        raise SourceError(f"laag {source.name}: {path} is niet als grid te lezen: {error}") from error
    return Grid(values, west + first_col * cell, north - first_row * cell, cell)


def _layer_in(source: Source, path: str) -> str:
    """Name of the layer to read; a file of several layers needs one named."""
    try:
        layers = fiona.listlayers(path, **_open_options(path))
    except (FionaError, OSError, ValueError) as error:
        raise SourceError(f"laag {source.name}: {path} is geen bestand dat GDAL kan lezen ({error})") from error
    wanted = source.typename
    if wanted is None and len(layers) == 1:
        return layers[0]
    if wanted is not None and wanted in layers:
        return wanted
    asked = f"geen laag '{wanted}'" if wanted else "meer dan een laag; noem er een"
    raise SourceError(f"laag {source.name}: {Path(path).name} heeft {asked}: {', '.join(layers)}")


def _needed(fields: Iterable[str], source: Source) -> list[str] | None:
    """Columns that the catalogue names: most of the time goes into the others. All, where a named one is not there.

    So that a fault can list what there is.
    """
    optional = {source.columns[ours].casefold() for ours in source.optional if ours in source.columns}
    named = {name.casefold() for name in (*source.columns.values(), *(source.key or "").split("+")) if name}
    needed = [field for field in fields if field.casefold() in named]
    return needed if named - optional <= {field.casefold() for field in needed} else None


def _box_in_file(source: Source, path: str, crs: str | None, bounds: Bounds) -> Bounds | None:
    """The box to read by, or None where the file is in another system and is read whole."""
    if crs is None:
        to_rd(gpd.GeoDataFrame(geometry=[]), f"laag {source.name} ({path})")  # raises: no system known
    return bounds if is_rd(crs) else None


def _check_extent(source: Source, path: str, layer: str) -> None:
    """Degrees that say they are RD all fall outside the box, unseen; the extent of the whole layer betrays them."""
    info = pyogrio.read_info(path, layer=layer, force_total_bounds=True, **_open_options(path))
    if info["total_bounds"] is not None:
        extent = gpd.GeoDataFrame(geometry=[shapely.box(*info["total_bounds"])], crs=RD)
        check_rd(extent, f"laag {source.name} ({path})")


def _open_options(path: str) -> dict[str, Any]:
    """GDAL leaves a .gfs file beside a GML file it looks into; a user's folder is not ours to write in."""
    return {"WRITE_GFS": "NO"} if Path(path.removesuffix(".gz")).suffix.lower() == ".gml" else {}


def _whole(path: str, layer: str, box: Bounds | None, columns: list[str] | None) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        # GDAL repairs an unclosed ring and warns; validity is checked and counted in `layers` anyway
        warnings.simplefilter("ignore", RuntimeWarning)
        frame = pyogrio.read_dataframe(
            path, layer=layer, columns=columns, bbox=box, datetime_as_string=True, **_open_options(path)
        )
    if not isinstance(frame, gpd.GeoDataFrame):
        raise ValueError("de laag heeft geen geometrie")
    return frame
