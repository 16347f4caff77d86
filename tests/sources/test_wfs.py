"""Complete data or a clear stop, whatever the server does. Never a short table."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from locatiescan.errors import CrsError, IncompleteError, SourceError
from locatiescan.model import Area, Layer, Source
from locatiescan.sources import transfer, wfs
from locatiescan.sources.layers import read_layer
from small_world import X, Y, storage
from support.lying_server import REPORT, Answer, Server, feature, serving

AREA = Area("t", "GM0001", shapely.box(X - 5, Y - 5, X + 500, Y + 500))
Query = dict[str, str]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    adapter = transfer._session().get_adapter("http://")
    monkeypatch.setattr(adapter, "max_retries", adapter.max_retries.new(backoff_factor=0, backoff_jitter=0))
    with serving(Server()) as running:
        yield running


def read(server: Server, **changes: object) -> Layer:
    source = Source(
        "dingen",
        "Dingen",
        "wfs",
        "punt",
        "test",
        "CC0",
        "fictief",
        url=server.url,
        typename="test:ding",
        key="id",
        columns={"nummer": "ID", "naam": "naam"},
    )
    return read_layer(replace(source, **changes), AREA, 0.0, lambda received, promised: None, storage())  # type: ignore[arg-type]


def numbers(layer: Layer) -> list[int]:
    assert layer.features is not None
    return sorted(layer.features["nummer"])


def test_all_arrive_over_tiles_and_pages_and_the_proof_is_kept(server: Server) -> None:
    layer = read(server)
    assert numbers(layer) == list(range(400))
    assert layer.pedigree is not None
    assert (layer.pedigree.promised, layer.pedigree.received, layer.pedigree.kept) == (400, 400, 400)
    assert layer.pedigree.licence == "CC0 volgens de dienst"
    pages = [query for query in server.asked if "count" in query]
    assert max(int(query["count"]) for query in pages) == 10
    assert any(query.get("sortby") == "id" for query in pages)
    assert all(query["srsname"] == "urn:ogc:def:crs:EPSG::28992" for query in pages)


def test_the_hash_does_not_depend_on_order_or_tiling(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read(server)
    monkeypatch.setattr(wfs, "PAGES_PER_TILE", 40)
    second = read(server)
    assert first.pedigree is not None
    assert second.pedigree is not None
    assert first.pedigree.sha256 == second.pedigree.sha256


def test_nothing_there_is_an_empty_layer_not_an_error(server: Server) -> None:
    server.points = lambda query: []  # type: ignore[method-assign]
    layer = read(server)
    assert layer.absent is None
    assert numbers(layer) == []


def body_of(answer: Answer) -> dict[str, list[object]]:
    return json.loads(answer[2])


def is_page(query: Query) -> bool:
    return "count" in query


def change_page(change: object) -> object:
    """A lie about the features of every page."""

    def lie(query: Query, answer: Answer) -> Answer:
        if not is_page(query):
            return answer
        body = body_of(answer)
        body["features"] = change(body["features"], query)  # type: ignore[operator]
        return answer[0], answer[1], json.dumps(body).encode()

    return lie


@pytest.mark.parametrize(
    ("what", "change"),
    [
        (
            "loses a row of each page",
            lambda rows, query: rows[:-1] if len(rows) > 1 and query["startindex"] == "0" else rows,
        ),
        ("repeats a row", lambda rows, query: rows[:-1] + rows[:1]),
        ("gives nothing", lambda rows, query: []),
        ("always gives the first page", lambda rows, query: [feature(i, X, Y) for i in range(5)]),
        ("gives one key to all", lambda rows, query: [feature(1, X, Y) for _ in rows]),
    ],
)
def test_a_short_answer_stops_with_the_numbers(server: Server, what: str, change: object) -> None:
    server.lie = change_page(change)  # type: ignore[assignment]
    if what.startswith("loses"):  # paging by what was received asks again for the row that was left out
        assert numbers(read(server)) == list(range(400))
        return
    with pytest.raises(IncompleteError, match=r"zegt \d+ objecten te hebben"):
        read(server)


def test_a_source_that_changes_while_read_is_read_again(server: Server) -> None:
    capabilities_asked: list[int] = []

    def lie(query: Query, answer: Answer) -> Answer:
        if query["request"] == "GetCapabilities":
            capabilities_asked.append(1)
        if is_page(query) and len(capabilities_asked) == 1:
            return answer[0], answer[1], b'{"type": "FeatureCollection", "features": []}'
        return answer

    server.lie = lie
    assert numbers(read(server)) == list(range(400))
    assert len(capabilities_asked) == 2


def on_page(answer: Answer) -> object:
    return lambda query, honest: answer if is_page(query) else honest


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, "text/xml", REPORT.format(text="stuk").encode()), "stuk"),
        ((400, "text/xml", REPORT.format(text="Startindex higher than 50.000").encode()), "50.000"),
        ((200, "text/html", b"<html><body>Onderhoud</body></html>"), "geen hele GeoJSON"),
        ((404, "text/html", b"<html>weg</html>"), "HTTP 404"),
        ((500, "text/plain", b"stuk"), "HTTP 500"),
        ((200, "application/json", b'{"type": "FeatureCollection", "features": [{"type"'), "geen hele GeoJSON"),
        ((200, "application/json", b'{"type": "FeatureCollection"}<<half>>'), "niet volledig"),
        ((200, "application/json", b"0" * 3_000_000), "groter dan"),
    ],
)
def test_what_is_no_page_stops_the_run(
    server: Server, monkeypatch: pytest.MonkeyPatch, answer: Answer, said: str
) -> None:
    monkeypatch.setattr(wfs, "get", lambda url, params: transfer.get(url, params, max_bytes=2_000_000))
    server.lie = on_page(answer)  # type: ignore[assignment]
    with pytest.raises(SourceError, match=said):
        read(server)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(server: Server, status: int) -> None:
    failed: list[int] = []

    def lie(query: Query, answer: Answer) -> Answer:
        if is_page(query) and len(failed) < 2:
            failed.append(status)
            return status, "text/plain", b"druk"
        return answer

    server.headers["Retry-After"] = "0"
    server.lie = lie
    assert numbers(read(server)) == list(range(400))
    assert failed == [status, status]


def test_an_unknown_number_of_hits_is_no_proof(server: Server) -> None:
    server.lie = lambda query, answer: (
        (200, "text/xml", b'<FeatureCollection numberMatched="unknown"/>')
        if query.get("resulttype") == "hits"
        else answer
    )
    with pytest.raises(SourceError, match="niet te bewijzen"):
        read(server)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda rows, query: [feature(1, Y, X)] * len(rows), CrsError),  # swapped axes
        (lambda rows, query: [feature(1, 5.3, 52.1)] * len(rows), CrsError),  # degrees
    ],
)
def test_wrong_coordinates_stop_the_run(server: Server, change: object, error: type[Exception]) -> None:
    server.side, server.lie = 1, change_page(change)  # type: ignore[assignment]
    with pytest.raises(error, match="Rijksdriehoek"):
        read(server)


def test_features_outside_the_asked_box_stop_the_run(server: Server) -> None:
    server.side = 1
    server.lie = change_page(lambda rows, query: [feature(0, X + 90_000, Y)])  # type: ignore[assignment]
    with pytest.raises(SourceError, match="buiten het gevraagde gebied"):
        read(server)


def test_an_entity_bomb_is_refused(server: Server) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><x numberMatched="1">&c;</x>'
    server.lie = lambda query, answer: (200, "text/xml", bomb) if query.get("resulttype") == "hits" else answer
    with pytest.raises(SourceError, match="DTD"):
        read(server)


def test_a_wrong_entry_in_the_catalogue_is_told(server: Server) -> None:
    with pytest.raises(SourceError, match="kent geen typename 'test:anders'; wel: test:ding"):
        read(server, typename="test:anders")
    with pytest.raises(SourceError, match="geeft geen kolom fout; wel: ding, geom, id, naam"):
        read(server, columns={"nummer": "fout"})
    with pytest.raises(SourceError, match="geen vlak zijn"):
        read(server, geometry="vlak")


def test_an_optional_column_may_be_lacking(server: Server) -> None:
    layer = read(server, columns={"nummer": "id", "meer": "fout"}, optional=("meer",))
    assert layer.features is not None
    assert list(layer.features.columns) == ["nummer", "geometry"]
    assert numbers(layer) == list(range(400))


def test_another_prefix_of_the_same_typename_is_found(server: Server) -> None:
    assert numbers(read(server, typename="anders:Ding")) == list(range(400))


def test_a_server_without_geojson_is_told(server: Server) -> None:
    server.format = "text/xml"
    with pytest.raises(SourceError, match="biedt geen GeoJSON aan; wel: text/xml"):
        read(server)


def test_no_plain_http_beyond_this_machine() -> None:
    with pytest.raises(SourceError, match="alleen https"):
        transfer.get("http://example.org/wfs")


def test_the_real_refusals_are_read(real_data: Path) -> None:
    refusal = (real_data / "responses/pdok_wfs/scraping-error_startindex_gt_50000.xml").read_bytes()
    assert "50.000" in (transfer.exception_text(refusal) or "")


def test_a_server_that_clamps_lower_than_it_says_is_paged_to_the_end(server: Server) -> None:
    honest = server.answer
    server.answer = lambda query: (  # type: ignore[method-assign]
        honest(query)
        if query["request"] != "GetCapabilities"
        else (200, "text/xml", honest(query)[2].replace(b"<ows:DefaultValue>10<", b"<ows:DefaultValue>1000<"))
    )
    assert numbers(read(server)) == list(range(400))
    assert {query["count"] for query in server.asked if "count" in query} == {"1000"}


def test_rows_that_change_order_between_pages_are_never_a_short_table(server: Server) -> None:
    calls: list[int] = []

    def shuffled(query: Query) -> list[tuple[int, float, float]]:
        found = Server.points(server, query)
        calls.append(1)
        turn = len(calls) * 7 % max(len(found), 1)
        return found[turn:] + found[:turn]

    server.points = shuffled  # type: ignore[method-assign]
    with pytest.raises(IncompleteError, match="400 objecten te hebben"):
        read(server)


def test_features_on_the_border_of_tiles_come_once(server: Server) -> None:
    source = Source(
        "d", "D", "wfs", "punt", "t", "CC0", "fictief", url=server.url, typename="test:ding", key="id",
        columns={"nummer": "id"},
    )  # fmt: skip
    # the middle of this box, and of its quarters, lies on rows and columns of points
    area = Area("t", "GM0001", shapely.box(X, Y, X + 160, Y + 160))
    layer = read_layer(source, area, 0.0, lambda received, promised: None, storage())
    assert layer.features is not None
    assert layer.features["nummer"].is_unique
    assert len(layer.features) == 17 * 17
    assert layer.pedigree is not None
    assert layer.pedigree.promised == 17 * 17


def test_a_feature_that_moves_between_tiles_while_reading_is_not_lost(server: Server) -> None:
    asked: list[int] = []

    def moving(query: Query) -> list[tuple[int, float, float]]:
        """Point 0 stands in the south-west until the first page was given, and in the north-east from then on."""
        rest = [row for row in Server.points(server, query) if row[0] != 0]
        asked.append(1)
        x, y = (X, Y) if len(asked) < 25 else (X + 195, Y + 195)
        west, south, east, north = (float(edge) for edge in query["bbox"].split(",")[:4])
        return [(0, x, y), *rest] if west <= x <= east and south <= y <= north else rest

    server.points = moving  # type: ignore[method-assign]
    assert numbers(read(server)) == list(range(400))


def test_a_gzip_bomb_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wfs, "get", lambda url, params: transfer.get(url, params, max_bytes=5_000_000))
    server.headers["Content-Encoding"] = "gzip"
    bomb = gzip.compress(b"0" * 100_000_000)
    assert len(bomb) < 200_000
    server.lie = lambda query, answer: (200, "text/xml", bomb)
    with pytest.raises(SourceError, match="groter dan 5 MB"):
        read(server)


def test_a_redirect_to_another_host_without_https_is_refused(server: Server) -> None:
    server.headers["Location"] = "http://example.org/wfs"
    server.lie = lambda query, answer: (302, "text/plain", b"")
    with pytest.raises(SourceError, match="weigert de omleiding naar http://example"):
        read(server)


def test_the_start_index_refusal_and_an_unknown_typename_are_told_apart(server: Server, real_data: Path) -> None:
    refusal = (real_data / "responses/pdok_wfs/scraping-error_startindex_gt_50000.xml").read_bytes()
    server.lie = on_page((400, "text/xml", refusal))  # type: ignore[assignment]
    with pytest.raises(SourceError, match=r"50\.000"):
        read(server)
    with pytest.raises(SourceError, match="kent geen typename"):
        read(server, typename="test:weg")
