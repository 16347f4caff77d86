"""Areas that province and state draw: nature network, airport zones, groundwater; and where the town ends."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.crs import RD
from locatiescan.demo.districts import TOWN, dune_width
from locatiescan.demo.parcels import NAME
from locatiescan.demo.sheet import CELL_M, Sheet, rectangles, to_rd

CORRIDOR_M = 30.0
WELLFIELD_M = 450.0


def rectangle(sheet: Sheet, a0: float, b0: float, a1: float, b1: float) -> shapely.Polygon:
    """One rectangle on the sheet."""
    return rectangles(sheet, [a0], [b0], [a1], [b1])[0]


def make_nnn(sheet: Sheet) -> gpd.GeoDataFrame:
    """Layer ``nnn``: the dunes, and a corridor through the polder to the far side."""
    n, width = sheet.n, dune_width(sheet.n)
    row, half = 0.9 * n, CORRIDOR_M / CELL_M / 2
    shapes = [rectangle(sheet, 0, 0, width - 0.4, n), rectangle(sheet, width, row - half, n, row + half)]
    return gpd.GeoDataFrame({"naam": ["Demoduinen", "Verbindingszone"]}, geometry=shapes, crs=RD)


def airport_zones(sheet: Sheet) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Ground of LIB 4 and of LIB 5, apart: a corner of the municipality, and a wider one around it."""
    n = sheet.n
    near, far = rectangle(sheet, 0.75 * n, 0, n, 0.3 * n), rectangle(sheet, 0.62 * n, 0, n, 0.45 * n)
    return near, shapely.difference(far, near)


def make_lib(sheet: Sheet) -> gpd.GeoDataFrame:
    """Layer ``lib``."""
    return gpd.GeoDataFrame({"zone": ["LIB 4", "LIB 5"]}, geometry=list(airport_zones(sheet)), crs=RD)


def wellfield(sheet: Sheet) -> shapely.Polygon:
    """Ground around the wells, just behind the dunes."""
    place = to_rd(sheet, np.full(1, dune_width(sheet.n) + 1.0), np.full(1, 0.7 * sheet.n))[0]
    return shapely.Point(place).buffer(WELLFIELD_M)


def make_groundwater(sheet: Sheet) -> gpd.GeoDataFrame:
    """Layer ``grondwater``: the wellfield as the province draws it."""
    return gpd.GeoDataFrame({"naam": ["Waterwinning Demowaard"]}, geometry=[wellfield(sheet)], crs=RD)


def make_town(sheet: Sheet, lots: pd.DataFrame) -> gpd.GeoDataFrame:
    """Layer ``bebouwde_kom``: the cells with streets, one feature for each place; ribbons lie outside."""
    cells = lots.loc[lots.district.isin(TOWN), ["i", "j"]].drop_duplicates()
    shapes = rectangles(sheet, cells.i, cells.j, cells.i + 1, cells.j + 1)
    places = shapely.get_parts(shapely.union_all(shapes, grid_size=0.01))
    places = places[np.argsort(-shapely.area(places), kind="stable")]
    names = [NAME, *(f"{NAME} {k}" for k in range(2, len(places) + 1))]
    return gpd.GeoDataFrame({"naam": names}, geometry=places, crs=RD)
