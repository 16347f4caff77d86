"""How many storeys certainly fit on each location, how many at most, and what decides that."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from locatiescan.analysis.answering.dutch import counted, figure, percent
from locatiescan.model import JA, NEE
from locatiescan.policy.heights import HeightLimit, Heights

ROUNDING = 1e-9
"""9.5 m is three storeys, however the division comes out."""
WHOLE = 0.995
"""A share from here on is all of the ground: plan and parcel are drawn on different maps."""


def heights(sites: pd.DataFrame, policy: Heights) -> pd.DataFrame:
    """Give the storeys that a plan allows on each location.

    Parameters
    ----------
    sites : DataFrame
        One row a location, indexed by ``locatie_id``, with the columns that `policy` names. A column that is not
        there, and a value that is missing or no number, is unknown.
    policy : Heights
        What a storey takes, and which limits bind.

    Returns
    -------
    DataFrame
        On the same index: ``lagen`` (Int64), the least that the known limits leave, NA unless the plan says a height;
        ``lagen_ten_hoogste`` (Int64), the same of whatever is known, NA where nothing is; ``hoogte_bepaald_door``,
        the columns that decide it, joined with ``; `` (None where none); ``hoogte_bekend``, ja or nee;
        ``hoogte_let_op``, what to mind, in Dutch, empty where nothing.

    Notes
    -----
    ``laaghoogte_m * lagen + dak_m`` is at most the height. Advice never changes a number of storeys.
    """
    binding = [limit for limit in policy.eisen if limit.bindend]
    allowed = np.column_stack([_storeys(sites, limit, policy) for limit in binding])
    known = ~np.isnan(allowed)
    least = np.where(known, allowed, np.inf).min(axis=1)
    at_most = pd.Series(np.where(known.any(axis=1), least, np.nan), sites.index).astype("Int64")
    by_plan = pd.Series(np.asarray(known[:, [limit.plan for limit in binding]].any(axis=1)), sites.index)
    result = pd.DataFrame({"lagen": at_most.where(by_plan), "lagen_ten_hoogste": at_most}, index=sites.index)
    deciding = _joined(known & (allowed == least[:, None]), [limit.kolom for limit in binding])
    result["hoogte_bepaald_door"] = pd.Series(deciding, sites.index, dtype="str")
    result["hoogte_bekend"] = np.where(by_plan, JA, NEE)
    result["hoogte_let_op"] = _notes(sites, policy, result["lagen_ten_hoogste"])
    return result


def _storeys(sites: pd.DataFrame, limit: HeightLimit, policy: Heights) -> np.ndarray:
    """Storeys that one limit leaves, NaN where it is unknown."""
    value = _numbers(sites, limit.kolom)
    whole = value if limit.soort == "lagen" else (value - policy.dak_m) / policy.laaghoogte_m
    return np.maximum(np.floor(whole + ROUNDING), 0.0)


def _numbers(sites: pd.DataFrame, name: str) -> np.ndarray:
    if name not in sites:
        return np.full(len(sites), np.nan)
    value = pd.to_numeric(sites[name], errors="coerce").to_numpy("float64", na_value=np.nan)
    return np.where(np.isfinite(value), value, np.nan)


def _joined(holds: np.ndarray, words: list[str]) -> list[str | None]:
    """Words, one a column, of what holds on each row; None where nothing does."""
    return ["; ".join(word for word, said in zip(words, row, strict=True) if said) or None for row in holds.tolist()]


def _notes(sites: pd.DataFrame, policy: Heights, storeys: pd.Series) -> list[str]:
    allowed = storeys.to_numpy("float64", na_value=np.nan)
    columns = [list(_of_building_area(_numbers(sites, policy.bouwvlak)))]
    for limit in policy.eisen:
        if limit.bindend and not limit.plan:
            columns.append(list(_open_question(sites, limit)))
        if not limit.bindend:
            columns.append(list(_above(_numbers(sites, limit.kolom), _storeys(sites, limit, policy), allowed, limit)))
    return ["; ".join(note for note in notes if note) for notes in zip(*columns, strict=True)]


def _of_building_area(share: np.ndarray) -> Iterator[str]:
    for part in share:
        if np.isnan(part):
            yield "of er een bouwvlak ligt is onbekend"
        elif part == 0:
            yield "geen bouwvlak op deze grond: bouwen wijkt af van het plan, tenzij de planregels anders zeggen"
        elif part < WHOLE:
            yield f"bouwvlak op {percent(part)} van de grond: daarbuiten wijkt bouwen af van het plan"
        else:
            yield ""


def _open_question(sites: pd.DataFrame, limit: HeightLimit) -> Iterator[str]:
    """Name a limit from beyond the plan of which nobody knows whether it holds."""
    none_here = _numbers(sites, limit.aandeel) == 0 if limit.aandeel else np.zeros(len(sites), dtype=bool)
    for open_question in np.isnan(_numbers(sites, limit.kolom)) & ~none_here:
        yield f"{limit.titel}: onbekend, na te gaan" if open_question else ""


def _above(value: np.ndarray, usual: np.ndarray, allowed: np.ndarray, limit: HeightLimit) -> Iterator[str]:
    """Say where more storeys are allowed than is usual around."""
    unit = "m" if limit.soort == "meters" else "lagen"
    for number, around, own in zip(value, usual, allowed, strict=True):
        more = own - around  # NaN where either is unknown, and NaN is not more
        allowed_is = f"{counted(own, 'laag', 'lagen')} is {figure(more)} meer dan" if more > 0 else ""
        yield f"{allowed_is} {limit.titel} ({figure(number, 1)} {unit})" if allowed_is else ""
