"""The measures as an analyst writes them with geopandas: a call or two each, exact, nothing tuned.

Each function takes parcels with a column ``nr``, a rule and the layers, and gives a column by ``nr``. What a careful
analyst would keep in a variable (the free ground, the dominant classes) is kept in ``kept``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.measuring.distance import reach_of
from locatiescan.crs import RD
from locatiescan.model import Exclusion, Layer, Measurement
from locatiescan.select import selected

SLIVER_SHARE = 0.01
Layers = Mapping[str, Layer]
Kept = dict[Any, Any]
Column = Callable[[gpd.GeoDataFrame, Measurement, Layers, Kept], pd.Series]


def features(layers: Layers, rule: Measurement | Exclusion) -> gpd.GeoDataFrame:
    """Those the rule means."""
    found = layers[str(rule.layer)].features
    assert found is not None
    return found[selected(found, rule.where)].reset_index(drop=True)


def once(ground: gpd.GeoDataFrame, by: str | None = None) -> gpd.GeoDataFrame:
    """Ground that several polygons cover counts once."""
    return ground.dissolve(by=by).reset_index().explode(ignore_index=True)


def covered(parcels: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> pd.Series:
    """Square metres of each parcel under disjoint polygons."""
    clips = gpd.overlay(parcels[["nr", "geometry"]], ground[["geometry"]], keep_geom_type=True)
    return clips.area.groupby(clips["nr"]).sum().reindex(parcels["nr"], fill_value=0.0)


def covered_share(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers, kept: Kept) -> pd.Series:
    """Part of the parcel under a layer."""
    return (covered(parcels, once(features(layers, rule))) / parcels.area).clip(upper=1)


def dominant(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers, kept: Kept) -> pd.DataFrame:
    """Class of most of the parcel and its share; what has no class competes."""
    key = repr((rule.layer, rule.column, rule.where))
    if key not in kept:
        zones = features(layers, rule).dropna(subset=[rule.column])
        clips = gpd.overlay(parcels[["nr", "geometry"]], once(zones, rule.column)[[rule.column, "geometry"]])
        areas = clips.area.groupby([clips["nr"], clips[rule.column]]).sum().rename("area").reset_index()
        areas = areas.sort_values(["nr", "area", str(rule.column)], ascending=[True, False, True]).drop_duplicates("nr")
        best = areas.set_index("nr").reindex(parcels["nr"])
        share = (best["area"] / parcels.area).clip(upper=1)
        sure = (share >= 1 - covered(parcels, once(zones)) / parcels.area) & (share >= SLIVER_SHARE)
        kept[key] = pd.DataFrame({"class": best[rule.column].where(sure), "share": share.where(sure)})
    return kept[key]


def governing_value(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers, kept: Kept) -> pd.Series:
    """Number of the largest part; where areas overlap the lowest counts."""
    areas = features(layers, rule)
    areas = areas.assign(value=areas[rule.column].astype("float64")).dropna(subset="value")
    grounds, before = [], shapely.Polygon()
    for value in sorted(areas["value"].unique()):
        ground = areas.geometry[areas["value"] == value].union_all()
        grounds.append({"value": value, "geometry": ground.difference(before)})
        before = before.union(ground)
    apart = gpd.GeoDataFrame(grounds, crs=RD).explode(ignore_index=True)
    clips = gpd.overlay(parcels[["nr", "geometry"]], apart, keep_geom_type=True)
    found = clips.area.groupby([clips["nr"], clips["value"]]).sum().rename("area").reset_index()
    found = found[found["area"] >= SLIVER_SHARE * parcels.area.loc[found["nr"]].to_numpy()]
    best = found.sort_values(["nr", "area", "value"], ascending=[True, False, True]).drop_duplicates("nr")
    return best.set_index("nr")["value"].reindex(parcels["nr"])


def free(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers, kept: Kept) -> gpd.GeoSeries:
    """Ground outside all exclusions and their margins; parcels without any are absent."""
    key = repr(rule.exclude)
    if key not in kept:
        grounds = [(features(layers, item).geometry, item.buffer_m) for item in rule.exclude]
        taken = [ground.buffer(margin, quad_segs=16) if margin else ground for ground, margin in grounds]
        ground = gpd.GeoDataFrame(geometry=pd.concat(taken, ignore_index=True), crs=RD)
        kept[key] = gpd.overlay(parcels[["nr", "geometry"]], ground, how="difference").set_index("nr").geometry
    return kept[key]


def free_area_m2(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers, kept: Kept) -> pd.Series:
    """Area of the free ground."""
    return free(parcels, rule, layers, kept).area.reindex(parcels["nr"], fill_value=0.0)


def inscribed_circle_m(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers, kept: Kept) -> pd.Series:
    """Largest circle on the free ground, part by part."""
    parts = free(parcels, rule, layers, kept).explode()
    parts = parts[parts.area > 0]
    diameter = parts.apply(lambda part: 2 * shapely.maximum_inscribed_circle(part, 0.05).length)
    return diameter.groupby(level=0).max().reindex(parcels["nr"], fill_value=0.0)


def distance_m(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers, kept: Kept) -> pd.Series:
    """Distance to the nearest feature, cut to the reach."""
    reach = reach_of(rule)
    near = gpd.sjoin_nearest(
        parcels[["nr", "geometry"]], features(layers, rule)[["geometry"]], max_distance=reach, distance_col="away"
    )
    return near.groupby("nr")["away"].min().reindex(parcels["nr"]).fillna(reach)


def on_parcel(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers) -> pd.DataFrame:
    """Features with the parcel they are on; on a border the first."""
    return gpd.sjoin(features(layers, rule), parcels[["nr", "geometry"]]).sort_values("nr").groupby(level=0).first()


def feature_count(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers, kept: Kept) -> pd.Series:
    """Number on the parcel."""
    return on_parcel(parcels, rule, layers).groupby("nr").size().reindex(parcels["nr"], fill_value=0)


def column_sum(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers, kept: Kept) -> pd.Series:
    """Sum on the parcel."""
    return on_parcel(parcels, rule, layers).groupby("nr")[str(rule.column)].sum().reindex(parcels["nr"], fill_value=0)


def grid_mean(parcels: gpd.GeoDataFrame, rule: Measurement, layers: Layers, kept: Kept) -> pd.Series:
    """Mean by the ground that each cell covers."""
    grid = layers[str(rule.layer)].grid
    assert grid is not None
    row, column = np.indices(grid.values.shape)
    west, north, side = grid.west + column * grid.cell_m, grid.north - row * grid.cell_m, grid.cell_m
    cells = np.ravel(np.asarray(shapely.box(west, north - side, west + side, north)))
    clips = gpd.overlay(
        parcels[["nr", "geometry"]],
        gpd.GeoDataFrame({"value": grid.values.ravel()}, geometry=cells, crs=RD),
        keep_geom_type=True,
    )
    table = pd.DataFrame({"nr": clips["nr"], "area": clips.area, "product": clips.area * clips["value"]})
    sums = table.groupby("nr").sum()
    return (sums["product"] / sums["area"]).reindex(parcels["nr"])


ANALYST: Mapping[str, Column] = {
    "area_m2": lambda parcels, rule, layers, kept: parcels.area,
    "compactness": lambda parcels, rule, layers, kept: 4 * np.pi * parcels.area / parcels.length**2,
    "free_area_m2": free_area_m2,
    "inscribed_circle_m": inscribed_circle_m,
    "covered_share": covered_share,
    "dominant_class": lambda *given: dominant(*given)["class"],
    "dominant_share": lambda *given: dominant(*given)["share"],
    "governing_value": governing_value,
    "distance_m": distance_m,
    "feature_count": feature_count,
    "column_sum": column_sum,
    "grid_mean": grid_mean,
    "column_number": lambda parcels, rule, layers, kept: parcels[rule.column].astype("float64"),
    "column_text": lambda parcels, rule, layers, kept: parcels[rule.column],
}
