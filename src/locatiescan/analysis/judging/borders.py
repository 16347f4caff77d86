"""Locations across municipal borders: what one scan over a region would join, municipalities scan apart.

Where parcels on both sides of a border may be joined, the joining is done over again for all that is linked to them,
by the rules of every municipality that a location lies in. Whatever comes out as it was, stays as it was; the rest is
measured and judged anew. So a region of municipalities with the same rules has the locations of one scan over all its
parcels, with one difference, on purpose: where a location across the border is rejected (too long, or not allowed by
the neighbour's rules), what a municipality found on those parcels by itself stays. It meets every limit, and a border
that lies open should not cost ground that was sound while it was closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.judging.linking import Side, check_parcels, ground_of, joining_of, linked, rows_of
from locatiescan.analysis.judging.naming import BETWEEN, named_for
from locatiescan.analysis.judging.rules import judge
from locatiescan.analysis.judging.sites import adjacent, grouped, joined_parcels, made_by
from locatiescan.analysis.measuring.measures import measure
from locatiescan.analysis.measuring.world import World
from locatiescan.config.rules import all_rules
from locatiescan.crs import RD
from locatiescan.model import NEE, ONBEKEND, Rules

OUTCOME = (
    "locatie_id", "afgewezen_door", "toegelaten_door", "onbekend", "oordeel", "score", "score_hoog", "rang",
    "gemeente", "gemeente_code",
)  # fmt: skip
"""Columns of parcels that a scan, or a region, gave them; besides those named for a rule."""
WorldFor = Callable[[np.ndarray], World]
"""Called with shapes in RD New; gives the layers that the rules of all municipalities need near them."""


@dataclass(frozen=True)
class Across:
    """What changes where the borders lie open."""

    sites: gpd.GeoDataFrame
    """New locations, as `find_sites` gives them, not ranked: ``gemeente_code`` is that of the home municipality, which
    has the largest part, and ``gemeente`` names all. A location may lie in one municipality and be new all the same,
    since the neighbour took one of its parcels. Its ``locatie_id`` may be that of one that it replaces."""
    replaced: frozenset[str]
    """``locatie_id`` of the municipalities' own locations of which a parcel is in a new one."""
    loose: frozenset[str]
    """``perceel_id`` of parcels of replaced locations that are in no location any more."""


def across(sides: Sequence[Side], world_for: WorldFor) -> Across:
    """Join parcels over the borders of municipalities.

    Parameters
    ----------
    sides : sequence of Side
        Municipalities, each scanned alone by its own rules. Their order decides nothing.
    world_for : callable
        Gives the layers around new locations; called once at most.

    Returns
    -------
    Across
        Every parcel is in one location at most: a new one, or one of a municipality that is not replaced.

    Raises
    ------
    SourceError
        If a parcel is in two municipalities.
    """
    sides = sorted(sides, key=lambda side: side.code)
    check_parcels(sides)
    joining = [side for side in sides if side.rules.locaties]
    ground = linked(ground_of(joining), joining)
    label = _changed(ground, joining)
    ground, label = gpd.GeoDataFrame(ground[label >= 0]), label[label >= 0]
    alone = ~pd.Series(label).duplicated(keep=False).to_numpy()
    found = []
    if alone.any():
        found.append(_alone(gpd.GeoDataFrame(ground[alone]), joining))
    if not alone.all():
        found.append(_together(gpd.GeoDataFrame(ground[~alone]), label[~alone], joining, world_for))
    return _outcome(rows_of([table[table["oordeel"] != NEE] for table in found]), sides)


