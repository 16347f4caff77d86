"""Layers of finished scans near some places, and grids laid over one another."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from locatiescan.crs import RD
from locatiescan.errors import SourceError
from locatiescan.model import Grid
from locatiescan.outputs.near import mosaic, read_near, read_rows

X, Y = 110_000.0, 510_000.0


def points(*places: float, name: str = "h") -> gpd.GeoDataFrame:
    shapes = [shapely.Point(X + place, Y) for place in places]
    return gpd.GeoDataFrame({"naam": [f"{name}'{place:g}" for place in places]}, geometry=shapes, crs=RD)


@pytest.fixture
def packages(tmp_path: Path) -> list[Path]:
    """Two scans whose boxes overlap: both used the stops at 40 and 50."""
    paths = [tmp_path / "west.gpkg", tmp_path / "oost.gpkg"]
    for path, places in zip(paths, [(0, 40, 50), (40, 50, 900)], strict=True):
        pyogrio.write_dataframe(points(*places), path, layer="haltes", layer_options={"GEOMETRY_NAME": "geom"})
    return paths


@pytest.mark.parametrize(
    ("reach", "expected"), [(4.0, [50.0]), (46.0, [0.0, 40.0, 50.0]), (2000.0, [0.0, 40.0, 50.0, 900.0])]
)
def test_what_two_scans_used_is_read_once_and_as_far_as_is_asked(
    packages: list[Path], reach: float, expected: list[float]
) -> None:
    here = np.array([shapely.box(X + 45, Y - 1, X + 52, Y + 1)])
    found = read_near(packages, "haltes", here, reach)
    places = sorted(round(point.x - X, 1) for point in found.geometry)
    assert places == expected
    assert found.crs == RD


def test_two_features_at_one_place_that_differ_are_both_kept(packages: list[Path], tmp_path: Path) -> None:
    other = tmp_path / "derde.gpkg"
    pyogrio.write_dataframe(points(50, name="x"), other, layer="haltes", layer_options={"GEOMETRY_NAME": "geom"})
    here = np.array([shapely.Point(X + 50, Y)])
    assert set(read_near([*packages, other], "haltes", here, 1.0)["naam"]) == {"h'50", "x'50"}


def test_rows_are_found_by_values_that_need_care(packages: list[Path]) -> None:
    assert read_rows(packages[0], "haltes", "naam", ["h'40", "h'1"])["naam"].tolist() == ["h'40"]
    assert not len(read_rows(packages[0], "haltes", "naam", []))


def test_a_package_without_the_layer_is_told(packages: list[Path]) -> None:
    with pytest.raises(SourceError, match=r"west\.gpkg: laag wegen"):
        read_near(packages, "wegen", np.array([shapely.Point(X, Y)]), 1.0)


def grid(values: list[list[float]], west: float, north: float, cell: float = 1000.0) -> Grid:
    return Grid(np.array(values, dtype=float), west, north, cell)


def test_grids_fill_what_another_does_not_know() -> None:
    made = mosaic([grid([[1, np.nan], [3, 4]], 0, 2000), grid([[9, 2], [9, 5]], 1000, 3000)])
    assert (made.west, made.north, made.cell_m) == (0, 3000, 1000)
    expected = np.array([[np.nan, 9, 2], [1, 9, 5], [3, 4, np.nan]])
    pd.testing.assert_frame_equal(pd.DataFrame(made.values), pd.DataFrame(expected))


@pytest.mark.parametrize("other", [grid([[1]], 500, 1000), grid([[1]], 0, 1000, 250.0)])
def test_grids_of_other_cells_are_refused(other: Grid) -> None:
    with pytest.raises(SourceError, match="niet dezelfde cellen"):
        mosaic([grid([[1]], 0, 1000), other])
