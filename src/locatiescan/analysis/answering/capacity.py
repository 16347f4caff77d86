"""How many homes a location holds: every product really drawn on its free ground, the best one kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.answering.access import Roads
from locatiescan.analysis.answering.layout import setting_of
from locatiescan.analysis.answering.mix import mix_of
from locatiescan.analysis.answering.products import Found, Limits, Site, Task, worked_out, worth_trying
from locatiescan.analysis.geometry.overlay import in_threads
from locatiescan.analysis.geometry.rows import BAYS, BLOCK, COUNT, DRIVE
from locatiescan.crs import RD
from locatiescan.model import JA, NEE, ONBEKEND
from locatiescan.policy.dwellings import Density, Dwellings
from locatiescan.policy.heights import Heights

SETS = ("laag", "midden", "hoog")
LAYOUT = ["locatie_id", "soort", "naam", "lagen", "woningen", "plaatsen", "hoogte_m", "geometry"]
WHOLE = ("woningen", "woningen_laag", "woningen_hoog", "modules", "parkeerplaatsen", "lagen")
"""Columns of whole numbers, beside those of the groups."""


@dataclass(frozen=True)
class Capacity:
    """What locations hold."""

    sites: pd.DataFrame
    """One row a location, index ``locatie_id``: ``product``, ``product_titel``, ``module``, ``woningen``,
    ``woningen_laag``, ``woningen_hoog``, ``woningen_<groep>``, ``modules``, ``parkeerplaatsen``, ``bvo_m2``,
    ``bebouwd_m2``, ``dichtheid_won_ha``, ``dichtheid_oordeel``, ``brandweer_oordeel``, ``hoogte_past``, ``lagen``,
    ``getekend_m2`` (ground drawn on). NA where unknown; 0 homes where nothing fits."""
    products: pd.DataFrame
    """One row a location and product: ``locatie_id``, ``product``, ``titel``, ``past``, ``reden``, ``woningen``."""
    layout: gpd.GeoDataFrame
    """Blocks, parking and lanes of the best product: ``locatie_id``, ``soort``, ``naam``, ``lagen``, ``woningen``
    (of a block, its share by modules), ``plaatsen``, ``hoogte_m``; RD New."""


def capacity(
    sites: gpd.GeoDataFrame,
    free: np.ndarray,
    heights: pd.DataFrame,
    dwellings: Dwellings,
    termijn_jaren: float,
    roads: np.ndarray | None = None,
    parkeernorm: float | None = None,
    height: Heights | None = None,
) -> Capacity:
    """Draw every product on every location, and count.

    Parameters
    ----------
    sites : GeoDataFrame
        Index ``locatie_id``.
    free : array of geometry
        Ground on which blocks may stand; None where unknown, empty where there is none.
    heights : DataFrame
        Same index: ``lagen`` (Int64, storeys that the plan allows, NA unknown) and ``lagen_ten_hoogste``.
    dwellings : Dwellings
    termijn_jaren : float
        Term that is asked for, years.
    roads : array of geometry, optional
        Middles of roads, RD New; None where unknown.
    parkeernorm : float, optional
        Places per home of the municipality, in place of the general three.
    height : Heights, optional
        Says how high the storeys that are drawn stand; without it ``hoogte_m`` is NaN.

    Returns
    -------
    Capacity

    Notes
    -----
    Unknown height is no freedom: one storey is drawn then, and ``hoogte_past`` says that nobody knows whether it fits.
    """
    settings = {which: setting_of(dwellings, which, parkeernorm) for which in SETS}
    mixes = {module.naam: mix_of(dwellings, module) for module in dwellings.modules}
    modules = {product.naam: worth_trying(product, dwellings) for product in dwellings.producten}
    task = Task(dwellings, termijn_jaren, Roads(roads), settings, mixes, modules)
    limits = [Limits(_whole(a), _whole(b)) for a, b in zip(heights["lagen"], heights["lagen_ten_hoogste"], strict=True)]

    def some(these: np.ndarray) -> np.ndarray:
        result = np.empty(len(these), dtype=object)
        result[:] = [worked_out(str(sites.index[i]), free[i], limits[i], task) for i in these]
        return result

    found: list[Site] = list(in_threads(some, np.arange(len(sites))))
    return Capacity(_sites(found, limits, sites.index, dwellings), _products(found), _layout(found, height))


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _sites(found: Sequence[Site], limits: Sequence[Limits], index: pd.Index, dwellings: Dwellings) -> pd.DataFrame:
    groups = [f"woningen_{group.naam}" for group in dwellings.doelgroepen]
    rows = [_row(site, limit, groups, dwellings) for site, limit in zip(found, limits, strict=True)]
    numbers, whole = ("bvo_m2", "bebouwd_m2", "dichtheid_won_ha", "getekend_m2"), [*WHOLE, *groups]
    texts = ("product", "product_titel", "module", "dichtheid_oordeel", "brandweer_oordeel", "hoogte_past")
    order = ["product", "product_titel", "module", *WHOLE[:3], *groups, "modules", "parkeerplaatsen", *numbers[:3]]
    order += ["dichtheid_oordeel", "brandweer_oordeel", "hoogte_past", "lagen", "getekend_m2"]
    table = pd.DataFrame(rows, index=index, columns=order)
    kinds = dict.fromkeys(whole, "Int64") | dict.fromkeys(numbers, "float64") | dict.fromkeys(texts, object)
    return table.astype(kinds)


def _row(site: Site, limits: Limits, groups: Sequence[str], dwellings: Dwellings) -> dict[str, Any]:
    """Columns of one location; what is left out is unknown."""
    verdicts = {"dichtheid_oordeel": ONBEKEND, "brandweer_oordeel": ONBEKEND, "hoogte_past": ONBEKEND}
    if np.isnan(site.drawn_m2):
        return verdicts
    zero = dict.fromkeys((*WHOLE[:-1], *groups), 0) | {"bvo_m2": 0.0, "bebouwd_m2": 0.0, "dichtheid_won_ha": 0.0}
    if limits.known is not None and limits.known == 0:
        verdicts["hoogte_past"] = NEE
    row = {**verdicts, **zero, "getekend_m2": site.drawn_m2}
    best = site.best
    if best is None or best.drawing is None or best.building is None:
        return row
    drawing, storeys, mix = best.drawing, best.product.lagen, best.building.mix
    density = drawing.homes / site.drawn_m2 * 10_000
    return {
        **row,
        "product": best.product.naam,
        "product_titel": best.product.titel,
        "module": best.building.module.naam,
        "woningen": drawing.homes,
        "woningen_laag": site.low,
        "woningen_hoog": site.high,
        **dict(zip(groups, mix.counts[drawing.homes].tolist(), strict=True)),
        "modules": drawing.modules * storeys,
        "parkeerplaatsen": drawing.places,
        "bvo_m2": drawing.built_m2 * storeys,
        "bebouwd_m2": drawing.built_m2,
        "dichtheid_won_ha": density,
        "dichtheid_oordeel": _density(density, storeys, dwellings.dichtheden),
        "brandweer_oordeel": best.access,
        "hoogte_past": ONBEKEND if limits.storeys is None else JA,
        "lagen": storeys,
    }


def _density(homes_ha: float, storeys: int, known: Sequence[Density]) -> str:
    """Against what is built with as many storeys."""
    for density in known:
        if density.lagen == storeys:
            over = "hoger" if homes_ha > density.max_won_ha else "binnen"
            return "lager" if homes_ha < density.min_won_ha else over
    return ONBEKEND


def _products(found: Sequence[Site]) -> pd.DataFrame:
    rows = [
        (site.name, one.product.naam, one.product.titel, one.fits, one.why, _homes(one, site))
        for site in found
        for one in site.found
    ]
    table = pd.DataFrame(rows, columns=["locatie_id", "product", "titel", "past", "reden", "woningen"])
    return table.astype({"past": object, "reden": object, "woningen": "Int64"})


def _homes(one: Found, site: Site) -> int | None:
    """Homes of a product; None where it was not drawn for want of knowledge."""
    return None if one.drawing is None and one.fits == ONBEKEND else one.homes


def _layout(found: Sequence[Site], height: Heights | None) -> gpd.GeoDataFrame:
    rows = [row for site in found for row in _drawn(site, height)]
    table = pd.DataFrame(rows, columns=LAYOUT)
    table = table.astype({"lagen": "Int64", "plaatsen": "Int64", "woningen": "Int64", "hoogte_m": "float64"})
    return gpd.GeoDataFrame(table, geometry="geometry", crs=RD)


def _drawn(site: Site, height: Heights | None) -> Iterator[tuple[Any, ...]]:
    """Rows of the drawing of one location; see `LAYOUT`."""
    best = site.best
    if best is None or best.drawing is None:
        return
    storeys, titel = best.product.lagen, best.product.titel
    metres = storeys * height.laaghoogte_m + height.dak_m if height else np.nan
    drawing = best.drawing
    homes = _spread(best.homes, drawing.of_kind(BLOCK)[:, COUNT])
    for count, shape in zip(homes, drawing.polygons(BLOCK), strict=True):
        yield site.name, "blok", titel, storeys, int(count), pd.NA, metres, shape
    for count, shape in zip(drawing.of_kind(BAYS)[:, COUNT], drawing.polygons(BAYS), strict=True):
        yield site.name, "parkeren", "Parkeervakken", pd.NA, pd.NA, int(count), np.nan, shape
    for shape in drawing.polygons(DRIVE):
        yield site.name, "rijloper", "Rijloper", pd.NA, pd.NA, pd.NA, np.nan, shape


def _spread(homes: int, modules: np.ndarray) -> np.ndarray:
    """Homes over blocks in proportion to their modules, whole, together all of them."""
    ends = np.floor(np.cumsum(modules) / max(modules.sum(), 1) * homes + 0.5).astype(np.int64)
    return np.diff(ends, prepend=0)
