"""Exact area of shapes without what is taken from them, round margins truly round.

A level line sweeps over each shape. Between two neighbouring heights at which a curve begins, ends or crosses
another, the curves under the line keep their order, so the ground between two of them is all free or all taken, and
its area is a difference of two integrals in closed form. No outline of the free ground is built: nothing can fail,
shared borders only make gaps of no width, and every piece of ground counts once.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from locatiescan.analysis.geometry.holding import ground_rank, x_at
from locatiescan.analysis.geometry.outline import (
    BULGE,
    EAST,
    HIGH,
    LEAN,
    LOW,
    RADIUS,
    TURN,
    WEST,
    Curves,
    X,
    Y,
)
from locatiescan.analysis.geometry.overlay import in_threads

DECIMALS = 6
"""A millionth of a square metre is less than coordinates can say; so 2500 m² is 2500, not 2499.9999999."""
ASIDE_M = 1e-6
"""Curves that cross this far to the west or the east of a shape change nothing within it."""


def free_area(
    shapes: Curves, pieces: Curves, rank: np.ndarray, worth: np.ndarray, start: np.ndarray, piece: np.ndarray
) -> np.ndarray:
    """Area of shapes, the ground under pieces counted for what it is worth.

    Parameters
    ----------
    shapes, pieces : Curves
    rank : array of int64
        Rank of each piece; where several lie on one spot the lowest decides.
    worth : array of float64
        For each rank the part of the ground that counts, 0 to 1.
    start, piece : array of int64
        Shape i meets the pieces ``piece[start[i]:start[i + 1]]``.

    Returns
    -------
    array of float64
        Square metres, rounded to a millionth.
    """
    worths = np.append(worth, 1.0)  # the last rank is that of ground on which no piece lies

    def areas(these: np.ndarray) -> np.ndarray:
        return _areas(these, shapes.table, shapes.start, pieces.table, pieces.start, rank, worths, start, piece)

    return np.round(in_threads(areas, np.arange(len(shapes.start) - 1)), DECIMALS)


@numba.njit(cache=True, nogil=True)
def _areas(these, table, table_start, taken, taken_start, rank, worth, start, piece):
    result = np.zeros(len(these))
    for k in range(len(these)):
        i = these[k]
        own = table[table_start[i] : table_start[i + 1]]
        if len(own):
            met = piece[start[i] : start[i + 1]]
            ground = ground_rank(own, taken, taken_start, rank, met, len(worth) - 1)
            curves, ranks = _gathered(own, taken, taken_start, rank, met[rank[met] < ground])
            result[k] = _area(curves, ranks, worth[: ground + 1])
    return result


@numba.njit(cache=True, nogil=True)
def _gathered(own, taken, taken_start, rank, piece):
    """Curves of one shape (rank -1) and of its pieces, those that matter, from an origin near the shape."""
    low, high, east = own[:, LOW].min(), own[:, HIGH].max(), own[:, EAST].max()
    count = len(own)
    for p in piece:
        count += taken_start[p + 1] - taken_start[p]
    curves, ranks = np.empty((count, 10)), np.empty(count, np.int64)
    curves[: len(own)] = own
    ranks[: len(own)] = -1
    count = len(own)
    for p in piece:
        for j in range(taken_start[p], taken_start[p + 1]):
            if taken[j, LOW] < high and taken[j, HIGH] > low and taken[j, WEST] < east:
                curves[count] = taken[j]
                ranks[count] = rank[p]
                count += 1
    curves = curves[:count]
    west = own[:, WEST].min()
    for column in (WEST, EAST, X):
        curves[:, column] -= west
    for column in (LOW, HIGH, Y):
        curves[:, column] -= low
    order = np.argsort(curves[:, LOW], kind="mergesort")
    return curves[order], ranks[order]


@numba.njit(cache=True, nogil=True)
def _area(curves, ranks, worth):
    heights = _heights(curves, ranks)
    active = np.empty(len(curves), np.int64)
    at = np.empty(len(curves))
    wound = np.zeros(len(worth), np.int64)  # first the shape itself, then each rank but that of the ground
    count, following, total = 0, 0, 0.0
    for k in range(len(heights) - 1):
        low, high = heights[k], heights[k + 1]
        if high <= low:
            continue
        while following < len(curves) and curves[following, LOW] <= low:
            active[count] = following
            count += 1
            following += 1
        left = 0
        for j in range(count):  # what has ended goes, the others keep their order
            if curves[active[j], HIGH] > low:
                active[left] = active[j]
                left += 1
        count = left
        _sort(curves, active, at, count, (low + high) / 2)
        total += _slab(curves, ranks, worth, wound, active[:count], low, high)
    return total


@numba.njit(cache=True, nogil=True)
def _sort(curves, active, at, count, y):
    """Order from west to east at one height; nearly in order already, so by insertion."""
    for j in range(count):
        c = active[j]
        x = x_at(curves[c, Y], curves[c, X], curves[c, LEAN], curves[c, BULGE], curves[c, RADIUS], y)
        i = j - 1
        while i >= 0 and at[i] > x:
            at[i + 1], active[i + 1] = at[i], active[i]
            i -= 1
        at[i + 1], active[i + 1] = x, c


@numba.njit(cache=True, nogil=True)
def _slab(curves, ranks, worth, wound, active, low, high):
    """Free ground between two heights: what lies between neighbours, times its worth."""
    wound[:] = 0
    total, before = 0.0, 0.0
    for j in range(len(active)):
        c = active[j]
        here = _integral(
            curves[c, X], curves[c, LEAN], curves[c, BULGE], curves[c, RADIUS], low - curves[c, Y], high - curves[c, Y]
        )
        if wound[0] > 0:
            k = 0
            while k < len(worth) - 1 and wound[k + 1] <= 0:
                k += 1
            if j and worth[k]:
                total += worth[k] * (here - before)
        before = here
        wound[ranks[c] + 1] += int(curves[c, TURN])
    return total


@numba.njit(cache=True, nogil=True)
def _integral(x, lean, bulge, radius, a, b):
    """Integral of a curve's x over y, from a to b above its own."""
    total = (b - a) * (x + lean * (a + b) / 2)
    if bulge != 0.0:
        total += bulge * (_under_arc(b, radius) - _under_arc(a, radius))
    return total


