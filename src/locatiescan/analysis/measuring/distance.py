"""How far each parcel is from something."""

from __future__ import annotations

import geopandas as gpd
import numba
import numpy as np
import pandas as pd

from locatiescan.analysis.geometry.overlay import in_threads
from locatiescan.analysis.geometry.search import RUN, TOUCH_M, held, holds_spot, nearer, room
from locatiescan.analysis.geometry.tree import Tree, ends_of
from locatiescan.analysis.measuring.segments import outlines
from locatiescan.analysis.measuring.world import World, parcel_sides, unknown
from locatiescan.model import Measurement

BEYOND_M = 1.0


def reach_of(rule: Measurement) -> float:
    """How far a rule has to look, in metres: beyond it no verdict and no score changes any more."""
    if rule.reach_m is not None:
        return float(rule.reach_m)
    farthest = getattr(rule, "max", None)  # what lies just beyond must not look as if it met the limit
    points = (*(getattr(rule, "curve", None) or ()), *(getattr(rule, "steps", None) or ()))
    ends = [getattr(rule, "min", None), None if farthest is None else farthest + BEYOND_M, *points]
    return max((float(end) for end in ends if end is not None), default=0.0)


def distance_m(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Distance in metres from each parcel to the nearest feature; 0 inside or touching.

    Exact: 0 where parcel and feature meet or one holds the other, else the least distance between two of their
    sides. Nothing within the rule's reach gives the reach itself: the layer was not read any further.
    """
    found = outlines(world, rule.layer or "", rule.where)
    if found is None:
        return unknown(parcels)
    own = parcel_sides(parcels, world)
    sides, start = ends_of(own), own.start
    holders = len(found.features) if found.filled else 0

    def some(rows: np.ndarray) -> np.ndarray:
        return _distances(rows, sides, start, found.segments, found.spots, reach_of(rule), holders)

    return pd.Series(in_threads(some, np.arange(len(parcels))), index=parcels.index)


@numba.njit(cache=True, nogil=True)
def _distances(
    rows: np.ndarray, sides: np.ndarray, start: np.ndarray, segments: Tree, spots: Tree, reach: float, holders: int
) -> np.ndarray:
    """Distance of each parcel in metres; `holders` is the number of polygons that can hold one, 0 for lines."""
    result = np.full(len(rows), np.nan)
    own = room(holders)
    for r in range(len(rows)):
        row: int = rows[r]
        low, high = start[row], start[row + 1]
        if low == high:
            continue
        best = 0.0 if holds_spot(sides, low, high, spots, own) else reach * reach
        for first in range(low, high, RUN):
            best = nearer(sides, first, min(first + RUN, high), segments, best, own)
        if holders and best > TOUCH_M * TOUCH_M and held(sides, low, high, segments, own):
            best = 0.0
        result[r] = np.sqrt(best) if best > TOUCH_M * TOUCH_M else 0.0
    return result
