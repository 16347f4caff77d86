"""``locatiescan demo``: write the fictitious municipality as files to play with."""

from __future__ import annotations

from pathlib import Path

import click

from locatiescan.cli.options import FOLDER
from locatiescan.demo import make_demo
from locatiescan.demo.parcels import NAME


@click.command()
@click.argument("map", type=FOLDER)
@click.option("--percelen", type=click.IntRange(500, 250_000), default=2000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Zelfde getal, zelfde gemeente.")
def demo(map: Path, percelen: int, seed: int) -> None:
    """Schrijf de fictieve gemeente naar een map."""
    catalogue = make_demo(map, percelen, seed)
    click.echo(f"Geschreven: {catalogue}")
    click.echo(f"Scan haar met: locatiescan run --gemeente {NAME} --bronnen {catalogue}")
