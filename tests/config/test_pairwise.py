from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.config.pairwise import pair_faults, weigh
from locatiescan.model import Pair

DRINKS = ("koffie", "wijn", "thee", "bier", "frisdrank", "melk", "water")
# Saaty (2008), Decision making with the analytic hierarchy process: what is drunk most in the USA; a row is
# how many times more the first is drunk than those after it, as a fraction where it is less
JUDGED = (
    ("koffie", (9, 5, 2, 1, 1, 1 / 2)),
    ("wijn", (1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9)),
    ("thee", (1 / 3, 1 / 4, 1 / 3, 1 / 9)),
    ("bier", (1 / 2, 1, 1 / 3)),
    ("frisdrank", (2, 1 / 2)),
    ("melk", (1 / 3,)),
)


def pair(more: str, less: str, times: int) -> Pair:
    return Pair(meer=more, minder=less, keer=times)


def drinks() -> tuple[Pair, ...]:
    found = []
    for i, (one, row) in enumerate(JUDGED):
        for other, times in zip(DRINKS[i + 1 :], row, strict=True):
            found.append(pair(one, other, round(times)) if times >= 1 else pair(other, one, round(1 / times)))
    return tuple(found)


def test_saatys_drinks_give_the_published_weights() -> None:
    found = weigh(DRINKS, drinks())
    shares = np.array(found.weights) / 7
    assert shares == pytest.approx([0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327], abs=0.006)
    assert found.ratio == pytest.approx(0.022, abs=0.003)
    assert sum(found.weights) == pytest.approx(7)
    assert pair_faults(DRINKS, drinks()) == []


@given(st.permutations(drinks()), st.permutations(DRINKS))
def test_the_order_of_pairs_and_names_changes_no_weight(pairs: list[Pair], names: list[str]) -> None:
    plain = dict(zip(DRINKS, weigh(DRINKS, drinks()).weights, strict=True))
    found = dict(zip(names, weigh(tuple(names), tuple(pairs)).weights, strict=True))
    assert found == pytest.approx(plain, abs=2e-6)


def test_two_names_need_one_pair_and_contradict_nothing() -> None:
    found = weigh(("a", "b"), (pair("b", "a", 3),))
    assert found.weights == pytest.approx((0.5, 1.5))
    assert found.ratio == 0


def test_a_contradiction_names_the_ratio_the_pair_and_what_fits() -> None:
    names = ("a", "b", "c", "d")
    # a : b : c : d is 4 : 2 : 2 : 1, except that d is said to outweigh a
    pairs = (
        pair("a", "b", 2), pair("a", "c", 2), pair("d", "a", 5),
        pair("b", "c", 1), pair("b", "d", 2), pair("c", "d", 2),
    )  # fmt: skip
    [(number, said)] = pair_faults(names, pairs)
    assert number == 2
    assert "consistentieverhouding 0," in said
    assert "ten hoogste 0,10" in said
    assert said.endswith("het meest wijkt af: d 5 keer a; bij de andere oordelen past a 4,0 keer d")


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ((pair("a", "b", 2),), [(None, "niet vergeleken: a en c; b en c")]),
        (
            (pair("a", "b", 2), pair("b", "a", 2), pair("a", "c", 2), pair("b", "c", 2)),
            [(1, "b en a zijn al vergeleken")],
        ),
        (
            (pair("a", "b", 1), pair("a", "c", 1), pair("b", "c", 1), pair("a", "z", 1)),
            [(3, "er is geen voorkeur 'z'")],
        ),
        (
            (pair("a", "b", 1), pair("a", "c", 1), pair("b", "c", 1), pair("a", "a", 1)),
            [(3, "a wordt met zichzelf vergeleken")],
        ),
    ],
)
def test_each_fault_of_a_table_is_named(pairs: tuple[Pair, ...], said: list[tuple[int | None, str]]) -> None:
    assert pair_faults(("a", "b", "c"), pairs) == said


def test_no_index_is_published_for_more_than_fifteen() -> None:
    names = tuple(f"v{i}" for i in range(16))
    assert pair_faults(names, ()) == [(None, "16 voorkeuren; een tabel van paren kan er ten hoogste 15 aan")]
