"""Names of streets and stops. Some carry diacritics, as real ones do."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

STEMS = (
    "Molen", "Kerk", "Dorps", "School", "Linden", "Eiken", "Beuken", "Vlier", "Meidoorn", "Zwaluw", "Kievit", "Grutto",
    "Wulp", "Reiger", "Meer", "Dijk", "Duin", "Helm", "Zeedistel", "Prins Hendrik", "Koningin Emma", "Juliana",
    "Wilhelmina", "Rembrandt", "Vermeer", "Jan Steen", "Daniël Stalpaert", "Curaçao", "Coöperatie", "René Descartes",
    "Zuiderzee", "Markermeer", "IJssel", "Maas", "Waal", "Schelde", "Amstel", "Tulp", "Narcis", "Hyacint", "Crocus",
    "Klaver", "Haver", "Gerste", "Rogge", "Tarwe", "Boekweit", "Vlas", "Wagen", "Smids", "Kuipers", "Bakkers",
    "Touwslagers",
)  # fmt: skip
TAILS = ("straat", "laan", "weg", "hof", "pad", "kade", "plein", "singel", "dreef")


def street_names(i: ArrayLike, j: ArrayLike, town: ArrayLike) -> np.ndarray:
    """Name of the street of each cell; the roads of the polder run on through many cells."""
    streets = np.array([stem + tail for tail in TAILS for stem in STEMS])
    roads = np.array([f"{stem}weg" for stem in STEMS])
    column, row = np.asarray(i, dtype=int), np.asarray(j, dtype=int)
    return np.where(town, streets[(column * 31 + row * 17) % len(streets)], roads[(column // 4 * 7) % len(roads)])
