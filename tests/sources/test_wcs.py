"""WCS as PDOK runs it for AHN: tiles of a lattice, and each way in which one can be wrong."""

from __future__ import annotations

import math
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from affine import Affine
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from locatiescan.errors import IncompleteError, SourceError
from locatiescan.model import Grid, Source
from locatiescan.sources import wcs
from small_world import X, Y
from support.lying_server import REPORT, Answer, Server

NODATA = 3.4028234663852886e38
CAPABILITIES = """<wcs:Capabilities xmlns:wcs="http://www.opengis.net/wcs/2.0" version="2.0.1"><wcs:Contents>
<wcs:CoverageSummary><wcs:CoverageId>dsm_05m</wcs:CoverageId></wcs:CoverageSummary>
<wcs:CoverageSummary><wcs:CoverageId>dtm_05m</wcs:CoverageId></wcs:CoverageSummary>
</wcs:Contents></wcs:Capabilities>"""
DESCRIPTION = """<wcs:CoverageDescriptions xmlns:wcs="http://www.opengis.net/wcs/2.0"
xmlns:gml="http://www.opengis.net/gml/3.2"><wcs:CoverageDescription gml:id="dtm_05m"><gml:boundedBy>
<gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/{epsg}" axisLabels="x y" srsDimension="2">
<gml:lowerCorner>{low}</gml:lowerCorner><gml:upperCorner>{high}</gml:upperCorner></gml:Envelope></gml:boundedBy>
<gml:domainSet><gml:RectifiedGrid dimension="2"><gml:offsetVector>{cell} 0</gml:offsetVector>
<gml:offsetVector>0 -{cell}</gml:offsetVector></gml:RectifiedGrid></gml:domainSet>
</wcs:CoverageDescription></wcs:CoverageDescriptions>"""
SUBSET = re.compile(r"[xy]\((-?[\d.]+),(-?[\d.]+)\)")


def height(x: Any, y: Any) -> Any:
    """Ground that tells where it is: metres east and, in thousands, south of the corner."""
    return (x - X) + 1000 * (Y + 1000 - y)


class Ahn(Server):
    """A coverage of 1000 x 1000 m, cells of 0.5 m, that clips at its edge as MapServer does."""

    extent = (X, Y, X + 1000, Y + 1000)
    described: dict[str, Any]
    profile: dict[str, Any]
    shift = 0.0
    spoil: Callable[[np.ndarray], None] = staticmethod(lambda values: None)

    def answer(self, query: dict[str, Any]) -> Answer:
        self.asked.append(query)
        if query["request"] == "GetCapabilities":
            return 200, "text/xml", CAPABILITIES.encode()
        if query["request"] == "DescribeCoverage":
            low, high = (" ".join(f"{edge:g}" for edge in self.extent[i : i + 2]) for i in (0, 2))
            told = {"epsg": 28992, "low": low, "high": high, "cell": 0.5} | self.described
            return 200, "text/xml", DESCRIPTION.format(**told).encode()
        return 200, "image/tiff", self.tiff(query)

    def tiff(self, query: dict[str, Any]) -> bytes:
        (west, east), (south, north) = ([float(edge) for edge in SUBSET.findall(part)[0]] for part in query["subset"])
        west, south = max(west, self.extent[0]), max(south, self.extent[1])
        east, north = min(east, self.extent[2]), min(north, self.extent[3])
        cell = 0.5 / float(query.get("scalefactor", 1))
        cols, rows = round((east - west) / cell), round((north - south) / cell)
        x, y = west + cell * (np.arange(cols) + 0.5), north - cell * (np.arange(rows) + 0.5)
        values = height(x[None, :], y[:, None]).astype("float32")
        self.spoil(values)
        profile = {
            "driver": "GTiff", "dtype": "float32", "count": 1, "crs": "EPSG:28992", "nodata": NODATA,
            "transform": Affine(cell, 0, west + self.shift, 0, -cell, north),
        } | self.profile  # fmt: skip
        with MemoryFile() as memory:
            with memory.open(width=cols, height=rows, **profile) as dataset:
                for band in range(1, dataset.count + 1):
                    dataset.write(values, band)
            return memory.read()


