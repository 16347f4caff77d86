from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from locatiescan.analysis.choosing import solve as solving
from locatiescan.analysis.choosing.alternatives import alternatives, different, shared_homes
from locatiescan.analysis.choosing.optimum import Optimum
from locatiescan.analysis.choosing.options import options
from locatiescan.analysis.choosing.program import Program, droppable, names_of, program
from locatiescan.analysis.choosing.solve import farthest, reach, solve
from locatiescan.analysis.choosing.spacing import cliques
from locatiescan.analysis.choosing.spent import within
from locatiescan.errors import UsageError
from locatiescan.policy.portfolio import Delivery, Quota, Wishes
from portfolio_small import DAY, WHY, candidates, exchange, ids, products, site, wishes


def made(*sites: dict[str, Any], asked: Wishes, shares: dict[str, int] | None = None, fits: Any = None) -> Program:
    return program(options(candidates(*sites), fits, asked, DAY), asked, shares)


def by(day: str, homes: int) -> tuple[Delivery, ...]:
    return (Delivery(datum=day, woningen=homes, waarom=WHY),)


def test_overshoot_is_not_rewarded_and_one_product_a_site() -> None:
    fits = products(("L-1", "hoog", "ja", 90), ("L-2", "hoog", "ja", 60))
    held = made(site("L-1", 40), site("L-2", 40), asked=wishes(100), fits=fits)
    found = solve(held, "geschiktheid")
    assert sorted(found.chosen["woningen"]) == [40, 60]
    assert (found.homes, found.sites, found.gap, found.status) == (100, 2, 0.0, "optimaal")


def test_of_as_few_sites_the_more_suitable() -> None:
    held = made(site("L-1", 50, score=60.0), site("L-2", 50, score=61.0), site("L-3", 20, score=99.0), asked=wishes(40))
    assert ids(solve(held).chosen) == ["L-2"]


def test_ten_small_sites_must_win_their_load() -> None:
    small = [site(f"L-{i}", 10, score=75.0) for i in range(1, 6)]
    large = site("L-6", 50, score=70.0)  # loses 2.5 homes more, and saves four loads of 1
    assert ids(solve(made(*small, large, asked=wishes(50)), "geschiktheid").chosen) == ["L-6"]


def test_fastest_waits_least_and_says_when_and_how_long() -> None:
    soon = [site(f"L-{i}", 10, onherroepelijk_laat="2027-06-07") for i in (1, 2)]
    late = site("L-3", 20, onherroepelijk_laat="2028-01-03")
    found = solve(made(*soon, late, asked=wishes(20)), "snelst")
    assert ids(found.chosen) == ["L-1", "L-2"]
    assert found.mean_weeks == 28 + 26
    assert found.value == (10 + 1) * 54 * 2
    assert str(found.reached)[:10] == "2027-12-06"


def test_an_unknown_date_is_never_in_time() -> None:
    known, unknown = site("L-1", 20), site("L-2", 90, onherroepelijk_laat=None)
    held = made(known, unknown, asked=wishes(20, opleveringen=by("2028-07-03", 20)))
    assert ids(solve(held).chosen) == ["L-1"]
    assert not solve(made(unknown, asked=wishes(20, opleveringen=by("2099-01-01", 1)))).found
    assert not solve(made(known, asked=wishes(20, opleveringen=by("2028-07-02", 20)))).found  # a day too late
    assert solve(made(unknown, asked=wishes(20))).reached is None
    assert held.notes[0].startswith("1 locatie zonder bekende datum")


def test_unknown_deposition_fits_no_room_and_an_unknown_area_fits_every_one_once() -> None:
    room = {"Duin": 0.02, "Polder": 0.02}
    unknown = site("L-1", 50, stikstof_mol_ha_jr=None)
    adrift = [site(f"L-{i}", 50, stikstof_mol_ha_jr=0.015, hexagon_gebied=None) for i in (2, 3)]
    zero = site("L-4", 10, stikstof_mol_ha_jr=0.0, hexagon_gebied=None)
    elsewhere = site("L-5", 10, stikstof_mol_ha_jr=9.0, hexagon_gebied="Zwanenwater")
    held = made(unknown, *adrift, zero, elsewhere, asked=wishes(1, stikstofruimte=room))
    assert farthest(held).homes == 50 + 10 + 10
    assert farthest(held, {"stikstof Duin"}).homes == 50 + 10 + 10  # the other area still bars them
    assert farthest(held, names_of("stikstof", held)).homes == 170
    assert any("onbekende depositie" in note for note in held.notes)
    assert any("natuurgebied onbekend" in note for note in held.notes)


