"""Candidates in the words of the provincial housing monitor (Planmonitor Wonen): our own reading, to check by hand.

Words as in its source code, B3Partners/tailormap-planmonitor-wonen (MIT): ``status-planologisch.enum.ts``,
``knelpunten-meerkeuze.enum.ts`` and ``flexwoningen.enum.ts``. No text of it was copied but these words.
"""

from __future__ import annotations

import pandas as pd
from openpyxl import Workbook

from locatiescan.outputs.workbook_cells import NOTE, PLAIN, TITLE, WARNING, Page
from locatiescan.outputs.workbook_columns import WHOLE, Column
from locatiescan.outputs.workbook_page import Line, Table, table_page
from locatiescan.outputs.workbook_ranking import Ranking, rank_formulas

STATUS = "5A. Ambtelijk met locatie"
"""What a place that only a scan has named is at most: nobody has decided anything."""
KIND = "Flexwoningen"
BETWEEN = ", "
TABLE_FROM = 7
"""Row of the first candidate: after the rows of `ABOUT`, names and headings."""
ABOUT: list[Line] = [
    (["Planmonitor Wonen"], TITLE),
    (["Eigen lezing van locatiescan, geen opgave van gemeente of provincie: loop elke regel na."], WARNING),
    ([
        f"Status: een locatie uit een scan is ten hoogste '{STATUS}'. Knelpunten: alleen wat de scan meet (stikstof, "
        "geluid, ontsluiting, natuur, planroute dicht); draagvlak, netcongestie, bodem en geld kent hij niet."
    ], NOTE),
    ([], PLAIN),
]  # fmt: skip


def monitor_page(book: Workbook, title: str, ranking: Ranking) -> Page:
    """Add the sheet, one row a candidate."""
    sites = ranking.sites
    homes = sites["woningen"].astype("float64") if "woningen" in sites else pd.Series(float("nan"), index=sites.index)
    columns = {
        "rang": (Column("Rang", 7, WHOLE), rank_formulas(ranking, sites["locatie_id"].tolist(), "B", TABLE_FROM)),
        "locatie_id": (Column("Plannaam", 24), sites["locatie_id"].tolist()),
        "gemeente": (Column("Gemeente", 20), sites["gemeente"].tolist()),
        "statusPlanologisch": (Column("Status Planologisch", 26), [STATUS] * len(sites)),
        "knelpuntenMeerkeuze": (Column("Knelpunten", 44), bottlenecks(sites)),
        "flexwoningen": (Column("Flexwoningen", 16), [KIND] * len(sites)),
        "totaalGepland": (
            Column("Totaal gepland (woningen)", 14, WHOLE),
            homes.astype(object).where(homes.notna(), "onbekend").tolist(),
        ),
    }
    names, shown, values = tuple(columns), *zip(*columns.values(), strict=True)
    return table_page(book, title, ABOUT, Table(names, shown, values))


def bottlenecks(sites: pd.DataFrame) -> list[str | None]:
    """What the scan found against each candidate, in the monitor's words; None where nothing."""
    found = {
        "Stikstof": _column(sites, "stikstof_oordeel").isin(["oranje", "rood"]),
        "Geluidshinder": _column(sites, "gebiedsaanduidingen").str.contains("geluidzone", case=False)
        | _column(sites, "lib_zones").ne(""),
        "Bereikbaarheid": _column(sites, "weg_afstand_m_score").eq("0.0"),
        "Flora/fauna": _above_zero(sites, "nnn_aandeel") | _above_zero(sites, "natura2000_aandeel"),
        "Anders": _column(sites, "planroute_oordeel").eq("dicht"),
    }
    rows = zip(*(holds.tolist() for holds in found.values()), strict=True)
    return [BETWEEN.join(word for word, holds in zip(found, row, strict=True) if holds) or None for row in rows]


def _column(sites: pd.DataFrame, name: str) -> pd.Series:
    """A column as text; empty where it is not known, or not there."""
    empty = pd.Series("", index=sites.index, dtype=object)
    return sites[name].astype(object).where(sites[name].notna(), "").astype(str) if name in sites else empty


def _above_zero(sites: pd.DataFrame, name: str) -> pd.Series:
    return sites[name].fillna(0.0).gt(0) if name in sites else pd.Series(False, index=sites.index)
