"""When the wishes cannot be met: how far one gets, which constraints bind, and what would help."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from locatiescan.analysis.answering.dutch import counted, figure, listed
from locatiescan.analysis.choosing.conflicts import Conflicts, Names, conflicts, possible
from locatiescan.analysis.choosing.constraints import TARGET
from locatiescan.analysis.choosing.phrases import sentence, subject, together
from locatiescan.analysis.choosing.program import Program, droppable, names_of
from locatiescan.analysis.choosing.solve import Solution, farthest, reach, solve
from locatiescan.analysis.choosing.spent import Left, plenty, within

SHARE = "aandeel"
FAR_S = 5.0
"""Seconds for the most homes that can be had."""
MOST_GAINS = 3
SMALL = 0.01
"""Part of the target below which more homes are not told."""


@dataclass(frozen=True, eq=False)
class Way:
    """Constraints that, given up together, make a portfolio possible."""

    names: tuple[str, ...]
    homes: int | None
    """An upper bound of what can then be had (`reach`); None where not known."""
    sentence: str


@dataclass(frozen=True, eq=False)
class Gain:
    """What giving up one constraint alone brings, be it enough or not."""

    name: str
    more: int
    """About how many more homes can be had at most: a difference of two upper bounds."""


@dataclass(frozen=True, eq=False)
class Shortfall:
    """Why there is no set that meets all wishes."""

    target: int
    best: Solution
    """The most homes under all constraints but the target and what is in ``set_aside``; perhaps no set at all."""
    set_aside: tuple[str, ...]
    """Constraints that had to be left out besides the target to have any set: shares, or else a way out."""
    found: Conflicts
    with_target: tuple[bool, ...]
    """Of each conflict, whether the target is part of it; False where those wishes cannot hold together anyhow."""
    ways: tuple[Way, ...]
    gains: tuple[Gain, ...]
    """Largest first."""
    sentences: tuple[str, ...]
    """In Dutch, the most important first."""

    @property
    def missing(self) -> int:
        """Homes short of the target."""
        return max(self.target - self.best.homes, 0)


def shortfall(program: Program, names: Mapping[str, str], left: Left = plenty) -> Shortfall:
    """Explain why a program has no set.

    Parameters
    ----------
    program : Program
        For which `solve` says ``onmogelijk``.
    names : mapping of str to str
        Names of municipalities by code.
    left : callable
        Seconds that are left; half of them at most to find the conflicts.
    """
    found = conflicts(program, left=within(left, left() / 2))
    with_target = tuple(_needs_target(program, conflict, left) for conflict in found.conflicts)
    aside, best = _as_far_as_possible(program, found, with_target, left)
    ways = tuple(_way(program, way, names, left) for way in found.ways)
    gains = _gains(program, aside, left)
    told = Shortfall(program.wishes.doel, best, aside, found, with_target, ways, gains, ())
    sentences = (
        *_reached(told, program, names),
        *_conflicting(told, program, names, left),
        *_ways(told),
        *_gained(told, program, names),
    )
    return replace(told, sentences=sentences)


def _needs_target(program: Program, conflict: Names, left: Left) -> bool:
    """Whether these constraints can hold together as soon as nothing is asked of the number of homes."""
    others = {name for name in droppable(program) if name not in conflict}
    return possible(program, {*others, TARGET}, left) is not False


def _as_far_as_possible(
    program: Program, found: Conflicts, with_target: Collection[bool], left: Left
) -> tuple[tuple[str, ...], Solution]:
    """The most homes, with as few constraints left out besides the target as there is a set for.

    Shares add up to the target: where it cannot be met, they cannot either, and go next. What then still cannot hold
    together does not hang on the target, and goes by the first way out of it. Where there are homes enough, the best
    set for the target says more than all homes there are.
    """
    for aside in dict.fromkeys((frozenset[str](), names_of(SHARE, program))):
        best = farthest(program, aside, left=within(left, FAR_S))
        if best.found:
            break
    else:
        known = found if not any(with_target) else conflicts(program, {TARGET}, left)
        aside = next(iter(known.ways), frozenset())
        best = farthest(program, aside, left=within(left, FAR_S))
    if best.homes >= program.wishes.doel and found.ways:
        enough = solve(program, None, found.ways[0], left=within(left, FAR_S))
        if enough.found:
            return tuple(sorted(found.ways[0])), enough
    return tuple(sorted(aside)), best


def _way(program: Program, way: Names, names: Mapping[str, str], left: Left) -> Way:
    homes = reach(program, way, left)
    given_up = together(sorted(way), program.constraints, names)
    many = "" if homes is None else f"; dan zijn er ten hoogste {counted(homes, 'woning', 'woningen')} mogelijk"
    return Way(tuple(sorted(way)), homes, f"Zonder {given_up} is er wel een portefeuille{many}.")


def _gains(program: Program, aside: Collection[str], left: Left) -> tuple[Gain, ...]:
    """What each constraint takes from the most homes that can be had; nothing is told where that is not known."""
    most = reach(program, aside, left)
    asked = [name for name in droppable(program) if name not in aside and name != TARGET]
    found = {name: reach(program, {*aside, name}, left) for name in asked} if most is not None else {}
    gains = [Gain(name, more - most) for name, more in found.items() if most is not None and more is not None]
    return tuple(sorted((gain for gain in gains if gain.more > 0), key=lambda gain: (-gain.more, gain.name)))


def _reached(told: Shortfall, program: Program, names: Mapping[str, str]) -> list[str]:
    """How far one gets."""
    if not told.best.found and not told.best.proven:
        return ["De wensen gaan niet samen; hoe ver men wel komt, is niet gevonden binnen de tijd."]
    if not told.best.found:
        return ["Er is geen enkele verzameling locaties die aan de wensen voldoet, ook niet met minder woningen."]
    aside = together(told.set_aside, program.constraints, names)
    where = counted(told.best.sites, "locatie", "locaties")
    gives = "wijkt" if len(told.set_aside) < 2 else "wijken"
    if not told.missing:
        homes = counted(told.best.homes, "woning", "woningen")
        return [
            f"De wensen gaan niet samen. Als {aside or 'een ervan'} {gives}, is het doel haalbaar: {homes} op {where}."
        ]
    but = f", ook als {aside} {gives}" if aside else ""
    sure = "" if told.best.proven else f" (gevonden; het kunnen er hoogstens {figure(told.best.bound)} zijn)"
    return [
        f"Het doel van {figure(told.target)} woningen is niet haalbaar{but}: ten hoogste zijn er "
        f"{figure(told.best.homes)} mogelijk{sure}, op {where}. Er ontbreken er {figure(told.missing)}."
    ]


def _conflicting(told: Shortfall, program: Program, names: Mapping[str, str], left: Left) -> list[str]:
    """Which constraints cannot hold together."""
    lines = []
    for conflict, with_target in zip(told.found.conflicts, told.with_target, strict=True):
        if not conflict:
            return [_nothing_left(told, program, left)]
        ends = [f"het doel van {figure(told.target)} woningen"] if with_target else []
        lines.append(_conflict(sorted(conflict), ends, program, names))
    return lines


def _nothing_left(told: Shortfall, program: Program, left: Left) -> str:
    most = farthest(program, droppable(program), left=within(left, FAR_S))
    return (
        f"Ook zonder alle andere eisen zijn er ten hoogste {figure(most.homes)} woningen: er zijn te weinig kandidaten "
        f"voor een doel van {figure(told.target)}."
    )


def _conflict(conflict: list[str], ends: list[str], program: Program, names: Mapping[str, str]) -> str:
    parts = [*(subject(program.constraints[name], names) for name in conflict), *ends]
    if len(parts) == 1:
        return sentence(f"{parts[0]} kan niet{_supply(conflict[0], program)}")
    if len(conflict) == 2 and not ends and len({name.partition(" ")[2] for name in conflict}) == 1:
        kinds = {name.partition(" ")[0] for name in conflict}
        if kinds == {"verplicht", "uitgesloten"}:
            return f"Locatie {conflict[0].partition(' ')[2]} is verplicht en uitgesloten tegelijk."
    return f"Deze eisen gaan niet samen: {listed(parts)}."


def _supply(name: str, program: Program) -> str:
    """What there is at most of what a constraint asks a number of: the best option of each site together."""
    item, count = program.constraints[name], len(program.options)
    if item.low.size != 1 or item.unit != "woningen" or item.rows[:, count:].nnz:
        return ""
    there = pd.Series(item.rows.toarray()[0, :count]).groupby(program.options["locatie_id"].to_numpy()).max()
    most, sites = int(there.sum()), int((there > 0).sum())
    if most >= item.asked:
        return ""
    if not most:
        return ": daar is geen enkele kandidaat voor"
    where = counted(sites, "kandidaat", "kandidaten")
    return f": er {'is' if most == 1 else 'zijn'} daar ten hoogste {counted(most, 'woning', 'woningen')}, op {where}"


def _ways(told: Shortfall) -> list[str]:
    if told.ways:
        more = "" if told.found.complete else " Er zijn meer wegen dan hier staan."
        return [*(way.sentence for way in told.ways[:-1]), told.ways[-1].sentence + more]
    return [] if told.found.complete else ["Welke eisen moeten wijken, is niet gevonden binnen de rekentijd."]


def _gained(told: Shortfall, program: Program, names: Mapping[str, str]) -> list[str]:
    """What takes most of the homes, where no single constraint is in the way."""
    shown = [gain for gain in told.gains[:MOST_GAINS] if gain.more >= max(SMALL * told.target, 2)]
    if any(len(way.names) == 1 for way in told.ways) or not (told.missing and shown):
        return []
    parts = [f"{subject(program.constraints[gain.name], names)} (ongeveer {figure(gain.more)})" for gain in shown]
    return [f"Het meest komt erbij zonder {listed(parts)}; dat is alleen nog niet genoeg."]
