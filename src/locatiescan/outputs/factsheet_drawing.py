"""Pictures as plain marks in millimetres: drawn once, written as SVG and as PDF alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

Entry = tuple["Style", str, bool]
"""Of a legend: a look, words, and whether it is hatched."""
TOLERANCE_MM = 0.04
"""Finer than this nobody sees on paper; it keeps an outline of 100 000 points small."""
BAR_M = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class Style:
    """How a mark looks; colours as ``#rrggbb``, widths in millimetres."""

    fill: str | None = None
    stroke: str | None = None
    width: float = 0.15
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Mark:
    """Lines, or rings that are filled by the even-odd rule, each ``(points, 2)`` in millimetres, y down."""

    style: Style
    lines: tuple[np.ndarray, ...]
    closed: bool = True


@dataclass(frozen=True)
class Word:
    """A text at a point, in millimetres; ``angle`` in degrees, counter-clockwise."""

    text: str
    x: float
    y: float
    size: float = 2.2
    angle: float = 0.0
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    halo: bool = False
    colour: str = "#1a2027"


@dataclass(frozen=True)
class Picture:
    """A drawing, with words for who cannot see it."""

    title: str
    description: str
    width: float
    """Millimetres."""
    height: float
    marks: tuple[Mark | Word, ...]


@dataclass(frozen=True)
class Frame:
    """Where ground lands on paper: the upper left corner in RD metres, and a scale."""

    west: float
    north: float
    m_per_mm: float
    width: float
    """Millimetres."""
    height: float

    @property
    def ground(self) -> shapely.Polygon:
        """The ground that is in sight, RD New."""
        east = self.west + self.width * self.m_per_mm
        return shapely.box(self.west, self.north - self.height * self.m_per_mm, east, self.north)


def frame_around(bounds: np.ndarray, width: float, height: float, margin_m: float, least_m: float = 0.0) -> Frame:
    """Frame of so many millimetres with ``bounds`` (west, south, east, north in metres) in the middle.

    Parameters
    ----------
    margin_m : float
        Ground, at least, around the bounds.
    least_m : float
        Ground, at least, from the middle to each side.
    """
    west, south, east, north = (float(value) for value in bounds)
    half = [max((end - start) / 2 + margin_m, least_m) for start, end in ((west, east), (south, north))]
    scale = max(2 * half[0] / width, 2 * half[1] / height)
    return Frame((west + east - scale * width) / 2, (south + north + scale * height) / 2, scale, width, height)


def placed(points: np.ndarray, frame: Frame) -> np.ndarray:
    """RD coordinates on paper, to a hundredth of a millimetre."""
    return np.round((points - (frame.west, frame.north)) * (1, -1) / frame.m_per_mm, 2)


def areas(shapes: Iterable[shapely.Geometry], frame: Frame, style: Style) -> list[Mark]:
    """Polygons in sight as one mark each, holes and all."""
    marks = []
    for shape in _in_sight(shapes, frame):
        rings = [ring for part in _parts(shape, 2) for ring in shapely.get_rings(part)]
        lines = tuple(placed(shapely.get_coordinates(ring), frame) for ring in rings)
        marks += [Mark(style, lines)] if lines else []
    return marks


def paths(shapes: Iterable[shapely.Geometry], frame: Frame, style: Style) -> list[Mark]:
    """Lines in sight as one mark."""
    inset = style.width / 2 * frame.m_per_mm  # else a wide line sticks out of the frame
    parts = [part for shape in _in_sight(shapes, frame, inset) for part in _parts(shape, 1)]
    lines = tuple(placed(shapely.get_coordinates(part), frame) for part in parts)
    return [Mark(style, lines, closed=False)] if lines else []


def hatched(shapes: Iterable[shapely.Geometry], frame: Frame, style: Style, step: float, rising: bool) -> list[Mark]:
    """Slanting lines over polygons in sight, so many millimetres apart; both rooms of writing can draw those."""
    ground = shapely.union_all([shapely.make_valid(shape) for shape in _in_sight(shapes, frame)])
    if ground.is_empty:
        return []
    west, south, east, north = frame.ground.bounds
    run = (north - south) * (1 if rising else -1)
    starts = np.arange(west - abs(run), east + abs(run), step * 2**0.5 * frame.m_per_mm)
    slants = shapely.linestrings([[(x, south), (x + run, north)] for x in starts])
    return paths([*shapely.intersection(slants, ground), shapely.boundary(ground)], frame, style)


