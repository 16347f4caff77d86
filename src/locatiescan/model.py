"""The frozen records that travel between rooms. No behaviour lives here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pydantic import ConfigDict, Field

FORBID_EXTRA = ConfigDict(extra="forbid")

# The three values of every verdict. Unknown is not free.
JA, NEE, ONBEKEND = "ja", "nee", "onbekend"

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
# Strict: the text "5" is no number and 1 is no bool.
Number = Annotated[float, Field(allow_inf_nan=False, strict=True)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
Score = Annotated[float, Field(ge=0, le=1, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Scalar = str | bool | int | float
DIMENSION = {"vlak": 2, "lijn": 1, "punt": 0}
"""Dimension of the shapes in a layer of each kind of geometry."""
Protocol = Literal["wfs", "ogcapi", "arcgis", "wcs", "plannen", "gml", "postgis", "download", "file", "geen"]


@dataclass(frozen=True)
class Source:
    """Where a layer comes from: one entry of ``data/sources.yaml``."""

    __pydantic_config__ = FORBID_EXTRA

    name: Name
    """Our name of the layer, e.g. ``percelen``."""
    titel: Text
    """What a planner calls it."""
    protocol: Protocol
    """How it is read; ``geen`` where no service is known, which makes the layer unknown."""
    geometry: Literal["vlak", "lijn", "punt", "grid"]
    """What it holds: polygons, lines, points, or a grid of cells."""
    attribution: Text
    """The credit line that the source asks for."""
    licence: Text
    """Licence as the source states it."""
    zekerheid: Literal["PROD", "LIVE", "DOC", "INFER", "NV", "fictief", "gebruiker"]
    """How sure this entry is: seen in production, run live, documented, inferred, not verified."""
    toelichting: Text | None = None
    """What a user should know of this source."""
    url: Text | None = None
    """Address of the service or file; a relative path counts from the catalogue's folder."""
    typename: Text | None = None
    """WFS typename, OGC API collection, or layer within a file."""
    key: Text | None = None
    """The column, in the service's spelling, that is unique per feature; ``a+b`` for a key of two."""
    columns: Mapping[Name, Text] = field(default_factory=dict)
    """Our column name to the service's; nothing else is kept. Case does not matter."""
    where: Mapping[Name, Scalar] = field(default_factory=dict)
    """Only features with these values (our column names) are kept."""
    drop: Mapping[Name, tuple[Text, ...]] = field(default_factory=dict)
    """Features with one of these texts are left out, e.g. plans of the past and drafts."""


@dataclass(frozen=True)
class Storage:
    """Where fetched layers are kept, and when they may be used again."""

    folder: Path
    max_age_days: float = 7.0
    """An older entry is fetched anew."""
    offline: bool = False
    """Use what is kept, however old; never the network."""
    refresh: bool = False
    """Fetch anew whatever is kept."""


@dataclass(frozen=True)
class Area:
    """A municipality."""

    name: str
    code: str
    """CBS code with prefix, e.g. ``GM0361``."""
    boundary: shapely.Geometry
    """RD New."""


@dataclass(frozen=True)
class Pedigree:
    """Where a layer's content came from, as evidence."""

    address: str
    """URL or file name, without secrets."""
    fetched_at: str
    """UTC, ISO 8601."""
    promised: int | None
    """Number of features the service said it has for the asked area; None where it does not say."""
    received: int
    """Unique features that arrived."""
    kept: int
    """Features left after the source's ``where``."""
    repaired: tuple[str, ...] = ()
    """Keys of features whose geometry was invalid and was repaired."""
    sha256: str = ""
    """Hash over keys, attributes and geometry as kept."""
    licence: str = ""
    """Licence as the service itself states it, else as the catalogue does."""
    notes: tuple[str, ...] = ()
    """What a reader must know, in Dutch."""


@dataclass(frozen=True)
class Grid:
    """A coarse regular grid in RD New."""

    values: np.ndarray
    """Rows from north to south, float64, NaN where unknown."""
    west: float
    """Metres, left edge."""
    north: float
    """Metres, upper edge."""
    cell_m: float
    """Side of a cell in metres."""


