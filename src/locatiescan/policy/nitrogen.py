"""The nitrogen sieve: what a home adds to a hexagon by its distance, and what is handed to AERIUS to be calculated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from locatiescan.model import FORBID_EXTRA, Name, NonNegative, Positive, Text
from locatiescan.policy.conditions import Cited

Year = Annotated[int, Field(ge=2024, le=2060, strict=True)]
Sector = Annotated[int, Field(ge=1000, le=9999, strict=True)]
Code = Annotated[str, Field(min_length=1, max_length=60)]
Vehicle = Literal["LIGHT_TRAFFIC", "NORMAL_FREIGHT", "HEAVY_FREIGHT", "AUTO_BUS"]
RoadType = Literal[
    "FREEWAY", "NON_URBAN_ROAD_GENERAL", "NON_URBAN_ROAD_NATIONAL", "URBAN_ROAD_FREE_FLOW", "URBAN_ROAD_NORMAL"
]


@dataclass(frozen=True, kw_only=True)
class Figure(Cited):
    """A figure; its unit is in the name of the key."""

    __pydantic_config__ = FORBID_EXTRA

    waarde: Positive


@dataclass(frozen=True, kw_only=True)
class Factor(Cited):
    """How much less a modular home emits than the homes of the table, to build and to use."""

    __pydantic_config__ = FORBID_EXTRA

    waarde: Positive
    """What is reckoned with."""
    gunstig: Positive
    """What it may be at best; told, not reckoned with."""


@dataclass(frozen=True, kw_only=True)
class DistanceTable(Cited):
    """Deposition of one home by distance."""

    __pydantic_config__ = FORBID_EXTRA

    per_afstand_m: Annotated[Mapping[Positive, Positive], Field(min_length=2)]
    """Metres to the hexagon, to mol N/ha/yr a home."""


@dataclass(frozen=True, kw_only=True)
class CriticalLoads(Cited):
    """Critical deposition (KDW) of habitat types."""

    __pydantic_config__ = FORBID_EXTRA

    per_habitat: Annotated[Mapping[Text, Positive | Literal[">2400", "<2400"]], Field(min_length=1)]
    """Habitat code to mol N/ha/yr, or to the side of 2400 on which it lies."""


@dataclass(frozen=True, kw_only=True)
class Sectors(Cited):
    """Sector codes of AERIUS."""

    __pydantic_config__ = FORBID_EXTRA

    mobiele_werktuigen: Sector
    wegverkeer: Sector
    koude_start: Sector


@dataclass(frozen=True, kw_only=True)
class Machine(Cited):
    """A machine on the building site."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    titel: Text
    soort: Code
    """Class of machinery in AERIUS: stage, power and whether exhaust is cleaned with AdBlue."""
    vermogen_kw: Positive
    uren_per_woning: Positive
    adblue_aandeel: NonNegative
    """Litres of AdBlue per litre of fuel."""


@dataclass(frozen=True, kw_only=True)
class Fuel(Cited):
    """What a machine burns an hour: a line through its power."""

    __pydantic_config__ = FORBID_EXTRA

    liter_per_kw_uur: Positive
    """Litres an hour per kW of greatest power."""
    liter_per_uur: NonNegative
    """Litres an hour besides."""


@dataclass(frozen=True, kw_only=True)
class Between(Cited):
    """A figure that is between two ends."""

    __pydantic_config__ = FORBID_EXTRA

    laag: NonNegative
    hoog: Positive


@dataclass(frozen=True, kw_only=True)
class YearFigure(Cited):
    """A year."""

    __pydantic_config__ = FORBID_EXTRA

    waarde: Year


@dataclass(frozen=True, kw_only=True)
class Traffic(Cited):
    """Vehicles of one kind."""

    __pydantic_config__ = FORBID_EXTRA

    voertuig: Vehicle
    bewegingen_per_woning: Positive
    """Movements on the road, each way one; a year while building, a day in use."""
    koude_starts_per_woning: NonNegative
    """Engines that start cold, in the same time."""


@dataclass(frozen=True, kw_only=True)
class Road(Cited):
    """The road that traffic takes."""

    __pydantic_config__ = FORBID_EXTRA

    wegtype: RoadType
    gebied: Literal["NL"]
    stagnatie_aandeel: Annotated[float, Field(ge=0, le=1, strict=True)]
    """Share of the traffic that stands still."""


@dataclass(frozen=True, kw_only=True)
class Aerius:
    """Figures of which AERIUS makes emissions; the sieve does not use them."""

    __pydantic_config__ = FORBID_EXTRA

    rekenjaar: YearFigure
    """Year of calculation where the user names none."""
    sectoren: Sectors
    werktuigen: Annotated[tuple[Machine, ...], Field(min_length=1)]
    brandstof: Fuel
    nox_aanleg_kg_per_woning: Between
    """What building a home emits by other counts: to check the machines with."""
    bouwverkeer: Annotated[tuple[Traffic, ...], Field(min_length=1)]
    """In the year of building."""
    verkeer: Annotated[tuple[Traffic, ...], Field(min_length=1)]
    """A day in use."""
    weg: Road


@dataclass(frozen=True, kw_only=True)
class Screening:
    """One file with the nitrogen sieve: ``rules/stikstof.yaml``."""

    __pydantic_config__ = FORBID_EXTRA

    titel: Text
    toelichting: Text
    drempel_mol_ha_jr: Figure
    """Below it AERIUS says 0,00, and no permit is needed."""
    scenario_mol_ha_jr: Figure
    """A threshold that may come to be law."""
    groen_onder_maal: Figure
    """Below this many times the threshold the verdict is green."""
    rood_boven_maal: Figure
    """Above this many times the threshold the verdict is red."""
    reken_afstand_m: Figure
    """AERIUS does not calculate beyond it."""
    modulair_factor: Factor
    mol_per_woning: DistanceTable
    kdw_mol_ha_jr: CriticalLoads
    aerius: Aerius
