"""ArcGIS REST, as provinces run it: first every object's number, then the objects, by number.

An ArcGIS server answers mistakes with HTTP 200, gives at most ``maxRecordCount`` objects without further ado, and
in GeoJSON may fall back to degrees. So numbers are asked first and counted, objects are asked by number, and they
come in Esri's own JSON, which honours ``outSR``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import geopandas as gpd
import pandas as pd
import shapely

from locatiescan.crs import RD, check_rd
from locatiescan.errors import IncompleteError, SourceError
from locatiescan.model import Source
from locatiescan.sources.esri import geometries
from locatiescan.sources.page import Bounds, Pages, Promise
from locatiescan.sources.transfer import CONNECTIONS, MAX_BYTES, excerpt, get

MAX_BATCH = 500
DEFAULT_RECORD_COUNT = 1000
URL_CHARS = 1800
"""Some servers and proxies refuse a longer address."""
INFO_BYTES = 20_000_000
IDS_BYTES = 50_000_000
RD_WKID = 28992
TOKEN_CODES = (498, 499)
LICENCE = re.compile(r"\bcc[ -]?(0|by)|creative ?commons|licen[cst]|publiek domein|public domain", re.IGNORECASE)

Json = dict[str, Any]


@dataclass(frozen=True)
class Service:
    """One layer of a service."""

    address: str
    batch: int
    """Objects per request."""
    id_field: str
    """Column of the object number."""


def read(source: Source, bounds: Bounds, promise: Promise) -> Pages:
    """Yield the features of a layer that touch a box.

    Parameters
    ----------
    source : Source
        ``url`` is a MapServer or FeatureServer with the layer's number or name in ``typename``, or the address of
        the layer itself.
    bounds : tuple of float
        West, south, east, north in RD metres.
    promise : Promise
        Gets the number of object ids for the box, and the service's licence or credit line.

    Raises
    ------
    SourceError
        If the service refuses, has no such layer, or answers in another coordinate system.
    IncompleteError
        If its ids and its own count differ, or other objects come than were asked.
    CrsError
        If coordinates are not RD New, whatever the service says of them.
    """
    address, info = _layer(source)
    _credit(str(info.get("copyrightText") or ""), promise)
    ids, id_field = _ids(address, bounds)
    promise.matched = len(ids)
    service = Service(address, _batch_size(info), str(id_field or info.get("objectIdField") or "OBJECTID"))
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        yield from pool.map(
            lambda batch: promise.keep(f"ids {batch}", len(batch), partial(_page, service, batch)),
            _batches(service, ids),
        )


def _layer(source: Source) -> tuple[str, Json]:
    """Address and description of the layer that the catalogue names."""
    url = (source.url or "").rstrip("/")
    described = _ask(url, {}, INFO_BYTES)
    if not url.casefold().endswith("server"):
        _find(source, [described], source.typename or str(described.get("id")))
        return url, described
    offered = [layer for layer in _list(described, "layers") if isinstance(layer, dict)]
    number = _find(source, offered, source.typename or "")
    return f"{url}/{number}", _ask(f"{url}/{number}", {}, INFO_BYTES)


def _find(source: Source, offered: list[Json], wanted: str) -> int:
    """Number of the one layer with this number or name."""
    matches = [layer for layer in offered if str(layer.get("id")) == wanted]
    matches = matches or [layer for layer in offered if str(layer.get("name")).casefold() == wanted.casefold()]
    there = ", ".join(f"{layer.get('id')} ({layer.get('name')})" for layer in matches or offered)
    if len(matches) != 1 or type(matches[0].get("id")) is not int:
        problem = f"meer dan een laag '{wanted}'; noem het nummer" if len(matches) > 1 else f"geen laag '{wanted}'; wel"
        raise SourceError(f"laag {source.name}: {source.url} heeft {problem}: {there or 'geen enkele'}")
    if matches[0].get("subLayerIds"):
        raise SourceError(f"laag {source.name}: laag '{wanted}' van {source.url} is een groep van lagen; kies er een")
    return matches[0]["id"]


def _credit(text: str, promise: Promise) -> None:
    """Most services name their owner in the copyright text; only some name a licence."""
    said = " ".join(text.split())[:2000]
    if LICENCE.search(said):
        promise.licence = said
    elif said:
        promise.notes.append(f"De dienst noemt als rechthebbende: {said}")


def _batch_size(info: Json) -> int:
    allowed = info.get("maxRecordCount")
    return min(MAX_BATCH, allowed if type(allowed) is int and allowed > 0 else DEFAULT_RECORD_COUNT)


def _ids(address: str, bounds: Bounds) -> tuple[list[int], object]:
    """Object numbers in a box, and their column; as many as the service counts, or the run stops."""
    query = {
        "where": "1=1",
        "geometry": ",".join(f"{edge:.3f}" for edge in bounds),
        "geometryType": "esriGeometryEnvelope",
        "inSR": str(RD_WKID),
        "spatialRel": "esriSpatialRelIntersects",
    }
    found = _ask(f"{address}/query", query | {"returnIdsOnly": "true"}, IDS_BYTES)
    count = _ask(f"{address}/query", query | {"returnCountOnly": "true"}, INFO_BYTES)
    ids, number = _list(found, "objectIds"), _member(count, "count")
    if any(type(each) is not int for each in ids) or type(number) is not int:
        raise SourceError(f"{address} geeft geen objectnummers of geen aantal, dus volledigheid is niet te bewijzen")
    if len(set(ids)) != number or len(ids) != number or _member(found, "exceededTransferLimit"):
        raise IncompleteError(
            f"{address} zegt {number} objecten te hebben, maar geeft {len(ids)} nummers, waarvan {len(set(ids))} "
            "verschillende"
        )
    return sorted(ids), _member(found, "objectIdFieldName")


def _batches(service: Service, ids: list[int]) -> Iterator[list[int]]:
    """Numbers in order, in parts that fit the service's limit and an address."""
    room = URL_CHARS - len(_address(f"{service.address}/query", _page_query([])))
    batch: list[int] = []
    length = 0
    for number in ids:
        if batch and (len(batch) == service.batch or length + len(str(number)) + 1 > room):
            yield batch
            batch, length = [], 0
        batch.append(number)
        length += len(str(number)) + 1
    if batch:
        yield batch


