"""Faults that only show when the parts of a rules file are held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from locatiescan.config.pairwise import pair_faults
from locatiescan.config.reader import Document, Place
from locatiescan.errors import Fault
from locatiescan.model import Companions, Joining, Limit, Measurement, Pair, Preference, Profile, Source

Finding = tuple[Place, str]
Placed = list[tuple[Place, Any]]
Kind = TypeVar("Kind")
RESERVED = frozenset(
    {"perceel_id", "geometry", "geom", "fid", "rang", "score", "score_hoog", "oordeel", "afgewezen_door", "onbekend"}
    | {"toegelaten_door", "locatie_id", "percelen", "aantal_percelen", "tussengrond_m2"}
)
"""Columns that the program makes itself."""
MEASURED = ("metingen", "limits", "toelatingen", "preferences")
"""The order in which rules are measured."""
MAX_BOUNDED = 8
"""Preferences with ``only_in``: where it is unknown whether they apply, every combination is tried."""


def faults_together(document: Document, placed: Placed, sources: Mapping[str, Source]) -> list[Fault]:
    """Every fault between rules, weights, profiles and joining.

    Parameters
    ----------
    placed : list of (place, record)
        The parts that are sound by themselves.
    """
    wishes = _raw_items(document, "preferences")
    names = tuple(item["naam"] for _, item in wishes if isinstance(item.get("naam"), str))
    found = [
        *_doubled_names(placed, sources["percelen"].columns),
        *_own_columns(document, placed, sources),
        *_weights(document, wishes),
        *_pairs(document, placed, names),
        *_profiles(placed, names),
        *_joining(placed, sources),
        *_bounded(placed),
        *_answer(document, placed),
    ]
    return [document.fault(place, message) for place, message in found]


def _doubled_names(placed: Placed, own: Iterable[str]) -> Iterator[Finding]:
    """Columns that two would make, or that the parcels have already: the one would take the other's place."""
    by = dict.fromkeys(own, "van de percelen") | dict.fromkeys(RESERVED, "van het programma zelf")
    for place, part in (*_all(placed, Measurement), *_all(placed, Profile)):
        taken = set(_columns(part))
        clash = next((name for name in sorted(taken) if name in by), None)
        if clash:
            yield (*place, "naam"), f"de kolom {clash} is al {by[clash]}"
        by |= dict.fromkeys(taken, f"gebruikt door {part.naam}")


def _columns(part: Measurement | Profile) -> Iterator[str]:
    """Columns that a part of the rules gives the result."""
    if isinstance(part, Profile):
        yield from (f"score_{part.naam}", f"rang_{part.naam}")
        return
    yield part.naam
    if isinstance(part, Limit):
        yield f"{part.naam}_oordeel"
    if isinstance(part, Preference):
        yield f"{part.naam}_score"
    if part.only_in:
        yield f"{part.naam}_geldt"


def _own_columns(document: Document, placed: Placed, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """A rule that reads a column of the parcel itself: one of the source's, or an earlier rule's."""
    sound = {rule.naam for _, rule in _all(placed, Measurement)}
    broken = _named(document) - sound  # has a fault of its own, named there already
    known = {*sources["percelen"].columns, *broken}
    for section in MEASURED:
        for place, rule in _all(placed, Measurement):
            if place[0] != section:
                continue
            if rule.measure in ("column_number", "column_text") and rule.column and rule.column not in known:
                yield (*place, "column"), f"geen kolom van de percelen en geen eerdere regel: '{rule.column}'"
            known.add(rule.naam)


def _weights(document: Document, wishes: list[tuple[int, Mapping[str, Any]]]) -> Iterator[Finding]:
    paired = isinstance(document.value, dict) and bool(document.value.get("paren"))
    for i, item in wishes:
        place: Place = ("preferences", i, "gewicht")
        if "gewicht" not in item and not paired:
            yield place, "ontbreekt maar is verplicht"
        if "gewicht" in item and paired:
            yield place, "staat er naast paren; de gewichten volgen uit de paren"
        elif not isinstance(item.get("gewicht"), bool) and item.get("gewicht") == 0:
            yield place, "moet > 0 zijn; laat de regel anders weg"


def _pairs(document: Document, placed: Placed, names: tuple[str, ...]) -> Iterator[Finding]:
    given = document.value.get("paren") if isinstance(document.value, dict) else None
    pairs = [pair for _, pair in _all(placed, Pair)]
    if given and len(pairs) == len(given):
        yield from _table(("paren",), names, tuple(pairs))


def _profiles(placed: Placed, names: tuple[str, ...]) -> Iterator[Finding]:
    for place, profile in _all(placed, Profile):
        if bool(profile.gewichten) == bool(profile.paren):
            yield place, "geef precies één van gewichten en paren"
        for name in profile.gewichten:
            if name not in names:
                yield (*place, "gewichten", name), f"er is geen voorkeur '{name}'; wel: {', '.join(names)}"
        if names and all(profile.gewichten.get(name) == 0 for name in names):
            yield (*place, "gewichten"), "laat niets over: alle gewichten zijn 0"
        if profile.paren:
            yield from _table((*place, "paren"), names, profile.paren)


def _table(place: Place, names: tuple[str, ...], pairs: tuple[Pair, ...]) -> Iterator[Finding]:
    for number, message in pair_faults(names, pairs):
        yield (place if number is None else (*place, number)), message


def _joining(placed: Placed, sources: Mapping[str, Source]) -> Iterator[Finding]:
    for place, joining in _all(placed, Joining):
        known = sources["percelen"].columns
        if joining.eigenaar and joining.eigenaar not in known:
            yield (*place, "eigenaar"), f"laag percelen heeft geen kolom '{joining.eigenaar}'; wel: {', '.join(known)}"
        if joining.min_perceel_m2 > joining.max_m2:
            yield (*place, "min_perceel_m2"), "is groter dan max_m2"


def _bounded(placed: Placed) -> Iterator[Finding]:
    bounded = [place for place, wish in _all(placed, Preference) if wish.only_in]
    if len(bounded) > MAX_BOUNDED:
        yield (*bounded[MAX_BOUNDED], "only_in"), f"ten hoogste {MAX_BOUNDED} voorkeuren kunnen only_in hebben"


def _answer(document: Document, placed: Placed) -> Iterator[Finding]:
    """The ground on which blocks may stand: a rule that measures what is free."""
    rules = _all(placed, Measurement)
    free = [rule.naam for _, rule in rules if rule.measure == "free_area_m2"]
    broken = _named(document) - {rule.naam for _, rule in rules}  # has a fault of its own, named there already
    for place, companions in _all(placed, Companions):
        if companions.vrije_grond not in (*free, *broken):
            known = f"wel: {', '.join(free)}" if free else "die zijn er niet"
            said = f"noemt geen regel met maat free_area_m2: '{companions.vrije_grond}'; {known}"
            yield (*place, "vrije_grond"), said


def _all(placed: Placed, kind: type[Kind]) -> list[tuple[Place, Kind]]:
    return [(place, part) for place, part in placed if isinstance(part, kind)]


def _named(document: Document) -> set[str]:
    """Names of all rules as they were read, sound or not."""
    given = [item.get("naam") for section in MEASURED for _, item in _raw_items(document, section)]
    return {name for name in given if isinstance(name, str)}


def _raw_items(document: Document, section: str) -> list[tuple[int, Mapping[str, Any]]]:
    items = document.value.get(section) if isinstance(document.value, dict) else None
    return [(i, item) for i, item in enumerate(items if isinstance(items, tuple) else ()) if isinstance(item, dict)]
