"""A status follows its ground through a split, a merger, new numbers and borders measured anew."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from locatiescan.analysis.monitoring.carry import (
    CARRIED,
    LOST,
    MERGED,
    SPLIT,
    Carried,
    carried,
    divided,
    with_candidates,
)
from locatiescan.crs import RD
from locatiescan.policy.status import STATUSES

X, Y = 110_000.0, 512_000.0


def ground(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(X + west, Y + south, X + east, Y + north)


def record(name: str, shape: Any = None, percelen: str | None = None, **more: Any) -> dict[str, Any]:
    empty = {"gemeente": None, "status": "besloten", "datum": None, "woningen": None, "toelichting": None}
    return {"locatie_id": name, **empty, "percelen": percelen, "geometry": shape, **more}


def file_of(*records: dict[str, Any]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(records or [record("x")])
    homes = pd.array([pd.NA if pd.isna(one) else one for one in table["woningen"]], dtype="Int64")
    made = gpd.GeoDataFrame(table.assign(woningen=homes), geometry="geometry", crs=RD)
    return made if records else made.iloc[:0]


def run_of(*sites: tuple[str, Any, str | None]) -> gpd.GeoDataFrame:
    names, shapes, parcels = zip(*sites, strict=True)
    return gpd.GeoDataFrame({"locatie_id": names, "percelen": parcels}, geometry=list(shapes), crs=RD)


def told(found: Carried) -> list[tuple]:
    rows = found.rows
    homes = [None if pd.isna(one) else int(one) for one in rows["woningen"]]
    return list(zip(rows["was"], rows["locatie_id"], homes, rows["uitkomst"], strict=True))


FIELD, WEST, EAST = ground(0, 0, 100, 60), ground(0, 0, 75, 60), ground(75, 0, 100, 60)


def test_the_same_place_keeps_its_record_untouched():
    status = file_of(record("L-1", FIELD, "1", woningen=48, toelichting="raad 3 juni", datum="2027-06-03"))
    found = carried(status, run_of(("L-9", ground(200, 0, 300, 60), "9"), ("L-1", FIELD, "1")))
    assert told(found) == [("L-1", "L-1", 48, CARRIED)]
    assert found.rows[["toelichting", "datum", "status"]].iloc[0].tolist() == ["raad 3 juni", "2027-06-03", "besloten"]
    assert found.by_site.to_dict("index") == {"L-1": {"status": "besloten", "records": ("L-1",)}}
    assert (found.lost, found.notes) == ((), ())


@pytest.mark.parametrize("moved", [0.0, 2.0, 40.0], ids=["renumbered", "and measured anew", "same number, far off"])
def test_new_numbers_and_new_borders(moved: float):
    kept = "1" if moved == 40 else "77"
    site = run_of(("L-77", ground(moved, 0, 100 + moved, 60), kept), ("L-5", ground(150, 0, 200, 60), "5"))
    found = carried(file_of(record("L-1", FIELD, "1", woningen=48)), site)
    assert told(found) == [("L-1", "L-77", 48, CARRIED)]
    assert found.rows["percelen"].tolist() == [kept]
    assert found.notes == ("L-1 heet nu L-77",)


def test_parcels_decide_before_the_outline():
    """All parcels are still there, so a neighbour that lies over the old outline was not meant."""
    shifted = run_of(("L-1", ground(30, 0, 130, 60), "1, 2"), ("L-3", ground(-70, 0, 30, 60), "3"))
    found = carried(file_of(record("L-2", FIELD, "2, 1", woningen=7)), shifted)
    assert told(found) == [("L-2", "L-1", 7, CARRIED)]


@pytest.mark.parametrize("parcels", [("1", "2"), (None, None), ("11", "12")], ids=["ids", "no ids", "new ids"])
def test_a_split_divides_the_homes_by_area(parcels):
    old = "1, 2" if parcels[0] == "1" else "1"
    status = file_of(record("L-1", FIELD, old, woningen=49, status="vergund", toelichting="é"))
    found = carried(status, run_of(("L-1", WEST, parcels[0]), ("L-2", EAST, parcels[1])))
    assert told(found) == [("L-1", "L-1", 37, SPLIT), ("L-1", "L-2", 12, SPLIT)]
    assert found.by_site["status"].to_dict() == {"L-1": "vergund", "L-2": "vergund"}
    assert found.rows["toelichting"].tolist() == ["é", "é"]
    assert found.rows.geometry.tolist() == [WEST, EAST]
    assert found.notes == ("L-1 is gesplitst in L-1, L-2 (woningen 37 + 12)",)


def test_a_split_without_recorded_homes_stays_blank():
    found = carried(file_of(record("L-1", FIELD, "1")), run_of(("L-1", WEST, "1"), ("L-2", EAST, "2")))
    assert told(found) == [("L-1", "L-1", None, SPLIT), ("L-1", "L-2", None, SPLIT)]


def test_a_merger_keeps_both_records_and_shows_the_least_advanced():
    status = file_of(
        record("L-1", WEST, "1", woningen=30, status="vergund"),
        record("L-2", EAST, "2", woningen=8, status="in_onderzoek"),
    )
    found = carried(status, run_of(("L-1", FIELD, "1, 2")))
    assert told(found) == [("L-1", "L-1", 30, MERGED), ("L-2", "L-2", 8, MERGED)]
    assert found.rows.geometry.tolist() == [WEST, EAST], "each keeps the ground that it was about"
    assert found.by_site.to_dict("index") == {"L-1": {"status": "in_onderzoek", "records": ("L-1", "L-2")}}
    assert found.links["m2"].tolist() == [WEST.area, EAST.area]


def test_dropped_ground_does_not_hide_what_goes_on_beside_it():
    status = file_of(record("L-1", WEST, "1", status="afgevallen"), record("L-2", EAST, "2", status="gebouwd"))
    assert carried(status, run_of(("L-1", FIELD, "1, 2"))).by_site["status"].tolist() == ["gebouwd"]


def test_a_record_does_not_come_to_speak_for_much_more_ground():
    found = carried(file_of(record("L-2", EAST, "2", woningen=8)), run_of(("L-1", FIELD, "1, 2")))
    assert told(found) == [("L-2", "L-2", 8, MERGED)]
    assert found.rows.geometry.tolist() == [EAST]
    assert "ligt nu samen met andere grond in L-1" in found.notes[0]


def test_a_strip_that_went_to_a_neighbour_is_no_split():
    sites = run_of(("L-1", ground(0, 0, 95, 60), "1"), ("L-8", ground(95, 0, 300, 60), "2, 8"))
    found = carried(file_of(record("L-1", FIELD, "1, 2", woningen=48)), sites)
    assert told(found) == [("L-1", "L-1", 48, CARRIED)]


def test_ground_that_is_no_candidate_any_more_keeps_its_record():
    status = file_of(record("L-1", FIELD, "1", woningen=48, status="gebouwd"), record("L-2"))
    found = carried(status, run_of(("L-9", ground(500, 0, 600, 60), "9")))
    assert told(found) == [("L-1", "L-1", 48, LOST), ("L-2", "L-2", None, LOST)]
    assert found.lost == ("L-1", "L-2")
    assert "L-1 (gebouwd) is niet teruggevonden" in found.notes[0]
    assert not len(found.by_site)


def test_a_row_typed_by_hand_is_found_by_its_name():
    assert told(carried(file_of(record("L-1", woningen=3)), run_of(("L-1", FIELD, "1")))) == [
        ("L-1", "L-1", 3, CARRIED)
    ]


def test_a_building_is_another_plan_than_the_ground_it_stands_on():
    status = file_of(record("L-1", FIELD, "1", woningen=48))
    found = carried(status, run_of(("T-5", ground(10, 10, 30, 30), "1"), ("L-7", FIELD, "7")))
    assert told(found) == [("L-1", "L-7", 48, CARRIED)]


def test_two_records_never_bear_one_name():
    """The old name of ground that joined a neighbour is now the name of other ground."""
    status = file_of(record("L-1", EAST, "5", woningen=2), record("L-3", ground(200, 0, 300, 60), "3", woningen=9))
    sites = run_of(("L-8", ground(75, 0, 300, 60).difference(ground(200, 0, 300, 60)), "5, 8"),
                   ("L-1", ground(200, 0, 300, 60), "3"))  # fmt: skip
    found = carried(status, sites)
    assert told(found) == [("L-1", "L-1 (2)", 2, MERGED), ("L-3", "L-1", 9, CARRIED)]


def test_candidates_without_a_record_are_added_and_nothing_else():
    found = carried(file_of(record("L-1", FIELD, "1"), record("L-x", status="gebouwd")), sites := run_of(
        ("L-4", ground(200, 0, 300, 60), "4"), ("L-77", FIELD, "77")))  # fmt: skip
    table = with_candidates(found, sites, {"L-4": "Heiloo", "L-77": "Alkmaar"})
    assert list(zip(table["locatie_id"], table["status"], table["gemeente"], strict=True)) == [
        ("L-77", "besloten", "Alkmaar"), ("L-x", "gebouwd", None), ("L-4", "kandidaat", "Heiloo"),
    ]  # fmt: skip
    again = with_candidates(carried(table, sites), sites, {})
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(table))
    first = with_candidates(carried(file_of(), sites), sites, {})
    assert first["status"].tolist() == ["kandidaat", "kandidaat"]


@pytest.mark.parametrize(
    ("total", "parts", "expected"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (0, [3, 1], [0, 0]),
        (7, [0, 0], [4, 3]),
        (5, [float("nan"), 1], [3, 2]),
        (3, [9], [3]),
    ],
)
def test_dividing_loses_nothing(total, parts, expected):
    assert divided(total, parts) == expected


CUTS = st.lists(st.integers(1, 29), max_size=6, unique=True).map(lambda cuts: [0, *sorted(cuts), 30])


@st.composite
def lots(draw: st.DrawFn, prefix: str) -> list[tuple[str, shapely.Polygon, str]]:
    """A strip of ground of 300 by 50 m in lots, some left out, with parcel numbers that may be those of before."""
    cuts = draw(CUTS)
    kept = draw(st.lists(st.sampled_from(range(len(cuts) - 1)), min_size=1, unique=True))
    shift = draw(st.sampled_from([0.0, 0.7, 3.0]))
    numbers = draw(st.permutations(range(len(cuts) - 1)))
    named = draw(st.booleans())
    return [
        (
            f"L-{numbers[i]}",
            ground(10 * cuts[i] + shift, 0, 10 * cuts[i + 1] + shift, 50),
            f"{numbers[i]}" if named else f"{prefix}{numbers[i]}",
        )
        for i in kept
    ]


@settings(max_examples=25)
@given(lots("a"), lots("b"), st.data())
def test_no_row_vanishes_and_no_home_is_made_or_lost(old, new, data):
    homes = data.draw(st.lists(st.none() | st.integers(0, 500), min_size=len(old), max_size=len(old)))
    words = data.draw(st.lists(st.sampled_from(STATUSES), min_size=len(old), max_size=len(old)))
    status = file_of(*(
        record(name, shape, ids, woningen=count, status=word)
        for (name, shape, ids), count, word in zip(old, homes, words, strict=True)
    ))  # fmt: skip
    sites = run_of(*new)
    found = carried(status, sites)
    assert found.rows["woningen"].sum() == status["woningen"].sum()
    assert set(found.rows["was"]) == set(status["locatie_id"])
    assert found.rows["locatie_id"].is_unique
    for was, group in pd.DataFrame(found.rows.drop(columns="geometry")).groupby("was"):
        own = status[status["locatie_id"] == was].iloc[0]
        assert set(group["status"]) == {own["status"]}
        assert len(group) == 1 or set(group["uitkomst"]) == {SPLIT}
        assert group["woningen"].isna().all() == pd.isna(own["woningen"])
    claimed = {name for names in found.by_site["records"] for name in names}
    assert claimed == set(found.rows["locatie_id"]) - set(found.lost)
    written = found.rows.drop(columns=["was", "uitkomst"])
    again = carried(written, sites)
    assert again.rows.drop(columns=["was", "uitkomst"]).astype(str).equals(written.astype(str))
    assert again.by_site.equals(found.by_site)
