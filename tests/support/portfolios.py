"""A region small enough to choose from by hand: three municipalities, sites of known homes, wishes of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from locatiescan.analysis.choosing.options import options
from locatiescan.analysis.choosing.program import Program, program
from locatiescan.analysis.choosing.proposal import Ground
from locatiescan.analysis.choosing.shares import shares
from locatiescan.config.packaged import packaged_file
from locatiescan.config.portfolio import load_wishes
from locatiescan.crs import RD
from locatiescan.policy.figures import Amount, Figures
from locatiescan.policy.portfolio import Quota, Wishes
from small_world import box

NAMES = {"GM0001": "Aadorp", "GM0002": "Beedorp", "GM0003": "Ceedorp"}
DAY = date(2026, 11, 23)
STOCK = {"GM0001": 5000.0, "GM0002": 3000.0, "GM0003": 2000.0}
PLAIN = replace(
    load_wishes(packaged_file("rules/portefeuille.yaml")), verdeling="vrij", varianten=0, minder_woningen=False
)
"""Nothing is asked but the target."""


def site(name: str, code: int, homes: int, east: float = 0.0, **more: Any) -> dict[str, Any]:
    """A square of 50 m, so far to the east."""
    municipality = f"GM{code:04}"
    return {
        "locatie_id": name,
        "gemeente": NAMES[municipality],
        "gemeente_code": municipality,
        "soort": "grond",
        "score": 50.0,
        "rang": 1,
        "oordeel": "ja",
        "product": "rij_1",
        "woningen": homes,
        "woningen_starters": homes // 2,
        "woningen_overig": homes - homes // 2,
        "planroute": "N2",
        "planroute_oordeel": "open",
        "onherroepelijk_laat": "2028-01-03",
        "stikstof_mol_ha_jr": 0.001 * homes,
        "stikstof_max_woningen": 9999,
        "route_max_woningen": None,
        "max_termijn_jaren": 15.0,
        "hexagon_gebied": "Duinen",
        "vrij_m2": 100.0 * homes,
        "oppervlakte_m2": 150.0 * homes,
        "geometry": box(east, 0, east + 50, 50),
    } | more


def sites(rows: Sequence[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Candidates of a region."""
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=RD)


SIX = [
    site("L-a1", 1, 60, 0),
    site("L-a2", 1, 40, 1000),
    site("L-b1", 2, 50, 2000),
    site("L-b2", 2, 20, 3000),
    site("L-c1", 3, 30, 4000),
    site("L-c2", 3, 10, 5000),
]
"""210 homes: 100, 70 and 40."""


def figures() -> dict[str, Figures]:
    """Homes that each municipality has now."""
    known = {code: Amount(waarde=homes, bron="x", datum="2020") for code, homes in STOCK.items()}
    return {code: Figures(naam=NAMES[code], woningvoorraad=amount) for code, amount in known.items()}


def wishes(
    doel: int, minimum: dict[int, int] | None = None, maximum: dict[int, int] | None = None, **more: Any
) -> Wishes:
    """Wishes with the target and little more."""
    lows, highs = ({f"GM{code:04}": homes for code, homes in (part or {}).items()} for part in (minimum, maximum))
    quotas = {
        code: Quota(minimum=lows.get(code), maximum=highs.get(code), waarom="x") for code in sorted({*lows, *highs})
    }
    return replace(PLAIN, doel=doel, gemeenten=quotas, **more)


def program_of(asked: Wishes, rows: Sequence[dict[str, Any]] = SIX) -> Program:
    """The program of some wishes over some sites."""
    offered = options(sites(rows), None, asked, DAY)
    return program(offered, asked, shares(sorted(NAMES), figures(), asked.doel, asked.verdeling, asked.gemeenten))


def ground(rows: Sequence[dict[str, Any]] = SIX, **more: Any) -> Ground:
    """All that a region knows."""
    known: dict[str, Any] = {
        "peildatum": DAY,
        "names": NAMES,
        "candidates": sites(rows),
        "products": None,
        "routes": None,
        "rejected": pd.DataFrame({"grens": [], "oppervlakte_m2": [], "vrij_m2": []}),
        "deciders": {},
        "figures": figures(),
    }
    return Ground(**(known | more))
