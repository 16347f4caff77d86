"""What a condition may say, for every policy file that has conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from locatiescan.config.reader import Document, Place
from locatiescan.errors import Fault
from locatiescan.policy.conditions import Condition

BOUNDS = ("min", "max", "onder", "boven")
LISTS = ("is_in", "not_in", "bevat", "bevat_niet")


def condition_faults(document: Document, place: Place, condition: Condition, known: Collection[str]) -> Iterator[Fault]:
    """Every fault in one condition that is sound as a record.

    Parameters
    ----------
    document : Document
        The file it stands in.
    place : tuple
        Where it stands there.
    condition : Condition
    known : collection of str
        Columns that it may name.
    """
    for within, message in (*_names(condition, known), *_kind(condition), *_range(condition)):
        yield document.fault((*place, *within), message)


def _names(condition: Condition, known: Collection[str]) -> Iterator[tuple[Place, str]]:
    named = {"kolom": condition.kolom, **{key: getattr(condition, key) for key in BOUNDS}}
    for key, name in named.items():
        if isinstance(name, str) and name not in known:
            near = get_close_matches(name, known, 1)
            yield (key,), f"onbekende kolom '{name}'" + (f"; bedoelt u '{near[0]}'?" if near else "")


def _kind(condition: Condition) -> Iterator[tuple[Place, str]]:
    ranged = any(getattr(condition, key) is not None for key in BOUNDS)
    if ranged + sum(bool(getattr(condition, key)) for key in LISTS) != 1:
        yield (
            (),
            "geef precies één soort voorwaarde: min, max, onder en/of boven; of is_in, not_in, bevat of bevat_niet",
        )


def _range(condition: Condition) -> Iterator[tuple[Place, str]]:
    """Two ends on one side, or ends between which no number lies."""
    for one, other in (("min", "boven"), ("max", "onder")):
        if getattr(condition, one) is not None and getattr(condition, other) is not None:
            yield (), f"geef {one} of {other}, niet allebei"
    for low, high in (("min", "max"), ("min", "onder"), ("boven", "max"), ("boven", "onder")):
        ends = getattr(condition, low), getattr(condition, high)
        if any(end is None or isinstance(end, str) for end in ends):
            continue
        if ends[0] > ends[1] or (ends[0] == ends[1] and (low, high) != ("min", "max")):
            yield (), f"{low} en {high} laten geen getal over"
