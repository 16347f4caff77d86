"""Homes out of modules: who they are for, and how many modules they take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from locatiescan.policy.dwellings import Dwellings, Group, Module

MOST_HOMES = 6000
"""More homes than any drawing holds."""


@dataclass(frozen=True)
class Mix:
    """Number of homes for each group, for every total."""

    groups: tuple[str, ...]
    counts: np.ndarray
    """(totals, groups) int64: row n holds n homes."""
    coupled: np.ndarray
    """Modules that a home of each group takes."""
    needed: np.ndarray
    """Modules that n homes take; not always more for more homes, where a group loses one to another."""
    homes: np.ndarray
    """Most homes that so many modules hold."""

    def homes_in(self, modules: np.ndarray | int) -> np.ndarray:
        """Most homes that numbers of modules hold."""
        return self.homes[np.minimum(modules, len(self.homes) - 1)]


def mix_of(dwellings: Dwellings, module: Module, parts: Mapping[str, float] | None = None) -> Mix:
    """Divide homes over the groups, each with as many modules coupled as its floor area asks.

    Parameters
    ----------
    dwellings : Dwellings
    module : Module
    parts : mapping of str to float, optional
        Parts of each group on one location, in place of the general ones; a group that is not named has none.
    """
    groups = dwellings.doelgroepen
    part = tuple(group.deel if parts is None else parts.get(group.naam, 0.0) for group in groups)
    counts = _divided(part, MOST_HOMES)
    coupled = coupled_modules(groups, module)
    needed = counts @ coupled
    homes = np.zeros(int(needed.max()) + 1, dtype=np.int64)
    np.maximum.at(homes, needed, np.arange(len(needed)))
    return Mix(tuple(group.naam for group in groups), counts, coupled, needed, np.maximum.accumulate(homes))


def coupled_modules(groups: tuple[Group, ...], module: Module) -> np.ndarray:
    """Modules that a home of each group takes."""
    return np.array([math.ceil(group.min_go_m2 / module.go_m2 - 1e-9) for group in groups], dtype=np.int64)


def fits_together(counts: np.ndarray, coupled: np.ndarray, runs: np.ndarray) -> bool:
    """Whether homes of coupled modules fit runs of adjacent ones; homes do not go round a block's end or stairs.

    Parameters
    ----------
    counts : array of int
        Homes of each group.
    coupled : array of int
        Modules that a home of each group takes.
    runs : array of int
        Modules side by side in each storey of each block.

    Notes
    -----
    Largest first, each in the first run with room: exact where each size is a multiple of the next smaller one, as
    with one and two; else it may say no too often, never too seldom.
    """
    room = runs.astype(np.int64)
    for size in np.unique(coupled)[::-1]:
        wanted = int(counts[coupled == size].sum())
        holds = room // size
        taken = np.minimum(holds, np.maximum(wanted - (np.cumsum(holds) - holds), 0))
        if taken.sum() < wanted:
            return False
        room = room - taken * size
    return True


@cache
def _divided(parts: tuple[float, ...], most: int) -> np.ndarray:
    """Largest remainder (Hamilton) for every total; of equal remainders the group named first goes before."""
    share = np.arange(most + 1)[:, None] * (np.array(parts) / sum(parts))
    whole = np.floor(share + 1e-9).astype(np.int64)
    left = np.arange(most + 1) - whole.sum(axis=1)
    order = np.argsort(-np.round(share - whole, 9), axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    return whole + (rank < left[:, None])
