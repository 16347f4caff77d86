"""Of which nature area the nearest overloaded hexagon is."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from locatiescan.analysis.answering.nature import nature_areas
from locatiescan.crs import RD

X, Y = 110_000.0, 510_000.0


def squares(*places: float, side: float = 100.0, **columns: list) -> gpd.GeoDataFrame:
    shapes = [shapely.box(X + place, Y, X + place + side, Y + side) for place in places]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=RD)


SITES = squares(0, 5000, side=10.0).set_index(np.array(["L-1", "L-2"], dtype=object))
NATURE = squares(1000, 6000, side=500.0, naam=["Duin", "Polder"])


def hexagons(relevant: list[object]) -> gpd.GeoDataFrame:
    flags = {"relevant": relevant, "naderend_overbelast": [True] * 3}
    return squares(1100, 4000, 6100, **flags)


def test_each_location_is_named_for_the_area_of_its_nearest_hexagon() -> None:
    found = nature_areas(SITES, hexagons([True, False, True]), NATURE)
    assert found.to_dict() == {"L-1": "Duin", "L-2": "Polder"}


def test_a_hexagon_that_lies_in_no_named_area_names_nothing() -> None:
    assert nature_areas(SITES, hexagons([True, True, True]), NATURE).to_dict() == {"L-1": "Duin", "L-2": None}


def test_nothing_is_known_where_a_doubtful_hexagon_lies_nearer_or_a_layer_is_absent() -> None:
    assert nature_areas(SITES, hexagons([True, None, True]), NATURE)["L-2"] is None
    for one, other in ((None, NATURE), (hexagons([True] * 3), None)):
        assert nature_areas(SITES, one, other).isna().all()
