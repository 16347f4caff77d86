"""One paragraph on each candidate that a councillor can read, and a list of what is not known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from locatiescan.analysis.answering import sentences
from locatiescan.analysis.answering.dutch import plain, unknown
from locatiescan.analysis.answering.routes import BETWEEN
from locatiescan.analysis.answering.unknowns import unknowns
from locatiescan.model import JA, ONBEKEND
from locatiescan.policy.planning import MANUAL

OF_THE_ROUTE = ("beslist", "overleg")
"""What the best route, or every closed one, tells besides the columns of the facts."""
UNCHECKED = "route_ongeverifieerd"
OLD_LAW = frozenset({"Wro", "Wabo", "Chw"})


def paragraphs(
    facts: pd.DataFrame,
    routes: pd.DataFrame,
    flags: pd.DataFrame,
    peildatum: date,
    unverified: Sequence[str] = (),
) -> pd.DataFrame:
    """Say of each candidate what is known in five to nine short sentences, and list what is not.

    Sentences are fixed templates filled with facts. Names stay as their source wrote them, but for control
    characters: escaping is the work of whoever writes them somewhere.

    Parameters
    ----------
    facts : DataFrame
        One row a location or building, indexed by ``locatie_id``; what is missing is unknown.
    routes : DataFrame
        As `routes_table` gives it: who decides by the ``beste``, whom to consult, and what was not checked.
    flags : DataFrame
        As `flags_table` gives it.
    peildatum : date
        Day of application from which the dates were counted.
    unverified : sequence of str
        What else was used everywhere and not checked against its source.

    Returns
    -------
    DataFrame
        ``samenvatting`` and ``weten_wij_niet`` (joined with ``; ``, empty where all is known), on the index of facts.
    """
    raised = _per_location(flags[flags["oordeel"] == JA], "vlag")
    doubtful = _per_location(flags[flags["oordeel"] == ONBEKEND], "titel")
    unchecked = _per_location(flags[(flags["oordeel"] == JA) & flags["ongeverifieerd"]], "titel")
    chosen = _chosen(routes)
    old_law = not OLD_LAW.isdisjoint(routes.loc[routes["van_kracht"].astype(bool), "regime"])
    told = []
    for location, row in zip(facts.index, _rows(facts), strict=True):
        known = {**_known(row), **chosen.get(location, {})}
        unread = dict.fromkeys([*known.pop(UNCHECKED, ()), *unchecked.get(location, ()), *map(plain, unverified)])
        text = _paragraph(known, frozenset(raised.get(location, ())), peildatum)
        told.append((text, unknowns(known, doubtful.get(location, ()), list(unread), old_law)))
    return pd.DataFrame(told, index=facts.index, columns=["samenvatting", "weten_wij_niet"], dtype=object)


def _paragraph(known: Mapping[str, Any], raised: frozenset[str], peildatum: date) -> str:
    said = (
        sentences.place(known),
        sentences.zoning(known),
        sentences.homes(known),
        sentences.mix(known),
        sentences.route(known),
        sentences.decision(known, raised, peildatum),
        sentences.stay(known),
        sentences.nitrogen(known),
        sentences.owner(known, raised),
    )
    return " ".join(sentence for sentence in said if sentence)


def _rows(facts: pd.DataFrame) -> list[dict[str, Any]]:
    return facts.drop(columns="geometry", errors="ignore").to_dict("records")  # type: ignore[return-value]


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that are there."""
    return {name: value for name, value in row.items() if not unknown(value)}


def _per_location(flags: pd.DataFrame, column: str) -> dict[Any, list[str]]:
    return flags.groupby("locatie_id")[column].agg(list).to_dict()


def _chosen(routes: pd.DataFrame) -> dict[Any, dict[str, Any]]:
    """Who decides, whom to consult and what was not checked, of the best route, or where there is none of all."""
    best = routes[routes["beste"]]
    told = {row["locatie_id"]: _known({name: row[name] for name in OF_THE_ROUTE}) for row in best.to_dict("records")}
    for location, text in zip(best["locatie_id"], best["ongeverifieerd"], strict=True):
        told[location][UNCHECKED] = _parts([text])
    closed = routes[routes["van_kracht"] & ~routes["locatie_id"].isin(best["locatie_id"])]
    for location, rows in closed.groupby("locatie_id"):
        told[location] = {
            "overleg": BETWEEN.join(_parts(rows["overleg"])),
            sentences.LEFT: BETWEEN.join(_parts(rows.loc[rows["oordeel"] == MANUAL, "titel"])),
            UNCHECKED: _parts(rows["ongeverifieerd"]),
        }
    return told


def _parts(texts: Iterable[str]) -> list[str]:
    """Each part of texts that were joined, once."""
    return list(dict.fromkeys(plain(part) for text in texts if text for part in text.split(BETWEEN)))
