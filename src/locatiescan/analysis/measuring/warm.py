"""Compile the kernels before they are needed: seconds the first time on a machine, then read from a cache."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from locatiescan.analysis.measuring.measures import MEASURES, measure
from locatiescan.analysis.measuring.world import World
from locatiescan.crs import RD
from locatiescan.model import Extent, Grid, Layer, Measurement, Source


def warm(rules: Iterable[Measurement]) -> None:
    """Use every measure of the rules once, on a parcel of one hectare in a world of its own."""
    square = shapely.box(100_000, 400_000, 100_100, 400_100)
    kinds = {"vlak": square.buffer(-10), "lijn": square.exterior, "punt": square.centroid}
    layers = {kind: _layer(kind, shape) for kind, shape in kinds.items()}
    layers["grid"] = replace(_layer("grid", None), grid=Grid(np.ones((4, 4)), 99_900.0, 400_200.0, 100.0))
    parcels = gpd.GeoDataFrame({"perceel_id": ["x"], "waarde": ["1"]}, geometry=[square], crs=RD)
    measure(
        parcels, tuple(_tried(rule) for rule in rules if MEASURES[rule.measure].geometry or rule.exclude), World(layers)
    )


def _tried(rule: Measurement) -> Measurement:
    """The rule on layers of this world, one of each kind that it may name."""
    kind = next(iter(MEASURES[rule.measure].geometry), None)
    exclude = tuple(replace(item, layer="vlak", where={}, only_in=None) for item in rule.exclude)
    extent = Extent("vlak") if rule.only_in else None
    return replace(rule, layer=kind, column=rule.column and "waarde", where={}, exclude=exclude, only_in=extent)


def _layer(kind: str, shape: shapely.Geometry | None) -> Layer:
    source = Source(kind, kind, "geen", kind, "geen", "geen", "fictief")  # type: ignore[arg-type]
    features = gpd.GeoDataFrame({"waarde": ["1"]}, geometry=[shape], crs=RD) if shape else None
    return Layer(kind, source, features)
