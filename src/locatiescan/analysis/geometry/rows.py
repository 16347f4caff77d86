"""What one level strip of a shape can hold: blocks side by side, and parking along a lane.

Everything is in a frame in which rows lie level. A strip has gaps that lie wholly inside the shape (see `rectangle`).
A block keeps `EDGE` from the edge of the shape all round, so its strip is that much wider than the block is deep.
"""

from __future__ import annotations

import numba
import numpy as np

from locatiescan.analysis.geometry.rectangle import SLACK_M

DEPTH, WIDTH, LEAST, MOST, STAIRS, EDGE, ROWS, HEADS, BAY_WIDTH, BAY_LENGTH, LANE, FACADE, FEWEST = range(13)
"""Of a kind of block: depth and width of a module; least and most modules side by side; length for stairs; distance
to the edge, between rows and between heads; and of parking: width and length of a bay, width of the lane, distance
to a block, least bays together. Metres and counts, float64."""
FEW = 48

BLOCK, ONE_SIDE, TWO_SIDES = range(3)
"""Kinds of row: blocks, bays on one side of a lane, bays on both sides."""
BAYS, DRIVE = 1, 2
"""Kinds of rectangle, beside `BLOCK`."""
KIND, WEST, SOUTH, EAST, NORTH, COUNT, FIELD, UPRIGHT = range(8)
"""Columns of a drawing: kind of rectangle, its edges, modules or bays in it, number of the parking field, and 1 where
bays lie above each other rather than side by side."""


@numba.njit(cache=True, nogil=True)
def plain(spec):
    """Copy a kind of block into a tuple: an array is counted, with a locked step, by each function it is given to."""
    first, second = (spec[0], spec[1], spec[2], spec[3], spec[4], spec[5]), (spec[6], spec[7], spec[8], spec[9])
    return first + second + (spec[10], spec[11], spec[12])


@numba.njit(cache=True, nogil=True)
def gaps(turned, near, bottom, height, work):
    """Stretches of a strip that lie wholly inside the shape, from west to east: begin and end, (n, 2).

    `near` are the sides that can come into the strip, `work` is room for three numbers of each.
    """
    low, high, middle = bottom + SLACK_M, bottom + height - SLACK_M, bottom + height / 2
    count = 0
    for j in near:
        y0, y1 = turned[j, 1], turned[j, 3]
        if (y0 > low or y1 > low) and (y0 < high or y1 < high):
            x0, x1 = turned[j, 0], turned[j, 2]
            slope = (x1 - x0) / (y1 - y0) if y1 != y0 else 0.0
            a = x0 + slope * (min(max(y0, low), high) - y0)
            b = x0 + slope * (min(max(y1, low), high) - y0) if y1 != y0 else x1
            work[0, count], work[1, count] = min(a, b), max(a, b)
            work[2, count] = 1.0 if (y0 > middle) != (y1 > middle) else 0.0
            count += 1
    _sort(work, count)
    found, many, inside, reached = np.empty((count, 2)), 0, False, np.inf
    for k in range(count):
        if inside and work[0, k] > reached:
            found[many, 0], found[many, 1] = reached, work[0, k]
            many += 1
        reached = work[1, k] if reached == np.inf else max(reached, work[1, k])
        inside = inside != (work[2, k] == 1.0)
    return found[:many]


@numba.njit(cache=True, nogil=True, inline="always")
def _sort(work, count):
    """Columns by their first number; by insertion where there are few, as mostly, for they come nearly in order."""
    nearly = count <= FEW
    if not nearly:
        order = np.argsort(work[0, :count])
        for row in range(3):
            work[row, :count] = work[row, :count][order]
    for last in range(1, count if nearly else 0):
        a, b, c, k = work[0, last], work[1, last], work[2, last], last
        while k and work[0, k - 1] > a:
            work[0, k], work[1, k], work[2, k] = work[0, k - 1], work[1, k - 1], work[2, k - 1]
            k -= 1
        work[0, k], work[1, k], work[2, k] = a, b, c


@numba.njit(cache=True, nogil=True)
def most_modules(length, spec):
    """Most modules in blocks that lie in one line of a length, and in how many blocks."""
    best, blocks, n = 0, 0, 1
    while True:
        room = length - (n - 1) * spec[HEADS] - n * spec[STAIRS]
        if room + SLACK_M < n * spec[LEAST] * spec[WIDTH]:
            return best, blocks
        fits = min(n * int(spec[MOST]), int((room + SLACK_M) / spec[WIDTH]))
        if fits > best:
            best, blocks = fits, n
        n += 1


