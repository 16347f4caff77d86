"""A backtest in words: the recorded outcome on the left, what the scan says on the right. Who reads it judges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from locatiescan.analysis.answering.dutch import between, day, figure, listed, percent
from locatiescan.analysis.studying.as_of import REGIMES
from locatiescan.analysis.studying.backtest import BUITEN, DEELS, EDGE, SURVIVAL, Finding
from locatiescan.analysis.studying.under import Obstacle
from locatiescan.model import JA, NEE, ONBEKEND
from locatiescan.policy.known import BUILT, OUTCOMES
from locatiescan.policy.planning import CLOSED

NOT_TOLD = "niet vastgelegd"
NO_CANDIDATE = "geen kandidaat"
BUILT_NOW = "staat er nu"
FLAGS = "Vlaggen toen"
SURVIVES = {
    JA: "overleeft",
    ONBEKEND: "nog onbekend of het overleeft",
    DEELS: "overleeft deels",
    NEE: "overleeft niet",
    BUITEN: BUITEN,
}
LITTLE = 0.01
"""Less of the ground than this is not worth naming."""
MOST_NAMES = 6
"""Candidates or parcels that are named in a line; the CSV has them all."""


@dataclass(frozen=True)
class Line:
    """One subject, side by side."""

    subject: str
    recorded: str
    scan: str


def lines(found: Finding) -> list[Line]:
    """What was recorded of a site beside what the scan says."""
    known, best = found.known, found.best
    homes = NOT_TOLD if known["woningen"] is None else figure(known["woningen"])
    told = [
        Line("Uitkomst", f"{known['uitkomst']}, {day(known['datum'])}", _survival(found)),
        Line("Plaats", _size(found), _where(found)),
        Line("Woningen", homes, _homes(found)),
        Line("Reden", known["reden"] or NOT_TOLD, _reasons(found)),
    ]
    if best:
        told[2:2] = [Line("Rang", "", _rank(found))]
        told += [
            Line("Planroute toen", "", _route(found)),
            Line("Besluit toen", "", _decision(best)),
            Line(FLAGS, "", _flags(best)),
        ]
    if _counting(found):
        told += [Line("Valt af op", "", _obstacles(found)), Line("Geeft alleen al vrij", "", _alone(found))]
    return [*told, Line("Bron", known["bron"] or NOT_TOLD, "")]


def _survival(found: Finding) -> str:
    if found.survives == BUITEN:
        return "buiten de scan: hier is niet gezocht"
    stands = f", maar {BUILT_NOW}" if stands_now(found) else ""
    if _point(found):
        return f"{SURVIVES[found.survives]}{stands}"
    kinds = {"die voldoen": found.passing, "waarvan nog iets onbekend is": found.unknown}
    parts = [f"{percent(share)} in kandidaten {words}" for words, share in kinds.items() if share >= LITTLE]
    return f"{SURVIVES[found.survives]}{stands}; van de grond ligt {' en '.join(parts) or 'niets in een kandidaat'}"


def _point(found: Finding) -> bool:
    return found.area_m2 != found.area_m2


def _of_ground(found: Finding, share: float) -> str:
    return "" if _point(found) else f"{percent(share)} van de grond"


def stands_now(found: Finding) -> bool:
    """Whether a built site is rejected for what was built on it."""
    return found.known["uitkomst"] == BUILT and found.built_over


def _size(found: Finding) -> str:
    return "een punt" if _point(found) else f"{figure(found.area_m2)} m²"


def _where(found: Finding) -> str:
    names = listed(found.municipalities)
    if found.places:
        parts = [" ".join((one.locatie_id, *_bracketed(_of_ground(found, one.share)))) for one in found.places]
        return f"{_some(parts)}, {names}"
    if found.parcels:
        return f"{NO_CANDIDATE}; perceel {_some(found.parcels)}, {names}"
    return f"{NO_CANDIDATE}, {names}" if names else NO_CANDIDATE


def _bracketed(*texts: str) -> tuple[str, ...]:
    """What there is to say, between brackets; nothing where there is nothing."""
    said = ", ".join(filter(None, texts))
    return (f"({said})",) if said else ()


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" en nog {more}" if more > 0 else "")


def _rank(found: Finding) -> str:
    first = found.places[0]
    place = f"{first.rang} van {found.ranked}" if first.rang else "geen rang"
    score = f", score {figure(found.best['score'], 1)}" if "score" in found.best else ""
    return f"{place}{score} ({first.locatie_id}, oordeel {first.oordeel})"


def _homes(found: Finding) -> str:
    best = found.best
    ends = [best.get(name) for name in ("woningen_laag", "woningen_hoog")]
    if not best:
        return NO_CANDIDATE
    if "woningen" not in best:
        return ONBEKEND
    text = f"{figure(best['woningen'])}" if None in ends else f"{between(*ends)}, midden {figure(best['woningen'])}"  # type: ignore[arg-type]
    more = ""
    if len(found.places) > 1 and found.homes is not None:
        more = f"; samen op {len(found.places)} kandidaten {figure(found.homes)}"
    fewer = f"; met een route ten hoogste {figure(best['route_max_woningen'])}" if "route_max_woningen" in best else ""
    return f"{text} ({best.get('product_titel') or best['locatie_id']}){more}{fewer}"


def _reasons(found: Finding) -> str:
    route = str(found.best.get("planroute_reden") or "")
    shown = [one.grens for one in _counting(found)]
    parts = [f"de grenzen {listed(shown)}" if len(shown) > 1 else f"de grens {shown[0]}"] if shown else []
    parts += [f"planroute {found.best.get('planroute', '')}: {route}".replace(" :", ":")] if route else []
    if parts:
        return "; ".join(parts)
    if not found.best:
        return BUITEN if found.survives == BUITEN else "hier ligt geen perceel"
    return "niets dat tegenhoudt" if "planroute_oordeel" in found.best else "geen grens; de planroute is onbekend"


def _route(found: Finding) -> str:
    best = found.best
    if "planroute_oordeel" not in best:
        return "onbekend: deze scan beantwoordt geen planroutes"
    law = f"; recht van {day(found.known['datum'])}: {best[REGIMES]}" if best.get(REGIMES) else ""
    if "planroute" not in best:
        return f"{CLOSED}: geen open route{law}"
    doubt = f" [U: {best['ongeverifieerd']}]" if best.get("ongeverifieerd") else ""
    return f"{best['planroute']} {best.get('planroute_titel', '')}: {best['planroute_oordeel']}{law}{doubt}"


def _decision(best: Any) -> str:
    ends = [best.get(name) for name in ("besluit_vroeg", "besluit_laat")]
    if not all(ends):
        return "geen open weg" if best.get("planroute_oordeel") == CLOSED else ONBEKEND
    return f"bij een aanvraag op die dag op zijn vroegst {day(ends[0])}, op zijn laatst {day(ends[1])}"  # type: ignore[arg-type]


def _flags(best: Any) -> str:
    raised, doubtful = str(best.get("vlaggen") or ""), str(best.get("vlaggen_onbekend") or "")
    return "; ".join(part for part in (raised, f"misschien: {doubtful}" if doubtful else "") if part) or "geen"


def _counting(found: Finding) -> tuple[Obstacle, ...]:
    """Limits that take more than the edge of a drawing; where all take less, those."""
    return tuple(one for one in found.obstacles if one.share >= EDGE) or (
        found.obstacles if found.survives == NEE else ()
    )


def _obstacles(found: Finding) -> str:
    return "; ".join(
        " ".join((one.grens, *_bracketed(_of_ground(found, one.share), "er staat bebouwing" if one.built else "")))
        + f": {one.words}"
        for one in _counting(found)
    )


def _alone(found: Finding) -> str:
    freed = [one for one in _counting(found) if one.alone >= LITTLE]
    parts = [": ".join(filter(None, (f"zonder {one.grens}", _of_ground(found, one.alone)))) for one in freed]
    return "; ".join(parts) or "niets: elk perceel valt op meer dan een grens af"


def notes(found: Finding, measured: str) -> list[str]:
    """What a reader must know before comparing.

    Parameters
    ----------
    measured : str
        Day on which the run was done, ISO 8601.
    """
    return list(_notes(found, measured))


def _notes(found: Finding, measured: str) -> Iterator[str]:
    then = found.known["datum"]
    if found.survives == BUITEN:
        yield "Ligt buiten het gebied van deze scan; er is niets mee vergeleken."
        return
    if then < measured:
        years = (date.fromisoformat(measured) - date.fromisoformat(then)).days // 365.25
        ago = f"ruim {figure(years)} jaar" if years else "minder dan een jaar"
        law = f"het recht is dat van {day(then)}; " if REGIMES in found.best else ""
        ground = f"de grond, de plannen en de stikstof zijn die van de scan van {day(measured)}, {ago} later."
        told = f"{law}{ground}"
        yield f"{told[0].upper()}{told[1:]}"
    elif then > measured:
        yield f"De uitkomst is van na de scan van {day(measured)}; de grond kan sindsdien zijn veranderd."
    yield from _about_buildings(found)
    yield from _about_ground(found)


def _about_buildings(found: Finding) -> Iterator[str]:
    limits = [one.grens for one in found.obstacles if one.built]
    if not limits:
        return
    stands = f"Op de afgewezen grond staat nu {figure(found.built_m2)} m² bebouwing"
    counts = f"Die telt mee in {listed(limits)}."
    if stands_now(found):
        yield f"Staat er nu: {stands[0].lower()}{stands[1:]}. {counts} Over de grond van toen zegt dat niets."
    else:
        yield f"{stands}. {counts} Of die er op {day(found.known['datum'])} al stond, weet de scan niet."


def _about_ground(found: Finding) -> Iterator[str]:
    if found.known.get("hersteld"):
        yield "De omtrek kruiste zichzelf en is hersteld; kijk na of hij klopt."
    if _point(found):
        what = "de kandidaat" if found.places else "het perceel"
        yield f"Een punt zegt niet hoe ver de locatie reikt; vergeleken is met {what} waarin het ligt."
    if found.outside >= EDGE:
        yield f"{percent(found.outside).capitalize()} van de grond ligt buiten de scan."
    if found.no_parcel >= EDGE:
        yield f"{percent(found.no_parcel).capitalize()} van de grond ligt op geen perceel."
    first = found.places[0] if found.places else None
    if first and first.of_place < 1 - EDGE:
        yield (
            f"De locatie beslaat {percent(first.of_place)} van {first.locatie_id}; woningen en oordeel gaan over "
            f"heel {first.locatie_id}."
        )
    if found.buildings:
        yield f"Gebouwen op deze grond die woningen kunnen worden: {_some(found.buildings)}."


def by_name(findings: Sequence[Finding]) -> list[tuple[str, tuple[str, ...]]]:
    """Names of the sites by outcome and by what the scan says; a dozen cases make no percentage."""
    groups: dict[str, list[str]] = {}
    for outcome in OUTCOMES:
        for survival in SURVIVAL:
            some = [one for one in findings if (one.known["uitkomst"], one.survives) == (outcome, survival)]
            for title, keep in ((f"{outcome}, {SURVIVES[survival]}", False), (f"{outcome}, {BUILT_NOW}", True)):
                names = [str(one.known["naam"]) for one in some if stands_now(one) == keep]
                groups.setdefault(title, []).extend(names)
    shut = [one for one in findings if one.best.get("planroute_oordeel") == CLOSED]
    for outcome in OUTCOMES:
        names = [str(one.known["naam"]) for one in shut if one.known["uitkomst"] == outcome]
        groups[f"{outcome}, in een kandidaat waarvan de planroute toen dicht was"] = names
    return [(title, tuple(names)) for title, names in groups.items() if names]
