"""ArcGIS REST as provinces run it, and each way in which it can mislead."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from locatiescan.errors import CrsError, IncompleteError, SourceError
from locatiescan.model import Source
from locatiescan.sources import arcgis
from locatiescan.sources.page import Promise, unique
from small_world import X, Y
from support.lying_server import Answer, Server, serving

BOUNDS = (X, Y, X + 500, Y + 500)
LAYERS = [
    {"id": 0, "name": "Landschap", "subLayerIds": [3, 7]},
    {"id": 3, "name": "BPL vlakken", "subLayerIds": None},
    {"id": 7, "name": "dubbel"},
    {"id": 8, "name": "Dubbel"},
]


def square(west: float, south: float, side: float, clockwise: bool = True) -> list[list[float]]:
    ring = [[0, 0], [0, side], [side, side], [side, 0], [0, 0]]
    return [[X + west + x, Y + south + y] for x, y in (ring if clockwise else ring[::-1])]


class ArcGis(Server):
    """One layer of objects by number; the same document describes the service and its layer."""

    info: dict[str, Any]
    shapes: dict[int, Any]

    def answer(self, query: dict[str, str]) -> Answer:
        self.asked.append(query)
        return 200, "application/json", json.dumps(self.body(query)).encode()

    def body(self, query: dict[str, str]) -> dict[str, Any]:
        if "returnidsonly" in query:
            return {"objectIdFieldName": "OBJECTID", "objectIds": list(self.shapes)[::-1] or None}
        if "returncountonly" in query:
            return {"count": len(self.shapes)}
        if "objectids" not in query:
            return self.info
        return {
            "spatialReference": {"wkid": 28992, "latestWkid": 28992},
            "features": [
                {"attributes": {"OBJECTID": i, "naam": f"n{i}"}, "geometry": self.shapes[i]}
                for i in map(int, query["objectids"].split(","))
            ],
        }


@pytest.fixture
def server() -> Iterator[ArcGis]:
    arc = ArcGis()
    arc.info = {"layers": LAYERS, "id": 3, "name": "BPL vlakken", "maxRecordCount": 4, "copyrightText": " Provincie "}
    arc.shapes = {i: {"x": X + i, "y": Y + 1} for i in range(1, 11)}
    with serving(arc):
        yield arc


def source_of(server: Server, **other: Any) -> Source:
    source = Source(
        "bpl", "BPL", "arcgis", "vlak", "t", "CC0", "fictief", url=f"{server.url}/MapServer", key="objectid"
    )
    return replace(source, **{"typename": "3"} | other)


def read(server: Server, promise: Promise | None = None, **other: Any) -> gpd.GeoDataFrame:
    source, promise = source_of(server, **other), promise or Promise()
    return unique(arcgis.read(source, BOUNDS, promise), source, promise, lambda received, promised: None)


def lie(server: Server, to: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Let the server change its answers to the requests that have a parameter."""

    def lying(query: dict[str, str], answer: Answer) -> Answer:
        body = json.loads(answer[2])
        if to in query:
            change(body)
        return answer[0], answer[1], json.dumps(body).encode()

    server.lie = lying


def shape_of(server: ArcGis, geometry: dict[str, Any] | None) -> Any:
    server.shapes = {1: geometry}
    return read(server).geometry.iloc[0]


def test_objects_are_asked_by_number_in_batches_the_server_allows(server: ArcGis) -> None:
    promise = Promise()
    kept: list[tuple[str, int]] = []
    promise.keep = lambda part, count, fetch: (kept.append((part, count)), fetch())[1]
    frame = read(server, promise)
    assert list(frame["OBJECTID"]) == list(range(1, 11))
    assert list(frame["naam"]) == [f"n{i}" for i in range(1, 11)]
    assert (promise.matched, sorted(kept)) == (
        10,
        [("ids [1, 2, 3, 4]", 4), ("ids [5, 6, 7, 8]", 4), ("ids [9, 10]", 2)],
    )
    pages = sorted((query for query in server.asked if "objectids" in query), key=lambda query: len(query["objectids"]))
    assert pages[-1] | {"objectids": ""} == {
        "f": "json", "objectids": "", "outfields": "*", "outsr": "28992", "returngeometry": "true",
        "returntruecurves": "false",
    }  # fmt: skip
    assert server.asked[2]["geometry"] == "140000.000,510000.000,140500.000,510500.000"
    assert server.asked[2]["insr"] == "28992"


