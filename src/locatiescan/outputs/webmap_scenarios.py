"""Several runs of one municipality side by side in the map: the run of the map, and finished runs as scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from locatiescan.model import ScanResult
from locatiescan.outputs.runs import Run
from locatiescan.outputs.tables import account
from locatiescan.outputs.webmap_answers import rounded
from locatiescan.outputs.webmap_words import coded, plain_list

NUMBERS = {"rang": 0, "score": 2, "woningen": 0}
"""Columns of the locations that are compared, with the decimals that are worth keeping."""
WORDS = ("planroute", "planroute_oordeel")


def scenarios(result: ScanResult, beside: Sequence[Run]) -> dict[str, Any]:
    """The part of the payload with scenarios, that of the map itself first; empty where none is given.

    Parameters
    ----------
    beside : sequence of Run
        Finished runs of the same municipality that know their locations.

    Returns
    -------
    dict
        ``scenarios``: see `scenario`, each in the order of ``result.sites``.
    """
    if not beside:
        return {}
    own = scenario(account(result), result.rules.titel, result.sites, result.parcels, result)
    others = [
        scenario(run.about, run.rules.titel, run.sites, run.parcels, result) for run in beside if run.sites is not None
    ]
    return {"scenarios": [own, *others]}


def scenario(
    about: Mapping[str, str], rules: str, sites: pd.DataFrame, parcels: pd.DataFrame, shown: ScanResult
) -> dict[str, Any]:
    """One run as the page compares it.

    Returns
    -------
    dict
        ``titel``; ``numbers`` and ``words``: columns in the order of ``shown.sites``, null where this run has no such
        location, a column absent where this run did not ask; ``samen`` and ``andere_percelen``: see `place`;
        ``counts``; ``alleen_daar``: locations whose name the shown run does not have, best first.
    """
    ids = shown.sites["locatie_id"]
    found = sites.set_index("locatie_id").reindex(ids)
    apart = sites[~sites["locatie_id"].isin(ids)]
    return {
        "titel": title(about, rules),
        "numbers": {name: rounded(found[name], digits) for name, digits in NUMBERS.items() if name in sites},
        "words": {name: coded(found[name]) for name in WORDS if name in sites},
        **place(shown.sites, parcels, shown.parcels),
        "counts": counts(sites),
        "alleen_daar": {
            "id": apart["locatie_id"].tolist(),
            "rang": plain_list(apart["rang"]),
            "samen": coded(homes_of(apart, shown.parcels)),
        },
    }


def title(about: Mapping[str, str], rules: str) -> dict[str, Any]:
    """By what a reader knows one run from another; null where it was not asked or not told."""
    return {
        "peildatum": about.get("peildatum"),
        "termijn": about.get("gevraagde termijn"),
        "regels": rules,
        "regelbestand": about.get("regelbestand", "").partition(" sha256:")[0] or None,
        "gestart": about.get("gestart"),
        "fictief": "let op" in about,
    }


def place(sites: pd.DataFrame, parcels: pd.DataFrame, shown: pd.DataFrame) -> dict[str, Any]:
    """Where the ground of each shown location lies in a run: what is named alike may be joined otherwise.

    Returns
    -------
    dict
        ``samen``: the location there with the largest parcel of this one; ``andere_percelen``: places in the list of
        those that have the name there too, but of other parcels.
    """
    theirs, ours = members(parcels), members(shown)
    names = enumerate(sites["locatie_id"])
    return {
        "samen": coded(homes_of(sites, parcels)),
        "andere_percelen": [i for i, name in names if name in theirs and theirs[name] != ours.get(name)],
    }


def homes_of(sites: pd.DataFrame, parcels: pd.DataFrame) -> pd.Series:
    """Location that holds the largest parcel of each of `sites`, among the locations of `parcels`; else none."""
    known = parcels.dropna(subset=["locatie_id"])
    return sites["perceel_id"].map(dict(zip(known["perceel_id"], known["locatie_id"], strict=True))).astype(object)


def members(parcels: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Parcels of each location."""
    groups = parcels.dropna(subset=["locatie_id"]).groupby("locatie_id")["perceel_id"]
    return {str(name): frozenset(group) for name, group in groups}


def counts(sites: pd.DataFrame) -> dict[str, Any]:
    """Locations by verdict, and locations and homes by verdict on the planning route; null where it was not asked."""
    told: dict[str, Any] = {"locaties": len(sites), "oordeel": _sizes(sites["oordeel"])}
    if "woningen" not in sites or "planroute_oordeel" not in sites:
        return told | {"woningen": None, "woningen_onbekend": None, "planroute": None}
    homes = pd.to_numeric(sites["woningen"]).astype("Float64")
    verdicts = sites["planroute_oordeel"].fillna("onbekend").replace("", "onbekend")
    return told | {
        "woningen": int(homes.sum()),
        "woningen_onbekend": int(homes.isna().sum()),
        "planroute": {
            verdict: {"locaties": size, "woningen": int(homes[verdicts == verdict].sum())}
            for verdict, size in _sizes(verdicts).items()
        },
    }


def _sizes(column: pd.Series) -> dict[str, int]:
    return {str(name): int(size) for name, size in column.value_counts().sort_index().items()}
