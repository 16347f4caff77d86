"""Geometry as Esri writes it: rings, paths and points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import shapely

from locatiescan.errors import SourceError

Json = dict[str, Any]
FARTHEST_M = 1e9
"""Beyond this no coordinate of any system lies, and areas overflow."""


def geometries(shapes: list[Json], where: str) -> np.ndarray:
    """Esri's geometries as shapely has them; a missing or empty one is None."""
    found = np.full(len(shapes), None, dtype=object)
    kinds = np.array([_kind(shape, where) for shape in shapes], dtype=object)
    for kind in set(kinds) - {None}:
        chosen = np.flatnonzero(kinds == kind)
        found[chosen] = KINDS[kind]([shapes[i] for i in chosen])
    return found


def _kind(shape: Json | None, where: str) -> str | None:
    if not shape:
        return None
    if "curveRings" in shape or "curvePaths" in shape:
        raise SourceError(
            f"{where} geeft echte bogen (curveRings of curvePaths); die worden niet gelezen, tenzij de dienst ze zelf "
            "in rechte stukken deelt (maxAllowableOffset). Lees de laag anders uit een bestand."
        )
    kind = next((kind for kind in KINDS if kind in shape), None)
    if kind is None:
        raise SourceError(f"{where} geeft een vorm die niet gelezen wordt: {', '.join(sorted(shape))}")
    return kind


def _points(shapes: list[Json]) -> np.ndarray:
    """One point each; of an empty one, x is null or the text NaN."""
    xy = np.array([[shape.get("x"), shape.get("y")] for shape in shapes], dtype=float)
    return np.array([None if np.isnan(each).any() else shapely.Point(each) for each in xy], dtype=object)


def _multipoints(shapes: list[Json]) -> np.ndarray:
    parts, owner = _parts([[shape["points"]] for shape in shapes])
    return _gather(np.array([shapely.MultiPoint(part) for part in parts], dtype=object), owner, len(shapes))


def _lines(shapes: list[Json]) -> np.ndarray:
    paths, owner = _parts([shape["paths"] for shape in shapes])
    keep = [i for i, path in enumerate(paths) if len(path) > 1]
    lines = np.array([shapely.LineString(paths[i]) for i in keep], dtype=object)
    return _gather(lines, owner[keep], len(shapes), shapely.MultiLineString)


def _areas(shapes: list[Json]) -> np.ndarray:
    """Clockwise rings are outer, the others are holes in the outer ring around them."""
    parts, owner = _parts([shape["rings"] for shape in shapes])
    keep = [i for i, part in enumerate(parts) if len(part) - (part[0] == part[-1]).all() > 2]  # less has no area
    rings = np.array([shapely.LinearRing(parts[i]) for i in keep], dtype=object)
    owner = owner[keep]
    polygons = np.array(shapely.polygons(rings), dtype=object)
    shell = np.arange(len(rings))
    inner = shapely.is_ccw(rings)
    for mine in _groups(owner):
        for hole in mine[inner[mine]]:
            shell[hole] = _shell_of(hole, mine[~inner[mine]], polygons)
    for mine in _groups(shell):
        if len(mine) > 1:
            outer = shell[mine[0]]
            polygons[outer] = shapely.polygons(rings[outer], holes=rings[mine[mine != outer]])
    whole = shell == np.arange(len(rings))
    return _gather(polygons[whole], owner[whole], len(shapes), shapely.MultiPolygon)


def _shell_of(hole: int, outers: np.ndarray, polygons: np.ndarray) -> int:
    """The smallest outer ring around a hole; the hole itself, to become a polygon, where there is none.

    By majority of corners and midpoints, as a hole that touches its outer ring may stick out by a rounding.
    """
    near = outers[shapely.intersects(shapely.envelope(polygons[outers]), shapely.envelope(polygons[hole]))]
    corners = shapely.get_coordinates(polygons[hole])
    x, y = np.concatenate([corners[1:], (corners[1:] + corners[:-1]) / 2]).T
    shapely.prepare(polygons[near])
    around = [outer for outer in near if shapely.intersects_xy(polygons[outer], x, y).mean() > 0.5]
    return min(around, key=lambda outer: shapely.area(polygons[outer]), default=hole)


def _parts(shapes: list[list[Any]]) -> tuple[list[np.ndarray], np.ndarray]:
    """Every ring or path as x and y, and which shape it is of."""
    parts = [np.array([point[:2] for point in part], dtype=float) for shape in shapes for part in shape if part]
    if not all((np.abs(part) < FARTHEST_M).all() for part in parts):
        raise ValueError("een coördinaat is geen getal of onmogelijk groot")
    owner = [i for i, shape in enumerate(shapes) for part in shape if part]
    return parts, np.array(owner, dtype=int)


def _gather(parts: np.ndarray, owner: np.ndarray, size: int, together: type = shapely.MultiPoint) -> np.ndarray:
    """One geometry per shape out of its parts; None where it has none."""
    found = np.full(size, None, dtype=object)
    for mine in _groups(owner):
        found[owner[mine[0]]] = parts[mine[0]] if len(mine) == 1 else together(list(parts[mine]))
    return found


def _groups(keys: np.ndarray) -> list[np.ndarray]:
    """Indices of equal keys, each group in order."""
    order = np.argsort(keys, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(keys[order])) + 1) if len(keys) else []


KINDS: Mapping[str, Callable[[list[Json]], np.ndarray]] = {
    "rings": _areas,
    "paths": _lines,
    "points": _multipoints,
    "x": _points,
}
