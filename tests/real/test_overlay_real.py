"""The kernel against shapely on real plans, with their arcs and overlaps, and on real topography."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from locatiescan.analysis.geometry.overlay import class_shares, cover_of, overlapping
from locatiescan.model import Source
from locatiescan.sources import plans
from locatiescan.sources.page import Bounds, Promise, unique

COUNTRY: Bounds = (-150_000.0, 289_000.0, 300_000.0, 900_000.0)
LAYERS = {
    "nijkerk_binnenstad": ("Enkelbestemming", "Maatvoering"),
    "otterlo": ("percelen", "bgt_begroeidterreindeel"),
    "amersfoort_centrum": ("percelen", "percelen"),
}


def real_plan(folder: Path, number: int, kind: str) -> np.ndarray:
    file = sorted(folder.glob("*.gml"))[number]
    source = Source("plan", "Plan", "plannen", "vlak", "a", "l", "PROD", url=str(file), typename=kind)
    source = Source(**{**vars(source), "key": "plangebied+identificatie"})
    promise = Promise()
    frame = unique(plans.read(source, COUNTRY, promise), source, promise, lambda received, promised: None)
    return frame.geometry.to_numpy()


def agrees(parcels: np.ndarray, zones: np.ndarray, codes: np.ndarray) -> int:
    """Compare with uniting each class and intersecting it; give the number of areas compared."""
    found = class_shares(parcels, zones, codes)
    whole = shapely.area(parcels)
    result = np.zeros((len(parcels), codes.max() + 1))
    result[found.parcel, found.code] = found.area
    for code in range(codes.max() + 1):
        united = shapely.union_all(zones[codes == code])
        expected = shapely.area(shapely.intersection(parcels, united))
        assert (np.abs(result[:, code] - expected) <= 1e-6 * whole + 1e-9).all()
    return len(found.area)


@pytest.mark.parametrize("number", range(7))
def test_real_plans(real_data: Path, number: int) -> None:
    zones, areas = (
        real_plan(real_data / "zoning", number, kind) for kind in ("Enkelbestemming", "Bestemmingsplangebied")
    )
    sizes = real_plan(real_data / "zoning", number, "Maatvoering")
    everything = np.concatenate([zones, sizes])
    assert agrees(zones, everything, np.arange(len(everything)) % 4) >= len(zones)
    assert agrees(areas, zones, np.arange(len(zones)) % 3) >= 1


@pytest.mark.parametrize("place", LAYERS)
def test_real_places(real_data: Path, place: str) -> None:
    parcels, zones = (
        shapely.make_valid(
            pyogrio.read_dataframe(real_data / "areas" / f"{place}.gpkg", layer=name).geometry.to_numpy()
        )
        for name in LAYERS[place]
    )
    assert agrees(parcels, zones, np.arange(len(zones)) % 5) >= len(parcels) / 2


def test_overlaps_of_a_real_plan_are_those_that_shapely_finds(real_data: Path) -> None:
    file = real_data / "areas" / "nijkerk_binnenstad.gpkg"
    shapes = pyogrio.read_dataframe(file, layer="Maatvoering").geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes)
    first, second = first[first < second], second[first < second]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    smaller = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    found = set(zip(*(index.tolist() for index in overlapping(cover_of(shapes))), strict=True))
    clear = shared > 1e-8 * smaller
    assert {(i, j) for i, j in zip(first[clear].tolist(), second[clear].tolist(), strict=True)} <= found
    never = shared < 1e-10 * smaller
    assert not found & {(i, j) for i, j in zip(first[never].tolist(), second[never].tolist(), strict=True)}
    assert found
