"""What QGIS says of a feature: aliases, meanings of values, the form with its tabs, and the tip on the map."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from locatiescan.outputs.qgis_contents import Table
from locatiescan.outputs.qgis_symbols import el, options
from locatiescan.outputs.qgis_words import LONG_TEXT, alias, meanings, tabs

# What identifies a feature, first that is there
NAMES = ("locatie_id", "perceel_id", "pand_id", "straatnaam", "naam", "bestemming_naam", "bestemming")
# Told in the tip, with the heading above it; None for the paragraph that needs none
TIPS = (
    ("samenvatting", None),
    ("weten_wij_niet", "Nog uit te zoeken"),
    ("planroute_reden", "Waarom dit oordeel over de planroute"),
    ("afgewezen_door", "Afgewezen door"),
    ("toegelaten_door", "Toch toegelaten door"),
    ("onbekend", "Onbekend bij"),
    ("vlaggen", "Aandachtspunten"),
)


def explained(table: Table, relations: Mapping[str, str]) -> list[Element]:
    """Everything about words: what stands beside the renderer in a style.

    Parameters
    ----------
    table : Table
    relations : mapping
        Ids of the relations in which other tables hang on this one, to their titles.
    """
    return [
        el("fieldConfiguration", {}, *(_field(column) for column in table.columns)),
        el("aliases", {}, *(el("alias", {"field": name, "name": alias(name)}) for name in table.columns)),
        el("editorlayout", text="tablayout"),
        _form(table, relations),
        el("previewExpression", text=_name(table)),
        *([el("mapTip", {"enabled": 1}, text=tip(table))] if table.spatial else []),
    ]


def _field(column: str) -> Element:
    if meant := meanings(column):
        # QGIS maps what is shown to what is stored
        setup, settings = "ValueMap", {"map": [{shown: value} for value, shown in meant.items()]}
    elif column in LONG_TEXT:
        setup, settings = "TextEdit", {"IsMultiline": True, "UseHtml": False}
    else:
        setup, settings = "", {}
    widget = el("editWidget", {"type": setup}, el("config", {}, options(settings)))
    return el("field", {"name": column, "configurationFlags": "None"}, widget)


def _form(table: Table, relations: Mapping[str, str]) -> Element:
    pages = [_page(name, [_input(table, column) for column in found]) for name, found in tabs(table.columns).items()]
    pages += [_page(title, [_hanging(name)]) for name, title in relations.items()]
    return el("attributeEditorForm", {}, *pages)


def _page(name: str, children: list[Element]) -> Element:
    return el(
        "attributeEditorContainer",
        {"name": name, "columnCount": 1, "groupBox": 0, "showLabel": 1, "visibilityExpressionEnabled": 0},
        *children,
    )


def _input(table: Table, column: str) -> Element:
    index = table.columns.index(column) + 1  # the key comes first
    return el("attributeEditorField", {"name": column, "index": index, "showLabel": 1})


def _hanging(name: str) -> Element:
    attributes = {"name": name, "relation": name, "showLabel": 0, "relationWidgetTypeId": "relation_editor"}
    return el("attributeEditorRelation", attributes, el("editor_configuration"))


def _name(table: Table) -> str:
    found = next((name for name in NAMES if name in table.columns), "")
    return f'"{found}"' if found else ""


def tip(table: Table) -> str:
    """HTML of the map tip: the why of one feature, in what columns there are.

    Values come from files and services of others, so they are escaped where QGIS fills them in.
    """
    parts = [f"<b>{_value(name)}</b>" for name in NAMES if name in table.columns][:1]
    if "rang" in table.columns:
        parts.insert(0, _if_known("rang", f"'<b>Rang ' || {_escaped('rang')} || '</b> '"))
    if "score" in table.columns:
        parts.append(_if_known("score", """' – score ' || round("score", 1)"""))
    if "woningen" in table.columns:
        parts.append(_if_known("woningen", f"' – ' || {_escaped('woningen')} || ' woningen'"))
    told = [_told(column, heading) for column, heading in TIPS if column in table.columns]
    return f'<div style="width: 26em; font-family: sans-serif">{" ".join(parts)}{"".join(told)}</div>'


def _told(column: str, heading: str | None) -> str:
    above = f"<b>{heading}</b><br>" if heading else ""
    return _if_known(column, f"'<p>{above}' || {_escaped(column)} || '</p>'")


def _value(column: str) -> str:
    return f"[% coalesce({_escaped(column)}, '') %]"


def _if_known(column: str, said: str) -> str:
    return f"""[% if(coalesce(to_string("{column}"), '') = '', '', {said}) %]"""


def _escaped(column: str) -> str:
    """Expression for a value as text that is no HTML, lines kept apart."""
    said = f'to_string("{column}")'
    for sign, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\\n", "<br>")):
        said = f"replace({said}, '{sign}', '{safe}')"
    return said
