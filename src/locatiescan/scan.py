"""The heart: a municipality, its layers and a rules file become one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import geopandas as gpd
import shapely

from locatiescan.analysis.distance import reach_of
from locatiescan.analysis.measures import measure
from locatiescan.analysis.rules import judge
from locatiescan.config.rules import all_rules
from locatiescan.crs import RD
from locatiescan.errors import SourceError
from locatiescan.model import Area, Layer, Rules, ScanResult, Source, Storage
from locatiescan.sources.areas import find_area, read_boundaries
from locatiescan.sources.layers import read_layer
from locatiescan.sources.page import Progress

Step = Callable[[str], Progress]
"""Called with the title of a step; gives what is told of its progress."""


def scan(
    gemeente: str, rules: Rules, sources: Mapping[str, Source], storage: Storage, started_at: str, step: Step
) -> ScanResult:
    """Judge every parcel of a municipality.

    Parameters
    ----------
    gemeente : str
        Name or CBS code.
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
    area, layers = fetch(gemeente, rules, sources, storage, step)
    step("Percelen meten en wegen")
    parcels = parcels_of(area, layers["percelen"])
    judged = judge(measure(parcels, all_rules(rules), layers), rules)
    fictitious = any(sources[name].zekerheid == "fictief" for name in layers)
    return ScanResult(area, rules, judged, layers, fictitious, started_at)


def fetch(
    gemeente: str, rules: Rules, sources: Mapping[str, Source], storage: Storage, step: Step
) -> tuple[Area, dict[str, Layer]]:
    """Find a municipality and read every layer that its scan needs.

    Raises
    ------
    LocatiescanError
        If the name is not that of one municipality, or a layer does not come whole.
    """
    source = sources["gemeentegrens"]
    boundaries = read_boundaries(source, step(source.titel), storage)
    area = find_area(gemeente, boundaries)
    own = {"code": [area.code], "naam": [area.name], "geometry": [area.boundary]}
    layers = {"gemeentegrens": replace(boundaries, features=gpd.GeoDataFrame(own, crs=RD))}
    for name, reach in {"percelen": 0.0, **layers_needed(rules)}.items():
        layers[name] = read_layer(sources[name], area, reach, step(sources[name].titel), storage)
    return area, layers


def layers_needed(rules: Rules) -> dict[str, float]:
    """Layers the rules name, with how far beyond the municipality each must be read, in metres."""
    needed: dict[str, float] = {}
    for rule in all_rules(rules):
        if rule.layer:
            needed[rule.layer] = max(
                needed.get(rule.layer, 0.0), reach_of(rule) if rule.measure == "distance_m" else 0.0
            )
        for item in rule.exclude:
            needed[item.layer] = max(needed.get(item.layer, 0.0), item.buffer_m)
    return needed


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
