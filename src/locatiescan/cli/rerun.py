"""``locatiescan rerun``: do a finished run again, offline, and say whether the same came out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from locatiescan.cli.options import FOLDER, usual_store
from locatiescan.cli.progress import shown_progress
from locatiescan.cli.repeat import as_then, job_again, readable_recipe
from locatiescan.cli.request import performed
from locatiescan.cli.scenarios import check_kept
from locatiescan.cli.shown import clean, console
from locatiescan.cli.written import check_folder, hidden_flags, write_files
from locatiescan.errors import UsageError
from locatiescan.model import Storage
from locatiescan.outputs.contents import WHOLE, Contents, contents_of, differences
from locatiescan.outputs.recipe import Recipe
from locatiescan.outputs.runs import ACCOUNT, check_municipality, read_account
from locatiescan.outputs.versions import changed_versions, versions


@click.command()
@click.argument("scan", type=click.Path(path_type=Path))
@click.option("--uitvoer", type=FOLDER, help="Map voor wat er nu uitkomt.  [standaard: alleen vergelijken]")
@click.option("--opslag", type=FOLDER, help="Map met opgehaalde lagen.  [standaard: die van de scan]")
@click.pass_context
def rerun(context: click.Context, scan: Path, uitvoer: Path | None, opslag: Path | None) -> None:
    """Doe een scan opnieuw en vergelijk de uitkomst.

    SCAN is de map van een scan, of haar run.json. Alles komt uit de opslag en uit run.json; er wordt niets opgehaald.
    De afsluitcode is 1 als er iets anders uitkomt.
    """
    account = read_account(scan)
    check_municipality(account, scan / ACCOUNT if scan.is_dir() else scan)
    recipe = readable_recipe(account, str(scan))
    folder_then = scan if scan.is_dir() else scan.parent
    if uitvoer and uitvoer.resolve() == folder_then.resolve():
        raise UsageError(f"{uitvoer} is de map van de scan zelf; kies met --uitvoer een andere.")
    for line in changed_versions(account["omgeving"], versions()):
        click.echo(f"Let op: gemaakt met een andere versie: {line}", err=True)
    store = recipe.opdracht.opslag
    storage = Storage(opslag or (Path(store) if store else usual_store()), offline=True)
    with tempfile.TemporaryDirectory(prefix="locatiescan-") as folder:
        files = _again(account, recipe, storage, uitvoer, Path(folder), context.obj["quiet"])
        now = {file.name: contents_of(file) for file in files if file.name != ACCOUNT}
    context.exit(_tell(account, now, files if uitvoer else []))


def _again(
    account: Mapping[str, Any], recipe: Recipe, storage: Storage, target: Path | None, folder: Path, quiet: bool
) -> list[Path]:
    """Do the scan; what it writes goes to `target`, or else to a folder that does not last."""
    with shown_progress(quiet) as step:
        job = job_again(account, recipe, storage, folder, step)
        check_folder(target or folder, job.question.area)
        check_kept([Path(one.bestand.pad) for one in recipe.opdracht.naast], target or folder)
        hidden = hidden_flags(job)
        result = performed(job, storage, step, as_then(account["lagen"], job.started_at))
    return write_files(result, job, target or folder / "uitvoer", hidden)


def _tell(account: Mapping[str, Any], now: Mapping[str, Contents], files: list[Path]) -> int:
    """Say what is the same; gives the exit code."""
    out = console()
    said, then = account["verantwoording"], account["inhoud"]
    out.print(clean(f"{said.get('gemeente', '')}: scan van {said['gestart']} opnieuw gedaan"), soft_wrap=True)
    different = list(_differences(then, now))
    changed = {line.partition(":")[0] for line in different}
    for name in now:
        if name not in changed:
            out.print(clean(f"{name}: gelijk{_tables(now[name])}"), soft_wrap=True)
    for line in different:
        out.print(clean(line), style="bold", soft_wrap=True)
    for file in files:
        out.print(clean(f"Geschreven: {file}"), soft_wrap=True)
    return 1 if different else 0


def _differences(then: Mapping[str, Contents], now: Mapping[str, Contents]) -> Iterator[str]:
    """One line a file that is not the same."""
    for name in dict.fromkeys([*then, *now]):
        if name not in now:
            yield f"{name}: anders: wordt nu niet gemaakt"
        elif name not in then:
            yield f"{name}: anders: werd toen niet gemaakt"
        elif parts := differences(then[name], now[name]):
            tables = [part for part in parts if part != WHOLE]
            yield f"{name}: anders" + (f": tabel {', '.join(tables)}" if tables else "")


def _tables(parts: Contents) -> str:
    return "" if WHOLE in parts else f" ({len(parts)} tabellen)"
