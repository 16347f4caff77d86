"""Whole files, for data that has no service: kept a while, then read as files."""

from __future__ import annotations

import time
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pooch

from locatiescan.errors import SourceError
from locatiescan.model import Source, Storage
from locatiescan.sources.transfer import save

KEEP_DAYS = 30
"""PDOK's plan files are of the first of the month; RIVM's grids of the year."""
MAX_DOWNLOAD_BYTES = 10_000_000_000
UNZIP_LIMIT = 20_000_000_000
GDAL_PREFIX = {".gz": "/vsigzip/", ".zip": "/vsizip/"}


def as_file(source: Source, storage: Storage) -> Source:
    """Fetch a file once and give the source as one on this machine.

    The file is written under a temporary name and renamed when it is whole (pooch).

    Raises
    ------
    SourceError
        If it cannot be fetched, or unpacks to more than the limit.
    """
    url = source.url or ""
    folder = storage.folder / "downloads"
    name = f"{source.name}-{Path(urlsplit(url).path).name}"
    if storage.refresh or _age_days(folder / name) > KEEP_DAYS:
        (folder / name).unlink(missing_ok=True)
    try:
        fetched = pooch.retrieve(
            url,
            known_hash=None,
            fname=name,
            path=folder,
            downloader=_download,  # type: ignore[arg-type]
        )
    except (OSError, ValueError) as error:
        raise SourceError(f"laag {source.name}: {url} is niet op te halen ({type(error).__name__})") from error
    return replace(source, protocol="file", url=_for_gdal(Path(fetched), source))


def _download(url: str, output_file: str, downloader: object) -> None:
    """Fetch for pooch, which gives a temporary name and renames."""
    save(url, Path(output_file), MAX_DOWNLOAD_BYTES)


def _for_gdal(path: Path, source: Source) -> str:
    """Name under which GDAL reads a packed file without unpacking it."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            members = [item for item in packed.infolist() if not item.is_dir()]
        if sum(item.file_size for item in members) > UNZIP_LIMIT:
            raise SourceError(f"laag {source.name}: {path.name} pakt uit tot meer dan {UNZIP_LIMIT} bytes")
        data = [item for item in members if item.filename.lower().endswith((".asc", ".tif", ".gpkg", ".gml", ".shp"))]
        if len(data) != 1:
            raise SourceError(f"laag {source.name}: {path.name} bevat {len(data)} databestanden; verwacht er een")
        return f"/vsizip/{path}/{data[0].filename}"
    return f"{GDAL_PREFIX.get(path.suffix, '')}{path}"


def _age_days(path: Path) -> float:
    return (time.time() - path.stat().st_mtime) / 86400 if path.exists() else 0.0
