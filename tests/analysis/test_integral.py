"""The kernel against areas known by hand, against shapely, and against a sweep in plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.geometry.cutting import cut
from locatiescan.analysis.geometry.integral import means_of_cells, shared_areas
from locatiescan.analysis.geometry.sides import Sides, areas, unpack
from small_world import X, Y, box, squares
from support import plain
from support.mosaic import MOSAICS, coast, ground

SQUARE = box(0, 0, 10, 10)
RING = shapely.Polygon(SQUARE.exterior, [box(2, 2, 8, 8).exterior])


def as_array(*shapes: shapely.Geometry | None) -> np.ndarray:
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    return result


def together(one: shapely.Geometry, other: shapely.Geometry) -> float:
    first = second = np.zeros(1, dtype=np.int64)
    return float(shared_areas(unpack(as_array(one)), unpack(as_array(other)), first, second)[0])


def all_pairs(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    first, second = (index.ravel() for index in np.indices((len(one), len(other))))
    return shared_areas(unpack(one), unpack(other), first, second).reshape(len(one), len(other))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (box(5, 5, 15, 15), 25),
        (box(2, 3, 4, 7), 8),
        (box(-5, -5, 15, 15), 100),
        (box(10, 0, 20, 10), 0),
        (box(10, 10, 20, 20), 0),
        (box(0, -10, 10, 0), 0),
        (box(3, 20, 5, 30), 0),
        (RING, 64),
        (shapely.MultiPolygon([box(-5, 0, 5, 10), box(8, 0, 20, 1)]), 52),
        (shapely.Polygon([(X, Y), (X + 10, Y), (X, Y + 10)]), 50),
        (shapely.Polygon([(X + 5, Y - 5), (X + 15, Y + 5), (X + 5, Y + 15), (X - 5, Y + 5)]), 100),
        (shapely.Polygon([(X + 5, Y), (X + 10, Y + 5), (X + 5, Y + 10), (X, Y + 5)]), 50),
        (shapely.Polygon([(X - 5, Y), (X + 15, Y + 20), (X + 15, Y)]), 100 - 12.5),
        (shapely.Polygon(), 0),
    ],
)
def test_areas_known_by_hand(other: shapely.Geometry, expected: float) -> None:
    for one, two in ((SQUARE, other), (other, SQUARE), (SQUARE, shapely.reverse(other))):
        assert together(one, two) == pytest.approx(expected, abs=1e-9)


def test_a_hole_in_a_hole_and_a_shape_with_itself() -> None:
    assert together(RING, RING) == pytest.approx(64, abs=1e-9)
    assert together(RING, box(3, 3, 7, 7)) == pytest.approx(0, abs=1e-9)
    assert together(RING, shapely.MultiPolygon([box(3, 3, 7, 7), box(9, 0, 12, 10)])) == pytest.approx(10, abs=1e-9)


@pytest.mark.parametrize("width", [1e-9, 1e-11, 0.0])
def test_sides_that_are_all_but_upright(width: float) -> None:
    leaning = shapely.Polygon([(0, 0), (5, 0), (5 + width, 100), (0, 100)])
    first = np.zeros(1, dtype=np.int64)
    found = shared_areas(unpack(as_array(leaning)), unpack(as_array(shapely.box(1, 10, 9, 60))), first, first)
    assert found[0] == pytest.approx(200, abs=1e-7)


def test_a_sliver_keeps_its_digits() -> None:
    sliver = box(300, 0, 300.001, 200)
    assert together(sliver, box(299, 50, 301, 150)) == pytest.approx(0.1, rel=1e-7)


def test_unpacking_lays_ground_on_the_left_whatever_comes_in() -> None:
    mixed = shapely.GeometryCollection(
        [shapely.MultiPolygon([RING]), shapely.Point(X, Y), shapely.GeometryCollection()]
    )
    shapes = as_array(None, shapely.Polygon(), RING, shapely.reverse(RING), mixed, shapely.Point(X, Y))
    sides = unpack(shapes)
    assert np.diff(sides.start).tolist() == [0, 0, 8, 8, 8, 0]
    assert areas(sides).tolist() == [0, 0, 64, 64, 64, 0]
    assert np.isnan(sides.bounds[:2]).all()
    assert sides.bounds[2].tolist() == [X, Y, X + 10, Y + 10]


def test_unpacking_drops_points_that_repeat() -> None:
    doubled = shapely.Polygon([(0, 0), (0, 0), (4, 0), (4, 3), (4, 3), (0, 3), (0, 0)])
    sides = unpack(as_array(doubled, SQUARE))
    assert np.diff(sides.start).tolist() == [4, 4]
    assert np.hypot(sides.x1 - sides.x0, sides.y1 - sides.y0).min() > 0


@given(MOSAICS, MOSAICS, st.booleans(), st.booleans())
def test_like_shapely_on_awkward_shapes(one: list, two: list, turn_one: bool, turn_two: bool) -> None:
    a, b = ground(one, turn=turn_one), ground(two, turn=turn_two)
    expected = shapely.area(shapely.intersection(a, b))
    assert together(a, b) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert together(b, a) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(MOSAICS, MOSAICS)
def test_like_the_sweep_in_plain_python(one: list, two: list) -> None:
    a, b = ground(one[:3]), ground(two[:3])
    rings = [[list(ring.coords) for ring in shapely.get_rings(shapely.get_parts(shape))] for shape in (a, b)]
    expected = plain.covered(rings[0], [rings[1]]) if all(rings) else 0.0
    assert together(a, b) == pytest.approx(expected, rel=1e-7, abs=1e-6)


@given(st.integers(0, 10_000), st.sampled_from([0.01, 1.0, 90.0, 900.0]))
def test_like_shapely_at_any_size(seed: int, size: float) -> None:
    corner = np.random.default_rng(seed).uniform(0, 1000, (6, 2, 1))
    turned = np.random.default_rng(seed + 1).uniform(-1, 1, (6, 2, 9)) * size
    rings = np.moveaxis(corner * size / 300 + turned + [[X], [Y]], 1, 2)
    shapes = shapely.convex_hull(shapely.multipoints(rings))
    expected = shapely.area(shapely.intersection(shapes[:, None], shapes[None, :]))
    scale = shapely.area(shapes)[:, None]
    assert (np.abs(all_pairs(shapes, shapes) - expected) / scale).max() < 1e-6


@given(MOSAICS, MOSAICS, st.floats(-200_000, 200_000), st.floats(-400_000, 400_000))
def test_the_place_changes_nothing(one: list, two: list, east: float, north: float) -> None:
    a, b = ground(one), ground(two)
    moved = [shapely.transform(shape, lambda xy: xy + np.array([east, north])) for shape in (a, b)]
    assert together(*moved) == pytest.approx(together(a, b), abs=1e-6)


@given(MOSAICS, st.integers(1, 9), st.integers(1, 9))
def test_tiles_add_up_to_the_whole(one: list, columns: int, rows: int) -> None:
    a = ground(one)
    x, y = np.linspace(-1, 45, columns + 1), np.linspace(-1, 45, rows + 1)
    tiles = np.array([box(x[i], y[j], x[i + 1], y[j + 1]) for i in range(columns) for j in range(rows)])
    assert all_pairs(as_array(a), tiles).sum() == pytest.approx(a.area, rel=1e-9, abs=1e-9)


@given(st.integers(0, 10_000), st.integers(3, 40))
def test_cut_or_whole_is_the_same_area(seed: int, most: int) -> None:
    shapes = as_array(None, coast(500, seed), SQUARE, coast(9, seed).envelope, coast(300, seed + 1))
    whole = unpack(shapes)
    pieces, owner = cut(whole, most)
    assert (np.diff(owner) >= 0).all()
    assert set(owner) == {1, 2, 3, 4}
    assert np.bincount(owner, areas_without_uprights(pieces)) == pytest.approx(areas(whole), rel=1e-9)
    parcels = squares(12, 90, seed)
    first, second = (index.ravel() for index in np.indices((len(parcels), len(pieces))))
    found = shared_areas(unpack(parcels), pieces, first, second)
    summed = np.bincount(first * 5 + owner[second], found, minlength=60).reshape(12, 5)
    expected = shapely.area(shapely.intersection(parcels[:, None], shapes[None, :]))
    assert np.nan_to_num(expected) == pytest.approx(summed, abs=1e-6)


def areas_without_uprights(sides: Sides) -> np.ndarray:
    owner = np.repeat(np.arange(len(sides)), np.diff(sides.start))
    heights = sides.y0 + sides.y1 - 2 * sides.bounds[owner, 1]
    return np.bincount(owner, -(sides.x1 - sides.x0) * heights / 2, minlength=len(sides))


def test_a_hundred_thousand_vertices() -> None:
    shape = coast(100_000)
    pieces, owner = cut(unpack(as_array(shape)))
    assert np.diff(pieces.start).max() <= 128
    assert len(pieces.x0) < 130_000  # a cut adds little
    assert (owner == 0).all()
    parcels = squares(30, 80, 1)
    first, second = (index.ravel() for index in np.indices((len(parcels), len(pieces))))
    found = np.bincount(first, shared_areas(unpack(parcels), pieces, first, second))
    assert found == pytest.approx(shapely.area(shapely.intersection(parcels, shape)), abs=1e-6)


def test_a_pile_of_long_sides_is_left_whole() -> None:
    teeth = [(0.0, 0.0)] + [(1000.0 * (i % 2), 0.001 * i) for i in range(1, 400)] + [(-1.0, 0.4)]
    comb = shapely.Polygon(teeth)
    assert comb.is_valid
    pieces, _ = cut(unpack(as_array(comb)))
    assert len(pieces.x0) < 4 * len(teeth)
    assert areas_without_uprights(pieces).sum() == pytest.approx(comb.area, rel=1e-9)


def test_mean_of_cells_by_the_ground_on_them() -> None:
    values = np.array([[1.0, 2.0], [3.0, np.nan]])
    shapes = as_array(
        box(5, 15, 15, 20),  # half in 1, half in 2
        box(0, 0, 10, 20),  # half in 1, half in 3
        box(1, 1, 9, 9),  # within 3, up to its edge in the next
        box(0, 0, 10, 10),
        box(5, 5, 15, 10),  # half unknown
        box(-1, 5, 5, 9),  # beyond the grid
        shapely.Polygon([(X, Y), (X + 10, Y), (X, Y + 20)]),  # a quarter of it in 1
        None,
    )
    found = means_of_cells(unpack(shapes), values, X, Y + 20, 10.0)
    assert found == pytest.approx([1.5, 2.0, 3.0, 3.0, np.nan, np.nan, 0.25 * 1 + 0.75 * 3, np.nan], nan_ok=True)


@given(MOSAICS, st.integers(0, 1000))
def test_mean_of_cells_like_shapely(one: list, seed: int) -> None:
    shape = ground(one)
    values = np.random.default_rng(seed).uniform(0, 1, (12, 12))
    cells = np.array(
        [box(4 * col - 1, 43 - 4 * row, 4 * col + 3, 47 - 4 * row) for row in range(12) for col in range(12)]
    )
    on_cell = shapely.area(shapely.intersection(cells, shape))
    expected = (values.ravel() * on_cell).sum() / shape.area if shape.area else math.nan
    found = means_of_cells(unpack(as_array(shape)), values, X - 1, Y + 47, 4.0)[0]
    assert found == pytest.approx(expected, rel=1e-7, nan_ok=True)


@pytest.mark.parametrize("turned", [False, True])
def test_within_a_ring_each_side_begins_where_the_last_ended(turned: bool) -> None:
    holes = shapely.Polygon(box(0, 0, 20, 10).exterior, [box(2, 2, 8, 8).exterior, box(12, 2, 18, 8).exterior])
    doubled = shapely.Polygon([(X + x, Y + y) for x, y in [(30, 0), (30, 0), (34, 0), (34, 3), (34, 3), (30, 3)]])
    shape = shapely.MultiPolygon([holes, doubled])
    sides = unpack(as_array(shapely.reverse(shape) if turned else shape))
    begin, end = np.column_stack([sides.x0, sides.y0]), np.column_stack([sides.x1, sides.y1])
    assert len(begin) == 16
    for ring in range(0, 16, 4):
        assert np.array_equal(end[ring : ring + 4], np.roll(begin[ring : ring + 4], -1, axis=0))
