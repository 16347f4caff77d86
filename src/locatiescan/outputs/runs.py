"""A finished run, read back from its folder."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from locatiescan.config.rules_json import rules_from_json
from locatiescan.errors import LocatiescanError, SourceError, UsageError
from locatiescan.model import Rules
from locatiescan.outputs.region_account import REGION
from locatiescan.outputs.webmap_payload import cadastral_names

ACCOUNT = "run.json"
REMEDY = "Draai `locatiescan run` opnieuw met deze versie."


@dataclass(frozen=True)
class Run:
    """What a run left in its folder."""

    folder: Path
    name: str
    """Municipality, with its code."""
    started_at: str
    """UTC, ISO 8601."""
    rules: Rules
    """As they were applied, a municipality's own values included."""
    parcels: gpd.GeoDataFrame
    """All parcels, as in ``ScanResult.parcels``."""
    sites: gpd.GeoDataFrame | None
    """Locations that are not rejected, best first; None where the run made none."""
    sources: pd.DataFrame
    """One row a layer: ``laag``, ``aanwezig``, ``opgehaald``, ``sha256``, ``gebruikt`` …"""
    fictitious: bool = False
    buildings: gpd.GeoDataFrame | None = None
    """Buildings that may become homes; this and the tables below are None where the run answered nothing."""
    routes: pd.DataFrame | None = None
    flags: pd.DataFrame | None = None
    products: pd.DataFrame | None = None
    package: Path | None = None
    """The GeoPackage that was read."""
    about: Mapping[str, str] = field(default_factory=dict)
    """What a reader must know of the run, by subject, as `locatiescan.outputs.tables.account` tells it."""


def read_run(path: Path) -> Run:
    """Read a finished run.

    Parameters
    ----------
    path : Path
        Folder of the run, or its ``run.json``.

    Raises
    ------
    UsageError
        If no run lies there.
    SourceError
        If what lies there is damaged, of an older version, or of two runs at once.
    """
    account_file = path / ACCOUNT if path.is_dir() else path
    content = _content(account_file)
    check_municipality(content, account_file)
    rules = _rules(content, account_file)
    package = package_of(content, account_file.parent)
    about = _table(package, "verantwoording").set_index("onderwerp")["tekst"].to_dict()
    if about.get("gestart") != content["verantwoording"].get("gestart"):
        raise SourceError(f"{package} en {account_file} zijn niet van dezelfde scan. {REMEDY}")
    parcels = _ranked(gpd.GeoDataFrame(_table(package, "percelen")), rules)
    _check_columns(parcels, rules, package)
    candidates = _ranked(gpd.GeoDataFrame(_table(package, "kandidaten")), rules)
    return Run(
        account_file.parent,
        about.get("gemeente", package.stem),
        about["gestart"],
        rules,
        parcels,
        candidates if "locatie_id" in candidates else None,
        _table(package, "bronnen"),
        bool(content.get("fictief")),
        **_answers(package),
        package=package,
        about={str(subject): str(text) for subject, text in about.items()},
    )


def read_account(path: Path) -> Mapping[str, Any]:
    """Read the account of a finished run as it stands in ``run.json``.

    Parameters
    ----------
    path : Path
        Folder of the run, or its ``run.json``.

    Raises
    ------
    UsageError
        If no run lies there.
    SourceError
        If it is damaged.
    """
    return _content(path / ACCOUNT if path.is_dir() else path)


def read_layer(run: Run, layer: str) -> gpd.GeoDataFrame | None:
    """Read a layer that the run used or made; None where it has none."""
    if run.package is None or layer not in {name for name, _ in pyogrio.list_layers(run.package)}:
        return None
    return gpd.GeoDataFrame(_table(run.package, layer))


def _answers(package: Path) -> dict[str, Any]:
    """Tables of what each location can carry, where the run has them."""
    known = {name for name, _ in pyogrio.list_layers(package)}
    tables = {"buildings": "transformatie", "routes": "planroutes", "flags": "vlaggen", "products": "producten"}
    return {key: _table(package, layer) for key, layer in tables.items() if layer in known}


def find_place(run: Run, word: str) -> pd.Series:
    """Row of the one location or parcel that a user means.

    A name that is written exactly so comes first; else neither case nor spaces matter.

    Parameters
    ----------
    word : str
        ``locatie_id``, ``perceel_id``, or the cadastral name, e.g. ``ASD03 K 1234``.

    Raises
    ------
    UsageError
        If nothing is called that, with what looks like it; if more than one is; or if it lies across a border, and is
        only in the region whose folder is above that of the run.
    """
    tables = [(run.parcels, run.parcels["perceel_id"]), (run.parcels, pd.Series(cadastral_names(run.parcels)))]
    if run.sites is not None:
        tables.insert(0, (run.sites, run.sites["locatie_id"]))
    columns = [(table, column.astype("str").fillna("")) for table, column in tables]
    for spelled in (str.strip, _plain) if word.strip() else ():
        for table, known in columns:
            found = table[known.map(spelled).eq(spelled(word)).to_numpy()]
            if len(found) == 1:
                return found.iloc[0]
            if len(found) > 1:
                ids = ", ".join(found["perceel_id"].head(5).astype(str))
                raise UsageError(f"'{word}' is niet één perceel maar {len(found)}: {ids}. Noem de perceel_id.")
    refuse_across(run.folder.resolve().parent, [word])
    names = {_plain(name): name for _, known in columns for name in known}
    like = [names[name] for name in difflib.get_close_matches(_plain(word), names, n=3)]
    hint = f" Bedoelt u {' of '.join(like)}?" if like else ""
    raise UsageError(f"De scan van {run.name} kent geen perceel of locatie '{word}'.{hint}")


