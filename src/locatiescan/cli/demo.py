"""``locatiescan demo``: write the fictitious municipality, or region, as files to play with."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from locatiescan.cli.options import FOLDER
from locatiescan.demo import FEWEST, MOST, make_demo
from locatiescan.demo.municipalities import MOST_MUNICIPALITIES, REGION
from locatiescan.demo.parcels import NAME


@click.command()
@click.argument("map", type=FOLDER)
@click.option("--percelen", type=click.IntRange(FEWEST, MOST), default=2000, show_default=True)
@click.option(
    "--gemeenten",
    type=click.IntRange(1, MOST_MUNICIPALITIES),
    default=1,
    show_default=True,
    help="Hetzelfde land, verdeeld over zoveel gemeenten die samen een regio zijn.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Zelfde getal, zelfde land.")
def demo(map: Path, percelen: int, gemeenten: int, seed: int) -> None:
    """Schrijf de fictieve gemeente, of een regio van fictieve gemeenten, naar een map."""
    catalogue = make_demo(map, percelen, seed, gemeenten)
    click.echo(f"Geschreven: {catalogue}")
    what = f"--gemeente {NAME}" if gemeenten == 1 else f'--regio "{REGION}"'
    it, where = "haar" if gemeenten == 1 else "die", shlex.quote(str(catalogue))
    click.echo(f"Scan {it} met: locatiescan run {what} --bronnen {where}")
