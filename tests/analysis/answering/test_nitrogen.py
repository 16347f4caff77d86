"""The nitrogen sieve against the table it was made of, and what is known of the hexagons."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.answering.nitrogen import MOST_HOMES, max_homes, mol_per_home, nearest_hexagons, nitrogen
from locatiescan.config.nitrogen import load_nitrogen
from locatiescan.config.packaged import packaged_file
from locatiescan.crs import RD
from locatiescan.model import Grid
from small_world import X, Y, box

SCREENING = load_nitrogen(packaged_file("rules/stikstof.yaml"))
THRESHOLD, SCENARIO = 0.005, 1.0
distances = st.floats(0, 30_000)
homes = st.integers(0, 1000)

# EIB 2025, table A.1: mol/ha/yr by distance in metres and number of homes, as published, in two decimals
NUMBERS = (1, 5, 10, 20, 50, 100, 200, 400, 600, 800)
EIB = {
    50: (0.58, 2.92, 5.83, 11.66, 29.16, 58.31, 116.62, 233.24, 349.86, 466.48),
    100: (0.23, 1.13, 2.25, 4.5, 11.26, 22.51, 45.02, 90.04, 135.06, 180.08),
    250: (0.05, 0.24, 0.48, 0.95, 2.38, 4.76, 9.53, 19.06, 28.58, 38.11),
    500: (0.01, 0.06, 0.11, 0.23, 0.57, 1.14, 2.27, 4.54, 6.81, 9.08),
    1000: (0, 0.02, 0.04, 0.08, 0.19, 0.38, 0.77, 1.53, 2.3, 3.06),
    2500: (0, 0, 0.01, 0.01, 0.04, 0.07, 0.14, 0.29, 0.43, 0.57),
    5000: (0, 0, 0, 0, 0.01, 0.02, 0.05, 0.1, 0.14, 0.19),
    10_000: (0, 0, 0, 0, 0, 0.01, 0.02, 0.03, 0.05, 0.06),
    25_000: (0, 0, 0, 0, 0, 0, 0, 0.01, 0.01, 0.01),
}  # fmt: skip


def mol(distance: float, number: int = 1) -> float:
    return number * float(mol_per_home(np.array([distance]), SCREENING)[0])


def most(distance: float, threshold: float = THRESHOLD) -> float:
    return float(max_homes(np.array([distance]), threshold, SCREENING)[0])


def sieved(distance: float | None, number: int | None) -> pd.Series:
    facts = pd.DataFrame(
        {"hexagon_afstand_m": [distance], "woningen": pd.array([number], dtype="Int64")}, index=["L-1"]
    ).astype({"hexagon_afstand_m": "float64"})
    return nitrogen(facts, None, SCREENING).loc["L-1"]


@pytest.mark.parametrize("distance", EIB)
def test_the_table_is_given_back(distance: int) -> None:
    """Every cell to its rounding; at 25 km itself AERIUS stops, so just before it."""
    ours = [mol(min(distance, 24_999.999), number) for number in NUMBERS]
    assert ours == pytest.approx(EIB[distance], abs=0.005 + 1e-6)


def test_between_the_points_it_is_straight_on_logarithmic_scales() -> None:
    assert mol(np.sqrt(1000 * 2500)) == pytest.approx(np.sqrt(0.003825 * 0.0007125))
    assert mol(7500) == pytest.approx(np.exp(np.interp(np.log(7.5), np.log([5, 10]), np.log([2.375e-4, 7.5e-5]))))


@pytest.mark.parametrize(
    ("distance", "most_homes"),
    [(500, 0), (1000, 1), (2500, 7), (5000, 21), (7500, 41), (10_000, 66), (15_000, 147), (20_000, 258)],
)
def test_most_homes_below_the_threshold(distance: int, most_homes: int) -> None:
    assert most(distance) == most_homes
    assert mol(distance, most_homes) < THRESHOLD <= mol(distance, most_homes + 1)


@pytest.mark.parametrize(("distance", "most_homes"), [(500, 88), (1000, 261), (2500, 1403), (5000, 4210)])
def test_most_homes_below_the_scenario(distance: int, most_homes: int) -> None:
    """1404 and 4211 homes would be 1,0003 and 1,0001 mol: not below it."""
    assert most(distance, SCENARIO) == most_homes
    assert mol(distance, most_homes) < SCENARIO <= mol(distance, most_homes + 1)


@pytest.mark.parametrize(("number", "km"), [(20, 4.9), (48, 8.2), (96, 12.1), (200, 17.5)])
def test_distance_that_a_number_of_homes_needs(number: int, km: float) -> None:
    metres = np.arange(50.0, 25_000.0, 10.0)
    below = number * mol_per_home(metres, SCREENING) < THRESHOLD
    assert metres[below].min() / 1000 == pytest.approx(km, abs=0.051)
    assert below[metres >= metres[below].min()].all()


def test_stricter_than_the_ministrys_rule_of_thumb() -> None:
    """BZK (2020): 50 homes at 7 km are 0,00. The EIB's table gives 0,007 there; the stricter counts."""
    found = sieved(7000, 50)
    assert found["stikstof_mol_ha_jr"] == pytest.approx(0.007, abs=0.0005)
    assert found["stikstof_oordeel"] == "oranje"
    assert found["stikstof_max_woningen"] < 50


