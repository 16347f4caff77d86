from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.judging.aggregate import aggregate
from locatiescan.analysis.judging.rules import judge
from locatiescan.analysis.studying.contributions import divided
from locatiescan.analysis.studying.explain import Explanation, explain, layers_of, obstacles, shown, unknowns, way_out
from locatiescan.analysis.studying.wording import amount, demand, place_on
from locatiescan.model import Aggregation, Extent, Limit, Measurement, Preference, Profile, Rules

SOURCES = pd.DataFrame(
    {
        "laag": ["panden", "bpl"],
        "titel": ["Panden", "Landschap"],
        "aanwezig": ["ja", "nee"],
        "opgehaald": ["2026-11-20T12:00:00+00:00", ""],
        "gebruikt": pd.array([1316, None], dtype="Int64"),
        "zekerheid": ["PROD", "NV"],
        "toelichting": ["", "geen dienst bekend"],
    }
)
BPL = Extent("bpl")


def limit(naam: str, **keys: object) -> Limit:
    return Limit(**{"naam": naam, "measure": "area_m2", "waarom": "x", **keys})  # type: ignore[arg-type]


def wish(naam: str, gewicht: float, **keys: object) -> Preference:
    return Preference(naam=naam, measure="area_m2", waarom="x", gewicht=gewicht, **keys)  # type: ignore[arg-type]


RULES = Rules(
    "t",
    "u",
    (
        limit("vrij_m2", min=1500.0, layer="panden"),
        limit("bpl_aandeel", max=0.5, beslist="provincie", layer="bpl"),
        limit("bestemming", not_in=("bos", "water"), beslist="raad", measure="dominant_class", column="bestemming"),
    ),
    (
        wish("halte_m", 3.0, curve={400.0: 1.0, 1500.0: 0.0}),
        wish("ruimte_m2", 1.0, steps={100.0: 0.5, 200.0: 1.0}, only_in=BPL),
    ),
)


def told(rules: Rules = RULES, **values: object) -> Explanation:
    row = {"vrij_m2": 2000.0, "bpl_aandeel": 0.0, "bestemming": "wonen", "halte_m": 950.0, "ruimte_m2": 150.0}
    row |= {"ruimte_m2_geldt": "ja"} | values
    table = {"perceel_id": ["p"], **{name: [value] for name, value in row.items()}}
    judged = judge(gpd.GeoDataFrame(table, geometry=[shapely.box(0, 0, 1, 1)]), rules)
    return explain(judged.iloc[0], rules, SOURCES, "2026-11-23T00:00:00+00:00", 1)


def test_points_follow_the_hand_and_add_up() -> None:
    found = told()
    assert [fact.gewicht_aandeel for fact in found.voorkeuren] == [0.75, 0.25]
    assert [fact.punten for fact in found.voorkeuren] == pytest.approx([37.5, 12.5])
    assert found.score == pytest.approx(50.0)


def test_what_does_not_apply_has_no_weight() -> None:
    found = told(ruimte_m2_geldt="nee")
    assert [fact.gewicht_aandeel for fact in found.voorkeuren] == [1.0, 0.0]
    assert [fact.punten for fact in found.voorkeuren] == pytest.approx([50.0, 0.0])


@pytest.mark.parametrize("method", ["gewogen_som", "gewogen_product", "topsis", "vikor"])
@pytest.mark.parametrize("here", ["ja", "nee", "onbekend"])
@pytest.mark.parametrize("metres", [500.0, None])
@pytest.mark.parametrize("ground", [50.0, 150.0, 300.0, None])
def test_points_add_up_to_the_score_and_to_the_highest(
    method: Aggregation, here: str, metres: float | None, ground: float | None
) -> None:
    rules = Rules("t", "u", RULES.limits, RULES.preferences, aggregatie=method)
    found = told(rules, halte_m=np.nan if metres is None else metres, ruimte_m2_geldt=here, ruimte_m2=ground or np.nan)
    assert sum(fact.punten for fact in found.voorkeuren) == pytest.approx(found.score, abs=1e-6)
    assert sum(fact.punten_hoog for fact in found.voorkeuren) == pytest.approx(found.score_hoog, abs=1e-6)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 9)), min_size=1, max_size=5))
def test_a_weighted_sum_is_divided_as_by_shapley(rows: list[tuple[float, float]]) -> None:
    scores, weights = (np.array(column) for column in zip(*rows, strict=True))
    points = divided(scores, weights, "gewogen_som")
    assert points == pytest.approx(100 * scores * weights / weights.sum())
    for method in ("gewogen_product", "topsis", "vikor"):
        found = divided(scores, weights, method)
        assert found.sum() == pytest.approx(aggregate(scores[None], weights, None, method)[0][0], abs=1e-6)


def test_many_preferences_are_divided_too() -> None:
    scores, weights = np.linspace(0, 0.9, 20), np.ones(20)
    assert divided(scores, weights, "topsis").sum() == pytest.approx(
        aggregate(scores[None], weights, None, "topsis")[0][0]
    )


def test_what_must_change_is_ordered_by_who_decides() -> None:
    found = told(vrij_m2=1432.4, bpl_aandeel=0.6204, bestemming="bos")
    assert [fact.regel.naam for fact in obstacles(found)] == ["bestemming", "bpl_aandeel", "vrij_m2"]
    zoning, landscape, ground = map(way_out, obstacles(found))
    assert "is bos; nodig niet: bos, water: vraagt een andere bestemming" in zoning
    assert landscape == "62,1 %, nodig ten hoogste 50 %: 12,1 procentpunt te veel, of de grens naar 62,1 %"
    assert ground == "1432 m², nodig ten minste 1500 m²: 68 m² tekort, of de grens naar 1432 m²"


