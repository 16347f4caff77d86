"""The drawn blocks, parking places and lanes, small: rectangles in the frame of their location, in decimetres.

``decodeLayout`` in ``webmap-layout.js`` puts them back. Between RD New and degrees the page uses polynomials that are
fitted to this municipality; they also let it measure distances in RD New.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from locatiescan.crs import RD, to_display
from locatiescan.model import Dossier
from locatiescan.outputs.webmap_words import coded

DM = 10.0
"""Units in a metre: 5 cm is as near as a web map can place anything."""
DEGREE = 3
"""Of the polynomials; within a municipality they are right to a millimetre."""
MARGIN_M = 2_000.0


def layout(dossier: Dossier | None, sites: Sequence[str]) -> dict[str, Any]:
    """Rectangles by location; empty where nothing was drawn.

    Parameters
    ----------
    sites : sequence of str
        ``locatie_id`` in the order of the map.

    Returns
    -------
    dict
        By column: ``frames``: the location's place in `sites` as a step from the frame before, how many rectangles,
        angle in millidegrees, and the corner that counts as origin in RD decimetres, as steps too. ``boxes``: left
        and lower side of each rectangle as steps from the one before, width and depth. ``kind`` and ``naam`` (coded)
        and ``aantal`` (homes, or parking places).
    """
    place = {name: i for i, name in enumerate(sites)}
    if dossier is None or not len(dossier.layout):
        return {}
    drawn = dossier.layout[dossier.layout["locatie_id"].isin(place)]
    corners = shapely.get_coordinates(shapely.oriented_envelope(drawn.geometry.to_numpy())).reshape(-1, 5, 2)[:, :4]
    angle = _angles(corners)
    drawn = drawn.assign(_site=drawn["locatie_id"].map(place).astype(int), _angle=angle)
    order = np.lexsort((corners[:, :, 0].min(axis=1), drawn["soort"].astype(str), drawn["_angle"], drawn["_site"]))
    drawn, corners, angle = drawn.iloc[order], corners[order], angle[order]
    frame = np.r_[True, (np.diff(drawn["_site"]) != 0) | (np.diff(angle) != 0)]
    first = np.flatnonzero(frame)
    member = np.cumsum(frame) - 1
    origin = np.round(corners[first, 0] * DM)
    boxes = _boxes(corners * DM - origin[member][:, None], angle)
    boxes[:, :2] = np.where(frame[:, None], boxes[:, :2], np.diff(boxes[:, :2], axis=0, prepend=boxes[:1, :2]))
    counts = np.bincount(member)
    sites_of = np.diff(drawn["_site"].to_numpy()[first], prepend=0)
    frames = np.column_stack([sites_of, counts, angle[first], np.diff(origin, axis=0, prepend=[[0, 0]])]).astype(int)
    number = drawn["woningen"].fillna(drawn["plaatsen"]) if "plaatsen" in drawn else drawn["woningen"]
    return {
        "frames": frames.T.ravel().tolist(),
        "boxes": boxes.astype(int).T.ravel().tolist(),
        "kind": coded(drawn["soort"]),
        "naam": coded(drawn["naam"]),
        "aantal": [-1 if value != value else int(value) for value in number.astype(float)],
    }


def projection(area: shapely.Geometry) -> dict[str, Any]:
    """Polynomials between RD New and degrees, over the surroundings of a municipality.

    Returns
    -------
    dict
        ``rd`` and ``degrees``: middle and reach by which coordinates are scaled to -1..1; ``to_degrees`` (lon, lat)
        and ``to_rd`` (x, y): coefficients in the order of `_terms`.
    """
    west, south, east, north = shapely.bounds(area) + MARGIN_M * np.array([-1, -1, 1, 1])
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(west, east, 12), np.linspace(south, north, 12)))
    shown = to_display(gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=RD)).geometry
    here, there = np.column_stack([x, y]), np.column_stack([shown.x, shown.y])
    rd, degrees = _scaling(here), _scaling(there)
    return {
        "rd": rd,
        "degrees": degrees,
        "to_degrees": _fit(here, rd, there, degrees),
        "to_rd": _fit(there, degrees, here, rd),
    }


def _angles(corners: np.ndarray) -> np.ndarray:
    """Direction of the first side, in whole millidegrees within 0..90."""
    side = corners[:, 1] - corners[:, 0]
    return np.round(np.degrees(np.arctan2(side[:, 1], side[:, 0])) * 1000).astype(int) % 90_000


def _boxes(corners: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Left, lower side, width and depth of each rectangle once it is turned upright."""
    turn = np.radians(-angle / 1000)[:, None]
    u = corners[:, :, 0] * np.cos(turn) - corners[:, :, 1] * np.sin(turn)
    v = corners[:, :, 0] * np.sin(turn) + corners[:, :, 1] * np.cos(turn)
    low = np.column_stack([u.min(axis=1), v.min(axis=1)])
    return np.round(np.column_stack([low, u.max(axis=1) - low[:, 0], v.max(axis=1) - low[:, 1]]))


def _terms(points: np.ndarray, scaling: list[float]) -> np.ndarray:
    """Products of powers of both coordinates, as the page makes them: by the power of the first, then the second."""
    a, b = (points[:, axis] - scaling[axis] for axis in (0, 1))
    a, b = a / scaling[2], b / scaling[3]
    return np.column_stack([a**i * b**j for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)])


def _scaling(points: np.ndarray) -> list[float]:
    low, high = points.min(axis=0), points.max(axis=0)
    return [*((low + high) / 2).tolist(), *((high - low) / 2).tolist()]


def _fit(
    points: np.ndarray, scaling: list[float], wanted: np.ndarray, wanted_scaling: list[float]
) -> list[list[float]]:
    middle, reach = np.array(wanted_scaling[:2]), np.array(wanted_scaling[2:])
    found = np.linalg.lstsq(_terms(points, scaling), (wanted - middle) / reach, rcond=None)[0]
    return (found * reach + np.outer(np.eye(len(found))[0], middle)).T.tolist()
