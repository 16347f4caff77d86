"""Names that a planner may look for: streets, and what else the layers name."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np

from locatiescan.crs import to_display
from locatiescan.model import Layer, ScanResult
from locatiescan.outputs.webmap_region import BOUNDARY, home_of
from locatiescan.outputs.webmap_words import plain_list

NAMED = {
    "wegen": ("straatnaam", "straat"), "haltes": ("naam", "halte"), "natura2000": ("naam", "natuurgebied"),
    "bpl": ("naam", "landschap"), "bebouwde_kom": ("naam", "kern"),
}  # fmt: skip
"""Layer to the column with the name, and what it is called."""
STEPS_PER_DEGREE = 100_000
"""About a metre."""


def places(result: ScanResult) -> list[list[Any]]:
    """Each name once for each kind: name, kind, and west, south, east and north in steps of a degree."""
    found = []
    named = NAMED if home_of(result.sites) is None else NAMED | {BOUNDARY: ("naam", "gemeente")}
    for layer, (column, kind) in named.items():
        found += _named(result.layers.get(layer), column, kind)
    return found


def _named(layer: Layer | None, column: str, kind: str) -> list[list[Any]]:
    features = layer.features if layer else None
    if features is None or column not in features:
        return []
    there = features[features[column].notna() & ~features.geometry.isna() & ~features.geometry.is_empty]
    if not len(there):
        return []
    bounds = to_display(gpd.GeoDataFrame(there[["geometry"]])).bounds.groupby(there[column].astype(str))
    ends = bounds.agg({"minx": "min", "miny": "min", "maxx": "max", "maxy": "max"})
    steps = np.round(ends.to_numpy() * STEPS_PER_DEGREE).astype(int).tolist()
    return [[name, kind, *box] for name, box in zip(plain_list(ends.index), steps, strict=True) if name]
