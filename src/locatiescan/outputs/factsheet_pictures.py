"""The two pictures of a factsheet: where a location lies, and what was drawn on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan2, degrees

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.answering.dutch import between, counted, figure, plain
from locatiescan.outputs.factsheet_drawing import (
    Entry,
    Frame,
    Mark,
    Picture,
    Style,
    Word,
    areas,
    box,
    frame_around,
    furniture,
    hatched,
    legend,
    paths,
    placed,
    upright,
)
from locatiescan.outputs.runs import Run, read_layer

AROUND_M = 150.0
LAYERS = ("water", "wegen", "panden", "natura2000", "bpl", "indeling")
"""Layers of a run that are drawn; what a run lacks is not, and the legend says so."""
LAND = Style("#f7f5f0")
PARCEL = Style(None, "#8d8a85", 0.1)
WATER = Style("#bcdaea")
SITE, OUTLINE = Style("#fdeeb5"), Style(None, "#9c1c1c", 0.6)
CASING_M, ROAD_M = 7.0, 5.5
BUILDING = Style("#b7b0a7", "#6f6960", 0.1)
NATURE, LANDSCAPE = Style(None, "#0b6b4f", 0.2), Style(None, "#6f2a8a", 0.2)
BLOCK = Style("#c2452d", "#5f1a0e", 0.2)
BAYS, LANE = Style("#8796a1", "#3f4a52", 0.1), Style("#dfe3e6", "#9aa3aa", 0.1)
DRAWN = {"rijloper": LANE, "parkeren": BAYS, "blok": BLOCK}
"""From under to above."""
LABELS = 8
"""Street names on the map; more would cover it."""


@dataclass(frozen=True)
class Kind:
    """Blocks that are the same but for their homes."""

    letter: str
    length_m: float
    depth_m: float
    storeys: float
    homes: tuple[float, ...]
    """Of each block; NaN where unknown."""


def drawn_layers(run: Run) -> dict[str, gpd.GeoDataFrame]:
    """Layers of a run that the pictures draw, as far as it has them, and all parcels."""
    found = {name: read_layer(run, name) for name in LAYERS}
    return {name: table for name, table in found.items() if table is not None} | {"percelen": run.parcels}


def situation(shape: shapely.Geometry, layers: Mapping[str, gpd.GeoDataFrame], drawn: gpd.GeoDataFrame | None,
              width: float, height: float, building: bool = False) -> Picture:  # fmt: skip
    """Map of a location and what lies within some 150 m of it.

    Parameters
    ----------
    shape : Geometry
        The location, RD New.
    layers : mapping
        As `drawn_layers` gives it.
    drawn : GeoDataFrame, optional
        What was drawn on this location.
    width, height : float
        Of the map without its legend, millimetres.
    building : bool
        Whether the location is a building, which then stands out among the others.
    """
    frame = frame_around(shapely.bounds(shape), width, height, 40.0, AROUND_M)
    seen = {name: _seen(layers.get(name), frame) for name in (*LAYERS, "percelen")}
    roads = [Style(None, "#a8a49d", CASING_M / frame.m_per_mm), Style(None, "#ffffff", ROAD_M / frame.m_per_mm)]
    marks: list[Mark | Word] = [
        Mark(LAND, (box(0, 0, width, height),)),
        *areas(seen["water"].geometry, frame, WATER),
        *areas([shape], frame, SITE),
        *(mark for style in roads for mark in paths(seen["wegen"].geometry, frame, style)),
        *areas(seen["percelen"].geometry, frame, PARCEL),
        *areas(seen["panden"].geometry, frame, BUILDING),
        *(areas([shape], frame, SITE) if building else ()),
        *hatched(seen["natura2000"].geometry, frame, NATURE, 1.6, True),
        *hatched(seen["bpl"].geometry, frame, LANDSCAPE, 2.0, False),
        *_layout(drawn, frame),
        *areas([shape], frame, OUTLINE),
        *_streets(seen["wegen"], frame),
        *furniture(frame),
    ]
    below, end = legend(_entries(seen, drawn), height, width)
    return Picture("Kaart van de plek en haar omgeving", _told(seen, layers), width, end, (*marks, *below))


def _seen(table: gpd.GeoDataFrame | None, frame: Frame) -> gpd.GeoDataFrame:
    if table is None:
        return gpd.GeoDataFrame(geometry=[])
    return table.iloc[np.sort(table.sindex.query(frame.ground, predicate="intersects"))]


def _layout(drawn: gpd.GeoDataFrame | None, frame: Frame) -> list[Mark]:
    if drawn is None:
        return []
    return [
        mark for kind, style in DRAWN.items() for mark in areas(drawn.geometry[drawn["soort"] == kind], frame, style)
    ]


def _entries(seen: Mapping[str, gpd.GeoDataFrame], drawn: gpd.GeoDataFrame | None) -> list[Entry]:
    """Lines of the legend: only what is in sight, and what the run did not have."""
    names = {"panden": (BUILDING, "Gebouw", False), "water": (WATER, "Water", False)}
    names |= {"natura2000": (NATURE, "Natura 2000", True), "bpl": (LANDSCAPE, "Beschermd Landschap", True)}
    entries = [(Style(SITE.fill, OUTLINE.stroke, 0.5), "Deze plek", False), (PARCEL, "Perceelgrens", False)]
    kinds = set() if drawn is None else set(drawn["soort"])
    entries += [(BLOCK, "Woonblok (proef)", False)] if "blok" in kinds else []
    entries += [(BAYS, "Parkeren (proef)", False)] if "parkeren" in kinds else []
    return entries + [entry for name, entry in names.items() if len(seen[name])]


def _told(seen: Mapping[str, gpd.GeoDataFrame], layers: Mapping[str, gpd.GeoDataFrame]) -> str:
    lack = [name for name in LAYERS[:-1] if name not in layers]
    rest = f" Niet getekend, want de laag ontbreekt: {', '.join(lack)}." if lack else ""
    streets = ", ".join(street_names(seen["wegen"])[:LABELS])
    near = f" Straten in beeld: {streets}." if streets else ""
    return f"Noorden boven. In beeld: {counted(len(seen['panden']), 'gebouw', 'gebouwen')}.{near}{rest}"


def street_names(roads: gpd.GeoDataFrame) -> list[str]:
    """Names of roads, each once."""
    if "straatnaam" not in roads:
        return []
    return list(dict.fromkeys(plain(name)[:40] for name in roads["straatnaam"].dropna() if plain(name)))


def _streets(roads: gpd.GeoDataFrame, frame: Frame) -> list[Word]:
    """Each street's name along its longest straight piece in sight, where it fits."""
    if "straatnaam" not in roads or not len(roads):
        return []
    inner = shapely.buffer(frame.ground, -4 * frame.m_per_mm)
    words = []
    for name, lines in roads[roads["straatnaam"].notna()].groupby("straatnaam", sort=False).geometry:
        text, piece = plain(name)[:40], _longest(shapely.intersection(lines.to_numpy(), inner), frame)
        if text and piece is not None:
            (x, y), (dx, dy) = piece.mean(axis=0), piece[1] - piece[0]
            if np.hypot(dx, dy) >= len(text) * 1.15:
                angle = upright(degrees(atan2(-dy, dx)))
                words.append(Word(text, *_lowered(x, y, angle, 2.1), 2.1, angle, "middle", halo=True))
    return words[:LABELS]


