"""How many homes a location holds: figures by hand, and what must hold whatever the ground."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.answering.capacity import Capacity, capacity
from locatiescan.config.dwellings import load_dwellings
from locatiescan.config.heights import load_heights
from locatiescan.config.packaged import packaged_file
from locatiescan.crs import RD
from locatiescan.policy.dwellings import Dwellings
from odd_shapes import placed, polygons
from small_world import X, Y, box

DWELLINGS = load_dwellings(packaged_file("rules/woningtypen.yaml"))
HEIGHTS = load_heights(packaged_file("rules/hoogte.yaml"))
ROAD = np.array([shapely.LineString([(X - 50, Y - 8), (X + 250, Y - 8)])], dtype=object)


def asked(
    *shapes: Any,
    lagen: int | None = 4,
    at_most: int | None = None,
    years: float = 15,
    roads: np.ndarray | None = ROAD,
    norm: float | None = None,
    dwellings: Dwellings = DWELLINGS,
) -> Capacity:
    index = pd.Index([f"L-{i}" for i in range(len(shapes))], name="locatie_id")
    ground = np.empty(len(shapes), dtype=object)
    ground[:] = shapes
    sites = gpd.GeoDataFrame({"naam": "x"}, index=index, geometry=[box(0, 0, 1, 1)] * len(shapes), crs=RD)
    storeys = {"lagen": pd.array([lagen] * len(shapes), dtype="Int64")}
    bound = {"lagen_ten_hoogste": pd.array([lagen if at_most is None else at_most] * len(shapes), dtype="Int64")}
    heights = pd.DataFrame(storeys | bound, index=index)
    return capacity(sites, ground, heights, dwellings, years, roads, norm, HEIGHTS)


def product(found: Capacity, name: str) -> pd.Series:
    return found.products.set_index("product").loc[name]


def test_figures_by_hand() -> None:
    """70 by 30, no parking: one row along the length, 64 m in one or two blocks, most homes with modules of 30."""
    free_of_ground = replace(
        DWELLINGS.inrichting, buitenruimte_m2=replace(DWELLINGS.inrichting.buitenruimte_m2, midden=0.0)
    )
    found = asked(box(0, 0, 70, 30), norm=0.0, dwellings=replace(DWELLINGS, inrichting=free_of_ground))
    row = found.sites.iloc[0]
    # gallery 10.2 deep, so one row; 64 m less 2.4 of stairs holds 15 modules of 3.9: 5 pairs, 5 and 5 single a storey
    assert (row["product"], row["module"], row["lagen"]) == ("galerij_4", "m30", 4)
    assert row["modules"] == 15 * 4
    assert row["woningen"] == 45
    assert [row[f"woningen_{group}"] for group in ("starters", "statushouders", "overig")] == [15, 15, 15]
    assert row["bebouwd_m2"] == pytest.approx((15 * 3.9 + 2.4) * 10.2)
    assert row["bvo_m2"] == pytest.approx(4 * (15 * 3.9 + 2.4) * 10.2)
    assert row["parkeerplaatsen"] == 0
    assert row["dichtheid_won_ha"] == pytest.approx(45 / 0.21)


def test_states_block_is_forty_eight_modules() -> None:
    block = replace(DWELLINGS, producten=DWELLINGS.producten[-1:])
    found = asked(box(0, 0, 80, 60), dwellings=block)
    assert found.sites["modules"].iloc[0] % 48 == 0
    assert found.sites["modules"].iloc[0] >= 48
    blocks = found.layout[found.layout["soort"] == "blok"]
    assert blocks.area.to_numpy() == pytest.approx((16 * 3.9 + 2.4) * 10.2)


def test_unknown_ground_is_unknown_and_no_ground_is_none() -> None:
    found = asked(None, shapely.Polygon(), box(0, 0, 6, 6))
    assert found.sites["woningen"].isna().tolist() == [True, False, False]
    assert found.sites["woningen"].tolist()[1:] == [0, 0]
    assert found.sites["product"].isna().all()
    assert found.products.groupby("locatie_id")["past"].unique().map(list).to_dict() == {
        "L-0": ["onbekend"],
        "L-1": ["nee"],
        "L-2": ["nee"],
    }
    assert found.products.groupby("locatie_id")["reden"].first().tolist() == [
        "vrije grond onbekend",
        "geen vrije grond",
        "er past geen enkel blok op de vrije grond",
    ]
    assert not len(found.layout)


def test_height_that_is_unknown_is_not_free() -> None:
    unknown = asked(box(0, 0, 70, 50), lagen=None)
    assert unknown.sites["lagen"].iloc[0] == 1
    assert unknown.sites["hoogte_past"].iloc[0] == "onbekend"
    assert product(unknown, "rij_1")["past"] == product(unknown, "galerij_3")["past"] == "onbekend"
    assert pd.isna(product(unknown, "galerij_3")["woningen"])
    two = asked(box(0, 0, 70, 50), lagen=None, at_most=2)
    assert two.sites["lagen"].iloc[0] == 1
    assert product(two, "galerij_3")["past"] == "nee"
    assert "te hoog" in product(two, "galerij_3")["reden"]
    none = asked(box(0, 0, 70, 50), lagen=None, at_most=0)
    assert none.sites["woningen"].iloc[0] == 0
    assert none.sites["hoogte_past"].iloc[0] == "nee"


def test_what_is_too_high_or_too_short_says_so() -> None:
    found = asked(box(0, 0, 70, 50), lagen=2, years=8)
    assert found.sites[["product", "hoogte_past"]].iloc[0].tolist() == ["galerij_2", "ja"]
    assert product(found, "galerij_4")["reden"] == "termijn van 8 jaar is te kort: vanaf 10 jaar"
    longer = asked(box(0, 0, 70, 50), lagen=2)
    assert product(longer, "galerij_4")["reden"] == "te hoog: 4 lagen, ten hoogste 2 in het plan"


def test_parking_of_the_municipality_goes_first() -> None:
    homes = [asked(box(0, 0, 70, 50), norm=norm).sites["woningen"].iloc[0] for norm in (0.0, 0.6, 1.5)]
    assert homes[0] > homes[1] > homes[2] > 0
    assert asked(box(0, 0, 70, 50)).sites["woningen"].iloc[0] == homes[1]
    much = asked(box(0, 0, 40, 17), norm=60.0)
    assert "parkeren" in product(much, "galerij_4")["reden"]


def test_fire_engines_need_a_road() -> None:
    ground = box(0, 0, 70, 50)
    far = np.array([shapely.LineString([(X, Y - 500), (X + 70, Y - 500)])], dtype=object)
    none = np.array([], dtype=object)
    verdicts = [asked(ground, roads=roads).sites["brandweer_oordeel"].iloc[0] for roads in (ROAD, far, none, None)]
    assert verdicts == ["ja", "nee", "nee", "onbekend"]
    assert product(asked(ground, roads=far), "galerij_4")[["past", "woningen"]].tolist()[0] == "nee"
    assert "brandweer" in product(asked(ground, roads=far), "galerij_4")["reden"]


def test_nothing_stands_on_a_road() -> None:
    through = np.array([shapely.LineString([(X - 50, Y + 20), (X + 200, Y + 20)])], dtype=object)
    found = asked(box(0, 0, 100, 60), roads=through)
    assert found.sites["woningen"].iloc[0] > 0
    assert found.sites["getekend_m2"].iloc[0] == pytest.approx(100 * 52)
    assert (shapely.distance(found.layout.geometry.to_numpy(), through[0]) >= 4 - 1e-6).all()
    assert asked(box(0, 0, 100, 7), roads=np.array([shapely.LineString([(X - 9, Y + 3), (X + 109, Y + 3)])])).products[
        "reden"
    ].unique().tolist() == ["geen vrije grond"]


def test_density_against_what_is_built() -> None:
    found = asked(box(0, 0, 70, 50), box(0, 0, 200, 95), box(0, 0, 70, 50), lagen=3)
    by_hand = [
        "lager" if value < 120 else "hoger" if value > 190 else "binnen" for value in found.sites["dichtheid_won_ha"]
    ]
    assert found.sites["dichtheid_oordeel"].tolist() == by_hand
    assert asked(box(0, 0, 70, 50), lagen=4).sites["dichtheid_oordeel"].iloc[0] == "onbekend"


def test_own_mix_of_a_location() -> None:
    own = replace(DWELLINGS, per_locatie={"L-1": {"statushouders": 1.0}})
    found = asked(box(0, 0, 70, 50), box(0, 0, 70, 50), dwellings=own).sites
    assert found["woningen_starters"].tolist()[1] == 0 < found["woningen_starters"].tolist()[0]
    assert found["woningen_statushouders"].iloc[1] == found["woningen"].iloc[1] > 0


def test_of_very_large_ground_a_piece_is_drawn_and_said() -> None:
    asked(box(0, 0, 60, 60))  # compiles
    begin = time.process_time()
    found = asked(box(0, 0, 1000, 1000)).sites.iloc[0]
    assert time.process_time() - begin < 5
    assert found["getekend_m2"] == pytest.approx(DWELLINGS.max_m2, rel=1e-3)
    assert found["woningen"] > 100
    turned = placed([shapely.box(0, 0, 1000, 1000)], 0.3, scale=1.0)[0]
    layout = asked(turned, roads=None).layout
    first, second = np.array([np.array(shape.exterior.coords)[:2] for shape in layout.geometry]).transpose(1, 0, 2)
    along = np.arctan2(*(second - first).T[::-1]) % (np.pi / 2)
    assert along == pytest.approx(np.full(len(layout), 0.3), abs=1e-6)


def test_of_very_large_ground_in_parts_no_less_is_drawn_than_of_one_part() -> None:
    """A road through a field of 2.2 hectares must not cost half the homes."""
    halves = [box(0, 0, 140, 78), box(0, 90, 140, 168)]
    assert sum(part.area for part in halves) > DWELLINGS.max_m2 > halves[0].area
    found = asked(shapely.union_all(halves), halves[0], roads=None).sites
    assert found["getekend_m2"].tolist() == pytest.approx([DWELLINGS.max_m2, halves[0].area], rel=1e-3)
    assert found["woningen"].iloc[0] > 1.5 * found["woningen"].iloc[1]
    crumbs = shapely.union_all([box(x * 20, y * 20, x * 20 + 19, y * 20 + 19) for x in range(9) for y in range(9)])
    layout = asked(shapely.union_all([crumbs, box(500, 0, 600, 60)]), roads=None)
    assert layout.sites["getekend_m2"].iloc[0] == pytest.approx(DWELLINGS.max_m2, rel=1e-3)
    assert layout.sites["woningen"].iloc[0] > 0


def test_nothing_asked_nothing_answered() -> None:
    found = asked()
    assert len(found.sites) == len(found.products) == len(found.layout) == 0
    assert found.sites["woningen"].dtype == "Int64"
    assert found.layout.crs == RD


@given(st.lists(polygons, min_size=1, max_size=2), st.sampled_from([0.0, 0.3]), st.sampled_from([None, 1, 4]))
def test_what_must_hold_on_any_ground(shapes: list[Any], angle: float, lagen: int | None) -> None:
    ground = placed(shapes, angle)
    found = asked(*ground, lagen=lagen)
    sites, layout = found.sites, found.layout
    assert (sites["woningen_laag"] <= sites["woningen"]).all()
    assert (sites["woningen"] <= sites["woningen_hoog"]).all()
    groups = sites[["woningen_starters", "woningen_statushouders", "woningen_overig"]]
    assert (groups.sum(axis=1) == sites["woningen"]).all()
    assert (sites["modules"] >= groups @ np.array([1, 1, 1])).all()
    norm, outdoor = DWELLINGS.inrichting.parkeernorm.midden, DWELLINGS.inrichting.buitenruimte_m2.midden
    for name, row in sites.iterrows():
        own = layout[layout["locatie_id"] == name]
        blocks, bays = own[own["soort"] == "blok"], own[own["soort"] == "parkeren"]
        assert blocks["woningen"].sum() == row["woningen"]
        assert bays["plaatsen"].sum() == row["parkeerplaatsen"] >= norm * row["woningen"] - 1e-9
        assert row["getekend_m2"] - own.area.sum() >= outdoor * row["woningen"] - 1e-6
        assert shapely.covers(shapely.buffer(ground[sites.index.get_loc(name)], 1e-6), own.geometry.to_numpy()).all()
        assert (blocks["hoogte_m"] == 3.0 * blocks["lagen"].astype(float) + 0.5).all()
    assert (found.products["past"] != "ja").all() if lagen is None else True


def test_the_same_twice() -> None:
    ground = placed([shapely.box(0, 0, 8, 5), shapely.Polygon([(0, 0), (9, 1), (7, 8), (1, 6)])], 0.3)
    one, two = asked(*ground), asked(*ground)
    pd.testing.assert_frame_equal(one.sites, two.sites)
    assert one.layout.geometry.equals(two.layout.geometry)
