"""Which pieces of which exclusions lie on which parcel, and where that cannot be known."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from locatiescan.analysis.geometry.overlay import Shapes
from locatiescan.analysis.measuring.extent import applies
from locatiescan.analysis.measuring.world import World, pieces
from locatiescan.model import JA, NEE, ONBEKEND, Exclusion


@dataclass(frozen=True)
class Taken:
    """Pieces of all exclusions of one rule that touch a parcel, their margins counted in.

    Exclusions that do the same to ground share a rank. Where several lie on the same ground the lowest rank
    decides: first what keeps ground free, then what takes all of it, then what takes a part, the largest first.
    """

    shapes: Shapes
    """Polygons, lines and points without their margins."""
    margin: np.ndarray
    """Margin around each piece, metres."""
    rank: np.ndarray
    worth: np.ndarray
    """For each rank the part of the ground that stays: 1 keeps it, 0 takes it."""
    start: np.ndarray
    """Parcel i meets the pieces ``piece[start[i]:start[i + 1]]``."""
    piece: np.ndarray
    unknown: np.ndarray
    """Parcels of which the free ground cannot be known."""


def key(exclude: tuple[Exclusion, ...]) -> Hashable:
    """What tells one list of exclusions from another."""
    return tuple(
        (e.layer, e.buffer_m, e.share, e.keep, *sorted(e.where.items()), "in", *_extent_key(e)) for e in exclude
    )


def _extent_key(item: Exclusion) -> tuple[object, ...]:
    extent = item.only_in
    return (extent.layer, extent.share, *sorted(extent.where.items())) if extent else ()


def taken(parcels: gpd.GeoDataFrame, exclude: tuple[Exclusion, ...], world: World) -> Taken:
    """Find the pieces of exclusions on each parcel; made once for the same exclusions."""
    return world.once(("taken", key(exclude)), lambda: _taken(parcels, exclude, world))


def _taken(parcels: gpd.GeoDataFrame, exclude: tuple[Exclusion, ...], world: World) -> Taken:
    parcel_parts, piece_parts = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    shape_parts, margin, rank = [np.empty(0, dtype=object)], [], []
    unknown = np.zeros(len(parcels), dtype=bool)
    ranks = sorted({_rank(item) for item in exclude})
    count = 0
    for item in exclude:
        found, open_question = _touching(parcels, item, world)
        unknown |= open_question
        parcel, row, shapes = found
        parcel_parts.append(parcel)
        piece_parts.append(count + row)
        shape_parts.append(shapes)
        margin.append(np.full(len(shapes), item.buffer_m))
        rank.append(np.full(len(shapes), ranks.index(_rank(item))))
        count += len(shapes)
    parcel, piece = np.concatenate(parcel_parts), np.concatenate(piece_parts)
    order = np.lexsort((piece, parcel))
    return Taken(
        np.concatenate(shape_parts),
        np.concatenate([np.empty(0), *margin]),
        np.concatenate([np.empty(0, dtype=np.int64), *rank]),
        np.array([worth for _, worth in ranks], dtype="float64"),
        np.searchsorted(parcel[order], np.arange(len(parcels) + 1)).astype(np.int64),
        piece[order],
        unknown,
    )


def _rank(item: Exclusion) -> tuple[bool, float]:
    return (False, 1.0) if item.keep else (True, 1.0 - item.share)


def _touching(
    parcels: gpd.GeoDataFrame, item: Exclusion, world: World
) -> tuple[tuple[np.ndarray, np.ndarray, Shapes], np.ndarray]:
    """Parcel and row of each pair, the pieces they count in, and the parcels left unknown."""
    own = world.opposite() if item.keep else world
    counts = applies(parcels, item.only_in, own).to_numpy() if item.only_in else np.full(len(parcels), JA)
    found = pieces(own, item.layer, item.where)
    if found is None:
        nothing = np.empty(0, dtype=np.int64)
        return (nothing, nothing, np.empty(0, dtype=object)), counts != NEE
    parcel, piece = found.query(parcels.geometry.to_numpy(), predicate="dwithin", distance=item.buffer_m)
    solid = (item.buffer_m > 0) | (shapely.get_dimensions(found.geometries) == 2)  # a bare line takes no ground
    parcel, piece = parcel[solid[piece]], piece[solid[piece]]
    open_question = np.zeros(len(parcels), dtype=bool)
    open_question[parcel[counts[parcel] == ONBEKEND]] = True
    used, row = np.unique(piece[counts[parcel] == JA], return_inverse=True)
    return (parcel[counts[parcel] == JA], row, found.geometries[used]), open_question
