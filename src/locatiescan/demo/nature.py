"""Landscape, Natura 2000, nitrogen hexagons and the deposition grid."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.crs import RD
from locatiescan.demo.districts import TOWN, dune_width
from locatiescan.demo.kinds import ROADS
from locatiescan.demo.sheet import Sheet, rectangles, to_rd
from locatiescan.demo.spoil import bow_tie

HEXAGON_SIDE_M = np.sqrt(20_000 / (3 * np.sqrt(3)))  # one hectare
# Kritische depositiewaarden (mol N/ha/jr, list of 2023) of dune habitats: H2130B, H2130A, H2120, H2180C, H2160.
KDW = np.array([929, 1071, 1429, 1786, 2000])
GRID_M, AROUND_M = 1000, 5000


def make_landscape(sheet: Sheet, lots: pd.DataFrame, parcels: int) -> gpd.GeoDataFrame:
    """Layer ``bpl``: one multipolygon over the polder with very many vertices, and holes around built-up places."""
    width, n = dune_width(sheet.n), sheet.n
    polder = rectangles(sheet, *np.array([[width], [0.0], [n], [n]]))[0].buffer(-40)
    town = lots[lots.district.isin(TOWN)]
    built = shapely.union_all(rectangles(sheet, town.a0, town.b0, town.a1, town.b1), grid_size=0.01).buffer(65)
    ribbon = lots[(lots.district == "lint") & (lots.j % 7 == 3) & ~lots.kind.isin(["akker", *ROADS])]
    hamlets = shapely.union_all(rectangles(sheet, ribbon.a0, ribbon.b0, ribbon.a1, ribbon.b1), grid_size=0.01).buffer(
        30
    )
    # A gap along a main road makes it two parts.
    row = 6 * max(1, min(round(n * 0.8 / 6), (n - 2) // 6))
    gap = rectangles(sheet, *np.array([[0.0], [row - 0.15], [n], [row + 0.3]]))[0]
    coarse = shapely.difference(polder, shapely.union_all([built, hamlets, gap]))
    vertices = 20_000 * (parcels / 2000) ** 0.473
    landscape = _wiggly(shapely.segmentize(coarse, coarse.length / vertices))
    return gpd.GeoDataFrame({"naam": ["Polder Demowaard en omgeving"]}, geometry=[landscape], crs=RD)


def make_natura2000(sheet: Sheet) -> gpd.GeoDataFrame:
    """Layer ``natura2000``: dunes with holes, and a lake with a faulty ring outside the municipality."""
    n, inner = sheet.n, dune_width(sheet.n) - 1
    north = rectangles(sheet, *np.array([[0.15], [0.55 * n], [inner], [n - 0.2]]))[0]
    south = rectangles(sheet, *np.array([[0.15], [0.2], [inner], [0.55 * n - 0.4]]))[0]
    places = to_rd(sheet, np.full(3, 0.5 * inner), np.array([0.2, 0.42, 0.78]) * n)
    holes = shapely.union_all(shapely.buffer(shapely.points(places), 45))
    dunes = _wiggly(shapely.segmentize(shapely.difference(shapely.MultiPolygon([south, north]), holes), 2))
    x, y = to_rd(sheet, np.full(1, float(n)), np.full(1, 0.6 * n))[0] + (700, 0)
    lake = bow_tie(shapely.box(x, y - 900, x + 1500, y + 900), 40)
    rows = {
        "naamN2K": ["Demoduinen", "Demomeer"],
        "vhnNew": [9001, 9002],
        "nr": [901, 902],
        "beschermin": ["HR", "VR"],
        "sitecodeV": [" ", "NL9999002"],  # blank is one space, as published
        "sitecodeH": ["NL9999001", " "],
        "status": ["Natura 2000-besluit 4 juni 2013"] * 2,
        "kadaster": ["Actueel"] * 2,
        "staatscour": ["2013-99991", "2013-99992"],
        "fuuid": [f"natura2000.00000000-0000-4000-8000-00000000000{k}" for k in (1, 2)],
    }
    return gpd.GeoDataFrame(rows, geometry=[dunes, shapely.MultiPolygon([lake])], crs=RD)


def make_hexagons(natura2000: gpd.GeoDataFrame, farms: np.ndarray) -> gpd.GeoDataFrame:
    """Layer ``hexagons`` of AERIUS over the dunes: one hectare each at zoom level 1, four at level 2."""
    area: Any = natura2000.geometry.iloc[0]
    levels = []
    for zoom in (1, 2):
        side = HEXAGON_SIDE_M * 2 ** (zoom - 1)
        shapes, receptor = _hexagons(area, side)
        middle = shapely.get_coordinates(shapely.centroid(shapes))
        patch = np.sin(middle[:, 0] / 210) + np.sin(middle[:, 1] / 330 + 1) + 0.6 * np.sin(middle.sum(axis=1) / 90)
        kdw = KDW[np.digitize(patch, [-0.9, 0.2, 1.1, 1.8])]
        deposition = deposition_at(middle, farms)
        here = zoom == 1  # flags mean nothing at other levels
        level = pd.DataFrame({"receptor_id": receptor, "zoom_level": zoom})
        level["relevant"] = here & (np.sin(middle[:, 0] / 95 + middle[:, 1] / 160) < 0.75)
        level["exceeding"] = here & (deposition > kdw - 70)
        level["above_cl"] = here & (deposition > kdw)
        level["extra_assessment"] = here & (np.sin(middle[:, 1] / 120) > 0.96)
        level["critical_deposition"] = kdw.astype(float)
        levels.append(gpd.GeoDataFrame(level, geometry=shapes, crs=RD))
    return pd.concat(levels, ignore_index=True)


def make_deposition(sheet: Sheet, farms: np.ndarray) -> tuple[np.ndarray, int, int]:
    """Mol N/ha/jr on a grid of kilometres, northern row first, with its west and south edge."""
    low = np.floor((sheet.nodes.min(axis=(0, 1)) - AROUND_M) / GRID_M).astype(int) * GRID_M
    high = np.ceil((sheet.nodes.max(axis=(0, 1)) + AROUND_M) / GRID_M).astype(int) * GRID_M
    x = np.arange(low[0], high[0], GRID_M) + GRID_M / 2
    y = np.arange(low[1], high[1], GRID_M)[::-1] + GRID_M / 2
    middles = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return deposition_at(middles, farms).reshape(len(y), len(x)), int(low[0]), int(low[1])


def deposition_at(points: np.ndarray, farms: np.ndarray) -> np.ndarray:
    """Deposition at points: a background that rises to the east, more near farms."""
    near = np.zeros(len(points))
    for farm in farms[:: 1 + len(farms) // 400]:  # a few hundred tell enough
        near += np.exp(-((points - farm) ** 2).sum(axis=1) / (2 * 900.0**2))
    background = 1010 + 22 * (points[:, 0] - 137_000) / 1000 + 35 * np.sin(points[:, 1] / 1700)
    return np.clip(background + 560 * near / max(near.max(), 12), 900, 1800)


def _hexagons(area: Any, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Flat-topped hexagons of a fixed national raster that touch an area, and their numbers."""
    across, along = 1.5 * side, np.sqrt(3) * side
    west, south, east, north = area.bounds
    column, row = np.meshgrid(
        np.arange(int(west // across) - 1, int(east // across) + 2),
        np.arange(int(south // along) - 1, int(north // along) + 2),
    )
    column, row = column.ravel(), row.ravel()
    middle = np.column_stack([column * across, (row + 0.5 * (column % 2)) * along])
    angle = np.radians(60 * np.arange(6))
    shapes = np.asarray(shapely.polygons(middle[:, None] + side * np.column_stack([np.cos(angle), np.sin(angle)])))
    shapely.prepare(area)
    hit = shapely.intersects(area, shapes)
    return shapes[hit], (row * 3000 + column)[hit]


def _wiggly(geometry: shapely.Geometry) -> shapely.Geometry:
    """Bend outlines at four scales. The slopes add up to less than 1, so that no ring can cross itself."""

    def bend(xy: np.ndarray) -> np.ndarray:
        moved = xy.copy()
        for length, size in ((610.0, 15.0), (143.0, 3.2), (37.0, 0.8), (9.7, 0.15)):
            moved[:, 0] += size * np.sin(2 * np.pi * (xy[:, 1] + 0.3 * xy[:, 0]) / length)
            moved[:, 1] += size * np.sin(2 * np.pi * (xy[:, 0] - 0.4 * xy[:, 1]) / length + 1)
        return moved

    return shapely.transform(geometry, bend)


def farm_places(sheet: Sheet, lots: pd.DataFrame) -> np.ndarray:
    """Middles of the farmyards in RD."""
    yards = lots[lots.kind == "boerderij"]
    return to_rd(sheet, ((yards.a0 + yards.a1) / 2).to_numpy(), ((yards.b0 + yards.b1) / 2).to_numpy())
