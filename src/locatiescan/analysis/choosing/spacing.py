"""Sites that lie too close to each other to be chosen together."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely


def too_close(shapes: gpd.GeoSeries, distance_m: float) -> np.ndarray:
    """Pairs of shapes nearer to each other than a distance.

    Parameters
    ----------
    shapes : GeoSeries
        One a site; None and empty shapes are near nothing.
    distance_m : float
        Sites exactly so far apart are far enough.

    Returns
    -------
    array (n, 2) of int
        Positions, the lower first, in order.
    """
    found = np.asarray(shapes.array)
    tree = shapely.STRtree(found)
    left, right = tree.query(found, predicate="dwithin", distance=distance_m)
    near = (left < right) & (shapely.distance(found[left], found[right]) < distance_m)
    pairs = np.column_stack([left[near], right[near]])
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def cliques(pairs: np.ndarray, count: int) -> list[list[int]]:
    """Groups in which every two are a pair, that hold every pair at least once.

    Parameters
    ----------
    pairs : array (n, 2) of int
    count : int
        Number of sites.

    Notes
    -----
    One row "at most one of these" a clique says more to a solver than a row a pair: half of each of three sites meets
    every pair and breaks the clique. Grown greedily from each pair not yet held: first by sites that bring a pair not
    yet held with the site it began with, then by any that fit. Sets of sites are whole numbers, a bit a site: with many
    neighbours that is a hundred times as fast as sets of numbers.
    """
    near = [0] * count
    for a, b in pairs.tolist():
        near[a] |= 1 << b
        near[b] |= 1 << a
    held = [0] * count
    found: list[list[int]] = []
    for a in range(count):
        while fresh := near[a] & ~held[a]:
            clique, common = 1 << a, near[a]
            while common:
                site = _first(common & fresh or common)
                clique |= 1 << site
                common &= near[site]
            members = _members(clique)
            for site in members:
                held[site] |= clique
            found.append(members)
    return found


def _first(sites: int) -> int:
    return (sites & -sites).bit_length() - 1


def _members(sites: int) -> list[int]:
    found = []
    while sites:
        found.append(_first(sites))
        sites &= sites - 1
    return found
