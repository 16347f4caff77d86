"""Records of ``portefeuille.yaml``: what a region asks of a set of sites together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from locatiescan.model import FORBID_EXTRA, Flag, Name, NonNegative, Positive, Score, Share, Text
from locatiescan.policy.conditions import Cited, Day
from locatiescan.policy.figures import Code

Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Milestone = Literal["besluit", "in_werking", "onherroepelijk"]
Side = Literal["vroeg", "laat"]
Objective = Literal["minste_locaties", "geschiktheid", "snelst", "weging"]
OBJECTIVES: tuple[Objective, ...] = ("minste_locaties", "geschiktheid", "snelst", "weging")
RouteVerdict = Literal["open", "handmatig toetsen", "dicht"]


@dataclass(frozen=True, kw_only=True)
class Quota(Cited):
    """What is asked of one municipality."""

    __pydantic_config__ = FORBID_EXTRA

    minimum: Count | None = None
    """Homes on its own ground, at least."""
    maximum: Count | None = None
    """Homes on its own ground, at most."""
    aandeel: Score | None = None
    """Part of the target, in place of the part by ``verdeling``."""
    waarom: Text


@dataclass(frozen=True, kw_only=True)
class Exchange(Cited):
    """Whether municipalities may build for each other."""

    __pydantic_config__ = FORBID_EXTRA

    toegestaan: Flag = False
    max_aandeel: Score = 0.0
    """Largest part of a municipality's share that others may build for it."""
    waarom: Text


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Homes that must stand by a date."""

    __pydantic_config__ = FORBID_EXTRA

    datum: Day
    woningen: Count
    waarom: Text


@dataclass(frozen=True, kw_only=True)
class Building(Cited):
    """From a decision to homes that stand: which date of the route counts, and how long building takes."""

    __pydantic_config__ = FORBID_EXTRA

    mijlpaal: Milestone = "onherroepelijk"
    kant: Side = "laat"
    bouwweken: NonNegative
    waarom: Text


@dataclass(frozen=True, kw_only=True)
class Weighing(Cited):
    """How much each part counts where all three do; at least one is above zero."""

    __pydantic_config__ = FORBID_EXTRA

    locaties: NonNegative
    geschiktheid: NonNegative
    weken: NonNegative
    waarom: Text


@dataclass(frozen=True, kw_only=True)
class SiteLoad(Cited):
    """What a site weighs whatever its size, in homes: it takes a procedure, a contract and a building site."""

    __pydantic_config__ = FORBID_EXTRA

    woningen: NonNegative
    waarom: Text


@dataclass(frozen=True, kw_only=True)
class Wishes(Cited):
    """What is asked of a portfolio, as in ``rules/portefeuille.yaml``."""

    __pydantic_config__ = FORBID_EXTRA

    titel: Text
    toelichting: Text
    doel: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
    """Homes in the region, at least."""
    verdeling: Literal["pro_rata", "vrij"]
    """Over municipalities: by the homes they have now, or free."""
    verdeling_waarom: Text
    gemeenten: Mapping[Code, Quota] = field(default_factory=dict)
    uitwisseling: Exchange
    mix: Mapping[Name, Score] = field(default_factory=dict)
    """Group to its part of all homes chosen; empty where the mix is free."""
    mix_marge: Score = 0.0
    """Parts may differ so much from ``mix``, either way."""
    mix_waarom: Text
    opleveringen: tuple[Delivery, ...] = ()
    oplevering: Building
    onderlinge_afstand_m: NonNegative = 0.0
    """Between outlines of two chosen sites, at least; 0 asks nothing."""
    verplicht: tuple[Text, ...] = ()
    """Ids of sites that must be in."""
    uitgesloten: tuple[Text, ...] = ()
    """Ids of sites that must not."""
    stikstofruimte: Mapping[Text, NonNegative] = field(default_factory=dict)
    """Natura 2000 area to the deposition (mol N/ha/yr) that all chosen sites may add up to there."""
    planroutes: Annotated[tuple[RouteVerdict, ...], Field(min_length=1)] = ("open", "handmatig toetsen")
    """Verdicts of the best route with which a site may be chosen."""
    gebouwen: Flag = True
    """Whether buildings that may become homes take part."""
    minder_woningen: Flag = True
    """Whether a site may hold fewer homes: what nitrogen or a route allows at most."""
    min_termijn_jaren: Positive | None = None
    """Homes must be allowed to stay so long; None asks nothing."""
    voorkeur: Objective = "minste_locaties"
    weging: Weighing
    last_per_locatie: SiteLoad
    varianten: Annotated[int, Field(ge=0, le=10, strict=True)] = 3
    """Further sets to look for."""
    verschil: Share = 0.3
    """Part of the homes in which further sets differ from every earlier one, at least."""
