"""Each sentence on a candidate by itself: a function that says one thing, or nothing where it has nothing to say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from locatiescan.analysis.answering.dutch import between, counted, day, figure, listed, percent, plain
from locatiescan.analysis.answering.routes import BETWEEN
from locatiescan.model import JA, NEE, ONBEKEND
from locatiescan.policy.planning import CLOSED, OPEN

Known = Mapping[str, Any]
"""What is known of one candidate: a fact that is not known is not in it."""
CONVERSION = "transformatie"
OWNERS = {
    "gemeente": "de gemeente", "corporatie": "een woningcorporatie", "rijk": "het Rijk", "provincie": "de provincie",
    "waterschap": "het waterschap", "derde": "een ander dan de overheid",
}  # fmt: skip
BOUND_BY = {
    "max_bouwhoogte_m": "de hoogste bouwhoogte in het plan",
    "max_goothoogte_m": "de hoogste goothoogte in het plan",
    "max_bouwlagen": "het hoogste aantal bouwlagen in het plan",
    "hoogtebeperking_m": "een hoogtebeperking die boven het plan uit geldt",
    "omgeving_bouwhoogte_m": "de hoogte van de gebouwen eromheen",
}
GROUPS = {"overig": "andere woningzoekenden"}
COUNTS = ("woningen_laag", "woningen", "woningen_hoog")
"""Columns with homes that are no target group."""
VACANCY = {JA: "; het staat op de lijst van leegstand", NEE: "; het staat niet op de lijst van leegstand"}
WHOLE = 0.995
"""A share from here on is all of the ground: what lies over it is drawn on another map."""
TOUCHES = 0.001
"""A share up to here is a fringe along a border, for the same reason; as in ``rules/planroutes.yaml``."""
MOSTLY = 0.9
"""Part of the free ground that must be drawn on, at least, to be silent about the rest."""
LEFT = "route_over"
"""Titles of the routes that are left where none can be chosen and not every one is closed."""
TOLD = 2
"""Reasons of a route that are told; more would drown the rest."""
CONSULTED = 3
"""Parties that are named."""
NOT_KNOWN = rf"^{ONBEKEND}: (.*?)( \([a-z0-9_]+(, [a-z0-9_]+)*\))?$"
"""A reason of which it is not known whether it holds, and the columns that would tell."""
TOUCHED = {
    "bpl_aandeel": "in beschermd landschap van de provincie",
    "nnn_aandeel": "in het Natuurnetwerk Nederland",
    "natura2000_aandeel": "in een Natura 2000-gebied",
    "grondwater_aandeel": "in een gebied waar het grondwater wordt beschermd",
    "leiding_aandeel": "op of bij een leiding",
    "waterstaat_aandeel": "in een strook voor dijk of water",
}
NITROGEN = {
    "groen": "Stikstof lijkt geen probleem",
    "oranje": "Stikstof kan een probleem zijn",
    "rood": "Stikstof is waarschijnlijk een probleem",
}
DECIDERS = {
    "college": "het college van burgemeester en wethouders",
    "raad": "de gemeenteraad",
    "provincie": "de provincie",
    "rijk": "het Rijk",
}
DIDAM = "didam"
"""Names of flags that the paragraph tells itself, as in ``rules/vlaggen.yaml``."""
COUNCIL = "raad_advies"
OUTSIDE_THE_PLAN = ("N2", "N2i", "N3")
"""Routes on which the council's advice binds: permits outside the plan (Ow 16.15a and 16.15b)."""


def place(known: Known) -> str:
    """Where it lies and how large it is."""
    if known.get("soort") == CONVERSION:
        return _building(known)
    parts = [f"ligt {_in_town(known)}" if "kern_aandeel" in known else ""]
    parts.append(f"is {figure(known['oppervlakte_m2'])} m² groot" if "oppervlakte_m2" in known else "")
    said = listed([part for part in parts if part])
    if "vrij_m2" in known and known["vrij_m2"] >= WHOLE * known.get("oppervlakte_m2", float("inf")):
        return f"Deze plek {said}; alles is vrij om op te bouwen."
    free = f"{figure(known['vrij_m2'])} m²" if "vrij_m2" in known else ""
    if not said:
        return f"Op deze plek is {free} vrij om op te bouwen." if free else ""
    return f"Deze plek {said}; daarvan is {free} vrij om op te bouwen." if free else f"Deze plek {said}."


def _in_town(known: Known) -> str:
    share = known["kern_aandeel"]
    mostly = "grotendeels " if TOUCHES < share < WHOLE else ""
    return f"{mostly}{'binnen' if share >= 0.5 else 'buiten'} de bebouwde kom"


def _building(known: Known) -> str:
    where = f" {_in_town(known)}" if "kern_aandeel" in known else ""
    floor = f" met {figure(known['totaal_m2'])} m² vloeroppervlakte" if "totaal_m2" in known else ""
    use = f", vooral met {plain(known['functie'])}" if "functie" in known else ""
    empty = VACANCY.get(known.get("leegstand", ""), "")
    return f"Dit is een bestaand gebouw{where}{floor}{use}{empty}."