def _longest(lines: Sequence[shapely.Geometry], frame: Frame) -> np.ndarray | None:
    simple = shapely.simplify(lines, 2.0)
    points, line = shapely.get_coordinates(shapely.get_parts(simple), return_index=True)
    if len(points) < 2:
        return None
    on_paper = placed(points, frame)
    length = np.where(np.diff(line) == 0, np.hypot(*np.diff(on_paper, axis=0).T), 0.0)
    best = int(np.argmax(length))
    return on_paper[best : best + 2] if length[best] > 0 else None


def plan(shape: shapely.Geometry, drawn: gpd.GeoDataFrame, panden: gpd.GeoDataFrame | None,
         width: float, height: float) -> Picture:  # fmt: skip
    """What was drawn on a location, with sizes: each kind of block has a letter."""
    frame = frame_around(shapely.bounds(shape), width, height, 4.0)
    found = block_kinds(drawn)
    standing = areas(_seen(panden, frame).geometry, frame, BUILDING)
    marks: list[Mark | Word] = [
        Mark(LAND, (box(0, 0, width, height),)),
        *areas([shape], frame, SITE),
        *standing,
        *_layout(drawn, frame),
        *areas([shape], frame, OUTLINE),
        *_letters(drawn, found, frame),
        *_bays(drawn, frame),
        *furniture(frame),
    ]
    entries = [(BLOCK, "Woonblok", False), (BAYS, "Parkeervakken", False), (LANE, "Rijloper", False)]
    entries += [(BUILDING, "Bestaand gebouw", False)] if standing else []
    below, end = legend(entries, height, width)
    said = "; ".join(kind_line(kind) for kind in found)
    return Picture("Proefindeling", f"Noorden boven. {said}", width, end, (*marks, *below))


def block_kinds(drawn: gpd.GeoDataFrame) -> list[Kind]:
    """Blocks by size and storeys, largest first, lettered."""
    blocks = drawn[drawn["soort"] == "blok"]
    sizes = [_sides(block) for block in blocks.geometry]
    table = pd.DataFrame(sizes, columns=["length", "depth"]).round(1)
    table["storeys"], table["homes"] = blocks["lagen"].to_numpy(float), blocks["woningen"].to_numpy(float)
    grouped = table.groupby(["length", "depth", "storeys"], dropna=False, sort=True)["homes"].agg(tuple)
    rows = list(grouped.items())[::-1]
    return [Kind(_letter(i), *map(float, size), homes) for i, (size, homes) in enumerate(rows)]  # type: ignore[misc]


def _letter(place: int) -> str:
    return chr(65 + place) if place < 26 else f"{chr(64 + place // 26)}{chr(65 + place % 26)}"


