"""The best set of sites, proven; and the most homes that can be had, or that no set can pass."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from locatiescan.analysis.choosing.constraints import TARGET, Constraint
from locatiescan.analysis.choosing.costs import Cost, weeks
from locatiescan.analysis.choosing.optimum import Optimum, Task, optimum, relax
from locatiescan.analysis.choosing.program import Program
from locatiescan.analysis.choosing.spent import Left, plenty
from locatiescan.analysis.choosing.tightening import tightened
from locatiescan.policy.portfolio import Objective

Status = Literal["optimaal", "onmogelijk", "niet bewezen"]
MOST_HOMES = "meeste_woningen"
TOLERANCE = 1e-6
"""Of the solver in rows whose figures are no whole numbers: deposition, parts of a mix."""
FARTHEST_GAP = 5e-4
"""Part of the homes within which the most homes will do: half a home in a thousand."""
NOTHING = np.array([-np.inf])
TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Solution:
    """A set of sites, or that there is none."""

    status: Status
    """``niet bewezen``: the time was up; ``chosen`` holds the best that was found, or nothing."""
    objective: str
    """``minste_locaties``, ``geschiktheid``, ``snelst``, ``weging``; ``meeste_woningen`` for `farthest`."""
    unit: str
    """Of value, bound and gap."""
    value: float
    """What the objective comes to; NaN without a set."""
    bound: float
    """No set can be better than this; equal to value where proven."""
    gap: float
    """|value - bound| / |value|; 0 where proven, NaN without a set."""
    proven: bool
    """Whether status and value are proven (also that it is impossible)."""
    homes: int
    """0 without a set."""
    chosen: pd.DataFrame
    """Rows of ``program.options``, with its index."""
    exchange: pd.DataFrame
    """Homes that one municipality builds for another: ``van``, ``voor`` (codes), ``woningen``."""
    mean_weeks: float
    """Weeks until a home stands, mean over the homes; those of unknown date count as the program counts them."""
    reached: pd.Timestamp | None
    """Date on which the target stands; None where it never does, or dates are unknown."""
    variables: np.ndarray
    """(variables,) whole numbers; empty without a set."""

    @property
    def sites(self) -> int:
        """Number of sites chosen."""
        return len(self.chosen)

    @property
    def found(self) -> bool:
        """Whether there is a set."""
        return bool(len(self.variables))


def solve(
    program: Program,
    objective: Objective | None = None,
    without: Collection[str] = frozenset(),
    also: tuple[Constraint, ...] = (),
    left: Left = plenty,
    known: Solution | None = None,
) -> Solution:
    """Find the best set and prove that none is better.

    Parameters
    ----------
    program : Program
    objective : str, optional
        That of the wishes by default.
    without : collection of str
        Names of constraints to leave out; a name that the program does not have is left out already.
    also : tuple of Constraint
        Further constraints, as those that make a further set different.
    left : callable
        Seconds that are left.
    known : Solution, optional
        A set that meets all these constraints: only what is better is sought.

    Returns
    -------
    Solution

    Raises
    ------
    RuntimeError
        If what the solver gives violates a constraint: a fault of the solver or of the program, never of the wishes.
    """
    cost = program.costs[objective or program.wishes.voorkeur]
    held = [*_held(program, without), *also]
    task = Task(cost.first, held, program.lower, program.upper, len(program.options))
    best = optimum(task, left, known.variables if known and known.found else None)
    if best.proven and best.found and cost.second.any():
        equal = Constraint("gelijk", "", "", np.nan, csr_matrix(cost.first), NOTHING, np.array([best.value]))
        second = optimum(replace(task, costs=cost.second, constraints=[*held, equal]), left)
        # The first part stays proven; where the time was up among equals, the set may not be the most suitable one.
        best = replace(best, variables=second.variables, proven=second.proven) if second.found else best
    return _told(program, cost, best, held, without)


def farthest(
    program: Program,
    without: Collection[str] = frozenset(),
    also: tuple[Constraint, ...] = (),
    left: Left = plenty,
) -> Solution:
    """Find the most homes under every constraint but the target (and those of ``without``).

    Shares of municipalities add up to the target too: leave those out by name where they ask too much.
    ``value`` and ``bound`` are homes; ``bound`` is at least ``value``, and more than `FARTHEST_GAP` above it only where
    the time was up. Which of the last homes is the very last takes long to prove, and helps nobody.
    """
    without = {TARGET, *without}
    held = [*_held(program, without), *also]
    cost = Cost(MOST_HOMES, "zo veel mogelijk woningen", "woningen", -program.homes, -1.0, np.zeros_like(program.homes))
    task = Task(cost.first, held, program.lower, program.upper, len(program.options), FARTHEST_GAP)
    return _told(program, cost, optimum(task, left), held, without)


def reach(program: Program, without: Collection[str] = frozenset(), left: Left = plenty) -> int | None:
    """Give a number of homes that no set can pass, quickly: parts of sites may be chosen.

    Returns
    -------
    int or None
        At least what `farthest` finds, and seldom more than a few above it. None where even parts of sites meet no
        set of constraints, or where the time was up.
    """
    held = _held(program, {TARGET, *without})
    rows = tightened(held, program.lower, program.upper, len(program.options))
    found = relax(-program.homes, rows, left) if left() > 0 and (rows.lower <= rows.upper).all() else None
    return None if found is None else int(np.floor(-found.bound + TOLERANCE))


def _held(program: Program, without: Collection[str]) -> list[Constraint]:
    return [item for name, item in program.constraints.items() if item.fixed or name not in without]


def _told(
    program: Program, cost: Cost, best: Optimum, held: Collection[Constraint], without: Collection[str]
) -> Solution:
    chosen = program.options[best.variables[: len(program.options)] > 0] if best.found else program.options.iloc[:0]
    if best.found:
        _verify(program, best.variables, held)
    value = float(cost.first @ best.variables) * cost.step if best.found else np.nan
    bound = best.bound * cost.step
    homes = chosen["woningen"].to_numpy(float)
    waiting = weeks(program.options)[chosen.index]
    return Solution(
        status="niet bewezen" if not best.proven else "optimaal" if best.found else "onmogelijk",
        objective=cost.name,
        unit=cost.unit,
        value=value,
        bound=bound,
        gap=abs(value - bound) / max(abs(value), TINY) if best.found else np.nan,
        proven=best.proven,
        homes=int(homes.sum()),
        chosen=chosen,
        exchange=exchanged(chosen, {} if not program.exchange else program.shares, without),
        mean_weeks=float(homes @ waiting / homes.sum()) if homes.sum() else np.nan,
        reached=_reached(chosen, program.wishes.doel),
        variables=best.variables,
    )


def exchanged(chosen: pd.DataFrame, shares: Mapping[str, int], without: Collection[str] = ()) -> pd.DataFrame:
    """Say who builds for whom: what is short here, out of what others build above their own share.

    Parameters
    ----------
    chosen : DataFrame
        ``gemeente_code`` and ``woningen`` of a set.
    shares : mapping of str to int
    without : collection of str
        Names of constraints that were left out: a municipality without ``aandeel`` owes nothing.

    Returns
    -------
    DataFrame
        ``van``, ``voor``, ``woningen``: nobody both gives and receives. Who has most to give serves who is shortest
        first, so that there are few lines; the code that comes first goes before.
    """
    own = chosen.groupby("gemeente_code")["woningen"].sum()
    owed = {code: 0 if f"aandeel {code}" in without else share for code, share in shares.items()}
    over = {code: int(own.get(code, 0)) - share for code, share in owed.items()}
    giving = sorted((code for code in over if over[code] > 0), key=lambda code: (-over[code], code))
    short = sorted((code for code in over if over[code] < 0), key=lambda code: (over[code], code))
    lines = []
    for receiver in short:
        for giver in giving:
            homes = min(over[giver], -over[receiver])
            if homes > 0:
                lines.append((giver, receiver, homes))
                over[giver], over[receiver] = over[giver] - homes, over[receiver] + homes
    return pd.DataFrame(lines, columns=["van", "voor", "woningen"])


def _verify(program: Program, variables: np.ndarray, held: Collection[Constraint]) -> None:
    """Hold a set against every constraint, apart from the solver."""
    broken = [item.name for item in held if violation(item, variables) > TOLERANCE]
    outside = (variables < program.lower - TOLERANCE) | (variables > program.upper + TOLERANCE)
    if broken or outside.any():
        raise RuntimeError(f"the solver's set violates: {', '.join(broken) or 'bounds'}")


def violation(item: Constraint, variables: np.ndarray) -> float:
    """How far a set falls outside a constraint, in the units of its rows; 0 where it holds."""
    at = item.rows @ variables
    return float(np.max(np.maximum(item.low - at, at - item.high), initial=0.0))


def _reached(chosen: pd.DataFrame, target: int) -> pd.Timestamp | None:
    dated = chosen.dropna(subset="oplevering").sort_values("oplevering", kind="stable")
    enough = (dated["woningen"].cumsum() >= target).to_numpy()
    return dated["oplevering"].iloc[int(enough.argmax())] if enough.any() else None
