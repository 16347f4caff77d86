"""Words and figures for a reader who is no planner; what a source wrote is stripped of control characters only."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

import pandas as pd

from locatiescan.model import ONBEKEND

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
CONTROLS = ("Cc", "Cf", "Zl", "Zp")
"""Unicode categories that a reader does not see: they break lines or turn the direction of text."""


def figure(value: float, decimals: int = 0) -> str:
    """A number in Dutch notation, ``1.432,5``: at most so many decimals, and no zeros at the end."""
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return ("0" if text == "-0" else text).translate(str.maketrans(",.", ".,"))


def percent(share: float) -> str:
    """A share as a whole percentage; nothing is not said where it is just not so."""
    return "minder dan 1 procent" if 0 < share < 0.01 else f"{figure(share * 100)} procent"


def between(low: float, high: float) -> str:
    """Two ends, once where they are the same: ``24 tot 36``."""
    ends = [figure(end) for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else " tot ".join(ends)


def counted(number: float, one: str, more: str) -> str:
    """``1 woning``, ``12 woningen``."""
    text = figure(number)
    return f"{text} {one if text == '1' else more}"


def day(iso: str) -> str:
    """``2027-01-18`` as ``18 januari 2027``."""
    found = date.fromisoformat(iso)
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def listed(words: Sequence[str], last: str = "en") -> str:
    """``a, b en c``."""
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def plain(value: object) -> str:
    """Text on one line; escaping is for whoever writes it somewhere."""
    text = str(value)
    if not text.isprintable():  # else none of its signs is such
        text = "".join(" " if unicodedata.category(sign) in CONTROLS else sign for sign in text)
    return " ".join(text.split())


def unknown(value: object) -> bool:
    """Whether a fact is missing; empty text is known: there is none."""
    if isinstance(value, str):
        return value.strip().casefold() == ONBEKEND
    if isinstance(value, float):
        return value != value  # NaN; pandas takes ten times as long to say so
    return pd.api.types.is_scalar(value) and bool(pd.isna(value))  # type: ignore[call-overload]
