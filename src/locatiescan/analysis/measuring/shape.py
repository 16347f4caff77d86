"""Size and form of a parcel, and of what is free on it."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.geometry.circle import largest_circles
from locatiescan.analysis.geometry.envelope import ANGLE, SHORT, envelopes
from locatiescan.analysis.geometry.overlay import Shapes
from locatiescan.analysis.geometry.rectangle import LENGTH, longest_rectangles
from locatiescan.analysis.geometry.sides import unpack
from locatiescan.analysis.measuring.exclusions import key
from locatiescan.analysis.measuring.free import areas_within, free_areas, free_shapes, ground
from locatiescan.analysis.measuring.world import World
from locatiescan.model import Measurement


def area_m2(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Area of the parcel's polygon in square metres."""
    return parcels.geometry.area.where(~parcels.geometry.is_empty)


def compactness(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Area over that of a circle with the same perimeter: 4 pi A / P², 1 for a circle (Polsby and Popper 1991)."""
    perimeter = parcels.geometry.length
    return (4 * np.pi * parcels.geometry.area / perimeter**2).where(perimeter > 0)


def free_area_m2(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Square metres of the parcel outside all exclusions and their margins, which are truly round.

    Ground of which an exclusion takes a share counts for the rest; where several do, the largest share counts.
    """
    return pd.Series(free_areas(parcels, rule.exclude, world), index=parcels.index)


def largest_free_m2(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Square metres of the largest free part of the parcel that hangs together, counted as for the whole."""
    free = free_shapes(parcels, rule, world)
    result = free_areas(parcels, rule.exclude, world).copy()
    several = np.flatnonzero(shapely.get_num_geometries(free) > 1)
    parts, owner = shapely.get_parts(free[several], return_index=True)
    result[several] = 0.0
    found = ground(parcels, rule.exclude, world)
    np.maximum.at(result, several[owner], areas_within(parts, several[owner], found))
    return pd.Series(result, index=parcels.index)


def inscribed_circle_m(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Diameter in metres of the largest circle that fits the free part of the parcel, to 0.02 m and never too large."""
    radius = world.once(("circles", key(rule.exclude)), lambda: _free_radii(parcels, rule, world))
    return pd.Series(2 * radius, index=parcels.index)


def _free_radii(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> np.ndarray:
    found, area = ground(parcels, rule.exclude, world), free_areas(parcels, rule.exclude, world)
    taken, around = found.taken, found.rings
    parcel, worth = np.repeat(np.arange(len(area)), np.diff(taken.start)), taken.worth[taken.rank[taken.piece]]
    kept = np.zeros(len(area), dtype=bool)
    kept[parcel[worth == 1]] = True  # ground kept free amid what is taken has no distance of its own: drawn instead
    parcel, piece = parcel[worth == 0], taken.piece[worth == 0]
    # where a part of the ground counts, the area is less than the ground itself
    ground_m2 = np.nan_to_num(area) / taken.worth[taken.worth > 0].min(initial=1.0)
    radius = largest_circles(
        found.sides,
        np.where(kept, 0.0, ground_m2),
        (around.x, around.y, around.x[around.following], around.y[around.following], around.start),
        taken.margin,
        np.searchsorted(parcel, np.arange(len(area) + 1)),
        piece,
    )
    if kept.any():
        radius[kept] = _drawn_radii(free_shapes(parcels, rule, world)[kept])
    radius[np.isnan(area)] = np.nan
    return radius


def _drawn_radii(shapes: Shapes) -> np.ndarray:
    nothing = np.empty(0)
    outline = (nothing, nothing, nothing, nothing, np.zeros(1, dtype=np.int64))
    start, piece = np.zeros(len(shapes) + 1, dtype=np.int64), np.empty(0, dtype=np.int64)
    return largest_circles(unpack(shapes), shapely.area(shapes), outline, nothing, start, piece)


def width_m(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Short side in metres of the smallest rectangle around the free part of the parcel.

    Where the free ground falls apart, that of the widest part: a rectangle around two strips says nothing of either.
    """
    return _of_parts(parcels, rule, world, lambda parts: envelopes(parts)[:, SHORT])


def rectangle_m(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Length in metres of the longest rectangle of the rule's width that fits the free part of the parcel.

    It lies along one of the longer sides or along the smallest surrounding rectangle; what is found does fit.
    """
    width = rule.width_m or 0.0
    return _of_parts(
        parcels,
        rule,
        world,
        lambda parts: longest_rectangles(unpack(parts), envelopes(parts)[:, ANGLE], width)[:, LENGTH],
    )


def _of_parts(
    parcels: gpd.GeoDataFrame, rule: Measurement, world: World, size: Callable[[Shapes], np.ndarray]
) -> pd.Series:
    """The largest size of any free part; 0 where nothing is free, NaN where that is unknown."""
    free, area = free_shapes(parcels, rule, world), free_areas(parcels, rule.exclude, world)
    some = np.flatnonzero(area > 0)
    parts, owner = shapely.get_parts(free[some], return_index=True)
    result = np.where(np.isnan(area), np.nan, 0.0)
    np.maximum.at(result, some[owner], size(parts))
    return pd.Series(result, index=parcels.index)
