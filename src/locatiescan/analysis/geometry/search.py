"""Kernels that search a tree of segments: what lies how near, and what holds a point.

A segment is a row of (n, 4) x0, y0, x1, y1. All work is on differences of coordinates, which are exact for points
near each other, so that RD values lose no digits.

Numba keeps compiled kernels by the file of the caller: who changes a function here touches the files that call it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from locatiescan.analysis.geometry.tree import Tree

RUN = 8
"""Sides of a parcel that look for a neighbour together: they follow each other, so their box is small."""
TOUCH_M = 1e-6
"""Closer than a micrometre is touching: no register writes finer, and rounding takes up to a nanometre."""
Box = tuple[float, float, float, float]
"""West, south, east, north."""
DEPTH = 64
"""Boxes that wait at most: one a level of the tree."""


class Room(NamedTuple):
    """Room for one thread to work in."""

    stack: np.ndarray
    """Boxes of the tree still to be looked at."""
    crossings: np.ndarray
    """For each polygon 0; within `covering` 1 where a ray crossed it an even number of times, 2 odd."""
    met: np.ndarray
    """Polygons that were found."""


@numba.njit(cache=True, nogil=True)
def room(polygons: int) -> Room:
    """Make room for a search among so many polygons; for one among lines and points 0 will do."""
    return Room(np.empty(DEPTH, np.int64), np.zeros(polygons, np.int8), np.empty(polygons, np.int64))


@numba.njit(cache=True, nogil=True)
def point_gap(x: float, y: float, ends: np.ndarray, i: int) -> float:
    """Square of the distance from a point to a segment."""
    dx, dy = ends[i, 2] - ends[i, 0], ends[i, 3] - ends[i, 1]
    px, py = x - ends[i, 0], y - ends[i, 1]
    length = dx * dx + dy * dy
    along = min(max((px * dx + py * dy) / length, 0.0), 1.0) if length > 0 else 0.0
    px, py = px - along * dx, py - along * dy
    return px * px + py * py


@numba.njit(cache=True, nogil=True)
def crosses(a: np.ndarray, i: int, b: np.ndarray, j: int) -> bool:
    """Whether two segments cross, ends excepted: each has its ends on either side of the other."""
    ax, ay, bx, by = a[i, 2] - a[i, 0], a[i, 3] - a[i, 1], b[j, 2] - b[j, 0], b[j, 3] - b[j, 1]
    first = ax * (b[j, 1] - a[i, 1]) - ay * (b[j, 0] - a[i, 0])
    second = ax * (b[j, 3] - a[i, 1]) - ay * (b[j, 2] - a[i, 0])
    if not ((first < 0 < second) or (second < 0 < first)):
        return False
    third = bx * (a[i, 1] - b[j, 1]) - by * (a[i, 0] - b[j, 0])
    fourth = bx * (a[i, 3] - b[j, 1]) - by * (a[i, 2] - b[j, 0])
    return (third < 0 < fourth) or (fourth < 0 < third)


@numba.njit(cache=True, nogil=True)
def side_gap(a: np.ndarray, i: int, b: np.ndarray, j: int) -> float:
    """Square of the distance from a side to a segment, but for the side's end: that begins the next side of its ring.

    Two segments that do not cross are nearest at an end of one of them.
    """
    if crosses(a, i, b, j):
        return 0.0
    gap = min(point_gap(b[j, 0], b[j, 1], a, i), point_gap(b[j, 2], b[j, 3], a, i))
    return min(gap, point_gap(a[i, 0], a[i, 1], b, j))


@numba.njit(cache=True, nogil=True)
def box_gap(box: Box, boxes: np.ndarray, k: int) -> float:
    """Square of the distance between two boxes."""
    dx = max(boxes[k, 0] - box[2], box[0] - boxes[k, 2], 0.0)
    dy = max(boxes[k, 1] - box[3], box[1] - boxes[k, 3], 0.0)
    return dx * dx + dy * dy


@numba.njit(cache=True, nogil=True)
def segment_box_gap(box: Box, ends: np.ndarray, i: int) -> float:
    """Square of the distance from a box to the box of a segment."""
    dx = max(min(ends[i, 0], ends[i, 2]) - box[2], box[0] - max(ends[i, 0], ends[i, 2]), 0.0)
    dy = max(min(ends[i, 1], ends[i, 3]) - box[3], box[1] - max(ends[i, 1], ends[i, 3]), 0.0)
    return dx * dx + dy * dy


@numba.njit(cache=True, nogil=True)
def box_around(sides: np.ndarray, low: int, high: int) -> Box:
    """Box of a run of sides."""
    west, south, east, north = math.inf, math.inf, -math.inf, -math.inf
    for i in range(low, high):
        west, east = min(west, sides[i, 0], sides[i, 2]), max(east, sides[i, 0], sides[i, 2])
        south, north = min(south, sides[i, 1], sides[i, 3]), max(north, sides[i, 1], sides[i, 3])
    return west, south, east, north


@numba.njit(cache=True, nogil=True)
def leaf_rows(k: int, tree: Tree) -> tuple[int, int]:
    """First and past-last segment under a leaf; an empty range for a box that holds two others."""
    leaves = (len(tree.boxes) + 1) // 2
    j = k - leaves + 1
    return (j * len(tree.ends) // leaves, (j + 1) * len(tree.ends) // leaves) if j >= 0 else (0, 0)


@numba.njit(cache=True, nogil=True)
def nearer(sides: np.ndarray, low: int, high: int, tree: Tree, best: float, room: Room) -> float:
    """Square of the distance from a run of sides to the nearest segment, or `best` if none is nearer.

    Depth first, the nearer of two boxes first; what cannot be nearer than the best so far is passed over.
    """
    box = box_around(sides, low, high)
    stack = room.stack
    stack[0], waiting = 0, min(len(tree.ends), 1)
    while waiting and best > 0:
        waiting -= 1
        k = stack[waiting]
        if box_gap(box, tree.boxes, k) >= best:
            continue
        first, last = leaf_rows(k, tree)
        for j in range(first, last):
            if segment_box_gap(box, tree.ends, j) < best:
                for i in range(low, high):
                    best = min(best, side_gap(sides, i, tree.ends, j))
        if first == last:
            left, right = 2 * k + 1, 2 * k + 2
            turned = box_gap(box, tree.boxes, left) < box_gap(box, tree.boxes, right)
            stack[waiting], stack[waiting + 1] = (right, left) if turned else (left, right)
            waiting += 2
    return best


@numba.njit(cache=True, nogil=True)
def inside(x: float, y: float, sides: np.ndarray, low: int, high: int) -> bool:
    """Whether a point lies within sides that close: a ray from it to the east crosses an odd number."""
    odd = False
    for i in range(low, high):
        odd ^= east_of(x, y, sides, i)
    return odd


@numba.njit(cache=True, nogil=True)
def east_of(x: float, y: float, ends: np.ndarray, i: int) -> bool:
    """Whether a ray from a point to the east crosses a segment; its lower end counts, its upper end does not."""
    if (ends[i, 1] <= y) == (ends[i, 3] <= y):
        return False
    turn = (ends[i, 2] - ends[i, 0]) * (y - ends[i, 1]) - (ends[i, 3] - ends[i, 1]) * (x - ends[i, 0])
    return (turn > 0) == (ends[i, 3] > ends[i, 1])


@numba.njit(cache=True, nogil=True)
def holds_spot(sides: np.ndarray, low: int, high: int, spots: Tree, room: Room) -> bool:
    """Whether one of the spots lies within a parcel's sides."""
    box = box_around(sides, low, high)
    stack = room.stack
    stack[0], waiting = 0, min(len(spots.ends), 1)
    while waiting:
        waiting -= 1
        k = stack[waiting]
        if box_gap(box, spots.boxes, k) > 0:
            continue
        first, last = leaf_rows(k, spots)
        for j in range(first, last):
            if segment_box_gap(box, spots.ends, j) == 0 and inside(
                spots.ends[j, 0], spots.ends[j, 1], sides, low, high
            ):
                return True
        if first == last:
            stack[waiting], stack[waiting + 1] = 2 * k + 1, 2 * k + 2
            waiting += 2
    return False


