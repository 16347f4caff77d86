"""A scan from what was asked to its result: the path that ``run`` and ``rerun`` share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from locatiescan import __version__
from locatiescan.cli.answers import Wishes, asked_of
from locatiescan.cli.clock import now
from locatiescan.cli.options import Question, asked, usual_store
from locatiescan.cli.scenarios import read_beside
from locatiescan.config.packaged import packaged_file
from locatiescan.config.policy import policy_files
from locatiescan.demo import make_demo
from locatiescan.demo.parcels import NAME as DEMO_NAME
from locatiescan.model import ScanResult, Storage
from locatiescan.outputs.recipe import Order, PolicyText, Recipe, RunBeside, file_hash, recorded, user_file
from locatiescan.outputs.runs import Run
from locatiescan.policy.asked import Asked
from locatiescan.scan import Accept, Step, as_read, scan

CATALOGUE = "data/sources.yaml"
RULES = "rules/flexwonen.yaml"


@dataclass(frozen=True)
class Request:
    """What the options of ``run`` say."""

    gemeente: str | None
    """None: the demo."""
    bronnen: Path | None
    regels: Path | None
    lagen: tuple[str, ...]
    publiek: bool
    wishes: Wishes
    storage: Storage
    naast: tuple[Path, ...] = ()
    """Finished runs, or their ``run.json``."""

    @property
    def rules_file(self) -> Path:
        """The user's own rules, or those of the program."""
        return self.regels or packaged_file(RULES)

    @property
    def catalogue(self) -> Path:
        """The user's own catalogue, or that of the program; not that of the demo."""
        return self.bronnen or packaged_file(CATALOGUE)


@dataclass(frozen=True)
class Job:
    """A scan that is ready to be done: everything but the layers is read and checked."""

    question: Question
    asked: Asked | None
    started_at: str
    """UTC, ISO 8601."""
    facts: Mapping[str, str]
    recipe: Recipe
    beside: tuple[Run, ...] = ()
    """Scenarios for the map."""


def prepared(request: Request, folder: Path, step: Step) -> Job:
    """Read all that a request names.

    Parameters
    ----------
    folder : Path
        Where the demo is made.

    Raises
    ------
    LocatiescanError
        If a file has faults, or the name is not that of one municipality.
    """
    started_at = now().isoformat(timespec="seconds")
    catalogue = request.catalogue if request.bronnen or request.gemeente else make_demo(folder)
    rules_file = request.rules_file
    question = asked(request.gemeente or DEMO_NAME, catalogue, rules_file, request.lagen, request.storage, step)
    on_sites, used = asked_of(question.rules, rules_file, request.wishes)
    facts = facts_of(named([catalogue]), named(question.files), named(used))
    beside, noted = read_beside(request.naast, question.area)
    recipe = Recipe(
        _order(request, question, on_sites, noted),
        recorded(question.listed, catalogue.parent),
        _policy_texts(rules_file, question),
    )
    return Job(question, on_sites, started_at, facts, recipe, beside)


def performed(job: Job, storage: Storage, step: Step, accept: Accept = as_read) -> ScanResult:
    """Do a scan.

    Raises
    ------
    LocatiescanError
        As `locatiescan.scan.scan`.
    """
    question = job.question
    # before the other layers are read: another boundary would ask the store for another box
    boundary = accept({"gemeentegrens": question.boundary})["gemeentegrens"]
    result = scan(
        question.area, boundary, question.rules, question.sources, storage, job.started_at, step, job.asked, accept
    )
    return replace(result, facts=job.facts)


def facts_of(catalogue: str, rules: str, policy: str) -> dict[str, str]:
    """With what a scan was made, as the account tells it; what is empty is left out."""
    facts = {
        "programma": f"locatiescan {__version__}",
        "catalogus": catalogue,
        "regelbestand": rules,
        "beleidsbestanden": policy,
    }
    return {name: text for name, text in facts.items() if text}


def named(files: Iterable[Path]) -> str:
    """Files with their hashes, in one line."""
    return "; ".join(f"{file.name} sha256:{file_hash(file)}" for file in files)


def _order(request: Request, question: Question, on_sites: Asked | None, beside: tuple[RunBeside, ...]) -> Order:
    folder = request.storage.folder
    return Order(
        gemeente=request.gemeente,
        bronnen=_written(request.bronnen),
        regels=_written(request.regels),
        opslag=None if folder == usual_store() else _written(folder),
        peildatum=on_sites.peildatum if on_sites else None,
        termijn_jaren=on_sites.termijn_jaren if on_sites else None,
        lagen={text: _own_hash(text, question) for text in request.lagen},
        eigendom=user_file(request.wishes.eigendom),
        leegstand=user_file(request.wishes.leegstand),
        publiek=request.publiek,
        naast=beside,
    )


def _written(path: Path | None) -> str | None:
    return path.as_posix() if path else None


def _own_hash(text: str, question: Question) -> str | None:
    """Hash of the user's own file; None where it is a folder. What a rerun checks is the layer's content."""
    file = Path(question.sources[text.partition("=")[0]].url or "")
    return file_hash(file) if file.is_file() else None


def _policy_texts(rules_file: Path, question: Question) -> dict[str, PolicyText]:
    if question.rules.antwoord is None:
        return {}
    files = policy_files(rules_file, question.rules.antwoord)
    # by bytes: line ends stay as they are, and so does the hash
    return {key: PolicyText(file.name, file.read_bytes().decode("utf-8")) for key, file in files.items()}
