"""Conditions on what is known of a location: the words in which dated law is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from locatiescan.model import FORBID_EXTRA, Flag, Name, NonNegative, Number, Text

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
"""A date as ISO 8601 writes it."""

FACTS: Mapping[str, str] = {
    "soort": "grond, of transformatie van een bestaand gebouw",
    "termijn_jaren": "gevraagde termijn in jaren",
    "peiljaar": "jaar van de peildatum",
    "bestaand_bouwwerk": "of het om een bestaand bouwwerk gaat",
    "nieuw_volume": "of bebouwde oppervlakte of bouwvolume toeneemt",
    "lagen": "woonlagen waarmee is gerekend",
    "hoogte_past": "of die lagen passen binnen wat het plan toestaat",
    "product": "woningtype dat past",
    "woningen": "aantal woningen, middenschatting",
    "woningen_laag": "aantal woningen, voorzichtig",
    "woningen_hoog": "aantal woningen, gunstig",
    "woningen_statushouders": "aantal woningen voor statushouders, middenschatting",
    "bvo_m2": "bruto vloeroppervlakte, middenschatting",
    "stikstof_mol_ha_jr": "gezeefde depositie op het dichtstbijzijnde overbelaste hexagoon",
    "stikstof_oordeel": "groen, oranje of rood",
    "eigenaar": "soort eigenaar: gemeente, corporatie, rijk, provincie, waterschap, derde",
}
"""What is made for each location besides the columns of the scan, and may be named in a condition. The figures of a
municipality (`policy.figures`) may be named too."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One thing that is so, is not so, or is not known. Exactly one kind: a range, ``is_in``, ``not_in``,
    ``bevat``, ``bevat_niet``.
    """

    __pydantic_config__ = FORBID_EXTRA

    kolom: Name
    """Column of the scan, or one of `FACTS`, or a figure of the municipality."""
    min: Number | Name | None = None
    """At least; a name means the value of that column."""
    max: Number | Name | None = None
    """At most."""
    onder: Number | Name | None = None
    """Strictly below."""
    boven: Number | Name | None = None
    """Strictly above."""
    is_in: tuple[Text, ...] = ()
    not_in: tuple[Text, ...] = ()
    bevat: tuple[Text, ...] = ()
    """Words of which the text holds at least one, whatever the capitals; text without any word is known: not so."""
    bevat_niet: tuple[Text, ...] = ()
    """Words of which the text holds none."""


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """A time that is between two ends, in weeks."""

    __pydantic_config__ = FORBID_EXTRA

    laag: NonNegative
    hoog: NonNegative


@dataclass(frozen=True, kw_only=True)
class Cited:
    """What every legal or numeric statement carries."""

    bron: Text | None = None
    """Where it stands."""
    datum: Text | None = None
    """Date of that source."""
    ongeverifieerd: Flag = False
    """True where it was not checked against its source; shown with every result."""
