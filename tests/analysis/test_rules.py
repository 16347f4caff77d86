from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.rules import judge, score, verdict
from locatiescan.model import Limit, Preference, Rules


def limit(**keys: object) -> Limit:
    return Limit(naam="g", measure="area_m2", waarom="x", **keys)  # type: ignore[arg-type]


def wish(naam: str = "v", gewicht: float = 1.0, **keys: object) -> Preference:
    return Preference(naam=naam, measure="area_m2", waarom="x", gewicht=gewicht, **keys)  # type: ignore[arg-type]


def table(**columns: list[object]) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame({"perceel_id": [f"p{i}" for i in range(count)], **columns}, geometry=[None] * count)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (limit(min=2.0), ["nee", "ja", "ja", "onbekend"]),
        (limit(max=2.0), ["ja", "ja", "nee", "onbekend"]),
        (limit(min=2.0, max=2.0), ["nee", "ja", "nee", "onbekend"]),
    ],
)
def test_a_limit_has_three_values_and_includes_its_edge(rule: Limit, expected: list[str]) -> None:
    assert verdict(pd.Series([1.0, 2.0, 3.0, np.nan]), rule).tolist() == expected


def test_classes_have_three_values() -> None:
    zones = pd.Series(["bos", "wonen", None], dtype="str")
    assert verdict(zones, limit(not_in=("bos",))).tolist() == ["nee", "ja", "onbekend"]
    assert verdict(zones, limit(is_in=("bos",))).tolist() == ["ja", "nee", "onbekend"]
    assert score(zones, wish(classes={"wonen": 0.5})).tolist()[1] == 0.5
    assert score(zones, wish(classes={"wonen": 0.5})).isna().tolist() == [True, False, True]


def test_a_curve_is_straight_between_its_points_and_flat_outside() -> None:
    scored = score(pd.Series([0.0, 400, 950, 1500, 9e9, np.nan]), wish(curve={1500.0: 0.0, 400.0: 1.0}))
    assert np.allclose(scored, [1, 1, 0.5, 0, 0, np.nan], equal_nan=True)


def test_rank_verdict_reason_and_unknown() -> None:
    rules = Rules(
        "t",
        "u",
        (limit(min=2.0),),
        (wish(gewicht=3.0, curve={0.0: 0.0, 10.0: 1.0}), wish("w", curve={0.0: 0.0, 1.0: 1.0})),
    )
    result = judge(table(g=[1.0, 5.0, np.nan, 5.0], v=[10.0, 5.0, 10.0, 5.0], w=[1.0, np.nan, 1.0, 1.0]), rules)
    assert result["perceel_id"].tolist() == ["p3", "p1", "p2", "p0"]
    assert result["rang"].tolist()[:3] == [1, 2, 3]
    assert pd.isna(result["rang"].iloc[3])
    assert result["oordeel"].tolist() == ["ja", "ja", "onbekend", "nee"]
    assert result["afgewezen_door"].tolist() == ["", "", "", "g"]
    assert result["onbekend"].tolist() == ["", "w", "g", ""]
    assert result["score"].tolist() == pytest.approx([62.5, 37.5, 100.0, 100.0])
    assert result["score_hoog"].tolist() == pytest.approx([62.5, 62.5, 100.0, 100.0])


@given(st.lists(st.one_of(st.none(), st.floats(0, 10)), min_size=2, max_size=20), st.floats(0.01, 1000), st.randoms())
def test_scaling_weights_and_order_change_no_rank_and_an_unknown_never_lifts(
    numbers: list[float | None], factor: float, random: object
) -> None:
    def ranks(values: list[float | None], weight: float) -> dict[str, object]:
        rules = Rules("t", "u", (), (wish(gewicht=3 * weight, curve={0.0: 0.0, 10.0: 1.0}),))
        found = judge(table(v=values), rules)
        return dict(zip(found["perceel_id"], found["rang"], strict=True))

    plain = ranks(numbers, 1.0)
    assert ranks(numbers, factor) == plain
    blinded = ranks([None, *numbers[1:]], 1.0)
    assert blinded["p0"] >= plain["p0"]  # type: ignore[operator]
    assert sorted(plain.values()) == list(range(1, len(numbers) + 1))  # type: ignore[type-var]
