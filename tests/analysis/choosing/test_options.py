from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from locatiescan.analysis.choosing.options import offer, options
from locatiescan.crs import RD
from portfolio_small import DAY, candidates, products, site, wishes


def told(table: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(table[list(columns)].itertuples(index=False, name=None))


def test_each_product_that_fits_and_the_planned_one_once() -> None:
    fits = products(("L-1", "rij_1", "ja", 20), ("L-1", "galerij_2", "ja", 50), ("L-1", "galerij_3", "onbekend", 70))
    found = options(candidates(site("L-1", 20)), fits, wishes(), DAY)
    assert told(found, "product", "woningen") == [("galerij_2", 50), ("rij_1", 20)]
    # More homes than the open route was judged with: somebody has to look.
    assert list(found["planroute_oordeel"]) == ["handmatig toetsen", "open"]


def test_without_products_the_site_and_the_building_as_planned() -> None:
    house = site("T-1", 8, soort="gebouw", product=None, score=None)
    table = candidates(site("L-1", 20), house)
    assert told(options(table, None, wishes(), DAY), "locatie_id", "woningen") == [("L-1", 20), ("T-1", 8)]
    without = offer(table, None, wishes(gebouwen=False), DAY)
    assert list(without.options["locatie_id"]) == ["L-1"]
    assert told(without.left_out, "locatie_id", "reden") == [("T-1", "gebouwen doen niet mee")]


def test_fewer_homes_open_a_closed_route_and_keep_within_nitrogen() -> None:
    shut = site("L-1", 40, planroute_oordeel="dicht", planroute=None, onherroepelijk_laat=None, route_max_woningen=25.0)
    near = site("L-2", 40, stikstof_max_woningen=9, stikstof_mol_ha_jr=0.02)
    found = options(candidates(shut, near), None, wishes(minder_woningen=True), DAY)
    rows = told(found, "locatie_id", "woningen", "planroute_oordeel", "minder")
    assert rows == [
        ("L-1", 25, "handmatig toetsen", True),
        ("L-2", 40, "open", False),
        ("L-2", 9, "open", True),
    ]
    assert found["oplevering"].isna().tolist() == [True, False, False]  # by which route is unknown, and so is when
    assert found["mol_ha_jr"].tolist()[1:] == pytest.approx([0.02, 0.02 * 9 / 40])
    assert offer(candidates(shut), None, wishes(), DAY).left_out["reden"].tolist() == ["planroute dicht"]


def test_groups_of_another_number_of_homes_are_the_sites_own_mix() -> None:
    own = site("L-1", 10, woningen_starters=5, woningen_statushouders=3, woningen_overig=2)
    found = options(candidates(own), products(("L-1", "p", "ja", 7)), wishes(), DAY)
    groups = ["woningen_starters", "woningen_statushouders", "woningen_overig"]
    assert told(found, *groups) == [(5, 3, 2), (4, 2, 1)]  # 3.5, 2.1, 1.4: the largest remainder goes up


def test_the_date_is_the_chosen_one_and_the_weeks_of_building() -> None:
    found = options(candidates(site("L-1", 10)), None, wishes(), DAY)
    assert found["oplevering"].tolist() == [pd.Timestamp("2028-01-03") + pd.Timedelta(weeks=26)]
    assert found["weken"].tolist() == [58 + 26]


def test_unknown_homes_verdict_or_verdict_that_is_not_wanted_are_left_out_and_counted() -> None:
    table = candidates(
        site("L-1", None), site("L-2", 10, planroute_oordeel=None), site("L-3", 0), site("L-4", 5),
        site("L-5", 12, planroute_oordeel="handmatig toetsen"), site("L-6", 14, planroute_oordeel="handmatig toetsen"),
    )  # fmt: skip
    found = offer(table, None, wishes(planroutes=("open",)), DAY)
    assert list(found.options["locatie_id"]) == ["L-4"]
    assert told(found.counted(), "reden", "locaties", "woningen") == [
        ("planroute handmatig toetsen", 2, 26),
        ("aantal woningen onbekend", 1, 0),
        ("er past geen woning", 1, 0),
        ("planroute onbekend", 1, 10),
    ]


def test_a_run_without_answers_has_no_options_and_says_why() -> None:
    bare = gpd.GeoDataFrame({"locatie_id": ["L-1"], "gemeente_code": ["GM0361"]}, geometry=[box(0, 0, 1, 1)], crs=RD)
    found = offer(bare, None, wishes(), DAY)
    assert found.options.empty
    assert told(found.left_out, "reden") == [("aantal woningen onbekend",)]


def test_no_longest_term_is_not_an_unknown_term() -> None:
    table = candidates(
        site("L-1", 10),
        site("L-2", 10, max_termijn_jaren=10.0),
        site("L-3", 10, planroute=None, max_termijn_jaren=None),
    )
    terms = options(table, None, wishes(), DAY)["max_termijn_jaren"]
    assert terms.tolist()[:2] == [np.inf, 10.0]
    assert np.isnan(terms[2])


def test_what_was_decided_is_the_only_option_whatever_the_route() -> None:
    shut = site("L-1", 40, planroute_oordeel="dicht", planroute=None, woningen_starters=20, woningen_statushouders=20)
    fits = products(("L-2", "hoog", "ja", 90))
    table = candidates(shut, site("L-2", 20), site("T-3", 9, soort="gebouw"))
    found = offer(table, fits, wishes(gebouwen=False), DAY, {"L-1": 30, "L-2": 20, "T-3": 9}).options
    assert told(found, "locatie_id", "woningen") == [("L-1", 30), ("L-2", 20), ("T-3", 9)]
    assert found["woningen_starters"].tolist()[:2] == [15, 10]
    assert found["product"].isna().tolist() == [True, False, False]  # nobody said how 30 of 40 would be built
    assert found["planroute_oordeel"].tolist()[0] == "dicht"
