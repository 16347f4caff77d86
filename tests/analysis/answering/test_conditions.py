from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.answering.conditions import all_hold, answers, both, holds
from locatiescan.policy.conditions import Condition

JA, NEE, ONBEKEND = "ja", "nee", "onbekend"


def condition(**keys: Any) -> Condition:
    return Condition(**{"kolom": "x", **keys})


def said(asked: Condition, **columns: Any) -> str:
    return holds(asked, pd.DataFrame({name: [value] for name, value in columns.items()})).iloc[0]


@pytest.mark.parametrize(
    ("keys", "below", "at", "above"),
    [
        ({"min": 5}, NEE, JA, JA),
        ({"max": 5}, JA, JA, NEE),
        ({"onder": 5}, JA, NEE, NEE),
        ({"boven": 5}, NEE, NEE, JA),
        ({"min": 5, "max": 5}, NEE, JA, NEE),
        ({"boven": 5, "max": 6}, NEE, NEE, JA),
    ],
)
def test_where_a_range_ends(keys: dict[str, float], below: str, at: str, above: str) -> None:
    assert [said(condition(**keys), x=x) for x in (4.999, 5, 5.001)] == [below, at, above]


@pytest.mark.parametrize(
    ("keys", "text", "expected"),
    [
        ({"is_in": ("wonen", "Tuin")}, " Wonen ", JA),
        ({"is_in": ("wonen", "Tuin")}, "tuin", JA),
        ({"is_in": ("wonen",)}, "woongebied", NEE),
        ({"not_in": ("wonen",)}, "WONEN", NEE),
        ({"not_in": ("wonen",)}, "groen", JA),
        ({"bevat": ("waterkering", "leiding")}, "Waarde; Leiding - Gas", JA),
        ({"bevat": ("waterkering",)}, "Leiding - Gas", NEE),
        ({"bevat": ("waterkering",)}, "", NEE),
        ({"bevat_niet": ("wonen", "tuin")}, "Specifiek; Wonen", NEE),
        ({"bevat_niet": ("wonen", "tuin")}, "", JA),
    ],
)
def test_text_is_held_against_words_whatever_the_capitals(keys: dict[str, Any], text: str, expected: str) -> None:
    assert said(condition(**keys), x=text) == expected


@pytest.mark.parametrize(
    "keys", [{"min": 0}, {"onder": 9}, {"is_in": ("a",)}, {"bevat": ("a",)}, {"bevat_niet": ("a",)}]
)
@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, "onbekend", " Onbekend"])
def test_what_is_missing_or_reads_unknown_is_unknown(keys: dict[str, Any], missing: Any) -> None:
    assert said(condition(**keys), x=missing) == ONBEKEND
    assert said(condition(**keys), y=1) == ONBEKEND


def test_nullable_and_categorical_columns_are_read() -> None:
    whole = pd.DataFrame({"x": pd.array([1, None, 9], dtype="Int64")})
    assert holds(condition(boven=1), whole).tolist() == [NEE, ONBEKEND, JA]
    words = pd.DataFrame({"x": pd.Categorical(["ja", None, "nee"])})
    assert holds(condition(is_in=("ja",)), words).tolist() == [JA, ONBEKEND, NEE]
    assert said(condition(min=3), x="geen getal") == ONBEKEND


def test_a_bound_may_be_another_column() -> None:
    asked = condition(min="y")
    assert [said(asked, x=5, y=y) for y in (5, 6, None)] == [JA, NEE, ONBEKEND]
    assert said(asked, x=5) == ONBEKEND
    assert said(condition(min="y", max=4), x=5) == NEE  # whatever y is


def test_all_hold_is_denied_by_one() -> None:
    facts = pd.DataFrame({"x": [1.0, 1.0, np.nan, np.nan], "y": [1.0, 0.0, 1.0, 0.0]}, index=list("abcd"))
    verdict = all_hold((condition(min=1), condition(kolom="y", min=1)), facts)
    assert verdict.to_dict() == {"a": JA, "b": NEE, "c": ONBEKEND, "d": NEE}
    assert all_hold((), facts).tolist() == [JA] * 4
    assert all_hold((condition(min=1),), facts.iloc[:0]).empty


def test_an_answer_names_the_columns_that_are_unknown() -> None:
    facts = pd.DataFrame({"x": [5.0, 5.0, np.nan, np.nan], "y": [5.0, np.nan, 5.0, np.nan]})
    assert answers(condition(min="y"), facts).tolist() == [JA, "y", "x", "x, y"]
    assert answers(condition(bevat=("a",)), pd.DataFrame({"x": ["a", "b", None]})).tolist() == [JA, NEE, "x"]
    assert answers(condition(kolom="z", is_in=("a",)), facts).tolist() == ["z"] * 4


@given(st.lists(st.lists(st.sampled_from([JA, NEE, ONBEKEND]), min_size=3, max_size=3), min_size=1, max_size=4))
def test_both_is_the_least_of_all(verdicts: list[list[str]]) -> None:
    order = [NEE, ONBEKEND, JA]
    together = both(*(pd.Series(verdict) for verdict in verdicts)).tolist()
    assert together == [min(column, key=order.index) for column in zip(*verdicts, strict=True)]
