"""A source and an area become a Layer in our column names, repaired, counted and hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.crs import RD, check_rd
from locatiescan.errors import SourceError
from locatiescan.model import DIMENSION, Area, Grid, Layer, Pedigree, Source, Storage
from locatiescan.select import selected
from locatiescan.sources import arcgis, download, files, gml, imro, ogcapi, plans, postgis, store, wcs, wfs
from locatiescan.sources.addresses import without_secrets
from locatiescan.sources.page import Bounds, Keep, Pages, Progress, Promise, find_column, key_of, unique

READERS: Mapping[str, Callable[[Source, Bounds, Promise], Pages]] = {
    "wfs": wfs.read,
    "ogcapi": ogcapi.read,
    "arcgis": arcgis.read,
    "postgis": postgis.read,
    "plannen": plans.read,
    "gml": gml.read,
    "file": files.read,
}
GRIDS: Mapping[str, Callable[[Source, Bounds], Grid]] = {"file": files.read_grid, "wcs": wcs.read_grid}
LOCAL = ("file", "plannen", "gml")
REPAIR_CHANGE = 0.01
"""A repair that changes the area by more than this share is reported by name."""


def read_layer(source: Source, area: Area, reach_m: float, progress: Progress, storage: Storage) -> Layer:
    """Read a layer for a municipality and what lies within reach of it.

    Parameters
    ----------
    source : Source
        Catalogue entry. Protocol ``geen`` gives a layer that is absent, which makes its rules unknown.
    area : Area
        Municipality in RD.
    reach_m : float
        How far beyond the boundary to read, metres.
    progress : callable
        Told of features received and promised.
    storage : Storage
        Where what comes over the network is kept.

    Raises
    ------
    SourceError, IncompleteError, CrsError
        Nothing is handed on that is not whole.
    """
    if source.protocol == "geen":
        return Layer(source.name, source, absent=source.toelichting or "Geen bron bekend.")
    return read_box(source, shapely.buffer(area.boundary, reach_m).bounds, progress, storage)


def read_box(source: Source, bounds: Bounds, progress: Progress, storage: Storage) -> Layer:
    """Read a layer for a box in RD metres; files on this machine are not kept twice."""
    if source.protocol in LOCAL:
        return _fetch(source, bounds, progress, Promise())

    def fetch(keep: Keep) -> Layer:
        # here and not before: what is kept needs no download, however long ago the file itself was thrown away
        local = download.as_file(source, storage) if source.protocol == "download" else source
        layer = _fetch(local, bounds, progress, Promise(keep=keep))
        pedigree = replace(layer.pedigree, address=without_secrets(source.url or "")) if layer.pedigree else None
        return replace(layer, source=source, pedigree=pedigree)

    return store.kept(storage, source, bounds, fetch)


def _fetch(source: Source, bounds: Bounds, progress: Progress, promise: Promise) -> Layer:
    if source.geometry == "grid":
        grid = GRIDS[source.protocol](source, bounds)
        pedigree = _pedigree(source, promise, grid.values.size, grid.values.size, (), _hash_grid(grid.values))
        return Layer(source.name, source, grid=grid, pedigree=pedigree)
    raw = _read_whole(source, bounds, progress, promise)
    _check_inside(raw, bounds, source)
    _check_dimension(raw, source)
    features, repaired = _repair(_our_columns(raw, source), source, promise)
    kept = _derived(_current(features[_wanted(features, source, promise)]).reset_index(drop=True))
    pedigree = _pedigree(source, promise, len(raw), len(kept), repaired, _hash(kept))
    return Layer(source.name, source, features=kept, pedigree=pedigree)


def _read_whole(source: Source, bounds: Bounds, progress: Progress, promise: Promise) -> gpd.GeoDataFrame:
    pages = READERS[source.protocol](source, bounds, promise)
    if source.key is not None:
        return unique(pages, source, promise, progress)
    # a user's own file: nothing is paged, so nothing can come twice
    parts = list(pages)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True) if parts else gpd.GeoDataFrame(geometry=[], crs=RD))


def _wanted(features: gpd.GeoDataFrame, source: Source, promise: Promise) -> pd.Series:
    """Which features the catalogue means; what it drops is counted for the reader."""
    mask = selected(features, source.where)
    for column, unwanted in source.drop.items():
        dropped = features[column].astype(str).str.casefold().isin([text.casefold() for text in unwanted])
        if dropped.any():
            promise.notes.append(f"{int(dropped.sum())} weggelaten: {column} is {' of '.join(unwanted)}")
        mask &= ~dropped
    return mask


def _check_inside(raw: gpd.GeoDataFrame, bounds: Bounds, source: Source) -> None:
    """A feature that does not touch the box that was asked for betrays swapped axes or a wrong label."""
    check_rd(raw, f"laag {source.name}")
    boxes = raw.geometry.bounds.to_numpy()
    west, south, east, north = bounds
    outside = (
        (boxes[:, 2] < west - 1) | (boxes[:, 0] > east + 1) | (boxes[:, 3] < south - 1) | (boxes[:, 1] > north + 1)
    )
    if outside.any():
        raise SourceError(
            f"laag {source.name}: {source.url} geeft {int(outside.sum())} objecten buiten het gevraagde gebied; "
            "klopt het coördinatenstelsel?"
        )


def _check_dimension(features: gpd.GeoDataFrame, source: Source) -> None:
    """Refuse e.g. the label points of a parcel file where polygons are meant."""
    shapes = features.geometry.to_numpy()
    shapes = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    wrong = shapes[shapely.get_dimensions(shapes) != DIMENSION[source.geometry]]
    if len(wrong):
        kinds = ", ".join(sorted({shape.geom_type for shape in wrong}))
        raise SourceError(
            f"laag {source.name}: {source.url} heeft {len(wrong)} objecten die geen {source.geometry} zijn ({kinds}); "
            "controleer typename of geometry in de catalogus"
        )


def _our_columns(raw: gpd.GeoDataFrame, source: Source) -> gpd.GeoDataFrame:
    """Rename to our names and drop the rest, in the order of the key whatever the server's order."""
    has = {str(column).casefold() for column in raw.columns}
    listed = {
        ours: theirs
        for ours, theirs in source.columns.items()
        if ours not in source.optional or theirs.casefold() in has
    }
    names = {ours: find_column(raw, theirs, source) if len(raw) else theirs for ours, theirs in listed.items()}
    data = {ours: typed(raw[theirs]) if len(raw) else pd.Series(dtype="str") for ours, theirs in names.items()}
    keyed = source.key is not None and len(raw)
    data["_key"] = key_of(raw, source) if keyed else pd.Series(raw.index.astype(str), index=raw.index)
    features = gpd.GeoDataFrame(data, index=raw.index, geometry=raw.geometry.to_numpy(), crs=raw.crs)
    return features.sort_values("_key", ignore_index=True) if keyed else features


