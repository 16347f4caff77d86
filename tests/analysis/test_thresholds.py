from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locatiescan.analysis.judging.rules import judge
from locatiescan.analysis.studying.thresholds import threshold_sensitivity
from locatiescan.model import Extent, Limit, Preference, Rules

FACTORS = (-0.5, 0.0, 0.5)
VALUES = st.one_of(st.none(), st.integers(-6, 6).map(float))


def limit(naam: str, **keys: object) -> Limit:
    return Limit(naam=naam, measure="area_m2", waarom="x", **keys)  # type: ignore[arg-type]


def rules_of(*limits: Limit, toelatingen: tuple[Limit, ...] = ()) -> Rules:
    wish = Preference(naam="v", measure="area_m2", waarom="x", gewicht=1.0, curve={0.0: 0.0, 1.0: 1.0})
    return Rules("t", "u", limits, (wish,), toelatingen=toelatingen)


def table(**columns: list[object]) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    ids = [f"p{i}" for i in range(count)]
    return gpd.GeoDataFrame({"perceel_id": ids, "v": np.zeros(count), **columns}, geometry=[None] * count)


def test_a_lower_bound_lets_in_what_lies_below_it() -> None:
    rules = rules_of(limit("a", min=100.0), limit("b", max=1.0))
    parcels = table(a=[50.0, 80, 95, 100, 105, 200, np.nan, 90], b=[0.0, 0, 0, 0, 0, 0, 0, 2])
    found = threshold_sensitivity(parcels, rules, (-0.2, -0.05, 0.05, 0.06), (1, 3, 4))
    low = found.steps[found.steps["naam"] == "a"]
    assert low["kant"].eq("min").all()
    assert low["grens"].tolist() == [80, 95, 105, 106]
    assert low["voldoen"].tolist() == [5, 4, 2, 1]
    assert low["erbij"].tolist() == [2, 1, 0, 0]
    assert low["eraf"].tolist() == [0, 0, 1, 2]
    following = found.following.set_index("naam").loc["a"]
    assert following[["grens", "voldoen", "volgende_1", "volgende_3"]].tolist() == [100, 3, 95, 50]
    assert np.isnan(following["volgende_4"])
    moving = found.movers[found.movers["naam"] == "a"]
    assert moving[["perceel_id", "gevolg"]].to_numpy().tolist() == [
        ["p3", "eraf"],
        ["p2", "erbij"],
        ["p4", "eraf"],
        ["p1", "erbij"],
    ]
    assert moving["verandering"].tolist() == pytest.approx([0, -0.05, 0.05, -0.2])


def test_an_upper_bound_lets_in_what_lies_above_it() -> None:
    found = threshold_sensitivity(table(a=[0.5, 3.85, 4.0, np.nan]), rules_of(limit("a", max=3.5)), (0.1,), (1, 2))
    assert found.steps.loc[0, ["kant", "grens", "voldoen", "erbij", "eraf"]].tolist() == ["max", 3.85, 2, 1, 0]
    assert found.following.loc[0, ["volgende_1", "volgende_2"]].tolist() == [3.85, 4.0]


def test_a_limit_by_class_has_no_threshold() -> None:
    found = threshold_sensitivity(table(a=["bos", "wonen"]), rules_of(limit("a", not_in=("bos",))))
    assert found.steps.empty
    assert found.following.empty
    assert found.movers.empty


def test_without_limits_there_is_no_threshold() -> None:
    found = threshold_sensitivity(table(v=[0.0, 1.0]), rules_of())
    assert found.steps.empty
    assert found.following.empty
    assert found.movers.empty


def distance(**keys: object) -> Limit:
    return Limit(naam="a", measure="distance_m", layer="l", waarom="x", **keys)  # type: ignore[arg-type]


