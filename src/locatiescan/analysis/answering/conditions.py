"""Whether a condition holds, in three values."""

from __future__ import annotations

import numpy as np
import pandas as pd

from locatiescan.model import JA, NEE, ONBEKEND
from locatiescan.policy.conditions import Condition


def holds(condition: Condition, facts: pd.DataFrame) -> pd.Series:
    """Whether a condition holds for each location.

    Parameters
    ----------
    condition : Condition
    facts : DataFrame
        One row a location. A column that is not there, and a value that is missing or is the text ``onbekend``,
        is unknown.

    Returns
    -------
    Series of str
        ``ja``, ``nee`` or ``onbekend``.
    """
    ranges = (
        (condition.min, np.greater_equal),
        (condition.max, np.less_equal),
        (condition.onder, np.less),
        (condition.boven, np.greater),
    )
    asked = [(bound, compare) for bound, compare in ranges if bound is not None]
    if asked:
        return both(*(_compared(condition.kolom, bound, compare, facts) for bound, compare in asked))
    words = _words(condition.kolom, facts)
    known = pd.Series([word is not None for word in words], index=facts.index, dtype=bool)
    return _verdict(_named(condition, [word or "" for word in words]), known)


def answers(condition: Condition, facts: pd.DataFrame) -> pd.Series:
    """Whether a condition holds for each location, and where that is not known, of which columns.

    Returns
    -------
    Series of str
        ``ja``, ``nee``, or the names of the unknown columns joined with ``, ``.
    """
    said = holds(condition, facts)
    if not (said == ONBEKEND).any():
        return said
    bounds = (condition.min, condition.max, condition.onder, condition.boven)
    numeric = any(bound is not None for bound in bounds)
    names = dict.fromkeys((condition.kolom, *(bound for bound in bounds if isinstance(bound, str))))
    missing = [np.where(_unknown(name, facts, numeric), name, "") for name in names]
    joined = [", ".join(filter(None, row)) for row in zip(*missing, strict=True)]
    return said.where(said != ONBEKEND, pd.Series(joined, index=said.index))


def all_hold(conditions: tuple[Condition, ...], facts: pd.DataFrame) -> pd.Series:
    """Whether all conditions hold: ``nee`` as soon as one does not, whatever is unknown of the others."""
    if not conditions:
        return pd.Series(np.full(len(facts), JA), index=facts.index)
    return both(*(holds(condition, facts) for condition in conditions))


def both(*verdicts: pd.Series) -> pd.Series:
    """What holds where all of these hold."""
    said = np.array([verdict.to_numpy() for verdict in verdicts])
    together = np.where((said == NEE).any(axis=0), NEE, np.where((said == JA).all(axis=0), JA, ONBEKEND))
    return pd.Series(together, index=verdicts[0].index)


def _named(condition: Condition, words: list[str]) -> np.ndarray:
    if condition.bevat or condition.bevat_niet:
        wanted = [word.casefold() for word in condition.bevat or condition.bevat_niet]
        return np.array([any(part in word for part in wanted) == bool(condition.bevat) for word in words], dtype=bool)
    listed = {word.casefold() for word in condition.is_in or condition.not_in}
    return np.array([(word in listed) == bool(condition.is_in) for word in words], dtype=bool)


def _compared(name: str, bound: float | str, compare: np.ufunc, facts: pd.DataFrame) -> pd.Series:
    value = _numbers(name, facts)
    limit = _numbers(bound, facts) if isinstance(bound, str) else pd.Series(float(bound), facts.index)
    return _verdict(compare(value, limit).to_numpy(), value.notna() & limit.notna())


def _unknown(name: str, facts: pd.DataFrame, numeric: bool) -> np.ndarray:
    """Where a column says nothing: it is missing, or reads ``onbekend``, or is no number where one is asked."""
    if numeric:
        return _numbers(name, facts).isna().to_numpy()
    return np.array([word is None for word in _words(name, facts)], dtype=bool)


def _words(name: str, facts: pd.DataFrame) -> list[str | None]:
    """Text in small letters without spaces around it; None where unknown."""
    column = _column(name, facts).astype(object)
    texts = [
        None if missing else str(text).strip().casefold() for text, missing in zip(column, column.isna(), strict=True)
    ]
    return [None if text == ONBEKEND else text for text in texts]


def _numbers(name: str, facts: pd.DataFrame) -> pd.Series:
    return pd.to_numeric(_column(name, facts), errors="coerce").astype("float64")


def _column(name: str, facts: pd.DataFrame) -> pd.Series:
    return facts[name] if name in facts else pd.Series(np.full(len(facts), np.nan), index=facts.index)


def _verdict(said: np.ndarray, known: pd.Series) -> pd.Series:
    return pd.Series(np.where(known, np.where(said, JA, NEE), ONBEKEND), index=known.index)
