"""Options of what is asked of each location: on which day, for how long, and what a user's lists say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
import pandas as pd
from rich.table import Table

from locatiescan.analysis.studying.wording import number
from locatiescan.cli.clock import today
from locatiescan.cli.options import FILE
from locatiescan.cli.shown import shown_table
from locatiescan.config.policy import load_policy, policy_files
from locatiescan.errors import UsageError
from locatiescan.model import Dossier, Rules
from locatiescan.policy.asked import Asked, Policy
from locatiescan.sources.lists import read_ownership, read_vacancy

DAY = click.DateTime(formats=["%Y-%m-%d"])
TERM = click.FloatRange(0, 100, min_open=True)


@dataclass(frozen=True)
class Wishes:
    """What the options say."""

    peildatum: date | None
    """None: today."""
    termijn_jaren: float | None
    """None: the term that the planning routes file proposes."""
    eigendom: Path | None
    leegstand: Path | None


def answer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets one ``wishes``."""

    @click.option("--peildatum", type=DAY, help="Dag van aanvraag, JJJJ-MM-DD: welk recht geldt.  [standaard: vandaag]")
    @click.option("--termijn", type=TERM, help="Gevraagde termijn in jaren.  [standaard: die van planroutes.yaml]")
    @click.option("--eigendom", type=FILE, help="CSV met perceel_id en eigenaar (gemeente, corporatie, rijk, …).")
    @click.option("--leegstand", type=FILE, help="CSV met pand_id of vbo_id van leegstaande gebouwen.")
    @wraps(command)
    def with_wishes(
        *args: Any,
        peildatum: datetime | None,
        termijn: float | None,
        eigendom: Path | None,
        leegstand: Path | None,
        **rest: Any,
    ) -> Any:
        day = peildatum.date() if peildatum else None
        return command(*args, wishes=Wishes(day, termijn, eigendom, leegstand), **rest)

    return with_wishes


def asked_of(rules: Rules, rules_file: Path, wishes: Wishes) -> tuple[Asked | None, tuple[Path, ...]]:
    """What is asked of each location, and the policy files that say it; None where the rules ask for no answer.

    Raises
    ------
    LocatiescanError
        If a policy file or a list has faults, or an option is given that these rules have no use for.
    """
    if rules.antwoord is None:
        if wishes != Wishes(None, None, None, None):
            raise UsageError(
                f"{rules_file.name} heeft geen onderdeel antwoord; --peildatum, --termijn, --eigendom en --leegstand "
                "hebben dan geen zin. Zet er `antwoord: {vrije_grond: …}` in, zie rules/flexwonen.yaml."
            )
        return None, ()
    question = asked_with(load_policy(rules_file, rules), wishes)
    return question, tuple(policy_files(rules_file, rules.antwoord).values())


def asked_with(policy: Policy, wishes: Wishes) -> Asked:
    """What is asked of each location, by a policy that was read."""
    return Asked(
        policy,
        wishes.peildatum or today(),
        wishes.termijn_jaren or policy.planning.termijn_jaren,
        read_ownership(wishes.eigendom) if wishes.eigendom else None,
        read_vacancy(wishes.leegstand) if wishes.leegstand else None,
    )


def homes_line(sites: pd.DataFrame, dossier: Dossier) -> str:
    """How many homes the locations carry together, by the verdict on their best route."""
    some = sites[sites["woningen"].fillna(0) > 0]
    homes = some.groupby("planroute_oordeel")["woningen"].agg(["size", "sum"])
    parts = [f"{verdict} {row['size']} locaties met {row['sum']} woningen" for verdict, row in homes.iterrows()]
    return (
        f"Peildatum {dossier.peildatum}, termijn {dossier.termijn_jaren:g} jaar. Planroute {'; '.join(parts) or '-'}. "
        f"Op {len(sites) - len(some)} locaties past geen woningtype of is dat onbekend. "
        f"Gebouwen die woningen kunnen worden: {len(dossier.transformation)}."
    )


def best_table(sites: pd.DataFrame, count: int) -> Table:
    """The best candidates with what they carry."""
    columns = {
        "locatie_id": "locatie",
        "score": "score",
        "woningen": "woningen",
        "route": "planroute",
        "besluit_vroeg": "besluit vanaf",
        "stikstof_oordeel": "stikstof",
    }
    best = sites.head(count)
    short = best["planroute_oordeel"].str.removesuffix(" toetsen")
    score = [number(float(value), 1) for value in best["score"].to_numpy()]
    told = best.assign(route=best["planroute"].fillna("") + " " + short, score=score)[list(columns)].astype(object)
    rows = told.where(told.notna(), "-").itertuples(index=False)
    return shown_table(f"De {count} beste kandidaten", list(columns.values()), rows, ("score", "woningen"))
