"""``run.json``: what was asked, with what, and what came."""

from __future__ import annotations

import json
from pathlib import Path

from locatiescan.config.rules_json import rules_to_json
from locatiescan.model import ScanResult
from locatiescan.outputs.contents import contents_of
from locatiescan.outputs.recipe import Recipe, recipe_to_json
from locatiescan.outputs.tables import account, sources_table
from locatiescan.outputs.versions import versions
from locatiescan.whole import written_whole


def write_provenance(result: ScanResult, path: Path, files: list[str], recipe: Recipe | None = None) -> None:
    """Write the account of a run.

    Parameters
    ----------
    files : list of str
        Names of the other files of this run, which lie beside it.
    recipe : Recipe, optional
        What is needed to do the run again.

    Raises
    ------
    OutputError
        If it cannot be written, or one of the files cannot be read.
    """
    layers = json.loads(sources_table(result).to_json(orient="records"))
    content = {
        "fictief": result.fictitious,
        "verantwoording": dict(account(result)),
        "lagen": {row.pop("laag"): row for row in layers},
        "bestanden": files,
        "inhoud": {name: contents_of(path.parent / name) for name in files},
        "omgeving": versions(),
        **(recipe_to_json(recipe) if recipe else {}),
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
