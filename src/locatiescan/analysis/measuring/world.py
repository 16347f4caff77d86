"""The layers of one scan, made ready once for all measures that use them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.geometry.overlay import subdivide
from locatiescan.analysis.geometry.sides import Sides, unpack
from locatiescan.model import Layer, Scalar
from locatiescan.select import selected, undecided

Made = TypeVar("Made")
Doubt = Literal["none", "taking", "keeping", "doubtful"]
"""Which features of those that do not say whether they are meant: none, all that take or only all that keep ground
free (the two ends between which the truth lies), or nothing but these."""
ENDS: tuple[Doubt, Doubt] = ("keeping", "taking")


@dataclass(frozen=True)
class World:
    """Layers and what was made of them for one table of parcels."""

    layers: Mapping[str, Layer]
    of_layers: dict[Hashable, Any] = field(default_factory=dict)
    """Made of layers alone; lives as long as the scan."""
    of_parcels: dict[Hashable, Any] = field(default_factory=dict)
    """Made of these parcels too."""
    doubt: Doubt = "none"
    """What counts of the features that do not say whether a rule means them."""
    certain: World | None = None
    """The world without doubt that this one was made from."""

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Give what was made of these parcels under a key before, or make it now."""
        return _once(self.of_parcels, key, make)

    def once_for_layers(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Give what was made of layers alone under a key before, or make it now."""
        return _once(self.of_layers, key, make)

    def for_others(self) -> World:
        """Give the same layers, ready for another table of parcels."""
        return World(self.layers, self.of_layers)

    def at(self, doubt: Doubt) -> World:
        """Give the same layers and parcels, where other features of which one cannot be sure count."""
        base = self.certain or self
        changed = doubt in ("taking", "doubtful")  # of layers; what keeps is asked for by `opposite`
        layers = base.once_for_layers(("doubt", doubt), dict) if changed else base.of_layers
        return base.once(("world", doubt), lambda: World(base.layers, layers, doubt=doubt, certain=base))

    def opposite(self) -> World:
        """Give the world for what keeps ground free: where takers count, keepers do not."""
        other: dict[Doubt, Doubt] = {"taking": "keeping", "keeping": "taking"}
        return self.at(other[self.doubt]) if self.doubt in other else self


def _once(memo: dict[Hashable, Any], key: Hashable, make: Callable[[], Made]) -> Made:
    if key not in memo:
        memo[key] = make()
    return memo[key]


def chosen(world: World, name: str, where: Mapping[str, Scalar]) -> gpd.GeoDataFrame | None:
    """Features of a layer that count here, with a plain index; None where the layer is absent (unknown)."""
    layer = world.layers.get(name)
    if layer is None or layer.features is None:
        return None
    features = layer.features
    key = ("chosen", name, *sorted(where.items()))
    return world.once_for_layers(key, lambda: features[_meant(features, where, world)].reset_index(drop=True))


def _meant(features: gpd.GeoDataFrame, where: Mapping[str, Scalar], world: World) -> pd.Series:
    if world.doubt == "doubtful":
        return undecided(features, where)
    certain = selected(features, where)
    return certain | undecided(features, where) if world.doubt == "taking" else certain


def pieces(world: World, name: str, where: Mapping[str, Scalar]) -> shapely.STRtree | None:
    """Chosen features, cut small enough to be compared fast; None where the layer is absent (unknown)."""
    features = chosen(world, name, where)
    if features is None:
        return None
    key = ("pieces", name, *sorted(where.items()))
    return world.once_for_layers(key, lambda: shapely.STRtree(subdivide(features.geometry.to_numpy())[0]))


def in_doubt(layer: str, where: Mapping[str, Scalar], world: World) -> bool:
    """Whether a layer has features that do not say if they are meant."""
    found = world.layers.get(layer)
    if not where or found is None or found.features is None:
        return False
    features = found.features
    return world.once_for_layers(
        ("doubt", layer, *sorted(where.items())), lambda: bool(undecided(features, where).any())
    )


def parcel_sides(parcels: gpd.GeoDataFrame, world: World) -> Sides:
    """Sides of the parcels that this world is of, unpacked once for all measures."""
    return world.once(("sides",), lambda: unpack(parcels.geometry.to_numpy()))


def unknown(parcels: gpd.GeoDataFrame) -> pd.Series:
    """A column in which nothing is known."""
    return pd.Series(np.nan, index=parcels.index, dtype="float64")
