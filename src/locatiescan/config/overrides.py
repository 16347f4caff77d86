"""A municipality's own values over a rules file: ``gemeenten/<code>.yaml`` beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from locatiescan.config.reader import Document, Place, check_record
from locatiescan.errors import Fault
from locatiescan.model import FORBID_EXTRA, Name, Text

RIVALS = (("curve", "steps", "classes"), ("min", "is_in", "not_in"), ("max", "is_in", "not_in"))
"""Keys of which a rule has one: giving one takes the others away."""
FOLDER = "gemeenten"
EXAMPLE = "voorbeeld.yaml"
REPLACED = ("aggregatie", "paren", "profielen", "locaties")
Moves = dict[Place, tuple[Document, Place]]


@dataclass(frozen=True)
class Lapse:
    """A rule that does not hold in this municipality."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Name
    waarom: Text


@dataclass(frozen=True)
class Additions:
    """Rules of the municipality itself; checked with all others once they are merged."""

    __pydantic_config__ = FORBID_EXTRA

    limits: tuple[Any, ...] = ()
    preferences: tuple[Any, ...] = ()
    metingen: tuple[Any, ...] = ()
    toelatingen: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Own:
    """A municipality's file."""

    __pydantic_config__ = FORBID_EXTRA

    titel: Text
    waarom: Text
    aanpassingen: tuple[dict[str, Any], ...] = ()
    """``naam`` and ``waarom``, with the keys of that rule that are replaced."""
    erbij: Additions = field(default_factory=Additions)
    vervalt: tuple[Lapse, ...] = ()
    aggregatie: Any = None
    paren: Any = None
    profielen: Any = None
    locaties: Any = None


SECTIONS = tuple(section.name for section in fields(Additions))


def overrides_of(path: Path, code: str | None) -> Path | None:
    """Give the file with a municipality's own values beside a rules file, or None where it has none.

    Parameters
    ----------
    path : Path
        The rules file.
    code : str, optional
        CBS code with prefix, e.g. ``GM0361``; it may come from a service, and so names no folder.
    """
    if code is None or not re.fullmatch(r"[A-Za-z0-9]{1,12}", code):
        return None
    file = path.parent / FOLDER / f"{code}.yaml"
    return file if file.is_file() else None


def own_files(path: Path) -> tuple[Path, ...]:
    """Give all YAML files in the folder of municipalities beside a rules file, whatever they are called."""
    return tuple(sorted(file for file in (path.parent / FOLDER).glob("*") if file.suffix.lower() in (".yaml", ".yml")))


def name_faults(file: Path) -> list[Fault]:
    """Name the fault in what a municipality's file is called: by another name it is never found."""
    if file.name == EXAMPLE or re.fullmatch(r"GM[0-9]{4}\.yaml", file.name):
        return []
    said = "heet niet naar een CBS-code zoals GM0361.yaml, en wordt dus nooit gebruikt: geef het die naam"
    return [Fault(str(file), 0, "", said)]


def overridden(general: Document, own: Document) -> tuple[Document, list[Fault]]:
    """Put a municipality's own values over the general rules.

    Returns
    -------
    document : Document
        As if it had been written as one file; each place knows where it really stands. Rules that were changed
        or added say so under ``aangepast``, what else differs stands in ``toelichting``.
    faults : list of Fault
        Of the municipality's file by itself; the merged rules are still to be checked.
    """
    head = check_record(own, own.value, Own)
    if isinstance(head, list) or not isinstance(general.value, dict):
        return general, [*own.faults, *(head if isinstance(head, list) else [])]
    faults = [*own.faults, *(own.fault(*found) for found in _misfits(general, head))]
    moved: Moves = {}
    sections = {section: _merged(general, own, head, section, moved) for section in SECTIONS}
    given = {key: _replacing(key, getattr(head, key)) for key in REPLACED if key in own.value}
    moved |= {(key,): (own, (key,)) for key in given}
    told = _told(general.value.get("toelichting"), head, given)
    value = {**general.value, **{key: rules for key, rules in sections.items() if rules}, **given, **told}
    emptied = {key: () for key, rules in sections.items() if not rules and key in general.value}
    return replace(general, value=value | emptied, moved=moved), faults


