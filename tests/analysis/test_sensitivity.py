from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.judging.aggregate import aggregate
from locatiescan.analysis.judging.rules import judge
from locatiescan.analysis.studying.candidates import candidates_of
from locatiescan.analysis.studying.crossings import nearest_changes, weight_crossings
from locatiescan.analysis.studying.sensitivity import leave_one_out, rank_acceptability, weight_draws
from locatiescan.errors import LocatiescanError, SourceError, UsageError
from locatiescan.model import Extent, Limit, Preference, Profile, Rules

# Quarters, so that ties are common; None is unknown.
QUARTERS = st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))


@st.composite
def cases(draw: st.DrawFn, wishes: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores (n, k) with unknowns, whole weights (k) and tiers (n)."""
    k = draw(st.integers(1, wishes))
    rows = draw(st.lists(st.lists(QUARTERS, min_size=k, max_size=k), min_size=1, max_size=12))
    weights = draw(st.lists(st.integers(1, 5), min_size=k, max_size=k))
    tiers = draw(st.lists(st.integers(0, 1), min_size=len(rows), max_size=len(rows)))
    return np.array(rows, dtype="float64"), np.array(weights, dtype="float64"), np.array(tiers)


def ranked(scores: np.ndarray, weights: np.ndarray, tiers: np.ndarray) -> list[int]:
    """Candidates from best to worst, with the tool's own score."""
    low = aggregate(scores, weights)[0]
    return sorted(range(len(scores)), key=lambda i: (tiers[i], -low[i], i))


@given(cases(), st.integers(1, 6))
def test_ranks_are_those_of_a_plain_loop(case: tuple[np.ndarray, np.ndarray, np.ndarray], top: int) -> None:
    scores, weights, tiers = case
    # weights in eighths, so that a plain sum and ours see the same ties
    draws = np.random.default_rng(1).multinomial(8, np.full(len(weights), 1 / len(weights)), 30) / 8
    found = rank_acceptability(scores, draws, (1, top), tiers, names=[f"v{j}" for j in range(len(weights))])
    ranks = np.array([np.argsort(ranked(scores, one, tiers)) + 1 for one in draws])
    assert np.array_equal(found["verwachte_rang"], ranks.mean(axis=0))
    assert np.array_equal(found["rang_best"], ranks.min(axis=0))
    assert np.array_equal(found["rang_slechtst"], ranks.max(axis=0))
    assert np.array_equal(found["kans_1"], (ranks == 1).mean(axis=0))
    assert np.array_equal(found[f"kans_{top}"], (ranks <= top).mean(axis=0))
    assert np.array_equal(found["rang_p5"], np.sort(ranks, axis=0)[1])  # 2 of 30 is the first to reach 5 %
    assert np.array_equal(found["rang_p95"], np.sort(ranks, axis=0)[28])
    middle = found.filter(like="midden_").to_numpy()
    for i in range(len(scores)):
        first = draws[ranks[:, i] == 1]
        assert np.allclose(middle[i], first.mean(axis=0) if len(first) else np.nan, equal_nan=True)


def test_more_draws_than_a_block_and_more_threads_change_nothing() -> None:
    scores = np.random.default_rng(3).random((300, 5))
    draws = weight_draws(np.ones(5), 150, seed=4)
    one = rank_acceptability(scores, draws, (1, 10), names="abcde", threads=1)
    pd.testing.assert_frame_equal(one, rank_acceptability(scores, draws, (1, 10), names="abcde", threads=3))
    ranks = np.array([np.argsort(ranked(scores, one, np.zeros(300))) + 1 for one in draws])
    assert np.array_equal(one["verwachte_rang"], ranks.mean(axis=0))


def test_shares_add_up_to_the_places_there_are() -> None:
    scores = np.random.default_rng(5).random((40, 3))
    found = rank_acceptability(scores, weight_draws(np.ones(3), 200, seed=1), (1, 5, 10))
    assert found[["kans_1", "kans_5", "kans_10"]].sum().tolist() == pytest.approx([1, 5, 10])
    assert found["verwachte_rang"].sum() == pytest.approx(40 * 41 / 2)


def test_ranks_beyond_what_is_kept_have_no_percentiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locatiescan.analysis.studying.sensitivity.FOLLOWED_CELLS", 100)
    scores = np.linspace(0, 1, 30)[:, None]
    found = rank_acceptability(scores, np.ones((10, 1)), (1, 5))
    assert found["rang_p5"].notna().tolist() == [False] * 20 + [True] * 10
    assert found["verwachte_rang"].tolist() == list(range(30, 0, -1))


def test_no_candidates_give_an_empty_table() -> None:
    assert rank_acceptability(np.empty((0, 2)), weight_draws(np.ones(2), 5, seed=1)).empty
    assert weight_crossings(np.empty((0, 2)), np.ones(2), 3).empty


@pytest.mark.parametrize("spread", [None, 0.0, 0.5])
def test_draws_are_the_seeds_and_do_not_see_the_scale_of_the_weights(spread: float | None) -> None:
    weights = np.array([3.0, 0.0, 1.0, 2.0])
    draws = weight_draws(weights, 100, seed=7, spread=spread)
    assert np.array_equal(draws, weight_draws(weights, 100, seed=7, spread=spread))
    assert np.array_equal(draws, weight_draws(4 * weights, 100, seed=7, spread=spread))
    assert np.allclose(draws.sum(axis=1), 1)
    assert (draws[:, 1] == 0).all()
    if spread is None:
        assert not np.array_equal(draws, weight_draws(weights, 100, seed=8))
        assert np.allclose(weight_draws(weights, 20_000, seed=1).mean(axis=0), [1 / 3, 0, 1 / 3, 1 / 3], atol=0.01)
    if spread == 0.0:
        assert np.allclose(draws, [0.5, 0, 1 / 6, 1 / 3])


def test_a_spread_keeps_each_weight_within_its_factors() -> None:
    weights = np.array([3.0, 1.0])
    draws = weight_draws(weights, 5000, seed=7, spread=0.5)
    ratio = draws[:, 0] / draws[:, 1] / 3.0
    assert 1 / 1.5**2 <= ratio.min() < 0.5
    assert 2.0 < ratio.max() <= 1.5**2
    assert np.median(ratio) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(("weights", "spread"), [([0.0, 0.0], None), ([-1.0, 2.0], None), ([1.0], -0.1)])
def test_weights_that_make_no_sense_are_refused(weights: list[float], spread: float | None) -> None:
    with pytest.raises(ValueError, match="weights must not"):
        weight_draws(np.array(weights), 5, seed=1, spread=spread)


def test_who_is_dominated_by_as_many_never_enters_the_top() -> None:
    scores = np.random.default_rng(9).random((50, 4)) * 0.9
    scores[10] = scores.max(axis=0) + 0.1
    scores[20] = scores[10]  # equal to the best and later in the order
    found = rank_acceptability(scores, weight_draws(np.ones(4), 300, seed=1), (1, 2))
    assert found.loc[10, "kans_1"] == 1.0
    assert found["kans_2"].tolist() == [float(i in (10, 20)) for i in range(50)]
    crossings = weight_crossings(scores, np.ones(4), 2)
    assert set(crossings["kandidaat"]) == {10, 20}
    assert crossings[["onder", "boven"]].isna().all(axis=None)


def test_two_candidates_cross_where_their_lines_do() -> None:
    # weights 1 : 3. A = 0.8 - 0.6 t and B = 0.2 + 0.2 t in the share t of the first: they cross at 0.75
    found = weight_crossings(np.array([[0.2, 0.8], [0.4, 0.2]]), np.array([1.0, 3.0]), 1)
    first = found[found["voorkeur"] == 0]
    assert first["kandidaat"].tolist() == [0, 1]
    assert first["erin"].tolist() == [True, False]
    assert first["aandeel"].tolist() == [0.25, 0.25]
    assert first["boven"].tolist() == pytest.approx([0.75, 0.75])
    assert first["onder"].isna().all()
    assert [*first["van"].iloc[0], *first["tot"].iloc[0]] == pytest.approx([0, 0.75])
    changes = nearest_changes(found).sort_values("voorkeur")
    assert changes["kant"].tolist() == ["boven", "onder"]
    assert changes["bij"].tolist() == pytest.approx([0.75, 0.25])
    assert changes["eruit"].tolist() == [[0], [0]]
    assert changes["erin"].tolist() == [[1], [1]]


def test_who_is_in_the_top_by_a_tie_alone_falls_out_either_way() -> None:
    # three lines through one point at t = 0.5, which is now: the flat one is named first and ahead nowhere else
    found = weight_crossings(np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]]), np.array([1.0, 1.0]), 1)
    flat = found[(found["voorkeur"] == 0) & (found["kandidaat"] == 0)].iloc[0]
    assert (flat["erin"], flat["onder"], flat["boven"], flat["van"]) == (True, 0.5, 0.5, [])


