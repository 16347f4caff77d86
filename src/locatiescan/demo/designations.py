"""What plans lay over the zoning: building areas, double zoning, areas and functions marked."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.crs import RD
from locatiescan.demo.areas import airport_zones, rectangle, wellfield
from locatiescan.demo.districts import dune_width
from locatiescan.demo.kinds import KINDS
from locatiescan.demo.planning import BESIDE_M, COUNTRYSIDE, DRAFT, OLD, PLANS, plan_columns, zone_rectangles
from locatiescan.demo.sheet import CELL_M, Sheet, rectangles, to_rd
from locatiescan.demo.spoil import bow_tie

Plan = tuple[str, str, str, str]
UMBRELLA: Plan = ("NL.IMRO.9999.PPArcheologie-VG01", "2022-05-18", "bestemmingsplan", "IMRO2012")
DRAWN = 0.85
"""Share of the zones with buildings for which the plan draws where they may stand."""
INSET_M, INSET_SHARE = 3.0, 0.2
PIPE_M = 10.0
NOISE_M = 150.0
FUNCTIONS = {  # kind of lot: function marked on a few of them
    "bouwrijp": "wonen uitgesloten",
    "kantoor": "maatschappelijk",
    "leegkantoor": "asielzoekerscentrum",
    "hal": "bedrijfswoning",
    "boerderij": "specifieke vorm van agrarisch - kaasboerderij",
}


def make_designations(sheet: Sheet, lots: pd.DataFrame, rng: np.random.Generator) -> dict[str, gpd.GeoDataFrame]:
    """Layers ``bouwvlak``, ``dubbelbestemming``, ``gebiedsaanduiding`` and ``functieaanduiding``."""
    return {
        "bouwvlak": _bouwvlak(sheet, lots, rng),
        "dubbelbestemming": _dubbelbestemming(sheet, rng),
        "gebiedsaanduiding": _gebiedsaanduiding(sheet, lots),
        "functieaanduiding": _functieaanduiding(sheet, lots, rng),
    }


def _bouwvlak(sheet: Sheet, lots: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Zones where a plan gives a height, a few metres in from their border; not every plan draws them."""
    zones = zone_rectangles(lots)
    zones = zones[[KINDS[kind].height[1] > 0 for kind in zones.kind]]
    zones = zones[rng.random(len(zones)) < DRAWN]
    a, b = (
        np.minimum(INSET_M / CELL_M, INSET_SHARE * (zones[high] - zones[low]))
        for low, high in (("a0", "a1"), ("b0", "b1"))
    )
    shapes = rectangles(sheet, zones.a0 + a, zones.b0 + b, zones.a1 - a, zones.b1 - b)
    plans = [PLANS.get(name, COUNTRYSIDE) for name in zones.district]
    columns = _columns(["bouwvlak"] * len(plans), plans, "BV").drop(columns="verwijzingNaarTekst")
    return _layer(columns.assign(bestemmingsvlak=_empty(len(plans))), shapes)


