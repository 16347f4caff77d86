"""OGC API Features as GoKoala runs it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import shapely

from locatiescan.crs import RD_URI
from locatiescan.errors import IncompleteError, SourceError
from locatiescan.model import Area, Layer, Source
from locatiescan.sources.layers import read_layer
from small_world import X, Y, storage
from support.lying_server import Answer, Server, feature, serving

AREA = Area("t", "GM0001", shapely.box(X - 5, Y - 5, X + 500, Y + 500))


class Pages(Server):
    """Three pages of four, each linking to the next."""

    last = 2
    next_of: dict[int, int]

    def answer(self, query: dict[str, str]) -> Answer:
        self.asked.append(query)
        page = int(query.get("cursor", 0))
        following = self.next_of.get(page) if hasattr(self, "next_of") else page + 1 if page < self.last else None
        body = {
            "type": "FeatureCollection",
            "numberReturned": 4,
            "features": [feature(4 * page + i, X + i, Y) for i in range(4)],
            "links": [] if following is None else [{"rel": "next", "href": f"items?cursor={following}&f=json"}],
        }
        return 200, "application/geo+json", json.dumps(body).encode()


@pytest.fixture
def server() -> Iterator[Pages]:
    pages = Pages()
    pages.headers["Content-Crs"] = f"<{RD_URI}>"
    with serving(pages):
        yield pages


def read(server: Server) -> Layer:
    source = Source(
        "dingen", "Dingen", "ogcapi", "punt", "test", "CC0", "fictief", url=server.url, typename="ding", key="id",
        columns={"nummer": "id"},
    )  # fmt: skip
    return read_layer(source, AREA, 0.0, lambda received, promised: None, storage())


def test_the_chain_of_pages_is_followed_to_its_end(server: Pages) -> None:
    layer = read(server)
    assert layer.features is not None
    assert sorted(layer.features["nummer"]) == list(range(12))
    assert server.asked[0]["crs"] == server.asked[0]["bbox-crs"] == RD_URI
    assert server.asked[1] == {"cursor": "1", "f": "json"}  # the link and nothing but the link


def test_a_loop_of_cursors_stops_the_run(server: Pages) -> None:
    server.next_of = {0: 1, 1: 2, 2: 1}
    with pytest.raises(IncompleteError, match="verwijst terug"):
        read(server)


def test_another_system_than_asked_stops_the_run(server: Pages) -> None:
    server.headers["Content-Crs"] = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    with pytest.raises(SourceError, match="in plaats van"):
        read(server)


def test_a_refusal_is_told_in_the_services_own_words(server: Pages) -> None:
    problem = json.dumps({"title": "Bad Request", "detail": "unknown query parameter", "status": 400}).encode()
    server.lie = lambda query, answer: (400, "application/problem+json", problem)
    with pytest.raises(SourceError, match="HTTP 400: Bad Request unknown query parameter"):
        read(server)


def test_a_page_on_another_host_is_not_followed(server: Pages) -> None:
    def lie(query: dict[str, str], answer: Answer) -> Answer:
        return answer[0], answer[1], answer[2].replace(b'"items?', b'"https://example.org/items?')

    server.lie = lie
    with pytest.raises(SourceError, match="andere server"):
        read(server)
