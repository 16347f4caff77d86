"""The bent sheet of graph paper on which the municipality is drawn.

Everything is laid out as rectangles in sheet coordinates ``(a, b)``, counted in cells. Each cell is mapped to RD
bilinearly between its four corners, so a line of constant ``a`` or ``b`` is straight within a cell and continuous over
cell borders: what touches on the sheet touches in the field, however much the corners were moved to bend the streets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike

CELL_M = 172.0
ORIGIN = (137_000.0, 500_000.0)  # open water of the Markermeer: a polder that was never made


@dataclass(frozen=True)
class Sheet:
    """Corners of the cells in RD."""

    nodes: np.ndarray
    """Shape (n + 1, n + 1, 2), first index along ``a`` (east), second along ``b`` (north)."""

    @property
    def n(self) -> int:
        """Cells along a side."""
        return len(self.nodes) - 1


def make_sheet(parcels: int, rng: np.random.Generator) -> Sheet:
    """Sheet for a number of parcels: about 3.5 km wide at 2000 and 12 km at 60 000, as towns grow denser."""
    side = 3500 * (parcels / 2000) ** 0.3624
    n = round(side / CELL_M)
    grid = np.arange(n + 1) * CELL_M
    x, y = np.meshgrid(grid, grid, indexing="ij")
    phase = rng.uniform(0, 2 * np.pi, 6)
    # Slopes stay well under 1, so no cell folds over.
    long, short = 0.9 * side, 730.0
    bent_x = x + 0.032 * side * np.sin(2 * np.pi * y / long + phase[0]) + 13 * np.sin(2 * np.pi * y / short + phase[1])
    bent_y = y + 0.022 * side * np.sin(2 * np.pi * x / long + phase[2]) + 11 * np.sin(2 * np.pi * x / short + phase[3])
    bent_x += 9 * np.sin(2 * np.pi * (x + y) / 510 + phase[4])
    bent_y += 9 * np.sin(2 * np.pi * (x - y) / 590 + phase[5])
    turn = np.radians(rng.uniform(-13, -7))
    nodes = np.stack(
        [bent_x * np.cos(turn) - bent_y * np.sin(turn), bent_x * np.sin(turn) + bent_y * np.cos(turn)], axis=-1
    )
    return Sheet(np.round(nodes - nodes.min(axis=(0, 1)) + ORIGIN, 3))


def to_rd(sheet: Sheet, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Sheet coordinates to RD, shape (..., 2)."""
    i = np.clip(np.floor(a).astype(int), 0, sheet.n - 1)
    j = np.clip(np.floor(b).astype(int), 0, sheet.n - 1)
    u, v = (a - i)[..., None], (b - j)[..., None]
    nodes = sheet.nodes
    low = (1 - u) * nodes[i, j] + u * nodes[i + 1, j]
    high = (1 - u) * nodes[i, j + 1] + u * nodes[i + 1, j + 1]
    return (1 - v) * low + v * high


def rectangles(sheet: Sheet, a0: ArrayLike, b0: ArrayLike, a1: ArrayLike, b1: ArrayLike) -> np.ndarray:
    """Polygons of sheet rectangles, with a vertex wherever a side passes a cell border."""
    west, south, east, north = (np.round(np.asarray(side, dtype=float), 9) for side in (a0, b0, a1, b1))
    across = (np.ceil(east) - np.floor(west) - 1).astype(int)
    along = (np.ceil(north) - np.floor(south) - 1).astype(int)
    result = np.empty(len(west), dtype=object)
    for k, m in np.unique(np.column_stack([across, along]), axis=0):
        group = (across == k) & (along == m)
        a, b = _stops(west[group], east[group], k), _stops(south[group], north[group], m)
        low_a, high_a = np.repeat(a[:, :1], m + 1, axis=1), np.repeat(a[:, -1:], m + 1, axis=1)
        low_b, high_b = np.repeat(b[:, :1], k + 1, axis=1), np.repeat(b[:, -1:], k + 1, axis=1)
        ring_a = np.hstack([a[:, :-1], high_a, a[:, :0:-1], low_a])
        ring_b = np.hstack([low_b, b[:, :-1], high_b, b[:, :0:-1]])
        result[group] = shapely.polygons(to_rd(sheet, ring_a, ring_b))
    return result


def lines(sheet: Sheet, a0: ArrayLike, b0: ArrayLike, a1: ArrayLike, b1: ArrayLike) -> np.ndarray:
    """Straight lines on the sheet; nine points each, so that they follow its bends."""
    share = np.linspace(0, 1, 9)
    west, south, east, north = (np.asarray(side, dtype=float)[:, None] for side in (a0, b0, a1, b1))
    points = to_rd(sheet, west + share * (east - west), south + share * (north - south))
    return np.asarray(shapely.linestrings(points))


def boundary(sheet: Sheet) -> shapely.Polygon:
    """The edge of the sheet: the municipality."""
    zero, n = np.zeros(1), np.full(1, sheet.n)
    return rectangles(sheet, zero, zero, n, n)[0]


def _stops(start: np.ndarray, end: np.ndarray, between: int) -> np.ndarray:
    whole = np.floor(start)[:, None] + 1 + np.arange(between)
    return np.hstack([start[:, None], whole, end[:, None]])
