"""Where the files that come with the program lie, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def packaged_file(name: str) -> Path:
    """Path of a file under ``rules/`` or ``data/``, e.g. ``data/sources.yaml``.

    A wheel carries both folders inside the package; a checkout has them at its top.
    """
    inside = PACKAGE / name
    return inside if inside.exists() else PACKAGE.parents[1] / name