def test_a_parcel_beyond_the_reach_is_no_next_one() -> None:
    parcels = table(a=[50.0, 110, 120, 120])
    found = threshold_sensitivity(parcels, rules_of(distance(max=100.0, reach_m=120.0)), (0.1, 0.19, 0.2), (1, 2))
    assert found.following.loc[0, "volgende_1"] == 110
    assert np.isnan(found.following.loc[0, "volgende_2"])
    assert found.movers[["perceel_id", "gevolg"]].to_numpy().tolist() == [["p1", "erbij"]]
    assert found.steps["erbij"].iloc[:2].tolist() == [1, 1]
    assert found.steps["voldoen"].isna().tolist() == [False, False, True]
    # the same figures, of something that was measured in full
    full = threshold_sensitivity(parcels, rules_of(limit("a", max=100.0)), (0.1, 0.19, 0.2), (1, 2))
    assert full.following.loc[0, "volgende_2"] == 120
    assert full.steps["erbij"].tolist() == [1, 1, 3]


def test_a_parcel_at_the_reach_does_not_leave_with_a_lower_bound() -> None:
    found = threshold_sensitivity(table(a=[90.0, 100, 100]), rules_of(distance(min=100.0)), (-0.1, 0.1), (1, 2))
    assert found.movers["perceel_id"].tolist() == ["p0"]
    assert found.following.loc[0, ["voldoen", "volgende_1"]].tolist() == [2, 90]
    assert found.steps["voldoen"].iloc[0] == 3
    assert found.steps[["voldoen", "erbij", "eraf"]].iloc[1].isna().all()
    known = threshold_sensitivity(table(a=[90.0, 95]), rules_of(distance(min=100.0)), (0.1,))
    assert known.steps["voldoen"].tolist() == [0]


# few and large: each example judges some twenty times
@settings(max_examples=10)
@given(
    st.lists(st.tuples(VALUES, VALUES, st.sampled_from(["ja", "nee", "onbekend"]), VALUES), min_size=8, max_size=30),
    st.integers(-4, 2),
    st.integers(0, 3),
    st.integers(-4, 4),
)
def test_counts_are_those_of_judging_anew(rows: list[tuple[object, ...]], low: int, width: int, other: int) -> None:
    a, b, here, admitted = (list(column) for column in zip(*rows, strict=True))
    rules = rules_of(
        limit("a", min=float(low), max=float(low + width), only_in=Extent("laag")),
        limit("b", max=float(other)),
        toelatingen=(limit("t", min=5.0),),
    )
    parcels = table(a=np.array(a, float), b=np.array(b, float), a_geldt=here, t=np.array(admitted, float))  # type: ignore[arg-type]
    found = threshold_sensitivity(parcels, rules, FACTORS, (1, 2))
    now = passing(parcels, rules)
    for row in found.steps.to_dict("records"):
        then = passing(parcels, moved(rules, row["naam"], row["kant"], row["grens"]))
        assert (row["voldoen"], row["erbij"], row["eraf"]) == (len(then), len(then - now), len(now - then))
    for row in found.following.to_dict("records"):
        assert row["voldoen"] == len(now)
        for n in (1, 2):
            at = row[f"volgende_{n}"]
            if not np.isnan(at):
                then = passing(parcels, moved(rules, row["naam"], row["kant"], at))
                assert len(then - now) >= n
                inward = at + 0.5 if row["kant"] == "min" else at - 0.5
                assert len(passing(parcels, moved(rules, row["naam"], row["kant"], inward)) - now) < n
    for row in found.movers.to_dict("records"):
        assert (row["perceel_id"] in now) == (row["gevolg"] == "eraf")


def passing(parcels: gpd.GeoDataFrame, rules: Rules) -> set[str]:
    judged = judge(parcels, rules)
    return set(judged.loc[judged["oordeel"] == "ja", "perceel_id"])


def moved(rules: Rules, naam: str, side: str, at: float) -> Rules:
    changed = (replace(one, **{side: at}) if one.naam == naam else one for one in rules.limits)
    return replace(rules, limits=tuple(changed))
