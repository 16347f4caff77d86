"""Three places with real data behind a real WFS, each scanned once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from support.mapserver import Served, start
from support.real import REAL, Place, Run, entry, flattened, run, write_catalogue

OTTERLO = REAL / "areas" / "otterlo.gpkg"
AMERSFOORT = REAL / "areas" / "amersfoort_centrum.gpkg"
NIJKERK = REAL / "areas" / "nijkerk_binnenstad.gpkg"
NATURA2000 = REAL / "nature" / "natura2000_pdok_2026.gpkg"
GRID = REAL / "nitrogen" / "conc_NH3_2023.asc"
OTTERLO_BUILT = [
    Served("Perceel", "kadastralekaart", OTTERLO, "percelen", "polygon"),
    Served("pand", "bag", OTTERLO, "bgt_pand", "multipolygon"),
]
MUNICIPALITIES = REAL / "boundaries" / "cbs_gemeenten_2025_pdok.geojson"


@pytest.fixture(scope="session")
def boundaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 342 municipalities of 2025 in RD, in the columns of Bestuurlijke gebieden."""
    if not MUNICIPALITIES.exists():
        pytest.skip(f"real data is absent: {MUNICIPALITIES}")
    path = tmp_path_factory.mktemp("gemeenten") / "gemeenten.gpkg"
    found = pyogrio.read_dataframe(MUNICIPALITIES, columns=["statcode", "statnaam"]).to_crs(28992)
    _write(found.rename(columns={"statcode": "identificatie", "statnaam": "naam"}), path, "gemeenten", "MultiPolygon")
    return path


