"""The figures at the top of a factsheet: what a reader must see first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from locatiescan.analysis.answering.dutch import between, day, figure
from locatiescan.analysis.studying.explain import Explanation
from locatiescan.analysis.studying.wording import number
from locatiescan.model import NEE, ONBEKEND
from locatiescan.outputs.factsheet_record import Facts, Tile, Tone
from locatiescan.policy.planning import CLOSED, MANUAL, OPEN

ROUTE = {OPEN: "Open", CLOSED: "Dicht", MANUAL: "Uit te zoeken"}
TONES: Mapping[str, Tone] = {OPEN: "goed", CLOSED: "fout", "groen": "goed", "rood": "fout"}
"""What is not here is doubtful: orange, to be looked into, unknown."""


def tiles(facts: Facts, found: Explanation | None) -> tuple[Tile, ...]:
    """Homes, ground, permission, first decision, nitrogen and score; a building has no score."""
    known = facts.known
    route, sieve = (str(known.get(name, ONBEKEND)) for name in ("planroute_oordeel", "stikstof_oordeel"))
    return (
        _homes(facts),
        _floor(known) if facts.building else _ground(known),
        Tile("Toestemming", ROUTE.get(route, ONBEKEND), "signaal, geen oordeel", TONES.get(route, "twijfel")),
        _first(known, route),
        _nitrogen(sieve) if not facts.none_fit else Tile("Stikstof", "geen woningen", "niets te zeven"),
        *((_score(found),) if found else ()),
    )


def _homes(facts: Facts) -> Tile:
    known = facts.known
    if facts.none_fit:
        return Tile("Woningen", "0", "geen type past", "fout")
    if known.get("hoogte_past") == NEE:
        return Tile("Woningen", facts.homes or ONBEKEND, "hoger dan het plan", "twijfel")
    if known.get("brandweer_oordeel") == NEE:
        return Tile("Woningen", facts.homes or ONBEKEND, "eerst een weg nodig", "twijfel")
    return Tile(
        "Woningen", facts.homes or ONBEKEND, f"midden {figure(known['woningen'])}" if "woningen" in known else ""
    )


def _nitrogen(sieve: str) -> Tile:
    return Tile("Stikstof", sieve.capitalize(), "zeef, geen AERIUS", TONES.get(sieve, "twijfel"))


def _ground(known: Mapping[str, Any]) -> Tile:
    free = f"{figure(known['vrij_m2'])} m² vrij" if "vrij_m2" in known else "hoeveel vrij: onbekend"
    return Tile("Grond", _area(known, "oppervlakte_m2"), free)


def _floor(known: Mapping[str, Any]) -> Tile:
    return Tile("Vloer", _area(known, "totaal_m2"), f"bouwjaar {known['bouwjaar']:.0f}" if "bouwjaar" in known else "")


def _area(known: Mapping[str, Any], name: str) -> str:
    return f"{figure(known[name])} m²" if name in known else ONBEKEND


def _first(known: Mapping[str, Any], route: str) -> Tile:
    low, high = (known.get(f"doorlooptijd_weken_{end}") for end in ("laag", "hoog"))
    weeks = f"{between(low, high)} weken" if low is not None and high is not None else ""
    first = known.get("besluit_vroeg")
    other = "geen open weg" if route == CLOSED else ONBEKEND
    return Tile("Vroegste besluit", day(first) if first else other, weeks)


def _score(found: Explanation) -> Tile:
    more = f"tot {number(found.score_hoog, 1)} als het meevalt" if found.score_hoog > found.score + 0.05 else ""
    return Tile("Score", f"{number(found.score, 1)} van 100", more)
