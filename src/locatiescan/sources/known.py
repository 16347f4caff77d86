"""Known outcomes: sites that were built, approved or dropped, as a user drew them in any file that OGR reads."""

from __future__ import annotations

import difflib
import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from locatiescan.crs import RD, RD_BOUNDS, is_rd
from locatiescan.errors import CrsError, SourceError
from locatiescan.policy.known import COLUMNS, NEEDED, OUTCOMES

MOST_SITES = 2000
MOST_HOMES = 10_000
LONGEST = {"naam": 100, "reden": 2000, "bron": 500}
SHOWN = 20
"""Faults that are written out; the total is always told."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
ISO, DUTCH = r"(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})", r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})"
MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?(Z|[+]00:?00)?$")
SHAPES = ("Polygon", "MultiPolygon", "Point")


def read_known(path: Path, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read sites of which is known what became of them.

    Parameters
    ----------
    path : Path
        Columns as in `locatiescan.policy.known.COLUMNS`, whatever the capitals; others are passed over. Polygons or
        points in RD New.
    layer : str, optional
        Needed where the file has more than one.

    Returns
    -------
    GeoDataFrame
        One row a site in the order of the file: ``naam`` (unique), ``uitkomst``, ``datum`` (ISO 8601); None where not
        said: ``reden``, ``bron``; ``woningen`` Int64; ``hersteld`` says whether the outline crossed itself and was
        mended. RD New.

    Raises
    ------
    SourceError
        The file cannot be read, or has faults: each with row, column and remedy.
    CrsError
        If it is not in RD New.
    """
    frame = _frame(path, layer)
    faults: list[str] = []
    columns = _columns(frame, faults)
    _stop(path, faults)
    shapes = frame.geometry.to_numpy()
    rows = [
        _row(number, {name: table[name] for name in COLUMNS if name in table}, shape, faults)
        for number, (table, shape) in enumerate(zip(columns.to_dict("records"), shapes, strict=True), start=1)
    ]
    _once([str(row["naam"] or "") for row in rows], faults)
    _stop(path, faults)
    table = gpd.GeoDataFrame(pd.DataFrame(rows, dtype=object), geometry="geometry", crs=RD)
    return table.astype({"woningen": "Int64", "hersteld": bool})


