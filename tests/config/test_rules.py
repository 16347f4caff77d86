from __future__ import annotations

from pathlib import Path

import pytest

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import all_rules, columns_needed, load_rules
from locatiescan.config.sources import load_sources
from locatiescan.errors import ConfigError
from locatiescan.model import Rules

SOURCES = load_sources(packaged_file("data/sources.yaml"))
HEAD = "titel: t\ntoelichting: u\nlimits: []\n"
WISH = "  - {naam: weg_m, measure: distance_m, layer: wegen, curve: {20: 1, 150: 0}, gewicht: 2, waarom: x}\n"


PAIR = "paren:\n  - {meer: weg_m, minder: b_aandeel, keer: 3}\n"
PROFILE = "profielen:\n  - {naam: hof, titel: P, waarom: x"
FREE = "{naam: a_m2, measure: free_area_m2, min: 5, waarom: x, exclude: ["


def rules(tmp_path: Path, text: str) -> Rules:
    file = tmp_path / "r.yaml"
    file.write_text(text)
    return load_rules(file, MEASURES, SOURCES)


def faults(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        rules(tmp_path, text)
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_the_packaged_rules_are_sound() -> None:
    packaged = load_rules(packaged_file("rules/flexwonen.yaml"), MEASURES, SOURCES)
    assert len({rule.naam for rule in all_rules(packaged)}) == len(all_rules(packaged))
    assert all(rule.bron for rule in (*packaged.limits, *packaged.preferences))


def test_a_sound_file_becomes_frozen_records(tmp_path: Path) -> None:
    checked = rules(tmp_path, f"{HEAD}preferences:\n{WISH}")
    assert checked.preferences[0].curve == {20.0: 1.0, 150.0: 0.0}
    with pytest.raises(AttributeError):
        checked.titel = "anders"  # type: ignore[misc]


def test_every_fault_at_once_with_line_and_path(tmp_path: Path) -> None:
    text = (
        "titel: x\ntitel: y\ntoelichting: 3\nlimits:\n  - naam: Abc\n    measure: nope\n    min: '5'\n    frut: 1\n"
        "preferences:\n  - naam: a_m\n    measure: distance_m\n    gewicht: 0\n    curve: {1: 2, x: 0.5}\n"
        "    waarom: z\n"
        "  - {naam: b_m2, measure: distance_m, layer: nergens, gewicht: 1, curve: {1: 0, 2: 1}, waarom: z}\n"
    )
    assert faults(tmp_path, text).splitlines() == [
        "r.yaml:2: titel: staat er dubbel (eerder op regel 1)",
        "r.yaml:3: toelichting: moet tekst zijn",
        "r.yaml:5: limits[0].naam: mag alleen kleine letters, cijfers en _ bevatten en begint met een letter",
        "r.yaml:5: limits[0].waarom: ontbreekt maar is verplicht",
        "r.yaml:7: limits[0].min: moet een getal zijn",
        "r.yaml:8: limits[0].frut: is geen bekende sleutel",
        "r.yaml:12: preferences[0].gewicht: moet > 0 zijn; laat de regel anders weg",
        "r.yaml:13: preferences[0].curve.x: moet een getal zijn",
        "r.yaml:13: preferences[0].curve[1]: moet ≤ 1.0 zijn",
        f"r.yaml:15: preferences[1].layer: de catalogus kent geen laag 'nergens'; wel: {', '.join(sorted(SOURCES))}",
        "r.yaml:15: preferences[1].naam: moet eindigen op _m, de eenheid van distance_m",
    ]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("{naam: a_m, measure: distance_m, layer: wegen, waarom: x}", "precies één soort grens"),
        ("{naam: a_m, measure: distance_m, layer: wegen, is_in: [x], waarom: x}", "geeft een getal"),
        ("{naam: a_m, measure: distance_m, layer: wegen, min: 5, max: 2, waarom: x}", "groter dan max"),
        ("{naam: a_m, measure: distance_m, min: 5, waarom: x}", "layer: ontbreekt"),
        ("{naam: a_m, measure: distance_m, layer: depositie, min: 5, waarom: x}", "depositie is grid"),
        ("{naam: a_m2, measure: free_area_m2, min: 5, waarom: x}", "exclude: ontbreekt"),
        ("{naam: a_m2, measure: area_m2, layer: wegen, min: 5, waarom: x}", "layer: wordt niet gebruikt"),
        ("{naam: b, measure: nope, min: 5, waarom: x}", "onbekende maat 'nope'"),
        ("{naam: score, measure: column_number, column: x, min: 5, waarom: x}", "van het programma zelf"),
        ("{naam: weg_m, measure: distance_m, layer: wegen, min: 5, waarom: x}", "al gebruikt door weg_m"),
        ("{naam: a_m, measure: distance_m, layer: wegen, where: {frut: 1}, min: 5, waarom: x}", "geen kolom 'frut'"),
        ("{naam: a_m, measure: distance_m, layer: wegen, min: .nan, waarom: x}", "eindig getal"),
        ("{naam: a_m, measure: distance_m, layer: wegen, min: true, waarom: x}", "moet een getal zijn"),
        ("{naam: a_m, measure: distance_m, layer: wegen, min: 5, waarom: ''}", "waarom: moet ten minste 1"),
        (
            "{naam: a_m, measure: distance_m, layer: wegen, min: 5, waarom: x, width_m: 3}",
            "width_m: wordt niet gebruikt",
        ),
        (
            "{naam: a_m2, measure: area_m2, buffer_m: 0, min: 5, waarom: x}",
            "buffer_m: wordt niet gebruikt door area_m2",
        ),
        ("{naam: a_m2, measure: area_m2, min: 5, waarom: x, beslist: koning}", "beslist: moet een van deze zijn"),
        ("{naam: a_aandeel, measure: covered_share, layer: wegen, max: 0, waarom: x}", "buffer_m: ontbreekt; wegen is"),
        (
            "{naam: a_m2, measure: area_m2, min: 5, waarom: x, only_in: {layer: frut}}",
            "only_in.layer: de catalogus kent",
        ),
        ("{naam: a_m2, measure: area_m2, min: 5, waarom: x, only_in: {layer: wegen}}", "wegen is lijn"),
        ("{naam: a_m2, measure: area_m2, min: 5, waarom: x, only_in: {layer: bpl, where: {z: 1}}}", "geen kolom 'z'"),
        ("{naam: a_m2, measure: area_m2, min: 5, waarom: x, only_in: {layer: bpl, share: 0}}", "share: moet > 0"),
        ("{naam: b, measure: column_number, column: weg_m, min: 5, waarom: x}", "geen eerdere regel: 'weg_m'"),
        ("{naam: b, measure: column_sum, layer: panden, column: z, min: 5, waarom: x}", "panden heeft geen kolom 'z'"),
        (
            "{naam: a_m, measure: distance_m, layer: wegen, max: 200, reach_m: 200, waarom: x}",
            "limits[0]: reach_m moet meer zijn dan max (200.0)",
        ),
        (
            "{naam: a_m, measure: distance_m, layer: wegen, min: 200, reach_m: 199, waarom: x}",
            "limits[0]: reach_m moet ten minste min (200.0) zijn",
        ),
        ("{naam: sectie, measure: column_text, column: sectie, is_in: [A], waarom: x}", "sectie is al van de percelen"),
        ("{naam: {a: b}, measure: area_m2, min: 5, waarom: x}", "limits[0].naam: moet tekst zijn"),
        (f"{FREE}{{layer: panden, keep: true, share: 0.5}}]}}", "exclude[0]: keep behoudt de grond"),
        (f"{FREE}{{layer: panden, keep: true}}]}}", "alleen behouden"),
        (f"{FREE}{{layer: wegen}}]}}", "exclude[0]: laag wegen is lijn en bedekt zonder marge geen grond"),
        (f"{FREE}{{layer: depositie}}]}}", "exclude[0]: laag depositie is grid"),
        (f"{FREE}{{layer: panden, only_in: {{layer: haltes}}}}]}}", "exclude[0].only_in.layer: only_in vraagt"),
    ],
)
def test_each_fault_between_keys_is_named(tmp_path: Path, item: str, said: str) -> None:
    text = f"titel: t\ntoelichting: u\nlimits:\n  - {item}\npreferences:\n{WISH}"
    assert said in faults(tmp_path, text)


