"""What other thresholds would do: how many parcels pass, which ones come or go, where the next one enters.

Parcels are judged once. Of a limit whose threshold moves only the parcels matter that meet all else, and each of
those changes its verdict at its own value; so their sorted values answer every question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.judging.rules import applies, judge, verdict
from locatiescan.analysis.measuring.distance import reach_of
from locatiescan.model import JA, Limit, Rules

FACTORS = (-0.2, -0.1, -0.05, 0.05, 0.1, 0.2)
NEXT = (1, 10)
DIGITS = 12
"""Significant digits of a moved threshold, so that 3.5 and 10 % make 3.85 and not 3.8500000000000001."""
STEP = ["naam", "kant", "verandering", "grens"]
COUNTS = ["voldoen", "erbij", "eraf"]
MOVER = ["naam", "kant", "perceel_id", "gevolg", "waarde", "verandering"]
Side = Literal["min", "max"]
SIDES: tuple[Side, Side] = ("min", "max")


@dataclass(frozen=True)
class _Bound:
    """One side of one limit, and the parcels whose verdict hangs on it alone."""

    limit: Limit
    side: Side
    at: float
    reach: float
    """How far was looked, for a distance; infinite for anything else."""
    fixed: int
    """Parcels that pass whatever this threshold is."""
    values: np.ndarray
    """Of the parcels that meet all else, ascending; infinite where it is beyond the reach."""
    ids: np.ndarray
    """``perceel_id`` of each."""

    def allows(self, values: np.ndarray) -> np.ndarray:
        """Whether values keep to the threshold as it is."""
        return values >= self.at if self.side == "min" else values <= self.at

    def passing(self, threshold: float) -> int:
        """How many parcels pass at a threshold, which itself is allowed."""
        if self.side == "min":
            return self.fixed + len(self.values) - int(np.searchsorted(self.values, threshold, "left"))
        return self.fixed + int(np.searchsorted(self.values, threshold, "right"))

    def knows(self, threshold: float) -> bool:
        """Whether the verdicts at a threshold follow from what was measured, also of parcels beyond the reach."""
        seen = threshold <= self.reach if self.side == "min" else threshold < self.reach
        return seen or bool(np.isfinite(self.values).all())


@dataclass(frozen=True)
class Thresholds:
    """What other thresholds would do; parcels as they are, not joined to locations."""

    steps: pd.DataFrame
    """One row for each numeric limit, side and factor: ``naam``, ``kant`` (min, max), ``verandering``, ``grens``
    (moved), ``voldoen`` (parcels with ``ja`` over all), ``erbij`` and ``eraf`` (against now); these three are NA
    where a distance is moved beyond the rule's reach, as far as which it was measured."""
    following: pd.DataFrame
    """One row for each numeric limit and side: ``naam``, ``kant``, ``grens`` and ``voldoen`` (now), and
    ``volgende_<n>``: the threshold that lets in the n-th next parcel, NaN where so many do not wait or where they
    do is unknown (a distance beyond the rule's reach)."""
    movers: pd.DataFrame
    """One row for each parcel that comes or goes within the factors: ``naam``, ``kant``, ``perceel_id``, ``gevolg``
    (erbij, eraf), ``waarde`` (it enters when the threshold gets there, it leaves when the threshold passes it) and
    ``verandering`` (relative change from the threshold to that value); the nearest first."""


