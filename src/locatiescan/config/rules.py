"""A rules file to records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from locatiescan.config.overrides import SECTIONS, overridden, overrides_of
from locatiescan.config.pairwise import weigh
from locatiescan.config.reader import Document, Place, check_record, read_yaml
from locatiescan.config.rule_checks import rule_faults
from locatiescan.config.rules_together import faults_together
from locatiescan.errors import ConfigError, Fault
from locatiescan.model import (
    Companions,
    Extent,
    Joining,
    Limit,
    Measure,
    Measurement,
    Pair,
    Preference,
    Profile,
    Rules,
    Source,
)

RECORDS = {
    "limits": Limit,
    "preferences": Preference,
    "metingen": Measurement,
    "toelatingen": Limit,
    "paren": Pair,
    "profielen": Profile,
}
PARTS: Mapping[str, type] = {"locaties": Joining, "antwoord": Companions}
"""Sections that are one record and no list."""


def load_rules(
    path: Path, measures: Mapping[str, Measure], sources: Mapping[str, Source], gemeente_code: str | None = None
) -> Rules:
    """Read and check a rules file, with a municipality's own values where it has them.

    Parameters
    ----------
    path : Path
        YAML file as ``rules/flexwonen.yaml``.
    measures : mapping
        The measures a rule may name.
    sources : mapping
        The catalogue whose layers a rule may name.
    gemeente_code : str, optional
        CBS code, e.g. ``GM0361``: ``gemeenten/GM0361.yaml`` beside the rules file is put over it.

    Returns
    -------
    Rules
        Weights that follow from pairs are filled in; they average 1.

    Raises
    ------
    ConfigError
        With every fault in either file.
    """
    return rules_with(path, overrides_of(path, gemeente_code), measures, sources)


def rules_with(path: Path, own: Path | None, measures: Mapping[str, Measure], sources: Mapping[str, Source]) -> Rules:
    """Read and check a rules file with a given file of own values over it; see `load_rules`."""
    document = read_yaml(path)
    faults = [*document.faults, *_reserved_keys(document, ())]
    if own:
        theirs = read_yaml(own)
        faults += [*_reserved_keys(theirs, ("erbij",)), *_reserved_keys(theirs, (), ("aanpassingen",))]
        document, more = overridden(document, theirs)
        faults += more
    placed, head = _records(document, faults)
    for place, rule in placed:
        if isinstance(rule, Measurement):
            faults += rule_faults(document, place, rule, measures, sources)
    faults += faults_together(document, placed, sources)
    if faults or isinstance(head, list):
        raise ConfigError(faults)
    return _weighed(head)


def all_rules(rules: Rules) -> tuple[Measurement, ...]:
    """Every measured column, in the order in which they are measured."""
    return (*rules.metingen, *rules.limits, *rules.toelatingen, *rules.preferences)


def columns_needed(rules: Rules, sources: Mapping[str, Source]) -> dict[str, set[str]]:
    """Per layer our columns that the rules read or select by.

    A column that no source has by that name is read out of another one (a height out of ``maatvoering``), or is
    that of an earlier rule.
    """
    needed: dict[str, set[str]] = {}
    for rule in all_rules(rules):
        layer = rule.layer or "percelen"
        columns = set(rule.where) | ({rule.column} if rule.column else set())
        known = set(sources[layer].columns)
        needed.setdefault(layer, set()).update(columns & known)
        if columns - known and rule.layer:
            needed[layer].add("maatvoering")
        extents = [rule.only_in, *(item.only_in for item in rule.exclude)]
        for chosen in (*rule.exclude, *(extent for extent in extents if isinstance(extent, Extent))):
            needed.setdefault(chosen.layer, set()).update(chosen.where)
    if rules.locaties and rules.locaties.eigenaar:
        needed.setdefault("percelen", set()).add(rules.locaties.eigenaar)
    return needed


def _reserved_keys(document: Document, within: Place, sections: tuple[str, ...] = SECTIONS) -> list[Fault]:
    """``aangepast`` says that a value is a municipality's own; nobody writes it by hand."""
    value = document.value
    for key in within:
        value = value.get(key) if isinstance(value, dict) else None
    given = [
        (*within, section, i, "aangepast")
        for section in sections
        for i, item in enumerate(_listed(value, section))
        if isinstance(item, dict) and "aangepast" in item
    ]
    return [document.fault(place, "is geen bekende sleutel") for place in given]


def _listed(value: Any, section: str) -> tuple[Any, ...]:
    items = value.get(section) if isinstance(value, dict) else None
    return items if isinstance(items, tuple) else ()


def _records(document: Document, faults: list[Fault]) -> tuple[list[tuple[Place, Any]], Rules | list[Fault]]:
    """Check each rule by itself, so that one fault does not hide the others; then the file as a whole."""
    value = dict(document.value) if isinstance(document.value, dict) else {}
    placed: list[tuple[Place, Any]] = []
    for section, record in RECORDS.items():
        items = value.get(section)
        if not isinstance(items, tuple):
            continue  # the check of the whole file names it
        checked = [((section, i), check_record(document, item, record, (section, i))) for i, item in enumerate(items)]
        faults += [fault for _, result in checked if isinstance(result, list) for fault in result]
        good = [(place, result) for place, result in checked if not isinstance(result, list)]
        placed += good
        value[section] = tuple(rule for _, rule in good)
    for section, record in PARTS.items():
        if not isinstance(value.get(section), dict):
            continue
        part = check_record(document, value[section], record, (section,))
        faults += part if isinstance(part, list) else []
        value[section] = None if isinstance(part, list) else part
        placed += [] if isinstance(part, list) else [((section,), part)]
    head = check_record(document, value, Rules)
    if isinstance(head, list):
        # a rule with a fault is reported above; it must not make its section look empty as well
        empty = {name for name in RECORDS if value.get(name) == () and document.value[name]}
        faults += [fault for fault in head if fault.path not in empty]
    return placed, head


def _weighed(rules: Rules) -> Rules:
    """Fill in the weights that follow from pairs."""
    names = tuple(wish.naam for wish in rules.preferences)
    wishes = rules.preferences
    if rules.paren:
        found = weigh(names, rules.paren).weights
        wishes = tuple(replace(wish, gewicht=weight) for wish, weight in zip(wishes, found, strict=True))
    profiles = tuple(
        replace(profile, gewichten=dict(zip(names, weigh(names, profile.paren).weights, strict=True)))
        if profile.paren
        else profile
        for profile in rules.profielen
    )
    return replace(rules, preferences=wishes, profielen=profiles)
