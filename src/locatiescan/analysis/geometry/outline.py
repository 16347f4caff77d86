"""Outlines as curves that a level line crosses once: sides, and the sides and arcs of a rounded margin.

The margin around a polygon is bounded by its sides moved outwards and by an arc at every corner: forward where the
outline turns left, backward where it turns right. That closed curve (the convolution of polygon and disc: Guibas,
Ramshaw and Stolfi 1983) winds around a point as often as the disc around that point has separate parts in common
with the polygon: at least once within the margin and never outside it. Only a hole that fits into the disc breaks
this, and such a hole is filled by the margin anyhow, so it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from locatiescan.analysis.geometry.overlay import Shapes
from locatiescan.analysis.geometry.sides import Sides

LOW, HIGH, WEST, EAST, X, LEAN, Y, BULGE, RADIUS, TURN = range(10)
"""Columns of a curve: it runs from y = LOW to HIGH and from x = WEST to EAST, and at height y lies at

``X + LEAN * (y - Y) + BULGE * sqrt(RADIUS**2 - (y - Y)**2)``

with BULGE -1, 0 or 1. TURN is 1 where the ground begins to the east of it and -1 where it ends.
"""


@dataclass(frozen=True)
class Rings:
    """Corners of pieces, ground on the left hand, without the one that closes a ring.

    A line is a ring of two corners for each of its segments, a point a ring of one.
    """

    x: np.ndarray
    y: np.ndarray
    following: np.ndarray
    """Position of the next corner of the ring."""
    start: np.ndarray
    """Corners of piece i are ``start[i]`` up to ``start[i + 1]``."""


@dataclass(frozen=True)
class Curves:
    """Curves of shapes, shape after shape."""

    table: np.ndarray
    """(m, 10) float64, see the columns above; metres in RD New."""
    start: np.ndarray
    """Curves of shape i are ``start[i]`` up to ``start[i + 1]``."""


def rings(pieces: Shapes, margin: np.ndarray) -> Rings:
    """Take single polygons, lines and points apart into rings of corners.

    Parameters
    ----------
    pieces : array of geometry
        No multiparts and no collections.
    margin : array of float
        Margin around each, metres: holes that it fills are left out.
    """
    # a line without length has the margin of a point
    kind = np.where(shapely.length(pieces) == 0, 0, shapely.get_dimensions(pieces))
    flat, lines, points = (np.flatnonzero(kind == dimension) for dimension in (2, 1, 0))
    loops, loop_of = shapely.get_rings(shapely.orient_polygons(pieces[flat]), return_index=True)
    keep = np.ones(len(loops), dtype=bool)
    hole = np.flatnonzero(~_is_outer(loop_of))
    keep[hole] = shapely.minimum_bounding_radius(loops[hole]) > margin[flat][loop_of[hole]]
    xy, ring = shapely.get_coordinates(loops[keep], return_index=True)
    owner = flat[loop_of[keep][ring]] if len(flat) else ring
    doubled = np.zeros(len(xy), dtype=bool)  # the corner that closes a ring, and corners given twice
    doubled[1:] = (ring[1:] == ring[:-1]) & (xy[1:] == xy[:-1]).all(axis=1)
    doubled[np.searchsorted(ring, np.unique(ring))] = True
    segments, segment_of = _segments(pieces[lines])
    spots, spot_of = shapely.get_coordinates(pieces[points], return_index=True)
    first_segment = ring.max(initial=-1) + 1
    ring = np.concatenate(
        [
            ring[~doubled],
            first_segment + np.repeat(np.arange(len(segments) // 2), 2),
            first_segment + len(segments) // 2 + np.arange(len(spots)),
        ]
    )
    xy = np.concatenate([xy[~doubled], segments, spots])
    owner = np.concatenate([owner[~doubled], lines[segment_of], points[spot_of]]).astype(np.int64)
    order = np.argsort(owner, kind="stable")
    ring, xy, owner = ring[order], xy[order], owner[order]
    return Rings(
        np.ascontiguousarray(xy[:, 0]),
        np.ascontiguousarray(xy[:, 1]),
        _following(ring),
        np.searchsorted(owner, np.arange(len(pieces) + 1)).astype(np.int64),
    )


def _is_outer(loop_of: np.ndarray) -> np.ndarray:
    outer = np.zeros(len(loop_of), dtype=bool)
    outer[np.searchsorted(loop_of, np.unique(loop_of))] = True
    return outer


def _segments(lines: Shapes) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of every segment of length, one below the other, and the line of each end."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    begin = np.flatnonzero((line[1:] == line[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    ends = np.column_stack([begin, begin + 1]).ravel()
    return xy[ends], line[ends]


def _following(ring: np.ndarray) -> np.ndarray:
    following = np.arange(1, len(ring) + 1)
    first = np.flatnonzero(np.diff(ring, prepend=-1) != 0)
    following[np.append(first[1:], len(ring))[: len(first)] - 1] = first
    return following


def curves_of_sides(sides: Sides) -> Curves:
    """Curves of polygons without a margin."""
    owner = np.repeat(np.arange(len(sides)), np.diff(sides.start))
    return _collected([_lines(sides.x0, sides.y0, sides.x1, sides.y1, owner)], len(sides))


def curves(around: Rings, margin: np.ndarray) -> Curves:
    """Curves that bound pieces with their margins.

    Parameters
    ----------
    around : Rings
    margin : array of float
        Margin of each piece, metres.
    """
    owner = np.repeat(np.arange(len(margin)), np.diff(around.start))
    radius = margin[owner]
    dx, dy = around.x[around.following] - around.x, around.y[around.following] - around.y
    length = np.hypot(dx, dy)
    spot = length == 0
    with np.errstate(invalid="ignore", divide="ignore"):
        out_x, out_y = np.where(spot, 0.0, dy / length * radius), np.where(spot, 0.0, -dx / length * radius)
    x, y = around.x + out_x, around.y + out_y
    parts = [_lines(x, y, x + dx, y + dy, owner)]
    arcs = np.flatnonzero(radius > 0)
    before = np.empty(len(owner), dtype=np.int64)
    before[around.following] = np.arange(len(owner))
    last = before[arcs]
    cross, dot = dx[last] * dy[arcs] - dy[last] * dx[arcs], dx[last] * dx[arcs] + dy[last] * dy[arcs]
    turn = np.where(spot[arcs], 2 * np.pi, np.where((cross == 0) & (dot < 0), np.pi, np.arctan2(cross, dot)))
    begin = np.where(spot[arcs], -np.pi / 2, np.arctan2(-dx[last], dy[last]))
    parts += _arcs(around.x[arcs], around.y[arcs], radius[arcs], begin, turn, owner[arcs])
    return _collected(parts, len(margin))


Part = tuple[np.ndarray, np.ndarray]


def _lines(x0: np.ndarray, y0: np.ndarray, x1: np.ndarray, y1: np.ndarray, owner: np.ndarray) -> Part:
    rises = np.flatnonzero(y1 != y0)  # a level side bounds nothing from the west or the east
    x0, y0, x1, y1 = x0[rises], y0[rises], x1[rises], y1[rises]
    up = y1 > y0
    table = np.zeros((len(rises), 10))
    table[:, LOW], table[:, HIGH] = np.minimum(y0, y1), np.maximum(y0, y1)
    table[:, WEST], table[:, EAST] = np.minimum(x0, x1), np.maximum(x0, x1)
    table[:, X], table[:, Y] = np.where(up, x0, x1), np.where(up, y0, y1)
    table[:, LEAN] = (x1 - x0) / (y1 - y0)
    table[:, TURN] = np.where(up, -1.0, 1.0)
    return table, owner[rises]


def _arcs(
    x: np.ndarray, y: np.ndarray, radius: np.ndarray, begin: np.ndarray, turn: np.ndarray, owner: np.ndarray
) -> list[Part]:
    """Arcs cut where they are level, so that each part rises or falls: k half turns from the east."""
    parts = []
    low, high = np.minimum(begin, begin + turn), np.maximum(begin, begin + turn)
    for k in range(-2, 4):
        west_end, east_end = np.maximum(low, (k - 0.5) * np.pi), np.minimum(high, (k + 0.5) * np.pi)
        some = np.flatnonzero(east_end > west_end)
        a, b, r = west_end[some], east_end[some], radius[some]
        bulge = 1.0 if k % 2 == 0 else -1.0
        table = np.zeros((len(some), 10))
        ends = np.sort(np.column_stack([np.sin(a), np.sin(b)]) * r[:, None], axis=1)
        table[:, LOW], table[:, HIGH] = y[some] + ends[:, 0], y[some] + ends[:, 1]
        table[:, WEST], table[:, EAST] = x[some] - r * (bulge < 0), x[some] + r * (bulge > 0)
        table[:, X], table[:, Y], table[:, BULGE], table[:, RADIUS] = x[some], y[some], bulge, r
        table[:, TURN] = -bulge * np.sign(turn[some])
        parts.append((table, owner[some]))
    return parts


def _collected(parts: list[Part], count: int) -> Curves:
    table, owner = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(owner, kind="stable")
    table, owner = table[order], owner[order]
    rising = table[:, HIGH] > table[:, LOW]
    start = np.searchsorted(owner[rising], np.arange(count + 1)).astype(np.int64)
    return Curves(np.ascontiguousarray(table[rising]), start)
