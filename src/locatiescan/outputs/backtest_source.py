"""What of a finished run lies under some sites, one municipality at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from locatiescan.analysis.studying.under import BUILDINGS, Scanned
from locatiescan.config.rules_json import rules_from_json
from locatiescan.errors import SourceError
from locatiescan.model import Rules
from locatiescan.outputs.parts import BOUNDARY
from locatiescan.outputs.policy_back import policy_of
from locatiescan.outputs.region_account import REGION
from locatiescan.outputs.runs import ACCOUNT, REMEDY, package_of, read_account, read_layer, read_run
from locatiescan.policy.asked import Policy


class _Run(NamedTuple):
    folder: Path
    account: Mapping[str, Any]


def read_scanned(path: Path, sites: gpd.GeoDataFrame) -> list[Scanned]:
    """Read what lies under the sites; a municipality that none of them touches is not read.

    Parameters
    ----------
    path : Path
        Folder of a run over a municipality or a region, or its ``run.json``.
    sites : GeoDataFrame
        Polygons and points, RD New.

    Raises
    ------
    UsageError, SourceError
        As `locatiescan.outputs.runs.read_run`.
    """
    return [scanned for run in _runs(path) if (scanned := _scanned(run, sites)) is not None]


def read_law(path: Path) -> Policy | None:
    """Read the policy that a run answered by; None where it answered nothing.

    Raises
    ------
    UsageError, SourceError, ConfigError
        If no run lies there, or its account is damaged.
    """
    first = next(_runs(path), None)
    return None if first is None else policy_of(read_account(path), _rules(first))


def _runs(path: Path) -> Iterator[_Run]:
    """Runs of the municipalities that a run is made of."""
    account = read_account(path)
    folder = path if path.is_dir() else path.parent
    if account.get("soort") != REGION:
        yield _Run(folder, account)
        return
    for one in account.get("gemeenten") or ():
        if one.get("stand") == "klaar":
            # only the name: a run.json is somebody's file, and must not point outside its own folder
            own = folder / Path(str(one.get("map"))).name
            yield _Run(own, read_account(own))


def _rules(run: _Run) -> Rules:
    if "regels_volledig" not in run.account:
        raise SourceError(f"{run.folder / ACCOUNT}: regels_volledig ontbreekt. {REMEDY}")
    return rules_from_json(run.account["regels_volledig"])


def _scanned(run: _Run, sites: gpd.GeoDataFrame) -> Scanned | None:
    own = _boundary(run)
    boundary = shapely.union_all(own.geometry.to_numpy())
    shapes = sites.geometry.to_numpy()
    near = shapes[shapely.intersects(shapes, boundary)]
    if not len(near):
        return None
    found = read_run(run.folder)
    parcels = _touching(found.parcels, near)
    buildings = read_layer(found, BUILDINGS)
    return Scanned(
        str(own["naam"].iloc[0]),
        boundary,
        parcels,
        found.rules,
        # of whole parcels: a point says nothing of the ground around it
        None if buildings is None else _touching(buildings, parcels.geometry.to_numpy()).geometry.to_numpy(),
    )


def _boundary(run: _Run) -> gpd.GeoDataFrame:
    package = package_of(run.account, run.folder)
    try:
        return gpd.GeoDataFrame(pyogrio.read_dataframe(package, layer=BOUNDARY))
    except (DataSourceError, DataLayerError) as error:
        raise SourceError(f"{package}: laag {BOUNDARY} is niet te lezen. {REMEDY}") from error


def _touching(table: gpd.GeoDataFrame, shapes: np.ndarray) -> gpd.GeoDataFrame:
    places = shapely.STRtree(table.geometry.to_numpy()).query(shapes, predicate="intersects")[1]
    return gpd.GeoDataFrame(table.iloc[np.unique(places)].reset_index(drop=True))
