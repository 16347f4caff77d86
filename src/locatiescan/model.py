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
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
Score = Annotated[float, Field(ge=0, le=1, strict=True)]
Share = Annotated[float, Field(gt=0, le=1, strict=True)]
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
    optional: tuple[Name, ...] = ()
    """Columns that may be absent; what reads them then does not know."""
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


BOUNDARY = "gemeentegrens"
"""Layer with the boundaries of municipalities."""


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


Decider = Literal["college", "raad", "provincie", "rijk"]
"""From nearest to farthest: who decides is how hard a change is."""
Aggregation = Literal["gewogen_som", "gewogen_product", "topsis", "vikor"]
Curve = Annotated[Mapping[Number, Score], Field(min_length=2)]
Steps = Annotated[Mapping[Number, Score], Field(min_length=1)]
Classes = Annotated[Mapping[Text, Score], Field(min_length=1)]


@dataclass(frozen=True)
class Extent:
    """Where something applies: on parcels that lie for a good part inside a layer."""

    __pydantic_config__ = FORBID_EXTRA

    layer: Name
    """A layer of polygons."""
    where: Mapping[Name, Scalar] = field(default_factory=dict)
    share: Share = 0.5
    """Part of the parcel, at least, that must lie inside."""


@dataclass(frozen=True)
class Exclusion:
    """A layer that takes ground away from a parcel's free area."""

    __pydantic_config__ = FORBID_EXTRA

    layer: Name
    buffer_m: NonNegative = 0.0
    """Margin around each feature, metres."""
    where: Mapping[Name, Scalar] = field(default_factory=dict)
    share: Share = 1.0
    """Part of the ground under it that is lost; below 1 the ground stays in the shape and counts for the rest."""
    keep: Flag = False
    """True turns it round: ground under it stays free, whatever else takes it."""
    only_in: Extent | None = None
    """Applies only on parcels inside this layer."""


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
    """For distances and surroundings: how far to look; larger values are cut to it, metres."""
    buffer_m: NonNegative | None = None
    """Margin around the layer's features within which ground counts as theirs, metres."""
    width_m: Positive | None = None
    """Width that a rectangle must have, metres."""
    only_in: Extent | None = None
    """The rule applies only on parcels inside this layer; elsewhere a limit is met and a preference does not count."""
    bron: Text | None = None
    """Source of the figure or rule."""
    datum: Text | None = None
    """Date of that source."""
    ongeverifieerd: Flag = False
    """True where the value was not checked against its source; shown with every result."""
    aangepast: Text | None = None
    """Own value of the municipality, with its reason; None where general. Filled in on reading, never given."""


@dataclass(frozen=True, kw_only=True)
class Limit(Measurement):
    """Outside is out. Exactly one kind: a range (``min`` and or ``max``), ``is_in`` or ``not_in``."""

    min: Number | None = None
    max: Number | None = None
    is_in: tuple[Text, ...] = ()
    not_in: tuple[Text, ...] = ()
    beslist: Decider | None = None
    """Who may give way on this limit; None where it is a fact and nobody's decision."""


