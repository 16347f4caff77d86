"""``locatiescan aerius``: locations of a finished run as input for AERIUS Calculator."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import geopandas as gpd
import pandas as pd

from locatiescan.cli.options import FILE, FINISHED_RUN, FOLDER
from locatiescan.cli.shown import clean, console
from locatiescan.config.nitrogen import load_nitrogen
from locatiescan.config.packaged import packaged_file
from locatiescan.errors import UsageError
from locatiescan.outputs.aerius import aerius_export, road_lines, unverified
from locatiescan.outputs.runs import Run, find_place, read_layer, read_run, refuse_across
from locatiescan.outputs.tables import FICTITIOUS
from locatiescan.whole import written_whole

NO_ANSWER = "heeft geen aantallen woningen: zet `antwoord` in de regels en draai `locatiescan run` opnieuw."
ONLY_INPUT = (
    "Dit is invoer, geen berekening: locatiescan zeeft, AERIUS Calculator rekent. "
    "De bestanden volgen IMAER 6.0; inlezen in Calculator is niet getest."
)
LAYOUT, ROADS = "indeling", "wegen"


@click.command("aerius")
@click.argument("locatie", required=False)
@FINISHED_RUN
@click.option("--alle", "everything", is_flag=True, help="Alle locaties waar woningen passen.")
@click.option("--naar", type=FOLDER, help="Map voor de bestanden.  [standaard: die van de scan]")
@click.option("--jaar", type=click.IntRange(2024, 2060), help="Rekenjaar.  [standaard: dat van het stikstofbestand]")
@click.option("--stikstof", type=FILE, help="Eigen kengetallen in plaats van rules/stikstof.yaml.")
def aerius(
    locatie: str | None, uitvoer: Path, everything: bool, naar: Path | None, jaar: int | None, stikstof: Path | None
) -> None:
    """Schrijf een locatie als invoer voor AERIUS: aanleg en gebruik, elk een GML-bestand.

    LOCATIE is een locatie_id, of een perceel dat ertoe hoort.
    """
    if (locatie is None) != everything:
        raise click.UsageError("Noem een LOCATIE, of geef --alle.")
    figures = load_nitrogen(stikstof or packaged_file("rules/stikstof.yaml")).aerius
    refuse_across(uitvoer, [locatie] if locatie else [])
    run = read_run(uitvoer)
    sites = _with_homes(run, locatie)
    drawn = read_layer(run, LAYOUT)
    layouts: dict[Any, Any] = {} if drawn is None else dict(iter(drawn.groupby("locatie_id")))
    roads = road_lines(read_layer(run, ROADS))
    place = f"{FICTITIOUS} {run.name}" if run.fictitious else run.name
    notes: dict[str, int] = {}
    folder, files = naar or run.folder, []
    for _, site in sites.iterrows():
        name = str(site["locatie_id"])
        made = aerius_export(site, layouts.get(name), roads, figures, jaar or figures.rekenjaar.waarde, place)
        for phase, content in (("aanleg", made.aanleg), ("gebruik", made.gebruik)):
            files.append(folder / f"{_stem(run, name)}_{phase}.gml")
            with written_whole(files[-1]) as temporary:
                temporary.write_bytes(content)
        for note in made.notes:
            notes[note] = notes.get(note, 0) + 1
    for line in files if locatie else (f"{len(files)} bestanden in {folder}",):
        click.echo(f"Geschreven: {line}")
    _tell(len(sites), notes, unverified(figures), run)


def _with_homes(run: Run, word: str | None) -> gpd.GeoDataFrame:
    """Rows of the locations that are asked for, or of all, as far as homes fit there."""
    if run.sites is None or "woningen" not in run.sites:
        raise UsageError(f"De scan van {run.name} {NO_ANSWER}")
    asked = run.sites
    if word is not None:
        name = find_place(run, word)["locatie_id"]
        if pd.isna(name):
            raise UsageError(f"'{word}' hoort bij geen locatie: het perceel valt af.")
        asked = asked[asked["locatie_id"] == name]
    fits = asked[(asked["woningen"].fillna(0) >= 1) & asked.geometry.notna()]
    if not len(fits):
        where = "geen enkele locatie passen" if word is None else f"locatie {asked['locatie_id'].iloc[0]} passen geen"
        raise UsageError(f"Op {where} woningen, of hun aantal is onbekend: er is niets te schrijven.")
    return fits


def _stem(run: Run, locatie_id: str) -> str:
    """File name without its end; whatever an id holds, no two give the same and none leaves the folder."""
    slug = run.package.stem if run.package else "locatie"
    return f"{slug}_{quote(locatie_id, safe='')}"


def _tell(count: int, notes: dict[str, int], doubtful: list[str], run: Run) -> None:
    """Say what these files are and are not."""
    out = console()
    if run.fictitious:
        out.print(clean(FICTITIOUS), style="bold")
    out.print(clean(ONLY_INPUT))
    for note, times in notes.items():
        out.print(clean(note if count == 1 else f"{times} van {count} locaties: {note}"))
    if doubtful:
        out.print(clean(f"Niet geverifieerd, gemerkt met [U], na te kijken: {', '.join(doubtful)}."))
