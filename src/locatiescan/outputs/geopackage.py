"""The GeoPackage: candidates, all parcels, the layers that were used, and the tables that explain them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from locatiescan.crs import RD
from locatiescan.errors import OutputError
from locatiescan.model import DIMENSION, Dossier, ScanResult
from locatiescan.outputs.qgis import add_qgis
from locatiescan.outputs.tables import account_table, rules_table, sources_table, taken
from locatiescan.whole import written_whole

# 1.3: the newest that QGIS 3.22 opens without a warning
DATASET_OPTIONS = {"VERSION": "1.3", "ADD_GPKG_OGR_CONTENTS": "YES"}
CLOCK = "OGR_CURRENT_DATE"
HASTE = {"OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_JOURNAL": "MEMORY"}
"""The file has a temporary name until it is whole and on disk: nothing need be kept safe before that."""
MULTI = {
    2: ("MultiPolygon", shapely.multipolygons),
    1: ("MultiLineString", shapely.multilinestrings),
    0: ("Point", None),
}
ALONE = (shapely.GeometryType.LINESTRING, shapely.GeometryType.POLYGON)


def write_geopackage(result: ScanResult, path: Path, more: Mapping[str, pd.DataFrame] | None = None) -> None:
    """Write a result as one GeoPackage 1.3 in RD New.

    Layers ``kandidaten`` (ranked locations), ``percelen`` (all, with verdicts), ``indeling`` (what was drawn on
    locations) and ``transformatie`` (buildings), the layers the rules used, and the tables ``planroutes``,
    ``vlaggen``, ``producten``, ``regels``, ``bronnen``, ``afvallers`` (what each limit takes) and ``verantwoording``.

    Parameters
    ----------
    more : mapping, optional
        Tables of a region, by name; they come in place of those of the same name.

    Raises
    ------
    OutputError
        If it cannot be written, or does not hold what was written.
    """
    tables: dict[str, tuple[pd.DataFrame, int | None]] = {
        "kandidaten": (_rank_first(result.sites), 2),
        "percelen": (_rank_first(result.parcels), 2),
        **_answers(result.dossier),
    }
    for name, layer in result.layers.items():
        if layer.features is not None and name != "percelen":
            tables[name] = (layer.features, DIMENSION[layer.source.geometry])
    tables |= {
        "regels": (rules_table(result), None),
        "bronnen": (sources_table(result), None),
        "afvallers": (taken(result), None),
        "verantwoording": (account_table(result), None),
        **{name: (table, None) for name, table in (more or {}).items()},
    }
    write_tables(tables, result.started_at, path)


def write_tables(tables: Mapping[str, tuple[pd.DataFrame, int | None]], started_at: str, path: Path) -> None:
    """Write tables as one GeoPackage that opens in QGIS.

    Parameters
    ----------
    tables : mapping
        Name to table and the dimension of its shapes, None for a table without; one of them is ``verantwoording``.
    started_at : str
        UTC, ISO 8601: the date of every table.

    Raises
    ------
    OutputError
        If it cannot be written, or does not hold what was written.
    """
    with written_whole(path) as temporary, _settings({**HASTE, CLOCK: _moment(started_at)}):
        for name, (table, dimension) in tables.items():
            _write(temporary, name, table, dimension)
        _check(temporary, {name: len(table) for name, (table, _) in tables.items()})
        add_qgis(temporary, path.name)


@contextmanager
def _settings(wanted: Mapping[str, str]) -> Iterator[None]:
    """Let GDAL work with other settings for a while."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in wanted}
    pyogrio.set_gdal_config_options(wanted)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _moment(started_at: str) -> str:
    """The run as GDAL's clock, which `add_qgis` overwrites but would sometimes stay behind in unused bytes."""
    return pd.to_datetime(started_at, utc=True).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _answers(dossier: Dossier | None) -> dict[str, tuple[pd.DataFrame, int | None]]:
    if dossier is None:
        return {}
    return {
        "indeling": (dossier.layout, 2),
        "transformatie": (dossier.transformation, 2),
        "planroutes": (dossier.routes, None),
        "vlaggen": (dossier.flags, None),
        "producten": (dossier.products, None),
    }


def _rank_first(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The rank, then the ids; the rest in the order of the rules."""
    return table[["rang", *table.columns.drop(["rang", "geometry"]), "geometry"]]


def _write(path: Path, name: str, table: pd.DataFrame, dimension: int | None) -> None:
    if dimension is None:
        pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", use_arrow=True, dataset_options=DATASET_OPTIONS)
        return
    kind, multi = MULTI[dimension]
    frame = gpd.GeoDataFrame(table, geometry=_multi(table["geometry"].to_numpy(), multi), crs=RD)
    pyogrio.write_dataframe(
        frame,
        path,
        layer=name,
        driver="GPKG",
        use_arrow=True,
        geometry_type=kind,
        dataset_options=DATASET_OPTIONS,
        layer_options={"GEOMETRY_NAME": "geom"},
    )


def _multi(shapes: np.ndarray, multi: Callable[..., np.ndarray] | None) -> np.ndarray:
    """One geometry type in a layer: PDOK mixes Polygon and MultiPolygon. Empty shapes become no shape."""
    if multi is None:
        return shapes
    result = shapely.orient_polygons(shapes)  # outer rings counter-clockwise, as PDOK recommends; lines stay
    alone = np.flatnonzero(np.isin(shapely.get_type_id(result), ALONE))
    if len(alone):
        result[alone] = multi(result[alone], indices=np.arange(len(alone)))
    result[shapely.is_empty(result)] = None
    return result


def _check(path: Path, expected: Mapping[str, int]) -> None:
    """Compare what the file holds with what was to be written."""
    for name, rows in expected.items():
        found = pyogrio.read_info(path, layer=name, force_feature_count=True)["features"]
        if found != rows:
            raise OutputError(f"{path}: laag {name} heeft {found} rijen, verwacht {rows}")
