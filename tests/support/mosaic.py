"""Polygons that are awkward on purpose: holes, parts, corners that touch, borders in common, upright sides."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st

from small_world import X, Y

CORNER = st.integers(0, 6)
TRIANGLE = st.tuples(*[st.tuples(CORNER, CORNER)] * 3)
MOSAICS = st.lists(TRIANGLE, min_size=1, max_size=6)
"""Triangles between the crossings of a lattice of 6 x 6; together they make one shape."""


def ground(triangles: list[tuple[tuple[int, int], ...]], scale: float = 7.3, turn: bool = False) -> shapely.Geometry:
    """The shape of a mosaic, near RD (140000, 510000); `turn` runs its rings the other way round."""
    parts = [shapely.Polygon(corners) for corners in triangles]
    united = shapely.union_all([part for part in parts if part.area > 0] or [shapely.Polygon()])
    united = shapely.transform(united, lambda xy: xy * scale + (X, Y))
    return shapely.reverse(united) if turn else united


def coast(points: int, seed: int = 0, size: float = 400.0) -> shapely.Polygon:
    """A ring of many vertices with a hole, as a landscape boundary has, around (X + 500, Y + 500)."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    wave = np.random.default_rng(seed).uniform(0, 2 * np.pi, 2)
    radius = size * (1 + 0.15 * np.sin(9 * angle + wave[0]) + 0.01 * np.cos(301 * angle + wave[1]))
    ring = np.column_stack([X + 500 + radius * np.cos(angle), Y + 500 + radius * np.sin(angle)])
    return shapely.Polygon(ring, [shapely.Point(X + 500, Y + 500).buffer(size / 4).exterior])