def _dubbelbestemming(sheet: Sheet, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """A gas pipe through the polder, the sea wall, and ground where finds are expected, one over another."""
    n, width, half = sheet.n, dune_width(sheet.n), PIPE_M / CELL_M / 2
    count = 4 + n // 4
    middles = to_rd(sheet, *(rng.uniform((width, 0), n, (count, 2)).T))
    patches = shapely.buffer(shapely.points(middles), rng.uniform(60, 60 + 6 * n, count))
    rows: list[tuple[str, str, Plan, shapely.Geometry]] = [
        ("Leiding - Gas", "leiding", COUNTRYSIDE, rectangle(sheet, width, 0.28 * n - half, n, 0.28 * n + half)),
        ("Waterstaat - Waterkering", "waterstaat", COUNTRYSIDE, rectangle(sheet, width - 0.3, 0, width + 0.15, n)),
        ("Waarde - Archeologie 4", "waarde", UMBRELLA, rectangle(sheet, 0.3 * n, 0.2 * n, 0.8 * n, 0.8 * n)),
        ("Waarde - Archeologie 2", "waarde", UMBRELLA, bow_tie(patches[0])),
        *(("Waarde - Archeologie 2", "waarde", UMBRELLA, patch) for patch in patches[1:]),
        ("Leiding - Water", "leiding", OLD, rectangle(sheet, 0.4 * n, 0.4 * n, 0.42 * n, 0.6 * n)),
        ("Leiding - Riool", "leiding", DRAFT, rectangle(sheet, 0.6 * n, 0.4 * n, 0.62 * n, 0.6 * n)),
    ]
    names, groups, plans, shapes = zip(*rows, strict=True)
    columns = _columns(names, plans, "DP").assign(bestemmingshoofdgroep=groups)
    return _layer(columns.assign(hoofdfuncties=_empty(len(rows)), ondergeschikteFuncties=_empty(len(rows))), shapes)


def _gebiedsaanduiding(sheet: Sheet, lots: pd.DataFrame) -> gpd.GeoDataFrame:
    """Noise around the industry, airport and dyke zones, and the wellfield."""
    n, width, business = sheet.n, dune_width(sheet.n), PLANS["bedrijven"]
    cells = lots.loc[lots.district == "bedrijven", ["i", "j"]].drop_duplicates()
    works = shapely.union_all(rectangles(sheet, cells.i, cells.j, cells.i + 1, cells.j + 1), grid_size=0.01)
    names = (
        "geluidzone - industrie",
        "luchtvaartverkeerzone",
        "vrijwaringszone - dijk",
        "milieuzone - grondwaterbeschermingsgebied",
    )
    shapes = (
        shapely.buffer(works, NOISE_M, quad_segs=4),
        shapely.union_all(airport_zones(sheet), grid_size=0.01),
        rectangle(sheet, width - 0.4, 0, width + 0.6, n),
        wellfield(sheet),
    )
    columns = _columns(names, [business, COUNTRYSIDE, COUNTRYSIDE, COUNTRYSIDE], "GA")
    empty = _empty(len(names))
    return _layer(
        columns.assign(
            gebiedsaanduidinggroep=[name.partition(" - ")[0] for name in names],
            bestemmingsvlak=empty,
            artikelnummer=empty,
            hoofdfuncties=empty,
            ondergeschikteFuncties=empty,
        ),
        shapes,
    )


def _functieaanduiding(sheet: Sheet, lots: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """A function on some lots of a few kinds, at least one of each kind that there is."""
    chosen = np.concatenate([_some(np.flatnonzero(lots.kind == kind), rng) for kind in FUNCTIONS])
    marked = lots.iloc[chosen]
    names = [FUNCTIONS[kind] for kind in marked.kind]
    columns = _columns(names, [PLANS.get(name, COUNTRYSIDE) for name in marked.district], "FP")
    shapes = rectangles(sheet, marked.a0, marked.b0, marked.a1, marked.b1)
    return _layer(columns.assign(aanduiding=names, bestemmingsvlak=_empty(len(names))), shapes)


def _some(places: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.choice(places, min(len(places), 1 + len(places) // 10), replace=False)


def _columns(names: list[str] | tuple[str, ...], plans: list[Plan] | tuple[Plan, ...], code: str) -> pd.DataFrame:
    return plan_columns(pd.Series(list(names)), list(plans), code)


def _empty(count: int) -> pd.Series:
    return pd.Series([None] * count, dtype="str")


def _layer(columns: pd.DataFrame, shapes: np.ndarray | tuple[shapely.Geometry, ...]) -> gpd.GeoDataFrame:
    """Plans lie a little beside the parcels, as the zoning does."""
    moved = shapely.transform(np.asarray(shapes, dtype=object), lambda xy: xy + BESIDE_M)
    return gpd.GeoDataFrame(columns, geometry=moved, crs=RD)