def test_of_two_changes_on_one_side_the_nearest_is_told() -> None:
    # flat ones at 0.6 and 0.5 hold the top 2 until a riser from 0 passes them, at t = 0.5 and 0.6
    found = weight_crossings(np.array([[0.6, 0.6], [0.5, 0.5], [1.0, 0.0], [0.9, 0.0]]), np.array([1.0, 3.0]), 2)
    above = nearest_changes(found[found["voorkeur"] == 0])
    assert above["bij"].tolist() == pytest.approx([0.5])
    assert (above["eruit"].tolist(), above["erin"].tolist()) == ([[1]], [[2]])
    assert found[found["voorkeur"] == 0].set_index("kandidaat")["boven"].to_dict() == pytest.approx(
        {0: 2 / 3, 1: 0.5, 2: 0.5, 3: 2 / 3}
    )


def test_the_smallest_change_comes_first() -> None:
    scores = np.array([[0.2, 0.8, 0.5], [0.4, 0.2, 0.5], [0.1, 0.6, 1.0]])
    changes = nearest_changes(weight_crossings(scores, np.array([1.0, 3.0, 1.0]), 1))
    distance = (changes["bij"] - changes["aandeel"]).abs()
    assert len(changes) > 2
    assert distance.is_monotonic_increasing


