"""Shapes that a good measure must survive: holes, parts, shapes in a hole or side by side, at RD coordinates."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st
from shapely.affinity import affine_transform

from small_world import X, Y

# whole numbers, so that shapes often touch, share a border, or lie in each other's holes
boxes = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 8), st.integers(1, 8)).map(
    lambda box: shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3])
)
polygons = (
    st.tuples(st.lists(boxes, min_size=1, max_size=3), st.lists(boxes, max_size=2))
    .map(lambda pair: shapely.difference(shapely.union_all(pair[0]), shapely.union_all(pair[1])))
    .filter(lambda shape: not shape.is_empty)
)
spots = st.tuples(st.integers(0, 20), st.integers(0, 20))
points = st.lists(spots, min_size=1, max_size=3).map(lambda found: shapely.MultiPoint(found))
lines = st.lists(spots, min_size=2, max_size=4, unique=True).map(shapely.LineString)
LAYERS = {"vlak": polygons, "lijn": lines, "punt": points}


def placed(shapes: list[shapely.Geometry], angle: float, scale: float = 7.3) -> np.ndarray:
    """Shapes turned, drawn larger and put at RD coordinates."""
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([affine_transform(shape, [cos, -sin, sin, cos, X, Y]) for shape in shapes], dtype=object)


@st.composite
def scenes(draw: st.DrawFn, kinds: tuple[str, ...] = ("vlak", "lijn", "punt")) -> tuple[np.ndarray, np.ndarray, str]:
    """Parcels, features of a layer, and what kind they are."""
    kind = draw(st.sampled_from(kinds))
    angle = draw(st.sampled_from([0.0, 0.3, 1.1]))
    parcels = draw(st.lists(polygons, min_size=1, max_size=4))
    features = draw(st.lists(LAYERS[kind], min_size=1, max_size=6))
    return placed(parcels, angle), placed(features, angle), kind
