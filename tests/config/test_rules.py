from __future__ import annotations

from pathlib import Path

import pytest

from locatiescan.analysis.measures import MEASURES
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import all_rules, load_rules
from locatiescan.config.sources import load_sources
from locatiescan.errors import ConfigError
from locatiescan.model import Rules

HEAD = "titel: t\ntoelichting: u\nlimits: []\n"
WISH = "  - {naam: weg_m, measure: distance_m, layer: wegen, curve: {20: 1, 150: 0}, gewicht: 2, waarom: x}\n"


def rules(tmp_path: Path, text: str) -> Rules:
    file = tmp_path / "r.yaml"
    file.write_text(text)
    return load_rules(file, MEASURES, load_sources(packaged_file("data/sources.yaml")))


def faults(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        rules(tmp_path, text)
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_the_packaged_rules_are_sound() -> None:
    sources = load_sources(packaged_file("data/sources.yaml"))
    packaged = load_rules(packaged_file("rules/flexwonen.yaml"), MEASURES, sources)
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
        "r.yaml:12: preferences[0].gewicht: moet > 0.0 zijn",
        "r.yaml:13: preferences[0].curve.x: moet een getal zijn",
        "r.yaml:13: preferences[0].curve[1]: moet ≤ 1.0 zijn",
        "r.yaml:15: preferences[1].layer: de catalogus kent geen laag 'nergens'; wel: bpl, depositie, "
        "enkelbestemming, gemeentegrens, haltes, maaiveld, maatvoering, natura2000, panden, percelen, "
        "stikstof_hexagonen, verblijfsobjecten, water, wegen",
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
    ],
)
def test_each_fault_between_keys_is_named(tmp_path: Path, item: str, said: str) -> None:
    text = f"titel: t\ntoelichting: u\nlimits:\n  - {item}\npreferences:\n{WISH}"
    assert said in faults(tmp_path, text)


def test_no_preferences_is_a_fault(tmp_path: Path) -> None:
    assert "preferences: moet ten minste 1 hebben" in faults(tmp_path, f"{HEAD}preferences: []\n")
    assert "preferences: ontbreekt maar is verplicht" in faults(tmp_path, HEAD)


@pytest.mark.parametrize("text", ["titel: [", "a: !!python/object:os.system x\n", "- 1\n- 2\n", "", "\ttitel: x"])
def test_what_is_no_rules_file_is_refused(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


def test_a_tag_of_ones_own_is_text_not_code(tmp_path: Path) -> None:
    checked = rules(tmp_path, f"titel: !!python/name:os.system t\ntoelichting: u\nlimits: []\npreferences:\n{WISH}")
    assert checked.titel == "t"
