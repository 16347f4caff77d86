"""Geometry in plain Python: the second opinion behind the figures in ``tests/real``.

It shares no code with what it judges: GeoPackages are read with ``sqlite3`` and ``struct``, areas come from the
shoelace formula, overlaps from a sweep over horizontal slabs, distances from point to segment. Nothing here is GEOS,
GDAL or numpy. Slow, short, and meant to be read. ``tests/real/figures.py`` prints the figures once more.
"""

from __future__ import annotations

import itertools
import math
import sqlite3
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

Point = tuple[float, float]
Ring = list[Point]
Shape = list[Ring]
"""All rings, of all parts, outer and inner together: a point is inside where an odd number of rings is around it."""
Edge = tuple[float, float, float, float]
ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
MARGIN_M = 1e-9


def read(path: Path, layer: str) -> list[dict]:
    """Rows of a GeoPackage layer; ``shape`` holds the rings, or one ring of one point."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as db:
        (column,) = db.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", [layer]).fetchone()
        cursor = db.execute(f'SELECT * FROM "{layer}"')  # noqa: S608
        names = [d[0] for d in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    for row in rows:
        row["shape"] = _shape(row.pop(column))
    return rows


def _shape(blob: bytes) -> Shape:
    start = 8 + ENVELOPES[blob[3] >> 1 & 7]
    rings, _ = _wkb(blob, start)
    return rings


def _wkb(blob: bytes, at: int) -> tuple[Shape, int]:
    order = "<" if blob[at] else ">"
    kind, count = struct.unpack_from(order + "II", blob, at + 1)
    if kind == 1:
        return [[struct.unpack_from(order + "dd", blob, at + 5)]], at + 21
    rings, at = [], at + 9
    for _ in range(count):
        if kind == 6:
            part, at = _wkb(blob, at)
            rings += part
        else:
            ring, at = _ring(blob, at, order)
            rings.append(ring)
    return rings, at


def _ring(blob: bytes, at: int, order: str) -> tuple[Ring, int]:
    (count,) = struct.unpack_from(order + "I", blob, at)
    numbers = struct.unpack_from(f"{order}{2 * count}d", blob, at + 4)
    return list(zip(numbers[::2], numbers[1::2], strict=True)), at + 4 + 16 * count


def edges(shape: Shape) -> list[Edge]:
    """Every side of every ring."""
    return [(*a, *b) for ring in shape for a, b in itertools.pairwise(ring) if a != b]


def area(shape: Shape) -> float:
    """Shoelace; the first ring of a part is outer, so holes are told by lying within another ring."""
    return sum(_signed(ring) * (-1) ** _depth(ring, shape) for ring in shape)


def _signed(ring: Ring) -> float:
    x0, y0 = ring[0]
    pairs = itertools.pairwise(ring)
    return abs(math.fsum((ax - x0) * (by - y0) - (bx - x0) * (ay - y0) for (ax, ay), (bx, by) in pairs)) / 2


def _depth(ring: Ring, shape: Shape) -> int:
    middle = ((ring[0][0] + ring[1][0]) / 2, (ring[0][1] + ring[1][1]) / 2)
    return sum(inside(middle, [other]) for other in shape if other is not ring)


def perimeter(shape: Shape) -> float:
    """Metres, holes included."""
    return math.fsum(math.hypot(x2 - x1, y2 - y1) for x1, y1, x2, y2 in edges(shape))


def compactness(shape: Shape) -> float:
    """Polsby and Popper."""
    return 4 * math.pi * area(shape) / perimeter(shape) ** 2


def inside(point: Point, shape: Shape) -> bool:
    """Even or odd number of sides to the right of the point."""
    x, y = point
    odd = False
    for x1, y1, x2, y2 in edges(shape):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            odd = not odd
    return odd


def to_edge(point: Point, edge: Edge) -> float:
    """Metres from a point to a line segment."""
    x1, y1, x2, y2 = edge
    dx, dy = x2 - x1, y2 - y1
    t = ((point[0] - x1) * dx + (point[1] - y1) * dy) / (dx * dx + dy * dy)
    t = min(1.0, max(0.0, t))
    return math.hypot(point[0] - x1 - t * dx, point[1] - y1 - t * dy)


def distance(one: Shape, others: Iterable[Shape]) -> float:
    """Metres between outlines that do not overlap: always least at a corner of either."""
    return min(_gap(one, other) for other in others)


def _gap(one: Shape, other: Shape) -> float:
    ones, others = edges(one), edges(other)
    forth = min(to_edge(p, e) for ring in one for p in ring for e in others)
    return min(forth, min(to_edge(p, e) for ring in other for p in ring for e in ones))


def overlaps(shape: Shape, others: Iterable[Shape]) -> dict[frozenset[int], float]:
    """Square metres of ``shape`` by which of ``others`` (their numbers) lie over it."""
    low, high = _range(shape)
    labelled = [(e, -1) for e in edges(shape)]
    labelled += [(e, n) for n, other in enumerate(others) if _near(shape, other) for e in edges(other)]
    rising = [(*(e if e[1] < e[3] else (*e[2:], *e[:2])), n) for e, n in labelled if e[1] != e[3]]
    rising = [e for e in rising if e[3] > low and e[1] < high]
    result: dict[frozenset[int], float] = defaultdict(float)
    for bottom, top in _slabs(rising, low, high):
        _add_slab(result, rising, bottom, top)
    return dict(result)


def _range(shape: Shape) -> tuple[float, float]:
    heights = [y for ring in shape for _, y in ring]
    return min(heights), max(heights)


def _near(one: Shape, other: Shape) -> bool:
    boxes = [[f(p[axis] for ring in s for p in ring) for axis in (0, 1) for f in (min, max)] for s in (one, other)]
    (w1, e1, s1, n1), (w2, e2, s2, n2) = boxes
    return w1 <= e2 and w2 <= e1 and s1 <= n2 and s2 <= n1


def _slabs(rising: list, low: float, high: float) -> Iterator[tuple[float, float]]:
    """Between two heights of a slab no two sides cross."""
    heights = {y for e in rising for y in (e[1], e[3]) if low <= y <= high} | {low, high}
    ordered = sorted(rising, key=lambda e: e[1])
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other[1] >= one[3]:
                break
            crossing = _crossing(one, other)
            if crossing is not None and low < crossing < high:
                heights.add(crossing)
    steps = sorted(heights)
    return ((a, b) for a, b in itertools.pairwise(steps) if b - a > MARGIN_M)


def _crossing(one: tuple, other: tuple) -> float | None:
    if max(one[0], one[2]) < min(other[0], other[2]) or max(other[0], other[2]) < min(one[0], one[2]):
        return None
    slope, other_slope = _lean(one), _lean(other)
    if slope == other_slope:
        return None
    height = one[1] + (other[0] + (one[1] - other[1]) * other_slope - one[0]) / (slope - other_slope)
    return height if max(one[1], other[1]) < height < min(one[3], other[3]) else None


def _lean(edge: tuple) -> float:
    return (edge[2] - edge[0]) / (edge[3] - edge[1])


def _add_slab(result: dict[frozenset[int], float], rising: list, bottom: float, top: float) -> None:
    middle = (bottom + top) / 2
    crossed = sorted((e[0] + (middle - e[1]) * _lean(e), e[4]) for e in rising if e[1] < middle < e[3])
    open_: set[int] = set()
    for (x, owner), following in itertools.pairwise(crossed):
        open_ ^= {owner}
        if -1 in open_:
            result[frozenset(open_ - {-1})] += (following[0] - x) * (top - bottom)


def covered(shape: Shape, others: Iterable[Shape]) -> float:
    """Square metres of ``shape`` under any of ``others``."""
    return math.fsum(m2 for under, m2 in overlaps(shape, others).items() if under)


def share_by(shape: Shape, others: list[dict], value: Callable, choose: Callable = min) -> dict:
    """Share of the area by value; where several overlap, ``choose`` picks one."""
    found: dict = defaultdict(float)
    for under, m2 in overlaps(shape, [o["shape"] for o in others]).items():
        values = [v for v in (value(others[n]) for n in under) if v is not None]
        if values:
            found[choose(values)] += m2
    whole = area(shape)
    return {key: m2 / whole for key, m2 in found.items()}


def free_area(shape: Shape, around: Iterable[tuple[Shape, float]], step_m: float = 0.02) -> float:
    """Square metres outside every shape and its margin, by exact chords ``step_m`` apart; margins are truly round."""
    obstacles = [(edges(other), margin) for other, margin in around if _near(shape, _wider(other, margin))]
    low, high = _range(shape)
    count = math.ceil((high - low) / step_m)
    step = (high - low) / count
    return math.fsum(_free_chord(edges(shape), obstacles, low + (i + 0.5) * step) for i in range(count)) * step


def _wider(shape: Shape, margin: float) -> Shape:
    xs, ys = [[p[axis] for ring in shape for p in ring] for axis in (0, 1)]
    return [[(min(xs) - margin, min(ys) - margin), (max(xs) + margin, max(ys) + margin)]]


def _free_chord(sides: list[Edge], obstacles: list, y: float) -> float:
    taken = [span for others, margin in obstacles for span in _taken(others, margin, y)]
    return sum(_left_over(a, b, taken) for a, b in _chords(sides, y))


def _chords(sides: list[Edge], y: float) -> list[Point]:
    xs = sorted(x1 + (y - y1) * (x2 - x1) / (y2 - y1) for x1, y1, x2, y2 in sides if (y1 > y) != (y2 > y))
    return list(zip(xs[::2], xs[1::2], strict=True))


def _taken(sides: list[Edge], margin: float, y: float) -> list[Point]:
    spans = _chords(sides, y)
    if margin:
        for edge in sides:
            spans += _capsule(edge, margin, y)
    return spans


def _capsule(edge: Edge, r: float, y: float) -> list[Point]:
    """Where the height ``y`` runs through all that is within ``r`` of the segment: two discs and the strip between."""
    x1, y1, x2, y2 = edge
    spans = [
        (x - h, x + h) for x, cy in ((x1, y1), (x2, y2)) if abs(y - cy) < r for h in [math.sqrt(r * r - (y - cy) ** 2)]
    ]
    length = math.hypot(x2 - x1, y2 - y1)
    nx, ny = -(y2 - y1) / length * r, (x2 - x1) / length * r
    corners = [(x1 + nx, y1 + ny), (x2 + nx, y2 + ny), (x2 - nx, y2 - ny), (x1 - nx, y1 - ny)]
    return spans + _chords(edges([[*corners, corners[0]]]), y)


def _left_over(a: float, b: float, taken: list[Point]) -> float:
    left, at = 0.0, a
    for start, end in sorted(taken):
        if start >= b:
            break
        left += max(0.0, start - at)
        at = max(at, end)
    return left + max(0.0, b - at)


def inscribed_diameter(shape: Shape, around: Iterable[tuple[Shape, float]] = (), precision_m: float = 0.001) -> float:
    """Largest circle in the shape, outside all others and their margins: squares are split until none can do better."""
    obstacles = [(other, margin) for other, margin in around if _near(shape, _wider(other, margin))]
    xs, ys = [[p[axis] for ring in shape for p in ring] for axis in (0, 1)]
    half = min(max(xs) - min(xs), max(ys) - min(ys)) / 2
    cells = [
        (min(xs) + (2 * i + 1) * half, min(ys) + (2 * j + 1) * half)
        for i in range(math.ceil((max(xs) - min(xs)) / half / 2))
        for j in range(math.ceil((max(ys) - min(ys)) / half / 2))
    ]
    best = 0.0
    while cells:
        depths = [(_room(c, shape, obstacles), c) for c in cells]
        best = max(best, *(d for d, _ in depths))
        half /= 2
        cells = [
            (x + i * half, y + j * half)
            for depth, (x, y) in depths
            if depth + 2 * half * math.sqrt(2) > best + precision_m / 2
            for i in (-1, 1)
            for j in (-1, 1)
        ]
    return 2 * best


def _room(point: Point, shape: Shape, obstacles: list[tuple[Shape, float]]) -> float:
    return min([_inward(point, shape), *(-_inward(point, other) - margin for other, margin in obstacles)])


def _inward(point: Point, shape: Shape) -> float:
    """Metres to the outline, negative outside."""
    depth = min(to_edge(point, e) for e in edges(shape))
    return depth if inside(point, shape) else -depth


def grid_mean(shape: Shape, path: Path) -> float:
    """Area-weighted mean of an ESRI ASCII grid under the shape, cells without a value left out."""
    lines = path.read_text().split("\n")
    head = {key.lower(): float(value) for key, value in (line.split() for line in lines[:6])}
    rows = [line.split() for line in lines[6:] if line.strip()]
    size, north = head["cellsize"], head["yllcorner"] + head["nrows"] * head["cellsize"]
    columns = sorted({int((x - head["xllcorner"]) // size) for ring in shape for x, _ in ring})
    lines_ = sorted({int((north - y) // size) for ring in shape for _, y in ring})
    total = weight = 0.0
    for i in range(columns[0], columns[-1] + 1):
        for j in range(lines_[0], lines_[-1] + 1):
            west, top = head["xllcorner"] + i * size, north - j * size
            cell = [[(west, top), (west + size, top), (west + size, top - size), (west, top - size), (west, top)]]
            m2, value = covered(shape, [cell]), float(rows[j][i])
            if value != head["nodata_value"]:
                total, weight = total + m2 * value, weight + m2
    return total / weight
