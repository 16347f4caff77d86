from __future__ import annotations

import warnings
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from locatiescan.analysis.judging.aggregate import METHODS, aggregate, weights
from locatiescan.model import Aggregation, Preference, Profile, Rules

UNKNOWN = float("nan")
LIBRARY = ["gewogen_product", "topsis", "vikor"]
ALL = ["gewogen_som", *LIBRARY]
share = st.integers(0, 100).map(lambda percent: percent / 100)
scores = arrays("float64", st.tuples(st.integers(1, 6), st.just(3)), elements=share | st.just(UNKNOWN))
answers = arrays("float64", (6, 3), elements=st.sampled_from([0.0, 1.0, UNKNOWN]))
weight = arrays("float64", 3, elements=st.integers(0, 9).map(float)).filter(np.any)
methods = st.sampled_from(ALL)


def test_every_method_of_the_rules_is_there() -> None:
    assert set(METHODS) == set(get_args(Aggregation)) == set(ALL)


@pytest.mark.parametrize("name", LIBRARY)
def test_a_method_gives_what_the_library_gives_between_the_two_extremes(name: str) -> None:
    from pymcdm import methods as library

    table = np.array([[0.2, 0.9, 0.5], [1.0, 0.1, 0.3], [0.4, 0.4, 0.4]])
    given_weights = np.array([0.5, 0.3, 0.2])
    asked = np.vstack([table, np.zeros(3), np.ones(3)])
    method = {"gewogen_product": library.WPM(lambda x, cost: x), "topsis": library.TOPSIS(), "vikor": library.VIKOR()}
    with warnings.catch_warnings(action="ignore"):  # its warning that one row beats all others
        direct = method[name](asked, given_weights, np.ones(3))
    direct = 1 - direct if name == "vikor" else direct
    low, high = aggregate(table, given_weights * 7, method=name)  # type: ignore[arg-type]
    assert direct[-2:] == pytest.approx([0, 1])
    assert low == pytest.approx(100 * direct[:3])
    assert np.array_equal(low, high)


@given(scores, answers, weight, methods)
def test_the_lowest_is_below_the_highest_and_both_are_0_to_100(
    table: np.ndarray, here: np.ndarray, given_weights: np.ndarray, method: Aggregation
) -> None:
    low, high = aggregate(table, given_weights, here[: len(table)], method)
    assert ((low >= 0) & (low <= high) & (high <= 100)).all()


@given(scores, answers, weight, methods, share, st.sampled_from([0.0, 1.0]))
def test_an_unknown_never_lifts_and_what_is_found_out_lies_between(
    table: np.ndarray, here: np.ndarray, given_weights: np.ndarray, method: Aggregation, found: float, answer: float
) -> None:
    here = here[: len(table)]
    low, high = aggregate(table, given_weights, here, method)
    for known, answered in (
        (np.where(np.isnan(table), found, table), here),
        (table, np.where(np.isnan(here), answer, here)),
    ):
        then_low, then_high = aggregate(known, given_weights, answered, method)
        assert (low <= then_low + 1e-8).all()
        assert (then_high <= high + 1e-8).all()


@given(scores, answers, weight, methods, share)
def test_a_better_score_never_lowers(
    table: np.ndarray, here: np.ndarray, given_weights: np.ndarray, method: Aggregation, lift: float
) -> None:
    better = table.copy()
    better[:, 0] = np.minimum(1.0, better[:, 0] + lift)
    before = aggregate(table, given_weights, here[: len(table)], method)
    after = aggregate(better, given_weights, here[: len(table)], method)
    assert all((low <= high + 1e-8).all() for low, high in zip(before, after, strict=True))


@given(scores, weight, methods, st.floats(0.01, 1000))
def test_a_third_parcel_and_the_scale_of_the_weights_change_nothing(
    table: np.ndarray, given_weights: np.ndarray, method: Aggregation, factor: float
) -> None:
    together = aggregate(table, given_weights, method=method)
    alone = [aggregate(table[i : i + 1], given_weights * factor, method=method) for i in range(len(table))]
    assert together[0] == pytest.approx([low[0] for low, _ in alone], abs=1e-7)
    assert together[1] == pytest.approx([high[0] for _, high in alone], abs=1e-7)


@given(scores, weight, methods)
def test_what_does_not_apply_and_what_weighs_nothing_are_as_if_left_out(
    table: np.ndarray, given_weights: np.ndarray, method: Aggregation
) -> None:
    given_weights = np.maximum(given_weights, [0.0, 1.0, 1.0])
    left_out = aggregate(table[:, 1:], given_weights[1:], method=method)
    elsewhere = aggregate(table, given_weights, np.broadcast_to([0.0, 1.0, 1.0], table.shape), method)
    no_weight = aggregate(table, given_weights * [0, 1, 1], np.full(table.shape, 1.0), method)
    for way in (elsewhere, no_weight):
        assert np.array_equal(way, left_out)


@pytest.mark.parametrize("method", ALL)
def test_where_nothing_counts_all_is_unknown(method: Aggregation) -> None:
    low, high = aggregate(np.array([[0.5, 0.5]]), np.ones(2), np.zeros((1, 2)), method)
    assert (low.tolist(), high.tolist()) == ([0.0], [100.0])
    low, high = aggregate(np.zeros((0, 2)), np.ones(2), np.zeros((0, 2)), method)
    assert low.shape == high.shape == (0,)


def test_several_unknown_extents_are_taken_at_their_worst_together() -> None:
    # sure 0.5; perhaps 0.2 and 0.4 and 0.9, all of weight 1: worst with the first two, best with the last
    low, high = aggregate(np.array([[0.5, 0.2, 0.4, 0.9]]), np.ones(4), np.array([[1, UNKNOWN, UNKNOWN, UNKNOWN]]))
    assert low == pytest.approx([100 * (0.5 + 0.2) / 2])
    assert high == pytest.approx([100 * (0.5 + 0.9) / 2])


def test_weights_of_a_profile_replace_the_general_ones() -> None:
    wishes = tuple(Preference(naam=name, measure="m", waarom="x", gewicht=2.0, curve={0: 0, 1: 1}) for name in "abc")
    profile = Profile(naam="p", titel="P", waarom="x", gewichten={"b": 5.0, "c": 0.0})
    rules = Rules("t", "u", (), wishes, profielen=(profile,))
    assert weights(rules).tolist() == [2, 2, 2]
    assert weights(rules, "p").tolist() == [2, 5, 0]
    with pytest.raises(KeyError):
        weights(rules, "q")
