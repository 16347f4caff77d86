"""GML files where GDAL reads the wrong thing: the geometry that is meant, and objects of the past."""

from __future__ import annotations

import glob
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast
from xml.etree.ElementTree import Element, ParseError

import geopandas as gpd
import pandas as pd
import shapely
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from locatiescan.crs import RD, check_rd
from locatiescan.errors import SourceError
from locatiescan.model import Source
from locatiescan.sources.gml_geometry import built, gml_id, is_gml, local
from locatiescan.sources.page import Bounds, Pages, Promise

ROWS_PER_PAGE = 50_000
PATTERNS = ("*.gml", "*.GML", "*.gml.gz", "*.GML.GZ")
ENDED = ("eindregistratie", "tijdstipeindregistratie", "terminationdate")
"""An object that has one of these belongs to the past (BGT and BRK keep their history in the file)."""


def read(source: Source, bounds: Bounds, promise: Promise) -> Pages:
    """Yield the present objects of a GML file that touch a box.

    Parameters
    ----------
    source : Source
        ``url`` is a file, a folder or a pattern; ``typename`` the object's element, and after ``#`` the property
        that holds the geometry where there is more than one: ``Perceel#begrenzingPerceel``.
    bounds : tuple of float
        West, south, east, north in RD metres.
    promise : Promise
        Gets the number of elements of that name, less those that ended and those outside the box.

    Notes
    -----
    Columns are named after the leaf element; where two leaves share a name, the parent is put before it
    (``kadastraleGrootteWaarde``). ``gml_id`` is the object's own id.

    Raises
    ------
    SourceError
        If a file is no GML, or an object's geometry cannot be built.
    CrsError
        If it is not in RD New.
    """
    name, _, holder = (source.typename or "").partition("#")
    if not name:
        raise SourceError(f"laag {source.name}: noem in typename het element, bv. Perceel#begrenzingPerceel")
    rows: list[dict[tuple[str, ...], str]] = []
    shapes: list[shapely.Geometry] = []
    kinds: Counter[str] = Counter()
    ended = 0
    for path in files_of(source):
        for element, srs in _objects(path, kinds):
            if local(element) != name:
                continue
            leaves = _leaves(element)
            if any(path[-1].casefold() in ENDED and text for path, text in leaves.items()):
                ended += 1
                continue
            shapes.append(built(element, holder, srs, str(path)))
            rows.append(leaves)
    if not kinds[name] and kinds:
        raise SourceError(f"laag {source.name}: {source.url} heeft geen {name}, wel: {', '.join(sorted(kinds))}")
    if ended:
        promise.notes.append(f"{ended} van {kinds[name]} objecten zijn beëindigd en tellen niet mee.")
    frame = gpd.GeoDataFrame(_table(rows), geometry=shapes, crs=RD)
    check_rd(frame, f"laag {source.name} ({source.url})")
    inside = shapely.intersects(frame.geometry.to_numpy(), shapely.box(*bounds))
    promise.matched = kinds[name] - ended - int((~inside).sum())
    for start in range(0, int(inside.sum()), ROWS_PER_PAGE):
        yield cast(gpd.GeoDataFrame, frame[inside].iloc[start : start + ROWS_PER_PAGE])


def files_of(source: Source) -> list[Path]:
    """GML files that a source's ``url`` stands for: one file, those of a folder, or those of a pattern.

    Raises
    ------
    SourceError
        If there are none.
    """
    url = source.url or ""
    folder = Path(url)
    if folder.is_dir():
        found = {path for pattern in PATTERNS for path in folder.glob(pattern)}
    else:
        found = {folder} if folder.is_file() else {Path(name) for name in glob.glob(url, recursive=True)}
    # GDAL leaves a .gfs beside every GML that it reads
    found = {path for path in found if path.is_file() and path.suffix != ".gfs"}
    if not found:
        raise SourceError(f"laag {source.name}: geen GML-bestanden in {url}")
    return sorted(found)


def opened(path: Path) -> IO[bytes]:
    """Open a file, unpacking it where its name says that it is packed."""
    return cast(IO[bytes], gzip.open(path)) if path.suffix.casefold() == ".gz" else path.open("rb")


def _objects(path: Path, kinds: Counter[str]) -> Iterator[tuple[Element, str]]:
    """Each object of a file and the system it inherits; one at a time, as a municipality's file is large."""
    depth, srs, parents = 0, "", list[Element]()
    try:
        with opened(path) as file:
            for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
                depth += 1 if event == "start" else -1
                if event == "start":
                    parents[depth - 1 :] = [element]
                elif local(element) == "Envelope" and depth == 2:
                    srs = element.get("srsName", "")
                elif depth == 2:
                    kinds[local(element)] += 1
                    yield element, srs
                    parents[1].remove(element)
    except (ParseError, DefusedXmlException, OSError, EOFError) as error:
        raise SourceError(f"{path} is niet als GML te lezen: {error}") from error


def _leaves(feature: Element) -> dict[tuple[str, ...], str]:
    """Text of every leaf element by its path of properties; several of one path are joined."""
    found: dict[tuple[str, ...], str] = {("gml_id",): gml_id(feature)}

    def walk(element: Element, path: tuple[str, ...]) -> None:
        for child in element:
            name = local(child)
            if len(child):
                if not is_gml(child):
                    walk(child, path if name[:1].isupper() else (*path, name))
                continue
            href = next((value for key, value in child.attrib.items() if key.endswith("}href")), "")
            text = (child.text or "").strip() or href
            if text:
                key = (*path, name)
                found[key] = f"{found[key]}; {text}" if key in found else text

    walk(feature, ())
    return found


def _table(rows: list[dict[tuple[str, ...], str]]) -> pd.DataFrame:
    """Rows under the shortest names that tell their paths apart."""
    paths = list(dict.fromkeys(path for row in rows for path in row))
    names = {path: _name(path, paths) for path in paths}
    return pd.DataFrame([{names[path]: row.get(path) for path in paths} for row in rows], dtype=object)


def _name(path: tuple[str, ...], paths: list[tuple[str, ...]]) -> str:
    for length in range(1, len(path) + 1):
        tail = path[-length:]
        if sum(other[-length:] == tail for other in paths) == 1:
            break
    return tail[0] + "".join(part[:1].upper() + part[1:] for part in tail[1:])
