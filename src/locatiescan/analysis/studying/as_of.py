"""What the law of a day said of locations, from the facts that a run measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from locatiescan.analysis.answering.best import best_routes
from locatiescan.analysis.answering.fewer import COLUMN, homes_with_route
from locatiescan.analysis.answering.flags import flag_columns, flags_table
from locatiescan.analysis.answering.routes import routes_table
from locatiescan.policy.flags import Flag
from locatiescan.policy.planning import Planning

REGIMES = "recht"


def as_of(facts: pd.DataFrame, planning: Planning, flags: Sequence[Flag], day: date) -> pd.DataFrame:
    """Judge planning routes and flags anew, as if the application were made on a day.

    Parameters
    ----------
    facts : DataFrame
        Candidates of a run, indexed by ``locatie_id``: what was measured of them, and the question that was asked.
    planning : Planning
    flags : sequence of Flag
    day : date

    Returns
    -------
    DataFrame
        On the index of facts: the columns of `best_routes` and `flag_columns`, ``route_max_woningen``, ``recht`` (the
        laws of the routes in force) and ``ongeverifieerd`` (what of the best route was not checked at its source).

    Notes
    -----
    Only the law is that of the day. Ground, plans and nitrogen are those of the run.
    """
    known = facts.assign(peiljaar=day.year)
    table = routes_table(known, planning, day)
    told = best_routes(table).reindex(facts.index)
    told[COLUMN] = homes_with_route(known, table, planning, day)[COLUMN]
    best = table.loc[table["beste"]].set_index("locatie_id")["ongeverifieerd"]
    laws = table.loc[table["van_kracht"]].groupby("locatie_id")["regime"].agg(lambda some: ", ".join(some.unique()))
    told["ongeverifieerd"] = best.reindex(facts.index, fill_value="")
    told[REGIMES] = laws.reindex(facts.index, fill_value="")
    return told.join(flag_columns(flags_table(known, flags, day), facts.index))
