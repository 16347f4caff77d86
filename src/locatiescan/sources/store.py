"""What was fetched, kept and provable: GeoParquet or a grid, with a manifest beside it.

An entry is a folder named after the layer and a hash of what was asked. It holds the data under a temporary name
until it is whole, then the data, then the manifest with the data's hash. While a source is read its parts lie in
``delen``, so that a run that was broken off goes on where it stopped. A lock keeps two runs from reading the same
source at once; the second finds what the first kept.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from filelock import FileLock

from locatiescan import __version__
from locatiescan.crs import RD
from locatiescan.errors import IncompleteError, OutputError, SourceError
from locatiescan.model import Grid, Layer, Pedigree, Source, Storage
from locatiescan.sources.page import Bounds, Keep
from locatiescan.whole import written_whole

FORMAT = 1
"""Raised when entries of an earlier version must not be read any more."""
PART_HOURS = 12
"""Parts of a broken run older than this are fetched anew: the source may have changed meanwhile."""
ATTEMPTS = 2
"""A source that changes while it is read is read once more."""
MANIFEST = "manifest.json"


def entry_of(storage: Storage, source: Source, bounds: Bounds) -> Path:
    """Folder of the entry for a source and a box."""
    asked = dataclasses.asdict(source) | {"bounds": [round(edge, 3) for edge in bounds], "format": FORMAT}
    for words_only in ("titel", "attribution", "licence", "zekerheid", "toelichting"):
        del asked[words_only]
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    return storage.folder / f"{source.name}-{digest[:16]}"


def kept(storage: Storage, source: Source, bounds: Bounds, fetch: Callable[[Keep], Layer]) -> Layer:
    """Give a layer as it was kept, or fetch and keep it.

    Parameters
    ----------
    storage : Storage
        Where, how fresh, and whether the network may be used.
    fetch : callable
        Fetches the layer; it puts each part it reads through the function it is given.

    Raises
    ------
    SourceError
        If it has to be fetched while offline, or fetching fails.
    IncompleteError
        If the source is incomplete twice.
    """
    entry = entry_of(storage, source, bounds)
    try:
        entry.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"de opslag {storage.folder} is niet te schrijven ({error.strerror}); kies een andere met --opslag"
        ) from error
    with FileLock(entry / ".slot"):
        found = _fresh(entry, storage, source)
        if found is None:
            if storage.offline:
                raise SourceError(
                    f"laag {source.name}: niet (heel) in de opslag {storage.folder}, en --offline verbiedt ophalen. "
                    "Haal haar eerst op met: locatiescan fetch"
                )
            _write(entry, _fetched(entry, fetch), source, bounds)
            found = _manifest(entry)
        return _load(entry, found, source)


def entries(storage: Storage) -> Iterator[dict[str, Any]]:
    """Manifests of all that is kept."""
    for file in sorted(storage.folder.glob(f"*/{MANIFEST}")):
        yield _manifest(file.parent)


def age_days(manifest: dict[str, Any]) -> float:
    """Days since an entry was fetched."""
    fetched = datetime.fromisoformat(manifest["pedigree"]["fetched_at"])
    return (datetime.now(UTC) - fetched).total_seconds() / 86400


def _fresh(entry: Path, storage: Storage, source: Source) -> dict[str, Any] | None:
    """The manifest, where it may be used and its data is undamaged."""
    manifest = _manifest(entry)
    if not manifest or (storage.refresh and not storage.offline):
        return None
    if age_days(manifest) > storage.max_age_days and not storage.offline:
        return None
    data = entry / manifest["file"]
    return manifest if data.exists() and _sha256(data) == manifest["file_sha256"] else None


def _fetched(entry: Path, fetch: Callable[[Keep], Layer]) -> Layer:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return fetch(_keeper(entry / "delen"))
        except IncompleteError:
            shutil.rmtree(entry / "delen", ignore_errors=True)  # what was kept belongs to another state of the source
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _keeper(folder: Path) -> Keep:
    """Keep each part in a file of its own, as it was sent."""

    def keep(part: str, count: int, fetch: Callable[[], gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
        file = folder / f"{hashlib.sha256(part.encode()).hexdigest()[:24]}.json"
        known = _read_part(file)
        if known is not None and len(known) == count:
            return known
        fresh = fetch()
        with written_whole(file) as temporary:
            temporary.write_bytes(_part_bytes(fresh))
        return fresh

    return keep


def _part_bytes(frame: gpd.GeoDataFrame) -> bytes:
    columns = {str(name): frame[name].tolist() for name in frame.columns if name != frame.geometry.name}
    shapes = shapely.to_wkb(frame.geometry.to_numpy(), hex=True).tolist()
    content = json.dumps({"columns": columns, "shapes": shapes}, default=str).encode()
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def _read_part(file: Path) -> gpd.GeoDataFrame | None:
    """A part, or None where it is absent, too old or damaged."""
    if not file.exists() or time.time() - file.stat().st_mtime > PART_HOURS * 3600:
        return None
    digest, _, content = file.read_bytes().partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != digest:
        return None
    part = json.loads(content)
    return gpd.GeoDataFrame(part["columns"], geometry=shapely.from_wkb(part["shapes"]), crs=RD, dtype=object)


def _write(entry: Path, layer: Layer, source: Source, bounds: Bounds) -> None:
    """Data first, manifest last: a manifest never speaks of data that is not there."""
    for leftover in entry.glob(".*.deel*"):  # of a run that was killed; this one holds the lock
        leftover.unlink()
    name = "raster.npz" if layer.grid is not None else "laag.parquet"
    with written_whole(entry / name) as temporary:
        if layer.grid is not None:
            with temporary.open("wb") as file:
                np.savez(file, **dataclasses.asdict(layer.grid))
        elif layer.features is not None:
            layer.features.to_parquet(temporary, compression="zstd", index=False)
    manifest = {
        "layer": source.name,
        "request": {"url": source.url, "protocol": source.protocol, "typename": source.typename, "bounds": bounds},
        "pedigree": dataclasses.asdict(layer.pedigree) if layer.pedigree else {},
        "file": name,
        "file_sha256": _sha256(entry / name),
        "program": f"locatiescan {__version__}",
    }
    with written_whole(entry / MANIFEST) as temporary:
        temporary.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    shutil.rmtree(entry / "delen", ignore_errors=True)


def _load(entry: Path, manifest: dict[str, Any], source: Source) -> Layer:
    said = manifest["pedigree"]
    pedigree = Pedigree(**said | {"repaired": tuple(said["repaired"]), "notes": tuple(said["notes"])})
    if manifest["file"].endswith(".npz"):
        with np.load(entry / manifest["file"], allow_pickle=False) as grid:
            values = {key: grid[key] for key in grid.files}
        edges = {key: float(values[key]) for key in ("west", "north", "cell_m")}
        return Layer(source.name, source, grid=Grid(values["values"], **edges), pedigree=pedigree)
    features = gpd.read_parquet(entry / manifest["file"])
    return Layer(source.name, source, features=features, pedigree=pedigree)


def _manifest(entry: Path) -> dict[str, Any]:
    """The manifest, or nothing where there is none that can be read."""
    try:
        manifest = json.loads((entry / MANIFEST).read_text(encoding="utf-8"))
        return manifest if {"file", "file_sha256", "pedigree", "layer"} <= set(manifest) else {}
    except (OSError, ValueError):
        return {}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
