"""What may be put on a location: modules, products, how ground is laid out, for whom, and what offices can become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from locatiescan.model import FORBID_EXTRA, Name, NonNegative, Positive, Share, Text
from locatiescan.policy.conditions import Cited

Count = Annotated[int, Field(ge=1, le=200, strict=True)]
Storeys = Annotated[int, Field(ge=1, le=10, strict=True)]


@dataclass(frozen=True, kw_only=True)
class Triple(Cited):
    """One figure three times: cautious, in the middle, favourable. Whichever way it runs, ``midden`` lies between."""

    __pydantic_config__ = FORBID_EXTRA

    laag: NonNegative
    """As the cautious estimate of the number of homes takes it."""
    midden: NonNegative
    hoog: NonNegative
    """As the favourable estimate takes it."""


@dataclass(frozen=True, kw_only=True)
class Module(Cited):
    """A unit that comes on one lorry; a larger home takes several, side by side."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    titel: Text
    go_m2: Positive
    """Usable floor area (gebruiksoppervlakte)."""
    breedte_m: Positive
    """Along the row, walls included."""
    diepte_m: Positive
    """Across the row, walls included."""


@dataclass(frozen=True, kw_only=True)
class Product(Cited):
    """A block that modules make, so many storeys high."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    titel: Text
    modules: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Modules of which it can be made; the one that gives most homes is taken."""
    lagen: Storeys
    min_modules: Count
    """Least number side by side in one block, a storey."""
    max_modules: Count
    trap_m: NonNegative = 0.0
    """Length that stairs add to a block, metres."""
    galerij_m: NonNegative = 0.0
    """Depth that a gallery adds, metres."""
    min_jaren: NonNegative = 0.0
    """Term from which it is sensible."""
    max_jaren: Positive | None = None
    """Term up to which it is sensible; None without end."""


@dataclass(frozen=True, kw_only=True)
class Furnishing:
    """How ground is laid out."""

    __pydantic_config__ = FORBID_EXTRA

    afstand_rand_m: Triple
    """Between a block and the edge of the free ground."""
    afstand_blokken_m: Triple
    """Between rows of blocks."""
    kopafstand_m: Triple
    """Between the heads of blocks in one row."""
    parkeernorm: Triple
    """Places per home, where the municipality gives none."""
    buitenruimte_m2: Triple
    """Ground per home that is neither built nor parked upon."""


@dataclass(frozen=True, kw_only=True)
class Parking(Cited):
    """Perpendicular bays along a lane."""

    __pydantic_config__ = FORBID_EXTRA

    vak_breedte_m: Positive
    vak_lengte_m: Positive
    rijloper_m: Positive
    """Width of the lane, which serves bays on one side or on both."""
    afstand_gevel_m: NonNegative
    """Between a block and bays or lane."""
    min_vakken: Count
    """Fewer bays together are not laid out."""


@dataclass(frozen=True, kw_only=True)
class FireAccess(Cited):
    """How near fire engines must come."""

    __pydantic_config__ = FORBID_EXTRA

    breedte_m: Positive
    """Width of open ground on which an engine can drive."""
    slang_m: Positive
    """A block lies at most so far from such ground."""
    weg_m: Positive
    """Such ground lies at most so far from the middle of a road."""
    wegstrook_m: NonNegative
    """Nearer to the middle of a road than this nothing stands: it is the road itself."""


@dataclass(frozen=True, kw_only=True)
class Group(Cited):
    """People for whom homes are meant."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    titel: Text
    deel: NonNegative
    """Parts of the homes, in proportion to the parts of the other groups."""
    min_go_m2: Positive
    """Least usable floor area of a home; modules are coupled until they have it."""


@dataclass(frozen=True, kw_only=True)
class Density(Cited):
    """Homes per hectare as they are built."""

    __pydantic_config__ = FORBID_EXTRA

    lagen: Storeys
    min_won_ha: NonNegative
    max_won_ha: Positive


@dataclass(frozen=True, kw_only=True)
class Conversion(Cited):
    """When a building may become homes, and how many."""

    __pydantic_config__ = FORBID_EXTRA

    gebruiksdoelen: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Functions (BAG gebruiksdoel) that homes may take the place of."""
    panden_status: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Status of a building (BAG) in which it stands and is used or could be."""
    min_m2: NonNegative
    """Least floor area of the building with these functions, square metres."""
    min_deel: Share
    """Least share of the building's floor area that has these functions."""
    go_per_woning_m2: Triple
    """Usable floor area of a home, square metres; the cautious figure is the largest."""
    nuttig_deel: Triple
    """Part of the floor area that becomes usable floor area of homes."""


@dataclass(frozen=True)
class Dwellings:
    """What can be placed where, and for whom: ``rules/woningtypen.yaml``."""

    __pydantic_config__ = FORBID_EXTRA

    titel: Text
    modules: Annotated[tuple[Module, ...], Field(min_length=1)]
    producten: Annotated[tuple[Product, ...], Field(min_length=1)]
    inrichting: Furnishing
    parkeren: Parking
    brandweer: FireAccess
    doelgroepen: Annotated[tuple[Group, ...], Field(min_length=1)]
    dichtheden: tuple[Density, ...]
    transformatie: Conversion
    max_m2: Positive = 20_000.0
    """Of larger free ground only a piece of this area is drawn on; ``getekend_m2`` says so."""
    per_locatie: Mapping[Text, Mapping[Name, NonNegative]] = field(default_factory=dict)
    """Parts of each group on one location, by ``locatie_id``, in place of the general ones."""
