"""A portfolio as one would make it by hand: down the list, the best score first. For comparison."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csc_matrix, csr_matrix, vstack

from locatiescan.analysis.choosing.constraints import EXCHANGE, LEDGER, SITE, TARGET, Constraint
from locatiescan.analysis.choosing.program import Program
from locatiescan.analysis.choosing.solve import TOLERANCE, violation
from locatiescan.policy.portfolio import Objective


@dataclass(frozen=True, eq=False)
class Greedy:
    """A set made by hand."""

    chosen: pd.DataFrame
    """Rows of ``program.options``."""
    homes: int
    variables: np.ndarray
    broken: tuple[str, ...]
    """Names of constraints that it does not meet."""

    def value(self, program: Program, objective: Objective) -> float:
        """What an objective comes to, to hold beside that of a solution; NaN where a constraint is not met."""
        cost = program.costs[objective]
        return np.nan if self.broken else float(cost.first @ self.variables) * cost.step


def greedy(program: Program, without: Collection[str] = frozenset()) -> Greedy:
    """Take what must be in, then serve each demand in turn from the best score down, the whole target last.

    Parameters
    ----------
    program : Program
    without : collection of str
        Names of constraints to leave out.

    Notes
    -----
    Nothing is taken that would break an upper limit (spacing, a maximum, room for nitrogen); nothing is put back. What
    a municipality cannot build itself is left to others as far as exchange allows. The mix is not steered, only held
    against the outcome.
    """
    held = {name: item for name, item in program.constraints.items() if item.fixed or name not in without}
    count = len(program.options)
    chosen = np.zeros(count, dtype=bool)
    order = _best_first(program)
    limits = [
        item
        for name, item in held.items()
        if _only_adds(item, count) and np.isfinite(item.high).all() and name != EXCHANGE
    ]
    bars = csc_matrix(vstack([item.rows[:, :count] for item in limits]))
    room = np.concatenate([item.high for item in limits])
    for demand in _demands(held, count):
        _serve(demand, order, chosen, bars, room)
    variables = np.append(chosen.astype(float), _exchange(program, held, chosen))
    broken = tuple(name for name, item in held.items() if violation(item, variables) > TOLERANCE)
    rows = program.options[chosen]
    return Greedy(rows, int(rows["woningen"].sum()), variables, broken)


def _best_first(program: Program) -> np.ndarray:
    """Options by score, then homes; without a score last."""
    keys = program.options[["score", "woningen"]]
    return keys.sort_values(["score", "woningen"], ascending=False, kind="stable", na_position="last").index.to_numpy()


def _only_adds(item: Constraint, count: int) -> bool:
    return item.rows[:, :count].min() >= 0


def _demands(held: dict[str, Constraint], count: int) -> list[tuple[np.ndarray, float]]:
    """Lower limits over options: what was named first, the target last."""
    names = [name for name in held if name.startswith("verplicht ")]
    names += [name for name in held if name not in names and name not in (TARGET, SITE, LEDGER, EXCHANGE)]
    found = []
    for name in [*names, *([TARGET] if TARGET in held else [])]:
        item = held[name]
        if _only_adds(item, count) and np.isfinite(item.low).all():
            rows = csr_matrix(item.rows)[:, :count].toarray()
            found += list(zip(rows, item.low, strict=True))
    return found


def _serve(
    demand: tuple[np.ndarray, float], order: np.ndarray, chosen: np.ndarray, bars: csc_matrix, room: np.ndarray
) -> None:
    """Take options that help a demand until it is met; ``chosen`` is changed."""
    helps, asked = demand
    used = bars @ chosen
    have = helps @ chosen
    for option in order[helps[order] > 0]:
        if have >= asked:
            return
        at = slice(bars.indptr[option], bars.indptr[option + 1])
        rows, takes = bars.indices[at], bars.data[at]
        if not chosen[option] and (used[rows] + takes <= room[rows] + TOLERANCE).all():
            chosen[option] = True
            used[rows] += takes
            have += helps[option]


def _exchange(program: Program, held: dict[str, Constraint], chosen: np.ndarray) -> np.ndarray:
    """What each municipality is short, out of what the others have over; below 0 what it gives."""
    codes = program.options["gemeente_code"].to_numpy()
    own = np.array([program.homes[: len(chosen)][chosen & (codes == code)].sum() for code in program.exchange])
    owed = np.array(
        [program.shares[code] if f"aandeel {code}" in held else 0 for code in program.exchange], dtype=float
    )
    over = np.maximum(own - owed, 0.0)
    most = np.array([held[EXCHANGE].high[i] if EXCHANGE in held else owed[i] for i in range(len(own))])
    short = np.minimum(np.maximum(owed - own, 0.0), most)
    helped = np.minimum(short, np.maximum(over.sum() - (np.cumsum(short) - short), 0.0))
    given = over * (helped.sum() / over.sum()) if over.any() else over
    return helped - given
