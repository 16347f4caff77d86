"""WCS 2.0.1 as PDOK runs it for AHN: tiles of a height grid, each held against the lattice it was asked on.

AHN has cells of 0.5 m, far too fine for a municipality, so the server is asked for coarser ones. It clips a request
at the edge of the coverage; a request therefore never goes beyond the edge, and what lies within it must all come.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import numpy as np
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import DatasetReader, MemoryFile

from locatiescan.crs import RD_BOUNDS, is_rd
from locatiescan.errors import IncompleteError, SourceError
from locatiescan.model import Grid, Source
from locatiescan.sources.page import Bounds
from locatiescan.sources.transfer import CONNECTIONS, exception_text, excerpt, get, parse_xml

CELL_M = 5.0
"""Side of a cell as it is asked for: the average of a hundred cells of AHN."""
TILE_PX = 2000
"""Cells per side of a tile; MapServer refuses 4096 unless it is told otherwise."""
MAX_CELLS = 50_000_000
XML_BYTES = 20_000_000
OFF_LATTICE = 1e-3
"""How far a tile may lie from the lattice, in cells, before it counts as shifted."""
NO_HEIGHT = 1e30
"""Nodata is 3.4e38; an average in which it took part is smaller, and no height either."""

Tile = tuple[int, int, int, int]
"""First row, first column, rows and columns within the whole grid."""


@dataclass(frozen=True)
class Coverage:
    """What the service says of a coverage."""

    west: float
    south: float
    east: float
    north: float
    cell_m: float


@dataclass(frozen=True)
class Plan:
    """Where the cells of the outcome lie."""

    west: float
    north: float
    rows: int
    cols: int
    cell_m: float
    scale: float
    """Native cell over asked cell; 1 where the coverage is read as it is."""


def read_grid(source: Source, bounds: Bounds) -> Grid:
    """Part of a coverage that covers a box, in cells of about `CELL_M`.

    Parameters
    ----------
    source : Source
        ``url`` is the service, ``typename`` the coverage.
    bounds : tuple of float
        West, south, east, north in RD metres.

    Returns
    -------
    Grid
        Whole cells of the coverage that touch the box; less than the box where the coverage ends.

    Raises
    ------
    SourceError
        If the service refuses, the coverage does not reach the box, the outcome would be too large, or a tile
        is no GeoTIFF on the lattice.
    IncompleteError
        If a tile is not all that was asked for.
    """
    _check_offered(source)
    plan = _plan(source, _describe(source), bounds)
    values = np.full((plan.rows, plan.cols), np.nan)
    tiles = list(_tiles(plan))
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for tile, content in zip(tiles, pool.map(lambda tile: _fetch(source, plan, tile), tiles), strict=True):
            row, col, rows, cols = tile
            values[row : row + rows, col : col + cols] = _heights(source, plan, tile, content)
    return Grid(values, plan.west, plan.north, plan.cell_m)


def _check_offered(source: Source) -> None:
    root = _ask_xml(source, {"request": "GetCapabilities"})
    offered = [(element.text or "").strip() for element in root.iterfind(".//{*}CoverageSummary/{*}CoverageId")]
    if source.typename not in offered:
        raise SourceError(
            f"laag {source.name}: {source.url} kent geen coverage '{source.typename}'; "
            f"wel: {', '.join(sorted(offered)) or 'geen enkele'}"
        )


def _describe(source: Source) -> Coverage:
    """Extent and cell of the coverage; numbers that cannot be RD New metres are refused."""
    root = _ask_xml(source, {"request": "DescribeCoverage", "coverageId": source.typename or ""})
    envelope = root.find(".//{*}boundedBy/{*}Envelope")
    low = _numbers(envelope, "{*}lowerCorner")
    high = _numbers(envelope, "{*}upperCorner")
    steps = [_floats(vector.text) for vector in root.iterfind(".//{*}RectifiedGrid/{*}offsetVector")]
    cells = {round(max(map(abs, step), default=0.0), 6) for step in steps}
    if envelope is None or len(low) != 2 or len(high) != 2 or len(cells) != 1:
        raise SourceError(f"laag {source.name}: {source.url} zegt niet welk gebied en welke vierkante cellen er zijn")
    cell = cells.pop()
    west, south, east, north = RD_BOUNDS
    inside = west <= low[0] < high[0] <= east and south <= low[1] < high[1] <= north
    if not inside or not envelope.get("srsName", "").endswith("28992") or not 0.01 <= cell <= 100_000:
        raise SourceError(
            f"laag {source.name}: {source.url} is niet in RD New (EPSG:28992): '{envelope.get('srsName', '')}', "
            f"van {tuple(low)} tot {tuple(high)}, cellen van {cell:g}"
        )
    return Coverage(low[0], low[1], high[0], high[1], cell)


def _plan(source: Source, coverage: Coverage, bounds: Bounds) -> Plan:
    """Whole cells that touch the box, counted from the coverage's north-west corner; never beyond its edge."""
    coarser = max(1, round(CELL_M / coverage.cell_m))
    cell = coverage.cell_m * coarser
    west, south, east, north = bounds
    first_col = max(0, math.floor((west - coverage.west) / cell))
    first_row = max(0, math.floor((coverage.north - north) / cell))
    last_col = min(_whole(coverage.east - coverage.west, cell), math.ceil((east - coverage.west) / cell))
    last_row = min(_whole(coverage.north - coverage.south, cell), math.ceil((coverage.north - south) / cell))
    rows, cols = last_row - first_row, last_col - first_col
    if rows <= 0 or cols <= 0:
        raise SourceError(f"laag {source.name}: {source.url} reikt niet tot het gevraagde gebied; is het RD New?")
    if rows * cols > MAX_CELLS:
        fits = math.ceil(cell * math.sqrt(rows * cols / MAX_CELLS))
        raise SourceError(
            f"laag {source.name}: {rows * cols / 1e6:.0f} miljoen cellen van {cell:g} m is meer dan "
            f"{MAX_CELLS / 1e6:g} miljoen; cellen van {fits} m (scalefactor {coverage.cell_m / fits:.4g}) passen wel"
        )
    corner = (coverage.west + first_col * cell, coverage.north - first_row * cell)
    return Plan(*corner, rows, cols, cell, 1 / coarser)


