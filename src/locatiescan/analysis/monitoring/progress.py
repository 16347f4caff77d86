"""How far a region has come: homes by municipality and status, by term, by planning route and by quarter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from locatiescan.analysis.monitoring.carry import Carried
from locatiescan.analysis.monitoring.posts import (
    HOMES,
    LONGER,
    NO_ROUTE,
    TERMS,
    UNKNOWN,
    UNLIMITED,
    away_from,
    municipalities,
    posts_of,
)
from locatiescan.policy.status import CANDIDATE, COMMITTED, DROPPED, STAGES

TOGETHER = "Samen"
"""Name of the rows over all municipalities, which have no code."""
MOST_QUARTERS = 120
"""A stretch of quarters longer than this holds a slip of the hand, and is not filled up."""
ENDS = ("vroeg", "laat")
PLACES = "Plekken (locaties en gebouwen)"
"""Head over the column ``locaties``: buildings that may become homes count too."""
SHARED = "Doel per gemeente: naar rato van de woningvoorraad; een aanname, nergens vastgesteld."
NOT_SHARED = "Geen doel per gemeente: van een gemeente is de woningvoorraad niet bekend."


@dataclass(frozen=True)
class Progress:
    """Homes against the target. Each table has ``gemeente_code`` and ``gemeente``, those of a region first the
    municipalities and then `TOGETHER` with an empty code. What was dropped counts nowhere but in ``afgevallen``.
    """

    peildatum: str
    """ISO 8601."""
    target: int | None
    """Homes for all together; None where none was set."""
    by_municipality: pd.DataFrame
    """One row a municipality: ``doel`` and ``te_gaan`` (Int64, NA where there is no share); homes by status
    (``kandidaat`` … ``gebouwd``); ``toegezegd`` (from a decision on); ``woningen_laag``, ``woningen``,
    ``woningen_hoog``; ``locaties`` and ``locaties_<status>``, ``zonder_aantal`` (of which the homes are unknown),
    ``afgevallen`` (places)."""
    by_term: pd.DataFrame
    """``termijn``, ``locaties``, ``zonder_aantal``, homes low, in the middle and high."""
    by_route: pd.DataFrame
    """The same by ``planroute`` with ``titel``."""
    by_quarter: pd.DataFrame
    """``kwartaal`` in which the route is irrevocable, early and late: ``<kant>_locaties``, ``<kant>_woningen`` and
    ``<kant>_lopend`` (homes under study or further), and the same two until then (``_samen``; NA where unknown)."""
    notes: tuple[str, ...]
    """What a reader must know, in Dutch."""


def progress(
    candidates: pd.DataFrame,
    status: Carried | None,
    shares: Mapping[str, int] | None,
    target: int | None,
    peildatum: str,
    names: Mapping[str, str] | None = None,
) -> Progress:
    """Count homes and places.

    A site across a border counts once, for the municipality of its largest part. Records count, not sites: where two
    records lie in one site, each keeps its own status and homes (see `posts_of`).

    Parameters
    ----------
    candidates : DataFrame
        Of a region or municipality: ``locatie_id``, ``gemeente``, ``gemeente_code`` and what the scan answered.
    status : Carried or None
        The status file on these candidates; None where nobody keeps one: all are ``kandidaat``.
    shares : mapping of str to int, or None
        Homes that each municipality should have, by code, in proportion to its homes; None where that is not known.
    target : int or None
        Homes for all together.
    peildatum : str
        ISO 8601.
    names : mapping of str to str, optional
        All municipalities by code, those without a candidate too; else those of the candidates.
    """
    names = dict(names or municipalities(candidates))
    posts = posts_of(candidates, status, names)
    lost = posts.loc[~posts["gemeente_code"].isin(list(names)), "gemeente_code"]
    posts.loc[lost.index, "gemeente_code"] = UNKNOWN
    groups = _groups(posts, names | ({UNKNOWN: "gemeente onbekend"} if len(lost) else {}))
    counted = [(code, name, table[table["status"] != DROPPED]) for code, name, table in groups]
    return Progress(
        peildatum,
        target,
        _by_municipality(groups, shares, target),
        _by(counted, ["termijn"], [*TERMS.values(), LONGER, UNLIMITED, UNKNOWN]),
        _by(counted, ["planroute", "titel"], [NO_ROUTE, UNKNOWN]),
        _by_quarter(counted),
        (*_notes(posts, status, names, len(lost)), *_goal_notes(names, shares, target)),
    )


def _groups(posts: pd.DataFrame, names: Mapping[str, str]) -> list[tuple[str, str, pd.DataFrame]]:
    """Posts of each municipality, and of all together where there are more."""
    groups = [(code, name, posts[posts["gemeente_code"] == code]) for code, name in names.items()]
    return [*groups, ("", TOGETHER, posts)] if len(groups) > 1 else groups


def _by_municipality(
    groups: Sequence[tuple[str, str, pd.DataFrame]], shares: Mapping[str, int] | None, target: int | None
) -> pd.DataFrame:
    rows = []
    for code, name, table in groups:
        whole = len(groups) == 1 or not code
        goal = target if whole else (shares or {}).get(code)
        left = table[table["status"] != DROPPED]
        homes = {stage: int(left.loc[left["status"] == stage, "woningen"].sum()) for stage in STAGES}
        sure = sum(homes[stage] for stage in COMMITTED)
        todo = None if goal is None else max(goal - sure, 0)
        places = {f"locaties_{stage}": int((left["status"] == stage).sum()) for stage in STAGES}
        row = {"gemeente_code": code, "gemeente": name, "doel": goal, "te_gaan": todo, **homes, "toegezegd": sure}
        rows.append(row | _sums(left) | places | {"afgevallen": len(table) - len(left)})
    return pd.DataFrame(rows).astype({"doel": "Int64", "te_gaan": "Int64"})


def _sums(table: pd.DataFrame) -> dict[str, int]:
    """Places, those of which the homes are unknown, and homes."""
    homes = {name: int(table[name].sum()) for name in HOMES}
    return {"locaties": len(table), "zonder_aantal": int(table["woningen"].isna().sum())} | homes


def _by(groups: Sequence[tuple[str, str, pd.DataFrame]], keys: list[str], order: Sequence[str]) -> pd.DataFrame:
    """Sums by the values of columns; values that are not in `order` come first, by name."""
    rows = []
    for code, name, table in groups:
        for found, part in table.groupby(keys, sort=True):
            values = found if isinstance(found, tuple) else (found,)
            rows.append(
                {"gemeente_code": code, "gemeente": name, **dict(zip(keys, values, strict=True)), **_sums(part)}
            )
    columns = ["gemeente_code", "gemeente", *keys, "locaties", "zonder_aantal", *HOMES]
    table = pd.DataFrame(rows, columns=columns)
    places = {value: i for i, value in enumerate(order)}
    spots = {code: i for i, (code, _, _) in enumerate(groups)}
    rank = table[keys[0]].map(places).fillna(-1)
    table = table.assign(_group=table["gemeente_code"].map(spots), _rank=rank)
    return table.sort_values(["_group", "_rank"], kind="stable", ignore_index=True)[columns]


def _by_quarter(groups: Sequence[tuple[str, str, pd.DataFrame]]) -> pd.DataFrame:
    known = sorted({quarter for _, _, table in groups for end in ENDS for quarter in table[end]} - {UNKNOWN})
    quarters = _stretch(known)
    tables = []
    for code, name, table in groups:
        found = pd.DataFrame({"gemeente_code": code, "gemeente": name, "kwartaal": [*quarters, UNKNOWN]})
        under_way = table[table["status"] != CANDIDATE]
        for end in ENDS:
            found[f"{end}_locaties"] = _at(table.groupby(end).size(), found["kwartaal"])
            for word, part in (("woningen", table), ("lopend", under_way)):
                homes = _at(part.groupby(end)["woningen"].sum(), found["kwartaal"])
                so_far = homes.cumsum().astype("Int64").where(found["kwartaal"] != UNKNOWN)
                found = found.assign(**{f"{end}_{word}": homes, f"{end}_{word}_samen": so_far})
        tables.append(found)
    return pd.concat(tables, ignore_index=True)


def _at(sums: pd.Series, quarters: pd.Series) -> pd.Series:
    return quarters.map(sums).fillna(0).astype("int64")


def _stretch(known: Sequence[str]) -> list[str]:
    """Every quarter from the first to the last, so that a chart has no holes in its time."""
    if not known:
        return []
    first, last = (int(name[:4]) * 4 + int(name[-1]) - 1 for name in (known[0], known[-1]))
    if last - first >= MOST_QUARTERS:
        return list(known)
    return [f"{number // 4}-K{number % 4 + 1}" for number in range(first, last + 1)]


def _notes(posts: pd.DataFrame, status: Carried | None, names: Mapping[str, str], lost: int) -> Iterable[str]:
    left = posts[posts["status"] != DROPPED]
    blank = int(left["woningen"].isna().sum())
    if status is None:
        yield "Geen statusbestand: elke plek is kandidaat."
    if blank:
        yield f"{blank} van {len(left)} plekken zonder bekend aantal woningen: wel een plek, geen woningen."
    if lost:
        yield f"{_lines(lost)} zonder gemeente, met grond die geen kandidaat meer is: vul gemeente in."
    away = away_from(status, names) if status else []
    if away:
        yield f"{_lines(len(away))} van een gemeente buiten deze scan: hier niet geteld."
    if status and len(status.lost) > len(away):
        yield f"{_lines(len(status.lost) - len(away))} niet teruggevonden als kandidaat; wat er staat blijft staan."
    yield "Toegezegd is besloten, vergund en gebouwd; afgevallen telt nergens mee."
    yield (
        "Kwartaal: waarin de planroute onherroepelijk kan zijn, vroeg en laat; van wat gebouwd is de datum in het "
        "statusbestand."
    )


def _goal_notes(names: Mapping[str, str], shares: Mapping[str, int] | None, target: int | None) -> Iterable[str]:
    """How the target was shared out, where it was one for more municipalities."""
    if target and len(names) > 1:
        yield NOT_SHARED if shares is None else SHARED


def _lines(count: int) -> str:
    return f"{count} {'regel' if count == 1 else 'regels'} van het statusbestand"
