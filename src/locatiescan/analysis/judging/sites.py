"""Locations: adjacent parcels that are too small by themselves are judged together.

Parcels that meet every limit but those of size are joined, longest shared border first, as far as the rules
allow. What is joined is measured and judged anew, by the same rules, on the joined shape. Each parcel is in one
location at most, so that no ground counts twice in a region's total.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.geometry.overlay import in_threads, only_polygons
from locatiescan.analysis.judging.rules import judge
from locatiescan.analysis.measuring.measures import MEASURES, measure
from locatiescan.analysis.measuring.world import World
from locatiescan.config.rules import all_rules
from locatiescan.model import NEE, ONBEKEND, Joining, Limit, Rules

DIGITISING_M = 0.01
"""Borders that should coincide may lie this far apart on the map."""


def find_sites(measured: gpd.GeoDataFrame, rules: Rules, world: World) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Judge parcels, and the locations they make together.

    Parameters
    ----------
    measured : GeoDataFrame
        Parcels with ``perceel_id`` and a column of values for each rule, RD New.
    rules : Rules
    world : World
        The one in which they were measured.

    Returns
    -------
    parcels : GeoDataFrame
        All parcels with their own verdicts, those of the best location first; ``locatie_id`` and ``rang`` are
        those of their location, NA where they belong to none.
    sites : GeoDataFrame
        Locations that are not rejected, best first. ``locatie_id`` names the largest of its parcels, so that a
        rerun, and a small parcel more or less, gives the same; ``perceel_id`` is that parcel.
    """
    measured = measured.sort_values("perceel_id", ignore_index=True)
    judged = judge(measured, rules)
    together = _together(judged.set_index("perceel_id").loc[measured["perceel_id"]], rules)
    single = measured[together < 0]
    ids = pd.Series([[one] for one in single["perceel_id"]], single.index, dtype=object)
    tables = [single.assign(percelen=ids, tussengrond_m2=0.0)]
    if (together >= 0).any():
        parts = measured[together >= 0].drop(columns=made_by(rules), errors="ignore")
        joined = joined_parcels(parts, together[together >= 0], rules.locaties)  # type: ignore[arg-type]
        tables.append(measure(joined, all_rules(rules), world.for_others()))
    sites = judge(gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=measured.crs), rules)
    sites = sites[sites["rang"].notna()].reset_index(drop=True)
    sites.insert(0, "locatie_id", "L-" + sites["perceel_id"])
    parcels = _placed(judged, sites, rules)
    sites["aantal_percelen"] = sites["percelen"].map(len)
    sites["percelen"] = sites["percelen"].map(", ".join)
    return parcels, sites


def joinable(judged: gpd.GeoDataFrame, rules: Rules) -> np.ndarray:
    """Which parcels may be joined with others, by what was judged of each alone.

    Parameters
    ----------
    judged : GeoDataFrame
        As `locatiescan.analysis.judging.rules.judge` gives it.
    rules : Rules

    Returns
    -------
    array of int
        Only parcels of one kind are joined: 0 where the limits are known, 1 where one is unknown, -1 where a parcel
        stays alone.
    """
    if rules.locaties is None:
        return np.full(len(judged), -1)
    size = [limit for limit in rules.limits if MEASURES[limit.measure].size]
    other = [limit for limit in rules.limits if not MEASURES[limit.measure].size]
    small = _any(judged, size, NEE) & ~_any(judged, size, ONBEKEND) & ~_too_large(judged, size)
    able = small | ~_any(judged, size, ONBEKEND) if rules.locaties.ook_grote else small
    kind = np.where(able & ~_any(judged, other, NEE), _any(judged, other, ONBEKEND).astype(int), -1)
    # who is let in whatever the limits say stands alone: its neighbours are not
    kind[judged["toegelaten_door"].fillna("").ne("").to_numpy()] = -1
    area = shapely.area(judged.geometry.to_numpy())
    kind[~(area > 0) | (area < rules.locaties.min_perceel_m2)] = -1
    return kind


