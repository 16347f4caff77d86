"""What each constraint costs, on a region small enough to try every set."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locatiescan.analysis.choosing.prices import Price, prices
from locatiescan.analysis.choosing.solve import solve
from locatiescan.policy.portfolio import Delivery, Wishes
from support.portfolios import NAMES, SIX, program_of, site, wishes


def priced(asked: Wishes, rows: list = SIX) -> dict[str, Price]:
    program = program_of(asked, rows)
    return {price.name: price for price in prices(program, solve(program), NAMES)}


def test_a_minimum_costs_a_site_and_homes_elsewhere() -> None:
    # 110 homes: a1 and b1 do; with 30 in Ceedorp three are needed, of which c1 is one
    price = priced(wishes(110, minimum={3: 30}))["minimum GM0003"]
    assert (price.cost, price.unit, price.sites) == (1, "locaties", 1)
    assert price.shift["GM0003"] == -30
    assert price.sentence.startswith("Een minimum van 30 in Ceedorp kost 1 locatie")
    assert "zonder dat staan er 0 in Ceedorp" in price.sentence


def test_homes_elsewhere_are_named() -> None:
    # 110 homes in two sites is a1 and b1; at most 50 in Aadorp and without b2: b1, a2 and c1
    price = priced(wishes(110, maximum={1: 50}), [row for row in SIX if row["locatie_id"] != "L-b2"])["maximum GM0001"]
    assert price.cost == 1
    assert price.shift == {"GM0001": 20, "GM0003": -30}
    assert price.sentence.startswith(
        "Een maximum van 50 in Aadorp kost 1 locatie en 30 woningen elders: zonder dat staan er 60 in Aadorp en 30 "
        "minder in de andere gemeenten."
    )


def test_what_does_not_bind_costs_nothing() -> None:
    price = priced(wishes(100, minimum={1: 40}))["minimum GM0001"]
    assert price.free
    assert price.sentence == "Een minimum van 40 in Aadorp kost bij dit doel niets: bindt niet."


def test_slack_constraint_that_costs_all_the_same() -> None:
    # the chosen set has 60 in Beedorp where 55 are asked: slack, and yet it takes two sites there
    rows = [site("L-a", 1, 60), site("L-b1", 2, 30, 1000), site("L-b2", 2, 30, 2000)]
    price = priced(wishes(60, minimum={2: 55}), rows)["minimum GM0002"]
    assert price.cost == 1


def test_weeks_that_a_wish_costs() -> None:
    rows = [
        site("L-a", 1, 60, onherroepelijk_laat="2027-01-04"),
        site("L-b", 2, 60, 1000, onherroepelijk_laat="2027-02-15"),
    ]
    price = priced(wishes(60, minimum={2: 10}, voorkeur="snelst"), rows)["minimum GM0002"]
    assert (price.weeks, price.cost) == (6, price.cost)
    assert price.cost > 0
    assert "6 weken" in price.sentence


def test_spacing_and_never_sites_take_homes_that_could_be_had() -> None:
    rows = [*SIX, site("L-d", 1, 55, 5020)]
    found = priced(wishes(100, onderlinge_afstand_m=100.0, uitgesloten=("L-b2",)), rows)
    assert found["afstand"].more_homes == 10  # of c2 and d only the largest
    assert found["uitgesloten L-b2"].more_homes == 20
    assert found["afstand"].free
    assert "ongeveer 10 woningen meer mogelijk" in found["afstand"].sentence


def test_a_kind_is_priced_as_a_whole_too() -> None:
    # either must-have costs a site, both cost two
    found = priced(wishes(100, verplicht=("L-c2", "L-b2")))
    assert (found["verplicht"].cost, found["verplicht"].together) == (2, True)
    assert [found[f"verplicht L-{name}"].cost for name in ("c2", "b2")] == [1, 1]
    assert found["verplicht"].sentence.startswith("Alle verplichte locaties samen kosten 2 locaties")


def test_the_target_has_no_price() -> None:
    assert priced(wishes(100)) == {}


@settings(max_examples=10)  # each solves a dozen programs
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(5, 60)), min_size=3, max_size=7),
    st.integers(20, 120),
    st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_prices_are_those_of_trying_every_set(drawn: list[tuple[int, int]], doel: int, lows: tuple[int, int]) -> None:
    rows = [site(f"L-{i}", code, homes, 1000 * i) for i, (code, homes) in enumerate(drawn)]
    asked = {1: lows[0], 2: lows[1]}
    best = fewest(drawn, doel, asked)
    program = program_of(wishes(doel, minimum=asked), rows)
    first = solve(program)
    if best is None:
        assert first.status == "onmogelijk"
        return
    assert first.sites == best
    found = {price.name: price for price in prices(program, first, NAMES)}
    for code in asked:
        rest = fewest(drawn, doel, {other: low for other, low in asked.items() if other != code})
        assert rest is not None
        price = found[f"minimum GM{code:04}"]
        assert price.cost == best - rest
        assert price.free == (best == rest)
        assert (price.shift == {}) or not price.free
    both = fewest(drawn, doel, {})
    assert both is not None
    assert found["minimum"].cost == best - both


def fewest(drawn: list[tuple[int, int]], doel: int, lows: dict[int, int]) -> int | None:
    """Fewest sites, by trying every set; None where there is none."""
    for size in range(1, len(drawn) + 1):
        for some in combinations(drawn, size):
            if sum(homes for _, homes in some) >= doel and all(
                sum(homes for place, homes in some if place == code) >= low for code, low in lows.items()
            ):
                return size
    return None


def test_a_delivery_in_words() -> None:
    rows = [site("L-a", 1, 60, onherroepelijk_laat="2029-01-01"), *(
        site(f"L-{i}", 2, 20, 1000 * (i + 1), onherroepelijk_laat="2027-01-04") for i in range(3)
    )]  # fmt: skip
    wish = Delivery(datum="2028-01-01", woningen=30, waarom="x")
    price = priced(wishes(60, opleveringen=(wish,)), rows)["oplevering 2028-01-01"]
    assert price.cost == 2
    assert price.sentence.startswith("De eis van 30 woningen op 1 januari 2028 kost 2 locaties")


@pytest.mark.parametrize("voorkeur", ["geschiktheid", "snelst", "weging"])
def test_every_objective_has_prices(voorkeur: str) -> None:
    found = priced(wishes(100, minimum={3: 40}, voorkeur=voorkeur))
    assert found["minimum GM0003"].known
    assert found["minimum GM0003"].cost >= 0
