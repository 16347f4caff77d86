"""Weights out of judgements in pairs: the analytic hierarchy process (AHP).

Saaty, T. L. (1980), The Analytic Hierarchy Process; random indices of Tummala and Ling (1998), as in pymcdm.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from locatiescan.model import Pair

MAX_RATIO = 0.10
"""Above this consistency ratio judgements contradict each other too much (Saaty)."""
MAX_CRITERIA = 15
"""No random index is published for more."""
DECIMALS = 9
"""Of a weight: the last digits of an eigenvector differ from one processor to another."""


@dataclass(frozen=True)
class Weighing:
    """What follows from a pairwise table."""

    weights: tuple[float, ...]
    """In the order of the names; they sum to the number of names, so that 1 is the average."""
    ratio: float
    """Consistency ratio, 0 where no judgement contradicts another."""
    contradicting: Pair
    """The judgement that is farthest, in proportion, from what the others say of the same two."""
    rather: float
    """What the others say of those two, on the same scale; below 1 it is the other way round."""


def weigh(names: tuple[str, ...], pairs: tuple[Pair, ...]) -> Weighing:
    """Give the weights that fit judgements in pairs best.

    Parameters
    ----------
    names : tuple of str, 2 to 15
    pairs : tuple of Pair
        Each pair of names once, see `pair_faults`.
    """
    from pymcdm.weights.subjective import AHP  # here: it brings matplotlib along, which takes a second

    matrix = np.eye(len(names))
    for pair in pairs:
        i, j = names.index(pair.meer), names.index(pair.minder)
        matrix[i, j], matrix[j, i] = pair.keer, 1 / pair.keer
    method = AHP(matrix=matrix)
    weights = np.round(method() * len(names), DECIMALS)
    ratio = round(max(float(method.get_cr()), 0.0), DECIMALS)
    rather = [_others_say(matrix, names.index(pair.meer), names.index(pair.minder)) for pair in pairs]
    far = [round(abs(np.log(pair.keer / other)), DECIMALS) for pair, other in zip(pairs, rather, strict=True)]
    worst = int(np.argmax(far))
    return Weighing(tuple(weights.tolist()), ratio, pairs[worst], rather[worst])


def _others_say(matrix: np.ndarray, i: int, j: int) -> float:
    """What two names are to each other by way of every third one: the geometric mean of those ways."""
    third = [k for k in range(len(matrix)) if k not in (i, j)]
    return float(np.exp(np.mean(np.log(matrix[i, third] * matrix[third, j])))) if third else float(matrix[i, j])


def pair_faults(names: tuple[str, ...], pairs: tuple[Pair, ...]) -> list[tuple[int | None, str]]:
    """Say what is wrong with a pairwise table: the number of the pair, None for the table as a whole, and a message."""
    faults: list[tuple[int | None, str]] = []
    seen: set[frozenset[str]] = set()
    for number, pair in enumerate(pairs):
        both = frozenset((pair.meer, pair.minder))
        faults += [(number, f"er is geen voorkeur '{name}'") for name in sorted(both - set(names))]
        if len(both) == 1:
            faults.append((number, f"{pair.meer} wordt met zichzelf vergeleken"))
        if both in seen:
            faults.append((number, f"{pair.meer} en {pair.minder} zijn al vergeleken"))
        seen.add(both)
    if len(names) > MAX_CRITERIA:
        return [
            *faults,
            (None, f"{len(names)} voorkeuren; een tabel van paren kan er ten hoogste {MAX_CRITERIA} aan"),
        ]
    missing = [f"{one} en {other}" for one, other in combinations(names, 2) if frozenset((one, other)) not in seen]
    if missing:
        faults.append((None, f"niet vergeleken: {'; '.join(missing)}"))
    return faults if faults or len(names) < 2 else _contradictions(names, pairs)


def _contradictions(names: tuple[str, ...], pairs: tuple[Pair, ...]) -> list[tuple[int | None, str]]:
    found = weigh(names, pairs)
    if found.ratio <= MAX_RATIO:
        return []
    pair = found.contradicting
    more, less = (pair.meer, pair.minder) if found.rather >= 1 else (pair.minder, pair.meer)
    rather = min(max(found.rather, 1 / found.rather), 9.0)  # the scale goes no further
    message = (
        f"de oordelen spreken elkaar tegen: consistentieverhouding {_dutch(found.ratio, 2)}, ten hoogste "
        f"{_dutch(MAX_RATIO, 2)}; het meest wijkt af: {pair.meer} {pair.keer} keer {pair.minder}; "
        f"bij de andere oordelen past {more} {_dutch(rather, 1)} keer {less}"
    )
    return [(pairs.index(pair), message)]


def _dutch(number: float, decimals: int) -> str:
    return f"{number:.{decimals}f}".replace(".", ",")
