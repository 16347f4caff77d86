"""The area that two polygons share, as a sum of integrals over pairs of their sides: no intersection is ever built.

**Polygon as a sum.** Let the ground of polygon A lie on the left hand of its sides, so that a side on the lower edge
of the ground runs to the east and one on the upper edge to the west. Give a side that runs west the sign s = +1 and
one that runs east s = -1, and write y_e(x) for its height above x. Straight above and below a point the lower and
upper sides alternate, so what is left of the signs above the point is 1 inside A and 0 outside::

    1_A(x, y) = sum over sides e above x:  s_e * [y < y_e(x)]

Vertical sides lie above no stretch of x, so they are left out: the sides left and right of them say all. Holes run
the other way round and come by themselves, as do parts.

**Shared area.** The product of two such sums, integrated over y from any level under A, then over x::

    area(A and B) = sum over a, b:  s_a * s_b * integral of min(y_a(x), y_b(x)) dx  over the x that a and b share

for the integral over y of [y < y_a] * [y < y_b] from that level is min(y_a, y_b) minus the level, and the level falls
out: at every x the signs of A add up to nothing. We put the level at the south side of A's box.

**One term.** On the shared stretch [l, r] of width w both heights are straight; write d = y_b - y_a. Then
min(y_a, y_b) = y_a + min(d, 0), and::

    integral of y_a       = w * (y_a(l) + y_a(r)) / 2
    integral of min(d, 0) = 0                                     d(l) >= 0 and d(r) >= 0: b runs above a
                          = w * (d(l) + d(r)) / 2                 both <= 0: b runs under a
                          = -w * d_neg**2 / (2 * (|d(l)| + |d(r)|))   they cross: the triangle on the negative side

**Sides under A's box.** Where b runs under every side of A, min is y_b, the same for all a; the signs of A add up
to nothing, so b adds nothing and is skipped. (That is exact in the sum over all a, not for each a.)

**Sides above A's box.** Where b runs above every side of A, min is y_a, and what a adds up to between two heights of
x is the ground of A between them. With F(x) for the area of A west of x, b adds F(x_from) - F(x_to) whichever way it
runs. So a chain of such sides adds only F at its begin less F at its end, and most sides of a large polygon around A
cost one comparison.

**Digits.** RD coordinates of 500 000 m multiplied would leave few digits of a square metre; all is measured from the
corner of A's box. A side narrower than `VERTICAL_M` counts as vertical, so that no slope overflows.
"""

from __future__ import annotations

import numba
import numpy as np

from locatiescan.analysis.geometry.sides import Sides

VERTICAL_M = 1e-12
"""A side this narrow has no more ground under it than a thousandth of a square micrometre per metre of height."""
NOTHING = 1e-9
"""Less than this share of a shape is rounding: what only touches has no ground in common."""


