"""The policy files that a rules file names, read as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from locatiescan.config.dwellings import load_dwellings
from locatiescan.config.figures import load_figures
from locatiescan.config.flags import load_flags
from locatiescan.config.heights import load_heights
from locatiescan.config.nitrogen import load_nitrogen
from locatiescan.config.packaged import packaged_file
from locatiescan.config.planning import load_planning
from locatiescan.config.reader import read_yaml
from locatiescan.config.rules import all_rules
from locatiescan.errors import ConfigError, Fault
from locatiescan.model import Companions, Rules
from locatiescan.policy.asked import Policy
from locatiescan.policy.conditions import FACTS
from locatiescan.policy.figures import FIGURE_NAMES

Read = TypeVar("Read")
NO_FILE = ("vrije_grond",)


def policy_files(rules_file: Path, companions: Companions) -> dict[str, Path]:
    """Where each policy file lies: beside the rules file, or else with the program.

    Raises
    ------
    ConfigError
        If a file is in neither place.
    """
    names = {key.name: getattr(companions, key.name) for key in fields(companions) if key.name not in NO_FILE}
    found = {key: _beside(rules_file, name) for key, name in names.items()}
    missing = [
        Fault(
            str(rules_file), 0, f"antwoord.{key}", f"{names[key]} ligt niet naast dit bestand, noch bij het programma"
        )
        for key, path in found.items()
        if not path.is_file()
    ]
    if missing:
        raise ConfigError(missing)
    return found


def load_policy(rules_file: Path, rules: Rules) -> Policy:
    """Read every policy file that the rules name.

    Raises
    ------
    ConfigError
        With every fault in any of the files.
    """
    if rules.antwoord is None:
        raise ConfigError([Fault(str(rules_file), 0, "antwoord", "ontbreekt: deze regels vragen geen antwoord")])
    return read_policy(policy_files(rules_file, rules.antwoord), rules)


def read_policy(files: Mapping[str, Path], rules: Rules) -> Policy:
    """Read the policy files that lie where `policy_files` says.

    Raises
    ------
    ConfigError
        With every fault in any of the files.
    """
    known = {rule.naam for rule in all_rules(rules)} | _usual_columns() | set(FACTS) | set(FIGURE_NAMES)
    faults: list[Fault] = []

    def read(load: Callable[..., Read], key: str, *more: Any) -> Any:
        try:
            return load(files[key], *more)
        except ConfigError as error:
            faults.extend(error.faults)

    parts: Mapping[str, Any] = {
        "planning": read(load_planning, "planroutes", known),
        "flags": read(load_flags, "vlaggen", known),
        "dwellings": read(load_dwellings, "woningtypen"),
        "heights": read(load_heights, "hoogte"),
        "nitrogen": read(load_nitrogen, "stikstof"),
        "figures": read(load_figures, "gemeentecijfers"),
    }
    if faults:
        raise ConfigError(faults)
    return Policy(**parts)


def _usual_columns() -> set[str]:
    """Columns of the rules that come with the program.

    Own rules may measure fewer: what the law asks about them is then unknown. A name that nobody measures is a fault.
    """
    sections = read_yaml(packaged_file("rules/flexwonen.yaml")).value
    rules = [rule for section in sections.values() if isinstance(section, tuple) for rule in section]
    return {rule["naam"] for rule in rules if "measure" in rule}


def _beside(rules_file: Path, name: str) -> Path:
    own = rules_file.parent / name
    return own if own.is_file() else packaged_file(f"rules/{name}")
