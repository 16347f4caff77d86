"""The portfolio as a whole: the chosen set, further sets, prices, or why there is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import geopandas as gpd
import pandas as pd

from locatiescan.analysis.answering.dutch import figure, listed
from locatiescan.analysis.choosing.alternatives import alternatives
from locatiescan.analysis.choosing.impossible import Shortfall, shortfall
from locatiescan.analysis.choosing.openings import closed_by_bar, rejected_by_limit
from locatiescan.analysis.choosing.options import Offer, offer
from locatiescan.analysis.choosing.outcome import ChosenSet, chosen_set
from locatiescan.analysis.choosing.prices import Price, prices
from locatiescan.analysis.choosing.program import Program, program
from locatiescan.analysis.choosing.shares import PRO_RATA, shares, unknown_stock
from locatiescan.analysis.choosing.solve import Solution, solve
from locatiescan.analysis.choosing.spent import Left, plenty, within
from locatiescan.policy.figures import Figures
from locatiescan.policy.portfolio import Wishes

PROPOSAL, FARTHEST, VARIANT = "voorstel", "zo_ver_als_het_kan", "variant_{}"


@dataclass(frozen=True, eq=False)
class Ground:
    """What a region knows, as far as a portfolio needs it."""

    peildatum: date
    names: Mapping[str, str]
    """Municipalities by code."""
    candidates: gpd.GeoDataFrame
    products: pd.DataFrame | None
    routes: pd.DataFrame | None
    rejected: pd.DataFrame
    deciders: Mapping[str, str]
    """Limit to who may give way on it."""
    figures: Mapping[str, Figures]


@dataclass(frozen=True, eq=False)
class Proposal:
    """All that is said about a portfolio."""

    wishes: Wishes
    peildatum: date
    names: Mapping[str, str]
    status: str
    """That of the first solution: ``optimaal``, ``onmogelijk``, ``niet bewezen``."""
    sets: tuple[ChosenSet, ...]
    """The proposal and what differs from it; or, where the wishes cannot be met, how far one gets; or nothing."""
    prices: tuple[Price, ...]
    """Empty where there is no proven set."""
    shortfall: Shortfall | None
    """None where the wishes are met, or where that was not found out in time."""
    bars: pd.DataFrame
    """As `closed_by_bar` gives it."""
    limits: pd.DataFrame
    """As `rejected_by_limit` gives it."""
    left_out: pd.DataFrame
    """Sites that cannot be chosen, by reason: ``reden``, ``locaties``, ``woningen``."""
    constraints: tuple[str, ...]
    """What was asked, in Dutch."""
    candidates: int
    """Sites from which was chosen."""
    products: Mapping[str, str]
    """What products are called."""
    notes: tuple[str, ...]

    @property
    def met(self) -> bool:
        """Whether there is a set that meets all wishes."""
        return bool(self.sets) and self.shortfall is None


@dataclass(frozen=True)
class Standing:
    """What planners say of sites already."""

    decided: Mapping[str, int | None] = field(default_factory=dict)
    """Sites on which was decided: they must be in. The homes that were decided on, None where that is not said."""
    dropped: tuple[str, ...] = ()
    """Sites that must not be in."""
    gone: tuple[str, ...] = ()
    """Decided, but no candidate any more."""


def propose(ground: Ground, wishes: Wishes, standing: Standing | None = None, left: Left = plenty) -> Proposal:
    """Choose sites, and say what there is to say of it.

    Parameters
    ----------
    ground : Ground
    wishes : Wishes
    standing : Standing, optional
    left : callable
        Seconds that are left. Half of them at most goes to the proposal, and half of what is left then to other sets.

    Raises
    ------
    UsageError
        If a site that must be in is no candidate.
    """
    seconds, said = left(), standing or Standing()
    homes = {name: number for name, number in said.decided.items() if number is not None}
    offered = offer(ground.candidates, ground.products, wishes, ground.peildatum, homes)
    known = set(offered.options["locatie_id"])
    wishes = _with_status(wishes, [name for name in said.decided if name in known], said.dropped)
    codes = sorted(ground.names)
    owed = shares(codes, ground.figures, wishes.doel, wishes.verdeling, wishes.gemeenten)
    asked = program(offered.options, wishes, owed)
    first = solve(asked, left=within(left, seconds / 2))
    short = shortfall(asked, ground.names, left) if first.status == "onmogelijk" else None
    sets, fewer = _sets(asked, first, short, ground.names, within(left, left() / 2))
    costs = prices(asked, first, ground.names, left) if first.found and first.proven else ()
    lost = [*(name for name in said.decided if name not in known), *said.gone]
    # the most homes there are is proven to within a gap on purpose, and says so itself
    proven = short is not None or all(one.solution.proven for one in sets)
    sure = proven and first.proven and left() > 0 and all(price.known for price in costs)
    return Proposal(
        wishes,
        ground.peildatum,
        ground.names,
        first.status,
        sets,
        costs,
        short,
        closed_by_bar(ground.candidates, ground.routes, offered.options.groupby("locatie_id")["woningen"].max()),
        rejected_by_limit(ground.rejected, ground.candidates, ground.deciders),
        offered.counted(),
        tuple(item.title for item in asked.constraints.values() if not item.fixed),
        len(known),
        _titles(ground.products),
        (*([] if sure else [_unproven(seconds)]), *_notes(asked, offered, owed, codes, ground), *fewer, *_lost(lost)),
    )


def _titles(products: pd.DataFrame | None) -> Mapping[str, str]:
    if products is None or "titel" not in products:
        return {}
    return dict(products[["product", "titel"]].dropna().drop_duplicates("product").itertuples(index=False, name=None))


def _with_status(wishes: Wishes, decided: Sequence[str], dropped: Collection[str]) -> Wishes:
    """Wishes with what planners already decided; a site that is named already is not named twice."""
    more = [name for name in decided if name not in wishes.verplicht]
    fewer = [name for name in dropped if name not in wishes.uitgesloten]
    return replace(wishes, verplicht=(*wishes.verplicht, *more), uitgesloten=(*wishes.uitgesloten, *fewer))


def _unproven(seconds: float) -> str:
    return (
        f"Niet alles is bewezen binnen de rekentijd van {figure(seconds)} s; wat niet bewezen is, staat erbij. "
        "Met --rekentijd krijgt de berekening meer tijd."
    )


def _lost(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    return [f"Besloten volgens de status, maar in deze scan niet te kiezen en dus niet meegeteld: {listed(names)}."]


def _sets(
    asked: Program, first: Solution, short: Shortfall | None, names: Mapping[str, str], left: Left
) -> tuple[tuple[ChosenSet, ...], list[str]]:
    """The sets, and why there are fewer than were asked for."""
    if short is not None:
        best, title = short.best, "Zo ver als het kan" if short.missing else "Als een eis wijkt"
        return ((chosen_set(FARTHEST, title, best, asked, names, best),) if best.found else ()), []
    if not first.found:
        return (), []
    others = alternatives(asked, first, left=left)
    variants = [
        chosen_set(VARIANT.format(number), f"Variant {number}", other, asked, names, first)
        for number, other in enumerate(others.sets, 1)
    ]
    proposal = chosen_set(PROPOSAL, "Voorstel", first, asked, names, first)
    return (proposal, *variants), [_sentence(others.note)] if others.note else []


def _sentence(note: str) -> str:
    return note[:1].upper() + note[1:].rstrip(".") + "."


def _notes(
    asked: Program,
    offered: Offer,
    owed: Mapping[str, int] | None,
    codes: Sequence[str],
    ground: Ground,
) -> tuple[str, ...]:
    """What a reader must know before trusting the figures."""
    wishes, notes = asked.wishes, []
    if owed and wishes.verdeling == PRO_RATA:
        notes.append("De verdeling naar woningvoorraad is een aanname: nergens is zij vastgesteld.")
    if owed is None and wishes.verdeling == PRO_RATA:
        unknown = [ground.names[code] for code in unknown_stock(codes, ground.figures)]
        whose = "alle gemeenten" if len(unknown) == len(codes) > 1 else listed(unknown)
        notes.append(
            f"Geen aandelen per gemeente: de woningvoorraad van {whose} is onbekend. Vul "
            "rules/gemeentecijfers.yaml aan en scan opnieuw, geef een aandeel bij de wensen, of gebruik --minimum."
        )
    if len(offered.left_out):
        why = [f"{row['reden']} ({figure(row['locaties'])})" for row in offered.counted().to_dict("records")]
        notes.append(f"Doen niet mee, naar reden en aantal locaties en gebouwen: {listed(why)}.")
    return (*notes, *map(_sentence, asked.notes))
