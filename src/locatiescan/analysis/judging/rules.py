"""Limits, admissions, preferences and rank, with three values: ja, nee, onbekend.

An unknown never lifts a parcel: in a limit it is neither passed nor failed and ranks below what passes; in an
admission it admits nobody; in a preference it counts as the lowest score.
"""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.judging.aggregate import aggregate, weights
from locatiescan.model import JA, NEE, ONBEKEND, Limit, Measurement, Preference, Rules


def judge(measured: gpd.GeoDataFrame, rules: Rules) -> gpd.GeoDataFrame:
    """Give measured parcels their verdicts, scores and ranks.

    Parameters
    ----------
    measured : GeoDataFrame
        With ``perceel_id``, a column of values for each rule, and ``<naam>_geldt`` for each rule with ``only_in``.
    rules : Rules
        With weights; `locatiescan.config.rules.load_rules` has filled in those that follow from pairs.

    Returns
    -------
    GeoDataFrame
        All parcels, best first and rejected ones last, with ``<naam>_oordeel`` (limits and admissions),
        ``<naam>_score`` (preferences, 0..1, NaN where unknown or not applicable), ``oordeel``, ``afgewezen_door``
        (limits not met, also where an admission lifts them), ``toegelaten_door``, ``onbekend``, ``score`` and
        ``score_hoog`` (0..100), ``rang`` (1 is best, NA where rejected); for each profile ``score_<profiel>``
        and ``rang_<profiel>``.
    """
    verdicts = _verdicts(measured, rules)
    scores = {wish.naam: _score_here(measured, wish) for wish in rules.preferences}
    columns = {f"{name}_oordeel": values for name, values in verdicts.items()}
    columns |= {f"{name}_score": values for name, values in scores.items()}
    columns |= _outcome(measured, rules, verdicts, scores)
    columns |= _totals(measured, rules, scores)
    kept = measured.drop(columns=list(columns), errors="ignore")
    return ranked(gpd.GeoDataFrame(pd.concat([kept, pd.DataFrame(columns)], axis=1)), rules)


def ranked(judged: gpd.GeoDataFrame, rules: Rules) -> gpd.GeoDataFrame:
    """Rank what was judged, in general and for each profile: what meets every limit first, then by score.

    Parameters
    ----------
    judged : GeoDataFrame
        With ``perceel_id``, which decides between equal scores, ``oordeel``, ``score`` and ``score_<profiel>``.
    rules : Rules

    Returns
    -------
    GeoDataFrame
        Best first, with ``rang`` and ``rang_<profiel>``, NA where rejected.
    """
    order = _order(judged, judged["oordeel"])
    ranks = {
        f"rang{name}": _ranked(order(judged[f"score{name}"]), judged["oordeel"])
        for name in ("", *(f"_{profile.naam}" for profile in rules.profielen))
    }
    kept = judged.drop(columns=list(ranks), errors="ignore")
    result = gpd.GeoDataFrame(pd.concat([kept, pd.DataFrame(ranks)], axis=1))
    return result.iloc[order(judged["score"])].reset_index(drop=True)


def verdict(values: pd.Series, limit: Limit) -> pd.Series:
    """Whether each value keeps to a limit: ja, nee or onbekend."""
    if limit.is_in or limit.not_in:
        named = values.astype("str").str.casefold().isin([name.casefold() for name in (*limit.is_in, *limit.not_in)])
        good = named if limit.is_in else ~named
    else:
        good = pd.Series(True, index=values.index)
        if limit.min is not None:
            good &= values >= limit.min
        if limit.max is not None:
            good &= values <= limit.max
    return pd.Series(np.select([values.isna(), good], [ONBEKEND, JA], NEE), index=values.index, dtype="str")


def score(values: pd.Series, wish: Preference) -> pd.Series:
    """Score of each value from 0 to 1.

    Straight between the points of a curve and flat outside; or the step at or below the value, 0 below the first;
    or by class, unknown for a class that is not named.
    """
    if wish.classes is not None:
        classes = {name.casefold(): points for name, points in wish.classes.items()}
        return values.astype("str").str.casefold().map(classes).astype("float64")
    known = values.to_numpy(dtype="float64", na_value=np.nan)
    points = np.array(sorted((wish.curve or wish.steps or {}).items()))
    if wish.steps is not None:
        scored = np.r_[0.0, points[:, 1]][np.searchsorted(points[:, 0], known, side="right")]
    else:
        scored = np.interp(known, points[:, 0], points[:, 1])
    return pd.Series(np.where(np.isnan(known), np.nan, scored), index=values.index)


