"""The optimum of a whole-number program, by HiGHS on the few options that can still matter.

Of thousands of options hardly any can be part of an optimum. First the program is solved without whole numbers. Its
prices say how much dearer every set becomes, at least, with an option that it leaves out: the reduced cost. Then a set
is sought among the most promising options. Whatever would make any set dearer than that one is barred, and what is left
is solved to the end (reduced-cost fixing: Dantzig, Fulkerson and Johnson 1954; core problems: Balas and Zemel 1980).
That an optimum is one does not hang on the first search, nor on the solver's own bound: it is reckoned from the prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, vstack

from locatiescan.analysis.choosing.constraints import Constraint
from locatiescan.analysis.choosing.spent import Left
from locatiescan.analysis.choosing.tightening import Rows, tightened

DONE, LIMIT, INFEASIBLE = 0, 1, 2
CORE = 200
"""Options of the first search; four times as many where it finds nothing."""
MARGIN = 1e-7
"""For rounding in the bound, as a part of the costs. Costs are whole: what is below one half does no harm."""


@dataclass(frozen=True, eq=False)
class Task:
    """Minimise whole-number costs under constraints."""

    costs: np.ndarray
    constraints: Sequence[Constraint]
    lower: np.ndarray
    upper: np.ndarray
    whole: int
    """The first so many variables are 0 or 1; the costs of the others are 0."""
    gap: float = 0.0
    """Part of the costs within which the search may stop; 0 proves the optimum."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """What was found, and what is proven of it."""

    variables: np.ndarray
    """Empty where nothing was found."""
    value: float
    """NaN where nothing was found."""
    bound: float
    """Nothing costs less; infinite where it is impossible."""
    proven: bool

    @property
    def found(self) -> bool:
        """Whether there is a set."""
        return bool(len(self.variables))


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The program without whole numbers."""

    bound: float
    """No set costs less."""
    dearer: np.ndarray
    """What a set costs more than the bound, at least, with a variable one away from where it rests."""
    resting: np.ndarray
    """Where the bound has each variable: at one of its ends."""


def optimum(task: Task, left: Left, known: np.ndarray | None = None) -> Optimum:
    """Minimise, and prove it.

    Parameters
    ----------
    task : Task
    left : callable
        Seconds that are left.
    known : array of float, optional
        A set that meets all constraints: only what is better is sought.
    """
    rows = tightened(task.constraints, task.lower, task.upper, task.whole)
    crossed = (rows.lower > rows.upper + MARGIN).any()
    relaxed = None if crossed or not len(task.costs) else relax(task.costs, rows, left)
    if relaxed is None:
        return Optimum(np.empty(0), np.nan, np.inf, True)
    others = np.arange(len(task.costs)) >= task.whole
    if known is None:
        best, free = _first(task, rows, relaxed, others, left)
        if not best.found or free.all():
            return best
    else:
        best, free = Optimum(known, float(np.round(task.costs @ known)), -np.inf, False), np.zeros_like(others)
    return _proven(task, rows, relaxed, (best, free | others), left)


def _proven(task: Task, rows: Rows, relaxed: Relaxed, first: tuple[Optimum, np.ndarray], left: Left) -> Optimum:
    """Look for a better set than the first among all that may hold one; ``first`` is that, and where it was sought."""
    best, free = first
    margin = MARGIN * max(abs(best.value), 1.0)
    enough = best.value - max(1.0, task.gap * abs(best.value))  # what a better set costs, at most
    matter = (np.arange(len(free)) >= task.whole) | (relaxed.bound + relaxed.dearer <= enough + margin)
    if (best.proven and not (matter & ~free).any()) or relaxed.bound > enough + margin:
        bound = np.floor(enough) + 1
        return Optimum(best.variables, best.value, float(bound), bool(bound >= best.value))
    last = _search(task, rows, relaxed, matter, left)
    if last.found and last.value < best.value:
        return last
    bound = min(max(last.bound, np.ceil(relaxed.bound - margin)), np.floor(enough) + 1)
    return Optimum(best.variables, best.value, float(bound), bool(bound >= best.value))


