"""Of which nature area the hexagon is that a location burdens most: the nearest."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.answering.nitrogen import COUNTING
from locatiescan.select import selected, undecided

AREA = "hexagon_gebied"
NEAR_M = 200.0
"""A hexagon of a hectare, 124 m across, lies over the area that it is drawn for; boundaries of two registrations
differ a little. Farther off no area is named."""


def nature_areas(
    sites: gpd.GeoDataFrame, hexagons: gpd.GeoDataFrame | None, nature: gpd.GeoDataFrame | None
) -> pd.Series:
    """Name of the nature area of the hexagon nearest to each location.

    Parameters
    ----------
    sites : GeoDataFrame
        RD New.
    hexagons : GeoDataFrame, optional
        With ``relevant`` and ``naderend_overbelast``.
    nature : GeoDataFrame, optional
        With ``naam``.

    Returns
    -------
    Series of object
        ``hexagon_gebied`` on the index of `sites`; None where it is not known: without layers, where no named area
        lies near that hexagon, and where one of which the flags are absent lies nearer.
    """
    unknown = pd.Series(None, sites.index, dtype=object, name=AREA)
    if hexagons is None or nature is None or not {*COUNTING} <= {*hexagons} or "naam" not in nature:
        return unknown
    counting = selected(hexagons, COUNTING).to_numpy() | undecided(hexagons, COUNTING).to_numpy()
    shapes, certain = hexagons.geometry.to_numpy()[counting], selected(hexagons, COUNTING).to_numpy()[counting]
    site, hexagon = shapely.STRtree(shapes).query_nearest(sites.geometry.to_numpy(), all_matches=False)
    near, first = np.unique(hexagon, return_inverse=True)
    names = _names(shapes[near], nature)
    names[~certain[near]] = None
    unknown.iloc[site] = names[first]
    return unknown


def _names(hexagons: np.ndarray, nature: gpd.GeoDataFrame) -> np.ndarray:
    """Name of the area nearest to the middle of each hexagon, None where none is near."""
    found = np.full(len(hexagons), None, dtype=object)
    middle = shapely.centroid(hexagons)
    tree = shapely.STRtree(nature.geometry.to_numpy())
    hexagon, area = tree.query_nearest(middle, max_distance=NEAR_M, all_matches=False)
    found[hexagon] = nature["naam"].astype(object).where(nature["naam"].notna(), None).to_numpy()[area]
    return found
