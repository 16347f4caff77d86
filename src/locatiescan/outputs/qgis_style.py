"""How each layer is drawn. No meaning hangs on colour alone: classes also differ in pattern, mark and lightness."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from locatiescan.outputs.qgis_contents import Table
from locatiescan.outputs.qgis_symbols import (
    area,
    categorised,
    dots,
    drawn_last,
    graduated,
    hatch,
    in_middle,
    label,
    line,
    mark,
    single,
    symbol,
)
from locatiescan.outputs.qgis_words import LAYOUT, NITROGEN, OTHER, PARCELS, ROUTES, SETS, SITES, VACANCY

Parts = list[Element]

FAR = "@map_scale > 20000"
"""When a candidate is drawn with a mark in its middle: half a hectare is then 3 mm or less."""


class Look(NamedTuple):
    """Fill, ink of outline and pattern, pattern, and mark of one class."""

    fill: str
    ink: str
    pattern: Callable[[str], Parts]
    mark: str


def _plain(_ink: str) -> Parts:
    return []


# Okabe and Ito's colours, with a lightness of their own each
GOOD = Look("#009e73", "#00513b", _plain, "circle")
DOUBT = Look("#f0b429", "#7a5200", lambda ink: [hatch(ink, 45, 1.8)], "triangle")
BAD = Look("#c8553d", "#7a2410", lambda ink: [hatch(ink, 45, 2.6, 0.2), hatch(ink, 135, 2.6, 0.2)], "cross_fill")
UNKNOWN = Look("#c3ccd5", "#3d4752", lambda ink: [dots(ink, 2.0)], "square")

ROUTE_LOOKS = {"open": GOOD, "handmatig toetsen": DOUBT, "dicht": BAD}
NITROGEN_LOOKS = {"groen": GOOD, "oranje": DOUBT, "rood": BAD, "onbekend": UNKNOWN}
ROUTE, HOMES = "planroute_oordeel", '"woningen"'
SITE_LOOKS = {"ja": GOOD, "onbekend": DOUBT}

SCORES = ((0, 40, "#ffffcc"), (40, 50, "#a1dab4"), (50, 60, "#41b6c4"), (60, 70, "#2c7fb8"), (70, 100, "#253494"))
"""The same bounds in every run, so that two maps can be laid side by side; darker is better."""

SCALES = {
    "percelen": 25_000,
    "transformatie": 25_000,
    "haltes": 25_000,
    "indeling": 12_000,
    "panden": 20_000,
    "verblijfsobjecten": 8_000,
    "maatvoering": 15_000,
    "bouwvlak": 15_000,
    "functieaanduiding": 15_000,
}
"""Drawn from 1 : this in; further out they are a blur, and slow."""

ZONES = {
    "agrarisch": "#ebf0d2",
    "agrarisch met waarden": "#d2e1a5",
    "bedrijf": "#b45fd2",
    "bedrijventerrein": "#c8a0d7",
    "bos": "#64aa2d",
    "centrum": "#ffc8be",
    "cultuur en ontspanning": "#ff3c82",
    "detailhandel": "#ffa096",
    "dienstverlening": "#f091be",
    "gemengd": "#ffbe87",
    "groen": "#28c846",
    "horeca": "#ff6923",
    "kantoor": "#ebc3d7",
    "maatschappelijk": "#dc9b78",
    "natuur": "#82a591",
    "overig": "#ebe1eb",
    "recreatie": "#b9d746",
    "sport": "#82c846",
    "tuin": "#c8d76e",
    "verkeer": "#cdcdcd",
    "water": "#afcde1",
    "wonen": "#ffff00",
    "woongebied": "#ffffb4",
}
"""Colours of the 23 groups as planners know them from plan maps (SVBP2012)."""


def styles(table: Table) -> Mapping[str, Parts]:
    """Named styles of a layer, the default first: renderer and, where there are any, labels.

    A style that needs a column which is not there is left out; what is left is never nothing, unless the table has
    no shapes.
    """
    if not table.spatial:
        return {}
    if table.name == "kandidaten":
        return _sites(table)
    if table.name in DRAWN:
        return {"Standaard": DRAWN[table.name](table)}
    return {"Standaard": _other(table)}


def _sites(table: Table) -> Mapping[str, Parts]:
    ranked = _label(table, _best('"rang"'), "rang", bold=True)
    scored = _label(table, _best('round("score")'), "rang", "score", bold=True)
    near = """if(@map_scale > 10000, "rang", "rang" || ' · ' || round("score") || ' punten')"""
    both = _label(table, _best(near), "rang", "score", bold=True) or ranked
    choices = {
        "Planroute": ("planroute_oordeel", ROUTES, ROUTE_LOOKS),
        "Oordeel": ("oordeel", SITES, SITE_LOOKS),
        "Stikstof": ("stikstof_oordeel", NITROGEN, NITROGEN_LOOKS),
    }
    found = {
        name: [_ranked(_judged(column, words, looks, FAR), table), *copy.deepcopy(both)]
        for name, (column, words, looks) in choices.items()
        if column in table.columns
    }
    if "score" in table.columns:
        found["Score"] = [_ranked(_scored(), table), *scored]
    return found or {"Standaard": [single(_classed(GOOD, FAR))]}


def _ranked(renderer: Element, table: Table) -> Element:
    return drawn_last(renderer, "rang") if "rang" in table.columns else renderer


def _best(expression: str) -> str:
    """From afar only the best have a label: a thousand numbers on one sheet say nothing."""
    return f"""if({FAR} AND "rang" > 50, '', to_string({expression}))"""


def _judged(column: str, words: Mapping[str, str], looks: Mapping[str, Look], middles: str = "") -> Element:
    classes = [(value, words[value], _classed(look, middles)) for value, look in looks.items()]
    return categorised(column, [*classes, ("", OTHER, _classed(UNKNOWN, middles))])


def _classed(look: Look, middles: str = "") -> Element:
    parts = [area(look.fill, look.ink, 0.5, 0.7), *look.pattern(look.ink)]
    if middles:
        parts.append(in_middle(look.mark, look.fill if look.mark != "cross_fill" else look.ink, 3.0, middles))
    return symbol("fill", parts)


def _scored() -> Element:
    return graduated(
        "score",
        [
            (low, high, f"{low} tot {high} punten", symbol("fill", [area(fill, "#1a2027", 0.4), _spot(fill)]))
            for low, high, fill in SCORES
        ],
    )


def _spot(fill: str) -> Element:
    return in_middle("circle", fill, 3.0, FAR)


def _parcels(table: Table) -> Parts:
    if "oordeel" not in table.columns:
        return [single(symbol("fill", [area("", "#8a8f98", 0.12)]))]
    looks = {
        "ja": [area(GOOD.fill, "#5b6570", 0.15, 0.25)],
        "onbekend": [area(DOUBT.fill, "#5b6570", 0.15, 0.2), dots(DOUBT.ink, 3.0, 0.4)],
        "nee": [area("", "#8a8f98", 0.12)],
    }
    classes = [(value, PARCELS[value], symbol("fill", parts)) for value, parts in looks.items()]
    return [categorised("oordeel", [*classes, ("", OTHER, symbol("fill", [area("", "#8a8f98", 0.12, dash="dot")]))])]


def _layout(table: Table) -> Parts:
    if "soort" not in table.columns:
        return [single(symbol("fill", [area("#37474f", "#ffffff", 0.3)]))]
    looks = {
        "blok": [area("#1d3557", "#ffffff", 0.4)],
        "parkeren": [area("#dfe3e8", "#37474f", 0.3), hatch("#37474f", 90, 1.2, 0.25)],
        "rijloper": [area("#f7f7f7", "#6b7280", 0.2, dash="dash")],
    }
    classes = [(value, LAYOUT[value], symbol("fill", parts)) for value, parts in looks.items()]
    return [categorised("soort", [*classes, ("", OTHER, symbol("fill", [area("#ffffff", "#6b7280", 0.2, 0.5)]))])]


def _converted(table: Table) -> Parts:
    looks = {
        "ja": Look("#0072b2", "#003a5c", _plain, "diamond"),
        "onbekend": Look("#9cc9e8", "#003a5c", lambda ink: [hatch(ink, 135, 1.4, 0.2)], "diamond"),
        "nee": Look("#ffffff", "#003a5c", _plain, "diamond"),
    }
    names = _label(table, """"woningen" || ' won.'""", "woningen", ink="#003a5c", from_scale=10_000)
    if "leegstand" not in table.columns:
        return [single(_classed(looks["onbekend"], FAR)), *names]
    return [_judged("leegstand", VACANCY, looks, FAR), *names]


def _zoning(table: Table) -> Parts:
    names = _label(table, """coalesce("bestemming_naam", "bestemming")""", "bestemming_naam", "bestemming", size=7,
                   ink="#4b5563", from_scale=4_000)  # fmt: skip
    names = names or _label(table, '"bestemming"', "bestemming", size=7, ink="#4b5563", from_scale=4_000)
    if "bestemming" not in table.columns:
        return [single(symbol("fill", [area("#ebe1eb", "#8a8f98", 0.15)]))]
    classes = [
        (group, group.capitalize(), symbol("fill", [area(fill, "#8a8f98", 0.15, 0.8)])) for group, fill in ZONES.items()
    ]
    rest = symbol("fill", [area("#ffffff", "#8a8f98", 0.15, 0.8), dots("#8a8f98", 3.0, 0.4)])
    return [categorised("bestemming", [*classes, ("", OTHER, rest)]), *names]


def _hexagons(table: Table) -> Parts:
    if not {"overbelast", "naderend_overbelast"} <= set(table.columns):
        return [single(symbol("fill", [area("", "#6d4c41", 0.2)]))]
    said = """CASE WHEN "overbelast" THEN 'overbelast' WHEN "overbelast" IS NULL THEN 'onbekend'
        WHEN "naderend_overbelast" THEN 'naderend' WHEN "naderend_overbelast" IS NULL THEN 'onbekend'
        ELSE 'niet' END"""
    classes = [
        ("overbelast", "Overbelast", symbol("fill", [area("#6d4c41", "#ffffff", 0.15, 0.7)])),
        ("naderend", "Naderend overbelast", symbol("fill", [area("#d7b29d", "#6d4c41", 0.15), hatch("#6d4c41")])),
        ("niet", "Niet overbelast", symbol("fill", [area("", "#6d4c41", 0.15)])),
        ("", "Onbekend", symbol("fill", [dots("#6d4c41")])),
    ]
    return [categorised(said, classes)]


def _zone(table: Table, ink: str, *pattern: Element, column: str = "naam", dash: str = "solid") -> Parts:
    """An area that lies over others: an outline, a light pattern, and its name."""
    drawn = single(symbol("fill", [*pattern, area("", ink, 0.5, dash=dash)]))
    return [drawn, *_label(table, f'"{column}"', column, ink=ink, from_scale=30_000)]


def _heights(table: Table) -> Parts:
    said = """"max_bouwhoogte_m" || ' m'"""
    shown = _label(table, said, "max_bouwhoogte_m", size=7, ink="#4a148c", from_scale=8_000)
    return [single(symbol("fill", [area("", "#4a148c", 0.25, dash="dash")])), *shown]


def _simple(kind: str, *parts: Element) -> Parts:
    return [single(symbol(kind, parts))]


def _stops(table: Table) -> Parts:
    names = _label(table, '"naam"', "naam", size=7, ink="#14366b", from_scale=8_000)
    return [single(symbol("marker", [mark("square", "#14366b", 2.4, "#ffffff", 0.3)])), *names]


def _other(table: Table) -> Parts:
    """A layer of the user's own: seen, not in the way."""
    kinds = {
        "Polygon": ("fill", [area("", "#5b6570", 0.3, dash="dash")]),
        "Line": ("line", [line("#5b6570", 0.4)]),
        "Point": ("marker", [mark("circle", "#5b6570", 1.6)]),
    }
    return [single(symbol(*kinds[table.shape]))]


