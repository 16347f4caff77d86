"""``docs/kolommen.md`` is what the code gives, and tells what every column is."""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGE = TOP / "docs" / "kolommen.md"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page as ``make docs`` writes it now."""
    target = tmp_path_factory.mktemp("docs") / "kolommen.md"
    done = subprocess.run([sys.executable, "tools/columns.py", target], cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target.read_text(encoding="utf-8")


def test_the_page_is_what_the_code_gives(made: str) -> None:
    lines = difflib.unified_diff(PAGE.read_text(encoding="utf-8").splitlines(), made.splitlines(), lineterm="", n=0)
    assert not list(lines), "run `make docs` and commit docs/kolommen.md"


def test_every_column_is_told(made: str) -> None:
    empty = [line for line in made.splitlines() if re.search(r"\|\s*\|$", line)]
    assert not empty, "say what these are in tools/column_words.py"
