"""What a council asks of a location, each question with its answer; what is not known is said to be so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from locatiescan.analysis.answering.dutch import counted, day, figure, listed, percent, plain
from locatiescan.analysis.answering.mix import coupled_modules
from locatiescan.analysis.answering.sentences import BOUND_BY, GROUPS, WHOLE
from locatiescan.model import JA, NEE
from locatiescan.outputs.factsheet_law import attention, decision, nature, nitrogen, noise, owner, plan_change, term
from locatiescan.outputs.factsheet_record import COUNTS, Answer, Dates, Facts

MOMENTS = {"besluit": "Besluit", "in_werking": "In werking", "onherroepelijk": "Onherroepelijk"}
MOST_PARCELS = 12
UNKNOWN = "Niet bekend."
NONE_FITS = "Van de onderzochte woningtypen past er geen."
EMPTY = {JA: "Het staat leeg.", NEE: "Het staat niet leeg."}
FITS = {JA: "Dat past in het plan.", NEE: "Dat is hoger dan nu mag."}
BRIGADE = {
    JA: "De brandweer lijkt er goed bij te kunnen.",
    NEE: "De brandweer of auto's komen niet dicht genoeg bij de blokken: er is eerst een weg nodig.",
}


def answers_on(facts: Facts) -> Iterator[Answer]:
    """Every question that fits the location, in the order in which a council asks."""
    questions = ON_BUILDINGS if facts.building else ON_LAND
    for question, ask in questions.items():
        yield Answer(question, " ".join(part for part in ask(facts) if part) or UNKNOWN)


def dates_of(facts: Facts) -> tuple[Dates, ...]:
    """Three moments, as far as the best route gives them."""
    known = facts.known
    return tuple(
        Dates(label, day(known[f"{name}_vroeg"]), day(known[f"{name}_laat"]))
        for name, label in MOMENTS.items()
        if known.get(f"{name}_vroeg") and known.get(f"{name}_laat")
    )


def _said(known: Mapping[str, Any], name: str, words: str, decimals: int = 0) -> str:
    """Words with a figure filled in; nothing where it is not known."""
    return words.format(figure(known[name], decimals)) if name in known else ""


def _ground(facts: Facts) -> Iterator[str]:
    most = facts.parcels[:MOST_PARCELS]
    more = f" en nog {len(facts.parcels) - MOST_PARCELS}" if len(facts.parcels) > MOST_PARCELS else ""
    yield f"Kadastraal {_names(most)}{more}." if most else ""
    yield _said(facts.known, "oppervlakte_m2", "Samen {} m².")
    yield _said(facts.known, "vrij_m2", "Vrij om op te bouwen: {} m².") or "Hoeveel ervan vrij is, is niet bekend."
    yield f"Nu bestemd voor: {_zoning(facts.known)}."


def _names(parcels: Sequence[str]) -> str:
    """Cadastral names, without repeating municipality and section."""
    told, before = [], ""
    for name in parcels:
        head, _, last = name.rpartition(" ")
        told.append(last if head and head == before else name)
        before = head
    return ", ".join(told)


def _zoning(known: Mapping[str, Any]) -> str:
    if "bestemming" not in known:
        return "onbekend"
    share = known.get("bestemming_aandeel", 1.0)
    return plain(known["bestemming"]) + (f" ({percent(share)})" if share < WHOLE else "")


def _building(facts: Facts) -> Iterator[str]:
    known = facts.known
    yield f"Pand {plain(known.get('pand_id', 'zonder nummer'))}, op perceel {_names(facts.parcels[:3]) or 'onbekend'}."
    use = f" vloer, vooral {plain(known['functie'])}." if "functie" in known else " vloer."
    yield _said(known, "totaal_m2", "{} m²") + use if "totaal_m2" in known else ""
    yield f"Bouwjaar {known['bouwjaar']:.0f}." if "bouwjaar" in known else ""
    yield EMPTY.get(known.get("leegstand", ""), "Of het leegstaat, is niet bekend.")
    yield f"Nu bestemd voor: {_zoning(known)}."


def _homes(facts: Facts) -> Iterator[str]:
    known = facts.known
    if facts.none_fit:
        yield NONE_FITS
    if not facts.homes or facts.none_fit:
        return
    yield f"Naar schatting {facts.homes}{_said(known, 'woningen', ', met {} als midden')}."
    title = plain(known.get("product_titel", ""))
    yield f"{title}." if title else ""
    size = f" van {figure(facts.module.go_m2, 1)} m² gebruiksoppervlak" if facts.module else ""
    unsure = " [U]" if facts.module and facts.module.ongeverifieerd else ""
    yield _said(known, "modules", "{} modules") + f"{size}{unsure}." if "modules" in known else ""
    if known.get("woningen", 0) >= 1 and "bvo_m2" in known:
        yield f"Gemiddeld {figure(known['bvo_m2'] / known['woningen'])} m² bruto per woning."


def _groups(facts: Facts) -> Iterator[str]:
    known, sizes = facts.known, _sizes(facts)
    if facts.none_fit:
        yield NONE_FITS
        return
    columns = [name for name in known if name.startswith("woningen_") and name not in COUNTS]
    parts = []
    for column in columns:
        group = column.removeprefix("woningen_")
        parts.append(f"{figure(known[column])} {GROUPS.get(group, group.replace('_', ' '))}{sizes.get(group, '')}")
    if parts:
        yield f"{_said(known, 'woningen', 'Bij {} woningen: ')}{listed(parts)}."
        yield "De verdeling is een voorkeur, geen toewijzing."


def _sizes(facts: Facts) -> Mapping[str, str]:
    """Size of a home for each group: so many modules coupled."""
    if facts.dwellings is None or facts.module is None:
        return {}
    groups, area = facts.dwellings.doelgroepen, facts.module.go_m2
    taken = coupled_modules(groups, facts.module)
    return {group.naam: f" (elk {figure(count * area)} m²)" for group, count in zip(groups, taken, strict=True)}


def _height(facts: Facts) -> Iterator[str]:
    known = facts.known
    if "lagen" in known:
        drawn = f"Getekend: {counted(known['lagen'], 'laag', 'lagen')}."
        yield f"{drawn} {FITS.get(known.get('hoogte_past', ''), 'Of dat mag, is niet bekend.')}"
    if "lagen_ten_hoogste" in known:
        yield f"Het plan laat ten hoogste {counted(known['lagen_ten_hoogste'], 'laag', 'lagen')} toe."
    names = [name.strip() for name in str(known.get("hoogte_bepaald_door", "")).replace(";", ",").split(",")]
    binding = [BOUND_BY.get(name, plain(name)) for name in names if name]
    yield f"De grens is {listed(binding)}." if binding else ""
    beware = plain(known.get("hoogte_let_op", ""))
    yield f"Let op: {beware}." if beware else ""


def _access(facts: Facts) -> Iterator[str]:
    known = facts.known
    if not facts.building:
        yield BRIGADE.get(known.get("brandweer_oordeel", ""), "Of de brandweer erbij kan, is niet bekend.")
    yield _said(known, "parkeerplaatsen", "Getekende parkeerplaatsen: {}.")
    yield _said(known, "halte_afstand_m", "Halte op {} m.")
    yield _said(known, "weg_afstand_m", "Weg op {} m.")


ON_LAND: Mapping[str, Callable[[Facts], Iterator[str]]] = {
    "Om welke grond gaat het precies?": _ground,
    "Hoeveel woningen, en hoe groot?": _homes,
    "Voor wie?": _groups,
    "Moet het plan veranderen?": plan_change,
    "Wie beslist, en wie praat mee?": decision,
    "Hoe lang mogen ze er staan?": term,
    "Hoe hoog wordt het?": _height,
    "En stikstof?": nitrogen,
    "En landschap en natuur?": nature,
    "En geluid en Schiphol?": noise,
    "Bereikbaarheid en parkeren?": _access,
    "Van wie is de grond?": owner,
    "Wat vraagt verder aandacht?": attention,
}
ON_BUILDINGS: Mapping[str, Callable[[Facts], Iterator[str]]] = {
    "Om welk gebouw gaat het?": _building,
    "Hoeveel woningen?": _homes,
    "Moet het plan veranderen?": plan_change,
    "Wie beslist, en wie praat mee?": decision,
    "Hoe lang mogen ze er staan?": term,
    "En stikstof?": nitrogen,
    "En landschap en natuur?": nature,
    "En geluid en Schiphol?": noise,
    "Bereikbaarheid?": _access,
    "Van wie is het gebouw?": owner,
    "Wat vraagt verder aandacht?": attention,
}
