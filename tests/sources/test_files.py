from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from locatiescan.crs import RD, WGS84
from locatiescan.errors import CrsError, SourceError
from locatiescan.model import Area, Layer, Source
from locatiescan.sources.layers import read_layer
from small_world import X, Y, box, squares, storage

AREA = Area("t", "GM0001", box(0, 0, 500, 500))
SOURCE = Source("dingen", "Dingen", "file", "vlak", "test", "CC0", "fictief", columns={"naam": "NAAM"})


def read(path: Path | str, **changes: object) -> Layer:
    source = replace(SOURCE, url=str(path), **changes)  # type: ignore[arg-type]
    return read_layer(source, AREA, 0.0, lambda received, promised: None, storage())


def written(path: Path, shapes: object, crs: str | None = RD, **keys: object) -> Path:
    count = len(shapes)  # type: ignore[arg-type]
    gpd.GeoDataFrame({"naam": [f"n{i}" for i in range(count)]}, geometry=list(shapes), crs=crs).to_file(path, **keys)  # type: ignore[call-overload]
    return path


@pytest.mark.parametrize(("name", "driver"), [("a.gpkg", "GPKG"), ("a.shp", "ESRI Shapefile"), ("a.fgb", "FlatGeobuf")])
def test_any_ogr_format_is_read_for_the_box(tmp_path: Path, name: str, driver: str) -> None:
    file = written(tmp_path / name, squares(300, 20, 1), driver=driver)
    layer = read(file)
    expected = squares(300, 20, 1)
    inside = shapely.intersects(expected, AREA.boundary)
    assert layer.features is not None
    assert len(layer.features) == inside.sum()
    assert layer.features.geometry.area.sum() == pytest.approx(shapely.area(expected[inside]).sum())


def test_an_optional_column_is_kept_where_the_file_has_it(tmp_path: Path) -> None:
    file = written(tmp_path / "a.gpkg", [box(0, 0, 10, 10)])
    layer = read(file, columns={"naam": "NAAM", "hoogte": "Hoogte"}, optional=("naam", "hoogte"))
    assert layer.features is not None
    assert layer.features["naam"].tolist() == ["n0"]
    assert "hoogte" not in layer.features
    with pytest.raises(SourceError, match="geen kolom 'Hoogte'"):
        read(file, columns={"naam": "NAAM", "hoogte": "Hoogte"}, optional=("naam",))


def test_a_column_that_is_not_there_is_told_beside_all_that_are(tmp_path: Path) -> None:
    table = gpd.GeoDataFrame({"naam": ["n"], "extra": [1], "weg": [2]}, geometry=[box(0, 0, 10, 10)], crs=RD)
    table.to_file(tmp_path / "a.gpkg")
    with pytest.raises(SourceError, match="geen kolom 'Hoogte'; wel: extra, naam, weg"):
        read(tmp_path / "a.gpkg", columns={"hoogte": "Hoogte"})
    layer = read(tmp_path / "a.gpkg", columns={"hoogte": "EXTRA"})
    assert layer.features is not None
    assert layer.features["hoogte"].tolist() == [1]


def test_another_system_is_reprojected_and_none_is_refused(tmp_path: Path) -> None:
    degrees = gpd.GeoDataFrame(geometry=[box(10, 10, 20, 20)], crs=RD).to_crs(WGS84).geometry
    layer = read(written(tmp_path / "a.geojson", degrees, WGS84))
    assert layer.features is not None
    assert layer.features.geometry.area[0] == pytest.approx(100, rel=1e-3)
    shapefile = written(tmp_path / "b.shp", [box(0, 0, 1, 1)])
    shapefile.with_suffix(".prj").unlink()
    with pytest.raises(CrsError, match="coördinatenstelsel ontbreekt"):
        read(shapefile)


def test_degrees_that_say_they_are_rd_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CrsError, match="Rijksdriehoek"):
        read(written(tmp_path / "a.gpkg", [shapely.box(4.7, 52.6, 4.8, 52.7)], RD))


def test_a_layer_must_be_named_where_there_are_more(tmp_path: Path) -> None:
    file = written(tmp_path / "a.gpkg", [box(0, 0, 1, 1)], layer="een")
    written(file, [box(0, 0, 2, 2)], layer="twee")
    with pytest.raises(SourceError, match="meer dan een laag; noem er een: een, twee"):
        read(file)
    with pytest.raises(SourceError, match="geen laag 'drie': een, twee"):
        read(file, typename="drie")
    features = read(file, typename="twee").features
    assert features is not None
    assert features.geometry.area[0] == 4


def test_what_is_invalid_is_repaired_counted_and_named(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    file = written(tmp_path / "a.gpkg", [bow_tie, box(50, 50, 60, 60)])
    layer = read(file, key="naam")
    assert layer.features is not None
    assert layer.pedigree is not None
    assert layer.pedigree.repaired == ("n0",)
    assert layer.features.geometry.is_valid.all()
    assert sorted(layer.features.geometry.area) == [50, 100]


def test_a_repair_that_changes_much_is_named_and_a_bare_crossing_is_repaired_too(tmp_path: Path) -> None:
    # a spike that crosses itself twice, which GEOS's repair by structure leaves invalid
    spike = shapely.Polygon(SPIKE)
    bow_tie = shapely.Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    layer = read(written(tmp_path / "a.gpkg", [spike, bow_tie]), key="naam")
    assert layer.features is not None
    assert layer.features.geometry.is_valid.all()
    assert layer.features.geometry.area[0] == pytest.approx(81.833, abs=0.01)
    assert layer.pedigree is not None
    (note,) = layer.pedigree.notes
    assert "meer dan 1 %" in note
    assert "n1" in note


def test_points_where_polygons_are_meant_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"1 objecten die geen vlak zijn \(Point\)"):
        read(written(tmp_path / "a.gpkg", [shapely.Point(X, Y)]))