def _page_query(batch: list[int]) -> dict[str, str]:
    return {
        "objectIds": ",".join(map(str, batch)),
        "outFields": "*",
        "outSR": str(RD_WKID),
        "returnGeometry": "true",
        "returnTrueCurves": "false",
    }


def _page(service: Service, batch: list[int]) -> gpd.GeoDataFrame:
    """The objects with these numbers, and no others."""
    body = _ask(f"{service.address}/query", _page_query(batch), MAX_BYTES)
    where = service.address
    features = _list(body, "features")
    system = body.get("spatialReference")
    if not isinstance(system, dict) or RD_WKID not in (system.get("wkid"), system.get("latestWkid")):
        raise SourceError(f"{where} antwoordt in {system or 'een onbekend stelsel'} in plaats van EPSG:{RD_WKID}")
    if body.get("exceededTransferLimit"):
        raise IncompleteError(f"{where} breekt af op zijn eigen grens: {len(batch)} gevraagd, {len(features)} gekregen")
    try:
        rows = [dict(feature["attributes"]) for feature in features]
        shapes = geometries([feature.get("geometry") for feature in features], where)
    except (ValueError, KeyError, TypeError, AttributeError, shapely.GEOSException) as error:
        raise SourceError(f"{where} geeft objecten die niet te lezen zijn: {error!r}") from error
    _check_ids(where, batch, [_number_of(row, service) for row in rows])
    page = gpd.GeoDataFrame(pd.DataFrame(rows, dtype=object), geometry=shapes, crs=RD)
    check_rd(page, where)
    return page


def _number_of(row: Json, service: Service) -> int | None:
    wanted = service.id_field.casefold()
    value = next((value for name, value in row.items() if name.casefold() == wanted), None)
    return value if type(value) is int else None


def _check_ids(where: str, asked: list[int], got: list[int | None]) -> None:
    lost, strange = set(asked) - set(got), set(got) - set(asked)
    if lost or strange or len(got) != len(asked):
        examples = ", ".join(map(str, sorted(lost)[:3]))
        raise IncompleteError(
            f"{where}: {len(asked)} objecten gevraagd, {len(got)} gekregen; {len(lost)} ontbreken"
            f"{f' ({examples})' if lost else ''}, {len(strange)} niet gevraagd, {len(got) - len(set(got))} dubbel"
        )


def _ask(url: str, query: dict[str, str], max_bytes: int) -> Json:
    """Ask for JSON; an error is one whatever its status."""
    response = get(_address(url, query), max_bytes=max_bytes)
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise SourceError(f"{url}: HTTP {response.status_code}, geen JSON: {excerpt(response.content)}")
    error = body.get("error")
    if error is None and response.status_code < 400:
        return body
    code, said = (error.get("code"), _words(error)) if isinstance(error, dict) else (response.status_code, str(error))
    if code in TOKEN_CODES:
        raise SourceError(f"{url} is alleen met een token te lezen ({code}: {said}); dat kan hier niet")
    raise SourceError(f"{url}: fout {code}: {said}")


def _words(error: Json) -> str:
    details = error.get("details")
    said = [error.get("message"), *(details if isinstance(details, list) else [details])]
    return " ".join(" ".join(str(part) for part in dict.fromkeys(map(str, filter(None, said)))).split())[:500]


def _address(url: str, query: dict[str, str]) -> str:
    return f"{url}?{urlencode({'f': 'json'} | query, safe=',')}"


def _member(body: Json, name: str) -> Any:
    """A member of an answer, or of its ``properties``."""
    properties = body.get("properties")
    return body.get(name, properties.get(name) if isinstance(properties, dict) else None)


def _list(body: Json, name: str) -> list[Any]:
    found = _member(body, name)
    return found if isinstance(found, list) else []
