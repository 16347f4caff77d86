"""Ranks of all candidates under many weights: this program, numpy, and the libraries for multi-criteria decisions.

``python benchmarks/sensitivity.py`` ranks 60 000 candidates by 8 preferences under 1000 draws of the weights and
prints a Markdown table. pymcdm and scikit-criteria are optional; an absent one is named as such. They rank under
a few draws only, from which their time for all is reckoned: each draw costs the same.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pandas as pd

from locatiescan.analysis.studying.crossings import nearest_changes, weight_crossings
from locatiescan.analysis.studying.sensitivity import leave_one_out, rank_acceptability, weight_draws

TOP = (1, 5, 10, 20)
FEW_DRAWS = 3
SMALL, SMALL_DRAWS = 300, 25
Ranks = np.ndarray


def main() -> None:
    """Make scores, check that all ways agree, time them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=60_000)
    parser.add_argument("--preferences", type=int, default=8)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    scores = np.random.default_rng(1).random((asked.candidates, asked.preferences))
    weights = np.arange(1.0, asked.preferences + 1)
    draws = weight_draws(weights, asked.draws, seed=1, spread=0.5)
    check(scores[:SMALL], draws[:SMALL_DRAWS])
    print(f"{asked.candidates} candidates, {asked.preferences} preferences, {asked.draws} draws, median of the runs\n")
    print("| way | seconds | times ours |")
    print("|---|--:|--:|")
    ours = {
        f"locatiescan, {threads} thread{'s' * (threads > 1)}": partial(timed, asked.repeats, threads, scores, draws)
        for threads in sorted({1, os.cpu_count() or 1}, reverse=True)
    }
    times = {name: one() for name, one in ours.items()}
    best = next(iter(times.values()))
    print_rows(times, best)
    print(f"| peak memory of the process so far | {peak_mb():.0f} MB | |")
    print_rows(dict(peers(scores, draws)), best)
    print(f"| weight crossings, top 20 | {once(crossings, scores, weights):.2f} | |")
    print(f"| leave one preference out | {once(leave_one_out, scores, weights, 20):.2f} | |")


def check(scores: np.ndarray, draws: np.ndarray) -> None:
    """Refuse to time ways that do not give the same."""
    expected = by_numpy(scores, draws)
    found = rank_acceptability(scores, draws, TOP)
    pd.testing.assert_frame_equal(found, summary(expected), check_dtype=False)
    for name, rank in libraries().items():
        if rank is not None:
            given = np.array([rank(scores, one) for one in draws])
            assert np.array_equal(given, expected), f"{name} ranks otherwise"


def timed(repeats: int, threads: int, scores: np.ndarray, draws: np.ndarray) -> float:
    """Median seconds of the full outcome, percentiles and all."""
    return statistics.median(
        once(rank_acceptability, scores, draws, TOP, None, (), threads) for _ in range(max(repeats, 1))
    )


def peers(scores: np.ndarray, draws: np.ndarray) -> Iterator[tuple[str, float | str]]:
    """Seconds of each other way, or that it is absent."""
    yield "numpy, one draw after another", once(lambda: summary(by_numpy(scores, draws)))
    yield "numpy, a thread per processor", once(lambda: summary(by_numpy(scores, draws, os.cpu_count())))
    for name, rank in libraries().items():
        if rank is None:
            yield name, "absent"
            continue
        seconds = once(lambda rank=rank: [rank(scores, one) for one in draws[:FEW_DRAWS]])
        yield f"{name}, reckoned from {FEW_DRAWS} draws, ranks only", seconds * len(draws) / FEW_DRAWS


def by_numpy(scores: np.ndarray, draws: np.ndarray, threads: int | None = 1) -> Ranks:
    """Rank (d, n) by a stable sort of the rounded scores, a draw at a time."""

    def rank(weights: np.ndarray) -> np.ndarray:
        order = np.argsort(-np.rint(scores @ weights * 1e11), kind="stable")
        place = np.empty(len(order), dtype="int32")
        place[order] = np.arange(1, len(order) + 1)
        return place

    with ThreadPoolExecutor(threads) as pool:
        return np.array(list(pool.map(rank, draws)))


def summary(ranks: Ranks) -> pd.DataFrame:
    """What `rank_acceptability` tells, from all ranks at once."""
    low, high = np.percentile(ranks, (5, 95), axis=0, method="inverted_cdf")
    return pd.DataFrame(
        {f"kans_{first}": (ranks <= first).mean(axis=0) for first in TOP}
        | {"verwachte_rang": ranks.mean(axis=0), "rang_p5": low, "rang_p95": high}
        | {"rang_best": ranks.min(axis=0), "rang_slechtst": ranks.max(axis=0)}
    )


def libraries() -> dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray] | None]:
    """Ways of pymcdm and scikit-criteria to rank by one row of weights; None where absent."""
    return {"pymcdm": _pymcdm(), "scikit-criteria": _scikit_criteria()}


def _pymcdm() -> Callable[[np.ndarray, np.ndarray], np.ndarray] | None:
    try:
        from pymcdm.methods import WSM
    except ImportError:
        return None
    method = WSM(lambda column, cost: column)
    return lambda scores, weights: method.rank(method(scores, weights, np.ones(len(weights)), validation=False))


def _scikit_criteria() -> Callable[[np.ndarray, np.ndarray], np.ndarray] | None:
    try:
        import skcriteria
        from skcriteria.agg.simple import WeightedSumModel
    except ImportError:
        return None

    def rank(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return WeightedSumModel().evaluate(skcriteria.mkdm(scores, [max] * len(weights), weights=weights)).rank_

    return rank


def crossings(scores: np.ndarray, weights: np.ndarray) -> pd.DataFrame:
    """Both steps from scores to the changes that are told."""
    return nearest_changes(weight_crossings(scores, weights, 20))


def once(call: Callable[..., object], *given: object) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    call(*given)
    return time.perf_counter() - started


def peak_mb() -> float:
    """Most memory this process has had, megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def print_rows(times: dict[str, float] | dict[str, float | str], best: float) -> None:
    """Print seconds and their ratio to ours."""
    for name, seconds in times.items():
        cells = (seconds, "") if isinstance(seconds, str) else (f"{seconds:.2f}", f"{seconds / best:.1f}")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