def threshold_sensitivity(
    measured: gpd.GeoDataFrame, rules: Rules, factors: Sequence[float] = FACTORS, following: Sequence[int] = NEXT
) -> Thresholds:
    """What happens when one threshold moves and all else stays.

    Parameters
    ----------
    measured : GeoDataFrame
        As for `locatiescan.analysis.judging.rules.judge`.
    rules : Rules
    factors : sequence of float
        Relative changes: -0.2 is 20 % lower (of a negative threshold too). A threshold of 0 stays 0.
    following : sequence of int
        1 asks for the threshold at which the next parcel enters, 10 for that of the tenth next.

    Returns
    -------
    Thresholds
    """
    bounds = list(_bounds(measured, rules))
    within = max((abs(factor) for factor in factors), default=0.0)
    steps = [_step(bound, factor) for bound in bounds for factor in factors]
    now = [(bound.limit.naam, bound.side, bound.at, bound.passing(bound.at)) for bound in bounds]
    waiting = [[_following(bound, n) for n in following] for bound in bounds]
    head = ["naam", "kant", "grens", "voldoen"]
    return Thresholds(
        pd.DataFrame(steps, columns=[*STEP, *COUNTS]).astype(dict.fromkeys(COUNTS, "Int64")),
        pd.DataFrame(
            [(*row, *more) for row, more in zip(now, waiting, strict=True)],
            columns=[*head, *(f"volgende_{n}" for n in following)],
        ),
        pd.concat([_movers(bound, within) for bound in bounds] or [pd.DataFrame(columns=MOVER)], ignore_index=True),
    )


def _step(bound: _Bound, factor: float) -> tuple[str, str, float, float, int | None, int | None, int | None]:
    moved = float(f"{bound.at + factor * abs(bound.at):.{DIGITS}g}")
    if not bound.knows(moved):
        return bound.limit.naam, bound.side, factor, moved, None, None, None
    count = bound.passing(moved)
    more = count - bound.passing(bound.at)
    return bound.limit.naam, bound.side, factor, moved, count, max(more, 0), max(-more, 0)


def _following(bound: _Bound, number: int) -> float:
    """Threshold that lets in so many more parcels, NaN where so many do not wait."""
    outside = bound.values[~bound.allows(bound.values) & np.isfinite(bound.values)]
    nearest_first = outside[::-1] if bound.side == "min" else outside
    return float(nearest_first[number - 1]) if number <= len(nearest_first) else np.nan


def _movers(bound: _Bound, within: float) -> pd.DataFrame:
    near = np.abs(bound.values - bound.at) <= within * abs(bound.at)
    values = bound.values[near]
    change = (values - bound.at) / (abs(bound.at) or 1.0)
    effect = np.where(bound.allows(values), "eraf", "erbij")
    columns = (bound.limit.naam, bound.side, bound.ids[near], effect, values, change)
    table = pd.DataFrame(dict(zip(MOVER, columns, strict=True)))
    return table.iloc[np.argsort(np.abs(change), kind="stable")]


def _bounds(measured: gpd.GeoDataFrame, rules: Rules) -> Iterator[_Bound]:
    judged = judge(measured, rules)
    admitted = judged["toegelaten_door"].ne("").to_numpy()
    verdicts = np.array([judged[f"{limit.naam}_oordeel"].eq(JA) for limit in rules.limits], dtype=bool)
    verdicts = verdicts.reshape(len(rules.limits), len(judged))  # without limits too
    failed = (~verdicts).sum(axis=0)
    for limit, passed in zip(rules.limits, verdicts, strict=True):
        others_met = ~admitted & (failed - ~passed == 0)
        here = applies(judged, limit) != 0
        for side in SIDES:
            at = getattr(limit, side)
            if at is None:
                continue
            other_side = replace(limit, **{side: None})
            hangs = others_met & here & verdict(judged[limit.naam], other_side).eq(JA).to_numpy()
            fixed = int(np.count_nonzero(admitted | (others_met & ~here)))
            rows = judged.loc[hangs, [limit.naam, "perceel_id"]].sort_values(limit.naam, kind="stable")
            values = rows[limit.naam].to_numpy(dtype="float64", copy=True)
            reach = reach_of(limit) if limit.measure == "distance_m" else np.inf
            values[values >= reach] = np.inf  # nothing was found within reach: at least so far
            yield _Bound(limit, side, at, reach, fixed, values, rows["perceel_id"].to_numpy())
