"""How many parcels are misjudged on "at least 2500 m² free", and in how many seconds.

Parcels of irregular size, many near the threshold; houses with a margin of 5 m and ponds without. The truth comes from
level chords, margins truly round, by plain arithmetic that shares nothing with locatiescan or GEOS: the sum of chords
a step apart is wrong by no more than the step times all that the outlines run east and west, so the step is made
smaller until no verdict is in doubt. atlite gets its mask once and its parcels as a grid of numbers; all files are in
memory for all. Run: ``python benchmarks/free_area.py --parcels 60000``.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

import geopandas as gpd
import numba
import numpy as np
import shapely

from locatiescan.analysis.measuring.shape import free_area_m2
from locatiescan.analysis.measuring.world import World
from locatiescan.crs import RD
from locatiescan.model import Exclusion, Layer, Measurement, Source

THRESHOLD_M2, MARGIN_M, MEAN_SIDE_M = 2500.0, 5.0, 62.0
CORNER = np.array([110_000.0, 515_000.0])
SMALLEST_STEP_M = 1e-7
CORNERS_OF_A_POND = 9
Rings = np.ndarray
"""(n, corners, 2): one ring each, the first corner not repeated."""


def make_town(parcels: int, seed: int = 1) -> tuple[Rings, Rings, Rings]:
    """Parcels, houses and ponds."""
    random = np.random.default_rng(seed)
    columns = math.ceil(math.sqrt(parcels))
    rows = math.ceil(parcels / columns)
    x = np.cumsum(random.uniform(0.6, 1.4, columns + 1)) * MEAN_SIDE_M
    y = np.cumsum(random.uniform(0.6, 1.4, rows + 1)) * MEAN_SIDE_M
    grid = np.stack(np.meshgrid(x, y), axis=-1) + random.uniform(-9, 9, (rows + 1, columns + 1, 2)) + CORNER
    quads = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], axis=2).reshape(-1, 4, 2)
    size = np.array([x[-1], y[-1]])
    houses = _placed(random, int(parcels * 0.28), size, np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * 6.0)
    angle = np.linspace(0, 2 * np.pi, CORNERS_OF_A_POND, endpoint=False)
    round_ = np.column_stack([np.cos(angle), np.sin(angle)]) * 12.0
    ponds = _placed(random, int(parcels * 0.148), size, round_)
    return quads[:parcels], houses, ponds


def _placed(random: np.random.Generator, count: int, size: np.ndarray, outline: np.ndarray) -> Rings:
    """Copies of an outline stretched, dented, turned and strewn."""
    shapes = outline * random.uniform(0.5, 2.0, (count, 1, 2)) * random.uniform(0.7, 1.3, (count, len(outline), 1))
    turn = random.uniform(0, 2 * np.pi, count)
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    turned = np.stack(
        [shapes[..., 0] * cos - shapes[..., 1] * sin, shapes[..., 0] * sin + shapes[..., 1] * cos], axis=-1
    )
    return turned + random.uniform(0, 1, (count, 1, 2)) * size + CORNER


def ours(parcels: gpd.GeoDataFrame, houses: gpd.GeoDataFrame, ponds: gpd.GeoDataFrame) -> np.ndarray:
    """Free square metres by locatiescan, from geometries in memory."""
    layers = {}
    for name, frame in {"huizen": houses, "vijvers": ponds}.items():
        layers[name] = Layer(name, Source(name, name, "file", "vlak", "-", "-", "fictief"), frame)
    exclude = (Exclusion("huizen", MARGIN_M), Exclusion("vijvers"))
    rule = Measurement(naam="vrij_m2", measure="free_area_m2", waarom="meting", exclude=exclude)
    return free_area_m2(parcels, rule, World(layers)).to_numpy()


def by_geos(parcels: gpd.GeoDataFrame, houses: gpd.GeoDataFrame, ponds: gpd.GeoDataFrame) -> np.ndarray:
    """Free square metres as an analyst writes it: buffer, unite, overlay."""
    taken = gpd.GeoSeries([*houses.buffer(MARGIN_M), *ponds.geometry], crs=RD)
    united = gpd.GeoDataFrame(geometry=gpd.GeoSeries([taken.union_all()], crs=RD).explode(ignore_index=True))
    free = gpd.overlay(parcels, united, how="difference")
    return free.area.groupby(free["nummer"]).sum().reindex(range(len(parcels)), fill_value=0.0).to_numpy()


def by_atlite(cell_m: float) -> Callable[..., np.ndarray]:
    """Free square metres by atlite's mask, summed per parcel."""

    def areas(parcels: gpd.GeoDataFrame, houses: gpd.GeoDataFrame, ponds: gpd.GeoDataFrame) -> np.ndarray:
        from atlite.gis import ExclusionContainer
        from rasterio.features import rasterize

        container = ExclusionContainer(crs=28992, res=cell_m)
        container.add_geometry(houses.geometry, buffer=MARGIN_M)
        container.add_geometry(ponds.geometry)
        whole = gpd.GeoSeries([shapely.box(*parcels.total_bounds)], crs=RD)
        mask, transform = container.compute_shape_availability(whole)
        numbered = zip(parcels.geometry, range(1, len(parcels) + 1), strict=True)
        number = rasterize(numbered, mask.shape, transform=transform, dtype="int32")
        return np.bincount(number[mask.astype(bool)], minlength=len(parcels) + 1)[1:] * cell_m**2

    return areas


