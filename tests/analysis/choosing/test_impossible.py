"""Wishes that cannot be met, and what is said of them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from locatiescan.analysis.choosing.conflicts import conflicts, possible
from locatiescan.analysis.choosing.impossible import Shortfall, shortfall
from locatiescan.analysis.choosing.openings import closed_by_bar, homes_per_m2, rejected_by_limit
from locatiescan.analysis.choosing.program import droppable
from locatiescan.analysis.choosing.solve import farthest, reach, solve
from locatiescan.policy.portfolio import Delivery, Wishes
from support.portfolios import NAMES, SIX, program_of, site, sites, wishes


def short(asked: Wishes, rows: list = SIX) -> Shortfall:
    program = program_of(asked, rows)
    assert solve(program).status == "onmogelijk"
    return shortfall(program, NAMES)


def ways(found: Shortfall) -> set[frozenset[str]]:
    return {frozenset(way.names) for way in found.ways}


def test_more_homes_than_there_are() -> None:
    found = short(wishes(300))
    assert (found.best.homes, found.missing, found.ways) == (210, 90, ())
    assert found.sentences == (
        "Het doel van 300 woningen is niet haalbaar: ten hoogste zijn er 210 mogelijk, op 6 locaties. "
        "Er ontbreken er 90.",
        "Ook zonder alle andere eisen zijn er ten hoogste 210 woningen: er zijn te weinig kandidaten "
        "voor een doel van 300.",
    )


def test_every_single_constraint_that_would_do_is_named() -> None:
    # 200 of 210: without a1 150, and without all but 40 in Aadorp as many; giving up one of them is not enough
    found = short(wishes(200, maximum={1: 40}, uitgesloten=("L-b2",)))
    assert ways(found) == {frozenset({"maximum GM0001", "uitgesloten L-b2"})}
    # 180 of 210: never b1 leaves 160, and so never b1 has to go; a maximum of 95 in Aadorp does no harm then
    found = short(wishes(180, maximum={1: 100}, uitgesloten=("L-b1",)))
    assert ways(found) == {frozenset({"uitgesloten L-b1"})}
    assert found.best.homes == 160
    assert [(gain.name, gain.more) for gain in found.gains] == [("uitgesloten L-b1", 50)]
    assert found.sentences[2] == (
        "Zonder het uitsluiten van locatie L-b1 is er wel een portefeuille; "
        "dan zijn er ten hoogste 210 woningen mogelijk."
    )


def test_either_of_two_would_do() -> None:
    found = short(wishes(165, uitgesloten=("L-b2", "L-c1")))
    assert ways(found) == {frozenset({"uitgesloten L-b2"}), frozenset({"uitgesloten L-c1"})}
    assert "Deze eisen gaan niet samen" in found.sentences[1]
    assert "het doel van 165 woningen" in found.sentences[1]


def test_a_minimum_above_what_a_municipality_has() -> None:
    found = short(wishes(100, minimum={3: 50}))
    assert found.found.conflicts == (frozenset({"minimum GM0003"}),)
    assert found.with_target == (False,)
    assert found.sentences[0] == (
        "De wensen gaan niet samen. Als een minimum van 50 in Ceedorp wijkt, is het doel haalbaar: 100 woningen "
        "op 2 locaties."
    )
    assert found.sentences[1] == (
        "Een minimum van 50 in Ceedorp kan niet: er zijn daar ten hoogste 40 woningen, op 2 kandidaten."
    )


def test_sites_that_must_be_in_lie_too_close() -> None:
    rows = [*SIX, site("L-d", 1, 55, 60)]
    found = short(wishes(60, verplicht=("L-a1", "L-d"), onderlinge_afstand_m=100.0), rows)
    together = frozenset({"afstand", "verplicht L-a1", "verplicht L-d"})
    assert found.found.conflicts == (together,)
    assert ways(found) == {frozenset({name}) for name in together}
    assert found.sentences[1] == (
        "Deze eisen gaan niet samen: een onderlinge afstand van 100 m, de verplichte locatie L-a1 en "
        "de verplichte locatie L-d."
    )


def test_must_and_never() -> None:
    found = short(wishes(60, verplicht=("L-a1",), uitgesloten=("L-a1",)))
    assert found.sentences[1] == "Locatie L-a1 is verplicht en uitgesloten tegelijk."
    assert ways(found) == {frozenset({"verplicht L-a1"}), frozenset({"uitgesloten L-a1"})}


def test_shares_that_ask_too_much() -> None:
    # pro rata 150 is 75, 45 and 30; Ceedorp has 40, and without c1 10
    found = short(wishes(150, verdeling="pro_rata", uitgesloten=("L-c1",)))
    assert ways(found) == {frozenset({"aandeel GM0003"}), frozenset({"uitgesloten L-c1"})}
    assert found.best.found
    assert "aandeel" in found.sentences[1]


def test_no_home_stands_in_time() -> None:
    wish = Delivery(datum="2027-01-01", woningen=10, waarom="x")
    found = short(wishes(60, opleveringen=(wish,)))
    assert found.sentences[1] == (
        "De eis van 10 woningen op 1 januari 2027 kan niet: daar is geen enkele kandidaat voor."
    )


def test_two_conflicts_need_two_to_give_way() -> None:
    found = short(wishes(60, minimum={3: 50, 2: 100}))
    assert ways(found) == {frozenset({"minimum GM0002", "minimum GM0003"})}
    assert len(found.found.conflicts) == 2


@settings(max_examples=12)  # each solves some thirty programs
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(5, 60)), min_size=3, max_size=5),
    st.integers(60, 200),
    st.tuples(st.integers(0, 60), st.integers(0, 60)),
    st.sets(st.integers(0, 4), max_size=2),
)
def test_named_ways_are_ways_and_others_are_not(
    drawn: list[tuple[int, int]], doel: int, ends: tuple[int, int], never: set[int]
) -> None:
    rows = [site(f"L-{i}", code, homes, 1000 * i) for i, (code, homes) in enumerate(drawn)]
    uitgesloten = tuple(f"L-{i}" for i in sorted(never) if i < len(rows))
    program = program_of(wishes(doel, minimum={1: ends[0]}, maximum={2: ends[1]}, uitgesloten=uitgesloten), rows)
    assume(possible(program) is False)
    found = conflicts(program)
    assert found.complete
    names = [name for name in droppable(program) if name != "doel"]
    singles = {name for name in names if solve(program, without={name}).found}
    named = {name for way in found.ways if len(way) == 1 for name in way}
    assert named == singles
    for way in found.ways:
        assert solve(program, without=way).found
        assert not any(solve(program, without=way - {name}).found for name in way)
    if not found.ways:
        assert not solve(program, without=names).found


def test_reach_is_never_below_what_can_be_had() -> None:
    program = program_of(wishes(100, onderlinge_afstand_m=100.0, maximum={1: 70}), [*SIX, site("L-d", 1, 55, 60)])
    most = farthest(program).homes
    assert most == 170  # a1, b1, b2, c1, c2
    bound = reach(program)
    assert bound is not None
    assert most <= bound <= 180


def routes(*rows: tuple[str, str, str, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["locatie_id", "oordeel", "reden", "van_kracht"])


def test_what_closes_a_location_alone_and_together() -> None:
    shut = {"planroute_oordeel": "dicht", "planroute": None}
    table = sites([site("L-a", 1, 60, **shut), site("L-b", 2, 20, **shut), site("L-c", 3, 9)])
    known = routes(
        ("L-a", "dicht", "natuur; te hoog", True),
        ("L-a", "dicht", "natuur", True),
        ("L-a", "dicht", "oud recht", False),
        ("L-b", "dicht", "natuur; lib", True),
        ("L-b", "handmatig toetsen", "lees het plan", True),
        ("L-c", "dicht", "natuur", True),
    )
    found = closed_by_bar(table, known).set_index("reden")
    assert list(found.index) == ["natuur", "lib"]
    assert found.loc["natuur", ["locaties", "woningen", "locaties_mede", "woningen_mede"]].tolist() == [1, 60, 1, 20]
    assert found.loc["lib", ["locaties", "woningen", "locaties_mede"]].tolist() == [0, 0, 1]
    assert found.loc["natuur", "locatie_ids"] == ["L-a"]
    fewer = closed_by_bar(table, known, pd.Series({"L-a": 25})).set_index("reden")
    assert fewer.loc["natuur", "woningen"] == 35


def test_homes_that_are_unknown_stay_so() -> None:
    table = sites([site("L-a", 1, 60, planroute_oordeel="dicht"), site("L-b", 1, 1, planroute_oordeel="dicht")])
    table["woningen"] = [60.0, None]
    found = closed_by_bar(table, routes(("L-a", "dicht", "x", True), ("L-b", "dicht", "x", True)))
    assert found["woningen"].isna().all()
    assert len(closed_by_bar(table, None)) == 0


def test_rejected_parcels_by_who_may_give_way() -> None:
    table = sites([site("L-a", 1, 60), site("L-b", 1, 20, vrij_m2=1000.0), site("L-c", 1, 0)])
    assert homes_per_m2(table) == (pytest.approx((0.01 + 0.02) / 2), 60)
    rejected = pd.DataFrame(
        {
            "grens": ["bestemming", "bestemming", "bestemming", "vrij_m2"],
            "oppervlakte_m2": [2000.0, 9000.0, 100.0, 50.0],
            "vrij_m2": [1000.0, 8000.0, None, 40.0],
        }
    )
    found = rejected_by_limit(rejected, table, {"bestemming": "raad"})
    assert found.loc[0, ["grens", "beslist", "percelen", "oppervlakte_m2"]].tolist() == ["bestemming", "raad", 3, 11100]
    assert found.loc[0, "woningen_schatting"] == 15 + 60  # never more than the largest candidate
    assert len(found) == 1
    nothing = rejected_by_limit(rejected, table.drop(columns="vrij_m2"), {"bestemming": "raad"})
    assert nothing["woningen_schatting"].isna().all()
