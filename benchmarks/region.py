"""A region of demo municipalities, from the store to all outputs: one process, and two with a municipality each.

``python benchmarks/region.py --municipalities 6 --parcels 41700`` prints wall, processor time and peak memory. Every
municipality has its own seed, catalogue and store. The store is filled first and apart from the clock; files are kept
in it as if they came over a network, and the runs are offline.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from apart import apart, cost_of, markdown, peak_mb

from locatiescan.cli import main as locatiescan
from locatiescan.demo import make_demo
from locatiescan.demo.parcels import NAME
from locatiescan.sources import layers


class Total(NamedTuple):
    """One way of running the region."""

    way: str
    wall: float
    cpu: float
    peak_mb: float
    written_mb: float


def main() -> None:
    """Make the region, fill the stores, run it in both ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--municipalities", type=int, default=6)
    parser.add_argument("--parcels", type=int, default=41_700, help="of each municipality")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / f"gemeente{seed}" for seed in range(1, options.municipalities + 1)]
        for seed, place in enumerate(places, start=1):
            apart(make_demo, place, options.parcels, seed)
        filling = sum(apart(fill, place) for place in places)
        totals = [run_region(places, workers) for workers in options.workers]
    print(f"\n{options.municipalities} municipalities of {options.parcels} parcels; stores filled in {filling:.1f} s\n")
    print(table(totals, options.municipalities * options.parcels))


def fill(place: Path) -> float:
    """Fetch all layers into the store; seconds."""
    began = time.perf_counter()
    call("fetch", place)
    return time.perf_counter() - began


def run_region(places: list[Path], workers: int) -> Total:
    """Run every municipality, so many at a time; processes are new, so that starting them counts too."""
    began = time.perf_counter()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        runs = list(pool.map(run, places))
    wall = time.perf_counter() - began
    peaks = {worker: max(peak for other, _, peak in runs if other == worker) for worker, _, _ in runs}
    written = sum(file.stat().st_size for place in places for file in (place / "uitvoer").iterdir()) / 2**20
    return Total(f"{workers} process(es)", wall, sum(cpu for _, cpu, _ in runs), sum(peaks.values()), written)


def run(place: Path) -> tuple[int, float, float]:
    """Scan one municipality and write everything: which process, its processor time, its peak memory."""
    _, cost = cost_of(lambda: call("run", place, "--offline", "--uitvoer", str(place / "uitvoer")))
    return os.getpid(), cost.cpu, peak_mb()


def call(command: str, place: Path, *more: str) -> None:
    """Give the program a command, quietly."""
    given = ["--gemeente", NAME, "--bronnen", str(place / "bronnen.yaml"), "--opslag", str(place / "opslag"), *more]
    with mock.patch.object(layers, "LOCAL", ()), contextlib.redirect_stdout(io.StringIO()):
        locatiescan(["--quiet", command, *given], standalone_mode=False)


def table(totals: list[Total], parcels: int) -> str:
    """Markdown; peak memory is the sum over the processes, each at its highest."""
    head = ("way", "wall, s", "CPU, s", "wall per 10 000 parcels, s", "peak MB", "outputs, MB")
    return markdown(head, [(t.way, t.wall, t.cpu, t.wall / parcels * 10_000, t.peak_mb, t.written_mb) for t in totals])


if __name__ == "__main__":
    main()
