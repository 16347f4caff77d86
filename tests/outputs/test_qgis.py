"""Styles, project and metadata in the GeoPackage, as files: what QGIS itself makes of them is in test_qgis_opens."""

from __future__ import annotations

import io
import itertools
import json
import sqlite3
import zipfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring

from locatiescan.errors import OutputError
from locatiescan.outputs.qgis import add_qgis
from locatiescan.outputs.qgis_contents import Table
from locatiescan.outputs.qgis_form import tip
from locatiescan.outputs.qgis_style import DRAWN, NITROGEN_LOOKS, ROUTE_LOOKS, ZONES, styles
from locatiescan.outputs.qgis_words import alias, meanings, tabs
from support.finished import HOSTILE, STARTED, write_finished

SAID = HOSTILE.replace("\x07", "")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_finished(tmp_path_factory.mktemp("klaar") / "proef.gpkg")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that answered nothing."""
    return write_finished(tmp_path_factory.mktemp("kaal") / "proef.gpkg", answered=False)


def asked(path: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def tables(path: Path) -> set[str]:
    return {name for (name,) in asked(path, "select table_name from gpkg_contents")} - {"layer_styles"}


def project(path: Path) -> Element:
    [(content,)] = asked(path, "select content from qgis_projects where name = 'locatiescan'")
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as archive:
        assert archive.namelist() == ["locatiescan.qgs"]
        return fromstring(archive.read("locatiescan.qgs"))


def style_names(path: Path, layer: str) -> list[str]:
    """The default first."""
    rows = asked(path, "select styleName, f_table_name from layer_styles order by useAsDefault desc, id")
    return [name for name, table in rows if table == layer]


def test_every_table_has_exactly_one_default_style(finished: Path) -> None:
    rows = asked(
        finished, "select f_table_name, f_table_catalog, f_table_schema, useAsDefault, styleQML from layer_styles"
    )
    tables = [name for (name,) in asked(finished, "select table_name from gpkg_contents")]
    assert Counter(row[0] for row in rows if row[3]) == Counter(name for name in tables if name != "layer_styles")
    assert {row[1:3] for row in rows} == {("", "")}  # NULL would hide the style from QGIS
    assert all(fromstring(row[4]).tag == "qgis" for row in rows)


def test_candidates_are_drawn_by_what_is_known_of_them(finished: Path, bare: Path) -> None:
    assert style_names(finished, "kandidaten") == ["Planroute", "Oordeel", "Stikstof", "Score"]
    assert style_names(bare, "kandidaten") == ["Oordeel", "Score"]
    themes = [[theme.get("name") for theme in project(path).iter("visibility-preset")] for path in (finished, bare)]
    assert themes[0] == ["Planroute", "Oordeel", "Score", "Stikstof", "Bestemmingen"]
    assert themes[1] == ["Oordeel", "Score", "Bestemmingen"]
    assert project(bare).findall("relations/relation[@id='locatiescan_kandidaten_percelen']")


def test_a_layer_without_any_column_is_still_drawn() -> None:
    for name in (*DRAWN, "kandidaten", "eigen_laag"):
        for shape in ("Polygon", "Line", "Point"):
            if name == "eigen_laag" or shape == "Polygon":
                found = styles(Table(name, name, (), shape))
                assert [part.tag for parts in found.values() for part in parts] == ["renderer-v2"]


def test_the_tree_holds_every_table_once_and_points_at_this_file(finished: Path) -> None:
    document = project(finished)
    layers = {layer.findtext("id"): layer.findtext("datasource") or "" for layer in document.iter("maplayer")}
    leaves = [leaf.get("id") for leaf in document.iter("layer-tree-layer")]
    assert sorted(leaves) == sorted(layers)
    assert all(len(key) > 10 for key in layers)  # QGIS drops shorter ones without a word
    sources = [source for key, source in layers.items() if key != "locatiescan-achtergrond"]
    assert sorted(sources) == sorted(f"./proef.gpkg|layername={name}" for name in tables(finished))
    [background] = document.findall(".//layer-tree-layer[@id='locatiescan-achtergrond']")
    assert background.get("checked") == "Qt::Unchecked"


def test_texts_of_others_are_text(finished: Path) -> None:
    document = project(finished)
    assert document.findtext("title") == f"Locatiescan {SAID} (GM0001) – FICTIEVE GEGEVENS"
    assert SAID in {layer.findtext("layername") for layer in document.iter("maplayer")}
    assert not list(document.iter("b"))
    [(kept,)] = asked(finished, "select description from gpkg_contents where table_name = 'eigen_laag'")
    assert kept == f"{HOSTILE}; eigen bestand"


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = (write_finished(tmp_path / name / "proef.gpkg") for name in ("een", "twee"))
    assert one.read_bytes() == other.read_bytes()
    assert {row[0] for row in asked(one, "select last_change from gpkg_contents")} == {"2026-11-23T10:11:12.000Z"}
    assert {row[0] for row in asked(one, "select update_time from layer_styles")} == {"2026-11-23T10:11:12.000Z"}
    [(about,)] = asked(one, "select metadata from qgis_projects")
    assert json.loads(about)["last_modified_time"] == STARTED[:19]


def test_done_again_under_another_name_only_the_name_differs(finished: Path, tmp_path: Path) -> None:
    copy = tmp_path / "ander.gpkg"
    copy.write_bytes(finished.read_bytes())
    add_qgis(copy, copy.name)
    again, before = (
        [(layer.findtext("id"), layer.findtext("datasource")) for layer in project(path).iter("maplayer")]
        for path in (copy, finished)
    )
    assert again == [(key, source.replace("proef.gpkg", "ander.gpkg")) for key, source in before]
    same = "select * from layer_styles", "select * from gpkg_metadata_reference", "select * from gpkg_extensions"
    assert [asked(copy, query) for query in same] == [asked(finished, query) for query in same]


def test_every_layer_carries_its_credit_line(finished: Path) -> None:
    rows = asked(
        finished,
        "select table_name, metadata from gpkg_metadata_reference join gpkg_metadata on gpkg_metadata.id = md_file_id",
    )
    rights = {name: fromstring(text).findtext("rights") for name, text in rows}
    assert rights["percelen"] == "Kadaster & PDOK"
    assert rights["kandidaten"] == "locatiescan, berekend uit de lagen in de tabel bronnen"
    assert set(rights) == {name for (name,) in asked(finished, "select table_name from gpkg_contents")} - {
        "layer_styles"
    }


def test_what_is_no_geopackage_is_told(tmp_path: Path) -> None:
    (tmp_path / "leeg.gpkg").write_text("geen geopackage, en lang genoeg om er geen te zijn" * 20)
    with pytest.raises(OutputError, match="stijlen en project"):
        add_qgis(tmp_path / "leeg.gpkg", "leeg.gpkg")


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("halte_afstand_m", "Halte afstand (m)"),
        ("vrij_m2_oordeel", "Oordeel: vrije grond (m²)"),
        ("halte_afstand_m_score", "Score: halte afstand (m)"),
        ("score_starters", "Score voor starters"),
        ("stikstof_mol_ha_jr", "Stikstof (mol/ha/jr)"),
        ("planroute_oordeel", "Oordeel over de planroute"),
        ("m2", "M2"),
    ],
)
def test_columns_have_dutch_names_with_their_unit(column: str, said: str) -> None:
    assert alias(column) == said


def test_each_column_stands_on_one_tab() -> None:
    columns = ("vrij_m2", "score", "samenvatting", "planroute_oordeel", "woningen", "kdw_mol_ha_jr", "vrij_m2_oordeel",
               "rang", "score_starters", "stikstof_afstand_m_score", "sectie")  # fmt: skip
    found = tabs(columns)
    assert sorted(itertools.chain(*found.values())) == sorted(columns)
    assert list(found) == [
        "Waarom", "Planroute", "Woningen", "Stikstof en natuur", "Scores en oordelen", "Overige gegevens",
    ]  # fmt: skip
    assert found["Waarom"] == ["rang", "score", "samenvatting"]
    assert found["Scores en oordelen"] == ["vrij_m2_oordeel", "score_starters", "stikstof_afstand_m_score"]


def test_only_verdicts_have_meanings() -> None:
    assert meanings("vrij_m2_oordeel")["onbekend"] == "onbekend, nog uit te zoeken"
    assert set(meanings("planroute_oordeel")) == {"open", "handmatig toetsen", "dicht"}
    assert meanings("bestemming") == {}


def test_the_tip_speaks_of_columns_that_are_there() -> None:
    assert "samenvatting" in tip(Table("kandidaten", "", ("locatie_id", "samenvatting"), "Polygon"))
    assert "samenvatting" not in tip(Table("percelen", "", ("perceel_id", "afgewezen_door"), "Polygon"))


# Viénot, Brettel and Mollon 1999, on linear light: what is left for who lacks one kind of cone
SEEN = {
    "protanopia": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deuteranopia": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}


@pytest.mark.parametrize("lacking", [None, *SEEN])
@pytest.mark.parametrize("looks", [ROUTE_LOOKS, NITROGEN_LOOKS], ids=["planroute", "stikstof"])
def test_classes_are_told_apart_by_the_colour_blind(looks: dict, lacking: str | None) -> None:
    codes = np.array([[int(look.fill[i : i + 2], 16) for i in (1, 3, 5)] for look in looks.values()]) / 255
    light = codes**2.2 @ np.array(SEEN[lacking] if lacking else np.eye(3)).T
    colours = np.clip(light, 0, 1) ** (1 / 2.2)
    gaps = [np.linalg.norm(one - other) for one, other in itertools.combinations(colours, 2)]
    assert min(gaps) > 0.2


@pytest.mark.parametrize("looks", [ROUTE_LOOKS, NITROGEN_LOOKS], ids=["planroute", "stikstof"])
def test_classes_are_told_apart_without_colour(looks: dict) -> None:
    assert len({look.mark for look in looks.values()}) == len(looks)
    patterns = [tuple(part.get("class") for part in look.pattern(look.ink)) for look in looks.values()]
    assert len(set(patterns)) == len(looks)


def test_every_group_of_imro_has_a_colour_of_its_own() -> None:
    assert len(ZONES) == len(set(ZONES.values())) == 23
