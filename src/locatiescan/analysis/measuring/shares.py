"""Measures that say how much of a parcel lies under something, and what governs most of it."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.geometry.overlay import Areas, Cover, areas_by_class, covered
from locatiescan.analysis.measuring.ground import Ground, covering, ground_of, parcel_cover
from locatiescan.analysis.measuring.world import World, unknown
from locatiescan.model import Measurement

SLIVER_SHARE = 0.01
"""Less of a parcel than this is a digitising difference between two maps, not a fact about the parcel."""
DECIMALS = 9
"""Shares are rounded here, so that the whole is 1 and nothing is 0: a limit of 0 must not meet a rounding error."""

LISTED_SHARE, LISTED_M2 = 0.005, 10.0
"""A class is listed on a parcel from either of these: a pipeline that cuts a corner of a field is no sliver."""
EQUAL_DECIMALS = 6
"""Areas that agree to so many decimals of a square metre are equal."""


def covered_share(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Share of each parcel under a layer, or within ``buffer_m`` of it, 0 to 1.

    Lines and points have no ground: without a margin their share is unknown.
    """
    found = covering(rule, world)
    if found is None:
        return unknown(parcels)
    ground = parcel_cover(parcels, world)
    return pd.Series(_share(covered(ground, found), ground.area), index=parcels.index)


def dominant_class(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Class that covers most of each parcel; unknown where most of it has no class."""
    return _dominant(parcels, rule, world)["klasse"]


def dominant_share(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Share of each parcel that its dominant class covers, 0 to 1."""
    return _dominant(parcels, rule, world)["aandeel"]


def class_list(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Every class that has more than a sliver of each parcel, in the order of the alphabet, joined with ``; ``.

    A sliver is at most 10 m2 and at most 0.5 % of the parcel. An empty text says that the layer was read and has
    none here. Unknown where the layer is absent, where a feature with more than a sliver does not name its class,
    and where the parcel has no ground.
    """
    found = ground_of(rule, world)
    if found is None:
        return pd.Series(pd.NA, index=parcels.index, dtype="str")
    said = found.features[rule.column].astype("str").str.strip()
    codes, names = pd.factorize(said.where(said != ""), sort=True)
    codes[codes < 0] = len(names)  # what does not say is a class of its own, and the last
    classes = world.once_for_layers(("named or not", *_key(rule)), lambda: _one_class_apart(found, codes))
    ground = parcel_cover(parcels, world)
    table = areas_by_class(ground, classes, codes)
    listed = table.area > np.minimum(LISTED_M2, LISTED_SHARE * ground.area[table.parcel])
    texts = _joined(table.parcel[listed], table.code[listed], [*names, None], len(parcels))
    return pd.Series(texts, index=parcels.index, dtype="str").where(ground.area > 0)


def _one_class_apart(found: Ground, codes: np.ndarray) -> Cover:
    same = codes[found.first] == codes[found.second]
    return found.apart(found.first[same], found.second[same])


def _joined(parcel: np.ndarray, code: np.ndarray, names: list[str | None], count: int) -> np.ndarray:
    """Names of each parcel in one text; None where one of them is None."""
    order = np.lexsort((code, parcel))
    codes, ends = code[order].tolist(), np.searchsorted(parcel[order], np.arange(count + 1)).tolist()
    known: dict[tuple[int, ...], str | None] = {}  # whole districts have the same few
    texts = np.empty(count, dtype=object)
    for i, (begin, end) in enumerate(itertools.pairwise(ends)):
        key = tuple(codes[begin:end])
        if key not in known:
            said = [names[k] for k in key]
            known[key] = None if None in said else "; ".join(name for name in said if name)
        texts[i] = known[key]
    return texts


def governing_value(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Number that governs the largest part of each parcel that has one.

    Where areas with different numbers overlap, the lowest counts; a number that governs less than 1 % of the
    parcel is a digitising difference. No number is unknown, not unlimited.
    """
    result = unknown(parcels)
    found = ground_of(rule, world)
    if found is None or not len(found.features):
        return result
    values = found.features[rule.column].to_numpy(dtype="float64", na_value=np.nan)
    codes, numbers = pd.factorize(values, sort=True)  # a lower number has a lower code; none has -1
    strictest = world.once_for_layers(("strictest", *_key(rule)), lambda: _strictest(found, codes))
    ground = parcel_cover(parcels, world)
    table = areas_by_class(ground, strictest, codes)
    enough = table.area >= SLIVER_SHARE * ground.area[table.parcel]
    parcel, best, _ = _largest(Areas(*(column[enough] for column in table)))
    result.iloc[parcel] = numbers[best]
    return result


def _dominant(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.DataFrame:
    return world.once(("dominant", *_key(rule)), lambda: _dominant_table(parcels, rule, world))


def _dominant_table(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.DataFrame:
    result = pd.DataFrame({"klasse": pd.Series(pd.NA, index=parcels.index, dtype="str"), "aandeel": unknown(parcels)})
    found = ground_of(rule, world)
    if found is None or not len(found.features):
        return result
    codes, names = pd.factorize(found.features[rule.column], sort=True)
    classes, known = world.once_for_layers(("classes", *_key(rule)), lambda: _classes(found, codes))
    ground = parcel_cover(parcels, world)
    table = areas_by_class(ground, classes, codes)
    parcel, best, area = _largest(table)
    any_class = table if known is classes else areas_by_class(ground, known, np.where(codes >= 0, 0, -1))
    total = np.bincount(any_class.parcel, any_class.area, minlength=len(parcels))[parcel]
    share, without = _share(area, ground.area[parcel]), _share(ground.area[parcel] - total, ground.area[parcel])
    sure = (share >= without) & (share >= SLIVER_SHARE)  # what has no class competes as if it were one
    rows = parcels.index[parcel[sure]]
    result.loc[rows, "klasse"] = np.asarray(names, dtype=object)[best[sure]]
    result.loc[rows, "aandeel"] = share[sure]
    return result


def _classes(found: Ground, codes: np.ndarray) -> tuple[Cover, Cover]:
    """Features that lie apart within their class, and those with a class all apart."""
    first, second = _with_code(found, codes)
    same = codes[first] == codes[second]
    classes = found.apart(first[same], second[same])
    return classes, classes if same.all() else found.apart(first, second)


def _strictest(found: Ground, codes: np.ndarray) -> Cover:
    """Features without the ground where a lower number holds, or where an earlier feature says the same."""
    first, second = _with_code(found, codes)
    lower = codes[second] < codes[first]
    return found.apart(np.where(lower, second, first), np.where(lower, first, second))


def _with_code(found: Ground, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    known = (codes[found.first] >= 0) & (codes[found.second] >= 0)
    return found.first[known], found.second[known]


def _largest(table: Areas) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parcel, code and area of the largest area on each parcel; of equals the first code, so that a rerun agrees."""
    order = np.lexsort((table.code, -np.round(table.area, EQUAL_DECIMALS), table.parcel))
    parcel, first = np.unique(table.parcel[order], return_index=True)
    return parcel, table.code[order][first], table.area[order][first]


def _key(rule: Measurement) -> tuple[object, ...]:
    return (rule.layer, rule.column, *sorted(rule.where.items()))


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.round(np.where(whole > 0, np.clip(part / whole, 0.0, 1.0), np.nan), DECIMALS)