@dataclass(frozen=True)
class Layer:
    """Features in RD New in our column names, with pedigree."""

    name: str
    source: Source
    features: gpd.GeoDataFrame | None = None
    """None where the layer is absent (unknown) or a grid."""
    grid: Grid | None = None
    pedigree: Pedigree | None = None
    absent: str | None = None
    """Why the layer is not there, in Dutch; None when it is."""


Curve = Annotated[Mapping[Number, Score], Field(min_length=2)]
Classes = Annotated[Mapping[Text, Score], Field(min_length=1)]


@dataclass(frozen=True)
class Exclusion:
    """A layer that takes ground away from a parcel's free area."""

    __pydantic_config__ = FORBID_EXTRA

    layer: Name
    buffer_m: NonNegative = 0.0
    """Margin around each feature, metres."""
    where: Mapping[Name, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One measured column: its name is the column name and ends in its unit."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    measure: Name
    """Which measure, from the dict in ``analysis.measures``."""
    waarom: Text
    """Why this is measured or judged, with the legal source where there is one."""
    layer: Name | None = None
    """Layer of ``data/sources.yaml`` that is measured."""
    column: Name | None = None
    """Column of that layer, for measures that read one."""
    where: Mapping[Name, Scalar] = field(default_factory=dict)
    """Only features with these values count."""
    exclude: tuple[Exclusion, ...] = ()
    """For ``free_area_m2``: what is taken away."""
    reach_m: NonNegative | None = None
    """For distances: how far beyond the municipality to look; larger values are cut to it, metres."""
    bron: Text | None = None
    """Source of the figure or rule."""
    datum: Text | None = None
    """Date of that source."""
    ongeverifieerd: Flag = False
    """True where the value was not checked against its source; shown with every result."""


@dataclass(frozen=True, kw_only=True)
class Limit(Measurement):
    """Outside is out. Exactly one kind: a range (``min`` and or ``max``), ``is_in`` or ``not_in``."""

    min: Number | None = None
    max: Number | None = None
    is_in: tuple[Text, ...] = ()
    not_in: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Preference(Measurement):
    """A value becomes a score from 0 to 1, times a weight. Exactly one of ``curve`` and ``classes``."""

    gewicht: Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
    curve: Curve | None = None
    """Value to score, straight between the points, flat outside them."""
    classes: Classes | None = None
    """Class to score; a class that is not named is unknown."""


@dataclass(frozen=True)
class Rules:
    """One rules file: one kind of scan."""

    __pydantic_config__ = FORBID_EXTRA

    titel: Text
    toelichting: Text
    limits: tuple[Limit, ...]
    preferences: Annotated[tuple[Preference, ...], Field(min_length=1)]
    metingen: tuple[Measurement, ...] = ()
    """Measured and shown, not judged."""


@dataclass(frozen=True)
class Measure:
    """A measure and what it needs, so that a rules file can be checked without running."""

    function: Callable[..., pd.Series]
    """``(parcels, rule, world) -> Series`` on the parcels' index; NaN or NA means unknown."""
    unit: str
    """Ending that the rule's name must have (``m2``, ``m``, ``aandeel`` …); empty for text and plain numbers."""
    says: str
    """What the number is, in Dutch, for the map and the docs."""
    geometry: tuple[str, ...] = ()
    """Geometry kinds that ``layer`` may have; empty where the measure takes no layer."""
    needs: tuple[str, ...] = ()
    """Further keys of a rule that it cannot do without."""
    takes: tuple[str, ...] = ()
    """Further keys of a rule that it can use."""
    text: bool = False
    """Whether values are classes rather than numbers."""


@dataclass(frozen=True)
class ScanResult:
    """All that a run found. ``parcels`` holds every parcel, rejected ones with their reason."""

    area: Area
    rules: Rules
    parcels: gpd.GeoDataFrame
    """One row a parcel, RD New. For each rule its value; ``<naam>_oordeel`` for a limit, ``<naam>_score``
    for a preference; ``oordeel``, ``afgewezen_door``, ``onbekend``, ``score``, ``score_hoog``, ``rang``."""
    layers: Mapping[str, Layer]
    fictitious: bool = False
    """True where the data was made up; every output says so."""
    started_at: str = ""
    """UTC, ISO 8601."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Hashes of rules and catalogue and versions, for ``run.json``."""
