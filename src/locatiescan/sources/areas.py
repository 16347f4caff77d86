"""From the name of a municipality to its boundary."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

import shapely

from locatiescan.crs import RD_BOUNDS
from locatiescan.errors import SourceError, UsageError
from locatiescan.model import Area, Layer, Source, Storage
from locatiescan.sources.layers import read_box
from locatiescan.sources.page import Progress


def read_boundaries(source: Source, progress: Progress, storage: Storage) -> Layer:
    """All municipalities, with our columns ``naam`` and ``code``."""
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
    features = boundaries.features
    if features is None:
        raise SourceError(f"laag {boundaries.name}: {boundaries.absent}")
    names = features["naam"].astype(str)
    codes = features["code"].astype(str).map(_code)
    exact = names.map(_fold) == _fold(wanted)
    match = exact if exact.any() else codes == _code(wanted)
    if not match.any():
        match = names.map(_bare) == _bare(wanted)
    found = sorted(set(names[match]))
    if len(found) > 1:
        raise UsageError(f"Welke gemeente {wanted}: {_or(found)}?")
    if not found:
        raise UsageError(_unknown(wanted, sorted(set(names))))
    boundary = shapely.union_all(features.geometry[match].to_numpy())
    return Area(found[0], codes[match].iloc[0], boundary)


def _unknown(wanted: str, names: list[str]) -> str:
    folded = {_fold(name): name for name in names} | {_bare(name): name for name in names}
    near = difflib.get_close_matches(_fold(wanted), folded, n=3, cutoff=0.6)
    meant = list(dict.fromkeys(folded[name] for name in near))
    hint = f"Bedoelt u {_or(meant)}?" if meant else f"Bekend zijn {len(names)} gemeenten, zoals {_or(names[:3])}."
    return f"Er is geen gemeente '{wanted}'. {hint}"


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def _bare(name: str) -> str:
    """Name without what tells namesakes apart: 'Bergen (NH.)' is 'bergen'."""
    return _fold(re.sub(r"\(.*?\)", " ", name))


def _code(code: str) -> str:
    digits = code.strip().upper().removeprefix("GM")
    return f"GM{digits.zfill(4)}" if digits.isdigit() else code


def _or(names: Iterable[str]) -> str:
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} of {names[-1]}"
