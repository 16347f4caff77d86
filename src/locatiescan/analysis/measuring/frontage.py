"""How much of a parcel's outline lies along a road, or along anything else that has a place."""

from __future__ import annotations

import geopandas as gpd
import numba
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.geometry.overlay import in_threads
from locatiescan.analysis.geometry.search import TOUCH_M, Room, box_around, box_gap, covering, leaf_rows, room
from locatiescan.analysis.geometry.tree import Tree, stretches
from locatiescan.analysis.measuring.segments import outlines
from locatiescan.analysis.measuring.world import World, unknown
from locatiescan.model import Measurement

NOWHERE = (np.inf, -np.inf)
"""A span that ends before it begins."""


def frontage_m(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Metres of the parcel's outer outline that lie within ``buffer_m`` of a feature; holes do not count.

    Exact, without drawing the margin: what a side has within the margin of one segment is one span, since the
    distance to a convex shape is convex along a line. Stretches that several segments reach count once. For
    polygons, what lies deeper inside than the margin counts too.
    """
    found = outlines(world, rule.layer or "", rule.where)
    if found is None:
        return unknown(parcels)
    sides, start = world.once(("outer sides",), lambda: _outer_sides(parcels.geometry.to_numpy()))
    holders = len(found.features) if found.filled else 0
    margin = float(rule.buffer_m or 0.0) + TOUCH_M

    def some(rows: np.ndarray) -> np.ndarray:
        return _lengths(rows, sides, start, found.segments, margin, holders)

    return pd.Series(in_threads(some, np.arange(len(parcels))), index=parcels.index)


def _outer_sides(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sides of the outer rings; those of shape i are ``start[i]`` up to ``start[i + 1]``."""
    parts, shape_of = shapely.get_parts(shapes, return_index=True)
    sides, ring = stretches(shapely.get_exterior_ring(parts))
    return sides, np.searchsorted(shape_of[ring], np.arange(len(shapes) + 1)).astype(np.int64)


@numba.njit(cache=True, nogil=True)
def _lengths(
    rows: np.ndarray, sides: np.ndarray, start: np.ndarray, tree: Tree, margin: float, holders: int
) -> np.ndarray:
    """Metres of each parcel's sides near the segments, or in one of the polygons where there are `holders`."""
    result = np.full(len(rows), np.nan)
    own = room(holders)
    for r in range(len(rows)):
        row: int = rows[r]
        low, high = start[row], start[row + 1]
        if low < high:
            result[r] = 0.0
        for i in range(low, high):
            reached, length = 0.0, np.hypot(sides[i, 2] - sides[i, 0], sides[i, 3] - sides[i, 1])
            for begin, end in _spans(sides, i, length, tree, margin, own):
                if begin > reached and holders:  # no outline comes near the gap: it is inside or outside as a whole
                    middle = (reached + begin) / 2 / length
                    x = sides[i, 0] + middle * (sides[i, 2] - sides[i, 0])
                    y = sides[i, 1] + middle * (sides[i, 3] - sides[i, 1])
                    if covering(x, y, tree, own):
                        result[r] += begin - reached
                result[r] += max(end - max(begin, reached), 0.0)
                reached = max(reached, end)
    return result


@numba.njit(cache=True, nogil=True)
def _spans(
    sides: np.ndarray, i: int, length: float, tree: Tree, margin: float, room: Room
) -> list[tuple[float, float]]:
    """Stretches of a side near the segments in metres along it, by their begin; the last is its far end."""
    spans = [(length, length)]
    box = box_around(sides, i, i + 1)
    stack = room.stack
    stack[0], waiting = 0, min(len(tree.ends), 1)
    while waiting:
        waiting -= 1
        k = stack[waiting]
        if box_gap(box, tree.boxes, k) > margin * margin:
            continue
        first, last = leaf_rows(k, tree)
        for j in range(first, last):
            begin, end = span(sides, i, length, tree.ends, j, margin)
            if begin < end:
                _insert(spans, begin, end)
        if first == last:
            stack[waiting], stack[waiting + 1] = 2 * k + 1, 2 * k + 2
            waiting += 2
    return spans


@numba.njit(cache=True, nogil=True)
def _insert(spans: list[tuple[float, float]], begin: float, end: float) -> None:
    """Put a span in its place; there are few, and numba takes seconds to compile a sort."""
    place = len(spans)
    while place and spans[place - 1][0] > begin:
        place -= 1
    spans.insert(place, (begin, end))


@numba.njit(cache=True, nogil=True)
def span(sides: np.ndarray, i: int, length: float, ends: np.ndarray, j: int, margin: float) -> tuple[float, float]:
    """Stretch of a side within a margin of a segment, in metres along the side; none ends before it begins.

    The margin is a disc round either end and a strip between them. The three spans overlap or touch, for together
    the shape is convex.
    """
    if length == 0:
        return NOWHERE
    ux, uy = (sides[i, 2] - sides[i, 0]) / length, (sides[i, 3] - sides[i, 1]) / length
    ax, ay = ends[j, 0] - sides[i, 0], ends[j, 1] - sides[i, 1]
    bx, by = ends[j, 2] - sides[i, 0], ends[j, 3] - sides[i, 1]
    first, second = _in_disc(ux, uy, ax, ay, margin), _in_disc(ux, uy, bx, by, margin)
    begin, end = min(first[0], second[0]), max(first[1], second[1])
    far = np.hypot(bx - ax, by - ay)
    if far > 0:
        vx, vy = (bx - ax) / far, (by - ay) / far
        along = _in_slab(ux * vx + uy * vy, ax * vx + ay * vy, 0.0, far)
        across = _in_slab(ux * vy - uy * vx, ax * vy - ay * vx, -margin, margin)
        low, high = max(along[0], across[0]), min(along[1], across[1])
        if low < high:
            begin, end = min(begin, low), max(end, high)
    return max(begin, 0.0), min(end, length)


@numba.njit(cache=True, nogil=True)
def _in_disc(ux: float, uy: float, x: float, y: float, radius: float) -> tuple[float, float]:
    """Where a line from the origin lies in a disc."""
    along, aside = x * ux + y * uy, x * uy - y * ux
    if abs(aside) > radius:
        return NOWHERE
    half = np.sqrt(radius * radius - aside * aside)
    return along - half, along + half


@numba.njit(cache=True, nogil=True)
def _in_slab(slope: float, offset: float, low: float, high: float) -> tuple[float, float]:
    """Where ``slope t - offset`` lies from `low` to `high`."""
    if slope == 0:
        return (-np.inf, np.inf) if low <= -offset <= high else NOWHERE
    first, second = (low + offset) / slope, (high + offset) / slope
    return min(first, second), max(first, second)
