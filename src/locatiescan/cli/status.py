"""``locatiescan status``: the file in which planners keep how far each place is, and progress against the target."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
import geopandas as gpd
import pandas as pd
from rich.console import Console

from locatiescan.analysis.choosing.shares import PRO_RATA, shares
from locatiescan.analysis.monitoring.carry import CARRIED, LOST, MERGED, SPLIT, Carried, carried, with_candidates
from locatiescan.analysis.monitoring.posts import municipalities
from locatiescan.analysis.monitoring.progress import Progress, progress
from locatiescan.cli.shown import clean, console, indented, shown_table
from locatiescan.errors import UsageError
from locatiescan.outputs.region_runs import Region, read_region
from locatiescan.outputs.status_file import write_status
from locatiescan.outputs.tables import FICTITIOUS
from locatiescan.policy.status import STAGES
from locatiescan.sources.status import read_status, records

RUN = click.Path(path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
SHOWN = 20
"""Records of which is told what became of them; all are in the file."""
HEADS = ("gemeente", "doel", "kand.", "studie", "besl.", "verg.", "geb.", "nog")
"""Of the table, so short that they fit beside a long name in 80 columns."""
MEANING = (
    "kand.: kandidaat; studie: in onderzoek; besl.: besloten; verg.: vergund; geb.: gebouwd; nog: doel min toegezegd."
)


@click.command("status")
@click.argument("scan", metavar="MAP", type=RUN)
@click.argument("status_csv", metavar="STATUS.csv", type=FILE)
@click.option("--beste", type=click.IntRange(1), help="Zet alleen de beste N kandidaten erbij.  [standaard: alle]")
@click.option("--uitvoer", type=FILE, help="Schrijf hierheen.  [standaard: STATUS.csv; bestaat die, dan ernaast]")
@click.option("--overschrijf", is_flag=True, help="Schrijf ook over een bestand dat er al is.")
@click.option("--doel", type=click.IntRange(1), help="Woningen voor alle gemeenten samen; naar rato van hun woningen.")
def status(
    scan: Path, status_csv: Path, beste: int | None, uitvoer: Path | None, overschrijf: bool, doel: int | None
) -> None:
    """Houd bij hoe ver elke locatie is, en tel de woningen tegen het doel.

    MAP is de map van een scan (gemeente of regio), of haar run.json. Is STATUS.csv er niet, dan wordt het gemaakt met
    elke kandidaat als regel; anders gaat elke regel mee naar deze scan, ook als percelen zijn gesplitst, samengevoegd
    of vernummerd.
    """
    region = read_region(scan)
    known = status_csv.exists()
    target_file = uitvoer or (status_csv.with_name(f"{status_csv.stem}-bijgewerkt.csv") if known else status_csv)
    if target_file.exists() and not overschrijf:
        raise UsageError(f"{target_file} bestaat al: noem met --uitvoer een ander bestand, of geef --overschrijf.")
    found = carried(read_status(status_csv) if known else records(pd.DataFrame(), []), region.candidates)
    out = console()
    if region.fictitious:
        out.print(clean(FICTITIOUS), style="bold")
    if known:
        _tell_carried(found, out)
    names = dict(region.municipalities)
    sites = _best(region, beste)
    write_status(with_candidates(found, sites, _municipality(region)), target_file)
    share = shares(list(names), region.figures, doel, PRO_RATA) if doel else None
    told = progress(region.candidates, found, share, doel, region.peildatum, names)
    _tell_progress(told, region, out)
    out.print(clean(f"Geschreven: {target_file}"), soft_wrap=True)


def _best(region: Region, most: int | None) -> gpd.GeoDataFrame:
    """The candidates to list, best first; buildings have no rank and come last."""
    ranked = region.candidates.sort_values("rang", kind="stable", na_position="last")
    return gpd.GeoDataFrame(ranked if most is None else ranked.head(most))


def _municipality(region: Region) -> dict[str, str | None]:
    """Name of the municipality that each candidate counts for."""
    names = municipalities(region.candidates) | dict(region.municipalities)
    pairs = zip(region.candidates["locatie_id"], region.candidates["gemeente_code"], strict=True)
    return {name: names.get(code) for name, code in pairs}


def _tell_carried(found: Carried, out: Console) -> None:
    """What became of the records of the file."""
    became = Counter(found.rows.drop_duplicates("was")["uitkomst"])
    words = "; ".join(f"{word}: {became[word]}" for word in (CARRIED, SPLIT, MERGED, LOST))
    out.print(clean(f"Regels van het statusbestand: {became.total()}. {words}"))
    for note in found.notes[:SHOWN]:
        out.print(indented(f"- {note}"))
    if len(found.notes) > SHOWN:
        out.print(indented(f"… en nog {len(found.notes) - SHOWN}"))
    out.print()


def _tell_progress(told: Progress, region: Region, out: Console) -> None:
    """The table by municipality, and what a reader must know of it."""
    rows = [
        (row["gemeente"], _count(row["doel"]), *(row[stage] for stage in STAGES), _count(row["te_gaan"]))
        for row in told.by_municipality.to_dict("records")
    ]
    out.print(shown_table("Woningen naar status", HEADS, rows, right=HEADS[1:]))
    out.print(clean(MEANING))
    notes = list(told.notes)
    if region.missing:
        notes.append(f"Niet in deze scan, want mislukt: {', '.join(region.missing)}.")
    for note in notes:
        out.print(clean(note))


def _count(value: object) -> str:
    return "-" if pd.isna(value) else str(value)  # pyright: ignore[reportArgumentType, reportCallIssue]
