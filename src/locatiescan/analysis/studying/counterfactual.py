"""Two runs, and what lies between them: one thing changed at a time, so that the differences add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import geopandas as gpd
import pandas as pd

from locatiescan.analysis.judging.rules import judge
from locatiescan.analysis.studying.changes import redefined
from locatiescan.config.rules import all_rules
from locatiescan.model import Rules

STEPS = ("gegevens", "samenvoegen", "regels", "gewichten", "methode", "programma")
"""What is changed in turn. ``programma`` is what the present version judges otherwise than the one that ran."""


@dataclass(frozen=True)
class Side:
    """One of two runs."""

    parcels: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame | None
    rules: Rules
    sources: pd.DataFrame


def places(side: Side) -> gpd.GeoDataFrame:
    """Everything that was ranked or rejected by itself: locations, and parcels that are in none.

    Returns
    -------
    GeoDataFrame
        Indexed by ``perceel_id`` (of a location: its largest parcel), with ``percelen``.
    """
    parcels = side.parcels.assign(percelen=side.parcels["perceel_id"])
    if side.sites is not None:
        alone = parcels["locatie_id"].fillna("").eq("").to_numpy()
        parcels = pd.concat([side.sites, parcels[alone]], ignore_index=True)
    return parcels.set_index("perceel_id", drop=False).rename_axis(None)  # type: ignore[return-value]


def states(old: Side, new: Side) -> list[pd.DataFrame]:
    """Verdict, score and rank of each place, from the old run to the new one.

    Parameters
    ----------
    old, new : Side

    Returns
    -------
    list of DataFrame
        Indexed by ``perceel_id``, with ``oordeel``, ``score`` and ``rang``: as the old run left them; then with
        new data; with parcels joined as in the new run; with new limits, curves and definitions, but old weights;
        with new weights; with the new method, which is as the new run left them but for ``programma``. First and
        last are what the runs themselves say; the second is the old one judged by the present program.
    """
    judged = [_judged(table, rules) for table, rules in _steps(old, new)]
    return [_said(places(old)), *judged, _said(places(new))]


def differences(between: list[pd.DataFrame], column: str) -> pd.DataFrame:
    """What each step adds to ``rang`` or ``score``, for each place of either run.

    Returns
    -------
    DataFrame
        One column a step of `STEPS`; a row adds up to the whole difference. NA where one of a step's two ends has
        no such figure: not there, or rejected.
    """
    index = between[0].index.union(between[-1].index, sort=False)
    values = [state[column].reindex(index) for state in between]
    parts = [after - before for before, after in pairwise(values)]
    # the first and the last are of the program: its judgement of the old run, and of the new one
    return pd.DataFrame(dict(zip(STEPS, [*parts[1:-1], parts[0] + parts[-1]], strict=True)))


def _steps(old: Side, new: Side) -> Iterator[tuple[gpd.GeoDataFrame, Rules]]:
    before, after = places(old), places(new)
    old_names, new_names = ({rule.naam: rule for rule in all_rules(side.rules)} for side in (old, new))
    moved = redefined(old_names, new_names)
    yield before, old.rules
    yield _with_values(_new_data(old, new, before, after), before, moved), old.rules
    same = before[before["percelen"].eq(after["percelen"].reindex(before.index))]
    yield _with_values(after, same, moved), old.rules
    yield _with_values(after, before, [name for name in moved if name not in new_names]), _old_weights(old, new)
    yield after, replace(new.rules, aggregatie=old.rules.aggregatie)
    yield after, new.rules


def _new_data(old: Side, new: Side, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Places of the old run with new figures, and parcels that did not exist then."""
    parcels = new.parcels.set_index("perceel_id", drop=False).rename_axis(None)
    still = before[before.index.isin(parcels.index)]
    whole = still.index.isin(after.index) & still["percelen"].eq(after["percelen"].reindex(still.index)).to_numpy()
    single = ~whole & still["percelen"].eq(still["perceel_id"]).to_numpy()
    fresh = after[~after.index.isin(old.parcels["perceel_id"])]
    # a location that was joined otherwise was not measured anew in that form: it keeps its old figures
    return pd.concat([after.loc[still.index[whole]], parcels.loc[still.index[single]], still[~whole & ~single], fresh])  # type: ignore[return-value]


def _with_values(table: gpd.GeoDataFrame, other: pd.DataFrame, names: list[str] | tuple[str, ...]) -> gpd.GeoDataFrame:
    """Take the columns of some rules from another table, for the places that it has."""
    result = table.copy()
    for name in (column for rule in names for column in (rule, f"{rule}_geldt") if column in other):
        theirs = other[name].reindex(table.index)
        here = table.index.isin(other.index)
        result[name] = theirs.where(here, table[name]) if name in table else theirs
    return result


def _old_weights(old: Side, new: Side) -> Rules:
    """New rules with the weights of old: a preference that came does not count yet, one that went still does."""
    weights = {wish.naam: wish.gewicht for wish in old.rules.preferences}
    kept = [replace(wish, gewicht=weights[wish.naam]) for wish in new.rules.preferences if wish.naam in weights]
    names = {wish.naam for wish in kept}
    gone = [wish for wish in old.rules.preferences if wish.naam not in names]
    return replace(new.rules, preferences=(*kept, *gone), aggregatie=old.rules.aggregatie)


def _judged(table: gpd.GeoDataFrame, rules: Rules) -> pd.DataFrame:
    bare = replace(rules, profielen=(), paren=())
    columns = [column for rule in all_rules(bare) for column in (rule.naam, f"{rule.naam}_geldt") if column in table]
    wanted = table[list(dict.fromkeys(["perceel_id", *columns]))].reset_index(drop=True)
    return _said(judge(wanted, bare).set_index("perceel_id"))  # type: ignore[arg-type]


def _said(table: pd.DataFrame) -> pd.DataFrame:
    return table[["oordeel", "score", "rang"]].astype({"rang": "Int64"})
