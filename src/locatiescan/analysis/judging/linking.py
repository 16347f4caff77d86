"""Which parcels are linked over the borders of municipalities, however indirectly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.judging.sites import DIGITISING_M, joinable
from locatiescan.crs import RD
from locatiescan.errors import SourceError
from locatiescan.model import Joining, Rules


@dataclass(frozen=True)
class Side:
    """What a municipality found by itself."""

    code: str
    name: str
    boundary: shapely.Geometry
    """RD New."""
    rules: Rules
    parcels: gpd.GeoDataFrame
    """Judged, as `locatiescan.analysis.judging.sites.find_sites` gives them or a file gives them back. Those that
    `locatiescan.analysis.judging.sites.joinable` lets stand alone may be left out."""
    sites: gpd.GeoDataFrame
    """Its locations."""


def near_borders(sides: Sequence[Side]) -> pd.Index:
    """Parcels that `across` needs: those that are linked, however indirectly, to a parcel of another municipality.

    Parameters
    ----------
    sides : sequence of Side
        ``parcels`` needs the columns of `locatiescan.analysis.judging.sites.joining_columns` only.

    Returns
    -------
    Index
        ``perceel_id``.
    """
    joining = sorted((side for side in sides if side.rules.locaties), key=lambda side: side.code)
    ground = linked(ground_of(joining), joining)
    return pd.Index(ground["perceel_id"] if len(ground) else [])


def check_parcels(sides: Sequence[Side]) -> None:
    """Refuse a parcel that two municipalities have.

    Raises
    ------
    SourceError
        Naming it and them.
    """
    ids = pd.concat([side.parcels["perceel_id"] for side in sides]) if sides else pd.Series(dtype="str")
    doubled = ids[ids.duplicated()]
    if len(doubled):
        names = " en ".join(side.name for side in sides if side.parcels["perceel_id"].eq(doubled.iloc[0]).any())
        raise SourceError(
            f"Perceel {doubled.iloc[0]} staat bij {names}: scan beide opnieuw, met dezelfde laag gemeentegrens."
        )


def ground_of(sides: Sequence[Side]) -> gpd.GeoDataFrame:
    """Parcels that may be joined: `whose` they are, which row there, their kind, and the owners that rules ask for."""
    owners = {side.rules.locaties.eigenaar for side in sides if side.rules.locaties} - {None}
    tables = []
    for number, side in enumerate(sides):
        kind = joinable(side.parcels, side.rules)
        row = np.flatnonzero(kind >= 0)
        columns = ["perceel_id", *sorted(owners & set(side.parcels)), "geometry"]  # type: ignore[type-var]
        tables.append(side.parcels[columns].iloc[row].assign(whose=number, row=row, kind=kind[row]))
    rows = rows_of([table for table in tables if len(table)])
    return rows.sort_values("perceel_id", ignore_index=True) if len(rows) else rows


def linked(ground: gpd.GeoDataFrame, sides: Sequence[Side]) -> gpd.GeoDataFrame:
    """Parcels that are linked, however indirectly, to parcels of another municipality."""
    from scipy.sparse import coo_array  # here: a tenth of a second at the start of every scan, of one municipality too
    from scipy.sparse.csgraph import connected_components

    if not len(ground):
        return ground
    shapes, whose, kind = ground.geometry.to_numpy(), ground["whose"].to_numpy(), ground["kind"].to_numpy()
    gap = max(DIGITISING_M, *(joining_of(side).tussenruimte_m for side in sides))
    boxes = shapely.box(*(shapely.bounds(shapes) + gap * np.array([-1, -1, 1, 1])).T)
    one, other = shapely.STRtree(shapes).query(boxes)
    maybe = (one < other) & (kind[one] == kind[other])
    one, other = one[maybe], other[maybe]
    near = shapely.dwithin(shapes[one], shapes[other], gap)
    one, other = one[near], other[near]
    links = coo_array((np.ones(len(one), dtype=bool), (one, other)), (len(ground), len(ground)))
    part = connected_components(links, directed=False)[1]
    crossing = part[one[whose[one] != whose[other]]]
    return gpd.GeoDataFrame(ground[np.isin(part, crossing)].reset_index(drop=True))


def joining_of(side: Side) -> Joining:
    """How a municipality joins parcels, where it does."""
    if side.rules.locaties is None:
        raise ValueError(f"{side.name} joins no parcels")
    return side.rules.locaties


def rows_of(tables: Sequence[pd.DataFrame]) -> gpd.GeoDataFrame:
    """Tables under one another; those without rows have no types to go by."""
    filled = [table for table in tables if len(table)] or [*tables[:1]]
    return gpd.GeoDataFrame(pd.concat(filled, ignore_index=True) if filled else gpd.GeoDataFrame(geometry=[], crs=RD))