def applies(measured: pd.DataFrame, rule: Measurement) -> np.ndarray:
    """Whether a rule applies to each parcel.

    Returns
    -------
    array of float, shape (n,)
        1 where it does, 0 where it does not, NaN where that is unknown.
    """
    if rule.only_in is None:
        return np.ones(len(measured))
    return measured[f"{rule.naam}_geldt"].map({JA: 1.0, NEE: 0.0}).to_numpy(dtype="float64", na_value=np.nan)


def _verdicts(measured: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """Verdict of each limit and admission; where it does not apply a limit is met, and an admission admits nobody."""
    elsewhere = {JA: rules.limits, NEE: rules.toelatingen}
    result = {}
    for there, limit in ((there, limit) for there, some in elsewhere.items() for limit in some):
        here, found = applies(measured, limit), verdict(measured[limit.naam], limit)
        result[limit.naam] = found.mask(here == 0, there).mask(np.isnan(here) & found.ne(there), ONBEKEND)
    return result


def _score_here(measured: pd.DataFrame, wish: Preference) -> pd.Series:
    return score(measured[wish.naam], wish).mask(applies(measured, wish) == 0)


def _outcome(
    measured: pd.DataFrame, rules: Rules, verdicts: dict[str, pd.Series], scores: dict[str, pd.Series]
) -> dict[str, pd.Series]:
    """Give the verdict over all, and the names of the rules that made it."""
    index = measured.index
    rejected = {limit.naam: verdicts[limit.naam].eq(NEE) for limit in rules.limits}
    unknown = {limit.naam: verdicts[limit.naam].eq(ONBEKEND) for limit in rules.limits}
    admitted = {rule.naam: verdicts[rule.naam].eq(JA) for rule in rules.toelatingen}
    outcome = np.select([_any(admitted, index), _any(rejected, index), _any(unknown, index)], [JA, NEE, ONBEKEND], JA)
    # an admission that is unknown is worth finding out only where it could help
    unknown |= {rule.naam: verdicts[rule.naam].eq(ONBEKEND) & (outcome != JA) for rule in rules.toelatingen}
    for wish in rules.preferences:
        here = applies(measured, wish)
        unknown[wish.naam] = (scores[wish.naam].isna() & (here != 0)) | np.isnan(here)
    return {
        "afgewezen_door": _names(rejected, index),
        "toegelaten_door": _names(admitted, index),
        "onbekend": _names(unknown, index),
        "oordeel": pd.Series(outcome, index=index, dtype="str"),
    }


def _totals(measured: pd.DataFrame, rules: Rules, scores: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """Give score and highest possible score, and the score of each profile, on 0..100."""
    table = np.column_stack([scores[wish.naam] for wish in rules.preferences])
    bounded = any(wish.only_in for wish in rules.preferences)
    here = np.column_stack([applies(measured, wish) for wish in rules.preferences]) if bounded else None
    low, high = aggregate(table, weights(rules), here, rules.aggregatie)
    totals = {"score": low, "score_hoog": high}
    for profile in rules.profielen:
        totals[f"score_{profile.naam}"] = aggregate(table, weights(rules, profile.naam), here, rules.aggregatie)[0]
    return {name: pd.Series(values, index=measured.index) for name, values in totals.items()}


def _order(measured: pd.DataFrame, outcome: pd.Series) -> Callable[[pd.Series], np.ndarray]:
    """Give the way to sort rows from best to worst by a score: what passes, what may, what is rejected; then by id."""
    alphabetical = pd.factorize(measured["perceel_id"], sort=True)[0]
    group = np.select([outcome.eq(JA), outcome.eq(ONBEKEND)], [0, 1], 2)
    return lambda score: np.lexsort((alphabetical, -score.to_numpy(), group))


def _ranked(order: np.ndarray, outcome: pd.Series) -> pd.Series:
    """Give 1 to the first row of an order; rejected ones have no rank."""
    place = np.empty(len(order), dtype="int64")
    place[order] = np.arange(1, len(order) + 1)
    return pd.Series(place, index=outcome.index, dtype="Int64").where(outcome.ne(NEE))


def _any(masks: dict[str, pd.Series], index: pd.Index) -> np.ndarray:
    return np.logical_or.reduce([*masks.values()]) if masks else np.zeros(len(index), dtype=bool)


def _names(masks: dict[str, pd.Series], index: pd.Index) -> pd.Series:
    """For each row the names whose mask holds, joined with a comma and a space."""
    if not masks:
        return pd.Series("", index=index, dtype="str")
    packed = np.packbits(np.column_stack([*masks.values()]), axis=1)
    patterns, row = np.unique(packed, axis=0, return_inverse=True)
    held = np.unpackbits(patterns, axis=1, count=len(masks)).astype(bool)
    texts = [", ".join(name for name, holds in zip(masks, line, strict=True) if holds) for line in held]
    return pd.Series(np.array(texts, dtype=object)[row.ravel()], index=index, dtype="str")
