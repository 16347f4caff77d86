"""What ``run.json`` carries so that a run can be done again."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import orjson
import pytest

from locatiescan.config.packaged import packaged_file
from locatiescan.config.sources import load_sources
from locatiescan.errors import OutputError, SourceError
from locatiescan.model import Storage
from locatiescan.outputs.contents import ROWS, WHOLE, contents_of, differences
from locatiescan.outputs.recipe import (
    Order,
    PolicyText,
    Recipe,
    UserFile,
    recipe_from_json,
    recipe_to_json,
    recorded,
    usable,
)
from locatiescan.outputs.versions import changed_versions, versions
from locatiescan.sources.addresses import without_secrets
from locatiescan.sources.store import entry_of
from small_world import write_world
from support.finished import write_finished

CATALOGUE = packaged_file("data/sources.yaml")
ORDER = Order(
    gemeente="Heiloo",
    bronnen=None,
    regels="mijn regels.yaml",
    opslag=None,
    peildatum=date(2025, 3, 1),
    termijn_jaren=12.5,
    lagen={"bpl=C:/kaart.gpkg:bpl": "0" * 64, "panden=map.gdb": None},
    eigendom=UserFile("lijst.csv", "1" * 64),
    leegstand=None,
    publiek=False,
)
TEXT = "# Ja\r\nsleutel: 'é'\n"


def recipe() -> Recipe:
    sources = recorded(load_sources(CATALOGUE), CATALOGUE.parent)
    return Recipe(ORDER, sources, {"planroutes": PolicyText("planroutes.yaml", TEXT)})


def test_a_recipe_comes_back_as_it_was() -> None:
    text = json.dumps(recipe_to_json(recipe()))
    assert recipe_from_json(json.loads(text)) == recipe()


def test_the_store_finds_its_entries_with_a_catalogue_that_was_kept() -> None:
    kept = usable(recipe_from_json(recipe_to_json(recipe())).catalogus_volledig, CATALOGUE.parent)
    storage, bounds = Storage(Path("lagen")), (0.0, 0.0, 1.0, 1.0)
    for name, source in load_sources(CATALOGUE).items():
        assert entry_of(storage, kept[name], bounds) == entry_of(storage, source, bounds)


def test_files_of_a_catalogue_count_from_its_folder_and_no_folder_is_told(tmp_path: Path) -> None:
    sources = load_sources(write_world(tmp_path))
    kept = recorded(sources, tmp_path)
    assert kept["panden"].url == "wereld.gpkg"
    assert usable(kept, tmp_path) == sources
    assert str(tmp_path) not in repr(kept)


def test_an_account_without_a_recipe_is_told_as_old() -> None:
    told = recipe_to_json(recipe())
    with pytest.raises(SourceError, match="oudere versie: catalogus_volledig ontbreekt"):
        recipe_from_json({key: value for key, value in told.items() if key != "catalogus_volledig"})
    with pytest.raises(SourceError, match=r"onleesbaar bij opdracht\.termijn_jaren"):
        recipe_from_json(told | {"opdracht": told["opdracht"] | {"termijn_jaren": "lang"}})


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://jan:geheim@kaart.nl/wfs?a=1", "https://***@kaart.nl/wfs?a=1"),
        ("https://kaart.nl/wfs?map=x&apikey=geheim&b=2", "https://kaart.nl/wfs?map=x&apikey=***&b=2"),
        ("https://kaart.nl/wfs?Access_Token=geheim#x", "https://kaart.nl/wfs?Access_Token=***#x"),
        ("https://kaart.nl/a?sv=1&sig=ge%2Fheim", "https://kaart.nl/a?sv=1&sig=***"),
        ("host=db user=jan password='ge heim' dbname=gis", "host=db user=jan password=*** dbname=gis"),
        ("postgresql://jan:geheim@db/gis", "postgresql://***@db/gis"),
        ("service=gis", "service=gis"),
        ("https://kaart.nl/@scope/wfs?typename=a:key", "https://kaart.nl/@scope/wfs?typename=a:key"),
        ("C:/kaarten/jan@werk.gpkg", "C:/kaarten/jan@werk.gpkg"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    assert without_secrets(address) == shown
    assert without_secrets(shown) == shown


def test_no_address_of_the_catalogue_looks_like_a_secret() -> None:
    sources = load_sources(CATALOGUE)
    assert recorded(sources, CATALOGUE.parent) == sources


def test_contents_do_not_change_by_looking_and_do_by_one_cell(tmp_path: Path) -> None:
    package = write_finished(tmp_path / "een.gpkg")
    then = contents_of(package)
    assert {"kandidaten", "bronnen", "layer_styles", "qgis_projects"} <= set(then)
    other = tmp_path / "twee.gpkg"
    shutil.copy(package, other)
    with closing(sqlite3.connect(other)) as database:
        database.execute("pragma user_version = 10301")
        database.execute("vacuum")
        database.commit()
    assert other.read_bytes() != package.read_bytes()
    assert differences(then, contents_of(other)) == []
    with closing(sqlite3.connect(other)) as database, database:
        database.execute("update bronnen set titel = 'Anders' where laag = 'percelen'")
        database.execute("drop table qgis_projects")
    assert differences(then, contents_of(other)) == ["bronnen", "qgis_projects"]


def test_another_file_is_hashed_whole(tmp_path: Path) -> None:
    (tmp_path / "kaart.html").write_bytes(b"abc")
    assert contents_of(tmp_path / "kaart.html") == {
        WHOLE: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    }
    for name in ("weg.html", "weg.gpkg"):
        with pytest.raises(OutputError, match="niet terug te lezen"):
            contents_of(tmp_path / name)


def test_versions_name_what_decides_a_figure() -> None:
    now = versions()
    assert {"locatiescan", "code", "numpy", "shapely", "GEOS", "pyproj", "PROJ", "GDAL"} <= set(now)
    assert all(now.values())
    assert changed_versions(now, now) == []
    assert changed_versions({"GEOS": "1"}, {"GEOS": "2", "PROJ": "3"}) == ["GEOS 1 → 2", "PROJ - → 3"]


def test_a_source_with_a_secret_keeps_none(tmp_path: Path) -> None:
    sources = load_sources(CATALOGUE)
    hidden = {"percelen": replace(sources["percelen"], url="https://jan:geheim@kaart.nl/wfs")}
    assert "geheim" not in json.dumps(recipe_to_json(replace(recipe(), catalogus_volledig=recorded(hidden, tmp_path))))


@pytest.mark.parametrize("rows", [0, 1, 100, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS])
def test_the_hash_of_a_table_stays_what_older_accounts_say(tmp_path, rows):
    table = [(i, f"rij {i}", i / 3) for i in range(rows)]
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as database, database:
        database.execute("create table gpkg_contents (table_name text)")
        database.execute("insert into gpkg_contents values ('t')")
        database.execute("create table t (fid integer primary key, tekst text, getal real)")
        database.executemany("insert into t values (?, ?, ?)", table)
    lists = [orjson.dumps(table[start : start + ROWS]) for start in range(0, rows, ROWS)]
    wanted = hashlib.sha256(b"".join([b'["fid","tekst","getal"]', *lists])).hexdigest()
    assert contents_of(tmp_path / "a.gpkg")["t"] == wanted
