"""The command line as a test calls it, and a finished run of the small world."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from locatiescan.cli import main


def call(*words: str | Path) -> Result:
    """Call locatiescan."""
    return CliRunner().invoke(main, [str(word) for word in words])


def finished_run(world: Path, rules: str, folder: Path) -> Path:
    """Folder of a finished run of the small world by these rules, which stay beside it as ``r.yaml``."""
    (folder / "r.yaml").write_text(rules)
    words = ("--bronnen", world, "--regels", folder / "r.yaml", "--opslag", folder / "lagen")
    found = call("-q", "run", "--gemeente", "kleinwereld", *words, "--uitvoer", folder / "uit")
    assert found.exit_code == 0, found.output
    return folder / "uit"
