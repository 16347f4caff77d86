"""``locatiescan fetch`` and ``locatiescan sources``: what is fetched, kept, and still as the catalogue says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from locatiescan.cli.options import FILE, asked, catalogue_options, storage_options
from locatiescan.cli.progress import shown_progress
from locatiescan.config.packaged import packaged_file
from locatiescan.config.sources import load_sources
from locatiescan.errors import LocatiescanError, SourceError
from locatiescan.model import Source, Storage
from locatiescan.scan import fetch as fetch_layers
from locatiescan.sources.probe import probe
from locatiescan.sources.store import age_days, entries


@click.command()
@click.option("--gemeente", metavar="NAAM", required=True, help="Naam of CBS-code.")
@catalogue_options
@storage_options
@click.pass_obj
def fetch(
    settings: Mapping[str, bool],
    gemeente: str,
    bronnen: Path | None,
    regels: Path | None,
    laag: tuple[str, ...],
    storage: Storage,
) -> None:
    """Haal alle lagen van een gemeente op, voor later of voor zonder netwerk."""
    catalogue = bronnen or packaged_file("data/sources.yaml")
    rules_file = regels or packaged_file("rules/flexwonen.yaml")
    with shown_progress(settings["quiet"]) as step:
        question = asked(gemeente, catalogue, rules_file, laag, storage, step)
        layers = fetch_layers(question.area, question.rules, question.sources, storage, step)
    for name, layer in {"gemeentegrens": question.boundary, **layers}.items():
        count = layer.absent or (f"{layer.pedigree.received} objecten" if layer.pedigree else "")
        click.echo(f"{question.area.name}  {name}: {count}")


@click.command()
@click.option("--bronnen", type=FILE, help="Eigen catalogus in plaats van data/sources.yaml.")
@click.option("--probe", "ask", is_flag=True, help="Vraag elke dienst of zij nog is zoals de catalogus zegt.")
@storage_options
def sources(bronnen: Path | None, ask: bool, storage: Storage) -> None:
    """Toon de catalogus en wat daarvan in de opslag ligt."""
    catalogue = load_sources(bronnen or packaged_file("data/sources.yaml"))
    if not ask:
        Console(highlight=False).print(_listed(catalogue, storage))
        return
    failed = [name for name, source in catalogue.items() if not _probed(source)]
    if failed:
        raise SourceError(f"{len(failed)} van {len(catalogue)} bronnen kloppen niet: {', '.join(failed)}")


def _listed(catalogue: Mapping[str, Source], storage: Storage) -> Table:
    table = Table(title=f"Bronnen; opslag: {storage.folder}", title_justify="left")
    for name in ("laag", "protocol", "zekerheid", "in opslag", "dagen oud", "objecten"):
        table.add_column(name)
    found = list(entries(storage))
    for name, source in catalogue.items():
        own = [manifest for manifest in found if manifest["layer"] == name]
        ages = ", ".join(f"{age_days(manifest):.1f}".replace(".", ",") for manifest in own)
        counts = ", ".join(str(manifest["pedigree"]["received"]) for manifest in own)
        table.add_row(name, source.protocol, source.zekerheid, str(len(own)), ages, counts)
    return table


def _probed(source: Source) -> bool:
    """Ask one service and say what it answers; a service that fails does not stop the others."""
    try:
        lines = probe(source)
    except LocatiescanError as error:
        click.echo(f"FOUT  {source.name}: {error}")
        return False
    click.echo(f"goed  {source.name}: {'; '.join(lines)}")
    return True