def test_a_tie_as_it_is_now_turns_at_the_least_change() -> None:
    found = weight_crossings(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([2.0, 2.0]), 1)
    first = found[found["voorkeur"] == 0]
    assert first["erin"].tolist() == [True, False]  # the order breaks the tie
    assert first["onder"].tolist() == [0.5, 0.5]
    assert first["boven"].isna().all()


def test_a_candidate_may_be_in_the_top_only_in_between() -> None:
    # the middle one is ahead of the first from t = 1/3 and of the last up to t = 2/3
    found = weight_crossings(np.array([[0.0, 0.9], [0.6, 0.6], [0.9, 0.0]]), np.array([1.0, 1.0]), 1)
    middle = found[(found["voorkeur"] == 0) & (found["kandidaat"] == 1)].iloc[0]
    assert middle["erin"]
    assert (middle["onder"], middle["boven"]) == pytest.approx((1 / 3, 2 / 3))


@given(cases(), st.integers(1, 4))
def test_intervals_are_where_a_ranking_at_that_weight_says_so(
    case: tuple[np.ndarray, np.ndarray, np.ndarray], top: int
) -> None:
    scores, weights, tiers = case
    found = weight_crossings(scores, weights, top, tiers)
    for j in range(len(weights) if len(weights) > 1 else 0):
        rows = found[found["voorkeur"] == j].set_index("kandidaat")
        for t in np.arange(1, 40) / 40 + 0.0123:  # no crossing of scores in quarters lies here
            others = np.where(np.arange(len(weights)) == j, 0.0, weights)
            moved = others / others.sum() * (1 - t)
            moved[j] = t
            assert {i for i, row in rows.iterrows() if _inside(row, t)} == set(ranked(scores, moved, tiers)[:top])
        now = set(ranked(scores, weights, tiers)[:top])
        assert set(rows.index[rows["erin"]]) == now
        for _, row in rows.iterrows():
            held = [row["aandeel"], row["boven"]], [row["onder"], row["aandeel"]]
            for low, high in (pair for pair in held if pair[1] - pair[0] > 1e-6):  # not NaN, and not a tie as it is
                assert all(_inside(row, t) == row["erin"] for t in np.linspace(low, high, 7)[1:-1])
            for at, beyond in ((row["boven"], 1e-5), (row["onder"], -1e-5)):
                # quarters and whole weights cross no nearer to each other than this
                assert np.isnan(at) or _inside(row, at + beyond) != row["erin"]


