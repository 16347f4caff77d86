"""Limits, preferences and rank, with three values: ja, nee, onbekend.

An unknown never lifts a parcel: in a limit it is neither passed nor failed and ranks below what passes; in
a preference it counts as the lowest score.
"""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.model import JA, NEE, ONBEKEND, Limit, Preference, Rules

FULL_SCORE = 100.0


def judge(measured: gpd.GeoDataFrame, rules: Rules) -> gpd.GeoDataFrame:
    """Give measured parcels their verdicts, scores and rank.

    Parameters
    ----------
    measured : GeoDataFrame
        With a column of values for each rule, and ``perceel_id``.
    rules : Rules

    Returns
    -------
    GeoDataFrame
        All parcels, best first and rejected ones last, with ``<naam>_oordeel`` (limits), ``<naam>_score``
        (preferences, 0..1), ``oordeel``, ``afgewezen_door``, ``onbekend``, ``score`` and ``score_hoog``
        (0..100) and ``rang`` (1 is best, NA where rejected).
    """
    verdicts = {f"{limit.naam}_oordeel": verdict(measured[limit.naam], limit) for limit in rules.limits}
    scores = {f"{wish.naam}_score": score(measured[wish.naam], wish) for wish in rules.preferences}
    result = measured.assign(**verdicts, **scores)
    rejected = [result[f"{limit.naam}_oordeel"].eq(NEE) for limit in rules.limits]
    open_limits = [result[f"{limit.naam}_oordeel"].eq(ONBEKEND) for limit in rules.limits]
    open_wishes = [result[f"{wish.naam}_score"].isna() for wish in rules.preferences]
    result["afgewezen_door"] = _names(rejected, [limit.naam for limit in rules.limits], result.index)
    result["onbekend"] = _names(
        [*open_limits, *open_wishes], [rule.naam for rule in (*rules.limits, *rules.preferences)], result.index
    )
    result["oordeel"] = np.select([_any(rejected, result.index), _any(open_limits, result.index)], [NEE, ONBEKEND], JA)
    result["score"], result["score_hoog"] = _totals(result, rules)
    return _ranked(result)


def verdict(values: pd.Series, limit: Limit) -> pd.Series:
    """Whether each value keeps to a limit: ja, nee or onbekend."""
    if limit.is_in:
        good = values.isin(limit.is_in)
    elif limit.not_in:
        good = ~values.isin(limit.not_in)
    else:
        good = pd.Series(True, index=values.index)
        if limit.min is not None:
            good &= values >= limit.min
        if limit.max is not None:
            good &= values <= limit.max
    return pd.Series(np.select([values.isna(), good], [ONBEKEND, JA], NEE), index=values.index, dtype="str")


def score(values: pd.Series, wish: Preference) -> pd.Series:
    """Score of each value from 0 to 1: straight between the points of a curve and flat outside, or by class."""
    if wish.classes is not None:
        return values.map(dict(wish.classes)).astype("float64")
    points = sorted((wish.curve or {}).items())
    known = values.to_numpy(dtype="float64", na_value=np.nan)
    scored = np.interp(known, [x for x, _ in points], [y for _, y in points])
    return pd.Series(np.where(np.isnan(known), np.nan, scored), index=values.index)


def _totals(table: pd.DataFrame, rules: Rules) -> tuple[pd.Series, pd.Series]:
    """Weighted mean of the scores on 0..100, with every unknown at its worst and at its best."""
    weights = np.array([wish.gewicht for wish in rules.preferences])
    scores = table[[f"{wish.naam}_score" for wish in rules.preferences]].to_numpy(dtype="float64")
    low, high = ((np.nan_to_num(scores, nan=unknown) * weights).sum(axis=1) / weights.sum() for unknown in (0.0, 1.0))
    # nine decimals: the order of a sum must not decide a rank
    return tuple(pd.Series(np.round(FULL_SCORE * part, 9), index=table.index) for part in (low, high))  # type: ignore[return-value]


def _ranked(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    order = table["oordeel"].map({JA: 0, ONBEKEND: 1, NEE: 2})
    table = table.assign(_order=order).sort_values(
        ["_order", "score", "perceel_id"], ascending=[True, False, True], kind="stable", ignore_index=True
    )
    candidate = table.pop("_order") < 2
    table["rang"] = pd.Series(np.arange(1, len(table) + 1), dtype="Int64").where(candidate.to_numpy())
    return table


def _any(masks: list[pd.Series], index: pd.Index) -> pd.Series:
    return pd.Series(np.logical_or.reduce(masks) if masks else False, index=index)


def _names(masks: Iterable[pd.Series], names: list[str], index: pd.Index) -> pd.Series:
    """For each row the names whose mask holds, joined with a comma and a space."""
    columns = np.column_stack([*masks]) if names else np.zeros((len(index), 0), dtype=bool)
    known = {
        row: ", ".join(name for name, holds in zip(names, row, strict=True) if holds)
        for row in set(map(tuple, columns))
    }
    return pd.Series([known[tuple(row)] for row in columns], index=index, dtype="str")
