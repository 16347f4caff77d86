"""A demo region from the store to all outputs, by the number of workers; and what the country would cost.

``python benchmarks/region.py --municipalities 6 --parcels 250000 --workers 1 2`` prints wall, processor time and peak
memory of ``locatiescan run --regio``, the memory of each task in the order in which a worker did them, and an
extrapolation to the 8.9 million parcels of the country. A worker has one core. The store is filled first and apart
from the clock; files are kept in it as if they came over a network, and the runs are offline.

The extrapolation is the wall of the municipalities of the last run, in proportion to their parcels: the demo has many
candidates (22 for 1000 parcels, of which each is drawn) and municipalities of any size, so both are in it.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import psutil
from apart import Noted, apart, markdown, use_cores
from ruamel.yaml import YAML

from locatiescan.cli import main as locatiescan
from locatiescan.demo import make_demo

REGION = "Regio Demowaard"
COUNTRY_PARCELS = 8_900_000
NOWHERE = "http://127.0.0.1:9"
"""The store is full: nothing is asked there."""


@dataclass(frozen=True)
class Note:
    """One municipality that was done."""

    worker: int
    parcels: int
    cpu: float
    peak_mb: float


@dataclass(frozen=True)
class Total:
    """One way of running the region."""

    workers: int
    wall: float
    cpu: float
    peak_mb: float
    """Of all processes together, at any moment."""
    scanning: float
    """Wall of the municipalities, without what the region adds."""
    notes: tuple[Note, ...]


def main() -> None:
    """Make the region, fill the store, run it with each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--municipalities", type=int, default=6)
    parser.add_argument("--parcels", type=int, default=250_000, help="of all together")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--folder", type=Path, help="where the demo and its store are kept for another time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = options.folder or Path(temporary)
        if not (place / "vol").exists():
            apart(make, place, options.parcels, options.municipalities)
            print(f"store filled in {apart(fill, place):.1f} s", flush=True)
            (place / "vol").write_text("")
        totals = [apart(run_region, place, count) for count in options.workers]
    print(f"\n{options.municipalities} municipalities, {options.parcels} parcels\n")
    print(table(totals, options.parcels))
    print()
    print(memory(totals[-1]))
    print()
    print(country(totals[-1], options.parcels))


def make(place: Path, parcels: int, municipalities: int) -> None:
    """Make the demo, with a catalogue that names its file as something to be downloaded, once for each layer."""
    catalogue = place / "bronnen.yaml"
    if not catalogue.exists():
        make_demo(place, parcels, municipalities=municipalities)
    yaml = YAML(typ="safe", pure=True)
    entries = yaml.load(catalogue.read_text(encoding="utf-8"))
    downloads = place / "opslag/downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    for name, entry in entries.items():
        if entry["protocol"] == "file":
            file = Path(entry["url"]).name
            with contextlib.suppress(FileExistsError):
                os.link(place / file, downloads / f"{name}-{file}")
            entry |= {"protocol": "download", "url": f"{NOWHERE}/{file}"}
    with catalogue.open("w", encoding="utf-8") as stream:
        yaml.dump(entries, stream)


def fill(place: Path) -> float:
    """Fetch all layers into the store; seconds."""
    began = time.perf_counter()
    call("fetch", place)
    return time.perf_counter() - began


def run_region(place: Path, count: int) -> Total:
    """Run the region with so many workers, each on a core of its own."""
    from locatiescan.cli import several

    use_cores(count)
    os.environ["LOCATIESCAN_THREADS"] = "1"
    shutil.rmtree(place / "uit", ignore_errors=True)
    notes: list[Note] = []
    moments: list[float] = []
    with mock.patch.object(several, "workers", noting(several.workers, notes, moments)), sampled() as peaks:
        began, cpu = time.perf_counter(), cpu_of_all()
        call("run", place, "--offline", "--werkers", str(count), "--doel", "1000", "--uitvoer", str(place / "uit"))
        wall, cpu = time.perf_counter() - began, cpu_of_all() - cpu
    return Total(count, wall, cpu, max(peaks), moments[-1] - began, tuple(notes))


