"""The file of heights to records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from locatiescan.config.reader import Place, check_record, read_yaml
from locatiescan.errors import ConfigError
from locatiescan.policy.heights import Heights


def load_heights(path: Path) -> Heights:
    """Read and check a file as ``rules/hoogte.yaml``.

    Raises
    ------
    ConfigError
        With every fault: keys and values, doubled columns, and limits of the plan that do not bind.
    """
    document = read_yaml(path)
    faults = list(document.faults)
    found = check_record(document, document.value, Heights)
    if isinstance(found, list):
        raise ConfigError([*faults, *found])
    faults += [document.fault(place, message) for place, message in _together(found)]
    if faults:
        raise ConfigError(faults)
    return found


def _together(heights: Heights) -> Iterator[tuple[Place, str]]:
    columns = [limit.kolom for limit in heights.eisen]
    for i, limit in enumerate(heights.eisen):
        if limit.kolom in columns[:i]:
            yield ("eisen", i, "kolom"), f"'{limit.kolom}' staat er dubbel"
        if limit.plan and not limit.bindend:
            yield ("eisen", i, "bindend"), "een eis uit het plan bindt: zet bindend op true, of plan op false"
    if not any(limit.plan for limit in heights.eisen):
        yield ("eisen",), "noem ten minste een eis uit het plan (plan: true): anders blijft elke hoogte onbekend"
