"""Whether fire engines and cars reach what was drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from locatiescan.model import JA, NEE, ONBEKEND
from locatiescan.policy.dwellings import FireAccess

SEGMENTS = 4
"""In a quarter of an arc round a corner, along which half the width of an engine is kept: 4 cm of 2.25 m at most."""
SMOOTH_M = 0.05
"""Bends of a free shape smaller than this do not stop an engine."""


class Roads:
    """Middles of roads in an index; absent ones make every answer unknown."""

    def __init__(self, lines: np.ndarray | None):
        self.lines = lines
        self.tree = None if lines is None else shapely.STRtree(lines)

    def near(self, shape: Any, reach_m: float) -> Any:
        """Roads within reach of a shape, as one geometry; None where roads are unknown."""
        if self.tree is None or self.lines is None:
            return None
        return shapely.union_all(self.lines[self.tree.query(shape, predicate="dwithin", distance=reach_m)])


def beside_roads(shape: Any, roads: Any, fire: FireAccess) -> Any:
    """The shape without the strips that roads take; the shape itself where roads are unknown or not so near."""
    if roads is None or not shapely.dwithin(shape, roads, fire.wegstrook_m):
        return shape
    return shapely.difference(shape, shapely.buffer(roads, fire.wegstrook_m, quad_segs=SEGMENTS))


def passable(ground: Any, fire: FireAccess) -> Any:
    """Where the middle of an engine can go while the ground is empty."""
    return shapely.buffer(shapely.simplify(ground, SMOOTH_M), -fire.breedte_m / 2, quad_segs=SEGMENTS)


def reached(
    empty: Any,
    blocks: np.ndarray,
    bays: np.ndarray,
    lanes: np.ndarray,
    roads: Any,
    fire: FireAccess,
) -> str:
    """Whether an engine comes near enough to every corner of every block, and cars to every lane.

    Parameters
    ----------
    empty : geometry
        See `passable`.
    blocks, bays, lanes : array of Polygon
    roads : geometry or None
        Middles of roads within reach of the ground; None where unknown.
    fire : FireAccess

    Returns
    -------
    str
        ``ja``, ``nee``, or ``onbekend`` where roads are unknown.

    Notes
    -----
    Open ground, narrowed by half of the width that an engine takes, falls into pieces on which its middle can go; that
    is the narrowed ground without the widened blocks and bays. A piece counts where a road lies within reach of it;
    how the ground between is used, nobody knows.
    """
    if roads is None:
        return ONBEKEND
    if roads.is_empty:
        return NEE
    things = shapely.geometrycollections(np.concatenate([blocks, bays]))
    way = shapely.difference(empty, shapely.buffer(things, fire.breedte_m / 2, quad_segs=SEGMENTS))
    pieces = shapely.get_parts(way)
    pieces = pieces[shapely.dwithin(pieces, roads, fire.weg_m)]
    if not len(pieces):
        return NEE
    way = shapely.multipolygons(pieces)
    shapely.prepare(way)
    corners = shapely.points(shapely.get_coordinates(blocks))
    near = shapely.dwithin(way, corners, fire.slang_m).all() and shapely.intersects(way, lanes).all()
    return JA if near else NEE
