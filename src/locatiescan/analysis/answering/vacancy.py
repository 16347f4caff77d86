"""Which buildings stand empty, by a list that somebody made; without one that is unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from locatiescan.model import JA, NEE, ONBEKEND

SHOWN = 20
"""Ids that a note writes out; the total is always told."""
DISUSED = "pand buiten gebruik"


def vacant(listed: pd.DataFrame | None, stock: pd.DataFrame, units: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Whether each building stands empty, and how much of its convertible floor.

    Parameters
    ----------
    listed : DataFrame or None
        ``pand_id`` (a whole building) and or ``vbo_id`` (a part), ``leeg_m2``, ``leeg_sinds``. None: no list.
    stock : DataFrame
        One row a building: ``pand_id`` (unique) and ``status``.
    units : DataFrame
        As `floors`, with ``kans``: 2 where surely convertible, 1 where perhaps, 0 where not.

    Returns
    -------
    DataFrame
        One row a building: ``leegstand`` (ja, nee, onbekend), ``leeg_laag`` and ``leeg_hoog`` (square metres between
        which the empty floor lies; inf: all of it), ``leeg_sinds`` (text or None: since when all that is listed is
        empty) and ``buiten_gebruik`` (the BAG says that a part is disused, which is a hint and no proof).
    list of str
        In Dutch, what of the list could not be used.
    """
    count = len(stock)
    disused = np.array([str(text).casefold() == DISUSED for text in stock["status"]], dtype=bool)
    hint = disused | _any(units["pand"][units["buiten_gebruik"] & units["kans"].gt(0)], count)
    result = pd.DataFrame({"leegstand": ONBEKEND, "leeg_laag": np.inf, "leeg_hoog": np.inf}, index=range(count))
    result = result.assign(leeg_sinds=pd.Series([None] * count, dtype=object), buiten_gebruik=hint)
    if listed is None:
        return result, []
    rows, notes = _matched(listed, stock["pand_id"], units)
    parts, whole = rows[rows["unit"] >= 0], rows[rows["unit"] < 0]
    low, high = _amounts(parts, units, count)
    said = whole["leeg_m2"].fillna(np.inf).groupby(whole["pand"]).min().reindex(range(count))
    named = _any(rows["pand"], count)
    since = rows.dropna(subset="leeg_sinds").groupby("pand")["leeg_sinds"].max().reindex(range(count))
    return result.assign(
        leegstand=np.where(named, JA, np.where(hint, ONBEKEND, NEE)),
        leeg_laag=said.fillna(low).fillna(np.inf),
        leeg_hoog=said.fillna(high).fillna(np.inf),
        leeg_sinds=since.astype(object).where(since.notna(), None),
    ), notes


def _matched(listed: pd.DataFrame, pand_id: pd.Series, units: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Rows of the list that can be used, with the building and the unit (-1 where a whole building) they name."""
    rows = listed.reindex(columns=["pand_id", "vbo_id", "leeg_m2", "leeg_sinds"]).reset_index(drop=True)
    rows["leeg_m2"] = pd.to_numeric(rows["leeg_m2"], errors="coerce").astype("float64")
    vbo, pand = rows["vbo_id"], rows["pand_id"]
    part = vbo.notna()
    unit = pd.Series(_row_of(units["vbo_id"], vbo), index=rows.index)
    of_name = pd.Series(_row_of(pand_id, pand), index=rows.index)
    of_unit = pd.Series(np.append(units["pand"].to_numpy(), -1)[unit], index=rows.index)
    kind = np.append(units["kans"].to_numpy(), 0)[unit]
    functions = np.append(units["doelen"].to_numpy(), "")[unit]
    rows = rows.assign(unit=unit, pand=of_name.where(~part, of_unit))
    lost = rows["pand"] < 0
    other = part & ~lost & pand.notna() & (of_name != of_unit)
    useless = part & ~lost & (kind == 0)
    notes = [
        *note(pand[lost & ~part], "op de leegstandslijst, maar staat niet in de laag panden"),
        *note(
            vbo[lost & part], "op de leegstandslijst, maar is volgens de BAG geen bestaand verblijfsobject in een pand"
        ),
        *note(vbo[other], "ligt volgens de BAG in een ander pand dan de lijst zegt; de BAG is gevolgd"),
    ]
    for text in sorted(set(functions[useless])):
        notes += note(vbo[useless & (functions == text)], f"op de leegstandslijst, maar niet om te zetten ({text})")
    return rows[~lost & ~useless], notes


def _amounts(parts: pd.DataFrame, units: pd.DataFrame, count: int) -> tuple[pd.Series, pd.Series]:
    """Least and most square metres that are empty in each building of which parts are listed; NaN for the others."""
    said = parts.groupby("unit")["leeg_m2"].min()  # one named twice counts once
    own = units.loc[said.index, ["pand", "m2", "kans"]]
    area = said.fillna(own["m2"])
    low = area.where(own["kans"].eq(2), 0.0).fillna(0.0).groupby(own["pand"]).sum()
    high = area.fillna(np.inf).groupby(own["pand"]).sum()
    return low.reindex(range(count)), high.reindex(range(count))


def _row_of(ids: pd.Series, wanted: pd.Series) -> np.ndarray:
    """Row of each wanted id, -1 where it is not there."""
    rows = {text: row for row, text in enumerate(ids) if text is not None}
    return np.array([rows.get(text, -1) for text in wanted], dtype="int64")


def _any(pand: pd.Series, count: int) -> np.ndarray:
    return np.bincount(pand[pand >= 0].to_numpy("int64"), minlength=count) > 0


def note(ids: pd.Series, reason: str) -> list[str]:
    """One note for all buildings or units of which the same is to be said; none where there is none."""
    if not len(ids):
        return []
    more = len(ids) - SHOWN
    shown = ", ".join(ids.iloc[:SHOWN].astype(str)) + (f" en nog {more}" if more > 0 else "")
    return [f"{shown}: {reason}."]
