"""Everything to files, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
from ruamel.yaml import YAML

from locatiescan.config.packaged import packaged_file
from locatiescan.demo.nature import GRID_M
from locatiescan.errors import OutputError

GEOPACKAGE, GRID, CATALOGUE, REGIONS = "demo.gpkg", "depo_NTOT.asc", "bronnen.yaml", "regios.yaml"
FICTITIOUS = "# Een fictieve {}: niets hierin bestaat.\n"
LAYERS = {  # our layer: layer in the GeoPackage
    "gemeentegrens": "Gemeentegebied",
    "percelen": "Perceel",
    "enkelbestemming": "enkelbestemming",
    "maatvoering": "maatvoering",
    "bpl": "bpl",
    "natura2000": "natura2000",
    "stikstof_hexagonen": "hexagons",
    "panden": "pand",
    "verblijfsobjecten": "verblijfsobject",
    "water": "waterdeel",
    "wegen": "wegvakken",
    "haltes": "haltes",
    "bouwvlak": "bouwvlak",
    "dubbelbestemming": "dubbelbestemming",
    "gebiedsaanduiding": "gebiedsaanduiding",
    "functieaanduiding": "functieaanduiding",
    "nnn": "nnn",
    "lib": "lib",
    "grondwaterbescherming": "grondwater",
    "bebouwde_kom": "bebouwde_kom",
}
KEPT = ("titel", "geometry", "key", "columns", "optional", "where", "drop")
GDAL_OPTIONS = {
    "OGR_CURRENT_DATE": "2026-01-01T00:00:00.000Z",  # else GDAL writes the clock into the file
    "OGR_SQLITE_SYNCHRONOUS": "OFF",  # the file is renamed when whole, so no write in between need be waited for
}


def write_all(
    folder: Path,
    layers: Mapping[str, gpd.GeoDataFrame],
    grid: tuple[np.ndarray, int, int],
    region: Mapping[str, Any] | None = None,
) -> Path:
    """Write GeoPackage, grid, region and catalogue beside their final names, then rename; the catalogue comes last."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".demo-", dir=folder))
    except OSError as error:
        raise OutputError(f"{folder}: hier kan niet geschreven worden ({error.strerror})") from error
    try:
        _write_geopackage(aside / GEOPACKAGE, layers)
        _write_grid(aside / GRID, *grid)
        _write_catalogue(aside / CATALOGUE)
        if region is None:
            forget_region(folder / REGIONS)
        else:
            _write_yaml(aside / REGIONS, "regio", region)
        for name in (GEOPACKAGE, GRID, REGIONS, CATALOGUE):
            if (aside / name).exists():
                os.replace(aside / name, folder / name)
    except OSError as error:
        raise OutputError(f"{folder}: de demogemeente kon niet geschreven worden ({error.strerror})") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder / CATALOGUE


def _write_geopackage(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    before = {name: pyogrio.get_gdal_config_option(name) for name in GDAL_OPTIONS}
    pyogrio.set_gdal_config_options(GDAL_OPTIONS)
    try:
        for name, features in layers.items():
            features.to_file(path, layer=name, driver="GPKG", engine="pyogrio", geometry_name="geom")
    finally:
        pyogrio.set_gdal_config_options(before)


def _write_grid(path: Path, values: np.ndarray, west: int, south: int) -> None:
    """As RIVM writes it: ESRI ASCII, no coordinate system, numbers as Fortran does."""
    rows, columns = values.shape
    header = (
        f"NCOLS {columns:12d}\nNROWS {rows:12d}\nXLLCORNER {west:12d}\nYLLCORNER {south:12d}\n"
        f"CELLSIZE {GRID_M:12d}\nNODATA_VALUE  -0.9990E+03\n"
    )
    body = "\n".join(" ".join(f"{_fortran(value):>12}" for value in row) for row in values)
    path.write_text(f"{header}{body}\n", encoding="ascii")


def _fortran(value: float) -> str:
    """Spell a positive number with a mantissa below 1, e.g. ``0.1234E+04``."""
    mantissa, exponent = f"{value:.3E}".split("E")
    return f"0.{mantissa.replace('.', '')}E{int(exponent) + 1:+03d}"


def _write_catalogue(path: Path) -> None:
    """The program's own catalogue with every address turned to the demo, so that no column is named twice."""
    entries = YAML(typ="safe", pure=True).load(packaged_file("data/sources.yaml").read_text(encoding="utf-8"))
    _write_yaml(path, "gemeente", {name: _entry(name, entry) for name, entry in entries.items()})


def _write_yaml(path: Path, what: str, content: Mapping[str, Any]) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # pyright: ignore[reportAttributeAccessIssue]
    with path.open("w", encoding="utf-8") as file:
        file.write(FICTITIOUS.format(what))
        yaml.dump(content, file)


def forget_region(path: Path) -> None:
    """Take away the region of an older demo, whose municipalities are gone; a user's own file stays."""
    if path.is_file() and path.read_text(encoding="utf-8", errors="replace").startswith(FICTITIOUS.format("regio")):
        path.unlink()


def _entry(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: entry[key] for key in KEPT if key in entry}
    if name == "depositie":
        place = {"protocol": "file", "url": GRID}
    elif name in LAYERS:
        place = {"protocol": "file", "url": GEOPACKAGE, "typename": LAYERS[name]}
    else:  # a layer that the demo does not make stays unknown
        place = {"protocol": "geen"}
    return (
        kept
        | place
        | {
            "zekerheid": "fictief",
            "licence": "Fictief, vrij te gebruiken",
            "attribution": "locatiescan, fictieve demogemeente",
            "toelichting": (
                f"Demowaard heeft met opzet geen laag {entry['titel']}: wat dan onbekend is, blijft onbekend."
                if place["protocol"] == "geen"
                else f"Verzonnen gegevens in de vorm van: {entry['titel']}. De gemeente Demowaard bestaat niet."
            ),
        }
    )
