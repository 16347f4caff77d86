"""Which features a ``where`` of the catalogue or of a rule means."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from locatiescan.model import Scalar


def selected(features: pd.DataFrame, where: Mapping[str, Scalar]) -> pd.Series:
    """Which features have all the wanted values.

    A text counts when it equals the wanted one, or is a list joined with commas that holds it (BAG's
    ``gebruiksdoel``). An unknown value is never the wanted one.

    Returns
    -------
    Series of bool
        On the features' index.
    """
    mask = pd.Series(True, index=features.index)
    for column, wanted in where.items():
        mask &= _equals(features[column], wanted)
    return mask


def undecided(features: pd.DataFrame, where: Mapping[str, Scalar]) -> pd.Series:
    """Which features may or may not be meant: a value that decides is absent, and no other rules them out.

    Returns
    -------
    Series of bool
        On the features' index.
    """
    possible = pd.Series(True, index=features.index)
    for column, wanted in where.items():
        possible &= _equals(features[column], wanted) | _absent(features[column])
    return possible & ~selected(features, where)


def _equals(values: pd.Series, wanted: Scalar) -> pd.Series:
    if isinstance(wanted, str):
        return values.map(lambda value: value == wanted or wanted in str(value).split(",")).astype(bool)
    return (values == wanted).fillna(False).astype(bool)


def _absent(values: pd.Series) -> pd.Series:
    """No value, or a blank, which says as little."""
    return values.isna() | values.eq("").fillna(False).astype(bool)