PLAIN = "  - {naam: b_aandeel, measure: compactness, waarom: x, curve: {0: 0, 1: 1}"


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (f"{PLAIN}}}\n", "preferences[0].gewicht: ontbreekt maar is verplicht"),
        (f"{PLAIN}, gewicht: 0}}\n", "preferences[0].gewicht: moet > 0 zijn"),
        (f"{PLAIN}, gewicht: -1}}\n", "preferences[0].gewicht: moet ≥ 0.0 zijn"),
        (f"{PLAIN}, gewicht: true}}\n", "preferences[0].gewicht: moet een getal zijn"),
        (f"{PLAIN}, gewicht: 1, steps: {{0: 1}}}}\n", "preferences[0]: geef precies één van curve, steps en classes"),
        (f"{PLAIN}, gewicht: 1, aangepast: ja}}\n", "preferences[0].aangepast: is geen bekende sleutel"),
        (f"{WISH}{PLAIN}}}\nparen: []\n", "preferences[1].gewicht: ontbreekt"),
        (f"{WISH}{PLAIN}}}\n{PAIR}", "preferences[0].gewicht: staat er naast paren"),
        (f"{PLAIN}}}\n{PAIR}", "paren[0]: er is geen voorkeur 'weg_m'"),
        (
            f"{WISH}{PLAIN}, gewicht: 1}}\nparen:\n  - {{meer: a, minder: b, keer: 2.5}}\n",
            "keer: moet een geheel getal",
        ),
        (f"{WISH}{PROFILE}}}\n", "profielen[0]: geef precies één van gewichten en paren"),
        (f"{WISH}{PROFILE}, gewichten: {{frut: 1}}}}\n", "gewichten.frut: er is geen voorkeur 'frut'; wel: weg_m"),
        (f"{WISH}{PROFILE}, gewichten: {{weg_m: 0}}}}\n", "gewichten: laat niets over: alle gewichten zijn 0"),
        (
            f"{WISH}{PROFILE}, paren: [{{meer: weg_m, minder: z, keer: 2}}]}}\n",
            "profielen[0].paren[0]: er is geen voorkeur",
        ),
        (f"{WISH}{PROFILE.replace('hof', 'hoog')}, gewichten: {{weg_m: 1}}}}\n", "score_hoog is al van het programma"),
        (f"{WISH}aggregatie: raden\n", "aggregatie: moet een van deze zijn: 'gewogen_som', 'gewogen_product'"),
        (f"{WISH}locaties: {{waarom: x, eigenaar: jan}}\n", "eigenaar: laag percelen heeft geen kolom 'jan'"),
        (f"{WISH}locaties: {{waarom: x, min_perceel_m2: 9, max_m2: 5}}\n", "min_perceel_m2: is groter dan max_m2"),
        (f"{WISH}locaties: {{max_m2: 0}}\n", "locaties.max_m2: moet > 0.0 zijn"),
        (
            f"{WISH}toelatingen:\n  - {{naam: weg_m, measure: distance_m, layer: wegen, min: 1, waarom: x}}\n",
            "al gebruikt",
        ),
    ],
)
def test_each_fault_of_weights_profiles_and_joining_is_named(tmp_path: Path, wishes: str, said: str) -> None:
    assert said in faults(tmp_path, f"{HEAD}preferences:\n{wishes}")


