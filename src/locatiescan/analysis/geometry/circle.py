"""Largest circle that fits a shape outside everything that is taken and its margins (pole of inaccessibility).

The room around a point is its distance to the outline, or to what is taken less its margin, whichever is least;
negative where the point is not free. Squares are split until none can hold a point with more room. Two bounds say
what a square can hold: the room in its middle plus half its diagonal, and, for any two sides, what a step away from
the one takes from the distance to the other. The second ends the search in long strips, where the first would
follow the whole middle line.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from locatiescan.analysis.geometry.overlay import in_threads
from locatiescan.analysis.geometry.sides import Sides

TOLERANCE_M = 0.01
"""The circle found is too small by no more than this in radius, and never too large."""
SMALLEST_M = 0.05
"""A circle with a smaller radius is a seam between two maps; it counts as none, and is not searched for."""
RUN = 16
"""So many sides at most share a box."""

LENGTH = 4
"""Column of a side after its two ends."""
WEST, SOUTH, EAST, NORTH, FIRST, LAST, GROUP, MARGIN = range(8)
"""Columns of a block: its box, its sides, and whether they are the shape's own (group 0) or those of a piece."""

Flat = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Ends of sides ``x0, y0, x1, y1`` and the position at which those of each shape start."""


def largest_circles(
    shapes: Sides, area: np.ndarray, pieces: Flat, margin: np.ndarray, start: np.ndarray, piece: np.ndarray
) -> np.ndarray:
    """Radius of the largest free circle in each shape.

    Parameters
    ----------
    shapes : Sides
    area : array of float64
        Free ground of each shape, square metres: too little of it holds no circle, and is not searched.
    pieces : tuple of five arrays
        Closed outlines of what is taken: ``x0, y0, x1, y1``, float64, and ``start``, int64.
    margin : array of float64
        Margin around each piece, metres.
    start, piece : array of int64
        Shape i meets the pieces ``piece[start[i]:start[i + 1]]``.

    Returns
    -------
    array of float64
        Metres, at most `TOLERANCE_M` below the true radius; 0 where nothing is free.
    """
    own = (shapes.x0, shapes.y0, shapes.x1, shapes.y1, shapes.start)
    radius = np.zeros(len(shapes))
    worth_a_look = np.flatnonzero(area > np.pi * SMALLEST_M**2)
    radius[worth_a_look] = in_threads(lambda these: _radii(these, own, pieces, margin, start, piece), worth_a_look)
    return radius


@numba.njit(cache=True, nogil=True)
def _radii(these, own, pieces, margin, start, piece):
    result = np.zeros(len(these))
    for k in range(len(these)):
        i = these[k]
        if own[4][i + 1] > own[4][i]:
            sides, group, margins = _gathered(i, own, pieces, margin, piece[start[i] : start[i + 1]])
            result[k] = _radius(sides, _blocks(sides, group, margins))
    return result


@numba.njit(cache=True, nogil=True)
def _gathered(i, own, pieces, margin, piece):
    """Sides of a shape and of what is taken from it, group after group, from an origin at the shape's first corner."""
    count = own[4][i + 1] - own[4][i]
    for p in piece:
        count += pieces[4][p + 1] - pieces[4][p]
    sides, group, margins = np.empty((count, 5)), np.empty(len(piece) + 2, np.int64), np.zeros(len(piece) + 1)
    x, y = own[0][own[4][i]], own[1][own[4][i]]
    group[0] = 0
    group[1] = _copied(sides, 0, own, i, x, y)
    for k in range(len(piece)):
        margins[k + 1] = margin[piece[k]]
        group[k + 2] = _copied(sides, group[k + 1], pieces, piece[k], x, y)
    return sides, group, margins