def test_strictly_below_the_threshold() -> None:
    """At the last point 400 homes are exactly 0,005: one too many, however floats fall."""
    table = SCREENING.mol_per_woning
    even = replace(SCREENING, mol_per_woning=replace(table, per_afstand_m={50: 0.5, 10_000: 0.0000125, 25_000: 1e-5}))
    at = np.array([10_000.0])
    assert max_homes(at, THRESHOLD, even).tolist() == [399]
    facts = pd.DataFrame({"hexagon_afstand_m": at.repeat(4), "woningen": [199, 200, 4000, 4001]})
    assert nitrogen(facts, None, even)["stikstof_oordeel"].tolist() == ["groen", "oranje", "oranje", "rood"]


@given(distances, distances, homes, homes)
def test_farther_is_never_more_and_more_homes_never_less(a: float, b: float, n: int, m: int) -> None:
    (near, far), (few, many) = sorted((a, b)), sorted((n, m))
    assert mol(far, few) <= mol(near, few) * (1 + 1e-12)
    assert mol(near, few) <= mol(near, many)
    order = ["groen", "oranje", "rood"]
    said = [order.index(sieved(*case)["stikstof_oordeel"]) for case in ((far, few), (near, few), (near, many))]
    assert said == sorted(said)
    if near >= 50:
        assert most(near) <= most(far)


@given(st.floats(50, 24_999), st.sampled_from([THRESHOLD, SCENARIO]))
def test_the_most_homes_fit_and_one_more_does_not(distance: float, threshold: float) -> None:
    number = int(most(distance, threshold))
    assert mol(distance, number) < threshold + 1e-12
    assert mol(distance, number + 1) >= threshold - 1e-12


def test_green_stays_below_the_threshold_whatever_was_rounded_away() -> None:
    """Two decimals leave room: a home may be more than the table's column of 800 says, never twice as much."""
    room = []
    for distance, row in EIB.items():
        highest = min((cell + 0.005) / number for cell, number in zip(row, NUMBERS, strict=True))
        room.append(highest / mol(min(distance, 24_999.999)))
    assert max(room) == pytest.approx(1.5, abs=1e-3)
    assert room[-2] == pytest.approx(1.08, abs=0.01)
    assert max(room) * SCREENING.groen_onder_maal.waarde < 1


def test_nearer_than_the_table_is_at_least_its_first_value() -> None:
    found = sieved(10, 1)
    assert found["stikstof_mol_ha_jr"] == pytest.approx(0.5831)
    assert found["stikstof_oordeel"] == "rood"
    assert found["stikstof_scenario_oordeel"] == "oranje", "0.58 of 1.0 at 50 m; who knows at 10 m"
    assert found["stikstof_toelichting"].startswith("dichter bij dan 50 m: de depositie is ten minste dit")
    assert found["stikstof_max_woningen"] == 0
    assert pd.isna(found["stikstof_scenario_max_woningen"])
    factor = replace(SCREENING, modulair_factor=replace(SCREENING.modulair_factor, waarde=0.001, gunstig=0.001))
    facts = pd.DataFrame({"hexagon_afstand_m": [49.0, 50.0], "woningen": [1, 1]})
    assert nitrogen(facts, None, factor)["stikstof_oordeel"].tolist() == ["oranje", "groen"]


def test_beyond_25_km_nothing_is_reckoned() -> None:
    found = sieved(25_000, 900)
    assert found["stikstof_mol_ha_jr"] == 0
    assert found["stikstof_oordeel"] == found["stikstof_scenario_oordeel"] == "groen"
    assert found["stikstof_max_woningen"] == MOST_HOMES
    assert "ten minste 25 km" in found["stikstof_toelichting"]
    assert sieved(24_999, 900)["stikstof_oordeel"] == "oranje"


def test_what_is_not_known_stays_unknown() -> None:
    for distance, number, why in ((None, 48, "afstand"), (9000, None, "aantal woningen"), (None, None, "afstand")):
        found = sieved(distance, number)
        assert found["stikstof_oordeel"] == found["stikstof_scenario_oordeel"] == "onbekend"
        assert pd.isna(found["stikstof_mol_ha_jr"])
        assert found["stikstof_toelichting"].startswith(why)
        assert pd.isna(found["stikstof_max_woningen"]) == (distance is None), "how many fit asks for no number"
    nothing = nitrogen(pd.DataFrame(index=["L-1"]), None, SCREENING)
    assert nothing["stikstof_oordeel"].tolist() == ["onbekend"]