@pytest.mark.parametrize("points", ["curve: {20: 1, 150: 0}", "steps: {0: 1, 150: 0.5}"])
def test_a_distance_is_looked_for_up_to_its_last_point(tmp_path: Path, points: str) -> None:
    wish = f"  - {{naam: a_m, measure: distance_m, layer: wegen, {points}, gewicht: 1, waarom: x, reach_m: %s}}\n"
    said = faults(tmp_path, f"{HEAD}preferences:\n{wish % 149}")
    assert said.startswith("r.yaml:5: preferences[0]: reach_m moet ten minste het laatste punt (150.0) zijn")
    assert rules(tmp_path, f"{HEAD}preferences:\n{wish % 150}").preferences[0].reach_m == 150


def test_a_limit_may_look_just_far_enough(tmp_path: Path) -> None:
    low = "  - {naam: a_m, measure: distance_m, layer: wegen, min: 200, reach_m: 200, waarom: x}\n"
    high = "  - {naam: b_m, measure: distance_m, layer: wegen, max: 200, reach_m: 201, waarom: x}\n"
    head = HEAD.replace("limits: []\n", f"limits:\n{low}{high}")
    assert len(rules(tmp_path, f"{head}preferences:\n{WISH}").limits) == 2


def test_a_distance_that_is_only_measured_says_how_far(tmp_path: Path) -> None:
    text = f"{HEAD}preferences:\n{WISH}metingen:\n  - {{naam: a_m, measure: distance_m, layer: wegen, waarom: x%s}}\n"
    for reach in ("", ", reach_m: 0"):
        assert faults(tmp_path, text % reach).startswith("r.yaml:7: metingen[0].reach_m: ontbreekt")
    assert rules(tmp_path, text % ", reach_m: 5").metingen[0].reach_m == 5