def zoning(known: Known) -> str:
    """What the plan says now, and which landscape, nature or strip the place touches."""
    parts = []
    if "bestemming" in known:
        share = known.get("bestemming_aandeel", 1.0)
        part = f" ({percent(share)} van de plek)" if share < WHOLE else ""
        parts.append(f"is volgens het geldende plan nu vooral bestemd voor '{plain(known['bestemming'])}'{part}")
    touched = {name: known[name] for name in TOUCHED if known.get(name, 0) > TOUCHES}
    if touched:
        parts.append("ligt " + listed([f"{_part(share)} {TOUCHED[name]}" for name, share in touched.items()]))
    return f"De grond {listed(parts)}." if parts else ""


def _part(share: float) -> str:
    return "helemaal" if share >= WHOLE else f"voor {percent(share)}"


def homes(known: Known) -> str:
    """How many homes of which type, how high, and whether that height may be."""
    counts = [known[name] for name in COUNTS if name in known]
    if not counts:
        return ""
    if none_fits(known):
        because = ": ook één woonlaag is er te hoog" if known.get("hoogte_past") == NEE else ""
        return f"Van de onderzochte woningtypen past er geen op deze plek{because}."
    one = max(counts) <= 1
    said = f"Er {'past' if one else 'passen'} naar schatting {between(min(counts), max(counts))}"
    title = plain(known.get("product_titel", known.get("product", "").replace("_", " ")))
    kind = f" van het type '{title}'" if title else ""
    told = "lagen" not in known or re.search(r"\blaag\b|\blagen\b", title)
    storeys = "" if told else f" in {counted(known['lagen'], 'laag', 'lagen')}"
    allowed = "" if known.get("soort") == CONVERSION else _height(known)
    return f"{said} {'woning' if one else 'woningen'}{kind}{storeys}{allowed}.{_undrawn(known)}"


def _undrawn(known: Known) -> str:
    """Of very large ground only a piece is drawn on; more may fit."""
    drawn, free = known.get("getekend_m2", 0.0), known.get("vrij_m2", 0.0)
    if not 0 < drawn < MOSTLY * free:
        return ""
    return f" Daarvoor is getekend op {figure(drawn)} van de {figure(free)} m²; op de rest kan meer passen."


def none_fits(known: Known) -> bool:
    """Whether it is known that not one home fits; then there is nothing to say of terms and nitrogen."""
    counts = [known[name] for name in COUNTS if name in known]
    return bool(counts) and max(counts) < 1


def _height(known: Known) -> str:
    """Whether the storeys may be, and what binds them."""
    names = [name.strip() for name in str(known.get("hoogte_bepaald_door", "")).replace(";", ",").split(",")]
    binding = listed([BOUND_BY.get(name, plain(name)) for name in names if name])
    because = f" (de grens is {binding})" if binding else ""
    if known.get("hoogte_past") == NEE:
        return f"; dat is hoger dan nu mag{because}"
    return f"; die hoogte mag{because}" if known.get("hoogte_past") == JA else "; of die hoogte mag, is niet bekend"


def mix(known: Known) -> str:
    """For whom."""
    groups = {
        name.removeprefix("woningen_"): number
        for name, number in known.items()
        if name.startswith("woningen_") and name not in COUNTS and isinstance(number, int | float) and number >= 1
    }
    if not groups:
        return ""
    parts = [f"{figure(number)} voor {GROUPS.get(name, name.replace('_', ' '))}" for name, number in groups.items()]
    total = counted(sum(groups.values()), "woning", "woningen")
    return f"De voorkeur bij {total}: {listed(parts)}."


def route(known: Known) -> str:
    """Which planning route is best, or why there is none; nothing where there is nothing to permit."""
    if none_fits(known):
        return ""
    because = _reasons(plain(known.get("planroute_reden", "")))
    whom = _whom(plain(known.get("overleg", "")))
    if known.get("planroute_oordeel") == CLOSED:
        return f"Alle onderzochte wegen naar toestemming lijken dicht{because}.{whom}{_left(known)}"
    if "planroute" not in known:
        return ""
    said = f"De beste weg naar toestemming lijkt: {plain(known.get('planroute_titel', known['planroute']))}."
    if known.get("planroute_oordeel") == OPEN:
        return said
    return f"{said} Of die weg open is, moet iemand met de hand nagaan{because}.{whom}"


def _left(known: Known) -> str:
    """What may still be tried where no route can be chosen: one that only the plan's text can tell, or fewer homes."""
    titles = [f"'{plain(title)}'" for title in str(known.get(LEFT, "")).split(BETWEEN) if title]
    most = known.get("route_max_woningen")
    fewer = f" Met ten hoogste {counted(most, 'woning', 'woningen')} is er misschien wel een weg." if most else ""
    return (f" Na te gaan blijft: {listed(titles)}." if titles else "") + fewer


