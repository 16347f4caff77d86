"""Polygons with very many sides cut into small ones, on flat arrays: together the same ground, and cheap to compare.

A parcel then need only be compared with what lies near it, not with all 100 000 sides of a landscape. Only what an
area needs is kept: vertical sides add nothing to it (see `integral`), so a cut from north to south makes no new sides,
and a cut from west to east closes both halves with the same few sides along it.
"""

from __future__ import annotations

import itertools

import numba
import numpy as np

from locatiescan.analysis.geometry.sides import Sides

MOST_SIDES = 128
"""Aim for the size of a piece."""
SMALLEST_M = 0.5
"""Cutting stops here, so that a pile of sides on one spot cannot go on for ever."""
MOST_CUT = 0.25
"""A cut through more than this part of the sides gains too little: both halves keep those."""
WEST, SOUTH, EAST, NORTH = range(4)


def cut(sides: Sides, most: int = MOST_SIDES) -> tuple[Sides, np.ndarray]:
    """Cut shapes in halves until none has more than `most` sides, or cutting gains no more.

    Parameters
    ----------
    sides : Sides
    most : int

    Returns
    -------
    pieces : Sides
        Right for areas only: vertical sides may be absent, and sides along a cut are there that no shape has.
    owner : array of int64
        For each piece the shape it is of, rising. A shape without sides has no piece.
    """
    count = np.diff(sides.start)
    large = np.flatnonzero(count > most)
    owners, tables = [np.flatnonzero((count > 0) & (count <= most))], []
    for shape in large.tolist():
        pieces = _pieces(_runs(sides, shape), most)
        tables += pieces
        owners.append(np.full(len(pieces), shape))
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return _gathered(sides, owners[0], tables, order), owner[order]


def _runs(sides: Sides, shape: int) -> np.ndarray:
    """Sides from west to east, none vertical: x0, y0, x1, y1, +1 with ground under it or -1 with ground above it."""
    part = slice(sides.start[shape], sides.start[shape + 1])
    ends = np.column_stack([sides.x0[part], sides.y0[part], sides.x1[part], sides.y1[part]])
    east = ends[:, 0] < ends[:, 2]
    ends[~east] = ends[~east][:, [2, 3, 0, 1]]
    return np.column_stack([ends, np.where(east, -1.0, 1.0)])[ends[:, 0] != ends[:, 2]]


def _pieces(runs: np.ndarray, most: int) -> list[np.ndarray]:
    if len(runs) <= most:
        return [runs] if len(runs) else []
    upright, middle, worth = _best_cut(runs)
    if not worth:
        return [runs]
    halves = _west_east(runs, middle) if upright else _south_north(runs, middle)
    return list(itertools.chain.from_iterable(_pieces(half, most) for half in halves))


def _gathered(sides: Sides, small: np.ndarray, tables: list[np.ndarray], order: np.ndarray) -> Sides:
    """Small shapes as they are and pieces of large ones, in the order asked."""
    if not tables and len(small) == len(sides):
        return sides
    count = np.concatenate([np.diff(sides.start)[small], [len(table) for table in tables]]).astype(np.int64)
    kept = np.repeat(np.isin(np.arange(len(sides)), small), np.diff(sides.start))
    runs = np.concatenate([np.empty((0, 5)), *tables])
    west = runs[:, 4] > 0
    runs[west] = runs[west][:, [2, 3, 0, 1, 4]]
    flat = (sides.x0, sides.y0, sides.x1, sides.y1)
    columns = [np.concatenate([flat[i][kept], runs[:, i]]) for i in range(4)]
    begin = np.cumsum(count) - count
    take = np.repeat(begin[order] - (np.cumsum(count[order]) - count[order]), count[order]) + np.arange(count.sum())
    boxes = np.array([_box(table) for table in tables]).reshape(-1, 4)
    start = np.append(0, np.cumsum(count[order]))
    bounds = np.concatenate([sides.bounds[small], boxes])[order]
    x0, y0, x1, y1 = (column[take] for column in columns)
    return Sides(x0, y0, x1, y1, start, bounds)


