"""What every location can carry: height, homes, nitrogen, routes, flags, and a paragraph that says so.

Each step reads what the steps before it left. Land and buildings that could be converted go the same way from the
nitrogen on; what is not known stays unknown all the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from locatiescan.analysis.answering.best import best_routes
from locatiescan.analysis.answering.capacity import capacity
from locatiescan.analysis.answering.fewer import homes_with_route
from locatiescan.analysis.answering.flags import flag_columns, flags_table
from locatiescan.analysis.answering.height import heights
from locatiescan.analysis.answering.nature import nature_areas
from locatiescan.analysis.answering.nitrogen import nearest_hexagons, nitrogen
from locatiescan.analysis.answering.paragraph import paragraphs
from locatiescan.analysis.answering.routes import routes_table
from locatiescan.analysis.answering.transformation import transformation
from locatiescan.analysis.measuring.free import free_shapes
from locatiescan.analysis.measuring.measures import MEASURES, measure
from locatiescan.analysis.measuring.world import World
from locatiescan.config.figures import as_facts
from locatiescan.config.rules import all_rules
from locatiescan.crs import RD
from locatiescan.model import Area, Dossier, Rules
from locatiescan.policy.asked import Asked
from locatiescan.policy.figures import FIGURE_NAMES

HEXAGONS, DEPOSITION, ROADS, BUILDINGS, ADDRESSES = (
    "stikstof_hexagonen", "depositie", "wegen", "panden", "verblijfsobjecten",
)  # fmt: skip
NATURE = "natura2000"
ALSO_READ = (HEXAGONS, DEPOSITION, ROADS, BUILDINGS, ADDRESSES)
"""Layers that are read even where no rule names them; an absent one leaves its part unknown."""


@dataclass(frozen=True)
class _Answers:
    """What was found for one kind of candidate."""

    table: gpd.GeoDataFrame
    routes: pd.DataFrame
    flags: pd.DataFrame


def answer(
    sites: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, rules: Rules, world: World, area: Area, asked: Asked
) -> tuple[gpd.GeoDataFrame, Dossier]:
    """Answer for each location, and for each building that may become homes, what the assignment asks.

    Parameters
    ----------
    sites : GeoDataFrame
        Ranked locations as `find_sites` gives them.
    parcels : GeoDataFrame
        All parcels; ``eigenaar``, where it is there, is that of a building on them.
    rules : Rules
        With ``antwoord``.
    world : World
        Of the parcels.
    area : Area
    asked : Asked

    Returns
    -------
    sites : GeoDataFrame
        With the columns of every answer.
    dossier : Dossier
    """
    constants = _constants(area, asked)
    land = sites.set_index("locatie_id").assign(soort="grond", bestaand_bouwwerk="nee", nieuw_volume="ja", **constants)
    allowed = heights(land, asked.policy.heights)
    free = free_shapes(sites, _free_ground(rules), world.for_others())
    drawn = capacity(
        land,
        free,
        allowed,
        asked.policy.dwellings,
        asked.termijn_jaren,
        _roads(world),
        constants.get("parkeernorm"),
        asked.policy.heights,
    )
    land = _with(_with(land, allowed), drawn.sites)
    buildings, notes = _buildings(parcels, rules, world, area, asked)
    found = _answered(land, world, asked)
    converted = _answered(buildings.set_index("locatie_id").assign(**constants), world, asked)
    dossier = Dossier(
        asked.peildatum.isoformat(),
        asked.termijn_jaren,
        pd.concat([found.routes, converted.routes], ignore_index=True),
        pd.concat([found.flags, converted.flags], ignore_index=True),
        drawn.products,
        drawn.layout,
        converted.table.reset_index(),
        (*notes, *_unmeasured(found.table, asked), *_not_here(found.table, asked)),
    )
    return found.table.reset_index(), dossier


def ready(asked: Asked) -> None:
    """Compile what draws blocks, once for a machine, on a field of a hectare."""
    field = gpd.GeoDataFrame({"oppervlakte_m2": [1e4]}, geometry=[shapely.box(1e5, 5e5, 1e5 + 100, 5e5 + 100)], crs=RD)
    known = pd.DataFrame({"lagen": [4], "lagen_ten_hoogste": [4]}, dtype="Int64")
    capacity(field, field.geometry.to_numpy(), known, asked.policy.dwellings, asked.termijn_jaren, None, None)


def _answered(facts: gpd.GeoDataFrame, world: World, asked: Asked) -> _Answers:
    """Nitrogen, routes, flags and paragraph for candidates of which the homes are known."""
    policy = asked.policy
    hexagons, grid = (world.layers.get(name) for name in (HEXAGONS, DEPOSITION))
    nearest = nearest_hexagons(facts, hexagons and hexagons.features, grid and grid.grid)
    facts = _with(facts, nitrogen(facts, nearest, policy.nitrogen))
    nature = world.layers.get(NATURE)
    facts = facts.assign(hexagon_gebied=nature_areas(facts, hexagons and hexagons.features, nature and nature.features))
    routes = routes_table(facts, policy.planning, asked.peildatum)
    flags = flags_table(facts, policy.flags, asked.peildatum)
    facts = _with(facts, homes_with_route(facts, routes, policy.planning, asked.peildatum))
    facts = _with(_with(facts, best_routes(routes)), flag_columns(flags, facts.index))
    return _Answers(_with(facts, paragraphs(facts, routes, flags, asked.peildatum)), routes, flags)


def _unmeasured(facts: pd.DataFrame, asked: Asked) -> list[str]:
    """Say which columns the law asks about that these rules do not measure."""
    planning = asked.policy.planning
    bars = [bar for law in (*planning.routes, *planning.beperkingen) for bar in law.bezwaren]
    statements = (*bars, *planning.toeslagen, *asked.policy.flags)
    named = {condition.kolom for statement in statements for condition in statement.als}
    absent = sorted(named - set(facts) - set(FIGURE_NAMES) - {"eigenaar"})
    return [f"de regels meten niet, dus voor de planroutes onbekend: {', '.join(absent)}"] if absent else []


def _not_here(facts: pd.DataFrame, asked: Asked) -> list[str]:
    """Say which locations have a mix of their own but are no candidate."""
    absent = [name for name in asked.policy.dwellings.per_locatie if name not in facts.index]
    return [f"per_locatie in woningtypen: geen kandidaat: {', '.join(absent)}"] if absent else []


def _constants(area: Area, asked: Asked) -> Mapping[str, Any]:
    """What is the same for every candidate: the question, and the municipality's figures that are known."""
    figures = as_facts(asked.policy.figures.get(area.code))
    known = {name: value for name, value in figures.items() if value is not None}
    return {"termijn_jaren": asked.termijn_jaren, "peiljaar": asked.peildatum.year, **known}


