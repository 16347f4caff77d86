"""Offices and business buildings that could become homes: candidates of a kind of their own, beside open ground."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.answering.vacancy import note, vacant
from locatiescan.analysis.measuring.buildings import floors
from locatiescan.crs import RD
from locatiescan.model import JA, NEE, ONBEKEND
from locatiescan.policy.dwellings import Conversion

COLUMNS = (
    "locatie_id", "soort", "pand_id", "functie", "functie_m2", "totaal_m2", "omzetbaar", "bouwjaar", "status",
    "leegstand", "leeg_m2", "leeg_sinds", "woningen_laag", "woningen", "woningen_hoog", "bvo_m2",
    "bestaand_bouwwerk", "nieuw_volume", "geometry",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1006, 2999
"""1005 and 9999 stand in for a year that is not known."""
SURE, PERHAPS, NOT = 2, 1, 0
VACANT_FIRST = {JA: 0, ONBEKEND: 1, NEE: 2}


def transformation(
    panden: gpd.GeoDataFrame | None,
    verblijfsobjecten: gpd.GeoDataFrame | None,
    conversion: Conversion,
    vacancy: pd.DataFrame | None,
    boundary: shapely.Geometry | None = None,
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Buildings that may become homes, best first.

    What surely has a function that homes may take the place of is kept apart from what perhaps has it: a
    verblijfsobject with several functions has one floor area, of which the BAG does not say how much is whose. A
    building that passes the limits only with such ground is ``onbekend``, and its middle estimate is not known.

    Parameters
    ----------
    panden : GeoDataFrame or None
        BAG buildings: ``pand_id``, and if known ``status`` and ``bouwjaar``; polygons in RD New.
    verblijfsobjecten : GeoDataFrame or None
        As for `floors`.
    conversion : Conversion
        Which buildings, and how many homes.
    vacancy : DataFrame or None
        What is known to stand empty (`vacant`); None where nobody said so: then that is unknown of every building.
    boundary : Geometry or None
        Only buildings whose middle lies in it; None for all.

    Returns
    -------
    GeoDataFrame
        `COLUMNS`, one row a candidate: those that stand empty first, then those of which that is unknown; the most
        homes first. ``functie_m2`` is the floor area that surely is convertible, ``woningen`` numbers are Int64, NA
        unknown. ``bvo_m2`` is unknown: the BAG gives usable floor area.
    list of str
        In Dutch: what of the list is no candidate and why, and what a reader should know.
    """
    notes = []
    if panden is None or verblijfsobjecten is None or "pand_id" not in panden:
        notes = ["De laag panden of verblijfsobjecten is er niet: welke gebouwen woningen kunnen worden is onbekend."]
        panden = verblijfsobjecten = gpd.GeoDataFrame({"pand_id": []}, geometry=[], crs=RD)
        vacancy = None
    stock = _stock(panden, notes)
    units = floors(stock, verblijfsobjecten)
    units = units.assign(kans=_chances(units["doelen"], conversion))
    empty, lost = vacant(vacancy, stock, units)
    table = stock.join(_fit(units, conversion, len(stock))).join(empty)
    table = table.join(_homes(table, conversion))
    table = table.assign(reden=_reasons(table, conversion, boundary))
    chosen = table[table["reden"].eq("")]
    return _shown(chosen), [*notes, *lost, *_refused(table), *_hints(chosen)]


