"""``locatiescan fetch`` and ``locatiescan sources``: what is fetched, kept, and still as the catalogue says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from locatiescan.cli.options import FILE, asked, catalogue_options, storage_options
from locatiescan.cli.places import Places, found_places, place_options
from locatiescan.cli.progress import shown_progress
from locatiescan.config.packaged import packaged_file
from locatiescan.config.sources import load_sources
from locatiescan.errors import LocatiescanError, SourceError, UsageError
from locatiescan.model import Area, Layer, Source, Storage
from locatiescan.scan import fetch as fetch_layers
from locatiescan.sources.probe import probe
from locatiescan.sources.store import age_days, entries


@click.command()
@place_options
@catalogue_options
@storage_options
@click.pass_obj
def fetch(
    settings: Mapping[str, bool],
    places: Places,
    bronnen: Path | None,
    regels: Path | None,
    laag: tuple[str, ...],
    storage: Storage,
) -> None:
    """Haal alle lagen van een gemeente of regio op, voor later of voor zonder netwerk."""
    if places == Places():
        raise UsageError("Noem met --gemeente of --regio waarvan u de lagen wilt ophalen.")
    catalogue = bronnen or packaged_file("data/sources.yaml")
    rules_file = regels or packaged_file("rules/flexwonen.yaml")
    with shown_progress(settings["quiet"]) as step:
        _, areas = found_places(places, catalogue, laag, storage, step)
        for area in areas:
            question = asked(area.code, catalogue, rules_file, laag, storage, step)
            layers = fetch_layers(question.area, question.rules, question.sources, storage, step)
            _tell({"gemeentegrens": question.boundary, **layers}, area)


def _tell(layers: Mapping[str, Layer], area: Area) -> None:
    for name, layer in layers.items():
        count = layer.absent or (f"{layer.pedigree.received} objecten" if layer.pedigree else "")
        click.echo(f"{area.name}  {name}: {count}")


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
