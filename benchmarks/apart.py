"""What every benchmark needs: a process of its own for each measurement, what it cost, and a Markdown table."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and of processor, and the most memory that the process ever had."""

    wall: float
    cpu: float
    peak_mb: float


def apart(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function in a new process, so that nothing warmed or allocated before counts."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def cost_of(ask: Callable[[], Result], runs: int = 1) -> tuple[Result, Cost]:
    """Call some times; the median of the times, the peak of the whole process, and the last answer."""
    answers, walls, cpus = [], [], []
    for _ in range(runs):
        answers.clear()
        wall, cpu = time.perf_counter(), time.process_time()
        answers.append(ask())
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return answers[0], Cost(statistics.median(walls), statistics.median(cpus), peak_mb())


def peak_mb() -> float:
    """Most memory this process had; ``ru_maxrss`` would start with that of the parent it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


class Noted:
    """Does a function and tells in which process, for how much processor time, and with how much memory at most."""

    def __init__(self, function: Callable[..., Any]):
        self.function = function

    def __call__(self, item: Any) -> tuple[Any, tuple[int, float, float]]:
        """Do it; the peak of memory is that of this task alone."""
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        cpu = time.process_time()
        outcome = self.function(item)
        return outcome, (os.getpid(), time.process_time() - cpu, peak_mb())


def use_cores(count: int) -> None:
    """Let this process have so many cores and no more."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table: the first column is text, the others numbers."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    return str(value)
