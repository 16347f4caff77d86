"""Whether a location of which every route is closed has one for fewer homes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from locatiescan.analysis.answering.dates import in_force
from locatiescan.analysis.answering.routes import routes_table
from locatiescan.policy.planning import CLOSED, Planning

HOMES = "woningen"
COLUMN = "route_max_woningen"
"""Not ``woningen_…``: columns named so are homes for a target group."""


def homes_with_route(facts: pd.DataFrame, table: pd.DataFrame, planning: Planning, peildatum: date) -> pd.DataFrame:
    """Give the most homes with which a closed location has a route after all.

    Parameters
    ----------
    facts : DataFrame
        As for `routes_table`.
    table : DataFrame
        What `routes_table` said of them.
    planning : Planning
    peildatum : date

    Returns
    -------
    DataFrame
        ``route_max_woningen`` (Int64) on the index of facts; NA where a route is there already, or with fewer homes
        neither, or where the homes are unknown.

    Notes
    -----
    Only the numbers are tried that the law in force names: "up to 25 homes". Nitrogen stays as it was judged for all
    homes, which is the cautious side.
    """
    found = pd.Series(pd.NA, index=facts.index, dtype="Int64")
    if HOMES in facts:
        homes = pd.to_numeric(facts[HOMES], errors="coerce").astype("float64")
        closed = ~facts.index.isin(table.loc[table["beste"], "locatie_id"])
        for bound in sorted(set(_bounds(planning, peildatum)), reverse=True):
            tried = facts.loc[closed & found.isna() & (homes > bound)].assign(**{HOMES: bound})
            fewer = routes_table(tried, planning, peildatum)
            found[fewer.loc[fewer["beste"], "locatie_id"]] = int(bound)
    return found.to_frame(COLUMN)


def _bounds(planning: Planning, day: date) -> Iterator[float]:
    """Numbers of homes above which something closes."""
    for law in (*planning.routes, *planning.beperkingen):
        for objection in law.bezwaren if in_force(law, day) else ():
            for condition in objection.als if objection.dan == CLOSED else ():
                if condition.kolom == HOMES and isinstance(condition.boven, float) and condition.boven >= 1:
                    yield condition.boven
