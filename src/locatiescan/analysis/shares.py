"""Measures that say how much of a parcel lies under something, and what governs most of it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.overlay import SLIVER_SHARE, clips, covered_area, union_by
from locatiescan.analysis.world import World, pieces, unknown
from locatiescan.model import Measurement


def covered_share(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Share of each parcel under a layer, 0 to 1."""
    found = pieces(world, rule.layer or "", rule.where)
    if found is None:
        return unknown(parcels)
    shapes = parcels.geometry.to_numpy()
    parcel, piece, clip = clips(shapes, found.tree, found.shapes)
    groups, area = covered_area(parcel, found.owner[piece], clip)
    covered = np.zeros(len(parcels))
    covered[groups] = area
    return _share(covered, parcels)


def dominant_class(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Class that covers most of each parcel; unknown where most of it has no class."""
    return _dominant(parcels, rule, world)["klasse"]


def dominant_share(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Share of each parcel that its dominant class covers, 0 to 1."""
    return _dominant(parcels, rule, world)["aandeel"]


def _dominant(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.DataFrame:
    key = ("dominant", rule.layer, rule.column, *sorted(rule.where.items()))
    return world.once(key, lambda: _dominant_table(parcels, rule, world))


def _dominant_table(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.DataFrame:
    nothing = pd.DataFrame({"klasse": pd.Series(pd.NA, index=parcels.index, dtype="str"), "aandeel": unknown(parcels)})
    found = pieces(world, rule.layer or "", rule.where)
    if found is None or not len(found.features):
        return nothing
    codes, names = pd.factorize(found.features[rule.column], sort=True)
    parcel, piece, clip = clips(parcels.geometry.to_numpy(), found.tree, found.shapes)
    owner = found.owner[piece]
    known = codes[owner] >= 0
    parcel, owner, clip = parcel[known], owner[known], clip[known]
    groups, area = covered_area(parcel * len(names) + codes[owner], owner, clip)
    table = pd.DataFrame({"parcel": groups // len(names), "code": groups % len(names), "area": area})
    # equal areas: the first class in the alphabet, so that a rerun gives the same
    best = table.sort_values(["parcel", "area", "code"], ascending=[True, False, True]).drop_duplicates("parcel")
    shapes = parcels.geometry.to_numpy()[best["parcel"]]
    share = best["area"].to_numpy() / np.maximum(shapely.area(shapes), 1e-9)
    covered = covered_area(parcel, owner, clip)
    total = np.zeros(len(parcels))
    total[covered[0]] = covered[1]
    no_class = 1 - total[best["parcel"]] / np.maximum(shapely.area(shapes), 1e-9)
    sure = (share >= no_class) & (share >= SLIVER_SHARE)  # what has no class competes as if it were one
    rows = parcels.index[best["parcel"][sure]]
    nothing.loc[rows, "klasse"] = np.asarray(names, dtype=object)[best["code"][sure]]
    nothing.loc[rows, "aandeel"] = np.minimum(share[sure], 1.0)
    return nothing


def governing_value(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Number that governs the largest part of each parcel that has one.

    Where areas with different numbers overlap, the lowest counts; a number that governs less than 1 % of the
    parcel is a digitising difference. No number is unknown, not unlimited.
    """
    result = unknown(parcels)
    found = pieces(world, rule.layer or "", rule.where)
    if found is None or not len(found.features):
        return result
    values = found.features[rule.column].to_numpy(dtype="float64", na_value=np.nan)
    shapes = parcels.geometry.to_numpy()
    parcel, piece, clip = clips(shapes, found.tree, found.shapes)
    value = values[found.owner[piece]]
    known = ~np.isnan(value) & (shapely.area(clip) > 0)
    parcel, value, clip = parcel[known], value[known], clip[known]
    numbers, code = np.unique(value, return_inverse=True)
    groups, united = union_by(parcel * max(len(numbers), 1) + code, clip)
    table = pd.DataFrame({"parcel": groups // max(len(numbers), 1), "value": numbers[groups % max(len(numbers), 1)]})
    table["area"] = _own_ground(table["parcel"].to_numpy(), united)
    table = table[table["area"] >= SLIVER_SHARE * shapely.area(shapes[table["parcel"]])]
    best = table.sort_values(["parcel", "area", "value"], ascending=[True, False, True]).drop_duplicates("parcel")
    result.iloc[best["parcel"].to_numpy()] = best["value"].to_numpy()
    return result


def _own_ground(parcel: np.ndarray, united: np.ndarray) -> np.ndarray:
    """Area of each shape without what earlier (stricter) shapes of the same parcel cover."""
    area = shapely.area(united)
    for row in range(1, len(parcel)):
        start = row - 1
        while start >= 0 and parcel[start] == parcel[row]:
            if shapely.intersects(united[start], united[row]):
                before = shapely.union_all(united[np.searchsorted(parcel, parcel[row]) : row])
                area[row] = shapely.area(shapely.difference(united[row], before))
                break
            start -= 1
    return area


def _share(covered: np.ndarray, parcels: gpd.GeoDataFrame) -> pd.Series:
    area = shapely.area(parcels.geometry.to_numpy())
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(area > 0, np.minimum(covered / area, 1.0), np.nan)
    return pd.Series(share, index=parcels.index)
