"""How high one may build: what a storey takes, and which limits bind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from locatiescan.model import FORBID_EXTRA, Flag, Name, NonNegative, Positive, Text
from locatiescan.policy.conditions import Cited


@dataclass(frozen=True, kw_only=True)
class HeightLimit(Cited):
    """One column that says how high may be built, or what is usual around."""

    __pydantic_config__ = FORBID_EXTRA

    kolom: Name
    """Column of the scan."""
    titel: Text
    """What a planner calls it."""
    soort: Literal["meters", "lagen"]
    """Unit of the column: metres above ground level, or storeys."""
    plan: Flag
    """Whether the zoning plan says it: as soon as one of these is known, the height counts as known."""
    bindend: Flag
    """Whether it binds where it is known; false is advice, which is only shown."""
    aandeel: Name | None = None
    """Column with the part of the ground for which something is said: 0 means that nothing holds there, so that no
    number is no open question."""
    waarom: Text


@dataclass(frozen=True, kw_only=True)
class Heights(Cited):
    """The file of heights."""

    __pydantic_config__ = FORBID_EXTRA

    titel: Text
    toelichting: Text
    laaghoogte_m: Positive
    """Of one storey, floor included, metres."""
    dak_m: NonNegative
    """That a flat roof adds, metres."""
    bouwvlak: Name
    """Column with the part of the ground that lies in a building area of the plan."""
    eisen: Annotated[tuple[HeightLimit, ...], Field(min_length=1)]