def kind_line(kind: Kind) -> str:
    """``A: 4 blokken van 23,4 × 8,7 m, 2 lagen, 8 woningen per blok``."""
    size = f"{figure(kind.length_m, 1)} × {figure(kind.depth_m, 1)} m"
    high = "lagen onbekend" if np.isnan(kind.storeys) else counted(kind.storeys, "laag", "lagen")
    homes = [number for number in kind.homes if not np.isnan(number)]
    many = len(kind.homes) > 1
    each = f", {between(min(homes), max(homes))} woningen{' per blok' if many else ''}" if homes else ""
    return f"{kind.letter}: {counted(len(kind.homes), 'blok', 'blokken')} van {size}, {high}{each}"


def _sides(block: shapely.Geometry) -> tuple[float, float]:
    """Length and depth of a block, metres."""
    sides = _edges(block)
    return (max(sides), min(sides)) if sides else (0.0, 0.0)


def _edges(block: shapely.Geometry) -> list[float]:
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(block))
    return np.hypot(*np.diff(corners[:3], axis=0).T).tolist() if len(corners) >= 4 else []


def _letters(drawn: gpd.GeoDataFrame, found: Sequence[Kind], frame: Frame) -> list[Word]:
    """The letter of its kind on each block, along it, and on the first of each kind its sizes."""
    words, told = [], set()
    for block, storeys in drawn.loc[drawn["soort"] == "blok", ["geometry", "lagen"]].to_numpy():
        length, depth = (round(side, 1) for side in _sides(block))
        kind = next(k for k in found if (k.length_m, k.depth_m) == (length, depth) and _same(k.storeys, storeys))
        corners = placed(shapely.get_coordinates(shapely.minimum_rotated_rectangle(block)), frame)[:4]
        if len(corners) == 4:
            first = kind.letter not in told
            words += _sized(kind, corners) if first else [_along(kind.letter, corners)]
            told.add(kind.letter)
    return words


def _sized(kind: Kind, corners: np.ndarray) -> list[Word]:
    """Sizes and storeys of a block: inside it where they fit, else along its sides."""
    sizes = f"{kind.letter}: {figure(kind.length_m, 1)} × {figure(kind.depth_m, 1)} m"
    storeys = "" if np.isnan(kind.storeys) else f", {counted(kind.storeys, 'laag', 'lagen')}"
    room = float(np.hypot(*(corners[1:3] - corners[:2]).T).max())
    for text in (sizes + storeys, sizes):
        word = _along(text, corners)
        if room >= len(text) * word.size * 0.6 + 1:
            return [word]
    return [_along(kind.letter, corners), *(_beside(corners, i, kind) for i in (0, 1) if kind.letter in "ABC")]


def _along(text: str, corners: np.ndarray) -> Word:
    """Text in the middle of a block, along its long side."""
    sides = corners[1:3] - corners[:2]
    lengths = np.hypot(*sides.T)
    dx, dy = sides[int(np.argmax(lengths))]
    size, (x, y) = float(np.clip(lengths.min() * 0.55, 1.3, 2.3).round(2)), corners.mean(axis=0)
    angle = upright(degrees(atan2(-dy, dx)))
    return Word(text, *_lowered(x, y, angle, size), size, angle, "middle", True, colour="#ffffff")


def _beside(corners: np.ndarray, side: int, kind: Kind) -> Word:
    """Length of one side of a block, outside it."""
    step, middle = corners[side + 1] - corners[side], (corners[side] + corners[side + 1]) / 2
    other = np.hypot(*(corners[2 - side] - corners[(1 - side) % 4])) if side else np.hypot(*(corners[2] - corners[1]))
    metres = kind.length_m if np.hypot(*step) >= other else kind.depth_m
    away = middle - corners.mean(axis=0)
    x, y = middle + away / max(np.hypot(*away), 0.01) * 1.3
    angle = upright(degrees(atan2(-step[1], step[0])))
    return Word(f"{figure(metres, 1)} m", *_lowered(x, y, angle, 1.7), 1.7, angle, "middle", halo=True)


def _lowered(x: float, y: float, angle: float, size: float) -> tuple[float, float]:
    """Where turned text starts so that its middle, not its foot, is at a point."""
    down = size * 0.36
    return round(float(x + down * np.sin(np.radians(angle))), 2), round(float(y + down * np.cos(np.radians(angle))), 2)


def _same(one: float, other: float) -> bool:
    return one == other or (pd.isna(one) and pd.isna(other))


def _bays(drawn: gpd.GeoDataFrame, frame: Frame) -> list[Word]:
    """How many places each field of parking has."""
    fields = drawn[(drawn["soort"] == "parkeren") & drawn["plaatsen"].notna() & ~drawn.geometry.is_empty]
    middle = placed(shapely.get_coordinates(shapely.point_on_surface(fields.geometry.to_numpy())), frame)
    return [
        Word(f"P {figure(places)}", float(x), float(y) + 0.7, 1.9, 0.0, "middle", halo=True)
        for (x, y), places in zip(middle, fields["plaatsen"], strict=True)
    ]
