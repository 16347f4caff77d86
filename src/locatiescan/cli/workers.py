"""Many municipalities at once: tasks on the workers of dask.distributed, or one after another without it.

The same function does a task either way, so the outcome does not depend on who does it. A worker that dies is no
loss: the scheduler gives its task to another.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from locatiescan.errors import LocatiescanError, UsageError

Given = TypeVar("Given")
Done = TypeVar("Done")
Run = Callable[[Callable[[Given], Done], Sequence[Given]], Iterator[tuple[int, Done | LocatiescanError]]]
"""Does a function for each item, and gives place and outcome of each as it is done: a mistake that a user can mend
stops one task and no other."""
THREADS = "LOCATIESCAN_THREADS"
EXTRA = "pip install 'locatiescan[dask]'"
QUIET = {
    "distributed.worker.memory.target": False,  # tasks hold little and give back files: nothing to spill
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.admin.large-graph-warning-threshold": "1GiB",
}


@contextmanager
def workers(count: int, address: str | None = None) -> Iterator[Run[Any, Any]]:
    """Give what does tasks.

    Parameters
    ----------
    count : int
        Processes on this machine, which share its cores; with one, everything is done in this process.
    address : str, optional
        Scheduler that runs already, for instance ``tcp://127.0.0.1:8786``; its workers need the same folders.

    Raises
    ------
    UsageError
        If the scheduler is not there, or dask.distributed is not installed where an address is given.
    """
    if address is None and (count < 2 or not _installed()):
        yield _one_by_one
        return
    if not _installed():
        raise UsageError(f"--dask vraagt om dask.distributed: {EXTRA}")
    with ExitStack() as stack:
        client = stack.enter_context(_client(count, address, stack))
        yield lambda function, items: _on_dask(client, function, items)


def longest_first(sizes: Sequence[float]) -> list[int]:
    """Places in the order in which tasks are best begun: so that no long one is left when the others are done."""
    return sorted(range(len(sizes)), key=lambda place: -sizes[place])


def usual_count(tasks: int) -> int:
    """Workers for so many tasks: one a core."""
    return max(1, min(tasks, os.cpu_count() or 1))


def _installed() -> bool:
    from importlib.util import find_spec

    return find_spec("distributed") is not None


def _one_by_one(function: Callable[[Given], Done], items: Sequence[Given]) -> Iterator[tuple[int, Any]]:
    for place, item in enumerate(items):
        try:
            yield place, function(item)
        except LocatiescanError as error:
            yield place, error


def _client(count: int, address: str | None, stack: ExitStack) -> Any:
    """Connect to the scheduler, or start one on this machine with its workers."""
    import dask.config
    from distributed import Client, LocalCluster

    stack.enter_context(dask.config.set(QUIET))
    if address:
        try:
            return Client(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(f"--dask {address}: daar antwoordt geen scheduler ({error}).") from error
    threads = str(max(1, (os.cpu_count() or 1) // count))
    cluster = LocalCluster(
        n_workers=count,
        threads_per_worker=1,
        processes=True,
        memory_limit=None,
        dashboard_address="127.0.0.1:0",  # any free port, seen from this machine only
        silence_logs=logging.CRITICAL,
        host="127.0.0.1",
        env={THREADS: threads},
        local_directory=stack.enter_context(tempfile.TemporaryDirectory(prefix="locatiescan-")),
    )
    return Client(stack.enter_context(cluster), set_as_default=False)


def _on_dask(client: Any, function: Callable[[Given], Done], items: Sequence[Given]) -> Iterator[tuple[int, Any]]:
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    # pure=False: a task writes files, so an outcome of before is no answer
    futures = {client.submit(function, item, pure=False): place for place, item in enumerate(items)}
    for future in as_completed(list(futures), loop=client.loop):
        place, error = futures.pop(future), future.exception()
        if isinstance(error, KilledWorker):
            error = LocatiescanError("de processen die dit deden zijn telkens afgebroken; is er genoeg geheugen?")
        elif error is not None and not isinstance(error, LocatiescanError):
            error = LocatiescanError(f"het proces dat dit deed is weggevallen ({type(error).__name__})")
        yield place, error or future.result()
