"""``locatiescan run``: a municipality or a region in; GeoPackage, map, workbook and account out."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from locatiescan.analysis.studying.wording import number
from locatiescan.cli.answers import Wishes, answer_options, best_table, homes_line
from locatiescan.cli.ledger import ledger_table
from locatiescan.cli.options import FILE, FOLDER, catalogue_options, storage_options
from locatiescan.cli.places import Places, place_options
from locatiescan.cli.progress import shown_progress
from locatiescan.cli.request import Request, performed, prepared
from locatiescan.cli.scenarios import check_kept
from locatiescan.cli.several import Several, run_several
from locatiescan.cli.shown import clean, shown_table
from locatiescan.cli.written import check_folder, hidden_flags, write_files
from locatiescan.errors import UsageError
from locatiescan.model import ScanResult, Storage
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS, missing_layers, outcome

BEST = 5


@click.command()
@place_options
@catalogue_options
@storage_options
@click.option(
    "--uitvoer",
    type=FOLDER,
    default=Path("uitvoer"),
    show_default=True,
    help="Map voor de uitkomst.",
)
@click.option(
    "--publiek",
    is_flag=True,
    help="Schrijf ook een kaart zonder eigendom, leegstand en scenario's: …_publiek.html.",
)
@click.option(
    "--naast",
    metavar="MAP",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Zet een eerdere scan als scenario naast deze in de kaart; mag vaker. Niet in de openbare kaart.",
)
@click.option("--hervat", is_flag=True, help="Regio: sla gemeenten over die al klaar zijn, als hetzelfde is gevraagd.")
@click.option("--werkers", type=click.IntRange(1, 64), help="Regio: zoveel tegelijk.  [standaard: een per kern]")
@click.option("--dask", metavar="ADRES", help="Regio: een Dask-scheduler die al draait, zoals tcp://host:8786.")
@click.option("--status", type=FILE, help="Regio: statusbestand (CSV) van de planners, voor de voortgang.")
@click.option("--doel", type=click.IntRange(1), help="Regio: woningen voor alle gemeenten samen, voor de voortgang.")
@answer_options
@click.pass_context
def run(
    context: click.Context,
    places: Places,
    bronnen: Path | None,
    regels: Path | None,
    laag: tuple[str, ...],
    uitvoer: Path,
    publiek: bool,
    naast: tuple[Path, ...],
    hervat: bool,
    werkers: int | None,
    dask: str | None,
    status: Path | None,
    doel: int | None,
    wishes: Wishes,
    storage: Storage,
) -> None:
    """Zoek locaties in een gemeente, of in een regio."""
    if bronnen and places == Places():
        raise UsageError("Noem met --gemeente of --regio wat u met deze bronnen wilt scannen.")
    request = Request(
        places.gemeenten[0] if places.gemeenten else None, bronnen, regels, laag, publiek, wishes, storage, naast
    )
    if places.several:
        if naast:
            raise UsageError("--naast kan alleen bij één gemeente; zet scenario's in de kaart van die gemeente.")
        several = Several(places, request, uitvoer, hervat, werkers, dask, status, doel)
        context.exit(run_several(several, context.obj["quiet"]))
    if hervat or werkers or dask or status or doel:
        raise UsageError("--hervat, --werkers, --dask, --status en --doel zijn voor meer gemeenten; noem een --regio.")
    check_kept(naast, uitvoer)
    with tempfile.TemporaryDirectory(prefix="locatiescan-") as folder, shown_progress(context.obj["quiet"]) as step:
        job = prepared(request, Path(folder), step)
        check_folder(uitvoer, job.question.area)
        hidden = hidden_flags(job)
        result = performed(job, storage, step)
    files = write_files(result, job, uitvoer, hidden)
    _tell(result, files)


def _tell(result: ScanResult, files: list[Path]) -> None:
    """Say on stdout what was found and written."""
    console = Console(highlight=False)
    if result.fictitious:
        console.print(FICTITIOUS, style="bold", markup=False)
    console.print(f"{result.area.name}: {outcome(result)}.", markup=False, soft_wrap=True)
    for line in missing_layers(result):
        console.print(f"Ontbreekt, dus onbekend: {line}", markup=False, soft_wrap=True)
    console.print(ledger_table(result.parcels, result.rules))
    if result.dossier:
        console.print(clean(homes_line(result.sites, result.dossier)))
    console.print(best_table(result.sites, BEST) if result.dossier else _best(result))
    for file in files:
        console.print(f"Geschreven: {file}", markup=False, soft_wrap=True)
    console.print(DISCLAIMER, markup=False)


def _best(result: ScanResult) -> Table:
    columns = ("rang", "locatie_id", "percelen", "score", "oordeel", "onbekend")
    best = result.sites.head(BEST).assign(percelen=lambda table: table["aantal_percelen"])
    best["score"] = [number(score, 1) for score in best["score"]]
    rows = best[list(columns)].astype(str).itertuples(index=False)
    return shown_table(f"De {BEST} beste kandidaten", columns, rows, ("rang", "percelen", "score"))
