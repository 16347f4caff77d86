"""``locatiescan explain``: why one parcel or location got its verdict and score."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
import pandas as pd
from rich.console import Console

from locatiescan.analysis.studying.explain import (
    Explanation,
    LayerFact,
    LimitFact,
    PreferenceFact,
    RuleFact,
    explain,
    obstacles,
    shown,
    unknowns,
    way_out,
)
from locatiescan.analysis.studying.wording import amount, demand, number, place_on
from locatiescan.cli.answered import answers_of, tell_answers
from locatiescan.cli.options import FINISHED_RUN
from locatiescan.cli.shown import clean, console, indented, shown_table
from locatiescan.model import NEE, ONBEKEND
from locatiescan.outputs.runs import Run, find_building, find_place, read_run, refuse_across
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS
from locatiescan.outputs.webmap_payload import cadastral_names

NOT_HERE = "geldt hier niet"
DECIDED_BY = {
    "college": "het college kan hiervan afwijken",
    "raad": "de raad beslist hierover",
    "provincie": "de provincie beslist hierover",
    "rijk": "het rijk beslist hierover",
    None: "een feit ter plaatse (geen beslisser genoemd)",
}


@click.command("explain")
@click.argument("perceel")
@FINISHED_RUN
@click.option("--json", "as_json", is_flag=True, help="Hetzelfde als JSON.")
def explain_place(perceel: str, uitvoer: Path, as_json: bool) -> None:
    """Leg het oordeel over één perceel of locatie uit, of wat er in een gebouw kan.

    PERCEEL is een perceel_id, een locatie_id, de kadastrale aanduiding, zoals "ASD03 K 1234", of een gebouw (T-…).
    """
    refuse_across(uitvoer, [perceel])
    run = read_run(uitvoer)
    building = find_building(run, perceel)
    if building is not None:
        _tell_building(building, run, as_json)
        return
    row = find_place(run, perceel)
    ranked = run.parcels if run.sites is None else run.sites
    found = explain(row, run.rules, run.sources, run.started_at, int(ranked["rang"].notna().sum()))
    answers = answers_of(row, run)
    if as_json:
        told = _as_json(found, run) | ({"antwoord": answers} if answers else {})
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False))
        return
    name = cadastral_names(run.parcels.loc[run.parcels["perceel_id"] == found.perceel_id])
    out = console()
    _tell(found, run, next(iter(name), ""), out)
    if answers:
        tell_answers(answers, out)
    out.print(clean(DISCLAIMER))


def _tell_building(building: pd.Series, run: Run, as_json: bool) -> None:
    """A building is no parcel: no limit was held against it, so there is only its answer to tell."""
    answers = answers_of(building, run) or {}
    about = {"gemeente": run.name, "gestart": run.started_at, "fictief": run.fictitious}
    if as_json:
        told = {**about, "locatie_id": building["locatie_id"], "antwoord": answers}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False))
        return
    out = console()
    if run.fictitious:
        out.print(clean(FICTITIOUS), style="bold")
    out.print(clean(f"Gebouw {building['locatie_id']} in {run.name}"))
    if answers:
        tell_answers(answers, out)
    out.print(clean(DISCLAIMER))


def _as_json(found: Explanation, run: Run) -> dict[str, object]:
    return {
        "gemeente": run.name,
        "gestart": run.started_at,
        "fictief": run.fictitious,
        **asdict(found),
        "te_veranderen": [
            {"naam": fact.regel.naam, "beslist": fact.regel.beslist, "hoe": way_out(fact)} for fact in obstacles(found)
        ],
        "nog_onbekend": [fact.regel.naam for fact in unknowns(found)],
    }


def _tell(found: Explanation, run: Run, cadastral: str, out: Console) -> None:
    if run.fictitious:
        out.print(clean(FICTITIOUS), style="bold")
    for line in _head(found, run, cadastral):
        out.print(clean(line))
    out.print()
    limits = [_limit_row(fact) for fact in found.grenzen]
    out.print(shown_table("Grenzen", ("grens", "waarde", "eis", "oordeel", "marge"), limits))
    if found.toelatingen:
        admitted = [_limit_row(fact) for fact in found.toelatingen]
        out.print(shown_table("Toelatingen", ("toelating", "waarde", "eis", "oordeel", "marge"), admitted))
    columns = ("voorkeur", "waarde", "ligging", "score", "gewicht", "punten")
    out.print(shown_table("Voorkeuren", columns, _preference_rows(found), ("score", "gewicht", "punten")))
    if found.profielen:
        rows = [(p.titel, number(p.score, 1), p.rang or "-") for p in found.profielen]
        out.print(shown_table("Per doelgroep", ("profiel", "score", "rang"), rows, ("score", "rang")))
    if found.metingen:
        rows = [(fact.regel.naam, shown(fact)) for fact in found.metingen]
        out.print(shown_table("Gemeten, niet beoordeeld", ("meting", "waarde"), rows))
    _tell_changes(found, out)
    _tell_reasons(found, out)


def _head(found: Explanation, run: Run, cadastral: str) -> Iterator[str]:
    if found.percelen:
        many = ", " in found.percelen
        yield f"Locatie {found.locatie_id} in {run.name}: {'percelen' if many else 'perceel'} {found.percelen}"
    else:
        yield f"Perceel {found.perceel_id} in {run.name}"
    if cadastral.strip():
        yield f"Kadastraal: {cadastral}"
    yield f"Scan van {run.started_at}; {run.rules.titel}"
    place = f"rang {found.rang} van {found.kandidaten}" if found.rang else "geen rang"
    if found.locatie_id and not found.percelen:
        place = f"hoort bij locatie {found.locatie_id}, met {place}"
    yield f"Oordeel: {found.oordeel}; {place}"
    if found.toegelaten_door:
        yield f"Toegelaten door: {found.toegelaten_door}, wat de grenzen ook zeggen"
    more = f", tot {number(found.score_hoog, 1)} als het onbekende meevalt" if found.score_hoog > found.score else ""
    yield f"Score: {number(found.score, 1)} van 100{more}"


def _limit_row(fact: LimitFact) -> tuple[str, ...]:
    rule = fact.regel
    said = NOT_HERE if fact.geldt == NEE else fact.oordeel
    room = "" if fact.marge is None else amount(fact.marge, rule.naam, up=False)
    value = shown(fact)
    if fact.marge and amount(fact.waarde, rule.naam) == amount(fact.nodig, rule.naam):
        value = f"{fact.waarde}".replace(".", ",")  # rounded it would look as if it lay on the limit
    return _marked(fact), value, demand(rule), said, room


def _preference_rows(found: Explanation) -> Iterator[tuple[str, ...]]:
    for fact in found.voorkeuren:
        said = NOT_HERE if fact.geldt == NEE else place_on(fact.regel, fact.waarde)
        yield (
            _marked(fact),
            shown(fact),
            said if fact.geldt != ONBEKEND else f"{said}; of dit hier geldt is onbekend",
            "-" if fact.score is None else number(fact.score, 3),
            amount(fact.gewicht_aandeel, "_aandeel"),
            _points(fact),
        )
    whole = amount(sum(fact.gewicht_aandeel for fact in found.voorkeuren), "_aandeel")
    yield "samen", "", "", "", whole, number(sum(fact.punten for fact in found.voorkeuren), 1)


def _points(fact: PreferenceFact) -> str:
    most = f" (tot {number(fact.punten_hoog, 1)})" if fact.punten_hoog > fact.punten + 1e-6 else ""
    return f"{number(fact.punten, 1)}{most}"


def _marked(fact: RuleFact) -> str:
    """Name with what a reader must not overlook: * not verified, ! the municipality's own value."""
    return fact.regel.naam + " *" * fact.regel.ongeverifieerd + " !" * bool(fact.regel.aangepast)


