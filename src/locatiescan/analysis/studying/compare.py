"""Why places rose, fell, came or went between two runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from locatiescan.analysis.judging.ledger import ledger
from locatiescan.analysis.studying.changes import layer_changes, redefined, rule_changes, side_by_side
from locatiescan.analysis.studying.counterfactual import STEPS, Side, differences, places, states
from locatiescan.analysis.studying.explain import layers_of, plain
from locatiescan.analysis.studying.wording import amount, demand, number
from locatiescan.config.rules import all_rules
from locatiescan.model import Limit, Measurement, Preference

NEW, GONE = "nieuw perceel", "perceel bestaat niet meer"
TINY = 1e-6
SHOWN_SCORES = 3
"""How many preferences a reason names, those first that moved the score most."""


@dataclass(frozen=True)
class Comparison:
    """Two runs held against each other."""

    changes: pd.DataFrame
    """One row a place that changed, the most important first: ``perceel_id``, ``oordeel_oud``, ``oordeel_nieuw``,
    ``rang_oud``, ``rang_nieuw``, ``rang_verschil`` and its parts ``rang_<stap>``, the same for ``score``,
    ``oordeel_door`` (steps in which the verdict changed), ``belang`` and ``reden``."""
    rules: pd.DataFrame
    layers: pd.DataFrame
    ledger: pd.DataFrame
    """Limits of which the counts differ: the columns of `ledger`, each ``_oud`` and ``_nieuw``."""
    notes: tuple[str, ...]
    """What a reader must know, in Dutch."""


@dataclass(frozen=True)
class _Both:
    """All rules of two runs by name, and the layers that changed."""

    old: Mapping[str, Measurement]
    new: Mapping[str, Measurement]
    moved: frozenset[str]
    layers: frozenset[str]
    admissions: frozenset[str]


def compare(old: Side, new: Side) -> Comparison:
    """Explain every change of rank and verdict by data, joining, rules, weights and method.

    Each is changed in turn (`counterfactual.states`), so a place's parts add up to its whole difference. What
    came first bears what two changes do together.

    Parameters
    ----------
    old, new : Side
        Runs of one municipality.
    """
    layers = layer_changes(old.sources, new.sources)
    before, after = ({rule.naam: rule for rule in all_rules(side.rules)} for side in (old, new))
    changed = layers.loc[layers["inhoud"].eq("gewijzigd"), "laag"]
    admissions = frozenset(rule.naam for side in (old, new) for rule in side.rules.toelatingen)
    both = _Both(before, after, frozenset(redefined(before, after)), frozenset(changed), admissions)
    table = _changes(old, new)
    table["reden"] = list(_reasons(table, old, new, both))
    return Comparison(table, rule_changes(old.rules, new.rules), layers, _ledgers(old, new), tuple(_notes(old, both)))


def _changes(old: Side, new: Side) -> pd.DataFrame:
    between = states(old, new)
    rank, points = differences(between, "rang"), differences(between, "score")
    index = rank.index
    first, last = (state.reindex(index) for state in (between[0], between[-1]))
    verdicts = np.column_stack([state["oordeel"].reindex(index).fillna("").to_numpy(dtype=object) for state in between])
    table = pd.DataFrame(
        {
            "perceel_id": index.astype("str"),
            "locatie_id": _home(last["oordeel"].notna(), old, new),
            "oordeel_oud": first["oordeel"].fillna(""),
            "oordeel_nieuw": last["oordeel"].fillna(""),
            "oordeel_door": _flipped_by(verdicts),
            "rang_oud": first["rang"],
            "rang_nieuw": last["rang"],
            "rang_verschil": last["rang"] - first["rang"],
            **{f"rang_{step}": rank[step] for step in STEPS},
            "score_oud": first["score"],
            "score_nieuw": last["score"],
            "score_verschil": last["score"] - first["score"],
            **{f"score_{step}": points[step] for step in STEPS},
        }
    )
    # the reciprocal of a rank: who leaves or enters the very top weighs most, and the tail hardly
    top = [1.0 / side["rang"].astype("float64").fillna(np.inf) for side in (first, last)]
    table["belang"] = (top[0] - top[1]).abs().round(9)
    ranks = [table[f"rang_{side}"].astype("float64").fillna(0) for side in ("oud", "nieuw")]
    same = table["oordeel_oud"].eq(table["oordeel_nieuw"]) & ranks[0].eq(ranks[1])
    return table[~same].sort_values(["belang", "perceel_id"], ascending=[False, True], ignore_index=True)


def _flipped_by(verdicts: np.ndarray) -> list[str]:
    """Steps in which each place's verdict changed; (n, states) in, first and last state are of the program."""
    flips = verdicts[:, 1:] != verdicts[:, :-1]
    steps = ("programma", *STEPS[:-1], "programma")
    return [
        ", ".join(dict.fromkeys(step for step, flip in zip(steps, row, strict=True) if flip)) if row.any() else ""
        for row in flips
    ]