def _changed(ground: gpd.GeoDataFrame, sides: Sequence[Side]) -> np.ndarray:
    """Number of each parcel's location over the borders, -1 where it is what the municipality made of it alone."""
    if not len(ground):
        return np.empty(0, dtype=int)
    joinings, whose = [joining_of(side) for side in sides], ground["whose"].to_numpy()
    pairs = adjacent(ground.geometry.to_numpy(), ground["kind"].to_numpy(), joinings, whose)
    within = [(one, other) for one, other in pairs if whose[one] == whose[other]]
    region, apart = (
        np.where(label < 0, np.arange(len(ground)), label)
        for label in (grouped(ground, pairs, joinings, whose), grouped(ground, within, joinings, whose))
    )
    # both name a location by the first of its parcels: it is the same if all of its parcels, and no others, say so
    differs = (region != apart) | (np.bincount(region)[region] != np.bincount(apart)[apart])
    return np.where(np.bincount(region, differs)[region] > 0, region, -1)


def _alone(ground: gpd.GeoDataFrame, sides: Sequence[Side]) -> gpd.GeoDataFrame:
    """Parcels that stand alone now, though their municipality joined them: as they were judged by themselves."""
    tables = []
    for number, side in enumerate(sides):
        rows = side.parcels.iloc[ground["row"][ground["whose"] == number]]
        ids = pd.Series([[one] for one in rows["perceel_id"]], rows.index, dtype=object)
        tables.append(rows.assign(percelen=ids, tussengrond_m2=0.0, gemeente_code=side.code, gemeente=side.name))
    return rows_of([table for table in tables if len(table)])


def _together(
    ground: gpd.GeoDataFrame, label: np.ndarray, sides: Sequence[Side], world_for: WorldFor
) -> gpd.GeoDataFrame:
    """Measure and judge joined parcels: a row and its score by the home's rules, its verdict by those of all."""
    joined, part = _joined(ground, label, sides)
    home = part.argmax(axis=1)
    laws = [(side.rules.metingen, side.rules.limits, side.rules.toelatingen) for side in sides]
    rows, guests = [], []
    world = world_for(joined.geometry.to_numpy())
    for number, side in enumerate(sides):
        # by the same limits the verdict is the same, whatever the preferences
        foreign = np.array([law != laws[number] for law in laws])[home]
        asked = (home == number) | ((part[:, number] > 0) & foreign)
        if not asked.any():
            continue
        table = gpd.GeoDataFrame(joined[asked].reset_index(drop=True))
        judged = judge(measure(table, all_rules(side.rules), world.for_others()), side.rules)
        own = judged["perceel_id"].isin(joined["perceel_id"][home == number])
        rows.append(judged[own].assign(gemeente_code=side.code))
        guests.append(_unknown_limits(judged[~own], side.rules))
    names = np.array([side.name for side in sides], dtype=object)
    order = [
        row[: np.count_nonzero(here)] for row, here in zip(np.argsort(-part, kind="stable"), part > 0, strict=True)
    ]
    named = dict(zip(joined["perceel_id"], (BETWEEN.join(names[row]) for row in order), strict=True))
    strict = _strictest(rows_of(rows), pd.concat(guests))
    return strict.assign(gemeente=strict["perceel_id"].map(named))


def _joined(ground: gpd.GeoDataFrame, label: np.ndarray, sides: Sequence[Side]) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """One row a location with the columns of the source, and its square metres in each municipality.

    Gaps are closed as far as one of its municipalities joins over them, so that no location falls apart.
    """
    made = [name for side in sides for name in (*made_by(side.rules), *_judged_by(side.rules))]
    tables = [
        side.parcels.iloc[ground["row"][ground["whose"] == number]].drop(columns=made, errors="ignore")
        for number, side in enumerate(sides)
    ]
    parts = rows_of([table for table in tables if len(table)]).set_index("perceel_id").loc[ground["perceel_id"]]
    parts = gpd.GeoDataFrame(parts.reset_index())
    whose = ground["whose"].to_numpy()
    gaps = np.array([joining_of(side).tussenruimte_m for side in sides])
    gap = pd.Series(gaps[whose]).groupby(label).transform("max").to_numpy()
    rows = rows_of(
        [
            joined_parcels(parts[gap == one], label[gap == one], replace(joining_of(sides[0]), tussenruimte_m=one))
            for one in np.unique(gap)
        ]
    )
    place = pd.Series(np.arange(len(rows)).repeat(rows["percelen"].map(len)), rows["percelen"].explode())
    part = np.zeros((len(rows), len(sides)))
    np.add.at(part, (place[ground["perceel_id"]].to_numpy(), whose), ground.area.to_numpy())
    return rows, part


