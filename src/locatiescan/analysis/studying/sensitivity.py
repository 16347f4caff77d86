"""How firm a ranking by weighted sum is: under other weights, and without one of its preferences.

Candidates stand in the order in which ties are broken (by id, as ``judge`` does). An unknown score counts as 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from locatiescan.analysis.studying.ranks import MAX_TIERS, in_steps, places, ranks_by_draw, weighted_mean

FOLLOWED_CELLS = 2**24
"""Ranks kept for the percentiles, candidates times draws: 64 MB."""
FEW, MANY = 5, 95
"""Percentiles of the rank."""


def weight_draws(weights: np.ndarray, draws: int, seed: int, spread: float | None = None) -> np.ndarray:
    """Draw random weights.

    Parameters
    ----------
    weights : ndarray
        (k,), the weights as given, not negative; a weight of 0 stays 0.
    draws : int
    seed : int
        Same number, same draws.
    spread : float, optional
        0.5: each weight becomes itself times a factor between 1/1.5 and 1.5, log-uniform, so that half as much
        more is as likely as half as much less. None: any proportions are equally likely (uniform on the simplex,
        Dirichlet with ones): what is left when nothing is known of the weights but which preferences count.

    Returns
    -------
    ndarray
        (draws, k), each row adding up to 1.

    Raises
    ------
    ValueError
        If no weight is above 0 or the spread is negative.

    Notes
    -----
    Drawing weights instead of asking for them is SMAA: Lahdelma and Salminen, SMAA-2, Operations Research 49
    (2001) 444-454; by simulation: Tervonen and Lahdelma, European Journal of Operational Research 178 (2007) 500-513.
    """
    if weights.min(initial=0) < 0 or weights.sum() <= 0 or (spread is not None and spread < 0):
        raise ValueError("weights must not be negative and not all 0, and the spread must not be negative")
    random = np.random.default_rng(seed)
    if spread is None:
        drawn = random.standard_exponential((draws, len(weights))) * (weights > 0)
    else:
        drawn = weights / weights.sum() * (1 + spread) ** random.uniform(-1, 1, (draws, len(weights)))
    return drawn / drawn.sum(axis=1, keepdims=True)


def rank_acceptability(
    scores: np.ndarray,
    draws: np.ndarray,
    top: Sequence[int] = (1, 5, 10),
    tiers: np.ndarray | None = None,
    names: Sequence[str] = (),
    threads: int = 0,
) -> pd.DataFrame:
    """Where each candidate ends under many weights.

    Parameters
    ----------
    scores : ndarray
        (n, k), 0..1, NaN counts as 0.
    draws : ndarray
        (d, k), from `weight_draws`.
    top : sequence of int
        For each number N, in how large a share of the draws a candidate is among the first N.
    tiers : ndarray, optional
        (n,) 0..7; a lower tier ranks first whatever the score: 0 for ``ja``, 1 for ``onbekend``.
    names : sequence of str
        Of the preferences: with them comes ``midden_<naam>``, the mean weight in the draws where the candidate is
        first (SMAA's central weight vector), NaN where it never is.
    threads : int
        0: see `most_threads`; the outcome is the same.

    Returns
    -------
    DataFrame
        One row a candidate: ``kans_<N>``, ``verwachte_rang`` (mean), ``rang_p5`` and ``rang_p95``, ``rang_best``
        and ``rang_slechtst``. The percentiles are NaN beyond the 16 million ranks that are kept (at 1000 draws
        the 16 777 candidates that are best under the mean of the weights).
    """
    values, tiers = np.nan_to_num(scores, nan=0.0), _tiers(scores, tiers)
    count = len(values)
    by_mean = np.argsort(places(in_steps(weighted_mean(values, draws.mean(axis=0))), tiers))
    follow = by_mean[: max(FOLLOWED_CELLS // len(draws), max(top))]
    ranks = ranks_by_draw(values, draws, tiers, max(top), follow, threads)
    shares = {
        f"kans_{first}": np.bincount(ranks.leaders[:, :first].ravel(), minlength=count) / len(draws) for first in top
    }
    percentiles = np.full((2, count), np.nan)
    percentiles[:, follow] = _percentiles(ranks.followed)
    middle = _central(ranks.leaders[:, 0] if count else np.zeros(0, int), draws, count)
    return pd.DataFrame(
        shares
        | {"verwachte_rang": ranks.total / len(draws), "rang_p5": percentiles[0], "rang_p95": percentiles[1]}
        | {"rang_best": ranks.best, "rang_slechtst": ranks.worst}
        | {f"midden_{name}": middle[:, j] for j, name in enumerate(names)}
    )


def leave_one_out(
    scores: np.ndarray, weights: np.ndarray, top: int, tiers: np.ndarray | None = None, names: Sequence[str] = ()
) -> pd.DataFrame:
    """What each preference does to the ranking: how it would be without.

    Parameters
    ----------
    scores : ndarray
        (n, k), 0..1, NaN counts as 0.
    weights : ndarray
        (k,).
    top : int
    tiers : ndarray, optional
        (n,), as for `rank_acceptability`.
    names : sequence of str
        Of the preferences.

    Returns
    -------
    DataFrame
        One row a preference: ``naam``, ``aandeel`` (of the total weight), ``kendall`` (tau-b) and ``spearman``
        (rho) between the two rankings, and ``overlap``: the share of the first `top` that stays. NaN where nothing
        is left without it, or there is nothing to compare.
    """
    values, tiers = np.nan_to_num(scores, nan=0.0), _tiers(scores, tiers)
    now = places(in_steps(weighted_mean(values, weights)), tiers)
    rows = []
    for j, name in enumerate(names or map(str, range(len(weights)))):
        others = np.where(np.arange(len(weights)) == j, 0.0, weights)
        alike = (np.nan, np.nan, np.nan)
        if others.sum() > 0 and len(values) > 1:
            alike = _alikeness(now, places(in_steps(weighted_mean(values, others)), tiers), top)
        rows.append((name, weights[j] / weights.sum(), *alike))
    return pd.DataFrame(rows, columns=["naam", "aandeel", "kendall", "spearman", "overlap"])


def _percentiles(followed: np.ndarray) -> np.ndarray:
    """Lowest ranks (2, f) that at least 5 and at least 95 % of the draws (d, f) do not exceed; sorts in place."""
    # whole numbers: 0.05 * 20 is a hair more than 1
    places = [-(-percent * len(followed) // 100) - 1 for percent in (FEW, MANY)]
    followed.partition(places, axis=0)
    return followed[places]


def _alikeness(now: np.ndarray, then: np.ndarray, top: int) -> tuple[float, float, float]:
    from scipy import stats  # here: half a second at the start of every command

    first = min(top, len(now))
    both = np.count_nonzero((now < first) & (then < first)) / first
    return float(stats.kendalltau(now, then)[0]), float(stats.spearmanr(now, then)[0]), both  # type: ignore[arg-type]


def _central(first: np.ndarray, draws: np.ndarray, count: int) -> np.ndarray:
    """Mean weights (n, k) of the draws in which each candidate is first."""
    wins = np.bincount(first, minlength=count)
    total = np.column_stack([np.bincount(first, weights=column, minlength=count) for column in draws.T])
    return np.divide(total, wins[:, None], out=np.full(total.shape, np.nan), where=wins[:, None] > 0)


def _tiers(scores: np.ndarray, tiers: np.ndarray | None) -> np.ndarray:
    tiers = np.zeros(len(scores), dtype="int64") if tiers is None else np.asarray(tiers, dtype="int64")
    if len(tiers) and not 0 <= tiers.min() <= tiers.max() < MAX_TIERS:
        raise ValueError(f"tiers must be 0 to {MAX_TIERS - 1}")
    return tiers