def test_the_columns_of_an_empty_table_are_those_of_a_full_one() -> None:
    full = nitrogen(pd.DataFrame({"hexagon_afstand_m": [9000.0], "woningen": [1]}), None, SCREENING)
    empty = nitrogen(pd.DataFrame({"hexagon_afstand_m": [], "woningen": []}), None, SCREENING)
    assert [*empty] == [*full]
    assert full["stikstof_max_woningen"].dtype == "Int64"


def hexagon(x: float, kdw: float, relevant: object = True, near: object = True) -> dict[str, object]:
    return {"relevant": relevant, "naderend_overbelast": near, "kdw_mol_ha_jr": kdw, "geometry": box(x, 0, x + 10, 10)}


def hexagons(*rows: dict[str, object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(list(rows), geometry="geometry", crs=RD)


def sites(*shapes: shapely.Geometry | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(index=[f"L-{i}" for i in range(len(shapes))], geometry=list(shapes), crs=RD)


# two cells of a kilometre, the border between them 500 m east of the corner of the world
GRID = Grid(np.array([[1200.0, 1600.0]]), west=X - 500, north=Y + 500, cell_m=1000)


def test_the_nearest_hexagon_that_counts() -> None:
    layer = hexagons(
        hexagon(100, 786, relevant=False), hexagon(150, 714, near=False), hexagon(200, 1071), hexagon(900, 2000)
    )
    found = nearest_hexagons(sites(box(0, 0, 10, 10), box(700, 0, 710, 10)), layer, GRID)
    assert found["kdw_mol_ha_jr"].tolist() == [1071, 2000]
    assert found["kdw_overschrijding_mol_ha_jr"].tolist() == [1200 - 1071, 1600 - 2000], "negative is room"


def test_of_equals_the_most_sensitive() -> None:
    layer = hexagons(hexagon(30, 2000), hexagon(50, np.nan), hexagon(0, 1429), hexagon(10, 929), hexagon(20, 1071))
    assert nearest_hexagons(sites(box(0, 0, 100, 10)), layer, None)["kdw_mol_ha_jr"].tolist() == [929]


def test_a_hexagon_without_flags_may_be_the_nearest() -> None:
    layer = hexagons(hexagon(100, 929, near=None), hexagon(200, 1071), hexagon(150, 500, relevant=False, near=None))
    near, far = (box(x, 0, x + 10, 10) for x in (0, 250))
    found = nearest_hexagons(sites(near, far), layer, GRID)
    assert np.isnan(found["kdw_mol_ha_jr"].iloc[0])
    assert found["kdw_mol_ha_jr"].iloc[1] == 1071


def test_nothing_is_known_without_layer_column_shape_or_grid() -> None:
    here, layer = sites(box(0, 0, 10, 10)), hexagons(hexagon(100, 929))
    for absent in (None, layer.drop(columns="kdw_mol_ha_jr"), layer.drop(columns="relevant"), layer.iloc[:0]):
        assert nearest_hexagons(here, absent, GRID).isna().all(axis=None)
    found = nearest_hexagons(sites(None, shapely.Polygon(), box(0, 0, 1, 1)), layer, None)
    assert found["kdw_mol_ha_jr"].isna().tolist() == [True, True, False]
    assert found["kdw_overschrijding_mol_ha_jr"].isna().all()
    outside = Grid(GRID.values, west=X + 200_000, north=Y, cell_m=1000)
    assert nearest_hexagons(here, layer, outside)["kdw_overschrijding_mol_ha_jr"].isna().all()
    assert len(nearest_hexagons(here.iloc[:0], layer, GRID)) == 0


def test_habitats_that_bear_as_much() -> None:
    facts = pd.DataFrame({"hexagon_afstand_m": 300.0}, index=["a", "b", "c", "d"])
    critical = [786, 929, 1234, np.nan]
    nearest = pd.DataFrame({"kdw_mol_ha_jr": critical, "kdw_overschrijding_mol_ha_jr": 5.0}, facts.index)
    found = nitrogen(facts, nearest, SCREENING)
    assert found["kdw_habitats"].tolist() == ["een van H2130C, H6410", "H2130B", "", None]
    assert found["kdw_overschrijding_mol_ha_jr"].tolist() == [5.0] * 4


def test_of_a_hexagon_that_may_not_be_the_nearest_nothing_is_told() -> None:
    """None is read beyond the reach: where none lies within it, the nearest of what was read is any hexagon."""
    facts = pd.DataFrame({"hexagon_afstand_m": [24_999.0, 25_000.0, np.nan]})
    nearest = pd.DataFrame({"kdw_mol_ha_jr": 929.0, "kdw_overschrijding_mol_ha_jr": 5.0}, facts.index)
    found = nitrogen(facts, nearest, SCREENING)
    assert found["kdw_mol_ha_jr"].isna().tolist() == [False, True, True]
    assert found["kdw_overschrijding_mol_ha_jr"].isna().tolist() == [False, True, True]
    assert found["kdw_habitats"].tolist() == ["H2130B", None, None]