def _box(runs: np.ndarray) -> tuple[float, float, float, float]:
    return runs[:, 0].min(), runs[:, [1, 3]].min(), runs[:, 2].max(), runs[:, [1, 3]].max()


@numba.njit(cache=True, nogil=True)
def _best_cut(runs):
    """Whether to cut along a meridian, where, and whether that is worth it; the long way is halved first."""
    west, south, east, north = runs[:, 0].min(), runs[:, 1].min(), runs[:, 2].max(), runs[:, 1].max()
    south, north = min(south, runs[:, 3].min()), max(north, runs[:, 3].max())
    x, y = (west + east) / 2, (south + north) / 2
    across = along = 0
    for i in range(len(runs)):
        across += runs[i, 0] < x < runs[i, 2]
        along += min(runs[i, 1], runs[i, 3]) < y < max(runs[i, 1], runs[i, 3])
    upright = east - west >= north - south
    if (across if upright else along) > MOST_CUT * len(runs):
        upright = not upright
    through, wide = (across, east - west) if upright else (along, north - south)
    worth = through <= MOST_CUT * len(runs) and wide > SMALLEST_M
    return upright, x if upright else y, worth


@numba.njit(cache=True, nogil=True)
def _west_east(runs, middle):
    west, east = runs[runs[:, 0] < middle], runs[runs[:, 2] > middle]
    for i in range(len(west)):
        if west[i, 2] > middle:
            west[i, 3] = _height(west[i], middle)
            west[i, 2] = middle
    for i in range(len(east)):
        if east[i, 0] < middle:
            east[i, 1] = _height(east[i], middle)
            east[i, 0] = middle
    return west, east


@numba.njit(cache=True, nogil=True)
def _height(run, x):
    return run[1] + (x - run[0]) / (run[2] - run[0]) * (run[3] - run[1])


@numba.njit(cache=True, nogil=True)
def _south_north(runs, middle):
    """Both halves; what a side loses to the other half lies along the cut, where it closes the ground."""
    halves = np.empty((2, 2 * len(runs), 5))
    edges = np.empty((2, 4 * len(runs), 2))
    count, ends = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    for i in range(len(runs)):
        x0, y0, x1, y1, sign = runs[i]
        crosses = min(y0, y1) < middle < max(y0, y1)
        x = min(max(x0 + (middle - y0) / (y1 - y0) * (x1 - x0), x0), x1) if crosses else x1
        y = middle if crosses else y1
        for begin_x, begin_y, end_x, end_y in ((x0, y0, x, y), (x, y, x1, y1)):
            if begin_x == end_x:
                continue
            half = int(begin_y + end_y > 2 * middle)
            halves[half, count[half]] = (begin_x, begin_y, end_x, end_y, sign)
            count[half] += 1
            edges[1 - half, ends[1 - half]] = (begin_x, sign)
            edges[1 - half, ends[1 - half] + 1] = (end_x, -sign)
            ends[1 - half] += 2
    return (
        _closed(halves[0, : count[0]], edges[0, : ends[0]], middle),
        _closed(halves[1, : count[1]], edges[1, : ends[1]], middle),
    )


@numba.njit(cache=True, nogil=True)
def _closed(half, edges, height):
    """Add what is left along a cut of all that begins and ends there: nearly all of it cancels."""
    closing = np.empty((len(edges), 5))
    order = np.argsort(edges[:, 0], kind="mergesort")
    count, level, left, drawn = 0, 0.0, 0.0, 0.0
    for i in range(len(edges)):
        x, change = edges[order[i]]
        level += change
        if (i + 1 < len(edges) and edges[order[i + 1], 0] == x) or level == drawn:
            continue
        if drawn != 0:
            closing[count] = (left, height, x, height, drawn)
            count += 1
        left, drawn = x, level
    return np.concatenate((half, closing[:count]))
