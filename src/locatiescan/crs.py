"""The only place that knows coordinate reference systems. Everything is RD New until display."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pyproj

from locatiescan.errors import CrsError

RD = "EPSG:28992"
RD_URN = "urn:ogc:def:crs:EPSG::28992"
RD_URI = "http://www.opengis.net/def/crs/EPSG/0/28992"
WGS84 = "EPSG:4326"
WEB = "EPSG:3857"  # of background maps only; nothing is measured in it

# Land, Wadden Sea and the Dutch part of the North Sea (Natura 2000 reaches to y = 853 km). A swapped
# pair or a degree cannot fall inside: in RD, y is always larger than x.
RD_BOUNDS = (-150_000.0, 289_000.0, 300_000.0, 900_000.0)


def check_rd(features: gpd.GeoDataFrame, origin: str) -> None:
    """Refuse coordinates that cannot be RD New.

    Parameters
    ----------
    features : GeoDataFrame
        Any geometry; empty and missing geometries are passed over.
    origin : str
        Where the data came from, for the message.

    Raises
    ------
    CrsError
        If any coordinate lies outside the Netherlands and its part of the North Sea.
    """
    bounds = features.geometry.bounds.to_numpy()
    bounds = bounds[~np.isnan(bounds).any(axis=1)]
    if not len(bounds):
        return
    low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    xmin, ymin, xmax, ymax = RD_BOUNDS
    if low[0] < xmin or low[1] < ymin or high[0] > xmax or high[1] > ymax:
        raise CrsError(
            f"{origin}: coördinaten van ({low[0]:.6g}, {low[1]:.6g}) tot ({high[0]:.6g}, {high[1]:.6g}) "
            "liggen niet in het Rijksdriehoekstelsel (EPSG:28992); zijn x en y verwisseld, of zijn het graden?"
        )


def to_rd(features: gpd.GeoDataFrame, origin: str) -> gpd.GeoDataFrame:
    """Features in RD New, reprojected if their file says they are in something else.

    Raises
    ------
    CrsError
        If no CRS is known, or the coordinates do not fit RD New.
    """
    if features.crs is None:
        raise CrsError(f"{origin}: het coördinatenstelsel ontbreekt; leg EPSG:28992 vast in het bestand")
    if not is_rd(features.crs):
        features = features.to_crs(RD)
    features = features.set_crs(RD, allow_override=True)  # one label for all spellings of the same system
    check_rd(features, origin)
    return features


def is_rd(crs: object) -> bool:
    """Whether a CRS is RD New, with or without NAP heights and under any of its names."""
    parsed = pyproj.CRS.from_user_input(crs)
    horizontal = parsed.sub_crs_list[0] if parsed.is_compound else parsed
    return horizontal.to_epsg(min_confidence=60) == 28992 or horizontal.name == "Amersfoort / RD New"


def to_display(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Features in longitude and latitude, for a web map only (up to 0.25 m off; never measured in)."""
    return features.to_crs(WGS84)


def to_degrees(points: np.ndarray) -> np.ndarray:
    """Points in RD New (n, 2) as longitude and latitude, just as `to_display` gives them."""
    return np.column_stack(_degrees().transform(points[:, 0], points[:, 1]))


@cache
def _degrees() -> pyproj.Transformer:
    """Looking for the way between two systems takes longer than going it."""
    return pyproj.Transformer.from_crs(RD, WGS84, always_xy=True)
