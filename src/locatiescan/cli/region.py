"""``run`` for several municipalities: each a task of its own, then the region that they make together."""

from __future__ import annotations

import logging
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.judging.borders import across
from locatiescan.analysis.judging.linking import Side, near_borders
from locatiescan.analysis.measuring.world import World
from locatiescan.cli.answers import asked_of
from locatiescan.cli.around import world_around
from locatiescan.cli.options import Question, asked
from locatiescan.cli.progress import silent
from locatiescan.cli.request import Job, Request, performed, prepared
from locatiescan.cli.workers import Run, longest_first
from locatiescan.cli.written import check_folder, hidden_flags, slug_of, write_files
from locatiescan.collecting import give_back
from locatiescan.config.rules_json import rules_from_json
from locatiescan.errors import LocatiescanError
from locatiescan.model import Area, ScanResult
from locatiescan.outputs.parts import Part, read_parcels, read_part
from locatiescan.outputs.recipe import recipe_from_json
from locatiescan.outputs.runs import ACCOUNT, read_account
from locatiescan.outputs.versions import changed_versions, versions
from locatiescan.region import named, with_across
from locatiescan.scan import Step
from locatiescan.sources.layers import LOCAL

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """One municipality to be scanned."""

    area: Area
    request: Request
    folder: Path
    """Where its files go."""
    resume: bool
    """Whether a scan that lies there and was asked the same is kept."""
    home: Path
    """Folder from which relative paths count, also for a worker that was started elsewhere."""


@dataclass(frozen=True)
class Outcome:
    """A municipality that is done."""

    part: Part
    seconds: float
    kept: bool
    """Whether it was done before."""


def tasks_of(areas: Sequence[Area], request: Request, folder: Path, resume: bool) -> list[Task]:
    """One task a municipality, each with a folder of its own."""
    names = folders_of(areas)
    return [
        Task(area, replace(request, gemeente=area.code), folder / names[area.code], resume, Path.cwd())
        for area in areas
    ]


def folders_of(areas: Sequence[Area]) -> dict[str, str]:
    """Name of each municipality's folder, by its code; namesakes have the code in it."""
    count = Counter(slug_of(area.name) for area in areas)
    return {
        area.code: slug_of(area.name if count[slug_of(area.name)] == 1 else f"{area.name} {area.code}")
        for area in areas
    }


def scanned(task: Task) -> Outcome:
    """Scan one municipality, write its files and read back what the region needs of it.

    Raises
    ------
    LocatiescanError
        Whatever is wrong with this municipality, so that the others go on.
    """
    started = time.monotonic()
    try:
        with chdir(task.home), tempfile.TemporaryDirectory(prefix="locatiescan-") as folder:
            kept = _scan(task, Path(folder))
            return Outcome(read_part(task.folder), time.monotonic() - started, kept)
    except LocatiescanError:
        raise
    except Exception as error:
        logger.exception("%s", task.area.name)
        raise LocatiescanError(f"onverwachte fout ({type(error).__name__}: {error})") from error
    finally:
        give_back()


def _scan(task: Task, temporary: Path) -> bool:
    """Scan and write, unless what lies there was asked the same; tells whether it was kept."""
    job = prepared(task.request, temporary, silent)
    check_folder(task.folder, job.question.area)
    if task.resume and not task.request.storage.refresh and _same(task.folder, job):
        return True
    for leftover in task.folder.glob(".*.deel*"):  # of a worker that was killed
        leftover.unlink(missing_ok=True)
    hidden = hidden_flags(job)
    write_files(performed(job, task.request.storage, silent), job, task.folder, hidden)
    return False


def _same(folder: Path, job: Job) -> bool:
    """Whether a finished scan lies there that was asked the very same, by this program, of files as old as it."""
    try:
        account = read_account(folder)
        asked_same = recipe_from_json(account, ACCOUNT) == job.recipe
        same_rules = rules_from_json(account["regels_volledig"]) == job.question.rules
    except (LocatiescanError, KeyError, ValueError, TypeError):
        return False
    made = (folder / ACCOUNT).stat().st_mtime
    local = [Path(source.url) for source in job.question.sources.values() if source.protocol in LOCAL and source.url]
    newer = any(path.exists() and path.stat().st_mtime > made for path in local)
    return asked_same and same_rules and not newer and not changed_versions(account["omgeving"], versions())


def done(
    tasks: Sequence[Task], run: Run[Task, Outcome], step: Step
) -> tuple[list[Outcome], dict[str, LocatiescanError]]:
    """Do all tasks; a municipality that fails is told and stops no other.

    Returns
    -------
    outcomes : list of Outcome
        In the order of the tasks.
    failed : dict
        CBS code of a municipality to what is wrong.
    """
    tell = step(f"{len(tasks)} gemeenten")
    found: dict[int, Outcome] = {}
    failed: dict[str, LocatiescanError] = {}
    # the larger a municipality, the more parcels, by and large
    order = longest_first([shapely.area(task.area.boundary) for task in tasks])
    for turn, outcome in run(scanned, [tasks[place] for place in order]):
        place = order[turn]
        if isinstance(outcome, LocatiescanError):
            failed[tasks[place].area.code] = outcome
        else:
            found[place] = outcome
        tell(len(found) + len(failed), len(tasks))
        step(_told(tasks[place], outcome))
    return [found[place] for place in sorted(found)], failed


def _told(task: Task, outcome: Outcome | LocatiescanError) -> str:
    if isinstance(outcome, LocatiescanError):
        return f"{task.area.name}: MISLUKT: {str(outcome).splitlines()[0]}"
    how = "lag er al" if outcome.kept else f"{outcome.seconds:.0f} s"
    return f"{task.area.name}: klaar ({how})"


def joined(parts: Sequence[Part], request: Request, step: Step) -> tuple[list[ScanResult], int]:
    """The results of the municipalities, with locations across their borders in place of what each found alone.

    Returns
    -------
    results : list of ScanResult
    loose : int
        Parcels of replaced locations that are in none any more.

    Raises
    ------
    LocatiescanError
        If a layer cannot be read again.
    """
    step("Locaties over gemeentegrenzen")
    linked = near_borders([_side(part, part.border) for part in parts])
    sides = [_side(part, read_parcels(part, linked[linked.isin(part.border["perceel_id"])])) for part in parts]
    worlds: list[World] = []

    def world_for(shapes: np.ndarray) -> World:
        worlds.append(world_around(parts, _question(request, parts[0]), shapes, request.storage))
        return worlds[-1]

    found = across(sides, world_for)
    if not len(found.sites):
        return named([part.result for part in parts]), 0
    on_sites, _ = asked_of(parts[0].result.rules, request.rules_file, request.wishes)
    border = gpd.GeoDataFrame(
        pd.concat([side.parcels.assign(gemeente_code=side.code) for side in sides], ignore_index=True)
    )
    around = worlds[-1] if worlds else World({})
    return named(with_across([part.result for part in parts], found, border, on_sites, around)), len(found.loose)


def _side(part: Part, parcels: gpd.GeoDataFrame) -> Side:
    result = part.result
    return Side(result.area.code, result.area.name, result.area.boundary, result.rules, parcels, result.sites)


def _question(request: Request, part: Part) -> Question:
    """The catalogue as the scans had it; the municipality in it is one of them."""
    storage = replace(request.storage, refresh=False)  # all was fetched a moment ago
    return asked(part.result.area.code, request.catalogue, request.rules_file, request.lagen, storage, silent)
