"""Libraries in C that print on standard output what is meant for nobody."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STDOUT = 1


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Drop what C libraries print on standard output; what Python prints there meanwhile goes with it.

    The solver has messages of its own that no option turns off. They would stand in the middle of what a command
    tells, and in a pipe at its end: C keeps them until it is told to write.
    """
    sys.stdout.flush()
    try:
        kept = os.dup(STDOUT)
    except OSError:  # closed: there is nothing to keep clean
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        _written()  # what was printed before is not ours to drop
        os.dup2(nowhere, STDOUT)
        yield
        _written()
    finally:
        os.dup2(kept, STDOUT)
        os.close(kept)
        os.close(nowhere)


def _written() -> None:
    """Have C write what it keeps."""
    if os.name == "posix":
        ctypes.CDLL(None).fflush(None)
