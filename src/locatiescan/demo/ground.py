"""Water, roads and stops."""

from __future__ import annotations

import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.crs import RD
from locatiescan.demo.districts import TOWN
from locatiescan.demo.kinds import FARMLAND, ROADS
from locatiescan.demo.parcels import NAME
from locatiescan.demo.sheet import CELL_M, Sheet, lines, rectangles, to_rd
from locatiescan.demo.words import street_names

DITCH_M = 2.4
STOP_EVERY = 3


def make_water(sheet: Sheet, lots: pd.DataFrame) -> gpd.GeoDataFrame:
    """Layer ``waterdeel`` (BGT): canals, lakes, and a ditch along the west side of every field."""
    open_water = lots[lots.kind.isin(["vaart", "plas"])]
    fields = lots[lots.kind.isin(FARMLAND)]
    ditches = fields.assign(a1=fields.a0 + DITCH_M / CELL_M, kind="sloot")
    parts = pd.concat([open_water, ditches], ignore_index=True)
    types = {"vaart": "waterloop", "plas": "watervlakte", "sloot": "waterloop"}
    kind = parts.kind.map(types).to_numpy()
    kind[np.flatnonzero(parts.kind == "sloot")[::7]] = "greppel, droge sloot"
    local = [f"G9999.{hashlib.sha256(f'water{k}'.encode()).hexdigest()[:32]}" for k in range(len(parts))]
    shapes = rectangles(sheet, parts.a0, parts.b0, parts.a1, parts.b1)
    return gpd.GeoDataFrame({"lokaal_id": local, "type": kind}, geometry=shapes, crs=RD)


def make_roads(sheet: Sheet, lots: pd.DataFrame) -> gpd.GeoDataFrame:
    """Layer ``wegvakken`` (NWB): the middle of every strip of road, through to the next crossing."""
    roads = lots[lots.kind.isin(ROADS)]
    crosswise = (roads.a1 - roads.a0) < (roads.b1 - roads.b0)
    a, b = (roads.a0 + roads.a1) / 2, (roads.b0 + roads.b1) / 2
    sides = (a.where(crosswise, roads.a0), b.where(~crosswise, roads.b0), a.where(crosswise, roads.a1))
    shapes = lines(sheet, *sides, b.where(~crosswise, roads.b1))
    town = roads.district.isin(TOWN).to_numpy()
    names = street_names(roads.i, roads.j, town)
    return gpd.GeoDataFrame({"wvk_id": 990_000_001 + np.arange(len(roads)), "stt_naam": names}, geometry=shapes, crs=RD)


def make_stops(sheet: Sheet, lots: pd.DataFrame) -> gpd.GeoDataFrame:
    """Layer ``haltes``: at every third crossing in town, and along the ribbon."""
    town, ribbon = lots.district.isin(TOWN), lots.district == "lint"
    at = ((lots.i + lots.j) % STOP_EVERY == 0) & (town & (lots.i % 2 == 0) | ribbon & (lots.j % 4 == 0))
    cells = lots[at].drop_duplicates(["i", "j"])
    places = to_rd(sheet, cells.i.to_numpy() + 0.06, cells.j.to_numpy() + 0.05)
    street = street_names(cells.i, cells.j, cells.district.isin(TOWN).to_numpy())
    return gpd.GeoDataFrame({"naam": [f"{NAME}, {name}" for name in street]}, geometry=shapely.points(places), crs=RD)