@contextmanager
def serving(server: Ahn) -> Iterator[Ahn]:
    """Serve on a free loopback port; unlike a WFS, a WCS is asked for two subsets in one address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            query: dict[str, Any] = {key: each if key == "subset" else each[0] for key, each in asked.items()}
            status, kind, body = server.lie(query, server.answer(query))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        server.url = f"http://127.0.0.1:{http.server_port}/wcs"
        yield server
        http.shutdown()
        thread.join()


@pytest.fixture
def server() -> Iterator[Ahn]:
    ahn = Ahn()
    ahn.described, ahn.profile = {}, {}
    with serving(ahn):
        yield ahn


def read(server: Ahn, west: float, south: float, east: float, north: float, **other: Any) -> Grid:
    """Read a box in metres from the corner of the world."""
    source = Source("hoogte", "Hoogte", "wcs", "grid", "t", "CC0", "fictief", url=server.url, typename="dtm_05m")
    return wcs.read_grid(replace(source, **other), (X + west, Y + south, X + east, Y + north))


def expected(grid: Grid) -> np.ndarray:
    rows, cols = grid.values.shape
    x = grid.west + grid.cell_m * (np.arange(cols) + 0.5)
    y = grid.north - grid.cell_m * (np.arange(rows) + 0.5)
    return height(x[None, :], y[:, None])


def tiles(server: Ahn) -> list[Any]:
    return [query["subset"] for query in server.asked if query["request"] == "GetCoverage"]


def change_tile(server: Ahn, number: int, change: Callable[[bytes], bytes], status: int = 200) -> None:
    """Change the answer for the tile that was asked `number`-th in order of address."""
    lock, seen = threading.Lock(), [0]

    def lying(query: dict[str, Any], answer: Answer) -> Answer:
        if query["request"] != "GetCoverage":
            return answer
        with lock:
            seen[0] += 1
            return (status, answer[1], change(answer[2])) if seen[0] == number else answer

    server.lie = lying


def test_cells_of_five_metres_on_the_lattice_of_the_coverage(server: Ahn) -> None:
    grid = read(server, 101, 203, 299, 398)
    assert (grid.west, grid.north, grid.cell_m) == (X + 100, Y + 400, 5.0)
    assert grid.values.shape == (40, 40)
    assert grid.values.dtype == np.float64
    assert grid.values == pytest.approx(expected(grid), rel=1e-6)
    asked = server.asked[-1]
    assert asked | {"subset": ""} == {
        "service": "WCS", "version": "2.0.1", "request": "GetCoverage", "coverageId": "dtm_05m",
        "format": "image/tiff", "subset": "", "scalefactor": "0.1", "interpolation": "AVERAGE",
    }  # fmt: skip
    assert asked["subset"] == ["x(140100,140300)", "y(510200,510400)"]


def test_tiles_are_assembled_where_they_lie(server: Ahn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wcs, "TILE_PX", 16)
    grid = read(server, 100, 200, 300, 395)
    assert len(tiles(server)) == 9
    assert grid.values == pytest.approx(expected(grid), rel=1e-6)


def test_a_coverage_of_coarse_cells_is_read_as_it_is(server: Ahn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wcs, "CELL_M", 0.1)
    grid = read(server, 100, 100, 110, 110)
    assert (grid.cell_m, grid.values.shape) == (0.5, (20, 20))
    assert not {"scalefactor", "interpolation"} & set(server.asked[-1])


def test_beyond_the_edge_nothing_is_asked(server: Ahn) -> None:
    grid = read(server, -300, -300, 21, 1700)
    assert (grid.west, grid.north, grid.values.shape) == (X, Y + 1000, (200, 5))
    assert grid.values == pytest.approx(expected(grid), rel=1e-6)
    assert tiles(server) == [["x(140000,140025)", "y(510000,511000)"]]


def test_half_a_cell_at_the_far_edge_is_left_out(server: Ahn) -> None:
    server.extent = (X, Y + 2, X + 998, Y + 1000)
    grid = read(server, 900, -100, 1100, 100)
    assert (grid.west, grid.north, grid.values.shape) == (X + 900, Y + 100, (19, 19))
    assert grid.values == pytest.approx(expected(grid), rel=1e-6)


def test_a_tile_clipped_within_the_coverage_stops_the_run(server: Ahn) -> None:
    server.described = {"high": f"{X + 2000:g} {Y + 1000:g}"}
    with pytest.raises(IncompleteError, match=r"gevraagd 20 x 40 cellen .* gekregen 20 x 20 vanaf rij 0 en kolom 0"):
        read(server, 900, 900, 1100, 1000)


@pytest.mark.parametrize("nodata", [NODATA, None])
def test_what_has_no_height_is_unknown(server: Ahn, nodata: float | None) -> None:
    def water(values: np.ndarray) -> None:
        values[3, 4], values[5, 6], values[7, 8], values[9, 9] = NODATA, 3.4e36, np.nan, -np.inf

    server.spoil, server.profile = water, {"nodata": nodata}
    grid = read(server, 0, 0, 100, 100)
    assert list(zip(*np.nonzero(np.isnan(grid.values)), strict=True)) == [(3, 4), (5, 6), (7, 8), (9, 9)]


@pytest.mark.parametrize(("nodata", "height_of_zero"), [(NODATA, 0.0), (None, math.nan)])
def test_zero_is_a_height_only_where_the_tile_can_say_nodata(
    server: Ahn, nodata: float | None, height_of_zero: float
) -> None:
    def zero(values: np.ndarray) -> None:
        values[3, 4] = 0

    server.spoil, server.profile = zero, {"nodata": nodata}
    values = read(server, 0, 0, 100, 100).values
    assert values[3, 4] == pytest.approx(height_of_zero, nan_ok=True)
    assert np.isfinite(np.delete(values.ravel(), 3 * 20 + 4)).all()


@pytest.mark.parametrize("shift", [2.5, 0.1, -0.02, math.nan, math.inf])
def test_a_tile_off_the_lattice_stops_the_run(server: Ahn, shift: float) -> None:
    server.shift = shift
    with pytest.raises(SourceError, match="niet op het rooster van 5 m"):
        read(server, 100, 100, 200, 200)


@pytest.mark.parametrize("shift", [5.0, -5.0, 1000.0])
def test_a_tile_of_another_place_stops_the_run(server: Ahn, shift: float) -> None:
    server.shift = shift
    with pytest.raises(IncompleteError, match=r"vanaf rij 0 en kolom -?\d+$"):
        read(server, 100, 100, 200, 200)


@pytest.mark.parametrize(
    "transform",
    [
        Affine(2.5, 0, X + 100, 0, -2.5, Y + 200),
        Affine(5, 0, X + 100, 0, 5, Y + 200),
        Affine(5, 1, X + 100, 0, -5, Y + 200),
    ],
)
def test_other_cells_than_asked_stop_the_run(server: Ahn, transform: Affine) -> None:
    server.profile = {"transform": transform}
    with pytest.raises(SourceError, match="niet op het rooster"):
        read(server, 100, 100, 200, 200)


def test_a_tile_that_does_not_say_where_it_lies_stops_the_run(server: Ahn) -> None:
    with warnings.catch_warnings(), MemoryFile() as memory:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with memory.open(driver="GTiff", width=20, height=20, count=1, dtype="float32") as dataset:
            dataset.write(np.zeros((1, 20, 20), "float32"))
        nowhere = memory.read()
    change_tile(server, 1, lambda tiff: nowhere)
    with pytest.raises(SourceError, match="niet op het rooster"):
        read(server, 100, 100, 200, 200)


@pytest.mark.parametrize(("profile", "said"), [({"crs": "EPSG:4326"}, "EPSG:4326"), ({"count": 2}, "2 banden")])
def test_another_kind_of_tile_stops_the_run(server: Ahn, profile: dict[str, Any], said: str) -> None:
    server.profile = profile
    with pytest.raises(SourceError, match=said):
        read(server, 100, 100, 200, 200)


def test_a_missing_tile_stops_the_run(server: Ahn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wcs, "TILE_PX", 16)
    report = REPORT.format(text="Image extent does not intersect with desired region.").encode()
    change_tile(server, 3, lambda content: report, status=400)
    with pytest.raises(SourceError, match=r"HTTP 400: .*does not intersect"):
        read(server, 100, 200, 300, 395)


@pytest.mark.parametrize("request_name", ["GetCapabilities", "DescribeCoverage", "GetCoverage"])
def test_an_exception_with_status_200_is_told_in_the_services_own_words(server: Ahn, request_name: str) -> None:
    report = REPORT.format(text="NoSuchCoverage dtm").encode()
    server.lie = lambda query, answer: (200, "text/xml", report) if query["request"] == request_name else answer
    with pytest.raises(SourceError, match="NoSuchCoverage dtm"):
        read(server, 100, 100, 200, 200)


@pytest.mark.parametrize("content", [b"<html>Onderhoud</html>", b"", b"--wcs\r\nContent-Type: text/xml"])
def test_html_in_place_of_a_tiff_is_shown(server: Ahn, content: bytes) -> None:
    change_tile(server, 1, lambda tiff: content)
    with pytest.raises(SourceError, match=f"geen GeoTIFF maar: {content[:5].decode()}"):
        read(server, 100, 100, 200, 200)


@pytest.mark.parametrize("change", [lambda tiff: tiff[:300], lambda tiff: b"II*\0" + b"x" * 100, lambda tiff: b"MM"])
def test_half_a_tiff_stops_the_run(server: Ahn, change: Callable[[bytes], bytes]) -> None:
    change_tile(server, 1, change)
    with pytest.raises(SourceError, match="niet te lezen"):
        read(server, 100, 100, 200, 200)


def test_a_tiff_larger_than_its_cells_is_not_read(server: Ahn) -> None:
    change_tile(server, 1, lambda tiff: tiff + b"\0" * 2_000_000)
    with pytest.raises(SourceError, match="groter dan 1 MB"):
        read(server, 100, 100, 200, 200)


def test_a_coverage_that_is_not_offered_is_told_with_what_is(server: Ahn) -> None:
    with pytest.raises(SourceError, match="geen coverage 'dtm_5m'; wel: dsm_05m, dtm_05m"):
        read(server, 0, 0, 10, 10, typename="dtm_5m")


def test_a_box_outside_the_coverage_stops_the_run(server: Ahn) -> None:
    with pytest.raises(SourceError, match="reikt niet tot"):
        read(server, 2000, 0, 3000, 1000)
    assert not tiles(server)


def test_too_many_cells_are_refused_with_a_scale_that_fits(server: Ahn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wcs, "MAX_CELLS", 10_000)
    with pytest.raises(SourceError, match=r"cellen van 10 m \(scalefactor 0.05\) passen wel"):
        read(server, 0, 0, 1000, 1000)
    assert not tiles(server)


@pytest.mark.parametrize(
    "told",
    [
        {"epsg": 4258},
        {"low": f"{Y:g} {X:g}", "high": f"{Y + 1000:g} {X + 1000:g}"},
        {"low": "4.5 52.5", "high": "5.5 53"},
        {"low": "nan nan"},
        {"high": f"{X - 1:g} {Y - 1:g}"},
        {"low": "a b"},
        {"low": "1 2 3"},
        {"cell": "1e-9"},
        {"cell": "inf"},
        {"cell": "nan"},
        {"cell": "x"},
    ],
)
def test_a_description_that_cannot_be_rd_stops_the_run(server: Ahn, told: dict[str, Any]) -> None:
    server.described = told
    with pytest.raises(SourceError, match=r"niet in RD New|zegt niet welk gebied"):
        read(server, 0, 0, 100, 100)
    assert not tiles(server)