def truth(quads: Rings, houses: Rings, ponds: Rings) -> np.ndarray:
    """Whether each parcel has the threshold free: 1, 0, or -1 where no step was small enough."""
    boxes = [np.column_stack([r.min(axis=1), r.max(axis=1)]) for r in (quads, houses, ponds)]
    return _verdicts(quads, houses, ponds, *boxes)


@numba.njit(cache=True, nogil=True)
def _verdicts(quads, houses, ponds, boxes, house_boxes, pond_boxes):
    verdict = np.full(len(quads), -1)
    for i in range(len(quads)):
        near = _near(boxes[i], house_boxes, MARGIN_M), _near(boxes[i], pond_boxes, 0.0)
        sides = _sides(quads[i : i + 1], boxes[i])
        house_sides, pond_sides = _sides(houses[near[0]], boxes[i]), _sides(ponds[near[1]], boxes[i])
        run = _run(sides) + _run(pond_sides) + _run(house_sides) * 3 + len(house_sides) * 2 * math.pi * MARGIN_M
        height, step = boxes[i, 3] - boxes[i, 1], 0.5
        while step > SMALLEST_STEP_M:
            count = math.ceil(height / step)
            h, area = height / count, 0.0
            for k in range(count):
                area += _chord(sides, house_sides, pond_sides, (k + 0.5) * h) * h
            if abs(area - THRESHOLD_M2) > run * h:
                verdict[i] = 1 if area > THRESHOLD_M2 else 0
                break
            step = min(h / 2, abs(area - THRESHOLD_M2) / run / 1.5) if area != THRESHOLD_M2 else h / 4
    return verdict


@numba.njit(cache=True, nogil=True)
def _near(box, boxes, margin):
    meets = (boxes[:, 0] < box[2] + margin) & (boxes[:, 2] > box[0] - margin)
    return np.flatnonzero(meets & (boxes[:, 1] < box[3] + margin) & (boxes[:, 3] > box[1] - margin))


@numba.njit(cache=True, nogil=True)
def _sides(rings, box):
    """x0, y0, x1, y1 and the number of the ring, from the parcel's corner."""
    corners = rings.shape[1]
    sides = np.empty((len(rings) * corners, 5))
    for r in range(len(rings)):
        for k in range(corners):
            a, b = rings[r, k], rings[r, (k + 1) % corners]
            sides[r * corners + k] = np.array([a[0] - box[0], a[1] - box[1], b[0] - box[0], b[1] - box[1], r])
    return sides


@numba.njit(cache=True, nogil=True)
def _run(sides):
    return np.hypot(sides[:, 2] - sides[:, 0], sides[:, 3] - sides[:, 1]).sum()


@numba.njit(cache=True, nogil=True)
def _chord(sides, house_sides, pond_sides, y):
    """Free metres of the parcel at one height."""
    taken = np.empty((4 * len(house_sides) + len(pond_sides) + 4, 2))
    count = _crossed(pond_sides, y, _crossed(house_sides, y, 0, taken), taken)
    for k in range(len(house_sides)):
        count = _capsule(house_sides[k], y, count, taken)
    own = np.empty((len(sides), 2))
    chords = _crossed(sides, y, 0, own)
    order, free = np.argsort(taken[:count, 0]), 0.0
    for c in range(chords):
        at, end = own[c, 0], own[c, 1]
        for k in order:
            if taken[k, 0] >= end:
                break
            free += max(0.0, taken[k, 0] - at)
            at = max(at, taken[k, 1])
        free += max(0.0, end - at)
    return free


