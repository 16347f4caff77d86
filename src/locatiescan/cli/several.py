"""``run`` for a region from its names to its files: every municipality first, then what they make together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from rich.table import Table

from locatiescan.analysis.choosing.shares import PRO_RATA, shares
from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.analysis.monitoring.carry import carried
from locatiescan.analysis.monitoring.progress import Progress, progress
from locatiescan.cli.places import Places, found_places
from locatiescan.cli.progress import shown_progress
from locatiescan.cli.region import Outcome, done, folders_of, joined, tasks_of
from locatiescan.cli.region_files import hidden_in_region, region_of, region_tables, write_account, write_region
from locatiescan.cli.request import Request
from locatiescan.cli.shown import clean, console, indented, shown_table
from locatiescan.cli.workers import usual_count, workers
from locatiescan.cli.written import check_folder
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.errors import LocatiescanError, OutputError, UsageError
from locatiescan.model import Area, ScanResult
from locatiescan.outputs.parts import Part
from locatiescan.outputs.recipe import user_file
from locatiescan.outputs.region_runs import candidates_of, figures_of
from locatiescan.outputs.runs import read_account
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS, counted, missing_layers, outcome
from locatiescan.scan import Step
from locatiescan.sources.status import read_status

FAILED = "mislukt"
DONE = "klaar"


@dataclass(frozen=True)
class Several:
    """What the options say of a region."""

    places: Places
    request: Request
    """For each of its municipalities."""
    folder: Path
    resume: bool
    werkers: int | None
    dask: str | None
    status: Path | None
    doel: int | None
    """Homes for all municipalities together, against which progress is counted."""


def run_several(wanted: Several, quiet: bool) -> int:
    """Scan all municipalities, write the region, and say what was found.

    Returns
    -------
    int
        Exit code: 0, or that of what went wrong first in a municipality.

    Raises
    ------
    LocatiescanError
        If the region itself is wrong, or nothing of it could be scanned.
    """
    request = wanted.request
    status = _checked(wanted)
    try:
        with shown_progress(quiet) as step:
            name, areas = found_places(wanted.places, request.catalogue, request.lagen, request.storage, step)
            check_folder(wanted.folder, Area(name, "", areas[0].boundary))
            tasks = tasks_of(areas, request, wanted.folder, wanted.resume)
            with workers(wanted.werkers or usual_count(len(tasks)), wanted.dask) as run:
                outcomes, failed = done(tasks, run, step)
            if not outcomes:
                raise _all_failed(areas, failed)
            made = _made(name, areas, [one.part for one in outcomes], failed, wanted, status, step)
    except KeyboardInterrupt as error:
        raise LocatiescanError("Afgebroken. Herhaal hetzelfde commando met --hervat: wat klaar is, blijft.") from error
    _tell(made, outcomes, {area.name: failed[area.code] for area in areas if area.code in failed})
    return next((error.exit_code for error in failed.values()), 0)


def _checked(wanted: Several) -> gpd.GeoDataFrame | None:
    """Read what needs no scan before the scans, and see that the folder can be written; gives the status file."""
    request = wanted.request
    rules = load_rules(request.rules_file, MEASURES, load_sources(request.catalogue))
    if rules.antwoord is None and (wanted.doel or wanted.status):
        raise UsageError(
            f"{request.rules_file.name} heeft geen onderdeel antwoord: --doel en --status zeggen dan niets."
        )
    try:
        wanted.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{wanted.folder}: hier kan niet geschreven worden ({error.strerror})") from error
    return read_status(wanted.status) if wanted.status else None


def _all_failed(areas: Sequence[Area], failed: Mapping[str, LocatiescanError]) -> LocatiescanError:
    """One mistake that names them all, of the kind of the first."""
    told = LocatiescanError("\n".join(f"{area.name}: {failed[area.code]}" for area in areas))
    told.exit_code = next(iter(failed.values())).exit_code
    return told


@dataclass(frozen=True)
class Made:
    """A region that is written."""

    region: ScanResult
    results: Sequence[ScanResult]
    loose: int
    """Parcels of locations that the region formed anew, which are in none any more."""
    files: Sequence[Path]


def _made(
    name: str,
    areas: Sequence[Area],
    parts: Sequence[Part],
    failed: Mapping[str, LocatiescanError],
    wanted: Several,
    status: gpd.GeoDataFrame | None,
    step: Step,
) -> Made:
    """Join the municipalities and write the region."""
    request = wanted.request
    results, loose = joined(parts, request, step)
    region = region_of(name, results, request)
    account = read_account(parts[0].package.parent)
    told = _progress(region, results, status, wanted.doel, account)
    tables = region_tables(region, results, parts, told)
    hidden = hidden_in_region(region, request)
    files = write_region(region, results, tables, told, wanted.folder, hidden, step)
    recipe = _recipe(account, wanted)
    files.append(write_account(region, wanted.folder, files, _municipalities(areas, failed), recipe))
    return Made(region, results, loose, files)


def _progress(
    region: ScanResult,
    results: Sequence[ScanResult],
    status: gpd.GeoDataFrame | None,
    target: int | None,
    account: Mapping[str, Any],
) -> Progress | None:
    """How far the region is; None where nothing was answered."""
    if region.dossier is None:
        return None
    names = {result.area.code: result.area.name for result in results}
    candidates = candidates_of(region.sites, region.dossier.transformation)
    found = None if status is None else carried(status, candidates)
    share = shares(list(names), figures_of(account), target, PRO_RATA) if target else None
    return progress(candidates, found, share, target, region.dossier.peildatum, names)


def _recipe(account: Mapping[str, Any], wanted: Several) -> dict[str, Any]:
    """What was asked of every municipality; its name and its own rules stand in its own account."""
    order = {key: value for key, value in account["opdracht"].items() if key != "gemeente"}
    places, status = wanted.places, user_file(wanted.status)
    asked = {
        "gemeenten": list(places.gemeenten),
        "regio": places.regio,
        "provincie": places.provincie,
        "doel": wanted.doel,
        # the name and not the folder: this file is passed on
        "status": status and {"bestand": Path(status.pad).name, "sha256": status.sha256},
    }
    return {"opdracht": order | asked, "beleid_volledig": account["beleid_volledig"]}


def _municipalities(areas: Sequence[Area], failed: Mapping[str, LocatiescanError]) -> list[dict[str, str]]:
    """What the account says of each."""
    folders = folders_of(areas)
    rows = [{"code": area.code, "naam": area.name, "map": folders[area.code]} for area in areas]
    return [
        {**row, "stand": FAILED, "reden": str(failed[row["code"]])} if row["code"] in failed else {**row, "stand": DONE}
        for row in rows
    ]


def _tell(made: Made, outcomes: Sequence[Outcome], failed: Mapping[str, LocatiescanError]) -> None:
    out, region = console(), made.region
    if region.fictitious:
        out.print(clean(FICTITIOUS), style="bold")
    out.print(clean(f"{region.area.name}: {outcome(region)}."), soft_wrap=True)
    for line in missing_layers(region):
        out.print(clean(f"Ontbreekt, dus onbekend: {line}"), soft_wrap=True)
    out.print(_table(made.results))
    kept = [one.part.result.area.name for one in outcomes if one.kept]
    if kept:
        out.print(clean(f"Lag er al en is niet overgedaan: {', '.join(kept)}."), soft_wrap=True)
    across = int(region.sites["gemeente"].str.contains(" / ").sum())
    out.print(clean(f"Over een gemeentegrens, en één keer geteld: {across} van de {len(region.sites)} locaties."))
    if made.loose:
        out.print(clean(f"Percelen die in de regio bij geen locatie meer horen: {made.loose}."))
    for file in made.files:
        out.print(clean(f"Geschreven: {file}"), soft_wrap=True)
    for name, error in failed.items():
        out.print(clean(f"{name} is mislukt en ontbreekt in de regio:"), style="bold")
        for line in str(error).splitlines():
            out.print(indented(line))
    if failed:
        out.print(clean("Herhaal hetzelfde commando met --hervat: wat klaar is wordt dan niet overgedaan."))
    out.print(clean(DISCLAIMER))


def _table(results: Sequence[ScanResult]) -> Table:
    """Locations by the verdict on their planning route, and the homes that fit on all of them."""
    columns = ("gemeente", "percelen", "locaties", "open", "toetsen", "dicht", "woningen")
    return shown_table("De gemeenten", columns, [_row(result) for result in results], columns[1:])


def _row(result: ScanResult) -> list[str]:
    sites = result.sites
    verdicts = sites["planroute_oordeel"] if result.dossier else pd.Series("", sites.index)
    counts = [int((verdicts == word).sum()) for word in ("open", "handmatig toetsen", "dicht")]
    homes = int(sites["woningen"].sum()) if result.dossier else "-"
    return [str(value) for value in (result.area.name, counted(result)[0], len(sites), *counts, homes)]
