"""Ranks of every candidate under many weights: one compiled pass a draw, threads over blocks of draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numba import njit

from locatiescan.analysis.geometry.threads import mapped, most_threads

POINTS = 1e11
"""Steps in which a score from 0 to 1 is ranked: the nine decimals that ``score`` (0..100) is rounded to."""
TIER_BITS, DIGIT_BITS = 37, 10
"""A score fits in 37 bits (2^37 > 1e11); three bits are left for the tier in four digits of ten bits."""
MAX_TIERS = 1 << (4 * DIGIT_BITS - TIER_BITS)
BLOCKS, MIN_BLOCK = 64, 32
"""Draws are cut in at most so many blocks of at least so many, whatever the number of threads."""


@dataclass(frozen=True)
class Ranks:
    """What is kept of all ranks; n candidates, d draws. Ranks count from 1."""

    leaders: np.ndarray
    """(d, top) int64: the candidates on the first places, per draw."""
    followed: np.ndarray
    """(d, f) int32: the rank of each followed candidate, per draw."""
    total: np.ndarray
    """(n,) int64: sum of ranks over the draws."""
    best: np.ndarray
    """(n,) int64."""
    worst: np.ndarray
    """(n,) int64."""


def ranks_by_draw(
    scores: np.ndarray, weights: np.ndarray, tiers: np.ndarray, top: int, follow: np.ndarray, threads: int = 0
) -> Ranks:
    """Rank all candidates under each row of weights.

    Parameters
    ----------
    scores : ndarray
        (n, k), 0..1, without NaN. Candidates stand in the order in which ties are broken.
    weights : ndarray
        (d, k), each row adding up to 1.
    tiers : ndarray
        (n,) 0..7: a lower tier ranks before a higher one, whatever the score.
    top : int
        How many first places are kept per draw.
    follow : ndarray
        Candidates whose every rank is kept.
    threads : int
        0: see `most_threads`.

    Returns
    -------
    Ranks
        The same whatever the number of threads.
    """
    count, draws = len(scores), len(weights)
    columns = np.ascontiguousarray(scores.T, dtype="float64")
    lane = np.full(count, -1, dtype="int64")
    lane[follow] = np.arange(len(follow))
    leaders = np.empty((draws, min(top, count)), dtype="int64")
    followed = np.empty((draws, len(follow)), dtype="int32")

    def rank(block: slice) -> np.ndarray:
        part = np.ascontiguousarray(weights[block], dtype="float64")
        return _rank_block(columns, tiers.astype("int64"), part, lane, leaders[block], followed[block])

    total, best, worst = np.zeros(count, "int64"), np.full(count, count, "int64"), np.zeros(count, "int64")
    for part in mapped(rank, _blocks(draws), threads=threads or most_threads()):
        total += part[0]
        np.minimum(best, part[1], out=best)
        np.maximum(worst, part[2], out=worst)
    return Ranks(leaders, followed, total, best, worst)


def weighted_mean(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean (n,) of scores (n, k); equal rows give equal numbers wherever they stand."""
    total = np.zeros(len(scores))
    for column, weight in zip(scores.T, weights / weights.sum(), strict=True):
        total += weight * column  # a matrix product may add up in another order for another row
    return total


def in_steps(total: np.ndarray) -> np.ndarray:
    """Scores from 0 to 1 as whole numbers, as fine as they are ranked."""
    return np.rint(total * POINTS).astype("int64")


def places(steps: np.ndarray, tiers: np.ndarray) -> np.ndarray:
    """Place of each candidate from 0: by tier, then the highest score, then the order in which they stand."""
    order = np.lexsort((-steps, tiers))
    place = np.empty(len(order), dtype="int64")
    place[order] = np.arange(len(order))
    return place


def _blocks(draws: int) -> Iterator[slice]:
    size = max(MIN_BLOCK, -(-draws // BLOCKS))
    return (slice(start, start + size) for start in range(0, draws, size))


@njit(cache=True, nogil=True)
def _rank_block(
    columns: np.ndarray,
    tiers: np.ndarray,
    weights: np.ndarray,
    lane: np.ndarray,
    leaders: np.ndarray,
    followed: np.ndarray,
) -> np.ndarray:
    """Fill leaders and followed ranks of some draws; give (3, n): sum of ranks, best, worst."""
    count = columns.shape[1]
    kept = np.zeros((3, count), np.int64)
    kept[1, :] = count
    total = np.empty(count)
    keys, order = np.empty(count, np.int64), np.empty(count, np.int64)
    other_keys, other_order = np.empty(count, np.int64), np.empty(count, np.int64)
    for draw in range(len(weights)):
        total[:] = 0.0
        for j in range(len(columns)):
            weight, column = weights[draw, j], columns[j]
            for i in range(count):
                total[i] += weight * column[i]
        for i in range(count):
            keys[i] = (tiers[i] << TIER_BITS) + np.int64(POINTS - np.rint(total[i] * POINTS))
            order[i] = i
        _sort(keys, order, other_keys, other_order)
        for place in range(count):
            i = order[place]
            kept[0, i] += place + 1
            kept[1, i] = min(kept[1, i], place + 1)
            kept[2, i] = max(kept[2, i], place + 1)
            if lane[i] >= 0:
                followed[draw, lane[i]] = place + 1
        leaders[draw, :] = order[: leaders.shape[1]]
    return kept


@njit(cache=True, nogil=True)
def _sort(keys: np.ndarray, order: np.ndarray, other_keys: np.ndarray, other_order: np.ndarray) -> None:
    """Sort keys of 40 bits with the order beside them, by four digits from the last to the first.

    Each pass keeps the order of equals, so ties stay as the candidates stand. After an even number of passes the
    result is back in the arrays that came in.
    """
    size = 1 << DIGIT_BITS
    start = np.zeros((4, size + 1), np.int64)
    for key in keys:
        for digit in range(4):
            start[digit, ((key >> (digit * DIGIT_BITS)) & (size - 1)) + 1] += 1
    for digit in range(4):
        shift, first = digit * DIGIT_BITS, start[digit]
        for i in range(size):
            first[i + 1] += first[i]
        for i in range(len(keys)):
            value = (keys[i] >> shift) & (size - 1)
            other_keys[first[value]], other_order[first[value]] = keys[i], order[i]
            first[value] += 1
        keys, other_keys, order, other_order = other_keys, keys, other_order, order
