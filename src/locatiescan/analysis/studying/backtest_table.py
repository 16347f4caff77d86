"""A backtest as a table: one row a site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from locatiescan.analysis.answering.dutch import figure
from locatiescan.analysis.studying.backtest import Finding
from locatiescan.analysis.studying.backtest_words import notes, stands_now
from locatiescan.model import JA, NEE

_FROM_BEST = (
    "score", "product", "woningen_laag", "woningen_hoog", "route_max_woningen", "planroute", "planroute_titel",
    "planroute_oordeel", "planroute_reden", "recht", "besluit_vroeg", "besluit_laat", "onherroepelijk_vroeg",
    "onherroepelijk_laat", "ongeverifieerd", "vlaggen", "vlaggen_onbekend",
)  # fmt: skip
_COLUMNS = (
    "naam", "uitkomst", "datum", "woningen", "reden", "bron", "gemeente", "oppervlakte_m2", "overleeft", "staat_er_nu",
    "aandeel_voldoet", "aandeel_onbekend", "aandeel_buiten_scan", "kandidaten", "locatie_id", "rang", "van", "oordeel",
    "woningen_scan", *_FROM_BEST, "afgewezen_op", "uitweg", "alleen", "percelen", "bebouwd_m2", "gebouwen", "let_op",
)  # fmt: skip
_COUNTS = ("woningen", "woningen_scan", "woningen_laag", "woningen_hoog", "route_max_woningen", "rang", "van")
_WHOLE = dict.fromkeys(_COUNTS, "Int64")


def table(findings: Sequence[Finding], measured: str) -> pd.DataFrame:
    """One row a site, with every figure and text that was compared; empty where there is nothing to say."""
    return pd.DataFrame([_row(found, measured) for found in findings], columns=list(_COLUMNS)).astype(_WHOLE)


def _row(found: Finding, measured: str) -> dict[str, Any]:
    first = found.places[0] if found.places else None
    known = {name: found.known[name] for name in ("naam", "uitkomst", "datum", "woningen", "reden", "bron")}
    return {
        **known,
        "gemeente": "; ".join(found.municipalities),
        "oppervlakte_m2": round(found.area_m2, 1),
        "overleeft": found.survives,
        "staat_er_nu": JA if stands_now(found) else NEE,
        "aandeel_voldoet": round(found.passing, 4),
        "aandeel_onbekend": round(found.unknown, 4),
        "aandeel_buiten_scan": round(found.outside, 4),
        "kandidaten": "; ".join(f"{one.locatie_id} {figure(one.share, 4)}" for one in found.places),
        "locatie_id": first.locatie_id if first else None,
        "rang": first.rang if first else None,
        "van": found.ranked,
        "oordeel": first.oordeel if first else None,
        "woningen_scan": found.best.get("woningen"),
        **{name: found.best.get(name) for name in _FROM_BEST},
        "afgewezen_op": "; ".join(f"{one.grens} {figure(one.share, 4)}" for one in found.obstacles),
        "uitweg": "; ".join(f"{one.grens}: {one.words}" for one in found.obstacles),
        "alleen": "; ".join(f"{one.grens} {figure(one.alone, 4)}" for one in found.obstacles if one.alone > 0),
        "percelen": "; ".join(found.parcels),
        "bebouwd_m2": round(found.built_m2, 1),
        "gebouwen": "; ".join(found.buildings),
        "let_op": " ".join(notes(found, measured)),
    }
