"""What a factsheet says of one location, gathered from a finished run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from locatiescan.analysis.answering.dutch import day, figure, plain, unknown
from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.analysis.studying.explain import Explanation, LimitFact, PreferenceFact, explain, shown
from locatiescan.analysis.studying.wording import amount, demand, number
from locatiescan.model import JA, NEE, Measurement
from locatiescan.outputs.factsheet_answers import answers_on, dates_of
from locatiescan.outputs.factsheet_pictures import block_kinds, kind_line, plan, situation, street_names
from locatiescan.outputs.factsheet_record import Answer, Criterion, Demand, Facts, Factsheet
from locatiescan.outputs.factsheet_tiles import tiles
from locatiescan.outputs.runs import Run, read_layer
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS
from locatiescan.outputs.webmap_payload import cadastral_names, wording
from locatiescan.policy.dwellings import Dwellings

NEAR_M = 60.0
"""A street that is nearer names the place."""
SQUARE_MM, WIDE_MM = (88.0, 88.0), (180.0, 92.0)
ONE_ANSWER, ALL_IN_SHORT, ONE_ITEM, ITEMS = 640, 1900, 420, 14
"""Letters and lines at most: no source may fill the two pages."""
KINDS = 6
VERDICTS = {JA: "voldoet", NEE: "voldoet niet"}
UNSURE = ("NV", "INFER")
"""Certainties of a source that was not seen to work."""


@dataclass(frozen=True)
class Context:
    """What every factsheet of a run shares."""

    run: Run
    layers: Mapping[str, gpd.GeoDataFrame]
    about: Mapping[str, str]
    """The table ``verantwoording``."""
    dwellings: Dwellings | None = None
    """The catalogue that the run used; None where it is not the one at hand."""
    drawn: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    """What was drawn, by ``locatie_id``."""


def context_of(run: Run, layers: Mapping[str, gpd.GeoDataFrame], dwellings: Dwellings, digest: str) -> Context:
    """Gather what the factsheets of a run share.

    Parameters
    ----------
    run : Run
    layers : mapping
        As `drawn_layers` gives it.
    dwellings : Dwellings
        Catalogue of dwellings at hand.
    digest : str
        Its sha256: sizes of homes are told only from the very file that the run used.
    """
    told = read_layer(run, "verantwoording")
    about = {} if told is None else dict(zip(told["onderwerp"].astype(str), told["tekst"].astype(str), strict=True))
    layout = layers.get("indeling")
    drawn: dict[str, Any] = {} if layout is None else {str(name): rows for name, rows in layout.groupby("locatie_id")}
    same = f"sha256:{digest}" in about.get("beleidsbestanden", "")
    return Context(run, layers, about, dwellings if same else None, drawn)


def content_of(row: pd.Series, context: Context) -> Factsheet:
    """Say all of one location or building.

    Parameters
    ----------
    row : Series
        Of ``run.sites`` or ``run.buildings``, with a geometry that is not empty.
    context : Context
    """
    run, name = context.run, str(row["locatie_id"])
    facts = _facts(row, context)
    found = None if facts.building else _explained(row, run)
    drawn = context.drawn.get(name)
    size = WIDE_MM if drawn is None else SQUARE_MM
    standing = context.layers.get("panden")
    return Factsheet(
        name=name,
        title=_title(row, facts, context),
        subtitle=_subtitle(name, found),
        municipality=short(plain(run.name), 60),
        dates=_dates(context),
        warning=FICTITIOUS if run.fictitious else "",
        tiles=tiles(facts, found),
        map=situation(row["geometry"], context.layers, drawn, *size, facts.building),
        plan=None if drawn is None else plan(row["geometry"], drawn, standing, *SQUARE_MM),
        plan_lines=_plan_lines(facts, drawn),
        summary=short(plain(facts.known.get("samenvatting", "")), ALL_IN_SHORT),
        answers=tuple(Answer(one.question, short(one.text, ONE_ANSWER)) for one in answers_on(facts)),
        moments=dates_of(facts),
        criteria=tuple(_criterion(fact) for fact in found.voorkeuren) if found else (),
        demands=tuple(_demand(fact) for fact in (*found.grenzen, *found.toelatingen)) if found else (),
        scoring=_scoring(found),
        unknowns=_unknowns(facts.known),
        sources=(*_sources(run.sources), _made_with(context)),
        disclaimer=DISCLAIMER,
    )


def short(text: str, most: int) -> str:
    """Text cut at a word where it is longer."""
    return text if len(text) <= most else text[: most - 2].rsplit(" ", 1)[0] + " …"


def _facts(row: pd.Series, context: Context) -> Facts:
    run, name = context.run, row["locatie_id"]
    known = {str(key): value for key, value in row.drop("geometry").items() if not unknown(value)}
    routes, flags = (_rows(table, name) for table in (run.routes, run.flags))
    return Facts(known, routes, flags, _parcels(row, run), context.dwellings)


def _rows(table: pd.DataFrame | None, name: Any) -> Sequence[Mapping[str, Any]]:
    return [] if table is None else table[table["locatie_id"] == name].to_dict("records")  # type: ignore[return-value]


def _parcels(row: pd.Series, run: Run) -> tuple[str, ...]:
    """Cadastral names, or ids, of the parcels of a location; of a building that under its middle."""
    mine = run.parcels[run.parcels["locatie_id"] == row["locatie_id"]]
    if not len(mine):
        at = run.parcels.sindex.query(row["geometry"].representative_point(), predicate="intersects")
        mine = run.parcels.iloc[at]
    pairs = zip(cadastral_names(mine), mine["perceel_id"].astype(str), strict=True)
    return tuple(sorted((short(plain(name) or plain(parcel), 40) for name, parcel in pairs), key=_naturally))


def _naturally(name: str) -> list[tuple[int, str]]:
    """Nine before ten."""
    return [(int(part) if part.isdecimal() else -1, part) for part in re.split(r"(\d+)", name)]


def _title(row: pd.Series, facts: Facts, context: Context) -> str:
    """Cadastral name and street: what a reader can find on a map and in the register."""
    many = len(facts.parcels) - 1
    name = facts.parcels[0] if facts.parcels else short(plain(row["locatie_id"]), 40)
    more = f" en {figure(many)} {'perceel' if many == 1 else 'percelen'} ernaast" if many > 0 else ""
    street = _street(row, context.layers.get("wegen"))
    return f"{'Gebouw op ' if facts.building else ''}{name}{more}{f', bij {street}' if street else ''}"


def _street(row: pd.Series, roads: gpd.GeoDataFrame | None) -> str:
    if roads is None:
        return ""
    at = roads.sindex.nearest(row["geometry"], max_distance=NEAR_M, return_all=False)[1]
    return next(iter(street_names(roads.iloc[at])), "")


def _subtitle(name: str, found: Explanation | None) -> str:
    if found is None:
        return f"Bestaand gebouw {short(plain(name), 60)}"
    place = f" · plaats {found.rang} van {found.kandidaten} op de ranglijst" if found.rang else ""
    return f"Locatie {short(plain(name), 60)}{place}"


def _dates(context: Context) -> str:
    asked, term = (context.about.get(key, "") for key in ("peildatum", "gevraagde termijn"))
    parts = [f"Scan van {day(context.run.started_at[:10])}"]
    parts += [f"peildatum {day(asked)}"] if asked else []
    parts += [f"gevraagde termijn {short(plain(term), 20)}"] if term else []
    return " · ".join(parts)


def _plan_lines(facts: Facts, drawn: gpd.GeoDataFrame | None) -> tuple[str, ...]:
    if facts.building:
        return ()
    if drawn is None:
        return ("Er is niets getekend: er past geen onderzocht woningtype, of de vrije grond is onbekend.",)
    kinds = block_kinds(drawn)
    more = len(kinds) - KINDS
    return (*map(kind_line, kinds[:KINDS]), *([f"en nog {more} andere blokmaten"] if more > 0 else []))


def _explained(row: pd.Series, run: Run) -> Explanation:
    ranked = run.parcels if run.sites is None else run.sites
    return explain(row, run.rules, run.sources, run.started_at, int(ranked["rang"].notna().sum()))


def _criterion(fact: PreferenceFact) -> Criterion:
    points = "0" if fact.score is None else number(fact.punten, 1)
    high = f" (tot {number(fact.punten_hoog, 1)})" if fact.punten_hoog > fact.punten + 0.05 else ""
    more, value = short(plain(fact.regel.waarom), 170), short(_pointed(plain(shown(fact))), 60)
    return Criterion(_called(fact.regel), more, value, fact.gewicht_aandeel, fact.score, points + high)


def _demand(fact: LimitFact) -> Demand:
    rule = fact.regel
    verdict = VERDICTS.get(fact.oordeel, "onbekend")
    asked, value = _pointed(plain(demand(rule))), _pointed(plain(amount(fact.waarde, rule.naam)))
    return Demand(_called(rule), MEASURES[rule.measure].says, short(asked, 90), short(value, 60), verdict)


def _called(rule: Measurement) -> str:
    return short(plain(wording(rule.naam)[0]), 60) + (" [U]" if rule.ongeverifieerd else "")


def _pointed(text: str) -> str:
    """Large numbers with a point between the thousands, as elsewhere on the page."""
    return re.sub(r"(?<![\w.,])\d{4,7}(?!\w)", lambda found: figure(int(found[0])), text)


def _scoring(found: Explanation | None) -> str:
    if found is None:
        return "Bestaande gebouwen krijgen geen score: de criteria gaan over vrije grond."
    groups = [f"{one.titel.lower()} {number(one.score, 1)} (plaats {one.rang})" for one in found.profielen if one.rang]
    others = short(plain(f"Met andere gewichten per doelgroep: {', '.join(groups)}."), 300) if groups else ""
    return f"Samen {number(found.score, 1)} van 100; wat onbekend is, telt als 0. {others}".strip()


def _unknowns(known: Mapping[str, Any]) -> tuple[str, ...]:
    items = [plain(item) for item in str(known.get("weten_wij_niet", "")).split("; ") if plain(item)]
    return tuple(short(item[0].upper() + item[1:], ONE_ITEM) for item in items[:ITEMS])


def _made_with(context: Context) -> str:
    made = short(plain(context.about.get("programma", "locatiescan")), 40)
    return f"Gemaakt met {made}; hashes van regels en gegevens staan in run.json van deze scan"


def _sources(sources: pd.DataFrame) -> tuple[str, ...]:
    """Layers by who gave them and when; what is absent last."""
    there = sources["aanwezig"] == JA
    days = sources["opgehaald"].fillna("").str[:10]
    titles = sources["titel"] + sources["zekerheid"].isin(UNSURE).map({True: " [U]", False: ""})
    lines = []
    for (who, fetched), some in titles[there].groupby([sources["bronvermelding"], days], sort=False):  # type: ignore[misc]
        when = day(str(fetched)) if fetched else "datum onbekend"
        lines.append(f"{plain(who)}, {when}: {plain(', '.join(some))}")
    gone = ", ".join(sources.loc[~there, "titel"])
    lines += [f"Ontbreekt, en is dus onbekend: {plain(gone)}"] if gone else []
    return tuple(short(line, 2 * ONE_ITEM) for line in lines[:ITEMS])
