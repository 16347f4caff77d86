"""Known outcomes beside a scan, on ground of which every figure is known by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from locatiescan.analysis.studying.as_of import as_of
from locatiescan.analysis.studying.backtest import BUITEN, Finding, backtest
from locatiescan.analysis.studying.backtest_table import table
from locatiescan.analysis.studying.backtest_words import FLAGS, by_name, lines, notes, stands_now
from locatiescan.analysis.studying.under import Scanned
from locatiescan.crs import RD
from locatiescan.model import Exclusion, Limit, Rules
from locatiescan.policy.conditions import Condition
from locatiescan.policy.planning import Objection, Restriction
from route_facts import CLEAR, FIRST_NEW, LAST_OLD, NEW, OLD, planning
from small_world import box

MEASURED = "2026-11-23"
LIMITS = (
    Limit(naam="vrij_m2", measure="free_area_m2", exclude=(Exclusion("panden", 5.0),), min=1500.0, waarom="x"),
    Limit(naam="bestemming", measure="dominant_class", column="bestemming", layer="enkelbestemming",
          not_in=("natuur",), beslist="raad", waarom="x"),
)  # fmt: skip
RULES = Rules("t", "u", LIMITS, ())
FIELD = {"L-1": box(0, 0, 100, 100), "L-2": box(100, 0, 200, 100)}
"""Two candidates: 1 passes, of 2 something is unknown."""
PARCELS = {
    "a": (FIELD["L-1"], "ja", {}),
    "b": (FIELD["L-2"], "onbekend", {}),
    "natuur": (box(200, 0, 300, 100), "nee", {"bestemming": "natuur"}),
    "bebouwd": (box(300, 0, 400, 100), "nee", {"vrij_m2": 900.0}),
    "beide": (box(400, 0, 500, 100), "nee", {"vrij_m2": 100.0, "bestemming": "natuur"}),
    "klein": (box(0, 200, 30, 230), "nee", {"vrij_m2": 400.0}),
}
"""On ``bebouwd`` and ``beide`` stand buildings of 3000 m², on ``klein`` one of 25 m²."""
PANDEN = [box(310, 10, 370, 60), box(410, 10, 470, 60), box(0, 200, 5, 205)]


def candidates(**more: Any) -> gpd.GeoDataFrame:
    facts = {
        "locatie_id": list(FIELD),
        "soort": "grond",
        "rang": pd.array([1, 2], dtype="Int64"),
        "score": [80.0, 60.0],
        "oordeel": ["ja", "onbekend"],
        "percelen": ["a", "b"],
        "product_titel": "Rij",
        "woningen_laag": 10.0,
        "peiljaar": 2026,
        "planroute": "N9",
        "besluit_vroeg": "2099-01-01",
    }
    return gpd.GeoDataFrame(dict(CLEAR) | facts | more, geometry=list(FIELD.values()), crs=RD)


def municipality(buildings: bool = True) -> Scanned:
    rows = [
        {"perceel_id": name, "oordeel": verdict, "bestemming": "wonen", "vrij_m2": 5000.0} | values
        for name, (_, verdict, values) in PARCELS.items()
    ]
    parcels = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=[shape for shape, *_ in PARCELS.values()], crs=RD)
    judged = parcels.assign(
        vrij_m2_oordeel=np.where(parcels["vrij_m2"] < 1500, "nee", "ja"),
        bestemming_oordeel=np.where(parcels["bestemming"] == "natuur", "nee", "ja"),
    )
    return Scanned("Kleinwereld", box(-100, -100, 600, 400), judged, RULES, np.array(PANDEN) if buildings else None)


def site(naam: str, shape: shapely.Geometry, **more: Any) -> dict[str, Any]:
    row = {"naam": naam, "uitkomst": "afgevallen", "datum": "2025-06-01", "reden": None, "bron": None}
    return row | {"woningen": None, "hersteld": False, "geometry": shape} | more


def found(*sites: dict[str, Any], answered: bool = True, buildings: bool = True, **more: Any) -> list[Finding]:
    frame = gpd.GeoDataFrame(list(sites), geometry="geometry", crs=RD).astype({"woningen": "Int64"})
    then = as_of_packaged if answered else None
    return backtest(frame, candidates(**more), [municipality(buildings)], then)


def as_of_packaged(facts: pd.DataFrame, day: date) -> pd.DataFrame:
    return as_of(facts, planning(), (), day)


def said(one: Finding) -> dict[str, str]:
    return {line.subject: line.scan for line in lines(one)}


@pytest.mark.parametrize(
    ("shape", "survives", "passing", "unknown"),
    [
        (box(0, 0, 100, 100), "ja", 1.0, 0.0),
        (box(10, 10, 90, 90), "ja", 1.0, 0.0),
        (box(100, 0, 200, 100), "onbekend", 0.0, 1.0),
        (box(50, 0, 180, 100), "onbekend", 50 / 130, 80 / 130),
        (box(40, 0, 100, 150), "ja", 100 / 150, 0.0),
        (box(40, 0, 100, 210), "deels", 100 / 210, 0.0),
        (box(199, 0, 299, 100), "nee", 0.0, 0.01),
        (box(300, 0, 400, 100), "nee", 0.0, 0.0),
        (box(5000, 0, 5100, 100), BUITEN, 0.0, 0.0),
        (shapely.Point(box(50, 50, 51, 51).centroid), "ja", 1.0, 0.0),
        (shapely.Point(box(350, 50, 351, 51).centroid), "nee", 0.0, 0.0),
    ],
)
def test_what_survives(shape: shapely.Geometry, survives: str, passing: float, unknown: float) -> None:
    (one,) = found(site("x", shape))
    assert one.survives == survives
    assert (one.passing, one.unknown) == pytest.approx((passing, unknown))


def test_the_best_candidate_counts_by_its_rank_and_the_edge_of_a_drawing_does_not() -> None:
    both, edge = found(site("x", box(80, 0, 180, 100)), site("y", box(91, 0, 200, 100)))
    assert [place.locatie_id for place in both.places] == ["L-1", "L-2"]
    assert both.places[0].of_place == pytest.approx(0.2)
    assert said(both)["Rang"] == "1 van 2, score 80 (L-1, oordeel ja)"
    assert "De locatie beslaat 20 procent van L-1" in " ".join(notes(both, MEASURED))
    assert said(both)["Woningen"] == "10 tot 12, midden 11 (Rij); samen op 2 kandidaten 22"
    assert [place.locatie_id for place in edge.places] == ["L-2"]


def test_a_candidate_that_lies_within_a_large_site_counts_however_small() -> None:
    (one,) = found(site("x", box(-90, -90, 590, 390)))
    assert one.passing + one.unknown < 0.1
    assert [place.of_place for place in one.places] == pytest.approx([1, 1])
    assert one.survives == "deels"


def test_the_law_is_that_of_the_day() -> None:
    ground = FIELD["L-1"]
    old, new = found(site("x", ground, datum=LAST_OLD.isoformat()), site("y", ground, datum=FIRST_NEW.isoformat()))
    assert old.best["planroute"] in OLD
    assert new.best["planroute"] in NEW
    assert "recht van 31 december 2023: Wro, Wabo" in said(old)["Planroute toen"]
    assert "recht van 1 januari 2024: Omgevingswet" in said(new)["Planroute toen"]
    assert old.best["besluit_vroeg"] > LAST_OLD.isoformat()
    assert "2099" not in said(old)["Besluit toen"] + said(new)["Besluit toen"]
    assert [line.subject for line in lines(new)].count(FLAGS) == 1


def test_a_route_that_is_shut_on_the_day_keeps_nothing_of_the_run() -> None:
    (one,) = found(site("x", FIELD["L-1"], datum="2025-06-01"), nnn_aandeel=1.0, bestemming="agrarisch")
    assert one.survives == "ja"
    assert one.best["planroute_oordeel"] == "dicht"
    assert "planroute" not in one.best
    assert "besluit_vroeg" not in one.best
    assert said(one)["Besluit toen"] == "geen open weg"
    assert ("afgevallen, in een kandidaat waarvan de planroute toen dicht was", ("x",)) in by_name([one])


def test_a_run_that_answered_nothing_says_so() -> None:
    (one,) = found(site("x", FIELD["L-1"]), answered=False, planroute_oordeel=None)
    assert said(one)["Planroute toen"] == "onbekend: deze scan beantwoordt geen planroutes"
    assert said(one)["Reden"] == "geen grens; de planroute is onbekend"
    assert notes(one, MEASURED)[0].startswith("De grond, de plannen en de stikstof zijn die van de scan van")


def test_limits_by_ground_and_what_alone_would_free_it() -> None:
    (one,) = found(site("x", box(250, 0, 450, 100), reden="natuur"))
    assert [limit.grens for limit in one.obstacles] == ["vrij_m2", "bestemming"]
    assert [limit.share for limit in one.obstacles] == pytest.approx([0.75, 0.5])
    assert [limit.alone for limit in one.obstacles] == pytest.approx([0.5, 0.25])
    assert one.parcels == ("bebouwd", "natuur", "beide")
    assert "vrij_m2 (75 procent van de grond, er staat bebouwing): 900 m²" in said(one)["Valt af op"]
    assert said(one)["Geeft alleen al vrij"] == (
        "zonder vrij_m2: 50 procent van de grond; zonder bestemming: 25 procent van de grond"
    )
    reason = next(line for line in lines(one) if line.subject == "Reden")
    assert (reason.recorded, reason.scan) == ("natuur", "de grenzen vrij_m2 en bestemming")


def test_a_parcel_that_was_joined_into_a_candidate_is_not_rejected() -> None:
    (one,) = found(site("x", box(0, 200, 30, 230)), percelen=["a, klein", "b"])
    assert one.obstacles == ()
    assert one.parcels == ()


def test_conditions_on_the_year_see_that_of_the_day() -> None:
    early = Objection(als=(Condition(kolom="peiljaar", max=2024),), dan="dicht", omdat="te vroeg")
    law = replace(planning(), beperkingen=(Restriction(naam="x", titel="x", routes=NEW, bezwaren=(early,)),))
    facts = pd.DataFrame(candidates().drop(columns="geometry")).set_index("locatie_id")
    verdicts = [as_of(facts, law, (), date(year, 6, 1))["planroute_oordeel"].tolist() for year in (2024, 2025)]
    assert verdicts == [["dicht", "dicht"], ["open", "open"]]


def test_two_limits_at_once_free_nothing_alone() -> None:
    (one,) = found(site("x", box(400, 0, 500, 100)))
    assert said(one)["Geeft alleen al vrij"] == "niets: elk perceel valt op meer dan een grens af"


@pytest.mark.parametrize(
    ("parcel", "outcome", "stands"),
    [
        ("bebouwd", "gebouwd", True),
        ("bebouwd", "goedgekeurd", False),
        ("natuur", "gebouwd", False),
        ("beide", "gebouwd", False),
        ("klein", "gebouwd", False),
    ],
)
def test_a_site_that_fails_because_it_succeeded(parcel: str, outcome: str, stands: bool) -> None:
    ground = PARCELS[parcel][0]
    for shape in (ground, ground.centroid):
        (one,) = found(site("x", shape, uitkomst=outcome))
        assert one.survives == "nee"
        assert stands_now(one) == stands
        assert ("staat er nu" in said(one)["Uitkomst"]) == stands
        assert any(note.startswith("Staat er nu: ") for note in notes(one, MEASURED)) == stands
        assert (by_name([one])[0][0] == "gebouwd, staat er nu") == stands


def test_what_stands_there_is_measured_and_doubted_where_nothing_was_built() -> None:
    (one,) = found(site("x", box(300, 0, 400, 100)))
    assert one.built_m2 == pytest.approx(3000)
    assert (
        "Op de afgewezen grond staat nu 3.000 m² bebouwing. Die telt mee in vrij_m2. "
        "Of die er op 1 juni 2025 al stond, weet de scan niet."
    ) in notes(one, MEASURED)


def test_without_a_layer_of_buildings_nothing_is_said_of_them() -> None:
    (one,) = found(site("x", box(300, 0, 400, 100), uitkomst="gebouwd"), buildings=False)
    assert np.isnan(one.built_m2)
    assert not stands_now(one)


def test_ground_that_was_not_scanned_is_told() -> None:
    part, road, out = found(
        site("deel", box(500, 0, 800, 100)), site("weg", box(0, 150, 100, 190)), site("buiten", box(5000, 0, 5100, 100))
    )
    assert part.outside == pytest.approx(2 / 3)
    assert part.survives == BUITEN
    assert road.no_parcel == pytest.approx(1)
    assert "100 procent van de grond ligt op geen perceel." in notes(road, MEASURED)
    assert said(road)["Reden"] == "hier ligt geen perceel"
    assert said(out)["Reden"] == BUITEN
    assert notes(out, MEASURED) == ["Ligt buiten het gebied van deze scan; er is niets mee vergeleken."]
    assert table([out], MEASURED)["overleeft"].tolist() == [BUITEN]


@pytest.mark.parametrize(
    ("day", "ago"),
    [
        ("2022-11-23", "ruim 4 jaar later"),
        ("2026-11-22", "minder dan een jaar later"),
        ("2026-11-24", "na de scan"),
        (MEASURED, ""),
    ],
)
def test_the_age_of_the_ground_is_told(day: str, ago: str) -> None:
    (one,) = found(site("x", FIELD["L-1"], datum=day))
    told = notes(one, MEASURED)
    assert [ago in note for note in told] == ([True] if ago else [])
    assert ("het recht is dat van" in " ".join(told).lower()) == (day < MEASURED)


def test_a_building_that_may_become_homes_is_named() -> None:
    shapes = [box(310, 10, 370, 60), box(395, 0, 500, 50)]
    others = gpd.GeoDataFrame({"locatie_id": ["T-1", "T-2"], "soort": "gebouw"}, geometry=shapes, crs=RD)
    both = pd.concat([candidates(), others])
    frame = gpd.GeoDataFrame([site("x", box(300, 0, 400, 100))], geometry="geometry", crs=RD)
    (one,) = backtest(frame, gpd.GeoDataFrame(both), [municipality()], None)
    assert one.buildings == ("T-1",)
    assert one.survives == "nee"


def test_the_table_has_a_row_for_each_site() -> None:
    some = found(site("a", FIELD["L-1"], woningen=48), site("b", box(300, 0, 400, 100), uitkomst="gebouwd"))
    rows = table(some, MEASURED).set_index("naam")
    assert rows.loc["a", ["woningen", "woningen_scan", "rang", "van"]].tolist() == [48, 11, 1, 2]
    assert rows.loc["b", ["overleeft", "staat_er_nu", "alleen", "percelen"]].tolist() == [
        "nee", "ja", "vrij_m2 1", "bebouwd",
    ]  # fmt: skip
    assert pd.isna(rows.loc["b", "woningen"])
