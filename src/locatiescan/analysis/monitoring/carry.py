"""Status carried over to a later run, in which ground was split, merged, renumbered or is no candidate any more.

A record of the status file is about ground, not about a name. Where its ground lies in one or more sites that no other
record claims, the record takes their names and ground, its homes divided by area. Where several records lie in one
site, or the site is for the most part other ground, the record stays as it was written and the site has it too. So no
row vanishes and no home is counted twice, and carrying over again changes nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.monitoring.ground import Link, ids_of, links_of
from locatiescan.policy.status import CANDIDATE, DROPPED, STAGES

CARRIED, SPLIT, MERGED, LOST = "overgenomen", "gesplitst", "samengevoegd", "niet teruggevonden"
MOSTLY = 0.5
"""Part of a site that must be a record's ground for the record to take over its name and outline: else it would come
to speak for ground of which nobody said anything."""


@dataclass(frozen=True)
class Carried:
    """A status file on the sites of a run."""

    rows: gpd.GeoDataFrame
    """Records, in the order of the file, those of a split one together: the columns of the file, ``was`` (name in the
    file) and ``uitkomst`` (`CARRIED`, `SPLIT`, `MERGED` or `LOST`). Sites without a record have no row."""
    by_site: pd.DataFrame
    """Sites that have a record, by ``locatie_id``: ``status``, the least advanced of its records, and ``records``
    (names in `rows`)."""
    links: pd.DataFrame
    """Where each record lies: ``record``, ``locatie_id`` and ``m2``, its ground there (NaN where not known)."""
    lost: tuple[str, ...]
    """Records whose ground is in no site."""
    notes: tuple[str, ...]
    """What a reader must know, in Dutch."""


def carried(status: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> Carried:
    """Find the ground of each record among the sites of a run.

    Parameters
    ----------
    status : GeoDataFrame
        As ``read_status`` gives it, RD New.
    sites : GeoDataFrame
        Candidates of the run: ``locatie_id`` (unique), geometry, and where known ``percelen`` and ``gemeente``.

    Returns
    -------
    Carried
        Every record of `status` is in ``rows``; the homes that were recorded add up to the same.
    """
    status, sites = (gpd.GeoDataFrame(table.reset_index(drop=True)) for table in (status, sites))
    written = status.to_dict("records")
    found = links_of(status, sites)
    claims = np.bincount([link.site for links in found for link in links], minlength=len(sites))
    ground = _ground(sites)
    rows, links = [], []
    taken: set[str] = set()
    alone = [_takes_over(one, claims) for one in found]
    # who takes over a site's name goes first: a record that keeps an old name must not bear the same
    for number in sorted(range(len(status)), key=lambda number: (not alone[number], number)):
        for row, where in _moved(written[number], found[number], alone[number], ground):
            row["locatie_id"] = _free(row["locatie_id"], taken)
            rows.append(row | {"_order": number})
            links += [(row["locatie_id"], ground[link.site]["locatie_id"], link.m2) for link in where]
    table = _table(rows, status)
    where = pd.DataFrame(links, columns=["record", "locatie_id", "m2"]).astype({"m2": "float64"})
    lost = tuple(table.loc[table["uitkomst"] == LOST, "locatie_id"])
    return Carried(table, _by_site(table, where), where, lost, tuple(_notes(table, where)))


def with_candidates(
    found: Carried, sites: gpd.GeoDataFrame, municipality: Mapping[str, str | None]
) -> gpd.GeoDataFrame:
    """Records to write: those carried over, and one ``kandidaat`` for each of `sites` that has none.

    Parameters
    ----------
    sites : GeoDataFrame
        Candidates to list; not necessarily all of the run.
    municipality : mapping
        Name of the municipality by ``locatie_id``; fills in where a record does not say it.
    """
    old = found.rows.drop(columns=["was", "uitkomst"])
    known = {*found.by_site.index, *old["locatie_id"]}
    new = [{**one, "status": CANDIDATE} for one in _ground(sites) if one["locatie_id"] not in known]
    table = pd.DataFrame([*old.to_dict("records"), *new], columns=old.columns)
    filled = table["gemeente"].where(table["gemeente"].notna(), table["locatie_id"].map(municipality))
    return _records(table.assign(gemeente=filled), old.crs)


def shown_status(statuses: Iterable[str]) -> str:
    """Status of a site with several records: the least advanced, so that none speaks for ground that lags behind.

    What was dropped says nothing of the rest, and shows only where all was dropped.
    """
    left = [status for status in statuses if status != DROPPED]
    return min(left, key=STAGES.index) if left else DROPPED


def divided(total: int, parts: Sequence[float]) -> list[int]:
    """Divide a whole number by shares, by largest remainder; of equal remainders the first goes before.

    Parameters
    ----------
    parts : sequence of float
        Not negative; where all are 0 or one is not known, equal shares.
    """
    weights = np.asarray(parts, dtype=float)
    if not np.isfinite(weights).all() or weights.sum() <= 0:
        weights = np.ones(len(weights))
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole).round(9), kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return whole.tolist()


def _takes_over(links: Sequence[Link], claims: np.ndarray) -> bool:
    """Whether a record may bear the names of its sites: none is shared, and each is mostly its own ground."""
    return bool(links) and all(claims[link.site] == 1 and not link.of_new < MOSTLY for link in links)


def _moved(
    record: Mapping[Any, Any], links: Sequence[Link], alone: bool, ground: Sequence[Mapping[str, Any]]
) -> list[tuple[dict[str, Any], Sequence[Link]]]:
    """Rows that a record becomes, each with where it lies."""
    row = {**record, "was": record["locatie_id"]}
    if not alone:
        return [(row | {"uitkomst": MERGED if links else LOST}, links)]
    known = pd.notna(record["woningen"])
    homes = divided(int(record["woningen"]), [link.m2 for link in links]) if known else [pd.NA] * len(links)
    outcome = SPLIT if len(links) > 1 else CARRIED
    return [
        ({**row, **ground[link.site], "woningen": part, "uitkomst": outcome}, [link])
        for link, part in zip(links, homes, strict=True)
    ]


def _ground(sites: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """What a record takes over of each site."""
    written = sites["percelen"] if "percelen" in sites else [None] * len(sites)
    parcels = [", ".join(ids_of(one)) or None for one in written]
    columns = zip(sites["locatie_id"], parcels, sites.geometry, strict=True)
    return [dict(zip(("locatie_id", "percelen", "geometry"), one, strict=True)) for one in columns]


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number behind it where another row has it already."""
    numbered = (f"{name} ({i})" for i in itertools.count(2))
    free = next(one for one in itertools.chain([name], numbered) if one not in taken)
    taken.add(free)
    return free