@pytest.mark.parametrize("content", [b"", b"geen kaart", b"SQLite format 3\x00"])
def test_what_gdal_cannot_read_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.gpkg").write_bytes(content)
    with pytest.raises(SourceError, match="laag dingen"):
        read(tmp_path / "a.gpkg")


SPIKE = [
    (X + 27.0568100356, Y + 8.59786296706),
    (X + 33.41897530682, Y + 8.131581135),
    (X + 31.37134730676, Y + 9.2843334861),
    (X + 33.49206906385, Y + 9.12890620873),
    (X + 31.29825354973, Y + 8.28700841236),
    (X + 37.66041882095, Y + 7.8207265803),
    (X + 37.83216952524, Y + 15.56854877714),
    (X + 27.27913137566, Y + 16.392643222),
]
GRID = "NCOLS 3\nNROWS 2\nXLLCORNER 139000\nYLLCORNER 509000\nCELLSIZE 1000\nNODATA_VALUE -0.9990E+03\n"


def test_a_grid_of_rivm_is_read_with_its_unknowns(tmp_path: Path) -> None:
    (tmp_path / "a.asc").write_text(GRID + " 0.1200E+04 0.1300E+04 -0.9990E+03\n 0.1400E+04 0.1500E+04 0.1600E+04\n")
    grid = read(tmp_path / "a.asc", geometry="grid", columns={}).grid
    assert grid is not None
    assert (grid.west, grid.north, grid.cell_m) == (140_000, 511_000, 1000)
    assert grid.values.tolist() == [[1300.0], [1500.0]]
    wide = Area("t", "GM0001", shapely.box(139_500, 509_500, 141_500, 510_500))
    source = replace(SOURCE, url=str(tmp_path / "a.asc"), geometry="grid", columns={})
    whole = read_layer(source, wide, 0.0, lambda received, promised: None, storage()).grid
    assert whole is not None
    assert np.array_equal(whole.values, [[1200, 1300, np.nan], [1400, 1500, 1600]], equal_nan=True)


def test_a_grid_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.asc").write_text(GRID.replace("139000", "5") + "1 2 3\n4 5 6\n")
    with pytest.raises(SourceError, match="ligt buiten de gemeente"):
        read(tmp_path / "a.asc", geometry="grid", columns={})


def test_drafts_and_old_plans_are_left_out(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {
            "naam": ["nu", "oud", "ontwerp"],
            "status": ["vastgesteld", "vastgesteld", "Ontwerp"],
            "h": [False, True, False],
        },
        geometry=[box(0, 0, 1, 1)] * 3,
        crs=RD,
    )
    frame.to_file(tmp_path / "a.gpkg")
    layer = read(
        tmp_path / "a.gpkg",
        columns={"naam": "naam", "status": "status", "historisch": "h"},
        drop={"historisch": ("true",), "status": ("ontwerp",)},
    )
    assert layer.features is not None
    assert layer.features["naam"].tolist() == ["nu"]
    assert layer.pedigree is not None
    assert (layer.pedigree.received, layer.pedigree.kept) == (3, 1)
    assert set(layer.pedigree.notes) == {"1 weggelaten: historisch is true", "1 weggelaten: status is ontwerp"}


def test_the_label_points_of_the_cadastral_download_are_refused(real_data: Path) -> None:
    file = real_data / "parcels" / "dkk_v5_otterlo" / "kadastralekaart_perceel.gml"
    area = Area("Ede", "GM0228", shapely.box(170_000, 450_000, 190_000, 460_000))
    with pytest.raises(SourceError, match="geen vlak zijn"):
        read_layer(replace(SOURCE, url=str(file), columns={}), area, 0.0, lambda received, promised: None, storage())


def test_the_newer_of_two_plans_counts_on_the_same_ground(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {
            "naam": ["oud", "nieuw"],
            "plan": ["NL.IMRO.0001.a-va01", "NL.IMRO.0001.b-va01"],
            "status": ["vastgesteld", "vastgesteld"],
            "datum": ["2010-01-01", "2020-01-01"],
            "h": ["false", "false"],
        },
        geometry=[box(0, 0, 10, 10), box(5, 0, 20, 10)],
        crs=RD,
    )
    frame.to_file(tmp_path / "a.gpkg")
    columns = {"naam": "naam", "plan_id": "plan", "plan_status": "status", "plan_datum": "datum", "historisch": "h"}
    features = read(tmp_path / "a.gpkg", columns=columns).features
    assert features is not None
    assert dict(zip(features["naam"], features.geometry.area, strict=True)) == {"oud": 50, "nieuw": 150}


def test_nothing_is_written_beside_a_users_file(tmp_path: Path) -> None:
    file = written(tmp_path / "a.gml", [box(0, 0, 1, 1)], driver="GML")
    before = set(tmp_path.iterdir())
    assert len(read(file).features) == 1  # type: ignore[arg-type]
    assert set(tmp_path.iterdir()) == before