def _reasons(text: str) -> str:
    """The first reasons, without the names of columns; the table of routes holds them all."""
    reasons = [re.sub(NOT_KNOWN, r"misschien: \1", reason).rstrip(".") for reason in text.split(BETWEEN) if reason]
    if not reasons:
        return ""
    more = len(reasons) - TOLD
    rest = f"; en nog {counted(more, 'punt', 'punten')}" if more > 0 else ""
    return f": {'; '.join(reasons[:TOLD])}{rest}"


def _whom(text: str) -> str:
    """Whom to consult, each once and without the subject."""
    names = list(dict.fromkeys(re.sub(r" \([^()]*\)", "", name) for name in text.split(BETWEEN) if name))
    others = ["anderen"] if len(names) > CONSULTED else []
    return f" Overleg met: {listed([*names[:CONSULTED], *others])}." if names else ""


def decision(known: Known, raised: frozenset[str], peildatum: date) -> str:
    """Who decides, when, and whether the council's advice binds."""
    if none_fits(known) or "planroute" not in known or known.get("planroute_oordeel") == CLOSED:
        return ""
    who = DECIDERS.get(known.get("beslist", ""), "")
    weeks, first = _when(known, peildatum)
    if not who and not weeks:
        return ""
    binding = COUNCIL in raised and known["planroute"] in OUTSIDE_THE_PLAN
    advice = ", met bindend advies van de gemeenteraad" if binding else ""
    return f"{_decides(who, known.get('planroute_oordeel') == OPEN)}{weeks}{advice}{first}."


def _decides(who: str, sure: bool) -> str:
    if sure:
        return f"{who[0].upper()}{who[1:]} beslist" if who else "Er komt een besluit"
    return f"Is die weg open, dan {f'beslist {who}' if who else 'komt er een besluit'}"


def _when(known: Known, peildatum: date) -> tuple[str, str]:
    """In how many weeks, and the earliest day."""
    if not {"doorlooptijd_weken_laag", "doorlooptijd_weken_hoog"} <= set(known) or not known.get("besluit_vroeg"):
        return "", ""
    high = known["doorlooptijd_weken_hoog"]
    weeks = f" in {between(known['doorlooptijd_weken_laag'], high)} {'week' if high == 1 else 'weken'}"
    first, asked = day(known["besluit_vroeg"]), day(peildatum.isoformat())
    return weeks, f": bij een aanvraag op {asked} op zijn vroegst op {first}"


def stay(known: Known) -> str:
    """Until when the homes may stay."""
    if none_fits(known) or not {"planroute", "termijn_jaren"} <= set(known) or not known.get("in_werking_vroeg"):
        return ""
    years = min(known["termijn_jaren"], known.get("max_termijn_jaren", known["termijn_jaren"]))
    start = known["in_werking_vroeg"]
    since, until = day(start), day(_later(start, years))
    term = f"{figure(years, 1)} jaar"
    building = known.get("soort") == CONVERSION
    said = f"Er mag dan {term} worden gewoond" if building else f"De woningen mogen er dan {term} staan"
    return f"{said}: op zijn vroegst van {since} tot {until}."


def _later(iso: str, years: float) -> str:
    """A date so many years later, in whole months; the last day of a month that is shorter becomes the 28th."""
    start = date.fromisoformat(iso)
    months = start.month - 1 + round(years * 12)
    year, month = start.year + months // 12, months % 12 + 1
    try:
        return date(year, month, start.day).isoformat()
    except ValueError:
        return date(year, month, 28).isoformat()


def nitrogen(known: Known) -> str:
    """What the nitrogen sieve says, and that it is a sieve."""
    verdict = str(known.get("stikstof_oordeel", ""))
    if verdict not in NITROGEN or none_fits(known):
        return ""
    most = None if verdict == "groen" else known.get("stikstof_max_woningen")
    below = "" if most is None else f" (onder de grens blijft het tot {counted(most, 'woning', 'woningen')})"
    below = " (ook 1 woning komt boven de grens)" if most == 0 else below
    return f"{NITROGEN[verdict]}{below}: dat zegt een snelle rekenregel, alleen een berekening met AERIUS telt."


def owner(known: Known, raised: frozenset[str]) -> str:
    """Whose it is, and what that asks."""
    if "eigenaar" not in known or not plain(known["eigenaar"]):
        return ""
    name = plain(known["eigenaar"])
    thing = "Het gebouw" if known.get("soort") == CONVERSION else "De grond"
    said = f"{thing} is van {OWNERS.get(name.casefold(), name)}"
    if DIDAM not in raised:
        return f"{said}."
    return f"{said}: wie mee wil doen, moet bij verkoop of verhuur een gelijke kans krijgen (Didam-arrest)."
