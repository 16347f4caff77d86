"""Exact areas of parcels under other polygons, by class.

`class_shares` is the whole way from geometries; `cover_of`, `overlapping`, `apart` and `areas_by_class` are its steps,
for who measures several things of the same parcels. The areas come from `integral`, so nothing is intersected.

Plans lie over each other, buildings too, and margins nearly always. Which shapes overlap follows from one comparison
of the layer with itself; only those are then changed, once for the layer rather than for each parcel: a shape gives up
the ground that another has already, and no ground counts twice.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import shapely

from locatiescan.analysis.geometry.cutting import cut
from locatiescan.analysis.geometry.integral import NOTHING, shared_areas, summed
from locatiescan.analysis.geometry.sides import Sides, areas, unpack
from locatiescan.analysis.geometry.threads import mapped, most_threads

MAX_VERTICES = 128
SMALLEST_PIECE_M = 0.5
"""Cutting stops here, so that a pile of vertices on one spot cannot go on for ever."""
MOST_AT_ONCE = 4096
"""Parcels that are compared in one go: it bounds the memory that pairs take."""

Shapes = np.ndarray[Any, np.dtype[np.object_]]


@dataclass(frozen=True)
class Cover:
    """Polygons made ready to be laid over each other."""

    pieces: Sides
    """Small enough to be compared fast; for areas only."""
    owner: np.ndarray
    """Shape that each piece is of, rising."""
    area: np.ndarray
    """Square metres of each whole shape."""
    boxes: Shapes
    """Geometry with the box of each piece."""

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index on the boxes."""
        return shapely.STRtree(self.boxes)


class Areas(NamedTuple):
    """A sparse table; rows rise by parcel, and each pair comes once."""

    parcel: np.ndarray
    code: np.ndarray
    area: np.ndarray
    """Square metres, above `NOTHING` of the parcel."""


def cover_of(shapes: Shapes, sides: Sides | None = None) -> Cover:
    """Make polygons ready to be laid over others, or others over them.

    Parameters
    ----------
    shapes : array of geometry
        Valid polygons; missing and empty ones have no area.
    sides : Sides, optional
        Of the same shapes, where they were unpacked before.

    Returns
    -------
    Cover
    """
    sides = unpack(shapes) if sides is None else sides
    pieces, owner = cut(sides)
    boxes = shapes[owner]  # a box is that of the shape itself, unless the shape was cut
    was_cut = np.bincount(owner)[owner] > 1 if len(owner) else np.zeros(0, dtype=bool)
    boxes[was_cut] = shapely.box(*pieces.bounds[was_cut].T)
    return Cover(pieces, owner, areas(sides), boxes)


def class_shares(parcels: Shapes, zones: Shapes, codes: np.ndarray, threads: int | None = None) -> Areas:
    """Area of each parcel under each class of zone, from geometries; overlap of zones in one class counts once.

    Parameters
    ----------
    parcels, zones : array of geometry
        Valid polygons; missing and empty ones have no area.
    codes : array of int
        Class of each zone from 0; below 0 the zone does not count.
    threads : int, optional
        By default one for each core.

    Returns
    -------
    Areas
    """
    with ThreadPoolExecutor(1) as pool:
        ground = pool.submit(cover_of, parcels)
        if (threads or most_threads()) == 1:
            ground.result()  # one after the other
        cover = cover_of(zones)
        first, second = overlapping(cover, threads)
        same = codes[first] == codes[second]
        if same.any():
            cover = cover_of(apart(zones, first[same], second[same]))
        return areas_by_class(ground.result(), cover, codes, threads)


def areas_by_class(parcels: Cover, layer: Cover, code: np.ndarray, threads: int | None = None) -> Areas:
    """Area of each parcel under each class.

    Parameters
    ----------
    parcels, layer : Cover
    code : array of int
        Class of each shape in `layer` from 0; below 0 it does not count. Shapes of one class must lie apart.
    threads : int, optional
        By default one for each core.

    Returns
    -------
    Areas
    """
    return _shared(parcels, layer, code, lambda _, zone: code[zone] >= 0, threads)


def covered(parcels: Cover, layer: Cover, threads: int | None = None) -> np.ndarray:
    """Square metres of each parcel under a layer whose shapes lie apart."""
    found = areas_by_class(parcels, layer, np.zeros(len(layer.area), dtype=np.int64), threads)
    return np.bincount(found.parcel, found.area, minlength=len(parcels.area))