def _tell_changes(found: Explanation, out: Console) -> None:
    failed = obstacles(found)
    if failed:
        title = "Wat er moet veranderen om te voldoen"
        together = " (alles samen, niet één ervan)" if len(failed) > 1 else ""
        out.print(clean(f"{title}{together}"), style="bold")
        if found.oordeel != NEE:
            out.print(indented(f"Niet nodig zolang de toelating geldt: {found.toegelaten_door}."))
        if found.locatie_id and found.oordeel == NEE:
            whole = f"de locatie waar het bij hoort niet (locatiescan explain {found.locatie_id})"
            out.print(indented(f"Dit perceel alleen valt af; {whole}."))
        for fact in failed:
            out.print(indented(f"- {fact.regel.naam}: {way_out(fact)}; {DECIDED_BY[fact.regel.beslist]}"))
        for fact in found.toelatingen if found.oordeel == NEE else ():
            out.print(indented(f"- of, in plaats daarvan, de toelating {fact.regel.naam}: {demand(fact.regel)}"))
        out.print()
    waiting = unknowns(found)
    if waiting:
        out.print(clean("Wat nog onbekend is"), style="bold")
        for fact in waiting:
            out.print(indented(f"- {fact.regel.naam}: {_unknown(fact, found.oordeel)}"))
        out.print()


