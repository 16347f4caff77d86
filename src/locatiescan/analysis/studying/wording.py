"""Numbers and demands as a reader sees them, in Dutch."""

from __future__ import annotations

import math

from locatiescan.model import Limit, Measurement, Preference

# Ending of a rule's name -> unit, factor to it, decimals that say all a decision needs.
UNITS = {
    "_mol_ha_jr": ("mol/ha/jr", 1.0, 1),
    "_aandeel": ("%", 100.0, 1),
    "_aantal": ("", 1.0, 0),
    "_m2": ("m²", 1.0, 0),
    "_m": ("m", 1.0, 1),
}


def amount(value: object, name: str, up: bool | None = None) -> str:
    """A rule's value with its unit: ``1432 m²``, ``62,5 %``, ``onbekend``.

    Parameters
    ----------
    value : object
        Number or text; None and NaN are unknown.
    name : str
        Name of the rule, whose ending is the unit.
    up : bool, optional
        Round up or down on purpose, where the nearest would be on the wrong side of a limit.
    """
    if value is None or value != value:
        return "onbekend"
    if isinstance(value, str):
        return value
    unit, factor, decimals = next((found for ending, found in UNITS.items() if name.endswith(ending)), ("", 1.0, 3))
    return f"{number(float(value) * factor, decimals, up)} {unit}".strip()  # type: ignore[arg-type]


def number(value: float, decimals: int, up: bool | None = None) -> str:
    """Dutch notation, at most so many decimals and no zeros at the end."""
    if up is not None:
        # a hair of tolerance: 0.07 * 100 is 7.000000000000001, which is 7
        scale = 10.0**decimals
        value = (math.ceil(value * scale - 1e-9) if up else math.floor(value * scale + 1e-9)) / scale
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return ("0" if text == "-0" else text).replace(".", ",")


def demand(rule: Measurement) -> str:
    """What a limit asks, in one line; empty for a rule that asks nothing."""
    if not isinstance(rule, Limit):
        return ""
    parts = [
        f"ten minste {amount(rule.min, rule.naam)}" if rule.min is not None else "",
        f"ten hoogste {amount(rule.max, rule.naam)}" if rule.max is not None else "",
        f"een van: {', '.join(rule.is_in)}" if rule.is_in else "",
        f"niet: {', '.join(rule.not_in)}" if rule.not_in else "",
    ]
    return " en ".join(part for part in parts if part)


def place_on(rule: Preference, value: object) -> str:
    """Where a value lies on a preference's curve, steps or classes."""
    if value is None or value != value:
        return "onbekend"
    if rule.classes is not None:
        known = {name.casefold(): points for name, points in rule.classes.items()}.get(str(value).casefold())
        return "klasse niet genoemd" if known is None else f"klasse telt {number(known, 3)}"
    points = sorted((rule.curve or rule.steps or {}).items())
    under = [point for point in points if point[0] <= float(value)]  # type: ignore[arg-type]
    if rule.steps is not None:
        return f"vanaf {_point(rule, under[-1])}" if under else f"onder {amount(points[0][0], rule.naam)}: 0"
    if not under:
        return f"onder {_point(rule, points[0])}"
    if len(under) == len(points):
        return f"vanaf {_point(rule, points[-1])}"
    return f"tussen {_point(rule, under[-1])} en {_point(rule, points[len(under)])}"


def _point(rule: Preference, point: tuple[float, float]) -> str:
    return f"{amount(point[0], rule.naam)} ({number(point[1], 3)})"