def _buildings(
    parcels: gpd.GeoDataFrame, rules: Rules, world: World, area: Area, asked: Asked
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Buildings that may become homes, measured where they stand as parcels are."""
    nowhere = bool(shapely.is_empty(area.boundary))
    if nowhere:  # locations across a border: each building was answered for in its municipality
        world = World({})
    panden, addresses = (world.layers.get(name) for name in (BUILDINGS, ADDRESSES))
    found, notes = transformation(
        panden and panden.features,
        addresses and addresses.features,
        asked.policy.dwellings.transformatie,
        asked.vacancy,
        area.boundary,
    )
    on_layers = tuple(rule for rule in all_rules(rules) if rule.layer and not MEASURES[rule.measure].size)
    return _owned(measure(found, on_layers, world.for_others()), parcels), [] if nowhere else notes


def _owned(buildings: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Buildings with the owner of the parcel under their middle."""
    if "eigenaar" not in parcels or not len(buildings):
        return buildings
    middle = shapely.point_on_surface(buildings.geometry.to_numpy())
    building, parcel = shapely.STRtree(parcels.geometry.to_numpy()).query(middle, predicate="intersects")
    owner = pd.Series(parcels["eigenaar"].to_numpy()[parcel], index=building)
    return buildings.assign(eigenaar=owner[~owner.index.duplicated()].reindex(buildings.index))


def _free_ground(rules: Rules):
    """Rule that says which ground blocks may stand on."""
    return next(rule for rule in all_rules(rules) if rules.antwoord and rule.naam == rules.antwoord.vrije_grond)


def _roads(world: World):
    layer = world.layers.get(ROADS)
    return None if layer is None or layer.features is None else layer.features.geometry.to_numpy()


def _with(facts: gpd.GeoDataFrame, more: pd.DataFrame) -> gpd.GeoDataFrame:
    """Facts with more columns; a later step knows better than an earlier one."""
    kept = facts.drop(columns=[name for name in more if name in facts])
    return gpd.GeoDataFrame(kept.join(more), geometry="geometry", crs=facts.crs)
