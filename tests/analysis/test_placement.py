"""Rows of blocks and parking: against arithmetic on rectangles, and against what must hold on any shape."""

from __future__ import annotations

import time
from functools import cache
from itertools import combinations
from math import floor
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.geometry.placement import drawing, most_places, search
from locatiescan.analysis.geometry.rows import (
    BAYS,
    BLOCK,
    COUNT,
    DRIVE,
    EAST,
    EDGE,
    FACADE,
    HEADS,
    KIND,
    NORTH,
    ROWS,
    SOUTH,
    WEST,
)
from locatiescan.analysis.geometry.sides import unpack
from locatiescan.analysis.geometry.trials import directions
from locatiescan.analysis.geometry.trimming import trimmed
from odd_shapes import placed, polygons

# depth, width, least, most, stairs, edge, rows, heads, bay width, bay length, lane, facade, fewest bays
ROW = np.array([8.7, 3.9, 2, 8, 0, 3, 10, 5, 2.5, 5, 6, 2, 4])
GALLERY = np.array([10.2, 3.5, 4, 16, 2.4, 3, 10, 5, 2.5, 5, 6, 2, 4])
FIXED = np.array([10.2, 3.9, 16, 16, 2.4, 2, 8, 4, 2.5, 5, 6, 2, 4])
PLENTY = 10**6
TINY = 1e-6


def sides_of(shape: Any) -> np.ndarray:
    sides = unpack(np.array([shape], dtype=object))
    x, y = sides.x0[0], sides.y0[0]
    return np.column_stack((sides.x0 - x, sides.y0 - y, sides.x1 - x, sides.y1 - y))


def rectangle(width: float, height: float, angle: float = 0.3) -> np.ndarray:
    return sides_of(placed([shapely.box(0, 0, width, height)], angle, scale=1.0)[0])


def found_on(sides: np.ndarray, theta: float, spec: np.ndarray, enough: int = PLENTY) -> tuple[Any, np.ndarray]:
    found = search(sides, theta, spec, enough)
    return found, most_places(*found[1:])


def modules_in(length: float, spec: np.ndarray) -> int:
    """Most modules in a length, trying every number of blocks."""
    _, width, least, most, stairs, _, _, heads, *_ = spec
    best = 0
    for blocks in range(1, 60):
        each = (length - (blocks - 1) * heads - blocks * stairs) / width
        if each + 1e-9 >= blocks * least:
            best = max(best, min(int(blocks * most), floor(each + 1e-9)))
    return best


