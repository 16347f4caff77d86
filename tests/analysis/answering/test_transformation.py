from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from locatiescan.analysis.answering.transformation import COLUMNS, transformation
from locatiescan.analysis.measuring.buildings import floors
from locatiescan.crs import RD
from locatiescan.policy.dwellings import Conversion, Triple
from small_world import box

OFFICE, SHOP, HOME = "kantoorfunctie", "winkelfunctie", "woonfunctie"
RULES = Conversion(
    gebruiksdoelen=(OFFICE, "industriefunctie"),
    panden_status=("Pand in gebruik", "Pand buiten gebruik"),
    min_m2=500.0,
    min_deel=0.6,
    go_per_woning_m2=Triple(laag=50.0, midden=40.0, hoog=30.0),
    nuttig_deel=Triple(laag=0.5, midden=0.7, hoog=0.9),
)
Unit = tuple[int, str | None, float | None]
"""Building, function and square metres."""


def pand(number: int) -> str:
    return f"03611000000{number:05d}"


def vbo(number: int) -> str:
    return f"03610100000{number:05d}"


def buildings(count: int, **columns: Any) -> gpd.GeoDataFrame:
    """Buildings of 20 x 20 m, 30 m apart."""
    data = {"pand_id": [pand(k) for k in range(count)], "status": "Pand in gebruik", "bouwjaar": 1970} | columns
    return gpd.GeoDataFrame(data, geometry=[box(30 * k, 0, 30 * k + 20, 20) for k in range(count)], crs=RD)


def units(*given: Unit, named: bool = True, **columns: Any) -> gpd.GeoDataFrame:
    """One verblijfsobject each, in the middle of its building."""
    data: dict[str, Any] = {
        "vbo_id": [vbo(k) for k in range(len(given))],
        "gebruiksdoel": pd.Series([doel for _, doel, _ in given], dtype=object),
        "oppervlakte_m2": pd.Series([m2 for _, _, m2 in given], dtype="float64"),
        "status": "Verblijfsobject in gebruik",
    }
    if named:
        data["pand_id"] = [pand(place) for place, _, _ in given]
    points = [shapely.centroid(box(30 * place, 0, 30 * place + 20, 20)) for place, _, _ in given]
    return gpd.GeoDataFrame(data | columns, geometry=points, crs=RD)