def test_an_address_stays_short_and_a_batch_below_five_hundred(server: ArcGis) -> None:
    server.info["maxRecordCount"] = 10**9
    server.shapes = {10_000_000_000 + i: {"x": X, "y": Y} for i in range(300)} | {
        i: {"x": X, "y": Y} for i in range(600)
    }
    assert len(read(server)) == 900
    batches = [query["objectids"] for query in server.asked if "objectids" in query]
    assert max(len(batch.split(",")) for batch in batches) <= 500
    assert max(map(len, batches)) < 1800


@pytest.mark.parametrize("number", [None, 0, -5, "veel", True])
def test_a_senseless_limit_is_not_believed(server: ArcGis, number: object) -> None:
    server.info["maxRecordCount"] = number
    assert len(read(server)) == 10


@pytest.mark.parametrize("typename", ["3", "bpl VLAKKEN"])
def test_a_layer_is_named_by_number_or_name(server: ArcGis, typename: str) -> None:
    assert len(read(server, typename=typename)) == 10


@pytest.mark.parametrize("typename", [None, "BPL vlakken"])
def test_an_address_may_be_of_the_layer_itself(server: ArcGis, typename: str | None) -> None:
    assert len(read(server, typename=typename, url=f"{server.url}/MapServer/3/")) == 10


@pytest.mark.parametrize(
    ("typename", "said"),
    [
        ("weg", r"geen laag 'weg'; wel: 0 \(Landschap\), 3 \(BPL vlakken\)"),
        (None, "geen laag ''"),
        ("dubbel", r"meer dan een laag 'dubbel'; noem het nummer: 7 \(dubbel\), 8 \(Dubbel\)"),
        ("Landschap", "groep van lagen"),
    ],
)
def test_a_layer_that_is_not_there_is_told_with_what_is(server: ArcGis, typename: str | None, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read(server, typename=typename)


def test_another_layer_than_the_catalogue_names_is_refused(server: ArcGis) -> None:
    with pytest.raises(SourceError, match="geen laag '4'"):
        read(server, typename="4", url=f"{server.url}/MapServer/3")


@pytest.mark.parametrize(
    ("text", "licence", "notes"),
    [
        (" Provincie  Noord-Holland ", "", ["De dienst noemt als rechthebbende: Provincie Noord-Holland"]),
        ("CC BY 4.0 Provincie", "CC BY 4.0 Provincie", []),
        ("Occasioneel", "", ["De dienst noemt als rechthebbende: Occasioneel"]),
        (None, "", []),
    ],
)
def test_a_credit_line_is_no_licence(server: ArcGis, text: str | None, licence: str, notes: list[str]) -> None:
    server.info["copyrightText"] = text
    promise = Promise()
    read(server, promise)
    assert (promise.licence, promise.notes) == (licence, notes)


@pytest.mark.parametrize("ids", [{"objectIds": None}, {"properties": {"objectIds": None}}, {"objectIds": []}, {}])
def test_no_objects_is_an_answer(server: ArcGis, ids: dict[str, Any]) -> None:
    server.shapes = {}
    lie(server, "returnidsonly", lambda body: (body.clear(), body.update(ids)))
    promise = Promise()
    assert read(server, promise).empty
    assert promise.matched == 0


def test_ids_may_be_one_floor_down(server: ArcGis) -> None:
    lie(server, "returnidsonly", lambda body: body.update(properties={"objectIds": body.pop("objectIds")}))
    assert len(read(server)) == 10


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["objectIds"].pop(),
        lambda body: body["objectIds"].append(1),
        lambda body: body.update(objectIds=None),
        lambda body: body.clear(),
        lambda body: body.update(exceededTransferLimit=True),
    ],
)
def test_ids_and_count_that_differ_stop_the_run(server: ArcGis, change: Callable[[dict[str, Any]], object]) -> None:
    lie(server, "returnidsonly", change)
    with pytest.raises(IncompleteError, match="zegt 10 objecten te hebben, maar geeft"):
        read(server)


