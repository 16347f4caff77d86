"""What is free on each parcel: how much, exactly, and where, as geometry."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from locatiescan.analysis.geometry import sweep
from locatiescan.analysis.geometry.outline import Curves, Rings, curves, curves_of_sides, rings
from locatiescan.analysis.geometry.overlay import Shapes, in_threads, only_polygons, union_by
from locatiescan.analysis.geometry.sides import Sides, unpack
from locatiescan.analysis.measuring.exclusions import Taken, key, taken
from locatiescan.analysis.measuring.world import World, parcel_sides
from locatiescan.model import Exclusion, Measurement

ARC_ERROR_M = 0.005
"""A rounded margin is drawn with so many segments that none cuts off more than this."""


@dataclass(frozen=True)
class Ground:
    """Parcels and what is taken from them, as numbers."""

    taken: Taken
    sides: Sides
    """Of the parcels."""
    rings: Rings
    curves: Curves
    """Of the pieces with their margins."""


def ground(parcels: gpd.GeoDataFrame, exclude: tuple[Exclusion, ...], world: World) -> Ground:
    """Take parcels and exclusions apart into numbers; made once for the same exclusions."""
    return world.once(("ground", key(exclude)), lambda: _ground(parcels, exclude, world))


def _ground(parcels: gpd.GeoDataFrame, exclude: tuple[Exclusion, ...], world: World) -> Ground:
    found = taken(parcels, exclude, world)
    sides = parcel_sides(parcels, world)
    around = rings(found.shapes, found.margin)
    return Ground(found, sides, around, curves(around, found.margin))


def free_areas(parcels: gpd.GeoDataFrame, exclude: tuple[Exclusion, ...], world: World) -> np.ndarray:
    """Square metres that are free on each parcel, margins truly round; NaN where unknown.

    No margin is drawn with segments here, so no limit can be decided by how it is drawn.
    """
    return world.once(("free areas", key(exclude)), lambda: _free_areas(parcels, exclude, world))


def _free_areas(parcels: gpd.GeoDataFrame, exclude: tuple[Exclusion, ...], world: World) -> np.ndarray:
    found = ground(parcels, exclude, world)
    shapes = parcels.geometry.to_numpy()
    area = shapely.area(shapes)
    touched = np.diff(found.taken.start) > 0
    area[touched] = areas_within(shapes[touched], np.flatnonzero(touched), found)
    area[found.taken.unknown | (shapely.area(shapes) == 0)] = np.nan
    return area


def areas_within(shapes: Shapes, parcel: np.ndarray, found: Ground) -> np.ndarray:
    """Free square metres within shapes that each lie on one parcel, `parcel` being its position."""
    start, count = found.taken.start[parcel], np.diff(found.taken.start)[parcel]
    pairs = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    position = np.repeat(start - pairs[:-1], count) + np.arange(pairs[-1])
    return sweep.free_area(
        curves_of_sides(unpack(shapes)),
        found.curves,
        found.taken.rank,
        found.taken.worth,
        pairs,
        found.taken.piece[position],
    )


def free_shapes(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> Shapes:
    """Free part of each parcel as geometry.

    Ground of which only a part is lost is in it. Margins are drawn with segments at most `ARC_ERROR_M` inside the
    true arc, and GEOS first fills dents of less than a hundredth of a margin: for looking and fitting, not for areas.

    Returns
    -------
    array of geometry
        None where unknown or where there is no parcel; an empty polygon where nothing is free.
    """
    return world.once(("free shapes", key(rule.exclude)), lambda: _free_shapes(parcels, rule.exclude, world))


def _free_shapes(parcels: gpd.GeoDataFrame, exclude: tuple[Exclusion, ...], world: World) -> Shapes:
    found = taken(parcels, exclude, world)
    free = parcels.geometry.to_numpy().copy()
    full = free_areas(parcels, exclude, world) == 0
    parcel = np.repeat(np.arange(len(free)), np.diff(found.start))
    worth = found.worth[found.rank[found.piece]]
    known = ~(found.unknown | full)[parcel]
    group, lost = _united(found, parcel[known & (worth == 0)], found.piece[known & (worth == 0)])
    stays, kept = _united(found, parcel[known & (worth == 1)], found.piece[known & (worth == 1)])
    _, of_lost, of_kept = np.intersect1d(group, stays, return_indices=True)
    lost[of_lost] = shapely.difference(lost[of_lost], kept[of_kept])
    free[group] = in_threads(shapely.difference, free[group], lost)
    free[full] = shapely.Polygon()
    free[found.unknown] = None
    return only_polygons(free)


def _united(found: Taken, parcel: np.ndarray, piece: np.ndarray) -> tuple[np.ndarray, Shapes]:
    """Parcels that meet pieces, and the union of those pieces with their margins."""
    groups, parts = [parcel[:0]], [found.shapes[:0]]
    for margin in np.unique(found.margin[piece]):
        own = found.margin[piece] == margin
        group, shapes = union_by(parcel[own], found.shapes[piece[own]])
        groups.append(group)
        parts.append(_widened(shapes, margin))  # united first: houses in a row have one margin, with few corners
    return union_by(np.concatenate(groups), np.concatenate(parts))


def _widened(shapes: Shapes, margin: float) -> Shapes:
    if margin == 0:
        return shapes
    half_step = np.arccos(1 - ARC_ERROR_M / max(margin, 2 * ARC_ERROR_M))
    segments = int(np.ceil(np.pi / 4 / half_step))
    return in_threads(lambda part: shapely.buffer(part, margin, quad_segs=segments), shapes)
