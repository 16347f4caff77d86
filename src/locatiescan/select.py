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
        values = features[column]
        if isinstance(wanted, str):
            mask &= values.map(lambda value, wanted=wanted: value == wanted or wanted in str(value).split(",")).astype(
                bool
            )
        else:
            mask &= (values == wanted).fillna(False).astype(bool)
    return mask
