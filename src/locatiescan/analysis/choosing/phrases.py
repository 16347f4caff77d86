"""Constraints of a portfolio as parts of a Dutch sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from locatiescan.analysis.answering.dutch import counted, day, figure, listed, percent, plain
from locatiescan.analysis.choosing.constraints import Constraint

OF_MUNICIPALITY = {"minimum": "een minimum van {} in {}", "maximum": "een maximum van {} in {}"}
KINDS = {
    "minimum": "alle minima van gemeenten samen",
    "maximum": "alle maxima van gemeenten samen",
    "aandeel": "alle aandelen van gemeenten samen",
    "mix": "de verdeling over doelgroepen als geheel",
    "oplevering": "alle opleverdata samen",
    "verplicht": "alle verplichte locaties samen",
    "uitgesloten": "alle uitgesloten locaties samen",
    "stikstof": "alle stikstofruimte samen",
}
"""What constraints of one kind are called together."""
UNITS = {
    "locaties": ("locatie", "locaties"),
    "woningen": ("woning aan geschiktheid", "woningen aan geschiktheid"),
    "woningweken": ("woningweek", "woningweken"),
}
"""What an objective counts."""
ABOUT_UNITS = {
    "locaties": "In locaties: zoveel meer zijn er nodig door de eis.",
    "woningen": "In woningen aan geschiktheid: een woning op een locatie met score 70 mist er 0,3.",
    "woningweken": "In woningweken: een woning die een week later klaar is, is er een.",
    "deel": "In procenten van de weging: zoveel slechter is het voorstel door de eis.",
}
"""How to read a price."""


def subject(constraint: Constraint, names: Mapping[str, str]) -> str:
    """What a constraint asks, as the subject of a sentence: ``een minimum van 42 woningen in Uitgeest``.

    Parameters
    ----------
    constraint : Constraint
    names : mapping of str to str
        Names of municipalities by code.
    """
    kind, _, rest = constraint.name.partition(" ")
    asked = constraint.asked
    known = asked == asked  # NaN where there is no single figure
    if known and kind in OF_MUNICIPALITY:
        return OF_MUNICIPALITY[kind].format(figure(asked), plain(names.get(rest, rest)))
    if known and kind == "aandeel":
        return f"een aandeel van {figure(asked)} voor {plain(names.get(rest, rest))}"
    if known and kind == "oplevering":
        return f"de eis van {counted(asked, 'woning', 'woningen')} op {day(rest)}"
    if known and kind == "mix":
        return f"het deel van {percent(asked)} voor {plain(rest)}"
    if known and kind == "afstand":
        return f"een onderlinge afstand van {figure(asked)} m"
    if known and kind == "min_termijn":
        return f"een termijn van ten minste {figure(asked)} jaar"
    if kind == "stikstof":
        return f"de stikstofruimte van {plain(rest)}"
    if kind == "verplicht":
        return f"de verplichte locatie {plain(rest)}"
    if kind == "uitgesloten":
        return f"het uitsluiten van locatie {plain(rest)}"
    if kind == "uitwisseling":
        return "de grens aan uitwisseling tussen gemeenten"
    said = plain(constraint.title)
    return said[:1].lower() + said[1:]


def together(given: Sequence[str], constraints: Mapping[str, Constraint], names: Mapping[str, str]) -> str:
    """What some constraints ask, as one subject; all of a kind go by the name of the kind."""
    parts = []
    for kind in dict.fromkeys(name.partition(" ")[0] for name in given):
        own = [name for name in given if name.partition(" ")[0] == kind]
        every = [name for name in constraints if name.partition(" ")[0] == kind]
        whole = len(own) > 1 and len(own) == len(every) and kind in KINDS
        parts += [KINDS[kind].removesuffix(" samen")] if whole else [subject(constraints[name], names) for name in own]
    return listed(parts)


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}."


def of_unit(value: float, unit: str, total: float) -> str:
    """An amount with its unit: ``1 locatie``, ``34 woningweken``; of a weighing as a part of its total."""
    if unit in UNITS:
        return counted(value, *UNITS[unit])
    return f"{figure(100 * value / total, 1)} procent van de weging"
