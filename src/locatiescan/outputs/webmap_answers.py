"""What each location can carry, as the map's panel, filters and list need it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from locatiescan.model import ScanResult
from locatiescan.outputs.webmap_words import coded, plain_list, rows_by_site, told

NUMBERS = {
    "woningen": 0, "woningen_laag": 0, "woningen_hoog": 0, "modules": 0, "parkeerplaatsen": 0, "bvo_m2": 0,
    "dichtheid_won_ha": 0, "lagen": 0, "lagen_ten_hoogste": 0, "max_termijn_jaren": 1, "doorlooptijd_weken_laag": 0,
    "doorlooptijd_weken_hoog": 0, "stikstof_mol_ha_jr": 4, "stikstof_max_woningen": 0,
    "stikstof_scenario_max_woningen": 0, "kdw_mol_ha_jr": 0, "kdw_overschrijding_mol_ha_jr": 0,
}  # fmt: skip
"""Columns of the locations, with the decimals that are worth keeping."""
WORDS = (
    "eigenaar", "product_titel", "dichtheid_oordeel", "brandweer_oordeel", "hoogte_past", "hoogte_bekend",
    "stikstof_oordeel", "stikstof_scenario_oordeel", "stikstof_toelichting", "kdw_habitats", "planroute",
    "planroute_titel", "planroute_oordeel", "besluit_vroeg", "besluit_laat", "in_werking_vroeg", "in_werking_laat",
    "onherroepelijk_vroeg", "onherroepelijk_laat",
)  # fmt: skip
TOLD = ("samenvatting", "weten_wij_niet", "hoogte_let_op")
NOT_A_GROUP = ("woningen_laag", "woningen_hoog")
ROUTE = (
    "locatie_id", "route", "titel", "oordeel", "reden", "overleg", "weken_laag", "weken_hoog", "max_jaren",
    "besluit_vroeg", "besluit_laat", "in_werking_vroeg", "in_werking_laat", "onherroepelijk_vroeg",
    "onherroepelijk_laat", "grondslag", "beslist", "ongeverifieerd", "van_kracht", "beste",
)  # fmt: skip
FLAG = (
    "locatie_id", "vlag", "titel", "onderwerp", "oordeel", "tekst", "grondslag", "wie", "ongeverifieerd", "bron",
    "datum",
)  # fmt: skip
PRODUCT = ("locatie_id", "product", "titel", "past", "reden", "woningen")


def answers(result: ScanResult) -> dict[str, Any]:
    """Answers by column, in the order of ``result.sites``; empty where nothing was asked."""
    if result.dossier is None:
        return {}
    sites, dossier = result.sites, result.dossier
    ids = sites["locatie_id"].tolist()
    groups = [name for name in sites if str(name).startswith("woningen_") and name not in NOT_A_GROUP]
    return {
        "peildatum": dossier.peildatum,
        "termijn_jaren": dossier.termijn_jaren,
        "numbers": {name: rounded(sites[name], decimals) for name, decimals in NUMBERS.items() if name in sites},
        "groups": {str(name): rounded(sites[name], 0) for name in groups},
        "words": {name: coded(sites[name]) for name in WORDS if name in sites},
        "told": {name: told(sites[name]) for name in TOLD if name in sites},
        "routes": rows_by_site(_chosen(dossier.routes, ROUTE), ids, ("reden",)),
        "flags": rows_by_site(_chosen(dossier.flags, FLAG), ids, ("tekst",)),
        "products": rows_by_site(_chosen(dossier.products, PRODUCT), ids, ("reden",)),
    }


def rounded(column: pd.Series, decimals: int) -> list[float | int | None]:
    """Numbers as far as they are worth showing; unknown is null."""
    exact = pd.to_numeric(column).to_numpy(dtype=float, na_value=np.nan)
    return plain_list(exact.round(decimals).tolist())


def _chosen(table: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    return table[[name for name in names if name in table]]
