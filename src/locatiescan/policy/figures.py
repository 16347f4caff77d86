"""Figures of a municipality that no map layer holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from locatiescan.model import FORBID_EXTRA, NonNegative, Text
from locatiescan.policy.conditions import Cited

Code = Annotated[str, Field(pattern=r"^GM\d{4}$")]

FIGURE_NAMES: Mapping[str, str] = {
    "woningvoorraad": "woningen in de gemeente",
    "inwoners": "inwoners van de gemeente",
    "pro_rata_1000": "aandeel in 1.000 woningen voor de regio, naar woningvoorraad",
    "rthf_plafond_woningen": "woningen waarvoor de herplaatsingsgarantie ten hoogste geldt",
    "taakstelling_statushouders": "statushouders die de gemeente dit halfjaar moet huisvesten, met achterstand",
    "raad_advies_woningen": "aantal woningen vanaf waar de raad bindend adviseert",
    "chw_aangewezen": "of de gemeente was aangewezen onder de Crisis- en herstelwet",
    "parkeernorm": "parkeerplaatsen per woning",
}
"""What a condition may name of the municipality; the fields of `Figures`."""


@dataclass(frozen=True, kw_only=True)
class Amount(Cited):
    """A number, or None where it was not found."""

    __pydantic_config__ = FORBID_EXTRA

    waarde: NonNegative | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict(Cited):
    """``ja`` or ``nee``, or None where it was not found."""

    __pydantic_config__ = FORBID_EXTRA

    waarde: Literal["ja", "nee"] | None = None


@dataclass(frozen=True, kw_only=True)
class Figures(Cited):
    """What is known of one municipality; a figure without a value is unknown. ``bron`` is that of its CBS code."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Text
    woningvoorraad: Amount = Amount()
    inwoners: Amount = Amount()
    pro_rata_1000: Amount = Amount()
    rthf_plafond_woningen: Amount = Amount()
    taakstelling_statushouders: Amount = Amount()
    raad_advies_woningen: Amount = Amount()
    chw_aangewezen: Verdict = Verdict()
    parkeernorm: Amount = Amount()


@dataclass(frozen=True, kw_only=True)
class FiguresFile:
    """The file as a whole: CBS code to figures."""

    __pydantic_config__ = FORBID_EXTRA

    toelichting: Text
    gemeenten: Mapping[Code, Figures]
