"""What a location with homes becomes in AERIUS: building them and living in them, each as a file of its own.

AERIUS calculates; this gives it sources. A home without gas emits nothing itself and is no source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from lxml.etree import _Element as Element

from locatiescan.outputs.imaer import (
    GRAIN_M,
    Origin,
    Project,
    Vehicles,
    Work,
    cold_starts,
    document,
    machinery,
    polygons,
    road,
)
from locatiescan.policy.conditions import Cited
from locatiescan.policy.nitrogen import Aerius, Machine, Traffic

NO_ROAD = "Geen weg bekend: verkeer op de weg ontbreekt en moet worden toegevoegd."
ROAD_ENDS = (
    "De rijlijn volgt de dichtstbijzijnde weg tot het eind van het wegvak; verleng haar tot het verkeer opgaat in het "
    "heersende verkeersbeeld."
)
NO_PARKING = "Geen parkeerplaatsen getekend: koude starts staan op het hele terrein."
Unit = Literal["DAY", "YEAR"]


@dataclass(frozen=True)
class Export:
    """Two files for one location, and what their reader must know."""

    aanleg: bytes
    gebruik: bytes
    notes: tuple[str, ...]


def aerius_export(
    site: pd.Series,
    layout: gpd.GeoDataFrame | None,
    roads: shapely.STRtree | None,
    aerius: Aerius,
    year: int,
    place: str,
) -> Export:
    """Make the sources of one location.

    Parameters
    ----------
    site : Series
        With ``locatie_id``, ``woningen`` (one or more) and ``geometry`` (polygon or multipolygon, RD New).
    layout : GeoDataFrame, optional
        What is drawn on locations: ``locatie_id``, ``soort`` and shape; None where nothing is.
    roads : STRtree, optional
        Of lines (`road_lines`); None where roads are unknown, which leaves the traffic on them out.
    aerius : Aerius
        Figures.
    year : int
        Year of calculation.
    place : str
        Municipality, and what else must be said of where this comes from.
    """
    homes, ground = int(site["woningen"]), polygons(site["geometry"])
    drawn = _parking(str(site["locatie_id"]), layout)
    line = drive(site["geometry"], roads) if roads is not None and ground else None
    notes = (ROAD_ENDS if line else NO_ROAD, *(() if drawn else (NO_PARKING,)))
    moving = [] if line is None else [_road_source("Bouwverkeer", line, aerius.bouwverkeer, homes, "YEAR", aerius)]
    building = [
        *_machines(ground, homes, aerius),
        *moving,
        *_starts("Koude start bouwverkeer", ground, aerius.bouwverkeer, homes, "YEAR", aerius),
    ]
    moving = [] if line is None else [_road_source("Verkeer van bewoners", line, aerius.verkeer, homes, "DAY", aerius)]
    living = [*moving, *_starts("Koude start bewoners", drawn or ground, aerius.verkeer, homes, "DAY", aerius)]

    def written(phase: str, sources: Sequence[Element], said: str, used: Sequence[str]) -> bytes:
        about = " ".join((_about(homes, place), said, *used))
        name = f"{site['locatie_id']}, {homes} woningen"
        return document(Project(name, year, f"{phase} {name}", about), sources)

    return Export(
        written("Aanleg", building, _built(homes, aerius), notes[:1]),
        written("Gebruik", living, _lived(aerius), notes),
        notes,
    )


def road_lines(roads: gpd.GeoDataFrame | None) -> shapely.STRtree | None:
    """Single lines of a layer of roads, ready to be searched; None where it is absent or has no line."""
    if roads is None:
        return None
    parts = shapely.get_parts(shapely.force_2d(roads.geometry.dropna().to_numpy()))
    lines = [part for part in parts if isinstance(part, shapely.LineString) and part.length > 0]
    return shapely.STRtree(lines) if lines else None


def drive(ground: shapely.Geometry, roads: shapely.STRtree) -> shapely.LineString | None:
    """Line along which traffic leaves: from the ground to the nearest vertex of the nearest road, and on along it.

    Of the two ways the longer is taken: more of the emission is then drawn, not less.
    """
    nearest = roads.nearest(ground)
    if nearest is None:
        return None
    way = shapely.get_coordinates(roads.geometries[nearest])
    at = int(np.argmin(shapely.distance(shapely.points(way), ground)))
    start = shapely.get_coordinates(shapely.shortest_line(ground, shapely.Point(way[at])))[:1]
    ways = [np.vstack([start, part]) for part in (way[at:], way[at::-1])]
    longest = max(ways, key=lambda path: float(np.hypot(*np.diff(path, axis=0).T).sum()))
    path = np.round(longest / GRAIN_M) * GRAIN_M
    path = path[np.r_[True, (np.diff(path, axis=0) != 0).any(axis=1)]]
    return shapely.LineString(path) if len(path) > 1 else None


def unverified(aerius: Aerius) -> list[str]:
    """Names of the figures that were not checked against a source."""
    parts: Mapping[str, Cited] = {
        **{machine.titel.lower(): machine for machine in aerius.werktuigen},
        **{f"bouwverkeer ({traffic.voertuig})": traffic for traffic in aerius.bouwverkeer},
        **{f"verkeer ({traffic.voertuig})": traffic for traffic in aerius.verkeer},
        "wegtype en stagnatie": aerius.weg,
        "brandstof": aerius.brandstof,
        "sectoren": aerius.sectoren,
        "NOx per woning": aerius.nox_aanleg_kg_per_woning,
    }
    return [name for name, cited in parts.items() if cited.ongeverifieerd]


def _about(homes: int, place: str) -> str:
    return (
        f"{place}. Invoer uit een eerste zeef van locatiescan voor {homes} woningen: AERIUS rekent, dit bestand zegt "
        "niets over depositie. Kengetallen met [U] zijn niet geverifieerd en moeten worden nagekeken."
    )


def _built(homes: int, aerius: Aerius) -> str:
    known = aerius.nox_aanleg_kg_per_woning
    amounts = " tot ".join(f"{homes * end:g}" for end in (known.laag, known.hoog))
    return (
        f"Hele aanleg in één jaar. Ter controle van de werktuigen: naar een ander kengetal {amounts} kg NOx"
        f"{_mark(known)}."
    )


def _lived(aerius: Aerius) -> str:
    daily = sum(traffic.bewegingen_per_woning for traffic in aerius.verkeer)
    return (
        f"Gasloze woningen stoten zelf geen NOx uit en zijn geen bron; {daily:g} bewegingen per woning per "
        f"etmaal{_mark(*aerius.verkeer)}."
    )


def _mark(*figures: Cited) -> str:
    return " [U]" if any(figure.ongeverifieerd for figure in figures) else ""


def _parking(locatie_id: str, layout: gpd.GeoDataFrame | None) -> list[shapely.Polygon]:
    if layout is None:
        return []
    mine = layout[(layout["locatie_id"] == locatie_id) & (layout["soort"] == "parkeren")]
    return polygons(shapely.union_all(mine.geometry.dropna().to_numpy(), grid_size=GRAIN_M))


def _machines(ground: Sequence[shapely.Polygon], homes: int, aerius: Aerius) -> list[Element]:
    sector = aerius.sectoren.mobiele_werktuigen
    return [
        machinery(Origin(label, sector, part), [_work(one, homes * share, aerius) for one in aerius.werktuigen])
        for label, part, share in _shared("Bouwterrein", ground)
    ]


def _work(machine: Machine, homes: float, aerius: Aerius) -> Work:
    """Fuel by greatest power and hours: BIJ12, Instructie gegevensinvoer AERIUS Calculator 2024, 8."""
    hours = machine.uren_per_woning * homes
    burnt = aerius.brandstof.liter_per_kw_uur * machine.vermogen_kw + aerius.brandstof.liter_per_uur
    said = f"{machine.titel}, {machine.vermogen_kw:g} kW, {machine.uren_per_woning:g} uur per woning{_mark(machine)}"
    return Work(said, machine.soort, hours, hours * burnt, hours * burnt * machine.adblue_aandeel)


def _road_source(
    label: str, line: shapely.LineString, traffic: Sequence[Traffic], homes: int, per: Unit, aerius: Aerius
) -> Element:
    passing = [Vehicles(some.voertuig, some.bewegingen_per_woning * homes, per) for some in traffic]
    origin = Origin(label + _mark(*traffic, aerius.weg), aerius.sectoren.wegverkeer, line)
    return road(origin, passing, aerius.weg.gebied, aerius.weg.wegtype, aerius.weg.stagnatie_aandeel)


def _starts(
    label: str, ground: Sequence[shapely.Polygon], traffic: Sequence[Traffic], homes: int, per: Unit, aerius: Aerius
) -> list[Element]:
    cold = [some for some in traffic if some.koude_starts_per_woning > 0]
    return [
        cold_starts(
            Origin(name, aerius.sectoren.koude_start, part),
            [Vehicles(some.voertuig, some.koude_starts_per_woning * homes * share, per) for some in cold],
        )
        for name, part, share in _shared(label + _mark(*cold), ground if cold else ())
    ]


def _shared(label: str, parts: Sequence[shapely.Polygon]) -> list[tuple[str, shapely.Polygon, float]]:
    """Parts with a name and the share of the whole that falls to each, by area: a source has one polygon."""
    whole = sum(part.area for part in parts)
    names = [label] if len(parts) == 1 else [f"{label} ({i} van {len(parts)})" for i in range(1, len(parts) + 1)]
    return [(name, part, part.area / whole) for name, part in zip(names, parts, strict=True)]
