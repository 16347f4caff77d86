"""What every protocol gives: pages of features, and what the service said there would be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import orjson
import pandas as pd
import shapely

from locatiescan.crs import RD
from locatiescan.errors import IncompleteError, SourceError
from locatiescan.model import Source
from locatiescan.sources.transfer import excerpt

Bounds = tuple[float, float, float, float]
Progress = Callable[[int, int | None], None]
"""Called with features received so far and promised (None where not said)."""
Pages = Iterator[gpd.GeoDataFrame]
Keep = Callable[[str, int, Callable[[], gpd.GeoDataFrame]], gpd.GeoDataFrame]
"""Called with what a part is of, how many features it has, and how to fetch it; may give what was kept before."""


def fetch_now(part: str, count: int, fetch: Callable[[], gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Keep nothing."""
    return fetch()


@dataclass
class Promise:
    """One reading of a source: what the service says of itself and of the asked area, filled as pages are read."""

    matched: int | None = None
    """How many features the service says it has; None where it does not say."""
    licence: str = ""
    """Licence in the service's own words."""
    notes: list[str] = field(default_factory=list)
    """What a reader of the outcome must know, in Dutch."""
    keep: Keep = fetch_now
    """Each part that can be fetched by itself goes through here, so that a broken run can go on where it stopped."""


def geojson_page(content: bytes, origin: str) -> gpd.GeoDataFrame:
    """Read a GeoJSON FeatureCollection in RD New, every property as it was sent.

    Raises
    ------
    SourceError
        If the content is cut off, is no FeatureCollection, or a feature has no geometry object.
    """
    return geojson_document(content, origin)[0]


def geojson_document(content: bytes, origin: str) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Read a page as `geojson_page`, with the document itself, for its links and counts."""
    try:
        collection = orjson.loads(content)
        features = collection["features"]
        geometries = [
            orjson.dumps(feature["geometry"]).decode() if feature["geometry"] else None for feature in features
        ]
        properties = pd.DataFrame([feature["properties"] or {} for feature in features], dtype=object)
        return gpd.GeoDataFrame(properties, geometry=shapely.from_geojson(geometries), crs=RD), collection
    except (ValueError, KeyError, TypeError, shapely.GEOSException) as error:
        raise SourceError(f"{origin}: het antwoord is geen hele GeoJSON-verzameling: {excerpt(content)}") from error


def find_column(frame: gpd.GeoDataFrame, wanted: str, source: Source) -> str:
    """Name in the frame of a column that the catalogue names; case does not matter.

    Raises
    ------
    SourceError
        Naming layer, column and what there is.
    """
    known = {str(column).casefold(): str(column) for column in frame.columns if column != frame.geometry.name}
    if wanted.casefold() not in known:
        raise SourceError(
            f"laag {source.name}: {source.url} geeft geen kolom '{wanted}'; wel: {', '.join(sorted(known.values()))}. "
            "Pas columns of key aan in de catalogus."
        )
    return known[wanted.casefold()]


def key_of(frame: gpd.GeoDataFrame, source: Source) -> pd.Series:
    """Unique key per feature as text, from one or more columns of the service."""
    parts = [frame[find_column(frame, part, source)].astype(str) for part in (source.key or "").split("+")]
    key = parts[0]
    for part in parts[1:]:
        key = key + "|" + part
    return key


def unique(pages: Pages, source: Source, promise: Promise, progress: Progress) -> gpd.GeoDataFrame:
    """Join pages, drop what came twice over a tile border, and prove that all arrived.

    Raises
    ------
    IncompleteError
        If the unique features received are not as many as the service promised.
    """
    parts: list[gpd.GeoDataFrame] = []
    received = 0
    for page in pages:
        if len(page):
            parts.append(page)
            received += len(page)
            progress(received, promise.matched)
    joined = pd.concat(parts, ignore_index=True) if parts else gpd.GeoDataFrame(geometry=[], crs=RD)
    joined = joined[~key_of(joined, source).duplicated()] if parts else joined
    if promise.matched is not None and len(joined) != promise.matched:
        raise IncompleteError(
            f"laag {source.name}: {source.url} zegt {promise.matched} objecten te hebben, maar er kwamen "
            f"{len(joined)} verschillende. Probeer het opnieuw; blijft het zo, controleer dan 'key' ({source.key})."
        )
    return gpd.GeoDataFrame(joined.reset_index(drop=True), geometry="geometry", crs=RD)