@numba.njit(cache=True, nogil=True)
def _copied(sides, at, flat, i, x, y):
    for j in range(flat[4][i], flat[4][i + 1]):
        sides[at, 0], sides[at, 1] = flat[0][j] - x, flat[1][j] - y
        sides[at, 2], sides[at, 3] = flat[2][j] - x, flat[3][j] - y
        sides[at, LENGTH] = math.hypot(sides[at, 2] - sides[at, 0], sides[at, 3] - sides[at, 1])
        at += 1
    return at


@numba.njit(cache=True, nogil=True)
def _blocks(sides, group, margins):
    """Boxes around runs of sides of one group, so that far ones are passed over together: see the columns above."""
    count = 0
    for g in range(len(margins)):
        count += (group[g + 1] - group[g] + RUN - 1) // RUN
    blocks = np.empty((count, 8))
    count = 0
    for g in range(len(margins)):
        for first in range(group[g], group[g + 1], RUN):
            last = min(first + RUN, group[g + 1])
            x0, y0, x1, y1 = sides[first:last, 0], sides[first:last, 1], sides[first:last, 2], sides[first:last, 3]
            blocks[count, WEST], blocks[count, EAST] = min(x0.min(), x1.min()), max(x0.max(), x1.max())
            blocks[count, SOUTH], blocks[count, NORTH] = min(y0.min(), y1.min()), max(y0.max(), y1.max())
            blocks[count, FIRST], blocks[count, LAST] = first, last
            blocks[count, GROUP], blocks[count, MARGIN] = g, margins[g]
            count += 1
    return blocks


@numba.njit(cache=True, nogil=True)
def _radius(sides, blocks):
    own = blocks[blocks[:, GROUP] == 0]
    west, east, south, north = own[:, WEST].min(), own[:, EAST].max(), own[:, SOUTH].min(), own[:, NORTH].max()
    half = max(east - west, north - south) / 2
    cells = np.array([[(west + east) / 2, (south + north) / 2]])
    best = 0.0
    while len(cells):
        room, nearest = np.empty(len(cells)), np.empty(len(cells), np.int64)
        for k in range(len(cells)):
            room[k], nearest[k] = _room(cells[k, 0], cells[k, 1], sides, blocks)
            best = max(best, room[k])
        cells = _split(cells, half, room, nearest, max(best + TOLERANCE_M, SMALLEST_M), sides, blocks)
        half /= 2
    return best if best >= SMALLEST_M else 0.0


