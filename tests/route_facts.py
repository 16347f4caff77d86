"""A location about which all is known and nothing is in the way, and the packaged routes to hold it against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from locatiescan.analysis.answering.routes import routes_table
from locatiescan.config.packaged import packaged_file
from locatiescan.config.planning import load_planning
from locatiescan.policy.conditions import FACTS
from locatiescan.policy.figures import FIGURE_NAMES
from locatiescan.policy.planning import Planning

CLEAR: Mapping[str, Any] = {
    "bestemming": "wonen",
    "bestemming_aandeel": 1.0,
    "functieaanduidingen": "",
    "dubbelbestemmingen": "",
    "gebiedsaanduidingen": "",
    "bouwvlak_aandeel": 1.0,
    "leiding_aandeel": 0.0,
    "waterstaat_aandeel": 0.0,
    "bpl_aandeel": 0.0,
    "mra_aandeel": 0.0,
    "nnn_aandeel": 0.0,
    "natura2000_aandeel": 0.0,
    "grondwater_aandeel": 0.0,
    "kern_aandeel": 1.0,
    "kern_afstand_m": 0.0,
    "lib_zones": "",
    "stikstof_oordeel": "groen",
    "hoogte_past": "ja",
    "woningen": 11.0,
    "woningen_hoog": 12.0,
    "raad_advies_woningen": 100.0,
    "chw_aangewezen": "ja",
    "bestaand_bouwwerk": "nee",
    "nieuw_volume": "ja",
    "termijn_jaren": 10.0,
}
"""A location about which all is known and nothing is in the way."""
NEW = ("N0", "N1", "N2", "N2i", "N3", "N5", "N4")
OLD = ("O1", "O2", "O3", "O4", "O5", "O6")
NOW, LAST_OLD, FIRST_NEW = date(2026, 11, 23), date(2023, 12, 31), date(2024, 1, 1)
LAST_BPL, FIRST_BL = date(2024, 12, 31), date(2025, 1, 1)
FIVE = {"termijn_jaren": 5.0}
REUSE = {"bestaand_bouwwerk": "ja", "nieuw_volume": "nee"}


def bpl(**more: Any) -> dict[str, Any]:
    """More than half in protected landscape."""
    return {"bpl_aandeel": 0.6, **more}


@cache
def planning() -> Planning:
    """The packaged routes."""
    return load_planning(packaged_file("rules/planroutes.yaml"), {*CLEAR, *FACTS, *FIGURE_NAMES})


def facts(*changes: Mapping[str, Any]) -> pd.DataFrame:
    """One location for each change to `CLEAR`."""
    frame = pd.DataFrame([{**CLEAR, **change} for change in changes], columns=list(CLEAR))
    frame.index = pd.Index([f"L-{number}" for number in range(len(frame))], name="locatie_id")
    return frame


def routes(day: date, *changes: Mapping[str, Any]) -> pd.DataFrame:
    """The table of routes of such locations."""
    return routes_table(facts(*changes), planning(), day)


def route(name: str, day: date = NOW, **change: Any) -> pd.Series:
    """One route of one such location."""
    table = routes(day, change)
    return table.loc[table["route"] == name].iloc[0]
