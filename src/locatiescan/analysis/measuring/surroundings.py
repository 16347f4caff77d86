"""What stands around a parcel: how high its neighbours are, and what they are used for."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numba
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.geometry.integral import shared_areas
from locatiescan.analysis.geometry.overlay import in_threads
from locatiescan.analysis.geometry.search import (
    RUN,
    TOUCH_M,
    Room,
    begins_ring,
    box_around,
    box_gap,
    covering,
    inside,
    leaf_rows,
    room,
    segment_box_gap,
    side_gap,
)
from locatiescan.analysis.geometry.sides import unpack
from locatiescan.analysis.geometry.tree import Tree, ends_of
from locatiescan.analysis.measuring.segments import Outlines, outlines
from locatiescan.analysis.measuring.world import World, parcel_sides, unknown
from locatiescan.model import Measurement

MOSTLY = 0.5
"""More of a feature than this on the parcel, and it is the parcel's own rather than a neighbour."""
TIE = 1 + 1e-9
"""Areas closer than this are equal: the order of a sum must not decide a class."""


class Near(NamedTuple):
    """What a search around parcels needs."""

    sides: np.ndarray
    start: np.ndarray
    """Sides of parcel i are ``sides[start[i] : start[i + 1]]``."""
    tree: Tree
    spots: Tree
    """One vertex of each connected outline in the tree."""
    features: int
    """Number of features in the tree."""
    filled: bool
    """Whether they are polygons, which may hold a parcel."""
    reach: float
    """Metres."""
    own_start: np.ndarray
    own: np.ndarray
    """Features mostly on parcel i are ``own[own_start[i] : own_start[i + 1]]``."""


class Found(NamedTuple):
    """Room for one thread to gather features in."""

    seen: np.ndarray
    """For each feature the last parcel by which it was met."""
    met: np.ndarray
    """Features near the parcel, as many as `_around` says."""
    room: Room


