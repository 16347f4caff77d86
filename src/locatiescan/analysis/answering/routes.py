"""Which planning routes are open to a location on a day, why not, and when a decision may come.

What a route says of a location depends on nothing but the answers to the conditions of ``planroutes.yaml``. Most
locations give the same answers as others: every distinct pattern of answers is judged once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from locatiescan.analysis.answering.conditions import answers
from locatiescan.analysis.answering.dates import DATES, in_force, out_of_force, six_dates
from locatiescan.model import JA, NEE
from locatiescan.policy.conditions import Cited, Condition
from locatiescan.policy.planning import CLOSED, MANUAL, OPEN, LegalPath, Objection, Planning, Route, Surcharge

COLUMNS = (
    "route", "titel", "regime", "oordeel", "reden", "overleg", "weken_laag", "weken_hoog", "max_jaren", *DATES,
    "grondslag", "beslist", "ongeverifieerd", "van_kracht", "beste",
)  # fmt: skip
RANK = {OPEN: 0, MANUAL: 1}
NUMBERS = ("weken_laag", "weken_hoog", "max_jaren")
BETWEEN = "; "
TERM = "termijn_jaren"

Answers = Sequence[str]
"""To each condition that is asked: ``ja``, ``nee`` or the names of unknown columns; see `answers`."""


class _Bar(NamedTuple):
    """An objection as it stands against routes that are in force."""

    routes: Collection[str]
    objection: Objection
    asks: tuple[int, ...]
    """Places of its conditions among all that are asked."""
    overleg: str | None
    unverified: str
    """What to name as not verified where the objection applies; empty where all of it was."""


class _Finding(NamedTuple):
    """What an objection comes to at a location."""

    oordeel: str
    reden: str
    overleg: str | None
    unverified: str
    unknown: str


class _Case(NamedTuple):
    """A route with all that bears on it on the day."""

    route: Route
    path: LegalPath
    gone: str
    """Why it is not in force; empty where it is."""
    bars: tuple[int, ...]
    """Places of its objections among all of them."""
    surcharges: tuple[tuple[Surcharge, tuple[int, ...]], ...]


class _Law(NamedTuple):
    """What is in force on a day, with every condition and objection named once."""

    cases: list[_Case]
    bars: list[_Bar]
    conditions: list[Condition]


def routes_table(facts: pd.DataFrame, planning: Planning, peildatum: date) -> pd.DataFrame:
    """Say of every planning route whether it is open to each location.

    Parameters
    ----------
    facts : DataFrame
        One row a location, indexed by ``locatie_id``; a column that is not there is unknown.
    planning : Planning
    peildatum : date
        Day of the application.

    Returns
    -------
    DataFrame
        One row a location and route, in the order of both: ``locatie_id`` and `COLUMNS`. ``oordeel`` is ``open``,
        ``dicht`` or ``handmatig toetsen``; weeks count from application to decision; ``max_jaren`` is NaN where the law
        sets none; dates are ISO 8601, empty where the route is closed; ``ongeverifieerd`` names what was not checked at
        its source; ``van_kracht`` says whether the route is in force on the day, ``beste`` whether it is the best.
    """
    law = _law(planning, peildatum)
    patterns, pattern_of = _patterns(law.conditions, facts)
    gone = {case.route.naam: _row(case, [], [], peildatum) for case in law.cases if case.gone}
    rows = [row for pattern in patterns for row in _rows(law, gone, pattern, peildatum)]
    judged = pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(NUMBERS, "float64") | {"beste": bool})
    count = len(law.cases)
    table = judged.iloc[(pattern_of[:, None] * count + np.arange(count)).ravel()].reset_index(drop=True)
    table.insert(0, "locatie_id", np.repeat(facts.index.to_numpy(dtype=object), count))
    return table


def _law(planning: Planning, day: date) -> _Law:
    numbered: dict[Condition, int] = {}

    def asks(holder: Objection | Surcharge) -> tuple[int, ...]:
        return tuple(numbered.setdefault(condition, len(numbered)) for condition in holder.als)

    bars = [
        _Bar(routes, objection, asks(objection), objection.overleg or overleg, unverified)
        for routes, objection, overleg, unverified in _objections(planning, day)
    ]
    paths = {path.naam: path for path in planning.rechtsgangen}
    cases = [
        _Case(
            route,
            paths[route.rechtsgang],
            out_of_force(route, day),
            tuple(place for place, bar in enumerate(bars) if route.naam in bar.routes),
            tuple((extra, asks(extra)) for extra in planning.toeslagen if route.naam in extra.routes),
        )
        for route in planning.routes
    ]
    return _Law(cases, bars, list(numbered))


def _objections(planning: Planning, day: date) -> Iterator[tuple[Collection[str], Objection, str | None, str]]:
    """Every objection on a day: to which routes, whom to consult, what is unverified. A route's own come first."""
    for route in planning.routes:
        if in_force(route, day):
            for objection in (*_term(route), *route.bezwaren):
                yield (route.naam,), objection, None, _unverified(f"route {route.naam}", objection)
    for shared in planning.beperkingen:
        if in_force(shared, day):
            for objection in shared.bezwaren:
                yield shared.routes, objection, shared.overleg, _unverified(shared.titel, shared, objection)


