"""Records of ``planroutes.yaml``: by which route of planning law homes may come, for how long, and what bars it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from locatiescan.model import FORBID_EXTRA, Decider, Flag, Name, NonNegative, Positive, Text
from locatiescan.policy.conditions import Cited, Condition, Day, Weeks

RouteName = Annotated[str, Field(min_length=1, max_length=8)]
"""As lawyers number them here: ``O1`` to ``O6`` under the old law, ``N0`` to ``N5`` under the new."""
CLOSED: Literal["dicht"] = "dicht"
MANUAL: Literal["handmatig toetsen"] = "handmatig toetsen"
OPEN: Literal["open"] = "open"


@dataclass(frozen=True, kw_only=True)
class Objection(Cited):
    """What bars a route, or what somebody has to look at. A route is open unless an objection holds."""

    __pydantic_config__ = FORBID_EXTRA

    als: tuple[Condition, ...]
    """Holds where all of these do; an empty list always holds."""
    dan: Literal["dicht", "handmatig toetsen"]
    """Where it is not known whether it holds, the outcome is ``handmatig toetsen`` whatever stands here."""
    omdat: Text
    """The reason as users see it, with the article."""
    overleg: Text | None = None
    """Whom to consult."""


@dataclass(frozen=True, kw_only=True)
class Restriction(Cited):
    """Objections that several routes share, while they are in force."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    titel: Text
    routes: tuple[RouteName, ...]
    vanaf: Day | None = None
    """First date of application to which it applies; None where it always did."""
    tot: Day | None = None
    """Last date of application to which it applies; None where it still does."""
    overleg: Text | None = None
    """Whom to consult, for every objection that names nobody."""
    bezwaren: tuple[Objection, ...]


@dataclass(frozen=True, kw_only=True)
class Surcharge(Cited):
    """Weeks on top of a route's own. Where it is not known whether it holds, they count at the high end only."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    titel: Text
    als: tuple[Condition, ...]
    routes: tuple[RouteName, ...]
    weken: Weeks
    waarom: Text


@dataclass(frozen=True, kw_only=True)
class LegalPath(Cited):
    """What follows a decision, counted in weeks from that decision."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    titel: Text
    in_werking: Weeks
    """Until the decision takes effect."""
    onherroepelijk: Weeks
    """Until nothing can be brought against it: low where nobody objects, high through every court."""
    toelichting: Text


@dataclass(frozen=True, kw_only=True)
class Route(Cited):
    """One way to permission under planning law."""

    __pydantic_config__ = FORBID_EXTRA

    naam: RouteName
    titel: Text
    regime: Literal["Wro", "Wabo", "Chw", "Omgevingswet"]
    grondslag: Text
    """Articles."""
    vanaf: Day | None = None
    """First date of application for which the route is there."""
    tot: Day | None = None
    """Last date of application for which the route is there."""
    procedure: Text
    weken: Weeks
    """From application to decision."""
    verlenging_weken: NonNegative = 0.0
    """By how much the authority may put off its decision; counts at the high end."""
    max_jaren: Positive | None = None
    """Longest term; None where the law sets none."""
    termijn: Text
    """What else is to be said of the term: prolonging, technical requirements."""
    rechtsgang: Name
    beslist: Decider
    voorkeur: int
    """The lower, the sooner it is chosen among routes with the same outcome."""
    kiezen: Flag = True
    """False: always named, never chosen as the best, since only the plan's text shows whether it is there at all."""
    toelichting: Text | None = None
    bezwaren: tuple[Objection, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Planning:
    """The whole of ``planroutes.yaml``."""

    __pydantic_config__ = FORBID_EXTRA

    titel: Text
    toelichting: Text
    termijn_jaren: Positive
    """Term that is asked for where the user names none."""
    termijn_waarom: Text
    rechtsgangen: tuple[LegalPath, ...]
    beperkingen: tuple[Restriction, ...]
    toeslagen: tuple[Surcharge, ...]
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]
