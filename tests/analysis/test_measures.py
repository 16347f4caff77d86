"""Every measure against figures known by hand, and against what must hold for any figures."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.judging.rules import verdict
from locatiescan.analysis.measuring.measures import MEASURES, measure
from locatiescan.analysis.measuring.world import World
from locatiescan.crs import RD
from locatiescan.model import Exclusion, Extent, Grid, Layer, Limit, Measurement, Source
from locatiescan.sources.imro import sizes
from small_world import X, Y, box, frames, layer, squares

WORLD = frames()
PARCELS = WORLD["percelen"].rename(columns={"id": "perceel_id"})


def values(
    name: str, shapes: gpd.GeoDataFrame = PARCELS, layers: dict[str, Layer] | None = None, **keys: Any
) -> pd.Series:
    unit = MEASURES[name].unit
    rule = Measurement(naam=f"m_{unit}" if unit else "m", measure=name, waarom="test", **keys)
    known = layers if layers is not None else {key: layer(key, frame) for key, frame in our_layers().items()}
    return measure(shapes, (rule,), World(known))[rule.naam]


def our_layers() -> dict[str, gpd.GeoDataFrame]:
    heights = WORLD["maatvoering"].join(sizes(WORLD["maatvoering"]["maatvoering"]))
    zoning = WORLD["enkelbestemming"].rename(columns={"hoofdgroep": "bestemming"})
    homes = WORLD["verblijfsobjecten"].rename(columns={"oppervlakte": "oppervlakte_m2"})
    return {**WORLD, "maatvoering": heights, "enkelbestemming": zoning, "verblijfsobjecten": homes}


def of(series: pd.Series) -> dict[str, Any]:
    return dict(zip(PARCELS["perceel_id"], series, strict=True))


def test_area_takes_the_hole_off() -> None:
    assert of(values("area_m2")) == {"a": 10_000, "b": 5_000, "c": 3_600, "d": 5_000, "e": 100}


def test_compactness_of_a_square_is_pi_over_four() -> None:
    assert of(values("compactness"))["a"] == pytest.approx(np.pi / 4)


def test_covered_share_counts_overlap_once() -> None:
    assert of(values("covered_share", layer="bpl"))["a"] == pytest.approx(0.5)
    built = of(values("covered_share", layer="panden"))
    assert (built["a"], built["b"], built["c"]) == pytest.approx((0.01, 0.5, 0.0))


def test_dominant_class_and_its_share() -> None:
    zoning = of(values("dominant_class", layer="enkelbestemming", column="bestemming"))
    share = of(values("dominant_share", layer="enkelbestemming", column="bestemming"))
    assert (zoning["a"], zoning["b"], zoning["d"]) == ("wonen", "sport", "natuur")
    assert (share["a"], share["b"], share["d"]) == pytest.approx((0.6, 1.0, 1.0))
    assert pd.isna(zoning["c"])
    assert pd.isna(share["c"])


def test_a_class_on_less_ground_than_has_none_is_unknown() -> None:
    strip = gpd.GeoDataFrame({"bestemming": ["wonen"]}, geometry=[box(0, 0, 40, 100)], crs=RD)
    found = values("dominant_class", layers={"z": layer("z", strip)}, layer="z", column="bestemming")
    assert pd.isna(of(found)["a"])


def test_height_is_the_strictest_where_areas_overlap_and_never_a_minimum() -> None:
    height = of(values("governing_value", layer="maatvoering", column="max_bouwhoogte_m"))
    assert height["a"] == 4.0  # 4 m and 9 m govern half each: the lowest of equals
    assert np.isnan(height["b"])  # a minimum only
    assert np.isnan(height["c"])


def test_a_list_names_all_that_holds_and_no_sliver() -> None:
    # a is 100 x 100: its sliver is 10 m2, and so is that of all larger ones; of e, 100 m2, it is half a square metre
    shapes = {
        "Waarde": [box(0, 0, 50, 100), box(40, 0, 60, 100)],
        "Leiding - Gas": [box(90, 0, 200, 2)],
        "te klein": [box(-50, 0, 0.09, 100)],
        "net genoeg": [box(-50, 0, 0.11, 100), box(299, 0, 300.01, 101)],
    }
    names = [name for name, some in shapes.items() for _ in some]
    frame = gpd.GeoDataFrame({"naam": names}, geometry=[shape for some in shapes.values() for shape in some], crs=RD)
    found = of(values("class_list", layers={"l": layer("l", frame)}, layer="l", column="naam"))
    assert found["a"] == "Leiding - Gas; Waarde; net genoeg"
    assert (found["b"], found["c"], found["d"], found["e"]) == ("Leiding - Gas", "", "", "net genoeg")


@pytest.mark.parametrize("unnamed", [None, "", "  "])
def test_a_feature_that_does_not_name_its_class_makes_the_list_unknown_there(unnamed: str | None) -> None:
    frame = gpd.GeoDataFrame(
        {"naam": ["Waarde", unnamed, unnamed]},
        geometry=[box(0, 0, 240, 100), box(90, 0, 110, 50), box(199, 0, 200.05, 100)],
        crs=RD,
    )
    found = of(values("class_list", layers={"l": layer("l", frame)}, layer="l", column="naam"))
    assert pd.isna(found["a"])
    assert pd.isna(found["b"])
    assert (found["c"], found["d"]) == ("Waarde", "")  # of the last one only a sliver lies on c
    said = of(values("class_list", layers={"l": layer("l", frame.iloc[:1])}, layer="l", column="naam"))
    assert said["a"] == "Waarde"


def test_a_list_of_a_layer_that_has_nothing_here_is_empty_and_without_ground_unknown() -> None:
    none = gpd.GeoDataFrame({"naam": []}, geometry=[], crs=RD)
    parcels = gpd.GeoDataFrame(geometry=[None, shapely.Polygon(), box(0, 0, 3, 3)], crs=RD)
    found = values("class_list", parcels, {"l": layer("l", none)}, layer="l", column="naam")
    assert found.isna().tolist() == [True, True, False]
    assert found[2] == ""


def test_a_list_of_what_may_not_be_meant_is_unknown_there() -> None:
    frame = gpd.GeoDataFrame(
        {"naam": ["A", "B"], "soort": ["x", None]}, geometry=[box(0, 0, 240, 100), box(150, 0, 160, 50)], crs=RD
    )
    keys: dict[str, Any] = {"layer": "l", "column": "naam", "where": {"soort": "x"}}
    found = of(values("class_list", layers={"l": layer("l", frame)}, **keys))
    assert (found["a"], found["c"]) == ("A", "A")
    assert pd.isna(found["b"])


@given(st.integers(0, 10_000))
def test_a_list_is_what_uniting_and_intersecting_each_class_gives(seed: int) -> None:
    parcels = gpd.GeoDataFrame(geometry=squares(8, 60, seed), crs=RD)
    zones = gpd.GeoDataFrame({"k": list("abcabcabcd")}, geometry=squares(10, 300, seed + 1), crs=RD)
    found = values("class_list", parcels, {"z": layer("z", zones)}, layer="z", column="k")
    for shape, text in zip(parcels.geometry, found, strict=True):
        shared = {name: zones.geometry[zones["k"] == name].union_all().intersection(shape).area for name in "abcd"}
        clear = {name: area for name, area in shared.items() if abs(area - 10) > 1e-6}
        assert [name for name in text.split("; ") if name in clear] == [n for n, a in clear.items() if a > 10]


def test_distance_is_zero_inside_and_cut_to_its_reach() -> None:
    road = of(values("distance_m", layer="wegen", reach_m=150.0))
    assert (road["a"], road["d"]) == pytest.approx((30.0, 150.0))
    assert of(values("distance_m", layer="bpl", reach_m=500.0))["a"] == 0.0
    assert of(values("distance_m", layer="bpl", reach_m=500.0))["b"] == pytest.approx(50.0)


def test_free_area_has_rounded_margins() -> None:
    free = of(values("free_area_m2", exclude=(Exclusion("panden", 5.0),)))
    quarter = np.pi * 25 / 4
    taken = 15 * 20 - 2 * (25 - quarter) + 5 * 50 + quarter
    assert free["a"] == pytest.approx(10_000 - taken, abs=0.1)
    assert free["b"] == pytest.approx((50 - 5) * 50, abs=0.1)


def test_circle_is_a_diameter_and_fits_the_free_part() -> None:
    plain = of(values("inscribed_circle_m"))
    assert (plain["a"], plain["e"]) == pytest.approx((100.0, 0.5), abs=0.11)
    free = of(values("inscribed_circle_m", exclude=(Exclusion("panden"),)))
    assert free["b"] == pytest.approx(50.0, abs=0.11)


def test_counts_and_sums_with_a_list_of_uses() -> None:
    assert of(values("feature_count", layer="verblijfsobjecten"))["b"] == 1
    offices = values(
        "column_sum", layer="verblijfsobjecten", column="oppervlakte_m2", where={"gebruiksdoel": "kantoorfunctie"}
    )
    assert of(offices) == {"a": 250, "b": 0, "c": 0, "d": 0, "e": 0}


def test_a_use_that_is_not_said_makes_the_sum_unknown() -> None:
    homes = our_layers()["verblijfsobjecten"].assign(gebruiksdoel=[None, "kantoorfunctie"], oppervlakte_m2=[100, 250])
    keys: dict[str, Any] = {
        "layers": {"v": layer("v", homes)},
        "layer": "v",
        "where": {"gebruiksdoel": "kantoorfunctie"},
    }
    offices = of(values("column_sum", column="oppervlakte_m2", **keys))
    assert offices["a"] == 250
    assert np.isnan(offices["b"])
    assert offices["c"] == 0
    assert np.isnan(of(values("feature_count", **keys))["b"])


def test_grid_mean_weighs_cells_by_ground_and_keeps_unknown() -> None:
    grid = Grid(np.array([[1000.0, np.nan], [2000.0, 500.0]]), X - 50, Y + 200, 100)
    source = Source("g", "g", "file", "grid", "test", "CC0", "fictief")
    shapes = gpd.GeoDataFrame(
        geometry=[box(-50, -25, 50, 125), box(10, 110, 40, 190), box(60, 50, 140, 150), box(500, 0, 600, 9)], crs=RD
    )
    found = values("grid_mean", shapes, {"g": Layer("g", source, grid=grid)}, layer="g")
    # the first reaches below the grid: not wholly known; the third touches a cell without a value
    assert np.isnan(found[0])
    assert found[1] == 1000.0
    assert np.isnan(found[2])
    assert np.isnan(found[3])
    inside = gpd.GeoDataFrame(geometry=[box(0, 50, 100, 100)], crs=RD)
    assert values("grid_mean", inside, {"g": Layer("g", source, grid=grid)}, layer="g")[0] == pytest.approx(1250.0)


@pytest.mark.parametrize("name", [name for name, item in MEASURES.items() if item.geometry])
def test_an_absent_layer_is_unknown_never_zero(name: str) -> None:
    found = values(name, layers={"weg": layer("weg", None)}, layer="weg", column="x")
    assert found.isna().all()


@pytest.mark.parametrize("name", ["free_area_m2", "inscribed_circle_m"])
def test_an_absent_exclusion_is_unknown(name: str) -> None:
    assert values(name, layers={"weg": layer("weg", None)}, exclude=(Exclusion("weg"),)).isna().all()


USE = {"gebruiksdoel": "kantoorfunctie"}


@pytest.mark.parametrize(
    ("measure_name", "keys", "untouched"),
    [
        ("free_area_m2", {"exclude": (Exclusion("panden", 0.0, USE),)}, "c"),
        ("inscribed_circle_m", {"exclude": (Exclusion("panden", 0.0, USE),)}, "c"),
        ("covered_share", {"layer": "panden", "where": USE}, "c"),
        ("distance_m", {"layer": "panden", "where": USE, "reach_m": 20.0}, "d"),
        ("frontage_m", {"layer": "panden", "where": USE, "buffer_m": 5.0}, "d"),
    ],
)
def test_a_feature_that_may_be_meant_makes_unknown_what_it_could_change(
    measure_name: str, keys: dict[str, Any], untouched: str
) -> None:
    buildings = our_layers()["panden"].assign(gebruiksdoel=[None, "kantoorfunctie,winkelfunctie"])
    found = of(values(measure_name, layers={"panden": layer("panden", buildings)}, **keys))
    assert np.isnan(found["b"])  # the building on b does not say what it is used for
    assert not np.isnan(found[untouched])
    said = of(values(measure_name, **keys))
    assert found[untouched] == said[untouched]
    assert not np.isnan(said["b"])


def test_where_a_rule_may_apply_it_is_unknown_whether_it_does() -> None:
    zones = our_layers()["enkelbestemming"].assign(bestemming=["wonen", "wonen", None, "natuur"])
    rule = Measurement(
        naam="m_m2", measure="area_m2", waarom="t", only_in=Extent("enkelbestemming", {"bestemming": "wonen"})
    )
    world = World({"enkelbestemming": layer("enkelbestemming", zones)})
    applied = of(measure(PARCELS, (rule,), world)["m_m2_geldt"])
    assert applied == {"a": "ja", "b": "onbekend", "c": "nee", "d": "nee", "e": "nee"}


@given(st.integers(0, 10_000), st.floats(0, 40), st.floats(0, 40))
def test_a_wider_margin_never_frees_ground(seed: int, first: float, second: float) -> None:
    parcels = gpd.GeoDataFrame({"perceel_id": range(12)}, geometry=squares(12, 80, seed), crs=RD)
    layers = {"weg": layer("weg", gpd.GeoDataFrame(geometry=squares(9, 50, seed + 1), crs=RD))}
    narrow, wide = (
        values("free_area_m2", parcels, layers, exclude=(Exclusion("weg", margin),))
        for margin in sorted((first, second))
    )
    assert (wide <= narrow + 1e-6).all()


@given(st.integers(0, 10_000))
def test_order_and_place_change_nothing(seed: int) -> None:
    parcels = gpd.GeoDataFrame({"perceel_id": range(12)}, geometry=squares(12, 80, seed), crs=RD)
    zones = gpd.GeoDataFrame({"k": list("abcabcabc")}, geometry=squares(9, 150, seed + 1), crs=RD)
    keys: dict[str, Any] = {"layer": "z", "column": "k"}
    here = values("dominant_share", parcels, {"z": layer("z", zones)}, **keys)
    turned = values(
        "dominant_share", parcels.iloc[::-1].reset_index(drop=True), {"z": layer("z", zones.iloc[::-1])}, **keys
    )
    assert np.allclose(here, turned.iloc[::-1], equal_nan=True)
    moved = [frame.set_geometry(frame.translate(1000, 2000)) for frame in (parcels, zones)]
    there = values("dominant_share", moved[0], {"z": layer("z", moved[1])}, **keys)
    assert np.allclose(here, there, equal_nan=True, atol=1e-6)


def test_missing_and_empty_parcels_are_unknown() -> None:
    odd = gpd.GeoDataFrame({"perceel_id": ["x", "y"]}, geometry=[None, shapely.Polygon()], crs=RD)
    for name in ("covered_share", "distance_m"):
        assert values(name, odd, layer="panden").isna().all()
    assert values("inscribed_circle_m", odd).isna().all()


def test_what_lies_beyond_a_largest_distance_does_not_meet_it() -> None:
    near = Limit(naam="weg_m", measure="distance_m", layer="wegen", max=100.0, waarom="t")
    layers = {"wegen": layer("wegen", our_layers()["wegen"], "lijn")}
    measured = measure(PARCELS, (near,), World(layers))
    assert dict(zip(PARCELS["perceel_id"], verdict(measured["weg_m"], near), strict=True)) == {
        "a": "ja", "b": "ja", "c": "ja", "d": "nee", "e": "ja"
    }  # fmt: skip


def one_parcel(shape: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"perceel_id": ["x"]}, geometry=[shape], crs=RD)


def sayings(column: str, values: list[Any], shapes: list[shapely.Geometry]) -> Layer:
    return layer("l", gpd.GeoDataFrame({column: values, "meedoen": ["ja", None, None]}, geometry=shapes, crs=RD))


def test_ground_that_may_be_taken_and_may_be_kept_is_unknown() -> None:
    doubt = gpd.GeoDataFrame({"soort": [None]}, geometry=[box(0, 0, 100, 50)], crs=RD)
    layers = {"neemt": layer("neemt", doubt), "houdt": layer("houdt", doubt)}
    exclude = (Exclusion("neemt", 0.0, {"soort": "x"}), Exclusion("houdt", 0.0, {"soort": "y"}, keep=True))
    assert np.isnan(values("free_area_m2", one_parcel(box(0, 0, 100, 100)), layers, exclude=exclude)[0])
    apart = values("free_area_m2", one_parcel(box(200, 0, 300, 100)), layers, exclude=exclude)
    assert apart[0] == 10_000


def test_a_median_or_class_in_doubt_is_unknown_even_where_both_ends_agree() -> None:
    parcel, where = one_parcel(box(0, 0, 10, 10)), {"meedoen": "ja"}
    around = [box(20, 0, 30, 10), box(20, 20, 30, 30), box(20, 40, 30, 50)]
    heights = {"l": sayings("hoogte", [10.0, 3.0, 30.0], around)}
    found = values("nearby_number", parcel, heights, layer="l", column="hoogte", reach_m=50.0, where=where)
    assert np.isnan(found[0])
    assert values("nearby_number", parcel, heights, layer="l", column="hoogte", reach_m=12.0, where=where)[0] == 10.0
    on_it = [box(0, 0, 10, 10), box(0, 0, 10, 6), box(0, 0, 10, 3)]
    limits = {"l": sayings("hoogte", [10.0, 5.0, 4.0], on_it)}
    assert np.isnan(values("governing_value", parcel, limits, layer="l", column="hoogte", where=where)[0])


@pytest.mark.parametrize(("name", "keys"), [("feature_count", {}), ("column_sum", {"column": "k"}), ("area_m2", {})])
def test_a_parcel_without_geometry_is_unknown_and_not_zero(name: str, keys: dict[str, str]) -> None:
    frame = gpd.GeoDataFrame({"k": [5.0]}, geometry=[box(1, 1, 2, 2)], crs=RD)
    parcels = gpd.GeoDataFrame(geometry=[None, shapely.Polygon(), box(0, 0, 3, 3), box(9, 9, 10, 10)], crs=RD)
    rule = Measurement(naam="m", measure=name, waarom="test", layer="l", **keys)  # type: ignore[arg-type]
    found = MEASURES[name].function(parcels, rule, World({"l": layer("l", frame)})).tolist()
    expected = {"feature_count": [1.0, 0.0], "column_sum": [5.0, 0.0], "area_m2": [9.0, 1.0]}
    assert found == pytest.approx([np.nan, np.nan, *expected[name]], nan_ok=True)
