"""What stands around a parcel, against figures known by hand and against a plain loop on odd shapes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.measuring.surroundings import nearby_class, nearby_number
from locatiescan.analysis.measuring.world import World
from locatiescan.crs import RD
from locatiescan.model import Measurement
from odd_shapes import scenes
from small_world import X, Y, box, layer

PARCEL = [box(0, 0, 10, 10)]


def values(
    column: list[object],
    features: object,
    parcels: object = PARCEL,
    reach: float = 20.0,
    kind: str = "vlak",
    **keys: object,
) -> list[object]:
    """Median where the column holds numbers, else the most common class."""
    function = nearby_class if any(isinstance(value, str) for value in column) else nearby_number
    rule = Measurement(naam="m", measure="m", waarom="test", layer="l", column="k", reach_m=reach, **keys)  # type: ignore[arg-type]
    frame = gpd.GeoDataFrame({"k": column}, geometry=features, crs=RD)
    world = World({"l": layer("l", frame, kind)})
    return function(gpd.GeoDataFrame(geometry=parcels, crs=RD), rule, world).tolist()


def plain(parcel: shapely.Geometry, features: np.ndarray, reach: float) -> np.ndarray:
    """Which features are neighbours, one by one."""
    size = {1: shapely.length, 2: shapely.area}
    near = []
    for shape in features:
        of = size[shapely.get_dimensions(shape)]
        own = of(shapely.intersection(shape, parcel)) > 0.5 * (1 + 1e-9) * of(shape)
        near.append(shapely.distance(shape, parcel) <= reach + 1e-7 and not own)
    return np.array(near)


@given(scenes(kinds=("vlak", "lijn")), st.sampled_from([0.0, 7.3, 30.0]))
def test_odd_shapes_as_a_plain_loop_says(scene: tuple[np.ndarray, np.ndarray, str], reach: float) -> None:
    parcels, features, kind = scene
    numbers = np.array([3.0, np.nan, 7.0, 20.0, 4.0, 5.0])[: len(features)]
    for found, parcel in zip(values(list(numbers), features, parcels, reach, kind), parcels, strict=True):
        known = numbers[plain(parcel, features, reach) & ~np.isnan(numbers)]
        assert np.array_equal(found, np.median(known) if len(known) else np.nan, equal_nan=True)  # type: ignore[arg-type]


def test_the_median_of_the_neighbours_and_not_of_what_is_the_parcels_own() -> None:
    around = [box(12, 0, 20, 10), box(-20, 0, -5, 10), box(2, 2, 8, 8), box(0, 40, 10, 50), box(0, 25, 10, 30)]
    assert values([4.0, 10.0, 100.0, 1000.0, 7.0], around) == [7.0]
    assert values([4.0, 10.0, 100.0, 1000.0, None], around) == [7.0]
    assert values([4.0, 10.0, 100.0, 1000.0, 7.0], around, reach=4.0) == [4.0]
    assert pd.isna(values([None, None, 100.0, 1000.0, None], around)).all()


def test_a_building_half_on_the_parcel_is_a_neighbour_and_one_mostly_on_it_is_not() -> None:
    assert values([8.0], [box(5, 0, 15, 10)]) == [8.0]
    assert pd.isna(values([8.0], [box(4, 0, 14, 10)])).all()
    # mostly on the one is near the other
    assert values([8.0], [box(4, 0, 14, 10)], [*PARCEL, box(10, 0, 20, 10)])[1] == 8.0


def test_a_part_deep_inside_the_parcel_makes_a_neighbour_of_what_is_mostly_elsewhere() -> None:
    field = [box(0, 0, 100, 100)]
    complex_ = shapely.union_all([box(48, 48, 52, 52), box(500, 0, 510, 10)])
    assert values([8.0, 3.0], [complex_, box(48, 48, 52, 52)], field) == [8.0]


def test_a_quarter_that_holds_the_parcel_counts_though_its_border_is_out_of_reach() -> None:
    assert values(["dorp"], [box(-5000, -5000, 5000, 5000)]) == ["dorp"]
    hole = shapely.difference(box(-5000, -5000, 5000, 5000), box(-100, -100, 100, 100))
    assert pd.isna(values(["dorp"], [hole])).all()


def test_classes_weigh_by_area_and_lists_count_for_each() -> None:
    around = [box(12, 0, 15, 10), box(12, 10, 13, 11), box(12, 11, 13, 12)]
    assert values(["kantoor", "wonen", "wonen"], around) == ["kantoor"]
    corner = [box(12, 0, 14, 10), box(16, 0, 18, 10), box(-9, 0, -4, 5)]
    assert values(["wonen,winkel", "winkel", "wonen"], corner) == ["wonen"]
    assert values(["wonen,winkel", "winkel", "kantoor"], corner) == ["winkel"]


def test_points_count_by_number_and_ties_go_by_the_alphabet() -> None:
    points = shapely.points([[X + 12, Y], [X + 13, Y], [X + 14, Y], [X + 5, Y + 5]])
    assert values(["z", "a", "z", "a"], points, kind="punt") == ["z"]  # the fourth is on the parcel
    assert values(["z", "a", None, "z"], points, kind="punt") == ["a"]


def test_who_says_nothing_is_unknown() -> None:
    assert pd.isna(values([None, "", "wonen"], [box(12, 0, 15, 10), box(16, 0, 18, 10), box(90, 0, 99, 9)])).all()
    assert pd.isna(values(["wonen"], [box(12, 0, 15, 10)], [None, shapely.Polygon()])).all()
    assert pd.isna(values(["wonen"], [None])).all()
    assert pd.isna(values([5.0], [None])).all()
    silent = gpd.GeoDataFrame({"k": [None, None]}, geometry=[box(12, 0, 15, 10)] * 2, crs=RD)
    rule = Measurement(naam="m", measure="m", waarom="test", layer="l", column="k", reach_m=9.0)
    parcels = gpd.GeoDataFrame(geometry=PARCEL, crs=RD)
    for function in (nearby_class, nearby_number):
        assert function(parcels, rule, World({"l": layer("l", silent)})).isna().all()


def test_an_absent_layer_is_unknown() -> None:
    rule = Measurement(naam="m", measure="m", waarom="test", layer="l", column="k", reach_m=9.0)
    parcels = gpd.GeoDataFrame(geometry=PARCEL, crs=RD)
    for function in (nearby_class, nearby_number):
        assert function(parcels, rule, World({"l": layer("l", None)})).isna().all()


def test_only_selected_features_count() -> None:
    frame = gpd.GeoDataFrame({"k": [5.0, 9.0], "soort": ["a", "b"]}, geometry=[box(12, 0, 15, 9), box(16, 0, 18, 9)])
    world = World({"l": layer("l", frame.set_crs(RD))})
    rule = Measurement(naam="m", measure="m", waarom="test", layer="l", column="k", reach_m=9.0, where={"soort": "b"})
    assert nearby_number(gpd.GeoDataFrame(geometry=PARCEL, crs=RD), rule, world).tolist() == [9.0]


def test_a_line_or_point_far_to_the_east_is_not_near() -> None:
    line = shapely.LineString([(X + 5000, Y - 5000), (X + 5000, Y + 5000)])
    assert pd.isna(values([7.0], [line], kind="lijn")).all()
    assert pd.isna(values(["a"], [line], kind="lijn")).all()
    assert pd.isna(values(["a"], [shapely.Point(X + 5000, Y)], kind="punt")).all()