def nearby_number(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Median of a column over the features within ``reach_m`` of the parcel, those mostly on it left out.

    Unknown where none is near, or none of them says a number.
    """
    found = outlines(world, rule.layer or "", rule.where)
    if found is None:
        return unknown(parcels)
    numbers = pd.to_numeric(found.features[rule.column], errors="coerce").to_numpy("float64", na_value=np.nan)
    near = _near(parcels, rule, world, found)
    medians = in_threads(lambda rows: _medians(rows, near, numbers), np.arange(len(parcels)))
    return pd.Series(medians, index=parcels.index)


def nearby_class(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Most common class of a column among the features within ``reach_m``, those mostly on the parcel left out.

    Polygons count by their whole area, lines and points by number. A list joined with commas (BAG's
    ``gebruiksdoel``) counts for each class in it. Of equals the first in the alphabet; unknown where none says.
    """
    nothing = pd.Series(pd.NA, index=parcels.index, dtype="str")
    found = outlines(world, rule.layer or "", rule.where)
    if found is None or not len(found.features):
        return nothing
    start, codes, names = _classes(found.features[rule.column])
    weight = shapely.area(found.features.geometry.to_numpy()) if found.filled else np.ones(len(found.features))
    near = _near(parcels, rule, world, found)
    best = in_threads(
        lambda rows: _commonest(rows, near, start, codes, np.nan_to_num(weight), len(names)), np.arange(len(parcels))
    )
    known = best >= 0
    nothing[known] = names[best[known]]
    return nothing


def _classes(column: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Classes of each feature: ``codes[start[i] : start[i + 1]]``, which count in the alphabet of names."""
    said = column.reset_index(drop=True).dropna().astype("str").str.split(",").explode().astype("str").str.strip()
    said = said[said != ""]
    codes, names = pd.factorize(said, sort=True)
    start = np.searchsorted(said.index.to_numpy(), np.arange(len(column) + 1))
    return start.astype(np.int64), codes.astype(np.int64), np.asarray(names, dtype=object)


def _near(parcels: gpd.GeoDataFrame, rule: Measurement, world: World, found: Outlines) -> Near:
    sides = parcel_sides(parcels, world)
    key = ("own features", rule.layer, *sorted(rule.where.items()))
    own_start, own = world.once(key, lambda: own_features(parcels.geometry.to_numpy(), found))
    reach = float(rule.reach_m or 0.0) + TOUCH_M
    features = len(found.features)
    return Near(ends_of(sides), sides.start, found.segments, found.spots, features, found.filled, reach, own_start, own)


def own_features(shapes: np.ndarray, found: Outlines) -> tuple[np.ndarray, np.ndarray]:
    """Features of which more than half lies on a parcel: those of parcel i are ``own[start[i] : start[i + 1]]``."""
    features = found.features.geometry.to_numpy()
    feature, parcel = shapely.STRtree(shapes).query(features)
    if found.filled:
        whole = shapely.area(features)
        fits = shapely.area(shapes)[parcel] > MOSTLY * whole[feature]  # spares the landscape of 100 000 sides
        feature, parcel = feature[fits], parcel[fits]
        order = np.argsort(parcel, kind="stable")
        feature, parcel = feature[order], parcel[order]
        ground, above = unpack(shapes), unpack(features)
        on = in_threads(lambda a, b: shared_areas(ground, above, a, b), parcel, feature)
    else:
        whole = np.maximum(shapely.length(features), TOUCH_M)  # a point is all or nothing
        on = in_threads(_length_on, shapes[parcel], features[feature])
    mostly = on > MOSTLY * TIE * whole[feature]
    parcel, feature = parcel[mostly], feature[mostly]
    order = np.lexsort((feature, parcel))
    start = np.searchsorted(parcel[order], np.arange(len(shapes) + 1))
    return start.astype(np.int64), feature[order].astype(np.int64)


def _length_on(shapes: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Metres of each line on its parcel; for a point a micrometre if it is there."""
    point = shapely.get_dimensions(lines) == 0
    length = shapely.length(shapely.intersection(shapes, lines))
    return np.where(point, TOUCH_M * shapely.intersects(shapes, lines), length)


@numba.njit(cache=True, nogil=True)
def _medians(rows: np.ndarray, near: Near, numbers: np.ndarray) -> np.ndarray:
    """Median of the numbers around each parcel; NaN where none says one."""
    result, said = np.full(len(rows), np.nan), np.empty(near.features)
    found = _found(near.features)
    for r in range(len(rows)):
        count = 0
        for i in range(_around(rows[r], near, found)):
            number = numbers[found.met[i]]
            if not np.isnan(number):
                said[count] = number
                count += 1
        if count:
            result[r] = np.median(said[:count])
    return result


@numba.njit(cache=True, nogil=True)
def _commonest(
    rows: np.ndarray, near: Near, start: np.ndarray, codes: np.ndarray, weight: np.ndarray, classes: int
) -> np.ndarray:
    """Class with the most weight around each parcel; -1 where none says one."""
    result, total = np.full(len(rows), -1), np.empty(classes)
    found = _found(near.features)
    for r in range(len(rows)):
        total[:] = 0.0
        for i in range(_around(rows[r], near, found)):
            feature = found.met[i]
            for c in range(start[feature], start[feature + 1]):
                total[codes[c]] += weight[feature]
        most = 0.0
        for code in range(classes):
            if total[code] > most * TIE:
                most, result[r] = total[code], code
    return result


@numba.njit(cache=True, nogil=True)
def _found(features: int) -> Found:
    return Found(np.full(features, -1), np.empty(features, np.int64), room(features))


@numba.njit(cache=True, nogil=True)
def _around(row: int, near: Near, found: Found) -> int:
    """Write the features within reach of a parcel, its own ones left out, into ``found.met`` and give their number."""
    sides, low, high = near.sides, near.start[row], near.start[row + 1]
    for i in range(near.own_start[row], near.own_start[row + 1]):
        found.seen[near.own[i]] = row
    count = 0
    for first in range(low, high, RUN):
        count = _around_run(row, first, min(first + RUN, high), near, found, count)
    count = _around_spots(row, near, found, count)
    for i in range(low, high):
        if near.filled and begins_ring(sides, low, i):  # a polygon may hold the parcel, its outline out of reach
            for k in range(covering(sides[i, 0], sides[i, 1], near.tree, found.room)):
                count = _meet(found.room.met[k], row, found, count)
    return count


@numba.njit(cache=True, nogil=True)
def _around_run(row: int, low: int, high: int, near: Near, found: Found, count: int) -> int:
    """Add the features within reach of a run of sides."""
    box, tree, stack, reach = box_around(near.sides, low, high), near.tree, found.room.stack, near.reach * near.reach
    stack[0], waiting = 0, min(len(tree.ends), 1)
    while waiting:
        waiting -= 1
        k = stack[waiting]
        if box_gap(box, tree.boxes, k) > reach:
            continue
        first, last = leaf_rows(k, tree)
        for j in range(first, last):
            if found.seen[tree.owner[j]] != row and segment_box_gap(box, tree.ends, j) <= reach:
                for i in range(low, high):
                    if side_gap(near.sides, i, tree.ends, j) <= reach:
                        count = _meet(tree.owner[j], row, found, count)
                        break
        if first == last:
            stack[waiting], stack[waiting + 1] = 2 * k + 1, 2 * k + 2
            waiting += 2
    return count


@numba.njit(cache=True, nogil=True)
def _around_spots(row: int, near: Near, found: Found, count: int) -> int:
    """Add the features of which a part lies within the parcel, perhaps out of reach of its sides."""
    low, high, spots, stack = near.start[row], near.start[row + 1], near.spots, found.room.stack
    box = box_around(near.sides, low, high)
    stack[0], waiting = 0, min(len(spots.ends), 1)
    while waiting:
        waiting -= 1
        k = stack[waiting]
        if box_gap(box, spots.boxes, k) > 0:
            continue
        first, last = leaf_rows(k, spots)
        for j in range(first, last):
            x, y = spots.ends[j, 0], spots.ends[j, 1]
            if found.seen[spots.owner[j]] != row and inside(x, y, near.sides, low, high):
                count = _meet(spots.owner[j], row, found, count)
        if first == last:
            stack[waiting], stack[waiting + 1] = 2 * k + 1, 2 * k + 2
            waiting += 2
    return count


@numba.njit(cache=True, nogil=True)
def _meet(feature: int, row: int, found: Found, count: int) -> int:
    if found.seen[feature] == row:
        return count
    found.seen[feature], found.met[count] = row, feature
    return count + 1