def _in_sight(shapes: Iterable[shapely.Geometry], frame: Frame, inset: float = 0.0) -> Iterator[shapely.Geometry]:
    west, south, east, north = frame.ground.bounds
    bounds = (west + inset, south + inset, east - inset, north - inset)
    for shape in shapes:
        if shape is None or shapely.is_empty(shape):
            continue
        seen = shapely.simplify(shapely.clip_by_rect(shapely.force_2d(shape), *bounds), TOLERANCE_MM * frame.m_per_mm)
        if not seen.is_empty:
            yield seen


def _parts(shape: shapely.Geometry, dimension: int) -> list[shapely.Geometry]:
    """Parts of one dimension: clipping can leave points and lines behind."""
    found = [part for piece in shapely.get_parts([shape]) for part in shapely.get_parts([piece])]
    return [part for part in found if shapely.get_dimensions(part) == dimension]


def furniture(frame: Frame) -> list[Mark | Word]:
    """Edge, north arrow and scale bar."""
    x, y = frame.width - 5.0, 3.0
    metres = max((bar for bar in BAR_M if bar / frame.m_per_mm <= frame.width / 3), default=BAR_M[0])
    bar, low = round(metres / frame.m_per_mm, 2), frame.height - 2.5
    plate, ink = Style("#ffffff", "#6b7280", 0.1), Style("#1a2027")
    arrow = np.array([(x + 0.5, y - 1), (x + 2, y + 4), (x + 0.5, y + 3), (x - 1, y + 4)])
    ruler = np.array([(2.5, low - 1), (2.5, low), (2.5 + bar, low), (2.5 + bar, low - 1)])
    return [
        Mark(Style(None, "#4b5563", 0.25), (box(0, 0, frame.width, frame.height),)),
        Mark(plate, (box(x - 2.5, 1.0, x + 3.5, 11.5),)),
        Mark(ink, (arrow,)),
        Word("N", x + 0.5, y + 7.4, 2.8, anchor="middle", bold=True),
        Mark(plate, (box(1.0, low - 4.2, bar + 4.0, low + 1.5),)),
        Mark(Style(None, "#1a2027", 0.35), (ruler,), closed=False),
        Word(f"{metres} m", 2.5 + bar / 2, low - 1.2, 2.2, anchor="middle"),
    ]


def box(west: float, north: float, east: float, south: float) -> np.ndarray:
    """Corners of a rectangle on paper."""
    return np.array([(west, north), (east, north), (east, south), (west, south)], dtype=float)


def legend(
    entries: Iterable[tuple[Style, str, bool]], top: float, width: float, columns: int = 2
) -> tuple[list[Mark | Word], float]:
    """Swatches with their words below a picture, and where the last row ends; the flag says hatched."""
    marks: list[Mark | Word] = []
    step, end = width / columns, top
    for i, (style, words, lined) in enumerate(entries):
        x, y = (i % columns) * step, top + 1.5 + (i // columns) * 3.6
        marks += _swatch(style, x, y, lined)
        marks.append(Word(words, x + 6.5, y + 2.1, 2.1))
        end = y + 3.6
    return marks, round(end, 2)


def _swatch(style: Style, x: float, y: float, lined: bool) -> list[Mark]:
    if lined:
        slants = tuple(np.array([(x + i, y + 2.4), (x + i + 1.2, y)]) for i in np.arange(0.2, 4, 1.0))
        return [Mark(style, slants, closed=False), Mark(Style(None, style.stroke, 0.15), (box(x, y, x + 5, y + 2.4),))]
    if style.fill is None:
        return [Mark(style, (np.array([(x, y + 1.2), (x + 5, y + 1.2)]),), closed=False)]
    return [Mark(style, (box(x, y, x + 5, y + 2.4),))]


def upright(angle: float) -> float:
    """Angle at which text along a line is not upside down, degrees."""
    turned = (angle + 180) % 180
    return turned - 180 if turned > 90 else turned