def _stock(panden: gpd.GeoDataFrame, notes: list[str]) -> gpd.GeoDataFrame:
    """Buildings with an id and ground, once each (the largest of what has one id); in the order of their id."""
    area = shapely.area(panden.geometry.to_numpy())
    drawn = np.isin(shapely.get_type_id(panden.geometry.to_numpy()), (3, 6)) & (area > 0)
    named = panden["pand_id"].notna().to_numpy()
    year = pd.to_numeric(_column(panden, "bouwjaar"), errors="coerce")
    status = _column(panden, "status").astype(object)
    columns = {
        "pand_id": panden["pand_id"].astype(object).map(str).str.strip().astype(object),
        "bouwjaar": year.where(year.between(FIRST_YEAR, LAST_YEAR)).round().astype("Int64"),
        "status": status.where(status.notna(), None),
        "_m2": -area,
    }
    good = gpd.GeoDataFrame(columns, geometry=panden.geometry, crs=panden.crs)[named & drawn]
    stock = good.sort_values(["pand_id", "_m2"]).drop_duplicates("pand_id").drop(columns="_m2")
    left_out = {"zonder pand_id": ~named, "zonder vlak": named & ~drawn, "dubbel": len(good) - len(stock)}
    numbers = ((reason, int(np.sum(bad))) for reason, bad in left_out.items())
    notes += [f"{number} panden zijn overgeslagen: {reason}." for reason, number in numbers if number]
    return stock.reset_index(drop=True)


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name] if name in table else pd.Series(np.nan, index=table.index, dtype=object)


def _chances(doelen: pd.Series, conversion: Conversion) -> np.ndarray:
    """Whether homes may take the place of a verblijfsobject: only if they may of each of its functions."""
    wanted = {text.casefold() for text in conversion.gebruiksdoelen}
    code, unique = pd.factorize(doelen)
    chance = [_chance(set(text.split(",")) - {""}, wanted) for text in unique]
    return np.array(chance, dtype="int64")[code]


def _chance(functions: set[str], wanted: set[str]) -> int:
    if not functions:
        return PERHAPS
    return SURE if functions <= wanted else PERHAPS if functions & wanted else NOT


def _fit(units: pd.DataFrame, conversion: Conversion, count: int) -> pd.DataFrame:
    """Floor area of each building that surely and that perhaps is convertible, and what follows from that."""
    inside = units[units["pand"] >= 0]
    place = (inside["pand"] * 3 + inside["kans"]).to_numpy("int64")
    area = np.bincount(place, inside["m2"].fillna(0), minlength=3 * count).reshape(count, 3)
    unsaid = np.bincount(place, inside["m2"].isna(), minlength=3 * count).reshape(count, 3) > 0
    least, total = area[:, SURE], area.sum(axis=1)
    most = np.where(unsaid[:, PERHAPS:].any(axis=1), np.inf, area[:, PERHAPS:].sum(axis=1))
    least_share = np.where(unsaid[:, :SURE].any(axis=1), 0, _part(least, total))
    most_share = np.where(np.isinf(most), 1, _part(most, total))
    passes = (least >= conversion.min_m2) & (least_share >= conversion.min_deel)
    could = (most >= conversion.min_m2) & (most_share >= conversion.min_deel)
    named = inside[inside["kans"].gt(NOT) & inside["doelen"].ne("")]
    return pd.DataFrame(
        {
            "functie": _main_function(named).reindex(range(count)),
            "functie_m2": np.where(unsaid[:, SURE], np.nan, least),
            "totaal_m2": np.where(unsaid.any(axis=1), np.nan, total),
            "zeker_m2": least,
            "hoogstens_m2": most,
            "omzetbaar": np.where(passes, JA, np.where(could, ONBEKEND, NEE)),
            "vbos": np.bincount(inside["pand"], minlength=count),
            "zonder_doel": np.bincount(inside["pand"][inside["doelen"].eq("")], minlength=count),
        }
    )


def _part(area: np.ndarray, total: np.ndarray) -> np.ndarray:
    return np.divide(area, total, out=np.zeros(len(total)), where=total > 0)


def _main_function(convertible: pd.DataFrame) -> pd.Series:
    """The function with most floor; by the alphabet where equal."""
    area = convertible["m2"].fillna(0).groupby([convertible["pand"], convertible["functie"]]).sum().reset_index()
    best = area.sort_values(["pand", "m2", "functie"], ascending=[True, False, True]).drop_duplicates("pand")
    return best.set_index("pand")["functie"].astype(object)


