"""Features per second from one MapServer: this program, OWSLib's paging, GDAL's WFS driver, and the bare bytes.

Needs Debian's cgi-mapserver. ``python benchmarks/fetch.py --parcels 60000`` prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from owslib.wfs import WebFeatureService

from locatiescan.crs import RD_URN
from locatiescan.demo import make_demo
from locatiescan.model import Source
from locatiescan.sources import transfer, wfs
from locatiescan.sources.page import Bounds, Promise, unique

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support import mapserver

LAYER, KEY = "Perceel", "identificatieLokaalID"
GDAL_PARCELS = 3000
"""GDAL's driver gets a box with about so many parcels: the whole municipality would take it very long."""
Read = Callable[[Bounds], int]


@dataclass(frozen=True)
class Outcome:
    """One way of fetching: how many features, in how many seconds (median)."""

    name: str
    features: int
    seconds: float

    @property
    def speed(self) -> float:
        """Features per second."""
        return self.features / self.seconds


def main() -> None:
    """Make the municipality, serve it, check that all ways give the same, time them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=60_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--gdal-whole", action="store_true", help="GDAL gets everything too, once: minutes")
    options = parser.parse_args()
    if mapserver.MAPSERV is None:
        sys.exit("MapServer is not installed (Debian package cgi-mapserver)")
    with tempfile.TemporaryDirectory() as folder:
        make_demo(Path(folder), options.parcels)
        geopackage = Path(folder) / "demo.gpkg"
        with serving(geopackage, Path(folder) / "wfs") as url:
            outcomes = compare(url, geopackage, options.runs, options.gdal_whole)
    print(table(outcomes))


@contextmanager
def serving(geopackage: Path, folder: Path) -> Iterator[str]:
    """Serve in a process of its own: GDAL holds the interpreter while it waits for an answer."""
    here, there = get_context("spawn").Pipe()
    server = get_context("spawn").Process(target=serve, args=(geopackage, folder, there))
    server.start()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        server.join()


def serve(geopackage: Path, folder: Path, pipe: Connection) -> None:
    """Run MapServer until a word comes through the pipe."""
    layer = mapserver.Served(LAYER, "kadastralekaart", geopackage, LAYER, "multipolygon")
    with mapserver.start([layer], folder) as base:
        pipe.send(f"{base}/kadastralekaart")
        pipe.recv()


def compare(url: str, geopackage: Path, runs: int, gdal_whole: bool) -> list[Outcome]:
    """Time every way on the same server; the runs of the ways take turns, so that a busy moment hits all."""
    truth = pyogrio.read_dataframe(geopackage, layer=LAYER, columns=[KEY])
    west, south, east, north = (float(edge) for edge in truth.total_bounds)
    whole = (west, south, east, north)
    small = whole if gdal_whole else middle(truth, whole)
    asked: list[tuple[str, dict[str, str]]] = []

    same(fetch_ours(url, whole, asked), truth, whole)
    same(fetch_owslib(url, whole), truth, whole)
    if not gdal_whole:  # too long to do twice; what it gives is counted below
        same(fetch_gdal(url, small), truth, small)
    tiles = [request for request in asked if "count" in request[1]]
    print(f"{len(tiles)} pages and {len(asked) - len(tiles)} other requests\n", file=sys.stderr)

    ways: dict[str, Callable[[], object]] = {
        "locatiescan": lambda: fetch_ours(url, whole),
        "bytes of the same pages": lambda: fetch_bytes(tiles),
        "bytes of the same pages and counts": lambda: fetch_bytes(asked),
        "OWSLib, paging": lambda: fetch_owslib(url, whole),
        f"GDAL {pyogrio.__gdal_version_string__} WFS driver, defaults": lambda: fetch_gdal(url, small),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(runs):
        for name, fetch in ways.items():
            if gdal_whole and turn and name.startswith("GDAL"):
                continue
            began = time.perf_counter()
            fetch()
            took[name].append(time.perf_counter() - began)
            print(f"{name}: {took[name][-1]:.1f} s", file=sys.stderr, flush=True)
    inside = {name: small if name.startswith("GDAL") else whole for name in ways}
    return [
        Outcome(name, int(truth.intersects(shapely.box(*inside[name])).sum()), statistics.median(seconds))
        for name, seconds in took.items()
    ]


def middle(truth: gpd.GeoDataFrame, bounds: Bounds) -> Bounds:
    """Give a square in the middle with about ``GDAL_PARCELS`` parcels."""
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    boxes = truth.geometry.bounds.to_numpy()
    away = np.maximum(abs(boxes[:, [0, 2]] - x).max(axis=1), abs(boxes[:, [1, 3]] - y).max(axis=1))
    half = float(np.sort(away)[min(GDAL_PARCELS, len(away)) - 1])
    return x - half, y - half, x + half, y + half


def same(keys: Iterable[str], truth: gpd.GeoDataFrame, bounds: Bounds) -> None:
    """Stop unless exactly the parcels in the box came; a touching one may round either way at a millimetre."""
    box = shapely.box(*bounds)
    sure = set(truth.loc[truth.intersects(box.buffer(-0.01)), KEY])
    possible = set(truth.loc[truth.intersects(box.buffer(0.01)), KEY])
    assert sure <= set(keys) <= possible, "not the same parcels"


def fetch_ours(url: str, bounds: Bounds, asked: list[tuple[str, dict[str, str]]] | None = None) -> Iterable[str]:
    """Read with this program, to one frame that is proved complete; its requests are noted in ``asked``."""
    columns = {"perceel_id": KEY}
    source = Source(
        "percelen", "Percelen", "wfs", "vlak", "demo", "CC0", "fictief", url=url, typename=LAYER, key=KEY,
        columns=columns,
    )  # fmt: skip

    def noting(url: str, params: dict[str, str]) -> object:
        assert asked is not None
        asked.append((url, params))
        return transfer.get(url, params)

    promise = Promise()
    wfs.get = transfer.get if asked is None else noting  # type: ignore[assignment]
    try:
        return unique(wfs.read(source, bounds, promise), source, promise, lambda received, promised: None)[KEY]
    finally:
        wfs.get = transfer.get


def fetch_owslib(url: str, bounds: Bounds) -> Iterable[str]:
    """Page by start index until a page is not full, as OWSLib's users write it."""
    service = WebFeatureService(url, "2.0.0", timeout=120)
    pages: list[gpd.GeoDataFrame] = []
    while not pages or len(pages[-1]) == 1000:
        answer = service.getfeature(
            [f"kadastralekaart:{LAYER}"], bbox=(*bounds, RD_URN), srsname=RD_URN, startindex=1000 * len(pages),
            maxfeatures=1000, outputFormat="application/json",
        )  # fmt: skip
        pages.append(gpd.GeoDataFrame.from_features(json.loads(answer.read())["features"], crs=28992))
    return pd.concat(pages, ignore_index=True)[KEY]


def fetch_gdal(url: str, bounds: Bounds) -> Iterable[str]:
    """GDAL's WFS driver with all its defaults."""
    return pyogrio.read_dataframe(f"WFS:{url}", layer=f"kadastralekaart:{LAYER}", bbox=bounds)[KEY]


def fetch_bytes(asked: list[tuple[str, dict[str, str]]]) -> int:
    """Only fetch and count the bytes: what the server and the wire allow."""
    with ThreadPoolExecutor(transfer.CONNECTIONS) as pool:
        return sum(len(answer.content) for answer in pool.map(lambda request: transfer.get(*request), asked))


def table(outcomes: list[Outcome]) -> str:
    """Markdown; the last column says how many times faster this program is."""
    lines = ["| way | features | seconds | features/s | locatiescan is × |", "|---|--:|--:|--:|--:|"]
    for outcome in outcomes:
        ratio = outcomes[0].speed / outcome.speed
        lines.append(
            f"| {outcome.name} | {outcome.features} | {outcome.seconds:.1f} | {outcome.speed:.0f} | {ratio:.2f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
