"""A real PostGIS in a folder of the test's own, reached over a socket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import shapely

from locatiescan.errors import SourceError
from locatiescan.model import Area, Layer, Source
from locatiescan.sources.layers import read_layer
from small_world import X, Y, box, storage
from support import postgis

psycopg = pytest.importorskip("psycopg", reason="the extra 'postgis' is not installed")
AREA = Area("t", "GM0001", box(-5, -5, 500, 500))
needs_postgis = pytest.mark.skipif(not postgis.INSTALLED, reason="no PostgreSQL with PostGIS here")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """Connection string of a fresh cluster with three tables."""
    with postgis.server() as address:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
            connection.execute('CREATE TABLE vlakken ("Id" int, naam text, geom geometry(Polygon, 28992))')
            connection.execute("CREATE TABLE graden (id int, geom geometry(Polygon, 4326))")
            connection.execute("CREATE TABLE bogen (id int, geom geometry(CurvePolygon, 28992))")
            for i in range(40):
                shape = box(20 * i, 0, 20 * i + 10, 10).wkt
                connection.execute(
                    "INSERT INTO vlakken VALUES (%s, %s, ST_GeomFromText(%s, 28992))", (i, f"n{i}", shape)
                )
            circle = f"CURVEPOLYGON(CIRCULARSTRING({X} {Y}, {X + 20} {Y}, {X} {Y}))"
            connection.execute("INSERT INTO bogen VALUES (1, ST_GeomFromText(%s, 28992))", (circle,))
        yield address


def read(address: str, **changes: object) -> Layer:
    source = Source("vlakken", "Vlakken", "postgis", "vlak", "t", "CC0", "fictief", url=address, typename="vlakken",
                    key="Id", columns={"nummer": "Id", "naam": "naam"})  # fmt: skip
    return read_layer(replace(source, **changes), AREA, 0.0, lambda received, promised: None, storage())  # type: ignore[arg-type]


@needs_postgis
def test_rows_of_the_box_arrive_and_are_counted(database: str) -> None:
    layer = read(database)
    assert layer.features is not None
    assert layer.pedigree is not None
    assert sorted(layer.features["nummer"]) == list(range(26))
    assert (layer.pedigree.promised, layer.pedigree.received) == (26, 26)
    assert layer.features.geometry.area.eq(100).all()


@needs_postgis
def test_arcs_are_linearised(database: str) -> None:
    layer = read(database, typename="bogen", key="id", columns={})
    assert layer.features is not None
    assert shapely.area(layer.features.geometry.to_numpy())[0] == pytest.approx(314.159, rel=2e-3)


@needs_postgis
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"typename": "graden"}, "SRID 4326"),
        ({"typename": "nergens"}, "geen geometrie"),
        ({"columns": {"naam": "fout; DROP TABLE vlakken"}}, "does not exist"),
    ],
)
def test_what_is_not_as_the_catalogue_says_is_told(database: str, changes: dict[str, object], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read(database, **changes)
    assert read(database).features is not None


@pytest.mark.parametrize("url", ["postgresql://flex:geheim@host/db", "host=x password=geheim"])
def test_a_password_in_the_catalogue_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SourceError, match="wachtwoord") as caught:
        read(url)
    assert "geheim" not in str(caught.value)