@numba.njit(cache=True, nogil=True)
def court_length(columns, spec):
    """Length along a row that so many columns of bays take; a lane across the row serves two of them."""
    return columns * spec[BAY_LENGTH] + (columns + 1) // 2 * spec[LANE]


@numba.njit(cache=True, nogil=True)
def row_height(kind, spec):
    """How much of the height of the shape a row takes."""
    return spec[DEPTH] if kind == BLOCK else kind * spec[BAY_LENGTH] + spec[LANE]


@numba.njit(cache=True, nogil=True)
def apart(kind, other, spec):
    """Distance that two rows keep."""
    if kind == BLOCK and other == BLOCK:
        return spec[ROWS]
    return spec[FACADE] if kind == BLOCK or other == BLOCK else 0.0


@numba.njit(cache=True, nogil=True)
def parked(kind, found, spec):
    """Places in a row of parking; a lane between two rows of bays begins with a way in, as wide as itself."""
    places = 0
    for k in range(len(found)):
        length = found[k, 1] - found[k, 0] - (spec[LANE] if kind == TWO_SIDES else 0.0)
        here = kind * int(max(0.0, length + SLACK_M) / spec[BAY_WIDTH])
        places += here if here >= spec[FEWEST] else 0
    return places


@numba.njit(cache=True, nogil=True)
def stretches(found, spec):
    """Where blocks and courts may begin in each gap, and end: (n, 4) block from, block to, court from, court to.

    What lies in the gap before is reckoned as reaching as far as it may, so that gaps can be filled by themselves.
    """
    edge, result = spec[EDGE], np.empty((len(found), 4))
    for k in range(len(found)):
        begin, end = found[k, 0], found[k, 1]
        blocks, court = begin + edge, begin
        if k:
            before = found[k - 1, 1]
            blocks = max(blocks, before - edge + spec[HEADS], before + spec[FACADE])
            court = max(court, before - edge + spec[FACADE])
        result[k, 0], result[k, 1], result[k, 2], result[k, 3] = blocks, end - edge, court, end
    return result


@numba.njit(cache=True, nogil=True)
def stretch_at(spots, k):
    """One of `stretches`, as numbers."""
    return spots[k, 0], spots[k, 1], spots[k, 2], spots[k, 3]


@numba.njit(cache=True, nogil=True)
def fitting(stretch, columns, spec):
    """Most modules beside so many columns of bays in one stretch, in how many blocks; -1 where the columns do not fit.

    Blocks lie in the west, the court in the east, which may come up to the edge of the shape.
    """
    court = court_length(columns, spec)
    if columns and stretch[3] - stretch[2] + SLACK_M < court:
        return -1, 0
    room = stretch[1] - stretch[0]
    if columns:
        room = min(room, stretch[3] - court - spec[FACADE] - stretch[0])
    return most_modules(room, spec)


@numba.njit(cache=True, nogil=True)
def row_options(found, spec, limit):
    """Most places in a row of blocks beside exactly so many modules; -1 where more modules leave as many."""
    best = np.full(limit + 1, -1)
    best[0], each, top = 0, int((spec[DEPTH] + SLACK_M) / spec[BAY_WIDTH]), 0
    spots = stretches(found, spec)
    for k in range(len(spots)):
        stretch, columns = stretch_at(spots, k), 0
        if fitting(stretch, 0, spec)[0] == 0 and fitting(stretch, 1, spec)[0] < 0:
            continue  # nothing fits here, as mostly where an edge is ragged
        before, reach = best[: top + 1].copy(), top
        best[: top + 1] = -1
        while True:
            modules, _ = fitting(stretch, columns, spec)
            if modules < 0:
                break
            if columns and columns * each < spec[FEWEST]:
                columns += 1
                continue
            for t in range(reach + 1):
                if before[t] >= 0 and t + modules <= limit:
                    best[t + modules] = max(best[t + modules], before[t] + columns * each)
                    top = max(top, t + modules)
            columns += 1
            if each == 0:
                break
    most = -1
    for t in range(top, -1, -1):
        if t < top and best[t] <= most:
            best[t] = -1
        most = max(most, best[t])
    return best[: top + 1]


