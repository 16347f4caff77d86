"""Free ground: figures known by hand, a second opinion in plain Python, and what must hold for any figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

from locatiescan.analysis.measuring import shape
from locatiescan.analysis.measuring.free import ARC_ERROR_M, free_shapes
from locatiescan.analysis.measuring.world import World
from locatiescan.crs import RD
from locatiescan.model import Exclusion, Extent, Measurement
from small_world import X, Y, box, layer
from support import plain

SQUARE = box(0, 0, 100, 100)


def table(shapes: Sequence[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=RD)


def world(**shapes: Sequence[Any]) -> World:
    return World({name: layer(name, table(found)) for name, found in shapes.items()})


def rule(*exclude: Exclusion) -> Measurement:
    return Measurement(naam="vrij_m2", measure="free_area_m2", waarom="test", exclude=exclude)


def free(parcels: Sequence[Any], known: World, *exclude: Exclusion) -> list[float]:
    return shape.free_area_m2(table(parcels), rule(*exclude), known).tolist()


def drawn(parcels: Sequence[Any], known: World, *exclude: Exclusion) -> np.ndarray:
    return free_shapes(table(parcels), rule(*exclude), known)


def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(X + x, Y + y) for x, y in points]


ANGLE = shapely.Polygon(at((30, 30), (70, 30), (70, 50), (50, 50), (50, 70), (30, 70)))
RING = shapely.difference(box(30, 30, 70, 70), box(45, 45, 55, 55))


@pytest.mark.parametrize(
    ("thing", "margin", "lost"),
    [
        (shapely.Point(X + 50, Y + 50), 10.0, np.pi * 100),
        (shapely.Point(X, Y), 10.0, np.pi * 25),
        (shapely.LineString(at((20, 50), (80, 50))), 5.0, 600 + np.pi * 25),
        (shapely.LineString(at((50, -50), (50, 150))), 5.0, 1000),
        (shapely.LineString(at((50, 50), (50, 50))), 5.0, np.pi * 25),
        (box(40, 40, 60, 60), 0.0, 400),
        (box(40, 40, 60, 60), 7.0, 400 + 4 * 20 * 7 + np.pi * 49),
        (box(-20, 40, -5, 60), 10.0, 20 * 5 + 2 * (100 * np.arccos(0.5) - 5 * np.sqrt(75)) / 2),
        # the inner corner of an angle: the margins of its two sides share a square less a quarter disc... all of it
        (ANGLE, 5.0, 1200 + 5 * 160 - 25 + 5 * np.pi * 25 / 4),
        (RING, 3.0, 40 * 40 + 4 * 40 * 3 + np.pi * 9 - 16),
        (RING, 5.0, 40 * 40 + 4 * 40 * 5 + np.pi * 25),
        (shapely.MultiPoint(at((30, 30), (70, 70))), 5.0, 2 * np.pi * 25),
        (shapely.LineString(at((20, 50), (80, 50))), 0.0, 0),
        (shapely.Polygon(), 5.0, 0),
    ],
)
def test_margins_are_truly_round(thing: Any, margin: float, lost: float) -> None:
    assert free([SQUARE], world(w=[thing]), Exclusion("w", margin)) == pytest.approx([10_000 - lost], abs=2e-6)


def test_ground_under_several_is_lost_once() -> None:
    known = world(w=[box(0, 0, 50, 100), box(40, 0, 60, 100)], v=[box(45, 0, 70, 100)])
    assert free([SQUARE], known, Exclusion("w"), Exclusion("v")) == [3000.0]


def test_of_several_shares_the_largest_counts_and_the_ground_stays() -> None:
    known = world(half=[box(0, 0, 60, 100)], most=[box(40, 0, 100, 50)], all=[box(90, 0, 100, 100)])
    parts = (Exclusion("half", share=0.5), Exclusion("most", share=0.8))
    # 80 % of 3000, 50 % of 5000 (6000 less the overlap), the rest free
    without = 60 * 50 * 0.2 + 5000 * 0.5 + 2000
    assert free([SQUARE], known, *parts) == pytest.approx([without])
    # the last ten metres: 500 at a fifth and 500 whole
    assert free([SQUARE], known, *parts, Exclusion("all")) == pytest.approx([without - 500 * 0.2 - 500])
    assert drawn([SQUARE], known, *parts, Exclusion("all"))[0].area == pytest.approx(9000)


def test_what_is_kept_stays_whatever_takes_it() -> None:
    known = world(w=[box(0, 0, 60, 100)], half=[box(0, 0, 100, 100)], k=[box(40, 0, 80, 50)])
    keep = Exclusion("k", keep=True)
    assert free([SQUARE], known, Exclusion("w"), keep) == [5000.0]
    assert free([SQUARE], known, Exclusion("w"), Exclusion("half", share=0.5), keep) == [2000 + 3000 * 0.5 - 0.0 + 0.0]
    found = drawn([SQUARE], known, Exclusion("w"), keep)[0]
    assert found.equals(shapely.union_all([box(60, 0, 100, 100), box(40, 0, 80, 50)]))
    wide = drawn([SQUARE], known, Exclusion("w", 5.0), Exclusion("k", 5.0, keep=True))[0]
    assert wide.area == pytest.approx(
        free([SQUARE], known, Exclusion("w", 5.0), Exclusion("k", 5.0, keep=True))[0], 1e-4
    )


def test_an_exclusion_counts_only_inside_its_extent() -> None:
    parcels = [SQUARE, box(100, 0, 200, 100), box(300, 0, 400, 100)]
    known = world(w=[box(0, 0, 200, 10)], zone=[box(0, 0, 140, 100)])
    assert free(parcels, known, Exclusion("w", only_in=Extent("zone"))) == [9000.0, 10_000.0, 10_000.0]
    assert free(parcels, known, Exclusion("w", only_in=Extent("zone", share=0.4))) == [9000.0, 9000.0, 10_000.0]


def test_an_unknown_extent_is_unknown_only_where_it_matters() -> None:
    parcels = [SQUARE, box(300, 0, 400, 100)]
    known = World({"w": layer("w", table([box(0, 0, 200, 10)])), "zone": layer("zone", None)})
    item = Exclusion("w", only_in=Extent("zone"))
    assert free(parcels, known, item) == pytest.approx([np.nan, 10_000.0], nan_ok=True)
    assert [part is None for part in drawn(parcels, known, item)] == [True, False]


def test_an_absent_layer_is_unknown_but_not_outside_its_extent() -> None:
    parcels = [SQUARE, box(300, 0, 400, 100)]
    known = World({"w": layer("w", None), "zone": layer("zone", table([SQUARE]))})
    assert free(parcels, known, Exclusion("w", only_in=Extent("zone"))) == pytest.approx([np.nan, 1e4], nan_ok=True)
    assert np.isnan(free(parcels, known, Exclusion("w"))).all()


def test_missing_and_empty_parcels_are_unknown_and_taken_ones_are_zero() -> None:
    parcels = [None, shapely.Polygon(), SQUARE]
    known = world(w=[None, shapely.Polygon(), box(-10, -10, 110, 110)])
    for measure in (shape.free_area_m2, shape.largest_free_m2, shape.inscribed_circle_m, shape.width_m):
        found = measure(table(parcels), rule(Exclusion("w")), known)
        assert found.tolist() == pytest.approx([np.nan, np.nan, 0.0], nan_ok=True)


def test_no_exclusion_leaves_the_parcel() -> None:
    assert free([SQUARE], world()) == [10_000.0]
    assert drawn([SQUARE], world())[0].equals(SQUARE)


def test_the_largest_part_is_measured_exactly() -> None:
    parcels, known = table([SQUARE, box(200, 0, 300, 100)]), world(w=[shapely.LineString(at((30, -9), (30, 109)))])
    assert shape.largest_free_m2(parcels, rule(Exclusion("w", 2.5)), known).tolist() == [6750.0, 10_000.0]


def test_no_parcel_is_misjudged_by_how_a_margin_is_drawn() -> None:
    """A parcel that has just too little: drawn with sixteen segments a quarter it seemed to have enough."""
    lost = 400 + 4 * 20 * 7 + np.pi * 49
    side = np.sqrt(2500 + lost) - 1e-5
    parcel, house = box(0, 0, side, side), box(20, 20, 40, 40)
    coarse = shapely.difference(parcel, shapely.buffer(house, 7, quad_segs=16)).area
    (exact,) = free([parcel], world(w=[house]), Exclusion("w", 7.0))
    assert exact < 2500 < coarse
    assert exact == pytest.approx(2500, abs=0.01)


def stars(count: int, seed: int, reach: float = 12.0) -> list[shapely.Polygon]:
    """Crooked polygons, many with inner corners, some with a hole."""
    random, made = np.random.default_rng(seed), []
    for _ in range(count):
        corners = random.integers(3, 9)
        angle = np.sort(random.uniform(0, 2 * np.pi, corners))
        out = random.uniform(0.2, 1, corners) * reach
        x, y = X + random.uniform(0, 60), Y + random.uniform(0, 60)
        star = shapely.make_valid(shapely.Polygon(np.column_stack([x + out * np.cos(angle), y + out * np.sin(angle)])))
        hole = affinity.scale(star, 0.5, 0.5, origin=(x, y))
        star = star.difference(hole) if random.random() < 0.3 else star
        made += [part for part in shapely.get_parts(star) if part.geom_type == "Polygon"]
    return made


def rings(polygon: Any) -> plain.Shape:
    return [
        list(map(tuple, ring.coords))
        for part in shapely.get_parts(polygon)
        for ring in [part.exterior, *part.interiors]
    ]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("margin", [0.0, 3.0, 9.0])
def test_area_agrees_with_plain_chords(seed: int, margin: float) -> None:
    (parcel, *things) = stars(5, seed)
    parcel = affinity.scale(parcel, 3, 3)
    around = [(rings(thing), margin) for thing in things]
    (found,) = free([parcel], world(w=things), Exclusion("w", margin))
    assert found == pytest.approx(plain.free_area(rings(parcel), around, 0.05), abs=0.3)


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.4, 3.0, 20.0]))
def test_area_agrees_with_what_is_drawn(seed: int, margin: float) -> None:
    """Layers that overlap and touch at will; what is drawn is a hair off, the figure is not."""
    parcels, things = stars(4, seed, 40.0), stars(6, seed + 1)
    lines = [shapely.LineString(things[0].exterior.coords[:3]), shapely.Point(things[-1].exterior.coords[0])]
    items = Exclusion("w", margin), Exclusion("l", margin)
    known = world(w=things, l=lines)
    exact = np.array(free(parcels, known, *items))
    fine = [
        shapely.buffer(thing, margin, quad_segs=400) if margin else thing
        for thing in [*things, *(lines if margin else [])]
    ]
    assert exact == pytest.approx(shapely.area(shapely.difference(parcels, shapely.union_all(fine))), abs=0.01)
    coarse = shapely.area(drawn(parcels, known, *items))
    assert coarse == pytest.approx(exact, abs=ARC_ERROR_M * 2 * np.pi * margin * len(fine) + margin / 50 + 1e-5)


@given(st.integers(0, 10_000), st.floats(0, 30), st.floats(0, 30))
def test_wider_and_more_never_free_ground(seed: int, one: float, other: float) -> None:
    parcels, things, more = stars(4, seed, 40.0), stars(5, seed + 1), stars(3, seed + 2)
    known = world(w=things, v=more)
    narrow, wide = (np.array(free(parcels, known, Exclusion("w", margin))) for margin in sorted((one, other)))
    assert (wide <= narrow + 1e-5).all()
    assert (
        np.array(free(parcels, known, Exclusion("w", one), Exclusion("v"))) <= free(parcels, known, Exclusion("w", one))
    ).all()
    partly = np.array(free(parcels, known, Exclusion("w", one, share=0.5)))
    bare = shapely.area(parcels)
    assert partly == pytest.approx((bare + np.array(free(parcels, known, Exclusion("w", one)))) / 2, abs=1e-5)


@given(st.integers(0, 10_000))
def test_order_place_and_a_quarter_turn_change_nothing(seed: int) -> None:
    parcels, things = stars(5, seed, 40.0), stars(6, seed + 1)
    here = free(parcels, world(w=things), Exclusion("w", 4.0))
    assert free(parcels[::-1], world(w=things[::-1]), Exclusion("w", 4.0))[::-1] == pytest.approx(here, abs=2e-6)
    for move in (lambda g: affinity.translate(g, 900, -700), lambda g: affinity.rotate(g, 90, origin=(X, Y))):
        there = free(list(map(move, parcels)), world(w=list(map(move, things))), Exclusion("w", 4.0))
        assert there == pytest.approx(here, abs=1e-5)


def test_a_ring_of_very_many_corners() -> None:
    """Twenty thousand corners, and a lake of as many: a disc less a disc."""
    angle = np.linspace(0, 2 * np.pi, 20_001)[:-1]
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    parcel, lake = (shapely.Polygon(circle * radius + [X, Y]) for radius in (1000, 500))
    polygon = np.sin(2 * np.pi / 20_000) * 20_000 / 2
    (found,) = free([parcel], world(w=[lake]), Exclusion("w", 100.0))
    assert found == pytest.approx(polygon * 1e6 - np.pi * 360_000, rel=1e-7)


def test_what_was_found_is_not_made_twice() -> None:
    parcels, known = table([SQUARE]), world(w=[box(0, 0, 10, 10)])
    first = free_shapes(parcels, rule(Exclusion("w")), known)
    assert free_shapes(parcels, rule(Exclusion("w")), known) is first
    assert free_shapes(parcels, rule(Exclusion("w", share=0.5)), known) is not first
    assert pd.notna(shape.free_area_m2(parcels, rule(Exclusion("w")), known)).all()


WIDE = shapely.union_all([box(-20, -20, 120, 120), box(-90, -5, -20, 50)])
NOTCHED = shapely.difference(box(-20, -20, 120, 120), box(-10, 40, 130, 60))
HOLED = shapely.difference(box(-20, -20, 120, 120), box(-10, -10, 110, 110))


@pytest.mark.parametrize(
    ("thing", "margin", "left"),
    [
        (WIDE, 0.0, 0.0),
        (box(0, 0, 100, 100), 0.0, 0.0),
        (shapely.Point(X + 50, Y + 50), 150.0, 0.0),
        (shapely.Point(X - 50, Y + 50), 165.0, 0.0),
        (box(-20, 40, 120, 200), 0.0, 4000.0),  # no curve enters, but a level side does
        (box(-20, -50, 120, 40), 0.0, 6000.0),
        (NOTCHED, 0.0, 2000.0),
        (HOLED, 0.0, 10_000.0),
        (box(-40, -40, -10, 140), 5.0, 10_000.0),
    ],
)
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_a_piece_that_holds_the_parcel_and_those_that_only_seem_to(
    thing: Any, margin: float, left: float, share: float
) -> None:
    known = world(w=[thing], v=[box(0, 0, 10, 100)], k=[box(50, 0, 100, 100)])
    item = Exclusion("w", margin, share=share)
    free_of_it = left + (10_000 - left) * (1 - share)
    assert free([SQUARE], known, item) == pytest.approx([free_of_it], abs=1e-6)
    assert free([SQUARE], known, item, Exclusion("v")) == pytest.approx([free_of_it * 0.9], abs=1e-6)
    kept = free([SQUARE], known, item, Exclusion("k", keep=True))
    assert kept == pytest.approx([free_of_it / 2 + 5000], abs=1e-6)
