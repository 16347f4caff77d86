"""``run.json``: what was asked, with what, and what came."""

from __future__ import annotations

import json
from pathlib import Path

from locatiescan.config.rules_json import rules_to_json
from locatiescan.model import ScanResult
from locatiescan.outputs.tables import account, sources_table
from locatiescan.whole import written_whole


def write_provenance(result: ScanResult, path: Path, files: list[str]) -> None:
    """Write the account of a run.

    Parameters
    ----------
    files : list of str
        Names of the other files of this run.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    layers = json.loads(sources_table(result).to_json(orient="records"))
    content = {
        "fictief": result.fictitious,
        "verantwoording": dict(account(result)),
        "lagen": {row.pop("laag"): row for row in layers},
        "bestanden": files,
        "regels_volledig": rules_to_json(result.rules),
    }
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_subject(path: Path) -> str:
    """Of which municipality an account is; empty where the file cannot be read as one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return str(content["verantwoording"]["gemeente"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
