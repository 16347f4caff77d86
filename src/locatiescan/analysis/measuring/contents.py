"""What stands on a parcel, what its own columns say, and what a grid says of its ground."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.geometry.integral import means_of_cells
from locatiescan.analysis.measuring.world import World, parcel_sides, unknown
from locatiescan.model import Measurement
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
    total = pd.Series(np.bincount(parcel, amount[row], minlength=len(parcels)), index=parcels.index, dtype="float64")
    return total.where(parcels.geometry.area > 0)  # nothing was looked for where there is no ground


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
    grid, sides = layer.grid, parcel_sides(parcels, world)
    return pd.Series(means_of_cells(sides, grid.values, grid.west, grid.north, grid.cell_m), index=parcels.index)