def _tiles(plan: Plan) -> Iterator[Tile]:
    for row in range(0, plan.rows, TILE_PX):
        for col in range(0, plan.cols, TILE_PX):
            yield row, col, min(TILE_PX, plan.rows - row), min(TILE_PX, plan.cols - col)


def _fetch(source: Source, plan: Plan, tile: Tile) -> bytes:
    """One tile as the service sends it; anything but a TIFF is an error."""
    west, south, east, north = _box(plan, tile)
    query = [
        ("request", "GetCoverage"),
        ("coverageId", source.typename or ""),
        ("format", "image/tiff"),
        ("subset", f"x({west:.10g},{east:.10g})"),
        ("subset", f"y({south:.10g},{north:.10g})"),
    ]
    if plan.scale != 1:
        query += [("scalefactor", f"{plan.scale:.10g}"), ("interpolation", "AVERAGE")]
    content = _ask(source, query, max_bytes=tile[2] * tile[3] * 8 + 1_000_000)
    if content[:2] not in (b"II", b"MM"):
        raise SourceError(f"laag {source.name}: {source.url} geeft geen GeoTIFF maar: {excerpt(content)}")
    return content


def _heights(source: Source, plan: Plan, tile: Tile, content: bytes) -> np.ndarray:
    """Values of a tile that is proved, by its own transform, to lie where it was asked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # its transform then fails the check
            with MemoryFile(content) as memory, memory.open(driver="GTiff") as dataset:
                _check_tile(source, plan, tile, dataset)
                values = dataset.read(1, masked=True).astype("float64").filled(np.nan)
                nodata = dataset.nodata
    except RasterioError as error:
        raise SourceError(f"laag {source.name}: een tegel van {source.url} is niet te lezen: {error}") from error
    values[~(np.abs(values) < NO_HEIGHT)] = np.nan
    if nodata is None:  # MapServer without a NULLVALUE for its output sends 0 for water, and says so nowhere
        values[values == 0] = np.nan
    return values


def _check_tile(source: Source, plan: Plan, tile: Tile, dataset: DatasetReader) -> None:
    """Before anything is unpacked: one band, RD New, on the lattice, and exactly the cells that were asked."""
    where = f"laag {source.name}: {source.url}, tegel {tuple(round(edge) for edge in _box(plan, tile))}"
    if dataset.count != 1 or (dataset.crs is not None and not is_rd(dataset.crs)):
        raise SourceError(f"{where}: heeft {dataset.count} banden in {dataset.crs}; verwacht 1 in EPSG:28992")
    own = dataset.transform
    col, row = (own.c - plan.west) / plan.cell_m, (plan.north - own.f) / plan.cell_m
    drift = np.array([own.a - plan.cell_m, own.e + plan.cell_m, own.b, own.d]) / plan.cell_m * TILE_PX
    off = np.abs([*drift, col - float(np.rint(col)), row - float(np.rint(row))]).max()
    if not off < OFF_LATTICE:
        raise SourceError(
            f"{where}: ligt niet op het rooster van {plan.cell_m:g} m, maar begint op ({own.c:.3f}, {own.f:.3f}) "
            f"met cellen van {own.a:g} x {-own.e:g} m"
        )
    got = (round(row), round(col), dataset.height, dataset.width)
    if got != tile:
        raise IncompleteError(
            f"{where}: gevraagd {tile[2]} x {tile[3]} cellen vanaf rij {tile[0]} en kolom {tile[1]}, "
            f"gekregen {got[2]} x {got[3]} vanaf rij {got[0]} en kolom {got[1]}"
        )


def _box(plan: Plan, tile: Tile) -> Bounds:
    row, col, rows, cols = tile
    west, north = plan.west + col * plan.cell_m, plan.north - row * plan.cell_m
    return west, north - rows * plan.cell_m, west + cols * plan.cell_m, north


def _whole(length: float, cell: float) -> int:
    """Cells that fit in a length; half a cell at the far edge would not lie on the lattice."""
    return math.floor(length / cell + OFF_LATTICE)


def _ask_xml(source: Source, query: dict[str, str]) -> Element:
    return parse_xml(_ask(source, list(query.items()), XML_BYTES), source.url or "")


def _ask(source: Source, query: list[tuple[str, str]], max_bytes: int) -> bytes:
    """Ask; an exception report or a status of 400 and above is an error whatever it is dressed as."""
    url = source.url or ""
    joined = urlencode([("service", "WCS"), ("version", "2.0.1"), *query], safe="(),/")
    response = get(f"{url}{'&' if '?' in url else '?'}{joined}", max_bytes=max_bytes)
    content = response.content
    said = exception_text(content) if content.lstrip()[:1] == b"<" else None
    if said or response.status_code >= 400:
        raise SourceError(f"laag {source.name}: {url}: HTTP {response.status_code}: {said or excerpt(content)}")
    return content


def _numbers(parent: Element | None, path: str) -> list[float]:
    return _floats(parent.findtext(path)) if parent is not None else []


def _floats(text: str | None) -> list[float]:
    try:
        return [float(part) for part in (text or "").split()]
    except ValueError:
        return []
