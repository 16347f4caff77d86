"""A world small enough to know every figure by hand: five parcels near RD (140000, 510000)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import geopandas as gpd
import numpy as np
import platformdirs
import shapely

from locatiescan.crs import RD
from locatiescan.model import Layer, Rules, ScanResult, Source, Storage
from locatiescan.scan import find_municipality, scan

X, Y = 140_000.0, 510_000.0
LAYERS = {
    "gemeentegrens": ("vlak", "{code: code, naam: naam}"),
    "percelen": ("vlak", "{perceel_id: id}"),
    "enkelbestemming": ("vlak", "{bestemming: hoofdgroep}"),
    "maatvoering": ("vlak", "{maatvoering: maatvoering}"),
    "bpl": ("vlak", "{naam: naam}"),
    "panden": ("vlak", "{gebruiksdoel: gebruiksdoel}"),
    "verblijfsobjecten": ("punt", "{oppervlakte_m2: oppervlakte, gebruiksdoel: gebruiksdoel}"),
    "wegen": ("lijn", "{straatnaam: straat}"),
}


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in metres from the corner of the world."""
    return shapely.box(X + west, Y + south, X + east, Y + north)


def frames() -> dict[str, gpd.GeoDataFrame]:
    """The layers as their services would give them.

    Parcels: a 100 x 100 field; b 100 x 50, half built; c 40 x 100 with a hole of 20 x 20; d multipart;
    e a sliver of 0.5 x 200 m.
    """
    hole = box(210, 40, 230, 60)
    parcels = {
        "a": box(0, 0, 100, 100),
        "b": box(100, 0, 200, 50),
        "c": shapely.difference(box(200, 0, 240, 100), hole),
        "d": shapely.union_all([box(0, 200, 50, 250), box(100, 200, 150, 250)]),
        "e": box(300, 0, 300.5, 200),
    }
    world = {
        "gemeentegrens": ({"code": ["GM0001"], "naam": ["Kleinwereld"]}, [box(-500, -500, 1000, 1000)]),
        "percelen": ({"id": list(parcels)}, list(parcels.values())),
        # a is 60 % wonen and 40 % groen; b sport; c nothing; d natuur
        "enkelbestemming": (
            {"hoofdgroep": ["wonen", "groen", "sport", "natuur"]},
            [box(0, 0, 60, 100), box(60, 0, 100, 100), box(100, 0, 200, 50), box(0, 200, 150, 250)],
        ),
        # on a: 9 m on the west 70 %, 4 m on the east 50 %: where they overlap 4 counts, so 50 and 50
        "maatvoering": (
            {
                "maatvoering": [
                    '"maximum bouwhoogte (m)"="9"',
                    '"maximum bouwhoogte (m)"="4", "maximum goothoogte (m)"="3,5"',
                    '"minimum bouwhoogte (m)"="6"',
                ]
            },
            [box(0, 0, 70, 100), box(50, 0, 100, 100), box(100, 0, 200, 50)],
        ),
        "bpl": ({"naam": ["Polder", "Polder twee"]}, [box(0, 0, 30, 100), box(20, 0, 50, 100)]),
        "panden": (
            {"gebruiksdoel": ["woonfunctie", "kantoorfunctie,winkelfunctie"]},
            [box(100, 0, 150, 50), box(-20, 20, 10, 30)],
        ),
        "verblijfsobjecten": (
            {"oppervlakte": [100, 250], "gebruiksdoel": ["woonfunctie", "kantoorfunctie,winkelfunctie"]},
            [shapely.Point(X + 110, Y + 10), shapely.Point(X + 5, Y + 25)],
        ),
        "wegen": ({"straat": ["Weg"]}, [shapely.LineString([(X, Y - 30), (X + 400, Y - 30)])]),
    }
    return {name: gpd.GeoDataFrame(data, geometry=shapes, crs=RD) for name, (data, shapes) in world.items()}


def write_world(folder: Path, **entries: str) -> Path:
    """Write the world and its catalogue; `entries` replaces lines of a layer's catalogue entry by name."""
    catalogue = []
    for name, frame in frames().items():
        geometry, columns = LAYERS[name]
        frame.to_file(folder / "wereld.gpkg", layer=name, driver="GPKG")
        catalogue.append(
            entries.get(name)
            or dedent(f"""\
            {name}:
              titel: {name}
              protocol: file
              url: wereld.gpkg
              typename: {name}
              geometry: {geometry}
              columns: {columns}
              licence: CC0
              attribution: test
              zekerheid: fictief
            """)
        )
    (folder / "bronnen.yaml").write_text("\n".join(catalogue))
    return folder / "bronnen.yaml"


def layer(name: str, frame: gpd.GeoDataFrame | None, geometry: str = "vlak") -> Layer:
    """A layer in our column names, or an absent one."""
    source = Source(name, name, "file", geometry, "test", "CC0", "fictief")  # type: ignore[arg-type]
    return Layer(name, source, frame, absent=None if frame is not None else "niet gegeven")


def storage(refresh: bool = True) -> Storage:
    """Where a test keeps what it fetches: its own cache folder."""
    return Storage(platformdirs.user_cache_path("locatiescan"), refresh=refresh)


def scanned(gemeente: str, rules: Rules, sources: Mapping[str, Source]) -> ScanResult:
    """A scan on a fixed moment, without progress."""
    args = (sources, storage(), lambda title: lambda received, promised: None)
    area, boundary = find_municipality(gemeente, *args)
    return scan(area, boundary, rules, *args[:2], "2026-11-23T00:00:00+00:00", args[2])


def squares(count: int, side: float, seed: int) -> np.ndarray:
    """Random overlapping squares over a kilometre."""
    corner = np.random.default_rng(seed).uniform(0, 1000 - side, (count, 2))
    return shapely.box(X + corner[:, 0], Y + corner[:, 1], X + corner[:, 0] + side, Y + corner[:, 1] + side)
