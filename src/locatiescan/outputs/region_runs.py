"""A finished region, or a single municipality, read back as one table of candidates."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from locatiescan.config.figures import load_figures
from locatiescan.crs import RD
from locatiescan.errors import SourceError
from locatiescan.outputs.parts import read_part
from locatiescan.outputs.region_account import REGION
from locatiescan.outputs.runs import REMEDY, package_of, read_account
from locatiescan.policy.figures import Figures

NEARLY = "bijna"
"""Table of a region with the parcels that one limit alone rejects."""
GROUND, BUILDING = "grond", "gebouw"


@dataclass(frozen=True)
class Region:
    """What was found in one or more municipalities."""

    name: str
    peildatum: str
    """ISO 8601; empty where nothing was answered."""
    municipalities: tuple[tuple[str, str], ...]
    """CBS code and name of each that was scanned."""
    candidates: gpd.GeoDataFrame
    """Locations and buildings, one row each, with ``gemeente``, ``gemeente_code`` and ``soort`` (grond or gebouw);
    RD New."""
    products: pd.DataFrame
    routes: pd.DataFrame
    rejected: pd.DataFrame
    """Parcels that one limit alone rejects: ``perceel_id``, ``gemeente_code``, ``grens``, ``oppervlakte_m2``, and the
    free ground where it was measured."""
    figures: Mapping[str, Figures]
    """By CBS code; a municipality of which nothing is known is not there."""
    fictitious: bool
    started_at: str
    """UTC, ISO 8601."""
    folder: Path
    missing: tuple[str, ...] = ()
    """Names of municipalities that failed, and are not in it."""


def read_region(path: Path) -> Region:
    """Read a finished run over a region, or over one municipality.

    Parameters
    ----------
    path : Path
        Its folder, or its ``run.json``.

    Raises
    ------
    UsageError
        If no run lies there.
    SourceError
        If what lies there is damaged or of an older version.
    """
    account = read_account(path)
    folder = path if path.is_dir() else path.parent
    return _region(account, folder) if account.get("soort") == REGION else _municipality(account, folder)


def _region(account: Mapping[str, Any], folder: Path) -> Region:
    package = package_of(account, folder)
    said = account["verantwoording"]
    done = [one for one in account["gemeenten"] if one.get("stand") == "klaar"]
    return Region(
        said["gemeente"],
        said.get("peildatum", ""),
        tuple((one["code"], one["naam"]) for one in done),
        candidates_of(_table(package, "kandidaten"), _answer(package, "transformatie")),
        _answer(package, "producten"),
        _answer(package, "planroutes"),
        _table(package, NEARLY),
        figures_of(account),
        bool(account.get("fictief")),
        said["gestart"],
        folder,
        tuple(one["naam"] for one in account["gemeenten"] if one not in done),
    )


def _municipality(account: Mapping[str, Any], folder: Path) -> Region:
    part = read_part(folder)
    result, dossier = part.result, part.result.dossier
    place = {"gemeente": result.area.name, "gemeente_code": result.area.code}
    nothing = pd.DataFrame({"locatie_id": pd.Series(dtype="str")})
    return Region(
        result.area.name,
        dossier.peildatum if dossier else "",
        ((result.area.code, result.area.name),),
        candidates_of(result.sites, dossier.transformation if dossier else None).assign(**place),
        dossier.products if dossier else nothing,
        dossier.routes if dossier else nothing,
        part.nearly.assign(gemeente_code=result.area.code),
        figures_of(account),
        result.fictitious,
        result.started_at,
        folder,
    )


def candidates_of(sites: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Locations and buildings in one table, told apart by ``soort``."""
    tables = [sites.assign(soort=GROUND)]
    if buildings is not None and len(buildings):
        # what the register says of a building is not what planners say of a location
        tables.append(buildings.drop(columns="status", errors="ignore").assign(soort=BUILDING))
    filled = [table for table in tables if len(table)] or tables[:1]
    columns = dict.fromkeys(name for table in tables for name in table)
    joined = pd.concat(filled, ignore_index=True).reindex(columns=list(columns))
    return gpd.GeoDataFrame(joined, crs=RD).astype({"rang": "Int64"})


def figures_of(account: Mapping[str, Any]) -> Mapping[str, Figures]:
    """Figures of municipalities as the run read them; none where it answered nothing."""
    text = (account.get("beleid_volledig") or {}).get("gemeentecijfers", {}).get("tekst")
    if text is None:
        return {}
    with tempfile.TemporaryDirectory(prefix="locatiescan-") as folder:
        file = Path(folder) / "gemeentecijfers.yaml"
        file.write_bytes(text.encode("utf-8"))
        return load_figures(file)


def _answer(package: Path, layer: str) -> Any:
    """A table of what was answered; without rows where nothing was."""
    known = {name for name, _ in pyogrio.list_layers(package)}
    return _table(package, layer) if layer in known else gpd.GeoDataFrame({"locatie_id": []}, geometry=[], crs=RD)


def _table(package: Path, layer: str) -> Any:
    try:
        return pyogrio.read_dataframe(package, layer=layer)
    except (DataSourceError, DataLayerError) as error:
        raise SourceError(f"{package}: tabel {layer} is niet te lezen. {REMEDY}") from error