def _table(rows: list[dict], status: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    columns = [*status.columns, "was", "uitkomst"]
    table = pd.DataFrame(rows, columns=[*columns, "_order"]).sort_values("_order", kind="stable", ignore_index=True)
    return _records(table[columns], status.crs)


def _records(table: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    """Rows with homes as whole numbers, text or None, and ground as geometry."""
    homes = pd.array([pd.NA if pd.isna(value) else int(value) for value in table["woningen"]], dtype="Int64")
    ground: Any = [None if shape is None or shape != shape else shape for shape in table["geometry"]]
    text = table.drop(columns=["geometry", "woningen"]).astype(object)
    made: Any = text.where(text.notna(), None).assign(woningen=homes, geometry=gpd.GeoSeries(ground, table.index, crs))
    return gpd.GeoDataFrame(made[list(table.columns)], geometry="geometry", crs=crs)


def _by_site(rows: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    status = dict(zip(rows["locatie_id"], rows["status"], strict=True))
    records: dict[str, list[str]] = {}
    for record, site in zip(links["record"], links["locatie_id"], strict=True):
        records.setdefault(site, []).append(record)
    table = [(site, shown_status(status[name] for name in names), tuple(names)) for site, names in records.items()]
    return pd.DataFrame(table, columns=["locatie_id", "status", "records"]).set_index("locatie_id")


def _notes(rows: pd.DataFrame, links: pd.DataFrame) -> Iterable[str]:
    """One line for each record that did not simply stay."""
    sites = links.groupby("record")["locatie_id"].agg(", ".join)
    same = (rows["uitkomst"] == CARRIED) & (rows["was"] == rows["locatie_id"])
    for was, group in pd.DataFrame(rows[~same].drop(columns="geometry")).groupby("was", sort=False):
        outcome, names = group["uitkomst"].iloc[0], group["locatie_id"].tolist()
        if outcome == CARRIED and names[0] != was:
            yield f"{was} heet nu {names[0]}"
        elif outcome == SPLIT:
            homes = group["woningen"]
            told = "" if homes.isna().any() else f" (woningen {' + '.join(map(str, homes))})"
            yield f"{was} is gesplitst in {', '.join(names)}{told}"
        elif outcome == MERGED:
            yield f"{was} ligt nu samen met andere grond in {sites[names[0]]}; de regel blijft zoals hij was"
        elif outcome == LOST:
            yield f"{was} ({group['status'].iloc[0]}) is niet teruggevonden: geen kandidaat meer; de regel blijft"
