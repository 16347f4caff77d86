"""The layers of one scan, made ready once for all measures that use them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.overlay import subdivide
from locatiescan.model import Layer, Scalar
from locatiescan.select import selected

Made = TypeVar("Made")


@dataclass(frozen=True)
class World:
    """Layers and what was made of them for one table of parcels."""

    layers: Mapping[str, Layer]
    of_layers: dict[Hashable, Any] = field(default_factory=dict)
    """Made of layers alone; lives as long as the scan."""
    of_parcels: dict[Hashable, Any] = field(default_factory=dict)
    """Made of these parcels too."""

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Give what was made of these parcels under a key before, or make it now."""
        return _once(self.of_parcels, key, make)

    def once_for_layers(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Give what was made of layers alone under a key before, or make it now."""
        return _once(self.of_layers, key, make)

    def for_others(self) -> World:
        """Give the same layers, ready for another table of parcels."""
        return World(self.layers, self.of_layers)


def _once(memo: dict[Hashable, Any], key: Hashable, make: Callable[[], Made]) -> Made:
    if key not in memo:
        memo[key] = make()
    return memo[key]


@dataclass(frozen=True)
class Pieces:
    """Features cut small enough to be compared fast; together they are the same ground."""

    shapes: np.ndarray
    owner: np.ndarray
    """Row of the feature that each piece is of."""
    tree: shapely.STRtree
    features: gpd.GeoDataFrame


def pieces(world: World, layer: str, where: Mapping[str, Scalar]) -> Pieces | None:
    """Pieces of a layer's selected features; None where the layer is absent (unknown)."""
    return world.once_for_layers(
        ("pieces", layer, *sorted(where.items())), lambda: _cut(world.layers.get(layer), where)
    )


def _cut(layer: Layer | None, where: Mapping[str, Scalar]) -> Pieces | None:
    if layer is None or layer.features is None:
        return None
    features = layer.features[selected(layer.features, where)].reset_index(drop=True)
    shapes, owner = subdivide(features.geometry.to_numpy())
    return Pieces(shapes, owner, shapely.STRtree(shapes), features)


def unknown(parcels: gpd.GeoDataFrame) -> pd.Series:
    """A column in which nothing is known."""
    return pd.Series(np.nan, index=parcels.index, dtype="float64")
