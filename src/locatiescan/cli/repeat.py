"""A finished run's account becomes the same scan once more, from the store and from what the account carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from locatiescan.cli.answers import Wishes, asked_with
from locatiescan.cli.options import Question
from locatiescan.cli.request import CATALOGUE, RULES, Job, facts_of, named
from locatiescan.cli.scenarios import read_beside
from locatiescan.config.packaged import packaged_file
from locatiescan.config.policy import policy_files, read_policy
from locatiescan.config.rules import columns_needed
from locatiescan.config.rules_json import rules_from_json
from locatiescan.config.sources import load_sources, replace_by_user_files
from locatiescan.demo import make_demo
from locatiescan.demo.parcels import NAME as DEMO_NAME
from locatiescan.errors import SourceError
from locatiescan.model import Layer, Rules, Source, Storage
from locatiescan.outputs.recipe import Recipe, UserFile, file_hash, recipe_from_json, usable
from locatiescan.policy.asked import Asked
from locatiescan.scan import Accept, Step, find_municipality
from locatiescan.sources.addresses import HIDDEN, without_secrets
from locatiescan.sources.layers import LOCAL


def job_again(account: Mapping[str, Any], recipe: Recipe, storage: Storage, folder: Path, step: Step) -> Job:
    """Give the scan that an account tells of, ready to be done again.

    Parameters
    ----------
    account : mapping
        Content of a ``run.json``.
    folder : Path
        For the demo and the policy files; they are made anew.

    Raises
    ------
    LocatiescanError
        If the account is damaged, or a user's own file is gone or is no longer what it was.
    """
    said, order = account["verantwoording"], recipe.opdracht
    rules = rules_from_json(account["regels_volledig"])
    listed = _catalogue(recipe, folder)
    sources = replace_by_user_files(listed, tuple(order.lagen), columns_needed(rules, listed))
    on_sites, policy = _asked(recipe, rules, folder, said["gestart"])
    area, boundary = find_municipality(order.gemeente or DEMO_NAME, sources, storage, step)
    beside, _ = read_beside([_kept(one.bestand, said["gestart"]) for one in order.naast], area)
    facts = facts_of(said.get("catalogus", ""), said.get("regelbestand", ""), policy)
    return Job(Question(area, boundary, rules, sources, (), listed), on_sites, said["gestart"], facts, recipe, beside)


def readable_recipe(account: Mapping[str, Any], file: str) -> Recipe:
    """Give the recipe of an account that has all it takes to do the run again.

    Raises
    ------
    SourceError
        If something is missing.
    """
    recipe = recipe_from_json(account, file)
    parts = ("regels_volledig", "lagen", "inhoud", "omgeving")
    missing = [key for key in parts if not isinstance(account.get(key), dict)]
    if missing:
        raise SourceError(f"{file} is niet te herhalen: {', '.join(missing)} ontbreekt.")
    started_at = account["verantwoording"].get("gestart")
    try:
        datetime.fromisoformat(started_at)
    except (ValueError, TypeError) as error:
        raise SourceError(f"{file} is niet te herhalen: gestart is geen moment maar {started_at!r}.") from error
    return recipe


def as_then(told: Mapping[str, Mapping[str, Any]], started_at: str) -> Accept:
    """Let layers pass only if they hold what they held then.

    What was fetched anew and is still the same is dated as it was then.

    Parameters
    ----------
    told : mapping
        ``lagen`` of the account.
    """

    def accept(layers: Mapping[str, Layer]) -> Mapping[str, Layer]:
        changed = [
            _changed(name, layer, told[name])
            for name, layer in layers.items()
            if name in told and _hash(layer) != told[name].get("sha256", "")
        ]
        if changed:
            raise SourceError(
                "\n".join([f"Niet meer de lagen van de scan van {started_at}:", *changed])
                + "\nHerhalen kan alleen met dezelfde inhoud: zet terug wat er toen was (een andere opslag noemt u met "
                "--opslag), of maak met `locatiescan run` een nieuwe scan en vergelijk die met `locatiescan diff`."
            )
        return {name: _dated(layer, told.get(name)) for name, layer in layers.items()}

    return accept


def _changed(name: str, layer: Layer, then: Mapping[str, Any]) -> str:
    fetched = layer.pedigree.fetched_at if layer.pedigree else "-"
    file = f", bestand {layer.source.url}" if layer.source.protocol in LOCAL else ""
    return (
        f"- laag {name}: toen sha256 {then.get('sha256') or '(ontbrak)'} (opgehaald {then.get('opgehaald') or '-'}), "
        f"nu {_hash(layer) or '(ontbreekt)'} (opgehaald {fetched}{file})"
    )


def _hash(layer: Layer) -> str:
    return layer.pedigree.sha256 if layer.pedigree else ""


def _dated(layer: Layer, then: Mapping[str, Any] | None) -> Layer:
    if layer.pedigree is None or then is None:
        return layer
    return replace(layer, pedigree=replace(layer.pedigree, fetched_at=then.get("opgehaald", "")))


def _catalogue(recipe: Recipe, folder: Path) -> dict[str, Source]:
    """The catalogue as it was, with its files found from where it lay."""
    order = recipe.opdracht
    if order.gemeente is None:
        return usable(recipe.catalogus_volledig, make_demo(folder).parent)
    catalogue = Path(order.bronnen) if order.bronnen else packaged_file(CATALOGUE)
    sources = usable(recipe.catalogus_volledig, catalogue.parent)
    hidden = [name for name, source in sources.items() if source.url and HIDDEN in source.url]
    return sources | _with_secrets({name: sources[name] for name in hidden}, catalogue) if hidden else sources


def _with_secrets(sources: Mapping[str, Source], catalogue: Path) -> dict[str, Source]:
    """Addresses whose secrets were not written down, from the catalogue itself."""
    known = load_sources(catalogue)
    for name, source in sources.items():
        if name not in known or without_secrets(known[name].url or "") != source.url:
            raise SourceError(
                f"laag {name}: run.json bewaart geen wachtwoord of sleutel, en {catalogue} heeft het adres "
                f"{source.url} niet meer. Zet de catalogus van toen daar terug."
            )
    return {name: replace(source, url=known[name].url) for name, source in sources.items()}


def _asked(recipe: Recipe, rules: Rules, folder: Path, started_at: str) -> tuple[Asked | None, str]:
    """What was asked of each location, and the policy files with their hashes."""
    if rules.antwoord is None:
        return None, ""
    order = recipe.opdracht
    absent = [key for key in policy_files(packaged_file(RULES), rules.antwoord) if key not in recipe.beleid_volledig]
    if absent:
        raise SourceError(f"run.json is niet te herhalen: beleid_volledig mist {', '.join(absent)}.")
    files = {key: _written(folder / key, text.bestand, text.tekst) for key, text in recipe.beleid_volledig.items()}
    lists = [_unchanged(file, started_at) for file in (order.eigendom, order.leegstand)]
    wishes = Wishes(order.peildatum, order.termijn_jaren, *lists)
    return asked_with(read_policy(files, rules), wishes), named(files.values())


def _written(folder: Path, name: str, text: str) -> Path:
    folder.mkdir()
    file = folder / name
    file.write_bytes(text.encode("utf-8"))
    return file


def _unchanged(file: UserFile | None, started_at: str) -> Path | None:
    return None if file is None else _kept(file, started_at)


def _kept(file: UserFile, started_at: str) -> Path:
    path = Path(file.pad)
    if not path.is_file():
        raise SourceError(
            f"Het bestand {path} van de scan van {started_at} is er niet (gezocht vanuit {Path.cwd()}). Zet het terug, "
            "of geef de opdracht in de map waarin de scan is gemaakt; run.json bewaart van een lijst alleen de hash."
        )
    found = file_hash(path)
    if found != file.sha256:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
        raise SourceError(
            f"Het bestand {path} is niet meer dat van de scan: toen sha256 {file.sha256} (scan van {started_at}), nu "
            f"{found} (gewijzigd {changed}). Zet het bestand van toen terug, of maak met `locatiescan run` een nieuwe "
            "scan."
        )
    return path
