"""Words of a file with known outcomes, against which a scan is held."""

from __future__ import annotations

COLUMNS = ("naam", "uitkomst", "datum", "reden", "woningen", "bron")
NEEDED = COLUMNS[:3]
BUILT, APPROVED, DROPPED = "gebouwd", "goedgekeurd", "afgevallen"
OUTCOMES = (BUILT, APPROVED, DROPPED)
