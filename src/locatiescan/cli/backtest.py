"""``locatiescan backtest``: known outcomes beside what the scan says of the same ground."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
import pandas as pd
from rich.console import Console

from locatiescan.analysis.studying.as_of import as_of
from locatiescan.analysis.studying.backtest import Finding, backtest
from locatiescan.analysis.studying.backtest_words import FLAGS, by_name, lines, notes
from locatiescan.cli.options import FILE, FINISHED_RUN, FOLDER
from locatiescan.cli.shown import clean, console, indented, shown_table
from locatiescan.outputs.backtest_files import READ_THIS, Backtest, absent, dates, write_backtest
from locatiescan.outputs.backtest_source import read_law, read_scanned
from locatiescan.outputs.recipe import file_hash
from locatiescan.outputs.region_runs import Region, read_region
from locatiescan.outputs.runs import ACCOUNT, read_account
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS
from locatiescan.policy.asked import Policy
from locatiescan.sources.known import read_known


@click.command("backtest")
@click.argument("sites_file", metavar="SITES", type=FILE)
@FINISHED_RUN
@click.option("--laag", help="Laag in SITES.  [standaard: de enige]")
@click.option("--naar", type=FOLDER, help="Map voor backtest.csv en backtest.html.  [standaard: die van de scan]")
def backtest_sites(sites_file: Path, uitvoer: Path, laag: str | None, naar: Path | None) -> None:
    """Leg bekende uitkomsten naast wat de scan ervan zegt.

    SITES is een bestand met vlakken of punten in RD (GeoPackage, GeoJSON, shapefile), met de kolommen naam, uitkomst
    (gebouwd, goedgekeurd of afgevallen) en datum, en desgewenst reden, woningen en bron.
    """
    sites = read_known(sites_file, laag)
    region = read_region(uitvoer)
    policy = read_law(uitvoer)
    then = partial(_then, policy) if policy and "woningen" in region.candidates else None
    found = backtest(sites, region.candidates, read_scanned(uitvoer, sites), then)
    record = _record(region, found, read_account(uitvoer), sites_file)
    paths = write_backtest(record, naar or region.folder)
    _tell(record, console())
    for path in paths:
        click.echo(f"Geschreven: {path}")


def _then(policy: Policy, facts: pd.DataFrame, day: Any) -> pd.DataFrame:
    return as_of(facts, policy.planning, policy.flags, day)


def _record(region: Region, found: list[Finding], account: Mapping[str, Any], sites_file: Path) -> Backtest:
    term = (account.get("opdracht") or {}).get("termijn_jaren")
    return Backtest(
        region.name,
        found,
        region.started_at[:10],
        term if region.peildatum else None,
        sites_file.name,
        file_hash(sites_file),
        file_hash(region.folder / ACCOUNT),
        region.fictitious,
        region.missing,
    )


def _tell(record: Backtest, out: Console) -> None:
    if record.fictitious:
        out.print(clean(FICTITIOUS), style="bold")
    out.print(clean(dates(record)))
    out.print(clean(READ_THIS))
    if record.missing:
        out.print(clean(absent(record)))
    out.print()
    for found in record.findings:
        _tell_site(found, record.measured, out)
    out.print(clean("Bij naam"), style="bold")
    for title, names in by_name(record.findings):
        out.print(indented(f"- {title}: {'; '.join(names)}"))
    out.print(clean(DISCLAIMER))


def _tell_site(found: Finding, measured: str, out: Console) -> None:
    rows = [(one.subject, one.recorded, one.scan) for one in lines(found) if one.subject != FLAGS]
    out.print(shown_table(str(found.known["naam"]), ("", "vastgelegd", "wat de scan zegt"), rows))
    for note in notes(found, measured):
        out.print(indented(f"- {note}"))
    out.print()
