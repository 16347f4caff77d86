"""Which constraints cannot hold together, and the fewest that have to be given up.

Give-up sets are found from conflicts (implicit hitting sets): whatever is given up must take one constraint out of
every conflict. Conflicts are found one by one, until the smallest sets that hit all of them make the rest possible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from locatiescan.analysis.choosing.constraints import TARGET
from locatiescan.analysis.choosing.costs import Cost
from locatiescan.analysis.choosing.program import Program, droppable
from locatiescan.analysis.choosing.solve import solve
from locatiescan.analysis.choosing.spent import Left, plenty, within

PROBE_S = 20.0
"""Seconds for one question; what takes longer is not known."""
MOST_WAYS = 12
MOST_TRIED = 200
FEASIBLE = "haalbaar"
Names = frozenset[str]


@dataclass(frozen=True)
class Conflicts:
    """Why there is no set, and what to give up so that there is."""

    conflicts: tuple[Names, ...]
    """Each holds constraints that cannot hold together, and of which none can be missed for that; an empty one where
    it is impossible even without any constraint."""
    ways: tuple[Names, ...]
    """Each is a set of constraints without which there is a portfolio; all of the same size and none smaller."""
    complete: bool
    """Whether these are all the smallest ways; False where they were too many, or a question took too long."""


def possible(program: Program, without: Collection[str] = frozenset(), left: Left = plenty) -> bool | None:
    """Whether any set meets all constraints but some; None where that was not found out in time."""
    nothing = np.zeros(len(program.lower))
    probe = replace(program, costs={FEASIBLE: Cost(FEASIBLE, "Haalbaarheid", "", nothing, 1.0, nothing)})
    found = solve(probe, FEASIBLE, without, left=within(left, PROBE_S))  # type: ignore[arg-type]
    if found.found:
        return True
    return False if found.status == "onmogelijk" else None


def conflicts(program: Program, without: Collection[str] = frozenset(), left: Left = plenty) -> Conflicts:
    """Find the smallest sets of constraints to give up.

    Parameters
    ----------
    program : Program
        For which there is no set.
    without : collection of str
        Constraints that are left out anyway. The target is never given up: leave it out here, or it stands.
    left : callable
        Seconds that are left; what was not found out by then makes it incomplete.
    """
    names = [name for name in droppable(program) if name not in without and name != TARGET]
    known = [_shrunk(program, names, without, left)]
    tried, sure = 0, True
    while all(known):
        ways: list[Names] = []
        for way in _hitting(known):
            tried += 1
            answer = possible(program, {*without, *way}, left) if tried <= MOST_TRIED else None
            sure = sure and answer is not None
            if answer:
                ways.append(way)
            elif answer is False and not ways:
                known.append(_shrunk(program, [name for name in names if name not in way], without, left))
                break
            if len(ways) == MOST_WAYS or tried > MOST_TRIED or left() <= 0:
                return Conflicts(tuple(known), tuple(ways), False)
        else:
            return Conflicts(tuple(known), tuple(ways), sure)
    return Conflicts((frozenset(),), (), True)


def _shrunk(program: Program, names: Sequence[str], without: Collection[str], left: Left) -> Names:
    """Drop constraints from an impossible whole as long as it stays impossible: whole kinds first, then one by one."""
    kept = list(names)
    everything = {name for name in droppable(program) if name != TARGET}
    kinds = dict.fromkeys(name.split(" ")[0] for name in names)
    groups = [[name for name in names if name.split(" ")[0] == kind] for kind in kinds]
    for group in (*(some for some in groups if len(some) > 1), *([name] for name in names)):
        fewer = [name for name in kept if name not in group]
        if len(fewer) < len(kept) and possible(program, {*without, *everything.difference(fewer)}, left) is False:
            kept = fewer
    return frozenset(kept)


def _hitting(known: Sequence[Names]) -> Iterator[Names]:
    """All smallest sets of names with one out of every conflict."""
    sure = frozenset().union(*(part for part in known if len(part) == 1))
    open_ = [part for part in known if not part & sure]
    names = sorted(frozenset().union(*open_))
    for size in range(len(names) + 1):
        hits = [sure.union(some) for some in combinations(names, size) if all(part & set(some) for part in open_)]
        if hits:
            yield from hits
            return
