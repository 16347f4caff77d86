"""Rows that every whole-number solution meets as well, and that say more where numbers need not be whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix, vstack

from locatiescan.analysis.choosing.constraints import Constraint

ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Rows:
    """``low <= matrix @ x <= high`` and ``lower <= x <= upper``."""

    matrix: csr_matrix
    low: np.ndarray
    high: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def tightened(constraints: Sequence[Constraint], lower: np.ndarray, upper: np.ndarray, whole: int) -> Rows:
    """Put all constraints together, and add rows that follow from them.

    Parameters
    ----------
    constraints : sequence of Constraint
    lower, upper : array of float
        Ends of the variables; finite.
    whole : int
        The first so many variables are 0 or 1.

    Notes
    -----
    A municipality that owes 42 homes is served by 42/300 of a site of 300, where numbers need not be whole. In "at
    least 42" a site of more than 42 homes counts as 42: that leaves all whole solutions as they are, and bars the part
    of a site. What others may build for it is taken off first, at its most.
    """
    rows = _bounded(
        Rows(
            csr_matrix(vstack([item.rows for item in constraints])),
            np.concatenate([item.low for item in constraints]),
            np.concatenate([item.high for item in constraints]),
            lower.astype(float),
            upper.astype(float),
        ),
        whole,
    )
    more = list(_clipped(rows, whole))
    ones, open_end = np.ones(len(more)), np.full(len(more), np.inf)
    matrix = csr_matrix(vstack([rows.matrix, *more]))
    return replace(rows, matrix=matrix, low=np.append(rows.low, ones), high=np.append(rows.high, open_end))


def _bounded(rows: Rows, whole: int) -> Rows:
    """Rows over one variable as ends of that variable; whole numbers for the first so many."""
    lower, upper = rows.lower.copy(), rows.upper.copy()
    for row in np.flatnonzero(np.diff(rows.matrix.indptr) == 1):
        at = rows.matrix.indptr[row]
        variable, factor = rows.matrix.indices[at], rows.matrix.data[at]
        if factor > 0:
            low, high = rows.low[row] / factor, rows.high[row] / factor
            if variable < whole:
                low, high = np.ceil(low - ROUNDING), np.floor(high + ROUNDING)
            lower[variable], upper[variable] = max(lower[variable], low), min(upper[variable], high)
    return replace(rows, lower=lower, upper=upper)


def _clipped(rows: Rows, whole: int) -> Iterator[csr_matrix]:
    """Rows "at least 1", for "at least so much" over variables that only add."""
    count = np.diff(rows.matrix.indptr)
    for row in np.flatnonzero(np.isfinite(rows.low) & (count > 1)):
        at = slice(rows.matrix.indptr[row], rows.matrix.indptr[row + 1])
        variables, factors = rows.matrix.indices[at], rows.matrix.data[at]
        is_whole = variables < whole
        rest, part = variables[~is_whole], factors[~is_whole]
        asked = rows.low[row] - np.maximum(part * rows.lower[rest], part * rows.upper[rest]).sum()
        own = factors[is_whole]
        if asked <= 0 or (own < 0).any() or (not len(rest) and not (own > asked).any()):
            continue
        place = (np.zeros(len(own), dtype=int), variables[is_whole])
        yield csr_matrix((np.minimum(own, asked) / asked, place), shape=(1, len(rows.lower)))
