"""A synthetic municipality in memory for the benchmarks, the same for the same seed.

Parcels are lots in street blocks, irregular in width, with slivers and with holes that an enclave fills. The zoning
covers the town without gaps or overlaps, along wavering lines that do not follow the parcels: small zones of 24
vertices and, for each 225 of those, one street polygon of some 965 with holes; in the real plan of Nijkerk the median
is 21 and the largest of 235 zones 1380 (mean weighted by perimeter 399, here 182). Parcels have 11 vertices, the median
in Amersfoort. All is turned by some degrees: straight north-south sides would flatter whoever calculates with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

WEST, SOUTH = 110_000.0, 512_000.0
DEGREES = 17.0
BLOCK_M, ROW_M = 180.0, 45.0
LOTS_IN_ROW = (1, 2, 4, 6, 8, 10, 12, 14, 16, 18)
SLIVERS, SLIVER_M, ENCLAVES = 0.02, 0.25, 0.02
WAVES = 4
"""Vertices between the corners of a zone."""
STREET_EVERY, PLAN_CELLS = 6, 18
"""Every sixth row and column of zones is street, in one polygon for every 18 by 18."""
CLASSES = 23
CELL_M = 250.0


@dataclass(frozen=True)
class Town:
    """Shapes in RD New, metres."""

    parcels: np.ndarray
    zones: np.ndarray
    codes: np.ndarray
    """Class of each zone, 0 to ``CLASSES - 1``."""
    buildings: np.ndarray
    """They do not overlap, so that adding up is right for every peer."""
    landscape: np.ndarray
    """One multipolygon of some 100 000 vertices with holes."""
    nature: np.ndarray
    grid: np.ndarray
    """Rows from north to south."""
    grid_corner: tuple[float, float]
    """West and north."""


def make_town(parcels: int, seed: int = 1) -> Town:
    """Make a town of so many parcels, a quarter as many zones and about as many buildings."""
    rng = np.random.default_rng(seed)
    lots, side = _lots(parcels, rng)
    zones, codes = _zones(side, parcels / 4, rng)
    shapes = _placed(_parcels(lots, rng))[-parcels:]  # the enclaves are at the end
    west, south, east, north = shapely.total_bounds(shapes)
    rows, columns = (int(span // CELL_M) + 3 for span in (north - south, east - west))
    return Town(
        parcels=shapes,
        zones=_placed(zones),
        codes=codes,
        buildings=_placed(_buildings(lots, rng)),
        landscape=_placed(_landscape(side, rng)),
        nature=_placed(_nature(side, rng)),
        grid=1500 + 300 * rng.random((rows, columns)),
        grid_corner=(west - CELL_M, north + CELL_M),
    )


def _placed(shapes: np.ndarray) -> np.ndarray:
    """Bend a plan a little and turn it, as no real street is straight, and put it in RD New."""
    sin, cos = np.sin(np.radians(DEGREES)), np.cos(np.radians(DEGREES))

    def place(xy: np.ndarray) -> np.ndarray:
        x, y = xy[:, 0] + 4 * np.sin(xy[:, 1] / 70), xy[:, 1] + 4 * np.sin(xy[:, 0] / 50)
        return np.column_stack([WEST + cos * x - sin * y, SOUTH + sin * x + cos * y])

    return shapely.transform(shapes, place)


def _lots(count: int, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Rectangles x0 y0 x1 y1 in rows that fill a square, and its side in metres."""
    across = int(np.ceil(np.sqrt(count / np.mean(LOTS_IN_ROW) * ROW_M / BLOCK_M)))
    up = int(across * BLOCK_M / ROW_M)
    in_row = rng.choice(LOTS_IN_ROW, across * up)
    row = np.repeat(np.arange(len(in_row)), in_row)
    first = np.cumsum(in_row) - in_row
    weight = rng.uniform(0.5, 1.5, len(row))
    weight[rng.random(len(row)) < SLIVERS] = SLIVER_M / ROW_M
    end = np.cumsum(weight)
    start = end - weight
    origin, whole = start[first][row], np.add.reduceat(weight, first)[row]
    x0, x1 = ((edge - origin) / whole * BLOCK_M + row % across * BLOCK_M for edge in (start, end))
    y0 = row // across * ROW_M
    return np.column_stack([x0, y0, x1, y0 + ROW_M]), across * BLOCK_M


