"""A municipality's own values over the general rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.overrides import overrides_of, own_files
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import all_rules, load_rules
from locatiescan.config.sources import load_sources
from locatiescan.errors import ConfigError
from locatiescan.model import Limit, Measurement, Preference, Rules

SOURCES = load_sources(packaged_file("data/sources.yaml"))
GENERAL = """\
titel: t
toelichting: u
limits:
  - {naam: opp_m2, measure: area_m2, min: 500, waarom: algemeen, bron: B}
  - {naam: zone, measure: dominant_class, layer: enkelbestemming, column: bestemming, not_in: [bos], waarom: x}
preferences:
  - naam: weg_m
    measure: distance_m
    layer: wegen
    curve: {20: 1, 150: 0}
    gewicht: 2
    waarom: x
  - {naam: halte_m, measure: distance_m, layer: haltes, curve: {400: 1, 900: 0}, gewicht: 1, waarom: x}
metingen: []
"""
OWN = "titel: Heiloo\nwaarom: besluit van de raad\n"


def load(folder: Path, own: str | None, code: str | None = "GM0399", general: str = GENERAL) -> Rules:
    (folder / "r.yaml").write_text(general)
    if own is not None:
        (folder / "gemeenten").mkdir(exist_ok=True)
        (folder / "gemeenten" / "GM0399.yaml").write_text(own)
    return load_rules(folder / "r.yaml", MEASURES, SOURCES, code)


def faults(folder: Path, own: str, general: str = GENERAL) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, own, general=general)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def rule(rules: Rules, naam: str) -> Measurement:
    return next(one for one in all_rules(rules) if one.naam == naam)


def test_only_its_own_municipality_gets_its_values(tmp_path: Path) -> None:
    own = f"{OWN}aanpassingen:\n  - {{naam: opp_m2, min: 800, waarom: klein mag niet}}\n"
    changed, general, elsewhere = (load(tmp_path, own, code) for code in ("GM0399", None, "GM0361"))
    limit = rule(changed, "opp_m2")
    assert isinstance(limit, Limit)
    assert limit.min == 800
    assert limit.aangepast == "Heiloo: min 800 (algemeen 500). klein mag niet"
    assert (limit.waarom, limit.bron) == ("algemeen", "B")
    assert changed.toelichting == "u Heiloo: besluit van de raad"
    assert general == elsewhere
    assert [one.aangepast for one in all_rules(general)] == [None] * 4
    assert [one.naam for one in all_rules(changed) if one.aangepast] == ["opp_m2"]


def test_another_kind_of_demand_takes_the_place_of_the_first(tmp_path: Path) -> None:
    own = f"""{OWN}aanpassingen:
  - {{naam: zone, is_in: [wonen], waarom: alleen in wonen}}
  - {{naam: weg_m, steps: {{0: 1, 50: 0}}, gewicht: 5, waarom: y}}
"""
    changed = load(tmp_path, own)
    zone, road = rule(changed, "zone"), rule(changed, "weg_m")
    assert isinstance(zone, Limit)
    assert isinstance(road, Preference)
    assert (zone.is_in, zone.not_in) == (("wonen",), ())
    assert (road.curve, road.steps, road.gewicht) == (None, {0.0: 1.0, 50.0: 0.0}, 5.0)
    assert road.aangepast == "Heiloo: eigen steps, gewicht 5 (algemeen 2). y"


def test_rules_are_added_and_lapse_with_their_reason(tmp_path: Path) -> None:
    own = f"""{OWN}erbij:
  toelatingen:
    - {{naam: vlak_aandeel, measure: covered_share, layer: bpl, min: 0.9, waarom: aangewezen}}
vervalt:
  - {{naam: halte_m, waarom: er rijdt hier niets}}
profielen:
  - {{naam: p, titel: P, waarom: x, gewichten: {{weg_m: 4}}}}
