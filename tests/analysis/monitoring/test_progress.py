"""Homes are counted once, by the record that is about them, and what is unknown is told as such."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.monitoring.test_carry import EAST, FIELD, WEST, file_of, ground, record
from locatiescan.analysis.monitoring.carry import carried
from locatiescan.analysis.monitoring.progress import NOT_SHARED, SHARED, TOGETHER, Progress, progress
from locatiescan.crs import RD
from locatiescan.policy.status import STAGES, STATUSES

DAY = "2026-11-23"


def candidate(name: str, place: int, homes: float | None, **more: Any) -> dict[str, Any]:
    """A candidate of 100 by 60 m; those of even places lie in Heiloo."""
    facts = {
        "locatie_id": name, "gemeente": "Alkmaar" if place % 2 else "Heiloo",
        "gemeente_code": "GM0361" if place % 2 else "GM0399", "percelen": f"p{place}",
        "woningen_laag": homes and homes - 2, "woningen": homes, "woningen_hoog": homes and homes + 4,
        "planroute": "N2", "planroute_titel": "BOPA", "planroute_oordeel": "open", "max_termijn_jaren": None,
        "onherroepelijk_vroeg": "2027-02-15", "onherroepelijk_laat": "2028-07-01",
        "geometry": ground(200 * place, 0, 200 * place + 100, 60),
    }  # fmt: skip
    return facts | more


def region(*candidates: dict[str, Any]) -> gpd.GeoDataFrame:
    made = gpd.GeoDataFrame(pd.DataFrame(candidates), geometry="geometry", crs=RD)
    return made.assign(**{name: made[name].astype("Int64") for name in ("woningen_laag", "woningen", "woningen_hoog")})


def line(told: Progress, name: str) -> dict[str, Any]:
    rows: list[Any] = told.by_municipality.to_dict("records")
    return next(row for row in rows if row["gemeente"] == name)


def test_without_a_file_every_site_is_a_candidate_and_unknown_homes_are_a_site():
    told = progress(region(candidate("L-1", 1, 40), candidate("L-2", 2, None)), None, {"GM0361": 7}, 10, DAY)
    assert told.by_municipality["gemeente"].tolist() == ["Alkmaar", "Heiloo", TOGETHER]
    assert line(told, "Alkmaar") | {"doel": 7, "te_gaan": 7, "kandidaat": 40, "woningen_laag": 38} == line(
        told, "Alkmaar"
    )
    heiloo = line(told, "Heiloo")
    assert (heiloo["locaties"], heiloo["zonder_aantal"], heiloo["woningen"]) == (1, 1, 0)
    assert pd.isna(heiloo["doel"])
    assert line(told, TOGETHER)["doel"] == 10
    assert any("1 van 2 plekken zonder bekend aantal" in note for note in told.notes)


def test_recorded_homes_go_before_the_scan_and_dropped_ones_never_count():
    status = file_of(
        record("L-1", status="vergund", woningen=30), record("L-3", status="afgevallen", woningen=99),
        record("L-5", status="besloten"),
    )  # fmt: skip
    sites = region(candidate("L-1", 1, 40), candidate("L-3", 3, 50), candidate("L-5", 5, 20), candidate("L-7", 7, 10))
    told = progress(sites, carried(status, sites), None, 60, DAY)
    assert told.by_municipality["gemeente"].tolist() == ["Alkmaar"], "one municipality is all there is"
    row = line(told, "Alkmaar")
    assert [row[stage] for stage in STAGES] == [10, 0, 20, 30, 0]
    assert (row["toegezegd"], row["te_gaan"], row["afgevallen"], row["locaties"]) == (50, 10, 1, 3)
    assert (row["woningen_laag"], row["woningen_hoog"]) == (30 + 18 + 8, 30 + 24 + 14)
    assert told.by_term["locaties"].sum() == told.by_route["locaties"].sum() == 3


def test_what_was_built_counts_although_it_is_no_candidate_any_more():
    status = file_of(
        record("L-9", ground(0, 900, 50, 950), "z", status="gebouwd", woningen=48, gemeente="Heiloo",
               datum="2027-06-03"),
        record("L-8", ground(90, 900, 95, 950), "y", status="in_onderzoek", gemeente="Heiloo"),
        record("L-7", ground(60, 900, 80, 950), "x", status="kandidaat", gemeente="Heiloo"),
        record("L-6", ground(80, 900, 85, 950), "w", status="vergund", woningen=5),
        record("L-5", ground(85, 900, 88, 950), "v", status="vergund", woningen=6, gemeente="Schagen"),
    )  # fmt: skip
    sites = region(candidate("L-1", 1, 40))
    told = progress(sites, carried(status, sites), None, None, DAY, {"GM0361": "Alkmaar", "GM0399": "Heiloo"})
    heiloo = line(told, "Heiloo")
    assert (heiloo["gebouwd"], heiloo["locaties"], heiloo["zonder_aantal"]) == (48, 2, 1)
    assert line(told, "gemeente onbekend")["vergund"] == 5
    assert line(told, TOGETHER)["toegezegd"] == 53
    assert any("1 regel van het statusbestand van een gemeente buiten deze scan" in note for note in told.notes)
    quarter = told.by_quarter[(told.by_quarter["gemeente"] == "Heiloo") & (told.by_quarter["kwartaal"] == "2027-K2")]
    assert quarter[["vroeg_woningen", "laat_woningen"]].to_numpy().tolist() == [[48, 48]]


def test_a_merged_site_is_counted_once_between_its_records():
    status = file_of(
        record("L-a", WEST, "a", status="vergund", woningen=30), record("L-b", EAST, "b", status="besloten")
    )
    sites = region(candidate("L-1", 1, 50, percelen="a, b", geometry=FIELD))
    row = line(progress(sites, carried(status, sites), None, None, DAY), "Alkmaar")
    assert (row["vergund"], row["besloten"], row["woningen"], row["locaties"]) == (30, 20, 50, 2)
    assert row["woningen_laag"] == 30 + 18
    blank = file_of(record("L-a", WEST, "a", status="vergund"), record("L-b", EAST, "b", status="besloten"))
    row = line(progress(sites, carried(blank, sites), None, None, DAY), "Alkmaar")
    assert (row["vergund"], row["besloten"]) == (38, 12), "by ground: three quarters and one quarter of 50"


def test_a_site_across_a_border_counts_once_for_its_home():
    sites = region(candidate("L-1", 1, 40, gemeente="Heiloo / Alkmaar"), candidate("L-3", 3, 5), candidate("L-2", 2, 7))
    told = progress(sites, None, None, None, DAY)
    assert told.by_municipality[["gemeente", "woningen"]].to_numpy().tolist() == [
        ["Alkmaar", 45], ["Heiloo", 7], [TOGETHER, 52],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("years", "verdict", "expected"),
    [
        (5.0, "open", "tot en met 5 jaar"), (5.5, "open", "tot en met 10 jaar"), (31, "open", "langer dan 30 jaar"),
        (15, "handmatig toetsen", "tot en met 15 jaar"), (30, "open", "tot en met 30 jaar"),
        (None, "open", "onbeperkt"), (None, "dicht", "onbekend"),
    ],
)  # fmt: skip
def test_terms_and_routes(years, verdict, expected):
    told = progress(
        region(candidate("L-1", 1, 4, max_termijn_jaren=years, planroute_oordeel=verdict)), None, None, None, DAY
    )
    assert told.by_term[["termijn", "woningen"]].to_numpy().tolist() == [[expected, 4]]
    assert told.by_route["planroute"].tolist() == ["geen route open" if verdict == "dicht" else "N2"]


def test_a_run_without_answers_knows_no_term_route_or_quarter():
    bare = region(candidate("L-1", 1, None))[["locatie_id", "gemeente", "gemeente_code", "geometry"]]
    told = progress(bare, None, None, 10, DAY)
    assert told.by_term["termijn"].tolist() == told.by_route["planroute"].tolist() == ["onbekend"]
    assert told.by_quarter["kwartaal"].tolist() == ["onbekend"]
    assert line(told, "Alkmaar")["zonder_aantal"] == 1


def test_quarters_are_without_holes_and_add_up():
    sites = region(
        candidate("L-1", 1, 40), candidate("L-3", 3, 6, onherroepelijk_vroeg="2027-09-30"),
        candidate("L-5", 5, 3, onherroepelijk_vroeg=None, onherroepelijk_laat=None),
    )  # fmt: skip
    found = carried(file_of(record("L-3", status="in_onderzoek")), sites)
    table = progress(sites, found, None, None, DAY).by_quarter.set_index("kwartaal")
    assert table.index.tolist() == [
        "2027-K1",
        "2027-K2",
        "2027-K3",
        "2027-K4",
        "2028-K1",
        "2028-K2",
        "2028-K3",
        "onbekend",
    ]
    assert table["vroeg_woningen"].tolist() == [40, 0, 6, 0, 0, 0, 0, 3]
    assert table["vroeg_woningen_samen"].tolist()[:7] == [40, 40, 46, 46, 46, 46, 46]
    assert table["vroeg_lopend_samen"].tolist()[:3] == [0, 0, 6]
    assert table["laat_woningen_samen"].tolist()[-2:] == [46, pd.NA]
    assert table["vroeg_locaties"].sum() == table["laat_locaties"].sum() == 3


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from([None, *STATUSES]), st.none() | st.integers(0, 90)), min_size=1, max_size=6))
def test_every_table_counts_the_same_homes(told):
    sites = region(*(candidate(f"L-{i}", i, 10 * i) for i in range(len(told))))
    rows = [record(f"L-{i}", status=word, woningen=homes) for i, (word, homes) in enumerate(told) if word]
    found = progress(sites, carried(file_of(*rows), sites), None, None, DAY)
    counted = [(i, word, homes) for i, (word, homes) in enumerate(told) if word != "afgevallen"]
    expected = sum(10 * i if homes is None or word is None else homes for i, word, homes in counted)
    assert found.by_municipality["woningen"].iloc[-1] == expected
    assert found.by_municipality[list(STAGES)].iloc[-1].sum() == expected
    for table in (found.by_term, found.by_route, found.by_quarter.rename(columns={"laat_woningen": "woningen"})):
        code = "" if len(found.by_municipality) > 1 else found.by_municipality["gemeente_code"].iloc[0]
        assert table.loc[table["gemeente_code"] == code, "woningen"].sum() == expected


def test_how_the_target_was_shared_out_is_told_where_there_are_more_municipalities():
    sites = region(candidate("L-1", 1, 40), candidate("L-2", 2, 30))

    def notes(shares: dict[str, int] | None, target: int | None, names: dict[str, str] | None = None) -> set[str]:
        return {SHARED, NOT_SHARED} & set(progress(sites, None, shares, target, DAY, names).notes)

    assert notes({"GM0361": 6, "GM0399": 4}, 10) == {SHARED}
    assert notes(None, 10) == {NOT_SHARED}
    assert notes(None, None) == set()
    assert notes({"GM0361": 10}, 10, {"GM0361": "Alkmaar"}) == set()
