"""What the shares add to the areas: margins, layers over each other, ties and rounding."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.measuring.ground import _margins
from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.analysis.measuring.world import World
from locatiescan.crs import RD
from locatiescan.model import Exclusion, Measurement
from small_world import X, Y, box, layer, squares
from support import plain

PARCELS = [box(0, 0, 100, 100), box(100, 0, 200, 100), None]


def values(name: str, shapes: list | np.ndarray, found: gpd.GeoDataFrame, kind: str = "vlak", **keys: Any) -> pd.Series:
    rule = Measurement(naam="m", measure=name, waarom="test", layer="laag", **keys)
    parcels = gpd.GeoDataFrame(geometry=list(shapes), crs=RD)
    return MEASURES[name].function(parcels, rule, World({"laag": layer("laag", found, kind)}))


def features(shapes: list | np.ndarray, **columns: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=RD)


def test_ground_within_a_margin_of_a_line() -> None:
    # two wires side by side, 10 m apart: 25 m to either side and the strip between is 60 m wide
    wires = features([shapely.LineString([(X - 99, Y + y), (X + 150, Y + y)]) for y in (45, 55)])
    found = values("covered_share", PARCELS, wires, "lijn", buffer_m=25.0)
    assert found[0] == pytest.approx(0.6, abs=1e-9)
    assert found[1] == pytest.approx((50 * 60 + 25 * 10 + np.pi * 25**2 / 2) / 10_000, rel=2e-3)
    assert np.isnan(found[2])


def test_ground_within_a_margin_of_points_and_polygons() -> None:
    points = features([shapely.Point(X + 50, Y + 50), shapely.Point(X + 50, Y + 50)])
    near = values("covered_share", PARCELS, points, "punt", buffer_m=20.0)
    assert near[0] == pytest.approx(np.pi * 400 / 10_000, rel=2e-3)
    assert near[1] == 0
    yard = values("covered_share", PARCELS, features([box(120, 20, 140, 80)]), buffer_m=10.0)
    assert yard[1] == pytest.approx((40 * 80 - 400 + np.pi * 100) / 10_000, rel=2e-3)


@pytest.mark.parametrize("margin", [None, 0.0])
def test_a_line_without_a_margin_is_unknown(margin: float | None) -> None:
    wire = features([shapely.LineString([(X, Y), (X + 100, Y + 100)])])
    assert values("covered_share", PARCELS, wire, "lijn", buffer_m=margin).isna().all()


def test_only_what_is_meant_counts_and_nothing_meant_is_zero() -> None:
    zones = features([box(0, 0, 30, 100), box(20, 0, 50, 100)], soort=["nat", "droog"])
    assert values("covered_share", PARCELS, zones, where={"soort": "nat"}).tolist()[:2] == [0.3, 0.0]
    assert values("covered_share", PARCELS, zones).tolist()[:2] == [0.5, 0.0]
    assert values("covered_share", PARCELS, zones, where={"soort": "niets"}).tolist()[:2] == [0.0, 0.0]


def test_all_is_one_and_touching_is_zero_to_the_last_digit() -> None:
    corners = np.random.default_rng(1).uniform(0, 900, (200, 6, 2)) * [0.1, 0.3] + (X + 1 / 3, Y + 1 / 7)
    parcels = shapely.convex_hull(shapely.multipoints(corners))
    assert set(values("covered_share", parcels, features([box(-10, -10, 400, 400)]))) == {1.0}
    west, _, east, _ = shapely.bounds(parcels).T
    for number in range(20):
        cut = (west[number] + east[number]) / 2 + 1 / 9
        left, right = (
            shapely.intersection(parcels[number], half)
            for half in (box(-10, -10, cut - X, 999), box(cut - X, -10, 999, 999))
        )
        assert values("covered_share", [left], features([right]))[0] == 0.0


def test_a_class_competes_with_ground_that_no_zone_has_and_overlap_is_no_gap() -> None:
    # wonen 40 %, over it groen 40 %, so 60 % has no class; with 25 % more, wonen wins over the 35 % that is left
    over = features([box(0, 0, 40, 100), box(0, 0, 40, 100)], k=["wonen", "groen"])
    assert values("dominant_class", PARCELS, over, column="k").isna().all()
    more = features([*over.geometry, box(40, 0, 65, 100)], k=["wonen", "groen", "sport"])
    assert values("dominant_class", PARCELS, more, column="k")[0] == "groen"
    assert values("dominant_share", PARCELS, more, column="k")[0] == pytest.approx(0.4)


def test_zones_of_one_class_over_each_other_count_once() -> None:
    zones = features(
        [box(0, 0, 30, 100), box(0, 0, 30, 100), box(30, 0, 70, 100), box(70, 0, 100, 100)], k=list("aabc")
    )
    assert values("dominant_class", PARCELS, zones, column="k")[0] == "b"
    assert values("dominant_share", PARCELS, zones, column="k")[0] == pytest.approx(0.4)


def test_a_zone_without_a_class_is_ground_without_a_class() -> None:
    zones = features([box(0, 0, 45, 100), box(0, 0, 100, 100)], k=["wonen", None])
    assert values("dominant_class", PARCELS, zones, column="k").isna().all()


def test_three_heights_over_each_other() -> None:
    # 12 m everywhere, 9 m on 60 %, 6 m on 25 % within it: 40, 35 and 25 % are left
    zones = features([box(0, 0, 100, 100), box(40, 0, 100, 100), box(75, 0, 100, 100)], h=[12.0, 9.0, 6.0])
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        assert values("governing_value", PARCELS, zones.iloc[order], column="h")[0] == 12.0
    lower = features([*zones.geometry, box(0, 0, 10, 100)], h=[12.0, 9.0, 6.0, 6.0])
    assert values("governing_value", PARCELS, lower, column="h")[0] == 6.0  # 6 m on 25 + 10 %, as much as 9 m


def test_a_height_on_less_than_a_hundredth_does_not_govern() -> None:
    zones = features([box(0, 0, 0.9, 100), box(100, 0, 101.1, 100)], h=[3.0, 4.0])
    found = values("governing_value", PARCELS, zones, column="h")
    assert np.isnan(found[0])
    assert found[1] == 4.0


@given(st.integers(0, 10_000))
def test_heights_like_the_sweep_in_plain_python(seed: int) -> None:
    numbers = np.random.default_rng(seed).choice([3.0, 6.0, 9.0, np.nan], 6)
    parcels, zones = squares(3, 300, seed), squares(6, 350, seed + 1)
    found = values("governing_value", parcels, features(zones, h=list(numbers)), column="h")
    others = [{"shape": rings(zone), "h": None if np.isnan(h) else h} for zone, h in zip(zones, numbers, strict=True)]
    for i, parcel in enumerate(parcels):
        share = {
            h: part for h, part in plain.share_by(rings(parcel), others, lambda zone: zone["h"]).items() if part > 0.01
        }
        assert (np.isnan(found[i]) and not share) or share[found[i]] == pytest.approx(max(share.values()), abs=1e-6)


def rings(shape: shapely.Polygon) -> plain.Shape:
    return [[(x, y) for x, y in ring.coords] for ring in shapely.get_rings(shape)]


def test_the_margin_of_a_line_that_closes_and_crosses_itself_has_no_gap_inside() -> None:
    corners = np.array([(-35, 1.1), (-15.8, -3.8), (-26.6, -21.3), (-4.7, -33.3), (-35, 1.1)]) + np.array([X, Y])
    field, known = box(-60, -60, 30, 30), {"laag": layer("laag", features([shapely.LineString(corners)]), "lijn")}
    keys: dict[str, Any] = {"naam": "m", "waarom": "test"}
    share = Measurement(measure="covered_share", layer="laag", buffer_m=20.0, **keys)
    free = Measurement(measure="free_area_m2", exclude=(Exclusion("laag", 20.0),), **keys)
    parcels = gpd.GeoDataFrame(geometry=[field], crs=RD)
    under, left = (MEASURES[rule.measure].function(parcels, rule, World(known))[0] for rule in (share, free))
    assert under * field.area == pytest.approx(field.area - left, rel=2e-3)


@pytest.mark.parametrize("margin", [2.0, 15.0, 120.0])
def test_margins_close_together_count_once(margin: float) -> None:
    spots = np.random.default_rng(3).uniform(-150, 350, (150, 2)) + np.array([X, Y])
    points = list(shapely.points(spots))
    near = values("covered_share", PARCELS, features(points), "punt", buffer_m=margin)
    all_margins = shapely.union_all(shapely.buffer(points, margin, quad_segs=16))
    expected = shapely.area(shapely.intersection(PARCELS[:2], all_margins)) / shapely.area(PARCELS[:2])
    assert near[:2].tolist() == pytest.approx(expected.tolist(), abs=1e-8)


def test_a_dense_layer_of_margins_makes_few_pairs() -> None:
    points = list(shapely.points(np.random.default_rng(4).uniform(0, 500, (400, 2)) + np.array([X, Y])))
    assert len(_margins(features(points), 250.0).first) < 20
