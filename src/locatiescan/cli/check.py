"""``locatiescan check``: is a rules file sound? Nothing is run."""

from __future__ import annotations

from pathlib import Path

import click

from locatiescan.analysis.measures import MEASURES
from locatiescan.cli.options import FILE
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources


@click.command()
@click.argument("regels", type=FILE)
@click.option("--bronnen", type=FILE, help="Catalogus waartegen de lagen worden gehouden.")
def check(regels: Path, bronnen: Path | None) -> None:
    """Controleer een regelbestand zonder te scannen."""
    sources = load_sources(bronnen or packaged_file("data/sources.yaml"))
    rules = load_rules(regels, MEASURES, sources)
    click.echo(
        f"{regels}: in orde; {len(rules.limits)} grenzen, {len(rules.preferences)} voorkeuren, "
        f"{len(rules.metingen)} metingen."
    )
