"""What law and money ask of a location, beside its planning route."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from locatiescan.model import FORBID_EXTRA, JA, Name, Positive, Text
from locatiescan.policy.conditions import Cited, Condition, Day

Subject = Literal[
    "grond", "aanbesteding", "geld", "termijn", "mer", "ladder", "participatie", "taakstelling", "milieu", "onderzoek"
]
IN_TEXT = r"\{([a-z][a-z0-9_]*)\}"
"""How a text names a known fact."""
THRESHOLD_FACTS = ("drempel_euro", "drempel_woningen", "kosten_per_woning_euro")
"""What a text may name where the flag has thresholds."""


@dataclass(frozen=True, kw_only=True)
class Threshold(Cited):
    """An amount of money from which something must be done, in one period."""

    __pydantic_config__ = FORBID_EXTRA

    bedrag_euro: Positive
    """Excluding VAT."""
    kosten_per_woning_euro: Positive
    """What a home costs, for the number of homes that reaches the amount."""
    vanaf: Day | None = None
    """First day of the period."""
    tot: Day | None = None
    """Last day of the period, itself included."""


@dataclass(frozen=True, kw_only=True)
class Flag(Cited):
    """Something a location asks or offers when all of its conditions hold."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    titel: Text
    """In lists, so without ``;``."""
    onderwerp: Subject
    tekst: Text
    """What it means, in plain Dutch; ``{woningen}`` is replaced by that fact of the location."""
    wie: Text
    """Who acts."""
    grondslag: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Articles and rulings."""
    als: tuple[Condition, ...] = ()
    """All must hold; none: on every location."""
    drempels: tuple[Threshold, ...] = ()
    """By period: homes times costs must reach the amount too; unknown in a period without one."""
    vanaf: Day | None = None
    """First day on which it holds."""
    tot: Day | None = None
    """Last day on which it holds, itself included."""
    in_werking: Literal["ja", "onbekend"] = JA
    """``onbekend`` where nobody could say whether the law is in force; then the flag is unknown."""
