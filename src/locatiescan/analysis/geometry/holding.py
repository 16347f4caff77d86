"""Whether a piece holds a whole shape: then no outline need be followed to know what counts there."""

from __future__ import annotations

import math

import numba
import numpy as np

from locatiescan.analysis.geometry.outline import BULGE, EAST, HIGH, LEAN, LOW, RADIUS, TURN, WEST, X, Y

JOINT_M = 1e-9
"""One curve of an outline ends and the next begins this close together: RD New keeps no more digits."""
MOST_CURVES = 64
"""A piece with more curves is not asked whether it holds a whole shape: that takes the square of their number."""


@numba.njit(cache=True, nogil=True)
def ground_rank(own, taken, taken_start, rank, met, bare):
    """Lowest rank of a piece that holds the whole shape, `bare` if none does: no higher rank counts there."""
    box = own[:, WEST].min(), own[:, LOW].min(), own[:, EAST].max(), own[:, HIGH].max()
    lowest = bare
    for p in met:
        if rank[p] < lowest and holds(box, taken[taken_start[p] : taken_start[p + 1]]):
            lowest = rank[p]
    return lowest


@numba.njit(cache=True, nogil=True)
def holds(box, curves):
    """Whether a piece holds a box for certain: no curve enters it, and it lies within those to the west of it."""
    west, low, east, high = box
    if len(curves) > MOST_CURVES:
        return False
    beside = np.zeros(len(curves), np.bool_)
    for i in range(len(curves)):
        if curves[i, LOW] < high and curves[i, HIGH] > low:
            least, most = _reach(curves, i, max(curves[i, LOW], low), min(curves[i, HIGH], high))
            if least < east and most > west:
                return False
            beside[i] = most <= west
    if not _within(curves, beside, low):
        return False
    for i in np.flatnonzero(beside):  # a level side may enter without being a curve: then others begin or end there
        for y in (curves[i, LOW] + JOINT_M, curves[i, HIGH] + JOINT_M):
            if low < y < high and not _within(curves, beside, y):
                return False
    return True


@numba.njit(cache=True, nogil=True)
def _reach(curves, i, low, high):
    """Least and most x of a curve between two heights."""
    y, x, lean, bulge, radius = curves[i, Y], curves[i, X], curves[i, LEAN], curves[i, BULGE], curves[i, RADIUS]
    one, other = x_at(y, x, lean, bulge, radius, low), x_at(y, x, lean, bulge, radius, high)
    least, most = min(one, other), max(one, other)
    if low < y < high:  # where an arc bulges most
        middle = x_at(y, x, lean, bulge, radius, y)
        least, most = min(least, middle), max(most, middle)
    return least, most


@numba.njit(cache=True, nogil=True)
def _within(curves, beside, y):
    """Whether a piece has begun and not ended to the west, at one height."""
    wound = 0.0
    for i in range(len(curves)):
        if beside[i] and curves[i, LOW] <= y < curves[i, HIGH]:
            wound += curves[i, TURN]
    return wound > 0


@numba.njit(cache=True, nogil=True)
def x_at(y, x, lean, bulge, radius, height):
    """Where a curve lies at one height.

    Its columns as numbers: an array is counted, with a locked step, by each function it is given to.
    """
    t = height - y
    x += lean * t
    if bulge != 0.0:
        x += bulge * math.sqrt(max(radius**2 - t * t, 0.0))
    return x