def _frame(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    try:
        name = _layer(path, layer)
        info = pyogrio.read_info(path, layer=name, force_feature_count=True, **_options(path))
        _check_info(path, info)
        with warnings.catch_warnings():
            # GDAL repairs an unclosed ring and warns; what it makes of it is checked here anyway
            warnings.simplefilter("ignore", RuntimeWarning)
            found = pyogrio.read_dataframe(path, layer=name, datetime_as_string=True, **_options(path))
    except (DataSourceError, DataLayerError, ValueError, RuntimeError) as error:
        raise SourceError(f"{path} is niet te lezen: {error}. Bewaar de locaties als GeoPackage.") from error
    if not isinstance(found, gpd.GeoDataFrame):
        raise SourceError(f"{path}: de laag heeft geen geometrie. Teken vlakken of punten en bewaar als GeoPackage.")
    return found


def _layer(path: Path, wanted: str | None) -> str:
    names = [str(name) for name, _ in pyogrio.list_layers(path, **_options(path))]
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in names:
        return str(wanted)
    asked = f"geen laag '{wanted}'" if wanted else "meer dan een laag; noem er een met --laag"
    raise SourceError(f"{path} heeft {asked}: {', '.join(names)}")


def _check_info(path: Path, info: Mapping[str, Any]) -> None:
    if info["features"] == 0:
        raise SourceError(f"{path}: er staat geen locatie in; teken er ten minste een.")
    if info["features"] > MOST_SITES:
        raise SourceError(f"{path}: {info['features']} locaties, ten hoogste {MOST_SITES}. Is dit het goede bestand?")
    if info["geometry_type"] is None:
        return
    remedy = "Bewaar de laag als GeoPackage in EPSG:28992 (Amersfoort / RD New)."
    if info["crs"] is None:
        raise CrsError(f"{path}: het coördinatenstelsel ontbreekt. {remedy}")
    if not is_rd(info["crs"]):
        raise CrsError(f"{path} is niet in RD New maar in {info['crs']}. {remedy}")


def _options(path: Path) -> dict[str, Any]:
    """GDAL leaves a .gfs file beside a GML file it looks into; a user's folder is not ours to write in."""
    return {"WRITE_GFS": "NO"} if path.suffix.lower() == ".gml" else {}


def _columns(frame: gpd.GeoDataFrame, faults: list[str]) -> pd.DataFrame:
    """Columns that matter, in small letters."""
    bare = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    names = [str(name).strip().casefold() for name in bare]
    faults += [f"kolom {n}: staat er dubbel; verwijder er een" for n, t in Counter(names).items() if t > 1]
    given = ", ".join(str(name)[:60] for name in bare) or "geen"
    faults += [f"kolom {name}: ontbreekt; de kolommen zijn nu: {given}" for name in NEEDED if name not in names]
    return bare.set_axis(names, axis=1)


def _row(number: int, cells: Mapping[str, Any], shape: Any, faults: list[str]) -> dict[str, Any]:
    readers: dict[str, Callable[[Any], Any]] = {
        "naam": lambda value: _filled(_text(value, "naam")),
        "uitkomst": _outcome,
        "datum": _day,
        "reden": lambda value: _text(value, "reden"),
        "woningen": _homes,
        "bron": lambda value: _text(value, "bron"),
    }
    row: dict[str, Any] = {}
    called = f" ({str(cells.get('naam'))[:60]})" if isinstance(cells.get("naam"), str) else ""
    for name, read in (*readers.items(), ("geometry", None)):
        try:
            row[name] = _shape(shape) if read is None else read(cells.get(name))
        except ValueError as error:
            row[name] = None
            faults.append(f"rij {number}{called}, kolom {'geometrie' if read is None else name}: {error}")
    valid = shape is not None and bool(shapely.is_valid(shape))
    return row | {"hersteld": row["geometry"] is not None and not valid}


def _blank(value: Any) -> bool:
    return value is None or value is pd.NA or value != value or (isinstance(value, str) and not value.strip())


def _text(value: Any, name: str) -> str | None:
    if _blank(value):
        return None
    text = " ".join(str(value).split())
    if not text.isprintable():
        raise ValueError("bevat onzichtbare tekens; typ de tekst opnieuw")
    if len(text) > LONGEST[name]:
        raise ValueError(f"{len(text)} tekens, ten hoogste {LONGEST[name]}; kort de tekst in")
    return text


def _filled(text: str | None) -> str:
    if text is None:
        raise ValueError("is leeg; geef de locatie een naam")
    return text


def _outcome(value: Any) -> str:
    word = "" if _blank(value) else str(value).strip().casefold()
    if word in OUTCOMES:
        return word
    near = difflib.get_close_matches(word, OUTCOMES, n=1, cutoff=0.6)
    hint = f"bedoelt u {near[0]}?" if near else f"kies {', '.join(OUTCOMES[:-1])} of {OUTCOMES[-1]}"
    raise ValueError(f"'{word[:60]}' is geen uitkomst; {hint}")


def _day(value: Any) -> str:
    """A day in ISO 8601; a field with a time must be at midnight, or a time zone could have moved the day."""
    text = "" if _blank(value) else MIDNIGHT.sub("", str(value).strip())
    found = re.fullmatch(ISO, text, re.ASCII) or re.fullmatch(DUTCH, text, re.ASCII)
    try:
        day = date(*(int(found[part]) for part in "ymd")) if found else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(
            f"'{text[:60]}' is geen datum; schrijf jjjj-mm-dd of dd-mm-jjjj, bijvoorbeeld 2022-07-01 als u alleen het "
            "jaar weet"
        )
    return day.isoformat()


def _homes(value: Any) -> int | None:
    if _blank(value):
        return None
    try:
        number = float(str(value).strip())
    except ValueError:
        number = float("nan")
    if not (number.is_integer() and 0 <= number <= MOST_HOMES):
        raise ValueError(
            f"'{_shown(value)}' is geen heel aantal woningen van 0 tot {MOST_HOMES}; schrijf alleen cijfers, of laat "
            "de cel leeg"
        )
    return int(number)


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)[:60]


def _shape(shape: Any) -> Any:
    """A polygon that does not cross itself, or a point; without heights."""
    if shape is None or shape.is_empty:
        raise ValueError("is leeg; teken een vlak of een punt, of verwijder de rij")
    west, south, east, north = RD_BOUNDS
    if not shapely.box(west, south, east, north).contains(shapely.box(*shape.bounds)):
        x, y = shape.bounds[:2]
        raise ValueError(f"({x:.6g}, {y:.6g}) ligt niet in het Rijksdriehoekstelsel; zijn het graden?")
    flat = shapely.force_2d(shape)
    if flat.geom_type == "MultiPoint" and len(flat.geoms) == 1:
        flat = flat.geoms[0]
    if flat.geom_type not in SHAPES:
        raise ValueError(f"is een {flat.geom_type}; teken een vlak (polygoon) of een punt")
    if flat.geom_type != "Point":
        flat = flat if flat.is_valid else shapely.make_valid(flat, method="structure", keep_collapsed=False)
        if flat.area <= 0:
            raise ValueError("het vlak heeft geen oppervlakte; teken het opnieuw")
    return flat


def _once(names: list[str], faults: list[str]) -> None:
    first: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        before = first.setdefault(name.casefold(), number)
        if name and before != number:
            faults.append(f"rij {number} ({name[:60]}), kolom naam: staat ook op rij {before}; geef elk een eigen naam")


def _stop(path: Path, faults: list[str]) -> None:
    """Raise all faults at once: the user mends them in one go."""
    if not faults:
        return
    more = len(faults) - SHOWN
    shown = faults[:SHOWN] + ([f"… en nog {more}"] if more > 0 else [])
    raise SourceError("\n  ".join([f"{path}: {'1 fout' if len(faults) == 1 else f'{len(faults)} fouten'}", *shown]))
