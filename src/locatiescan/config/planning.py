"""The file with planning routes to records."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from locatiescan.config.conditions import condition_faults
from locatiescan.config.reader import Document, Place, check_record, read_yaml
from locatiescan.errors import ConfigError, Fault
from locatiescan.policy.conditions import Condition, Weeks
from locatiescan.policy.planning import LegalPath, Objection, Planning, Restriction, Route, Surcharge

SECTIONS: Mapping[str, type] = {
    "rechtsgangen": LegalPath,
    "beperkingen": Restriction,
    "toeslagen": Surcharge,
    "routes": Route,
}
Entry = LegalPath | Restriction | Surcharge | Route
BETWEEN_REASONS = ";"
"""Reasons are joined with it, so none may hold it."""


def load_planning(path: Path, known: Collection[str]) -> Planning:
    """Read and check a file as ``rules/planroutes.yaml``.

    Parameters
    ----------
    path : Path
    known : collection of str
        Columns that a condition may name.

    Raises
    ------
    ConfigError
        With every fault in the file.
    """
    document = read_yaml(path)
    faults = list(document.faults)
    value = dict(document.value) if isinstance(document.value, dict) else {}
    names = {section: _names(value.get(section)) for section in SECTIONS}
    for section, record in SECTIONS.items():
        faults += _doubled(document, section, names[section])
        good = _entries(document, section, record, faults)
        faults += [fault for place, entry in good for fault in _entry_faults(document, place, entry, names, known)]
        if isinstance(value.get(section), tuple):
            value[section] = tuple(entry for _, entry in good)
    planning = check_record(document, value, Planning)
    if isinstance(planning, list):
        # an entry with a fault is told above; it must not make its section look empty as well
        faults += [fault for fault in planning if fault.path not in SECTIONS or not names[fault.path]]
    if faults or isinstance(planning, list):
        raise ConfigError(faults)
    return planning


def _names(items: Any) -> list[Any]:
    """Names as written, so that a fault elsewhere in an entry does not make its name unknown."""
    return [item.get("naam") if isinstance(item, dict) else None for item in items] if isinstance(items, tuple) else []


def _doubled(document: Document, section: str, names: list[Any]) -> Iterator[Fault]:
    for number, name in enumerate(names):
        if name is not None and name in names[:number]:
            yield document.fault((section, number, "naam"), f"'{name}' bestaat al")


def _entries(document: Document, section: str, record: type, faults: list[Fault]) -> list[tuple[Place, Entry]]:
    """Check each entry by itself, so that one fault does not hide the others."""
    items = document.value.get(section) if isinstance(document.value, dict) else None
    good: list[tuple[Place, Entry]] = []
    for number, item in enumerate(items if isinstance(items, tuple) else ()):
        checked = check_record(document, item, record, (section, number))
        if isinstance(checked, list):
            faults += checked
        else:
            good.append(((section, number), checked))
    return good


def _entry_faults(
    document: Document, place: Place, entry: Entry, names: Mapping[str, list[Any]], known: Collection[str]
) -> Iterator[Fault]:
    for within, condition in _conditions(entry):
        yield from condition_faults(document, (*place, *within), condition, known)
    for within, message in (*_weeks(entry), *_period(entry), *_links(entry, names), *_cited(entry)):
        yield document.fault((*place, *within), message)


def _objections(entry: Entry) -> Iterator[tuple[Place, Objection]]:
    if isinstance(entry, Restriction | Route):
        for number, objection in enumerate(entry.bezwaren):
            yield ("bezwaren", number), objection


def _conditions(entry: Entry) -> Iterator[tuple[Place, Condition]]:
    holders = [((), entry)] if isinstance(entry, Surcharge) else list(_objections(entry))
    for within, holder in holders:
        for number, condition in enumerate(holder.als):
            yield (*within, "als", number), condition


def _weeks(entry: Entry) -> Iterator[tuple[Place, str]]:
    for key in ("weken", "in_werking", "onherroepelijk"):
        weeks = getattr(entry, key, None)
        if isinstance(weeks, Weeks) and weeks.laag > weeks.hoog:
            yield (key,), "laag is groter dan hoog"


def _period(entry: Entry) -> Iterator[tuple[Place, str]]:
    if not isinstance(entry, Restriction | Route):
        return
    ends = {key: getattr(entry, key) for key in ("vanaf", "tot")}
    for key, day in ends.items():
        if day and not _is_day(day):
            yield (key,), f"{day} is geen dag"
    if ends["vanaf"] and ends["tot"] and ends["vanaf"] > ends["tot"]:
        yield ("tot",), "ligt voor vanaf"


def _links(entry: Entry, names: Mapping[str, list[Any]]) -> Iterator[tuple[Place, str]]:
    if isinstance(entry, Restriction) and not entry.bezwaren:
        yield ("bezwaren",), "noem ten minste één bezwaar"
    if isinstance(entry, Restriction | Surcharge):
        if not entry.routes:
            yield ("routes",), "noem ten minste één route"
        for number, name in enumerate(entry.routes):
            if name not in names["routes"]:
                yield ("routes", number), f"onbekende route '{name}'"
    if isinstance(entry, Route) and entry.rechtsgang not in names["rechtsgangen"]:
        yield ("rechtsgang",), f"onbekende rechtsgang '{entry.rechtsgang}'"


def _cited(entry: Entry) -> Iterator[tuple[Place, str]]:
    """Every statement says where it stands; an objection may leave that to what it belongs to."""
    if not entry.bron or not entry.datum:
        yield (), "geef bron en datum"
    for within, objection in _objections(entry):
        if BETWEEN_REASONS in objection.omdat:
            yield (*within, "omdat"), f"mag geen {BETWEEN_REASONS} bevatten: redenen worden daarmee verbonden"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
