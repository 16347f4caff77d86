"""The plans: ``enkelbestemming`` and ``maatvoering``, in the flattened model of the national download."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.crs import RD
from locatiescan.demo.kinds import HOUSES, KINDS
from locatiescan.demo.sheet import CELL_M, Sheet, rectangles
from locatiescan.demo.spoil import few, spoil

# Plans are drawn on an older base map: they lie a little beside the parcels.
BESIDE_M = (0.8, -0.5)
HOSTILE = 'Woongebied <b>&"Nieuw-Noord'
PLANS = {  # by district: plan, date, type, IMRO version
    "woonbuurt": ("NL.IMRO.9999.BPKern-VG01", "2013-06-12", "bestemmingsplan", "IMRO2012"),
    "centrum": ("NL.IMRO.9999.BPCentrum-VG02", "2019-03-27", "bestemmingsplan", "IMRO2012"),
    "nieuwbouw": ("NL.IMRO.9999.UPNieuwNoord-VG01", "2021-11-03", "uitwerkingsplan", "IMRO2012"),
    "bedrijven": ("NL.IMRO.9999.BPBedrijven-VG01", "2010-09-15", "bestemmingsplan", "IMRO2008"),
    "sport": ("NL.IMRO.9999.BPKern-VG01", "2013-06-12", "bestemmingsplan", "IMRO2012"),
    "duin": ("NL.IMRO.9927.IPDuinen-VG01", "2015-02-09", "inpassingsplan", "IMRO2012"),
}
COUNTRYSIDE = ("NL.IMRO.9999.BPBuitengebied-GC02", "2017-12-20", "bestemmingsplan", "IMRO2012")
OLD = ("NL.IMRO.9999.BPUitbreiding1998-VG01", "1998-05-11", "bestemmingsplan", "IMRO2006")
DRAFT = ("NL.IMRO.9999.BPHerziening-ON01", "2023-10-04", "bestemmingsplan", "IMRO2012")


def make_zoning(
    sheet: Sheet, lots: pd.DataFrame, rng: np.random.Generator
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Layers ``enkelbestemming`` and ``maatvoering``."""
    zones = _zones(lots, rng)
    shapes = rectangles(sheet, zones.a0, zones.b0, zones.a1, zones.b1)
    shapes = shapely.transform(shapes, lambda xy: xy + BESIDE_M)
    return _enkelbestemming(zones, shapes, sheet.n, rng), _maatvoering(zones, shapes, rng)


