"""The layers around a location across a border, from the finished scans on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyogrio
import shapely

from locatiescan.analysis.measuring.world import World
from locatiescan.cli.options import Question
from locatiescan.cli.progress import silent
from locatiescan.errors import SourceError
from locatiescan.model import Grid, Layer, Source, Storage
from locatiescan.outputs.near import mosaic, read_near
from locatiescan.outputs.parts import Part
from locatiescan.scan import ground_box, reaches
from locatiescan.sources.layers import read_layer

PARCELS = "percelen"
MARGIN_M = 250.0
"""So far around a location at least, whatever the rules say: its way out is sought on the roads there."""


def world_around(parts: Sequence[Part], question: Question, shapes: np.ndarray, storage: Storage) -> World:
    """Give the layers near some shapes, as the scans on all sides of the borders used them.

    Parameters
    ----------
    parts : sequence of Part
        All of the region.
    question : Question
        Its catalogue tells where the grids are, which no GeoPackage holds.
    shapes : array of geometry, shape (n,)
        RD New.

    Raises
    ------
    LocatiescanError
        If a layer cannot be read.
    """
    box = shapely.box(*shapely.total_bounds(shapes))
    sides = [part for part in parts if shapely.intersects(part.result.area.boundary, box)]
    needed: dict[str, float] = {}
    for part in sides:
        for name, reach in reaches(part.result.rules, part.result.layers).items():
            if name != PARCELS:  # they are what is measured
                needed[name] = max(needed.get(name, 0.0), reach)
    return World({name: _near(name, reach, sides, question, shapes, storage) for name, reach in needed.items()})


def _near(
    name: str, reach_m: float, sides: Sequence[Part], question: Question, shapes: np.ndarray, storage: Storage
) -> Layer:
    known = [side for side in sides if name in side.result.layers and side.result.layers[name].absent is None]
    source = question.sources[name]
    if not known:
        return next(side.result.layers[name] for side in sides if name in side.result.layers)
    if len(known) < len(sides):  # what one side did not read is not free there
        return Layer(name, source, absent=f"Niet in elke gemeente aan de grens gelezen: {name}.")
    if source.geometry == "grid":
        grids = [_grid(source, side, reach_m, storage) for side in known]
        return Layer(name, source, grid=mosaic(grids))
    packages = [side.package for side in known]
    return Layer(name, source, read_near(packages, name, shapes, max(reach_m, MARGIN_M)))


def _grid(source: Source, side: Part, reach_m: float, storage: Storage) -> Grid:
    """A grid as the scan of that side read it: from the store, under the same box."""
    parcels = np.array(pyogrio.read_info(side.package, layer="percelen", force_total_bounds=True)["total_bounds"])
    ground = replace(side.result.area, boundary=ground_box(side.result.area, parcels))
    read = read_layer(source, ground, reach_m, silent(source.titel), replace(storage, refresh=False))
    if read.grid is None:
        raise SourceError(f"laag {source.name}: {read.absent}")
    return read.grid
