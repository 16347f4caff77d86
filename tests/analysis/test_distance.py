"""Distances against figures known by hand, and against shapely on odd shapes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.measuring.distance import distance_m, reach_of
from locatiescan.analysis.measuring.world import World
from locatiescan.crs import RD
from locatiescan.model import Limit, Measurement, Preference
from odd_shapes import scenes
from small_world import X, Y, box, layer, squares


def distances(parcels: object, features: object, kind: str = "vlak", reach: float = 1000.0) -> list[float]:
    rule = Measurement(naam="m", measure="distance_m", waarom="test", layer="laag", reach_m=reach)
    frame = gpd.GeoDataFrame(geometry=features, crs=RD)
    return distance_m(
        gpd.GeoDataFrame(geometry=parcels, crs=RD), rule, World({"laag": layer("laag", frame, kind)})
    ).tolist()


@given(scenes(), st.sampled_from([0.0, 5.0, 40.0, 1e4]))
def test_odd_shapes_as_shapely_says(scene: tuple[np.ndarray, np.ndarray, str], reach: float) -> None:
    parcels, features, kind = scene
    expected = np.minimum(shapely.distance(parcels[:, None], features).min(axis=1), reach)
    found = np.array(distances(parcels, features, kind, reach))
    assert np.allclose(found, expected, rtol=0, atol=1e-6)
    assert (found[expected == 0] == 0).all()


@given(st.integers(0, 10_000), st.floats(0, 2000), st.floats(0, 2000))
def test_a_longer_reach_never_shortens(seed: int, first: float, second: float) -> None:
    parcels, features = squares(12, 30, seed), squares(3, 50, seed + 1)
    short, long = (distances(parcels, features, reach=reach) for reach in sorted((first, second)))
    assert all(a <= b for a, b in zip(short, long, strict=True))


def test_by_hand() -> None:
    parcel = [box(0, 0, 10, 10)]
    assert distances(parcel, [box(13, 14, 20, 20)]) == pytest.approx([5.0])
    assert distances(parcel, [box(10, 10, 20, 20)]) == [0.0]
    assert distances(parcel, [shapely.Point(X + 13, Y - 4)], "punt") == pytest.approx([5.0])
    assert distances(parcel, [shapely.LineString([(X - 9e4, Y - 7), (X + 9e4, Y - 7)])], "lijn") == pytest.approx([7.0])
    assert distances(parcel, [shapely.LineString([(X - 9e4, Y + 5), (X + 9e4, Y + 5)])], "lijn") == [0.0]
    assert distances(parcel, [box(200, 0, 210, 10)], reach=50.0) == [50.0]


def test_what_holds_the_other_is_at_zero_and_a_hole_is_not_inside() -> None:
    ring = shapely.difference(box(0, 0, 100, 100), box(20, 20, 80, 80))
    small = box(45, 40, 55, 60)
    assert distances([small], [ring]) == pytest.approx([20.0])
    assert distances([ring], [small]) == pytest.approx([20.0])
    assert distances([box(5, 5, 8, 8)], [ring]) == [0.0]
    assert distances([ring], [shapely.Point(X + 10, Y + 50)], "punt") == [0.0]
    assert distances([ring], [shapely.Point(X + 50, Y + 70)], "punt") == pytest.approx([10.0])
    # a second part that alone is held, and a feature that overlaps another: twice inside is inside
    apart = shapely.union_all([box(500, 0, 510, 10), box(5, 5, 8, 8)])
    assert distances([apart], [ring, box(0, 0, 15, 15)]) == [0.0]


def test_a_line_counts_to_its_very_end() -> None:
    toward = shapely.LineString([(X + 500, Y + 5), (X + 200, Y + 90), (X + 13, Y + 5)])
    assert distances([box(0, 0, 10, 10)], [toward], "lijn") == pytest.approx([3.0])


def test_a_corner_at_the_very_height_of_the_parcel_is_counted_once() -> None:
    diamond = shapely.Polygon([(X, Y + 50), (X + 50, Y), (X + 100, Y + 50), (X + 50, Y + 100)])
    steps = shapely.union_all([box(200, 0, 300, 50), box(250, 0, 300, 100), box(300, 50, 350, 70)])
    inside, beside, among = box(40, 50, 45, 55), box(-50, 50, -40, 55), box(210, 60, 215, 70)
    assert distances([inside, beside, among], [diamond, steps]) == pytest.approx([0.0, 40.0, 10.0])
    for corner in (46.0, 50.0, 53.0):  # whichever corner of the parcel comes first
        assert distances([box(40, corner, 45, 60)], [diamond]) == [0.0]
    assert distances([diamond], [shapely.Point(X + 60, Y + 50)], "punt") == [0.0]
    assert distances([diamond], [shapely.Point(X - 30, Y + 50)], "punt") == pytest.approx([30.0])


def test_a_held_parcel_far_from_the_border_is_at_zero_though_the_border_is_out_of_reach() -> None:
    assert distances([box(0, 0, 10, 10)], [box(-5000, -5000, 5000, 5000)], reach=100.0) == [0.0]


def test_a_ring_of_100_000_vertices() -> None:
    angle = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    lake = shapely.Polygon(np.column_stack([X + 5000 * np.cos(angle), Y + 5000 * np.sin(angle)]))
    parcels = squares(500, 20, 1)
    parcels = np.concatenate([parcels, shapely.transform(parcels, lambda xy: xy + np.array([7000, 0]))])
    found = np.array(distances(parcels, [lake.exterior], "lijn", 1e4))
    corners = shapely.get_coordinates(parcels).reshape(len(parcels), 5, 2) - [X, Y]
    far = np.hypot(*corners.T).T
    outside = far.min(axis=1) > 5000
    expected = np.where(outside, far.min(axis=1) - 5000, 5000 - far.max(axis=1))
    # a side may come nearer to the circle than its corners: by less than its sagitta
    assert np.allclose(found, expected, atol=0.02)
    assert outside.sum() == 500
    assert np.array_equal(distances(parcels, [lake], "vlak", 1e4), np.where(outside, found, 0.0))


def test_an_absent_layer_a_missing_and_an_empty_parcel_are_unknown_and_an_empty_layer_is_out_of_reach() -> None:
    rule = Measurement(naam="m", measure="distance_m", waarom="test", layer="laag", reach_m=10.0)
    parcel = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=RD)
    assert distance_m(parcel, rule, World({"laag": layer("laag", None)})).isna().all()
    assert distance_m(parcel, rule, World({})).isna().all()
    odd = [None, shapely.Polygon(), box(0, 0, 1, 1)]
    assert pd.isna(distances(odd, [None, shapely.Polygon(), box(4, 0, 5, 1)])).tolist() == [True, True, False]
    for kind in ("vlak", "lijn", "punt"):
        assert distances([box(0, 0, 1, 1)], [None, None], kind, reach=10.0) == [10.0]


def test_only_selected_features_count() -> None:
    frame = gpd.GeoDataFrame({"soort": ["a", "b"]}, geometry=[box(2, 0, 3, 1), box(6, 0, 7, 1)], crs=RD)
    world = World({"laag": layer("laag", frame)})
    parcel = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=RD)
    for soort, metres in (("a", 1.0), ("b", 5.0)):
        rule = Measurement(
            naam="m", measure="distance_m", waarom="t", layer="laag", reach_m=9.0, where={"soort": soort}
        )
        assert distance_m(parcel, rule, world).tolist() == pytest.approx([metres])


def test_how_far_a_rule_looks() -> None:
    keys = {"naam": "m", "measure": "distance_m", "waarom": "t"}
    assert reach_of(Measurement(**keys, reach_m=7.0)) == 7.0
    assert reach_of(Limit(**keys, min=30.0)) == 30.0
    assert reach_of(Preference(**keys, curve={400.0: 1.0, 1500.0: 0.0})) == 1500.0
    assert reach_of(Preference(**keys, steps={20.0: 1.0, 150.0: 0.0})) == 150.0
    assert reach_of(Measurement(**keys)) == 0.0
