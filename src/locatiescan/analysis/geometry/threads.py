"""How many threads the arithmetic may take, said in one place; what comes out never depends on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from locatiescan.errors import UsageError

VARIABLE = "LOCATIESCAN_THREADS"
"""Environment variable; who runs several scans at once gives each of them one thread."""


def most_threads() -> int:
    """Give the number of threads: as many as `VARIABLE` says, else one for each core.

    Raises
    ------
    UsageError
        If what it says is no whole number from 1.
    """
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return os.cpu_count() or 1
    if not said.isdecimal() or int(said) < 1:
        raise UsageError(f"{VARIABLE} is '{said}'; geef een heel getal vanaf 1, of laat de variabele weg.")
    return int(said)


def mapped(function: Callable[..., Any], *arguments: Iterable[Any], threads: int) -> list[Any]:
    """Apply a function to arguments side by side; the results come in the order of the arguments."""
    if threads == 1:
        return list(map(function, *arguments))  # no pool: its switches are not free
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, *arguments))