def relax(costs: np.ndarray, rows: Rows, left: Left) -> Relaxed | None:
    """Solve without whole numbers; None where even that is impossible.

    Notes
    -----
    The bound is that of Lagrange for the solver's prices y <= 0 of rows ``A x <= b``: with d = c - A'y no x within its
    ends costs less than y'b + sum of min(d l, d u). It holds for any such y, so that a fault of the solver can make it
    weak but never wrong.
    """
    above, below = np.isfinite(rows.low), np.isfinite(rows.high)
    sided = vstack([rows.matrix[below], -rows.matrix[above]], format="csr")
    limit = np.concatenate([rows.high[below], -rows.low[above]])
    ends, options = np.column_stack([rows.lower, rows.upper]), {"time_limit": max(left(), 0.0)}
    result = linprog(costs, sided, limit, bounds=ends, method="highs", options=options)
    if result.status == INFEASIBLE:
        return None
    prices = np.zeros(len(limit)) if result.status != DONE else np.minimum(result.ineqlin.marginals, 0.0)
    reduced = costs - sided.T @ prices
    resting = np.where(reduced >= 0, rows.lower, rows.upper)
    return Relaxed(float(prices @ limit + reduced @ resting), np.abs(reduced), resting)


def _first(task: Task, rows: Rows, relaxed: Relaxed, others: np.ndarray, left: Left) -> tuple[Optimum, np.ndarray]:
    """Search among the most promising options, and among more where those hold no set; and say among which."""
    order = np.argsort(np.where(others, -1.0, relaxed.dearer), kind="stable")
    size = CORE
    while True:
        free = np.zeros(len(order), dtype=bool)
        free[order[: size + int(others.sum())]] = True
        best = _search(task, rows, relaxed, free, left)
        if best.found or free.all() or left() <= 0:
            return best, free
        size *= 4


def _search(task: Task, rows: Rows, relaxed: Relaxed, free: np.ndarray, left: Left) -> Optimum:
    """Minimise over the free variables; the others stay where the bound has them."""
    rest = relaxed.resting
    taken = rows.matrix[:, ~free] @ rest[~free]
    own = csr_matrix(rows.matrix[:, free])
    low, high = rows.low - taken, rows.high - taken
    bare = np.diff(own.indptr) == 0
    if (low[bare] > MARGIN).any() or (high[bare] < -MARGIN).any():
        return Optimum(np.empty(0), np.nan, np.inf, True)
    whole = np.flatnonzero(free) < task.whole
    limits = LinearConstraint(own[~bare], low[~bare], high[~bare])
    ends = Bounds(rows.lower[free], rows.upper[free])  # type: ignore[arg-type]
    options = {"mip_rel_gap": task.gap, "time_limit": max(left(), 0.0)}
    status, found, bound = _solved(task.costs[free], whole, ends, limits, options)
    if found is None:
        impossible = status == INFEASIBLE
        return Optimum(np.empty(0), np.nan, np.inf if impossible else -np.inf, impossible)
    variables = rest.copy()
    variables[free] = np.where(whole, np.round(found), found)
    value = float(np.round(task.costs @ variables))
    if status == DONE and not task.gap:
        return Optimum(variables, value, value, True)
    proven = np.ceil(bound + task.costs[~free] @ rest[~free] - MARGIN * max(abs(value), 1.0))
    return Optimum(variables, value, min(float(proven), value), bool(proven >= value))


def _solved(
    costs: np.ndarray, whole: np.ndarray, ends: Bounds, limits: LinearConstraint, options: dict[str, float]
) -> tuple[int, np.ndarray | None, float]:
    """Ask HiGHS: status, variables or None, and the bound that it proved.

    Raises
    ------
    RuntimeError
        If it can say nothing, with and without presolving.
    """
    if not len(costs):
        return DONE, np.empty(0), 0.0
    for presolve in (True, False):  # presolving may end in "infeasible or unbounded", which is no answer
        settings = {**options, "presolve": presolve}
        result = milp(costs, integrality=whole.astype(int), bounds=ends, constraints=limits, options=settings)
        if result.status in (DONE, LIMIT, INFEASIBLE):
            bound = -np.inf if result.mip_dual_bound is None else float(result.mip_dual_bound)
            return int(result.status), result.x, bound
    raise RuntimeError(f"HiGHS gives no answer: {result.message}")