@numba.njit(cache=True, nogil=True)
def _crossed(sides, y, count, spans):
    """Add the spans in which a level line runs within rings, ring after ring."""
    first = 0
    while first < len(sides):
        last, found = first, 0
        xs = np.empty(16)
        while last < len(sides) and sides[last, 4] == sides[first, 4]:
            x0, y0, x1, y1 = sides[last, 0], sides[last, 1], sides[last, 2], sides[last, 3]
            if (y0 > y) != (y1 > y):
                xs[found] = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
                found += 1
            last += 1
        xs[:found].sort()
        for k in range(0, found, 2):
            spans[count, 0], spans[count, 1] = xs[k], xs[k + 1]
            count += 1
        first = last
    return count


@numba.njit(cache=True, nogil=True)
def _capsule(side, y, count, spans):
    """Add the one span of a level line within the margin of a segment: such ground is convex."""
    x0, y0, x1, y1 = side[0], side[1], side[2], side[3]
    west, east = np.inf, -np.inf
    for x, up in ((x0, y - y0), (x1, y - y1)):
        if abs(up) < MARGIN_M:
            half = math.sqrt(MARGIN_M * MARGIN_M - up * up)
            west, east = min(west, x - half), max(east, x + half)
    length = math.hypot(x1 - x0, y1 - y0)
    off_x, off_y = (y0 - y1) / length * MARGIN_M, (x1 - x0) / length * MARGIN_M
    for sign in (-1.0, 1.0):  # the straight sides of the margin
        a, b = y0 + sign * off_y, y1 + sign * off_y
        if (a > y) != (b > y):
            x = x0 + sign * off_x + (y - a) * (x1 - x0) / (b - a)
            west, east = min(west, x), max(east, x)
    if east > west:
        spans[count, 0], spans[count, 1] = west, east
        count += 1
    return count


def frame(rings: Rings) -> gpd.GeoDataFrame:
    """Rings as a table of polygons."""
    return gpd.GeoDataFrame({"nummer": range(len(rings))}, geometry=shapely.polygons(rings), crs=RD)


def timed(way: Callable[..., np.ndarray], tables: list[gpd.GeoDataFrame], times: int) -> tuple[np.ndarray, float]:
    """Areas, and the median of the seconds they took, of which the first time is not counted."""
    way(*(table.head(50) for table in tables))
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        areas = way(*tables)
        seconds.append(time.perf_counter() - begin)
    return areas, float(np.median(seconds))


def report(parcels: int, times: int) -> list[str]:
    """Lines of a Markdown table."""
    rings = make_town(parcels)
    tables = [frame(part) for part in rings]
    begin = time.perf_counter()
    enough = truth(*rings)
    lines = [
        f"{parcels} parcels, {len(rings[1])} houses with {MARGIN_M:g} m, {len(rings[2])} ponds;"
        f" {(enough == 1).sum()} have {THRESHOLD_M2:g} m², {(enough < 0).sum()} undecided.",
        "",
        "| way | misjudged | wrongly yes | wrongly no | nearest to the threshold, m² | seconds | locatiescan is × |",
        "|---|--:|--:|--:|--:|--:|--:|",
        f"| chords, the truth | 0 | 0 | 0 | | {time.perf_counter() - begin:.1f} | |",
    ]
    ways = {"locatiescan": ours, "geopandas overlay": by_geos}
    ways |= {f"atlite, {cell:g} m": by_atlite(cell) for cell in (5.0, 10.0, 100.0)}
    base = None
    for name, way in ways.items():
        try:
            areas, seconds = timed(way, tables, times)
        except ImportError:
            lines.append(f"| {name} | absent | | | | | |")
            continue
        base = base or seconds
        yes, no = ((areas >= THRESHOLD_M2) & (enough == 0)).sum(), ((areas < THRESHOLD_M2) & (enough == 1)).sum()
        nearest = np.abs(areas - THRESHOLD_M2).min()
        lines.append(f"| {name} | {yes + no} | {yes} | {no} | {nearest:.5f} | {seconds:.2f} | {seconds / base:.1f} |")
    return lines


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--parcels", type=int, default=60_000)
    options.add_argument("--times", type=int, default=3, help="median of so many runs")
    chosen = options.parse_args()
    print("\n".join(report(chosen.parcels, chosen.times)))


if __name__ == "__main__":
    main()
