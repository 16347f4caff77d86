"""Layers that a test draws itself, as a user would in QGIS."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely


def square(x: float, y: float, side_m: float) -> shapely.Polygon:
    """A square around a point."""
    half = side_m / 2
    return shapely.box(x - half, y - half, x + half, y + half)


def far_away(folder: Path, catalogue: Path) -> tuple[str, str]:
    """Option for a run that is not about nature: one small site in Zeeland instead of 160, which saves seconds."""
    file = draw(folder / "natura2000.gpkg", catalogue, "natura2000", [square(30000, 390000, 100)])
    return "--laag", f"natura2000={file}"


def draw(path: Path, catalogue: Path, layer: str, shapes: list[shapely.Geometry]) -> Path:
    """Write shapes to a GeoPackage with the columns that the catalogue names for a layer."""
    columns = json.loads(catalogue.read_text(encoding="utf-8"))[layer]["columns"].values()
    rows = {column: [f"getekend {number}" for number, _ in enumerate(shapes)] for column in columns}
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:28992")
    pyogrio.write_dataframe(frame, path, layer=layer, geometry_type="Polygon")
    return path