def overlapping(layer: Cover, threads: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of shapes that share ground.

    Parameters
    ----------
    layer : Cover
    threads : int, optional
        By default one for each core.

    Returns
    -------
    first, second : array of int64
        Positions in the layer, ``first < second``. What shares less than `NOTHING` of the smaller only touches.
    """
    found = _shared(layer, layer, np.arange(len(layer.area)), np.less, threads)
    real = found.area > NOTHING * np.minimum(layer.area[found.parcel], layer.area[found.code])
    return found.parcel[real], found.code[real]


def apart(shapes: Shapes, first: np.ndarray, second: np.ndarray) -> Shapes:
    """Take from shapes the ground that others have.

    Parameters
    ----------
    shapes : array of geometry
        Valid polygons.
    first, second : array of int
        Pairs that overlap: `second` gives up what `first` has. There must be no circle of pairs.

    Returns
    -------
    array of geometry
        Where all pairs that overlap were given: the same ground, no part of it twice.
    """
    giving, taken = union_by(second, shapes[first])
    result = shapes.copy()
    result[giving] = in_threads(shapely.difference, shapes[giving], taken)
    return result


def _shared(
    one: Cover,
    other: Cover,
    code: np.ndarray,
    wanted: Callable[[np.ndarray, np.ndarray], np.ndarray],
    threads: int | None = None,
) -> Areas:
    """Area that shapes share with those of each code, for the pairs of shapes that are wanted."""
    count, workers, tree = len(one.area), threads or most_threads(), other.tree
    slices = max(8 * workers, -(-count // MOST_AT_ONCE))  # more than threads: they differ in work
    edges = np.searchsorted(one.owner, np.linspace(0, count, slices + 1).astype(int))  # between shapes, not pieces

    def part(begin: int, end: int) -> Areas:
        first, second = tree.query(one.boxes[begin:end])
        first += begin
        keep = wanted(one.owner[first], other.owner[second])
        first, second = first[keep], second[keep]
        area = shared_areas(one.pieces, other.pieces, first, second)
        found = Areas(*summed(one.owner[first], code[other.owner[second]], area))
        real = found.area > NOTHING * one.area[found.parcel]
        return Areas(*(column[real] for column in found))

    found = mapped(part, edges[:-1], edges[1:], threads=workers)
    return Areas(*(np.concatenate(column) for column in zip(*found, strict=True)))


def in_threads(function: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
    """Apply a shapely function to arrays of one length, a slice a thread; shapely lets go of the interpreter.

    Returns
    -------
    array
        As ``function(*arrays)`` gives it, in the same order.
    """
    threads = most_threads()
    edges = np.linspace(0, len(arrays[0]), 8 * threads + 1 if threads > 1 else 2).astype(
        int
    )  # more slices than threads: they differ in work
    slices = [slice(a, b) for a, b in itertools.pairwise(edges) if b > a]
    if len(slices) < 2:
        return np.asarray(function(*arrays))
    return np.concatenate(mapped(lambda part: function(*(array[part] for array in arrays)), slices, threads=threads))


def subdivide(shapes: Shapes, max_vertices: int = MAX_VERTICES) -> tuple[Shapes, np.ndarray]:
    """Cut geometries in halves until none has more than `max_vertices`.

    Parameters
    ----------
    shapes : array of geometry
        Valid polygons, lines or points; missing and empty ones give no pieces.
    max_vertices : int
        Aim for the size of a piece.

    Returns
    -------
    pieces : array of geometry
        Together the same ground as `shapes`.
    owner : array of int
        For each piece the position in `shapes` it comes from.
    """
    owner = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    parts, part_of = shapely.get_parts(shapes[owner], return_index=True)
    return _halve(parts, owner[part_of], max_vertices)


def _halve(parts: Shapes, owner: np.ndarray, max_vertices: int) -> tuple[Shapes, np.ndarray]:
    done: list[Shapes] = []
    owners: list[np.ndarray] = []
    while len(parts):
        west, south, east, north = shapely.bounds(parts).T
        side = np.maximum(east - west, north - south)
        small = (shapely.get_num_coordinates(parts) <= max_vertices) | (side < SMALLEST_PIECE_M)
        done.append(parts[small])
        owners.append(owner[small])
        parts, owner = parts[~small], owner[~small]
        west, south, east, north = (edge[~small] for edge in (west, south, east, north))
        wide = (east - west) >= (north - south)
        x, y = np.where(wide, (west + east) / 2, east), np.where(wide, north, (south + north) / 2)
        first = shapely.box(west, south, x, y)
        second = shapely.box(np.where(wide, x, west), np.where(wide, south, y), east, north)
        dimension = np.tile(shapely.get_dimensions(parts), 2)
        halves = shapely.intersection(np.concatenate([parts, parts]), np.concatenate([first, second]))
        parts, index = shapely.get_parts(halves, return_index=True)
        fits = shapely.get_dimensions(parts) == dimension[index]  # a polygon that only touches a cut leaves a line
        parts, owner = parts[fits], np.tile(owner, 2)[index[fits]]
    return np.concatenate(done) if done else parts, np.concatenate(owners) if owners else owner


def union_by(group: np.ndarray, shapes: Shapes) -> tuple[np.ndarray, Shapes]:
    """Unite geometries per group.

    Parameters
    ----------
    group : array of int
        Group of each geometry, in any order.

    Returns
    -------
    groups : array of int
        Each group once, rising.
    united : array of geometry
    """
    order = np.argsort(group, kind="stable")
    groups, index = np.unique(group[order], return_inverse=True)
    if not len(groups):
        return groups, shapes[:0]
    collections = np.asarray(shapely.geometrycollections(shapes[order], indices=index))
    return groups, in_threads(lambda part: shapely.unary_union(part[:, None], axis=1), collections)


def only_polygons(shapes: Shapes) -> Shapes:
    """Drop lines and points that GEOS leaves along shared borders; the array is changed in place."""
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    for i in np.flatnonzero(mixed & ~shapely.is_empty(shapes)):
        parts = shapely.get_parts(shapes[i])
        shapes[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return shapes
