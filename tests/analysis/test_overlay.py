from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.geometry import overlay
from locatiescan.analysis.geometry.overlay import (
    apart,
    areas_by_class,
    class_shares,
    cover_of,
    covered,
    overlapping,
    subdivide,
    union_by,
)
from small_world import X, Y, box, squares
from support.mosaic import MOSAICS, coast, ground


def table(parcels: np.ndarray, zones: np.ndarray, codes: np.ndarray, threads: int = 1) -> np.ndarray:
    """Areas as a full table, parcels by classes."""
    found = class_shares(parcels, zones, codes, threads)
    result = np.zeros((len(parcels), int(codes.max(initial=0)) + 1))
    result[found.parcel, found.code] = found.area
    return result


def plain_table(parcels: np.ndarray, zones: np.ndarray, codes: np.ndarray) -> np.ndarray:
    united = [shapely.union_all(zones[codes == code]) for code in range(int(codes.max()) + 1)]
    return np.column_stack([shapely.area(shapely.intersection(parcels, shape)) for shape in united])


def coverage(seed: int, count: int = 5) -> np.ndarray:
    """Zones without gaps or overlap whose borders follow nothing: triangles between random points and the corners."""
    points = np.random.default_rng(seed).uniform(-100, 1100, (count, 2))
    corners = [[-200, -200], [1200, -200], [1200, 1200], [-200, 1200]]
    triangles = shapely.delaunay_triangles(shapely.multipoints(np.concatenate([points, corners]) + np.array([X, Y])))
    return shapely.get_parts(triangles)


def test_subdividing_keeps_the_ground_and_makes_small_pieces() -> None:
    shapes = np.array([coast(20_000), None, box(0, 0, 1, 1), shapely.Polygon()], dtype=object)
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


def test_union_by_any_order() -> None:
    shapes = np.array([box(0, 0, 10, 10), box(50, 0, 60, 10), box(5, 0, 15, 10)], dtype=object)
    groups, united = union_by(np.array([2, 1, 2]), shapes)
    assert groups.tolist() == [1, 2]
    assert np.allclose(shapely.area(united), [100, 150])
    assert union_by(np.array([], dtype=int), shapes[:0])[0].tolist() == []


def test_shares_known_by_hand() -> None:
    parcels = np.array(
        [box(0, 0, 10, 10), None, box(10, 0, 20, 10), box(90, 0, 99, 9), shapely.Polygon()], dtype=object
    )
    zones = np.array([box(0, 0, 6, 10), box(4, 0, 10, 5), box(5, 5, 25, 25), box(0, 0, 99, 1)], dtype=object)
    found = class_shares(parcels, zones, np.array([0, 0, 2, -1]))
    assert (np.diff(found.parcel) >= 0).all()
    # 0 and 1 overlap on 2 x 5 m; what 10 m of border touches is no area; the last zone has no class
    areas = {(parcel, code): area for parcel, code, area in zip(*(column.tolist() for column in found), strict=True)}
    assert areas == pytest.approx({(0, 0): 60 + 30 - 10, (0, 2): 25, (2, 2): 50}, abs=1e-9)


def test_ground_under_three_of_a_kind_counts_once() -> None:
    zones = np.array([box(0, 0, 10, 10), box(0, 0, 10, 10), box(5, 0, 15, 10), box(9, 0, 12, 30)], dtype=object)
    cover = cover_of(zones)
    first, second = overlapping(cover)
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    laid = cover_of(apart(zones, first, second))
    assert laid.area == pytest.approx([100, 0, 50, 60], abs=1e-9)
    assert len(overlapping(laid)[0]) == 0
    parcel = cover_of(np.array([box(-5, -5, 50, 50)], dtype=object))
    assert covered(parcel, laid) == pytest.approx([210], abs=1e-9)


def test_who_only_touches_does_not_overlap() -> None:
    zones = coverage(3)
    assert len(zones) > 6
    assert len(overlapping(cover_of(zones))[0]) == 0


