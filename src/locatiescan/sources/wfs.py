"""WFS 2.0: ask how many, split the area until each tile fits, page, and hand over page by page.

PDOK lowers a larger ``count`` to 1000 without a word, refuses ``startIndex`` above 50 000 and orders rows
as it likes, so a short page proves nothing. The number of hits does.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import geopandas as gpd
import pandas as pd
from owslib.feature.wfs200 import WebFeatureService_2_0_0

from locatiescan.crs import RD_URN
from locatiescan.errors import IncompleteError, SourceError
from locatiescan.model import Source
from locatiescan.sources.page import Bounds, Pages, Promise, geojson_page
from locatiescan.sources.transfer import CONNECTIONS, exception_text, excerpt, get, parse_xml

START_INDEX_CEILING = 45_000
"""PDOK refuses a startIndex above 50 000; some margin for a source that grows while it is read."""
MAX_PAGE = 5_000
"""A page no larger than this whatever the server allows, so that memory and time-outs stay bounded."""
PAGES_PER_TILE = 10
"""Tiles beat paging by start index, but each tile costs a request for its hits; measured in ``benchmarks/fetch.py``."""
SMALLEST_TILE_M = 25.0


@dataclass(frozen=True)
class Service:
    """What a WFS says of itself, as far as reading needs it."""

    url: str
    typename: str
    page_size: int
    format: str
    licence: str


def read(source: Source, bounds: Bounds, promise: Promise) -> Pages:
    """Yield the features of a source that touch a box.

    Parameters
    ----------
    source : Source
        With url, typename and key.
    bounds : tuple of float
        West, south, east, north in RD metres.
    promise : Promise
        Gets the service's own count for the box, and its licence.

    Raises
    ------
    SourceError
        If the service refuses, or answers with something else than it should.
    """
    service = describe(source)
    promise.licence = service.licence
    promise.matched = hits(service, bounds)
    if promise.matched == 0:
        return
    pool = ThreadPoolExecutor(CONNECTIONS)
    try:
        waiting = deque([pool.submit(_node, service, source, promise, bounds, promise.matched)])
        while waiting:
            found = waiting.popleft().result()
            if isinstance(found, gpd.GeoDataFrame):
                yield found
            else:
                waiting.extend(pool.submit(_node, service, source, promise, part, None) for part in found)
    finally:
        pool.shutdown(cancel_futures=True)


def describe(source: Source) -> Service:
    """Read the capabilities and hold them against the catalogue.

    Raises
    ------
    SourceError
        If the typename is not offered, or no GeoJSON is.
    """
    url = source.url or ""
    content = _ask(url, {"request": "GetCapabilities"})
    root = parse_xml(content, url)
    try:
        offered = WebFeatureService_2_0_0(url, "2.0.0", content, False)
    except Exception as error:  # OWSLib raises whatever a missing element causes
        raise SourceError(f"{url}: de capabilities zijn niet te begrijpen ({error}): {excerpt(content)}") from error
    licence = " ".join((offered.identification.accessconstraints or "").split())
    typename = _typename(source, list(offered.contents))
    _check_columns(url, typename, source)
    return Service(url, typename, _page_size(root), _json_format(offered, root, typename, url), licence)


def hits(service: Service, bounds: Bounds) -> int:
    """How many features touch a box, as the service counts them.

    Raises
    ------
    SourceError
        If the service gives no number.
    """
    # no outputFormat: MapServer crashes on hits with JSON, and PDOK answers XML whatever is asked
    content = _ask(service.url, _get_feature(service, bounds) | {"resultType": "hits"})
    number = parse_xml(content, service.url).get("numberMatched", "")
    if not number.isdigit():
        raise SourceError(
            f"{service.url}: noemt geen aantal (numberMatched='{number}'), dus volledigheid is niet te bewijzen"
        )
    return int(number)


def _node(
    service: Service, source: Source, promise: Promise, bounds: Bounds, matched: int | None
) -> gpd.GeoDataFrame | list[Bounds]:
    """Read a box that fits in a few pages, or give its quarters; a box without features has none."""
    count = hits(service, bounds) if matched is None else matched
    if not count:
        return []
    west, south, east, north = bounds
    small = max(east - west, north - south) < SMALLEST_TILE_M
    if count <= (START_INDEX_CEILING if small else min(PAGES_PER_TILE * service.page_size, START_INDEX_CEILING)):
        return promise.keep(str(bounds), count, lambda: _tile(service, source, bounds, count))
    if small:
        raise SourceError(f"{service.url}: {count} objecten op {east - west:.0f} m; dat is niet in delen te lezen")
    x, y = (west + east) / 2, (south + north) / 2
    return [(west, south, x, y), (x, south, east, y), (west, y, x, north), (x, y, east, north)]


def _tile(service: Service, source: Source, bounds: Bounds, matched: int) -> gpd.GeoDataFrame:
    """Read one tile whole: by start index until as many rows have come as were promised."""
    query = _get_feature(service, bounds) | {"outputFormat": service.format, "count": str(service.page_size)}
    if matched > service.page_size:
        query["sortBy"] = (source.key or "").replace("+", ",")
    pages: list[gpd.GeoDataFrame] = []
    received = 0
    while received < matched:
        page = geojson_page(_ask(service.url, query | {"startIndex": str(received)}), service.url)
        if not len(page):
            raise IncompleteError(
                f"laag {source.name}: {service.url} zegt {matched} objecten te hebben in "
                f"{tuple(round(edge) for edge in bounds)}, maar stopt na {received}"
            )
        pages.append(page)
        received += len(page)
    return pages[0] if len(pages) == 1 else pd.concat(pages, ignore_index=True)


def _get_feature(service: Service, bounds: Bounds) -> dict[str, str]:
    return {
        "request": "GetFeature",
        "typeNames": service.typename,
        "srsName": RD_URN,
        "bbox": ",".join(f"{edge:.3f}" for edge in bounds) + f",{RD_URN}",
    }


def _ask(url: str, query: dict[str, str]) -> bytes:
    """Ask a WFS; an exception report or a status of 400 and above is an error whatever it is dressed as."""
    response = get(url, {"service": "WFS", "version": "2.0.0"} | query)
    content = response.content
    said = exception_text(content) if content.lstrip()[:1] == b"<" else None
    if said or response.status_code >= 400:
        raise SourceError(f"{url}: HTTP {response.status_code}: {said or excerpt(content)}")
    return content


def _typename(source: Source, offered: list[str]) -> str:
    """Typename as the service spells it; the prefix differs between servers of the same data."""
    wanted = source.typename or ""
    bare = {name.rpartition(":")[2].casefold(): name for name in offered}
    match = next((name for name in offered if name == wanted), None) or bare.get(wanted.rpartition(":")[2].casefold())
    if match is None:
        raise SourceError(
            f"laag {source.name}: {source.url} kent geen typename '{wanted}'; wel: {', '.join(sorted(offered))}"
        )
    return match


def _check_columns(url: str, typename: str, source: Source) -> None:
    """Hold the columns and key that the catalogue names against the schema, before anything is fetched."""
    schema = parse_xml(_ask(url, {"request": "DescribeFeatureType", "typeNames": typename}), url)
    offered = {element.get("name", "").casefold() for element in schema.iterfind(".//{*}element")} - {""}
    needed = [theirs for ours, theirs in source.columns.items() if ours not in source.optional]
    wanted = [*needed, *(source.key or "").split("+")]
    absent = sorted({name for name in wanted if name and name.casefold() not in offered})
    if absent and offered:
        raise SourceError(
            f"laag {source.name}: {url} geeft geen kolom {', '.join(absent)}; wel: {', '.join(sorted(offered))}. "
            "Pas columns of key aan in de catalogus."
        )


def _page_size(capabilities: Element) -> int:
    default = capabilities.findtext(".//{*}Constraint[@name='CountDefault']/{*}DefaultValue") or ""
    return min(int(default), MAX_PAGE) if default.strip().isdigit() else 1000


def _json_format(offered: WebFeatureService_2_0_0, capabilities: Element, typename: str, url: str) -> str:
    """A GeoJSON format as the service spells it, for the operation or, as PDOK may, for the feature type only."""
    formats = [
        *offered.getOperationByName("GetFeature").parameters.get("outputFormat", {}).get("values", []),
        *(
            element.text or ""
            for kind in capabilities.iterfind(".//{*}FeatureType")
            if (kind.findtext("{*}Name") or "").strip() == typename
            for element in kind.iterfind("{*}OutputFormats/{*}Format")
        ),
    ]
    for name in ("application/json", "geojson", "json"):
        if name in formats:
            return name
    match = next((name for name in formats if "json" in name.lower()), None)
    if match is None:
        raise SourceError(f"{url}: biedt geen GeoJSON aan; wel: {', '.join(formats)}")
    return match
