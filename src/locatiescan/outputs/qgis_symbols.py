"""The XML in which QGIS keeps symbols, renderers and labels. Text is escaped by the tree it is put in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element, tostring

# What XML 1.0 cannot hold at all: one such character, and QGIS reads nothing of the file.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def el(tag: str, attributes: Mapping[str, object] | None = None, *children: Element, text: str = "") -> Element:
    """An element; what cannot stand in XML is left out of its texts."""
    element = Element(tag, {key: clean(str(value)) for key, value in (attributes or {}).items()})
    element.extend(children)
    if text:
        element.text = clean(text)
    return element


def clean(text: str) -> str:
    """Text without characters that XML cannot hold."""
    return FORBIDDEN.sub("", text)


def as_text(root: Element) -> str:
    """The file as QGIS reads it."""
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def options(values: Mapping[str, object], name: str = "") -> Element:
    """A map of settings, which may hold maps and lists itself."""
    attributes = {"type": "Map"} | ({"name": name} if name else {})
    return el("Option", attributes, *(_option(key, value) for key, value in values.items()))


def _option(name: str, value: object) -> Element:
    if isinstance(value, Mapping):
        return options(value, name)
    if isinstance(value, list):
        return el("Option", {"type": "List", "name": name}, *(options(item) for item in value))
    kind = "bool" if isinstance(value, bool) else "int" if isinstance(value, int) else "QString"
    return el("Option", {"type": kind, "name": name, "value": str(value).lower() if kind == "bool" else value})


def colour(code: str, opacity: float = 1.0) -> str:
    """``#rrggbb`` as QGIS writes it."""
    red, green, blue = (int(code[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def _part(kind: str, properties: Mapping[str, object], *inner: Element, when: str = "") -> Element:
    """One layer of a symbol; `when` is the expression under which it is drawn."""
    active = {"enabled": {"active": True, "expression": when, "type": 3}} if when else {}
    rule = {"name": "", "properties": active, "type": "collection"}
    attributes = {"class": kind, "enabled": 1, "locked": 0, "pass": 0}
    return el("layer", attributes, options(properties), el("data_defined_properties", {}, options(rule)), *inner)


def area(fill: str = "", outline: str = "", width: float = 0.26, opacity: float = 1.0, dash: str = "solid") -> Element:
    """A plain polygon; an empty colour leaves out the fill or the outline. Widths are millimetres."""
    return _part(
        "SimpleFill",
        {
            "color": colour(fill or "#ffffff", opacity),
            "style": "solid" if fill else "no",
            "outline_color": colour(outline or "#000000"),
            "outline_style": dash if outline else "no",
            "outline_width": width,
            "outline_width_unit": "MM",
            "joinstyle": "bevel",
        },
    )


def hatch(stroke: str, angle: int = 45, distance: float = 2.0, width: float = 0.3) -> Element:
    """Parallel lines in a polygon, `distance` millimetres apart."""
    inner = symbol("line", [line(stroke, width)], "hatch")
    properties = {"angle": angle, "distance": distance, "distance_unit": "MM", "color": colour(stroke)}
    return _part("LinePatternFill", properties, inner)


def dots(fill: str, distance: float = 2.5, size: float = 0.7) -> Element:
    """Dots in a polygon, `distance` millimetres apart."""
    inner = symbol("marker", [mark("circle", fill, size)], "dots")
    spread = {"distance_x": distance, "distance_y": distance, "displacement_x": distance / 2}
    return _part("PointPatternFill", spread | {f"{key}_unit": "MM" for key in spread}, inner)


def in_middle(shape: str, fill: str, size: float, when: str) -> Element:
    """A mark in the middle of a polygon that would be too small to see."""
    inner = symbol("marker", [mark(shape, fill, size, "#ffffff", 0.25)], "middle")
    return _part("CentroidFill", {"point_on_surface": 1, "point_on_all_parts": 0}, inner, when=when)


def line(stroke: str, width: float = 0.26, dash: str = "solid") -> Element:
    """A plain line."""
    return _part(
        "SimpleLine",
        {"line_color": colour(stroke), "line_width": width, "line_width_unit": "MM", "line_style": dash},
    )


def mark(shape: str, fill: str, size: float, outline: str = "", width: float = 0.2) -> Element:
    """A plain mark on a point."""
    return _part(
        "SimpleMarker",
        {
            "name": shape,
            "color": colour(fill),
            "size": size,
            "size_unit": "MM",
            "outline_color": colour(outline or fill),
            "outline_style": "solid" if outline else "no",
            "outline_width": width,
            "outline_width_unit": "MM",
        },
    )


def symbol(kind: str, parts: Iterable[Element], name: str = "0") -> Element:
    """A symbol for ``fill``, ``line`` or ``marker``; later parts lie over earlier ones."""
    return el("symbol", {"type": kind, "name": name, "alpha": 1, "clip_to_extent": 1, "force_rhr": 0}, *parts)


def single(drawn: Element) -> Element:
    """One symbol for all."""
    return _renderer("singleSymbol", {}, [drawn])


def categorised(field: str, classes: Sequence[tuple[str, str, Element]]) -> Element:
    """A symbol for each value: value, label, symbol; the value ``""`` stands for all others and for none."""
    rows = [
        el("category", {"value": value, "label": label, "symbol": number, "render": "true"})
        for number, (value, label, _) in enumerate(classes)
    ]
    return _renderer("categorizedSymbol", {"attr": field}, [row[2] for row in classes], el("categories", {}, *rows))


def graduated(field: str, classes: Sequence[tuple[float, float, str, Element]]) -> Element:
    """A symbol for each range: lower, upper, label, symbol."""
    rows = [
        el("range", {"lower": low, "upper": high, "label": label, "symbol": number, "render": "true"})
        for number, (low, high, label, _) in enumerate(classes)
    ]
    how = {"attr": field, "graduatedMethod": "GraduatedColor"}
    return _renderer("graduatedSymbol", how, [row[3] for row in classes], el("ranges", {}, *rows))


def _renderer(kind: str, attributes: Mapping[str, object], symbols: Sequence[Element], *classes: Element) -> Element:
    for number, drawn in enumerate(symbols):
        drawn.set("name", str(number))
    common = {"type": kind, "symbollevels": 0, "enableorderby": 0, "forceraster": 0}
    return el("renderer-v2", {**common, **attributes}, *classes, el("symbols", {}, *symbols))


def drawn_last(renderer: Element, column: str) -> Element:
    """The renderer, with the features of the lowest value on top of the others."""
    order = el("orderByClause", {"asc": 0, "nullsFirst": 1}, text=f'"{column}"')
    renderer.append(el("orderby", {}, order))
    renderer.set("enableorderby", "1")
    return renderer


def label(expression: str, size: float = 8, ink: str = "#1a2027", from_scale: int = 0, bold: bool = False) -> Element:
    """Level labels with a white halo, in or at a feature; from 1 : `from_scale` in, where that is given."""
    style = {
        "fieldName": expression,
        "isExpression": 1,
        "fontSize": size,
        "fontSizeUnit": "Point",
        "fontWeight": 75 if bold else 50,
        "textColor": colour(ink),
        "textOpacity": 1,
        "namedStyle": "Bold" if bold else "",
    }
    halo = {"bufferDraw": 1, "bufferSize": 0.8, "bufferSizeUnits": "MM", "bufferColor": colour("#ffffff"),
            "bufferOpacity": 1, "bufferNoFill": 1, "bufferJoinStyle": 128}  # fmt: skip
    place = {"placement": 4, "dist": 0.8, "distUnits": "MM", "fitInPolygonOnly": 0, "priority": 6}
    scale = {"scaleVisibility": int(bool(from_scale)), "scaleMin": 0, "scaleMax": from_scale or 1e8}
    shown = {"drawLabels": 1, "obstacle": 0, "displayAll": 0} | scale
    text = el("text-style", style, el("text-buffer", halo))
    settings = el(
        "settings",
        {},
        text,
        el("text-format", {"multilineAlign": 0}),
        el("placement", place),
        el("rendering", shown),
    )
    return el("labeling", {"type": "simple"}, settings)
