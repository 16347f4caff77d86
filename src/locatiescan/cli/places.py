"""Which municipalities a command is about: one, several, a region, a province, or all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from locatiescan.config.regions import find_region, load_regions, regions_file
from locatiescan.config.sources import load_sources, replace_by_user_files
from locatiescan.errors import UsageError
from locatiescan.model import BOUNDARY, Area, Storage
from locatiescan.scan import Step
from locatiescan.sources.areas import all_areas, areas_of_province, areas_of_region, find_areas, read_boundaries

ALL = "alle"
SHORT = 3
"""So many municipalities are named together; more are counted."""


@dataclass(frozen=True)
class Places:
    """What the options say."""

    gemeenten: tuple[str, ...] = ()
    regio: str | None = None
    provincie: str | None = None

    @property
    def all(self) -> bool:
        """Whether the whole country is meant."""
        return [name.strip().casefold() for name in self.gemeenten] == [ALL]

    @property
    def several(self) -> bool:
        """Whether more than one municipality may be meant."""
        return len(self.gemeenten) > 1 or self.all or bool(self.regio or self.provincie)


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets one ``places``."""

    @click.option("--gemeente", metavar="NAAM", multiple=True, help="Naam of CBS-code; mag vaker; 'alle' is het land.")
    @click.option("--regio", metavar="NAAM", help="Alle gemeenten van een regio uit regios.yaml.")
    @click.option("--provincie", metavar="NAAM", help="Alle gemeenten van een provincie.")
    @wraps(command)
    def with_places(
        *args: Any, gemeente: tuple[str, ...], regio: str | None, provincie: str | None, **rest: Any
    ) -> Any:
        if sum((bool(gemeente), regio is not None, provincie is not None)) > 1:
            raise UsageError("Noem één van --gemeente (mag vaker), --regio en --provincie.")
        if any(name is not None and not name.strip() for name in (*gemeente, regio, provincie)):
            raise UsageError("--gemeente, --regio of --provincie is leeg; noem een naam of code, of laat de optie weg.")
        if len(gemeente) > 1 and ALL in [name.strip().casefold() for name in gemeente]:
            raise UsageError(f"--gemeente {ALL} is al het hele land; noem er geen andere bij.")
        return command(*args, places=Places(gemeente, regio, provincie), **rest)

    return with_places


def found_places(
    places: Places, catalogue: Path, own_layers: tuple[str, ...], storage: Storage, step: Step
) -> tuple[str, tuple[Area, ...]]:
    """Name what is meant, and find its municipalities.

    Raises
    ------
    LocatiescanError
        If a name is unknown or ambiguous, or the boundaries do not come whole.
    """
    own = tuple(text for text in own_layers if text.partition("=")[0] == BOUNDARY)
    source = replace_by_user_files(load_sources(catalogue), own, {})[BOUNDARY]
    boundaries = read_boundaries(source, step(source.titel), storage)
    if places.regio:
        region = find_region(places.regio, load_regions(regions_file(catalogue)))
        return region.naam, areas_of_region(region, boundaries)
    if places.provincie:
        areas = areas_of_province(places.provincie, boundaries)
        return places.provincie, areas
    if places.all:
        return "Nederland", all_areas(boundaries)
    areas = find_areas(places.gemeenten, boundaries)
    names = [area.name for area in areas]
    return ", ".join(names) if len(names) <= SHORT else f"{len(names)} gemeenten", areas