def _label(table: Table, expression: str, *needed: str, **how) -> Parts:
    """Labels, or none where a column is absent."""
    return [label(expression, **how)] if set(needed) <= set(table.columns) else []


# All is made anew at each call: an element belongs to one tree only.
DRAWN: Mapping[str, Callable[[Table], Parts]] = {
    **dict.fromkeys(SETS, lambda table: [_judged(ROUTE, ROUTES, ROUTE_LOOKS, FAR), *_label(table, HOMES, "woningen")]),
    "percelen": _parcels,
    "indeling": _layout,
    "transformatie": _converted,
    "enkelbestemming": _zoning,
    "stikstof_hexagonen": _hexagons,
    "maatvoering": _heights,
    "haltes": _stops,
    "gemeentegrens": lambda _: _simple("fill", area("", "#1a2027", 0.8, dash="dash dot")),
    "panden": lambda _: _simple("fill", area("#c9ccd1", "#8a8f98", 0.12)),
    "verblijfsobjecten": lambda _: _simple("marker", mark("circle", "#5b6570", 0.9)),
    "water": lambda _: _simple("fill", area("#c6dff0")),
    "wegen": lambda _: _simple("line", line("#b5b9bf", 0.4)),
    "bouwvlak": lambda _: _simple("fill", area("", "#000000", 0.5)),
    "natura2000": lambda table: _zone(table, "#1b6b3a", hatch("#1b6b3a", 45, 3.0, 0.2)),
    "nnn": lambda table: _zone(table, "#4c8c2b", dots("#4c8c2b", 2.6, 0.5)),
    "bpl": lambda table: _zone(table, "#7b3294", hatch("#7b3294", 135, 5.0, 0.15)),
    "mra_landelijk_gebied": lambda table: _zone(table, "#a05a2c", hatch("#a05a2c", 90, 3.6, 0.2)),
    "grondwaterbescherming": lambda table: _zone(table, "#0b6fa4", dots("#0b6fa4", 3.2, 0.6), dash="dash"),
    "bebouwde_kom": lambda table: _zone(table, "#5c1a00", dash="dash"),
    "lib": lambda table: _zone(table, "#00677f", hatch("#00677f", 0, 3.6, 0.2), column="zone"),
    "hoogtebeperkingen": lambda table: _zone(table, "#37474f", column="max_hoogte_m", dash="dot"),
    "dubbelbestemming": lambda table: _zone(table, "#b0356f", hatch("#b0356f", 0, 2.8, 0.2)),
    "gebiedsaanduiding": lambda table: _zone(table, "#00677f", dash="dash dot"),
    "functieaanduiding": lambda table: _zone(table, "#4b5563", dash="dot"),
}
