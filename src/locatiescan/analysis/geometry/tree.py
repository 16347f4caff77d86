"""Straight segments in a tree of boxes, for exact distances at speed.

A polygon counts by its sides, a line by its stretches, a point as a segment without length.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from locatiescan.analysis.geometry.sides import Sides, unpack

LEAF = 4
"""About as many segments share a box at the bottom of the tree."""
HILBERT_BITS = 16


class Tree(NamedTuple):
    """Segments in the order of a balanced binary tree of boxes; a named tuple, since kernels take it whole."""

    ends: np.ndarray
    """(n, 4) x0, y0, x1, y1 of each segment, metres."""
    owner: np.ndarray
    """(n,) feature that each segment is of, int64."""
    boxes: np.ndarray
    """(2 leaves - 1, 4) west, south, east, north; box k holds 2k + 1 and 2k + 2, the last half are the leaves."""


def ends_of(sides: Sides) -> np.ndarray:
    """Sides as rows x0, y0, x1, y1."""
    return np.column_stack([sides.x0, sides.y0, sides.x1, sides.y1])


def polygon_sides(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sides of polygons as (n, 4) x0, y0, x1, y1, and the position of the polygon that each is of."""
    sides = unpack(shapes)
    owner = np.repeat(np.arange(len(sides)), np.diff(sides.start))
    return ends_of(sides), owner


def stretches(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Straight parts of lines and rings as (n, 4), and the line that each is of; a point is a part without length."""
    parts, shape_of = shapely.get_parts(shapes, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    follows = part[1:] == part[:-1]
    alone = ~(np.append(follows, False) | np.insert(follows, 0, False))[: len(part)]
    begin = np.flatnonzero(np.append(follows, False)[: len(part)] | alone)
    end = np.where(alone[begin], begin, begin + 1)
    return np.column_stack([xy[begin], xy[end]]), shape_of[part[begin]]


def connected(ends: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Whether each segment has an end in common with the one before it, of the same owner."""
    result = np.zeros(len(ends), dtype=bool)
    if len(ends):
        now, before = ends[1:], ends[:-1]
        onward = (now[:, :2] == before[:, 2:]).all(axis=1) | (now[:, 2:] == before[:, :2]).all(axis=1)
        result[1:] = onward & (owner[1:] == owner[:-1])
    return result


def tree(ends: np.ndarray, owner: np.ndarray) -> Tree:
    """Sort segments along a Hilbert curve and put boxes around them, two by two up to one."""
    if not len(ends):
        return Tree(np.empty((0, 4)), np.empty(0, dtype=np.int64), np.empty((0, 4)))
    order = np.argsort(_hilbert((ends[:, :2] + ends[:, 2:]) / 2), kind="stable")
    ends = np.ascontiguousarray(ends[order])
    leaves = 1 << max((len(ends) // LEAF).bit_length() - 1, 0)
    first = np.arange(leaves) * len(ends) // leaves
    low = np.minimum.reduceat(np.minimum(ends[:, :2], ends[:, 2:]), first)
    high = np.maximum.reduceat(np.maximum(ends[:, :2], ends[:, 2:]), first)
    levels = [np.column_stack([low, high])]
    while len(levels[-1]) > 1:
        a, b = levels[-1][::2], levels[-1][1::2]
        levels.append(np.column_stack([np.minimum(a[:, :2], b[:, :2]), np.maximum(a[:, 2:], b[:, 2:])]))
    return Tree(ends, owner[order].astype(np.int64), np.concatenate(levels[::-1]))


def _hilbert(xy: np.ndarray) -> np.ndarray:
    """Place of each point on a Hilbert curve over all of them (Hilbert 1891): near on it is near in the plane."""
    extent = max(float(np.ptp(xy, axis=0).max()), 1e-9)
    x, y = ((xy - xy.min(axis=0)) / extent * ((1 << HILBERT_BITS) - 1)).astype(np.int64).T
    place = np.zeros(len(xy), dtype=np.int64)
    for bit in reversed(range(HILBERT_BITS)):
        right, up = (x >> bit) & 1, (y >> bit) & 1
        place = 4 * place + ((3 * right) ^ up)
        # each quarter is the curve turned: mirror, then swap, so that quarters join end to end
        mirror = (1 - up) * right * ((1 << HILBERT_BITS) - 1)
        x, y = np.where(up == 1, x, y ^ mirror), np.where(up == 1, y, x ^ mirror)
    return place
