"""What law asks of a location: answers to the questions of a council on plan, term, environment and ownership."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from locatiescan.analysis.answering.dutch import between, counted, figure, listed, percent, plain
from locatiescan.analysis.answering.sentences import DECIDERS, OWNERS
from locatiescan.model import JA, ONBEKEND
from locatiescan.outputs.factsheet_record import Facts
from locatiescan.policy.planning import CLOSED, OPEN

CHANGE = {
    "past in": "Nee, als de plek helemaal in het plan past.",
    "wijziging": "Ja.",
    "bestemmingsplan": "Ja.",
    "": "Niet per se: de beste weg is een vergunning die van het plan afwijkt.",
}
"""First words of a route's title, and whether the plan itself must change."""
NITROGEN = {
    "groen": "Groen: lijkt geen probleem.",
    "oranje": "Oranje: kan een probleem zijn.",
    "rood": "Rood: waarschijnlijk een probleem.",
}
NATURE = {
    "bpl_aandeel": "Beschermd Landschap (BPL)",
    "nnn_aandeel": "Natuurnetwerk Nederland",
    "natura2000_aandeel": "Natura 2000",
}
OVER_THE_LIMIT = "Ook 1 woning komt boven de grens."
ANY_NUMBER = 99999
"""More homes than anyone would build; see `nitrogen` in the analysis."""
FURTHEST_M = {"hexagon_afstand_m": 25000, "natura2000_afstand_m": 10000}
"""Distances that were cut there mean at least that."""
GROUND, TERM, TALK, ENVIRONMENT = "grond", "termijn", "participatie", "milieu"
"""Subjects of flags that have a question of their own."""


def plan_change(facts: Facts) -> Iterator[str]:
    """Whether the plan must change, by which route, and how sure that is."""
    known, title = facts.known, plain(facts.known.get("planroute_titel", ""))
    verdict = known.get("planroute_oordeel")
    if title:
        yield next(said for words, said in CHANGE.items() if title.casefold().startswith(words))
        yield f"Beste weg: {title}{_mark(facts.best.get('ongeverifieerd'))}."
        yield "Die weg lijkt open." if verdict == OPEN else "Of die weg open is, moet iemand met de hand nagaan."
    elif verdict == CLOSED:
        yield "Alle onderzochte wegen naar toestemming lijken dicht."
    reason = plain(known.get("planroute_reden", ""))
    yield f"Waarom: {reason}." if reason else ""


def decision(facts: Facts) -> Iterator[str]:
    """Who decides, in how many weeks, and who else has a say."""
    known, best = facts.known, facts.best
    who = DECIDERS.get(str(best.get("beslist", "")), "")
    low, high = (known.get(f"doorlooptijd_weken_{end}") for end in ("laag", "hoog"))
    if who:
        weeks = f", {between(low, high)} weken na de aanvraag" if low is not None and high is not None else ""
        yield f"{who[0].upper()}{who[1:]}{weeks}."
    consult = plain(best.get("overleg") or "")
    yield f"Vooraf overleggen met: {consult}." if consult else ""
    yield from _flagged(facts, TALK)


def term(facts: Facts) -> Iterator[str]:
    """How long homes may stay, by the route and by what was asked."""
    known, longest = facts.known, facts.known.get("max_termijn_jaren")
    if longest is not None:
        yield f"Deze weg: ten hoogste {figure(longest, 1)} jaar."
    elif "planroute" in known:
        yield "De wet noemt voor deze weg geen maximum."
    yield f"Gevraagd: {figure(known['termijn_jaren'], 1)} jaar." if "termijn_jaren" in known else ""
    yield from _flagged(facts, TERM)


def nitrogen(facts: Facts) -> Iterator[str]:
    """What the sieve says, and that it is one."""
    if not facts.none_fit:
        yield NITROGEN.get(facts.known.get("stikstof_oordeel", ""), "Niet bekend.")
    most = facts.known.get("stikstof_max_woningen", ANY_NUMBER)
    if most < ANY_NUMBER:
        yield f"Onder de grens blijft het tot {counted(most, 'woning', 'woningen')}." if most else OVER_THE_LIMIT
    yield _distance(facts, "hexagon_afstand_m", "(bijna) overbelaste natuur")
    yield "Dit is een snelle zeef; alleen een berekening met AERIUS telt."


def _distance(facts: Facts, name: str, what: str) -> str:
    metres = facts.known.get(name)
    if metres is None:
        return f"De afstand tot {what} is niet bekend."
    return f"Afstand tot {what}: {'ten minste ' if metres >= FURTHEST_M[name] else ''}{figure(metres)} m."


def nature(facts: Facts) -> Iterator[str]:
    """Which protected land it lies in, does not lie in, and is not known of."""
    shares = {words: facts.known.get(name) for name, words in NATURE.items()}
    inside = [f"voor {percent(share)} in {words}" for words, share in shares.items() if share]
    clear = [words for words, share in shares.items() if share == 0]
    blank = [words for words, share in shares.items() if share is None]
    yield f"Ligt {listed(inside)}." if inside else ""
    yield f"Ligt niet in {listed(clear, 'of')}." if clear else ""
    yield f"Niet bekend voor {listed(blank)}." if blank else ""
    yield _distance(facts, "natura2000_afstand_m", "Natura 2000")


def noise(facts: Facts) -> Iterator[str]:
    """Zones of the plan and of the airport; how loud it is nobody measured."""
    columns = ("gebiedsaanduidingen", "lib_zones")
    zones = [plain(facts.known[name]) for name in columns if facts.known.get(name)]
    if any(name not in facts.known for name in columns):
        yield "Niet alle zones zijn bekend."
    elif not zones:
        yield "Geen zones van geluid of Schiphol in de gegevens."
    yield f"Zones op deze plek: {'; '.join(zones)}." if zones else ""
    yield from _flagged(facts, ENVIRONMENT)
    yield "Hoeveel geluid er is, rekent deze scan niet uit."


def owner(facts: Facts) -> Iterator[str]:
    """Whose it is, and what the Didam judgment asks of an authority."""
    name = plain(facts.known.get("eigenaar", ""))
    yield f"Van {OWNERS.get(name.casefold(), name)}." if name else "Staat niet in de gegevens (vraag het Kadaster)."
    for flag in facts.flags:
        if flag["onderwerp"] == GROUND:
            chance = f"wie mee wil doen, een gelijke kans krijgen (Didam-arrest){_mark(flag['ongeverifieerd'])}."
            yield f"Dan moet {chance}" if flag["oordeel"] == JA else f"Is het van een overheid, dan moet {chance}"


def attention(facts: Facts) -> Iterator[str]:
    """Titles of the flags that no other question tells."""
    others = [flag for flag in facts.flags if flag["onderwerp"] not in (GROUND, TERM, TALK, ENVIRONMENT)]
    for verdict, words in ((JA, "Speelt"), (ONBEKEND, "Misschien")):
        titles = [_titled(flag) for flag in others if flag["oordeel"] == verdict]
        yield f"{words}: {'; '.join(titles)}." if titles else ""


def _flagged(facts: Facts, subject: str) -> Iterator[str]:
    for flag in facts.flags:
        if flag["onderwerp"] == subject:
            yield f"{_titled(flag)}{'' if flag['oordeel'] == JA else ' (niet bekend of dit geldt)'}."


def _titled(flag: Mapping[str, Any]) -> str:
    return f"{plain(flag['titel'])}{_mark(flag['ongeverifieerd'])}"


def _mark(unverified: object) -> str:
    return " [U]" if unverified else ""