@numba.njit(cache=True, nogil=True)
def _under_arc(t, radius):
    t = min(max(t, -radius), radius)
    return (t * math.sqrt(radius * radius - t * t) + radius * radius * math.asin(t / radius)) / 2


@numba.njit(cache=True, nogil=True)
def _heights(curves, ranks):
    """All heights within the shape at which a curve begins, ends or crosses another, rising.

    Curves that cross to the west of the shape stay there as long as they keep their order with its own, and the
    ground between them is none of the shape's, whichever comes first. So too to the east.
    """
    own = ranks == -1
    top, east = curves[own, HIGH].max(), curves[own, EAST].max()
    heights = np.empty(4 * len(curves) + 16)
    heights[: len(curves)] = curves[:, LOW]
    heights[len(curves) : 2 * len(curves)] = curves[:, HIGH]
    count = 2 * len(curves)
    for i in range(len(curves)):
        for j in range(i + 1, len(curves)):
            if curves[j, LOW] >= curves[i, HIGH]:
                break
            west_end, east_end = max(curves[i, WEST], curves[j, WEST]), min(curves[i, EAST], curves[j, EAST])
            if west_end <= east_end and west_end <= east and east_end >= 0.0 and not (own[i] and own[j]):
                if count + 2 > len(heights):
                    heights = np.concatenate((heights, np.empty(len(heights))))
                count = _crossings(curves, i, j, east, heights, count)
    heights = np.minimum(np.maximum(heights[:count], 0.0), top)
    heights.sort()
    return heights


@numba.njit(cache=True, nogil=True)
def _crossings(curves, one, other, east, heights, count):
    """Add the heights at which two curves cross, not to the west or the east of the shape."""
    if curves[one, BULGE] == 0.0 and curves[other, BULGE] == 0.0:
        lean = curves[one, LEAN] - curves[other, LEAN]
        if lean == 0.0:
            return count
        first = (
            curves[one, Y]
            + (curves[other, X] - curves[one, X] + curves[other, LEAN] * (curves[one, Y] - curves[other, Y])) / lean
        )
        second = first
    elif curves[one, BULGE] != 0.0 and curves[other, BULGE] != 0.0:
        first, second = _arc_arc(curves, one, other)
    elif curves[one, BULGE] == 0.0:
        first, second = _line_arc(curves, one, other)
    else:
        first, second = _line_arc(curves, other, one)
    low, high = max(curves[one, LOW], curves[other, LOW]), min(curves[one, HIGH], curves[other, HIGH])
    if low < first < high and _beside_none(curves, one, other, first, east):
        heights[count] = first
        count += 1
    if low < second < high and second != first and _beside_none(curves, one, other, second, east):
        heights[count] = second
        count += 1
    return count


@numba.njit(cache=True, nogil=True)
def _beside_none(curves, one, other, y, east):
    i, j = one, other
    first = x_at(curves[i, Y], curves[i, X], curves[i, LEAN], curves[i, BULGE], curves[i, RADIUS], y)
    second = x_at(curves[j, Y], curves[j, X], curves[j, LEAN], curves[j, BULGE], curves[j, RADIUS], y)
    return min(first, second) >= -ASIDE_M and max(first, second) <= east + ASIDE_M


@numba.njit(cache=True, nogil=True)
def _line_arc(curves, line, arc):
    """Heights at which a line meets the circle of an arc; NaN where it does not."""
    b = curves[line, LEAN]
    d = curves[line, X] + b * (curves[arc, Y] - curves[line, Y]) - curves[arc, X]
    square = curves[arc, RADIUS] ** 2 * (1 + b * b) - d * d
    if square < 0:
        return np.nan, np.nan
    root = math.sqrt(square)
    return curves[arc, Y] + (-b * d - root) / (1 + b * b), curves[arc, Y] + (-b * d + root) / (1 + b * b)


@numba.njit(cache=True, nogil=True)
def _arc_arc(curves, one, other):
    """Heights at which the circles of two arcs meet; NaN where they do not."""
    dx, dy = curves[other, X] - curves[one, X], curves[other, Y] - curves[one, Y]
    square = dx * dx + dy * dy
    if square == 0.0:
        return np.nan, np.nan
    along = (square + curves[one, RADIUS] ** 2 - curves[other, RADIUS] ** 2) / (2 * square)
    across = curves[one, RADIUS] ** 2 / square - along * along
    if across < 0:
        return np.nan, np.nan
    root = math.sqrt(across)
    return curves[one, Y] + along * dy - root * dx, curves[one, Y] + along * dy + root * dx