def test_nothing_anywhere() -> None:
    none, some = np.empty(0, dtype=object), np.array([box(0, 0, 1, 1)], dtype=object)
    for parcels, zones in ((none, some), (some, none), (none, none), (np.array([None], dtype=object), some)):
        assert len(class_shares(parcels, zones, np.zeros(len(zones), dtype=int)).area) == 0


@given(st.integers(0, 10_000), st.integers(1, 30), st.floats(1, 400))
def test_like_uniting_and_intersecting(seed: int, count: int, side: float) -> None:
    parcels, zones = squares(8, 130, seed), squares(count, side, seed + 1)
    codes = np.random.default_rng(seed).integers(0, 3, count)
    assert np.allclose(table(parcels, zones, codes), plain_table(parcels, zones, codes), rtol=1e-9, atol=1e-5)


@given(MOSAICS, st.lists(MOSAICS, min_size=1, max_size=5))
def test_like_uniting_and_intersecting_awkward_shapes(one: list, others: list) -> None:
    parcels = np.array([ground(one), ground(one, turn=True)], dtype=object)
    zones = np.array([ground(other, 5.1, turn=i % 2 == 0) for i, other in enumerate(others)], dtype=object)
    codes = np.arange(len(zones)) % 2
    assert np.allclose(table(parcels, zones, codes), plain_table(parcels, zones, codes), rtol=1e-8, atol=1e-6)


@given(st.integers(0, 10_000))
def test_over_a_coverage_the_shares_are_one(seed: int) -> None:
    zones, parcels = coverage(seed), squares(12, 90, seed)
    found = table(parcels, zones, np.arange(len(zones)) % 3)
    assert found.sum(axis=1) == pytest.approx(shapely.area(parcels), rel=1e-9)


@given(st.integers(0, 10_000))
def test_order_and_halves_change_nothing(seed: int) -> None:
    zones, parcels, codes = squares(20, 150, seed), squares(12, 90, seed + 1), np.arange(20) % 4
    whole = table(parcels, zones, codes)
    assert np.allclose(table(parcels[::-1], zones[::-1], codes[::-1])[::-1], whole, atol=1e-6)
    west, south, east, north = shapely.bounds(parcels).T
    left = shapely.box(west, south, west + (east - west) / 3, north)
    right = shapely.box(west + (east - west) / 3, south, east, north)
    assert np.allclose(table(left, zones, codes) + table(right, zones, codes), whole, atol=1e-6)


def test_threads_and_blocks_change_not_one_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    zones, parcels, codes = squares(300, 90, 1), np.append(squares(200, 60, 2), coast(3000)), np.arange(300) % 4
    alone = class_shares(parcels, zones, codes, threads=1)
    many = class_shares(parcels, zones, codes, threads=3)
    monkeypatch.setattr(overlay, "MOST_AT_ONCE", 7)
    blocks = class_shares(parcels, zones, codes, threads=2)
    for found in (many, blocks):
        assert all(np.array_equal(a, b) for a, b in zip(alone, found, strict=True))


@given(st.integers(0, 10_000))
def test_large_parcels_and_large_zones_are_cut(seed: int) -> None:
    parcels = np.array([coast(700, seed, 300), coast(400, seed + 1, 200), box(300, 300, 600, 500)], dtype=object)
    zones = np.array([coast(900, seed + 2), box(0, 0, 480, 900)], dtype=object)
    found = table(parcels, zones, np.array([0, 1]))
    assert np.allclose(found, plain_table(parcels, zones, np.array([0, 1])), rtol=1e-9)


def test_a_table_is_the_same_when_covers_are_used_again() -> None:
    parcels, zones, codes = squares(20, 90, 5), coverage(6), np.arange(len(coverage(6)))
    ready, layer = cover_of(parcels), cover_of(zones)
    once, again = (areas_by_class(ready, layer, codes) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))
    assert np.array_equal(once.area, class_shares(parcels, zones, codes).area)