@numba.njit(cache=True, nogil=True)
def draw_blocks(found, spec, bottom, modules, places, drawn, field):
    """Draw a row of blocks with these modules and places, which `row_options` has said to fit."""
    spots, each = stretches(found, spec), int((spec[DEPTH] + SLACK_M) / spec[BAY_WIDTH])
    left, columns, count = modules, places // each if each else 0, 0
    for k in range(len(spots)):
        take = _columns_here(spots, k, spec, left, columns)
        fits, blocks = fitting(stretch_at(spots, k), take, spec)
        count = _line_of_blocks(spots[k, 0], bottom, fits, blocks, spec, drawn, count)
        if take:
            count = _court(spots[k, 3], bottom, take, each, spec, drawn, count, field)
            field += 1
        left, columns = left - fits, columns - take
    return count, field


@numba.njit(cache=True, nogil=True)
def _columns_here(spots, k, spec, modules, columns):
    """Columns of bays in one stretch with which the stretches after it can still hold the rest."""
    if k == len(spots) - 1:
        return columns
    for take in range(columns + 1):
        fits, _ = fitting(stretch_at(spots, k), take, spec)
        if fits < 0:
            break
        if fits <= modules and _possible(spots, k + 1, spec, modules - fits, columns - take):
            return take
    return 0


@numba.njit(cache=True, nogil=True)
def _possible(spots, k, spec, modules, columns):
    """Whether stretches from `k` can hold exactly so many modules beside so many columns."""
    reach = np.zeros((modules + 1, columns + 1), np.bool_)
    reach[0, 0] = True
    for s in range(k, len(spots)):
        after = np.zeros((modules + 1, columns + 1), np.bool_)
        for take in range(columns + 1):
            fits, _ = fitting(stretch_at(spots, s), take, spec)
            if fits < 0:
                break
            if fits <= modules:
                after[fits:, take:] |= reach[: modules + 1 - fits, : columns + 1 - take]
        reach = after
    return reach[modules, columns]


@numba.njit(cache=True, nogil=True)
def _line_of_blocks(begin, bottom, modules, blocks, spec, drawn, count):
    """Blocks as equal as can be, side by side."""
    for n in range(blocks):
        here = modules // blocks + (1 if n < modules % blocks else 0)
        end = begin + here * spec[WIDTH] + spec[STAIRS]
        _put(drawn[count], BLOCK, begin, bottom, end, bottom + spec[DEPTH], here, -1, 0)
        count += 1
        begin = end + spec[HEADS]
    return count


@numba.njit(cache=True, nogil=True)
def _court(end, bottom, columns, each, spec, drawn, count, field):
    """Columns of bays with lanes across the row, from the east end: bays, lane, bays, bays, lane …."""
    x, north = end - court_length(columns, spec), bottom + spec[DEPTH]
    for k in range(columns):
        if k % 2 == 0 and k == columns - 1:  # the odd column lies at the end, its lane before it
            _put(drawn[count], DRIVE, x, bottom, x + spec[LANE], north, 0, field, 1)
            x, count = x + spec[LANE], count + 1
        _put(drawn[count], BAYS, x, bottom, x + spec[BAY_LENGTH], bottom + each * spec[BAY_WIDTH], each, field, 1)
        x, count = x + spec[BAY_LENGTH], count + 1
        if k % 2 == 0 and k < columns - 1:
            _put(drawn[count], DRIVE, x, bottom, x + spec[LANE], north, 0, field, 1)
            x, count = x + spec[LANE], count + 1
    return count


@numba.njit(cache=True, nogil=True)
def draw_parking(found, spec, kind, bottom, lane_above, drawn, field):
    """Draw a row of parking."""
    bay, lane, count = spec[BAY_LENGTH], spec[LANE], 0
    for k in range(len(found)):
        begin = found[k, 0] + (lane if kind == TWO_SIDES else 0.0)
        each = int((found[k, 1] - begin + SLACK_M) / spec[BAY_WIDTH])
        if each < 1 or kind * each < spec[FEWEST]:
            continue
        end = begin + each * spec[BAY_WIDTH]
        road = bottom + bay if kind == TWO_SIDES or lane_above else bottom
        _put(drawn[count], DRIVE, found[k, 0], road, end, road + lane, 0, field, 0)
        count += 1
        if road > bottom:
            _put(drawn[count], BAYS, begin, bottom, end, road, each, field, 0)
            count += 1
        if kind == TWO_SIDES or not lane_above:
            _put(drawn[count], BAYS, begin, road + lane, end, road + lane + bay, each, field, 0)
            count += 1
        field += 1
    return count, field


@numba.njit(cache=True, nogil=True)
def _put(row, kind, west, south, east, north, many, field, upright):
    row[KIND], row[WEST], row[SOUTH], row[EAST], row[NORTH] = kind, west, south, east, north
    row[COUNT], row[FIELD], row[UPRIGHT] = many, field, upright
