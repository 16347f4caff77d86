"""Take from a drawing what is more than is needed: modules that no home uses, and places that no home asks for."""

from __future__ import annotations

import numba
import numpy as np

from locatiescan.analysis.geometry.rows import (
    BAYS,
    BLOCK,
    COUNT,
    DRIVE,
    EAST,
    FIELD,
    KIND,
    LEAST,
    NORTH,
    SOUTH,
    UPRIGHT,
    WEST,
    WIDTH,
)


@numba.njit(cache=True, nogil=True)
def trimmed(drawn, spec, modules, places):
    """Drawing with no more modules a storey and places than needed, as far as whole blocks and rows of bays allow.

    Parameters
    ----------
    drawn : array of float64, (n, 8)
        See `rows`.
    spec : array of float64
        Kind of block; see `rows`.
    modules, places : int
        Least number that must be left.

    Returns
    -------
    array of float64, (m, 8)
    """
    rest = drawn.copy()
    _trim_blocks(rest, spec, modules)
    _trim_fields(rest, places)
    for k in range(len(rest)):
        if rest[k, KIND] == DRIVE:
            _trim_lane(rest, k)
    return rest[(rest[:, COUNT] > 0) | (rest[:, KIND] == DRIVE) & (rest[:, EAST] > rest[:, WEST])]


@numba.njit(cache=True, nogil=True)
def _trim_blocks(rest, spec, modules):
    """First what a whole block can spare, then what the blocks can give up from their east end."""
    surplus = int(rest[rest[:, KIND] == BLOCK, COUNT].sum()) - modules
    for whole in (True, False):
        for k in range(len(rest)):
            have = int(rest[k, COUNT])
            if rest[k, KIND] != BLOCK or have == 0 or surplus <= 0:
                continue
            give = have if have <= surplus else 0
            if not whole and not give:
                give = min(surplus, have - int(spec[LEAST]))
            rest[k, COUNT] -= give
            rest[k, EAST] -= give * spec[WIDTH]
            surplus -= give


@numba.njit(cache=True, nogil=True)
def _trim_fields(rest, places):
    """Smallest fields first, so that parking stays together."""
    bays = rest[:, KIND] == BAYS
    fields = int(rest[:, FIELD].max()) + 1 if len(rest) else 0
    total = np.zeros(fields)
    for k in np.flatnonzero(bays):
        total[int(rest[k, FIELD])] += rest[k, COUNT]
    surplus = int(total.sum()) - places
    for field in np.argsort(total, kind="mergesort"):
        give = min(surplus, int(total[field]))
        for _ in range(give):
            _drop_one(rest, field)
        surplus -= give


@numba.njit(cache=True, nogil=True)
def _drop_one(rest, field):
    """Take one bay from the longest row of a field."""
    longest = -1
    for k in range(len(rest)):
        own = rest[k, KIND] == BAYS and rest[k, FIELD] == field
        if own and (longest < 0 or rest[k, COUNT] >= rest[longest, COUNT]):
            longest = k
    low, high = (SOUTH, NORTH) if rest[longest, UPRIGHT] else (WEST, EAST)
    rest[longest, high] -= (rest[longest, high] - rest[longest, low]) / rest[longest, COUNT]
    rest[longest, COUNT] -= 1


@numba.njit(cache=True, nogil=True)
def _trim_lane(rest, lane):
    """End a lane along a row where its bays end; one across a row stays, for it leads out on either side."""
    east = rest[lane, WEST]
    left = False
    for k in range(len(rest)):
        if rest[k, KIND] == BAYS and rest[k, FIELD] == rest[lane, FIELD] and rest[k, COUNT] > 0:
            east, left = max(east, rest[k, EAST]), True
    if not left or not rest[lane, UPRIGHT]:
        rest[lane, EAST] = min(rest[lane, EAST], east)
