"""The price of each constraint: what a portfolio could be without it.

With z* the optimum of the chosen objective under all constraints and z(c) the optimum without constraint c, the price
of c is z* - z(c), in the unit of the objective and never negative. It costs nothing exactly where z* = z(c): the set
that was chosen is then also the best without c. For the others a second program says how the set would change: of all
sets that reach z(c) without c, the one that builds the fewest homes otherwise than the chosen set does. That set gives
the sites, the weeks and the homes per municipality that are told; without that choice a solver would give any one of
many equal sets, and a shift of homes that c does not cause. Where the time is up, it is the nearest that was found.

How many homes more could be had at most without c is a price of its own, and is told beside it: the difference of two
upper bounds (`reach`), so about, and never negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix

from locatiescan.analysis.answering.dutch import counted, figure
from locatiescan.analysis.choosing.constraints import TARGET, Constraint
from locatiescan.analysis.choosing.costs import Cost
from locatiescan.analysis.choosing.phrases import KINDS, of_unit, sentence, subject
from locatiescan.analysis.choosing.program import Program, droppable, names_of
from locatiescan.analysis.choosing.solve import Solution, reach, solve
from locatiescan.analysis.choosing.spent import Left, plenty, within

PROBE_S, NEAR_S = 20.0, 2.0
"""Seconds for an optimum, and for the nearest of equals."""
NEAREST = "dichtbij"
WEEK_DAYS = 7
SMALL = 0.01
"""Part of the target below which more homes are not told."""


@dataclass(frozen=True, eq=False)
class Price:
    """What one constraint costs, or all of a kind together."""

    name: str
    """Of the constraint, or the kind."""
    together: bool
    """Whether it is of all constraints of a kind."""
    known: bool
    """False where an optimum was not proven in time: then there is no figure."""
    cost: float
    """z* - z(c), in ``unit``; NaN where not known."""
    unit: str
    sites: int
    """Sites more because of it."""
    weeks: float | None
    """Weeks later that the target stands because of it; None where a date is unknown."""
    mean_weeks: float
    """Weeks later that a home stands on average because of it."""
    shift: Mapping[str, int]
    """Homes without it minus homes with it, by municipality (code), where not zero."""
    more_homes: int | None
    """About how many more homes could be had at most without it; None where not known."""
    sentence: str = ""
    """In Dutch."""
    who: str = ""
    """The subject of that sentence."""
    tells_more: bool = False
    """Whether the sentence says too how many more homes there could be."""

    @property
    def free(self) -> bool:
        """Whether it costs nothing in the chosen objective."""
        return self.known and self.cost == 0


def prices(program: Program, chosen: Solution, names: Mapping[str, str], left: Left = plenty) -> tuple[Price, ...]:
    """Price every constraint but the target.

    Parameters
    ----------
    program : Program
    chosen : Solution
        As `solve` gives it for the program: a proven optimum.
    names : mapping of str to str
        Names of municipalities by code.
    left : callable
        Seconds that are left; what is not proven by then has no price.

    Returns
    -------
    tuple of Price
        In the order of the program; of a kind with several constraints, the kind as a whole comes first. Where the
        kind as a whole costs nothing, so does each of it: leaving out less is never better.
    """
    program = replace(program, costs={name: replace(c, second=0 * c.second) for name, c in program.costs.items()})
    ask = _Ask(program, chosen, reach(program, left=left), left)
    found: list[Price] = []
    for kind in dict.fromkeys(name.split(" ")[0] for name in droppable(program) if name != TARGET):
        members = [name for name in program.constraints if name in names_of(kind, program)]
        whole = _price(kind, members, ask, free=False) if len(members) > 1 else None
        found += [whole] if whole else []
        found += [_price(name, [name], ask, free=whole is not None and whole.free) for name in members]
    return tuple(_told(price, program, chosen, names) for price in found)


@dataclass(frozen=True, eq=False)
class _Ask:
    """What every price is held against."""

    program: Program
    chosen: Solution
    most: int | None
    """Homes that no set can pass under all constraints."""
    left: Left


def _price(name: str, left_out: list[str], ask: _Ask, free: bool) -> Price:
    """The price without its sentence; ``free`` where it is known to cost nothing."""
    program, chosen = ask.program, ask.chosen
    best = chosen if free else solve(program, None, left_out, left=within(ask.left, PROBE_S), known=chosen)
    together, more = name not in program.constraints, _more_homes(left_out, ask)
    if not (best.proven and chosen.proven):
        return Price(name, together, False, np.nan, chosen.unit, 0, None, np.nan, {}, more)
    first = program.costs[chosen.objective].first
    cost = round(float(first @ chosen.variables - first @ best.variables)) * program.costs[chosen.objective].step
    other = _nearest(left_out, best, ask) if cost > 0 else chosen
    return Price(
        name,
        together,
        True,
        cost,
        chosen.unit,
        chosen.sites - other.sites,
        _weeks(chosen, other),
        chosen.mean_weeks - other.mean_weeks,
        _shift(chosen, other),
        more,
    )


def _more_homes(left_out: list[str], ask: _Ask) -> int | None:
    without = None if ask.most is None else reach(ask.program, left_out, ask.left)
    return None if without is None or ask.most is None else max(without - ask.most, 0)


def _nearest(left_out: list[str], best: Solution, ask: _Ask) -> Solution:
    """Of all sets as good as the best, the one that builds the fewest homes otherwise than the chosen one."""
    program, chosen = ask.program, ask.chosen
    cost = program.costs[chosen.objective]
    high = np.array([round(float(cost.first @ best.variables))], dtype=float)
    as_good = Constraint("even goed", "even goed", "", np.nan, csr_matrix(cost.first), np.array([-np.inf]), high, True)
    otherwise = np.where(chosen.variables > 0, 0.0, program.homes)
    otherwise[len(program.options) :] = 0.0
    near = Cost(NEAREST, "Zo weinig mogelijk anders", "woningen", otherwise, 1.0, np.zeros_like(otherwise))
    nearby = replace(program, costs={NEAREST: near})
    found = solve(nearby, NEAREST, left_out, (as_good,), within(ask.left, NEAR_S), best)  # type: ignore[arg-type]
    return found if found.found else best


def _weeks(chosen: Solution, other: Solution) -> float | None:
    if chosen.reached is None or other.reached is None:
        return None
    return (chosen.reached - other.reached).days / WEEK_DAYS


def _shift(chosen: Solution, other: Solution) -> dict[str, int]:
    then, now = (some.chosen.groupby("gemeente_code")["woningen"].sum() for some in (other, chosen))
    moved = then.sub(now, fill_value=0).astype(int)
    return {str(code): int(homes) for code, homes in moved.items() if homes}


def _told(price: Price, program: Program, chosen: Solution, names: Mapping[str, str]) -> Price:
    constraint = program.constraints.get(price.name)
    who = subject(constraint, names) if constraint else KINDS.get(price.name, price.name)
    plural = constraint is None and not who.startswith("de ")
    costs = "kosten" if plural else "kost"
    if not price.known:
        said = f"{who}: de prijs is niet bewezen binnen de tijd"
    elif price.free:
        said = f"{who} {costs} bij dit doel niets: {'binden' if plural else 'bindt'} niet"
    else:
        said = f"{who} {costs} {_amounts(price, chosen.value)}{_without(price, chosen, names)}"
    more = _reach(price, program.wishes.doel)
    return replace(price, sentence=sentence(said) + more, who=who, tells_more=bool(more))


def _amounts(price: Price, total: float) -> str:
    """What it costs: in the objective, then in homes elsewhere."""
    parts = [of_unit(price.cost, price.unit, total)]
    code = price.name.partition(" ")[2]
    elsewhere = abs(sum(homes for place, homes in price.shift.items() if place != code))
    if code in price.shift and elsewhere:
        parts.append(f"{counted(elsewhere, 'woning', 'woningen')} elders")
    if price.unit != "locaties" and price.sites > 0:
        parts.append(counted(price.sites, "locatie", "locaties"))
    if price.weeks is not None and round(price.weeks) > 0:
        parts.append(counted(round(price.weeks), "week", "weken"))
    return " en ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _without(price: Price, chosen: Solution, names: Mapping[str, str]) -> str:
    """Where the homes would stand without it."""
    if not price.shift:
        return ""
    code = price.name.partition(" ")[2]
    homes = chosen.chosen.groupby("gemeente_code")["woningen"].sum()
    if code in price.shift and code in names:
        there = int(homes.get(code, 0)) + price.shift[code]
        rest = sum(number for place, number in price.shift.items() if place != code)
        other = f" en {figure(abs(rest))} {'meer' if rest > 0 else 'minder'} in de andere gemeenten" if rest else ""
        return f": zonder dat staan er {figure(there)} in {names[code]}{other}"
    moved = sorted(price.shift.items(), key=lambda item: (-abs(item[1]), item[0]))
    words = [f"{names.get(place, place)} {'+' if number > 0 else '-'}{figure(abs(number))}" for place, number in moved]
    return f": zonder dat verschuiven woningen ({', '.join(words)})"


def _reach(price: Price, doel: int) -> str:
    """How many more homes there could be; a difference of bounds says nothing where it is small."""
    if price.more_homes is None or price.more_homes < max(SMALL * doel, 2):
        return ""
    start = "Wel zijn er zonder dat" if price.free else "Zonder dat zijn er"
    return f" {start} in de regio ongeveer {figure(price.more_homes)} woningen meer mogelijk."
