from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from locatiescan.analysis.judging.rules import judge
from locatiescan.analysis.studying.changes import redefined, rule_changes
from locatiescan.analysis.studying.compare import Comparison, compare
from locatiescan.analysis.studying.counterfactual import STEPS, Side, places
from locatiescan.model import Exclusion, Limit, Preference, Rules

CURVE = {0.0: 0.0, 10.0: 1.0}
GROUND = Limit(naam="grond_m2", measure="area_m2", waarom="x", min=5.0)
STOP = Preference(naam="halte", measure="distance_m", layer="haltes", waarom="x", gewicht=3.0, curve=CURVE)
ROAD = Preference(naam="weg", measure="distance_m", layer="wegen", waarom="x", gewicht=1.0, curve=CURVE)
RULES = Rules("t", "u", (GROUND,), (STOP, ROAD))
VALUES = {"grond_m2": [9.0, 9.0, 9.0, 1.0], "halte": [9.0, 5.0, 1.0, 9.0], "weg": [1.0, 5.0, 9.0, 9.0]}


def sources(**hashes: str) -> pd.DataFrame:
    names = ("percelen", "haltes", "wegen")
    return pd.DataFrame(
        {
            "laag": names,
            "aanwezig": "ja",
            "opgehaald": "2026-11-23T00:00:00+00:00",
            "gebruikt": pd.array([4, 2, 1], dtype="Int64"),
            "sha256": [hashes.get(name, "0") for name in names],
        }
    )


def side(rules: Rules = RULES, ids: str = "abcd", hashes: dict[str, str] | None = None, **values: object) -> Side:
    table = {"perceel_id": list(ids), **VALUES, **values}
    frame = gpd.GeoDataFrame(table, geometry=[shapely.box(0, 0, 1, 1)] * len(ids))
    return Side(judge(frame, rules), None, rules, sources(**(hashes or {})))


def rows(found: Comparison) -> pd.DataFrame:
    return found.changes.set_index("perceel_id")


def steps(found: Comparison, place: str, column: str = "rang") -> dict[str, float]:
    """Steps that moved a place."""
    row = rows(found).loc[place]
    return {step: row[f"{column}_{step}"] for step in STEPS if row[f"{column}_{step}"]}


def with_weights(stop: float, road: float) -> Rules:
    return replace(RULES, preferences=(replace(STOP, gewicht=stop), replace(ROAD, gewicht=road)))


def test_the_same_run_twice_differs_in_nothing() -> None:
    found = compare(side(), side())
    assert len(found.changes) == len(found.rules) == len(found.layers) == len(found.ledger) == len(found.notes) == 0


def test_new_data_is_named_with_value_and_layer() -> None:
    found = compare(side(), side(hashes={"haltes": "1"}, halte=[0.0, 5.0, 1.0, 9.0]))
    assert steps(found, "a") == {"gegevens": 2}
    assert rows(found).loc["a", "reden"] == "halte: score 0,9 → 0, waarde 9 → 0, laag haltes gewijzigd"
    assert rows(found).loc["b", "reden"] == "eigen score gelijk; andere plekken schoven"
    assert found.layers["laag"].tolist() == ["haltes"]
    assert found.changes["perceel_id"].tolist() == ["a", "b", "c"]


def test_a_threshold_that_moved_is_named_with_both_figures() -> None:
    found = compare(side(), side(replace(RULES, limits=(replace(GROUND, min=1.0),))))
    row = rows(found).loc["d"]
    assert (row["oordeel_oud"], row["oordeel_nieuw"], row["oordeel_door"]) == ("nee", "ja", "regels")
    assert row["reden"] == "grond_m2: nee → ja, waarde 1 m², eis ten minste 5 m² → ten minste 1 m²"
    assert found.rules.to_dict("records") == [
        {"soort": "grens", "naam": "grond_m2", "veld": "min", "oud": "5", "nieuw": "1"}
    ]
    assert found.ledger.loc[0, ["grens", "alleen_deze_oud", "alleen_deze_nieuw"]].tolist() == ["grond_m2", 1, 0]
    assert steps(found, "a") == {"regels": 1}


def test_weights_and_method_have_their_own_steps() -> None:
    found = compare(side(), side(with_weights(1.0, 3.0)))
    assert steps(found, "a") == {"gewichten": 2}
    assert "door gewichten" in rows(found).loc["a", "reden"]
    # a geometric mean likes the even place best
    found = compare(side(with_weights(1.0, 1.0)), side(replace(with_weights(1.0, 1.0), aggregatie="gewogen_product")))
    assert steps(found, "b") == {"methode": -1}