def join_labels(parcels: gpd.GeoDataFrame, kind: np.ndarray, joining: Joining) -> np.ndarray:
    """Which parcels become one location.

    Parameters
    ----------
    parcels : GeoDataFrame
        Sorted by their ids, so that the order of a file decides nothing.
    kind : array of int
        Only parcels of one kind are joined; a negative one never is.
    joining : Joining

    Returns
    -------
    array of int
        A number a location, -1 for a parcel that stays alone.
    """
    whose = np.zeros(len(parcels), dtype=int)
    return grouped(parcels, adjacent(parcels.geometry.to_numpy(), kind, (joining,), whose), (joining,), whose)


def adjacent(
    shapes: np.ndarray, kind: np.ndarray, joinings: Sequence[Joining], whose: np.ndarray
) -> list[tuple[int, int]]:
    """Pairs of adjacent parcels of one kind, longest shared border first.

    Parameters
    ----------
    shapes : array of Polygon, shape (n,)
        In the order of their ids.
    kind : array of int, shape (n,)
        As `joinable` gives it.
    joinings : sequence of Joining
    whose : array of int, shape (n,)
        By which of `joinings` each parcel goes; a pair keeps to those of both.
    """
    gaps = np.array([max(one.tussenruimte_m, DIGITISING_M) for one in joinings])
    borders = np.array([one.min_grens_m for one in joinings])
    able = np.flatnonzero(kind >= 0)
    near = shapely.STRtree(shapes[able]).query(shapes[able], predicate="dwithin", distance=gaps[whose[able]])
    one, other = able[near]
    once = (one < other) & (kind[one] == kind[other])
    one, other = one[once], other[once]
    gap = np.minimum(gaps[whose[one]], gaps[whose[other]])
    # round the ends of a shared border, or at a mere corner, a gap's width on either side is near too
    border = in_threads(_near_m, shapes[one], shapes[other], gap) - 2 * gap
    order = np.lexsort((other, one, -border.round(2)))
    order = order[border[order] >= np.maximum(borders[whose[one]], borders[whose[other]])[order]]
    return list(zip(one[order].tolist(), other[order].tolist(), strict=True))


def grouped(
    parcels: gpd.GeoDataFrame, pairs: list[tuple[int, int]], joinings: Sequence[Joining], whose: np.ndarray
) -> np.ndarray:
    """Join pairs in their order, as far as the rules of every parcel in a location allow.

    Parameters
    ----------
    parcels : GeoDataFrame
    pairs : list of pairs of int
        Positions of parcels, as `adjacent` gives them.
    joinings : sequence of Joining
    whose : array of int
        By which of `joinings` each parcel goes.

    Returns
    -------
    array of int
        Position of the first parcel of its location, -1 for a parcel that stays alone.
    """
    area = shapely.area(parcels.geometry.to_numpy()).tolist()
    owners = {joining.eigenaar: _owners(parcels, joining.eigenaar) for joining in joinings}
    law = whose.tolist()
    members = {i: [i] for i in range(len(parcels))}
    group = list(members)
    for one, other in pairs:
        a, b = sorted((group[one], group[other]))
        if a == b:
            continue
        both = members[a] + members[b]
        if not all(_allows(joinings[n], both, area, owners) for n in {law[i] for i in both}):
            continue
        members[a] = both
        for i in members.pop(b):
            group[i] = a
    return np.array([one if len(members[one]) > 1 else -1 for one in group], dtype=int)


def _allows(joining: Joining, both: list[int], area: list[float], owners: dict[str | None, list[object]]) -> bool:
    if len(both) > joining.max_percelen or sum(area[i] for i in both) > joining.max_m2:
        return False
    owner = owners[joining.eigenaar]
    return len({owner[i] for i in both} - {None}) <= 1