def _term(route: Route) -> tuple[Objection, ...]:
    """A route that gives fewer years than are asked for is closed."""
    if route.max_jaren is None:
        return ()
    years = f"{route.max_jaren:g}".replace(".", ",")
    longer = Condition(kolom=TERM, boven=route.max_jaren)
    return (Objection(als=(longer,), dan=CLOSED, omdat=f"geeft ten hoogste {years} jaar, gevraagd is meer"),)


def _unverified(name: str, *statements: Cited) -> str:
    return name if any(statement.ongeverifieerd for statement in statements) else ""


def _patterns(conditions: Sequence[Condition], facts: pd.DataFrame) -> tuple[Sequence[Answers], np.ndarray]:
    """Distinct patterns of answers, and which of them each location gives."""
    if not len(facts) or not conditions:
        return ([[]] if len(facts) else []), np.zeros(len(facts), dtype=np.int64)
    coded = [pd.factorize(answers(condition, facts).to_numpy(dtype=object)) for condition in conditions]
    codes = np.column_stack([numbers for numbers, _ in coded])
    distinct, pattern_of = np.unique(codes, axis=0, return_inverse=True)
    texts = [said for _, said in coded]
    spelled = [[said[number] for said, number in zip(texts, row, strict=True)] for row in distinct]
    return spelled, pattern_of.reshape(-1)


def _rows(law: _Law, gone: Mapping[str, dict[str, Any]], pattern: Answers, day: date) -> list[dict[str, Any]]:
    """One row a route, the best one marked; routes that are gone say the same everywhere."""
    findings = [_finding(bar, pattern) for bar in law.bars]
    rows = [
        gone.get(case.route.naam) or _row(case, _first([findings[place] for place in case.bars]), pattern, day)
        for case in law.cases
    ]
    order = [
        (RANK[row["oordeel"]], case.route.voorkeur, place)
        for place, (case, row) in enumerate(zip(law.cases, rows, strict=True))
        if row["oordeel"] != CLOSED and case.route.kiezen
    ]
    if order:
        rows[min(order)[-1]]["beste"] = True
    return rows


def _row(case: _Case, found: Sequence[_Finding], pattern: Answers, day: date) -> dict[str, Any]:
    route = case.route
    verdict = CLOSED if case.gone else _verdict(found)
    counted = [finding for finding in found if verdict != CLOSED or finding.oordeel == CLOSED]
    (low, high), more = _weeks(case, pattern)
    dates = dict.fromkeys(DATES, "") if verdict == CLOSED else six_dates(day, (low, high), case.path)
    basis = (_unverified(f"route {route.naam}", route), _unverified(case.path.titel, case.path), *more)
    return {
        "route": route.naam,
        "titel": route.titel,
        "regime": route.regime,
        "oordeel": verdict,
        "reden": case.gone or joined(finding.reden for finding in counted),
        "overleg": joined(finding.overleg for finding in counted),
        "weken_laag": low,
        "weken_hoog": high,
        "max_jaren": route.max_jaren,
        **dates,
        "grondslag": route.grondslag,
        "beslist": route.beslist,
        "ongeverifieerd": joined((*(finding.unverified for finding in counted), *basis)),
        "van_kracht": not case.gone,
        "beste": False,
    }


def _verdict(found: Sequence[_Finding]) -> str:
    """A certain closure outranks all else."""
    if any(finding.oordeel == CLOSED for finding in found):
        return CLOSED
    return MANUAL if found else OPEN


def _first(found: Sequence[_Finding | None]) -> list[_Finding]:
    """What applies, the certain first; of findings on the same unknown columns the first speaks for all."""
    first: dict[str, _Finding] = {}
    for finding in found:
        if finding and finding.unknown:
            first.setdefault(finding.unknown, finding)
    return [*(finding for finding in found if finding and not finding.unknown), *first.values()]


def _finding(bar: _Bar, pattern: Answers) -> _Finding | None:
    said = [pattern[place] for place in bar.asks]
    if NEE in said:
        return None
    unknown = ""
    if any(text != JA for text in said):
        unknown = ", ".join(dict.fromkeys(name for text in said if text != JA for name in text.split(", ")))
    reason, verdict = bar.objection.omdat, bar.objection.dan
    if unknown:
        reason, verdict = f"onbekend: {reason} ({unknown})", MANUAL
    return _Finding(verdict, reason, bar.overleg, bar.unverified, unknown)


def _weeks(case: _Case, pattern: Answers) -> tuple[tuple[float, float], list[str]]:
    """From application to decision, low and high, and what in it was not verified."""
    low, high = case.route.weken.laag, case.route.weken.hoog + case.route.verlenging_weken
    unverified: list[str] = []
    for surcharge, asks in () if case.gone else case.surcharges:
        said = {pattern[place] for place in asks}
        if NEE in said:
            continue
        low += surcharge.weken.laag if said <= {JA} else 0.0
        high += surcharge.weken.hoog
        unverified.append(_unverified(surcharge.titel, surcharge))
    return (low, high), unverified


def joined(texts: Any) -> str:
    """Each part once, in order; parts of one text count by themselves."""
    parts = (part for text in texts if text for part in text.split(BETWEEN))
    return BETWEEN.join(dict.fromkeys(parts))
