"""What the BAG says of the inside of buildings: floor area by function, and in which building it lies."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

NOT_THERE = (
    "verblijfsobject gevormd", "niet gerealiseerd verblijfsobject", "verblijfsobject ingetrokken",
    "verblijfsobject ten onrechte opgevoerd",
)  # fmt: skip
"""Status of what was permitted only, or is no more: no floor to count."""
DISUSED = "verblijfsobject buiten gebruik"
NO_AREA = 999_999
"""What municipalities fill in while a floor area is not yet known."""
MIXED, UNKNOWN = "gemengd", "onbekend"


def floors(panden: gpd.GeoDataFrame, verblijfsobjecten: gpd.GeoDataFrame) -> pd.DataFrame:
    """Floor area, function and building of every verblijfsobject that exists.

    A verblijfsobject belongs to the building that the BAG names (``pand_id``); where it names several, to the one of
    these in which its point lies, so that no square metre counts twice. Where it names none of the layer the point
    decides; on a shared border the building that comes first.

    Parameters
    ----------
    panden : GeoDataFrame
        ``pand_id`` (unique) and polygons.
    verblijfsobjecten : GeoDataFrame
        Points, with what there is of ``vbo_id``, ``pand_id``, ``oppervlakte_m2``, ``gebruiksdoel`` and ``status``.

    Returns
    -------
    DataFrame
        One row a verblijfsobject: ``vbo_id`` (str or None), ``pand`` (row in `panden`, -1 where none), ``m2`` (NaN
        unknown), ``doelen`` (functions in small letters, in alphabetical order, joined by commas; empty unknown),
        ``functie`` (the function, ``gemengd`` or ``onbekend``) and ``buiten_gebruik``.
    """
    found = verblijfsobjecten.reset_index(drop=True)
    ids = _texts(found, "vbo_id")
    status = _texts(found, "status").str.casefold()
    there = ~status.isin(NOT_THERE) & ~(ids.duplicated() & ids.ne(""))
    doelen = _functions(_texts(found, "gebruiksdoel"))
    table = pd.DataFrame(
        {
            "vbo_id": ids.astype(object).where(ids.ne(""), None),
            "pand": _buildings(panden, found),
            "m2": _areas(found),
            "doelen": doelen,
            "functie": doelen.where(~doelen.str.contains(","), MIXED).where(doelen.ne(""), UNKNOWN),
            "buiten_gebruik": status.eq(DISUSED),
        }
    )
    return table[there].reset_index(drop=True)


def _functions(texts: pd.Series) -> pd.Series:
    """Functions in one spelling and order: they come joined by commas, in any order."""
    code, unique = pd.factorize(texts)
    sorted_parts = [",".join(sorted({part.strip().casefold() for part in text.split(",")} - {""})) for text in unique]
    return pd.Series(np.array([*sorted_parts, ""], dtype=object)[code], index=texts.index)


def _areas(units: pd.DataFrame) -> pd.Series:
    """Square metres; what stands in for a number that is not known is not known."""
    if "oppervlakte_m2" not in units:
        return pd.Series(np.nan, index=units.index)
    area = pd.to_numeric(units["oppervlakte_m2"], errors="coerce").astype("float64")
    return area.where((area > 0) & (area < NO_AREA))


def _buildings(panden: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> np.ndarray:
    """Row of the building of each unit, -1 where there is none."""
    unit, row = _listed(panden, _texts(units, "pand_id"))
    often = np.bincount(unit, minlength=len(units))
    at_unit, at_row = _inside(panden, units, np.flatnonzero(often != 1))
    # of several that are named, the one in which the point lies; the point alone where none is named
    meant = (often[at_unit] == 0) | np.isin(at_unit * len(panden) + at_row, unit * len(panden) + row)
    at_unit, at_row = at_unit[meant], at_row[meant]
    pairs = pd.DataFrame(
        {
            "unit": np.concatenate([at_unit, unit]),
            "row": np.concatenate([at_row, row]),
            "order": np.repeat([0, 1], [len(at_unit), len(unit)]),
        }
    ).sort_values(["unit", "order", "row"])
    best = pairs.drop_duplicates("unit").set_index("unit")["row"]
    return best.reindex(range(len(units)), fill_value=-1).to_numpy("int64")


def _listed(panden: gpd.GeoDataFrame, named: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Unit and building of each name; a name of a building outside the layer is passed over."""
    names = named[named.ne("")].str.split(",").explode().str.strip()
    row = pd.Index(panden["pand_id"].astype(str)).get_indexer(pd.Index(names))
    return names.index.to_numpy("int64")[row >= 0], row[row >= 0].astype("int64")


def _inside(panden: gpd.GeoDataFrame, units: gpd.GeoDataFrame, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit and building of each pair of which the point lies in or on the building."""
    points = units.geometry.to_numpy()[asked]
    unit, row = shapely.STRtree(panden.geometry.to_numpy()).query(points, predicate="intersects")
    return asked[unit], row.astype("int64")


def _texts(table: pd.DataFrame, name: str) -> pd.Series:
    """A column as text without blanks around it; blank where it does not say or is not there."""
    if name not in table:
        return pd.Series("", index=table.index, dtype=object)
    return table[name].astype(object).where(table[name].notna(), "").map(str).str.strip().astype(object)
