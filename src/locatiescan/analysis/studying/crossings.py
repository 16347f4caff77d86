"""At which weight of one preference a candidate enters or leaves the top, exactly.

Give one preference the share t of all weight and let the others keep their proportions. Then every score is a straight
line in t, from the score by the others alone (t = 0) to the score on this preference (t = 1). Two candidates change
places only where their lines cross, so the crossings hold the whole answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappush, heapreplace

import numpy as np
import pandas as pd

from locatiescan.analysis.studying.ranks import POINTS, in_steps, places, weighted_mean

SAME_T = 1e-9
"""Crossings nearer than this are one: there a candidate passes several others at once."""


@dataclass(frozen=True)
class _Lines:
    """Scores of the candidates that can be among the first for some t: all are (m,), in the order of ties."""

    candidates: np.ndarray
    start: np.ndarray
    """Score where t is 0."""
    end: np.ndarray
    """Score where t is 1."""
    tiers: np.ndarray


def weight_crossings(
    scores: np.ndarray, weights: np.ndarray, top: int, tiers: np.ndarray | None = None
) -> pd.DataFrame:
    """For each preference and each candidate near the top: between which shares of the weight nothing changes for it.

    Parameters
    ----------
    scores : ndarray
        (n, k), 0..1, NaN counts as 0. Candidates stand in the order in which ties are broken.
    weights : ndarray
        (k,), not negative.
    top : int
    tiers : ndarray, optional
        (n,); a lower tier ranks first whatever the score.

    Returns
    -------
    DataFrame
        One row for each pair of a preference and a candidate that is in the top at some share: ``voorkeur`` and
        ``kandidaat`` (positions), ``aandeel`` (share of the weight now), ``erin`` (whether it is in the top now),
        ``onder`` and ``boven`` (the first share below and above at which that changes, NaN where never), and
        ``van`` and ``tot`` (lists: all intervals of the share in which it is in the top).
    """
    values = np.nan_to_num(scores, nan=0.0)
    tiers = np.zeros(len(values), dtype="int64") if tiers is None else np.asarray(tiers)
    now = places(in_steps(weighted_mean(values, weights)), tiers) < top
    rows = []
    for j, share in enumerate(weights / weights.sum()):
        others = np.where(np.arange(len(weights)) == j, 0.0, weights)
        if others.sum() == 0 or share == 0:
            continue  # the only preference has all weight; one without weight is not part of this ranking
        lines = _contenders(weighted_mean(values, others), values[:, j], tiers, top)
        for own, candidate in enumerate(lines.candidates):
            edges, inside = _membership(lines, own, top)
            was = bool(now[candidate])
            if was or inside.any():
                rows.append((j, candidate, share, was, *_flips(edges, inside, share, was)))
    names = ["voorkeur", "kandidaat", "aandeel", "erin", "onder", "boven", "van", "tot"]
    return pd.DataFrame(rows, columns=names)


def nearest_changes(crossings: pd.DataFrame) -> pd.DataFrame:
    """For each preference the first change of the top on either side of its share of the weight now.

    Returns
    -------
    DataFrame
        ``voorkeur``, ``aandeel`` (now), ``kant`` (onder, boven), ``bij`` (share at which the top changes), and the
        lists ``eruit`` and ``erin`` of candidates; the smallest change of share first. A side on which the top never
        changes has no row.
    """
    rows = []
    for (wish, share), group in crossings.groupby(["voorkeur", "aandeel"], sort=False):
        for side, at in (("onder", group["onder"].max()), ("boven", group["boven"].min())):
            if pd.isna(at):
                continue
            flips = group[(group[side] - at).abs() <= SAME_T]
            leave, enter = (flips.loc[flips["erin"] == was, "kandidaat"].tolist() for was in (True, False))
            rows.append((wish, share, side, at, leave, enter))
    rows.sort(key=lambda row: abs(row[3] - row[1]))
    return pd.DataFrame(rows, columns=["voorkeur", "aandeel", "kant", "bij", "eruit", "erin"])


def _contenders(start: np.ndarray, end: np.ndarray, tiers: np.ndarray, top: int) -> _Lines:
    """Leave out who has `top` others before it at both ends, and so everywhere between."""
    at_start, at_end = places(in_steps(start), tiers), places(in_steps(end), tiers)
    best: list[int] = []  # heap of minus the places at the end, the worst of the best first
    kept = []
    for candidate in np.argsort(at_start).tolist():
        place = -int(at_end[candidate])
        if len(best) < top:
            heappush(best, place)
        elif place > best[0]:
            heapreplace(best, place)
        else:
            continue
        kept.append(candidate)
    chosen = np.sort(np.array(kept, dtype=int))
    return _Lines(chosen, start[chosen], end[chosen], tiers[chosen])


def _membership(lines: _Lines, own: int, top: int) -> tuple[np.ndarray, np.ndarray]:
    """Edges 0..1 of the pieces (m + 1) on which one candidate's membership of the top is constant, and it (m)."""
    at_start, at_end = (_led_by(ends, own) for ends in (lines.start, lines.end))
    equals = lines.tiers == lines.tiers[own]
    sooner = equals & _ahead(at_start, at_end, np.arange(len(equals)) < own) | (lines.tiers < lines.tiers[own])
    cross = equals & (at_start * at_end < 0)
    when = at_start[cross] / (at_start[cross] - at_end[cross])
    order = np.argsort(when)
    steps = np.where(at_end[cross] > 0, 1, -1)[order]
    before = np.count_nonzero(sooner) + np.concatenate([[0], np.cumsum(steps)])
    edges = np.concatenate([[0.0], when[order], [1.0]])
    real = np.diff(edges) > SAME_T  # several crossings in one point leave pieces without length
    return np.concatenate([edges[:-1][real], [1.0]]), before[real] < top


def _led_by(ends: np.ndarray, own: int) -> np.ndarray:
    """By how much each is ahead; less than the ranking sees is nothing."""
    lead = ends - ends[own]
    return np.where(np.abs(lead) < 0.5 / POINTS, 0.0, lead)


def _ahead(at_start: np.ndarray, at_end: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Who is ahead just after t = 0: by the score there, else by where the line goes, else by the fixed order."""
    return (at_start > 0) | ((at_start == 0) & ((at_end > 0) | ((at_end == 0) & first)))


def _flips(
    edges: np.ndarray, inside: np.ndarray, share: float, now: bool
) -> tuple[float, float, list[float], list[float]]:
    """First change below and above a share, and the intervals inside the top."""
    low, high = edges[:-1], edges[1:]
    below, above = (inside != now) & (low < share - SAME_T), (inside != now) & (high > share + SAME_T)
    onder = float(np.minimum(high[below], share).max()) if below.any() else np.nan
    boven = float(np.maximum(low[above], share).min()) if above.any() else np.nan
    change = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    return onder, boven, edges[change[::2]].tolist(), edges[change[1::2]].tolist()
