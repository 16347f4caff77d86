"""A rules file to records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from locatiescan.config.reader import Document, Place, check_record, read_yaml
from locatiescan.errors import ConfigError, Fault
from locatiescan.model import Limit, Measure, Measurement, Preference, Rules, Source

SECTIONS = {"limits": Limit, "preferences": Preference, "metingen": Measurement}
RESERVED = frozenset(
    {"perceel_id", "geometry", "geom", "fid", "rang", "score", "score_hoog", "oordeel", "afgewezen_door", "onbekend"}
)


def load_rules(path: Path, measures: Mapping[str, Measure], sources: Mapping[str, Source]) -> Rules:
    """Read and check a rules file.

    Parameters
    ----------
    path : Path
        YAML file as ``rules/flexwonen.yaml``.
    measures : mapping
        The measures a rule may name.
    sources : mapping
        The catalogue whose layers a rule may name.

    Raises
    ------
    ConfigError
        With every fault in the file.
    """
    document = read_yaml(path)
    faults = list(document.faults)
    placed, head = _records(document, faults)
    faults += _doubled_names(document, placed)
    for place, rule in placed:
        faults += _measure_faults(document, place, rule, measures)
        faults += _layer_faults(document, place, rule, measures, sources)
        faults += _kind_faults(document, place, rule, measures)
    if faults or isinstance(head, list):
        raise ConfigError(faults)
    return head


def all_rules(rules: Rules) -> tuple[Measurement, ...]:
    """Every measured column, in the order in which they are measured."""
    return (*rules.metingen, *rules.limits, *rules.preferences)


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
        for item in rule.exclude:
            needed.setdefault(item.layer, set()).update(item.where)
    return needed


def _records(document: Document, faults: list[Fault]) -> tuple[list[tuple[Place, Measurement]], Rules | list[Fault]]:
    """Check each rule by itself, so that one fault does not hide the others; then the file as a whole."""
    value = dict(document.value) if isinstance(document.value, dict) else {}
    placed: list[tuple[Place, Measurement]] = []
    for section, record in SECTIONS.items():
        items = value.get(section)
        if not isinstance(items, tuple):
            continue  # the check of the whole file names it
        checked = [((section, i), check_record(document, item, record, (section, i))) for i, item in enumerate(items)]
        faults += [fault for _, result in checked if isinstance(result, list) for fault in result]
        good = [(place, result) for place, result in checked if not isinstance(result, list)]
        placed += good
        value[section] = tuple(rule for _, rule in good)
    head = check_record(document, value, Rules)
    if isinstance(head, list):
        # a rule with a fault is reported above; it must not make its section look empty as well
        empty = {name for name in SECTIONS if value.get(name) == () and document.value[name]}
        faults += [fault for fault in head if fault.path not in empty]
    return placed, head


def _doubled_names(document: Document, placed: list[tuple[Place, Measurement]]) -> list[Fault]:
    seen: dict[str, str] = {}
    faults = []
    for place, rule in placed:
        taken = {rule.naam, *_own_columns(rule)}
        clash = next((name for name in sorted(taken) if name in seen or name in RESERVED), None)
        if clash:
            by = f"gebruikt door {seen[clash]}" if clash in seen else "van het programma zelf"
            faults.append(document.fault((*place, "naam"), f"de kolom {clash} is al {by}"))
        seen |= dict.fromkeys(taken, rule.naam)
    return faults


def _own_columns(rule: Measurement) -> tuple[str, ...]:
    if isinstance(rule, Limit):
        return (f"{rule.naam}_oordeel",)
    return (f"{rule.naam}_score",) if isinstance(rule, Preference) else ()


def _measure_faults(
    document: Document, place: Place, rule: Measurement, measures: Mapping[str, Measure]
) -> list[Fault]:
    measure = measures.get(rule.measure)
    if measure is None:
        return [
            document.fault(
                (*place, "measure"), f"onbekende maat '{rule.measure}'; bekend: {', '.join(sorted(measures))}"
            )
        ]
    faults = []
    if measure.unit and not rule.naam.endswith(f"_{measure.unit}"):
        faults.append(
            document.fault((*place, "naam"), f"moet eindigen op _{measure.unit}, de eenheid van {rule.measure}")
        )
    for key in ("column", "where", "exclude", "reach_m"):
        if getattr(rule, key) not in (None, {}, ()) and key not in measure.needs + measure.takes:
            faults.append(document.fault((*place, key), f"wordt niet gebruikt door {rule.measure}"))
    for key in measure.needs:
        if not getattr(rule, key):
            faults.append(document.fault((*place, key), f"ontbreekt; {rule.measure} heeft dit nodig"))
    return faults


def _layer_faults(
    document: Document, place: Place, rule: Measurement, measures: Mapping[str, Measure], sources: Mapping[str, Source]
) -> list[Fault]:
    measure = measures.get(rule.measure)
    if measure is None:
        return []
    faults = []
    if measure.geometry and rule.layer is None:
        faults.append(document.fault((*place, "layer"), f"ontbreekt; {rule.measure} heeft dit nodig"))
    if rule.layer is not None and not measure.geometry:
        faults.append(document.fault((*place, "layer"), f"wordt niet gebruikt door {rule.measure}"))
    named = [((*place, "layer"), rule.layer, rule.where)] if rule.layer else []
    named += [((*place, "exclude", i), item.layer, item.where) for i, item in enumerate(rule.exclude)]
    for where, layer, selection in named:
        source = sources.get(layer)
        if source is None:
            faults.append(
                document.fault(where, f"de catalogus kent geen laag '{layer}'; wel: {', '.join(sorted(sources))}")
            )
            continue
        faults += [
            document.fault(where, f"laag {layer} heeft geen kolom '{column}'; wel: {', '.join(source.columns)}")
            for column in selection
            if column not in source.columns
        ]
    source = sources.get(rule.layer or "")
    if source and measure.geometry and source.geometry not in measure.geometry:
        kinds = " of ".join(measure.geometry)
        faults.append(
            document.fault(
                (*place, "layer"), f"{rule.measure} vraagt een laag met {kinds}; {rule.layer} is {source.geometry}"
            )
        )
    return faults


def _kind_faults(document: Document, place: Place, rule: Measurement, measures: Mapping[str, Measure]) -> list[Fault]:
    text = rule.measure in measures and measures[rule.measure].text
    gives = f"{rule.measure} geeft {'een klasse' if text else 'een getal'}"
    if isinstance(rule, Limit):
        numeric = rule.min is not None or rule.max is not None
        if numeric + bool(rule.is_in) + bool(rule.not_in) != 1:
            return [document.fault(place, "geef precies één soort grens: min en/of max, is_in, of not_in")]
        if numeric == text:
            return [document.fault(place, f"{gives}: gebruik {'is_in of not_in' if text else 'min en/of max'}")]
        if rule.min is not None and rule.max is not None and rule.min > rule.max:
            return [document.fault((*place, "min"), "is groter dan max")]
    if isinstance(rule, Preference):
        if (rule.curve is None) == (rule.classes is None):
            return [document.fault(place, "geef precies één van curve en classes")]
        if (rule.classes is not None) != text:
            return [document.fault(place, f"{gives}: gebruik {'classes' if text else 'curve'}")]
    return []
