"""Memory: the collector of circular garbage is told to look seldom, and what is free is given back."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

BEFORE_LOOKING = 200_000
"""So many new objects come before the collector looks for circles: by its own count it would go through all shapes of
a municipality time and again, and shapes and tables make no circles to speak of."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for circular garbage seldom while much is made and kept."""
    usual = gc.get_threshold()
    gc.set_threshold(BEFORE_LOOKING, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def give_back() -> None:
    """Give free memory back to the machine, where the C library can (glibc).

    Else a worker that scans one municipality after another keeps what the largest so far needed: 890 instead of
    665 MB after four.
    """
    gc.collect()
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        return
