"""Heights and other sizes as zoning plans write them (IMRO ``maatvoering``)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

PAIR = re.compile(r'"([^"]+)"\s*=\s*"([^"]*)"')
NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,3})?")
NUMBERED = re.compile(r"(?<=[a-z)])\d+$")
"""``maximum aantal bouwlagen1``: the second of its kind in one object."""
SEPARATORS = (";", ", ", "/", ",")
"""Between several values in one text; a comma without space comes last, as it may be a decimal comma."""

# waardeType (IMRO2012 codelist and the spelling of IMRO2006), folded -> our column
SIZES = {
    "maximum bouwhoogte (m)": "max_bouwhoogte_m",
    "maximum hoogte (m)": "max_bouwhoogte_m",
    "maximum goothoogte (m)": "max_goothoogte_m",
    "maximum aantal bouwlagen": "max_bouwlagen",
}


def pairs(values: Iterable[tuple[str, str]]) -> str:
    """Flatten kinds and values as the national services do: ``"maximum bouwhoogte (m)"="9", ...``."""
    return ", ".join(f'"{_unquoted(kind)}"="{_unquoted(value)}"' for kind, value in values)


def sizes(texts: pd.Series) -> pd.DataFrame:
    """Maximum sizes from the flattened ``maatvoering`` of the national services.

    Parameters
    ----------
    texts : Series of str
        E.g. ``"maximum bouwhoogte (m)"="9", "maximum goothoogte (m)"="6,5"``; also with several kinds and as many
        values in one pair, ``"maximum goothoogte (m), maximum bouwhoogte (m)"="6; 9"``.

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
    for kinds, values in PAIR.findall(str(text)):
        for column, metres in _told(_kinds(kinds), values.strip()):
            if column:
                found[column] = min(metres, found.get(column, metres))
    return found


def _kinds(text: str) -> list[str | None]:
    """Our column for each kind in a text; None for a kind that we do not keep."""
    parts = [" ".join(part.casefold().split()) for part in re.split(r"[;,]", text.removeprefix("other:"))]
    if parts[0] == "maatvoering":
        # IMRO2006 writes the whole path: "maatvoering; hoogte; bouwhoogte; maximum bouwhoogte (m)"
        parts = parts[-1:] if not any(part in SIZES for part in parts[:-1]) else [""]
    return [SIZES.get(NUMBERED.sub("", part)) for part in parts]


def _told(columns: list[str | None], text: str) -> list[tuple[str | None, float]]:
    """Column and number, where there are as many numbers as kinds, or several numbers of one kind."""
    if len(columns) == 1 and NUMBER.fullmatch(text):  # "6,9" is a decimal here; for two kinds it is two values
        return [(columns[0], _number(text))]
    separator = next((mark for mark in SEPARATORS if mark in text), ";")
    values = [value.strip() for value in text.split(separator)]
    if len(columns) == 1:
        columns = columns * len(values) if all(NUMBER.fullmatch(value) for value in values) else []
    if len(columns) != len(values):  # which value is of which kind is not said
        return []
    told = zip(columns, values, strict=True)
    return [(column, _number(value)) for column, value in told if NUMBER.fullmatch(value)]


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _unquoted(text: str) -> str:
    return text.replace('"', "'")
