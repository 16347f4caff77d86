"""Reasons, dates, order and form of what the routes say of a location; the law itself is in ``test_route_tables``."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from locatiescan.analysis.answering.best import BEST, best_routes
from locatiescan.analysis.answering.routes import routes_table
from route_facts import (
    FIRST_BL,
    FIRST_NEW,
    FIVE,
    LAST_BPL,
    LAST_OLD,
    NEW,
    NOW,
    OLD,
    REUSE,
    facts,
    planning,
    route,
    routes,
)


@pytest.mark.parametrize(
    ("colour", "extensive", "change"),
    [("groen", "op verzoek", ""), ("oranje", "boven 0,00", "AERIUS"), ("rood", "Bkl 8.74b", "passende beoordeling")],
)
def test_nitrogen_says_one_thing_of_each_procedure(colour: str, extensive: str, change: str) -> None:
    found = routes(NOW, {"stikstof_oordeel": colour}).set_index("route")["reden"]
    assert extensive in found["N3"]
    assert ";" not in found["N3"]
    assert change in found["N5"]
    assert found["N5"].count("stikstofzeef") == bool(change)


@pytest.mark.parametrize(("homes", "said"), [(11, False), (12, True)])
def test_more_than_eleven_homes_outside_town_asked_for_agreement_until_2025(homes: int, said: bool) -> None:
    found = route("N2", LAST_BPL, kern_aandeel=0.4, woningen=homes)
    assert ("regionale afspraken" in found["reden"]) == said
    assert "landschappelijke inpassing" in found["reden"]
    assert "regionale afspraken" not in route("N2", FIRST_BL, kern_aandeel=0.4, woningen=homes)["reden"]


def test_the_law_changes_with_the_year_2024() -> None:
    old, new = (routes(day, {}).set_index("route") for day in (LAST_OLD, FIRST_NEW))
    assert old.index[old["van_kracht"]].tolist() == list(OLD)
    assert new.index[new["van_kracht"]].tolist() == list(NEW)
    assert set(old.loc[list(NEW), "reden"]) == {"geldt voor aanvragen vanaf 01-01-2024"}
    assert set(new.loc[list(OLD), "reden"]) == {"gold voor aanvragen tot en met 31-12-2023"}
    assert set(old.loc[list(NEW), "oordeel"]) == set(new.loc[list(OLD), "oordeel"]) == {"dicht"}


@pytest.mark.parametrize(
    ("name", "change", "reason", "consult"),
    [
        ("N0", {"bestemming": "agrarisch"}, "laat wonen niet toe", ""),
        ("N2", {"nnn_aandeel": 1.0}, "Natuurnetwerk", "provincie Noord-Holland (ontheffing"),
        ("N2", {"lib_zones": "LIB 3"}, "LIB-zone 3", "Inspectie Leefomgeving en Transport"),
        ("N4", {"dubbelbestemmingen": "Waterstaat - Waterkering"}, "waterkering", "waterschap"),
        ("N2", {"bpl_aandeel": 0.6}, "route N2i", "instemming, Ow 16.16"),
        ("N2i", {}, "geldt route N2", ""),
        ("N3", {}, "Ow 16.62 lid 3", ""),
        ("N2", {"stikstof_oordeel": "rood"}, "route N3", "Natura 2000-activiteit"),
        ("N5", {}, "hoogste rechter", ""),
        ("N1", {}, "lees de planregels", ""),
    ],
)
def test_a_reason_says_what_and_whom_to_consult(name: str, change: dict[str, Any], reason: str, consult: str) -> None:
    found = route(name, **change)
    assert reason in found["reden"]
    assert consult in found["overleg"]
    assert bool(consult) == bool(found["overleg"])


def test_an_open_route_has_no_reason_and_a_closed_one_only_those_that_close_it() -> None:
    assert route("N2")["reden"] == ""
    both = route("N2", nnn_aandeel=1.0, lib_zones="LIB 4", grondwater_aandeel=None)
    assert both["reden"].startswith("een twintigste of meer ligt in het Natuurnetwerk")
    assert ";" not in both["reden"]


def test_what_is_unknown_is_named_once() -> None:
    reason = route("N4", bpl_aandeel=None)["reden"]
    assert reason == (
        "onbekend: raakt Beschermd Landschap, alleen als de kernkwaliteiten niet worden aangetast (tijdelijke woningen "
        "zijn niet uitgezonderd) (bpl_aandeel)"
    )
    two = route("N4", lib_zones=None, nnn_aandeel=None)["reden"].split("; ")
    assert [part.rpartition("(")[2] for part in two] == ["nnn_aandeel)", "lib_zones)"]
    late = {"lib_zones": None, "grondwater_aandeel": 0.1, "kern_aandeel": None, "woningen": 60}
    certain, *doubts = route("N4", **late)["reden"].split("; ")
    assert certain == "in een grondwaterbeschermingsgebied van de provincie"
    assert [part.rpartition("(")[2] for part in doubts] == ["kern_aandeel)", "lib_zones)", "lib_zones, kern_aandeel)"]


def test_who_decides_is_not_who_consents() -> None:
    deciders = routes(NOW, {}).set_index("route")["beslist"]
    assert deciders[["N0", "N2", "N2i", "N3", "O2", "O4"]].eq("college").all()
    assert deciders[["N4", "N5", "O1", "O5"]].eq("raad").all()


def test_dates_of_the_regular_procedure() -> None:
    found = route("N2")
    assert (found["weken_laag"], found["weken_hoog"]) == (8, 14)
    assert [found[name] for name in ("besluit_vroeg", "besluit_laat")] == ["2027-01-18", "2027-03-01"]
    assert [found[name] for name in ("in_werking_vroeg", "in_werking_laat")] == ["2027-01-18", "2027-03-29"]
    assert [found[name] for name in ("onherroepelijk_vroeg", "onherroepelijk_laat")] == ["2027-03-01", "2029-08-13"]


@pytest.mark.parametrize(
    ("name", "day", "weeks", "decision", "final"),
    [
        ("N0", NOW, (8, 14), "2027-01-18", "2029-08-13"),
        ("N3", NOW, (26, 32), "2027-05-24", "2029-08-13"),  # 32 and 110 weeks are also 142
        ("N4", NOW, (26, 52), "2027-05-24", "2029-01-01"),
        ("N2", date(2028, 1, 3), (8, 14), "2028-02-28", "2030-09-23"),  # over a leap day
        ("O2", LAST_OLD, (26, 32), "2024-06-30", "2026-09-20"),
        ("O4", LAST_OLD, (8, 14), "2024-02-25", "2026-09-20"),
        ("O1", LAST_OLD, (26, 31), "2024-06-30", "2025-10-26"),
    ],
)
def test_weeks_and_dates_of_other_routes(
    name: str, day: date, weeks: tuple[int, int], decision: str, final: str
) -> None:
    found = route(name, day, termijn_jaren=5.0)
    assert (found["weken_laag"], found["weken_hoog"]) == weeks
    assert (found["besluit_vroeg"], found["onherroepelijk_laat"]) == (decision, final)


def test_a_closed_route_has_no_dates() -> None:
    closed = route("N2", nnn_aandeel=1.0)
    assert {closed[name] for name in closed.index if name.endswith(("_vroeg", "_laat"))} == {""}


@pytest.mark.parametrize(
    ("change", "weeks"),
    [
        ({"woningen": 11}, (8, 14)),
        ({"woningen": 12}, (8, 20)),  # judging the effects on the environment
        ({"woningen": 11, "raad_advies_woningen": 11}, (12, 22)),
        ({"woningen": 11, "raad_advies_woningen": None}, (8, 22)),
        ({"woningen": None, "raad_advies_woningen": None}, (8, 28)),
        ({"woningen": 12, "raad_advies_woningen": 12}, (12, 28)),
    ],
)
def test_surcharges_count_for_certain_or_at_the_high_end(change: dict[str, Any], weeks: tuple[int, int]) -> None:
    found = route("N2", **change)
    assert (found["weken_laag"], found["weken_hoog"]) == weeks


def test_what_was_not_verified_is_named() -> None:
    assert route("N2")["ongeverifieerd"] == "bezwaar, rechtbank, Raad van State (Omgevingswet)"
    doubtful = route("N4", kern_aandeel=0.1)["ongeverifieerd"].split("; ")
    assert doubtful == ["Landelijk gebied (vanaf 2025)", "route N4", "Raad van State in één keer (omgevingsplan)"]
    assert "Bindend advies van de raad" in route("N2", raad_advies_woningen=5)["ongeverifieerd"]


@pytest.mark.parametrize(
    ("day", "change", "best", "verdict"),
    [
        (NOW, {}, "N0", "open"),
        (NOW, {"bestemming": "agrarisch"}, "N2", "open"),
        (NOW, {"bestemming": "gemengd"}, "N2", "open"),  # open goes before to be looked at
        (NOW, {"bestemming": "sport", "stikstof_oordeel": "oranje"}, "N2", "handmatig toetsen"),  # N1 is never chosen
        (NOW, {"bestemming": "sport", "stikstof_oordeel": "rood"}, "N3", "handmatig toetsen"),
        (NOW, {"bestemming": "sport", "bpl_aandeel": 0.1}, "N2i", "handmatig toetsen"),
        (NOW, {"bestemming": "gemengd", "stikstof_oordeel": "oranje"}, "N0", "handmatig toetsen"),
        (LAST_OLD, FIVE, "O4", "open"),
        (LAST_OLD, REUSE, "O3", "open"),
        (LAST_OLD, {"termijn_jaren": 15}, "O2", "open"),  # O6 was for named places: somebody must look
        (LAST_OLD, {"termijn_jaren": 15, "stikstof_oordeel": "oranje"}, "O6", "handmatig toetsen"),
        (LAST_OLD, {"termijn_jaren": 15, "chw_aangewezen": None}, "O2", "open"),
        (LAST_OLD, {"termijn_jaren": 16}, "O2", "open"),
    ],
)
def test_the_best_route(day: date, change: dict[str, Any], best: str, verdict: str) -> None:
    found = best_routes(routes(day, change)).iloc[0]
    assert (found["planroute"], found["planroute_oordeel"]) == (best, verdict)


def test_where_every_route_is_closed_the_reasons_of_those_in_force_are_joined() -> None:
    shut = {"bestemming": "agrarisch", "nnn_aandeel": 1.0}
    table = routes(NOW, shut, {})
    found = best_routes(table)
    assert found.index.tolist() == ["L-0", "L-1"]
    assert found["planroute"].isna().tolist() == [True, False]
    assert found["besluit_vroeg"].isna().tolist() == [True, False]
    assert found["planroute_oordeel"].tolist() == ["dicht", "open"]
    parts = found.loc["L-0", "planroute_reden"].split("; ")
    assert "Natuurnetwerk" in parts[0]  # what closes most comes first
    assert "afwijkings- of beoordelingsregel" in parts[-1]  # and what is left, last
    assert len(parts) == len(set(parts))
    for said in ("de bestemming laat wonen niet toe", "Natuurnetwerk Nederland", "afwijkings- of beoordelingsregel"):
        assert sum(said in part for part in parts) == 1
    assert not any("gold voor" in part for part in parts)


def test_no_reason_of_the_old_law_cites_the_new() -> None:
    shares = {"natura2000_aandeel": 0.01, "nnn_aandeel": 0.01, "bpl_aandeel": 0.1, "grondwater_aandeel": 0.1}
    hard = {"natura2000_aandeel": 1.0, "nnn_aandeel": 1.0}
    worst: list[dict[str, Any]] = [{**part, "stikstof_oordeel": "rood", "kern_aandeel": 0.1} for part in (shares, hard)]
    old, new = (" ".join(routes(day, *worst).query("van_kracht")["reden"]) for day in (LAST_OLD, NOW))
    assert not any(law in old for law in ("Ow ", "Ob ", "Bkl"))
    assert "Wet natuurbescherming" in old
    assert "Wet natuurbescherming" not in new


def test_a_permit_for_nature_takes_the_long_procedure_beside_a_short_one() -> None:
    weeks = {
        colour: tuple(route("N0", stikstof_oordeel=colour)[["weken_laag", "weken_hoog"]])
        for colour in ("groen", "oranje", "rood", "onbekend")
    }
    assert weeks == {"groen": (8, 14), "oranje": (8, 14), "rood": (26, 32), "onbekend": (8, 32)}


def test_whom_to_consult_is_a_list() -> None:
    found = route(
        "N2", dubbelbestemmingen=None, gebiedsaanduidingen=None, stikstof_oordeel="oranje", grondwater_aandeel=1
    )
    whom = [name.split(" (")[0] for name in found["overleg"].split("; ")]
    assert not any("," in name or " en drink" in name or name == "provincie" for name in whom)
    assert {"veiligheidsregio", "omgevingsdienst", "drinkwaterbedrijf", "provincie Noord-Holland"} <= set(whom)


def test_one_row_a_location_and_route_in_their_order() -> None:
    table = routes(NOW, {}, {"nnn_aandeel": 1.0}, {})
    assert table["locatie_id"].tolist() == [name for name in ("L-0", "L-1", "L-2") for _ in (*OLD, *NEW)]
    assert table["route"].tolist() == [*OLD, *NEW] * 3
    first, last = table.iloc[:13].drop(columns="locatie_id"), table.iloc[26:].drop(columns="locatie_id")
    pd.testing.assert_frame_equal(first, last.reset_index(drop=True))
    assert table.groupby("locatie_id")["beste"].sum().tolist() == [1, 1, 1]


def test_no_locations_give_an_empty_table_of_the_same_form() -> None:
    empty = routes_table(facts().iloc[:0], planning(), NOW)
    assert empty.columns.tolist() == routes(NOW, {}).columns.tolist()
    best = best_routes(empty)
    assert (len(best), best.columns.tolist()) == (0, list(BEST))


def test_columns_that_are_not_there_are_unknown() -> None:
    bare = pd.DataFrame(index=pd.Index(["L-x"], name="locatie_id"))
    table = routes_table(bare, planning(), NOW)
    assert set(table.loc[table["van_kracht"], "oordeel"]) == {"handmatig toetsen"}
