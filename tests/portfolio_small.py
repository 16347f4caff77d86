"""Small regions for tests of the portfolio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from locatiescan.config.packaged import packaged_file
from locatiescan.config.portfolio import load_wishes
from locatiescan.crs import RD
from locatiescan.policy.portfolio import Exchange, Wishes

DAY = date(2026, 11, 23)
WHY = "test"


def site(ident: str, homes: int | None, **more: Any) -> dict[str, Any]:
    """A candidate of which all is known and good; ``at`` puts it so many metres to the east."""
    at = more.pop("at", 10_000 * int("".join(filter(str.isdigit, ident)) or 0))
    thirds = {} if homes is None else {"starters": homes // 2, "statushouders": homes - homes // 2}
    return {
        "locatie_id": ident,
        "gemeente": "Alkmaar",
        "gemeente_code": "GM0361",
        "soort": "grond",
        "score": 50.0,
        "product": "rij_1",
        "woningen": homes,
        **{f"woningen_{group}": count for group, count in thirds.items()},
        "planroute": "N2",
        "planroute_oordeel": "open",
        "onherroepelijk_laat": "2028-01-03",
        "max_termijn_jaren": None,
        "stikstof_mol_ha_jr": 0.001,
        "stikstof_max_woningen": 1000,
        "route_max_woningen": None,
        "hexagon_gebied": "Duin",
        "geometry": box(100_000 + at, 500_000, 100_010 + at, 500_010),
        **more,
    }


def candidates(*sites: dict[str, Any]) -> gpd.GeoDataFrame:
    """A table of sites."""
    return gpd.GeoDataFrame(list(sites), geometry="geometry", crs=RD)


def products(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    """Rows of site, product, whether it fits, homes."""
    return pd.DataFrame(list(rows), columns=["locatie_id", "product", "past", "woningen"])


@cache
def _packaged() -> Wishes:
    return load_wishes(packaged_file("rules/portefeuille.yaml"))


def wishes(target: int = 10, **more: Any) -> Wishes:
    """The packaged wishes with no shares, and with what a test asks."""
    return replace(_packaged(), **{"doel": target, "verdeling": "vrij", "minder_woningen": False, **more})


def exchange(part: float) -> Exchange:
    """Others may build so much of a share."""
    return Exchange(toegestaan=True, max_aandeel=part, waarom=WHY)


def ids(table: pd.DataFrame) -> Sequence[str]:
    """The sites of a set, in order."""
    return sorted(table["locatie_id"])
