"""A whole municipality from a real MapServer that is set as PDOK's is: every parcel arrives, as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import pyogrio
import pytest
import shapely

from locatiescan.demo import make_demo
from locatiescan.model import Area, Layer, Source
from locatiescan.sources import wfs
from locatiescan.sources.layers import read_layer
from small_world import storage
from support.mapserver import Served, start

PARCELS = 60_000
KEY = "identificatieLokaalID"
Asked = list[dict[str, str]]


@dataclass(frozen=True)
class Town:
    """What was written, and where it is served."""

    truth: gpd.GeoDataFrame
    source: Source

    def read(self, box: shapely.Geometry) -> Layer:
        area = Area("Demowaard", "GM9999", box)
        return read_layer(self.source, area, 0.0, lambda received, promised: None, storage())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("demowaard")
    make_demo(folder, PARCELS)
    geopackage = folder / "demo.gpkg"
    truth = pyogrio.read_dataframe(geopackage, layer="Perceel", columns=[KEY]).set_index(KEY).sort_index()
    served = Served("Perceel", "kadastralekaart", geopackage, "Perceel", "multipolygon")
    with start([served], folder / "wfs") as base:
        source = Source(
            "percelen", "Percelen", "wfs", "vlak", "demo", "CC0", "fictief", url=f"{base}/kadastralekaart",
            typename="kadastralekaart:Perceel", key=KEY, columns={"perceel_id": KEY},
        )  # fmt: skip
        yield Town(truth, source)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Every query that is sent."""
    queries: Asked = []
    ask = wfs._ask

    def noting(url: str, query: dict[str, str]) -> bytes:
        queries.append(query)
        return ask(url, query)

    monkeypatch.setattr(wfs, "_ask", noting)
    return queries


def test_a_municipality_arrives_whole_in_tiles(town: Town, asked: Asked) -> None:
    layer = town.read(shapely.box(*town.truth.total_bounds))
    assert len(town.truth) >= PARCELS
    check(layer, town.truth)
    boxes = {query["bbox"] for query in asked if "count" in query}
    assert len(boxes) > PARCELS / (wfs.PAGES_PER_TILE * 1000)
    assert all(int(query["count"]) == 1000 for query in asked if "count" in query)


def test_the_middle_arrives_whole_in_one_tile_by_start_index(
    town: Town, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wfs, "PAGES_PER_TILE", 1000)
    box, truth = part(town, 0.28)
    check(town.read(box), truth)
    pages = [query for query in asked if "count" in query]
    assert len({query["bbox"] for query in pages}) == 1
    assert [query["startIndex"] for query in pages] == [str(start) for start in range(0, len(truth), 1000)]
    assert {query["sortBy"] for query in pages} == {KEY}
    assert len(pages) >= 4


def test_no_start_index_passes_the_ceiling(town: Town, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wfs, "PAGES_PER_TILE", 1000)
    monkeypatch.setattr(wfs, "START_INDEX_CEILING", 2000)
    box, truth = part(town, 0.28)
    check(town.read(box), truth)
    pages = [query for query in asked if "count" in query]
    assert len({query["bbox"] for query in pages}) >= len(truth) / 2000
    assert {int(query["startIndex"]) for query in pages} == {0, 1000}


def part(town: Town, side: float) -> tuple[shapely.Geometry, gpd.GeoDataFrame]:
    """A box in the middle, ``side`` times as wide as the municipality, and the parcels that touch it."""
    whole = shapely.box(*town.truth.total_bounds)
    x, y = whole.centroid.x, whole.centroid.y
    half = side * (whole.bounds[2] - whole.bounds[0]) / 2
    box = shapely.box(x - half, y - half, x + half, y + half)
    return box, town.truth[shapely.intersects(shapely.make_valid(town.truth.geometry.to_numpy()), box)]


def check(layer: Layer, truth: gpd.GeoDataFrame) -> None:
    """The same parcels, each where it was to the millimetre; rounding makes a few invalid, and they are repaired."""
    assert layer.features is not None
    assert layer.pedigree is not None
    assert (layer.pedigree.promised, layer.pedigree.received) == (len(truth), len(truth))
    got = layer.features.set_index("perceel_id").sort_index()
    assert list(got.index) == list(truth.index)
    untouched = truth.geometry.is_valid.to_numpy() & ~truth.index.isin(layer.pedigree.repaired)
    assert len(truth) - untouched.sum() < 10
    written, came = truth.geometry.to_numpy()[untouched], got.geometry.to_numpy()[untouched]
    assert (shapely.get_num_geometries(written) == shapely.get_num_geometries(came)).all()
    assert abs(shapely.area(came) - shapely.area(written)).max() < 1
    assert shapely.hausdorff_distance(written, came).max() <= 0.001
