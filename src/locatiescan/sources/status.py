"""The status file that planners keep: how far each place has come, as a spreadsheet writes it."""

from __future__ import annotations

import difflib
import re
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from locatiescan.crs import RD, RD_BOUNDS
from locatiescan.errors import SourceError
from locatiescan.policy.status import COLUMNS, LONGEST_NOTE, LONGEST_OUTLINE, LONGEST_PARCELS, STATUSES
from locatiescan.sources.listfile import Reader, read_list

MOST_HOMES = 10_000
"""Of one place; more is a slip of the hand."""
ESCAPED = re.compile(r"'+[=+\-@]")
"""A text that was kept from becoming a formula by an apostrophe; see `locatiescan.outputs.status_file`."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
ROUNDED = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+")


def read_status(path: Path) -> gpd.GeoDataFrame:
    """Read a status file: CSV with ``;``, ``,`` or tabs, UTF-8 or Windows' own code page.

    Parameters
    ----------
    path : Path
        Columns as in `locatiescan.policy.status.COLUMNS`; only ``locatie_id`` and ``status`` must be there.

    Returns
    -------
    GeoDataFrame
        One row a record in the order of the file, RD New: ``locatie_id`` (unique) and ``status``; None where not said:
        ``gemeente``, ``datum`` (ISO 8601), ``toelichting``, ``percelen`` (joined by ``", "``) and the geometry (its
        ground); ``woningen`` Int64.

    Raises
    ------
    SourceError
        The file cannot be read, or has faults: each with line, column and remedy.
    """
    names: dict[str, int] = {}
    readers: dict[str, Reader] = {
        "locatie_id": lambda text: _once(text, names),
        "gemeente": _plain,
        "status": _status,
        "datum": _day,
        "woningen": _homes,
        "toelichting": _note,
        "percelen": _parcels,
        "omtrek": _outline,
    }
    prose = {"toelichting": LONGEST_NOTE + 1, "omtrek": LONGEST_OUTLINE, "percelen": LONGEST_PARCELS}
    optional = tuple(name for name in COLUMNS if name not in ("locatie_id", "status"))
    table = read_list(path, readers, ("locatie_id",), optional, prose=prose, windows=True)
    if table["locatie_id"].duplicated().any():  # cannot be: each name is taken once
        raise SourceError(f"{path}: een locatie_id staat er dubbel")
    return records(table.drop(columns="omtrek"), table["omtrek"].tolist())


def records(table: pd.DataFrame, ground: list[Any]) -> gpd.GeoDataFrame:
    """Rows as records of a status file: columns in order, homes as whole numbers, ground as geometry."""
    kept = {name: table.get(name) for name in COLUMNS if name != "omtrek"}
    made = pd.DataFrame(kept, index=table.index).astype(object).where(lambda known: known.notna(), None)
    made["woningen"] = pd.array([pd.NA if value is None else int(value) for value in made["woningen"]], dtype="Int64")
    return gpd.GeoDataFrame(made, geometry=gpd.GeoSeries(ground, index=table.index, crs=RD))


def _plain(text: str) -> str | None:
    """Text without the apostrophe that kept it from becoming a formula; None for a blank cell."""
    return (text[1:] if ESCAPED.match(text) else text) or None


def _once(text: str, names: dict[str, int]) -> str | None:
    """A name that no earlier row has; blank is told by the list itself."""
    names[text] = names.get(text, 0) + 1
    if text and names[text] > 1:
        raise ValueError(f"{text} staat er al; houd een regel per locatie en tel de woningen samen")
    return _plain(text)


def _status(text: str) -> str:
    word = re.sub(r"[\s_-]+", "_", text.casefold())
    if word in STATUSES:
        return word
    near = difflib.get_close_matches(word, STATUSES, n=1, cutoff=0.5)
    hint = f"bedoelt u {near[0]}?" if near else "kies een van die woorden"
    raise ValueError(f"'{text}' is geen status ({', '.join(STATUSES)}); {hint}")


def _day(text: str) -> str | None:
    """A day in ISO 8601, or as a Dutch spreadsheet writes it back."""
    if not text:
        return None
    found = re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})", text, re.ASCII) or re.fullmatch(
        r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})", text, re.ASCII
    )
    try:
        day = date(*(int(found[part]) for part in "ymd")) if found else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"'{text}' is geen datum; schrijf jjjj-mm-dd of dd-mm-jjjj, bijvoorbeeld 2027-03-31")
    return day.isoformat()


def _homes(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) > MOST_HOMES:
        raise ValueError(
            f"'{text}' is geen heel aantal woningen van 0 tot {MOST_HOMES}; schrijf alleen cijfers, of laat de cel leeg"
        )
    return int(text)


def _note(text: str) -> str | None:
    note = _plain(text)
    if note and len(note) > LONGEST_NOTE:
        raise ValueError(f"{len(note)} tekens, ten hoogste {LONGEST_NOTE}; kort de tekst in")
    return note


def _parcels(text: str) -> str | None:
    """Parcel ids; the brackets keep a spreadsheet from making a number of one id."""
    ids = [part.strip() for part in text.removeprefix("[").removesuffix("]").split(",")]
    if any(ROUNDED.fullmatch(one) for one in ids):
        raise ValueError(
            "een rekenblad heeft van een perceel-id een afgerond getal gemaakt; maak de cel leeg (de omtrek vindt de "
            "grond terug) of neem de id's opnieuw over"
        )
    return ", ".join(one for one in ids if one) or None


def _outline(text: str) -> shapely.Geometry | None:
    if not text:
        return None
    try:
        ground: Any = shapely.make_valid(
            shapely.force_2d(shapely.from_wkt(text)), method="structure", keep_collapsed=False
        )
    except (shapely.errors.ShapelyError, ValueError):
        ground = None
    west, south, east, north = RD_BOUNDS
    inside = ground is not None and not ground.is_empty and ground.geom_type in ("Polygon", "MultiPolygon")
    if not inside or not shapely.box(west, south, east, north).covers(ground):
        raise ValueError("is geen vlak in RD (WKT, POLYGON of MULTIPOLYGON); maak de cel leeg of zet de oude terug")
    return ground
