"""How long a search may take. Rooms of analysis read no clock: who calls says how many seconds are left."""

from __future__ import annotations

from collections.abc import Callable

Left = Callable[[], float]
"""Seconds that are left; below zero once they are up."""
PLENTY_S = 60.0


def plenty() -> float:
    """As much for every search: for who has no clock."""
    return PLENTY_S


def within(left: Left, seconds: float) -> Left:
    """No more of what is left than so many seconds from now."""
    until = max(left() - seconds, 0.0)
    return lambda: left() - until
