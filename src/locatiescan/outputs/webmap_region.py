"""What the map of a region shows besides: of which municipality each location is, and their boundaries."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.judging.aggregate import aggregate, weights
from locatiescan.analysis.judging.naming import BETWEEN
from locatiescan.analysis.judging.rules import applies
from locatiescan.crs import RD
from locatiescan.model import BOUNDARY, ScanResult
from locatiescan.outputs.webmap_words import coded

SUM = "gewogen_som"
OWN_VALUES = "eigen waarden per gemeente"
"""Said in place of the way of adding where no single set of weights gives the scores."""
OWN_RULES = "eigen regels"
"""Fact of a region that names the municipalities with values of their own, before a colon."""
SAME = 1e-6
"""Of a score of 100."""


def home_of(sites: gpd.GeoDataFrame) -> dict[str, Any] | None:
    """Municipality of each location, of one across a border both; None where all are of one."""
    several = "gemeente" in sites and sites["gemeente"].nunique() > 1
    return coded(sites["gemeente"]) if several else None


def boundaries(result: ScanResult) -> gpd.GeoDataFrame:
    """Boundary of the municipality, or of each municipality of a region."""
    layer = result.layers.get(BOUNDARY)
    known = layer.features if layer else None
    if known is None or len(known) < 2:
        return gpd.GeoDataFrame(geometry=[result.area.boundary], crs=RD)
    return gpd.GeoDataFrame(known[["geometry"]])


def own_values(result: ScanResult, rows: pd.DataFrame) -> str:
    """A letter a row: j where a municipality that it lies in has values of its own, so that the general demands of the
    page may not be its demands; n where not. Empty where no municipality has them.
    """
    told = str(result.facts.get(OWN_RULES, ""))
    if not told:
        return ""
    own = set(told.partition(":")[0].split(", "))
    layer = result.layers.get(BOUNDARY)
    known = layer.features if layer else None
    if known is None or "naam" not in known or not own <= set(known["naam"]) or "gemeente" not in rows:
        return "j" * len(rows)  # whose they are is not known, so that no demand may be told
    homes = rows["gemeente"].fillna("").astype(str)
    return "".join("j" if not home or own & set(home.split(BETWEEN)) else "n" for home in homes)


def method(result: ScanResult) -> str:
    """How scores were added, as far as the page can do so again.

    In a region municipalities may have weights of their own. The page has one set; where that gives other scores than
    the scan did, it must not weigh at all.
    """
    rules, sites = result.rules, result.sites
    if rules.aggregatie != SUM or home_of(sites) is None:
        return rules.aggregatie
    table = np.column_stack([sites[f"{wish.naam}_score"].to_numpy(dtype=float) for wish in rules.preferences])
    here = np.column_stack([applies(sites, wish) for wish in rules.preferences])
    again = aggregate(table, weights(rules), here)
    given = (sites[name].to_numpy(dtype=float) for name in ("score", "score_hoog"))
    same = all(np.allclose(one, other, rtol=0, atol=SAME) for one, other in zip(again, given, strict=True))
    return SUM if same else OWN_VALUES
