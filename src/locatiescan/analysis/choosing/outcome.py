"""A chosen set as tables: its sites, and what each municipality gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.choosing.alternatives import shared_homes
from locatiescan.analysis.choosing.options import groups_of
from locatiescan.analysis.choosing.program import Program
from locatiescan.analysis.choosing.solve import Solution

SITE_COLUMNS = (
    "locatie_id", "gemeente", "gemeente_code", "soort", "product", "woningen", "minder", "score", "planroute",
    "planroute_oordeel", "oplevering", "weken", "mol_ha_jr", "gebied", "max_termijn_jaren",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ChosenSet:
    """A set of sites with what it comes to."""

    key: str
    """``voorstel``, ``variant_1`` …: also the name of its layer and sheet."""
    title: str
    solution: Solution
    sites: gpd.GeoDataFrame
    """One row a site: `SITE_COLUMNS`, homes for each group, shape; by municipality, most homes first."""
    municipalities: pd.DataFrame
    """One row a municipality of the region: ``gemeente_code``, ``gemeente``, ``woningen``, ``locaties``, ``deel`` (of
    all homes), ``aandeel`` (asked; NA where none), ``verschil`` (homes minus that), ``minimum``, ``maximum``,
    ``bouwt_voor_anderen``, ``anderen_bouwen``."""
    exchange: pd.DataFrame
    """``van``, ``voor`` (names), ``woningen``: who builds for whom."""
    deliveries: pd.DataFrame
    """One row a wish on delivery: ``datum``, ``gevraagd``, ``woningen`` (standing by then, for certain)."""
    different: float
    """Part of its homes that the first set does not have; 0 for the first set itself."""


def chosen_set(
    key: str, title: str, solution: Solution, program: Program, names: Mapping[str, str], first: Solution
) -> ChosenSet:
    """Make the tables of a solution that has a set.

    Parameters
    ----------
    names : mapping of str to str
        Names of all municipalities of the region by code, also of those without a site.
    first : Solution
        The set that this one is compared with.
    """
    return ChosenSet(
        key,
        title,
        solution,
        _sites(solution.chosen),
        _municipalities(solution, program, names),
        _exchange(solution, names),
        _deliveries(solution, program),
        1 - shared_homes(solution, first) / max(solution.homes, 1),
    )


def _sites(chosen: pd.DataFrame) -> gpd.GeoDataFrame:
    kept = chosen[[*(name for name in SITE_COLUMNS if name in chosen), *groups_of(chosen), "geometry"]]
    order = ["gemeente", "woningen", "locatie_id"]
    return gpd.GeoDataFrame(kept.sort_values(order, ascending=[True, False, True], ignore_index=True))


def _municipalities(solution: Solution, program: Program, names: Mapping[str, str]) -> pd.DataFrame:
    codes = list(dict.fromkeys([*names, *solution.chosen["gemeente_code"].dropna()]))
    by = solution.chosen.groupby("gemeente_code")["woningen"]
    homes, sites = (by.agg(how).reindex(codes, fill_value=0).to_numpy(dtype=np.int64) for how in ("sum", "size"))
    quotas = [program.wishes.gemeenten.get(code) for code in codes]
    gives, takes = (
        solution.exchange.groupby(side)["woningen"].sum().reindex(codes, fill_value=0).to_numpy(dtype=np.int64)
        for side in ("van", "voor")
    )
    shares = pd.array([program.shares.get(code) for code in codes], dtype="Int64")
    return pd.DataFrame(
        {
            "gemeente_code": codes,
            "gemeente": [names.get(code, code) for code in codes],
            "woningen": homes,
            "locaties": sites,
            "deel": homes / max(int(homes.sum()), 1),
            "aandeel": shares,
            "verschil": homes - shares,
            "minimum": pd.array([quota and quota.minimum for quota in quotas], dtype="Int64"),
            "maximum": pd.array([quota and quota.maximum for quota in quotas], dtype="Int64"),
            "bouwt_voor_anderen": gives,
            "anderen_bouwen": takes,
        }
    )


def _exchange(solution: Solution, names: Mapping[str, str]) -> pd.DataFrame:
    table = solution.exchange[["van", "voor", "woningen"]]
    named = {side: [names.get(str(code), str(code)) for code in table[side]] for side in ("van", "voor")}
    return table.assign(**named).reset_index(drop=True)


def _deliveries(solution: Solution, program: Program) -> pd.DataFrame:
    """A home of unknown date does not count."""
    days, homes = solution.chosen["oplevering"], solution.chosen["woningen"]
    rows = [
        (item.datum, item.woningen, int(homes[days <= pd.Timestamp(item.datum)].sum()))
        for item in program.wishes.opleveringen
    ]
    return pd.DataFrame(rows, columns=["datum", "gevraagd", "woningen"])
