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
from locatiescan.analysis.measures import MEASURES
from locatiescan.cli.options import FOLDER, catalogue_options, storage_options
from locatiescan.cli.progress import shown_progress
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import columns_needed, load_rules
from locatiescan.config.sources import load_sources, replace_by_user_files
from locatiescan.demo import make_demo
from locatiescan.demo.parcels import NAME as DEMO_NAME
from locatiescan.errors import UsageError
from locatiescan.model import Rules, ScanResult, Source, Storage
from locatiescan.outputs.geopackage import write_geopackage
from locatiescan.outputs.provenance import write_provenance
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS, missing_layers
from locatiescan.outputs.webmap import write_map
from locatiescan.scan import scan

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
@click.pass_obj
def run(
    settings: Mapping[str, bool],
    gemeente: str | None,
    bronnen: Path | None,
    regels: Path | None,
    laag: tuple[str, ...],
    uitvoer: Path,
    storage: Storage,
) -> None:
    """Zoek locaties in een gemeente."""
    if bronnen and not gemeente:
        raise UsageError("Noem met --gemeente de gemeente die u met deze bronnen wilt scannen.")
    with tempfile.TemporaryDirectory(prefix="locatiescan-") as folder:
        catalogue = bronnen or (packaged_file("data/sources.yaml") if gemeente else make_demo(Path(folder)))
        rules_file = regels or packaged_file("rules/flexwonen.yaml")
        sources = load_sources(catalogue)
        rules = load_rules(rules_file, MEASURES, sources)
        sources = replace_by_user_files(sources, laag, columns_needed(rules, sources))
        facts = {
            "programma": f"locatiescan {__version__}",
            "catalogus": _hashed(catalogue),
            "regelbestand": _hashed(rules_file),
        }
        result = replace(_scan(gemeente or DEMO_NAME, rules, sources, storage, settings["quiet"]), facts=facts)
    files = _write(result, uitvoer)
    _tell(result, files)


def _scan(gemeente: str, rules: Rules, sources: Mapping[str, Source], storage: Storage, quiet: bool) -> ScanResult:
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    with shown_progress(quiet) as step:
        return scan(gemeente, rules, sources, storage, started_at, step)


def _write(result: ScanResult, folder: Path) -> list[Path]:
    slug = slug_of(result.area.name)
    files = [folder / f"{slug}.gpkg", folder / f"{slug}.html"]
    write_geopackage(result, files[0])
    write_map(result, files[1])
    account = folder / "run.json"
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
    counts = result.parcels["oordeel"].value_counts()
    console.print(
        f"{result.area.name}: {len(result.parcels)} percelen; {counts.get('ja', 0)} voldoen, "
        f"{counts.get('onbekend', 0)} nog onbekend, {counts.get('nee', 0)} vallen af.",
        markup=False,
    )
    for line in missing_layers(result):
        console.print(f"Ontbreekt, dus onbekend: {line}", markup=False, soft_wrap=True)
    console.print(_best(result))
    for file in files:
        console.print(f"Geschreven: {file}", markup=False, soft_wrap=True)
    console.print(DISCLAIMER, markup=False)


def _best(result: ScanResult) -> Table:
    table = Table(title=f"De {BEST} beste kandidaten", title_justify="left")
    columns = {"rang": "right", "perceel_id": "left", "score": "right", "oordeel": "left", "onbekend": "left"}
    for name, justify in columns.items():
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    candidates = result.parcels[result.parcels["rang"].notna()]
    for row in candidates.head(BEST).astype({"oordeel": str, "onbekend": str}).to_dict("records"):
        score = f"{row['score']:.1f}".replace(".", ",")
        table.add_row(str(row["rang"]), str(row["perceel_id"]), score, row["oordeel"], row["onbekend"])
    return table
