"""Which features a ``where`` of the catalogue or of a rule means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from locatiescan.model import Scalar

FLAGS = dict.fromkeys(("true", "t", "ja", "j", "yes", "y", "1"), True)
FLAGS |= dict.fromkeys(("false", "f", "nee", "n", "no", "0"), False)


def selected(features: pd.DataFrame, where: Mapping[str, Scalar]) -> pd.Series:
    """Which features have all the wanted values.

    A text counts when it equals the wanted one without regard to case, or is a list joined with commas that holds
    it (BAG's ``gebruiksdoel``). Flags and numbers may also be written as text. An unknown value is never the one.

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
        possible &= _equals(features[column], wanted) | _absent(features[column], wanted)
    return possible & ~selected(features, where)


def _equals(values: pd.Series, wanted: Scalar) -> pd.Series:
    if isinstance(wanted, str):
        one = wanted.casefold()
        code, texts = pd.factorize(_texts(values))  # a register has few different texts
        equal = np.array([one in (text, *text.split(",")) for text in texts], dtype=bool)
        return pd.Series(equal[code], values.index, dtype=bool)
    return (_as_kind(values, wanted) == wanted).fillna(False).astype(bool)


def _absent(values: pd.Series, wanted: Scalar) -> pd.Series:
    """No value, a blank, or a text that cannot be read as what is wanted: all say as little."""
    return _texts(values).eq("") if isinstance(wanted, str) else _as_kind(values, wanted).isna()


def _texts(values: pd.Series) -> pd.Series:
    """Values as texts to compare, without regard to case; 5.0 is 5, and no value is blank."""
    if pd.api.types.is_float_dtype(values):
        values = values.map(lambda number: f"{number:g}", na_action="ignore")
    return values.astype("str").str.casefold().fillna("")


def _as_kind(values: pd.Series, wanted: bool | int | float) -> pd.Series:
    """Values as flags or as numbers: services also send them as texts."""
    if isinstance(wanted, bool):
        return _texts(values).map(FLAGS).astype("boolean")
    return pd.to_numeric(values, errors="coerce")