def row_by_hand(width: float, spec: np.ndarray) -> set[tuple[int, int]]:
    """Modules and places that one row of a rectangle can hold, blocks in the west and columns of bays in the east."""
    depth, edge, bay, bay_length, lane, facade, fewest = spec[0], spec[5], *spec[8:]
    options = {(modules_in(width - 2 * edge, spec), 0)}
    for columns in range(1, 40):
        court = columns * bay_length + -(-columns // 2) * lane
        places = columns * floor(depth / bay + 1e-9)
        if court <= width + 1e-9 and places >= fewest:
            options.add((modules_in(width - court - facade - edge, spec), places))
    return options


def by_hand(width: float, height: float, spec: np.ndarray) -> list[int]:
    """Most places beside at least so many modules on a rectangle, by trying every sequence of rows."""
    depth, edge, apart, bay, bay_length, lane, facade, fewest = spec[0], spec[5], spec[6], *spec[8:]
    single = floor((width + 1e-9) / bay)
    double = 2 * floor((width - lane + 1e-9) / bay)
    rows = {
        "blocks": (depth, edge, row_by_hand(width, spec)),
        "single": (bay_length + lane, 0.0, {(0, single)} if single >= fewest else set()),
        "double": (2 * bay_length + lane, 0.0, {(0, double)} if double >= fewest else set()),
    }

    @cache
    def after(kind: str, left: float) -> frozenset[tuple[int, int]]:
        """All that rows can hold above one of a kind, with so much height left above it."""
        held = {(0, 0)}
        for other, (high, margin, options) in rows.items():
            gap = facade if "blocks" in (kind, other) else 0.0
            gap = apart if kind == other == "blocks" else margin if kind == "edge" else gap
            rest = round(left - gap - high, 6)
            if rest + 1e-6 >= margin:
                more = after(other, rest)
                held |= {(a + c, b + d) for a, b in options for c, d in more}
        return frozenset(efficient(held))

    pairs = after("edge", height)
    return [max(q for m, q in pairs if m >= count) for count in range(max(m for m, _ in pairs) + 1)]


def efficient(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    return {p for p in pairs if not any(q != p and q[0] >= p[0] and q[1] >= p[1] for q in pairs)}


@pytest.mark.parametrize("spec", [ROW, GALLERY, FIXED], ids=["row", "gallery", "fixed"])
@pytest.mark.parametrize(("width", "height"), [(60, 80), (45.3, 33.3), (90, 27), (23, 15), (8, 60), (140, 40)])
def test_without_parking_a_rectangle_holds_the_arithmetic(spec: np.ndarray, width: float, height: float) -> None:
    rows = max(0, floor((height - 2 * spec[EDGE] + spec[ROWS]) / (spec[0] + spec[ROWS]) + 1e-9))
    _, places = found_on(rectangle(width, height), 0.3, spec, enough=0)
    assert len(places) - 1 == rows * modules_in(width - 2 * spec[EDGE], spec)


@given(st.integers(80, 640), st.integers(80, 640), st.sampled_from([ROW, GALLERY, FIXED]), st.floats(0, 3))
def test_with_parking_a_rectangle_holds_the_arithmetic(width: int, height: int, spec: np.ndarray, angle: float) -> None:
    _, places = found_on(rectangle(width / 10, height / 10, angle), angle, spec)
    assert places.tolist() == by_hand(width / 10, height / 10, spec)


def test_a_known_layout() -> None:
    """60 by 33.4: 3 + 8.7 + 10 + 8.7 + 3 high; of 54 m, 5 between two heads, 49 holds 12 modules. No bays then."""
    found, places = found_on(rectangle(60, 33.4), 0.3, ROW)
    assert len(places) - 1 == 2 * 12
    drawn = drawing(rectangle(60, 33.4), 0.3, ROW, PLENTY, found, 24)
    blocks = drawn[drawn[:, KIND] == BLOCK]
    assert sorted(blocks[:, COUNT]) == [6, 6, 6, 6]
    assert places[24] == 0


def test_directions_follow_the_edge() -> None:
    turned = placed([shapely.box(0, 0, 60, 30)], 0.3, scale=1.0)[0]
    assert sorted(directions(sides_of(turned))) == pytest.approx([0.3, 0.3 + np.pi / 2])
    bitten = turned.difference(shapely.buffer(shapely.centroid(turned), 2))
    assert sorted(directions(sides_of(bitten))) == pytest.approx([0.3, 0.3 + np.pi / 2])


def rectangles(drawn: np.ndarray, kind: int, grown: float = 0.0) -> np.ndarray:
    own = drawn[drawn[:, KIND] == kind]
    return shapely.box(own[:, WEST] - grown, own[:, SOUTH] - grown, own[:, EAST] + grown, own[:, NORTH] + grown)


def turned_shape(shape: Any, theta: float) -> Any:
    sides = unpack(np.array([shape], dtype=object))
    moved = shapely.transform(shape, lambda xy: xy - [sides.x0[0], sides.y0[0]])
    cos, sin = np.cos(-theta), np.sin(-theta)
    return shapely.transform(moved, lambda xy: xy @ np.array([[cos, sin], [-sin, cos]]))


def assert_sound(drawn: np.ndarray, shape: Any, spec: np.ndarray) -> None:
    """Nothing leaves the shape, overlaps or comes too near."""
    everything = np.concatenate([rectangles(drawn, kind) for kind in (BAYS, DRIVE)])
    blocks = rectangles(drawn, BLOCK)
    around = shapely.buffer(shape, TINY, join_style="mitre")
    assert shapely.covers(around, rectangles(drawn, BLOCK, spec[EDGE] - TINY)).all()
    assert shapely.covers(around, rectangles(drawn, BAYS, -TINY)).all()
    assert shapely.covers(around, rectangles(drawn, DRIVE, -TINY)).all()
    for one, other in combinations(everything, 2):
        assert shapely.area(shapely.intersection(one, other)) < TINY
    for block in blocks:
        assert (shapely.distance(block, everything) > spec[FACADE] - TINY).all()
    own = drawn[drawn[:, KIND] == BLOCK]
    for i, j in combinations(range(len(blocks)), 2):
        same_row = own[i, SOUTH] == own[j, SOUTH]
        assert shapely.distance(blocks[i], blocks[j]) > (spec[HEADS] if same_row else spec[ROWS]) - TINY


def total(drawn: np.ndarray, kind: int) -> int:
    return int(drawn[drawn[:, KIND] == kind, COUNT].sum())


@given(polygons, st.sampled_from([0.0, 0.3, 1.1]), st.sampled_from([ROW, GALLERY]), st.data())
def test_what_is_drawn_fits_and_keeps_its_distances(shape: Any, angle: float, spec: np.ndarray, data: Any) -> None:
    whole = placed([shape], angle)[0]
    sides = sides_of(whole)
    theta = float(data.draw(st.sampled_from(list(directions(sides)))))
    found, places = found_on(sides, theta, spec, enough=60)
    modules = data.draw(st.integers(0, len(places) - 1))
    drawn = drawing(sides, theta, spec, 60, found, modules)
    assert total(drawn, BLOCK) >= modules
    assert total(drawn, BAYS) >= places[modules]
    assert_sound(drawn, turned_shape(whole, theta), spec)
    fewer, less = data.draw(st.integers(0, modules)), data.draw(st.integers(0, max(0, int(places[modules]))))
    rest = trimmed(drawn, spec, fewer, less)
    assert total(rest, BLOCK) >= fewer
    assert total(rest, BAYS) >= less
    assert_sound(rest, turned_shape(whole, theta), spec)


def test_trimming_leaves_what_is_needed() -> None:
    sides = rectangle(60, 60)
    found, places = found_on(sides, 0.3, ROW)
    drawn = drawing(sides, 0.3, ROW, PLENTY, found, 24)
    rest = trimmed(drawn, ROW, 19, 11)
    assert (total(rest, BLOCK), total(rest, BAYS)) == (19, 11)
    assert total(drawn, BLOCK) == 24
    assert total(drawn, BAYS) == places[24] > 11
    assert not len(trimmed(drawn, ROW, 0, 0))


def test_a_long_ring_of_vertices_is_quick_enough_and_sound() -> None:
    angle = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    shape = shapely.Polygon(np.column_stack([140_000 + 40 * np.cos(angle), 510_000 + 40 * np.sin(angle)]))
    sides = sides_of(shape)
    found_on(rectangle(30, 30), 0.3, ROW)  # compiles
    begin = time.process_time()
    found, places = found_on(sides, 0.0, ROW)
    assert time.process_time() - begin < 10
    assert len(places) - 1 > 20
    drawn = drawing(sides, 0.0, ROW, PLENTY, found, len(places) - 1)
    assert_sound(drawn, turned_shape(shape, 0.0), ROW)
