"""Heights and other sizes as zoning plans write them (IMRO ``maatvoering``)."""

from __future__ import annotations

import re

import pandas as pd

PAIR = re.compile(r'"([^"]+)"\s*=\s*"([^"]*)"')
NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,3})?")

# waardeType (IMRO2012 codelist and the spelling of IMRO2006), folded -> our column
SIZES = {
    "maximum bouwhoogte (m)": "max_bouwhoogte_m",
    "maximum hoogte (m)": "max_bouwhoogte_m",
    "maximum goothoogte (m)": "max_goothoogte_m",
    "maximum aantal bouwlagen": "max_bouwlagen",
}


def sizes(texts: pd.Series) -> pd.DataFrame:
    """Maximum sizes from the flattened ``maatvoering`` of the national services.

    Parameters
    ----------
    texts : Series of str
        E.g. ``"maximum bouwhoogte (m)"="9", "maximum goothoogte (m)"="6,5"``.

    Returns
    -------
    DataFrame of float
        ``max_bouwhoogte_m``, ``max_goothoogte_m``, ``max_bouwlagen``; NaN where the text does not say, says it
        in words, or gives a minimum. Of several values of one kind the strictest counts.
    """
    known = {text: _sizes_of(text) for text in texts.dropna().unique()}
    rows = [known.get(text, {}) for text in texts]
    return pd.DataFrame(rows, index=texts.index, columns=list(dict.fromkeys(SIZES.values())), dtype="float64")


def _sizes_of(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for kind, value in PAIR.findall(str(text)):
        # IMRO2006 writes the whole path: "maatvoering; hoogte; bouwhoogte; maximum bouwhoogte (m)"
        column = SIZES.get(" ".join(kind.rpartition(";")[2].casefold().split()))
        number = NUMBER.fullmatch(value.strip())
        if column and number:
            metres = float(value.strip().replace(",", "."))
            found[column] = min(metres, found.get(column, metres))
    return found
