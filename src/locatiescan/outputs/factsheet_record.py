"""What one factsheet holds: plain text and pictures, which whoever writes them must escape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from locatiescan.analysis.answering.dutch import between
from locatiescan.analysis.answering.sentences import none_fits
from locatiescan.outputs.factsheet_drawing import Picture
from locatiescan.policy.dwellings import Dwellings, Module

Tone = Literal["goed", "twijfel", "fout", "vlak"]
COUNTS = ("woningen_laag", "woningen", "woningen_hoog")
"""Columns with homes that are no target group."""
LATEST = "op zijn laatst (uitstel en alle beroepen)"
HOW_TO_READ = "De lengte van een balk is het gewicht, het gevulde deel de score."
MARK_MEANS = "[U]: niet nagelezen bij de bron, of een eigen aanname."


@dataclass(frozen=True)
class Facts:
    """All that is known of one location."""

    known: Mapping[str, Any]
    """Columns that are not unknown."""
    routes: Sequence[Mapping[str, Any]]
    flags: Sequence[Mapping[str, Any]]
    parcels: tuple[str, ...]
    """Cadastral names."""
    dwellings: Dwellings | None = None
    """The catalogue that the run used, where it is at hand."""

    @property
    def homes(self) -> str:
        """Lowest to highest number of homes; empty where unknown."""
        counts = [self.known[name] for name in COUNTS if name in self.known]
        return between(min(counts), max(counts)) if counts else ""

    @property
    def none_fit(self) -> bool:
        """Whether it is known that not one home fits."""
        return none_fits(self.known)

    @property
    def building(self) -> bool:
        """Whether it is a building to be converted."""
        return self.known.get("soort") == "transformatie"

    @property
    def module(self) -> Module | None:
        """The module that was drawn with."""
        found = self.dwellings.modules if self.dwellings else ()
        return next((module for module in found if module.naam == self.known.get("module")), None)

    @property
    def best(self) -> Mapping[str, Any]:
        """The best planning route; empty where there is none."""
        return next((row for row in self.routes if row.get("beste")), {})


@dataclass(frozen=True)
class Tile:
    """One figure at the top."""

    label: str
    value: str
    note: str = ""
    tone: Tone = "vlak"
    """Colour beside it; the words say the same."""


@dataclass(frozen=True)
class Answer:
    """A question and what the scan says to it."""

    question: str
    text: str


@dataclass(frozen=True)
class Dates:
    """A moment in the procedure, at its earliest and its latest."""

    label: str
    early: str
    late: str


@dataclass(frozen=True)
class Criterion:
    """One preference: what was measured, what it weighs and what it brings."""

    words: str
    more: str
    """Why it counts."""
    value: str
    weight: float
    """Part of all weight, 0 to 1."""
    score: float | None
    """0 to 1; None is unknown."""
    points: str

    @property
    def bar_words(self) -> str:
        """What the bar shows, in figures."""
        scored = "onbekend" if self.score is None else f"{100 * self.score:.0f} %"
        return f"gewicht {100 * self.weight:.0f} %, score {scored}"


@dataclass(frozen=True)
class Demand:
    """One limit."""

    words: str
    more: str
    """What is measured."""
    asked: str
    value: str
    verdict: str


@dataclass(frozen=True)
class Factsheet:
    """All that one factsheet shows."""

    name: str
    """``locatie_id``."""
    title: str
    subtitle: str
    municipality: str
    dates: str
    warning: str
    """That it is made up; empty where it is real."""
    tiles: tuple[Tile, ...]
    map: Picture
    plan: Picture | None
    plan_lines: tuple[str, ...]
    """What the letters in the plan mean, or why there is no plan."""
    summary: str
    answers: tuple[Answer, ...]
    moments: tuple[Dates, ...]
    criteria: tuple[Criterion, ...]
    demands: tuple[Demand, ...]
    scoring: str
    unknowns: tuple[str, ...]
    sources: tuple[str, ...]
    disclaimer: str

    @property
    def heaviest(self) -> float:
        """Weight of the longest bar."""
        return max((one.weight for one in self.criteria), default=0.0) or 1.0
