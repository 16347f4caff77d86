"""Words of the status file that planners keep: how far a place for flexwoningen has come."""

from __future__ import annotations

CANDIDATE, STUDY, DECIDED, PERMITTED, BUILT, DROPPED = (
    "kandidaat", "in_onderzoek", "besloten", "vergund", "gebouwd", "afgevallen",
)  # fmt: skip
STAGES = (CANDIDATE, STUDY, DECIDED, PERMITTED, BUILT)
"""From least to most advanced."""
STATUSES = (*STAGES, DROPPED)
COMMITTED = (DECIDED, PERMITTED, BUILT)
"""From a decision on, homes count towards the target: before that nobody is bound to anything."""
COLUMNS = ("locatie_id", "gemeente", "status", "datum", "woningen", "toelichting", "percelen", "omtrek")
"""Columns of the file, in order. ``percelen`` and ``omtrek`` are the program's own: the ground that is meant."""
LONGEST_NOTE, LONGEST_OUTLINE, LONGEST_PARCELS = 2_000, 30_000, 4_000
"""Characters; a spreadsheet cell holds 32 767 and cuts what is longer without a word."""