def listed(*rows: tuple[str | None, str | None, float | None, str | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["pand_id", "vbo_id", "leeg_m2", "leeg_sinds"], dtype=object)
    return table.astype({"leeg_m2": "float64"})


def run(
    given: gpd.GeoDataFrame, vacancy: pd.DataFrame | None = None, count: int = 3, **columns: Any
) -> tuple[pd.DataFrame, list[str]]:
    table, notes = transformation(buildings(count, **columns), given, RULES, vacancy)
    return table.set_index("pand_id"), notes


def test_an_office_by_hand() -> None:
    table, notes = transformation(buildings(1), units((0, OFFICE, 1000), (0, HOME, 250)), RULES, None)
    assert tuple(table) == COLUMNS
    assert table.index.equals(pd.RangeIndex(1))
    row = table.iloc[0]
    assert (row["locatie_id"], row["pand_id"], row["soort"]) == (f"T-{pand(0)}", pand(0), "transformatie")
    assert (row["functie"], row["functie_m2"], row["totaal_m2"], row["omzetbaar"]) == (OFFICE, 1000, 1250, "ja")
    assert (row["bestaand_bouwwerk"], row["nieuw_volume"], row["leegstand"]) == ("ja", "nee", "onbekend")
    # 1000 x 0.5 / 50; 1000 x 0.7 / 40 = 17.5; 1000 x 0.9 / 30
    assert (row["woningen_laag"], row["woningen"], row["woningen_hoog"]) == (10, 17, 30)
    assert np.isnan(row["bvo_m2"])
    assert table.geometry.iloc[0].equals(box(0, 0, 20, 20))
    assert notes == []


def test_too_small_or_too_little_of_it_is_no_candidate() -> None:
    found, _ = run(units((0, OFFICE, 499), (1, OFFICE, 599), (1, HOME, 401), (2, OFFICE, 600), (2, HOME, 400)))
    assert found.index.tolist() == [pand(2)]


def test_without_a_list_nothing_is_known_of_vacancy() -> None:
    table, _ = run(units((0, OFFICE, 900), (1, OFFICE, 900)))
    assert set(table["leegstand"]) == {"onbekend"}
    assert table["leeg_m2"].isna().all()


def test_empty_comes_first_then_unknown_then_in_use() -> None:
    status = ["Verblijfsobject in gebruik", "Verblijfsobject in gebruik", "Verblijfsobject buiten gebruik"]
    given = units((0, OFFICE, 2000), (1, OFFICE, 700), (2, OFFICE, 900), status=status)
    table, notes = run(given, listed((pand(1), None, None, "2024-05-01")))
    assert table["leegstand"].to_dict() == {pand(1): "ja", pand(2): "onbekend", pand(0): "nee"}
    assert table.index.tolist() == [pand(1), pand(2), pand(0)]
    assert table["leeg_sinds"].tolist() == ["2024-05-01", None, None]
    assert notes == [f"{pand(2)}: volgens de BAG (deels) buiten gebruik; of het leegstaat is niet bekend."]


def test_a_disused_building_is_not_proven_empty() -> None:
    status = ["Pand in gebruik", "Pand buiten gebruik", "Pand buiten gebruik"]
    given = units((0, OFFICE, 900), (1, OFFICE, 900), (2, OFFICE, 900))
    table, _ = run(given, listed((pand(2), None, None, None)), status=status)
    assert table["leegstand"].to_dict() == {pand(2): "ja", pand(1): "onbekend", pand(0): "nee"}


def test_homes_are_of_the_part_that_stands_empty() -> None:
    given = units((0, OFFICE, 2000), (0, OFFICE, 1000), (1, OFFICE, 3000), (2, OFFICE, 3000))
    vacancy = listed(
        (None, vbo(1), None, "2023-01-01"),  # its own 1000 m2
        (pand(1), vbo(2), 600, "2024-01-01"),  # as the list says
        (pand(2), None, 9000, None),  # gross, perhaps: no more than there is
    )
    table, notes = run(given, vacancy)
    assert table["leeg_m2"].to_dict() == {pand(0): 1000, pand(1): 600, pand(2): 9000}
    assert table["woningen"].to_dict() == {pand(0): 17, pand(1): 10, pand(2): 52}
    assert notes == []


def test_parts_add_up_and_the_last_date_holds() -> None:
    given = units((0, OFFICE, 300), (0, OFFICE, 400), (0, OFFICE, 500))
    vacancy = listed(
        (None, vbo(0), None, "2021-01-01"), (None, vbo(1), None, "2022-02-02"), (pand(0), vbo(1), None, None)
    )
    table, _ = run(given, vacancy)
    assert table.loc[pand(0), "leeg_m2"] == 700
    assert table.loc[pand(0), "leeg_sinds"] == "2022-02-02"


def test_what_of_the_list_is_no_candidate_comes_back_with_its_reason() -> None:
    given = units(
        (0, OFFICE, 300), (1, HOME, 900), (2, OFFICE, 900), (3, OFFICE, 500), (3, HOME, 500), (5, OFFICE, 900),
        (6, None, 900), (7, OFFICE, 900), (7, HOME, 80), (8, OFFICE, 900),
        status=["Verblijfsobject in gebruik"] * 9 + ["Verblijfsobject ingetrokken"],
    )  # fmt: skip
    status = np.where(np.arange(9) == 2, "Pand gesloopt", "Pand in gebruik")
    vacancy = listed(
        *((pand(k), None, None, None) for k in (0, 1, 2, 3, 4, 5, 6)),
        (pand(99), None, None, None),
        (None, vbo(9), None, None),
        (None, vbo(8), None, None),
        (pand(5), vbo(7), 500, None),
    )
    table, notes = run(given, vacancy, 9, status=status)
    assert table["leegstand"].to_dict() == {pand(5): "ja", pand(7): "ja"}
    assert table.loc[pand(7), "leeg_m2"] == 500
    told = {text.split(": ")[0]: text.split(": ")[1] for text in notes}
    assert {ids: reason.removeprefix("op de leegstandslijst, maar ") for ids, reason in told.items()} == {
        pand(0): "heeft minder dan 500 m2 om te zetten.",
        pand(1): "heeft geen functie die woningen kan worden.",
        pand(2): "heeft de status Pand gesloopt.",
        pand(3): "is voor minder dan 60 % om te zetten.",
        pand(4): "heeft geen bestaand verblijfsobject, dus geen bekende vloeroppervlakte.",
        pand(6): "heeft geen bekend gebruiksdoel.",
        pand(99): "staat niet in de laag panden.",
        vbo(9): "is volgens de BAG geen bestaand verblijfsobject in een pand.",
        vbo(8): f"niet om te zetten ({HOME}).",
        vbo(7): "ligt volgens de BAG in een ander pand dan de lijst zegt; de BAG is gevolgd.",
    }


def test_a_part_too_small_for_a_home_is_no_candidate() -> None:
    table, notes = run(units((0, OFFICE, 900)), listed((pand(0), None, 20, None)))
    assert table.empty
    assert notes == [f"{pand(0)}: op de leegstandslijst, maar heeft te weinig leeg voor een woning."]


def test_several_functions_count_only_if_each_is_convertible() -> None:
    mixed, with_homes = "industriefunctie, Kantoorfunctie", f"{OFFICE},{HOME}"
    table, _ = run(units((0, mixed, 900), (1, with_homes, 900), (2, OFFICE, 600), (2, with_homes, 300)))
    assert table["functie"].to_dict() == {pand(0): "gemengd", pand(2): OFFICE, pand(1): "gemengd"}
    assert table["omzetbaar"].to_dict() == {pand(0): "ja", pand(2): "ja", pand(1): "onbekend"}
    assert table["functie_m2"].to_dict() == {pand(0): 900, pand(2): 600, pand(1): 0}
    assert table["woningen_laag"].to_dict() == {pand(0): 9, pand(2): 6, pand(1): 0}
    assert table["woningen_hoog"].to_dict() == {pand(0): 27, pand(2): 27, pand(1): 27}
    assert table["woningen"].fillna(-1).to_dict() == {pand(0): 15, pand(2): 10, pand(1): -1}  # unknown is last


def test_a_shop_with_a_home_is_surely_not_convertible() -> None:
    table, _ = run(units((0, f"{SHOP},{HOME}", 900)))
    assert table.empty


@pytest.mark.parametrize("area", [None, 999_999, 0])
def test_an_unknown_floor_area_stays_unknown(area: float | None) -> None:
    table, _ = run(units((0, OFFICE, 600), (0, OFFICE, area), (1, OFFICE, area), (2, OFFICE, 600), (2, HOME, area)))
    assert table["totaal_m2"].isna().all()
    assert table["functie_m2"].fillna(-1).to_dict() == {pand(0): -1, pand(1): -1, pand(2): 600}
    assert table["omzetbaar"].to_dict() == {pand(0): "ja", pand(1): "onbekend", pand(2): "onbekend"}
    assert table["woningen_laag"].to_dict() == {pand(0): 6, pand(1): 0, pand(2): 6}
    assert table["woningen"].isna().all()
    assert table["woningen_hoog"].fillna(-1).to_dict() == {pand(0): -1, pand(1): -1, pand(2): 18}


def test_an_unknown_part_that_is_empty_gives_a_range() -> None:
    given = units((0, OFFICE, 800), (0, OFFICE, None))
    table, _ = run(given, listed((None, vbo(0), None, None), (None, vbo(1), None, None)))
    assert table.loc[pand(0), "leegstand"] == "ja"
    assert np.isnan(table.loc[pand(0), "leeg_m2"])
    assert table.loc[pand(0), "woningen_laag"] == 8
    assert pd.isna(table.loc[pand(0), "woningen_hoog"])
    # of one part everything is known, whatever the other is
    table, _ = run(given, listed((None, vbo(0), None, None)))
    assert table.loc[pand(0), ["woningen_laag", "woningen", "woningen_hoog"]].tolist() == [8, 14, 24]


@pytest.mark.parametrize("status", ["Verblijfsobject gevormd", "Niet gerealiseerd verblijfsobject"])
def test_what_was_only_permitted_is_no_floor(status: str) -> None:
    given = units((0, OFFICE, 900), (1, OFFICE, 900), (1, HOME, 5000), status=["In gebruik", "In gebruik", status])
    table, _ = run(given)
    assert table["totaal_m2"].to_dict() == {pand(0): 900, pand(1): 900}
    given["status"] = status
    assert run(given)[0].empty


@pytest.mark.parametrize(("year", "shown"), [(1005, None), (9999, None), (0, None), (None, None), (1923, 1923)])
def test_a_stand_in_is_no_year(year: int | None, shown: int | None) -> None:
    table, _ = run(units((0, OFFICE, 900)), bouwjaar=year)
    assert table["bouwjaar"].dtype == "Int64"
    assert [None if pd.isna(value) else value for value in table["bouwjaar"]] == [shown]


def test_a_building_without_status_stays_and_is_told() -> None:
    table, notes = run(units((0, OFFICE, 900)), status=None)
    assert table["status"].tolist() == [None]
    assert notes == [f"{pand(0)}: zonder status in de BAG; of het gebouw er staat is niet bekend."]


def test_only_buildings_of_the_municipality() -> None:
    given = units((0, OFFICE, 900), (1, OFFICE, 900))
    vacancy = listed((pand(1), None, None, None))
    table, notes = transformation(buildings(2), given, RULES, vacancy, box(-5, -5, 35, 25))
    assert table["pand_id"].tolist() == [pand(0)]
    assert notes == [f"{pand(1)}: op de leegstandslijst, maar ligt buiten de gemeente."]


def test_absent_layers_give_an_empty_table_of_the_same_form() -> None:
    given = units((0, OFFICE, 900))
    whole, _ = transformation(buildings(1), given, RULES, None)
    for layers in ((None, given), (buildings(1), None), (buildings(1).drop(columns="pand_id"), given)):
        table, notes = transformation(*layers, RULES, listed((pand(0), None, None, None)))
        assert isinstance(table, gpd.GeoDataFrame)
        assert table.empty
        assert table.crs == whole.crs
        assert (
            table.dtypes.drop("geometry").astype(str).to_dict() == whole.dtypes.drop("geometry").astype(str).to_dict()
        )
        assert len(notes) == 1


def test_a_layer_that_says_little_makes_nothing_convertible() -> None:
    bare = units((0, OFFICE, 900))[["geometry"]]
    table, notes = run(bare, listed((pand(0), None, None, None)))
    assert table.empty
    assert notes == [f"{pand(0)}: op de leegstandslijst, maar heeft geen bekend gebruiksdoel."]


def test_odd_buildings_are_passed_over_and_counted() -> None:
    given = buildings(5)
    given["pand_id"] = [pand(0), pand(0), None, pand(3), pand(4)]
    shapes = given.geometry.to_numpy().copy()
    shapes[3:] = [None, shapely.Polygon()]
    table, notes = transformation(given.set_geometry(shapes, crs=RD), units((0, OFFICE, 900)), RULES, None)
    assert table["pand_id"].tolist() == [pand(0)]
    assert [text.split(":")[0] for text in notes] == [f"{n} panden zijn overgeslagen" for n in (1, 2, 1)]


def test_of_one_building_given_twice_the_largest_counts() -> None:
    given = buildings(4)
    given["pand_id"] = [pand(0), pand(0), pand(0), pand(3)]
    shapes = given.geometry.to_numpy().copy()
    shapes[0], shapes[2] = None, box(60, 0, 80, 10)
    floor = units((1, OFFICE, 900), (2, OFFICE, 900), named=False)
    table, notes = transformation(given.set_geometry(shapes, crs=RD), floor, RULES, None)
    assert table["functie_m2"].tolist() == [900]
    assert table.geometry.iloc[0].equals(box(30, 0, 50, 20))
    assert notes == ["1 panden zijn overgeslagen: zonder vlak.", "1 panden zijn overgeslagen: dubbel."]


def test_the_building_of_a_unit() -> None:
    """Named; named by several, where its point lies; not named, or of no building here, by its point."""
    given = units(*((k, OFFICE, 100) for k in (0, 1, 2, 1, 0)))
    given["pand_id"] = [pand(2), f"{pand(0)},{pand(1)}", f"{pand(1)},{pand(0)}", None, pand(77)]
    found = floors(buildings(3), given)
    assert found["pand"].tolist() == [2, 1, 0, 1, 0]
    far = given.iloc[:2].set_geometry(shapely.points([[0.0, 0.0], [0.0, 0.0]]), crs=RD)
    assert floors(buildings(3), far.drop(columns="pand_id"))["pand"].tolist() == [-1, -1]
    assert floors(buildings(0), given)["pand"].tolist() == [-1] * 5


def test_a_unit_on_a_shared_border_counts_once() -> None:
    both = gpd.GeoDataFrame({"pand_id": ["b", "a"]}, geometry=[box(0, 0, 10, 10), box(10, 0, 20, 10)], crs=RD)
    middle = shapely.point_on_surface(shapely.intersection(*both.geometry))
    given = units((0, OFFICE, 900), named=False).set_geometry([middle], crs=RD)
    table, _ = transformation(both, given, RULES, None)
    assert table["pand_id"].tolist() == ["a"]
    assert table["functie_m2"].tolist() == [900]


MANY = 8
"""Buildings in one world: a run over many costs no more than over one."""
UNITS = st.lists(
    st.tuples(
        st.integers(0, MANY - 1),
        st.sampled_from([OFFICE, HOME, f"{OFFICE},{HOME}", f"industriefunctie,{OFFICE}", None]),
        st.one_of(st.none(), st.integers(1, 3000).map(float)),
    ),
    min_size=6,
    max_size=24,
)
ESTIMATES = ["woningen_laag", "woningen", "woningen_hoog"]


@settings(max_examples=20)
@given(UNITS)
def test_floor_area_by_function_is_all_that_is_inside(given_units: list[Unit]) -> None:
    table = floors(buildings(MANY), units(*given_units, named=False))
    by_function = table.groupby(["pand", "functie"])["m2"].sum()
    for place in range(MANY):
        inside = sum(m2 or 0 for at, _, m2 in given_units if at == place)
        assert by_function.get(place, pd.Series([0.0])).sum() == inside
    assert len(table) == len(given_units)


@settings(max_examples=8)
@given(UNITS, st.data())
def test_homes_never_rise_when_convertible_area_falls(given_units: list[Unit], data: st.DataObject) -> None:
    given_units = [*given_units, (0, OFFICE, 1500.0)]
    smaller = [
        (at, doel, m2 if m2 is None or doel != OFFICE else data.draw(st.floats(1, m2))) for at, doel, m2 in given_units
    ]
    before, after = (
        run(units(*some), count=MANY)[0].reindex([pand(k) for k in range(MANY)]) for some in (given_units, smaller)
    )
    for name in ESTIMATES:
        lost, known = after["locatie_id"].isna(), before[name].notna() & after[name].notna()
        assert (after[name][known] <= before[name][known]).all()
        assert not (before["locatie_id"].isna() & ~lost).any()


@settings(max_examples=8)
@given(UNITS, st.integers(1, 3000), st.integers(1, 3000))
def test_homes_never_rise_when_less_stands_empty(given_units: list[Unit], one: int, other: int) -> None:
    low, high = sorted((one, other))
    less, more = (run(units(*given_units), listed((pand(0), None, m2, None)), MANY)[0] for m2 in (low, high))
    for name in ESTIMATES:
        both = pd.concat([less[name], more[name]], axis=1, join="inner", keys=["minder", "meer"]).dropna()
        assert (both["minder"] <= both["meer"]).all()


@settings(max_examples=8)
@given(UNITS, st.sets(st.integers(0, MANY - 1)), st.lists(st.booleans(), min_size=MANY, max_size=MANY))
def test_only_what_is_listed_stands_empty(given_units: list[Unit], on_list: set[int], disused: list[bool]) -> None:
    status = ["Pand buiten gebruik" if flag else "Pand in gebruik" for flag in disused]
    without, _ = run(units(*given_units), count=MANY, status=status)
    assert set(without["leegstand"]) <= {"onbekend"}
    table, notes = run(
        units(*given_units), listed(*((pand(k), None, None, None) for k in on_list)), MANY, status=status
    )
    for place in range(MANY):
        state = table["leegstand"].get(pand(place))
        wanted = "ja" if place in on_list else "onbekend" if disused[place] else "nee"
        assert state in (None, wanted)
        if place in on_list:
            assert (state is None) == any(pand(place) in text for text in notes)


@settings(max_examples=8)
@given(UNITS)
def test_estimates_are_in_order(given_units: list[Unit]) -> None:
    table, _ = run(units(*given_units), count=MANY)
    for low, high in (ESTIMATES[:2], ESTIMATES[1:], ESTIMATES[::2]):
        known = table[low].notna() & table[high].notna()
        assert (table[low][known] <= table[high][known]).all()
    assert table.loc[table["omzetbaar"] != "ja", "woningen"].isna().all()


@settings(max_examples=8)
@given(UNITS, st.randoms(use_true_random=False))
def test_the_order_of_the_layers_does_not_matter(given_units: list[Unit], random) -> None:
    stock, floor = buildings(MANY), units(*given_units)
    table, _ = transformation(stock, floor, RULES, None)
    rows, places = random.sample(range(MANY), MANY), random.sample(range(len(floor)), len(floor))
    again, _ = transformation(stock.iloc[rows], floor.iloc[places].drop(columns="pand_id"), RULES, None)
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(table))


def test_cautious_figures_give_the_fewest_homes() -> None:
    tight = replace(RULES, nuttig_deel=Triple(laag=0.1, midden=0.7, hoog=0.9))
    table, _ = transformation(buildings(1), units((0, OFFICE, 1000)), tight, None)
    assert table.loc[0, ESTIMATES].tolist() == [2, 17, 30]
