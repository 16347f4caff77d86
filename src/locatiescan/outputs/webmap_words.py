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
    rows = []
    for value in plain_list(texts):
        text = str(value or "").replace(HOLE, "")
        parts = []
        for sentence in _SENTENCE_END.split(text) if text else ():
            number = known.setdefault(_NUMBER.sub(HOLE, sentence), len(known))
            parts.append(" ".join([str(number), *_NUMBER.findall(sentence)]))
        rows.append("|".join(parts))
    return {"sentences": list(known), "texts": rows}


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
    place = {name: i for i, name in enumerate(sites)}
    names = [name for name in table.columns if name != "locatie_id"]
    known: dict[tuple[Any, ...], int] = {}
    of: list[list[int]] = [[] for _ in sites]
    cells = zip(*(plain_list(table[name]) for name in names), strict=True)
    for site, row in zip(table["locatie_id"], cells, strict=True):
        if site in place:
            of[place[site]].append(known.setdefault(row, len(known)))
    columns = dict(zip(names, zip(*known, strict=True), strict=True)) if known else {name: () for name in names}
    return {
        "columns": {name: coded(column) for name, column in columns.items() if name not in said},
        "told": {name: told(columns[name]) for name in said},
        "of": of,
    }


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | bool | int | float) else str(value)
