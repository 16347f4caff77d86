"""Real data of others, and the catalogues that serve it as PDOK would."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import geopandas as gpd
import pyogrio
import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

REPOSITORY = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("LOCATIESCAN_REAL_DATA") or REPOSITORY.parent / "shared" / "data" / "real")
RULES = REPOSITORY / "rules" / "flexwonen.yaml"

needs_real_data = pytest.mark.skipif(
    not (REAL / "areas").is_dir(), reason=f"real data is absent: {REAL} (set LOCATIESCAN_REAL_DATA)"
)

ABSENT = ("titel", "geometry", "columns", "licence", "attribution", "zekerheid")
"""What stays of an entry of the packaged catalogue when its service is taken away."""


@dataclass(frozen=True)
class Place:
    """A municipality with real data behind a real WFS."""

    gemeente: str
    catalogue: Path


@dataclass(frozen=True)
class Run:
    """What one run of the command left behind."""

    result: Result
    folder: Path
    naam: str

    @property
    def geopackage(self) -> Path:
        return self.folder / f"{self.naam}.gpkg"

    @cached_property
    def percelen(self) -> gpd.GeoDataFrame:
        return pyogrio.read_dataframe(self.geopackage, layer="percelen").set_index("perceel_id", drop=False)

    @cached_property
    def kandidaten(self) -> gpd.GeoDataFrame:
        return pyogrio.read_dataframe(self.geopackage, layer="kandidaten").set_index("perceel_id", drop=False)

    @cached_property
    def proof(self) -> dict:
        """``run.json``."""
        return json.loads((self.folder / "run.json").read_text(encoding="utf-8"))


def scan(gemeente: str, catalogue: Path, folder: Path, *more: object) -> Result:
    """Run the command in this process, with a cache of its own; what it does not catch itself is not caught here."""
    from locatiescan.cli import main

    arguments = ("run", "--gemeente", gemeente, "--bronnen", catalogue, "--regels", RULES, *more, "--uitvoer", folder)
    runner = CliRunner(env={"XDG_CACHE_HOME": str(folder / "cache")})
    return runner.invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def run(place: Place, folder: Path, *more: object, naam: str = "") -> Run:
    """Scan a place with the packaged rules; a failure shows the command's own words. ``naam`` is that of the files."""
    result = scan(place.gemeente, place.catalogue, folder, *more)
    assert result.exit_code == 0, result.output
    return Run(result, folder, naam or place.gemeente.lower().replace(" ", "_"))


def write_catalogue(path: Path, served: Mapping[str, Mapping]) -> Path:
    """All layers of the packaged catalogue; what is not served has protocol ``geen``. JSON is YAML."""
    packaged = YAML(typ="safe").load((REPOSITORY / "data" / "sources.yaml").read_text(encoding="utf-8"))
    unknown = {
        name: {key: entry[key] for key in ABSENT} | {"protocol": "geen", "toelichting": "Geen gegevens in deze proef."}
        for name, entry in packaged.items()
    }
    path.write_text(json.dumps(unknown | dict(served), indent=1), encoding="utf-8")
    return path


def entry(
    base: str, typename: str, key: str, columns: Mapping[str, str], geometry: str = "vlak", **more: object
) -> dict:
    """A catalogue entry for a WFS layer of the local server."""
    return {
        "titel": f"{typename} (werkelijke gegevens)",
        "protocol": "wfs",
        "url": f"{base}/{typename.partition(':')[0]}",
        "typename": typename,
        "geometry": geometry,
        "key": key,
        "columns": dict(columns),
        "licence": "CC0",
        "attribution": "Kadaster en anderen, via PDOK",
        "zekerheid": "NV",
        **more,
    }


def hits(place: Place, layer: str, bounds: tuple[float, ...] = ()) -> int:
    """What the server itself says it has of a layer, in all or in a box."""
    source = json.loads(place.catalogue.read_text(encoding="utf-8"))[layer]
    query = {"service": "WFS", "version": "2.0.0", "request": "GetFeature", "resultType": "hits"}
    query["typeNames"] = source["typename"]
    if bounds:
        query["bbox"] = ",".join(f"{edge:.3f}" for edge in bounds) + ",urn:ogc:def:crs:EPSG::28992"
    with urlopen(f"{source['url']}?{urlencode(query)}", timeout=30) as answer:  # noqa: S310
        text = answer.read().decode()
    match = re.search(r'numberMatched="(\d+)"', text)
    assert match, text
    return int(match[1])


def flattened(kinds: str, values: str) -> str:
    """Lists of sizes as the national service writes them in one column."""
    pairs = zip(kinds.split("; "), values.split("; "), strict=True)
    return ", ".join(f'"{kind}"="{value}"' for kind, value in pairs)
