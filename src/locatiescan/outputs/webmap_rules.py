"""The rules in force as a YAML file with a hole for each weight, so that the page can save other weights.

A planner moves sliders, saves the file, and an analyst runs ``locatiescan run --regels`` with it. The file is whole:
a municipality's own values are in it, so that it says the same wherever it lies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from locatiescan.analysis.measuring.distance import reach_of
from locatiescan.config.rules import all_rules
from locatiescan.config.rules_json import rules_to_json
from locatiescan.model import Preference, Rules

READS_COLUMN = ("column_number", "column_text")
SCORED = ("gewicht", "curve", "steps", "classes")
"""Keys that a preference has and a mere measurement does not."""
BY_NUMBER = ("curve", "steps")
FLAGS = ("ongeverifieerd", "keep", "ook_grote")
"""Keys that are false unless they are given."""
LONGEST = 4000
"""Letters of a text in a rules file."""
_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def rules_file(rules: Rules) -> dict[str, Any]:
    """The parts of the file, as lines of YAML.

    Returns
    -------
    dict
        ``head``: titel, limits and so on; ``metingen``: list of items; ``preferences``: by name ``item`` (to which
        ``gewicht: …}`` is added) and ``unweighed``: the same as a measurement, for who gives it no weight (``null``
        where it only repeats a column); ``profielen``: list of ``head`` and ``gewichten``.
    """
    written = rules_to_json(replace(rules, paren=()))
    singles = {name: written[name] for name in ("titel", "toelichting", "aggregatie", "locaties", "antwoord")}
    head = [f"{name}: {_flow(_tidy(value))}" for name, value in singles.items() if value is not None]
    for section in ("limits", "toelatingen"):
        head += [f"{section}:", *(f"  - {_flow(_item(item))}" for item in written[section])] if written[section] else []
    if not written["limits"]:
        head.append("limits: []")
    later = {rule.naam for rule in all_rules(rules)} - {rule.naam for rule in rules.metingen}
    return {
        "head": head,
        "metingen": [_flow(_item(item)) for item in written["metingen"]],
        "preferences": {
            wish.naam: {
                "item": _flow(_item(item, without=("gewicht",)))[:-1],
                "unweighed": None if _repeats(wish, later) else _flow(_unweighed(wish, item)),
            }
            for wish, item in zip(rules.preferences, written["preferences"], strict=True)
        },
        "profielen": [
            {
                "head": _flow(_tidy({key: profile[key] for key in ("naam", "titel", "waarom")}))[:-1],
                "gewichten": profile["gewichten"],
            }
            for profile in written["profielen"]
        ],
    }


def _repeats(wish: Preference, later: set[str]) -> bool:
    """Whether it only reads a column that, as a measurement, would not yet be there."""
    return wish.measure in READS_COLUMN and wish.layer is None and wish.column in later


def _unweighed(wish: Preference, item: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a measurement; how far a distance is looked for, a curve said and a measurement must say."""
    reach = {"reach_m": reach_of(wish)} if wish.measure == "distance_m" else {}
    return _item(item, without=SCORED) | reach


def _item(item: Mapping[str, Any], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """A rule as one writes it by hand: what is empty is left out, an own value is told in its reason."""
    kept = {key: value for key, value in item.items() if key not in (*without, "aangepast")}
    if item.get("aangepast"):
        kept["waarom"] = f"{item['waarom']} ({item['aangepast']})"[:LONGEST]
    return _tidy(kept)


def _tidy(value: Any) -> Any:
    """Values without keys that say nothing."""
    if not isinstance(value, Mapping):
        return value
    return {
        key: part if key in BY_NUMBER or key == "where" else _tidy(part)
        for key, part in value.items()
        if part not in (None, [], {}) and not (key in FLAGS and part is False)
    }


def _flow(value: Any, by_number: bool = False) -> str:
    """One line of YAML; the keys of a curve are numbers, which JSON cannot say."""
    if isinstance(value, Mapping):
        keys = {key: repr(float(key)) if by_number else _quoted(key) for key in value}
        return "{" + ", ".join(f"{keys[key]}: {_flow(part, key in BY_NUMBER)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    return _quoted(value)


def _quoted(value: Any) -> str:
    """JSON, which YAML reads the same but for the signs that it takes for line ends or forbids."""
    text = json.dumps(value, ensure_ascii=False)
    return _NOT_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
