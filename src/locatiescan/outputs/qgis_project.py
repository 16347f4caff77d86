"""The QGIS project that lies inside the GeoPackage: layers in groups, themes, relations and a background."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from locatiescan.crs import RD
from locatiescan.outputs.qgis_contents import Contents, Table
from locatiescan.outputs.qgis_layers import (
    BACKGROUND_ID,
    BACKGROUND_TITLE,
    VERSION,
    background,
    crs,
    layer,
    layer_id,
    relations,
)
from locatiescan.outputs.qgis_style import styles
from locatiescan.outputs.qgis_symbols import as_text, el

PROJECT = "locatiescan"
RESULTS = ("voorstel", "zo_ver_als_het_kan", "indeling", "kandidaten", "transformatie", "percelen")
UNDERLAY: Mapping[str, tuple[str, ...]] = {
    "Natuur en stikstof": ("natura2000", "nnn", "bpl", "stikstof_hexagonen", "grondwaterbescherming"),
    "Regels van gemeente, provincie en rijk": (
        "maatvoering", "bouwvlak", "functieaanduiding", "dubbelbestemming", "gebiedsaanduiding", "lib",
        "hoogtebeperkingen", "mra_landelijk_gebied", "bebouwde_kom",
    ),
    "Topografie": ("gemeentegrens", "haltes", "verblijfsobjecten", "panden", "wegen", "water"),
    "Bestemmingen": ("enkelbestemming",),
}  # fmt: skip
SHOWN = {*RESULTS, "natura2000", "nnn", "bpl", "gemeentegrens", "haltes", "panden", "wegen", "water"}
"""Switched on when the project opens; the rest is one click away."""
THEMES: Mapping[str, tuple[str, set[str]]] = {
    "Planroute": ("Planroute", SHOWN),
    "Oordeel": ("Oordeel", SHOWN),
    "Score": ("Score", SHOWN),
    "Stikstof": ("Stikstof", SHOWN | {"stikstof_hexagonen"}),
    "Bestemmingen": ("", SHOWN - {"bpl", "nnn"} | {"enkelbestemming"}),
}
"""Theme to the style of the candidates (empty for the default) and the layers that are on."""


def project_document(contents: Contents, file_name: str) -> Element:
    """The project.

    Parameters
    ----------
    contents : Contents
    file_name : str
        Name of the GeoPackage: layers are found beside the project, so under this name in the same folder.
    """
    layers = [layer(contents, table, file_name) for table in contents.tables.values()]
    return el(
        "qgis",
        {"version": VERSION, "projectname": contents.title, "saveDateTime": contents.started[:19]},
        el("homePath", {"path": ""}),
        el("title", text=contents.title),
        el("projectCrs", {}, crs(RD)),
        _tree(contents),
        _relations(contents),
        _canvas(contents),
        el("projectlayers", {}, *layers, background()),
        _properties(),
        _themes(contents),
        _described(contents),
    )


def packed(project: Element) -> str:
    """The project as QGIS stores it in a GeoPackage: a zip file, in hexadecimal; the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(f"{PROJECT}.qgs", (1980, 1, 1, 0, 0, 0))
        entry.create_system = 3  # else it differs between Windows and the rest
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, as_text(project))
    return buffer.getvalue().hex()


def _tree(contents: Contents) -> Element:
    tables = contents.tables
    placed = {*RESULTS, *(name for group in UNDERLAY.values() for name in group)}
    own = [name for name, table in tables.items() if table.spatial and name not in placed]
    underlay = [_group(title, _leaves(tables, names)) for title, names in UNDERLAY.items()]
    underlay.insert(0, _group("Eigen lagen", _leaves(tables, own)))
    bare = [name for name, table in tables.items() if not table.spatial]
    warning = " – FICTIEVE GEGEVENS" if contents.fictitious else ""
    groups = [
        _group(f"Kandidaten{warning}", _leaves(tables, RESULTS)),
        _group("Onderlegger", [*filter(len, underlay), _leaf(BACKGROUND_ID, BACKGROUND_TITLE, False)]),
        _group("Tabellen", _leaves(tables, bare), expanded=False),
    ]
    return el("layer-tree-group", {}, *filter(len, groups))


