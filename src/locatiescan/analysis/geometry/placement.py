"""Rows of blocks and parking that fit a shape: really placed, as many as a search over heights finds.

In a direction of the shape's own long sides, or square to one, rows are put at candidate heights. Every row that is
placed fits; rows keep their distances by their heights alone, and what fits one row does not depend on another. So
dynamic programming over the heights finds the best of all ways to choose rows among the candidates: for each number
of modules (a storey) the most parking places. On a rectangle the candidates hold every height that a packing from
the bottom up can need, so the count is the arithmetic; on other shapes more may fit than is found.
"""

from __future__ import annotations

import numba
import numpy as np

from locatiescan.analysis.geometry.rectangle import SLACK_M, turned_by
from locatiescan.analysis.geometry.rows import (
    BLOCK,
    DEPTH,
    EDGE,
    TWO_SIDES,
    WIDTH,
    apart,
    draw_blocks,
    draw_parking,
    gaps,
    parked,
    plain,
    row_height,
    row_options,
)
from locatiescan.analysis.geometry.trials import MOST_HEIGHTS, begin_heights, inserted

MOST_MODULES = 600
"""A storey; bounds the work on huge shapes."""
NEVER = -(2**30)


@numba.njit(cache=True, nogil=True)
def search(sides, theta, spec, enough):
    """Find the best rows in one direction.

    Parameters
    ----------
    sides : array of float64, (n, 4)
        Directed sides of one shape from an origin near it, metres (see `sides.Sides`).
    theta : float
        Direction of the rows, radians.
    spec : array of float64
        Kind of block; columns of `rows`.
    enough : int
        More parking places than these are of no use.

    Returns
    -------
    heights : array of float64, (h,)
        Candidate heights in the turned frame, rising.
    best : array of int32, (3, h, modules + 1)
        By kind of row, height and modules a storey: most places beside at least so many modules, in rows of which the
        last is of that kind and begins at that height or lower.
    reach : array of int64, (3, h)
        Most modules of which `best` knows.
    """
    heights, best, reach = _search(turned_by(sides, -theta), plain(spec), enough)
    most = max(0, reach[:, len(heights) - 1].max())
    return heights.copy(), best[:, : len(heights), : most + 1].copy(), reach[:, : len(heights)].copy()


@numba.njit(cache=True, nogil=True)
def most_places(best, reach):
    """Most parking places beside at least so many modules a storey, by modules from 0 up to the most that fit."""
    last = reach.shape[1] - 1
    result = np.full(best.shape[2], NEVER)
    for m in range(len(result)):
        for kind in range(3):
            result[m] = max(result[m], _known(best, reach, kind, last, m))
    result[0] = max(result[0], 0)
    return result


@numba.njit(cache=True, nogil=True)
def drawing(sides, theta, spec, enough, found, modules):
    """Draw what `search` has found, with at least so many modules a storey.

    Returns
    -------
    array of float64, (n, 8)
        Rectangles in the frame turned by ``-theta``; columns of `rows`.
    """
    heights, best, reach = found
    turned, spec = turned_by(sides, -theta), plain(spec)
    middle = (turned[:, 1].min() + turned[:, 1].max()) / 2
    every = np.arange(len(turned))
    work, drawn, field = np.empty((3, len(turned))), np.empty((0, 8)), 0
    at, left, kind = len(heights) - 1, modules, -1
    for other in range(3):
        known = _known(best, reach, other, at, left)
        if known >= 0 and (kind < 0 or known > best[kind, at, left]):
            kind = other
    while kind >= 0:
        here, left = _item(best, reach, kind, at, left)
        options = _row(turned, every, kind, heights[here], spec, left, work)
        taken, before, at = _before(best, reach, heights, kind, here, left, options, spec, enough)
        found = _gaps_of(turned, every, kind, heights[here], spec, work)
        row = np.empty((taken + 2 * options[taken], 8))  # a rectangle holds a module or a place, or is a lane
        if kind == BLOCK:
            count, field = draw_blocks(found, spec, heights[here], taken, options[taken], row, field)
        else:
            above = heights[here] + row_height(kind, spec) / 2 < middle
            count, field = draw_parking(found, spec, kind, heights[here], above, row, field)
        drawn = np.concatenate((drawn, row[:count]))
        kind, left = before, left - taken
    return drawn


@numba.njit(cache=True, nogil=True)
def _search(turned, spec, enough):
    """See `search`."""
    heights, count, top = begin_heights(turned, spec)
    limit, work = _limit(turned, spec), np.empty((3, len(turned)))
    best = np.empty((3, MOST_HEIGHTS, limit + 1), np.int32)
    reach = np.full((3, MOST_HEIGHTS), -1)  # most modules of which `best` knows
    behind = np.full((3, 3), -1)  # of each kind of row and kind before it: the last height from which it is far enough
    low, high = np.minimum(turned[:, 1], turned[:, 3]), np.maximum(turned[:, 1], turned[:, 3])
    west = np.minimum(turned[:, 0], turned[:, 2])
    order, near, come, i = np.argsort(low), np.empty(len(turned), np.int64), (0, 0), 0
    while i < count:
        come = _moved(near, come, order, low, high, west, heights[i], spec)
        for kind in range(3):
            _take_over(best, reach, kind, i)
            options = _row(turned, near[: come[1]], kind, heights[i], spec, limit, work)
            if options[len(options) - 1] < 0 or (len(options) == 1 and options[0] == 0):
                continue
            _advance(behind, heights, kind, i, spec)
            if _extend(best, reach, kind, i, behind, options, enough):
                for other in range(3):  # what may come next begins right behind it
                    y = heights[i] + row_height(kind, spec) + apart(kind, other, spec)
                    if y <= top + SLACK_M:
                        count = inserted(heights, count, y)
        i += 1
    return heights[:count], best, reach


