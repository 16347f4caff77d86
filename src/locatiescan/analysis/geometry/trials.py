"""Directions and heights at which rows of blocks are tried."""

from __future__ import annotations

import math

import numba
import numpy as np

from locatiescan.analysis.geometry.rectangle import SLACK_M
from locatiescan.analysis.geometry.rows import BLOCK, DEPTH, EDGE, ONE_SIDE, row_height

MOST_HEIGHTS = 128
"""Candidate heights in one direction."""
COARSE_M = 0.25
"""Where there are many heights, near ones are taken together."""
GRID = 24
"""Heights at even distances, for shapes that nowhere lie level."""
LEVEL = 6
"""So many long sides that lie about level begin a chain of rows of their own."""
SHORTEST_LEVEL_M = 3.0
FLAT = 0.02
"""A side that rises less than this, in proportion to its run, is about level."""
SAME_DIRECTION = math.radians(2.0)
MOST_DIRECTIONS = 3
LITTLE = 0.15
"""Part of the edge."""


@numba.njit(cache=True, nogil=True)
def directions(sides):
    """Angles to lay rows in, radians: along most of the shape's edge, and square to each.

    Sides that differ less than `SAME_DIRECTION`, or that are square, count together; of each group the longest gives
    the angle. A direction along which little of the edge lies is left out.
    """
    dx, dy = sides[:, 2] - sides[:, 0], sides[:, 3] - sides[:, 1]
    length, theta = np.hypot(dx, dy), np.arctan2(dy, dx) % (np.pi / 2)
    found, along, count = np.empty(len(sides)), np.zeros(len(sides)), 0
    for j in np.argsort(-length, kind="mergesort"):
        k = 0
        while k < count:
            apart_ = abs(found[k] - theta[j])
            if min(apart_, np.pi / 2 - apart_) <= SAME_DIRECTION:
                break
            k += 1
        if k == count:
            found[k] = theta[j]
            count += 1
        along[k] += length[j]
    order = np.argsort(-along[:count], kind="mergesort")[:MOST_DIRECTIONS]
    chosen = found[order[along[order] >= min(LITTLE * length.sum(), along[order[0]])]]
    return np.concatenate((chosen, chosen + np.pi / 2))


@numba.njit(cache=True, nogil=True)
def begin_heights(turned, spec):
    """Lower edges at which rows may begin, rising, their number, and the highest that can be of use.

    They are the lowest of the shape, those on and under level sides, and a grid; the search adds chains of rows.
    """
    low, high = turned[:, 1].min(), turned[:, 1].max()
    top = high - min(row_height(ONE_SIDE, spec), spec[DEPTH] + spec[EDGE])
    heights, count = np.empty(MOST_HEIGHTS), 0
    for y in np.append(_level_sides(turned), low):
        for kind in range(3):
            margin = spec[EDGE] if kind == BLOCK else 0.0
            for begin in (y + margin, y - margin - row_height(kind, spec)):
                if low - SLACK_M <= begin <= top + SLACK_M:
                    count = inserted(heights, count, begin)
    if top > low and _leans(turned):
        for y in np.linspace(low, top, GRID):
            count = inserted(heights, count, y)
    return heights, (inserted(heights, count, low) if count == 0 else count), top


@numba.njit(cache=True, nogil=True)
def _level_sides(turned):
    """Heights of the longest sides that lie about level."""
    run = np.abs(turned[:, 2] - turned[:, 0])
    levels, count = np.empty(LEVEL), 0
    for j in np.argsort(-run):
        rise = abs(turned[j, 3] - turned[j, 1])
        y = (turned[j, 1] + turned[j, 3]) / 2
        if count == LEVEL or run[j] < SHORTEST_LEVEL_M:
            break
        if rise < FLAT * run[j] and (count == 0 or np.abs(levels[:count] - y).min() > 0.05):
            levels[count] = y
            count += 1
    return levels[:count]


@numba.njit(cache=True, nogil=True)
def _leans(turned):
    """Whether much of the edge lies neither level nor upright, so that what fits changes from height to height."""
    run, rise = np.abs(turned[:, 2] - turned[:, 0]), np.abs(turned[:, 3] - turned[:, 1])
    askew = (rise > FLAT * run) & (run > FLAT * rise)
    return np.hypot(run[askew], rise[askew]).sum() > FLAT * (run.sum() + rise.sum())


@numba.njit(cache=True, nogil=True)
def inserted(heights, count, y):
    """Add a height, unless one as good lies little above it: the fuller the list, the farther that may be."""
    near = SLACK_M if 2 * count < MOST_HEIGHTS else COARSE_M * (1 if 4 * count < 3 * MOST_HEIGHTS else 4)
    at, end = 0, count
    while at < end:  # by halves, as numpy would; a slice and a call take longer
        half = (at + end) // 2
        if heights[half] < y - SLACK_M:
            at = half + 1
        else:
            end = half
    if count == MOST_HEIGHTS or (at < count and heights[at] <= y + near):
        return count
    for k in range(count, at, -1):
        heights[k] = heights[k - 1]
    heights[at] = y
    return count + 1