@numba.njit(cache=True, nogil=True)
def _split(cells, half, room, nearest, enough, sides, blocks):
    """Middles of the quarters of those squares that may hold a point with more room than enough."""
    reach = half * math.sqrt(2.0)
    quarters = np.empty((4 * len(cells), 2))
    count = 0
    for k in range(len(cells)):
        x, y = cells[k, 0], cells[k, 1]
        if room[k] + reach > enough and _may_hold(x, y, reach, nearest[k], enough, sides, blocks):
            for quarter in range(4):
                quarters[count, 0] = x + (half if quarter % 2 else -half) / 2
                quarters[count, 1] = y + (half if quarter // 2 else -half) / 2
                count += 1
    return quarters[:count]


@numba.njit(cache=True, nogil=True)
def _room(x, y, sides, blocks):
    """Room around a point, and the block and side that leave it least.

    A group that lies beyond the room left by those before it changes nothing, so its search starts from there.
    """
    least, nearest, at = np.inf, 0, 0
    while at < len(blocks):
        group, margin = blocks[at, GROUP], blocks[at, MARGIN]
        most = max(least + margin, 0.0)
        square, side, odd = most * most, -1, False
        while at < len(blocks) and blocks[at, GROUP] == group:
            passes = blocks[at, SOUTH] <= y <= blocks[at, NORTH] and x <= blocks[at, EAST]
            if (
                passes
                or _box_square(x, y, blocks[at, WEST], blocks[at, SOUTH], blocks[at, EAST], blocks[at, NORTH]) < square
            ):
                for j in range(int(blocks[at, FIRST]), int(blocks[at, LAST])):
                    x0, y0, x1, y1 = sides[j, 0] - x, sides[j, 1] - y, sides[j, 2] - x, sides[j, 3] - y
                    if (y0 > 0) != (y1 > 0) and (x0 * y1 - x1 * y0 > 0) == (y1 > y0):
                        odd = not odd
                    found = _square(x0, y0, x1, y1)
                    if found < square:
                        square, side = found, j
            at += 1
        distance = math.sqrt(square)
        room = (-distance if odd != (group == 0) else distance) - margin
        if room < least:
            least = room
            nearest = side if side >= 0 else nearest
    return least, nearest


@numba.njit(cache=True, nogil=True)
def _box_square(x, y, west, south, east, north):
    """Square of the distance to a box."""
    dx = max(west - x, x - east, 0.0)
    dy = max(south - y, y - north, 0.0)
    return dx * dx + dy * dy


@numba.njit(cache=True, nogil=True)
def _square(x0, y0, x1, y1):
    """Square of the distance from the origin to a side."""
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    t = -(x0 * dx + y0 * dy)
    if t > 0.0:
        t = t / length if t < length else 1.0
        x0 += t * dx
        y0 += t * dy
    return x0 * x0 + y0 * y0


@numba.njit(cache=True, nogil=True)
def _may_hold(x, y, reach, nearest, enough, sides, blocks):
    """Whether two sides together leave hope of a point with enough room within reach of a square's middle.

    A step v changes the distance d to a side by n·v, n pointing away from it, as long as it does not cross the side
    nor pass its ends; to the foot on it by at most |v|²/2d more, wherever it goes. The mean of two distances bounds
    the least of them: (d1 + d2)/2 + |n1 + n2| reach/2.
    """
    j = nearest
    own_x, own_y, own = _away(
        x - sides[j, 0], y - sides[j, 1], sides[j, 2] - sides[j, 0], sides[j, 3] - sides[j, 1], sides[j, LENGTH],
        reach, np.inf,
    )  # fmt: skip
    for k in range(len(blocks)):
        if blocks[k, FIRST] <= nearest < blocks[k, LAST]:
            own -= blocks[k, MARGIN]
    for k in range(len(blocks)):
        most = 2 * enough - own + blocks[k, MARGIN]  # a side farther than this proves nothing
        if most < 0.0:
            continue
        if _box_square(x, y, blocks[k, WEST], blocks[k, SOUTH], blocks[k, EAST], blocks[k, NORTH]) > most * most:
            continue
        for j in range(int(blocks[k, FIRST]), int(blocks[k, LAST])):
            away_x, away_y, bound = _away(
                x - sides[j, 0], y - sides[j, 1], sides[j, 2] - sides[j, 0], sides[j, 3] - sides[j, 1],
                sides[j, LENGTH], reach, most,
            )  # fmt: skip
            if bound <= most and bound + math.sqrt((own_x + away_x) ** 2 + (own_y + away_y) ** 2) * reach <= most:
                return False
    return True


@numba.njit(cache=True, nogil=True)
def _away(from_x, from_y, run, rise, length, reach, most):
    """Direction away from a side at a point, and its distance, with what a foot beyond the side's ends may add.

    The point is given from the side's begin. Numbers, no arrays: an array is counted, with a locked step, by each
    function it is given to, and this one is called for every side.
    """
    along = 0.0
    if length > 0.0:
        along_x, along_y = run / length, rise / length
        along = from_x * along_x + from_y * along_y
        foot = min(max(along, 0.0), length)
        from_x -= foot * along_x
        from_y -= foot * along_y
    square = from_x * from_x + from_y * from_y
    if square == 0.0 or square > most * most or most < 0.0:
        return 0.0, 0.0, np.inf
    distance = math.sqrt(square)
    straight = reach <= along <= length - reach and reach <= distance  # no step leaves the side's own half
    bent = 0.0 if straight else reach * reach / (2 * distance)
    return from_x / distance, from_y / distance, distance + bent