def _parcels(lots: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lots with vertices along their sides, and in some an enclave, which is a parcel too."""
    x0, y0, x1, y1 = lots.T
    width, (a, b, half) = x1 - x0, rng.uniform(0.1, 0.4, (3, len(lots)))
    x = np.column_stack([x0, x0 + a * width, x1 - b * width, x1, x1, x1, x1 - a * width, x0 + b * width, x0, x0])
    y = np.column_stack([y0, y0, y0, y0, y0 + half * ROW_M, y1, y1, y1, y1, y0 + half * ROW_M])
    shapes = np.asarray(shapely.polygons(np.stack([x, y], axis=2)))
    chosen = np.flatnonzero((x1 - x0 > 8) & (rng.random(len(lots)) < ENCLAVES))
    inset = np.outer([0.3, 0, -0.3, 0], (x1 - x0)[chosen]) + np.outer([0, 0.3, 0, -0.3], (y1 - y0)[chosen])
    enclaves = np.asarray(shapely.box(*(lots[chosen].T + inset)))
    shapes[chosen] = shapely.difference(shapes[chosen], enclaves)
    return np.concatenate([shapes, enclaves])


def _zones(side: float, count: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Quadrangles with wavering sides on a shaken lattice, streets between them, and the class of each."""
    cell = side / np.sqrt(count * (STREET_EVERY / (STREET_EVERY - 1)) ** 2)
    n = int(side / cell) + 3  # one row more all round: nothing of the town is left out
    cells = _cells(n, cell, rng)
    row, column = np.divmod(np.arange(n * n), n)
    street = (row % STREET_EVERY == 0) | (column % STREET_EVERY == 0)
    plan = row // PLAN_CELLS * n + column // PLAN_CELLS
    streets = [shapely.coverage_union_all(cells[street & (plan == number)]) for number in np.unique(plan)]
    clumps = np.repeat(rng.integers(1, CLASSES, n * n), 8)[: n * n]  # neighbours often share a class
    codes = np.where(rng.random(n * n) < 0.5, clumps, rng.integers(1, CLASSES, n * n))[~street]
    return np.concatenate([np.array(streets), cells[~street]]), np.concatenate(
        [np.zeros(len(streets), dtype=np.int64), codes]
    )


def _cells(n: int, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Lattice of n by n, row by row; neighbours share every vertex of their border."""
    corners = np.stack(np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="xy"), axis=2) * cell - cell
    corners = corners + rng.uniform(-0.2, 0.2, corners.shape) * cell
    flat = _wavering(corners[:, :-1], corners[:, 1:], cell, rng)
    upright = _wavering(corners[:-1], corners[1:], cell, rng)
    ring = [flat[:-1], upright[:, 1:], _backwards(flat[1:]), _backwards(upright[:, :-1])]
    return np.asarray(shapely.polygons(np.concatenate(ring, axis=2).reshape(n * n, -1, 2)))


def _wavering(start: np.ndarray, end: np.ndarray, cell: float, rng: np.random.Generator) -> np.ndarray:
    """Lines with some vertices between both ends, the ends included."""
    t = np.linspace(0, 1, WAVES + 2)[:, None]
    line = start[:, :, None] * (1 - t) + end[:, :, None] * t
    return line + rng.uniform(-0.04, 0.04, line.shape) * cell * 4 * t * (1 - t)  # zero at the ends, exactly


def _backwards(lines: np.ndarray) -> np.ndarray:
    return lines[:, :, ::-1]


def _buildings(lots: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An L on most lots that are wide enough; one in ten crosses into the neighbour, and none overlaps another."""
    x0, y0, x1, _ = lots[lots[:, 2] - lots[:, 0] > 4].T
    width, depth = x1 - x0, rng.uniform(8, 20, len(x0))
    left = x0 + 0.15 * width
    right = x0 + np.where(rng.random(len(x0)) < 0.1, 1.0, 0.85) * width + np.where(width > 8, 0.3, 0)
    middle, low = (left + right) / 2, y0 + rng.uniform(3, 12, len(x0))
    x = np.column_stack([left, right, right, middle, middle, left])
    y = np.column_stack([low, low, low + depth / 2, low + depth / 2, low + depth, low + depth])
    return np.asarray(shapely.polygons(np.stack([x, y], axis=2)))


def _landscape(side: float, rng: np.random.Generator) -> np.ndarray:
    middle = np.full(2, side / 2)
    holes = [_blob(middle + side * np.array(at), side * 0.03, 3000, rng) for at in ((-0.15, 0), (0.15, 0.05), (0, 0.2))]
    main = shapely.Polygon(_blob(middle, side * 0.35, 80_000, rng), holes)
    isle = shapely.Polygon(_blob(np.full(2, side * 0.08), side * 0.04, 11_000, rng))
    return np.array([shapely.MultiPolygon([main, isle])])


def _nature(side: float, rng: np.random.Generator) -> np.ndarray:
    """Areas in and around the town, at places that keep them apart."""
    places = np.stack(np.meshgrid(np.arange(5), np.arange(5)), axis=2).reshape(-1, 2) * 0.4 - 0.3
    return np.array([shapely.Polygon(_blob(side * place, side * 0.09, 3000, rng)) for place in places])


def _blob(middle: np.ndarray, radius: float, vertices: int, rng: np.random.Generator) -> np.ndarray:
    """A frayed ring: one radius a bearing, so that it never crosses itself."""
    bearing = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    waves = sum(rng.uniform(-0.3, 0.3) / k * np.sin(k * bearing + rng.uniform(0, 6)) for k in (2, 3, 5, 9, 17, 40))
    away = radius * (1 + 0.5 * waves) * (1 + rng.uniform(-5, 5, vertices) / vertices)
    return middle + away[:, None] * np.column_stack([np.cos(bearing), np.sin(bearing)])
