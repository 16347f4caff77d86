"""From names of municipalities, regions and provinces to boundaries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.config.nearest import either, fold, said_instead
from locatiescan.crs import RD_BOUNDS
from locatiescan.errors import SourceError, UsageError
from locatiescan.model import Area, Layer, Source, Storage
from locatiescan.policy.regions import Regio
from locatiescan.sources.layers import read_box
from locatiescan.sources.page import Progress

PROVINCE = ("provincie", "provincie_code")


def read_boundaries(source: Source, progress: Progress, storage: Storage) -> Layer:
    """All municipalities, with our columns ``naam`` and ``code``, and where the source has them those of `PROVINCE`."""
    layer = read_box(source, RD_BOUNDS, progress, storage)
    if layer.features is None or not {"naam", "code"} <= set(layer.features.columns):
        raise SourceError(f"laag {source.name}: heeft de kolommen naam en code nodig (columns in de catalogus)")
    return layer


def find_area(wanted: str, boundaries: Layer) -> Area:
    """The municipality that is meant by a name or CBS code.

    Raises
    ------
    UsageError
        If there is none of that name, naming the nearest; or more than one, naming them all.
    """
    features = _features(boundaries)
    names = features["naam"].astype(str)
    codes = _codes(features)
    exact = names.map(fold) == fold(wanted)
    match = exact if exact.any() else codes == _code(wanted)
    if not match.any():
        match = names.map(_bare) == _bare(wanted)
    found = sorted(set(names[match]))
    if len(found) > 1:
        raise UsageError(f"Welke gemeente {wanted}: {either(found)}?")
    if not found:
        spellings = {fold(name): name for name in names} | {_bare(name): name for name in names}
        raise UsageError(f"Er is geen gemeente '{wanted}'. {said_instead(wanted, spellings, 'gemeenten')}")
    return _area(features[match], codes[match].iloc[0])


def find_areas(wanted: Sequence[str], boundaries: Layer) -> tuple[Area, ...]:
    """The municipalities that are meant by names and CBS codes, each once, by name.

    Raises
    ------
    UsageError
        With what is wrong with each of the names.
    """
    found: dict[str, Area] = {}
    wrong = []
    for name in wanted:
        try:
            area = find_area(name, boundaries)
        except UsageError as error:
            wrong.append(str(error))
        else:
            found.setdefault(area.code, area)
    if wrong:
        raise UsageError("\n".join(dict.fromkeys(wrong)))
    return _by_name(found.values())


def areas_of_region(region: Regio, boundaries: Layer) -> tuple[Area, ...]:
    """The municipalities of a region, by name.

    Raises
    ------
    UsageError
        If a code is no municipality's or another's than the region says: a wrong code would scan the wrong place.
    """
    names = _features(boundaries)["naam"].astype(str).groupby(_codes(_features(boundaries))).first()
    wrong = []
    for code, member in region.gemeenten.items():
        actual = names.get(code)
        if actual is None:
            wrong.append(f"{region.naam}: {code} ({member.naam}) is in de gemeentegrenzen geen gemeente.")
        elif _bare(actual) != _bare(member.naam):
            wrong.append(f"{region.naam}: {code} is {actual}, niet {member.naam}.")
    if wrong:
        raise UsageError("\n".join([*wrong, "Verbeter de code in regios.yaml, of noem de gemeenten met --gemeente."]))
    return find_areas(list(region.gemeenten), boundaries)


def areas_of_province(wanted: str, boundaries: Layer) -> tuple[Area, ...]:
    """The municipalities of a province, given by name or by code (``27`` or ``PV27``), by name.

    Raises
    ------
    UsageError
        If the boundaries do not say in which province a municipality lies, or know none of that name.
    """
    features = _features(boundaries)
    known = [features[column] for column in PROVINCE if column in features and features[column].notna().any()]
    if not known:
        raise UsageError(
            f"Provincie {wanted}: {boundaries.source.url} zegt niet in welke provincie een gemeente ligt. Geef bij "
            f"{boundaries.name} in de catalogus de kolom provincie of provincie_code op, of noem de gemeenten met "
            "--gemeente of --regio."
        )
    match = np.logical_or.reduce([values.map(_province) == _province(wanted) for values in known])
    if not match.any():
        spellings = {fold(name): name for name in known[0].dropna().astype(str)}
        raise UsageError(f"Er is geen provincie '{wanted}'. {said_instead(wanted, spellings, 'provincies')}")
    return _areas(features[match])


def all_areas(boundaries: Layer) -> tuple[Area, ...]:
    """Every municipality, by name."""
    return _areas(_features(boundaries))


def _features(boundaries: Layer) -> gpd.GeoDataFrame:
    if boundaries.features is None:
        raise SourceError(f"laag {boundaries.name}: {boundaries.absent}")
    return boundaries.features


def _areas(features: gpd.GeoDataFrame) -> tuple[Area, ...]:
    """One area a code: a boundary file may give a municipality in parts."""
    codes = _codes(features)
    return _by_name(_area(features[codes == code], code) for code in codes.unique())


def _area(parts: gpd.GeoDataFrame, code: str) -> Area:
    name, boundary = str(parts["naam"].iloc[0]), shapely.union_all(parts.geometry.to_numpy())
    if boundary.is_empty:
        raise SourceError(f"gemeente {name} ({code}) heeft in de gemeentegrenzen geen vlak")
    return Area(name, code, boundary)


def _by_name(areas: Iterable[Area]) -> tuple[Area, ...]:
    return tuple(sorted(areas, key=lambda area: (fold(area.name), area.code)))


def _codes(features: gpd.GeoDataFrame) -> pd.Series:
    return features["code"].astype(str).map(_code)


def _bare(name: str) -> str:
    """Name without what tells namesakes apart: 'Bergen (NH.)' is 'bergen'."""
    return fold(re.sub(r"\(.*?\)", " ", name))


def _code(code: str) -> str:
    digits = code.strip().upper().removeprefix("GM")
    return f"GM{digits.zfill(4)}" if digits.isdigit() else code


def _province(value: object) -> str:
    """Name, or code without what some put around it: 'PV27' and 27.0 are '27'."""
    folded = fold(str(value))
    digits = folded.removeprefix("pv").removesuffix(".0")
    return digits if digits.isdigit() else folded