"""
    changed = load(tmp_path, own)
    assert [one.naam for one in all_rules(changed)] == ["opp_m2", "zone", "vlak_aandeel", "weg_m"]
    assert changed.toelatingen[0].aangepast == "Heiloo: eigen regel"
    assert changed.profielen[0].naam == "p"
    assert changed.toelichting == (
        "u Heiloo: besluit van de raad Eigen profielen. Vervallen: halte_m (er rijdt hier niets)"
    )


def test_every_fault_names_its_own_file_line_and_place(tmp_path: Path) -> None:
    own = f"""{OWN}aanpassingen:
  - naam: opp_m2
    waarom: x
    min: veel
  - naam: weg_m
    waarom: x
    buffer_m: 3
  - {{naam: bestaat_niet, min: 3}}
  - {{naam: halte_m, waarom: x}}
  - {{naam: zone, waarom: x, aangepast: stil}}
erbij:
  limits:
    - {{naam: nieuw_m2, measure: area_m2, waarom: x}}
vervalt:
  - {{naam: weg_m, waarom: x}}
"""
    wel = "wel: halte_m, opp_m2, weg_m, zone"
    # weg_m lapses as well as being changed; then it is not checked any further
    assert faults(tmp_path, own) == [
        "gemeenten/GM0399.yaml:6: aanpassingen[0].min: moet een getal zijn",
        "gemeenten/GM0399.yaml:7: aanpassingen[1].naam: weg_m staat er dubbel",
        f"gemeenten/GM0399.yaml:10: aanpassingen[2].naam: de regels kennen geen 'bestaat_niet'; {wel}",
        "gemeenten/GM0399.yaml:10: aanpassingen[2].waarom: ontbreekt maar is verplicht",
        "gemeenten/GM0399.yaml:11: aanpassingen[3]: verandert niets",
        "gemeenten/GM0399.yaml:12: aanpassingen[4].aangepast: is geen bekende sleutel",
        "gemeenten/GM0399.yaml:15: erbij.limits[0]: geef precies één soort grens: min en/of max, is_in, of not_in",
    ]


def test_the_merged_rules_are_checked_as_a_whole(tmp_path: Path) -> None:
    general = GENERAL.replace("metingen: []", "profielen:\n  - {naam: p, titel: P, waarom: x, gewichten: {halte_m: 3}}")
    own = f"""{OWN}aanpassingen:
  - naam: opp_m2
    max: 100
    waarom: x
  - naam: zone
    layer: nergens
    waarom: x
vervalt:
  - {{naam: halte_m, waarom: x}}
