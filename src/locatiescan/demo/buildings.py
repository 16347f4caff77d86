"""BAG: ``pand`` and ``verblijfsobject`` on the lots."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.crs import RD
from locatiescan.demo.districts import TOWN
from locatiescan.demo.kinds import KINDS
from locatiescan.demo.parcels import CODE, NAME
from locatiescan.demo.sheet import CELL_M, Sheet, rectangles
from locatiescan.demo.spoil import few, spoil
from locatiescan.demo.words import street_names

BAG = "http://bag.basisregistraties.overheid.nl/bag/id"
FIRST_YEAR, LAST_YEAR = 1904, 2023
DISUSED = ("leegkantoor", "zwembad")


def make_buildings(
    sheet: Sheet, lots: pd.DataFrame, rng: np.random.Generator
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Layers ``pand`` and ``verblijfsobject``."""
    kinds = pd.DataFrame(KINDS.values(), index=list(KINDS)).loc[lots.kind].reset_index(drop=True)
    built = rng.random(len(lots)) < kinds.built.to_numpy()
    lots, kinds = lots[built].reset_index(drop=True), kinds[built].reset_index(drop=True)
    geometry = rectangles(sheet, *_footprints(lots, kinds))
    panden = _panden(lots, kinds, rng)
    units = _units(lots, kinds, panden, geometry, rng)
    panden = panden.join(_totals(units, len(panden))).rename_axis(None)
    geometry = spoil(geometry, rng.choice(len(geometry), few(len(geometry)), replace=False))
    return (
        gpd.GeoDataFrame(panden, geometry=geometry, crs=RD),
        gpd.GeoDataFrame(units.drop(columns=["pand", "geometry"]), geometry=units.geometry.to_numpy(), crs=RD),
    )


def _footprints(lots: pd.DataFrame, kinds: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    front = lots.front.to_numpy()
    deep_side = np.where(front < 2, "b", "a")
    low = {side: lots[f"{side}0"].to_numpy(dtype=float) for side in "ab"}
    size = {side: lots[f"{side}1"].to_numpy(dtype=float) - low[side] for side in "ab"}
    depth = np.where(deep_side == "b", size["b"], size["a"])
    setback = np.minimum(kinds.setback_m.to_numpy() / CELL_M, 0.3 * depth)
    asked = kinds.depth.to_numpy()
    body = np.minimum(np.where(asked <= 1, asked * depth, asked / CELL_M), depth - 1.4 * setback)
    near = np.where(front % 2 == 0, setback, depth - setback - body)
    share = kinds.width.to_numpy()
    paired = (lots.kind == "tweekapper").to_numpy()  # two by two against each other
    left = np.where(paired, np.where(lots.place % 2 == 0, 1 - share, 0), (1 - share) / 2)
    sides = {}
    for side in "ab":
        start = low[side] + np.where(deep_side == side, near, left * size[side])
        sides[side] = start, start + np.where(deep_side == side, body, share * size[side])
    return sides["a"][0], sides["b"][0], sides["a"][1], sides["b"][1]


def _panden(lots: pd.DataFrame, kinds: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    count = len(lots)
    identification = [f"{CODE}100{k:09d}" for k in range(1, count + 1)]
    # A street was built in one go; the town grew outward over a century.
    street = (lots.i * 7919 + lots.j * 104729 + lots.zone * 13).to_numpy().astype(int)
    year = FIRST_YEAR + (street * 2654435761 % 2**32) * (LAST_YEAR - FIRST_YEAR) // 2**32 + rng.integers(0, 2, count)
    status = np.full(count, "Pand in gebruik", dtype=object)
    for name in ("Pand in gebruik (niet ingemeten)", "Bouw gestart", "Verbouwing pand", "Sloopvergunning verleend"):
        status[rng.choice(count, few(count), replace=False)] = name
    status[lots.kind.isin(DISUSED)] = "Pand in gebruik"
    return pd.DataFrame(
        {
            "identificatie": identification,
            "rdf_seealso": [f"{BAG}/pand/{name}" for name in identification],
            "bouwjaar": year,
            "status": status,
            "gebruiksdoel": kinds.purpose,
        }
    )


def _units(
    lots: pd.DataFrame, kinds: pd.DataFrame, panden: pd.DataFrame, geometry: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    most = kinds.units.to_numpy()
    number = np.where(most > 1, rng.integers(np.maximum(most // 2, 1), most + 1), 1)
    number[kinds.purpose == "overige gebruiksfunctie"] = 0  # a transformer house has no address
    pand = np.repeat(np.arange(len(lots)), number)
    place = np.arange(len(pand)) - np.repeat(np.cumsum(number) - number, number)
    inside = shapely.get_coordinates(shapely.centroid(geometry))[pand]
    spread = np.where(number[pand] > 1, 2.0, 0.0)[:, None]
    angle = 2.4 * place[:, None] + np.array([0, np.pi / 2])
    points = np.round(inside + spread * np.cos(angle), 3)
    first = kinds.purpose.str.split(",").str[0].to_numpy()[pand]
    last = kinds.purpose.str.split(",").str[-1].to_numpy()[pand]
    floor = shapely.area(geometry) * kinds.storeys.to_numpy() * 0.7
    unused = lots.kind.isin(DISUSED).to_numpy()[pand]
    status = np.full(len(pand), "Verblijfsobject in gebruik", dtype=object)
    status[unused] = "Verblijfsobject buiten gebruik"
    cell = (lots.i * 1000 + lots.j).to_numpy()[pand]
    house = pd.Series(cell).groupby(cell).cumcount().to_numpy() + 1
    identification = [f"{CODE}010{k:09d}" for k in range(1, len(pand) + 1)]
    letters = np.array(list("ABCDEFGHJKLMNPRSTUVWXZ"))
    block = cell * 2 + house % 2
    # No real postcode begins with a zero.
    postcode = [f"0{100 + b // 484 % 900}{letters[b // 22 % 22]}{letters[b % 22]}" for b in block]
    return pd.DataFrame(
        {
            "identificatie": identification,
            "rdf_seealso": [f"{BAG}/verblijfsobject/{name}" for name in identification],
            "oppervlakte": np.maximum(np.round(floor / np.maximum(number, 1)), 12).astype(int)[pand],
            "status": status,
            "gebruiksdoel": np.where(place == 0, first, last),
            "openbare_ruimte": street_names(lots.i, lots.j, lots.district.isin(TOWN).to_numpy())[pand],
            "huisnummer": house,
            "huisletter": pd.Series("A", range(len(pand)), dtype="str").where(place == 1),
            "toevoeging": pd.Series(place.astype(str), dtype="str").where(place > 1),
            "postcode": postcode,
            "woonplaats": NAME,
            "bouwjaar": panden.bouwjaar.to_numpy()[pand],
            "pandidentificatie": panden.identificatie.to_numpy()[pand],
            "pandstatus": panden.status.to_numpy()[pand],
            "pand": pand,
            "geometry": shapely.points(points),
        }
    )


def _totals(units: pd.DataFrame, count: int) -> pd.DataFrame:
    by_pand = units.groupby("pand").oppervlakte.agg(["min", "max", "size"]).reindex(range(count), fill_value=0)
    by_pand.columns = ["oppervlakte_min", "oppervlakte_max", "aantal_verblijfsobjecten"]
    return by_pand
