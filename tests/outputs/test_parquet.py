from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from locatiescan.crs import RD
from locatiescan.errors import OutputError
from locatiescan.outputs.parquet import write_parquet
from small_world import box

MIXED = shapely.union_all([box(0, 0, 1, 1), box(5, 5, 6, 6)])


def table() -> gpd.GeoDataFrame:
    columns = {
        "rang": pd.array([1, None, 2], dtype="Int64"),
        "locatie_id": ["L-1", None, "L-2"],
        "score": [81.25, float("nan"), 12.0],
        "alles_onbekend": [None, None, None],
    }
    return gpd.GeoDataFrame(columns, geometry=[box(0, 0, 10, 10), None, MIXED], crs=RD, index=[7, 7, 3])


def test_it_reads_back_whole_in_rd(tmp_path: Path) -> None:
    write_parquet(table(), tmp_path / "t.parquet")
    back = gpd.read_parquet(tmp_path / "t.parquet")
    assert back.crs == RD
    assert list(back.columns) == list(table().columns)
    assert back["rang"].isna().tolist() == [False, True, False]
    assert back["locatie_id"].isna().tolist() == [False, True, False]
    assert shapely.equals(back.geometry.to_numpy(), table().geometry.to_numpy()).tolist() == [True, False, True]
    assert back.geometry.isna().tolist() == [False, True, False]
    assert back.index.tolist() == [0, 1, 2]


def test_it_is_geoparquet_1_1_that_names_its_system(tmp_path: Path) -> None:
    write_parquet(table(), tmp_path / "t.parquet")
    said = json.loads(pq.read_metadata(tmp_path / "t.parquet").metadata[b"geo"])
    assert said["version"] == "1.1.0"
    column = said["columns"][said["primary_column"]]
    assert column["encoding"] == "WKB"
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 28992}
    assert sorted(column["geometry_types"]) == ["MultiPolygon", "Polygon"]


def test_the_same_table_gives_the_same_bytes_and_none_of_it_is_a_table_too(tmp_path: Path) -> None:
    for name in ("een", "twee"):
        write_parquet(table(), tmp_path / f"{name}.parquet")
    assert (tmp_path / "een.parquet").read_bytes() == (tmp_path / "twee.parquet").read_bytes()
    write_parquet(table().iloc[:0], tmp_path / "leeg.parquet")
    assert list(gpd.read_parquet(tmp_path / "leeg.parquet").columns) == list(table().columns)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    with pytest.raises(OutputError, match="niet te schrijven"):
        write_parquet(table(), tmp_path / "bestand" / "t.parquet")
