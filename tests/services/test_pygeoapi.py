"""OGC API Features as another implementation gives it: pygeoapi, with parcels in RD New.

pygeoapi is too heavy to be a test dependency: LOCATIESCAN_PYGEOAPI_PYTHON names an interpreter that has it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import geopandas as gpd
import numpy as np
import pytest
import shapely

from locatiescan.crs import RD, RD_URI
from locatiescan.errors import SourceError
from locatiescan.model import Area, Layer, Source
from locatiescan.sources import ogcapi, transfer
from locatiescan.sources.layers import read_layer
from small_world import storage

PYTHON = os.environ.get("LOCATIESCAN_PYGEOAPI_PYTHON", "")
pytestmark = pytest.mark.skipif(
    not Path(PYTHON).is_file(), reason="no pygeoapi: set LOCATIESCAN_PYGEOAPI_PYTHON to an interpreter that has it"
)
SERVE = """
import json, sys
from pygeoapi.openapi import get_oas
from pathlib import Path
config, openapi, port = sys.argv[1:]
Path(openapi).write_text(json.dumps(get_oas(json.loads(Path(config).read_text())), default=str))
from pygeoapi.flask_app import APP
APP.run(host="127.0.0.1", port=int(port))
"""
SIDE, WEST, SOUTH = 50, 120_000, 500_000
PARCELS = SIDE**2
AREA = Area("t", "GM0001", shapely.box(WEST, SOUTH, WEST + SIDE * 20, SOUTH + SIDE * 20))


@pytest.fixture(scope="module")
def parcels() -> gpd.GeoDataFrame:
    """2500 squares of 19.123 m, 20 m apart."""
    i, j = np.divmod(np.arange(PARCELS), SIDE)
    x, y = WEST + 20.0 * i, SOUTH + 20.0 * j
    identity = [f"p{number:04d}" for number in range(PARCELS)]
    geometry = shapely.box(x, y, x + 19.123, y + 19.123)
    return gpd.GeoDataFrame({"perceel_id": identity, "nummer": range(PARCELS)}, geometry=geometry, crs=RD)


@pytest.fixture(scope="module")
def source(parcels: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """The collection ``perceel`` of a running pygeoapi."""
    folder = tmp_path_factory.mktemp("pygeoapi")
    (folder / "perceel.geojson").write_text(parcels.to_json(drop_id=True))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    (folder / "config.json").write_text(json.dumps(config(folder, url)))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYGEOAPI_CONFIG": str(folder / "config.json"),
        "PYGEOAPI_OPENAPI": str(folder / "openapi.json"),
    }
    command = [PYTHON, "-c", SERVE, folder / "config.json", folder / "openapi.json", str(port)]
    with (folder / "log").open("w") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as run:
        try:
            wait(url, run, folder / "log")
            yield Source(
                "percelen", "Percelen", "ogcapi", "vlak", "test", "CC0", "fictief", url=url, typename="perceel",
                key="perceel_id", columns={"perceel_id": "perceel_id", "nummer": "nummer"},
            )  # fmt: skip
        finally:
            run.terminate()


def config(folder: Path, url: str) -> dict:
    """JSON is YAML."""
    provider = {
        "type": "feature",
        "name": "GeoJSON",
        "data": str(folder / "perceel.geojson"),
        "id_field": "perceel_id",
        "crs": [RD_URI],
        "storage_crs": RD_URI,
    }
    collection = {
        "type": "collection",
        "title": "Perceel",
        "description": "Perceel",
        "keywords": ["perceel"],
        "extents": {"spatial": {"bbox": [3, 50, 8, 54], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        "providers": [provider],
    }
    about = {"title": "t", "description": "t", "keywords": ["t"], "keywords_type": "theme", "url": url}
    contact = {"name": "t", "url": url, "email": "t@example.nl"}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 0},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["nl"],
            "limits": {"default_items": 10, "max_items": 1000},
            "map": {"url": "https://tile.example.nl/{z}/{x}/{y}.png", "attribution": "t"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**about, "terms_of_service": "t"},
            "license": {"name": "CC0", "url": url},
            "provider": contact,
            "contact": contact,
        },
        "resources": {"perceel": collection},
    }


def wait(url: str, run: subprocess.Popen, log: Path) -> None:
    """Until it answers, at most half a minute."""
    for _ in range(300):
        try:
            urlopen(url, timeout=10).close()  # noqa: S310
            return
        except (URLError, ConnectionError):
            assert run.poll() is None, log.read_text()
            time.sleep(0.1)
    pytest.fail(f"pygeoapi does not answer: {log.read_text()}")


def read(source: Source, area: Area = AREA) -> Layer:
    return read_layer(source, area, 0.0, lambda received, promised: None, storage())


def test_all_parcels_arrive_over_its_pages(
    source: Source, parcels: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def noting(address: str, query: dict[str, str] | None = None) -> object:
        answer = transfer.get(address, query)
        asked.append(answer.url)
        return answer

    monkeypatch.setattr(ogcapi, "get", noting)
    layer = read(source)
    assert layer.features is not None
    assert layer.pedigree is not None
    assert (layer.pedigree.promised, layer.pedigree.received) == (PARCELS, PARCELS)
    pages = [int(parse_qs(urlsplit(url).query).get("offset", ["0"])[0]) for url in asked if "/items" in url]
    assert pages == [0, 1000, 2000]
    got = layer.features.set_index("perceel_id").sort_index()
    assert list(got.index) == list(parcels["perceel_id"])
    assert list(got["nummer"]) == list(parcels["nummer"])
    assert got.crs == RD
    apart = shapely.hausdorff_distance(got.geometry.to_numpy(), parcels.geometry.to_numpy())
    assert apart.max() < 0.001


def test_a_box_in_rd_is_honoured(source: Source, parcels: gpd.GeoDataFrame) -> None:
    area = replace(AREA, boundary=shapely.box(WEST + 105, SOUTH + 105, WEST + 315, SOUTH + 215))
    layer = read(source, area)
    assert layer.features is not None
    inside = parcels.loc[parcels.intersects(area.boundary), "perceel_id"]
    assert 0 < len(inside) < PARCELS
    assert set(layer.features["perceel_id"]) == set(inside)


def test_nothing_in_the_box_is_an_empty_layer(source: Source) -> None:
    layer = read(source, replace(AREA, boundary=shapely.box(WEST - 900, SOUTH, WEST - 800, SOUTH + 100)))
    assert layer.features is not None
    assert layer.features.empty


def test_an_unknown_collection_stops_the_run(source: Source) -> None:
    with pytest.raises(SourceError, match="bestaat_niet/items: HTTP 404"):
        read(replace(source, typename="bestaat_niet"))
