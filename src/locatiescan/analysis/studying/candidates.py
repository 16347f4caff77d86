"""A judged table as the arrays that a study of its ranking needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from locatiescan.analysis.judging.aggregate import FULL_SCORE, weights
from locatiescan.analysis.studying.ranks import in_steps, places, weighted_mean
from locatiescan.errors import SourceError, UsageError
from locatiescan.model import JA, NEE, Rules

SAME_SCORE = 1e-6
"""Points by which a score in a file may differ from what the rules make of its parts."""


@dataclass(frozen=True)
class Candidates:
    """What is ranked: n candidates in the order in which ties are broken, k preferences."""

    ids: np.ndarray
    """(n,) ``locatie_id``, or ``perceel_id`` where nothing was joined."""
    names: tuple[str, ...]
    """(k,) of the preferences."""
    scores: np.ndarray
    """(n, k), 0..1, NaN where unknown."""
    weights: np.ndarray
    """(k,), as given."""
    tiers: np.ndarray
    """(n,) 0 where all limits are met, 1 where that is unknown."""
    total: np.ndarray
    """(n,) score, 0..100."""
    rank: np.ndarray
    """(n,) from 1."""


def candidates_of(judged: pd.DataFrame, rules: Rules, profiel: str | None = None) -> Candidates:
    """Take what is ranked out of a judged table.

    Parameters
    ----------
    judged : DataFrame
        Parcels or locations as ``judge`` leaves them.
    rules : Rules
        With which they were judged.
    profiel : str, optional
        Name of a profile whose weights and ranking are meant; without it the general ones.

    Raises
    ------
    UsageError
        If the rules rank in a way that is not studied here, or there is no such profile.
    SourceError
        If the scores are not what these rules make of their parts.
    """
    _refuse_what_is_not_studied(rules, profiel)
    table = judged[judged["oordeel"].ne(NEE)].sort_values("perceel_id", kind="stable")
    scores = np.column_stack([table[f"{wish.naam}_score"].to_numpy(dtype="float64") for wish in rules.preferences])
    importance = weights(rules, profiel)
    mean = weighted_mean(np.nan_to_num(scores, nan=0.0), importance)
    tiers = table["oordeel"].ne(JA).to_numpy().astype("int64")
    told = table[f"score_{profiel}" if profiel else "score"].to_numpy(dtype="float64")
    if not np.allclose(FULL_SCORE * mean, told, rtol=0, atol=SAME_SCORE):
        raise SourceError("De scores in dit bestand volgen niet uit deze regels. Draai `locatiescan run` opnieuw.")
    ids = table["locatie_id" if "percelen" in table else "perceel_id"].to_numpy()
    names = tuple(wish.naam for wish in rules.preferences)
    return Candidates(ids, names, scores, importance, tiers, told, places(in_steps(mean), tiers) + 1)


def _refuse_what_is_not_studied(rules: Rules, profiel: str | None) -> None:
    if rules.aggregatie != "gewogen_som":
        raise UsageError(
            f"De gevoeligheid kan alleen van een gewogen som worden berekend; deze regels hebben aggregatie: "
            f"{rules.aggregatie}. Draai `locatiescan run` met aggregatie: gewogen_som."
        )
    bounded = [wish.naam for wish in rules.preferences if wish.only_in]
    if bounded:
        raise UsageError(
            f"De gevoeligheid kan alleen worden berekend als elke voorkeur overal telt; {', '.join(bounded)} "
            f"heeft only_in. Draai `locatiescan run` met regels zonder only_in bij voorkeuren."
        )
    known = [profile.naam for profile in rules.profielen]
    if profiel is not None and profiel not in known:
        raise UsageError(f"Deze regels kennen geen profiel '{profiel}'; wel: {', '.join(known) or 'geen'}.")
