"""The wishes for a portfolio to records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from locatiescan.config.reader import Place, read_checked
from locatiescan.policy.portfolio import Wishes

WHOLE = 1e-6
"""Parts that add up to one within this are taken to: a third is written with so many digits."""


def load_wishes(path: Path) -> Wishes:
    """Read and check a file as ``rules/portefeuille.yaml``.

    Raises
    ------
    ConfigError
        With every fault: keys and values, and wishes that cannot all hold whatever the sites are.
    """
    return read_checked(path, Wishes, _together)


def _together(wishes: Wishes) -> Iterator[tuple[Place, str]]:
    yield from _of_municipalities(wishes)
    yield from _of_deliveries(wishes)
    yield from _of_sites(wishes)
    if wishes.mix and abs(sum(wishes.mix.values()) - 1) > WHOLE + wishes.mix_marge * len(wishes.mix):
        yield ("mix",), f"delen tellen op tot {sum(wishes.mix.values()):g}, niet tot 1"
    if not (wishes.weging.locaties or wishes.weging.geschiktheid or wishes.weging.weken):
        yield ("weging",), "ten minste een gewicht moet boven 0 zijn"


def _of_municipalities(wishes: Wishes) -> Iterator[tuple[Place, str]]:
    for code, quota in wishes.gemeenten.items():
        if quota.minimum is not None and quota.maximum is not None and quota.minimum > quota.maximum:
            yield ("gemeenten", code, "minimum"), f"is meer dan het maximum ({quota.maximum})"
    parts = sum(quota.aandeel or 0 for quota in wishes.gemeenten.values())
    if parts > 1 + WHOLE:
        yield ("gemeenten",), f"aandelen tellen op tot {parts:g}, meer dan 1"


def _of_deliveries(wishes: Wishes) -> Iterator[tuple[Place, str]]:
    seen: set[str] = set()
    for i, delivery in enumerate(wishes.opleveringen):
        try:
            date.fromisoformat(delivery.datum)
        except ValueError:
            yield ("opleveringen", i, "datum"), f"'{delivery.datum}' is geen bestaande dag"
        if delivery.datum in seen:
            yield ("opleveringen", i, "datum"), f"'{delivery.datum}' staat er dubbel"
        seen.add(delivery.datum)


def _of_sites(wishes: Wishes) -> Iterator[tuple[Place, str]]:
    for key in ("verplicht", "uitgesloten"):
        ids = getattr(wishes, key)
        for i, site in enumerate(ids):
            if site in ids[:i]:
                yield (key, i), f"'{site}' staat er dubbel"
    for i, site in enumerate(wishes.verplicht):
        if site in wishes.uitgesloten:
            yield ("verplicht", i), f"'{site}' staat ook bij uitgesloten"