def test_a_rule_that_measures_something_else_is_no_new_data() -> None:
    wide = replace(STOP, reach_m=100.0)
    found = compare(side(), side(replace(RULES, preferences=(wide, ROAD)), halte=[0.0, 5.0, 1.0, 9.0]))
    assert steps(found, "a") == {"regels": 2}
    assert "de regel meet iets anders" in rows(found).loc["a", "reden"]
    assert "meet iets anders" in found.notes[0]


def test_new_and_dropped_rules_are_told() -> None:
    air = Limit(naam="lucht", measure="grid_mean", waarom="Schone lucht", max=3.0)
    new = Rules("t", "u", (air,), (STOP,))
    found = compare(side(), side(new, lucht=[1.0, 1.0, 9.0, 1.0]))
    row = rows(found).loc["c"]
    assert (row["oordeel_door"], row["reden"]) == ("regels", "lucht: nieuwe regel, nee (9, ten hoogste 3)")
    assert rows(found).loc["d", "reden"] == "grond_m2: regel vervallen, was nee"
    assert any("lucht is nieuw" in note and "geen waarde" in note for note in found.notes)
    assert any("weg is vervallen" in note for note in found.notes)
    assert set(found.rules["veld"]) == {"(nieuw)", "(vervallen)"}
    # the dropped preference counts until its weight goes
    assert steps(found, "c", "score") == {"gewichten": pytest.approx(-20.0)}


def test_a_dropped_rule_without_a_column_in_the_new_run_still_judges_the_old_one() -> None:
    old, new = side(), side(replace(RULES, limits=()))
    found = compare(old, replace(new, parcels=new.parcels.drop(columns="grond_m2")))
    assert rows(found).loc["d", "oordeel_door"] == "regels"


def test_an_admission_is_told_where_it_admits_and_not_elsewhere() -> None:
    near = Limit(naam="kern_m2", measure="area_m2", min=5.0, waarom="x")
    admitting = side(replace(RULES, toelatingen=(near,)), kern_m2=[0.0, 0.0, 0.0, 9.0])
    found = rows(compare(side(kern_m2=[0.0, 0.0, 0.0, 9.0]), admitting))
    assert (found.loc["d", "oordeel_oud"], found.loc["d", "oordeel_nieuw"]) == ("nee", "ja")
    assert found.loc["d", "reden"] == "kern_m2: nieuwe regel, ja (9 m², ten minste 5 m²)"
    assert not found.drop("d")["reden"].str.contains("kern_m2").any()
    back = rows(compare(admitting, side(kern_m2=[0.0, 0.0, 0.0, 9.0])))
    assert back.loc["d", "reden"] == "kern_m2: regel vervallen, was ja"


def test_parcels_come_and_go() -> None:
    found = compare(side(), side(ids="abce"))
    assert rows(found).loc["d", "reden"] == "perceel bestaat niet meer"
    assert rows(found).loc["e", "reden"] == "nieuw perceel"
    assert rows(found)["rang_verschil"].isna().all()


def test_what_the_program_itself_judges_otherwise_is_a_step() -> None:
    old = side()
    swapped = old.parcels.assign(rang=old.parcels["rang"].map({1: 2, 2: 1, 3: 3}).astype("Int64"))
    found = compare(replace(old, parcels=swapped), side())
    assert steps(found, "a") == {"programma": -1}


def joined_side() -> Side:
    """a and d are one location, which passes."""
    old = side()
    parcels = old.parcels.set_index("perceel_id", drop=False)
    lone = parcels.loc[["b", "c"]].assign(percelen=["b", "c"])
    together = parcels.loc[["a"]].assign(percelen="a, d", grond_m2=10.0, halte=0.0)
    sites = judge(gpd.GeoDataFrame(pd.concat([together, lone])).reset_index(drop=True), RULES)
    sites.insert(0, "locatie_id", "L-" + sites["perceel_id"])
    home = {"a": "L-a", "d": "L-a", "b": "L-b", "c": "L-c"}
    ranks = old.parcels["perceel_id"].map(home).map(sites.set_index("locatie_id")["rang"]).astype("Int64")
    return replace(
        old, parcels=old.parcels.assign(locatie_id=old.parcels["perceel_id"].map(home), rang=ranks), sites=sites
    )


