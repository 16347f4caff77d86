"""Longest rectangle of a given width that fits a shape, in the directions in which the shape itself lies.

Turned so that a direction is level, a rectangle fits where no side of the shape comes into its strip. In one strip
the sides leave gaps, each wholly inside or wholly outside the shape, so the longest inside gap is exact. Strips are
tried where one of their edges passes a corner of the shape, where the gaps change, and narrowed in around the best.
What is found fits; a longer one may exist at another height or angle.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from locatiescan.analysis.geometry.overlay import in_threads
from locatiescan.analysis.geometry.sides import Sides

SLACK_M = 1e-6
"""A side may come this far into the strip: coordinates turned by an angle are no longer exactly on one line."""
DIRECTIONS = 3
"""So many different directions of long sides are tried, beside that of the surrounding rectangle."""
SAME_DIRECTION = math.radians(1.0)
MOST_STRIPS = 64
NARROWINGS = 24

LENGTH, MIDDLE_X, MIDDLE_Y, ANGLE = range(4)
"""Columns of what is found."""


def longest_rectangles(shapes: Sides, angle: np.ndarray, width_m: float) -> np.ndarray:
    """Longest rectangle of a width in each shape.

    Parameters
    ----------
    shapes : Sides
        One polygon each: a rectangle lies in one part.
    angle : array of float64
        A direction to try for each shape beside those of its long sides, radians; NaN for none.
    width_m : float
        Width across the rectangle's length, metres.

    Returns
    -------
    array of float64, (n, 4)
        Length in metres, 0 where none fits; x and y of its middle; the angle of its length in radians.
    """
    flat = (shapes.x0, shapes.y0, shapes.x1, shapes.y1, shapes.start)
    return in_threads(lambda these: _longest(these, flat, angle, width_m), np.arange(len(shapes)))


@numba.njit(cache=True, nogil=True)
def _longest(these, flat, angle, width):
    result = np.zeros((len(these), 4))
    for k in range(len(these)):
        i = these[k]
        first, last = flat[4][i], flat[4][i + 1]
        if last > first:
            x, y = flat[0][first], flat[1][first]
            sides = np.column_stack(
                (flat[0][first:last] - x, flat[1][first:last] - y, flat[2][first:last] - x, flat[3][first:last] - y)
            )
            for theta in _directions(sides, angle[i]):
                _try(result[k], sides, theta, width)
            result[k, MIDDLE_X] += x
            result[k, MIDDLE_Y] += y
    return result


@numba.njit(cache=True, nogil=True)
def _directions(sides, angle):
    """Angles from 0 up to a half turn: those of the longest sides that differ, and square to each."""
    dx, dy = sides[:, 2] - sides[:, 0], sides[:, 3] - sides[:, 1]
    found = np.empty(DIRECTIONS + 1)
    count = 0
    for j in np.argsort(-(dx * dx + dy * dy), kind="mergesort"):
        count = _added(found, count, math.atan2(dy[j], dx[j]) % (np.pi / 2))
        if count == DIRECTIONS:
            break
    if not np.isnan(angle):
        count = _added(found, count, angle % (np.pi / 2))
    return np.concatenate((found[:count], found[:count] + np.pi / 2))


@numba.njit(cache=True, nogil=True)
def _added(found, count, theta):
    for k in range(count):
        apart = abs(theta - found[k])
        if min(apart, np.pi / 2 - apart) <= SAME_DIRECTION:
            return count
    found[count] = theta
    return count + 1


@numba.njit(cache=True, nogil=True)
def _try(best, sides, theta, width):
    """Put the longest rectangle in one direction in `best` where it is longer."""
    turned = turned_by(sides, -theta)
    low, high = turned[:, 1].min(), turned[:, 1].max()
    if high - low < width - SLACK_M or turned[:, 0].max() - turned[:, 0].min() <= best[LENGTH]:
        return
    strips = _strips(turned, low, high, width)
    work = np.empty((3, len(turned)))
    top, at = -1.0, 0
    for k in range(len(strips)):
        length = _gap(turned, strips[k], width, work)[0]
        if length > top:
            top, at = length, k
    bottom = _narrowed(turned, strips, at, width, work)
    length, middle = _gap(turned, bottom, width, work)
    if length > best[LENGTH]:
        y = bottom + width / 2
        best[LENGTH], best[ANGLE] = length, theta
        best[MIDDLE_X] = middle * math.cos(theta) - y * math.sin(theta)
        best[MIDDLE_Y] = middle * math.sin(theta) + y * math.cos(theta)


@numba.njit(cache=True, nogil=True)
def turned_by(sides, theta):
    """Sides turned round the origin."""
    cos, sin = math.cos(theta), math.sin(theta)
    turned = np.empty(sides.shape)
    for j in range(len(sides)):
        turned[j, 0], turned[j, 1] = sides[j, 0] * cos - sides[j, 1] * sin, sides[j, 0] * sin + sides[j, 1] * cos
        turned[j, 2], turned[j, 3] = sides[j, 2] * cos - sides[j, 3] * sin, sides[j, 2] * sin + sides[j, 3] * cos
    return turned


@numba.njit(cache=True, nogil=True)
def _strips(turned, low, high, width):
    """Lower edges to try, rising; evenly thinned where there are very many."""
    heights = np.concatenate((turned[:, 1], turned[:, 1] - width, np.array([(low + high - width) / 2])))
    heights.sort()
    heights = heights[(heights >= low - SLACK_M) & (heights <= high - width + SLACK_M)]
    new = np.ones(len(heights), np.bool_)
    new[1:] = heights[1:] - heights[:-1] > SLACK_M
    heights = heights[new]
    if len(heights) <= MOST_STRIPS:
        return heights
    return heights[np.linspace(0, len(heights) - 1, MOST_STRIPS).astype(np.int64)]


@numba.njit(cache=True, nogil=True)
def _narrowed(turned, strips, at, width, work):
    """Lower edge between the neighbours of the best strip, by golden section: there the gap mostly has one top."""
    best, top = strips[at], _gap(turned, strips[at], width, work)[0]
    golden = (math.sqrt(5.0) - 1) / 2
    for side in range(2):
        other = at + 1 if side else at - 1
        if not 0 <= other < len(strips):
            continue
        a, b = min(strips[at], strips[other]), max(strips[at], strips[other])
        c, d = b - golden * (b - a), a + golden * (b - a)
        of_c, of_d = _gap(turned, c, width, work)[0], _gap(turned, d, width, work)[0]
        for _ in range(NARROWINGS):
            if of_c > of_d:
                b, d, of_d = d, c, of_c
                c = b - golden * (b - a)
                of_c = _gap(turned, c, width, work)[0]
            else:
                a, c, of_c = c, d, of_d
                d = a + golden * (b - a)
                of_d = _gap(turned, d, width, work)[0]
        found, height = (of_c, c) if of_c > of_d else (of_d, d)
        if found > top:
            best, top = height, found
    return best


@numba.njit(cache=True, nogil=True)
def _gap(turned, bottom, width, work):
    """Longest gap inside the shape in one strip, and the x of its middle."""
    low, high, middle = bottom + SLACK_M, bottom + width - SLACK_M, bottom + width / 2
    count = 0
    for j in range(len(turned)):
        x0, y0, x1, y1 = turned[j, 0], turned[j, 1], turned[j, 2], turned[j, 3]
        if max(y0, y1) > low and min(y0, y1) < high:
            a = x0 + (x1 - x0) * (min(max(y0, low), high) - y0) / (y1 - y0) if y1 != y0 else x0
            b = x0 + (x1 - x0) * (min(max(y1, low), high) - y0) / (y1 - y0) if y1 != y0 else x1
            work[0, count], work[1, count] = min(a, b), max(a, b)
            work[2, count] = 1.0 if (y0 > middle) != (y1 > middle) else 0.0
            count += 1
    order = np.argsort(work[0, :count])
    length, where, inside, reached = 0.0, 0.0, False, np.inf
    for k in order:
        if inside and work[0, k] - reached > length:
            length, where = work[0, k] - reached, (work[0, k] + reached) / 2
        reached = work[1, k] if reached == np.inf else max(reached, work[1, k])
        inside = inside != (work[2, k] == 1.0)
    return length, where
