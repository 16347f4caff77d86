"""Progress: a bar a layer on a terminal, plain lines elsewhere; always on stderr."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from locatiescan.scan import Step
from locatiescan.sources.page import Progress as Told


@contextmanager
def shown_progress(quiet: bool) -> Iterator[Step]:
    """Give what a scan calls at each step."""
    console = Console(stderr=True)
    if quiet:
        yield silent
    elif console.is_terminal:
        with _bars(console) as bars:
            yield _bar_steps(bars)
    else:
        started = time.monotonic()
        yield _line_steps(console, started)


def silent(title: str) -> Told:
    """Tell nothing of a step."""
    return lambda received, promised: None


def _bars(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console)


def _bar_steps(bars: Progress) -> Step:
    tasks: list[TaskID] = []

    def finish_last() -> None:
        if tasks:
            done = bars.tasks[-1].completed or 1
            bars.update(tasks[-1], completed=done, total=done)

    def step(title: str):
        finish_last()
        task = bars.add_task(title, total=None)
        tasks.append(task)
        return lambda received, promised: bars.update(task, completed=received, total=promised)

    return step


def _line_steps(console: Console, started: float) -> Step:
    def step(title: str):
        console.print(f"{time.monotonic() - started:6.1f} s  {title}", highlight=False, markup=False)
        return lambda received, promised: None

    return step