def test_must_and_never_and_what_can_be_given_up() -> None:
    sites = [site("L-1", 10, score=1.0), site("L-2", 50), site("L-3", 40)]
    asked = wishes(30, verplicht=("L-1",), uitgesloten=("L-2",))
    held = made(*sites, asked=asked)
    assert ids(solve(held).chosen) == ["L-1", "L-3"]
    assert ids(solve(held, without={"verplicht L-1", "uitgesloten L-2"}).chosen) in (["L-2"], ["L-3"])
    assert droppable(held) == ("doel", "verplicht L-1", "uitgesloten L-2")
    for name in ("L-9", "L-4"):
        with pytest.raises(UsageError, match=f"verplicht: '{name}'"):
            made(*sites, site("L-4", 9, planroute_oordeel="dicht"), asked=wishes(verplicht=(name,)))


def test_sites_exactly_so_far_apart_are_far_enough() -> None:
    row = [site(f"L-{i}", 10, at=i * 60) for i in range(5)]  # 50 m between neighbours
    assert farthest(made(*row, asked=wishes(onderlinge_afstand_m=50.0))).homes == 50
    held = made(*row, asked=wishes(onderlinge_afstand_m=50.5))
    assert farthest(held).homes == 30
    assert held.constraints["afstand"].rows.shape[0] == 4
    held = made(*row, asked=wishes(onderlinge_afstand_m=120.0))
    assert held.constraints["afstand"].rows.shape[0] == 3  # three in a row exclude each other: one row
    assert farthest(held).homes == 20


def test_exchange_accounts_add_up_and_nobody_gives_and_receives() -> None:
    codes = ("GM0361", "GM0399", "GM0450")
    sites = [
        site(f"L-{i}", homes, gemeente_code=code)
        for i, (homes, code) in enumerate(zip((70, 12, 20), codes, strict=True))
    ]
    shares = dict(zip(codes, (40, 30, 30), strict=True))
    assert solve(made(*sites, asked=wishes(100), shares=shares)).status == "onmogelijk"
    assert solve(made(*sites, asked=wishes(100, uitwisseling=exchange(0.5)), shares=shares)).status == "onmogelijk"
    held = made(*sites, asked=wishes(100, uitwisseling=exchange(0.6)), shares=shares)
    found = solve(held)
    assert found.exchange.to_numpy().tolist() == [["GM0361", "GM0399", 18], ["GM0361", "GM0450", 10]]
    assert not set(found.exchange["van"]) & set(found.exchange["voor"])
    assert solve(
        made(*sites, asked=wishes(100, uitwisseling=exchange(0.5)), shares=shares), without={"uitwisseling"}
    ).found


def test_a_share_that_is_given_up_owes_nothing_and_may_give_all() -> None:
    sites = [site("L-1", 30, gemeente_code="GM0361"), site("L-2", 10, gemeente_code="GM0399")]
    held = made(*sites, asked=wishes(10, uitwisseling=exchange(1.0)), shares={"GM0361": 40, "GM0399": 40})
    assert not solve(held).found
    found = solve(held, without={"aandeel GM0361"})
    assert found.exchange.to_numpy().tolist() == [["GM0361", "GM0399", 30]]


def test_homes_for_unknown_people_help_no_group() -> None:
    vague = site("L-1", 20, woningen_starters=None, woningen_statushouders=None)
    known = site("L-2", 20)
    asked = wishes(20, mix={"starters": 0.5, "statushouders": 0.5}, mix_marge=0.1)
    assert not solve(made(vague, asked=asked)).found
    assert ids(solve(made(vague, known, asked=asked)).chosen) == ["L-2"]


def test_further_sets_differ_and_say_when_there_are_no_more() -> None:
    sites = [site(f"L-{i}", 10, score=float(90 - i)) for i in range(1, 6)]
    held = made(*sites, asked=wishes(20, varianten=2))
    first = solve(held, "geschiktheid")
    others = alternatives(held, first, "geschiktheid")
    sets = [first, *others.sets]
    assert [ids(item.chosen) for item in sets] == [["L-1", "L-2"], ["L-1", "L-3"], ["L-2", "L-3"]]
    assert others.note is None
    for i, one in enumerate(sets):
        assert all(shared_homes(one, other) <= 0.7 * min(one.homes, other.homes) for other in sets[:i])
    held = made(*sites[:2], asked=wishes(20, varianten=3))
    none = alternatives(held, solve(held))
    assert none.sets == ()
    assert none.note == "0 van 3 varianten: een volgende set die 30 % verschilt bestaat niet"


