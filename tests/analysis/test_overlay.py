from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.overlay import clips, covered_area, subdivide, union_by
from small_world import X, Y, box, squares


def star(points: int) -> shapely.Polygon:
    """A ring of many vertices with a hole, as a landscape boundary has."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = 400 + 60 * np.sin(9 * angle) + 5 * np.cos(301 * angle)
    ring = np.column_stack([X + 500 + radius * np.cos(angle), Y + 500 + radius * np.sin(angle)])
    return shapely.Polygon(ring, [shapely.Point(X + 500, Y + 500).buffer(100).exterior])


def test_subdividing_keeps_the_ground_and_makes_small_pieces() -> None:
    shapes = np.array([star(20_000), None, box(0, 0, 1, 1), shapely.Polygon()], dtype=object)
    pieces, owner = subdivide(shapes, 100)
    assert set(owner) == {0, 2}
    assert shapely.get_num_coordinates(pieces).max() <= 100
    assert abs(shapely.area(pieces[owner == 0]).sum() / shapes[0].area - 1) < 1e-9
    assert shapely.equals(pieces[owner == 2][0], shapes[2])


def test_subdividing_cuts_lines_and_leaves_points() -> None:
    line = shapely.LineString(np.column_stack([X + np.arange(1000.0), np.full(1000, Y)]))
    pieces, owner = subdivide(np.array([line, shapely.Point(X, Y)], dtype=object), 100)
    assert np.isclose(shapely.length(pieces).sum(), 999)
    assert (shapely.get_type_id(pieces[owner == 1]) == shapely.GeometryType.POINT).all()


def test_ground_that_two_features_cover_counts_once() -> None:
    shapes = np.array([box(0, 0, 10, 10), box(5, 0, 15, 10), box(20, 0, 30, 10)], dtype=object)
    groups, area = covered_area(np.array([3, 3, 7]), np.array([0, 1, 2]), shapes)
    assert groups.tolist() == [3, 7]
    assert np.allclose(area, [150, 100])


def test_union_by_any_order() -> None:
    shapes = np.array([box(0, 0, 10, 10), box(50, 0, 60, 10), box(5, 0, 15, 10)], dtype=object)
    groups, united = union_by(np.array([2, 1, 2]), shapes)
    assert groups.tolist() == [1, 2]
    assert np.allclose(shapely.area(united), [100, 150])
    assert union_by(np.array([], dtype=int), shapes[:0])[0].tolist() == []


@given(st.integers(0, 10_000), st.integers(1, 30), st.floats(1, 400))
def test_covered_area_equals_the_plain_union(seed: int, count: int, side: float) -> None:
    parcels, layer = squares(8, 130, seed), squares(count, side, seed + 1)
    parcel, piece, clip = clips(parcels, shapely.STRtree(layer), layer)
    groups, area = covered_area(parcel, piece, clip)
    fast = np.zeros(len(parcels))
    fast[groups] = area
    plain = shapely.area(shapely.intersection(parcels, shapely.union_all(layer)))
    assert np.allclose(fast, plain, rtol=1e-9, atol=1e-6)


@given(st.integers(0, 10_000))
def test_cut_or_uncut_gives_the_same_area(seed: int) -> None:
    parcels, whole = squares(20, 90, seed), np.array([star(3000)], dtype=object)
    pieces, _ = subdivide(whole)
    parcel, _, clip = clips(parcels, shapely.STRtree(pieces), pieces)
    fast = np.bincount(parcel, shapely.area(clip), minlength=len(parcels))
    assert np.allclose(fast, shapely.area(shapely.intersection(parcels, whole[0])), rtol=1e-9, atol=1e-6)