def _misfits(general: Document, head: Own) -> Iterator[tuple[Place, str]]:
    """Changes and lapses that name no rule, name one twice, or change nothing."""
    known = {name for section in SECTIONS for name in map(_name, _items(general, section)) if name is not None}
    seen: set[str] = set()
    named = [(("vervalt", i), lapse.naam) for i, lapse in enumerate(head.vervalt)]
    for i, change in enumerate(head.aanpassingen):
        place: Place = ("aanpassingen", i)
        for key in ("naam", "waarom"):
            if not change.get(key):
                yield (*place, key), "ontbreekt maar is verplicht"
            elif not isinstance(change[key], str):
                yield (*place, key), "moet tekst zijn"
        if not set(change) - {"naam", "waarom"}:
            yield place, "verandert niets"
        name = _name(change)
        if name is not None:
            named.append((place, name))
    for place, name in named:
        if name not in known:
            yield (*place, "naam"), f"de regels kennen geen '{name}'; wel: {', '.join(sorted(known))}"
        if name in seen:
            yield (*place, "naam"), f"{name} staat er dubbel"
        seen.add(name)


def _merged(general: Document, own: Document, head: Own, section: str, moved: Moves) -> tuple[Any, ...]:
    """Give the rules of one section, and note where each of their keys stands."""
    lapsed = {lapse.naam for lapse in head.vervalt}
    changes = {_name(change): i for i, change in reversed([*enumerate(head.aanpassingen)])}
    result: list[Any] = []
    for i, item in enumerate(_items(general, section)):
        name = _name(item)
        if name in lapsed:
            continue
        place, origin = (section, len(result)), (section, i)
        moved[place] = (general, origin)
        if name is not None and name in changes:
            number = changes[name]
            moved[place] = (own, ("aanpassingen", number))
            moved |= {(*place, key): (general, (*origin, key)) for key in item}
            moved |= {(*place, key): (own, ("aanpassingen", number, key)) for key in head.aanpassingen[number]}
            item = _changed(item, head.aanpassingen[number], head.titel)
        result.append(item)
    for i, item in enumerate(getattr(head.erbij, section)):
        moved[section, len(result)] = (own, ("erbij", section, i))
        result.append({"aangepast": f"{head.titel}: eigen regel", **item} if isinstance(item, dict) else item)
    return tuple(result)


def _changed(item: Mapping[str, Any], change: Mapping[str, Any], title: str) -> dict[str, Any]:
    """Give a rule with its own values; its ``waarom`` stays that of the rule, the reason to differ goes beside it."""
    new = {key: value for key, value in change.items() if key not in ("naam", "waarom")}
    rivals = {other for group in RIVALS for key in group if new.get(key) is not None for other in group} - set(new)
    kept = {key: value for key, value in item.items() if key not in rivals}
    said = ", ".join(_said(key, value, item.get(key)) for key, value in new.items())
    return {**kept, "aangepast": f"{title}: {said}. {change.get('waarom', '')}".strip(), **new}


def _said(key: str, value: Any, general: Any) -> str:
    if isinstance(value, Mapping | tuple) or isinstance(general, Mapping | tuple):
        return f"eigen {key}"
    return f"{key} {_plain(value)} (algemeen {_plain(general)})"


def _plain(value: Any) -> str:
    words = {None: "geen", True: "ja", False: "nee"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _told(general: Any, head: Own, given: Mapping[str, Any]) -> dict[str, str]:
    """Give the explanation of the rules, with what the municipality changed beyond single rules."""
    if not isinstance(general, str):
        return {}
    parts = [general, f"{head.titel}: {head.waarom}"]
    for word, away in (("Eigen", False), ("Geen", True)):
        keys = [key for key, value in given.items() if (not value) == away]
        parts += [f"{word} {' en '.join(keys)}."] if keys else []
    parts += [f"Vervallen: {lapse.naam} ({lapse.waarom})" for lapse in head.vervalt]
    return {"toelichting": " ".join(parts)}


def _replacing(key: str, value: Any) -> Any:
    """Give what stands in place of a general part: ``null`` takes it away, and a list that is away is empty."""
    return () if value is None and key in ("paren", "profielen") else value


def _name(item: Any) -> str | None:
    """Give the name of a rule or change as it was read, None where it has none that can be one."""
    name = item.get("naam") if isinstance(item, Mapping) else None
    return name if isinstance(name, str) else None


def _items(document: Document, section: str) -> tuple[Any, ...]:
    items = document.value.get(section)
    return items if isinstance(items, tuple) else ()
