"""Shares under zones, buildings and a landscape, means of a grid and distances: ours beside the libraries.

``python benchmarks/overlay.py --parcels 60000`` prints a Markdown table for each question. Every way gets shapely
geometries in memory and gives a table; what a database loads first is shown apart and does not count. Ours is timed
with unpacking the geometries and looking for overlaps. No way is timed before its answer equals the reference.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import peers
import shapely
from apart import apart, cost_of, markdown, use_cores
from town import CELL_M, CLASSES, Town, make_town

from locatiescan.crs import RD
from locatiescan.model import Grid, Layer, Measurement, Source

Way = Callable[[Any], AbstractContextManager[Callable[[], Any]]]


class Question(NamedTuple):
    """What is asked; the first way is the reference for the others' answers."""

    title: str
    given: Callable[[Town], Any]
    ways: Mapping[str, Way]
    tolerance: float
    slow: tuple[str, ...] = ()
    """Ways that take minutes; only with ``--slow``."""


class Outcome(NamedTuple):
    """One way of answering; ``answer`` is (parcels, classes)."""

    way: str
    loading: float
    seconds: float
    cpu: float
    """Of this process; a database server's own is not in it."""
    peak_mb: float
    answer: np.ndarray


def main() -> None:
    """Answer each question in every way and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=60_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--questions", nargs="+", choices=QUESTIONS, default=list(QUESTIONS))
    parser.add_argument("--slow", action="store_true", help="also the ways that take minutes")
    options = parser.parse_args()
    for name in options.questions:
        question = QUESTIONS[name]
        ways = [way for way in question.ways if options.slow or way not in question.slow]
        outcomes = [found for way in ways if (found := outcome(name, way, options.parcels, options.runs))]
        compare(outcomes, question.tolerance)
        print(f"\n### {question.title}, {options.parcels} parcels\n\n{table(outcomes)}", flush=True)


def outcome(question: str, way: str, parcels: int, runs: int) -> Outcome | None:
    """Measure one way in a process of its own; None where its library is not there."""
    try:
        found = apart(measured, question, way, parcels, runs)
    except ImportError as error:
        print(f"{way}: left out, {error}", file=sys.stderr)
        return None
    print(f"{question}, {way}: {found.seconds:.2f} s", file=sys.stderr, flush=True)
    return found


def measured(question: str, way: str, parcels: int, runs: int) -> Outcome:
    """Answer once to warm up and to be checked, then as often as asked against the clock."""
    town = make_town(parcels)
    began = time.perf_counter()
    with QUESTIONS[question].ways[way](QUESTIONS[question].given(town)) as ask:
        loading = time.perf_counter() - began
        answer = ask()
        _, cost = cost_of(ask, runs)
    return Outcome(way, loading, cost.wall, cost.cpu, cost.peak_mb, dense(answer, town))


def dense(answer: peers.Areas | np.ndarray, town: Town) -> np.ndarray:
    """Shares of every class on every parcel, or the numbers as one column."""
    if not isinstance(answer, peers.Areas):
        return np.asarray(answer, dtype=float)[:, None]
    parcel, code, area = (np.asarray(column) for column in answer)
    shares = np.bincount(parcel * CLASSES + code, area, minlength=len(town.parcels) * CLASSES)
    return shares.reshape(-1, CLASSES) / shapely.area(town.parcels)[:, None]


def compare(outcomes: list[Outcome], tolerance: float) -> None:
    """Stop unless every share is that of the reference, and the largest class of every parcel too."""
    truth = outcomes[0].answer
    ranked = np.sort(truth, axis=1)
    clear = ranked[:, -1] - ranked[:, -2] > 2 * tolerance if truth.shape[1] > 1 else np.zeros(len(truth), dtype=bool)
    for found in outcomes[1:]:
        off = np.abs(found.answer - truth).max()
        other = found.answer[clear].argmax(axis=1) != truth[clear].argmax(axis=1) if clear.any() else np.zeros(1)
        print(f"{found.way}: largest difference {off:.1e}, other classes {other.sum():.0f}", file=sys.stderr)
        assert off <= tolerance, f"{found.way}: off by {off}"
        assert not other.any(), f"{found.way}: {other.sum()} parcels have another dominant class"


def table(outcomes: list[Outcome]) -> str:
    """Markdown; ratios are to ours on one core, from geometries."""
    ours = next((found.seconds for found in outcomes if found.way == OURS), None)
    rows: list[tuple[object, ...]] = []
    for found in sorted(outcomes, key=lambda found: found.seconds):
        loading = None if found.loading < 0.05 or found.way in FROM_GEOMETRIES else found.loading
        cpu, peak = (None, None) if found.way.startswith("PostGIS") else (found.cpu, found.peak_mb)
        rows.append((found.way, loading, found.seconds, ours and found.seconds / ours, cpu, peak))
    return markdown(("way", "loading, s", "seconds", "× locatiescan", "CPU, s", "peak MB"), rows)


@contextmanager
def our_shares(question: peers.Areal, cores: int) -> Iterator[peers.AskAreas]:
    """From geometries, overlaps looked for."""
    from locatiescan.analysis.geometry.overlay import class_shares

    use_cores(cores)
    yield lambda: peers.Areas(*class_shares(*question, threads=cores))


@contextmanager
def our_shares_again(question: peers.Areal, cores: int) -> Iterator[peers.AskAreas]:
    """From coordinates that an earlier measure unpacked."""
    from locatiescan.analysis.geometry.overlay import areas_by_class, cover_of

    use_cores(cores)
    parcels, shapes = cover_of(question.parcels), cover_of(question.shapes)
    yield lambda: peers.Areas(*areas_by_class(parcels, shapes, question.codes, threads=cores))


@contextmanager
def our_grid_mean(town: Town, cores: int) -> Iterator[peers.AskNumbers]:
    """The measure as a scan calls it, nothing kept from before."""
    from locatiescan.analysis.measuring.contents import grid_mean

    (west, north), parcels = town.grid_corner, gpd.GeoDataFrame(geometry=town.parcels, crs=RD)
    layer = Layer("laag", _source("grid"), grid=Grid(town.grid, west, north, CELL_M))
    yield _measure(grid_mean, parcels, layer, cores)


@contextmanager
def our_distance(town: Town, cores: int) -> Iterator[peers.AskNumbers]:
    """The measure as a scan calls it, nothing kept from before."""
    from locatiescan.analysis.measuring.distance import distance_m

    parcels, nature = (gpd.GeoDataFrame(geometry=shapes, crs=RD) for shapes in (town.parcels, town.nature))
    yield _measure(distance_m, parcels, Layer("laag", _source("vlak"), nature), cores)


def _measure(function: Callable[..., Any], parcels: gpd.GeoDataFrame, layer: Layer, cores: int) -> peers.AskNumbers:
    from locatiescan.analysis.measuring.world import World

    use_cores(cores)
    rule = Measurement(naam="m", measure=function.__name__, waarom="benchmark", layer="laag", reach_m=100_000.0)
    return lambda: function(parcels, rule, World({"laag": layer})).to_numpy()


def _source(kind: Any) -> Source:
    return Source("laag", "laag", "file", kind, "benchmark", "CC0", "fictief")


OURS, OURS_2 = "locatiescan, 1 core", "locatiescan, 2 cores"
FROM_GEOMETRIES = (OURS, OURS_2)
"""They load nothing; entering them only imports the package."""
AREA_WAYS: dict[str, Way] = {
    "sjoin + shapely.intersection, large shapes cut": peers.cut_intersection,
    OURS: partial(our_shares, cores=1),
    OURS_2: partial(our_shares, cores=2),
    "locatiescan, unpacked before, 1 core": partial(our_shares_again, cores=1),
    "locatiescan, unpacked before, 2 cores": partial(our_shares_again, cores=2),
    "geopandas.overlay + groupby": peers.geopandas_overlay,
    "DuckDB spatial": peers.duckdb_spatial,
    "PostGIS, subdivided, parallel": peers.postgis,
    "SedonaDB": peers.sedonadb,
}
QUESTIONS = {
    "zoning": Question("Zoning shares", lambda t: peers.Areal(t.parcels, t.zones, t.codes), AREA_WAYS, 1e-6),
    "built": Question("Built share", lambda t: peers.one_class(t.parcels, t.buildings), AREA_WAYS, 1e-6),
    "landscape": Question(
        "Share under a landscape of 100 000 vertices",
        lambda t: peers.one_class(t.parcels, t.landscape),
        AREA_WAYS,
        1e-6,
        slow=("geopandas.overlay + groupby",),
    ),
    "grid": Question(
        "Mean of a grid",
        lambda t: t,
        {
            "sjoin with cells + shapely.intersection": peers.cell_intersection,
            OURS: partial(our_grid_mean, cores=1),
            OURS_2: partial(our_grid_mean, cores=2),
            "exactextract": peers.exact_extract,
        },
        1e-3,
    ),
    "nature": Question(
        "Distance to nature",
        lambda t: t,
        {
            "boundary in pieces + STRtree.query_nearest": peers.nearest_segment,
            OURS: partial(our_distance, cores=1),
            OURS_2: partial(our_distance, cores=2),
            "PostGIS, subdivided, nearest by index": peers.postgis_nearest,
            "geopandas.sjoin_nearest": peers.nearest_polygon,
        },
        1e-3,
        slow=("geopandas.sjoin_nearest",),
    ),
}

if __name__ == "__main__":
    main()