@numba.njit(cache=True, nogil=True)
def _moved(near, come, order, low, high, west, y, spec):
    """Keep in `near` the sides that rows at this height can meet; how many have come so far, and how many are left."""
    seen, kept = come[0], 0
    for j in near[: come[1]]:
        if high[j] > y - spec[EDGE]:
            near[kept] = j
            kept += 1
    above = y + max(row_height(TWO_SIDES, spec), spec[DEPTH] + spec[EDGE])
    while seen < len(order) and low[order[seen]] < above:
        j, seen = order[seen], seen + 1
        if high[j] > y - spec[EDGE]:
            k = kept
            while k and west[near[k - 1]] > west[j]:  # from west to east, as they are met
                near[k] = near[k - 1]
                k -= 1
            near[k] = j
            kept += 1
    return seen, kept


@numba.njit(cache=True, nogil=True)
def _limit(turned, spec):
    """Modules that can never be more, by area."""
    x, y = turned[:, 0], turned[:, 1]
    area = np.sum(x * turned[:, 3] - turned[:, 2] * y) / 2
    return min(MOST_MODULES, int(area / (spec[DEPTH] * spec[WIDTH])) + 1)


@numba.njit(cache=True, nogil=True, inline="always")
def _row(turned, near, kind, height, spec, limit, work):
    """Most places of a row at one height, by number of modules; -1 where that cannot be."""
    found = _gaps_of(turned, near, kind, height, spec, work)
    if kind == BLOCK and len(found):
        return row_options(found, spec, limit)
    return np.array([parked(kind, found, spec)])


@numba.njit(cache=True, nogil=True, inline="always")
def _gaps_of(turned, near, kind, height, spec, work):
    margin = spec[EDGE] if kind == BLOCK else 0.0
    return gaps(turned, near, height - margin, row_height(kind, spec) + 2 * margin, work)


@numba.njit(cache=True, nogil=True)
def _take_over(best, reach, kind, i):
    if i:
        reach[kind, i] = reach[kind, i - 1]
        for m in range(reach[kind, i] + 1):
            best[kind, i, m] = best[kind, i - 1, m]


@numba.njit(cache=True, nogil=True)
def _advance(behind, heights, kind, i, spec):
    for other in range(3):
        room = row_height(other, spec) + apart(kind, other, spec)
        while heights[behind[kind, other] + 1] + room <= heights[i] + SLACK_M:
            behind[kind, other] += 1


@numba.njit(cache=True, nogil=True)
def _extend(best, reach, kind, i, behind, options, enough):
    """Put a row at one height behind all that can lie before it; whether that made anything better."""
    limit, better = best.shape[2] - 1, 0
    for t in range(len(options)):
        places = options[t]
        if places < 0 or (t == 0 and places == 0):
            continue
        better += _offer(best, reach, kind, i, t, min(places, enough))
        for other in range(3):
            j = behind[kind, other]
            last = min(reach[other, j], limit - t) if j >= 0 else -1
            if last < 0:
                continue
            if reach[kind, i] < last + t:
                better += _offer(best, reach, kind, i, last + t, min(best[other, j, last] + places, enough))
            if t:
                better += _offer(best, reach, kind, i, t, min(best[other, j, 0] + places, enough))
            for m in range(last + 1):  # plain, and without a call, so that it compiles to wide steps
                value = min(best[other, j, m] + places, enough)
                better += value > best[kind, i, m + t]
                best[kind, i, m + t] = max(best[kind, i, m + t], value)
    return better > 0


@numba.njit(cache=True, nogil=True)
def _offer(best, reach, kind, i, modules, places):
    """So many places beside so many modules and beside fewer; 1 where that is better for any number of modules."""
    while reach[kind, i] < modules:
        reach[kind, i] += 1
        best[kind, i, reach[kind, i]] = NEVER
    if places <= best[kind, i, modules]:
        return 0
    while modules >= 0 and best[kind, i, modules] < places:
        best[kind, i, modules] = places
        modules -= 1
    return 1


@numba.njit(cache=True, nogil=True)
def _known(best, reach, kind, at, modules):
    return best[kind, at, modules] if modules <= reach[kind, at] else NEVER


@numba.njit(cache=True, nogil=True)
def _item(best, reach, kind, at, modules):
    """Height at which the last row of that kind really begins, and the most modules that go with the same places."""
    while modules < reach[kind, at] and best[kind, at, modules + 1] == best[kind, at, modules]:
        modules += 1
    while at and _known(best, reach, kind, at - 1, modules) == best[kind, at, modules]:
        at -= 1
    return at, modules


@numba.njit(cache=True, nogil=True)
def _before(best, reach, heights, kind, here, modules, options, spec, enough):
    """Modules in the row, and kind and height of what lies before it; kind -1 where it is the first."""
    places = best[kind, here, modules]
    for t in range(min(len(options), modules + 1) - 1, -1, -1):
        if options[t] < 0:
            continue
        if t == modules and min(options[t], enough) == places:
            return t, -1, 0
        for other in range(3):
            room, j = row_height(other, spec) + apart(kind, other, spec), here
            while j >= 0 and heights[j] + room > heights[here] + SLACK_M:
                j -= 1
            if j >= 0:
                before = _known(best, reach, other, j, modules - t)
                if before >= 0 and min(before + options[t], enough) == places:
                    return t, other, j
    return 0, -1, 0  # never: `places` came about in one of these ways