def _reasons(table: pd.DataFrame, old: Side, new: Side, both: _Both) -> Iterator[str]:
    """One text a row, with figures of both runs."""
    before, after = (_records(places(side), table["perceel_id"]) for side in (old, new))
    parcels = [set(side.parcels["perceel_id"]) for side in (old, new)]
    homes = [_homes(side) for side in (old, new)]
    total = sum(wish.gewicht for wish in new.rules.preferences) or 1.0
    for row, one, other in zip(table.to_dict("records"), before, after, strict=True):
        name = row["perceel_id"]
        if one is None:
            yield f"was deel van locatie {homes[0][name]}" if name in parcels[0] else NEW
        elif other is None:
            yield f"nu deel van locatie {homes[1][name]}" if name in parcels[1] else GONE
        else:
            parts = [*_joined(one, other), *_flipped_limits(one, other, both)]
            yield "; ".join(parts or _moved_scores(one, other, both, total)) or _otherwise(row)


def _otherwise(row: Mapping[Any, Any]) -> str:
    """What moved a place whose own figures are the same."""
    steps = [step for step in STEPS if abs(row[f"score_{step}"] or 0.0) > TINY]
    if not steps:
        return "eigen score gelijk; andere plekken schoven"
    scores = [number(row[f"score_{side}"], 1) for side in ("oud", "nieuw")]
    return f"eigen waarden gelijk; score {scores[0]} → {scores[1]} door {', '.join(steps)}"


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    if one["percelen"] != other["percelen"]:
        yield f"locatie was {one['percelen']} en is {other['percelen']}"


def _flipped_limits(one: Mapping[str, Any], other: Mapping[str, Any], both: _Both) -> Iterator[str]:
    """Limits and admissions whose verdict differs, by their value or by their demand."""
    for name in dict.fromkeys([*both.old, *both.new]):
        rules = both.old.get(name), both.new.get(name)
        if not any(isinstance(rule, Limit) for rule in rules):
            continue
        said = one.get(f"{name}_oordeel"), other.get(f"{name}_oordeel")
        # a limit that is met says nothing, and an admission that does not admit
        tells = "ja" if name in both.admissions else "nee"
        if not isinstance(rules[0], Limit):
            if said[1] in (tells, "onbekend"):
                yield f"{name}: nieuwe regel, {said[1]} ({amount(plain(other.get(name)), name)}, {demand(rules[1])})"  # type: ignore[arg-type]
        elif not isinstance(rules[1], Limit):
            if said[0] in (tells, "onbekend"):
                yield f"{name}: regel vervallen, was {said[0]}"
        elif said[0] != said[1]:
            yield f"{name}: {said[0]} → {said[1]}, {_cause(name, one, other, both)}"


def _moved_scores(one: Mapping[str, Any], other: Mapping[str, Any], both: _Both, total: float) -> Iterator[str]:
    """Preferences whose score differs, those first that weigh most."""
    moved = []
    for name, rule in both.new.items():
        scores = [plain(side.get(f"{name}_score")) for side in (one, other)]
        if isinstance(rule, Preference) and name in both.old and scores[0] != scores[1]:
            low, high = (float(part or 0.0) for part in scores)
            text = f"{name}: score {_score(scores[0])} → {_score(scores[1])}, {_cause(name, one, other, both)}"
            moved.append((-abs(high - low) * rule.gewicht / total, text))
    yield from (text for _, text in sorted(moved)[:SHOWN_SCORES])


