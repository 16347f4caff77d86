"""``locatiescan factsheet``: locations of a finished run, each on two pages for a council."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click
import pandas as pd

from locatiescan.cli.options import FILE, FINISHED_RUN, FOLDER
from locatiescan.cli.shown import clean, console
from locatiescan.config.dwellings import load_dwellings
from locatiescan.config.packaged import packaged_file
from locatiescan.errors import UsageError
from locatiescan.outputs.factsheet_content import content_of, context_of
from locatiescan.outputs.factsheet_pictures import drawn_layers
from locatiescan.outputs.runs import Run, find_building, find_place, read_run, refuse_across
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS

NO_ANSWER = "zegt niets over woningen en planroutes: zet `antwoord` in de regels en draai `locatiescan run` opnieuw."

OTHER_SIZES = (
    "is niet het bestand waarmee is gescand: de maten van de woningen staan er niet op. "
    "Geef het goede met --woningtypen."
)


@click.command("factsheet")
@click.argument("locaties", nargs=-1, metavar="[LOCATIE]...")
@click.option("--beste", type=click.IntRange(1), help="De eerste N van de ranglijst.")
@FINISHED_RUN
@click.option("--naar", type=FOLDER, help="Map voor de bestanden.  [standaard: die van de scan]")
@click.option(
    "--woningtypen", type=FILE, help="Het bestand waarmee is gescand, als dat niet rules/woningtypen.yaml was."
)
def factsheet(
    locaties: tuple[str, ...], beste: int | None, uitvoer: Path, naar: Path | None, woningtypen: Path | None
) -> None:
    """Maak van een locatie een factsheet voor de raad: twee bladzijden A4, als HTML en als PDF.

    LOCATIE is een locatie_id, een perceel dat ertoe hoort, of een gebouw (T-…).
    """
    from locatiescan.outputs.factsheet import write_factsheet  # here: it brings reportlab along, a fifth of a second

    if bool(locaties) == bool(beste):
        raise click.UsageError("Noem een of meer LOCATIES, of geef --beste N.")
    refuse_across(uitvoer, locaties)
    run = read_run(uitvoer)
    if run.routes is None or run.sites is None or "samenvatting" not in run.sites:
        raise UsageError(f"De scan van {run.name} {NO_ANSWER}")
    rows = _rows(run, run.sites, locaties, beste)
    file = woningtypen or packaged_file("rules/woningtypen.yaml")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    context = context_of(run, drawn_layers(run), load_dwellings(file), digest)
    slug = run.package.stem if run.package else "locatie"
    for row in rows:
        for path in write_factsheet(content_of(row, context), naar or run.folder, slug):
            click.echo(f"Geschreven: {path}")
    _tell(run, file, context.dwellings is not None)


def _tell(run: Run, file: Path, same: bool) -> None:
    """Say what the files are not, and what could not be put on them."""
    out = console()
    if not same:
        out.print(clean(f"{file.name} {OTHER_SIZES}"))
    if run.fictitious:
        out.print(clean(FICTITIOUS), style="bold")
    out.print(clean(DISCLAIMER))


def _rows(run: Run, sites: pd.DataFrame, words: tuple[str, ...], beste: int | None) -> list[pd.Series]:
    """Rows of all that is asked for; each must have a shape to draw."""
    rows = [_row(run, word) for word in dict.fromkeys(words)] or [row for _, row in sites.head(beste or 0).iterrows()]
    bare = [str(row["locatie_id"]) for row in rows if row["geometry"] is None or row["geometry"].is_empty]
    if bare:
        raise UsageError(f"Zonder vlak is er niets te tekenen: {', '.join(bare[:5])}.")
    return rows


def _row(run: Run, word: str) -> pd.Series:
    """Row of the location or building that a user means; one of a parcel is that of its location."""
    building = find_building(run, word)
    if building is not None:
        return building
    name = find_place(run, word)["locatie_id"]
    if run.sites is None or pd.isna(name):
        raise UsageError(f"'{word}' hoort bij geen locatie: het perceel valt af. Zie: locatiescan explain '{word}'.")
    return run.sites[run.sites["locatie_id"] == name].iloc[0]
