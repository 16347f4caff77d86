"""The land divided over municipalities that adjoin: ``Gemeentegebied``.

A border is a staircase on the sheet, through blocks and fields rather than along streets, so that it cuts parcels and
parts neighbours. Both sides are made of the same points: nothing is counted twice and nothing is lost.
At the edge of the sheet a border meets a corner of a cell, a point that the outline has anyway.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from locatiescan.crs import RD
from locatiescan.demo.districts import dune_width
from locatiescan.demo.parcels import CODE, NAME
from locatiescan.demo.sheet import Sheet, boundary, to_rd

Spot = tuple[float, float]
Line = list[Spot]
"""Spots on the sheet; each next one lies straight west, east, south or north."""

REGION = "Regio Demowaard"
VILLAGES = (
    *("Demokoog", "Demodijk", "Demoveen", "Demohout", "Demodam", "Demosluis", "Demorade", "Demoburen", "Demowoude"),
    "Demogeest",
)
MOST_MUNICIPALITIES = 2 + len(VILLAGES)
FRACTIONS = (0.3, 0.62, 0.45, 0.7)
"""Where in a cell a border runs, in turn."""


class Town(NamedTuple):
    """A municipality by name and CBS code."""

    name: str
    code: str
    """Four digits, as the service writes it."""


def towns(count: int) -> list[Town]:
    """Names and codes, from the north-west to the south-east; one alone is Demowaard itself."""
    if count == 1:
        return [Town(NAME, CODE)]
    names = (f"{NAME}-Noord", *VILLAGES[: count - 2], f"{NAME}-Zuid")
    return [Town(name, f"99{k:02d}") for k, name in enumerate(names, 1)]


def make_region(count: int) -> dict[str, Any] | None:
    """Content of ``regios.yaml``; None for one municipality, which is no region."""
    if count == 1:
        return None
    members = {f"GM{town.code}": {"naam": town.name} for town in towns(count)}
    region = {"bron": "locatiescan, fictieve demogemeente", "datum": "2026-01-01", "gemeenten": members}
    return {"toelichting": "Verzonnen gemeenten op het land van Demowaard.", "regios": {REGION: region}}


def make_municipalities(sheet: Sheet, count: int) -> gpd.GeoDataFrame:
    """Layer ``Gemeentegebied``."""
    rows = [
        {
            "identificatie": f"GM{code}",
            "naam": name,
            "code": code,
            "ligtInProvincieCode": "27",
            "ligtInProvincieNaam": "Noord-Holland",
            "fuuid": f"gemeentegebied.00000000-0000-4000-8000-00000000{code}",
        }
        for name, code in towns(count)
    ]
    return gpd.GeoDataFrame(rows, geometry=[boundary(sheet)] if count == 1 else _grounds(sheet, count), crs=RD)


def _grounds(sheet: Sheet, count: int) -> list[shapely.Polygon]:
    """Polygons in the order of `towns`: bands of municipalities, each band cut at other places than the next."""
    bands = round(np.sqrt(count))
    numbers = [count // bands + (band < count % bands) for band in range(bands)]  # from the south
    levels = [_levels(sheet.n, edge, bands) for edge in range(bands + 1)]
    borders = [_borders(sheet.n, band, number, levels) for band, number in enumerate(numbers)]
    edges = [_edge(level, _meeting(borders, edge)) for edge, level in enumerate(levels)]
    return [
        _ground(sheet, edges[band], edges[band + 1], west, east)
        for band in reversed(range(bands))
        for west, east in pairwise(borders[band])
    ]


def _levels(n: int, edge: int, bands: int) -> np.ndarray:
    """Place (south to north) of the edge between two bands in each column of cells; the outer ones are straight."""
    if edge in (0, bands):
        return np.full(n, float(n * edge // bands))
    column = np.arange(n) // 3
    row = np.floor(n * edge / bands + 0.06 * n * np.sin(9.0 * column / n + 2 * edge + 5))
    inside = (column * 3 > 0) & (np.arange(n) < n - 1)
    return row + np.where(inside, np.take(FRACTIONS, column % len(FRACTIONS)), 0.0)


def _borders(n: int, band: int, number: int, levels: Sequence[np.ndarray]) -> list[Line]:
    """Lines from the south to the north edge of a band, from west to east; the first and last are the outline."""
    width = (n - dune_width(n)) / number
    shift = (0.22 if band % 2 else -0.05) * width if len(levels) > 2 else 0.0
    starts = [0.0, *(np.floor(dune_width(n) + shift + width * k) for k in range(1, number)), float(n)]
    return [_border(n, float(start), levels[band], levels[band + 1]) for start in starts]


def _border(n: int, start: float, south: np.ndarray, north: np.ndarray) -> Line:
    """One line northward from column ``start``, with a step aside along the middle third of the band."""
    column = min(int(start), n - 1)
    low, high = south[column], north[column]
    if start in (0, n):
        return _through_cells([(start, low), (start, high)])
    rows = np.arange(int(low), int(np.ceil(high)))
    middle = np.abs(rows + 0.5 - (low + high) / 2) < (high - low) / 6
    clear = (rows > south.max()) & (rows + 1 < north.min())  # else the step would cross an edge that bends
    aside = np.where(middle & clear, max(1, round(0.04 * n)), 0)
    fraction = np.take(FRACTIONS, rows // 2 % len(FRACTIONS))
    place = start + aside + np.where((rows == 0) | (rows == n - 1), 0.0, fraction)
    ends = np.clip(np.column_stack([rows, rows + 1]), low, high)
    return _through_cells([(float(a), float(b)) for a, both in zip(place, ends, strict=True) for b in both])


def _meeting(borders: Sequence[Sequence[Line]], edge: int) -> list[Spot]:
    """Spots where borders of the band south and of the band north of an edge meet it."""
    below = [line[-1] for line in borders[edge - 1]] if edge > 0 else []
    above = [line[0] for line in borders[edge]] if edge < len(borders) else []
    return below + above


def _edge(level: np.ndarray, meeting: Sequence[Spot]) -> Line:
    """The edge between two bands from west to east, through every spot where a border meets it."""
    line: Line = []
    for column, b in enumerate(level):
        between = sorted(a for a, _ in meeting if column < a < column + 1)
        line += [(a, float(b)) for a in (float(column), *between, float(column + 1))]
    return _through_cells(line)


def _through_cells(corners: Sequence[Spot]) -> Line:
    """The same line with a spot wherever it passes a border of cells, where the sheet may bend."""
    line = [corners[0]]
    for one, other in pairwise(corners):
        line += _whole_between(one, other)
        if other != line[-1]:
            line.append(other)
    return line


def _whole_between(one: Spot, other: Spot) -> Line:
    """Spots with a whole number strictly between two spots, in order."""
    axis = 0 if one[1] == other[1] else 1
    start, end = one[axis], other[axis]
    up = range(math.floor(start) + 1, math.ceil(end))
    whole = up if end > start else range(math.ceil(start) - 1, math.floor(end), -1)
    return [(float(w), one[1]) if axis == 0 else (one[0], float(w)) for w in whole]


def _ground(sheet: Sheet, south: Line, north: Line, west: Line, east: Line) -> shapely.Polygon:
    """The polygon between four lines, counterclockwise."""
    below = south[south.index(west[0]) : south.index(east[0])]
    above = north[north.index(west[-1]) + 1 : north.index(east[-1]) + 1]
    ring = np.array([*below, *east[:-1], *reversed(above), *reversed(west[1:])])
    return shapely.Polygon(to_rd(sheet, ring[:, 0], ring[:, 1]))
