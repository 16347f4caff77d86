"""What each limit costs: how many parcels it takes, and how many it alone takes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.model import NEE, ONBEKEND, Rules

COLUMNS = (
    "grens",
    "beslist",
    "voldoet_niet",
    "alleen_deze",
    "alleen_deze_m2",
    "onbekend",
    "alleen_deze_onbekend",
    "blijft_over",
)


def ledger(parcels: gpd.GeoDataFrame, rules: Rules) -> pd.DataFrame:
    """Count per limit what it takes away.

    Parameters
    ----------
    parcels : GeoDataFrame
        Judged: with ``<naam>_oordeel`` for each limit, and ``oordeel``. RD New.
    rules : Rules

    Returns
    -------
    DataFrame
        One row a limit, in the order of the rules. ``voldoet_niet``: parcels that fail it. ``alleen_deze``:
        rejected by it and by no other limit, so exactly what dropping it would free; ``alleen_deze_m2`` is their
        ground. ``onbekend``: not known for it; ``alleen_deze_onbekend``: undecided for that one reason.
        ``blijft_over``: parcels that no limit up to and including this one rejects. Who is let in by a
        ``toelating`` is nowhere counted as taken, save in ``voldoet_niet``.
    """
    failed, unknown = (_marked(parcels, rules, value) for value in (NEE, ONBEKEND))
    rejected, undecided = (parcels["oordeel"].eq(value).to_numpy() for value in (NEE, ONBEKEND))
    alone = failed & (rejected & (failed.sum(axis=1) == 1))[:, None]
    waits = unknown & (undecided & (unknown.sum(axis=1) == 1))[:, None]
    gone = np.logical_or.accumulate(failed & rejected[:, None], axis=1)
    area = parcels.geometry.area.fillna(0.0).to_numpy()
    columns = (
        [limit.naam for limit in rules.limits],
        [limit.beslist or "" for limit in rules.limits],
        failed.sum(axis=0),
        alone.sum(axis=0),
        np.round(area @ alone, 1),
        unknown.sum(axis=0),
        waits.sum(axis=0),
        len(parcels) - gone.sum(axis=0),
    )
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True))).astype({"grens": "str", "beslist": "str"})


def _marked(parcels: pd.DataFrame, rules: Rules, value: str) -> np.ndarray:
    """(parcels, limits): which verdicts have this value."""
    columns = [parcels[f"{limit.naam}_oordeel"].eq(value).to_numpy() for limit in rules.limits]
    return np.column_stack(columns) if columns else np.zeros((len(parcels), 0), dtype=bool)
