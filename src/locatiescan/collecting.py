"""Python's collector of circular garbage, told to look seldom."""

from __future__ import annotations

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