def test_joining_is_a_step_of_its_own() -> None:
    new = joined_side()
    assert places(new).index.tolist() == ["b", "c", "a"]
    found = compare(side(), new)
    assert steps(found, "a") == {"samenvoegen": 2}
    assert rows(found).loc["a", "reden"] == "locatie was a en is a, d"
    assert rows(found).loc["d", "reden"] == "nu deel van locatie L-a"
    assert rows(found)["locatie_id"].to_dict() == {"a": "L-a", "b": "L-b", "c": "L-c", "d": ""}
    back = compare(new, side())
    assert steps(back, "a") == {"samenvoegen": -2}
    assert rows(back).loc["d", "reden"] == "was deel van locatie L-a"


numbers = st.one_of(st.none(), st.integers(0, 10).map(float))
some_rules = st.builds(
    lambda least, stop, road, one, method, reach: Rules(
        "t",
        "u",
        (replace(GROUND, min=least),),
        (replace(STOP, gewicht=stop, reach_m=reach), replace(ROAD, gewicht=road))[: 1 if one else 2],
        aggregatie=method,
    ),
    *(st.sampled_from([2.0, 5.0, 8.0]), st.sampled_from([1.0, 3.0]), st.sampled_from([1.0, 5.0]), st.booleans()),
    st.sampled_from(["gewogen_som", "topsis"]),
    st.sampled_from([None, 9.0]),
)
some_values = st.lists(st.tuples(numbers, numbers, numbers), min_size=4, max_size=4)


@settings(max_examples=20)
@given(some_rules, some_rules, some_values, some_values, st.sampled_from(["abcd", "abce", "befg"]))
def test_the_steps_add_up_to_the_whole(old: Rules, new: Rules, before: list, after: list, ids: str) -> None:
    sides = [
        side(rules, names, **dict(zip(VALUES, map(list, zip(*values, strict=True)), strict=True)))
        for rules, names, values in ((old, "abcd", before), (new, ids, after))
    ]
    found = compare(*sides).changes
    for column in ("rang", "score"):
        whole = found[[f"{column}_{step}" for step in STEPS]].astype("float64").sum(axis=1, skipna=False)
        known = whole.notna()
        assert whole[known].tolist() == pytest.approx(found.loc[known, f"{column}_verschil"].astype(float).tolist())
    both = found["score_oud"].notna() & found["score_nieuw"].notna()
    assert found.loc[both, "score_gegevens"].notna().all()
    flipped = found["oordeel_oud"].ne(found["oordeel_nieuw"])
    assert found.loc[flipped, "oordeel_door"].ne("").all()
    assert found["reden"].ne("").all()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (1_500_000.0, 1_500_000.5, ["1500000", "1500000,5"]),
        (0.1234567, 0.1234568, ["0,1234567", "0,1234568"]),
        (0.00001, 2e16, ["0,00001", "20000000000000000"]),
    ],
)
def test_a_changed_number_is_written_in_full(old: float, new: float, said: list[str]) -> None:
    limit = Limit(naam="a", measure="area_m2", waarom="x", min=old)
    found = rule_changes(Rules("t", "u", (limit,), ()), Rules("t", "u", (replace(limit, min=new),), ()))
    assert found[["veld", "oud", "nieuw"]].to_numpy().tolist() == [["min", *said]]


def test_a_changed_rule_changes_those_that_read_it() -> None:
    free = Limit(naam="vrij_m2", measure="free_area_m2", waarom="x", min=1.0, exclude=(Exclusion("panden"),))
    room = Preference(naam="r_m2", measure="column_number", column="vrij_m2", waarom="x", gewicht=1.0, curve=CURVE)
    wider = replace(free, exclude=(Exclusion("panden", 5.0),))
    before, after = ({rule.naam: rule for rule in rules} for rules in ((free, room), (wider, room)))
    assert redefined(before, before) == ()
    assert redefined(before, after) == ("vrij_m2", "r_m2")
    changed = rule_changes(Rules("t", "u", (free,), (room,)), Rules("t", "v", (wider,), (room,)))
    assert changed["veld"].tolist() == ["toelichting", "exclude"]
    assert changed["nieuw"].tolist()[1].startswith("layer: panden; buffer_m: 5")
