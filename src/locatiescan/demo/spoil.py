"""Deliberate faults: what real registrations hold and a reader must survive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from locatiescan.demo.kinds import FARMLAND, HOUSES
from locatiescan.demo.sheet import CELL_M, Sheet, rectangles


def few(count: int) -> int:
    """How many of a kind of fault a place with ``count`` parcels has: always some, never many."""
    return int(np.clip(count // 1000, 2, 40))


def bow_tie(polygon: Any, size_m: float = 1.0) -> shapely.Polygon:
    """The same polygon with a crossing on its first side, as a slip of the digitiser's hand."""
    ring = shapely.get_coordinates(shapely.get_exterior_ring(polygon))
    start, end = ring[0], ring[1]
    side = end - start
    inward = np.array([-side[1], side[0]]) / np.hypot(*side) * size_m
    if not shapely.LinearRing(ring).is_ccw:
        inward = -inward
    low, high = start + 0.4 * side, start + 0.6 * side
    # Forth along the side, back over the inner line, and forth again: the two diagonals cross.
    crossing = np.array([start, high, low + inward, high + inward, low, end])
    holes = [shapely.get_coordinates(hole) for hole in polygon.interiors]
    return shapely.Polygon(np.vstack([crossing, ring[2:]]), holes)


def spoil(geometry: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Geometries with a bow-tie in those at the places ``which``."""
    spoilt = geometry.copy()
    for place in which:
        spoilt[place] = bow_tie(geometry[place])
    return spoilt


def with_slivers(lots: pd.DataFrame, parcels: int, rng: np.random.Generator) -> pd.DataFrame:
    """Cut a strip of 60 cm off some gardens, as left over after a boundary dispute."""
    chosen = rng.choice(np.flatnonzero(lots.kind.isin(HOUSES)), few(parcels), replace=False)
    strips, lots = lots.iloc[chosen].copy(), lots.copy()
    for start, end, fronts in (("a0", "a1", (0, 1)), ("b0", "b1", (2, 3))):  # along the row
        mine = strips.index[strips.front.isin(fronts)]
        cut = strips.loc[mine, end] - 0.6 / CELL_M
        strips.loc[mine, start] = cut
        lots.loc[mine, end] = cut
    return pd.concat([lots, strips], ignore_index=True)


def with_enclaves(
    sheet: Sheet, lots: pd.DataFrame, geometry: np.ndarray, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Cut a square of 30 m out of some fields and make it a parcel of its own."""
    wide = (lots.a1 - lots.a0 > 0.3) & (lots.b1 - lots.b0 > 0.3)
    chosen = rng.choice(np.flatnonzero(lots.kind.isin(FARMLAND) & wide), few(len(lots)), replace=False)
    fields, half = lots.iloc[chosen], 15 / CELL_M
    a, b = (fields.a0 + fields.a1) / 2, (fields.b0 + fields.b1) / 2
    squares = rectangles(sheet, a - half, b - half, a + half, b + half)
    geometry = geometry.copy()
    geometry[chosen] = shapely.difference(geometry[chosen], squares)
    return pd.concat([lots, fields], ignore_index=True), np.concatenate([geometry, squares])


def with_multiparts(lots: pd.DataFrame, geometry: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Join some pairs of fields that do not touch into one parcel in two parts."""
    fields = np.flatnonzero(lots.kind.isin(FARMLAND) & (shapely.get_num_interior_rings(geometry) == 0))
    pairs = np.linspace(0, len(fields) - 4, few(len(lots)), dtype=int)
    shapes: list[Any] = list(geometry)
    gone = []
    for first in pairs:
        one, *others = fields[first : first + 4]
        other = next((place for place in others if not shapes[one].intersects(shapes[place])), None)
        if other is not None:
            shapes[one] = shapely.MultiPolygon([shapes[one], shapes[other]])
            gone.append(other)
    keep = np.setdiff1d(np.arange(len(lots)), gone)
    return lots.iloc[keep].reset_index(drop=True), np.array(shapes, dtype=object)[keep]