def typed(values: pd.Series) -> pd.Series:
    """A column of one type: numbers and booleans as they are, anything else as text; nothing at all is text."""
    if values.dtype != object:
        return values
    kinds = {type(value) for value in values.dropna()}
    if kinds and (kinds <= {int, float} or kinds == {bool}):
        return values.infer_objects() if values.notna().all() else values.convert_dtypes()
    return values.map(str, na_action="ignore").astype("str")


def _repair(features: gpd.GeoDataFrame, source: Source, promise: Promise) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Repair what is invalid, and only that; keep the part of the layer's own dimension."""
    shapes = features.geometry.to_numpy()
    shapes = shapely.force_2d(shapes) if (shapely.get_coordinate_dimension(shapes) > 2).any() else shapes.copy()
    invalid = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    keys = features.pop("_key")
    if invalid.any():
        before = shapely.area(shapes[invalid])
        shapes[invalid] = _valid(shapes[invalid], DIMENSION[source.geometry])
        after = shapely.area(shapes[invalid])
        changed = keys[invalid][np.abs(after - before) > REPAIR_CHANGE * np.maximum(before, after)]
        if len(changed):
            promise.notes.append(f"Herstel veranderde de oppervlakte met meer dan 1 % van: {', '.join(changed)}")
    features = features.set_geometry(gpd.GeoSeries(shapes, index=features.index, crs=features.crs))
    return features, tuple(keys[invalid])


def _valid(shapes: np.ndarray, dimension: int) -> np.ndarray:
    """Repair without losing ground: what either reading of the crossed rings calls inside is inside.

    Read even-odd, ground under two parts of one polygon falls out (Voornes Duin loses 91 ha as published); read by
    structure, ground in rings that a server took for holes does (a quarter of Ilperveld as MapServer sends it).
    """
    even_odd = np.array([_of_dimension(shape, dimension) for shape in shapely.make_valid(shapes)], dtype=object)
    if dimension != 2:
        return even_odd
    structure = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    again = ~shapely.is_valid(structure)  # GEOS leaves some barely crossing rings as they were
    structure[again] = [_of_dimension(shape, dimension) for shape in shapely.make_valid(structure[again])]
    return shapely.union(even_odd, structure)


def _of_dimension(shape: shapely.Geometry, dimension: int) -> shapely.Geometry:
    """The parts of a repaired geometry that are of the wanted dimension."""
    parts = shapely.get_parts(shape)
    fitting = parts[shapely.get_dimensions(parts) == dimension]
    if dimension == 2:
        return shapely.union_all(fitting)
    return fitting[0] if len(fitting) == 1 else shapely.GeometryCollection(list(fitting))


def _current(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Zoning plans: the newer over the older, where the layer says which plan each object is of."""
    return plans.current(features) if set(features.columns) >= plans.DATED else features


def _derived(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Columns that are read out of text as plans write it."""
    if "maatvoering" not in features:
        return features
    return gpd.GeoDataFrame(pd.concat([features, imro.sizes(features["maatvoering"])], axis=1), crs=features.crs)


def _hash(features: gpd.GeoDataFrame) -> str:
    """Hash of content that does not depend on the order in which features arrived."""
    plain = pd.DataFrame(features.drop(columns=features.geometry.name)).astype(str)
    rows = (
        pd.util.hash_pandas_object(plain, index=False).to_numpy() if len(plain.columns) else np.zeros(len(plain), "u8")
    )
    shapes = [hashlib.sha256(wkb).digest() for wkb in shapely.to_wkb(features.geometry.to_numpy(), byte_order=1)]
    digests = np.empty((len(shapes), 40), dtype=np.uint8)
    digests[:, :8] = np.ascontiguousarray(rows).view(np.uint8).reshape(-1, 8)
    digests[:, 8:] = np.frombuffer(b"".join(shapes), dtype=np.uint8).reshape(-1, 32)
    order = np.lexsort(digests.view(">u8").T[::-1])  # by their bytes, from the first to the last
    return hashlib.sha256(digests[order].tobytes()).hexdigest()


def _hash_grid(values: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


def _pedigree(
    source: Source, promise: Promise, received: int, kept: int, repaired: tuple[str, ...], digest: str
) -> Pedigree:
    return Pedigree(
        address=without_secrets(source.url or ""),
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        promised=promise.matched,
        received=received,
        kept=kept,
        repaired=repaired,
        sha256=digest,
        licence=promise.licence or source.licence,
        notes=((source.toelichting,) if source.toelichting else ()) + tuple(promise.notes),
    )
