"""The file with flags of law and money to records."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from locatiescan.config.conditions import condition_faults
from locatiescan.config.reader import Document, Place, check_record, read_yaml
from locatiescan.errors import ConfigError, Fault
from locatiescan.policy.flags import IN_TEXT, THRESHOLD_FACTS, Flag, Threshold

SECTION = "vlaggen"
FORBIDDEN_IN_TITLE = ";"
"""Titles are joined with it."""


def load_flags(path: Path, known: Collection[str]) -> tuple[Flag, ...]:
    """Read and check a file as ``rules/vlaggen.yaml``.

    Parameters
    ----------
    path : Path
    known : collection of str
        Columns that a condition or a text may name.

    Raises
    ------
    ConfigError
        With every fault in the file.
    """
    document = read_yaml(path)
    faults = [*document.faults, *_shape(document)]
    flags: list[Flag] = []
    for number, item in enumerate(_items(document)):
        place = (SECTION, number)
        record = check_record(document, item, Flag, place)
        if isinstance(record, list):
            faults += record
            continue
        faults += _flag_faults(document, place, record, known, [flag.naam for flag in flags])
        flags.append(record)
    if faults:
        raise ConfigError(faults)
    return tuple(flags)


def _items(document: Document) -> Sequence[Any]:
    found = document.value.get(SECTION) if isinstance(document.value, dict) else None
    return found if isinstance(found, tuple) else ()


def _shape(document: Document) -> list[Fault]:
    """What is wrong with the file around the flags."""
    value = document.value if isinstance(document.value, dict) else {}
    extra = [document.fault((key,), "is geen bekende sleutel") for key in value if key not in (SECTION, "toelichting")]
    return extra if _items(document) else [*extra, document.fault((SECTION,), "moet een lijst met vlaggen zijn")]


def _flag_faults(
    document: Document, place: Place, flag: Flag, known: Collection[str], before: Sequence[str]
) -> Iterator[Fault]:
    for number, condition in enumerate(flag.als):
        yield from condition_faults(document, (*place, "als", number), condition, known)
    for within, message in (*_own_faults(flag, before), *_text_faults(flag, known)):
        yield document.fault((*place, *within), message)


def _own_faults(flag: Flag, before: Sequence[str]) -> Iterator[tuple[Place, str]]:
    if flag.naam in before:
        yield ("naam",), f"'{flag.naam}' bestaat al"
    if FORBIDDEN_IN_TITLE in flag.titel:
        yield ("titel",), f"mag geen {FORBIDDEN_IN_TITLE} bevatten: titels staan zo in een lijst"
    if not flag.bron or not flag.datum:
        yield (), "geef bron en datum"
    yield from _period(flag, ())
    for number, threshold in enumerate(flag.drempels):
        within = ("drempels", number)
        if not threshold.bron or not threshold.datum:
            yield within, "geef bron en datum"
        yield from _period(threshold, within)
    yield from _overlaps(flag.drempels)


def _period(record: Flag | Threshold, within: Place) -> Iterator[tuple[Place, str]]:
    for key in ("vanaf", "tot"):
        day = getattr(record, key)
        if day and not _is_day(day):
            yield (*within, key), f"{day} is geen dag"
    if record.vanaf and record.tot and record.vanaf > record.tot:
        yield (*within, "tot"), "ligt voor vanaf"


def _overlaps(thresholds: Sequence[Threshold]) -> Iterator[tuple[Place, str]]:
    """On one day one amount holds."""
    for number, one in enumerate(thresholds):
        for other in thresholds[:number]:
            if (one.vanaf or "") <= (other.tot or "9") and (other.vanaf or "") <= (one.tot or "9"):
                yield ("drempels", number), "geldt deels in dezelfde periode als een eerdere drempel"


def _text_faults(flag: Flag, known: Collection[str]) -> Iterator[tuple[Place, str]]:
    may = {*known, *(THRESHOLD_FACTS if flag.drempels else ())}
    for name in re.findall(IN_TEXT, flag.tekst):
        if name not in may:
            yield ("tekst",), f"noemt {{{name}}}, maar zo'n gegeven is er niet"
    if set(re.sub(IN_TEXT, "", flag.tekst)) & set("{}"):
        yield ("tekst",), "een accolade staat alleen om de naam van een gegeven"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
