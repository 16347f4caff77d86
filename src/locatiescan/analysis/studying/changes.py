"""What changed between the rules and between the layers of two runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass

import numpy as np
import pandas as pd

from locatiescan.model import Measurement, Rules

KINDS = {"grens": "limits", "toelating": "toelatingen", "voorkeur": "preferences", "meting": "metingen"}
LISTS = (*KINDS.values(),)
DEFINITION = ("measure", "layer", "column", "where", "exclude", "reach_m", "buffer_m", "width_m", "only_in")
"""Fields that say what is measured; a change of one makes another figure of the same data."""


def rule_changes(old: Rules, new: Rules) -> pd.DataFrame:
    """One row a changed field: ``soort``, ``naam``, ``veld``, ``oud``, ``nieuw``.

    A rule that came or went is one row, with ``(nieuw)`` or ``(vervallen)`` as its field.
    """
    rows = [("algemeen", "", *change) for change in _fields(old, new) if change[0] not in LISTS]
    for kind, section in KINDS.items():
        before, after = ({rule.naam: rule for rule in getattr(rules, section)} for rules in (old, new))
        for name in dict.fromkeys([*before, *after]):
            if name not in after:
                rows.append((kind, name, "(vervallen)", before[name].waarom, ""))
            elif name not in before:
                rows.append((kind, name, "(nieuw)", "", after[name].waarom))
            else:
                rows += [(kind, name, *change) for change in _fields(before[name], after[name])]
    return pd.DataFrame(rows, columns=["soort", "naam", "veld", "oud", "nieuw"], dtype="str")


def layer_changes(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """One row a layer that differs between two tables ``bronnen``.

    ``inhoud`` says whether what the rules saw changed (by hash), also where only the date of fetching differs.
    """
    columns = ["aanwezig", "opgehaald", "gebruikt", "sha256"]
    names = list(dict.fromkeys([*new["laag"], *old["laag"]]))
    both = side_by_side(*(table.set_index("laag")[columns].reindex(names) for table in (old, new)))
    text = both.astype(object).where(both.notna(), "").map(_text)
    differs = {name: text[f"{name}_oud"].ne(text[f"{name}_nieuw"]) for name in columns}
    content = differs["aanwezig"] | differs["sha256"]
    shown = text.drop(columns=["sha256_oud", "sha256_nieuw"])
    shown.insert(0, "inhoud", content.map({True: "gewijzigd", False: "gelijk"}))
    return shown[content | differs["opgehaald"]].reset_index(names="laag")


def side_by_side(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Two tables with the same rows and columns as one, each column ``_oud`` and ``_nieuw``."""
    return pd.concat([old.add_suffix("_oud"), new.add_suffix("_nieuw")], axis=1)


def redefined(old: Mapping[str, Measurement], new: Mapping[str, Measurement]) -> tuple[str, ...]:
    """Names of old rules that measure something else in the new ones, or are no longer there.

    A rule that reads an earlier rule's column changes with it.
    """
    changed: list[str] = []
    for name, rule in old.items():
        other = new.get(name)
        moved = other is None or any(getattr(rule, key) != getattr(other, key) for key in DEFINITION)
        if moved or (rule.layer is None and rule.column in changed):
            changed.append(name)
    return tuple(changed)


def _fields(old: object, new: object) -> Iterator[tuple[str, str, str]]:
    for item in fields(old):  # type: ignore[arg-type]
        before, after = getattr(old, item.name), getattr(new, item.name)
        if before != after:
            yield item.name, _text(before), _text(after)


def _text(value: object) -> str:
    """One line for any field of a rule."""
    if value is None:
        return ""
    if is_dataclass(value):
        value = {key: part for key, part in asdict(value).items() if part not in (None, (), {}, [])}  # type: ignore[call-overload]
    if isinstance(value, Mapping):
        return "; ".join(f"{_text(key)}: {_text(part)}" for key, part in value.items())
    if isinstance(value, tuple | list):
        return " | ".join(map(_text, value))
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):  # all digits that tell it from another number, and no exponent
        return np.format_float_positional(value, trim="-").replace(".", ",")
    return str(value)
