"""Make a GeoPackage open in QGIS as a finished map: default styles, a project and metadata, all inside the file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import Element

import pandas as pd
import pyogrio

from locatiescan.errors import OutputError
from locatiescan.outputs.qgis_contents import Contents, Table, read_contents
from locatiescan.outputs.qgis_layers import metadata_document, style_document
from locatiescan.outputs.qgis_project import PROJECT, packed, project_document
from locatiescan.outputs.qgis_style import styles
from locatiescan.outputs.qgis_symbols import as_text

# Types in capitals, and exactly these: validators compare them letter by letter.
METADATA = (
    """CREATE TABLE IF NOT EXISTS gpkg_metadata (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml',
  metadata TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (
  reference_scope TEXT NOT NULL,
  table_name TEXT,
  column_name TEXT,
  row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))""",
)
METADATA_SPEC = "http://www.geopackage.org/spec120/#extension_metadata"
QGIS_METADATA = "http://mrcc.com/qgis.dtd"


def add_qgis(path: Path, file_name: str) -> None:
    """Add styles, a project and metadata to a GeoPackage that is otherwise finished.

    All is made from what the file itself holds, so it can be done again: on a file that was given another name the
    project no longer finds its layers, and this mends it.

    Parameters
    ----------
    path : Path
        The GeoPackage.
    file_name : str
        Name that the file will have: the project looks for its layers under it.

    Raises
    ------
    OutputError
        If the file cannot be read or written.
    """
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("drop table if exists qgis_projects")
            contents = read_contents(database)
            database.commit()
        _write_styles(path, contents)
        with closing(sqlite3.connect(path)) as database, database:
            _write_project(database, contents, file_name)
            _write_metadata(database, contents)
            _date(database, contents)
    except sqlite3.Error as error:
        raise OutputError(f"{path}: stijlen en project voor QGIS zijn niet te schrijven: {error}") from error


def _write_styles(path: Path, contents: Contents) -> None:
    """Table ``layer_styles``, as QGIS makes it; exactly one default for each layer, or QGIS picks one itself."""
    rows = [
        _style_row(table, name, parts, number == 0)
        for table in contents.tables.values()
        for number, (name, parts) in enumerate((styles(table) or {"Standaard": []}).items())
    ]
    frame = pd.DataFrame(rows).assign(update_time=pd.to_datetime(contents.started, utc=True))
    pyogrio.write_dataframe(
        frame, path, layer="layer_styles", driver="GPKG", use_arrow=True, layer_options={"FID": "id"}
    )


def _style_row(table: Table, name: str, parts: list[Element], default: bool) -> dict[str, object]:
    return {
        "f_table_catalog": "",  # empty, not absent: QGIS does not find the style otherwise
        "f_table_schema": "",
        "f_table_name": table.name,
        "f_geometry_column": "geom" if table.spatial else "",
        "styleName": name,
        "styleQML": as_text(style_document(table, parts)),
        "styleSLD": "",
        "useAsDefault": default,
        "description": f"{table.title}: {name}",
        "owner": "",
        "ui": "",
    }


def _write_project(database: sqlite3.Connection, contents: Contents, file_name: str) -> None:
    database.execute("create table qgis_projects(name TEXT PRIMARY KEY, metadata BLOB, content BLOB)")
    about = {"last_modified_time": contents.started[:19], "last_modified_user": "locatiescan"}
    content = packed(project_document(contents, file_name))
    # both as text, though the columns are of bytes: so QGIS writes and reads them
    database.execute("insert into qgis_projects values (?, ?, ?)", (PROJECT, json.dumps(about), content))


def _write_metadata(database: sqlite3.Connection, contents: Contents) -> None:
    """Title, credit line and licence of each layer; also what QGIS shows as the properties of a layer."""
    for statement in METADATA:
        database.execute(statement)
    database.execute("delete from gpkg_metadata_reference")
    database.execute("delete from gpkg_metadata")
    database.execute("delete from gpkg_extensions where extension_name = 'gpkg_metadata'")
    database.executemany(
        "insert into gpkg_extensions values (?, null, 'gpkg_metadata', ?, 'read-write')",
        [(name, METADATA_SPEC) for name in ("gpkg_metadata", "gpkg_metadata_reference")],
    )
    for number, table in enumerate(contents.tables.values(), 1):
        database.execute(
            "insert into gpkg_metadata values (?, 'dataset', ?, 'text/xml', ?)",
            (number, QGIS_METADATA, as_text(metadata_document(table))),
        )
        database.execute(
            "insert into gpkg_metadata_reference values ('table', ?, null, null, ?, ?, null)",
            (table.name, _moment(contents), number),
        )
        told = "; ".join(filter(None, (table.title, table.credit)))
        database.execute("update gpkg_contents set description = ? where table_name = ?", (told, table.name))


def _date(database: sqlite3.Connection, contents: Contents) -> None:
    """Date every table with the run, not with the clock: the same run gives the same bytes."""
    database.execute("update gpkg_contents set last_change = ?", (_moment(contents),))


def _moment(contents: Contents) -> str:
    """The run's start as GeoPackage wants it."""
    return pd.to_datetime(contents.started, utc=True).strftime("%Y-%m-%dT%H:%M:%S.000Z")
