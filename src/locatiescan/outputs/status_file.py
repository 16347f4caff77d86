"""The status file as the program writes it: whole, the same bytes each time, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from locatiescan.outputs.csvfile import FORMULA
from locatiescan.policy.status import COLUMNS, LONGEST_OUTLINE, LONGEST_PARCELS
from locatiescan.whole import written_whole

GRID_M = 0.1
"""Outlines are rounded to this: finer than any parcel border was measured."""
COARSER_M = (0.2, 1.0, 5.0, 20.0)
"""Further and further simplified until an outline fits a cell."""
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f]+")


def write_status(status: gpd.GeoDataFrame, path: Path) -> None:
    """Write records as CSV with ``;``, UTF-8 with a byte order mark so that Excel shows an é.

    What begins like a formula gets an apostrophe, as does what has one already; ``read_status`` takes one off. So
    nothing is calculated, and reading gives back what was written.

    Parameters
    ----------
    status : GeoDataFrame
        As `locatiescan.sources.status.read_status` gives it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with written_whole(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for row, ground in zip(status.to_dict("records"), status.geometry, strict=True):
            row |= {"omtrek": outline(ground), "percelen": _bracketed(row["percelen"])}
            writer.writerow([safe(_text(row[name])) for name in COLUMNS])


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula; the reverse is in ``locatiescan.sources.status``."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def outline(ground: Any) -> str:
    """Outline as WKT on a grid of 0.1 m, simplified as far as needed to fit a cell; empty where there is none.

    Parameters
    ----------
    ground : Geometry or None
        Polygons in RD New.
    """
    if ground is None or shapely.is_empty(ground):
        return ""
    simpler = (shapely.simplify(ground, tolerance) for tolerance in COARSER_M)
    for shape in itertools.chain([ground], simpler):
        text = _wkt(shape)
        if text and len(text) <= LONGEST_OUTLINE:
            return text
    return _wkt(shapely.simplify(shapely.convex_hull(ground), COARSER_M[-1]))


def _wkt(ground: Any) -> str:
    rounded = shapely.normalize(shapely.set_precision(ground, GRID_M))  # else reading back turns the ring
    return "" if shapely.is_empty(rounded) else shapely.to_wkt(rounded, rounding_precision=1)


def _bracketed(parcels: str | None) -> str:
    """Parcel ids in brackets: a spreadsheet rounds a bare id of fourteen digits to a number."""
    if not parcels or len(parcels) + 2 > LONGEST_PARCELS:
        return ""
    return f"[{parcels}]"


def _text(value: object) -> str:
    return "" if value is None or value != value else UNSEEN.sub(" ", str(value)).strip()
