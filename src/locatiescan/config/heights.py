"""The file of heights to records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from locatiescan.config.reader import Place, read_checked
from locatiescan.policy.heights import Heights


def load_heights(path: Path) -> Heights:
    """Read and check a file as ``rules/hoogte.yaml``.

    Raises
    ------
    ConfigError
        With every fault: keys and values, doubled columns, and limits of the plan that do not bind.
    """
    return read_checked(path, Heights, _together)


def _together(heights: Heights) -> Iterator[tuple[Place, str]]:
    columns = [limit.kolom for limit in heights.eisen]
    for i, limit in enumerate(heights.eisen):
        if limit.kolom in columns[:i]:
            yield ("eisen", i, "kolom"), f"'{limit.kolom}' staat er dubbel"
        if limit.plan and not limit.bindend:
            yield ("eisen", i, "bindend"), "een eis uit het plan bindt: zet bindend op true, of plan op false"
    if not any(limit.plan for limit in heights.eisen):
        yield ("eisen",), "noem ten minste een eis uit het plan (plan: true): anders blijft elke hoogte onbekend"
