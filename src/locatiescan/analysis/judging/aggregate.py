"""Scores and weights to one figure, with every unknown at its worst and at its best.

Each method sees the parcel, the weights, and two made-up parcels that score 0 and 1 on everything. So the ideal and
its opposite are fixed, and a third parcel never changes the order of two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from locatiescan.model import Aggregation, Rules

FULL_SCORE = 100.0
DECIMALS = 9
"""Of a score: the order of a sum must not decide a rank."""


def weights(rules: Rules, profiel: str | None = None) -> np.ndarray:
    """Weight of each preference, in the order of the rules, as given (their scale does not matter).

    Parameters
    ----------
    rules : Rules
    profiel : str, optional
        Name of a profile; without it the general weights.

    Returns
    -------
    array of float, shape (k,)

    Raises
    ------
    KeyError
        If there is no such profile.
    """
    own = {} if profiel is None else {profile.naam: profile.gewichten for profile in rules.profielen}[profiel]
    return np.array([own.get(wish.naam, wish.gewicht) for wish in rules.preferences], dtype="float64")


def aggregate(
    scores: np.ndarray,
    weights: np.ndarray,
    applies: np.ndarray | None = None,
    method: Aggregation = "gewogen_som",
) -> tuple[np.ndarray, np.ndarray]:
    """One figure for each parcel, and what it could be at best.

    Parameters
    ----------
    scores : array of float, shape (n, k)
        0..1; NaN is unknown, and counts as 0 in the first result and as 1 in the second.
    weights : array of float, shape (k,)
        Not negative; only their proportions matter.
    applies : array of float, shape (n, k), optional
        1 where a preference counts, 0 where its weight drops out, NaN where that is unknown: then the first
        result takes the worse of the two, and the second the better. Without it everything counts.
    method : str
        ``gewogen_som``: weighted mean. ``gewogen_product``: weighted geometric mean (Fishburn and others 1968),
        one 0 makes it 0. ``topsis``: nearness to the ideal (Hwang and Yoon 1981). ``vikor``: half the weighted
        mean shortfall, half the largest one (Duckstein and Opricovic 1980).

    Returns
    -------
    low, high : array of float, shape (n,)
        0..100, 100 is best, ``low <= high``. Where no preference counts: 0 and 100, as all is unknown.
    """
    used = weights > 0
    scores, weights = scores[:, used], weights[used]
    worst, best = np.nan_to_num(scores, nan=0.0), np.nan_to_num(scores, nan=1.0)
    low, high = np.full(len(scores), np.inf), np.full(len(scores), -np.inf)
    one = METHODS[method]
    for rows, counted in _ways(scores.shape, None if applies is None else applies[:, used]):
        share = weights[counted]
        low[rows] = np.minimum(low[rows], one(worst[rows][:, counted], share) if counted.any() else 0.0)
        high[rows] = np.maximum(high[rows], one(best[rows][:, counted], share) if counted.any() else 1.0)
    low, high = (np.round(FULL_SCORE * np.clip(part, 0.0, 1.0), DECIMALS) for part in (low, high))
    return low, np.maximum(low, high)


def _ways(shape: tuple[int, int], applies: np.ndarray | None) -> Iterator[tuple[np.ndarray | slice, np.ndarray]]:
    """Rows that share the same answers, with each choice of preferences that may count for them."""
    if applies is None:
        yield slice(None), np.ones(shape[1], dtype=bool)
        return
    answers = np.where(np.isnan(applies), 2, applies).astype("int8")
    patterns, group = np.unique(answers, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        rows, unsure = np.flatnonzero(group.ravel() == number), pattern == 2
        for chosen in product((False, True), repeat=int(unsure.sum())):
            counted = pattern == 1
            counted[unsure] = chosen
            yield rows, counted


def _weighted_mean(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return (scores * weights).sum(axis=1) / weights.sum()


def _by_library(name: str, scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Ask pymcdm, between the two made-up parcels; nothing is scaled by what other parcels score."""
    from pymcdm import methods  # here: it brings matplotlib along, which takes a second

    known: dict[str, Callable[..., Any]] = {
        "gewogen_product": methods.WPM(lambda column, cost: column),
        "topsis": methods.TOPSIS(lambda column, cost: column),
        "vikor": methods.VIKOR(),
    }
    extremes = np.repeat([[0.0], [1.0]], scores.shape[1], axis=1)
    types = np.ones(len(weights), dtype=int)
    # no validation: it warns of the made-up parcel that beats all others
    found = known[name](np.vstack([scores, extremes]), weights / weights.sum(), types, validation=False)[:-2]
    return 1.0 - found if name == "vikor" else found  # VIKOR measures regret


METHODS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "gewogen_som": _weighted_mean,
    **{name: partial(_by_library, name) for name in ("gewogen_product", "topsis", "vikor")},
}
