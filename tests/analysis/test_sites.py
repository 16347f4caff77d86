"""Locations of adjacent parcels, on a street whose figures are known by hand."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.judging.sites import find_sites, join_labels, joined_parcels
from locatiescan.analysis.measuring.measures import measure
from locatiescan.analysis.measuring.world import World
from locatiescan.config.rules import all_rules
from locatiescan.crs import RD
from locatiescan.model import Exclusion, Joining, Limit, Measurement, Preference, Rules
from small_world import X, Y, box, layer

JOINING = Joining(waarom="test", tussenruimte_m=1.0, min_grens_m=3.0, max_m2=20_000.0, max_percelen=4)
FREE = Limit(naam="vrij_m2", measure="free_area_m2", exclude=(Exclusion("panden"),), min=1500.0, waarom="test")
ZONING = Limit(
    naam="bestemming", measure="dominant_class", layer="zones", column="bestemming", not_in=("bos",), waarom="test"
)
RULES = Rules(
    "t",
    "u",
    (FREE, ZONING),
    (
        Preference(
            naam="ruimte_m2",
            measure="column_number",
            column="vrij_m2",
            waarom="t",
            gewicht=1.0,
            curve={0.0: 0.0, 10_000.0: 1.0},
        ),
    ),
    (Measurement(naam="oppervlakte_m2", measure="area_m2", waarom="test"),),
    locaties=JOINING,
)
# a, b and c are 1000 m² each in a row, b and c half a metre apart; d lies across a ditch of 3 m; e is wood;
# f touches c in a corner only; g is large enough by itself and borders a
SHAPES = {
    "a": box(0, 0, 20, 50),
    "b": box(20, 0, 40, 50),
    "c": box(40.5, 0, 60.5, 50),
    "d": box(63.5, 0, 83.5, 49),
    "e": box(0, 50, 40, 75),
    "f": box(60.5, 50, 63.5, 100),
    "g": box(-50, 0, 0, 50),
}
BUILT = box(20, 0, 25, 50)


def parcels(names: str = "abcdefg", **columns: list[object]) -> gpd.GeoDataFrame:
    shapes = [SHAPES[name] for name in names]
    return gpd.GeoDataFrame({"perceel_id": list(names), **columns}, geometry=shapes, crs=RD)


def world() -> World:
    zones = gpd.GeoDataFrame({"bestemming": ["groen", "bos"]}, geometry=[box(-60, 0, 100, 50), box(0, 50, 55, 100)])
    green = gpd.GeoDataFrame({"bestemming": ["groen"]}, geometry=[box(60.5, 50, 100, 100)])
    frames = {"zones": pd.concat([zones, green], ignore_index=True), "panden": gpd.GeoDataFrame(geometry=[BUILT])}
    return World({name: layer(name, frame.set_crs(RD)) for name, frame in frames.items()})


def sites_of(
    table: gpd.GeoDataFrame, rules: Rules = RULES, layers: World | None = None
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    layers = layers or world()
    return find_sites(measure(table, all_rules(rules), layers), rules, layers)


def test_neighbours_that_are_too_small_become_one_location_judged_on_its_joined_free_shape() -> None:
    everything, sites = sites_of(parcels())
    assert sites["percelen"].tolist() == ["a, b, c", "g"]
    joined = sites.iloc[0]
    # 3000 m² and the half metre between b and c, less the building on b
    assert joined["oppervlakte_m2"] == pytest.approx(3025)
    assert joined["tussengrond_m2"] == pytest.approx(25)
    assert joined["vrij_m2"] == pytest.approx(3025 - 250)
    assert joined.geometry.geom_type == "Polygon"
    assert joined["aantal_percelen"] == 3
    # all three are 1000 m²: the first by id gives the name
    assert joined["locatie_id"] == "L-a"
    home = everything.set_index("perceel_id")
    assert home.loc[["a", "b", "c"], "locatie_id"].tolist() == ["L-a"] * 3
    assert home.loc[["a", "b", "c"], "rang"].tolist() == [1] * 3
    assert home.loc["a", "afgewezen_door"] == "vrij_m2"  # alone it is too small, and the table says so
    assert home.loc[["d", "e", "f"], "locatie_id"].isna().all()
    assert len(everything) == 7


def test_large_parcels_stay_apart_unless_the_rules_join_them_too() -> None:
    rules = replace(RULES, locaties=replace(JOINING, ook_grote=True))
    _, sites = sites_of(parcels(), rules)
    assert sites["percelen"].tolist() == ["a, b, c, g"]
    assert sites["locatie_id"].tolist() == ["L-g"]  # the largest names the location


def test_who_is_too_large_is_no_neighbour_for_the_small() -> None:
    area = Limit(naam="oppervlakte_m2", measure="area_m2", min=1500.0, max=2400.0, waarom="test")
    rules = replace(RULES, limits=(area, ZONING), metingen=(FREE,))
    _, sites = sites_of(parcels("abg"), rules)  # g is 2500 m² and borders a
    assert sites["percelen"].tolist() == ["a, b"]


def test_without_joining_every_parcel_is_a_location() -> None:
    _, sites = sites_of(parcels(), replace(RULES, locaties=None))
    assert sites["percelen"].tolist() == ["g"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"max_percelen": 2}, [0, 0, -1]),
        ({"max_m2": 2500.0}, [0, 0, -1]),
        ({"tussenruimte_m": 0.1}, [0, 0, -1]),
        ({"min_grens_m": 51.0}, [-1, -1, -1]),
        ({}, [0, 0, 0]),
    ],
)
def test_each_bound_of_joining_holds(change: dict[str, float], expected: list[int]) -> None:
    joining = replace(JOINING, **change)  # type: ignore[arg-type]
    assert join_labels(parcels("abc"), np.zeros(3, dtype=int), joining).tolist() == expected


def test_who_is_smaller_than_the_rules_say_is_not_joined() -> None:
    _, sites = sites_of(parcels("abc"), replace(RULES, locaties=replace(JOINING, min_perceel_m2=1001.0)))
    assert not len(sites)
    _, sites = sites_of(parcels("abc"), replace(RULES, locaties=replace(JOINING, min_perceel_m2=1000.0)))
    assert sites["percelen"].tolist() == ["a, b, c"]


def test_a_corner_is_no_shared_border() -> None:
    touching = gpd.GeoDataFrame({"perceel_id": ["a", "b"]}, geometry=[box(0, 0, 30, 30), box(30, 30, 60, 60)], crs=RD)
    for gap in (0.0, 1.0, 2.5):
        assert join_labels(touching, np.zeros(2, dtype=int), replace(JOINING, tussenruimte_m=gap)).tolist() == [-1, -1]


def test_different_known_owners_are_not_joined_not_even_through_an_unknown_one() -> None:
    joining = replace(JOINING, eigenaar="eigenaar")
    owned = parcels("abc", eigenaar=["gemeente", "Jansen", "Jansen"])
    assert join_labels(owned, np.zeros(3, dtype=int), joining).tolist() == [-1, 1, 1]
    chain = parcels("abc", eigenaar=["gemeente", None, "Jansen"])
    label = join_labels(chain, np.zeros(3, dtype=int), joining)
    assert label[0] == label[1]
    assert label[2] == -1


def test_what_is_unknown_does_not_join_what_is_known() -> None:
    assert join_labels(parcels("abc"), np.array([0, 1, 1]), JOINING).tolist() == [-1, 1, 1]


def test_an_absent_layer_joins_nothing_and_lifts_nothing() -> None:
    blind = World({**world().layers, "panden": layer("panden", None)})
    everything, sites = sites_of(parcels(), RULES, blind)
    assert (sites["aantal_percelen"] == 1).all()
    assert not (everything["oordeel"] == "ja").any()


def test_a_column_on_which_parcels_differ_is_unknown() -> None:
    table = parcels("abc", sectie=["K", "K", "K"], nummer=[1, 2, 3])
    _, sites = sites_of(table)
    assert sites.loc[0, "sectie"] == "K"
    assert pd.isna(sites.loc[0, "nummer"])


def test_what_is_joined_is_ground_only() -> None:
    # GEOS leaves a loose line where the closed gaps and the parcels share a border
    rings = [
        [(216.732, 887.563), (224.718453428, 885.7997325715), (251.31568016368, 1068.15804071625), (242.198, 1070.622)],
        [
            (213.7237043226, 1019.3609036373),
            (234.81766286213, 1017.5694147443),
            (238.50783141833, 1044.0957072806),
            (217.76028813928, 1045.3846348591),
        ],
        [
            (220.46912040957, 1045.2163504231),
            (238.50783141833, 1044.0957072806),
            (242.198, 1070.622),
            (224.46047572608, 1071.30569703),
        ],
    ]
    shapes = [shapely.Polygon([(144_000 + x, 505_000 + y) for x, y in ring]) for ring in rings]
    table = gpd.GeoDataFrame({"perceel_id": list("abc")}, geometry=shapes, crs=RD)
    joined = joined_parcels(table, np.zeros(3, dtype=int), JOINING)
    assert set(joined.geom_type) <= {"Polygon", "MultiPolygon"}
    assert joined.area[0] - joined["tussengrond_m2"][0] == pytest.approx(table.area.sum(), abs=0.01)


@given(st.permutations("abcdefg"))
def test_ids_and_locations_survive_another_order(order: list[str]) -> None:
    _, first = sites_of(parcels())
    _, second = sites_of(parcels("".join(order)))
    columns = ["locatie_id", "percelen", "rang", "vrij_m2"]
    pd.testing.assert_frame_equal(first[columns], second[columns])


@given(st.integers(0, 10_000))
def test_every_parcel_is_in_one_location_at_most_and_no_ground_is_lost(seed: int) -> None:
    cells = np.random.default_rng(seed).uniform(20, 60, (4, 5))
    west = np.cumsum(cells, axis=1) - cells
    shapes = shapely.box(
        X + west, Y + 60.0 * np.arange(4)[:, None], X + west + cells, Y + 60.0 * np.arange(1, 5)[:, None]
    )
    table = gpd.GeoDataFrame({"perceel_id": [f"p{i:02}" for i in range(20)]}, geometry=shapes.ravel(), crs=RD)
    zones = gpd.GeoDataFrame({"bestemming": ["groen"]}, geometry=[box(-500, -500, 900, 900)], crs=RD)
    layers = World({"zones": layer("zones", zones), "panden": layer("panden", gpd.GeoDataFrame(geometry=[], crs=RD))})
    rules = replace(RULES, limits=(replace(FREE, min=2500.0), ZONING))
    everything, sites = sites_of(table, rules, layers)
    ids = [name for names in sites["percelen"] for name in names.split(", ")]
    assert len(ids) == len(set(ids))
    assert everything["rang"].notna().sum() == len(ids)
    together = shapely.area(table.geometry[table["perceel_id"].isin(ids)]).sum()
    assert sites.area.sum() - sites["tussengrond_m2"].sum() == pytest.approx(together, rel=1e-9)
    assert (sites["aantal_percelen"] <= JOINING.max_percelen).all()
    assert (sites["oppervlakte_m2"] <= JOINING.max_m2 + sites["tussengrond_m2"] + 2500).all()