def joined_parcels(parcels: gpd.GeoDataFrame, label: np.ndarray, joining: Joining) -> gpd.GeoDataFrame:
    """One row a location: its ground with the gaps closed; a column on which its parcels differ is unknown.

    Parameters
    ----------
    parcels : GeoDataFrame
        Columns as they came from the source.
    label : array of int
        Location of each parcel.
    joining : Joining
    """
    parcels = parcels.assign(_label=label, _area=parcels.area).sort_values(
        ["_label", "_area", "perceel_id"], ascending=[True, False, True], ignore_index=True
    )
    groups = parcels.drop(columns=["geometry", "_area"]).groupby("_label")
    first = groups.first()
    same = groups.nunique(dropna=False) == 1
    rows = first.where(same[first.columns])
    rows["perceel_id"] = groups["perceel_id"].first()
    rows["percelen"] = groups["perceel_id"].agg(sorted)
    _, number = np.unique(label, return_inverse=True)
    collections = shapely.geometrycollections(parcels.geometry.to_numpy(), indices=np.sort(number))
    shapes = in_threads(lambda ground: _closed(ground, joining.tussenruimte_m), np.asarray(collections))
    rows["tussengrond_m2"] = np.maximum(shapely.area(shapes) - parcels.groupby("_label")["_area"].sum(), 0.0).round(2)
    return gpd.GeoDataFrame(rows.reset_index(drop=True), geometry=shapes, crs=parcels.crs)


def made_by(rules: Rules) -> list[str]:
    """Columns that `locatiescan.analysis.measuring.measures.measure` adds."""
    return [name for rule in all_rules(rules) for name in (rule.naam, f"{rule.naam}_geldt")]


def _together(judged: gpd.GeoDataFrame, rules: Rules) -> np.ndarray:
    """Location of each parcel that is to be joined, else -1."""
    kind = joinable(judged, rules)
    return kind if rules.locaties is None else join_labels(judged, kind, rules.locaties)


def joining_columns(judged: pd.DataFrame, rules: Rules) -> list[str]:
    """Columns by which `joinable` and joining decide, without the shape."""
    values = [limit.naam for limit in rules.limits if MEASURES[limit.measure].size]
    owner = rules.locaties.eigenaar if rules.locaties else None
    wanted = ["perceel_id", "toegelaten_door", owner, *values, *(f"{limit.naam}_oordeel" for limit in rules.limits)]
    return [name for name in dict.fromkeys(wanted) if name in judged]


def _any(judged: pd.DataFrame, limits: list[Limit], value: str) -> np.ndarray:
    found = [judged[f"{limit.naam}_oordeel"].eq(value).to_numpy() for limit in limits]
    return np.logical_or.reduce(found) if found else np.zeros(len(judged), dtype=bool)


def _too_large(judged: pd.DataFrame, size: list[Limit]) -> np.ndarray:
    """Who exceeds a limit of size: neighbours would only add to that."""
    over = [limit for limit in size if limit.max is not None]
    found = [judged[f"{limit.naam}_oordeel"].eq(NEE) & (judged[limit.naam] > limit.max) for limit in over]
    return np.logical_or.reduce(found) if found else np.zeros(len(judged), dtype=bool)


def _near_m(one: np.ndarray, other: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Metres of the one's outline within the gap of the other."""
    return shapely.length(shapely.intersection(shapely.boundary(one), shapely.buffer(other, gap)))


def _owners(parcels: gpd.GeoDataFrame, column: str | None) -> list[object]:
    """Owner of each parcel, None where it is not known."""
    if column is None:
        return [None] * len(parcels)
    owners = parcels[column].astype(object)
    return owners.where(owners.notna() & owners.ne(""), None).tolist()


def _closed(ground: np.ndarray, gap: float) -> np.ndarray:
    """Unite parcels and close the gaps between them, no wider than `gap`; corners stay sharp."""
    whole = shapely.unary_union(ground[:, None], axis=1)
    half = max(gap, DIGITISING_M) / 2
    closing = shapely.buffer(shapely.buffer(whole, half, join_style="mitre"), -half, join_style="mitre")
    return only_polygons(np.asarray(shapely.union(whole, closing)))


def _placed(judged: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, rules: Rules) -> gpd.GeoDataFrame:
    """Parcels with the location they belong to, and its rank instead of their own."""
    home = sites[["locatie_id", "rang", "percelen"]].explode("percelen").set_index("percelen")
    own = judged["perceel_id"]
    placed = judged.drop(columns=["rang", *(f"rang_{profile.naam}" for profile in rules.profielen)])
    placed.insert(0, "locatie_id", own.map(home["locatie_id"]).astype("str"))
    placed["rang"] = own.map(home["rang"]).astype("Int64")
    return placed.sort_values(["rang"], kind="stable", na_position="last", ignore_index=True)
