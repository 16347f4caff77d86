"""The command line as a test calls it, and a finished run of the small world."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from locatiescan.cli import main

BARE_RULES = """
titel: Test
toelichting: Klein
limits:
  - {naam: grootte_m2, measure: area_m2, min: 1500, waarom: Ruimte}
preferences:
  - {naam: weg_m, measure: distance_m, layer: wegen, curve: {20: 1, 150: 0}, gewicht: 2, waarom: Nabij}
"""
"""Rules that rank parcels of the small world and answer nothing."""


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
