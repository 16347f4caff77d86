"""The heart: a municipality, its layers and a rules file become one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import geopandas as gpd
import shapely

from locatiescan.analysis.judging.sites import find_sites
from locatiescan.analysis.measuring.distance import reach_of
from locatiescan.analysis.measuring.measures import measure
from locatiescan.analysis.measuring.warm import warm
from locatiescan.analysis.measuring.world import World
from locatiescan.config.rules import all_rules
from locatiescan.crs import RD
from locatiescan.errors import SourceError
from locatiescan.model import Area, Layer, Measurement, Rules, ScanResult, Source, Storage
from locatiescan.sources.areas import find_area, read_boundaries
from locatiescan.sources.layers import read_layer
from locatiescan.sources.page import Progress

Step = Callable[[str], Progress]
"""Called with the title of a step; gives what is told of its progress."""


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


def scan(
    area: Area,
    boundary: Layer,
    rules: Rules,
    sources: Mapping[str, Source],
    storage: Storage,
    started_at: str,
    step: Step,
) -> ScanResult:
    """Judge every parcel of a municipality, and the locations they make together.

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

    Raises
    ------
    LocatiescanError
        Whatever is wrong stops the scan; there is no half result.
    """
    layers = {"gemeentegrens": boundary, **fetch(area, rules, sources, storage, step)}
    step("Rekenkern klaarzetten (de eerste keer op een machine duurt dat even)")
    warm(all_rules(rules))
    step("Percelen meten en wegen")
    world = World(layers)
    measured = measure(parcels_of(area, layers["percelen"]), all_rules(rules), world)
    step("Locaties vormen")
    parcels, sites = find_sites(measured, rules, world)
    fictitious = any(sources[name].zekerheid == "fictief" for name in layers)
    return ScanResult(area, rules, parcels, sites, layers, fictitious=fictitious, started_at=started_at)


def fetch(area: Area, rules: Rules, sources: Mapping[str, Source], storage: Storage, step: Step) -> dict[str, Layer]:
    """Read the parcels and every layer that the rules need.

    Raises
    ------
    LocatiescanError
        If a layer does not come whole.
    """
    needed = {"percelen": 0.0, **layers_needed(rules)}
    return {
        name: read_layer(sources[name], area, reach, step(sources[name].titel), storage)
        for name, reach in needed.items()
    }


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
