"""OGC API Features as PDOK runs it: follow ``next`` to the letter, until it ends.

The service says no total, so completeness rests on the chain of links: a loop, a repeated page or an
answer in another coordinate system stops the run. Larger limits than 1000 are lowered without a word.
"""

from __future__ import annotations

import json
from urllib.parse import urljoin, urlsplit

from locatiescan.crs import RD_URI
from locatiescan.errors import IncompleteError, SourceError
from locatiescan.model import Source
from locatiescan.sources.page import Bounds, Pages, Promise, geojson_document
from locatiescan.sources.transfer import excerpt, get

LIMIT = 1000


def read(source: Source, bounds: Bounds, promise: Promise) -> Pages:
    """Yield the features of a collection that touch a box.

    Parameters
    ----------
    source : Source
        ``url`` is the landing page, ``typename`` the collection.
    bounds : tuple of float
        West, south, east, north in RD metres.
    promise : Promise
        Gets ``numberMatched`` where the service gives it.

    Raises
    ------
    SourceError
        If the service refuses or does not answer in RD New.
    IncompleteError
        If the chain of pages bites its own tail.
    """
    address: str | None = f"{(source.url or '').rstrip('/')}/collections/{source.typename}/items"
    query: dict[str, str] | None = {
        "f": "json",
        "limit": str(LIMIT),
        "bbox": ",".join(f"{edge:.3f}" for edge in bounds),
        "bbox-crs": RD_URI,
        "crs": RD_URI,
    }
    visited: set[str] = set()
    while address:
        response = get(address, query)
        if response.status_code >= 400:
            raise SourceError(f"{address}: HTTP {response.status_code}: {_problem(response.content)}")
        content_crs = response.headers.get("Content-Crs", "").strip("<>")
        if content_crs != RD_URI:
            raise SourceError(f"{address}: antwoordt in '{content_crs or 'CRS84'}' in plaats van {RD_URI}")
        page, body = geojson_document(response.content, address)
        promise.matched = body.get("numberMatched", promise.matched)
        visited.add(response.url)
        yield page
        address, query = _next(body, response.url), None  # the link is followed verbatim
        if address in visited:
            raise IncompleteError(f"laag {source.name}: {address} verwijst terug naar een eerdere pagina")


def _next(body: dict[str, object], here: str) -> str | None:
    links = body.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "next":
            target = urljoin(here, str(link.get("href")))
            if urlsplit(target).netloc != urlsplit(here).netloc:
                raise SourceError(f"{here}: de volgende pagina ligt op een andere server ({urlsplit(target).netloc})")
            return target
    return None


def _problem(content: bytes) -> str:
    try:
        problem = json.loads(content)
        # PDOK writes title and detail (RFC 9457); the standard's own schema has code and description
        said = [problem.get(key, "") for key in ("title", "detail", "code", "description")]
        return " ".join(str(part) for part in said if part) or excerpt(content)
    except (ValueError, AttributeError):
        return excerpt(content)
