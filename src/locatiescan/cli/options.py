"""Options that more than one command takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click
import platformdirs

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.overrides import overrides_of
from locatiescan.config.rules import columns_needed, load_rules
from locatiescan.config.sources import load_sources, replace_by_user_files
from locatiescan.model import Area, Layer, Rules, Source, Storage
from locatiescan.scan import Step, find_municipality

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
FINISHED_RUN = click.option(
    "--uitvoer",
    type=click.Path(path_type=Path),
    default=Path("uitvoer"),
    show_default=True,
    help="Map van een scan, of haar run.json.",
)


def usual_store() -> Path:
    """Where fetched layers are kept, unless a user says otherwise."""
    return platformdirs.user_cache_path("locatiescan") / "lagen"


def storage_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the store; the command gets one ``storage``."""

    @click.option("--opslag", type=FOLDER, help="Map met opgehaalde lagen.  [standaard: de cache van de gebruiker]")
    @click.option("--vers", type=click.FloatRange(0), default=7.0, show_default=True, help="Haal opnieuw op na DAGEN.")
    @click.option("--offline", is_flag=True, help="Gebruik alleen wat al is opgehaald, hoe oud ook.")
    @click.option("--opnieuw", is_flag=True, help="Haal alles opnieuw op.")
    @wraps(command)
    def with_storage(*args: Any, opslag: Path | None, vers: float, offline: bool, opnieuw: bool, **rest: Any) -> Any:
        if offline and opnieuw:
            raise click.UsageError("--offline en --opnieuw gaan niet samen.")
        return command(*args, storage=Storage(opslag or usual_store(), vers, offline, opnieuw), **rest)

    return with_storage


def catalogue_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which layers and rules are used."""
    for option in (
        click.option(
            "--laag", multiple=True, metavar="NAAM=BESTAND[:LAAG]", help="Eigen bestand in plaats van een laag."
        ),
        click.option("--regels", type=FILE, help="Eigen regels in plaats van rules/flexwonen.yaml."),
        click.option("--bronnen", type=FILE, help="Eigen catalogus in plaats van data/sources.yaml."),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Question:
    """What a command was asked: a municipality, its rules and the layers they need."""

    area: Area
    boundary: Layer
    rules: Rules
    sources: Mapping[str, Source]
    files: tuple[Path, ...]
    """Rules files that were used, the general one first."""
    listed: Mapping[str, Source]
    """The catalogue, without the user's own files."""


def asked(
    gemeente: str, catalogue: Path, rules_file: Path, own_layers: tuple[str, ...], storage: Storage, step: Step
) -> Question:
    """Find the municipality, and the rules as they are there.

    Raises
    ------
    LocatiescanError
        If a file has faults, or the name is not that of one municipality.
    """
    listed = load_sources(catalogue)
    rules = load_rules(rules_file, MEASURES, listed)
    sources = replace_by_user_files(listed, own_layers, columns_needed(rules, listed))
    area, boundary = find_municipality(gemeente, sources, storage, step)
    own = overrides_of(rules_file, area.code)
    if own is None:
        return Question(area, boundary, rules, sources, (rules_file,), listed)
    rules = load_rules(rules_file, MEASURES, listed, area.code)
    sources = replace_by_user_files(listed, own_layers, columns_needed(rules, listed))
    return Question(area, boundary, rules, sources, (rules_file, own), listed)
