"""Which flags of law and money a location raises."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from locatiescan.analysis.answering.conditions import all_hold, both, holds
from locatiescan.analysis.answering.dutch import figure, plain, unknown
from locatiescan.model import JA, NEE, ONBEKEND
from locatiescan.policy.conditions import Condition
from locatiescan.policy.flags import IN_TEXT, Flag, Threshold

COLUMNS = (
    "locatie_id", "vlag", "titel", "onderwerp", "oordeel", "tekst", "grondslag", "wie",
    "ongeverifieerd", "bron", "datum",
)  # fmt: skip
HOMES = "woningen_hoog"
"""Thresholds are held against the favourable number of homes: a flag too many costs a look, one too few a case."""
DOUBT = "Het is niet bekend of dit geldt. "


def flags_table(facts: pd.DataFrame, flags: Sequence[Flag], peildatum: date) -> pd.DataFrame:
    """Every flag that is raised, or of which it is not known.

    Parameters
    ----------
    facts : DataFrame
        One row a location, indexed by ``locatie_id``; a column that is not there is unknown.
    flags : sequence of Flag
    peildatum : date
        Only what holds on this day is asked.

    Returns
    -------
    DataFrame
        One row a location and flag, in the order of both: `COLUMNS`, with ``oordeel`` ``ja`` or ``onbekend``.
        ``tekst`` has the facts of the location filled in, and says so where it is not known whether it holds.
    """
    found = [_rows(facts, flag, peildatum) for flag in flags if _holds_on(flag, peildatum)]
    found = [rows for rows in found if len(rows)]
    table = pd.concat(found) if found else pd.DataFrame(columns=["place", *COLUMNS])
    table = table.sort_values("place", kind="stable", ignore_index=True)
    return table.loc[:, list(COLUMNS)].astype({"ongeverifieerd": bool})


def flag_columns(table: pd.DataFrame, ids: Iterable[str]) -> pd.DataFrame:
    """Titles of the flags of each location, joined with ``; ``.

    Parameters
    ----------
    table : DataFrame
        As `flags_table` gives it.
    ids : iterable of str
        Locations, in the order of the result.

    Returns
    -------
    DataFrame
        ``vlaggen`` and ``vlaggen_onbekend``, indexed by ``locatie_id``; empty text where there are none.
    """
    index = pd.Index(list(ids), name="locatie_id", dtype=object)
    columns = {"vlaggen": JA, "vlaggen_onbekend": ONBEKEND}
    joined = {
        name: table.loc[table["oordeel"] == verdict].groupby("locatie_id")["titel"].agg("; ".join)
        for name, verdict in columns.items()
    }
    return pd.DataFrame({name: titles.reindex(index, fill_value="") for name, titles in joined.items()}, index=index)


def _holds_on(one: Flag | Threshold, peildatum: date) -> bool:
    today = peildatum.isoformat()
    return (one.vanaf or today) <= today <= (one.tot or today)


def _rows(facts: pd.DataFrame, flag: Flag, peildatum: date) -> pd.DataFrame:
    threshold = next((one for one in flag.drempels if _holds_on(one, peildatum)), None)
    verdict = _verdict(facts, flag, threshold).to_numpy()
    place = np.flatnonzero(verdict != NEE)
    texts = _texts(flag.tekst, facts.iloc[place], _said(threshold))
    doubtful = flag.ongeverifieerd or (threshold is not None and threshold.ongeverifieerd)
    return pd.DataFrame(
        {
            "place": place,
            "locatie_id": facts.index.to_numpy(dtype=object)[place],
            "vlag": flag.naam,
            "titel": flag.titel,
            "onderwerp": flag.onderwerp,
            "oordeel": verdict[place],
            "tekst": [text if said == JA else DOUBT + text for said, text in zip(verdict[place], texts, strict=True)],
            "grondslag": "; ".join(flag.grondslag),
            "wie": flag.wie,
            "ongeverifieerd": doubtful,
            "bron": "; ".join(one.bron for one in (flag, threshold) if one and one.bron),
            "datum": flag.datum,
        }
    )


def _verdict(facts: pd.DataFrame, flag: Flag, threshold: Threshold | None) -> pd.Series:
    parts = [all_hold(flag.als, facts)]
    if threshold:
        parts.append(holds(Condition(kolom=HOMES, min=threshold.bedrag_euro / threshold.kosten_per_woning_euro), facts))
    elif flag.drempels:  # a threshold is set for every period, but this file does not know that of today
        parts.append(pd.Series(ONBEKEND, index=facts.index))
    if flag.in_werking != JA:
        parts.append(pd.Series(flag.in_werking, index=facts.index))
    return both(*parts)


def _said(threshold: Threshold | None) -> dict[str, str]:
    """`THRESHOLD_FACTS` as text."""
    if threshold is None:
        return {}
    amount, cost = threshold.bedrag_euro, threshold.kosten_per_woning_euro
    return {
        "drempel_euro": figure(amount),
        "kosten_per_woning_euro": figure(cost),
        "drempel_woningen": figure(math.ceil(amount / cost)),
    }


def _texts(template: str, facts: pd.DataFrame, fixed: Mapping[str, str]) -> list[str]:
    """A text per location. What is filled in is never read again as a template."""
    names = set(re.findall(IN_TEXT, template))
    columns = {name: facts[name].tolist() for name in names if name in facts and name not in fixed}
    if not columns:
        return [_filled(template, fixed)] * len(facts)
    rows = zip(*columns.values(), strict=True)
    return [_filled(template, {**dict(zip(columns, map(_written, row), strict=True)), **fixed}) for row in rows]


def _filled(template: str, values: Mapping[str, str]) -> str:
    return re.sub(IN_TEXT, lambda match: values.get(match[1], ONBEKEND), template)


def _written(value: Any) -> str:
    if unknown(value):
        return ONBEKEND
    return (plain(value) or "geen") if isinstance(value, str) else figure(float(value), 2)
