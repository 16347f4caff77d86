"""The nitrogen sieve: what homes add to the nearest overloaded hexagon, by distance alone. AERIUS calculates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.model import ONBEKEND, Grid, Scalar
from locatiescan.policy.nitrogen import Screening
from locatiescan.select import selected, undecided

COUNTING: Mapping[str, Scalar] = {"relevant": True, "naderend_overbelast": True}
"""Hexagons on which AERIUS tests a project."""
CRITICAL = "kdw_mol_ha_jr"
MOST_HOMES = 99_999
"""Largest number that is told; where it stands, no number that anyone would build is too many."""
DECIMALS = 12
"""Figures closer than this are equal: a product of floats must not decide on which side of a threshold it falls."""


def nitrogen(facts: pd.DataFrame, nearest: pd.DataFrame | None, screening: Screening) -> pd.DataFrame:
    """Sieve each location by its distance to the nearest hexagon that counts and its number of homes.

    Parameters
    ----------
    facts : DataFrame
        Indexed by location, with ``woningen`` and ``hexagon_afstand_m``; absent or missing is unknown.
    nearest : DataFrame, optional
        As `nearest_hexagons` gives it, on the same index; None where no layer is known.
    screening : Screening

    Returns
    -------
    DataFrame
        On the index of `facts`: ``stikstof_mol_ha_jr`` (at least, nearer than the table begins),
        ``stikstof_oordeel`` and ``stikstof_scenario_oordeel`` (groen, oranje, rood, onbekend),
        ``stikstof_max_woningen`` and ``stikstof_scenario_max_woningen`` (`max_homes`), ``stikstof_toelichting``,
        ``kdw_mol_ha_jr``, ``kdw_overschrijding_mol_ha_jr`` and ``kdw_habitats``, unknown from where AERIUS stops on.
    """
    distance, homes = _numbers(facts, "hexagon_afstand_m"), _numbers(facts, "woningen")
    mol = np.round(mol_per_home(distance, screening) * homes, DECIMALS)
    columns: dict[str, Any] = {"stikstof_mol_ha_jr": mol}
    thresholds = {"stikstof": screening.drempel_mol_ha_jr, "stikstof_scenario": screening.scenario_mol_ha_jr}
    for name, threshold in thresholds.items():
        columns[f"{name}_oordeel"] = _verdicts(mol, distance, threshold.waarde, screening)
        columns[f"{name}_max_woningen"] = pd.array(max_homes(distance, threshold.waarde, screening), dtype="Int64")
    columns["stikstof_toelichting"] = _notes(distance, homes, screening)
    known = _context(facts.index, nearest)
    known[~(distance < screening.reken_afstand_m.waarde)] = (
        np.nan
    )  # hexagons are read no farther: another may be nearer
    habitats = [_habitats(value, screening) for value in known[CRITICAL].tolist()]
    known["kdw_habitats"] = pd.Series(habitats, index=facts.index, dtype=object)
    return pd.DataFrame(columns, index=facts.index).join(known)


def mol_per_home(distance_m: np.ndarray, screening: Screening) -> np.ndarray:
    """Deposition of one home by distance, straight between the points of the table on logarithmic scales.

    Parameters
    ----------
    distance_m : ndarray of float64, shape (n,)
        Metres to the hexagon; NaN is unknown.
    screening : Screening

    Returns
    -------
    ndarray of float64, shape (n,)
        Mol N/ha/yr, the modular factor included. Nearer than the table begins its first value, which is then a lower
        bound: the table is not extended. From the distance on at which AERIUS stops, 0. NaN where unknown.
    """
    distance = np.asarray(distance_m, dtype=np.float64)
    metres, mol = _table(screening)
    logarithm = np.interp(np.log(np.maximum(distance, metres[0])), np.log(metres), np.log(mol))
    return np.where(distance >= screening.reken_afstand_m.waarde, 0.0, np.exp(logarithm))


def max_homes(distance_m: np.ndarray, threshold_mol: float, screening: Screening) -> np.ndarray:
    """Count the most homes that together stay strictly below a threshold.

    Returns
    -------
    ndarray of float64, shape (n,)
        Whole numbers, `MOST_HOMES` at most. NaN where the distance is unknown, and nearer than the table begins unless
        even there not one home fits.
    """
    distance = np.asarray(distance_m, dtype=np.float64)
    one = mol_per_home(distance, screening)
    with np.errstate(divide="ignore"):
        # of just the threshold nothing fits: strictly below
        most = np.ceil(np.round(threshold_mol / one, DECIMALS)) - 1
    most = np.minimum(most, MOST_HOMES)
    beside = (distance < _table(screening)[0][0]) & (most > 0)
    return np.where(beside, np.nan, most)


def nearest_hexagons(sites: gpd.GeoDataFrame, hexagons: gpd.GeoDataFrame | None, grid: Grid | None) -> pd.DataFrame:
    """Tell of each location how much the nearest hexagon that counts can bear, and bears now.

    Of hexagons at one distance, such as those that the location touches, the one that can bear least is meant. Where
    a hexagon of which the flags are absent lies nearer, nothing is known.

    Parameters
    ----------
    sites : GeoDataFrame
        RD New.
    hexagons : GeoDataFrame, optional
        With ``relevant``, ``naderend_overbelast`` and ``kdw_mol_ha_jr``; None or without these: unknown.
    grid : Grid, optional
        Background deposition, mol N/ha/yr.

    Returns
    -------
    DataFrame
        On the index of `sites`, float64: ``kdw_mol_ha_jr``, and ``kdw_overschrijding_mol_ha_jr``: the background at
        the middle of that hexagon less its critical load; negative is room.
    """
    found = _context(sites.index, None)
    if hexagons is None or not {*COUNTING, CRITICAL} <= {*hexagons}:
        return found
    certain = hexagons[selected(hexagons, COUNTING)]
    doubtful = hexagons[undecided(hexagons, COUNTING)]
    near = _nearest(sites, certain)
    near = near[~(_nearest(sites, doubtful)["metres"].reindex(near.index) < near["metres"])]
    limit = certain[CRITICAL].to_numpy("float64", na_value=np.nan)[near["hexagon"]]
    middle = shapely.centroid(certain.geometry.to_numpy()[near["hexagon"]])
    found.iloc[near.index, 0] = limit
    found.iloc[near.index, 1] = _background(middle, grid) - limit
    return found


def _nearest(sites: gpd.GeoDataFrame, hexagons: gpd.GeoDataFrame) -> pd.DataFrame:
    """Row of the nearest hexagon and its distance, by row of a site; what has no shape is left out."""
    tree = shapely.STRtree(hexagons.geometry.to_numpy())
    (site, hexagon), metres = tree.query_nearest(sites.geometry.to_numpy(), return_distance=True)
    limit = hexagons[CRITICAL].to_numpy("float64", na_value=np.nan)[hexagon]
    pairs = pd.DataFrame({"site": site, "hexagon": hexagon, "metres": metres, "limit": limit})
    return pairs.sort_values(["site", "limit", "hexagon"]).drop_duplicates("site").set_index("site")


def _background(points: np.ndarray, grid: Grid | None) -> np.ndarray:
    """Value of the cell in which each point lies, NaN outside the grid."""
    if grid is None:
        return np.full(len(points), np.nan)
    column = np.floor((shapely.get_x(points) - grid.west) / grid.cell_m)
    row = np.floor((grid.north - shapely.get_y(points)) / grid.cell_m)
    inside = (row >= 0) & (row < grid.values.shape[0]) & (column >= 0) & (column < grid.values.shape[1])
    result = np.full(len(points), np.nan)
    result[inside] = grid.values[row[inside].astype(np.int64), column[inside].astype(np.int64)]
    return result


def _context(index: pd.Index, nearest: pd.DataFrame | None) -> pd.DataFrame:
    columns = [CRITICAL, "kdw_overschrijding_mol_ha_jr"]
    given = pd.DataFrame(columns=columns, dtype="float64") if nearest is None else nearest[columns]
    return given.reindex(index)


def _habitats(critical: float, screening: Screening) -> str | None:
    """Name the habitats that bear just as much: which of them lies there a hexagon does not say."""
    if np.isnan(critical):
        return None
    table = screening.kdw_mol_ha_jr.per_habitat
    same = [code for code, value in table.items() if not isinstance(value, str) and abs(value - critical) < 0.5]
    return ("een van " if len(same) > 1 else "") + ", ".join(same)


def _verdicts(mol: np.ndarray, distance: np.ndarray, threshold: float, screening: Screening) -> np.ndarray:
    green = np.round(screening.groen_onder_maal.waarde * threshold, DECIMALS)
    red = np.round(screening.rood_boven_maal.waarde * threshold, DECIMALS)
    beside = (distance < _table(screening)[0][0]) & (mol > 0)
    said = np.where((mol < green) & ~beside, "groen", np.where(mol > red, "rood", "oranje"))
    return np.where(np.isnan(mol), ONBEKEND, said).astype(object)


def _notes(distance: np.ndarray, homes: np.ndarray, screening: Screening) -> np.ndarray:
    """What a reader must know of a figure, "" where nothing."""
    first, far = _table(screening)[0][0], screening.reken_afstand_m.waarde
    near = f"dichter bij dan {first:g} m: de depositie is ten minste dit, want de tabel gaat niet verder"
    beyond = f"ten minste {far / 1000:g} km van een (naderend) overbelast hexagoon: verder rekent AERIUS niet"
    said = np.where(distance < first, near, np.where(distance >= far, beyond, ""))
    said = np.where(np.isnan(homes), "aantal woningen onbekend", said)
    return np.where(np.isnan(distance), "afstand tot (naderend) overbelaste hexagonen onbekend", said).astype(object)


def _table(screening: Screening) -> tuple[np.ndarray, np.ndarray]:
    """Metres in rising order, and mol of one home at each."""
    metres, mol = np.array(sorted(screening.mol_per_woning.per_afstand_m.items()), dtype=np.float64).T
    return metres, mol * screening.modulair_factor.waarde


def _numbers(facts: pd.DataFrame, name: str) -> np.ndarray:
    if name not in facts:
        return np.full(len(facts), np.nan)
    return pd.to_numeric(facts[name], errors="coerce").to_numpy("float64", na_value=np.nan)