def test_without_a_count_nothing_is_proved(server: ArcGis) -> None:
    lie(server, "returncountonly", lambda body: body.update(count="10"))
    with pytest.raises(SourceError, match="niet te bewijzen"):
        read(server)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda body: body["features"].pop(0), r"gevraagd, \d gekregen; 1 ontbreken \(\d\), 0 niet gevraagd, 0 dubbel"),
        (lambda body: body["features"].append(body["features"][0]), "0 ontbreken, 0 niet gevraagd, 1 dubbel"),
        (lambda body: body["features"][0]["attributes"].update(OBJECTID=99), "1 ontbreken .* 1 niet gevraagd"),
        (lambda body: body["features"][0]["attributes"].pop("OBJECTID"), "1 ontbreken"),
        (lambda body: body["features"][0]["attributes"].update(OBJECTID=[1]), "1 ontbreken"),
        (lambda body: body.update(features=None), "gevraagd, 0 gekregen"),
        (lambda body: body.update(exceededTransferLimit=True), "breekt af op zijn eigen grens: . gevraagd"),
    ],
)
def test_other_objects_than_asked_stop_the_run(
    server: ArcGis, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    lie(server, "objectids", change)
    with pytest.raises(IncompleteError, match=said):
        read(server)


@pytest.mark.parametrize("system", [{"wkid": 4326, "latestWkid": 4326}, None, {"wkid": 28991}])
def test_another_system_than_asked_stops_the_run(server: ArcGis, system: object) -> None:
    lie(server, "objectids", lambda body: body.update(spatialReference=system))
    with pytest.raises(SourceError, match="in plaats van EPSG:28992"):
        read(server)


@pytest.mark.parametrize("point", [{"x": Y, "y": X}, {"x": 4.9, "y": 52.6}])
def test_swapped_coordinates_and_degrees_that_say_rd_are_refused(server: ArcGis, point: dict[str, float]) -> None:
    server.shapes = {1: point}
    with pytest.raises(CrsError, match="verwisseld"):
        read(server)


@pytest.mark.parametrize("parameter", ["f", "returnidsonly", "returncountonly", "objectids"])
def test_an_error_with_status_200_is_told_in_the_services_own_words(server: ArcGis, parameter: str) -> None:
    error = {"code": 400, "message": "Unable to complete operation.", "details": ["'where' is invalid"]}
    lie(server, parameter, lambda body: body.update(error=error))
    with pytest.raises(SourceError, match=r"fout 400: Unable to complete operation\. 'where' is invalid"):
        read(server)


@pytest.mark.parametrize("code", [498, 499])
def test_a_service_behind_a_token_says_so(server: ArcGis, code: int) -> None:
    lie(server, "f", lambda body: body.update(error={"code": code, "message": "Token Required", "details": None}))
    with pytest.raises(SourceError, match=f"alleen met een token te lezen \\({code}: Token Required\\)"):
        read(server)


@pytest.mark.parametrize("content", [b"<html>Wartung</html>", b"[1]", b'{"features": [', b"[" * 100_000])
def test_what_is_no_json_object_is_shown(server: ArcGis, content: bytes) -> None:
    server.lie = lambda query, answer: (200, "text/html", content)
    with pytest.raises(SourceError, match="HTTP 200, geen JSON"):
        read(server)


def test_a_refusal_by_status_is_an_error_too(server: ArcGis) -> None:
    server.lie = lambda query, answer: (403, "application/json", b"{}")
    with pytest.raises(SourceError, match="fout 403"):
        read(server)


def test_holes_belong_to_the_smallest_ring_around_them(server: ArcGis) -> None:
    rings = [
        square(40, 40, 20),  # an island in the lake of the first ring, with a pond of its own
        square(45, 45, 10, clockwise=False),
        square(0, 0, 100),
        square(30, 30, 40, clockwise=False),
        square(200, 0, 10),
    ]
    shape = shape_of(server, {"rings": rings})
    assert shape.is_valid
    assert shape.geom_type == "MultiPolygon"
    assert sorted(part.area for part in shape.geoms) == [100, 300, 8400]


def test_a_hole_that_sticks_out_by_a_rounding_stays_a_hole(server: ArcGis) -> None:
    hole = square(0, 40, 20, clockwise=False)
    hole = [[x - 1e-4 if x == X else x, y] for x, y in hole]
    shape = shape_of(server, {"rings": [square(0, 0, 100), hole]})
    assert shape.geom_type == "Polygon"
    assert shapely.make_valid(shape).area == pytest.approx(9600, abs=0.01)


def test_a_hole_without_a_ring_is_ground(server: ArcGis) -> None:
    alone = square(200, 200, 10, clockwise=False)
    assert shape_of(server, {"rings": [alone]}).area == 100
    assert shape_of(server, {"rings": [square(0, 0, 100), alone]}).area == 10_100


def test_rings_may_be_open_have_heights_or_enclose_nothing(server: ArcGis) -> None:
    ring = [[x, y, 3.5] for x, y in square(0, 0, 10)[:-1]]
    line = [ring[0], ring[1], ring[0]]
    shape = shape_of(server, {"rings": [line, ring, []]})
    assert (shape.geom_type, shape.area, shape.has_z) == ("Polygon", 100, False)


def test_many_rings_of_many_objects_keep_their_area(server: ArcGis) -> None:
    server.info["maxRecordCount"] = 500
    server.shapes = {
        i: {"rings": [square(i, 0, 10), square(i + 1, 1, 1 + i % 3, clockwise=False), square(i + 20, 0, i % 5 + 1)]}
        for i in range(300)
    }
    areas = read(server).geometry.area.to_numpy()
    i = np.arange(300)
    assert areas == pytest.approx(100 - (1 + i % 3) ** 2 + (i % 5 + 1) ** 2)


@pytest.mark.parametrize(
    ("geometry", "wkt"),
    [
        ({"paths": [[[X, Y], [X, Y + 5]]]}, f"LINESTRING ({X} {Y}, {X} {Y + 5})"),
        (
            {"paths": [[[X, Y], [X, Y + 5]], [[X + 1, Y], [X + 1, Y + 5]], [[X, Y]]]},
            f"MULTILINESTRING (({X} {Y}, {X} {Y + 5}), ({X + 1} {Y}, {X + 1} {Y + 5}))",
        ),
        ({"points": [[X, Y], [X + 1, Y]]}, f"MULTIPOINT (({X} {Y}), ({X + 1} {Y}))"),
        ({"x": X, "y": Y, "z": None}, f"POINT ({X} {Y})"),
    ],
)
def test_lines_and_points_keep_their_coordinates(server: ArcGis, geometry: dict[str, Any], wkt: str) -> None:
    assert shape_of(server, geometry) == shapely.from_wkt(wkt)


@pytest.mark.parametrize(
    "geometry", [None, {}, {"rings": []}, {"paths": [[]]}, {"points": []}, {"x": None}, {"x": "NaN", "y": "NaN"}]
)
def test_an_empty_geometry_is_none(server: ArcGis, geometry: dict[str, Any] | None) -> None:
    assert shape_of(server, geometry) is None


@pytest.mark.parametrize("kind", ["curveRings", "curvePaths"])
def test_true_curves_are_refused_with_a_remedy(server: ArcGis, kind: str) -> None:
    server.shapes = {1: {kind: [[[X, Y], {"c": [[X + 1, Y], [X, Y + 1]]}]]}}
    with pytest.raises(SourceError, match=r"echte bogen.*maxAllowableOffset.*bestand"):
        read(server)


@pytest.mark.parametrize(
    "geometry",
    [
        {"rings": [[[X, Y], [X], [X, Y], [X, Y]]]},
        {"rings": [[[X, Y], [X, float("nan")], [X + 1, Y], [X, Y]]]},
        {"rings": [[[X, Y], [X, 1e308], [X + 1, Y], [X, Y]]]},
        {"rings": [[1, 2, 3, 4]]},
        {"rings": 5},
        {"paths": [[["a", "b"], ["c", "d"]]]},
        {"xmin": X, "ymin": Y},
        {"x": [1, 2], "y": Y},
        [1],
    ],
)
def test_a_shape_that_cannot_be_read_stops_the_run(server: ArcGis, geometry: Any) -> None:
    server.shapes = {1: geometry}
    with pytest.raises(SourceError, match=r"niet te lezen|niet gelezen"):
        read(server)


@pytest.mark.parametrize("feature", [None, 1, "x", {"attributes": None}, {}])
def test_an_object_that_is_none_stops_the_run(server: ArcGis, feature: Any) -> None:
    lie(server, "objectids", lambda body: body.update(features=[feature]))
    with pytest.raises(SourceError, match="niet te lezen"):
        read(server)
