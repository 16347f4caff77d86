"""The best planning route of each location, or why it has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from locatiescan.analysis.answering.dates import DATES
from locatiescan.analysis.answering.routes import BETWEEN, joined
from locatiescan.policy.planning import CLOSED

BEST = {
    "planroute": "route",
    "planroute_titel": "titel",
    "planroute_oordeel": "oordeel",
    "planroute_reden": "reden",
    "max_termijn_jaren": "max_jaren",
    "doorlooptijd_weken_laag": "weken_laag",
    "doorlooptijd_weken_hoog": "weken_hoog",
    **{name: name for name in DATES},
}
"""Columns of `best_routes`, and of the table they come from."""


def best_routes(table: pd.DataFrame) -> pd.DataFrame:
    """Take the best route of each location: open before to be looked at, then in the order of preference.

    Parameters
    ----------
    table : DataFrame
        As `routes_table` gives it.

    Returns
    -------
    DataFrame
        `BEST`, indexed by ``locatie_id``. Where every route is closed ``planroute`` is missing, and the reasons are
        those of all routes in force: what closes most of them first, what is left to look at last.
        ``max_termijn_jaren`` is NaN where the law sets no longest term.
    """
    ids = pd.Index(table["locatie_id"].drop_duplicates(), name="locatie_id", dtype=object)
    chosen = table.loc[table["beste"]].set_index("locatie_id")[list(BEST.values())]
    best = chosen.set_axis(list(BEST), axis=1).reindex(ids)
    others = table.loc[table["van_kracht"] & ~table["locatie_id"].isin(chosen.index)]
    shut = others["oordeel"] == CLOSED
    bare = best["planroute"].isna()
    closing, left = (
        others.loc[which].groupby("locatie_id", sort=False)["reden"].agg(join).reindex(best.index[bare], fill_value="")
        for which, join in ((shut, _most_first), (~shut, joined))
    )
    best.loc[bare, "planroute_oordeel"] = CLOSED
    best.loc[bare, "planroute_reden"] = [joined(both) for both in zip(closing, left, strict=True)]
    return best


def _most_first(texts: Iterable[str]) -> str:
    """Each part once, that of most texts first: what closes one route only is seldom what a planner must know."""
    counted = Counter(part for text in texts for part in text.split(BETWEEN))
    return BETWEEN.join(part for part, _ in counted.most_common())
