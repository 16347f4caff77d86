"""Geometry in GML, with its curves drawn as chords."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from xml.etree.ElementTree import Element

import numpy as np
import shapely
from pyproj.exceptions import CRSError

from locatiescan.crs import is_rd
from locatiescan.errors import CrsError, SourceError

ARC_TOLERANCE_M = 0.01
"""How far a chord may lie from its arc."""
JOIN_M = 0.1
"""Pieces of a ring further apart than this do not belong together."""
STRAIGHT_M = 1e-6
AREAS = ("Polygon", "PolygonPatch", "Triangle", "Rectangle")
LINES = ("LineString", "LinearRing", "Curve", "Ring", "CompositeCurve", "OrientableCurve")
HOLDERS = ("patches", "polygonPatches", "trianglePatches")
MULTI = {
    "Surface": "area",
    "CompositeSurface": "area",
    "PolyhedralSurface": "area",
    "MultiSurface": "area",
    "MultiPolygon": "area",
    "MultiCurve": "line",
    "MultiLineString": "line",
    "MultiPoint": "point",
    "MultiGeometry": "",
}
COLLECTED = {2: shapely.MultiPolygon, 1: shapely.MultiLineString, 0: shapely.MultiPoint}


def local(element: Element) -> str:
    """Name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def gml_id(element: Element) -> str:
    """Value of ``gml:id``, in any version of GML; empty where there is none."""
    return next((value for key, value in element.attrib.items() if key.endswith("}id")), "")


def built(feature: Element, holder: str, srs: str, origin: str) -> shapely.Geometry:
    """Geometry of an object, from the property `holder` or, where that is empty, the only one there is.

    Raises
    ------
    SourceError
        Naming file and gml:id, where there is none, too many, or one that cannot be built.
    CrsError
        If it is not in RD New.
    """
    where = f"{origin}: {local(feature)} {gml_id(feature)}"
    srs = next((e.get("srsName", "") for e in feature.iterfind("./{*}boundedBy/{*}Envelope")), "") or srs
    owners = [part for part in feature.iter() if local(part) == holder] if holder else list(feature)
    held = [pair for owner in owners if not is_gml(owner) for pair in _held(owner)]
    properties = sorted({local(owner) for owner, _ in held})
    if not holder and len(properties) > 1:
        named = ", ".join(f"{local(feature)}#{name}" for name in properties)
        raise SourceError(f"{where} heeft meer dan een geometrie; noem er een in typename: {named}")
    try:
        return _collected([geometry(shape, srs) for _, shape in held])
    except (ValueError, shapely.GEOSException) as error:
        raise SourceError(f"{where}: de geometrie is niet te lezen: {error}") from error
    except CrsError as error:
        raise CrsError(f"{where}: {error}") from error


def geometry(element: Element, srs: str = "", tolerance: float = ARC_TOLERANCE_M) -> shapely.Geometry:
    """Flat shape of a GML geometry element.

    An arc becomes chords that run through its three points and lie within `tolerance` of it: a chord over an
    angle a of a circle of radius r lies r(1 - cos(a/2)) from it at most (the sagitta; E. W. Weisstein,
    "Sagitta", MathWorld), so that a = 2 arccos(1 - tolerance/r). Heights are dropped.

    Parameters
    ----------
    element : Element
        E.g. ``gml:Surface``, of GML 2, 3.1 or 3.2.
    srs : str
        Coordinate system that is inherited where the element names none.
    tolerance : float
        Metres.

    Raises
    ------
    ValueError
        In Dutch, if the kind is not known or the coordinates make no shape.
    CrsError
        If a system other than RD New is named.
    """
    names = {name for part in element.iter() if (name := part.get("srsName"))} or ({srs} if srs else set())
    for name in names:
        _check_srs(name)
    return _shape(element, 3 if any("7415" in name for name in names) else 2, tolerance)


@cache
def _check_srs(name: str) -> None:
    code = name.strip().replace("#", ":").replace("/", ":").rpartition(":")[2]
    try:
        fits = ("epsg" in name.casefold() and code in ("28992", "7415")) or is_rd(name)
    except CRSError:
        fits = False
    if not fits:
        raise CrsError(f"het coördinatenstelsel is {name}, niet RD New (EPSG:28992)")


