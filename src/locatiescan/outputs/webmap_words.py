"""Text for the map's payload, told once: much of what is said of locations differs in its numbers only.

The reverse of these is in ``webmap-words.js``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

HOLE = "\x00"
"""Stands in a sentence where a number goes; texts of others lose it, so that they make no hole."""
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_SENTENCE_END = re.compile(r"(?<=[.;:,]) ")


def plain_list(values: Iterable[Any]) -> list[Any]:
    """Values as JSON knows them; whatever is unknown is null."""
    if isinstance(values, pd.Series):
        if isinstance(values.dtype, pd.StringDtype):
            known = values.to_numpy(dtype=object, copy=True)  # all at once: cell by cell takes far longer
            known[values.isna().to_numpy()] = None
            return known.tolist()
        if values.dtype == bool:
            return values.tolist()
    return [_plain(value) for value in values]


def coded(values: Iterable[Any]) -> dict[str, list[Any]]:
    """Each different value once, and for every row which of them it is; -1 where there is none."""
    known: dict[Any, int] = {}
    at = [-1 if value in (None, "") else known.setdefault(value, len(known)) for value in plain_list(values)]
    return {"words": list(known), "at": at}


def told(texts: Iterable[Any]) -> dict[str, list[str]]:
    """Sentences without their numbers, each once; and for every row which of them, with its numbers.

    Returns
    -------
    dict
        ``sentences``, with a `HOLE` for each number; ``texts``: per row its sentences, divided by ``|``, each as
        the place in that list and the numbers, divided by spaces. Empty where there is no text.
    """
    known: dict[str, int] = {}
    seen: dict[str, str] = {}
    rows = []
    for value in plain_list(texts):
        text = str(value or "").replace(HOLE, "")
        parts = _SENTENCE_END.split(text) if text else ()
        rows.append("|".join(seen.get(part) or seen.setdefault(part, _numbered(part, known)) for part in parts))
    return {"sentences": list(known), "texts": rows}


def _numbered(sentence: str, known: dict[str, int]) -> str:
    """The place of a sentence without its numbers in `known`, where it is put if it is new; then its numbers."""
    words = _NUMBER.split(sentence)
    numbers = _NUMBER.findall(sentence)
    return " ".join([str(known.setdefault(HOLE.join(words), len(known))), *numbers])


def rows_by_site(table: pd.DataFrame, sites: Sequence[str], said: Sequence[str] = ()) -> dict[str, Any]:
    """A table with some rows for each location, each different row told once.

    Parameters
    ----------
    table : DataFrame
        With ``locatie_id``.
    sites : sequence of str
        Locations in the order of the map; rows of others are left out.
    said : sequence of str
        Columns with sentences, see `told`; the others are coded.

    Returns
    -------
    dict
        ``columns`` (by name, coded), ``told`` (by name) and ``of``: for each location which rows.
    """
    at = pd.Index(sites).get_indexer(pd.Index(table["locatie_id"]))
    kept = table[at >= 0].drop(columns="locatie_id")
    row, first = _different(kept)
    columns = kept.iloc[first]
    by_site = row[np.argsort(at[at >= 0], kind="stable")]
    ends = np.cumsum(np.bincount(at[at >= 0], minlength=len(sites)))
    return {
        "columns": {name: coded(columns[name]) for name in columns if name not in said},
        "told": {name: told(columns[name]) for name in said},
        "of": [found.tolist() for found in np.split(by_site, ends)[:-1]],
    }


def _different(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """For each row which of the different rows it is, and where each of those stands first; in order of appearance."""
    found = np.zeros(len(table), np.int64)
    for name in table:
        codes, values = pd.factorize(pd.Series(plain_list(table[name]), dtype=object))
        # numbered anew after each column: products would leave the range of whole numbers
        found = pd.factorize(found * (len(values) + 1) + codes + 1)[0]
    return found, np.flatnonzero(~pd.Series(found).duplicated().to_numpy())


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | bool | int | float) else str(value)
