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

from locatiescan.analysis.judging.ledger import ledger
from locatiescan.crs import RD
from locatiescan.errors import OutputError
from locatiescan.model import DIMENSION, Dossier, ScanResult
from locatiescan.outputs.qgis import add_qgis
from locatiescan.outputs.tables import account_table, rules_table, sources_table
from locatiescan.whole import written_whole

# 1.3: the newest that QGIS 3.22 opens without a warning
DATASET_OPTIONS = {"VERSION": "1.3", "ADD_GPKG_OGR_CONTENTS": "YES"}
CLOCK = "OGR_CURRENT_DATE"
MULTI = {
    2: ("MultiPolygon", shapely.multipolygons),
    1: ("MultiLineString", shapely.multilinestrings),
    0: ("Point", None),
}


def write_geopackage(result: ScanResult, path: Path) -> None:
    """Write a result as one GeoPackage 1.3 in RD New.

    Layers ``kandidaten`` (ranked locations), ``percelen`` (all, with verdicts), ``indeling`` (what was drawn on
    locations) and ``transformatie`` (buildings), the layers the rules used, and the tables ``planroutes``,
    ``vlaggen``, ``producten``, ``regels``, ``bronnen``, ``afvallers`` (what each limit takes) and ``verantwoording``.

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
        "afvallers": (ledger(result.parcels, result.rules), None),
        "verantwoording": (account_table(result), None),
    }
    with written_whole(path) as temporary, _dated(result.started_at):
        for name, (table, dimension) in tables.items():
            _write(temporary, name, table, dimension)
        _check(temporary, {name: len(table) for name, (table, _) in tables.items()})
        add_qgis(temporary, path.name)


@contextmanager
def _dated(started_at: str) -> Iterator[None]:
    """Let GDAL date tables with the run.

    Its clock is overwritten afterwards (`add_qgis`), but would sometimes stay behind in unused bytes of the file.
    """
    before = pyogrio.get_gdal_config_option(CLOCK)
    pyogrio.set_gdal_config_options({CLOCK: pd.to_datetime(started_at, utc=True).strftime("%Y-%m-%dT%H:%M:%S.000Z")})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({CLOCK: before})


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
    parts, index = shapely.get_parts(shapes, return_index=True)
    parts = shapely.orient_polygons(parts)  # outer rings counter-clockwise, as PDOK recommends; lines stay as they are
    result = np.full(len(shapes), None, dtype=object)
    if len(parts):
        result[np.unique(index)] = multi(parts, indices=np.unique(index, return_inverse=True)[1])
    return result


def _check(path: Path, expected: Mapping[str, int]) -> None:
    """Compare what the file holds with what was to be written."""
    for name, rows in expected.items():
        found = pyogrio.read_info(path, layer=name, force_feature_count=True)["features"]
        if found != rows:
            raise OutputError(f"{path}: laag {name} heeft {found} rijen, verwacht {rows}")
