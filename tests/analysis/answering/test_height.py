"""Storeys: a table of decisions worked out by hand, and what must hold for any figures."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.answering.height import heights
from locatiescan.config.heights import load_heights
from locatiescan.config.packaged import packaged_file

POLICY = load_heights(packaged_file("rules/hoogte.yaml"))
TOP, EAVES, STOREYS, ABOVE, AROUND, AREA = (
    "max_bouwhoogte_m", "max_goothoogte_m", "max_bouwlagen", "hoogtebeperking_m", "omgeving_bouwhoogte_m",
    "bouwvlak_aandeel",
)  # fmt: skip
COLUMNS = (TOP, EAVES, STOREYS, ABOVE, AROUND, AREA, "hoogtebeperking_aandeel")
PLAN = (TOP, EAVES, STOREYS)


def found(**said: Any) -> dict[Any, Any]:
    """The answer for one location of which only this is said."""
    sites = pd.DataFrame({**dict.fromkeys(COLUMNS, nan), **said}, index=pd.Index(["L-1"]))
    return heights(sites, POLICY).astype(object).to_dict("records")[0]


@pytest.mark.parametrize(
    ("said", "storeys", "at_most", "decides"),
    [
        ({}, None, None, None),
        ({TOP: 3.49}, 0, 0, TOP),
        ({TOP: 3.5}, 1, 1, TOP),
        ({TOP: 6.4}, 1, 1, TOP),
        ({TOP: 6.5}, 2, 2, TOP),
        ({TOP: 9.5}, 3, 3, TOP),
        ({TOP: 12.5}, 4, 4, TOP),
        ({TOP: 0.0}, 0, 0, TOP),
        ({TOP: "9,5"}, None, None, None),
        ({TOP: np.inf}, None, None, None),
        ({EAVES: 6.5}, 2, 2, EAVES),
        ({STOREYS: 2.0}, 2, 2, STOREYS),
        ({STOREYS: 2.5}, 2, 2, STOREYS),
        ({TOP: 12.5, EAVES: 6.5}, 2, 2, EAVES),
        ({TOP: 12.5, STOREYS: 3}, 3, 3, STOREYS),
        ({TOP: 9.9, EAVES: 9.5, STOREYS: 3}, 3, 3, f"{TOP}; {EAVES}; {STOREYS}"),
        # beyond the plan: it binds, but says nothing of what the plan allows
        ({ABOVE: 6.5}, None, 2, ABOVE),
        ({TOP: 12.5, ABOVE: 6.5}, 2, 2, ABOVE),
        ({TOP: 6.5, ABOVE: 40.0}, 2, 2, TOP),
        # advice never binds
        ({AROUND: 3.5}, None, None, None),
        ({TOP: 12.5, AROUND: 3.5}, 4, 4, TOP),
    ],
)
def test_storeys_and_what_decides(
    said: dict[str, Any], storeys: int | None, at_most: int | None, decides: str | None
) -> None:
    row = found(**said)
    assert (row["lagen"] if storeys is not None else None) == storeys
    assert pd.isna(row["lagen"]) == (storeys is None)
    assert pd.isna(row["lagen_ten_hoogste"]) == (at_most is None)
    assert at_most is None or row["lagen_ten_hoogste"] == at_most
    assert (None if pd.isna(row["hoogte_bepaald_door"]) else row["hoogte_bepaald_door"]) == decides
    assert row["hoogte_bekend"] == ("nee" if storeys is None else "ja")


NO_LIMIT = {"hoogtebeperking_aandeel": 0.0}
INSIDE = {AREA: 1.0}
OPEN = "hoogtebeperking (luchtvaart, radar, zender, molen): onbekend, na te gaan"


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ({**INSIDE, **NO_LIMIT}, ""),
        ({**INSIDE}, OPEN),
        ({**INSIDE, "hoogtebeperking_aandeel": 0.2}, OPEN),
        ({**INSIDE, ABOVE: 20.0}, ""),
        ({**NO_LIMIT}, "of er een bouwvlak ligt is onbekend"),
        (
            {AREA: 0.0, **NO_LIMIT},
            "geen bouwvlak op deze grond: bouwen wijkt af van het plan, tenzij de planregels anders zeggen",
        ),
        (
            {AREA: 0.304, **NO_LIMIT},
            "bouwvlak op 30 procent van de grond: daarbuiten wijkt bouwen af van het plan",
        ),
        (
            {TOP: 12.5, AROUND: 6.5, **INSIDE, **NO_LIMIT},
            "4 lagen is 2 meer dan bouwhoogte in de omgeving (6,5 m)",
        ),
        ({TOP: 3.5, AROUND: 3.0, **INSIDE, **NO_LIMIT}, "1 laag is 1 meer dan bouwhoogte in de omgeving (3 m)"),
        ({TOP: 6.5, AROUND: 6.5, **INSIDE, **NO_LIMIT}, ""),
        ({AROUND: 6.5, **INSIDE, **NO_LIMIT}, ""),
    ],
)
def test_what_to_mind(said: dict[str, float], note: str) -> None:
    assert found(**said)["hoogte_let_op"] == note


def test_columns_that_are_not_there_are_unknown() -> None:
    bare = heights(pd.DataFrame(index=pd.Index(["L-1", "L-2"])), POLICY)
    assert bare["lagen"].isna().all()
    assert bare["hoogte_bekend"].tolist() == ["nee", "nee"]
    assert bare["hoogte_let_op"].tolist() == [f"of er een bouwvlak ligt is onbekend; {OPEN}"] * 2


def test_a_table_without_locations_has_the_columns() -> None:
    none = heights(pd.DataFrame(columns=list(COLUMNS), dtype="float64"), POLICY)
    assert len(none) == 0
    assert list(none) == ["lagen", "lagen_ten_hoogste", "hoogte_bepaald_door", "hoogte_bekend", "hoogte_let_op"]
    assert none["lagen"].dtype == "Int64"


def test_storeys_and_roof_are_those_of_the_file() -> None:
    lower = replace(POLICY, laaghoogte_m=2.5, dak_m=0.0)
    sites = pd.DataFrame({TOP: [9.9, 10.0]}, index=pd.Index(["L-1", "L-2"]))
    assert heights(sites, lower)["lagen"].tolist() == [3, 4]


metres = st.floats(0, 60) | st.just(nan)
tables = st.lists(st.fixed_dictionaries(dict.fromkeys((*PLAN, ABOVE, AROUND), metres)), min_size=1, max_size=6)


def answered(rows: list[dict[str, float]]) -> pd.DataFrame:
    return heights(pd.DataFrame(rows, index=[f"L-{i}" for i in range(len(rows))]), POLICY)


def no_more(some: pd.Series, others: pd.Series) -> bool:
    """Whether no number is above the other; unknown stands above every number."""
    return bool((some.astype("float64").fillna(np.inf) <= others.astype("float64").fillna(np.inf)).all())


@given(tables, st.sampled_from((*PLAN, ABOVE)), st.floats(0, 60))
def test_a_lower_limit_never_gives_more_storeys(rows: list[dict[str, float]], column: str, less: float) -> None:
    lower = [row | {column: max(0.0, row[column] - less)} for row in rows]  # unknown stays unknown
    for answer in ("lagen", "lagen_ten_hoogste"):
        assert no_more(answered(lower)[answer], answered(rows)[answer])


@given(tables, st.sampled_from((*PLAN, ABOVE)))
def test_what_becomes_known_never_lifts_and_what_is_unknown_never_stands_for_a_number(
    rows: list[dict[str, float]], column: str
) -> None:
    without = [row | {column: nan} for row in rows]
    assert no_more(answered(rows)["lagen_ten_hoogste"], answered(without)["lagen_ten_hoogste"])
    both = answered(rows)["lagen"].notna() & answered(without)["lagen"].notna()
    assert no_more(answered(rows).loc[both, "lagen"], answered(without).loc[both, "lagen"])
    silent = [all(np.isnan(row[name]) for name in PLAN) for row in rows]
    assert answered(rows)["lagen"].isna().tolist() == silent


@given(tables)
def test_advice_changes_no_storeys_and_what_is_certain_is_possible(rows: list[dict[str, float]]) -> None:
    found = answered(rows)
    quiet = answered([row | {AROUND: nan} for row in rows])
    pd.testing.assert_frame_equal(found.drop(columns="hoogte_let_op"), quiet.drop(columns="hoogte_let_op"))
    known = found[found["lagen"].notna()]
    assert (known["lagen"] == known["lagen_ten_hoogste"]).all()
    for fits, row in zip(found["lagen_ten_hoogste"].astype("float64"), rows, strict=True):
        if not np.isnan(fits):  # so high it is, and one storey more would break a limit
            limits = [row[m] for m in (TOP, EAVES, ABOVE) if not np.isnan(row[m])]
            assert all(fits == 0 or 3.0 * fits + 0.5 <= limit + 1e-6 for limit in limits)
            broken = [3.0 * (fits + 1) + 0.5 > limit - 1e-6 for limit in limits]
            broken += [fits + 1 > row[STOREYS] - 1e-6] if not np.isnan(row[STOREYS]) else []
            assert any(broken)
