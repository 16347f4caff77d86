"""Why one parcel or location got its verdict and score, and what would have to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from locatiescan.analysis.judging.rules import score
from locatiescan.analysis.measuring.distance import reach_of
from locatiescan.analysis.studying.contributions import points_of
from locatiescan.analysis.studying.wording import amount, demand
from locatiescan.config.rules import all_rules
from locatiescan.model import JA, NEE, ONBEKEND, Limit, Measurement, Preference, Rules

DECIDERS = ("college", "raad", "provincie", "rijk", None)
"""From who can give way most easily to what nobody decides."""


@dataclass(frozen=True)
class LayerFact:
    """One layer a rule looked at."""

    laag: str
    titel: str
    opgehaald: str
    """UTC, ISO 8601; empty where it is not there."""
    dagen_oud: float | None
    """Age when the run started."""
    objecten: int | None
    zekerheid: str
    ontbreekt: str
    """Why it is absent; empty when it is there."""


@dataclass(frozen=True)
class RuleFact:
    """One rule and what was measured for it; None is unknown."""

    regel: Measurement
    waarde: float | str | None
    geldt: str
    """``ja``, ``nee`` or ``onbekend``: whether the rule applies here."""
    lagen: tuple[LayerFact, ...]


@dataclass(frozen=True)
class LimitFact(RuleFact):
    """A limit, or an admission, held against this place."""

    regel: Limit
    oordeel: str
    marge: float | None
    """Room to the nearest bound, negative where it falls short; None for classes and unknown values."""
    nodig: float | None
    """The bound that counts for ``marge``."""


@dataclass(frozen=True)
class PreferenceFact(RuleFact):
    """A preference and what it brings to the score."""

    regel: Preference
    score: float | None
    gewicht_aandeel: float
    """Part of all weight that counts here."""
    punten: float
    """Points of ``score``: over all preferences they add up to it."""
    punten_hoog: float
    """Points of ``score_hoog``."""


@dataclass(frozen=True)
class ProfileFact:
    """Score and rank for one target group."""

    profiel: str
    titel: str
    waarom: str
    score: float
    rang: int | None


@dataclass(frozen=True)
class Explanation:
    """All that a run says of one parcel or location."""

    perceel_id: str
    locatie_id: str
    """Empty where it belongs to none."""
    percelen: str
    """Parcels of the location, when it is one."""
    oordeel: str
    toegelaten_door: str
    rang: int | None
    kandidaten: int
    score: float
    score_hoog: float
    aggregatie: str
    grenzen: tuple[LimitFact, ...]
    toelatingen: tuple[LimitFact, ...]
    voorkeuren: tuple[PreferenceFact, ...]
    metingen: tuple[RuleFact, ...]
    profielen: tuple[ProfileFact, ...]


def explain(row: pd.Series, rules: Rules, sources: pd.DataFrame, started_at: str, candidates: int) -> Explanation:
    """Say of one row all that led to its verdict and score.

    Parameters
    ----------
    row : Series
        Of a judged table: parcels or locations.
    rules : Rules
        By which it was judged.
    sources : DataFrame
        As the table ``bronnen``: one row a layer.
    started_at : str
        Start of the run, UTC, ISO 8601; ages count to it.
    candidates : int
        How many places have a rank.
    """
    layers = {str(source["laag"]): _layer(source, started_at) for source in sources.to_dict("records")}
    every = {rule.naam: rule for rule in all_rules(rules)}
    used = {name: tuple(layers[n] for n in layers_of(rule, every) if n in layers) for name, rule in every.items()}
    return Explanation(
        perceel_id=str(row["perceel_id"]),
        locatie_id=_text(row, "locatie_id"),
        percelen=_text(row, "percelen"),
        oordeel=str(row["oordeel"]),
        toegelaten_door=_text(row, "toegelaten_door"),
        rang=_whole(row.get("rang")),
        kandidaten=candidates,
        score=float(row["score"]),
        score_hoog=float(row["score_hoog"]),
        aggregatie=rules.aggregatie,
        grenzen=tuple(_limit(row, rule, used[rule.naam]) for rule in rules.limits),
        toelatingen=tuple(_limit(row, rule, used[rule.naam]) for rule in rules.toelatingen),
        voorkeuren=_preferences(row, rules, used),
        metingen=tuple(RuleFact(r, plain(row.get(r.naam)), applies(row, r), used[r.naam]) for r in rules.metingen),
        profielen=tuple(
            ProfileFact(p.naam, p.titel, p.waarom, float(row[f"score_{p.naam}"]), _whole(row.get(f"rang_{p.naam}")))
            for p in rules.profielen
            if f"score_{p.naam}" in row
        ),
    )


def obstacles(found: Explanation) -> tuple[LimitFact, ...]:
    """Limits that it fails, those first on which the nearest authority decides, facts on the ground last."""
    failed = [fact for fact in found.grenzen if fact.oordeel == NEE]
    return tuple(sorted(failed, key=lambda fact: DECIDERS.index(fact.regel.beslist)))


def unknowns(found: Explanation) -> tuple[RuleFact, ...]:
    """Limits and preferences that could still turn out either way."""
    limits = [fact for fact in found.grenzen if fact.oordeel == ONBEKEND]
    if found.oordeel != JA:
        limits += [fact for fact in found.toelatingen if fact.oordeel == ONBEKEND]
    wishes = [fact for fact in found.voorkeuren if fact.geldt != NEE and (fact.score is None or fact.geldt != JA)]
    return (*limits, *wishes)


def shown(fact: RuleFact) -> str:
    """A value with its unit; a distance that was cut to its reach is at least that."""
    text = amount(fact.waarde, fact.regel.naam)
    return f"ten minste {text}" if _cut(fact) else text


def _cut(fact: RuleFact) -> bool:
    far = fact.regel.measure == "distance_m" and isinstance(fact.waarde, float)
    return far and fact.waarde >= reach_of(fact.regel)  # type: ignore[operator]


def way_out(fact: LimitFact) -> str:
    """What must change for a failed limit to be met, in Dutch: the place, or else the limit."""
    rule, value = fact.regel, fact.waarde
    if fact.marge is None:
        other = "een andere klasse"
        if "bestemming" in f"{rule.layer} {rule.column}":
            other = "een andere bestemming, dus een wijziging van het omgevingsplan"
        return f"is {amount(value, rule.naam)}; nodig {demand(rule)}: vraagt {other}, of een andere grens"
    if _cut(fact):
        return f"{shown(fact)}, nodig {demand(rule)}; hoe ver het werkelijk is, is niet gemeten"
    low = fact.nodig == rule.min and isinstance(value, float) and value < (rule.min or 0.0)
    # rounded away from the limit, so that what is named would truly do
    reached = amount(value, rule.naam, up=not low)
    short = amount(-fact.marge, rule.naam, up=True).replace("%", "procentpunt")
    asked = f"nodig ten {'minste' if low else 'hoogste'} {amount(fact.nodig, rule.naam)}"
    return f"{reached}, {asked}: {short} {'tekort' if low else 'te veel'}, of de grens naar {reached}"


def margin(value: float | str | None, limit: Limit) -> tuple[float | None, float | None]:
    """Room between a value and the nearest bound (negative outside), and that bound.

    None for classes and where the value is unknown.
    """
    if not isinstance(value, float):
        return None, None
    room = [(value - limit.min, limit.min)] if limit.min is not None else []
    room += [(limit.max - value, limit.max)] if limit.max is not None else []
    return min(room) if room else (None, None)


def layers_of(rule: Measurement, rules: Mapping[str, Measurement]) -> tuple[str, ...]:
    """Layers a rule looks at, also through an earlier rule whose column it reads; else the parcels themselves."""
    named = [rule.layer] if rule.layer else []
    for item in rule.exclude:
        named += [item.layer, *([item.only_in.layer] if item.only_in else [])]
    named += [rule.only_in.layer] if rule.only_in else []
    earlier = rules.get(rule.column or "") if not rule.layer else None
    if earlier is not None and earlier.naam != rule.naam:
        named += layers_of(earlier, rules)
    return tuple(dict.fromkeys(named)) or ("percelen",)


def applies(row: pd.Series, rule: Measurement) -> str:
    """Whether a rule applies to a row: ja, nee or onbekend."""
    said = row.get(f"{rule.naam}_geldt") if rule.only_in else JA
    return said if isinstance(said, str) else ONBEKEND


def plain(value: object) -> float | str | None:
    """A value from a table as a number, a text, or None where it is unknown."""
    if value is None or value is pd.NA or value != value:
        return None
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def _limit(row: pd.Series, rule: Limit, layers: tuple[LayerFact, ...]) -> LimitFact:
    value = plain(row.get(rule.naam))
    room, bound = margin(value, rule)
    return LimitFact(rule, value, applies(row, rule), layers, str(row[f"{rule.naam}_oordeel"]), room, bound)


def _preferences(
    row: pd.Series, rules: Rules, layers: Mapping[str, tuple[LayerFact, ...]]
) -> tuple[PreferenceFact, ...]:
    values = [plain(row.get(wish.naam)) for wish in rules.preferences]
    scores = np.array([score(pd.Series([v]), w)[0] for v, w in zip(values, rules.preferences, strict=True)])
    active = [applies(row, wish) for wish in rules.preferences]
    facts = zip(rules.preferences, values, active, scores, *points_of(scores, active, rules), strict=True)
    return tuple(
        PreferenceFact(wish, value, here, layers[wish.naam], None if np.isnan(own) else float(own), *map(float, points))
        for wish, value, here, own, *points in facts
    )


def _layer(source: Mapping[Any, Any], started_at: str) -> LayerFact:
    fetched = str(source.get("opgehaald") or "")
    count = plain(source.get("gebruikt"))
    return LayerFact(
        str(source["laag"]),
        str(source.get("titel") or ""),
        fetched,
        _days(fetched, started_at),
        None if count is None else int(count),
        str(source.get("zekerheid") or ""),
        str(source.get("toelichting") or "niet aanwezig") if source.get("aanwezig") == NEE else "",
    )


def _days(earlier: str, later: str) -> float | None:
    try:
        return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds() / 86_400
    except (ValueError, TypeError):
        return None


def _text(row: pd.Series, column: str) -> str:
    value = plain(row.get(column))
    return "" if value is None else str(value)


def _whole(value: object) -> int | None:
    number = plain(value)
    return None if number is None else int(number)
