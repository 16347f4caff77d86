"""What is counted: one post a record of the status file, and one for each candidate without a record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from locatiescan.analysis.monitoring.carry import Carried, divided
from locatiescan.policy.planning import CLOSED
from locatiescan.policy.status import BUILT, CANDIDATE

UNKNOWN = "onbekend"
NO_ROUTE = "geen route open"
UNLIMITED, LONGER = "onbeperkt", "langer dan 30 jaar"
TERMS: Mapping[float, str] = {5.0: "tot en met 5 jaar", 10.0: "tot en met 10 jaar", 15.0: "tot en met 15 jaar",
                              30.0: "tot en met 30 jaar"}  # fmt: skip
"""Longest term in years to its class. Five years was the usual term of old; ten is the shortest for which the State
guarantees relocation; fifteen the longest without an owner's plan for an end; thirty is as good as lasting."""
HOMES = ("woningen_laag", "woningen", "woningen_hoog")
BORDER = " / "
"""Between the names of a site that lies in two municipalities."""


def municipalities(candidates: pd.DataFrame) -> dict[str, str]:
    """CBS code to name, in the order of the codes; of a site across a border the code is that of its largest part."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for code, name in zip(candidates["gemeente_code"].astype(str), candidates["gemeente"].astype(str), strict=True):
        names[code].update(part for part in name.split(BORDER) if part)
    # most sites lie in one municipality, so its own name is the one seen most with its code
    return {code: min(names[code], key=lambda name: (-names[code][name], name)) for code in sorted(names)}


def posts_of(candidates: pd.DataFrame, found: Carried | None, names: Mapping[str, str]) -> pd.DataFrame:
    """Everything that is counted, each once.

    Homes of a record are those that were recorded; else what the scan finds on its sites, less what other records
    there have, divided by ground. A record of which the ground is no candidate any more counts, with unknown homes if
    none were recorded; but a mere ``kandidaat`` without homes does not: nobody decided anything about it.

    Parameters
    ----------
    candidates : DataFrame
        Candidates of a region or municipality; an absent column is unknown.
    names : mapping of str to str
        Municipalities by code, as `municipalities` gives them.

    Returns
    -------
    DataFrame
        ``naam``, ``status``, ``gemeente_code`` (empty where not known), `HOMES` (float64, NaN unknown), ``termijn``,
        ``planroute``, ``titel``, ``vroeg`` and ``laat`` (quarter as ``2027-K1``).
    """
    facts = site_facts(candidates)
    if found is None or not len(found.rows):
        return facts.assign(status=CANDIDATE)
    fresh = facts[~facts["naam"].isin(found.by_site.index)].assign(status=CANDIDATE)
    recorded = _recorded(facts, found, names)
    return pd.concat([recorded, fresh], ignore_index=True) if len(fresh) else recorded


def site_facts(candidates: pd.DataFrame) -> pd.DataFrame:
    """What the scan says of each candidate, in the columns of `posts_of` without a status."""
    route = _text(candidates, "planroute")
    verdict = _text(candidates, "planroute_oordeel")
    closed = verdict.eq(CLOSED)
    known = route.ne("") & ~closed
    homes = {name: _number(candidates, name) for name in HOMES}
    middle = homes["woningen"]
    return pd.DataFrame(
        {
            "naam": candidates["locatie_id"].astype(str),
            "gemeente_code": candidates["gemeente_code"].astype(str),
            **{name: column.where(column.notna(), middle) for name, column in homes.items()},
            "termijn": _terms(candidates, known),
            "planroute": route.where(known, UNKNOWN).mask(closed, NO_ROUTE),
            "titel": _text(candidates, "planroute_titel").where(known, ""),
            "vroeg": _quarters(_text(candidates, "onherroepelijk_vroeg")),
            "laat": _quarters(_text(candidates, "onherroepelijk_laat")),
        }
    ).reset_index(drop=True)


def _terms(candidates: pd.DataFrame, known: pd.Series) -> pd.Series:
    """Class of the longest term; the law sets none where a route is there and its term is blank."""
    if "max_termijn_jaren" not in candidates:
        return pd.Series(UNKNOWN, index=candidates.index)
    years = _number(candidates, "max_termijn_jaren")
    classes = pd.Series(LONGER, index=candidates.index).mask(years.isna(), UNLIMITED)
    for longest, name in sorted(TERMS.items(), reverse=True):
        classes = classes.mask(years <= longest, name)
    return classes.where(known, UNKNOWN)


def _recorded(facts: pd.DataFrame, found: Carried, names: Mapping[str, str]) -> pd.DataFrame:
    """One post a record: homes and municipality of its own, the rest of the site with most of its ground."""
    homes = _homes(facts, found)
    best = found.links.sort_values("m2", ascending=False, kind="stable").drop_duplicates("record")
    home = dict(zip(best["record"], best["locatie_id"], strict=True))
    rows = found.rows
    away = away_from(found, names)
    table = facts.set_index("naam").reindex(rows["locatie_id"].map(home)).reset_index(drop=True)
    codes = {name: code for code, name in names.items()}
    own = rows["gemeente"].fillna("").str.split(BORDER).str[0].map(codes).fillna("")
    table["gemeente_code"] = table["gemeente_code"].where(table["gemeente_code"].notna(), own.to_numpy())
    table["titel"] = table["titel"].fillna("")
    table = table.fillna({"termijn": UNKNOWN, "planroute": UNKNOWN, "vroeg": UNKNOWN, "laat": UNKNOWN})
    table = table.assign(naam=rows["locatie_id"].tolist(), status=rows["status"].tolist())
    for place, name in enumerate(HOMES):
        table[name] = homes[:, place]
    # what stands there is there from the day it was built, not from the day a new permit would hold
    built = (rows["status"] == BUILT).to_numpy()
    done = _quarters(rows["datum"].fillna("").astype(str)).to_numpy()
    table[["vroeg", "laat"]] = np.where(built[:, None], done[:, None], table[["vroeg", "laat"]].to_numpy())
    mere = (table["status"] == CANDIDATE) & ~rows["locatie_id"].isin(home).to_numpy() & table["woningen"].isna()
    return table[~mere & ~rows["locatie_id"].isin(away).to_numpy()].reset_index(drop=True)


def away_from(found: Carried, names: Mapping[str, str]) -> list[str]:
    """Records that were not found and name a municipality that is not in this run: they are counted elsewhere."""
    lost = found.rows[found.rows["locatie_id"].isin(found.lost) & found.rows["gemeente"].notna()]
    return lost.loc[
        ~lost["gemeente"].astype(str).str.split(BORDER).str[0].isin(list(names.values())), "locatie_id"
    ].tolist()


def _homes(facts: pd.DataFrame, found: Carried) -> np.ndarray:
    """(records, 3): homes low, in the middle and high of each record; NaN unknown."""
    place = {name: i for i, name in enumerate(found.rows["locatie_id"])}
    own = found.rows["woningen"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    homes = np.repeat(own[:, None], len(HOMES), axis=1)
    blank = np.isnan(own)
    homes[blank & found.rows["locatie_id"].isin(found.links["record"]).to_numpy()] = 0
    spent = _spent(found, dict(zip(place, own, strict=True)))
    estimates = dict(zip(facts["naam"], facts[list(HOMES)].to_numpy(dtype=float), strict=True))
    for site, group in found.links.groupby("locatie_id", sort=False):
        open_ = [(place[name], m2) for name, m2 in zip(group["record"], group["m2"], strict=True) if blank[place[name]]]
        rest = np.maximum(estimates[str(site)] - spent[str(site)], 0)
        for column in range(len(HOMES)) if open_ else ():
            parts = [np.nan] * len(open_) if np.isnan(rest[column]) else _shared(rest[column], open_)
            homes[[number for number, _ in open_], column] += parts
    return homes


def _shared(homes: float, records: list[tuple[int, float]]) -> list[int]:
    return divided(int(homes), [m2 for _, m2 in records])


def _spent(found: Carried, own: Mapping[str, Any]) -> Mapping[str, int]:
    """Homes on each site that its records have by themselves; of a record on more sites by its ground there."""
    spent: Counter[str] = Counter()
    for record, group in found.links.groupby("record", sort=False):
        homes = own[str(record)]
        if not np.isnan(homes):
            spent.update(dict(zip(group["locatie_id"], divided(int(homes), group["m2"].tolist()), strict=True)))
    return spent


def _quarters(days: pd.Series) -> pd.Series:
    """Quarter of days in ISO 8601, as ``2027-K1``; `UNKNOWN` where there is none."""
    known = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce")
    names = known.dt.year.astype("Int64").astype(str) + "-K" + known.dt.quarter.astype("Int64").astype(str)
    return names.where(known.notna(), UNKNOWN)


def _number(table: pd.DataFrame, name: str) -> pd.Series:
    if name not in table:
        return pd.Series(np.nan, index=table.index)
    return pd.to_numeric(table[name]).astype("Float64").astype("float64")


def _text(table: pd.DataFrame, name: str) -> pd.Series:
    if name not in table:
        return pd.Series("", index=table.index, dtype=object)
    return table[name].astype(object).where(table[name].notna(), "").astype(str)
