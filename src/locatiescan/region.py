"""Scans of neighbouring municipalities become one region: one rank, and each location once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from locatiescan.analysis.answering.answer import answer
from locatiescan.analysis.judging.borders import Across
from locatiescan.analysis.judging.naming import named_for
from locatiescan.analysis.judging.rules import ranked
from locatiescan.analysis.measuring.world import World
from locatiescan.config.rules import all_rules
from locatiescan.crs import RD
from locatiescan.model import BOUNDARY, Area, Dossier, Elsewhere, Layer, Rules, ScanResult
from locatiescan.policy.asked import Asked

OF_ONE = "eigendomslijst:"
"""Such a note tells what of a list does not lie in one municipality: of the region it says nothing."""
TABLES = ("routes", "flags", "products")
"""What a dossier tells of locations and buildings, by ``locatie_id``."""


def with_across(
    results: Sequence[ScanResult],
    found: Across,
    border: gpd.GeoDataFrame,
    asked: Asked | None,
    world: World,
) -> list[ScanResult]:
    """Put locations across borders in place of those that the municipalities found alone.

    Parameters
    ----------
    results : sequence of ScanResult
        One a municipality.
    found : Across
        Each of its locations goes to its home municipality.
    border : GeoDataFrame
        Judged parcels of all municipalities that may have been joined, with ``gemeente_code``.
    asked : Asked, optional
        What is asked of each location; None where the scans answered nothing.
    world : World
        The layers around the new locations.
    """
    member = found.sites.assign(percelen=found.sites["percelen"].str.split(", ")).explode("percelen")
    home = dict(zip(member["percelen"], member["locatie_id"], strict=True))
    return [_changed(result, found, border, home, asked, world) for result in results]


def _changed(
    result: ScanResult,
    found: Across,
    border: gpd.GeoDataFrame,
    home: Mapping[str, str],
    asked: Asked | None,
    world: World,
) -> ScanResult:
    new = gpd.GeoDataFrame(found.sites[found.sites["gemeente_code"] == result.area.code].reset_index(drop=True))
    dossier = result.dossier and _without(result.dossier, found.replaced)
    if len(new) and asked and dossier:
        new, told = _answered(new, result, asked, world)
        dossier = _joined_dossier(dossier, told)
    kept = result.sites[~result.sites["locatie_id"].isin(found.replaced)]
    parcels, elsewhere = _members(result, border, found.replaced, home)
    return replace(result, sites=_rows([kept, new]), dossier=dossier, parcels=parcels, elsewhere=elsewhere)


def _answered(
    new: gpd.GeoDataFrame, result: ScanResult, asked: Asked, world: World
) -> tuple[gpd.GeoDataFrame, Dossier]:
    """Answer for new locations by the figures of their home; its buildings were answered for before."""
    nowhere = Area(result.area.name, result.area.code, shapely.Polygon())
    asked = replace(asked, vacancy=None)
    return answer(new, result.parcels.iloc[:0], result.rules, world.for_others(), nowhere, asked)


def _members(
    result: ScanResult, border: gpd.GeoDataFrame, replaced: frozenset[str], home: Mapping[str, str]
) -> tuple[gpd.GeoDataFrame, Elsewhere | None]:
    """Parcels of candidates with the location they belong to now; those that belong to one no longer are left out."""
    own = border[border["gemeente_code"] == result.area.code].drop(columns="gemeente_code")
    joined = own[own["perceel_id"].isin(home) & ~own["perceel_id"].isin(result.parcels["perceel_id"])]
    parcels = _rows([result.parcels, joined])
    now = parcels["perceel_id"].map(home)
    stays = now.notna() | ~parcels["locatie_id"].isin(replaced)
    parcels = gpd.GeoDataFrame(parcels.assign(locatie_id=now.fillna(parcels["locatie_id"]))[stays])
    if result.elsewhere is None:
        return parcels, None
    more = len(joined) - int((~stays).sum())
    return parcels.reset_index(drop=True), replace(result.elsewhere, parcels=result.elsewhere.parcels - more)


def _without(dossier: Dossier, gone: frozenset[str]) -> Dossier:
    def rest(table: pd.DataFrame) -> pd.DataFrame:
        return table[~table["locatie_id"].isin(gone)].reset_index(drop=True)

    layout = gpd.GeoDataFrame(rest(dossier.layout))
    return replace(dossier, layout=layout, **{name: rest(getattr(dossier, name)) for name in TABLES})


def _joined_dossier(first: Dossier, *others: Dossier) -> Dossier:
    """All that was told, of one day and term; equal notes once."""
    all_of = (first, *others)
    return replace(
        first,
        **{name: _rows([getattr(one, name) for one in all_of]) for name in TABLES},
        layout=_rows([one.layout for one in all_of]),
        transformation=_rows([one.transformation for one in all_of]),
        notes=tuple(dict.fromkeys(note for one in all_of for note in one.notes if not note.startswith(OF_ONE))),
    )


def named(results: Sequence[ScanResult]) -> list[ScanResult]:
    """Give locations and buildings ``gemeente`` (all that a location lies in, its home first) and ``gemeente_code``."""
    boundaries = {result.area.name: result.area.boundary for result in results}
    return [_named(result, boundaries) for result in results]


def as_one(name: str, rules: Rules, results: Sequence[ScanResult], facts: Mapping[str, str]) -> ScanResult:
    """Join scans of municipalities: one rank over all.

    Parameters
    ----------
    name : str
        Of the region.
    rules : Rules
        The general ones; a municipality may have its own values over them.
    results : sequence of ScanResult
        At least one, as `named` gives them.

    Returns
    -------
    ScanResult
        ``rang`` is over the region, ``rang_gemeente`` that in the municipality's own scan, NA for a location that only
        the region knows.
    """
    sites = _rows([result.sites for result in results])
    rules = _held(rules, results)
    sites = ranked(gpd.GeoDataFrame(sites.assign(rang_gemeente=sites["rang"].astype("Int64"))), rules)
    own = [result.dossier for result in results if result.dossier]
    return ScanResult(
        Area(name, "", shapely.union_all([result.area.boundary for result in results], grid_size=0.001)),
        rules,
        _ranked_parcels(_rows([result.parcels.assign(**_place(result)) for result in results]), sites),
        sites,
        {BOUNDARY: _boundaries(results), **_absent(results)},
        _joined_dossier(*own) if own else None,
        any(result.fictitious for result in results),
        max(result.started_at for result in results),
        facts,
        Elsewhere(
            sum(result.elsewhere.parcels for result in results if result.elsewhere),
            by_municipality(results, lambda result: result.elsewhere.ledger if result.elsewhere else pd.DataFrame()),
        ),
    )


def _held(rules: Rules, results: Sequence[ScanResult]) -> Rules:
    """The general rules without what every municipality let lapse: nobody measured that."""
    known = {rule.naam for result in results for rule in all_rules(result.rules)}
    profiles = {profile.naam for result in results for profile in result.rules.profielen}
    kept = {
        part: tuple(rule for rule in getattr(rules, part) if rule.naam in known)
        for part in ("limits", "preferences", "metingen", "toelatingen")
    }
    return replace(rules, **kept, profielen=tuple(one for one in rules.profielen if one.naam in profiles))


def _ranked_parcels(parcels: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Parcels with the ranks that their location has in the region."""
    of_site = sites.set_index("locatie_id")
    ranks = [name for name in parcels if str(name).startswith("rang") and name in of_site]
    return parcels.assign(**{str(name): parcels["locatie_id"].map(of_site[name]).astype("Int64") for name in ranks})


