"""Where a rule or an exclusion applies: on parcels that lie for a good part inside a layer."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.measuring.shares import covered_share
from locatiescan.analysis.measuring.world import World
from locatiescan.model import JA, NEE, ONBEKEND, Extent, Measurement


def applies(parcels: gpd.GeoDataFrame, extent: Extent, world: World) -> pd.Series:
    """Whether each parcel lies inside the extent.

    Returns
    -------
    Series of str
        ``ja``, ``nee``, or ``onbekend`` where the layer is absent or the parcel has no ground.
    """
    inside = Measurement(
        naam="binnen_aandeel", measure="covered_share", waarom="bereik", layer=extent.layer, where=extent.where
    )
    share = covered_share(parcels, inside, world)
    return pd.Series(np.select([share.isna(), share >= extent.share], [ONBEKEND, JA], NEE), parcels.index, dtype="str")
