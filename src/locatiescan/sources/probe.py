"""Ask a service whether it still is what the catalogue says, without fetching its data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from locatiescan.errors import SourceError
from locatiescan.model import Source
from locatiescan.sources import wfs
from locatiescan.sources.gml import files_of
from locatiescan.sources.transfer import excerpt, get, head


def probe(source: Source) -> list[str]:
    """What a source says of itself, in Dutch.

    Raises
    ------
    SourceError
        Naming what no longer matches: address, typename, column or format.
    """
    return PROBES.get(source.protocol, _web)(source)


def _wfs(source: Source) -> list[str]:
    service = wfs.describe(source)
    return [f"typename {service.typename}", f"{service.page_size} per pagina", service.format, service.licence]


def _ogcapi(source: Source) -> list[str]:
    address = f"{(source.url or '').rstrip('/')}/collections/{source.typename}"
    response = get(address, {"f": "json"})
    if response.status_code >= 400:
        raise SourceError(f"{address}: HTTP {response.status_code}: {excerpt(response.content)}")
    try:
        collection = json.loads(response.content)
        return [f"collectie {collection['id']}", *collection.get("crs", [])[:1]]
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{address}: is geen OGC API-collectie: {excerpt(response.content)}") from error


def _web(source: Source) -> list[str]:
    status, size = head(source.url or "")
    if status >= 400:
        raise SourceError(f"{source.url}: HTTP {status}")
    return [f"bereikbaar, {size} bytes" if size else "bereikbaar"]


def _file(source: Source) -> list[str]:
    if not Path(source.url or "").exists():
        raise SourceError(f"{source.url}: het bestand bestaat niet")
    return ["bestand aanwezig"]


def _local(source: Source) -> list[str]:
    return [f"{len(files_of(source))} bestanden"]


def _none(source: Source) -> list[str]:
    return [f"geen dienst bekend: {source.toelichting or ''}"]


PROBES: Mapping[str, Callable[[Source], list[str]]] = {
    "wfs": _wfs,
    "ogcapi": _ogcapi,
    "file": _file,
    "plannen": _local,
    "gml": _local,
    "geen": _none,
}
