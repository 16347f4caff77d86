"""What each objective makes of an option.

All costs are whole numbers, so that a set is optimal exactly and no tolerance decides; each is rounded up or down once,
an option at a time, at a step that no planner would argue about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from locatiescan.policy.portfolio import Wishes

UNKNOWN_LATER_WEEKS = 52
"""Homes of unknown date count as so much later than the last known date."""
TENTH = 0.1
PARTS_OF_AVERAGE = 100_000
"""Steps in which a weighing counts what average options would come to."""


@dataclass(frozen=True, eq=False)
class Cost:
    """What an objective makes of each variable: whole numbers, so that an optimum is one exactly."""

    name: str
    title: str
    unit: str
    """Of ``first`` times ``step``: ``locaties``, ``woningen``, ``woningweken``, ``deel``."""
    first: np.ndarray
    """(variables,) whole numbers as float64."""
    step: float
    """Units per whole number of ``first``."""
    second: np.ndarray
    """(variables,) whole numbers that decide between sets which are equal in ``first``; zeros where nothing does."""


def objectives(options: pd.DataFrame, wishes: Wishes, others: int = 0) -> dict[str, Cost]:
    """Give the costs of each objective.

    Parameters
    ----------
    options : DataFrame
        As `locatiescan.analysis.choosing.options.options` gives it.
    wishes : Wishes
        ``last_per_locatie`` and ``weging`` are used.
    others : int
        Variables behind those of the options; they cost nothing.

    Notes
    -----
    With h homes, score s, w weeks and a the load of a site in homes (``last_per_locatie``):

    - ``minste_locaties`` counts sites; of equal numbers the one with the least ``geschiktheid`` loss.
    - ``geschiktheid`` minimises the sum of h (100 - s) / 100 + a: homes not fully suitable. A mean of scores would
      reward needless homes on good ground, a sum of scores any home at all; a sum of losses rewards neither. Without
      a, ten sites of ten homes would be worth a site of a hundred; with a, another site must win that much.
    - ``snelst`` minimises the sum of (h + a) w: home-weeks of waiting. The date on which the last home stands would
      leave all others free; waiting counts every home, and divided by the homes it is a price in weeks.
    - ``weging`` adds the three, each divided by what the target would take with average options.
    """
    homes = options["woningen"].to_numpy(float)
    load = wishes.last_per_locatie.woningen
    sites, loss = np.ones(len(options)), np.round((homes * (100 - scores(options)) / 100 + load) / TENTH)
    waiting = np.round((homes + load) * weeks(options))
    none = np.zeros(len(options))
    mixed = _mixed(homes, wishes, {"locaties": sites, "geschiktheid": loss, "weken": waiting})
    found = (
        Cost("minste_locaties", "zo min mogelijk locaties", "locaties", sites, 1.0, loss),
        Cost("geschiktheid", "zo geschikt mogelijk", "woningen", loss, TENTH, none),
        Cost("snelst", "zo snel mogelijk", "woningweken", waiting, 1.0, none),
        Cost("weging", "een weging", "deel", mixed, 1 / PARTS_OF_AVERAGE, none),
    )
    rest = np.zeros(others)
    return {
        one.name: replace(one, first=np.append(one.first, rest), second=np.append(one.second, rest)) for one in found
    }


def scores(options: pd.DataFrame) -> np.ndarray:
    """Scores, 0..100; unknown is not good, and counts as 0."""
    return options["score"].fillna(0.0).to_numpy(float)


def weeks(options: pd.DataFrame) -> np.ndarray:
    """Whole weeks until homes stand; an unknown date counts as a year after the last known one."""
    known = np.ceil(options["weken"].to_numpy(float).clip(min=0))
    last = np.nanmax(known) if np.isfinite(known).any() else 0.0
    return np.where(np.isnan(known), last + UNKNOWN_LATER_WEEKS, known)


def _mixed(homes: np.ndarray, wishes: Wishes, parts: Mapping[str, np.ndarray]) -> np.ndarray:
    given = {name: getattr(wishes.weging, name) for name in parts}
    mixed = np.zeros(len(homes))
    for name, costs in parts.items():
        average = costs.sum() / max(homes.sum(), 1) * wishes.doel
        mixed += given[name] / sum(given.values()) * costs / (average or 1.0)
    return np.round(mixed * PARTS_OF_AVERAGE)
