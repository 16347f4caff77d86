"""Notebooks are kept without outputs: what they show is made anew, and no path of somebody's machine is in them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def test_there_are_three() -> None:
    assert len(NOTEBOOKS) == 3


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_kept_clean(file: Path) -> None:
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    written = "".join("".join(cell["source"]) for cell in cells)
    assert not re.search(r"(?<![\w.:])/(home|tmp|work|Users|root)/|[A-Z]:\\\\", written)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_of_the_demo(file: Path) -> None:
    written = file.read_text(encoding="utf-8")
    assert "--bronnen demomap/" in written
    assert "fictief" in written.lower()
