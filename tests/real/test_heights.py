"""Heights of real plans: each object against its XML, and each zone against points strewn over it.

The second opinion reads the files with ``xml.etree`` alone, knows no plan, no GDAL and no GEOS, and asks at some
hundred points of a zone which areas they lie in by counting crossings. An arc is its three points.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from locatiescan.analysis.answering.height import heights
from locatiescan.analysis.measuring.measures import MEASURES, measure
from locatiescan.analysis.measuring.world import World
from locatiescan.config.heights import load_heights
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import all_rules, load_rules
from locatiescan.config.sources import load_sources
from locatiescan.model import Layer
from locatiescan.sources.imro import sizes
from locatiescan.sources.layers import read_box
from locatiescan.sources.page import Promise
from locatiescan.sources.plans import read
from small_world import storage
from support.real import REAL

pytestmark = pytest.mark.skipif(
    not (REAL / "zoning").is_dir(), reason=f"real plans are absent: {REAL / 'zoning'} (set LOCATIESCAN_REAL_DATA)"
)
COUNTRY = (-150_000.0, 289_000.0, 300_000.0, 900_000.0)
SOURCES = load_sources(packaged_file("data/sources.yaml"))
KINDS = {
    "max_bouwhoogte_m": "maximum bouwhoogte (m)",
    "max_goothoogte_m": "maximum goothoogte (m)",
    "max_bouwlagen": "maximum aantal bouwlagen",
}
PLANS = {
    "NL.IMRO.0200.bp1416-ont1": "ontwerp",
    "NL.IMRO.0202.974-0301": "vastgesteld",
    "NL.IMRO.0267.BP0174-0001": "geconsolideerd",
    "NL.IMRO.0302.WI01031-ow01": "ontwerp",
    "NL.IMRO.0664.BPBS02-VG99_stationspleinzuidoost": "vastgesteld",
    "NL.IMRO.0798.BPDoornboom-ON01": "ontwerp",
    "TESTPLAN_fictief_Durperveld_IMRO2012_10": "vastgesteld",
}
ADOPTED = [name for name, status in PLANS.items() if status != "ontwerp"]
NUMBERS = {ADOPTED[0]: 5, ADOPTED[1]: 95, ADOPTED[2]: 11, ADOPTED[3]: 46}
"""Numbers of zones, at least, of which the points are sure."""
POINTS_ACROSS = 20
MARGIN = 0.1
"""Values whose ground differs less than this are not told apart by points."""


@dataclass(frozen=True)
class Area:
    """One object of a plan, as its XML says it."""

    values: dict[str, float]
    starts: np.ndarray
    ends: np.ndarray


def local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def objects(file: Path, kind: str) -> dict[str, Area]:
    """Objects of a kind by the text of their identification."""
    found = {}
    for element in ElementTree.parse(file).iter():  # noqa: S314
        if local(element) == kind and any(local(child) == "identificatie" for child in element):
            (named,) = (child for child in element if local(child) == "identificatie")
            starts, ends = outline(element)
            found[".".join("".join(named.itertext()).split())] = Area(stated(element), starts, ends)
    return found


def stated(element: ElementTree.Element) -> dict[str, float]:
    """Lowest number of each kind of size."""
    result: dict[str, float] = {}
    for part in element.iter():
        said = {local(child): (child.text or "").strip() for child in part}
        for column, kind in KINDS.items():
            if said.get("waardeType", "").rstrip("0123456789") == kind:
                number = float(said["waarde"].replace(",", "."))
                result[column] = min(number, result.get(column, number))
    return result


def outline(element: ElementTree.Element) -> tuple[np.ndarray, np.ndarray]:
    """Sides of all rings, each from one point to the next."""
    sides = []
    for ring in element.iter():
        if local(ring) in ("LinearRing", "Ring"):
            numbers = [
                float(word) for part in ring.iter() if local(part) == "posList" for word in str(part.text).split()
            ]
            points = np.array(numbers).reshape(-1, 2)
            sides.append(np.hstack([points, np.roll(points, -1, axis=0)]))
    every = np.concatenate(sides) if sides else np.empty((0, 4))
    return every[:, :2], every[:, 2:]


def inside(points: np.ndarray, area: Area) -> np.ndarray:
    """Which points lie in an area: a ray to the east crosses its sides an odd number of times."""
    (x1, y1), (x2, y2) = area.starts.T, area.ends.T
    x, y = points[:, :1], points[:, 1:]
    passes = (y1 > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = x1 + (y - y1) / (y2 - y1) * (x2 - x1)
    return (passes & (x < crossing)).sum(axis=1) % 2 == 1


def strewn(zone: Area) -> np.ndarray:
    """Points on a grid that lie in a zone."""
    low, high = zone.starts.min(axis=0), zone.starts.max(axis=0)
    steps = (np.arange(POINTS_ACROSS) + 0.5) / POINTS_ACROSS
    x, y = np.meshgrid(*(low[:, None] + steps * (high - low)[:, None]))
    points = np.column_stack([x.ravel(), y.ravel()])
    return points[inside(points, zone)]


def lowest_at(points: np.ndarray, areas: list[Area], column: str) -> np.ndarray:
    """Lowest number that holds at each point, NaN where none does."""
    result = np.full(len(points), np.inf)
    low, high = points.min(axis=0), points.max(axis=0)
    for area in areas:
        near = (area.starts.max(axis=0) >= low).all() and (area.starts.min(axis=0) <= high).all()
        if column in area.values and near:
            held = inside(points, area)
            result[held] = np.minimum(result[held], area.values[column])
    return np.where(np.isinf(result), np.nan, result)


def decided(lowest: np.ndarray) -> float | None:
    """The number on most points, NaN where there is none anywhere; None where the points cannot tell."""
    said = Counter(lowest[~np.isnan(lowest)].tolist()).most_common(2)
    if not said:
        return np.nan
    first, second = said[0][1], said[1][1] if len(said) > 1 else 0
    return said[0][0] if first - second > MARGIN * len(lowest) else None


def layer(file: Path, name: str) -> Layer:
    """A layer as a scan reads it, with all that a catalogue entry asks."""
    entry = replace(SOURCES[name], protocol="plannen", url=str(file), typename=name.capitalize())
    return read_box(entry, COUNTRY, lambda received, promised: None, storage())


def measured(file: Path) -> dict[Any, dict[Any, Any]]:
    """By identification what the rules measure of each zone, as if it were a parcel, and the storeys that follow."""
    zones, world = layer(file, "enkelbestemming").features, World({"maatvoering": layer(file, "maatvoering")})
    assert zones is not None
    rules = load_rules(packaged_file("rules/flexwonen.yaml"), MEASURES, SOURCES)
    wanted = tuple(rule for rule in all_rules(rules) if rule.naam in KINDS)
    table = measure(zones.reset_index(drop=True), wanted, world).set_index("identificatie")
    storeys = heights(table, load_heights(packaged_file("rules/hoogte.yaml")))[["lagen"]].astype("float64")
    return table[list(KINDS)].join(storeys).to_dict("index")


@pytest.mark.parametrize("plan", PLANS)
def test_every_object_says_what_its_xml_says(plan: str) -> None:
    file = REAL / "zoning" / f"{plan}.gml"
    source = replace(SOURCES["maatvoering"], protocol="plannen", url=str(file), typename="Maatvoering")
    frame: gpd.GeoDataFrame = pd.concat(list(read(source, COUNTRY, Promise())))
    found = frame[["identificatie"]].join(sizes(frame["maatvoering"])).set_index("identificatie")
    numbers = {name: row for name, row in zip(found.index, found.to_dict("records"), strict=True)}
    said = {name: {column: value for column, value in row.items() if value == value} for name, row in numbers.items()}
    assert said == {name: area.values for name, area in objects(file, "Maatvoering").items()}


def test_no_statement_of_a_height_is_left_out() -> None:
    said = Counter(
        column
        for plan in PLANS
        for area in objects(REAL / "zoning" / f"{plan}.gml", "Maatvoering").values()
        for column in area.values
    )
    # grep finds 262 and 160 statements; two objects in Nijkerk say their bouwhoogte of 4 m twice
    assert said == {"max_bouwhoogte_m": 260, "max_goothoogte_m": 160}


@pytest.mark.parametrize(("name", "storeys"), [("maatvoering.xml", 8), ("maatvoering201210.xml", None)])
def test_storeys_of_a_single_real_object(name: str, storeys: float | None) -> None:
    file = REAL / "responses" / "imro" / name
    source = replace(SOURCES["maatvoering"], protocol="plannen", url=str(file), typename="Maatvoering")
    (row,) = sizes(pd.concat(list(read(source, COUNTRY, Promise())))["maatvoering"]).to_dict("records")
    (area,) = objects(file, "Maatvoering").values()
    assert {column: value for column, value in row.items() if not np.isnan(value)} == area.values
    assert area.values.get("max_bouwlagen") == storeys


@pytest.mark.parametrize("plan", ADOPTED)
def test_heights_of_zones_are_what_points_in_them_say(plan: str) -> None:
    file = REAL / "zoning" / f"{plan}.gml"
    table, areas = measured(file), list(objects(file, "Maatvoering").values())
    sure: Counter[str] = Counter()
    for name, zone in objects(file, "Enkelbestemming").items():
        points = strewn(zone)
        if len(points) < 50:
            continue  # a strip beside the grid
        numbers = {column: decided(lowest_at(points, areas, column)) for column in KINDS}
        row = table[name]
        for column, number in numbers.items():
            if number is not None:
                assert row[column] == pytest.approx(number, nan_ok=True), (name, column)
                sure["nothing" if np.isnan(number) else "number"] += 1
        if None not in numbers.values():
            assert row["lagen"] == pytest.approx(fitting(numbers), nan_ok=True), name
    assert sure["number"] >= NUMBERS[plan]
    assert sure["nothing"] > 0


def fitting(numbers: dict[str, float | None]) -> float:
    """Storeys of 3 m under a roof of half a metre, counted one by one; these plans count none themselves."""
    metres = [number for number in numbers.values() if number is not None and not np.isnan(number)]
    return max((k for k in range(30) if all(3 * k + 0.5 <= m for m in metres)), default=0) if metres else np.nan


@pytest.mark.parametrize("plan", [name for name, status in PLANS.items() if status == "ontwerp"])
def test_a_draft_plan_says_nothing_of_heights(plan: str) -> None:
    maatvoering = layer(REAL / "zoning" / f"{plan}.gml", "maatvoering")
    assert maatvoering.features is not None
    assert maatvoering.pedigree is not None
    assert len(maatvoering.features) == 0
    assert maatvoering.pedigree.received == len(objects(REAL / "zoning" / f"{plan}.gml", "Maatvoering"))