def test_a_range_names_the_bound_that_it_breaks() -> None:
    rules = Rules("t", "u", (limit("vrij_m2", min=1500.0, max=3000.0),), RULES.preferences)
    below, above = (obstacles(told(rules, vrij_m2=value))[0] for value in (1400.0, 3100.0))
    assert (below.marge, below.nodig, above.marge, above.nodig) == (-100.0, 1500.0, -100.0, 3000.0)
    assert "100 m² tekort" in way_out(below)
    assert "100 m² te veel" in way_out(above)
    inside = told(rules, vrij_m2=2900.0).grenzen[0]
    assert (inside.marge, inside.nodig, inside.oordeel) == (100.0, 3000.0, "ja")


@given(st.floats(0, 1499.999), st.floats(0.5001, 1.0))
def test_the_limit_that_is_named_would_do(ground: float, share: float) -> None:
    found = told(vrij_m2=ground, bpl_aandeel=share)
    texts = [way_out(fact).rsplit(" ", 2) for fact in reversed(obstacles(found))]
    lowest, highest = (float(words[1].replace(",", ".")) for words in texts)
    assert lowest <= ground
    assert highest / 100 >= share - 1e-9


def test_unknowns_name_the_absent_layer_and_what_they_could_bring() -> None:
    found = told(bpl_aandeel=np.nan, halte_m=np.nan)
    assert found.oordeel == "onbekend"
    assert [fact.regel.naam for fact in unknowns(found)] == ["bpl_aandeel", "halte_m"]
    assert found.grenzen[1].lagen[0].ontbreekt == "geen dienst bekend"
    assert found.voorkeuren[0].punten == 0.0
    assert found.voorkeuren[0].punten_hoog == pytest.approx(75.0)


def test_layers_carry_their_age_and_an_earlier_rule_brings_its_own() -> None:
    layer = told().grenzen[0].lagen[0]
    assert (layer.laag, layer.dagen_oud, layer.objecten) == ("panden", 2.5, 1316)
    first = Measurement(naam="vrij", measure="area_m2", waarom="x", layer="panden")
    later = Measurement(naam="q", measure="column_number", waarom="x", column="vrij", only_in=BPL)
    assert layers_of(later, {"vrij": first, "q": later}) == ("bpl", "panden")
    assert layers_of(limit("z"), {}) == ("percelen",)


def test_profiles_give_their_own_score_and_rank() -> None:
    profile = Profile(naam="starters", titel="Starters", waarom="x", gewichten={"halte_m": 1.0, "ruimte_m2": 0.0})
    found = told(Rules("t", "u", RULES.limits, RULES.preferences, profielen=(profile,)))
    assert found.profielen[0].score == pytest.approx(50.0)
    assert found.profielen[0].rang == 1


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        (1432.4, "vrij_m2", "1432 m²"),
        (0.625, "bpl_aandeel", "62,5 %"),
        (0.07, "bpl_aandeel", "7 %"),
        (-0.01, "x_m2", "0 m²"),
        (12.0, "weg_m", "12 m"),
        (1000.0, "stikstof_mol_ha_jr", "1000 mol/ha/jr"),
        (None, "weg_m", "onbekend"),
        (np.nan, "weg_m", "onbekend"),
        ("bos", "bestemming", "bos"),
    ],
)
def test_amounts_read_as_dutch(value: object, name: str, text: str) -> None:
    assert amount(value, name) == text


def test_demands_and_places_on_a_curve_read_as_dutch() -> None:
    assert demand(limit("a_m2", min=1.0, max=2.0)) == "ten minste 1 m² en ten hoogste 2 m²"
    curve, steps = RULES.preferences
    assert place_on(curve, 950.0) == "tussen 400 m (1) en 1500 m (0)"
    assert place_on(curve, 10.0) == "onder 400 m (1)"
    assert place_on(curve, 9e9) == "vanaf 1500 m (0)"
    assert place_on(steps, 150.0) == "vanaf 100 m² (0,5)"
    assert place_on(steps, 50.0) == "onder 100 m²: 0"
    assert place_on(wish("k", 1.0, classes={"wonen": 0.8}), "bos") == "klasse niet genoemd"
    assert place_on(wish("k", 1.0, classes={"wonen": 0.8}), "wonen") == "klasse telt 0,8"


def test_an_unknown_admission_is_named_only_where_it_could_still_help() -> None:
    rules = replace(RULES, toelatingen=(limit("kern_aandeel", min=0.5),))
    rejected = told(rules, vrij_m2=1000.0, kern_aandeel=np.nan)
    assert [fact.regel.naam for fact in unknowns(rejected)] == ["kern_aandeel"]
    assert unknowns(told(rules, kern_aandeel=np.nan)) == ()


def test_a_distance_cut_to_its_reach_is_at_least_that() -> None:
    near = limit("weg_m", measure="distance_m", layer="wegen", max=100.0)
    rules = replace(RULES, limits=(*RULES.limits, near))
    cut = next(fact for fact in obstacles(told(rules, weg_m=101.0)) if fact.regel is near)
    assert shown(cut) == "ten minste 101 m"
    assert way_out(cut) == "ten minste 101 m, nodig ten hoogste 100 m; hoe ver het werkelijk is, is niet gemeten"
    met = next(fact for fact in told(rules, weg_m=99.0).grenzen if fact.regel is near)
    assert shown(met) == "99 m"
