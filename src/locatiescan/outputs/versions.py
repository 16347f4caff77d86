"""With what a run was made: the program and the libraries that decide a figure or a byte."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pyogrio
import pyproj
import shapely

from locatiescan import __version__

LIBRARIES = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "pyarrow", "numba", "openpyxl")
OWN = (".py", ".js", ".css", ".html")


def versions() -> dict[str, str]:
    """Name to version."""
    return {
        "locatiescan": __version__,
        "code": _code(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        **{name: version(name) for name in LIBRARIES},
        "GEOS": shapely.geos_version_string,
        "PROJ": pyproj.proj_version_str,
        "GDAL": pyogrio.__gdal_version_string__,
    }


def _code() -> str:
    """Hash of the program's own files: a checkout changes without another version number."""
    package = Path(__file__).parents[1]
    files = sorted(file for file in package.rglob("*") if file.suffix in OWN)
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def changed_versions(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Say per name what it was and what it is; both run over, so that what came or went is told as well."""
    names = dict.fromkeys([*then, *now])
    return [f"{name} {then.get(name, '-')} → {now.get(name, '-')}" for name in names if then.get(name) != now.get(name)]
