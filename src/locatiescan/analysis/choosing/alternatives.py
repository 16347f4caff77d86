"""Further sets: as good as can be, and truly different from those before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from locatiescan.analysis.choosing.constraints import HOMES, Constraint
from locatiescan.analysis.choosing.program import Program
from locatiescan.analysis.choosing.solve import Solution, solve
from locatiescan.analysis.choosing.spent import Left, plenty
from locatiescan.policy.portfolio import Objective


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Further sets, best first."""

    sets: tuple[Solution, ...]
    """Each is the best of all that differ enough from the first set and from those before it."""
    note: str | None
    """Why there are fewer than were asked for; None where there are as many."""


def alternatives(
    program: Program,
    first: Solution,
    objective: Objective | None = None,
    without: Collection[str] = frozenset(),
    left: Left = plenty,
) -> Alternatives:
    """Find further sets.

    Parameters
    ----------
    program : Program
        Its wishes say how many (``varianten``) and how different (``verschil``).
    first : Solution
        The set to differ from.
    objective : str, optional
    without : collection of str
        As for `solve`: what the first set was found with.
    left : callable
        Seconds that are left.
    """
    wishes, sets = program.wishes, [first] if first.found else []
    apart: tuple[Constraint, ...] = ()
    while sets and len(sets) <= wishes.varianten:
        apart = (*apart, different(program, sets[-1], f"verschil {len(sets)}"))
        found = solve(program, objective, without, apart, left)
        if not found.found:
            return Alternatives(tuple(sets[1:]), _why(found, len(sets) - 1, wishes.varianten, wishes.verschil))
        sets.append(found)
    return Alternatives(tuple(sets[1:]), None if sets else "zonder eerste set zijn er geen varianten")


def different(program: Program, earlier: Solution, name: str) -> Constraint:
    """Ask that a set shares no more than a part of its homes with an earlier one, and of the earlier one's with it.

    Homes shared on a site are the fewer of both: half the homes on the same ground is half a difference.
    """
    part = 1 - program.wishes.verschil
    before = program.options["locatie_id"].map(earlier.chosen.set_index("locatie_id")["woningen"]).fillna(0)
    shared = np.zeros_like(program.homes)
    shared[: len(before)] = np.minimum(before.to_numpy(float), program.homes[: len(before)])
    rows = csr_matrix(np.vstack([shared, shared - part * program.homes]))
    high = np.array([np.floor(part * earlier.homes + 1e-9), 0.0])
    title = f"ten minste {program.wishes.verschil:.0%} van de woningen anders".replace("%", " %")
    return Constraint(name, title, HOMES, program.wishes.verschil, rows, np.full(2, -np.inf), high)


def shared_homes(one: Solution, other: Solution) -> int:
    """Homes that two sets have in common: on each site the fewer of both."""
    left, right = (item.chosen.set_index("locatie_id")["woningen"] for item in (one, other))
    both = left.index.intersection(right.index)
    return int(np.minimum(left[both].to_numpy(), right[both].to_numpy()).sum())


def _why(found: Solution, count: int, asked: int, part: float) -> str:
    reason = "bestaat niet" if found.proven else "is niet gevonden binnen de tijd"
    return f"{count} van {asked} varianten: een volgende set die {part:.0%} verschilt {reason}".replace("%", " %")
