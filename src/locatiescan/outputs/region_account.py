"""``run.json`` of a region: which municipalities it is made of, and what lies beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from locatiescan.model import ScanResult
from locatiescan.outputs.contents import contents_of
from locatiescan.outputs.tables import account
from locatiescan.outputs.versions import versions
from locatiescan.whole import written_whole

REGION = "regio"


def write_region_account(
    result: ScanResult,
    path: Path,
    files: Sequence[str],
    municipalities: Sequence[Mapping[str, str]],
    recipe: Mapping[str, object],
) -> None:
    """Write the account of a region.

    Parameters
    ----------
    result : ScanResult
        Of the region.
    files : sequence of str
        Names of the other files of the region, which lie beside it.
    municipalities : sequence of mapping
        ``code``, ``naam``, ``map`` and ``stand`` of each; and ``reden`` of one that failed.
    recipe : mapping
        What was asked.

    Raises
    ------
    OutputError
        If it cannot be written, or one of the files cannot be read.
    """
    content = {
        "soort": REGION,
        "fictief": result.fictitious,
        "verantwoording": dict(account(result)),
        "gemeenten": list(municipalities),
        "bestanden": list(files),
        "inhoud": {name: contents_of(path.parent / name) for name in files},
        "omgeving": versions(),
        **recipe,
    }
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
