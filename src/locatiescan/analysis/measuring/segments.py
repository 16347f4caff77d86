"""A layer's outlines, made ready once for all measures that look for what is near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import shapely

from locatiescan.analysis.geometry.tree import Tree, connected, polygon_sides, stretches, tree
from locatiescan.analysis.measuring.world import World, chosen
from locatiescan.model import Scalar


@dataclass(frozen=True)
class Outlines:
    """A layer's selected features."""

    segments: Tree
    spots: Tree
    """One vertex of each connected outline: where no outline crosses a parcel's, it is inside if its spot is."""
    filled: bool
    """Whether ground inside an outline belongs to the feature, as for polygons."""
    features: gpd.GeoDataFrame
    """The selected rows of the layer's table."""


def outlines(world: World, name: str, where: Mapping[str, Scalar]) -> Outlines | None:
    """Outlines of a layer's selected features; None where the layer is absent (unknown)."""
    features = chosen(world, name, where)
    if features is None:
        return None
    return world.once_for_layers(("outlines", name, *sorted(where.items())), lambda: _outlines(features))


def _outlines(features: gpd.GeoDataFrame) -> Outlines:
    shapes = features.geometry.to_numpy()
    filled = bool((shapely.get_dimensions(shapes) == 2).any())  # a layer holds one kind: that is checked on reading
    ends, owner = polygon_sides(shapes) if filled else stretches(shapes)
    first = ~connected(ends, owner)
    return Outlines(tree(ends, owner), tree(ends[first][:, [0, 1, 0, 1]], owner[first]), filled, features)
