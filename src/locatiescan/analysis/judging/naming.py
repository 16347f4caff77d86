"""For which municipalities a location is named."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.geometry.overlay import subdivide

NAMED_SHARE = 0.01
"""A location is named for another municipality from this part of its area. Less is no building ground, but the
difference between the boundaries of parcels and those of municipalities, which two registrations drew."""
BETWEEN = " / "
"""Stands between the names of the municipalities of a location, its home first."""


def named_for(sites: gpd.GeoDataFrame, boundaries: Mapping[str, shapely.Geometry]) -> pd.Series:
    """Name each location for all municipalities in which it lies.

    Parameters
    ----------
    sites : GeoDataFrame
        ``gemeente`` is the name of its home, or more names that are to stay; RD New.
    boundaries : mapping
        Name to boundary, RD New.

    Returns
    -------
    Series of str
        ``Alkmaar / Heiloo``: its home first, then, largest part first, where at least `NAMED_SHARE` of it lies.
    """
    names, named = [*boundaries], [name.split(BETWEEN) for name in sites["gemeente"]]
    home = pd.Index(names, dtype=object).get_indexer(pd.Index([first for first, *_ in named], dtype=object))
    share = _shares_abroad(sites.geometry.to_numpy(), home, np.array([*boundaries.values()], dtype=object))
    for row in np.flatnonzero((share >= NAMED_SHARE).any(axis=1)):
        largest = np.argsort(-share[row], kind="stable")
        named[row] += [names[i] for i in largest if share[row, i] >= NAMED_SHARE]
    return pd.Series([BETWEEN.join(dict.fromkeys(all_of)) for all_of in named], sites.index, dtype="str")


def _shares_abroad(shapes: np.ndarray, home: np.ndarray, boundaries: np.ndarray) -> np.ndarray:
    """Part of each shape in each municipality that is not its home, shape (sites, municipalities)."""
    # cut small, so that only shapes near a border meet a piece of another municipality, and a small one
    pieces, owner = subdivide(boundaries)
    site, piece = shapely.STRtree(pieces).query(shapes)
    abroad = owner[piece] != home[site]
    site, piece = site[abroad], piece[abroad]
    inside = shapely.area(shapely.intersection(shapes[site], pieces[piece]))
    cell = site * len(boundaries) + owner[piece]
    # without a cell the sums would be whole numbers
    total = np.bincount(cell, inside, len(shapes) * len(boundaries)).astype(float)
    total = total.reshape(len(shapes), len(boundaries))
    area = np.nan_to_num(shapely.area(shapes))[:, None]
    return np.divide(total, area, out=np.zeros_like(total), where=area > 0)
