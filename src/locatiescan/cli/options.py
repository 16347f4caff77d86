"""Options that more than one command takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
import platformdirs

from locatiescan.model import Storage

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


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
        folder = opslag or platformdirs.user_cache_path("locatiescan") / "lagen"
        return command(*args, storage=Storage(folder, vers, offline, opnieuw), **rest)

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