def _unknown_limits(judged: gpd.GeoDataFrame, rules: Rules) -> pd.DataFrame:
    """Verdicts by the rules of another municipality than the home, with the limits that are unknown there."""
    limits = [limit.naam for limit in rules.limits]
    doubt = [[name for name in names.split(", ") if name in limits] for names in judged["onbekend"]]
    return pd.DataFrame({"perceel_id": judged["perceel_id"], "oordeel": judged["oordeel"], "doubt": doubt})


def _strictest(rows: gpd.GeoDataFrame, guests: pd.DataFrame) -> gpd.GeoDataFrame:
    """What one municipality rejects is rejected; else what one does not know is unknown."""
    own, names = rows["oordeel"].tolist(), rows["onbekend"].tolist()
    at = {name: i for i, name in enumerate(rows["perceel_id"])}
    for name, verdict, doubt in guests.itertuples(index=False):
        i = at[name]
        if NEE in (own[i], verdict):
            own[i] = NEE
        elif verdict == ONBEKEND:
            own[i] = ONBEKEND
            names[i] = ", ".join(dict.fromkeys([*filter(None, names[i].split(", ")), *doubt]))
    return gpd.GeoDataFrame(rows.assign(oordeel=pd.Series(own, dtype="str"), onbekend=pd.Series(names, dtype="str")))


def _outcome(sites: gpd.GeoDataFrame, sides: Sequence[Side]) -> Across:
    """Put new locations, if any, in the form of `find_sites`, and look which of the municipalities they replace."""
    if not len(sites):
        columns = {
            "locatie_id": "str",
            "perceel_id": "str",
            "percelen": "str",
            "gemeente_code": "str",
            "gemeente": "str",
        }
        empty = pd.DataFrame(columns=[*columns]).astype(columns)
        return Across(gpd.GeoDataFrame(empty, geometry=[], crs=RD), frozenset(), frozenset())
    taken = set(sites["percelen"].explode())
    own = pd.concat([side.sites[["locatie_id", "percelen"]] for side in sides])
    member = own.assign(perceel=own["percelen"].str.split(", ")).explode("perceel")
    replaced = frozenset(member["locatie_id"][member["perceel"].isin(taken)])
    loose = frozenset(member["perceel"][member["locatie_id"].isin(replaced)]) - taken
    ranks = [name for name in sites if str(name) == "rang" or str(name).startswith("rang_")]
    sites = gpd.GeoDataFrame(sites.drop(columns=["locatie_id", *ranks], errors="ignore"))
    sites.insert(0, "locatie_id", "L-" + sites["perceel_id"])
    sites["aantal_percelen"] = sites["percelen"].map(len)
    sites["percelen"] = sites["percelen"].map(", ".join).astype("str")
    sites["gemeente"] = named_for(sites, {side.name: side.boundary for side in sides})
    return Across(sites.sort_values("locatie_id", ignore_index=True), replaced, loose)  # type: ignore[arg-type]


def _judged_by(rules: Rules) -> list[str]:
    """Columns that `judge` and `find_sites` add to what was measured."""
    limits = [f"{rule.naam}_oordeel" for rule in (*rules.limits, *rules.toelatingen)]
    scores = [f"{wish.naam}_score" for wish in rules.preferences]
    profiles = [f"{name}_{profile.naam}" for profile in rules.profielen for name in ("score", "rang")]
    return [*limits, *scores, *profiles, *OUTCOME]