def _inside(row: pd.Series, t: float) -> bool:
    return any(low < t < high for low, high in zip(row["van"], row["tot"], strict=True))


def test_without_a_preference_the_ranking_may_turn() -> None:
    scores = np.array([[1.0, 0.0, 0.5], [0.9, 0.1, 0.5], [0.0, 0.9, 0.5], [0.0, 0.8, 0.5]])
    found = leave_one_out(scores, np.array([3.0, 1.0, 1.0]), 2, names=["a", "b", "c"]).set_index("naam")
    assert found["aandeel"].tolist() == pytest.approx([0.6, 0.2, 0.2])
    assert found.loc["a"].tolist() == pytest.approx([0.6, -2 / 3, -0.8, 0.0])  # 0123 becomes 2310
    assert found.loc["b", "overlap"] == 1.0
    assert found.loc["c", ["kendall", "spearman", "overlap"]].tolist() == pytest.approx([1, 1, 1])


def test_the_only_preference_cannot_be_left_out() -> None:
    assert leave_one_out(np.array([[1.0], [0.0]]), np.array([2.0]), 1).isna()["kendall"].tolist() == [True]


WISHES = tuple(
    Preference(naam=naam, measure="area_m2", waarom="x", gewicht=gewicht, curve={0.0: 0.0, 1.0: 1.0})
    for naam, gewicht in (("a", 3.0), ("b", 1.0))
)
RULES = Rules(
    "t",
    "u",
    (Limit(naam="g", measure="area_m2", waarom="x", min=1.0),),
    WISHES,
    profielen=(Profile(naam="p", titel="p", waarom="x", gewichten={"a": 0.0}),),
)


def judged() -> gpd.GeoDataFrame:
    columns = {"a": [0.5, 1, 0.5, 0.9, 1], "b": [0.5, 0, np.nan, 0.5, 1], "g": [1.0, 1, 1, np.nan, 0]}
    return judge(gpd.GeoDataFrame({"perceel_id": list("edcba"), **columns}, geometry=[None] * 5), RULES)


@pytest.mark.parametrize(
    ("profiel", "weights", "best_first"), [(None, [3, 1], ["d", "e", "c", "b"]), ("p", [0, 1], ["e", "c", "d", "b"])]
)
def test_candidates_are_ranked_as_they_were_judged(
    profiel: str | None, weights: list[float], best_first: list[str]
) -> None:
    table = judged()
    found = candidates_of(table, RULES, profiel)
    assert found.ids.tolist() == ["b", "c", "d", "e"]
    assert found.tiers.tolist() == [1, 0, 0, 0]
    assert found.weights.tolist() == weights
    assert found.ids[np.argsort(found.rank)].tolist() == best_first
    told = table.set_index("perceel_id")[f"rang_{profiel}" if profiel else "rang"]
    assert told[found.ids].tolist() == found.rank.tolist()


@pytest.mark.parametrize(
    ("rules", "error", "said"),
    [
        (replace(RULES, aggregatie="vikor"), UsageError, "aggregatie: vikor"),
        (
            replace(RULES, preferences=(replace(WISHES[0], only_in=Extent("bpl")), WISHES[1])),
            UsageError,
            "a heeft only_in",
        ),
        (
            replace(RULES, preferences=(replace(WISHES[0], gewicht=2.0), WISHES[1])),
            SourceError,
            "volgen niet uit deze regels",
        ),
    ],
)
def test_a_ranking_that_is_not_these_rules_weighted_sum_is_refused(
    rules: Rules, error: type[LocatiescanError], said: str
) -> None:
    with pytest.raises(error, match=said):
        candidates_of(judged(), rules)
