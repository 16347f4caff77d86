"""Print the figures that the tests hold as literals: ``PYTHONPATH=tests python tests/real/figures.py``.

Everything is worked out by ``support.plain``, which shares no code with locatiescan, nor with GEOS or GDAL. Heights are
read from the plan as the municipality published it (GML), not from the GeoPackage that is served.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from lxml import etree

from support.plain import (
    area,
    compactness,
    covered,
    distance,
    edges,
    free_area,
    grid_mean,
    inscribed_diameter,
    inside,
    read,
    share_by,
)
from support.real import REAL

GRID = REAL / "nitrogen" / "conc_NH3_2023.asc"
PLAN = REAL / "zoning" / "NL.IMRO.0267.BP0174-0001.gml"
HEIGHT = "maximum bouwhoogte (m)"
SLIVER = 0.01
IMRO = "{http://www.geonovum.nl/imro/2012/1.1}"
GML_ID = "{http://www.opengis.net/gml/3.2}id"
WEST_OF_AMERSFOORT = 154950.0
WEST_OF_NIJKERK = 161700.0


def near(shape: list, others: list, metres: float) -> list:
    """Others whose box comes within so many metres of the shape's box."""
    (w, e), (s, n) = [[f(p[axis] for ring in shape for p in ring) for f in (min, max)] for axis in (0, 1)]
    window = [[(w - metres, s - metres), (e + metres, n + metres)]]
    return [other for other in others if _boxes_meet(window, other)]


def _boxes_meet(one: list, other: list) -> bool:
    return all(
        max(p[axis] for ring in a for p in ring) >= min(p[axis] for ring in b for p in ring)
        for a, b in ((one, other), (other, one))
        for axis in (0, 1)
    )


@cache
def natura2000(name: str) -> tuple:
    rows = read(REAL / "nature" / "natura2000_pdok_2026.gpkg", "natura2000_pdok_2026")
    (shape,) = [row["shape"] for row in rows if row["slug"] == name]
    return tuple([[(x1, y1), (x2, y2)]] for x1, y1, x2, y2 in edges(shape))


def shapes(path: str, layer: str) -> list:
    return [row["shape"] for row in read(REAL / "areas" / path, layer)]


def otterlo() -> None:
    buildings, water = shapes("otterlo.gpkg", "bgt_pand"), shapes("otterlo.gpkg", "bgt_waterdeel")
    roads, addresses = shapes("otterlo.gpkg", "bgt_wegdeel"), shapes("otterlo.gpkg", "adressen")
    print("Otterlo: id, area, built share, free m2, free circle, compactness, to Veluwe, road m2, to road edge, grid")
    for row in read(REAL / "areas" / "otterlo.gpkg", "percelen"):
        shape = row["shape"]
        around = [(b, 5.0) for b in near(shape, buildings, 6)] + [(w, 0.0) for w in near(shape, water, 0)]
        road = near(shape, roads, 150)
        print(
            row["identificatie"],
            f"{area(shape):.4f} {covered(shape, near(shape, buildings, 0)) / area(shape):.8f}",
            f"{free_area(shape, around):.3f} {inscribed_diameter(shape, around):.3f} {compactness(shape):.8f}",
            f"{distance(shape, near(shape, natura2000('veluwe'), 2000)):.4f}",
            f"{covered(shape, road):.6f} {distance(shape, road):.6f} {grid_mean(shape, GRID):.6f}",
            sum(inside(address[0][0], shape) for address in addresses),
        )


def amersfoort() -> None:
    rows = read(REAL / "areas" / "amersfoort_centrum.gpkg", "percelen")
    areas = sorted((area(row["shape"]), row["id"]) for row in rows)
    print("Amersfoort: parcels, smallest, largest, sum", len(rows), areas[0], areas[-1], sum(a for a, _ in areas))
    west = rectangle(WEST_OF_AMERSFOORT - 1000, 462000, WEST_OF_AMERSFOORT, 464000)
    shares = {row["id"]: covered(row["shape"], [west]) / area(row["shape"]) for row in rows}
    print("under the drawn half: all, none", count(shares, 1), count(shares, 0), "rejected", over(shares, 0.5))
    print({i: round(s, 6) for i, s in shares.items() if 1e-6 < s < 1 - 1e-6})
    print("closest to half", min(abs(s - 0.5) for s in shares.values()))
    print("largest and those over two cells: id, area, compactness, grid, to Arkemheen")
    for row in rows:
        xs, ys = zip(*[p for ring in row["shape"] for p in ring], strict=True)
        crosses = min(xs) // 1000 != max(xs) // 1000 or min(ys) // 1000 != max(ys) // 1000
        if row["id"] in [i for _, i in areas[-4:]] or (crosses and area(row["shape"]) > 300):
            shape = row["shape"]
            far = distance(shape, near(shape, natura2000("arkemheen"), 10000))
            print(row["id"], f"{area(shape):.4f} {compactness(shape):.8f} {grid_mean(shape, GRID):.6f} {far:.4f}")


def rectangle(west: float, south: float, east: float, north: float) -> list:
    return [[(west, south), (east, south), (east, north), (west, north), (west, south)]]


def count(shares: dict, value: float) -> int:
    return sum(abs(share - value) < 1e-6 for share in shares.values())


def over(shares: dict, limit: float) -> int:
    return sum(share > limit for share in shares.values())


def plan_heights() -> dict[str, float]:
    """Lowest maximum building height of each area, from the GML."""
    found = {}
    for element in etree.parse(PLAN).iter("{*}Maatvoering"):
        pairs = [(p.findtext("{*}waardeType"), p.findtext("{*}waarde")) for p in element.iter("{*}WaardeEnType")]
        metres = [float(value.replace(",", ".")) for kind, value in pairs if kind == HEIGHT]
        if metres:
            found[element.get(GML_ID)] = min(metres)
    return found


def nijkerk() -> None:
    path = REAL / "areas" / "nijkerk_binnenstad.gpkg"
    zones, sizes, heights = read(path, "Enkelbestemming"), read(path, "Maatvoering"), plan_heights()
    print("Nijkerk: areas with a height", len(heights), "of", len(sizes), "sum", sum(area(z["shape"]) for z in zones))
    governing = {}
    west = rectangle(161000, 470000, WEST_OF_NIJKERK, 471000)
    for zone in zones:
        shares = share_by(zone["shape"], sizes, lambda size: heights.get(size["gml_id"]))
        counted = {height: share for height, share in shares.items() if share >= SLIVER}
        height = max(counted, key=counted.__getitem__, default=None)
        governing[zone["gml_id"]] = height
        if area(zone["shape"]) > 4000 or any(0.005 < s < 0.02 for s in shares.values()):
            shape = zone["shape"]
            print(
                zone["gml_id"],
                zone["bestemmingshoofdgroep"],
                f"{area(shape):.4f} {compactness(shape):.8f} {grid_mean(shape, GRID):.6f}",
                f"bpl {covered(shape, [west]) / area(shape):.6f} height {height}",
                {h: round(s, 4) for h, s in shares.items() if s > 1e-4},
            )
    print("known heights", sorted(Counter(h for h in governing.values() if h is not None).items()))
    print(
        "unknown",
        sum(h is None for h in governing.values()),
        "below 3.5",
        sum((h or 9) < 3.5 for h in governing.values()),
    )


if __name__ == "__main__":
    otterlo()
    amersfoort()
    nijkerk()
