"""The 342 municipalities of 2025: namesakes, misspellings, and what a user is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from support.drawing import draw, far_away, square
from support.real import Place, hits, needs_real_data, run, scan

pytestmark = needs_real_data


def ask(landelijk: Place, gemeente: str, folder: Path) -> tuple[int, str]:
    """Exit code and all that was said."""
    result = scan(gemeente, landelijk.catalogue, folder / "uit")
    assert "Traceback" not in result.output
    assert not list(folder.rglob("*.gpkg"))
    return result.exit_code, result.output


def test_namesakes_are_both_named(landelijk: Place, tmp_path: Path) -> None:
    code, said = ask(landelijk, "Bergen", tmp_path)
    assert code == 2
    assert "Bergen (NH.)" in said
    assert "Bergen (L.)" in said


@pytest.mark.parametrize(
    ("typed", "meant"), [("Alkmar", "Alkmaar"), ("Heilo", "Heiloo"), ("Dijk en Ward", "Dijk en Waard")]
)
def test_misspelling_gets_a_suggestion(landelijk: Place, tmp_path: Path, typed: str, meant: str) -> None:
    code, said = ask(landelijk, typed, tmp_path)
    assert code == 2
    assert meant in said


def test_nonsense_gets_no_traceback(landelijk: Place, tmp_path: Path) -> None:
    code, said = ask(landelijk, "Xqzw", tmp_path)
    assert code == 2
    assert "Xqzw" in said
    assert "342" in said


@pytest.mark.parametrize("typed", ["bergen (nh.)", "GM0373"])
def test_one_municipality_has_several_names(landelijk: Place, tmp_path: Path, typed: str) -> None:
    assert hits(landelijk, "gemeentegrens") == 342
    file = draw(tmp_path / "percelen.gpkg", landelijk.catalogue, "percelen", [square(109000, 520000, 100)])
    given = ("--laag", f"percelen={file}", *far_away(tmp_path, landelijk.catalogue))
    found = run(replace(landelijk, gemeente=typed), tmp_path / "uit", *given, naam="bergen_nh")
    assert len(found.percelen) == 1
    assert found.proof["verantwoording"]["gemeente"] == "Bergen (NH.) (GM0373)"
    assert found.proof["lagen"]["gemeentegrens"]["ontvangen"] == 342