def _unknown(fact: RuleFact, verdict: str) -> str:
    """Why something is not known, and what it could change."""
    gone = [f"laag {layer.laag} ontbreekt: {layer.ontbreekt}" for layer in fact.lagen if layer.ontbreekt]
    unsure = "of de regel hier geldt is onbekend" if fact.geldt == ONBEKEND else ""
    why = "; ".join(gone) or unsure or "de bron zegt hier niets bruikbaars over"
    if isinstance(fact, PreferenceFact):
        return f"{why}. Nu {number(fact.punten, 1)} punten, bij het beste antwoord {number(fact.punten_hoog, 1)}"
    fatal = ". Valt het tegen, dan valt de plek af" if verdict == ONBEKEND else ""
    return f"{why}; nodig {demand(fact.regel)}{fatal}"


def _tell_reasons(found: Explanation, out: Console) -> None:
    out.print(clean("Waarom, en waaruit"), style="bold")
    for fact in (*found.grenzen, *found.toelatingen, *found.voorkeuren):
        rule = fact.regel
        out.print(indented(f"{rule.naam}: {rule.waarom}"))
        origin = [f"Bron: {rule.bron}" if rule.bron else "", rule.datum or ""]
        origin = [", ".join(part for part in origin if part)]
        origin += ["* niet geverifieerd"] if rule.ongeverifieerd else []
        origin += [f"! eigen waarde van de gemeente: {rule.aangepast}"] if rule.aangepast else []
        if any(origin):
            out.print(indented("; ".join(part for part in origin if part), 4))
        if fact.lagen:
            out.print(indented(f"Lagen: {', '.join(layer.laag for layer in fact.lagen)}", 4))
    out.print()
    used = {
        layer.laag: layer for fact in (*found.grenzen, *found.toelatingen, *found.voorkeuren) for layer in fact.lagen
    }
    columns = ("laag", "opgehaald", "ouderdom bij de scan", "objecten", "zekerheid")
    out.print(shown_table("Lagen", columns, map(_layer_row, used.values()), ("objecten",)))


def _layer_row(layer: LayerFact) -> tuple[str, ...]:
    if layer.ontbreekt:
        return layer.laag, f"ontbreekt: {layer.ontbreekt}", "", "", layer.zekerheid
    days = "" if layer.dagen_oud is None else f"{layer.dagen_oud:.0f} dagen" if layer.dagen_oud >= 1 else "nieuw"
    count = "" if layer.objecten is None else str(layer.objecten)
    return layer.laag, layer.opgehaald[:16].replace("T", " "), days, count, layer.zekerheid