@numba.njit(cache=True, nogil=True)
def covering(x: float, y: float, tree: Tree, room: Room) -> int:
    """Write the polygons in which a point lies into ``room.met``, and give their number."""
    stack, crossings, met = room
    stack[0], waiting, count = 0, min(len(tree.ends), 1), 0
    while waiting:
        waiting -= 1
        k = stack[waiting]
        if tree.boxes[k, 1] > y or tree.boxes[k, 3] < y or tree.boxes[k, 2] < x:
            continue
        first, last = leaf_rows(k, tree)
        for j in range(first, last):
            if east_of(x, y, tree.ends, j):
                polygon = tree.owner[j]
                if crossings[polygon] == 0:
                    met[count] = polygon
                    count += 1
                crossings[polygon] = 1 if crossings[polygon] == 2 else 2
        if first == last:
            stack[waiting], stack[waiting + 1] = 2 * k + 1, 2 * k + 2
            waiting += 2
    kept = 0
    for i in range(count):
        polygon = met[i]
        if crossings[polygon] == 2:
            met[kept] = polygon
            kept += 1
        crossings[polygon] = 0
    return kept


@numba.njit(cache=True, nogil=True)
def held(sides: np.ndarray, low: int, high: int, tree: Tree, room: Room) -> bool:
    """Whether a polygon holds a ring of a parcel whose sides touch none: then it holds the ring's first vertex."""
    for i in range(low, high):  # noqa: SIM110 numba knows no any() over a generator
        if begins_ring(sides, low, i) and covering(sides[i, 0], sides[i, 1], tree, room):
            return True
    return False


@numba.njit(cache=True, nogil=True)
def begins_ring(sides: np.ndarray, low: int, i: int) -> bool:
    """Whether a side has no end in common with the one before it."""
    if i == low:
        return True
    onward = sides[i, 0] == sides[i - 1, 2] and sides[i, 1] == sides[i - 1, 3]
    backward = sides[i, 2] == sides[i - 1, 0] and sides[i, 3] == sides[i - 1, 1]
    return not (onward or backward)
