"""Locations whose planning route opened or closed between two runs, for instance on two reference dates."""

from __future__ import annotations

import pandas as pd

COLUMNS = ("planroute", "planroute_oordeel", "planroute_reden", "woningen")


def route_flips(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Locations that are in both runs and of which the best route has another verdict.

    Parameters
    ----------
    old, new : DataFrame
        Locations or buildings of two runs, with ``locatie_id`` and the columns of the best route.

    Returns
    -------
    DataFrame
        ``locatie_id``, and each of `COLUMNS` with ``_oud`` and ``_nieuw``; empty where a run answered nothing.
    """
    if not all({"locatie_id", *COLUMNS} <= set(run.columns) for run in (old, new)):
        return pd.DataFrame(
            columns=["locatie_id", *(f"{name}_{side}" for name in COLUMNS for side in ("oud", "nieuw"))]
        )
    kept = [run[["locatie_id", *COLUMNS]].astype({"planroute": object}) for run in (old, new)]
    both = kept[0].merge(kept[1], on="locatie_id", suffixes=("_oud", "_nieuw"))
    return both[both["planroute_oordeel_oud"] != both["planroute_oordeel_nieuw"]].reset_index(drop=True)


def route_moves(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """How many locations went from which route to which: ``van``, ``naar``, ``aantal``."""
    if not all({"locatie_id", *COLUMNS} <= set(run.columns) for run in (old, new)):
        return pd.DataFrame(columns=["van", "naar", "aantal"])
    names = [run.set_index("locatie_id")["planroute"].astype(object).fillna("geen") for run in (old, new)]
    both = pd.DataFrame({"van": names[0], "naar": names[1]}).dropna()
    return both.groupby(["van", "naar"]).size().rename("aantal").reset_index()