def refuse_across(path: Path, words: Iterable[str]) -> None:
    """Say so where a place that a user means lies across a municipal border: then only the region knows it.

    Parameters
    ----------
    path : Path
        Folder that may hold a region, or its ``run.json``; where no readable region lies there, nothing happens.

    Raises
    ------
    UsageError
        If the region has a location of that name, and none of its municipalities has.
    """
    file = path / ACCOUNT if path.is_dir() else path
    wanted = {_plain(word) for word in words} - {""}
    across = _across(file) if wanted and file.is_file() else []
    for name in across:
        if _plain(name) in wanted:
            raise UsageError(
                f"{name} ligt over een gemeentegrens en staat alleen in de regio: zie kaart, werkboek en GeoPackage in "
                f"{file.resolve().parent.name}."
            )


def _across(file: Path) -> list[str]:
    """Locations that only a region knows; none where no readable region lies there."""
    try:
        content = _content(file)
        if content.get("soort") != REGION:
            return []
        sites = _table(package_of(content, file.parent), "kandidaten")
    except LocatiescanError:  # this only explains: what is wrong with the run itself is told by who reads it
        return []
    if not {"locatie_id", "rang_gemeente"} <= set(sites):
        return []
    # lying in two municipalities says too little: one that a municipality found by itself may reach over its border
    return sites.loc[sites["rang_gemeente"].isna(), "locatie_id"].astype(str).tolist()


def find_building(run: Run, word: str) -> pd.Series | None:
    """Row of the building that may become homes and is called so, ``T-`` and the id of its pand; None where none is."""
    buildings = run.buildings
    if buildings is None or "locatie_id" not in buildings:
        return None
    found = buildings[buildings["locatie_id"].astype(str).str.upper() == word.strip().upper()]
    return found.iloc[0] if len(found) else None


def _content(file: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(
            f"Er is geen {file}: noem de map van een scan, of maak er een met `locatiescan run`."
        ) from error
    except (OSError, ValueError) as error:
        raise SourceError(f"{file} is niet te lezen: {error}. {REMEDY}") from error
    if not isinstance(content, dict) or not isinstance(content.get("verantwoording"), dict):
        raise SourceError(f"{file} is geen verantwoording van locatiescan. {REMEDY}")
    return content


def _rules(content: Mapping[str, Any], file: Path) -> Rules:
    if "regels_volledig" not in content:
        raise SourceError(f"{file} is van een oudere versie: de regels (regels_volledig) ontbreken. {REMEDY}")
    try:
        return rules_from_json(content["regels_volledig"])
    except (LocatiescanError, ValueError, TypeError, KeyError) as error:
        raise SourceError(f"{file}: regels_volledig is niet te lezen: {error}. {REMEDY}") from error


def check_municipality(content: Mapping[str, Any], file: Path) -> None:
    """Refuse the account of a region where one of a municipality is meant.

    Raises
    ------
    UsageError
        Naming the folders of its municipalities.
    """
    if content.get("soort") == REGION:
        folders = ", ".join(str(file.parent / Path(str(one.get("map"))).name) for one in content.get("gemeenten") or ())
        raise UsageError(
            f"{file.parent} is een regio; dit gaat over één gemeente. Noem de map van een gemeente: {folders}"
        )


def package_of(content: Mapping[str, Any], folder: Path) -> Path:
    """GeoPackage of a run, as its account names it.

    Raises
    ------
    SourceError
        If it names none, or it is gone.
    """
    file = folder / ACCOUNT
    # only the name: a run.json is somebody's file, and must not point outside its own folder
    names = [Path(str(name)).name for name in content.get("bestanden") or () if str(name).endswith(".gpkg")]
    if not names:
        raise SourceError(f"{file} noemt onder bestanden geen .gpkg. {REMEDY}")
    package = folder / names[0]
    if not package.exists():
        raise SourceError(f"{package} ontbreekt, maar {file} noemt het. Zet het terug, of: {REMEDY}")
    return package


def _table(package: Path, layer: str) -> pd.DataFrame:
    try:
        return pyogrio.read_dataframe(package, layer=layer)
    except (DataSourceError, DataLayerError) as error:
        raise SourceError(f"{package}: tabel {layer} is niet te lezen. {REMEDY}") from error


def _check_columns(parcels: pd.DataFrame, rules: Rules, package: Path) -> None:
    judged = (*rules.limits, *rules.toelatingen)
    needed = [rule.naam for rule in (*judged, *rules.preferences)] + [f"{rule.naam}_oordeel" for rule in judged]
    gone = [name for name in ("perceel_id", "oordeel", "score", "rang", *needed) if name not in parcels]
    if gone:
        raise SourceError(f"{package}: laag percelen mist de kolommen {', '.join(gone)}. {REMEDY}")


def _ranked(table: gpd.GeoDataFrame, rules: Rules) -> gpd.GeoDataFrame:
    """Ranks are whole numbers again: a file has no whole number that may be absent."""
    ranks = ("rang", *(f"rang_{profile.naam}" for profile in rules.profielen))
    return table.astype({name: "Int64" for name in ranks if name in table})


def _plain(name: str) -> str:
    return " ".join(name.upper().split())
