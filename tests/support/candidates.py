"""Scans made of a table of values, to test what is written of them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.judging.rules import judge
from locatiescan.crs import RD
from locatiescan.model import Area, Dossier, Extent, Limit, Preference, Rules, ScanResult
from small_world import box, layer

STARTED = "2026-11-23T12:34:56+00:00"
ONLY_IN = Extent("bpl")


def wish(naam: str, gewicht: float, **keys: Any) -> Preference:
    """A preference that scores a value as it is."""
    return Preference(naam=naam, measure="compactness", waarom="x", gewicht=gewicht, curve={0.0: 0.0, 1.0: 1.0}, **keys)


RULES = Rules(
    "Test",
    "Proef",
    (Limit(naam="grens_aandeel", measure="compactness", waarom="x", max=0.5),),
    (
        wish("een_aandeel", 3.0, bron="y"),
        wish("twee_aandeel", 2.0, ongeverifieerd=True),
        wish("drie_aandeel", 1.0, only_in=ONLY_IN),
        wish("vier_aandeel", 0.5, only_in=ONLY_IN),
    ),
)
"""A limit, and preferences of which two apply in one area only."""


def values(count: int, seed: int = 1) -> gpd.GeoDataFrame:
    """Random values of `RULES`, with unknowns, equal scores and areas of which it is unknown whether they hold."""
    draw = np.random.default_rng(seed)
    table = gpd.GeoDataFrame({"perceel_id": [f"p{i:03}" for i in range(count)]}, geometry=[box(0, 0, 9, 9)] * count)
    table["grens_aandeel"] = draw.choice([0.1, np.nan], count)
    for rule in RULES.preferences:
        table[rule.naam] = draw.choice([0.0, 0.25, 1 / 3, 0.7, 1.0, np.nan], count)
        if rule.only_in:
            table[f"{rule.naam}_geldt"] = draw.choice(["ja", "nee", "onbekend"], count)
    return table.set_crs(RD)


def scan_of(table: gpd.GeoDataFrame, rules: Rules = RULES, naam: str = "Kleinwereld", **more: Any) -> ScanResult:
    """A scan in which each row is a location; columns that no rule knows stay as they are."""
    judged = judge(table, rules)
    sites = judged[judged["rang"].notna()].reset_index(drop=True)
    sites = sites.assign(locatie_id="L-" + sites["perceel_id"], percelen=sites["perceel_id"], aantal_percelen=1)
    area = Area(naam, "GM0001", box(0, 0, 100, 100))
    layers = {"bpl": layer("bpl", None)}
    return ScanResult(area, rules, judged, gpd.GeoDataFrame(sites), layers, started_at=STARTED, **more)


def dossier_of(ids: list[str]) -> Dossier:
    """Two routes for each location, of which one is in force, and a flag."""
    count = len(ids)
    routes = pd.DataFrame(
        {
            "locatie_id": np.repeat(ids, 2),
            "route": ["O2", "N2"] * count,
            "titel": "t",
            "oordeel": ["dicht", "open"] * count,
            "reden": "r",
            "besluit_vroeg": ["", "2027-01-18"] * count,
            "van_kracht": [False, True] * count,
            "beste": [False, True] * count,
        }
    )
    flags = pd.DataFrame({"locatie_id": ids, "titel": "Didam", "oordeel": "onbekend", "tekst": "Vraag het na."})
    empty = gpd.GeoDataFrame({"locatie_id": []}, geometry=[], crs=RD)
    return Dossier("2026-11-23", 10.0, routes, flags, pd.DataFrame(), empty, empty)
