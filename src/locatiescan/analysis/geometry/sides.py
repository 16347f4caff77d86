"""The directed sides of polygons as flat arrays of numbers, ready for kernels that know no geometry library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numba
import numpy as np
import shapely


@dataclass(frozen=True)
class Sides:
    """Sides of polygons, shape after shape: ground lies on the left hand, so holes run the other way round.

    Within a ring each side begins where the one before it ended, and the last ends where the first began. All
    sides are here, also vertical ones; none has length zero. Coordinates are exact as given: RD values leave few
    digits for products, so a kernel first takes off an origin near the shape.
    """

    x0: np.ndarray
    """Begin of each side, metres, float64."""
    y0: np.ndarray
    x1: np.ndarray
    """End of each side."""
    y1: np.ndarray
    start: np.ndarray
    """Sides of shape i are ``start[i]`` up to ``start[i + 1]``; int64, one more than there are shapes."""
    bounds: np.ndarray
    """(n, 4) west, south, east, north; NaN for a shape without sides."""

    def __len__(self) -> int:
        return len(self.start) - 1


def unpack(shapes: np.ndarray) -> Sides:
    """Take polygons apart into directed sides.

    Parameters
    ----------
    shapes : array of geometry
        Valid polygons and multipolygons, rings either way round. Missing and empty ones, lines and points have
        no sides; of a collection only the polygons count.

    Returns
    -------
    Sides
        One shape for each geometry, in the same order.
    """
    shapes = np.asarray(shapes, dtype=object)
    rings, shape_of, hole = _rings(shapes)
    xy = np.ascontiguousarray(shapely.get_coordinates(rings))
    first = np.append(0, np.cumsum(shapely.get_num_coordinates(rings))).astype(np.int64)
    ends, count = _directed(xy, first, hole)
    start = np.append(0, np.cumsum(count))[np.searchsorted(shape_of, np.arange(len(shapes) + 1))]
    x0, y0, x1, y1 = ends
    return Sides(x0, y0, x1, y1, start.astype(np.int64), shapely.bounds(shapes).reshape(-1, 4))


def areas(sides: Sides) -> np.ndarray:
    """Square metres of each shape, holes taken off."""
    owner = np.repeat(np.arange(len(sides)), np.diff(sides.start))
    west, south = sides.bounds[owner, 0], sides.bounds[owner, 1]
    cross = (sides.x0 - west) * (sides.y1 - south) - (sides.x1 - west) * (sides.y0 - south)
    return np.bincount(owner, cross, minlength=len(sides)) / 2


def _rings(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rings of all polygons, the shape each is of, and whether it is a hole."""
    parts, shape_of = shapes, np.arange(len(shapes))
    while (shapely.get_type_id(parts) > 3).any():  # a collection may hold collections
        parts, shape_of = _opened(parts, shape_of, shapely.get_type_id(parts) > 3, shapely.get_parts)
    ground = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    parts, shape_of = parts[ground], shape_of[ground]
    rings, part_of = _opened(parts, np.arange(len(parts)), shapely.get_num_interior_rings(parts) > 0, shapely.get_rings)
    hole = np.zeros(len(rings), dtype=bool)
    hole[1:] = part_of[1:] == part_of[:-1]  # the outer ring comes first
    return rings, shape_of[part_of], hole


def _opened(
    shapes: np.ndarray, number: np.ndarray, mask: np.ndarray, open_: Callable[..., tuple[np.ndarray, np.ndarray]]
) -> tuple[np.ndarray, np.ndarray]:
    """Put what is in some shapes in their place; others stay, for new geometry objects cost more than all the rest."""
    inner, index = open_(shapes[mask], return_index=True)
    number = np.concatenate([number[~mask], number[mask][index]])
    order = np.argsort(number, kind="stable")
    return np.concatenate([shapes[~mask], inner])[order], number[order]


@numba.njit(cache=True, nogil=True)
def _directed(xy: np.ndarray, first: np.ndarray, hole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sides of rings as rows x0, y0, x1, y1, ground on the left hand, and how many each ring has."""
    ends = np.empty((4, len(xy) - len(hole)))
    count = np.zeros(len(hole), dtype=np.int64)
    done = 0
    for ring in range(len(hole)):
        low, high = first[ring], first[ring + 1] - 1
        twice = 0.0  # the area of the ring, positive when it runs counter-clockwise, from an origin on the ring
        for i in range(low, high):
            x0, y0, x1, y1 = xy[i, 0] - xy[low, 0], xy[i, 1] - xy[low, 1], xy[i + 1, 0], xy[i + 1, 1]
            twice += x0 * (y1 - xy[low, 1]) - (x1 - xy[low, 0]) * y0
        turned = (twice < 0) != hole[ring]
        for k in range(high - low):
            begin, end = (high - k, high - k - 1) if turned else (low + k, low + k + 1)
            if xy[begin, 0] == xy[end, 0] and xy[begin, 1] == xy[end, 1]:
                continue
            ends[0, done], ends[1, done], ends[2, done], ends[3, done] = (
                xy[begin, 0],
                xy[begin, 1],
                xy[end, 0],
                xy[end, 1],
            )
            count[ring] += 1
            done += 1
    return ends[:, :done], count