def test_a_set_that_violates_a_wish_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    held = made(site("L-1", 10), site("L-2", 10), asked=wishes(20))
    wrong = Optimum(np.array([1.0, 0.0]), 1.0, 1.0, True)
    monkeypatch.setattr(solving, "optimum", lambda *_: wrong)
    with pytest.raises(RuntimeError, match="violates: doel"):
        solve(held)


def test_a_region_without_options_is_impossible() -> None:
    held = made(site("L-1", 10, planroute_oordeel="dicht"), asked=wishes(20))
    found = solve(held)
    assert (found.status, found.homes, found.proven) == ("onmogelijk", 0, True)
    assert np.isnan(found.value)


def test_a_minimum_below_one_large_site_takes_that_site_whole() -> None:
    """A row over one variable bounds it: 10 of a site of 60 homes is the site, and not a sixth of it."""
    soon = site("L-1", 60, gemeente_code="GM0361", onherroepelijk_laat="2027-01-04")
    late = site("L-2", 60, gemeente_code="GM0450", onherroepelijk_laat="2027-02-15")
    quota = {"GM0450": Quota(minimum=10, waarom=WHY)}
    found = solve(made(soon, late, asked=wishes(60, gemeenten=quota)), "snelst")
    assert ids(found.chosen) == ["L-2"]
    assert found.proven
    assert found.value == found.bound == (60 + 1) * (12 + 26)


@pytest.mark.parametrize(("homes", "found"), [(59, False), (60, True), (119, True)])
def test_a_maximum_below_one_site_bars_it(homes: int, found: bool) -> None:
    quota = {"GM0361": Quota(maximum=homes, waarom=WHY)}
    assert solve(made(site("L-1", 60), asked=wishes(60, gemeenten=quota))).found is found


def test_a_part_that_is_met_exactly_is_met_whatever_the_sum_of_its_decimals() -> None:
    # 0.7 + 0.1 is a little less than 0.8 to a computer, and 8 of 10 homes would be too many
    exact = site("L-1", 10, woningen_starters=8, woningen_statushouders=2)
    asked = wishes(10, mix={"starters": 0.7, "statushouders": 0.3}, mix_marge=0.1)
    assert solve(made(exact, asked=asked)).found


@pytest.mark.parametrize("sites", [1, 3])
def test_no_room_at_all_is_for_no_deposition_however_little(sites: int) -> None:
    little = [site(f"L-{i}", 10, stikstof_mol_ha_jr=1e-7) for i in range(sites)]
    nothing = site("L-9", 5, stikstof_mol_ha_jr=0.0)
    held = made(*little, nothing, asked=wishes(1, stikstofruimte={"Duin": 0.0}))
    assert ids(farthest(held).chosen) == ["L-9"]


def test_only_what_is_better_than_a_known_set_is_sought() -> None:
    held = made(site("L-1", 50, score=60.0), site("L-2", 50, score=61.0), asked=wishes(40))
    loose = solve(held, "geschiktheid", also=(different(held, solve(held, "geschiktheid"), "anders"),))
    assert ids(loose.chosen) == ["L-1"]
    better = solve(held, "geschiktheid", known=loose)
    assert (ids(better.chosen), better.proven) == (["L-2"], True)
    again = solve(held, "geschiktheid", known=better)
    assert (ids(again.chosen), again.proven, again.gap) == (["L-2"], True, 0.0)


def test_without_time_nothing_is_proven_and_that_is_said() -> None:
    rows = [site(f"L-{i}", 7 + 3 * i, score=50.0 + i, at=i * 100) for i in range(12)]
    held = made(*rows, asked=wishes(95))
    found = solve(held, left=lambda: 0.0)
    assert not found.proven
    assert found.status == "niet bewezen"
    known = solve(held, "geschiktheid")
    kept = solve(held, "geschiktheid", known=known, left=lambda: 0.0)
    assert (kept.value, kept.found) == (known.value, True)
    assert kept.bound <= kept.value
    assert reach(held, left=lambda: 0.0) is None


def test_part_of_what_is_left_ends_with_it() -> None:
    left = 100.0
    part = within(lambda: left, 30.0)
    assert part() == 30.0
    left = 75.0
    assert part() == 5.0
    more = within(lambda: left, 500.0)
    left = 10.0
    assert (part(), more()) == (-60.0, 10.0)


def test_groups_hold_every_pair_and_no_other() -> None:
    draw = np.random.default_rng(3)
    found = {tuple(sorted(draw.choice(30, 2, replace=False).tolist())) for _ in range(160)}
    groups = cliques(np.array(sorted(found)), 30)
    assert {pair for group in groups for pair in combinations(group, 2)} == found
    assert len(groups) < len(found)
    assert cliques(np.empty((0, 2), dtype=int), 5) == []