def _cause(name: str, one: Mapping[str, Any], other: Mapping[str, Any], both: _Both) -> str:
    """Value or demand that differs, and the changed layers that may be behind it."""
    values = [plain(side.get(name)) for side in (one, other)]
    rules = both.old[name], both.new[name]
    parts = []
    if values[0] != values[1]:
        shown = [amount(value, name) for value in values]
        if shown[0] == shown[1]:  # a change smaller than what is shown
            shown = [f"{value:.9g}" if isinstance(value, float) else str(value) for value in values]
        parts.append(f"waarde {shown[0]} → {shown[1]}")
        behind = [layer for layer in layers_of(rules[1], both.new) if layer in both.layers]
        parts += [f"laag {', '.join(behind)} gewijzigd"] if behind else []
    else:
        parts.append(f"waarde {amount(values[0], name)}")
    if name in both.moved:
        parts.append("de regel meet iets anders")
    asked = [demand(rule) for rule in rules]
    if asked[0] != asked[1]:
        parts.append(f"eis {asked[0]} → {asked[1]}")
    elif any(getattr(rules[0], key, None) != getattr(rules[1], key, None) for key in ("curve", "steps", "classes")):
        parts.append("andere curve of klassen")
    return ", ".join(parts)


def _ledgers(old: Side, new: Side) -> pd.DataFrame:
    columns = ["grens", "voldoet_niet", "alleen_deze", "onbekend", "blijft_over"]
    tables = [ledger(side.parcels, side.rules)[columns].set_index("grens") for side in (old, new)]
    limits = list(dict.fromkeys([*tables[1].index, *tables[0].index]))
    both = side_by_side(*(table.reindex(limits) for table in tables)).astype("Int64")
    differs = np.zeros(len(both), dtype=bool)
    for column in columns[1:]:
        differs |= both[f"{column}_oud"].fillna(-1).ne(both[f"{column}_nieuw"].fillna(-1)).to_numpy(dtype=bool)
    return both[differs].reset_index(names="grens")


def _notes(old: Side, both: _Both) -> Iterator[str]:
    for name, rule in both.new.items():
        if name not in both.old and isinstance(rule, Limit | Preference):
            known = "" if name in old.parcels else " De eerste scan heeft er geen waarde van."
            yield f"Regel {name} is nieuw; wat zij doet staat onder regels of gewichten.{known}"
    for name in both.old:
        if name not in both.new:
            yield f"Regel {name} is vervallen; bij de stap gegevens telt haar waarde uit de eerste scan."
        elif name in both.moved:
            yield f"Regel {name} meet iets anders; het verschil in haar waarde staat onder regels, niet onder gegevens."


def _records(table: pd.DataFrame, names: pd.Series) -> list[dict[str, Any] | None]:
    """Rows of these places, None where it is not there."""
    found = table[table.index.isin(names)].drop(columns="geometry", errors="ignore")
    rows: dict[Any, Any] = dict(zip(found.index, found.to_dict("records"), strict=True))
    return [rows.get(name) for name in names]


def _homes(side: Side) -> pd.Series:
    """Location of each parcel, empty where it is in none."""
    parcels = side.parcels.set_index("perceel_id")
    if side.sites is None:
        return pd.Series("", index=parcels.index, dtype="str")
    return parcels["locatie_id"].astype("str").fillna("")


def _home(there: pd.Series, old: Side, new: Side) -> pd.Series:
    """Location of each place: in the new run where it is a place there, else in the old one."""
    now, then = (_homes(side).reindex(there.index).fillna("") for side in (new, old))
    return now.where(there, then)


def _score(value: float | str | None) -> str:
    return "onbekend" if value is None else number(float(value), 3)