def _homes(table: pd.DataFrame, conversion: Conversion) -> pd.DataFrame:
    """Homes in the empty floor, or in all that is convertible where nothing says how much is empty."""
    low = table["leeg_laag"].clip(upper=table["zeker_m2"])
    high = table["leeg_hoog"].clip(upper=table["hoogstens_m2"])
    exact = table["functie_m2"].notna() | (table["leeg_hoog"] <= table["zeker_m2"])
    certain = table["omzetbaar"].eq(JA) & exact & table["leeg_laag"].eq(table["leeg_hoog"])
    part, size = conversion.nuttig_deel, conversion.go_per_woning_m2
    return pd.DataFrame(
        {
            "woningen_laag": _count(low, part.laag / size.laag),
            "woningen": _count(low.where(certain), part.midden / size.midden),
            "woningen_hoog": _count(high, part.hoog / size.hoog),
        }
    )


def _count(area: pd.Series, homes_per_m2: float) -> pd.Series:
    """Whole homes; a rounding error in the last digit costs none."""
    homes = np.floor(area * homes_per_m2 + 1e-9)
    return homes.where(np.isfinite(homes)).astype("Int64")


def _reasons(table: gpd.GeoDataFrame, conversion: Conversion, boundary: shapely.Geometry | None) -> np.ndarray:
    """Why each building is no candidate; empty where it is one."""
    allowed = {text.casefold() for text in conversion.panden_status}
    stands = [text is None or text.casefold() in allowed for text in table["status"]]
    reasons = (
        (_outside(table, boundary), "ligt buiten de gemeente"),
        (~np.array(stands, dtype=bool), "heeft de status " + table["status"].astype(object).map(str).str[:60]),
        (table["vbos"] == 0, "heeft geen bestaand verblijfsobject, dus geen bekende vloeroppervlakte"),
        (table["functie"].isna() & (table["zonder_doel"] > 0), "heeft geen bekend gebruiksdoel"),
        (table["functie"].isna(), "heeft geen functie die woningen kan worden"),
        (table["hoogstens_m2"] < conversion.min_m2, f"heeft minder dan {conversion.min_m2:g} m2 om te zetten"),
        (table["omzetbaar"] == NEE, f"is voor minder dan {100 * conversion.min_deel:g} % om te zetten"),
        (table["woningen_hoog"].eq(0).fillna(False), "heeft te weinig leeg voor een woning"),
    )
    return np.select([np.asarray(bad, bool) for bad, _ in reasons], [said for _, said in reasons], "")


def _outside(table: gpd.GeoDataFrame, boundary: shapely.Geometry | None) -> np.ndarray:
    if boundary is None:
        return np.zeros(len(table), dtype=bool)
    shapely.prepare(boundary)
    return ~shapely.contains(boundary, shapely.point_on_surface(table.geometry.to_numpy()))


def _refused(table: pd.DataFrame) -> list[str]:
    """What stands empty and is no candidate all the same, by reason."""
    refused = table[table["leegstand"].eq(JA) & table["reden"].ne("")]
    by_reason = refused.groupby("reden")["pand_id"]
    return [text for reason, ids in by_reason for text in note(ids, f"op de leegstandslijst, maar {reason}")]


def _hints(chosen: pd.DataFrame) -> list[str]:
    """What the BAG hints at."""
    disused = chosen["pand_id"][chosen["buiten_gebruik"] & chosen["leegstand"].ne(JA)]
    no_status = chosen["pand_id"][chosen["status"].isna()]
    return [
        *note(disused, "volgens de BAG (deels) buiten gebruik; of het leegstaat is niet bekend"),
        *note(no_status, "zonder status in de BAG; of het gebouw er staat is niet bekend"),
    ]


def _shown(chosen: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The columns that a reader gets, best first."""
    exact = chosen["leeg_laag"].where(chosen["leeg_laag"].eq(chosen["leeg_hoog"]))
    table = chosen.assign(
        locatie_id="T-" + chosen["pand_id"].astype(object),
        soort="transformatie",
        leeg_m2=exact.where(np.isfinite(exact)),
        bvo_m2=np.nan,
        bestaand_bouwwerk=JA,
        nieuw_volume=NEE,
        _volgorde=chosen["leegstand"].map(VACANT_FIRST),
    )
    table = table.sort_values(["_volgorde", "woningen", "pand_id"], ascending=[True, False, True], ignore_index=True)
    return gpd.GeoDataFrame(table[list(COLUMNS)], geometry="geometry", crs=chosen.crs)
