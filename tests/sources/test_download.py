"""Whole files, from a server on this machine."""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest

from locatiescan.crs import RD
from locatiescan.errors import SourceError
from locatiescan.model import Area, Source
from locatiescan.sources import download
from locatiescan.sources.layers import read_layer
from small_world import box, storage
from support.lying_server import Answer, Server, serving

AREA = Area("t", "GM0001", box(0, 0, 500, 500))


class Shelf(Server):
    """Serves one file whatever is asked."""

    content = b""
    status = 200

    def answer(self, query: dict[str, str]) -> Answer:
        self.asked.append(query)
        return self.status, "application/octet-stream", self.content


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serving(Shelf()) as running:
        assert isinstance(running, Shelf)
        yield running


def source(shelf: Shelf, name: str, geometry: str = "vlak", **columns: str) -> Source:
    url = shelf.url.replace("/wfs", f"/{name}")
    return Source("ding", "Ding", "download", geometry, "test", "CC0", "fictief", url=url, columns=columns)  # type: ignore[arg-type]


def gml(tmp_path: Path) -> bytes:
    frame = gpd.GeoDataFrame({"naam": ["a", "b"]}, geometry=[box(0, 0, 9, 9), box(900, 900, 909, 909)], crs=RD)
    frame.to_file(tmp_path / "x.gml", driver="GML", GML_ID="x")
    return (tmp_path / "x.gml").read_bytes()


def test_a_packed_gml_is_fetched_once_and_read_for_the_box(shelf: Shelf, tmp_path: Path) -> None:
    shelf.content = gzip.compress(gml(tmp_path))
    for _ in range(2):
        layer = read_layer(
            source(shelf, "Ding.gml.gz", naam="naam"),
            AREA,
            0.0,
            lambda received, promised: None,
            storage(refresh=False),
        )
        assert layer.features is not None
        assert layer.features["naam"].tolist() == ["a"]
    assert len(shelf.asked) == 1
    assert layer.pedigree is not None
    assert layer.pedigree.address.startswith("http://127.0.0.1")


def test_what_is_kept_needs_no_download(shelf: Shelf, tmp_path: Path) -> None:
    shelf.content = gzip.compress(gml(tmp_path))
    wanted = source(shelf, "Ding.gml.gz", naam="naam")
    read_layer(wanted, AREA, 0.0, lambda received, promised: None, storage(refresh=False))
    shutil.rmtree(storage().folder / "downloads")
    layer = read_layer(wanted, AREA, 0.0, lambda received, promised: None, storage(refresh=False))
    assert layer.features is not None
    assert layer.features["naam"].tolist() == ["a"]
    assert len(shelf.asked) == 1


def test_a_zipped_grid_is_read(shelf: Shelf) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("depo.asc", "NCOLS 1\nNROWS 1\nXLLCORNER 140000\nYLLCORNER 510000\nCELLSIZE 1000\n0.9E+03\n")
        file.writestr("leesmij.txt", "hallo")
    shelf.content = packed.getvalue()
    grid = read_layer(
        source(shelf, "depo.zip", "grid"), AREA, 0.0, lambda received, promised: None, storage(refresh=False)
    ).grid
    assert grid is not None
    assert grid.values.tolist() == [[900.0]]


def test_a_missing_file_leaves_nothing_behind(shelf: Shelf, tmp_path: Path) -> None:
    shelf.status = 404
    with pytest.raises(SourceError, match="HTTP 404"):
        download.as_file(source(shelf, "weg.gml.gz"), storage())
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_a_file_that_is_too_large_is_refused(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_DOWNLOAD_BYTES", 1000)
    shelf.content = b"0" * 200_000
    with pytest.raises(SourceError, match="groter dan"):
        download.as_file(source(shelf, "groot.gml.gz"), storage())
