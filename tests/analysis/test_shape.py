"""Circle, width and rectangle: by hand, against other ways to find them, and against what must hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

from locatiescan.analysis.geometry.circle import SMALLEST_M, TOLERANCE_M
from locatiescan.analysis.geometry.rectangle import ANGLE, LENGTH, MIDDLE_X, MIDDLE_Y, longest_rectangles
from locatiescan.analysis.geometry.sides import unpack
from locatiescan.analysis.measuring import shape
from locatiescan.analysis.measuring.world import World
from locatiescan.crs import RD
from locatiescan.model import Exclusion, Measurement
from small_world import X, Y, box, layer
from support import plain

CENTRE = (X, Y)
ELL = shapely.difference(box(0, 0, 60, 40), box(20, 10, 60, 40))


def measured(name: str, parcels: Sequence[Any], things: Sequence[Any] = (), *exclude: Exclusion, **keys: Any) -> Any:
    known = World({"w": layer("w", gpd.GeoDataFrame(geometry=list(things), crs=RD))})
    rule = Measurement(naam="m", measure=name, waarom="test", exclude=exclude, **keys)
    return getattr(shape, name)(gpd.GeoDataFrame(geometry=list(parcels), crs=RD), rule, known).to_numpy()


def crooked(count: int, seed: int, reach: float = 40.0) -> list[Any]:
    """Valid polygons with inner corners, some with a hole."""
    random, made = np.random.default_rng(seed), []
    for _ in range(count):
        angle = np.sort(random.uniform(0, 2 * np.pi, random.integers(4, 10)))
        out = random.uniform(0.3, 1, len(angle)) * reach
        x, y = X + random.uniform(0, 60), Y + random.uniform(0, 60)
        star = shapely.make_valid(shapely.Polygon(np.column_stack([x + out * np.cos(angle), y + out * np.sin(angle)])))
        star = star.difference(shapely.box(x - 3, y - 2, x + 4, y + 3)) if random.random() < 0.4 else star
        made.append(max(shapely.get_parts(star), key=shapely.area))
    return made


def rings(polygon: Any) -> plain.Shape:
    return [
        list(map(tuple, ring.coords))
        for part in shapely.get_parts(polygon)
        for ring in [part.exterior, *part.interiors]
    ]


@pytest.mark.parametrize(
    ("parcel", "diameter"),
    [
        (box(0, 0, 100, 100), 100),
        (box(0, 0, 30, 500), 30),
        (affinity.rotate(box(0, 0, 14, 900), 33, CENTRE), 14),
        (box(0, 0, 0.5, 200), 0.5),
        (shapely.Polygon([(X, Y), (X + 30, Y), (X, Y + 40)]), 20),
        (shapely.Point(X, Y).buffer(25, quad_segs=400), 50),
        (shapely.difference(box(0, 0, 90, 90), box(30, 30, 60, 60)), 30 * 2 * np.sqrt(2) / (1 + np.sqrt(2))),
        (shapely.union_all([box(0, 0, 10, 10), box(500, 0, 520, 25)]), 20),
        (box(0, 0, 0.04, 300), 0),
    ],
)
def test_circle_by_hand(parcel: Any, diameter: float) -> None:
    (found,) = measured("inscribed_circle_m", [parcel])
    assert diameter - 2 * TOLERANCE_M <= found <= diameter + 1e-3


def test_circle_between_round_margins() -> None:
    posts = [shapely.Point(X, Y + 50), shapely.Point(X + 100, Y + 50)]
    (found,) = measured("inscribed_circle_m", [box(0, 0, 100, 100)], posts, Exclusion("w", 20.0))
    # touches a post's margin, and the two sides above or below it: or both margins in the middle
    assert 60 + 1e-9 < found <= plain.inscribed_diameter(rings(box(0, 0, 100, 100)), []) + 1e-9
    (middle,) = measured("inscribed_circle_m", [box(0, 40, 100, 60)], posts, Exclusion("w", 45.0))
    assert middle == pytest.approx(10, abs=0.7)  # half of the gap's height lies beyond the margins' waist


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("margin", [0.0, 4.0])
def test_circle_agrees_with_plain_python(seed: int, margin: float) -> None:
    parcel, *things = crooked(1, seed) + crooked(3, seed + 50, 10.0)
    (found,) = measured("inscribed_circle_m", [parcel], things, Exclusion("w", margin))
    truth = plain.inscribed_diameter(rings(parcel), [(rings(thing), margin) for thing in things], 0.005)
    assert truth - 2 * TOLERANCE_M - 1e-9 <= found <= truth + 0.006 or truth < 2 * SMALLEST_M


def test_circle_beside_a_wide_and_a_bare_obstacle() -> None:
    """The widest place lies off the middle line; a bound that forgot the far side of a side once cut it off."""
    at = lambda *corners: shapely.Polygon([(X + x, Y + y) for x, y in corners])  # noqa: E731
    parcel = at((1, 23), (55.6, 0.5), (65.6, 34.5), (12.4, 55))
    house = at((15.1, 25.5), (42.2, 14.5), (47.9, 32.9), (21.3, 43.3))
    ditch = at((47.7, -26.2), (50.1, -27.2), (64.6, 22.5), (62.3, 23.4))
    around = [(rings(house), 5.0), (rings(ditch), 0.001)]
    found = measured("inscribed_circle_m", [parcel], [house], Exclusion("w", 5.0))
    assert found == pytest.approx([plain.inscribed_diameter(rings(parcel), around[:1])], abs=2 * TOLERANCE_M)
    known = {"w": [house], "v": [ditch]}
    world = World({k: layer(k, gpd.GeoDataFrame(geometry=shapes, crs=RD)) for k, shapes in known.items()})
    rule = Measurement(naam="m", measure="m", waarom="test", exclude=(Exclusion("w", 5.0), Exclusion("v")))
    (both,) = shape.inscribed_circle_m(gpd.GeoDataFrame(geometry=[parcel], crs=RD), rule, world)
    assert both == pytest.approx(plain.inscribed_diameter(rings(parcel), around), abs=2 * TOLERANCE_M)


@given(st.integers(0, 10_000))
def test_circle_agrees_with_geos(seed: int) -> None:
    parcels, things = crooked(4, seed), crooked(3, seed + 1, 12.0)
    found = measured("inscribed_circle_m", parcels, things, Exclusion("w"))
    for parcel, diameter in zip(parcels, found, strict=True):
        parts = [p for p in shapely.get_parts(parcel.difference(shapely.union_all(things))) if p.area > 1e-3]
        truth = 2 * max((shapely.length(shapely.maximum_inscribed_circle(p, 0.002)) for p in parts), default=0.0)
        assert truth - 2 * TOLERANCE_M - 1e-6 <= diameter <= truth + 0.005 or truth < 2 * SMALLEST_M


def test_circle_where_ground_is_kept() -> None:
    known = World(
        {
            "w": layer("w", gpd.GeoDataFrame(geometry=[box(0, 0, 100, 100)], crs=RD)),
            "k": layer("k", gpd.GeoDataFrame(geometry=[box(10, 10, 40, 90)], crs=RD)),
        }
    )
    exclude = (Exclusion("w"), Exclusion("k", keep=True))
    rule = Measurement(naam="m", measure="inscribed_circle_m", waarom="test", exclude=exclude)
    parcels = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 100), box(0, 100, 20, 120)], crs=RD)
    assert shape.inscribed_circle_m(parcels, rule, known).tolist() == pytest.approx([30, 20], abs=2 * TOLERANCE_M)


def test_circle_ignores_what_takes_only_a_part() -> None:
    half = Exclusion("w", share=0.5)
    assert measured("inscribed_circle_m", [box(0, 0, 9, 9)], [box(0, 0, 5, 9)], half) == pytest.approx([9], abs=0.02)


@given(st.integers(0, 10_000), st.floats(0, 15), st.floats(0, 15))
def test_a_wider_margin_never_makes_room(seed: int, one: float, other: float) -> None:
    parcels, things = crooked(4, seed), crooked(3, seed + 1, 12.0)
    keys = {"width_m": 4.0}
    for name in ("inscribed_circle_m", "largest_free_m2"):
        narrow, wide = (measured(name, parcels, things, Exclusion("w", m), **keys) for m in sorted((one, other)))
        assert (wide <= narrow + 2 * TOLERANCE_M).all()


def test_width_is_the_short_side_of_the_widest_part() -> None:
    turned = affinity.rotate(box(0, 0, 12, 80), 27, CENTRE)
    assert measured("width_m", [turned, ELL, None]) == pytest.approx([12, 40, np.nan], nan_ok=True)
    parts = measured("width_m", [box(0, 0, 100, 100)], [box(30, -1, 40, 101)], Exclusion("w"))
    assert parts == pytest.approx([60])


@pytest.mark.parametrize("turn", [0, 27, 90, 133.7])
@pytest.mark.parametrize(
    ("parcel", "width", "length"),
    [
        (box(0, 0, 80, 25), 12.0, 80),
        (box(0, 0, 80, 25), 25.0, 80),
        (box(0, 0, 80, 25), 26.0, 25),  # across: 26 wide along the long side
        (box(0, 0, 80, 25), 81.0, 0),
        (ELL, 10.0, 60),
        (ELL, 12.0, 40),
        (shapely.difference(box(0, 0, 90, 60), box(40, 20, 50, 40)), 20.0, 90),
        (shapely.difference(box(0, 0, 90, 60), box(40, 20, 50, 40)), 21.0, 60),
        (shapely.union_all([box(0, 0, 10, 10), box(500, 0, 520, 25)]), 10.0, 25),
        # a right-angled triangle: the strip along its long leg leaves 40 * (1 - 6/30)
        (shapely.Polygon([(X, Y), (X + 40, Y), (X, Y + 30)]), 6.0, 50 - 6 * (4 / 3 + 3 / 4)),
    ],
)
def test_rectangle_by_hand(parcel: Any, width: float, length: float, turn: float) -> None:
    (found,) = measured("rectangle_m", [affinity.rotate(parcel, turn, CENTRE)], width_m=width)
    assert found == pytest.approx(length, abs=1e-4)


def test_rectangle_keeps_out_of_what_is_taken() -> None:
    parcels = [box(0, 0, 100, 50), None, box(0, 0, 20, 50)]
    found = measured("rectangle_m", parcels, [box(-9, -9, 40, 60)], Exclusion("w", 5.0), width_m=50.0)
    assert found == pytest.approx([55, np.nan, 0], nan_ok=True)


@given(st.integers(0, 10_000), st.floats(0.5, 30))
def test_a_rectangle_that_is_found_does_fit(seed: int, width: float) -> None:
    shapes = np.array(crooked(5, seed))
    for found, around in zip(longest_rectangles(unpack(shapes), np.full(5, 0.3), width), shapes, strict=True):
        length = found[LENGTH]
        if length > 0:
            flat = shapely.box(-length / 2, -width / 2, length / 2, width / 2)
            turned = affinity.rotate(flat, found[ANGLE], (0, 0), use_radians=True)
            laid = affinity.translate(turned, found[MIDDLE_X], found[MIDDLE_Y])
            assert laid.area == pytest.approx(length * width)
            assert laid.difference(around).area < 1e-5 * (length + width)


@given(st.integers(0, 10_000))
def test_order_place_and_a_quarter_turn_change_nothing(seed: int) -> None:
    parcels, things = crooked(4, seed), crooked(3, seed + 1, 12.0)
    for name, room in (("inscribed_circle_m", 2 * TOLERANCE_M), ("width_m", 1e-5), ("largest_free_m2", 1e-4)):
        here = measured(name, parcels, things, Exclusion("w"))
        assert measured(name, parcels[::-1], things[::-1], Exclusion("w"))[::-1] == pytest.approx(here, abs=1e-9)
        for move in (lambda g: affinity.translate(g, 900, -700), lambda g: affinity.rotate(g, 90, origin=CENTRE)):
            there = measured(name, list(map(move, parcels)), list(map(move, things)), Exclusion("w"))
            assert there == pytest.approx(here, abs=room + 1e-9)


def test_a_narrower_rectangle_is_never_much_shorter() -> None:
    shapes = crooked(20, 3)
    wide, narrow = (measured("rectangle_m", shapes, width_m=width) for width in (8.0, 4.0))
    assert (narrow >= 0.98 * wide).all()