def _absent(results: Sequence[ScanResult]) -> dict[str, Layer]:
    """Layers that some municipality does not have, and which."""
    found: dict[str, tuple[Layer, list[str]]] = {}
    for result in results:
        for name, layer in result.layers.items():
            if layer.absent is not None:
                found.setdefault(name, (layer, []))[1].append(result.area.name)
    return {
        name: layer if len(where) == len(results) else replace(layer, absent=f"{layer.absent} (in {', '.join(where)})")
        for name, (layer, where) in found.items()
    }


def by_municipality(results: Sequence[ScanResult], table: Callable[[ScanResult], pd.DataFrame]) -> pd.DataFrame:
    """A table of each municipality under one another, its name in front."""
    rows = _rows([table(result).assign(gemeente=result.area.name) for result in results])
    return rows[["gemeente", *rows.columns.drop("gemeente")]]


def _named(result: ScanResult, boundaries: Mapping[str, shapely.Geometry]) -> ScanResult:
    place, dossier = _place(result), result.dossier
    sites = result.sites.assign(**place)
    if dossier:
        dossier = replace(dossier, transformation=dossier.transformation.assign(**place))
    return replace(result, sites=sites.assign(gemeente=named_for(sites, boundaries)), dossier=dossier)


def _place(result: ScanResult) -> dict[str, str]:
    return {"gemeente": result.area.name, "gemeente_code": result.area.code}


def _boundaries(results: Sequence[ScanResult]) -> Layer:
    """One layer with the boundary of each."""
    layers = [result.layers[BOUNDARY] for result in results]
    shapes = [result.area.boundary for result in results]
    own = {"code": [result.area.code for result in results], "naam": [result.area.name for result in results]}
    return replace(layers[0], features=gpd.GeoDataFrame(own, geometry=shapes, crs=RD))


def _rows(tables: Sequence[pd.DataFrame]) -> gpd.GeoDataFrame:
    """Tables under one another; one without rows has no types to go by."""
    filled = [table for table in tables if len(table)] or [*tables[:1]]
    return pd.concat(filled, ignore_index=True)  # type: ignore[return-value]
