"""Smallest rectangle around a shape, of whatever direction.

It lies along a side of the convex hull (Freeman and Shapira 1975), so every side of the hull is tried. Worked out from
an origin at the shape: a geometry library that turns whole RD coordinates loses half its digits.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import shapely

from locatiescan.analysis.geometry.overlay import Shapes, in_threads
from locatiescan.analysis.geometry.sides import unpack

LONG, SHORT, ANGLE = range(3)
"""Columns of what is found."""
MOST_SIDES = 720
"""Of a hull with more sides so many are tried, evenly: half a degree apart, it is nearly round."""
SAME_AREA = 1e-9
"""Areas that differ by less than this part are equal: around a triangle all three rectangles are."""


def envelopes(shapes: Shapes) -> np.ndarray:
    """Smallest rectangle around each shape.

    Parameters
    ----------
    shapes : array of geometry
        Polygons and multipolygons.

    Returns
    -------
    array of float64, (n, 3)
        Long and short side in metres and the angle of the long one in radians; zeros for a shape without ground.
    """
    hulls = unpack(shapely.convex_hull(shapes))
    flat = (hulls.x0, hulls.y0, hulls.x1, hulls.y1, hulls.start)
    return in_threads(lambda these: _envelopes(these, flat), np.arange(len(hulls)))


@numba.njit(cache=True, nogil=True)
def _envelopes(these, flat):
    result = np.zeros((len(these), 3))
    for k in range(len(these)):
        first, last = flat[4][these[k]], flat[4][these[k] + 1]
        if last > first:
            x, y = flat[0][first:last] - flat[0][first], flat[1][first:last] - flat[1][first]
            dx, dy = flat[2][first:last] - flat[0][first:last], flat[3][first:last] - flat[1][first:last]
            _smallest(result[k], x, y, dx, dy)
    return result


@numba.njit(cache=True, nogil=True)
def _smallest(result, x, y, dx, dy):
    """Keep in `result` the rectangle of the least area; of equals the narrowest."""
    least = np.inf
    for j in range(0, len(x), 1 + len(x) // MOST_SIDES):
        length = math.hypot(dx[j], dy[j])
        cos, sin = dx[j] / length, dy[j] / length
        along, across = cos * x + sin * y, cos * y - sin * x
        one, other = along.max() - along.min(), across.max() - across.min()
        area = one * other
        if area < least * (1 - SAME_AREA) or (area < least * (1 + SAME_AREA) and min(one, other) < result[SHORT]):
            least = min(area, least)
            turn = 0.0 if one >= other else math.pi / 2
            result[LONG], result[SHORT] = max(one, other), min(one, other)
            result[ANGLE] = math.atan2(sin, cos) + turn
