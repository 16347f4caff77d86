"""Size and form of a parcel, and of what is free on it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.overlay import Shapes, in_threads, union_by
from locatiescan.analysis.world import World, pieces, unknown
from locatiescan.model import Exclusion, Measurement

CIRCLE_TOLERANCE_M = 0.05
QUARTER_CIRCLE = 16
"""Segments that draw a quarter of a rounded margin: 0.2 % short of the true circle."""


def area_m2(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Area of the parcel's polygon in square metres."""
    return parcels.geometry.area


def compactness(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Area over that of a circle with the same perimeter: 4 pi A / P², 1 for a circle (Polsby and Popper 1991)."""
    perimeter = parcels.geometry.length
    return (4 * np.pi * parcels.geometry.area / perimeter**2).where(perimeter > 0)


def free_area_m2(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Square metres of the parcel outside all exclusions and their margins."""
    free = free_shapes(parcels, rule, world)
    return unknown(parcels) if free is None else pd.Series(shapely.area(free), index=parcels.index)


def inscribed_circle_m(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Diameter in metres of the largest circle that fits the free part of the parcel, to 0.1 m."""
    free = free_shapes(parcels, rule, world)
    if free is None:
        return unknown(parcels)
    diameter = np.zeros(len(parcels))
    solid = shapely.area(free) > 0
    # a circle lies in one part: parts apart are a third faster than multipolygons, and never invalid
    parts, owner = shapely.get_parts(free[solid], return_index=True)
    fits = np.flatnonzero(solid)[owner]
    radii = in_threads(lambda part: shapely.length(shapely.maximum_inscribed_circle(part, CIRCLE_TOLERANCE_M)), parts)
    np.maximum.at(diameter, fits, 2 * radii)
    diameter[parcels.geometry.isna() | parcels.geometry.is_empty] = np.nan
    return pd.Series(diameter, index=parcels.index)


def free_shapes(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> Shapes | None:
    """Free part of each parcel as geometry, or None where an exclusion's layer is absent (unknown)."""
    return world.once(("free", *map(_key, rule.exclude)), lambda: _free(parcels, rule.exclude, world))


def _key(item: Exclusion) -> tuple[object, ...]:
    return (item.layer, item.buffer_m, *sorted(item.where.items()))


def _free(parcels: gpd.GeoDataFrame, exclude: tuple[Exclusion, ...], world: World) -> Shapes | None:
    shapes = parcels.geometry.to_numpy()
    parcel_parts, taken_parts = [np.empty(0, dtype=int)], [shapes[:0]]
    for item in exclude:
        found = pieces(world, item.layer, item.where)
        if found is None:
            return None
        # the margin is drawn around pieces: their margins together are the margin around the whole
        taken = shapely.buffer(found.shapes, item.buffer_m, quad_segs=QUARTER_CIRCLE) if item.buffer_m else found.shapes
        parcel, piece = shapely.STRtree(taken).query(shapes, predicate="intersects")
        parcel_parts.append(parcel)
        taken_parts.append(taken[piece])
    group, taken = union_by(np.concatenate(parcel_parts), np.concatenate(taken_parts))
    free = shapes.copy()
    free[group] = in_threads(shapely.difference, shapes[group], taken)
    return _only_polygons(free)


def _only_polygons(shapes: Shapes) -> Shapes:
    """Drop lines and points that a difference leaves along shared borders."""
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    for i in np.flatnonzero(mixed & ~shapely.is_empty(shapes)):
        parts = shapely.get_parts(shapes[i])
        shapes[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return shapes
