"""Against every set there is: the same optimum, or the same impossibility."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locatiescan.analysis.choosing import optimum as searching
from locatiescan.analysis.choosing.greedy import greedy
from locatiescan.analysis.choosing.options import options
from locatiescan.analysis.choosing.program import Program, program
from locatiescan.analysis.choosing.solve import farthest, solve
from locatiescan.policy.portfolio import OBJECTIVES, Delivery, Quota, Wishes
from portfolio_small import DAY, WHY, candidates, exchange, products, site, wishes

CODES = ("GM0361", "GM0399", "GM0450")
AREAS = ("Duin", "Polder", None)


@st.composite
def regions(draw: Any) -> tuple[Program, Wishes, dict[str, int]]:
    """Up to seven sites with up to three options, and any of the wishes."""
    count = draw(st.integers(2, 7))
    number = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    some = lambda value: value if draw(st.booleans()) else None  # noqa: E731
    sites = [
        site(
            f"L-{i}",
            number(5, 40),
            gemeente_code=CODES[number(0, 2)],
            score=some(float(number(20, 100))),
            at=number(0, 12) * 100,
            onherroepelijk_laat=some(str(date(2028, 1, 3) + timedelta(weeks=number(0, 50)))),
            stikstof_mol_ha_jr=some(number(0, 4) / 100),
            hexagon_gebied=AREAS[number(0, 2)],
            max_termijn_jaren=some(float(number(10, 20))),
            woningen_starters=some(number(0, 5)),
        )
        for i in range(count)
    ]
    fits = [(f"L-{i}", f"p{k}", "ja", number(5, 40)) for i in range(count) for k in range(number(0, 2))]
    shares = dict(zip(CODES, (number(0, 30) for _ in CODES), strict=True)) if draw(st.booleans()) else {}
    asked = wishes(
        number(10, 70),
        gemeenten={"GM0399": Quota(minimum=some(number(1, 20)), maximum=some(number(20, 50)), waarom=WHY)},
        uitwisseling=exchange(number(0, 4) / 4) if draw(st.booleans()) else wishes().uitwisseling,
        mix={"starters": 0.5} if number(0, 3) == 0 else {},
        mix_marge=0.25,
        opleveringen=(Delivery(datum="2029-01-01", woningen=number(0, 30), waarom=WHY),),
        onderlinge_afstand_m=float(number(0, 2) * 100),
        verplicht=("L-0",) if draw(st.booleans()) else (),
        uitgesloten=("L-1",) if draw(st.booleans()) else (),
        stikstofruimte={"Duin": number(0, 9) / 100} if draw(st.booleans()) else {},
        min_termijn_jaren=some(15.0),
    )
    found = options(candidates(*sites), products(*fits), asked, DAY)
    return program(found, asked, shares), asked, shares


def every_set(table: pd.DataFrame) -> np.ndarray:
    """(sets, options): each way to take at most one option a site."""
    rows = table.groupby("locatie_id").indices.values()
    ways = [[(), *((int(row),) for row in own)] for own in rows]
    chosen = [sum(way, ()) for way in itertools.product(*ways)]
    sets = np.zeros((len(chosen), len(table)))
    for i, taken in enumerate(chosen):
        sets[i, list(taken)] = 1
    return sets


def allowed(sets: np.ndarray, table: pd.DataFrame, asked: Wishes, shares: dict[str, int], target: int) -> np.ndarray:
    """Which sets meet every wish, written anew from what the wishes mean."""
    homes = table["woningen"].to_numpy(float)
    total = sets @ homes
    own = {code: sets @ (homes * (table["gemeente_code"] == code)) for code in CODES}
    good = total >= target
    for code, quota in asked.gemeenten.items():
        good &= (own[code] >= (quota.minimum or 0)) & (own[code] <= (quota.maximum or np.inf))
    for code, share in shares.items():
        others = int(share * asked.uitwisseling.max_aandeel) if asked.uitwisseling.toegestaan else 0
        good &= own[code] >= share - others
    good &= total >= sum(shares.values())
    for group, part in asked.mix.items():
        known = table[f"woningen_{group}"].astype("Float64")
        least, most = (sets @ known.fillna(fill).to_numpy(float) for fill in (0.0, table["woningen"].astype("Float64")))
        good &= (least >= (part - asked.mix_marge) * total - 1e-9) & (most <= (part + asked.mix_marge) * total + 1e-9)
    for item in asked.opleveringen:
        in_time = [pd.notna(day) and str(day.date()) <= item.datum for day in table["oplevering"]]
        good &= sets @ (homes * in_time) >= item.woningen
    for i, j in itertools.combinations(range(len(table)), 2):
        apart = table.geometry.iloc[i].distance(table.geometry.iloc[j])
        if table["locatie_id"].iloc[i] != table["locatie_id"].iloc[j] and apart < asked.onderlinge_afstand_m:
            good &= sets[:, i] + sets[:, j] <= 1
    for name in asked.verplicht:
        good &= sets @ (table["locatie_id"] == name).to_numpy(float) == 1
    for name in asked.uitgesloten:
        good &= sets @ (table["locatie_id"] == name).to_numpy(float) == 0
    for area, room in asked.stikstofruimte.items():
        here = table["gebied"].isna() | (table["gebied"] == area)
        good &= sets @ (table["mol_ha_jr"].fillna(0) * here).to_numpy(float) <= room + 1e-9
        good &= sets @ table["mol_ha_jr"].isna().to_numpy(float) == 0
    if asked.min_termijn_jaren:
        good &= sets @ (~(table["max_termijn_jaren"] >= asked.min_termijn_jaren)).to_numpy(float) == 0
    return good


def exact_costs(table: pd.DataFrame, asked: Wishes) -> dict[str, np.ndarray]:
    """Costs as they are documented, before they are rounded to steps."""
    homes = table["woningen"].to_numpy(float)
    waiting = np.ceil(table["weken"].to_numpy(float))
    waiting = np.where(np.isnan(waiting), np.nan_to_num(waiting).max() + 52, waiting)
    load = asked.last_per_locatie.woningen
    loss = homes * (100 - table["score"].fillna(0).to_numpy(float)) / 100 + load
    return {"minste_locaties": np.ones(len(table)), "geschiktheid": loss, "snelst": (homes + load) * waiting}


@settings(max_examples=25)
@given(regions())
def test_the_optimum_is_that_of_every_set_there_is(region: tuple[Program, Wishes, dict[str, int]]) -> None:
    held, asked, shares = region
    sets = every_set(held.options)
    good = sets[allowed(sets, held.options, asked, shares, asked.doel)]
    for name in OBJECTIVES:
        found = solve(held, name)
        assert found.proven
        assert found.found == bool(len(good))
        if len(good):
            cost = held.costs[name]
            first = good @ cost.first[: len(held.options)]
            assert found.value == pytest.approx(first.min() * cost.step)
            assert found.bound == found.value
            second = (good @ cost.second[: len(held.options)])[first == first.min()]
            assert found.variables @ cost.second == pytest.approx(second.min())
            by_hand = greedy(held)
            assert by_hand.broken or by_hand.value(held, name) >= found.value - 1e-9
    free = sets[allowed(sets, held.options, asked, shares, 0)]
    far = farthest(held)
    assert far.found == bool(len(free))
    assert not len(free) or far.value == (free @ held.homes[: len(held.options)]).max()


@settings(max_examples=10)
@given(regions())
def test_steps_round_costs_by_no_more_than_half_a_step(region: tuple[Program, Wishes, dict[str, int]]) -> None:
    held, asked, _ = region
    for name, exact in exact_costs(held.options, asked).items():
        cost = held.costs[name]
        assert np.abs(cost.first[: len(exact)] * cost.step - exact).max() <= cost.step / 2 + 1e-9


@pytest.mark.parametrize(("seed", "core"), [(0, 7), (1, 6), (2, 5)])
def test_the_core_is_a_shortcut_only(seed: int, core: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Regions in which the best set among the most promising options is not the best there is."""
    draw = np.random.default_rng(seed)
    sites = [
        site(
            f"L-{i}",
            int(homes),
            score=float(draw.integers(40, 90)),
            onherroepelijk_laat=f"2028-{draw.integers(1, 13):02d}-03",
        )
        for i, homes in enumerate(draw.integers(7, 40, 40))
    ]
    asked = wishes(151, gemeenten={"GM0361": Quota(maximum=152, waarom=WHY)})
    held = program(options(candidates(*sites), None, asked, DAY), asked, {})
    whole = {name: solve(held, name).value for name in OBJECTIVES}
    monkeypatch.setattr(searching, "CORE", core)
    few = {name: solve(held, name) for name in OBJECTIVES}
    assert {name: found.value for name, found in few.items()} == whole
    assert all(found.proven for found in few.values())