@pytest.fixture(scope="session")
def national(boundaries: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the services that every place shares."""
    served = [
        Served("Gemeentegebied", "bestuurlijkegebieden", boundaries, "gemeenten", "multipolygon"),
        Served("natura2000", "natura2000", NATURA2000, "natura2000_pdok_2026", "multipolygon"),
    ]
    with start(served, tmp_path_factory.mktemp("landelijk")) as base:
        yield base


@pytest.fixture(scope="session")
def landelijk(national: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """All municipalities and Natura 2000, each from a service; no parcels but those a test brings."""
    return _place("", national, tmp_path_factory.mktemp("catalogus"), {"percelen": _none_yet(national)})


@pytest.fixture(scope="session")
def landelijk_uit_bestand(national: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The same with Natura 2000 as the file that was published."""
    natura2000 = entry(national, "natura2000:natura2000", "slug", SITE)
    natura2000 |= {"protocol": "file", "url": str(NATURA2000), "typename": "natura2000_pdok_2026"}
    layers = {"percelen": _none_yet(national), "natura2000": natura2000}
    return _place("", national, tmp_path_factory.mktemp("catalogus"), layers)


@pytest.fixture(scope="session")
def ede(national: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Otterlo: 11 parcels, BGT and addresses; no zoning."""
    folder = tmp_path_factory.mktemp("ede")
    served = [
        *OTTERLO_BUILT,
        Served("verblijfsobject", "bag", _addresses_as_bag(folder / "adressen.gpkg"), "adressen", "point"),
        Served("waterdeel", "bgt", OTTERLO, "bgt_waterdeel", "polygon"),
        Served("wegdeel", "bgt", OTTERLO, "bgt_wegdeel", "polygon"),
    ]
    with start(served, folder / "wfs") as base:
        layers = {
            "percelen": entry(base, "kadastralekaart:Perceel", "identificatie", PERCEEL),
            "panden": entry(base, "bag:pand", "lokaalID", PAND),
            "verblijfsobjecten": entry(base, "bag:verblijfsobject", "id", VERBLIJFSOBJECT, "punt"),
            "water": entry(base, "bgt:waterdeel", "lokaalID", {"water_id": "lokaalID", "type": "class"}),
            "wegen": entry(base, "bgt:wegdeel", "lokaalID", {"wegvak_id": "lokaalID", "straatnaam": "function"}),
        }
        yield _place("Ede", national, folder, layers)


@pytest.fixture
def ede_in_small_pages(national: str, tmp_path: Path) -> Iterator[Place]:
    """The parcels and buildings of Otterlo. At most 100 features on a page."""
    with start(OTTERLO_BUILT, tmp_path / "wfs", max_features=100) as base:
        layers = {
            "percelen": entry(base, "kadastralekaart:Perceel", "identificatie", PERCEEL),
            "panden": entry(base, "bag:pand", "lokaalID", PAND),
        }
        yield _place("Ede", national, tmp_path, layers)


@pytest.fixture(scope="session")
def amersfoort(national: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """302 parcels of the centre and nothing else of the town. At most 100 features on a page."""
    folder = tmp_path_factory.mktemp("amersfoort")
    served = [Served("Perceel", "kadastralekaart", AMERSFOORT, "percelen", "multipolygon")]
    with start(served, folder / "wfs", max_features=100) as base:
        percelen = entry(base, "kadastralekaart:Perceel", "id", {"perceel_id": "id", "aanduiding": "objectnumm"})
        yield _place("Amersfoort", national, folder, {"percelen": percelen})


@pytest.fixture(scope="session")
def nijkerk(national: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A whole zoning plan; its 235 zones, which tile 50.6 ha, stand in for parcels."""
    folder = tmp_path_factory.mktemp("nijkerk")
    served = [
        Served("Enkelbestemming", "plannen", NIJKERK, "Enkelbestemming", "polygon"),
        Served("Maatvoering", "plannen", _sizes_as_published(folder / "maatvoering.gpkg"), "Maatvoering", "polygon"),
    ]
    with start(served, folder / "wfs") as base:
        zone = {"bestemming": "bestemmingshoofdgroep", "bestemming_naam": "naam", "plan_id": "plan"}
        size = {"identificatie": "identificatie", "maatvoering": "maatvoering", "plan_id": "plangebied"}
        layers = {
            "percelen": entry(base, "plannen:Enkelbestemming", "gml_id", {"perceel_id": "gml_id"}),
            "enkelbestemming": entry(base, "plannen:Enkelbestemming", "gml_id", zone),
            "maatvoering": entry(base, "plannen:Maatvoering", "plangebied+identificatie", size),
        }
        yield _place("Nijkerk", national, folder, layers)


@pytest.fixture(scope="session")
def ede_run(ede: Place, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(ede, tmp_path_factory.mktemp("uitvoer"))


@pytest.fixture(scope="session")
def amersfoort_run(amersfoort: Place, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(amersfoort, tmp_path_factory.mktemp("uitvoer"))


@pytest.fixture(scope="session")
def nijkerk_run(nijkerk: Place, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(nijkerk, tmp_path_factory.mktemp("uitvoer"))


PERCEEL = {
    "perceel_id": "identificatie",
    "kadastrale_gemeente": "kad_gemeente",
    "sectie": "sectie",
    "perceelnummer": "perceelnummer",
    "kadastrale_grootte_m2": "grootte",
}
PAND = {"pand_id": "lokaalID", "status": "bgt-status"}
SITE = {"naam": "naam", "nummer": "nr", "bescherming": "richtlijn"}
VERBLIJFSOBJECT = {"vbo_id": "id", "oppervlakte_m2": "oppervlakte", "status": "status", "gebruiksdoel": "gebruiksdoel"}


def _place(gemeente: str, national: str, folder: Path, layers: dict[str, dict]) -> Place:
    common = {
        "gemeentegrens": entry(
            national, "bestuurlijkegebieden:Gemeentegebied", "identificatie", {"code": "identificatie", "naam": "naam"}
        ),
        "natura2000": entry(national, "natura2000:natura2000", "slug", SITE),
        "depositie": {
            "titel": "Concentratie ammoniak 2023 (staat in voor de depositie: zelfde bestandsvorm, andere grootheid)",
            "protocol": "file",
            "url": str(GRID),
            "geometry": "grid",
            "columns": {},
            "licence": "Open data van het RIVM",
            "attribution": "RIVM",
            "zekerheid": "NV",
        },
    }
    return Place(gemeente, write_catalogue(folder / "bronnen.yaml", common | layers))


def _none_yet(national: str) -> dict:
    """A user's own file takes its place in each test."""
    return entry(national, "kadastralekaart:Perceel", "perceel_id", {"perceel_id": "perceel_id"})


def _addresses_as_bag(path: Path) -> Path:
    """INSPIRE addresses have no floor area and no use: those columns are there and empty."""
    found = pyogrio.read_dataframe(OTTERLO, layer="adressen", columns=["id"])
    _write(found.assign(oppervlakte=None, gebruiksdoel=None, status=None), path, "adressen", "Point")
    return path


def _sizes_as_published(path: Path) -> Path:
    """The plan's lists of sizes in one text column, as the national file has them."""
    found = pyogrio.read_dataframe(NIJKERK, layer="Maatvoering")
    text = [flattened(*pair) for pair in zip(found["waardeType"], found["waarde"], strict=True)]
    columns = {"identificatie": found["gml_id"], "plangebied": found["plan"], "maatvoering": text}
    _write(gpd.GeoDataFrame(columns, geometry=found.geometry), path, "Maatvoering", "Polygon")
    return path


def _write(frame: gpd.GeoDataFrame, path: Path, layer: str, geometry_type: str) -> None:
    pyogrio.write_dataframe(frame, path, layer=layer, geometry_type=geometry_type)