def test_a_column_of_the_parcels_is_read_under_another_name(tmp_path: Path) -> None:
    text = f"{HEAD}preferences:\n{WISH}metingen:\n  - {{naam: %s, measure: column_text, column: sectie, waarom: x}}\n"
    assert faults(tmp_path, text % "sectie") == "r.yaml:7: metingen[0].naam: de kolom sectie is al van de percelen"
    assert rules(tmp_path, text % "blad").metingen[0].column == "sectie"


@pytest.mark.parametrize("keys", ["1500: 0.2, 1500.0: 0.3", "1500.0: 0.2, 15e2: 0.3"])
def test_one_number_written_in_two_ways_is_a_doubled_key(tmp_path: Path, keys: str) -> None:
    said = faults(tmp_path, f"{HEAD}preferences:\n{WISH.replace('20: 1, 150: 0', f'1: 0, {keys}')}")
    assert "staat er dubbel (eerder op regel 5)" in said


def test_a_profile_named_twice_is_a_fault(tmp_path: Path) -> None:
    one = "{naam: hof, titel: P, waarom: x, gewichten: {weg_m: 1}}"
    said = faults(tmp_path, f"{HEAD}preferences:\n{WISH}profielen: [{one}, {one}]\n")
    assert said == "r.yaml:6: profielen[1].naam: de kolom rang_hof is al gebruikt door hof"


def test_too_many_preferences_with_an_extent_are_a_fault(tmp_path: Path) -> None:
    wishes = "".join(f"{PLAIN.replace('b_', f'b{i}_')}, gewicht: 1, only_in: {{layer: bpl}}}}\n" for i in range(9))
    assert faults(tmp_path, f"{HEAD}preferences:\n{wishes}") == (
        "r.yaml:13: preferences[8].only_in: ten hoogste 8 voorkeuren kunnen only_in hebben"
    )


def test_a_fault_in_one_rule_does_not_make_another_look_wrong(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        "titel: t\ntoelichting: u\nlimits:\n  - {naam: opp_m2, measure: area_m2, min: veel, waarom: x}\npreferences:\n"
        "  - {naam: ruim, measure: column_number, column: opp_m2, gewicht: 1, curve: {0: 0, 1: 1}, waarom: x}\n",
    )
    assert said == "r.yaml:4: limits[0].min: moet een getal zijn"


def test_weights_by_pairs_are_filled_in_and_average_one(tmp_path: Path) -> None:
    wish = WISH.replace(", gewicht: 2", "")
    profile = "profielen: [{naam: p, titel: P, waarom: x, paren: [{meer: b_aandeel, minder: weg_m, keer: 9}]}]\n"
    checked = rules(tmp_path, f"{HEAD}preferences:\n{wish}{PLAIN}}}\n{PAIR}{profile}")
    assert [one.gewicht for one in checked.preferences] == pytest.approx([1.5, 0.5])
    assert checked.profielen[0].gewichten == pytest.approx({"weg_m": 0.2, "b_aandeel": 1.8})


