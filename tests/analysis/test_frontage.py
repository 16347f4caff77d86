"""Road frontage against figures known by hand, and between two drawn margins on odd shapes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.measuring.frontage import frontage_m
from locatiescan.analysis.measuring.world import World
from locatiescan.crs import RD
from locatiescan.model import Measurement
from odd_shapes import scenes
from small_world import X, Y, box, layer


def rule(margin: float) -> Measurement:
    return Measurement(naam="m", measure="frontage_m", waarom="test", layer="laag", buffer_m=margin)


def frontage(parcels: object, features: object, margin: float, kind: str = "lijn") -> list[float]:
    frame = gpd.GeoDataFrame(geometry=features, crs=RD)
    world = World({"laag": layer("laag", frame, kind)})
    return frontage_m(gpd.GeoDataFrame(geometry=parcels, crs=RD), rule(margin), world).tolist()


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(X + x, Y + y) for x, y in points])


def drawn(parcel: shapely.Geometry, ground: shapely.Geometry) -> float:
    rings = shapely.get_exterior_ring(shapely.get_parts(parcel))
    return float(shapely.length(shapely.intersection(rings, ground)).sum())


@given(scenes(kinds=("vlak", "lijn")), st.sampled_from([0.5, 7.3, 20.0]))
def test_lies_between_what_a_margin_drawn_inside_and_one_drawn_outside_the_true_one_give(
    scene: tuple[np.ndarray, np.ndarray, str], margin: float
) -> None:
    parcels, features, kind = scene
    found = frontage(parcels, features, margin, kind)
    inner = shapely.union_all(shapely.buffer(features, margin, quad_segs=32))
    wide = margin / np.cos(np.pi / 128) + 1e-5
    outer = shapely.union_all(shapely.buffer(features, wide, quad_segs=32))
    for metres, parcel in zip(found, parcels, strict=True):
        assert drawn(parcel, inner) - 1e-4 <= metres <= drawn(parcel, outer) + 1e-4


def test_a_road_along_one_side_reaches_up_the_sides_beside_it() -> None:
    parcel = [box(0, 0, 30, 20)]
    assert frontage(parcel, [line((-50, -3), (80, -3))], 5.0) == pytest.approx([30 + 2 + 2], abs=1e-4)
    assert frontage(parcel, [line((-50, -3), (80, -3))], 2.9) == [0.0]
    # the road ends halfway: a disc round its end, 4 m along the side at 3 m from it
    assert frontage(parcel, [line((-50, -3), (10, -3))], 5.0) == pytest.approx([10 + 4 + 2], abs=1e-4)


def test_a_border_at_the_margin_itself_counts() -> None:
    assert frontage([box(0, 0, 30, 20)], [line((0, -5), (30, -5))], 5.0) == pytest.approx([30.0], abs=0.01)


def test_stretches_that_two_roads_reach_count_once_and_a_crossing_road_counts() -> None:
    parcel = [box(0, 0, 30, 20)]
    twice = [line((-50, -3), (80, -3)), line((-50, -2), (80, -2)), line((-50, -3), (10, -3))]
    assert frontage(parcel, twice, 5.0) == pytest.approx([30 + 3 + 3], abs=1e-4)
    assert frontage(parcel, [line((15, -50), (15, 50))], 4.0) == pytest.approx([8 + 8], abs=1e-4)


def test_the_outline_of_a_hole_does_not_count_and_parts_add_up() -> None:
    holed = shapely.difference(box(0, 0, 100, 100), box(40, 40, 60, 60))
    assert frontage([holed], [line((45, 50), (55, 50))], 12.0) == [0.0]
    parts = shapely.union_all([box(0, 0, 10, 10), box(20, 0, 30, 10)])
    assert frontage([parts], [line((-5, -1), (50, -1))], 1.5) == pytest.approx([2 * (10 + 0.5 + 0.5)], abs=1e-4)


def test_an_outline_deep_inside_a_polygon_counts() -> None:
    square = box(-100, -100, 15, 100)
    assert frontage([box(0, 0, 30, 20)], [square], 1.0, "vlak") == pytest.approx([20 + 16 + 16], abs=1e-4)
    assert frontage([box(0, 0, 30, 20)], [box(-100, -100, 100, 100)], 1.0, "vlak") == pytest.approx([100.0])


@given(st.floats(0.1, 50), st.floats(0.1, 50))
def test_a_wider_margin_never_shortens_and_none_passes_the_outline(first: float, second: float) -> None:
    parcel, roads = [box(0, 0, 30, 20)], [line((-9, -4), (12, 7), (40, 33)), line((33, 1), (38, 60))]
    narrow, wide = (frontage(parcel, roads, margin)[0] for margin in sorted((first, second)))
    assert 0 <= narrow <= wide + 1e-9
    assert wide <= 100 + 1e-9


def test_an_absent_layer_and_a_missing_parcel_are_unknown_and_an_empty_layer_is_no_frontage() -> None:
    parcel = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=RD)
    assert frontage_m(parcel, rule(5.0), World({"laag": layer("laag", None)})).isna().all()
    odd = [None, shapely.Polygon(), box(0, 0, 1, 1)]
    assert pd.isna(frontage(odd, [line((0, 0), (1, 0))], 5.0)).tolist() == [True, True, False]
    assert frontage([box(0, 0, 1, 1)], [None], 5.0) == [0.0]
