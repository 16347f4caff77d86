"""For which municipalities a location is named, on borders along the axes."""

from __future__ import annotations

import geopandas as gpd
import shapely

from locatiescan.analysis.judging.naming import named_for
from locatiescan.crs import RD
from small_world import box


def test_a_parcel_over_the_border_is_named_for_both_from_a_hundredth_of_its_area() -> None:
    towns = {"West": box(-500, -500, 0, 500), "Oost": box(0, -500, 500, 500), "Zuid": box(-500, -900, 500, -500)}
    shapes = [
        box(-100, 0, -50, 50),
        box(-50, 0, 50, 50),
        box(-99, 0, 1, 50),
        box(-99.1, 0, 0.9, 50),
        box(-10, -530, 20, -480),
        shapely.Polygon(),
        None,
    ]
    sites = gpd.GeoDataFrame({"gemeente": ["West"] * 4 + ["Oost"] + ["West"] * 2}, geometry=shapes, crs=RD)
    named = named_for(sites, towns)
    assert named.tolist() == ["West", "West / Oost", "West / Oost", "West", "Oost / Zuid / West", "West", "West"]
    assert named_for(sites.assign(gemeente=named), towns).tolist() == named.tolist()