def _zones(lots: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Rectangles of the plan map, with what they are for."""
    zones = zone_rectangles(lots)
    kinds = pd.DataFrame(KINDS.values(), index=list(KINDS))
    zones["bestemming"], zones["naam"] = (kinds[column].loc[zones.kind].to_numpy() for column in ("bestemming", "naam"))
    zones = _with_front_gardens(zones, rng)
    hostile = np.flatnonzero(zones.kind == "bouwrijp")[0]
    zones.loc[hostile, "naam"] = HOSTILE
    return zones


def zone_rectangles(lots: pd.DataFrame) -> pd.DataFrame:
    """Lots that the plan takes together, as rectangles on the sheet."""
    ends = {"a0": "min", "b0": "min", "a1": "max", "b1": "max"}
    return lots.groupby("zone").agg(ends | {"kind": "first", "district": "first", "front": "first"}).reset_index()


def _with_front_gardens(zones: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """In some streets the first 3 m of every lot is ``tuin``: a zone that cuts through parcels."""
    chosen = np.flatnonzero(zones.kind.isin(HOUSES) & (rng.random(len(zones)) < 0.3))
    gardens, depth = zones.iloc[chosen].assign(bestemming="tuin", naam="Tuin", kind="plantsoen"), 3 / CELL_M
    zones = zones.copy()
    for code, (near, far, sign) in enumerate((("b0", "b1", 1), ("b1", "b0", -1), ("a0", "a1", 1), ("a1", "a0", -1))):
        mine = (gardens.front == code).to_numpy()
        line = gardens.loc[mine, near] + sign * depth
        gardens.loc[mine, far] = line
        zones.loc[zones.index[chosen[mine]], near] = line
    return pd.concat([zones, gardens], ignore_index=True)


def _enkelbestemming(zones: pd.DataFrame, shapes: np.ndarray, n: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    town = zones[zones.district == "centrum"]
    a, b = round(float(town.a0.median()), 2), round(float(town.b0.median()), 2)
    extra = pd.DataFrame(
        {
            "a0": [a - 1.3, a], "b0": [b - 1.2, b - 0.4], "a1": [a + 1.4, a + 1.6], "b1": [b + 1.7, b + 1.1],
            "bestemming": ["woongebied", "centrum"], "naam": ["Woondoeleinden", "Centrum - Herziening"],
        }
    )  # fmt: skip
    # Their own outline, at odds with every parcel.
    corners = (extra[["a0", "b0", "a1", "b0", "a1", "b1", "a0", "b1"]] * CELL_M).to_numpy().reshape(-1, 4, 2)
    middle = shapely.get_coordinates(shapely.centroid(shapes[zones.district == "centrum"])).mean(axis=0)
    own = shapely.polygons(corners - np.array([a, b]) * CELL_M + middle)
    shapes = spoil(shapes, rng.choice(len(shapes), few(len(shapes)), replace=False))
    features = pd.concat([zones, extra], ignore_index=True)
    plans = [PLANS.get(name, COUNTRYSIDE) for name in zones.district] + [OLD, DRAFT]
    common = plan_columns(features.naam, plans, "EP")
    main = features.bestemming.isin(["wonen", "bedrijf"]) & (rng.random(len(features)) < 0.3)
    attributes = common.assign(
        bestemmingshoofdgroep=features.bestemming.to_numpy(),
        hoofdfuncties=features.bestemming.astype("str").where(main),
        ondergeschikteFuncties=pd.Series([None] * len(features), dtype="str"),
    )
    return gpd.GeoDataFrame(attributes, geometry=np.concatenate([shapes, own]), crs=RD)


def _maatvoering(zones: pd.DataFrame, shapes: np.ndarray, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Heights for about two in three of the zones where a plan usually gives one."""
    heights = np.array([KINDS[kind].height for kind in zones.kind])
    usual = np.flatnonzero((heights[:, 1] > 0) & (zones.bestemming != "tuin"))
    chosen = usual[rng.random(len(usual)) < 0.68]
    # Every way of writing occurs, also in the smallest place.
    way = rng.permutation(np.where(np.arange(len(chosen)) < 2 * len(WAYS), np.arange(len(chosen)) % len(WAYS), 0))
    text = [WAYS[w](*heights[c]) for w, c in zip(way, chosen, strict=True)]
    share = rng.random(len(chosen)) < 0.15
    text = [f'{t}, "maximum bebouwingspercentage (%)"="60"' if more else t for t, more in zip(text, share, strict=True)]
    names = [", ".join(part.split('"')[1] for part in t.split(", ") if '"' in part) or "maatvoering" for t in text]
    plans = [PLANS.get(name, COUNTRYSIDE) for name in zones.district.iloc[chosen]]
    empty = pd.Series([None] * len(chosen), dtype="str")
    attributes = plan_columns(pd.Series(names), plans, "MP").assign(
        maatvoering=text, aanduiding=empty, bestemmingsvlak=empty, SymboolCode=empty
    )
    return gpd.GeoDataFrame(attributes, geometry=shapes[chosen], crs=RD)


def _usual(eaves: int, height: int) -> str:
    top = f'"maximum bouwhoogte (m)"="{height}"'
    return f'{top}, "maximum goothoogte (m)"="{eaves}"' if eaves else top


WAYS = (
    _usual,
    lambda eaves, height: f'"maximum goothoogte (m)"="{eaves or height}"',
    lambda eaves, height: f'"maximum bouwhoogte (m)"="{height - 1},5"',
    lambda eaves, height: f'"minimum bouwhoogte (m)"="3", "maximum bouwhoogte (m)"="{height}"',
    lambda eaves, height: f'"minimum bouwhoogte (m)"="{height}"',
    lambda eaves, height: '"maximum bebouwingspercentage (%)"="55"',
    lambda eaves, height: '"maximum aantal bouwlagen1"="2 (zie regels)"',
    lambda eaves, height: f'"maximum hoogte (m)"="{height}", "maximum aantal wooneenheden"="24"',
    lambda eaves, height: '"maximum bouwhoogte (m)"="bestaand"',
)


def plan_columns(names: pd.Series, plans: list[tuple[str, str, str, str]], code: str) -> pd.DataFrame:
    """Columns that all objects of all plans have."""
    plan, date, kind, version = (np.array(column) for column in zip(*plans, strict=True))
    count = len(plan)
    old, draft, merged = plan == OLD[0], plan == DRAFT[0], np.char.find(plan, "-GC") > 0
    status = np.select([draft, merged], ["ontwerp", "geconsolideerd"], "vastgesteld")
    in_force = pd.Series(np.where(old, "vervallen", "geheel onherroepelijk in werking"), dtype="str").where(~draft)
    return pd.DataFrame(
        {
            "identificatie": [f"NL.IMRO.9999.{code}{k:010d}-00" for k in range(1, count + 1)],
            "naam": names.to_numpy(),
            "plangebied": plan,
            "typePlan": kind,
            "planstatus": status,
            "datum": date,
            "historisch": np.where(old, "true", "false"),
            "versieIMRO": version,
            "dossierID": np.char.partition(plan, "-")[:, 0],
            "dossierStatus": in_force,
            "verwijzingNaarTekst": np.char.add(np.char.add("r_", plan), ".html"),
            "verwijzingNaarObjectgerichteTekst": pd.Series([None] * count, dtype="str"),
            "verwijzingNaarExternPlan": pd.Series([None] * count, dtype="str"),
        }
    )