@dataclass(frozen=True, kw_only=True)
class Preference(Measurement):
    """A value becomes a score from 0 to 1, times a weight. Exactly one of ``curve``, ``steps`` and ``classes``."""

    gewicht: NonNegative = 0.0
    """0 only in a file that gives its weights in pairs (AHP); the weight is filled in on reading."""
    curve: Curve | None = None
    """Value to score, straight between the points, flat outside them."""
    steps: Steps | None = None
    """Value from which a score holds, up to the next; below the first the score is 0."""
    classes: Classes | None = None
    """Class to score; a class that is not named is unknown."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One judgement of a pairwise table (AHP): how many times more ``meer`` weighs than ``minder``."""

    __pydantic_config__ = FORBID_EXTRA

    meer: Name
    minder: Name
    keer: Annotated[int, Field(ge=1, le=9, strict=True)]
    """Saaty's scale: 1 equal, 3 somewhat, 5 clearly, 7 very clearly, 9 extremely more important."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Weights of one target group; each profile gives its own score and rank beside the general one."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    titel: Text
    waarom: Text
    gewichten: Mapping[Name, NonNegative] = field(default_factory=dict)
    """Preference to weight; what is not named keeps the general weight, 0 leaves it out."""
    paren: tuple[Pair, ...] = ()
    """Instead of ``gewichten``: a pairwise table over all preferences."""


@dataclass(frozen=True, kw_only=True)
class Joining:
    """When adjacent parcels become one location."""

    __pydantic_config__ = FORBID_EXTRA

    waarom: Text
    tussenruimte_m: NonNegative = 0.5
    """Widest gap between parcels that still counts as adjacent, metres."""
    min_grens_m: NonNegative = 3.0
    """Length, at least, over which they must be adjacent: a corner is no shared border."""
    min_perceel_m2: NonNegative = 0.0
    """A smaller parcel does not join others."""
    max_m2: Positive = 20_000.0
    """Locations are not joined beyond this area."""
    max_percelen: Annotated[int, Field(ge=1, strict=True)] = 10
    ook_grote: Flag = False
    """Whether parcels that are large enough by themselves are joined too; else each is a location of its own."""
    eigenaar: Name | None = None
    """Column of the parcels with their owner: different known owners are not joined."""
    bron: Text | None = None
    datum: Text | None = None
    ongeverifieerd: Flag = False


@dataclass(frozen=True, kw_only=True)
class Companions:
    """Files that answer what a location can carry; beside the rules file, or else those that come with the program."""

    __pydantic_config__ = FORBID_EXTRA

    vrije_grond: Name
    """Rule with measure ``free_area_m2`` that says which ground blocks may stand on."""
    planroutes: Text = "planroutes.yaml"
    vlaggen: Text = "vlaggen.yaml"
    woningtypen: Text = "woningtypen.yaml"
    hoogte: Text = "hoogte.yaml"
    stikstof: Text = "stikstof.yaml"
    gemeentecijfers: Text = "gemeentecijfers.yaml"


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
    toelatingen: tuple[Limit, ...] = ()
    """Who meets one of these passes, whatever the limits say."""
    aggregatie: Aggregation = "gewogen_som"
    """How scores and weights become one score."""
    paren: tuple[Pair, ...] = ()
    """Pairwise table over all preferences, from which the weights follow (AHP)."""
    profielen: tuple[Profile, ...] = ()
    locaties: Joining | None = None
    """None: every parcel is a location by itself."""
    antwoord: Companions | None = None
    """None: locations are ranked, and nothing is said of routes, homes and nitrogen."""


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
    monotone: bool = True
    """Whether more features can move its value one way only."""
    size: bool = False
    """Whether it grows when parcels are joined: a limit on it is judged on the joined location."""


@dataclass(frozen=True)
class Dossier:
    """What was found out about each location beyond its rank, on one reference date."""

    peildatum: str
    """ISO 8601."""
    termijn_jaren: float
    """Term that was asked for."""
    routes: pd.DataFrame
    """One row a location and planning route."""
    flags: pd.DataFrame
    """One row a location and flag that is raised or unknown."""
    products: pd.DataFrame
    """One row a location and product: whether it fits, and if not why."""
    layout: gpd.GeoDataFrame
    """Blocks, parking places and lanes as drawn, RD New, with ``locatie_id`` and ``soort``."""
    transformation: gpd.GeoDataFrame
    """Buildings that may become homes, with the same columns of routes and flags as the locations."""
    notes: tuple[str, ...] = ()
    """What a reader must know, in Dutch: names on a list that were not found, for instance."""


@dataclass(frozen=True)
class Elsewhere:
    """Rejected parcels that a table leaves to the files of their own municipality."""

    parcels: int
    ledger: pd.DataFrame
    """What each limit takes, as `locatiescan.analysis.judging.ledger.ledger` counts it."""


@dataclass(frozen=True)
class ScanResult:
    """All that a run found. ``parcels`` holds every parcel, rejected ones with their reason."""

    area: Area
    rules: Rules
    parcels: gpd.GeoDataFrame
    """One row a parcel, RD New. For each rule its value; ``<naam>_oordeel`` for a limit, ``<naam>_score``
    for a preference; ``oordeel``, ``afgewezen_door``, ``onbekend``, ``score``, ``score_hoog``. ``locatie_id``
    and ``rang`` are those of the location it belongs to, NA where it belongs to none."""
    sites: gpd.GeoDataFrame
    """One row a location that is not rejected, best first: the columns of parcels, judged on the joined shape,
    with ``percelen`` (ids), ``aantal_percelen`` and ``tussengrond_m2``."""
    layers: Mapping[str, Layer]
    dossier: Dossier | None = None
    """None where the rules ask for no answer."""
    fictitious: bool = False
    """True where the data was made up; every output says so."""
    started_at: str = ""
    """UTC, ISO 8601."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Hashes of rules and catalogue and versions, for ``run.json``."""
    elsewhere: Elsewhere | None = None
    """Within a region: the rejected parcels, which are then not in ``parcels``."""