def _shape(element: Element, dimension: int, tolerance: float) -> shapely.Geometry:
    dimension = int(element.get("srsDimension", dimension))
    kind = local(element)
    if kind in AREAS:
        rings = [
            _curve(ring, dimension, tolerance, closed=True)
            for name in (("exterior", "outerBoundaryIs"), ("interior", "innerBoundaryIs"))
            for side in element
            if local(side) in name
            for ring in _filled(side)
        ]
        if not rings:
            raise ValueError(f"{kind} zonder buitenrand")
        return shapely.Polygon(rings[0], rings[1:])
    if kind in LINES:
        return shapely.LineString(_curve(element, dimension, tolerance))
    if kind == "Point":
        return shapely.Point(_coordinates(element, dimension)[0])
    if kind in MULTI:
        return _multi(element, dimension, tolerance)
    raise ValueError(f"gml:{kind} is geen bekende soort")


def _multi(element: Element, dimension: int, tolerance: float) -> shapely.Geometry:
    holders = [child for child in element if local(child) in HOLDERS or local(child).endswith(("Member", "Members"))]
    parts = [_shape(part, dimension, tolerance) for holder in holders for part in _filled(holder)]
    if local(element) == "Surface" and len(parts) > 1 and all(shapely.is_valid(parts)):
        return shapely.union_all(parts)  # patches of one surface share borders, which a multipolygon may not
    return _collected(parts)


