"""What ``run.json`` carries so that a run can be done again: what was asked, and every text that decided the answer."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from locatiescan.errors import SourceError
from locatiescan.model import Name, Source
from locatiescan.sources.addresses import without_secrets
from locatiescan.sources.layers import LOCAL


@dataclass(frozen=True)
class UserFile:
    """A user's own file: where it lay and what it was. What is in it stays there, it may be about persons."""

    pad: str
    """As the user wrote it."""
    sha256: str


@dataclass(frozen=True)
class RunBeside:
    """A finished run that stood beside this one in the map."""

    bestand: UserFile
    """Its ``run.json``."""
    gestart: str
    """When it was done; UTC, ISO 8601."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked on the command line, with the day and term that were filled in."""

    gemeente: str | None
    """None: the demo, which is made anew from its seed."""
    bronnen: str | None
    """None: the catalogue of the program, or of the demo."""
    regels: str | None
    """None: the rules of the program."""
    opslag: str | None
    """None: the store in the user's cache."""
    peildatum: date | None
    termijn_jaren: float | None
    lagen: Mapping[str, str | None]
    """Each ``naam=bestand``, with the hash of the file; None for a folder."""
    eigendom: UserFile | None
    leegstand: UserFile | None
    publiek: bool
    """Whether a map without the user's lists was asked besides."""
    naast: tuple[RunBeside, ...] = ()
    """In their order; accounts from before this was possible have none."""


@dataclass(frozen=True)
class PolicyText:
    """A policy file as it was read."""

    bestand: Annotated[str, Field(pattern=r"^[^/\\\x00]*[^/\\\x00.][^/\\\x00]*$")]
    """Its name without a folder: a ``run.json`` is somebody's file, and must not write elsewhere."""
    tekst: str


@dataclass(frozen=True)
class Recipe:
    """All that a run needs to be done again, besides its rules and the content of its layers."""

    opdracht: Order
    catalogus_volledig: Mapping[str, Source]
    """The catalogue before the user's own files; files count from its folder, secrets are left out."""
    beleid_volledig: Mapping[Name, PolicyText]
    """By key of ``antwoord``; empty where the rules ask for no answer."""


def recipe_to_json(recipe: Recipe) -> dict[str, Any]:
    """Give a recipe as values that JSON knows; what a source does not say is left out."""
    told = TypeAdapter(Recipe).dump_python(recipe, mode="json")
    sources = TypeAdapter(Source)
    told["catalogus_volledig"] = {
        name: sources.dump_python(source, mode="json", exclude_defaults=True)
        for name, source in recipe.catalogus_volledig.items()
    }
    return told


def recipe_from_json(content: Mapping[str, Any], file: str = "run.json") -> Recipe:
    """Give the recipe in a ``run.json``; equal to the one that was written.

    Raises
    ------
    SourceError
        If it is not there, as in an older version, or cannot be read.
    """
    names = [key.name for key in fields(Recipe)]
    missing = [name for name in names if name not in content]
    if missing:
        raise SourceError(
            f"{file} is van een oudere versie: {', '.join(missing)} ontbreekt, dus deze scan is niet te herhalen. "
            "Draai `locatiescan run` met dezelfde keuzen."
        )
    try:
        return TypeAdapter(Recipe).validate_python({name: content[name] for name in names})
    except ValidationError as error:
        places = "; ".join(".".join(map(str, item["loc"])) for item in error.errors(include_url=False)[:5])
        raise SourceError(f"{file} is niet te herhalen: onleesbaar bij {places}.") from error


def user_file(path: Path | None) -> UserFile | None:
    """Name a user's own file with its hash."""
    return UserFile(path.as_posix(), file_hash(path)) if path else None


def file_hash(path: Path) -> str:
    """SHA-256 of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def recorded(sources: Mapping[str, Source], folder: Path) -> dict[str, Source]:
    """A catalogue as it may be kept: files counted from its folder, and no secrets."""
    return {name: replace(source, url=_kept_address(source, folder)) for name, source in sources.items()}


def _kept_address(source: Source, folder: Path) -> str | None:
    if source.url is None or source.protocol not in LOCAL:
        return source.url and without_secrets(source.url)
    try:
        return Path(os.path.relpath(source.url, folder.resolve())).as_posix()
    except ValueError:  # on another drive
        return source.url


def usable(sources: Mapping[str, Source], folder: Path) -> dict[str, Source]:
    """A catalogue that `recorded` gave, with its files found again from its folder."""
    return {
        name: replace(source, url=str((folder.resolve() / source.url).resolve()))
        if source.url and source.protocol in LOCAL
        else source
        for name, source in sources.items()
    }
