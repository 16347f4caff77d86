"""Layers of polygons made ready, once for a scan, to be laid over parcels; and the parcels themselves."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from locatiescan.analysis.geometry.overlay import (
    Cover,
    Shapes,
    apart,
    cover_of,
    in_threads,
    overlapping,
    subdivide,
    union_by,
)
from locatiescan.analysis.measuring.world import World, chosen, parcel_sides
from locatiescan.model import Measurement

QUARTER_CIRCLE = 16
"""Segments that draw a quarter of a rounded margin: 0.2 % short of the true circle."""

CELL = 4
"""Margins are united by cells so many margins wide: it bounds how many others each can overlap."""


@dataclass(frozen=True)
class Ground:
    """Features of a layer, and which of them overlap."""

    features: gpd.GeoDataFrame
    shapes: Shapes
    cover: Cover
    first: np.ndarray
    second: np.ndarray
    """Pairs of rows that share ground, ``first < second``."""

    def apart(self, first: np.ndarray, second: np.ndarray) -> Cover:
        """Features after each `second` gave up what `first` has."""
        return cover_of(apart(self.shapes, first, second)) if len(first) else self.cover


def parcel_cover(parcels: gpd.GeoDataFrame, world: World) -> Cover:
    """The parcels that this world is of."""
    shapes = parcels.geometry.to_numpy()
    return world.once(("cover",), lambda: cover_of(shapes, parcel_sides(parcels, world)))


def ground_of(rule: Measurement, world: World) -> Ground | None:
    """Features of the rule's layer that its ``where`` means; None where the layer is absent (unknown)."""
    features = chosen(world, rule.layer or "", rule.where)
    if features is None:
        return None
    return world.once_for_layers(("ground", *_selection(rule)), lambda: _ground(features, features.geometry.to_numpy()))


def covering(rule: Measurement, world: World) -> Cover | None:
    """What the rule's features cover, with its margin, no ground twice; None where that is unknown.

    Lines and points cover nothing that can be measured, unless the rule draws a margin around them.
    """
    features = chosen(world, rule.layer or "", rule.where)
    if features is None or not (rule.buffer_m or world.layers[rule.layer or ""].source.geometry == "vlak"):
        return None
    key = ("covering", rule.buffer_m or 0.0, *_selection(rule))
    return world.once_for_layers(key, lambda: _covering(rule, world, features))


def _covering(rule: Measurement, world: World, features: gpd.GeoDataFrame) -> Cover | None:
    found = _margins(features, rule.buffer_m) if rule.buffer_m else ground_of(rule, world)
    return found and found.apart(found.first, found.second)


def _margins(features: gpd.GeoDataFrame, buffer_m: float) -> Ground:
    """Margins, those near each other united: in a dense layer nearly all overlap, and pairs would be too many."""
    drawn = _drawn(features.geometry.to_numpy(), buffer_m)
    west, south, east, north = shapely.bounds(drawn).reshape(-1, 4).T
    side = CELL * max(buffer_m, 1.0)
    column, row = (((low + high) / 2 // side).astype(np.int64) for low, high in ((west, east), (south, north)))
    _, united = union_by((column - column.min(initial=0)) * (np.ptp(row) + 1 if len(row) else 1) + row, drawn)
    return _ground(features, united)


def _drawn(shapes: Shapes, buffer_m: float) -> Shapes:
    """Margins around pieces: together they are the margin around the whole, and far cheaper to draw."""
    pieces, _ = subdivide(shapes)
    closed = (shapely.get_type_id(pieces) == shapely.GeometryType.LINESTRING) & shapely.is_closed(pieces)
    # of a line that closes and crosses itself GEOS loses ground inside the margin, unless the line is noded
    pieces[closed] = shapely.unary_union(pieces[closed][:, None], axis=1)
    return in_threads(lambda some: shapely.buffer(some, buffer_m, quad_segs=QUARTER_CIRCLE), pieces)


def _ground(features: gpd.GeoDataFrame, shapes: Shapes) -> Ground:
    cover = cover_of(shapes)
    return Ground(features, shapes, cover, *overlapping(cover))


def _selection(rule: Measurement) -> tuple[object, ...]:
    return (rule.layer, *sorted(rule.where.items()))