"""
    found = faults(tmp_path, own, general)
    assert len(found) == 3
    assert found[0] == "gemeenten/GM0399.yaml:4: aanpassingen[0]: min is groter dan max"
    assert found[1].startswith("gemeenten/GM0399.yaml:8: aanpassingen[1].layer: de catalogus kent geen laag 'nergens'")
    # what the municipality does not touch stands in the general file
    assert found[2].startswith("r.yaml:15: profielen[0].gewichten.halte_m: er is geen voorkeur 'halte_m'")


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("- 1\n", "gemeenten/GM0399.yaml:1: (bestand): moet een lijst van sleutel: waarde zijn"),
        (f"{OWN}frut: 1\n", "gemeenten/GM0399.yaml:3: frut: is geen bekende sleutel"),
        ("titel: x\n", "gemeenten/GM0399.yaml:1: waarom: ontbreekt maar is verplicht"),
        (f"{OWN}titel: y\n", "gemeenten/GM0399.yaml:3: titel: staat er dubbel (eerder op regel 1)"),
        (f"{OWN}aggregatie: raden\n", "gemeenten/GM0399.yaml:3: aggregatie: moet een van deze zijn"),
        (f"{OWN}aggregatie: null\n", "gemeenten/GM0399.yaml:3: aggregatie: moet een van deze zijn"),
        (
            f"{OWN}aanpassingen: [{{naam: {{a: b}}, waarom: x, min: 1}}]\n",
            "gemeenten/GM0399.yaml:3: aanpassingen[0].naam: moet tekst zijn",
        ),
        (
            f"{OWN}aanpassingen: [{{naam: opp_m2, waarom: {{a: b}}, min: 1}}]\n",
            "gemeenten/GM0399.yaml:3: aanpassingen[0].waarom: moet tekst zijn",
        ),
        (
            f"{OWN}erbij: {{limits: [{{naam: {{a: b}}, measure: area_m2, waarom: x, min: 1}}]}}\n",
            "gemeenten/GM0399.yaml:3: erbij.limits[0].naam: moet tekst zijn",
        ),
        (f"{OWN}erbij: {{frut: []}}\n", "gemeenten/GM0399.yaml:3: erbij.frut: is geen bekende sleutel"),
        (f"{OWN}vervalt: [{{naam: zone}}]\n", "gemeenten/GM0399.yaml:3: vervalt[0].waarom: ontbreekt"),
    ],
)
def test_what_is_no_file_of_own_values_is_refused(tmp_path: Path, own: str, said: str) -> None:
    assert any(one.startswith(said) for one in faults(tmp_path, own)), faults(tmp_path, own)


def test_a_rule_whose_name_is_no_text_is_a_fault_of_the_general_file(tmp_path: Path) -> None:
    general = GENERAL.replace("naam: opp_m2", "naam: {a: b}")
    own = f"{OWN}vervalt: [{{naam: halte_m, waarom: x}}]\n"
    assert faults(tmp_path, own, general) == ["r.yaml:4: limits[0].naam: moet tekst zijn"]


def test_null_takes_a_general_part_away(tmp_path: Path) -> None:
    general = (
        f"{GENERAL}locaties: {{waarom: x}}\nprofielen:\n  - {{naam: p, titel: P, waarom: x, gewichten: {{weg_m: 3}}}}\n"
    )
    assert load(tmp_path, OWN, general=general).locaties is not None
    changed = load(tmp_path, f"{OWN}locaties: null\nprofielen: null\n", general=general)
    assert (changed.locaties, changed.profielen) == (None, ())
    assert changed.toelichting.endswith("Geen profielen en locaties.")


def test_null_for_the_pairs_asks_for_weights(tmp_path: Path) -> None:
    general = GENERAL.replace("    gewicht: 2\n", "").replace(", gewicht: 1", "")
    general += "paren: [{meer: weg_m, minder: halte_m, keer: 3}]\n"
    assert load(tmp_path, OWN, general=general).paren
    weights = "".join(f"  - {{naam: {name}, gewicht: 2, waarom: x}}\n" for name in ("weg_m", "halte_m"))
    changed = load(tmp_path, f"{OWN}paren: null\naanpassingen:\n{weights}", general=general)
    assert (changed.paren, [wish.gewicht for wish in changed.preferences]) == ((), [2.0, 2.0])


def test_nobody_writes_by_hand_that_a_value_is_a_municipalitys_own(tmp_path: Path) -> None:
    general = GENERAL.replace("waarom: algemeen", "waarom: algemeen, aangepast: ja hoor")
    assert faults(tmp_path, OWN, general) == ["r.yaml:4: limits[0].aangepast: is geen bekende sleutel"]


def test_a_code_names_no_folder(tmp_path: Path) -> None:
    load(tmp_path, OWN)
    (tmp_path / "elders.yaml").write_text(OWN)
    rules = tmp_path / "r.yaml"
    assert overrides_of(rules, "GM0399") == tmp_path / "gemeenten" / "GM0399.yaml"
    assert [overrides_of(rules, code) for code in (None, "", "GM0001", "../elders", "../gemeenten/GM0399")] == [
        None
    ] * 5
    assert own_files(rules) == (tmp_path / "gemeenten" / "GM0399.yaml",)


def test_the_example_is_sound() -> None:
    path = packaged_file("rules/flexwonen.yaml")
    changed = load_rules(path, MEASURES, SOURCES, "voorbeeld")
    own = [one.naam for one in all_rules(changed) if one.aangepast]
    assert own == ["wegvakken_aantal", "vrij_m2", "halte_afstand_m"]
    assert "Vervallen: bebouwd_aandeel" in changed.toelichting
