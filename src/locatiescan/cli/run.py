"""``locatiescan run``: a municipality in; GeoPackage, map and account out."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from locatiescan.analysis.studying.wording import number
from locatiescan.cli.answers import Wishes, answer_options, best_table, homes_line
from locatiescan.cli.ledger import ledger_table
from locatiescan.cli.options import FOLDER, catalogue_options, storage_options
from locatiescan.cli.progress import shown_progress
from locatiescan.cli.request import Job, Request, performed, prepared
from locatiescan.cli.scenarios import check_kept
from locatiescan.cli.shown import clean, shown_table
from locatiescan.errors import UsageError
from locatiescan.model import Area, ScanResult, Storage
from locatiescan.outputs.geopackage import write_geopackage
from locatiescan.outputs.parquet import write_parquet
from locatiescan.outputs.provenance import read_subject, write_provenance
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS, missing_layers, outcome
from locatiescan.outputs.webmap import write_map
from locatiescan.outputs.webmap_public import flags_to_hide, public_edition
from locatiescan.outputs.workbook import write_workbook

ACCOUNT = "run.json"
BEST = 5


@click.command()
@click.option("--gemeente", metavar="NAAM", help="Naam of CBS-code. Zonder dit: de ingebouwde fictieve gemeente.")
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
@answer_options
@click.pass_obj
def run(
    settings: Mapping[str, bool],
    gemeente: str | None,
    bronnen: Path | None,
    regels: Path | None,
    laag: tuple[str, ...],
    uitvoer: Path,
    publiek: bool,
    naast: tuple[Path, ...],
    wishes: Wishes,
    storage: Storage,
) -> None:
    """Zoek locaties in een gemeente."""
    if gemeente is not None and not gemeente.strip():
        raise UsageError("--gemeente is leeg; noem een naam of CBS-code, of laat de optie weg voor de ingebouwde demo.")
    if bronnen and not gemeente:
        raise UsageError("Noem met --gemeente de gemeente die u met deze bronnen wilt scannen.")
    check_kept(naast, uitvoer)
    request = Request(gemeente, bronnen, regels, laag, publiek, wishes, storage, naast)
    with tempfile.TemporaryDirectory(prefix="locatiescan-") as folder, shown_progress(settings["quiet"]) as step:
        job = prepared(request, Path(folder), step)
        check_folder(uitvoer, job.question.area)
        hidden = hidden_flags(job)
        result = performed(job, storage, step)
    files = write_files(result, job, uitvoer, hidden)
    _tell(result, files)


def check_folder(folder: Path, area: Area) -> None:
    """A folder holds one municipality: its account would replace that of another, which nobody could explain then."""
    account = folder / ACCOUNT
    if not account.exists():
        return
    said = read_subject(account)
    if said not in ("", f"{area.name} ({area.code})"):
        raise UsageError(f"{folder} bevat al een scan van {said}; kies met --uitvoer een andere map voor {area.name}.")


def hidden_flags(job: Job) -> frozenset[str] | None:
    """Flags that the public map leaves out; None where no public map is asked.

    Raises
    ------
    OutputError
        If the map cannot be public; better before the scan than after it.
    """
    return flags_to_hide(job.question.rules, job.asked and job.asked.policy) if job.recipe.opdracht.publiek else None


def write_files(result: ScanResult, job: Job, folder: Path, hidden: Collection[str] | None) -> list[Path]:
    """Write all that a run leaves, the public map where `hidden` says what it leaves out; the account comes last."""
    slug = slug_of(result.area.name)
    files = [folder / f"{slug}.gpkg", folder / f"{slug}.html", folder / f"{slug}.xlsx"]
    write_geopackage(result, files[0])
    write_map(result, files[1], job.beside)
    write_workbook([result], files[2])
    for name, table in {"kandidaten": result.sites, "percelen": result.parcels}.items():
        files.append(folder / f"{slug}_{name}.parquet")
        write_parquet(table, files[-1])
    files += _write_public(result, hidden, folder)
    for stale in folder.glob("gevoeligheid_*.csv"):  # of the run that is replaced
        stale.unlink()
    account = folder / ACCOUNT
    write_provenance(result, account, [file.name for file in files], job.recipe)
    return [*files, account]


def _write_public(result: ScanResult, hidden_flags: Collection[str] | None, folder: Path) -> list[Path]:
    """Write the public map; where none is asked, that of an earlier run goes: it is of other results."""
    path = folder / f"{slug_of(result.area.name)}_publiek.html"
    if hidden_flags is None:
        path.unlink(missing_ok=True)
        return []
    write_map(public_edition(result, hidden_flags), path)
    return [path]


def slug_of(name: str) -> str:
    """Name as a file name: lower case, no diacritics, no other signs; 'Bergen (NH.)' is 'bergen_nh'."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "gemeente"


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
