"""A score divided over the preferences, so that the parts add up to it exactly."""

from __future__ import annotations

from itertools import product
from math import factorial

import numpy as np

from locatiescan.analysis.judging.aggregate import FULL_SCORE, aggregate, weights
from locatiescan.model import JA, ONBEKEND, Aggregation, Rules

MOST_PLAYERS = 14
"""Above this the exact division over all subsets (2^n) takes too long."""


def points_of(scores: np.ndarray, applies: list[str], rules: Rules) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points that each preference brings to the score of one place.

    Parameters
    ----------
    scores : array of float, shape (k,)
        0..1, NaN where unknown.
    applies : list of str
        ``ja``, ``nee`` or ``onbekend`` for each preference.
    rules : Rules

    Returns
    -------
    share : array of float, shape (k,)
        Part of the weight that counts here.
    low, high : array of float, shape (k,)
        Points; their sums are ``score`` and ``score_hoog`` (where nothing counts, all are 0).
    """
    given, method = weights(rules), rules.aggregatie
    worst, best = np.nan_to_num(scores, nan=0.0), np.nan_to_num(scores, nan=1.0)
    ways = list(product(*[(1.0,) if said == JA else (0.0, 1.0) if said == ONBEKEND else (0.0,) for said in applies]))
    counted = np.array(ways, dtype="float64").reshape(len(ways), len(scores))
    low, _ = aggregate(np.tile(worst, (len(ways), 1)), given, counted, method)
    _, high = aggregate(np.tile(best, (len(ways), 1)), given, counted, method)
    at_worst, at_best = counted[low.argmin()], counted[high.argmax()]
    return (
        _share(given * at_worst),
        divided(worst, given * at_worst, method),
        divided(best, given * at_best, method),
    )


def divided(scores: np.ndarray, weights: np.ndarray, method: Aggregation) -> np.ndarray:
    """Divide a score over what made it.

    Each preference gets its share of the full 100 points, less the points it loses by not scoring 1. In a
    weighted sum that is weight times score. The other methods let preferences work on each other; there what is
    lost is divided by Shapley's value (1953): the mean loss over every order in which they could be lowered.

    Parameters
    ----------
    scores : array of float, shape (k,)
        0..1, all known.
    weights : array of float, shape (k,)
        0 where a preference does not count.
    method : str

    Returns
    -------
    array of float, shape (k,)
        Points, which may be below 0 for what drags the others down; their sum is the score.
    """
    share = _share(weights)
    if method == "gewogen_som":
        return FULL_SCORE * share * scores
    return FULL_SCORE * share - _lost(scores, weights, method)


def _share(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum() if weights.sum() > 0 else np.zeros(len(weights))


def _lost(scores: np.ndarray, weights: np.ndarray, method: Aggregation) -> np.ndarray:
    """Points lost by each preference; a full score loses nothing, so only the others play."""
    players = np.flatnonzero((weights > 0) & (scores < 1))
    count = len(players)
    lost = np.zeros(len(scores))
    if not count:
        return lost
    if count > MOST_PLAYERS:  # in proportion to what each would lose in a weighted sum
        short = _share((weights * (1 - scores))[players])
        lost[players] = short * (FULL_SCORE - aggregate(scores[None], weights, None, method)[0][0])
        return lost
    lowered = (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(bool)
    rows = np.ones((2**count, len(scores)))
    rows[:, players] = np.where(lowered, scores[players], 1.0)
    loss = FULL_SCORE - aggregate(rows, weights, None, method)[0]
    size = lowered.sum(axis=1)
    orders = np.array([factorial(n) * factorial(count - n - 1) / factorial(count) for n in range(count)])
    for i, player in enumerate(players):
        without = np.flatnonzero(~lowered[:, i])
        lost[player] = (orders[size[without]] * (loss[without | 1 << i] - loss[without])).sum()
    return lost
