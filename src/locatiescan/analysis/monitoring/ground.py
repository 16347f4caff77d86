"""In which sites of a run the ground of a record lies: by name, by parcels, and by outline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

OF_OLD = 0.1
"""Part of a record's ground that a site must hold: below it lies what was measured anew or went to a neighbour."""
OF_NEW = 0.5
"""Or else the part of a site that must be a record's ground: a small piece of a large place that was split."""
BUILDING = "T-"
"""How the name of a building begins; it lies on the ground of a site, and is another plan."""
SAME = 0.9
"""Part of both by which ground counts as unchanged: borders are measured anew, places do not move."""


@dataclass(frozen=True)
class Link:
    """Ground that a record and a site have in common."""

    site: int
    """Position among the sites."""
    m2: float
    """NaN where the record has no outline."""
    of_old: float
    """Part of the record's ground."""
    of_new: float
    """Part of the site's ground."""


def links_of(status: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> list[tuple[Link, ...]]:
    """Sites in which each record lies, in the order of the sites; empty where none holds its ground.

    By name where the ground is the same, or none was written down. Else by parcels; by outline too where they are not
    all there as large as they were, as ground may have a new number. Parcels decide alone where the outline fits none
    of their sites.

    Parameters
    ----------
    status, sites : GeoDataFrame
        With a plain range of numbers as index.
    """
    places = {name: i for i, name in enumerate(sites["locatie_id"])}
    members = [frozenset(ids_of(one)) for one in _column(sites, "percelen")]
    holders: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for i, (name, ids) in enumerate(zip(sites["locatie_id"], members, strict=True)):
        for one in ids:
            holders[name.startswith(BUILDING), one].append(i)
    near, old, new = _common(status, sites)
    found = []
    for number, (name, written) in enumerate(zip(status["locatie_id"], _column(status, "percelen"), strict=True)):
        own = frozenset(ids_of(written))
        here = places.get(name)
        unmoved = here is not None and (
            _same(near[number].get(here)) or (own == members[here] and _as_large(old[number], new[here]))
        )
        if here is not None and (unmoved or (not own and np.isnan(old[number]))):
            found.append((near[number].get(here) or _unmeasured(here),))
            continue
        kind = name.startswith(BUILDING)
        named = sorted({site for one in own for site in holders.get((kind, one), ())})
        whole = bool(own) and all((kind, one) in holders for one in own) and _as_large(old[number], new[named].sum())
        found.append(_by_ground(named, near[number], named if whole else sorted({*named, *near[number]})))
    return found


def ids_of(parcels: Any) -> tuple[str, ...]:
    """Parcel ids out of their joined text."""
    if not isinstance(parcels, str):
        return ()
    return tuple(dict.fromkeys(part.strip() for part in parcels.split(",") if part.strip()))


def _by_ground(named: Sequence[int], near: Mapping[int, Link], asked: Sequence[int]) -> tuple[Link, ...]:
    fitting = tuple(near[site] for site in asked if site in near and _weighs(near[site]))
    return fitting or tuple(near.get(site) or _unmeasured(site) for site in named)


def _common(status: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> tuple[list[dict[int, Link]], np.ndarray, np.ndarray]:
    """Ground in common of each record with each site that it touches, and the areas of both (NaN without outline)."""
    old, new = (_shapes(table) for table in (status, sites))
    areas, others = (np.where(shapely.area(shapes) > 0, shapely.area(shapes), np.nan) for shapes in (old, new))
    one, other = shapely.STRtree(new).query(old, predicate="intersects")
    kinds = [table["locatie_id"].str.startswith(BUILDING).to_numpy(dtype=bool) for table in (status, sites)]
    alike = kinds[0][one] == kinds[1][other]
    one, other = one[alike], other[alike]
    m2 = shapely.area(shapely.intersection(old[one], new[other]))
    found: list[dict[int, Link]] = [{} for _ in old]
    for record, site, common in zip(one.tolist(), other.tolist(), m2.tolist(), strict=True):
        if common > 0:
            found[record][site] = Link(site, common, common / areas[record], common / others[site])
    return found, areas, others


def _shapes(table: gpd.GeoDataFrame) -> np.ndarray:
    """Valid outlines; an outline of a file may touch itself after rounding."""
    shapes = np.asarray(table.geometry.array, dtype=object)
    crooked = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if crooked.any():
        shapes = shapes.copy()
        shapes[crooked] = shapely.make_valid(shapes[crooked], method="structure", keep_collapsed=False)
    return shapes


def _same(link: Link | None) -> bool:
    return link is not None and min(link.of_old, link.of_new) >= SAME


def _as_large(old: float, new: float) -> bool:
    """Whether ground is about as large as it was; also where either is not known."""
    return not (new < SAME * old or old < SAME * new)


def _weighs(link: Link) -> bool:
    return link.of_old >= OF_OLD or link.of_new >= OF_NEW


def _unmeasured(site: int) -> Link:
    return Link(site, float("nan"), float("nan"), float("nan"))


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name] if name in table else pd.Series(None, table.index, dtype=object)
