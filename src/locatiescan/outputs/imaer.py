"""The words of IMAER 6.0, in which emission sources are handed to AERIUS: GML in RD New.

Written from the structure of the information model; its schema (AERIUS, AGPL) is no part of this project.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import lxml.etree as etree
import numpy as np
import shapely
from lxml.etree import _Element as Element

from locatiescan.crs import RD_URN

IMAER, GML = "http://imaer.aerius.nl/6.0", "http://www.opengis.net/gml/3.2"
GRAIN_M = 0.001
"""Coordinates are written in whole millimetres."""
Attributes = dict[str, str]


@dataclass(frozen=True)
class Project:
    """What AERIUS shows of a file."""

    naam: str
    jaar: int
    situatie: str
    omschrijving: str


@dataclass(frozen=True)
class Vehicles:
    """Vehicles of one kind that pass or start."""

    voertuig: str
    aantal: float
    per: Literal["DAY", "YEAR"]


@dataclass(frozen=True)
class Work:
    """What a machine does in a year."""

    omschrijving: str
    soort: str
    uren: float
    liter_brandstof: float
    liter_adblue: float


@dataclass(frozen=True)
class Origin:
    """A source of emissions: what it is called and where it is."""

    label: str
    sector: int
    shape: shapely.Polygon | shapely.LineString


def document(project: Project, sources: Sequence[Element]) -> bytes:
    """Give the bytes of a GML file with one proposed situation.

    Parameters
    ----------
    project : Project
    sources : sequence of Element
        As `machinery`, `road` and `cold_starts` give them; they are numbered in this order.

    Returns
    -------
    bytes
        UTF-8; the same sources give the same bytes.
    """
    root = etree.Element(f"{{{IMAER}}}FeatureCollectionCalculator", nsmap={"imaer": IMAER, "gml": GML})
    root.set(f"{{{GML}}}id", "NL.IMAER.Collection")
    root.append(_metadata(project))
    for number, source in enumerate(sources, start=1):
        _number(source, f"ES.{number}")
        root.append(_made("featureMember", source))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def machinery(origin: Origin, works: Sequence[Work]) -> Element:
    """Machines on a site, of which AERIUS makes emissions by fuel, hours and AdBlue."""
    used = [
        _made(
            "offRoadMobileSource",
            _made(
                "StandardOffRoadMobileSource",
                _made("description", work.omschrijving),
                _made("literFuelPerYear", _up(work.liter_brandstof)),
                _made("operatingHoursPerYear", _up(work.uren)),
                _made("literAdBluePerYear", str(math.floor(work.liter_adblue))),  # it cleans: never more than there is
                offRoadMobileSourceType=work.soort,
            ),
        )
        for work in works
    ]
    return _source("OffRoadMobileSourceEmissionSource", origin, used)


def road(origin: Origin, passing: Sequence[Vehicles], area: str, kind: str, standing: float) -> Element:
    """Traffic along a line; `standing` is the share of it that stands still."""
    used = [_vehicles("StandardVehicle", some, _made("stagnationFactor", str(float(standing)))) for some in passing]
    return _source("SRM2Road", origin, used, roadAreaType=area, roadType=kind)


def cold_starts(origin: Origin, starting: Sequence[Vehicles]) -> Element:
    """Engines that start cold on a parking field, with the characteristics that AERIUS has for each vehicle."""
    used = [_vehicles("ColdStartStandardVehicle", some) for some in starting]
    return _source("ColdStartEmissionSource", origin, [_made("vehicleBasedCharacteristics", "true"), *used])


def polygons(shape: shapely.Geometry | None) -> list[shapely.Polygon]:
    """Parts of a shape as IMAER takes them: single, flat, on the grain, outer rings against the clock, holes kept."""
    coarse = shapely.set_precision(shapely.make_valid(shapely.force_2d(shape)), GRAIN_M)
    parts = [
        part for part in shapely.get_parts(np.array([coarse])) if isinstance(part, shapely.Polygon) and part.area > 0
    ]
    return [shapely.orient_polygons(part) for part in parts]


def _metadata(project: Project) -> Element:
    about = _made(
        "ProjectMetadata",
        _made("year", str(project.jaar)),
        _made("name", project.naam),
        _made("description", project.omschrijving),
    )
    situation = _made("SituationMetadata", _made("name", project.situatie), _made("situationType", "PROPOSED"))
    whole = (_made("project", about), _made("situation", situation), _made("gmlCreator", "locatiescan"))
    return _made("metadata", _made("AeriusCalculatorMetadata", *whole))


def _source(tag: str, origin: Origin, content: Sequence[Element], **attributes: str) -> Element:
    identifier = _made("NEN3610ID", _made("namespace", "NL.IMAER"), _made("localId", ""))
    geometry = _made("geometry", _made("EmissionSourceGeometry", _geometry(origin.shape)))
    head = (_made("identifier", identifier), _made("label", origin.label), geometry)
    return _made(tag, *head, *content, **attributes, sectorId=str(origin.sector))


def _number(source: Element, name: str) -> None:
    source.set(f"{{{GML}}}id", name)
    for local in source.iter(f"{{{IMAER}}}localId"):
        local.text = name
    for shape, ending in (("Polygon", "SURFACE"), ("LineString", "CURVE")):
        for found in source.iter(f"{{{GML}}}{shape}"):
            found.set(f"{{{GML}}}id", f"{name}.{ending}")


def _vehicles(tag: str, some: Vehicles, *more: Element) -> Element:
    count = (_made("vehiclesPerTimeUnit", str(float(some.aantal))), _made("timeUnit", some.per))
    return _made("vehicles", _made(tag, *count, *more, vehicleType=some.voertuig))


def _geometry(shape: shapely.Polygon | shapely.LineString) -> Element:
    if isinstance(shape, shapely.LineString):
        return _made("GM_Curve", _gml("LineString", _positions(shape), srsName=RD_URN))
    rings = [_gml("exterior", _gml("LinearRing", _positions(shape.exterior)))]
    rings += [_gml("interior", _gml("LinearRing", _positions(hole))) for hole in shape.interiors]
    return _made("GM_Surface", _gml("Polygon", *rings, srsName=RD_URN))


def _positions(line: shapely.LineString) -> Element:
    numbers: np.ndarray = shapely.get_coordinates(line).ravel()
    return _gml("posList", " ".join(f"{number:.3f}" for number in numbers.tolist()))


def _up(amount: float) -> str:
    """Whole units, rounded up: of what emits nothing gets lost."""
    return str(math.ceil(round(amount, 6)))


def _made(tag: str, *content: Element | str, **attributes: str) -> Element:
    return _element(IMAER, tag, content, attributes)


def _gml(tag: str, *content: Element | str, **attributes: str) -> Element:
    return _element(GML, tag, content, attributes)


def _element(namespace: str, tag: str, content: Sequence[Element | str], attributes: Attributes) -> Element:
    made = etree.Element(f"{{{namespace}}}{tag}", {key: _printable(value) for key, value in attributes.items()})
    for part in content:
        if isinstance(part, str):
            made.text = _printable(part)
        else:
            made.append(part)
    return made


def _printable(text: str) -> str:
    """Text without control characters, which XML cannot hold; the serialiser escapes the rest."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
