"""Lots become Kadaster's ``Perceel`` (kadastrale kaart v5)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.crs import RD
from locatiescan.demo.sheet import Sheet, rectangles
from locatiescan.demo.spoil import few, spoil, with_enclaves, with_multiparts, with_slivers

NAME, CODE = "Demowaard", "9999"
SECTIONS = 5  # sections along a side: A to Y


def make_parcels(sheet: Sheet, lots: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Layer ``Perceel``: the lots, with a few faults."""
    lots = with_slivers(lots, len(lots), rng)
    geometry = rectangles(sheet, lots.a0, lots.b0, lots.a1, lots.b1)
    lots, geometry = with_enclaves(sheet, lots, geometry, rng)
    lots, geometry = with_multiparts(lots, geometry)
    geometry = spoil(geometry, np.flatnonzero(lots.kind == "straat")[:1])
    return gpd.GeoDataFrame(_attributes(sheet, lots, geometry, rng), geometry=geometry, crs=RD)


def identifiers(count: int) -> list[str]:
    """Keys of parcels, 14 digits; from a million on the number takes a digit of the zeros behind it."""
    digits = max(6, len(str(count)))
    return [f"{CODE}{k:0{digits}d}".ljust(14, "0") for k in range(1, count + 1)]


def _attributes(sheet: Sheet, lots: pd.DataFrame, geometry: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    count = len(lots)
    column = (lots.i * SECTIONS // sheet.n).to_numpy().astype(int)
    row = (lots.j * SECTIONS // sheet.n).to_numpy().astype(int)
    section = np.array([chr(65 + k) for k in range(SECTIONS**2)])[row * SECTIONS + column]
    number = pd.Series(section).groupby(section).cumcount().to_numpy() + 1
    registered, size, kind = _registered_size(geometry, rng)
    label = shapely.get_coordinates(shapely.point_on_surface(shapely.make_valid(geometry)))
    since = _times(count, rng)
    return pd.DataFrame(
        {
            "identificatieNamespace": "NL.IMKAD.KadastraalObject",
            "identificatieLokaalID": identifiers(count),
            "beginGeldigheid": since,
            "tijdstipRegistratie": since,
            "volgnummer": rng.integers(0, 4, count),
            "statusHistorieCode": "G",
            "statusHistorieWaarde": "Geldig",
            "kadastraleGemeenteCode": "9999",
            "kadastraleGemeenteWaarde": NAME,
            "sectie": section,
            "perceelnummer": number,
            "AKRKadastraleGemeenteCodeCode": "9999",
            "AKRKadastraleGemeenteCodeWaarde": "DMW00",
            "kadastraleGrootteWaarde": size,
            "soortGrootteCode": kind,
            "soortGrootteWaarde": registered,
            "perceelnummerRotatie": np.round(rng.uniform(-20, 20, count), 1),
            "perceelnummerVerschuivingDeltaX": 0.0,
            "perceelnummerVerschuivingDeltaY": 0.0,
            "perceelnummerPlaatscoordinaatX": np.round(label[:, 0], 3),
            "perceelnummerPlaatscoordinaatY": np.round(label[:, 1], 3),
        }
    )


def _registered_size(geometry: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the register says of a parcel's size; provisional sizes can be far from the drawing."""
    size = np.maximum(np.round(shapely.area(geometry) * rng.normal(1, 0.004, len(geometry))), 1)
    provisional = rng.choice(len(geometry), 2 * few(len(geometry)), replace=False)
    size[provisional] = np.round(size[provisional] * rng.uniform(1.15, 1.5, len(provisional))) + 1
    is_provisional = np.isin(np.arange(len(geometry)), provisional)
    return np.where(is_provisional, "Voorlopig", "Vastgesteld"), size, np.where(is_provisional, "2", "1")


def _times(count: int, rng: np.random.Generator) -> np.ndarray:
    """Moments of registration as OGR writes them, e.g. ``2016/02/16 17:38:46+00``."""
    seconds = rng.integers(0, 30 * 365 * 86400, count)
    moments = np.datetime64("1995-01-02T00:00:00") + seconds.astype("timedelta64[s]")
    return pd.DatetimeIndex(moments).strftime("%Y/%m/%d %H:%M:%S+00").to_numpy()
