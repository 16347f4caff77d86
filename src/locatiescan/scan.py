"""The heart: a municipality, its layers and a rules file become one result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.answering.answer import ALSO_READ, DEPOSITION, HEXAGONS, NATURE, answer, ready
from locatiescan.analysis.judging.sites import find_sites
from locatiescan.analysis.measuring.distance import reach_of
from locatiescan.analysis.measuring.measures import measure
from locatiescan.analysis.measuring.warm import warm
from locatiescan.analysis.measuring.world import World
from locatiescan.collecting import seldom_collected
from locatiescan.config.rules import all_rules
from locatiescan.crs import RD
from locatiescan.errors import SourceError
from locatiescan.model import Area, Layer, Measurement, Rules, ScanResult, Source, Storage
from locatiescan.policy.asked import Asked
from locatiescan.sources.areas import find_area, read_boundaries
from locatiescan.sources.layers import LOCAL, read_layer
from locatiescan.sources.lists import owners_of
from locatiescan.sources.page import Progress

NAMED = 5
"""So many of the parcels that were not found are named."""
Step = Callable[[str], Progress]
"""Called with the title of a step; gives what is told of its progress."""
Accept = Callable[[Mapping[str, Layer]], Mapping[str, Layer]]
"""Called with the layers as they were read; gives them as they are used, or stops the scan."""


def as_read(layers: Mapping[str, Layer]) -> Mapping[str, Layer]:
    """Take the layers as they are."""
    return layers


def find_municipality(gemeente: str, sources: Mapping[str, Source], storage: Storage, step: Step) -> tuple[Area, Layer]:
    """Find a municipality by name or CBS code.

    Returns
    -------
    area : Area
    boundary : Layer
        ``gemeentegrens`` with only this municipality.

    Raises
    ------
    LocatiescanError
        If the name is not that of one municipality, or the boundaries do not come whole.
    """
    source = sources["gemeentegrens"]
    boundaries = read_boundaries(source, step(source.titel), storage)
    area = find_area(gemeente, boundaries)
    own = {"code": [area.code], "naam": [area.name], "geometry": [area.boundary]}
    return area, replace(boundaries, features=gpd.GeoDataFrame(own, crs=RD))


@seldom_collected()
def scan(
    area: Area,
    boundary: Layer,
    rules: Rules,
    sources: Mapping[str, Source],
    storage: Storage,
    started_at: str,
    step: Step,
    asked: Asked | None = None,
    accept: Accept = as_read,
) -> ScanResult:
    """Judge every parcel of a municipality, and the locations they make together; say what each can carry.

    Parameters
    ----------
    area, boundary
        As `find_municipality` gives them.
    rules : Rules
        What is measured and judged.
    sources : mapping
        The catalogue.
    storage : Storage
        Where fetched layers are kept.
    started_at : str
        UTC, ISO 8601; the scan itself looks at no clock.
    step : callable
        Gets the title of each step, for a progress bar.
    asked : Asked, optional
        What is asked of each location; without it they are ranked, and no more.
    accept : callable
        Sees all layers before anything is measured.

    Raises
    ------
    LocatiescanError
        Whatever is wrong stops the scan; there is no half result.
    """
    read = {"gemeentegrens": boundary, **fetch(area, rules, sources, storage, step)}
    layers = {name: _dated(layer, started_at) for name, layer in accept(read).items()}
    step("Rekenkern klaarzetten (de eerste keer op een machine duurt dat even)")
    warm(all_rules(rules))
    if asked:
        ready(asked)
    step("Percelen meten en wegen")
    world = World(layers)
    owned, notes = with_owners(parcels_of(area, layers["percelen"]), asked and asked.owners, area)
    measured = measure(owned, all_rules(rules), world)
    step("Locaties vormen")
    parcels, sites = find_sites(measured, rules, world)
    dossier = None
    if asked:
        step("Hoogte, woningen, stikstof en planroutes")
        sites, dossier = answer(sites, parcels, rules, world, area, asked)
        dossier = replace(dossier, notes=dossier.notes + notes)
    fictitious = any(sources[name].zekerheid == "fictief" for name in layers)
    return ScanResult(area, rules, parcels, sites, layers, dossier, fictitious, started_at)


def fetch(area: Area, rules: Rules, sources: Mapping[str, Source], storage: Storage, step: Step) -> dict[str, Layer]:
    """Read the parcels, every layer that the rules need, and those that an answer reads besides.

    Raises
    ------
    LocatiescanError
        If a layer does not come whole.
    """
    needed = reaches(rules, sources)
    parcels = read_layer(sources["percelen"], area, needed.pop("percelen"), step(sources["percelen"].titel), storage)
    ground = replace(area, boundary=_ground(area, parcels))
    others = {
        name: read_layer(sources[name], ground, reach, step(sources[name].titel), storage)
        for name, reach in needed.items()
    }
    return {"percelen": parcels, **others}


def _ground(area: Area, layer: Layer) -> shapely.Geometry:
    """Box around a municipality and its parcels: one that lies across the border is kept whole, and judged whole."""
    if layer.features is None:
        return area.boundary
    return ground_box(area, parcels_of(area, layer).total_bounds)


def ground_box(area: Area, parcels: np.ndarray) -> shapely.Polygon:
    """Box around a municipality and its parcels.

    Parameters
    ----------
    parcels : array of float, shape (4,)
        West, south, east, north of the parcels of the municipality, RD New.
    """
    own = shapely.bounds(area.boundary)
    return shapely.box(*np.minimum(own, parcels)[:2], *np.maximum(own, parcels)[2:])


def reaches(rules: Rules, names: Collection[str]) -> dict[str, float]:
    """Layers that a scan reads, parcels first, with how far beyond the municipality each must be read, in metres.

    Parameters
    ----------
    rules : Rules
    names : collection of str
        Layers of the catalogue: what only an answer reads need not be there.
    """
    also = [name for name in ALSO_READ if name in names] if rules.antwoord else []
    needed = {"percelen": 0.0, **dict.fromkeys(also, 0.0), **layers_needed(rules)}
    for beneath in (DEPOSITION, NATURE):  # asked as far away as the nearest hexagon may lie
        if also and beneath in needed:
            needed[beneath] = max(needed[beneath], needed.get(HEXAGONS, 0.0))
    return needed


def _dated(layer: Layer, started_at: str) -> Layer:
    """Date a file on this machine with the run that reads it, and name it without its folder.

    So the same run gives the same bytes, wherever its files lie, and nobody's folders are published.
    """
    if layer.pedigree is None or layer.source.protocol not in LOCAL:
        return layer
    name = Path(layer.pedigree.address).name
    return replace(layer, pedigree=replace(layer.pedigree, fetched_at=started_at, address=name))


def layers_needed(rules: Rules) -> dict[str, float]:
    """Layers the rules name, with how far beyond the municipality each must be read, in metres."""
    needed: dict[str, float] = {}
    for rule in all_rules(rules):
        named = [(rule.layer, _beyond(rule))] if rule.layer else []
        named += [(item.layer, item.buffer_m) for item in rule.exclude]
        extents = (rule.only_in, *(item.only_in for item in rule.exclude))
        named += [(extent.layer, 0.0) for extent in extents if extent]
        for layer, reach in named:
            needed[layer] = max(needed.get(layer, 0.0), reach)
    return needed


def _beyond(rule: Measurement) -> float:
    """How far outside a parcel a rule looks, in metres."""
    return reach_of(rule) if rule.measure == "distance_m" else max(rule.reach_m or 0.0, rule.buffer_m or 0.0)


def parcels_of(area: Area, layer: Layer) -> gpd.GeoDataFrame:
    """Parcels whose middle lies in the municipality, each whole.

    Raises
    ------
    SourceError
        If there is none, or ``perceel_id`` is missing or not unique.
    """
    features = layer.features
    if features is None:
        raise SourceError(f"laag percelen: {layer.absent}")
    if "perceel_id" not in features:
        raise SourceError("laag percelen: de catalogus noemt bij columns geen perceel_id")
    shapely.prepare(area.boundary)
    inside = shapely.contains(area.boundary, shapely.point_on_surface(features.geometry.to_numpy()))
    parcels = features[inside].assign(perceel_id=lambda table: table["perceel_id"].astype(str)).reset_index(drop=True)
    if not len(parcels):
        raise SourceError(f"Geen enkel perceel van de laag percelen ligt in {area.name} ({len(features)} gelezen)")
    doubled = parcels["perceel_id"][parcels["perceel_id"].duplicated()]
    if len(doubled):
        raise SourceError(f"laag percelen: perceel_id is niet uniek, bijvoorbeeld {doubled.iloc[0]}")
    return parcels


def with_owners(
    parcels: gpd.GeoDataFrame, owners: pd.DataFrame | None, area: Area
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Parcels with the kind of owner that a user's list gives, and what of the list was not found.

    Who is not on the list has an unknown owner.
    """
    if owners is None:
        return parcels, ()
    owner, lost = owners_of(parcels["perceel_id"], owners)
    few = ", ".join(lost[:NAMED]) + (", …" if len(lost) > NAMED else "")
    notes = (f"eigendomslijst: {len(lost)} percelen liggen niet in {area.name}: {few}",) if lost else ()
    return parcels.assign(eigenaar=owner), notes
