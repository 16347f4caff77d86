"""Which part of the municipality each cell of the sheet belongs to."""

from __future__ import annotations

import numpy as np
import pandas as pd

HOUSES_PER_CELL = 88  # housing parcels in a residential cell, streets and exceptions included
VILLAGES = ((0.40, 0.80), (0.84, 0.20), (0.80, 0.84), (0.36, 0.16))
TOWN = ("woonbuurt", "centrum", "nieuwbouw", "bedrijven", "sport")


def dune_width(n: int) -> int:
    """Columns of cells, from the west, that are dunes; the last one is wood."""
    return max(2, round(0.17 * n))


def assign_districts(n: int, parcels: int, rng: np.random.Generator) -> np.ndarray:
    """Name of the district of every cell, shape (n, n)."""
    i, j = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    district = np.full((n, n), "polder", dtype="<U12")
    district[i < dune_width(n)] = "duin"
    town = max(3, round((parcels - 1.25 * n * n) / HOUSES_PER_CELL))
    core = np.array([0.58 * n, 0.5 * n])
    _claim(district, "woonbuurt", town, _remoteness(i, j, core, n) + rng.uniform(0, 0.7, (n, n)))
    _claim(district, "centrum", max(1, round(0.03 * town)), _distance(i, j, core), taking="woonbuurt")
    reach = np.sqrt(town / np.pi)
    for name, share, least, directions in (
        ("bedrijven", 0.16, 2, (-40, 15)),
        ("sport", 0.07, 2, (75, 215, 120, 330, 255)),
        ("nieuwbouw", 0.05, 1, (165,)),
    ):
        count = max(least, round(share * town))
        angles = np.radians(directions[: 1 + count // 9])  # a larger town has them on more sides
        away = reach + 0.5 * np.sqrt(count / len(angles))
        middles = core + away * np.column_stack([np.cos(angles), np.sin(angles)])
        _claim(district, name, count, np.minimum.reduce([_distance(i, j, middle) for middle in middles]))
    _ribbons(district, i, j)
    _few(district, "plas", 200, rng)
    _few(district, "bosje", 120, rng)
    return district


def make_cells(district: np.ndarray) -> pd.DataFrame:
    """One row a cell outside the dunes, with the strips of road or water along its west and south side.

    Neighbouring polder cells become one of double height, so that strips of farmland get long.
    """
    i, j = np.meshgrid(*(np.arange(size) for size in district.shape), indexing="ij")
    pairs = np.zeros(district.shape, dtype=bool)
    pairs[:, :-1] = (district[:, :-1] == "polder") & (district[:, 1:] == "polder") & (j[:, :-1] % 2 == 0)
    keep = district != "duin"
    keep[:, 1:] &= ~pairs[:, :-1]
    cells = pd.DataFrame({"i": i[keep], "j": j[keep], "district": district[keep], "height": 1 + pairs[keep]})
    town = cells.district.isin(TOWN)
    west_road = town | (cells.i % 4 == 0) | (cells.district == "lint")
    south_road = town | (cells.j % 6 == 0)
    cells["west_kind"] = np.select([town, west_road, cells.i % 4 == 2], ["straat", "weg", "vaart"], "")
    cells["south_kind"] = np.select([town, south_road, cells.j % 6 == 4], ["straat", "weg", "vaart"], "")
    cells["west_m"] = np.select([west_road & (cells.i % 4 == 0), west_road, cells.i % 4 == 2], [14.0, 9.0, 11.0], 0.0)
    cells["south_m"] = np.select([south_road & (cells.j % 6 == 0), south_road, cells.j % 6 == 4], [12.0, 8.5, 9.0], 0.0)
    return cells


def _claim(district: np.ndarray, name: str, count: int, order: np.ndarray, taking: str = "polder") -> None:
    free = np.flatnonzero(district == taking)
    best = free[np.argsort(order.ravel()[free], kind="stable")[:count]]
    district.ravel()[best] = name


def _distance(i: np.ndarray, j: np.ndarray, middle: np.ndarray) -> np.ndarray:
    return np.hypot(i + 0.5 - middle[0], j + 0.5 - middle[1])


def _remoteness(i: np.ndarray, j: np.ndarray, core: np.ndarray, n: int) -> np.ndarray:
    """Distance to the town; villages count three times as far, and small places have none."""
    villages = [3 * _distance(i, j, np.array(place) * n) for place in VILLAGES] if n >= 40 else []
    return np.minimum.reduce([_distance(i, j, core), *villages])


def _ribbons(district: np.ndarray, i: np.ndarray, j: np.ndarray) -> None:
    """Ribbon villages along every fourth polder road, with gaps."""
    n = len(district)
    wanted = (i % 16 == 0) if n > 16 else (i == 8)
    district[wanted & (district == "polder") & (j % 9 != 5) & (j > 0) & (j < n - 1)] = "lint"


def _few(district: np.ndarray, name: str, one_in: int, rng: np.random.Generator) -> None:
    polder = np.flatnonzero(district == "polder")
    district.ravel()[rng.choice(polder, 1 + len(polder) // one_in, replace=False)] = name
