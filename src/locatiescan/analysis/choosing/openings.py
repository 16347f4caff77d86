"""Which sites would open when a rule gave way: closed routes by what closes them, rejected parcels by limit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from locatiescan.analysis.answering.routes import BETWEEN
from locatiescan.policy.planning import CLOSED

BARS = ("reden", "locaties", "woningen", "locaties_mede", "woningen_mede", "locatie_ids")
LIMITS = ("grens", "beslist", "percelen", "oppervlakte_m2", "vrij_m2", "woningen_schatting")


def closed_by_bar(
    candidates: pd.DataFrame, routes: pd.DataFrame | None, offered: pd.Series | None = None
) -> pd.DataFrame:
    """Count the closed locations by what closes them.

    Parameters
    ----------
    candidates : DataFrame
        Of the region: ``locatie_id``, ``planroute_oordeel`` and ``woningen``.
    routes : DataFrame, optional
        As `routes_table` gives it: ``locatie_id``, ``oordeel``, ``reden``, ``van_kracht``. In a closed route the
        reasons are those that close it, and no others.
    offered : Series, optional
        Homes by ``locatie_id`` that a closed location can have already, with fewer homes: they do not count as new.

    Returns
    -------
    DataFrame
        `BARS`, most homes first. ``locaties`` and ``woningen``: that get a route if this reason alone did not hold,
        since some route is closed by nothing else. ``…_mede``: where it closes every route that is closed, but never
        alone, so that more has to give way. ``woningen`` is NaN where it is unknown of a location.
    """
    if routes is None or "planroute_oordeel" not in candidates:
        return pd.DataFrame(columns=list(BARS))
    shut = candidates.loc[candidates["planroute_oordeel"].eq(CLOSED)]
    homes = _homes(shut)
    if offered is not None:
        homes = homes - offered.astype("float64").reindex(homes.index, fill_value=0.0)
    alone, together = _opened(routes, homes.index)
    rows = [
        (bar, len(alone[bar]), _sum(homes, alone[bar]), len(together[bar]), _sum(homes, together[bar]), alone[bar])
        for bar in sorted({*alone, *together})
    ]
    table = pd.DataFrame(rows, columns=list(BARS))
    return table.sort_values(["woningen", "locaties", "reden"], ascending=[False, False, True], ignore_index=True)


def _opened(routes: pd.DataFrame, ids: pd.Index) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    """Locations by the reason that alone keeps a route shut, and by one that is always there but never alone."""
    told = routes.loc[routes["van_kracht"].astype(bool) & routes["oordeel"].eq(CLOSED) & routes["locatie_id"].isin(ids)]
    alone: dict[str, list[str]] = defaultdict(list)
    together: dict[str, list[str]] = defaultdict(list)
    for name, reasons in told.groupby("locatie_id", sort=True)["reden"]:
        bars = [frozenset(str(reason).split(BETWEEN)) for reason in reasons]
        single = {bar for some in bars if len(some) == 1 for bar in some}
        counted = Counter(bar for some in bars for bar in some)
        always = {bar for bar, number in counted.items() if number == len(bars)} - single
        for found, into in ((single, alone), (always, together)):
            for bar in found:
                into[bar].append(str(name))
    return alone, together


def _homes(candidates: pd.DataFrame) -> pd.Series:
    """Homes of each location; NaN where unknown."""
    known = candidates["woningen"] if "woningen" in candidates else pd.Series(np.nan, index=candidates.index)
    return pd.Series(known.astype("float64").to_numpy(), index=candidates["locatie_id"].astype(str))


def _sum(homes: pd.Series, ids: Sequence[str]) -> float:
    return float(homes[list(ids)].sum(skipna=False)) if ids else 0.0


def rejected_by_limit(rejected: pd.DataFrame, candidates: pd.DataFrame, deciders: Mapping[str, str]) -> pd.DataFrame:
    """Count the parcels that fail on one limit only, by limit, for those limits on which somebody may give way.

    Parameters
    ----------
    rejected : DataFrame
        ``perceel_id``, ``grens`` (name of the limit), ``oppervlakte_m2``, ``vrij_m2``.
    candidates : DataFrame
        Of the region, for an estimate: ``woningen`` and ``vrij_m2``.
    deciders : mapping of str to str
        Limit to who may give way on it; a limit that is not there is a fact on the ground.

    Returns
    -------
    DataFrame
        `LIMITS`, most homes first. ``woningen_schatting`` is an estimate and no more: free square metres of each
        parcel times the median of homes per free square metre over the candidates, whole homes, and never more on a
        parcel than the largest candidate has; parcels of which the free area is unknown are left out of it. NaN
        where there is nothing to estimate from.
    """
    if "grens" not in rejected:
        return pd.DataFrame(columns=list(LIMITS))
    known = rejected.loc[rejected["grens"].isin(list(deciders))]
    rows = [_limit_row(str(name), deciders[str(name)], some, candidates) for name, some in known.groupby("grens")]
    table = pd.DataFrame(rows, columns=list(LIMITS))
    return table.sort_values(["woningen_schatting", "grens"], ascending=[False, True], ignore_index=True)


def _limit_row(name: str, decider: str, some: pd.DataFrame, candidates: pd.DataFrame) -> tuple:
    free = some["vrij_m2"].astype("float64") if "vrij_m2" in some else pd.Series(np.nan, index=some.index)
    ground = some["oppervlakte_m2"].astype("float64")
    density, largest = homes_per_m2(candidates)
    homes = pd.Series(np.floor(free * density)).clip(upper=largest)
    total = float(homes.sum()) if homes.notna().any() else float("nan")
    return name, decider, len(some), float(ground.sum()), float(free.sum()), total


def homes_per_m2(candidates: pd.DataFrame) -> tuple[float, float]:
    """Median of homes per free square metre over the candidates, and the most homes that one has; NaN if unknown."""
    if "woningen" not in candidates or "vrij_m2" not in candidates:
        return float("nan"), float("nan")
    homes, free = candidates["woningen"].astype("float64"), candidates["vrij_m2"].astype("float64")
    good = (homes > 0) & (free > 0)
    return float((homes[good] / free[good]).median()), float(homes[good].max())
