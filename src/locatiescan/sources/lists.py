"""A user's own lists: who owns which parcel, and which buildings stand empty."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd

from locatiescan.sources.listfile import read_list

OWNERS = ("gemeente", "corporatie", "rijk", "provincie", "waterschap", "derde")
_RECOVER = (
    "een rekenblad heeft van dit id een afgerond getal gemaakt en de cijfers zijn weg: zet de kolom op Tekst en neem "
    "de id's opnieuw over uit de bron"
)


def read_ownership(path: Path) -> pd.DataFrame:
    """Which kind of owner each parcel has.

    Parameters
    ----------
    path : Path
        CSV with a header and the columns ``perceel_id`` and ``eigenaar``, the latter one of `OWNERS` in any capitals.

    Returns
    -------
    DataFrame of str
        ``perceel_id`` (unique) and ``eigenaar``.

    Raises
    ------
    SourceError
        As `read_list`.
    """
    return read_list(path, {"perceel_id": _parcel, "eigenaar": _owner}, key=("perceel_id",))


def read_vacancy(path: Path) -> pd.DataFrame:
    """Which buildings or parts of buildings stand empty.

    Parameters
    ----------
    path : Path
        CSV with a header, ``pand_id`` and or ``vbo_id`` (BAG, 16 digits), and if known ``leeg_m2`` and
        ``leeg_sinds`` (ISO 8601).

    Returns
    -------
    DataFrame
        ``pand_id``, ``vbo_id`` and ``leeg_sinds`` as text or None, ``leeg_m2`` float64 in square metres or NaN.

    Raises
    ------
    SourceError
        As `read_list`.
    """
    columns = {"pand_id": _pand, "vbo_id": _vbo, "leeg_m2": _square_metres, "leeg_sinds": _day}
    table = read_list(path, columns, key=("pand_id", "vbo_id"), optional=("leeg_m2", "leeg_sinds"))
    return table.astype({"leeg_m2": "float64"})


def owners_of(perceel_id: pd.Series, ownership: pd.DataFrame) -> tuple[pd.Series, tuple[str, ...]]:
    """Owner of each parcel, and the listed ids that are no parcel.

    Returns
    -------
    Series of str
        On the index of `perceel_id`; None where the list does not name the parcel: unknown.
    tuple of str
        Listed ids that were not found, in the list's order: to be told, not lost.
    """
    listed = dict(zip(ownership["perceel_id"], ownership["eigenaar"], strict=True))
    ids = perceel_id.astype(str)
    owner = pd.Series([listed.get(text) for text in ids], index=perceel_id.index, dtype=object, name="eigenaar")
    present = set(ids)
    return owner, tuple(text for text in listed if text not in present)


def _parcel(text: str) -> str | None:
    if _rounded(text):
        raise ValueError(_RECOVER)
    return text or None


def _owner(text: str) -> str:
    owner = text.casefold()
    if owner not in OWNERS:
        # what stands there may be a person's name: it is not repeated
        raise ValueError(f"moet een van deze zijn: {', '.join(OWNERS)}; laat de regel weg als de eigenaar onbekend is")
    return owner


def _pand(text: str) -> str | None:
    return _bag(text, "10", "pand")


def _vbo(text: str) -> str | None:
    return _bag(text, "01", "verblijfsobject")


def _bag(text: str, kind: str, name: str) -> str | None:
    """A BAG id: four digits of the municipality, two of the kind of object, ten of its own."""
    if not text:
        return None
    if _rounded(text):
        raise ValueError(_RECOVER)
    if not re.fullmatch(r"[0-9]{1,16}", text):
        raise ValueError("is geen BAG-id: 16 cijfers en niets anders")
    if len(text) < 16:
        raise ValueError(
            f"{len(text)} cijfers in plaats van 16; een rekenblad laat voorloopnullen weg: zet de kolom op Tekst "
            "en neem de id's opnieuw over uit de bron"
        )
    if text[4:6] != kind:
        raise ValueError(f"is geen {name}: het vijfde en zesde cijfer zijn {text[4:6]}, niet {kind}; verkeerde kolom?")
    return text


def _rounded(text: str) -> bool:
    """Whether a spreadsheet made a rounded number of an id, e.g. 3,61E+14."""
    return re.fullmatch(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+", text) is not None


def _square_metres(text: str) -> float | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,7}([.,][0-9]{1,2})?", text):
        raise ValueError("is geen getal in m2: schrijf cijfers zonder eenheid en zonder teken voor duizendtallen")
    value = float(text.replace(",", "."))
    if value == 0:
        raise ValueError("0 m2 is niet leeg; laat de cel open als de oppervlakte onbekend is")
    return value


def _day(text: str) -> str | None:
    if not text:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise ValueError("is geen datum; schrijf jjjj-mm-dd, bijvoorbeeld 2024-03-31")
