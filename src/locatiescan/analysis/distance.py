"""How far each parcel is from something."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.world import World, pieces, unknown
from locatiescan.model import Measurement


def reach_of(rule: Measurement) -> float:
    """How far a rule has to look, in metres: beyond it no verdict and no score changes any more."""
    if rule.reach_m is not None:
        return rule.reach_m
    ends = [getattr(rule, "min", None), getattr(rule, "max", None), *(getattr(rule, "curve", None) or ())]
    return max((float(end) for end in ends if end is not None), default=0.0)


def distance_m(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Distance in metres from each parcel to the nearest feature; 0 inside or touching.

    Nothing within the rule's reach gives the reach itself: the layer was not read any further.
    """
    found = pieces(world, rule.layer or "", rule.where)
    if found is None:
        return unknown(parcels)
    reach = reach_of(rule)
    shapes = parcels.geometry.to_numpy()
    result = np.full(len(parcels), reach)
    if len(found.shapes):
        (parcel, _), distance = found.tree.query_nearest(
            shapes, max_distance=max(reach, 1e-9), return_distance=True, all_matches=False
        )
        result[parcel] = np.minimum(distance, reach)
    result[parcels.geometry.isna() | parcels.geometry.is_empty] = np.nan
    return pd.Series(result, index=parcels.index)
