"""``locatiescan run``: a municipality in; GeoPackage, map and account out."""

from __future__ import annotations

import hashlib
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from locatiescan import __version__
from locatiescan.analysis.studying.wording import number
from locatiescan.cli.answers import Wishes, answer_options, asked_of, best_table, homes_line
from locatiescan.cli.ledger import ledger_table
from locatiescan.cli.options import FOLDER, Question, asked, catalogue_options, storage_options
from locatiescan.cli.progress import shown_progress
from locatiescan.cli.shown import clean, shown_table
from locatiescan.config.packaged import packaged_file
from locatiescan.demo import make_demo
from locatiescan.demo.parcels import NAME as DEMO_NAME
from locatiescan.errors import UsageError
from locatiescan.model import Area, ScanResult, Storage
from locatiescan.outputs.geopackage import write_geopackage
from locatiescan.outputs.provenance import read_subject, write_provenance
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS, missing_layers, outcome
from locatiescan.outputs.webmap import write_map
from locatiescan.policy.asked import Asked
from locatiescan.scan import Step, scan

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
@answer_options
@click.pass_obj
def run(
    settings: Mapping[str, bool],
    gemeente: str | None,
    bronnen: Path | None,
    regels: Path | None,
    laag: tuple[str, ...],
    uitvoer: Path,
    wishes: Wishes,
    storage: Storage,
) -> None:
    """Zoek locaties in een gemeente."""
    if gemeente is not None and not gemeente.strip():
        raise UsageError("--gemeente is leeg; noem een naam of CBS-code, of laat de optie weg voor de ingebouwde demo.")
    if bronnen and not gemeente:
        raise UsageError("Noem met --gemeente de gemeente die u met deze bronnen wilt scannen.")
    with tempfile.TemporaryDirectory(prefix="locatiescan-") as folder:
        catalogue = bronnen or (packaged_file("data/sources.yaml") if gemeente else make_demo(Path(folder)))
        rules_file = regels or packaged_file("rules/flexwonen.yaml")
        with shown_progress(settings["quiet"]) as step:
            question = asked(gemeente or DEMO_NAME, catalogue, rules_file, laag, storage, step)
            _check_folder(uitvoer, question.area)
            asked_of_sites, used = asked_of(question.rules, rules_file, wishes)
            result = _scan(question, asked_of_sites, storage, step)
        facts = {
            "programma": f"locatiescan {__version__}",
            "catalogus": _hashed(catalogue),
            "regelbestand": "; ".join(_hashed(file) for file in question.files),
            "beleidsbestanden": "; ".join(_hashed(file) for file in used),
        }
    result = replace(result, facts={name: text for name, text in facts.items() if text})
    files = _write(result, uitvoer)
    _tell(result, files)


def _check_folder(folder: Path, area: Area) -> None:
    """A folder holds one municipality: its account would replace that of another, which nobody could explain then."""
    account = folder / ACCOUNT
    if not account.exists():
        return
    said = read_subject(account)
    if said not in ("", f"{area.name} ({area.code})"):
        raise UsageError(f"{folder} bevat al een scan van {said}; kies met --uitvoer een andere map voor {area.name}.")


def _scan(question: Question, asked_of_sites: Asked | None, storage: Storage, step: Step) -> ScanResult:
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    area, rules = question.area, question.rules
    return scan(area, question.boundary, rules, question.sources, storage, started_at, step, asked_of_sites)


def _write(result: ScanResult, folder: Path) -> list[Path]:
    slug = slug_of(result.area.name)
    files = [folder / f"{slug}.gpkg", folder / f"{slug}.html"]
    write_geopackage(result, files[0])
    write_map(result, files[1])
    for stale in folder.glob("gevoeligheid_*.csv"):  # of the run that is replaced
        stale.unlink()
    account = folder / ACCOUNT
    write_provenance(result, account, [file.name for file in files])
    return [*files, account]


def slug_of(name: str) -> str:
    """Name as a file name: lower case, no diacritics, no other signs; 'Bergen (NH.)' is 'bergen_nh'."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "gemeente"


def _hashed(path: Path) -> str:
    return f"{path.name} sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


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