def noting(workers: Callable[..., Any], notes: list[Note], moments: list[float]) -> Callable[..., Any]:
    """Workers that tell of each municipality what it cost."""

    @contextlib.contextmanager
    def noted_workers(*given: Any) -> Iterator[Callable[..., Any]]:
        with workers(*given) as run:

            def noted_run(function: Callable[..., Any], items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
                for place, found in run(Noted(function), items):
                    outcome, note = found if isinstance(found, tuple) else (found, None)
                    if note and function.__name__ == "scanned":
                        result = outcome.part.result
                        notes.append(Note(note[0], len(result.parcels) + result.elsewhere.parcels, *note[1:]))
                        moments.append(time.perf_counter())
                    yield place, outcome

            yield noted_run

    return noted_workers


@contextlib.contextmanager
def sampled() -> Iterator[list[float]]:
    """Memory of this process and all below it, MB, once a second."""
    peaks, stop = [0.0], threading.Event()

    def sample() -> None:
        while not stop.wait(1.0):  # reading what a process holds alone takes a tenth of a second
            peaks.append(sum(memory_of(one) for one in family()) / 2**20)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield peaks
    finally:
        stop.set()
        thread.join()


def family() -> list[psutil.Process]:
    """Give this process and all below it."""
    own = psutil.Process()
    return [own, *own.children(recursive=True)]


def memory_of(process: psutil.Process) -> int:
    """Bytes that a process holds alone, its part of what it shares included; 0 where it is gone."""
    with contextlib.suppress(psutil.Error):
        return process.memory_full_info().pss
    return 0


def cpu_of_all() -> float:
    """Processor time of this process and of those below it that ended."""
    times = psutil.Process().cpu_times()
    return times.user + times.system + times.children_user + times.children_system


def call(command: str, place: Path, *more: str) -> None:
    """Give the program a command, quietly."""
    given = ["--regio", REGION, "--bronnen", str(place / "bronnen.yaml"), "--opslag", str(place / "opslag"), *more]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        code = locatiescan(["--quiet", command, *given], standalone_mode=False)
        assert not code, code


def table(totals: Sequence[Total], parcels: int) -> str:
    """Markdown, one row a number of workers."""
    first = totals[0]
    head = ("workers of one core", "wall, s", "of which municipalities", "CPU, s", "wall per 10 000, s", "peak MB", "×")
    rows = [
        (str(t.workers), t.wall, t.scanning, t.cpu, t.wall / parcels * 1e4, t.peak_mb, first.wall / t.wall)
        for t in totals
    ]
    return markdown(head, rows)


def memory(total: Total) -> str:
    """Peak memory of each task, in the order in which each worker did them."""
    workers = sorted({note.worker for note in total.notes})
    rows = [
        (f"worker {number}", ", ".join(f"{n.peak_mb:.0f} ({n.parcels})" for n in total.notes if n.worker == worker))
        for number, worker in enumerate(workers, start=1)
    ]
    return "Peak MB of each task (its parcels), in order:\n" + "\n".join(f"- {name}: {told}" for name, told in rows)


def country(total: Total, parcels: int) -> str:
    """What the country would cost, in words: the wall of the municipalities, in proportion to their parcels."""
    hours = total.scanning / parcels * COUNTRY_PARCELS / 3600
    core = sum(note.cpu for note in total.notes) / parcels * COUNTRY_PARCELS / 3600
    rest = total.wall - total.scanning
    return (
        f"{COUNTRY_PARCELS} parcels in proportion to these {parcels}: {hours:.2f} h with {total.workers} workers, "
        f"{core:.2f} h of processor, without what the region adds ({rest:.1f} s here, in proportion to its candidates)."
    )


if __name__ == "__main__":
    main()