def _group(title: str, leaves: Iterable[Element], expanded: bool = True) -> Element:
    return el("layer-tree-group", {"name": title, "checked": "Qt::Checked", "expanded": int(expanded)}, *leaves)


def _leaves(tables: Mapping[str, Table], names: Iterable[str]) -> list[Element]:
    return [
        _leaf(layer_id(name), tables[name].title, name in SHOWN, name in RESULTS) for name in names if name in tables
    ]


def _leaf(key: str, title: str, shown: bool, expanded: bool = False) -> Element:
    checked = "Qt::Checked" if shown else "Qt::Unchecked"
    return el("layer-tree-layer", {"id": key, "name": title, "checked": checked, "expanded": int(expanded)})


def _relations(contents: Contents) -> Element:
    return el(
        "relations",
        {},
        *(
            el(
                "relation",
                {
                    "id": key,
                    "name": title,
                    "strength": "Association",
                    "referencedLayer": layer_id(parent),
                    "referencingLayer": layer_id(child),
                },
                el("fieldRef", {"referencedField": "locatie_id", "referencingField": "locatie_id"}),
            )
            for key, (parent, child, title) in relations(contents).items()
        ),
    )


def _canvas(contents: Contents) -> Element:
    """What is in view when the project opens: the municipality."""
    tables = contents.tables
    places = [tables[name].extent for name in ("gemeentegrens", "percelen", *RESULTS[:2]) if name in tables]
    found = next(filter(None, places), None)
    corners = zip(("xmin", "ymin", "xmax", "ymax"), found or (), strict=False)
    extent = el("extent", {}, *(el(key, text=repr(float(value))) for key, value in corners))
    return el(
        "mapcanvas", {"name": "theMapCanvas"}, el("units", text="meters"), extent, el("destinationsrs", {}, crs(RD))
    )


def _properties() -> Element:
    return el(
        "properties",
        {},
        el("Paths", {}, el("Absolute", {"type": "bool"}, text="false")),
        el("SpatialRefSys", {}, el("ProjectionsEnabled", {"type": "int"}, text="1")),
        el(
            "Measurement",
            {},
            el("AreaUnits", {"type": "QString"}, text="m2"),
            el("DistanceUnits", {"type": "QString"}, text="meters"),
        ),
    )


def _themes(contents: Contents) -> Element:
    candidates = list(styles(contents.tables["kandidaten"])) if "kandidaten" in contents.tables else []
    return el(
        "visibility-presets",
        {},
        *(
            _theme(contents, name, wanted or candidates[0], shown)
            for name, (wanted, shown) in THEMES.items()
            if candidates and (not wanted or wanted in candidates)
        ),
    )


def _theme(contents: Contents, name: str, wanted: str, shown: set[str]) -> Element:
    preset = el("visibility-preset", {"name": name, "has-expanded-info": 0, "has-checked-group-info": 0})
    for table in contents.tables.values():
        if table.spatial and table.name in shown:
            style = wanted if table.name == "kandidaten" else next(iter(styles(table)))
            preset.append(el("layer", {"id": layer_id(table.name), "visible": 1, "expanded": 0, "style": style}))
    return preset


def _described(contents: Contents) -> Element:
    credits = sorted({table.credit for table in contents.tables.values() if table.credit})
    account = contents.account
    lines = [account.get(key, "") for key in ("let op", "aard", "uitkomst", "ontbrekende lagen")]
    parts = {
        "identifier": PROJECT,
        "language": "nld",
        "title": contents.title,
        "abstract": "\n".join(filter(None, lines)),
        "rights": "; ".join(credits),
        "creation": contents.started[:19],
    }
    return el("projectMetadata", {}, *(el(key, text=text) for key, text in parts.items()))
