"""Layers as QGIS keeps them: each with its styles, words and metadata, and what hangs on what."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element

import pyproj

from locatiescan.crs import RD, WEB
from locatiescan.outputs.qgis_contents import Contents, Table
from locatiescan.outputs.qgis_form import explained
from locatiescan.outputs.qgis_style import SCALES, styles
from locatiescan.outputs.qgis_symbols import el

VERSION = "3.22.0-locatiescan"
BACKGROUND_TITLE = "Achtergrondkaart van PDOK (vraagt internet)"
BACKGROUND_ID = "locatiescan-achtergrond"
# As XYZ and not as WMTS: a WMTS that cannot be reached makes QGIS ask for a repair on opening, this does not.
TILES = f"https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/{WEB}/{{z}}/{{x}}/{{y}}.png"
BACKGROUND = f"type=xyz&zmin=0&zmax=19&url={TILES}"
WITH_PLACES = ("planroutes", "vlaggen", "producten", "indeling", "percelen")
"""Tables with a row or more for each location."""
PARENTS = ("kandidaten", "transformatie")
EMPTY: Mapping[str, str] = MappingProxyType({})


def layer_id(name: str) -> str:
    """Id of a layer in the project; QGIS silently drops a layer whose id is ten characters or less."""
    return f"locatiescan_{name}"


def relations(contents: Contents) -> dict[str, tuple[str, str, str]]:
    """Id of each relation to parent, child and title: what hangs on a location by its ``locatie_id``."""
    tables = contents.tables
    return {
        f"locatiescan_{parent}_{child}": (parent, child, tables[child].title)
        for parent in PARENTS
        for child in WITH_PLACES
        if all(name in tables and "locatie_id" in tables[name].columns for name in (parent, child))
        and not (parent == "transformatie" and tables[child].spatial)
    }


def hanging(contents: Contents, name: str) -> dict[str, str]:
    """Relations in which other tables hang on this one: id to title."""
    return {key: title for key, (parent, _, title) in relations(contents).items() if parent == name}


def style_document(table: Table, parts: list[Element], hung: Mapping[str, str] = EMPTY) -> Element:
    """One named style of a layer (QML).

    Parameters
    ----------
    table : Table
    parts : list of Element
        Renderer and labels, as `styles` gives them.
    hung : mapping
        Relations that its form shows; outside a project there are none.
    """
    root = el("qgis", {"version": VERSION, "styleCategories": "AllStyleCategories", **_drawn(table, parts)})
    root.extend([*parts, *explained(table, hung)])
    return root


def _drawn(table: Table, parts: list[Element]) -> dict[str, object]:
    """Attributes that a style and a layer in a project share."""
    far = SCALES.get(table.name, 0)
    return {
        "labelsEnabled": int(any(part.tag == "labeling" for part in parts)),
        "hasScaleBasedVisibilityFlag": int(bool(far)),
        "minScale": far or 100_000_000,
        "maxScale": 0,
        "simplifyDrawingHints": 1,
        "simplifyLocal": 1,
    }


def crs(code: str) -> Element:
    """A reference system as QGIS wants it: without its text and some number of QGIS's own it is passed over."""
    parts = {"wkt": pyproj.CRS(code).to_wkt(), "srsid": "1", "srid": code.split(":")[1], "authid": code}
    return el("spatialrefsys", {}, *(el(name, text=text) for name, text in parts.items()))


def layer(contents: Contents, table: Table, file_name: str) -> Element:
    """A layer or table in a project, with all its styles: a project does not look at ``layer_styles``."""
    named = styles(table)
    hung = hanging(contents, table.name)
    first, *others = named or [""]
    parts = list(named.get(first, []))
    stored = [el("map-layer-style", {"name": first or "default"})]
    stored += [el("map-layer-style", {"name": name}, style_document(table, named[name], hung)) for name in others]
    kind = {"type": "vector", "geometry": table.shape or "No geometry"} | _drawn(table, parts)
    return el(
        "maplayer",
        kind,
        el("id", text=layer_id(table.name)),
        el("datasource", text=f"./{file_name}|layername={table.name}"),
        el("layername", text=table.title),
        el("title", text=table.title),
        el("attribution", text=table.credit),
        *([el("srs", {}, crs(RD))] if table.spatial else []),
        metadata_document(table, "resourceMetadata"),
        el("provider", {"encoding": "UTF-8"}, text="ogr"),
        el("map-layer-style-manager", {"current": first or "default"}, *stored),
        *parts,
        *explained(table, hung),
    )


def metadata_document(table: Table, tag: str = "qgis") -> Element:
    """Title, credit line, licence and date of a layer, in QGIS's own form."""
    credit = f"Bron: {table.credit}" if table.credit else ""
    when = f"stand {table.fetched[:10]}" if table.fetched else ""
    parts = {
        "identifier": table.name,
        "language": "nld",
        "type": "dataset",
        "title": table.title,
        "abstract": "; ".join(filter(None, (credit, when))),
        "license": table.licence,
        "rights": table.credit,
    }
    return el(
        tag, {"version": VERSION} if tag == "qgis" else {}, *(el(key, text=text) for key, text in parts.items() if text)
    )


def background() -> Element:
    """The grey topographic map of PDOK, the one layer that needs a network."""
    return el(
        "maplayer",
        {"type": "raster"},
        el("id", text=BACKGROUND_ID),
        el("datasource", text=BACKGROUND),
        el("layername", text=BACKGROUND_TITLE),
        el("srs", {}, crs(WEB)),
        el("attribution", text="Kadaster, BRT-achtergrondkaart, via PDOK (CC BY 4.0)"),
        el("provider", text="wms"),
        el("pipe", {}, el("rasterrenderer", {"type": "singlebandcolordata", "band": 1, "opacity": 1})),
    )