def _collected(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    """One shape of several of the same dimension."""
    parts = [part for shape in shapes for part in shapely.get_parts(shape)]
    dimensions = {int(shapely.get_dimensions(part)) for part in parts}
    if len(dimensions) != 1:
        raise ValueError("vlakken, lijnen en punten door elkaar" if parts else "er is geen geometrie")
    return shapes[0] if len(shapes) == 1 else COLLECTED[dimensions.pop()](parts)


def _curve(element: Element, dimension: int, tolerance: float, closed: bool = False) -> np.ndarray:
    dimension = int(element.get("srsDimension", dimension))
    kind = local(element)
    if kind in ("LineString", "LineStringSegment", "LinearRing"):
        return _coordinates(element, dimension)
    if kind in ("Arc", "ArcString"):
        points = _coordinates(element, dimension)
        if len(points) < 3 or len(points) % 2 == 0:
            raise ValueError(f"gml:{kind} van {len(points)} punten")
        return _joined([_arc(points[i : i + 3], tolerance) for i in range(0, len(points) - 2, 2)])
    if kind in ("Circle", "CircleByCenterPoint"):
        return _circle(element, dimension, tolerance)
    if kind in ("Curve", "Ring", "CompositeCurve"):
        parts = [part for holder in element if local(holder) in ("segments", "curveMember") for part in _filled(holder)]
        points = _joined([_curve(part, dimension, tolerance) for part in parts])
        return _joined([points, points[:1]]) if closed else points
    if kind == "OrientableCurve":
        base = _joined([_curve(part, dimension, tolerance) for holder in element for part in _filled(holder)])
        return base[::-1] if element.get("orientation") == "-" else base
    raise ValueError(f"gml:{kind} is geen bekende soort lijn")


def _filled(holder: Element) -> Iterator[Element]:
    """What a property holds; a reference to elsewhere is not followed, and not passed over."""
    if not len(holder):
        raise ValueError(f"{local(holder)} verwijst naar een geometrie elders of is leeg")
    yield from holder


def _coordinates(element: Element, dimension: int) -> np.ndarray:
    """Points of an element, x and y only, as rows."""
    numbers: list[str] = []
    for part in element.iter():
        kind, text = local(part), part.text or ""
        if kind in ("posList", "pos"):
            dimension = int(part.get("srsDimension", dimension))
            numbers += text.split()
        elif kind == "coordinates":
            pairs = text.replace(part.get("ts", " "), " ").split()
            dimension = len(pairs[0].split(part.get("cs", ","))) if pairs else dimension
            numbers += [n.replace(part.get("decimal", "."), ".") for p in pairs for n in p.split(part.get("cs", ","))]
    if not numbers or dimension not in (2, 3) or len(numbers) % dimension:
        raise ValueError(f"{len(numbers)} getallen zijn geen rij punten van {dimension}")
    points = np.array(numbers, dtype=float).reshape(-1, dimension)[:, :2]
    if not np.isfinite(points).all():
        raise ValueError("een coördinaat is geen getal")
    return points


def _joined(pieces: list[np.ndarray]) -> np.ndarray:
    """Pieces end to end."""
    if not pieces:
        raise ValueError("lijn zonder stukken")
    whole = [pieces[0]]
    for piece in pieces[1:]:
        gap = math.dist(whole[-1][-1], piece[0])
        if gap > JOIN_M:
            raise ValueError(f"twee stukken van de rand liggen {gap:.2f} m uit elkaar")
        whole.append(piece[1:] if gap == 0 else piece)
        if not len(whole[-1]):
            whole.pop()
    return np.concatenate(whole)


def _arc(points: np.ndarray, tolerance: float) -> np.ndarray:
    first, middle, last = points
    if np.array_equal(first, last):  # as in SQL/MM: a whole circle, with the middle point opposite
        return _through(np.array([first, middle, first]), (first + middle) / 2, True, tolerance)
    (ax, ay), (bx, by) = middle - first, last - first
    cross = ax * by - ay * bx
    if abs(cross) <= STRAIGHT_M * math.hypot(bx, by):
        return points
    return _through(points, _centre(points), cross > 0, tolerance)


def _circle(element: Element, dimension: int, tolerance: float) -> np.ndarray:
    points = _coordinates(element, dimension)
    if local(element) == "CircleByCenterPoint":
        radius = next((float(part.text or "nan") for part in element.iter() if local(part) == "radius"), math.nan)
        points = points[0] + radius * np.array([(1, 0), (0, 1), (-1, 0)])
    if len(points) != 3 or not np.isfinite(points).all():
        raise ValueError("een cirkel heeft drie punten")
    (ax, ay), (bx, by) = points[1] - points[0], points[2] - points[0]
    cross = ax * by - ay * bx
    if abs(cross) <= STRAIGHT_M * math.hypot(bx, by):
        raise ValueError("de drie punten van een cirkel liggen op een lijn")
    return _through(np.array([*points, points[0]]), _centre(points), cross > 0, tolerance)


def _centre(points: np.ndarray) -> np.ndarray:
    """Centre of the circle through three points, reckoned from the first to keep millimetres."""
    (ax, ay), (bx, by) = points[1] - points[0], points[2] - points[0]
    twice = 2 * (ax * by - ay * bx)
    a, b = ax * ax + ay * ay, bx * bx + by * by
    return points[0] + np.array([(by * a - ay * b) / twice, (ax * b - bx * a) / twice])


def _through(stops: np.ndarray, centre: np.ndarray, left: bool, tolerance: float) -> np.ndarray:
    """Chords along a circle from stop to stop, each stop kept to the last digit."""
    radius = math.dist(centre, stops[0])
    step = 2 * math.acos(1 - min(tolerance / radius, 0.25))
    angles = np.arctan2(*(stops - centre).T[::-1])
    pieces: list[np.ndarray] = []
    for stop, start, end in zip(stops, angles, angles[1:], strict=False):
        turn = (end - start) % (2 * math.pi) if left else -((start - end) % (2 * math.pi))
        between = start + turn * np.arange(1, count := math.ceil(abs(turn) / step)) / max(count, 1)
        pieces += [stop[None], centre + radius * np.column_stack([np.cos(between), np.sin(between)])]
    return np.concatenate([*pieces, stops[-1:]])


def is_gml(element: Element) -> bool:
    """Whether an element is GML's own."""
    return element.tag.startswith("{http://www.opengis.net/gml")


def _held(owner: Element) -> Iterator[tuple[Element, Element]]:
    """Property and geometry element, for every geometry at or below a property."""
    for child in owner:
        if is_gml(child):
            yield owner, child
        else:
            yield from _held(child)