def shared_areas(a: Sides, b: Sides, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Area that pairs of polygons share; lets go of the interpreter, so threads may each take a part of the pairs.

    Parameters
    ----------
    a, b : Sides
        Valid polygons; cut them (`cutting.cut`) where they have very many sides.
    first, second : (p,) array of int64
        Pairs: a shape of `a` and one of `b`. Quickest where the same `first` comes in a row.

    Returns
    -------
    (p,) array of float64
        Square metres, right to about 1e-15 of the box of `a`; may be that little below zero.
    """
    corner = np.ascontiguousarray(a.bounds)
    return _shared_areas(a.x0, a.y0, a.x1, a.y1, a.start, corner, b.x0, b.y0, b.x1, b.y1, b.start, first, second)


def summed(group: np.ndarray, code: np.ndarray, area: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Add up areas of the same group and code; lets go of the interpreter.

    Parameters
    ----------
    group : (p,) array of int64
        Rising.
    code : (p,) array of int64
        From 0.
    area : (p,) array of float64
        What is not above zero is left out.

    Returns
    -------
    group, code, area : (q,) array
        Each pair once, rising by group.
    """
    count, *columns = _summed(group, code, area, int(code.max(initial=-1)) + 1)
    groups, codes, areas = (column[:count] for column in columns)
    return groups, codes, areas


def means_of_cells(a: Sides, values: np.ndarray, west: float, north: float, cell_m: float) -> np.ndarray:
    """Mean of a grid over each polygon, cells weighed by the ground they share with it.

    Parameters
    ----------
    a : Sides
    values : (rows, cols) array of float64
        From north to south; NaN where unknown.
    west, north : float
        Edges of the grid, metres.
    cell_m : float
        Side of a cell, metres.

    Returns
    -------
    (n,) array of float64
        NaN where a polygon reaches beyond the grid, lies for more than `NOTHING` on a cell without a value, or has
        no area.
    """
    grid = np.ascontiguousarray(values, dtype=np.float64)
    corner = np.ascontiguousarray(a.bounds)
    return _means_of_cells(a.x0, a.y0, a.x1, a.y1, a.start, corner, grid, float(west), float(north), float(cell_m))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _load(x0, y0, x1, y1, start, corner, shape, side):
    """Put the sides of a shape in rows west, east, height at west, slope, sign; give their number."""
    count = 0
    for i in range(start[shape], start[shape + 1]):
        width = x1[i] - x0[i]
        if abs(width) < VERTICAL_M:
            continue
        west_x, west_y, east_x = (x0[i], y0[i], x1[i]) if width > 0 else (x1[i], y1[i], x0[i])
        side[count, 0] = west_x - corner[shape, 0]
        side[count, 1] = east_x - corner[shape, 0]
        side[count, 2] = west_y - corner[shape, 1]
        side[count, 3] = (y1[i] - y0[i]) / width
        side[count, 4] = -1.0 if width > 0 else 1.0
        count += 1
    return count


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _under(side, count, west, east, height, slope):
    """Sum over the loaded sides a of s_a times the integral of min(y_a, y_b), for one side b."""
    total = 0.0
    for i in range(count):
        left, right = max(side[i, 0], west), min(side[i, 1], east)
        if left >= right:
            continue
        a_left = side[i, 2] + (left - side[i, 0]) * side[i, 3]
        a_right = side[i, 2] + (right - side[i, 0]) * side[i, 3]
        d_left = height + (left - west) * slope - a_left
        d_right = height + (right - west) * slope - a_right
        twice = a_left + a_right
        if d_left <= 0 and d_right <= 0:
            twice += d_left + d_right
        elif d_left < 0 or d_right < 0:
            twice -= min(d_left, d_right) ** 2 / (abs(d_left) + abs(d_right))
        total += side[i, 4] * (right - left) * twice
    return total / 2


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _most_sides(start):
    most = 1
    for i in range(len(start) - 1):
        most = max(most, start[i + 1] - start[i])
    return most


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _left_of(side, count, x, wide):
    """Area of the loaded shape to the west of x; at its east edge that is all of it."""
    if x <= 0:
        return 0.0
    twice = 0.0
    for i in range(count):
        right = min(side[i, 1], x) if x < wide else side[i, 1]
        width = right - side[i, 0]
        if width > 0:
            twice += side[i, 4] * width * (2 * side[i, 2] + width * side[i, 3])
    return twice / 2


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _shared_areas(ax0, ay0, ax1, ay1, a_start, corner, bx0, by0, bx1, by1, b_start, first, second):
    side = np.empty((_most_sides(a_start), 5))
    area = np.zeros(len(first))
    loaded, count = -1, 0
    for pair in range(len(first)):
        shape = first[pair]
        if shape != loaded:
            count = _load(ax0, ay0, ax1, ay1, a_start, corner, shape, side)
            loaded = shape
        west, south = corner[shape, 0], corner[shape, 1]
        wide, high = corner[shape, 2] - west, corner[shape, 3] - south
        begin, end = 0.0, 0.0  # of the chain of sides above the box that is being followed
        for j in range(b_start[second[pair]], b_start[second[pair] + 1]):
            from_x, from_y, to_x, to_y = bx0[j] - west, by0[j] - south, bx1[j] - west, by1[j] - south
            if max(from_x, to_x) <= 0 or min(from_x, to_x) >= wide or (from_y <= 0 and to_y <= 0):
                continue
            if from_y >= high and to_y >= high:
                if from_x != end:
                    area[pair] += _left_of(side, count, begin, wide) - _left_of(side, count, end, wide)
                    begin = from_x
                end = to_x
                continue
            sign = 1.0
            if from_x < to_x:
                sign = -1.0
            else:
                from_x, from_y, to_x, to_y = to_x, to_y, from_x, from_y
            if to_x - from_x >= VERTICAL_M:
                area[pair] += sign * _under(side, count, from_x, to_x, from_y, (to_y - from_y) / (to_x - from_x))
        if begin != end:
            area[pair] += _left_of(side, count, begin, wide) - _left_of(side, count, end, wide)
    return area


@numba.njit(cache=True, nogil=True)
def _summed(group, code, area, codes):
    place = np.full(codes, -1)  # where the sum of each code of this group is
    groups, kinds, sums = np.empty_like(group), np.empty_like(code), np.empty_like(area)
    begin = count = 0
    for i in range(len(group)):
        if area[i] <= 0:
            continue
        if begin < count and groups[begin] != group[i]:
            for row in range(begin, count):
                place[kinds[row]] = -1
            begin = count
        row = place[code[i]]
        if row < 0:
            row = count
            place[code[i]], groups[row], kinds[row], sums[row] = row, group[i], code[i], 0.0
            count += 1
        sums[row] += area[i]
    return count, groups, kinds, sums


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _means_of_cells(x0, y0, x1, y1, start, corner, values, grid_west, grid_north, cell):
    side = np.empty((_most_sides(start), 5))
    mean = np.full(len(start) - 1, np.nan)
    rows, cols = values.shape
    for shape in range(len(start) - 1):
        count = _load(x0, y0, x1, y1, start, corner, shape, side)
        if count == 0:
            continue
        west, deep = corner[shape, 0] - grid_west, grid_north - corner[shape, 1]
        first_col, last_col = int(np.floor(west / cell)), int(np.ceil((corner[shape, 2] - grid_west) / cell)) - 1
        first_row, last_row = int(np.floor((grid_north - corner[shape, 3]) / cell)), int(np.ceil(deep / cell)) - 1
        if first_row >= 0 and first_col >= 0 and last_row < rows and last_col < cols:
            under = values[first_row : last_row + 1, first_col : last_col + 1]
            mean[shape] = _weighed(side, count, under, cell, first_col * cell - west, deep - first_row * cell)
    return mean


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _weighed(side, count, values, cell, west, north):
    """Mean of the cells by the ground on them; west and north are the corner of the first, from that of the shape."""
    rows, cols = values.shape
    if rows == 1 and cols == 1:
        return values[0, 0]
    whole = _under(side, count, west, west + cols * cell, north + cell, 0.0)
    total = ground = 0.0
    for row in range(rows):
        top = north - row * cell
        for col in range(cols):
            left, right = west + col * cell, west + (col + 1) * cell
            area = _under(side, count, left, right, top, 0.0) - _under(side, count, left, right, top - cell, 0.0)
            if area > NOTHING * whole:
                total += values[row, col] * area
                ground += area
    return total / ground
