"""What stands on a parcel, what its own columns say, and what a grid says of its ground."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.world import World, unknown
from locatiescan.model import Grid, Measurement
from locatiescan.select import selected, undecided


def feature_count(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Number of features on the parcel; one that lies on several counts where its middle is.

    Unknown where a feature does not say whether it is meant.
    """
    return _total(parcels, rule, world, lambda features: np.ones(len(features)))


def column_sum(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Sum of a column over the features on the parcel; unknown where one of them does not say."""
    return _total(
        parcels,
        rule,
        world,
        lambda features: pd.to_numeric(features[rule.column], errors="coerce").to_numpy("float64", na_value=np.nan),
    )


def _total(
    parcels: gpd.GeoDataFrame, rule: Measurement, world: World, amounts: Callable[[gpd.GeoDataFrame], np.ndarray]
) -> pd.Series:
    layer = world.layers.get(rule.layer or "")
    if layer is None or layer.features is None:
        return unknown(parcels)
    meant, open_question = selected(layer.features, rule.where), undecided(layer.features, rule.where)
    features = layer.features[meant | open_question]
    parcel, row = _located(parcels, features)
    amount = np.where(open_question[meant | open_question], np.nan, amounts(features))
    return pd.Series(np.bincount(parcel, amount[row], minlength=len(parcels)), index=parcels.index)


def _located(parcels: gpd.GeoDataFrame, features: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Parcel and row of each feature whose middle lies on a parcel."""
    middles = shapely.point_on_surface(features.geometry.to_numpy())
    feature, parcel = shapely.STRtree(parcels.geometry.to_numpy()).query(middles, predicate="intersects")
    order = np.lexsort((parcel, feature))
    feature, parcel = feature[order], parcel[order]
    first = np.unique(feature, return_index=True)[1]  # on a shared border: the first parcel, not both
    return parcel[first], feature[first]


def column_number(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Number of a column that the parcel already has; unknown where it says none."""
    return pd.to_numeric(parcels[rule.column], errors="coerce").astype("float64")


def column_text(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Class of a column that the parcel already has."""
    return parcels[rule.column].astype("str").where(parcels[rule.column].notna())


def grid_mean(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Mean of the grid over the parcel, each cell by the ground it covers; unknown where a cell has no value."""
    layer = world.layers.get(rule.layer or "")
    if layer is None or layer.grid is None:
        return unknown(parcels)
    grid, shapes = layer.grid, parcels.geometry.to_numpy()
    row_low, col_low, row_high, col_high = _cells_under(grid, shapes)
    result = np.full(len(parcels), np.nan)
    rows, cols = grid.values.shape
    with np.errstate(invalid="ignore"):
        inside = (row_low >= 0) & (col_low >= 0) & (row_high < rows) & (col_high < cols)
    single = inside & (row_low == row_high) & (col_low == col_high)
    result[single] = grid.values[row_low[single].astype(int), col_low[single].astype(int)]
    for i in np.flatnonzero(inside & ~single):  # few: a cell is much larger than a parcel
        result[i] = _weighted(grid, shapes[i], *(int(edge[i]) for edge in (row_low, col_low, row_high, col_high)))
    return pd.Series(result, index=parcels.index)


def _cells_under(grid: Grid, shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    west, south, east, north = shapely.bounds(shapes).T
    return (
        np.floor((grid.north - north) / grid.cell_m),
        np.floor((west - grid.west) / grid.cell_m),
        np.ceil((grid.north - south) / grid.cell_m) - 1,
        np.ceil((east - grid.west) / grid.cell_m) - 1,
    )


def _weighted(grid: Grid, shape: shapely.Geometry, row_low: int, col_low: int, row_high: int, col_high: int) -> float:
    row, col = np.mgrid[row_low : row_high + 1, col_low : col_high + 1]
    west, north = grid.west + col * grid.cell_m, grid.north - row * grid.cell_m
    area = shapely.area(shapely.intersection(shapely.box(west, north - grid.cell_m, west + grid.cell_m, north), shape))
    touched = area > 0
    values = grid.values[row_low : row_high + 1, col_low : col_high + 1]
    return float((values[touched] * area[touched]).sum() / area.sum()) if touched.any() else np.nan