def test_the_columns_of_extents_exclusions_and_owners_are_read(tmp_path: Path) -> None:
    text = (
        "titel: t\ntoelichting: u\nlimits:\n"
        "  - {naam: opp_m2, measure: area_m2, min: 1, waarom: x, only_in: {layer: bpl, where: {naam: a}}}\n"
        "  - {naam: vrij_m2, measure: free_area_m2, min: 1, waarom: x, exclude: [{layer: panden, where: {status: s},\n"
        "     only_in: {layer: natura2000, where: {nummer: 1}}}]}\n"
        f"preferences:\n{WISH}locaties: {{waarom: x, eigenaar: sectie}}\n"
    )
    assert columns_needed(rules(tmp_path, text), SOURCES) == {
        "percelen": {"sectie"}, "bpl": {"naam"}, "panden": {"status"}, "natura2000": {"nummer"}, "wegen": set(),
    }  # fmt: skip


def test_no_preferences_is_a_fault(tmp_path: Path) -> None:
    assert "preferences: moet ten minste 1 hebben" in faults(tmp_path, f"{HEAD}preferences: []\n")
    assert "preferences: ontbreekt maar is verplicht" in faults(tmp_path, HEAD)


@pytest.mark.parametrize("text", ["titel: [", "a: !!python/object:os.system x\n", "- 1\n- 2\n", "", "\ttitel: x"])
def test_what_is_no_rules_file_is_refused(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


def test_a_tag_of_ones_own_is_text_not_code(tmp_path: Path) -> None:
    checked = rules(tmp_path, f"titel: !!python/name:os.system t\ntoelichting: u\nlimits: []\npreferences:\n{WISH}")
    assert checked.titel == "t"


ANSWER = "antwoord: {vrije_grond: a_m2}\n"


def test_an_answer_names_the_ground_that_blocks_may_stand_on(tmp_path: Path) -> None:
    free = HEAD.replace("[]", f"\n  - {FREE}{{layer: panden}}]}}")
    checked = rules(tmp_path, f"{free}{ANSWER}preferences:\n{WISH}")
    assert checked.antwoord is not None
    assert (checked.antwoord.vrije_grond, checked.antwoord.planroutes) == ("a_m2", "planroutes.yaml")


@pytest.mark.parametrize(
    ("limit", "answer", "said"),
    [
        ("", ANSWER, "antwoord.vrije_grond: noemt geen regel met maat free_area_m2: 'a_m2'; die zijn er niet"),
        (
            f"{FREE}{{layer: panden}}]}}",
            "antwoord: {vrije_grond: weg_m}\n",
            "antwoord.vrije_grond: noemt geen regel met maat free_area_m2: 'weg_m'; wel: a_m2",
        ),
        ("", "antwoord: {vrije_gron: a_m2}\n", "antwoord.vrije_gron: is geen bekende sleutel"),
        ("", "antwoord: {}\n", "antwoord.vrije_grond: ontbreekt maar is verplicht"),
        ("", "antwoord: [a_m2]\n", "antwoord: moet een lijst van sleutel: waarde zijn"),
    ],
)
def test_an_answer_on_no_ground_is_a_fault(tmp_path: Path, limit: str, answer: str, said: str) -> None:
    head = HEAD.replace("[]", f"\n  - {limit}") if limit else HEAD
    assert said in faults(tmp_path, f"{head}{answer}preferences:\n{WISH}")


def test_a_fault_in_the_rule_itself_is_not_told_twice(tmp_path: Path) -> None:
    head = HEAD.replace("[]", f"\n  - {FREE}{{layer: panden}}], frut: 1}}")
    assert "vrije_grond" not in faults(tmp_path, f"{head}{ANSWER}preferences:\n{WISH}")
