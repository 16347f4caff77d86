"""Read a YAML file so that every value knows its line, and check it against a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from locatiescan.errors import ConfigError, Fault

Record = TypeVar("Record")
Place = tuple[str | int, ...]
MAX_BYTES = 2_000_000
PLAIN_KINDS = ("int", "float", "bool", "null")


@dataclass(frozen=True)
class Document:
    """A YAML file as plain values, with the line of each place in it."""

    file: str
    value: Any
    lines: Mapping[Place, int]
    faults: tuple[Fault, ...]
    """Doubled keys and keys that are no plain text or number."""
    moved: Mapping[Place, tuple[Document, Place]] = field(default_factory=dict)
    """Places whose value stands at another place, perhaps in another file."""

    def fault(self, place: Place, message: str) -> Fault:
        """Name a fault at a place, or at the nearest place around it that has a line."""
        for cut in range(len(place), 0, -1):
            if place[:cut] in self.moved:
                document, origin = self.moved[place[:cut]]
                return document.fault(origin + place[cut:], message)
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        return Fault(self.file, self.lines.get(known, 0), path_of(place), message)


def read_yaml(path: Path) -> Document:
    """Read one YAML 1.2 document.

    Raises
    ------
    ConfigError
        If the file cannot be read, is no YAML, or is larger than 2 MB.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError([Fault(str(path), 0, "", f"groter dan {MAX_BYTES} bytes")])
        text = path.read_text(encoding="utf-8")
        root = YAML(typ="safe", pure=True).compose(text)
    except OSError as error:
        raise ConfigError([Fault(str(path), 0, "", f"niet te lezen: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Fault(str(path), 0, "", f"geen UTF-8: {error.reason}")]) from error
    except YAMLError as error:
        line = error.problem_mark.line + 1 if isinstance(error, MarkedYAMLError) and error.problem_mark else 0
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError([Fault(str(path), line, "", f"geen geldige YAML: {problem}")]) from error
    lines: dict[Place, int] = {}
    faults: list[Fault] = []
    value = {} if root is None else _plain(root, (), lines, faults, str(path))
    return Document(str(path), value, lines, tuple(faults))


def check_record(document: Document, value: Any, record: type[Record], place: Place = ()) -> Record | list[Fault]:
    """Turn plain values into a frozen record, or list every fault in them."""
    try:
        return _checker(record).validate_python(value)
    except ValidationError as error:
        return [
            document.fault(place + _yaml_place(item["loc"], value), _in_dutch(item))
            for item in error.errors(include_url=False)
        ]


def read_checked(path: Path, record: type[Record], *checks: Callable[[Record], Iterable[tuple[Place, str]]]) -> Record:
    """Read a file that is one record, and check what its parts say together.

    Parameters
    ----------
    checks : callables
        Each gives the places and messages of what does not go together.

    Raises
    ------
    ConfigError
        With every fault.
    """
    document = read_yaml(path)
    found = check_record(document, document.value, record)
    if isinstance(found, list):
        raise ConfigError([*document.faults, *found])
    together = [document.fault(place, message) for check in checks for place, message in check(found)]
    if document.faults or together:
        raise ConfigError([*document.faults, *together])
    return found


@cache
def _checker(record: type[Record]) -> TypeAdapter[Record]:
    """Making one takes far longer than using it, and a file has many rules of a kind."""
    return TypeAdapter(record)


def path_of(place: Place) -> str:
    """Spell a place, e.g. ``limits[2].waarom``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def _plain(node: Node, place: Place, lines: dict[Place, int], faults: list[Fault], file: str) -> Any:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):  # tuples: records are frozen
        return tuple(_plain(child, (*place, i), lines, faults, file) for i, child in enumerate(node.value))
    result: dict[Any, Any] = {}
    first: dict[Any, int] = {}  # by the key's value: 1500 and 1500.0 are one key, at two places
    for key_node, child in node.value if isinstance(node, MappingNode) else ():
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            faults.append(Fault(file, line, path_of(place), "een sleutel moet tekst of een getal zijn"))
            continue
        key = _scalar(key_node)
        where = (*place, key if isinstance(key, int) and not isinstance(key, bool) else str(key))
        if key in result:
            faults.append(Fault(file, line, path_of(where), f"staat er dubbel (eerder op regel {first[key]})"))
            continue
        result[key] = _plain(child, where, lines, faults, file)
        lines[where] = first[key] = line
    return result


def _scalar(node: ScalarNode) -> Any:
    if node.tag.rpartition(":")[2] not in PLAIN_KINDS:
        return node.value  # a tag of one's own is no code; a date stays the text that was written
    return YAML(typ="safe", pure=True).constructor.construct_object(node, deep=True)


def _yaml_place(loc: tuple[str | int, ...], value: Any) -> Place:
    """Drop the parts of pydantic's place that name types rather than keys."""
    place: list[str | int] = []
    for part in loc:
        if part == "[key]":
            break
        if isinstance(value, Mapping):
            keys = {str(key): key for key in value}
            place.append(part)
            value = value.get(keys.get(str(part), part))
        elif isinstance(value, tuple) and isinstance(part, int):
            place.append(part)
            value = value[part] if part < len(value) else None
        # else: a branch of a union, which is no place in the file
    return tuple(place)


DUTCH = {
    "missing": "ontbreekt maar is verplicht",
    "extra_forbidden": "is geen bekende sleutel",
    "unexpected_keyword_argument": "is geen bekende sleutel",
    "missing_argument": "ontbreekt maar is verplicht",
    "missing_keyword_only_argument": "ontbreekt maar is verplicht",
    "string_type": "moet tekst zijn",
    "float_type": "moet een getal zijn",
    "int_type": "moet een geheel getal zijn",
    "bool_type": "moet true of false zijn",
    "dict_type": "moet een lijst van sleutel: waarde zijn",
    "mapping_type": "moet een lijst van sleutel: waarde zijn",
    "tuple_type": "moet een lijst zijn",
    "finite_number": "moet een eindig getal zijn",
    "dataclass_type": "moet een lijst van sleutel: waarde zijn",
}


def _in_dutch(item: Mapping[str, Any]) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind in DUTCH:
        return DUTCH[kind]
    if kind == "literal_error":
        return f"moet een van deze zijn: {context['expected'].replace(' or ', ', ')}"
    if kind == "string_pattern_mismatch":
        if "GM" in context["pattern"]:
            return "moet een CBS-code zoals GM0361 zijn"
        return "mag alleen kleine letters, cijfers en _ bevatten en begint met een letter"
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        sign = {"greater_than_equal": "≥", "greater_than": ">", "less_than_equal": "≤", "less_than": "<"}[kind]
        return f"moet {sign} {next(iter(context.values()))} zijn"
    if kind in ("too_short", "string_too_short"):
        return f"moet ten minste {context['min_length']} hebben"
    if kind in ("too_long", "string_too_long"):
        return f"mag ten hoogste {context['max_length']} hebben"
    return item["msg"]
