"""All policy of one scan, and what was asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from locatiescan.policy.dwellings import Dwellings
    from locatiescan.policy.figures import Figures
    from locatiescan.policy.flags import Flag
    from locatiescan.policy.heights import Heights
    from locatiescan.policy.nitrogen import Screening
    from locatiescan.policy.planning import Planning


@dataclass(frozen=True)
class Policy:
    """What the files beside the rules say."""

    planning: Planning
    flags: tuple[Flag, ...]
    dwellings: Dwellings
    heights: Heights
    nitrogen: Screening
    figures: Mapping[str, Figures]
    """By CBS code."""


@dataclass(frozen=True)
class Asked:
    """What is asked of each location."""

    policy: Policy
    peildatum: date
    """Day on which an application would be made: it decides which law holds."""
    termijn_jaren: float
    """How long the homes should stay."""
    owners: pd.DataFrame | None = None
    """``perceel_id`` and ``eigenaar``; None where nobody said who owns what."""
    vacancy: pd.DataFrame | None = None
    """Buildings that stand empty; None where nobody said so."""
