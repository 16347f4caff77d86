from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.packaged import packaged_file
from locatiescan.config.planning import load_planning
from locatiescan.config.rules import all_rules, load_rules
from locatiescan.config.sources import load_sources
from locatiescan.errors import ConfigError
from locatiescan.policy.conditions import FACTS
from locatiescan.policy.figures import FIGURE_NAMES
from locatiescan.policy.planning import Planning

FILE = packaged_file("rules/planroutes.yaml")
KNOWN = ("hoogte_m", "woningen", "bestemming")
SOUND = """\
titel: t
toelichting: u
termijn_jaren: 10
termijn_waarom: v
rechtsgangen:
  - naam: pad
    titel: p
    in_werking: {laag: 0, hoog: 4}
    onherroepelijk: {laag: 6, hoog: 9}
    toelichting: x
    bron: b
    datum: d
beperkingen:
  - naam: zone
    titel: z
    routes: [N2]
    bron: b
    datum: d
    bezwaren:
      - {als: [{kolom: hoogte_m, min: 1}], dan: dicht, omdat: o}
toeslagen:
  - naam: meer
    titel: m
    als: [{kolom: woningen, min: 12}]
    routes: [N2]
    weken: {laag: 1, hoog: 2}
    waarom: x
    bron: b
    datum: d
routes:
  - naam: N2
    titel: r
    regime: Omgevingswet
    grondslag: g
    vanaf: 2024-01-01
    procedure: p
    weken: {laag: 8, hoog: 9}
    termijn: t
    rechtsgang: pad
    beslist: college
    voorkeur: 1
    bron: b
    datum: d
"""


def load(tmp_path: Path, text: str) -> Planning:
    file = tmp_path / "p.yaml"
    file.write_text(text)
    return load_planning(file, KNOWN)


def faults(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


@pytest.fixture(scope="module")
def packaged() -> Planning:
    """With the columns of the packaged rules: that it loads at all says that it names no other."""
    sources = load_sources(packaged_file("data/sources.yaml"))
    rules = load_rules(packaged_file("rules/flexwonen.yaml"), MEASURES, sources)
    return load_planning(FILE, {rule.naam for rule in all_rules(rules)} | set(FACTS) | set(FIGURE_NAMES))


def test_the_packaged_file_has_every_route_of_both_regimes(packaged: Planning) -> None:
    names = [route.naam for route in packaged.routes]
    assert names == ["O1", "O2", "O3", "O4", "O5", "O6", "N0", "N1", "N2", "N2i", "N3", "N5", "N4"]
    new = sorted((route for route in packaged.routes if route.naam[0] == "N"), key=lambda route: route.voorkeur)
    assert [route.naam for route in new] == ["N0", "N1", "N2", "N2i", "N3", "N5", "N4"]
    assert packaged.termijn_jaren == 10


def test_every_statement_that_was_not_checked_in_the_facts_says_so(packaged: Planning) -> None:
    unverified = {entry.naam for entry in (*packaged.beperkingen, *packaged.toeslagen) if entry.ongeverifieerd}
    assert {"bpl", "beschermd_landschap", "grondwater", "raad_advies", "mer_beoordeling"} <= unverified
    assert not {"lib", "geluid", "geur"} & unverified
    assert {route.naam for route in packaged.routes if route.ongeverifieerd} == {"O4", "N4", "N5"}
    assert all(path.ongeverifieerd for path in packaged.rechtsgangen)  # the length of a lawsuit is a model of our own


def test_a_sound_file_becomes_frozen_records(tmp_path: Path) -> None:
    planning = load(tmp_path, SOUND)
    route = planning.routes[0]
    assert (route.weken.hoog, route.max_jaren, route.kiezen, route.verlenging_weken) == (9, None, True, 0)
    assert planning.beperkingen[0].bezwaren[0].als[0].min == 1
    with pytest.raises(AttributeError):
        route.titel = "anders"  # type: ignore[misc]


CONDITION = "als: [{kolom: hoogte_m, min: 1}]"
WRONG = [
    ("naam: zone", "naam: zone\n    frut: 1", "p.yaml:15: beperkingen[0].frut: is geen bekende sleutel"),
    (CONDITION, "als: [{kolom: hoogte_n, min: 1}]", "onbekende kolom 'hoogte_n'; bedoelt u 'hoogte_m'?"),
    (CONDITION, "als: [{kolom: hoogte_m, min: zzz}]", "als[0].min: onbekende kolom 'zzz'"),
    (CONDITION, "als: [{kolom: hoogte_m}]", "precies één soort voorwaarde"),
    (CONDITION, "als: [{kolom: hoogte_m, min: 1, is_in: [x]}]", "precies één soort voorwaarde"),
    (CONDITION, "als: [{kolom: hoogte_m, not_in: [x], is_in: [x]}]", "precies één soort voorwaarde"),
    (CONDITION, "als: [{kolom: hoogte_m, bevat: [x], bevat_niet: [y]}]", "precies één soort voorwaarde"),
    (CONDITION, "als: [{kolom: hoogte_m, boven: 1, bevat: [y]}]", "precies één soort voorwaarde"),
    (CONDITION, "als: [{kolom: hoogte_m, min: 2, max: 1}]", "min en max laten geen getal over"),
    (CONDITION, "als: [{kolom: hoogte_m, boven: 2, onder: 2}]", "boven en onder laten geen getal over"),
    (CONDITION, "als: [{kolom: hoogte_m, min: 1, boven: 1}]", "geef min of boven, niet allebei"),
    (CONDITION, "als: [{kolom: hoogte_m, max: 1, onder: 1}]", "geef max of onder, niet allebei"),
    ("dan: dicht", "dan: open", "moet een van deze zijn: 'dicht', 'handmatig toetsen'"),
    ("omdat: o}", "omdat: 'o; p'}", "bezwaren[0].omdat: mag geen ; bevatten"),
    ("kolom: woningen", "kolom: huizen", "toeslagen[0].als[0].kolom: onbekende kolom 'huizen'"),
    ("    routes: [N2]\n    bron", "    routes: [N2, N9]\n    bron", "beperkingen[0].routes[1]: onbekende route 'N9'"),
    ("routes: [N2]\n    weken", "routes: [N7]\n    weken", "toeslagen[0].routes[0]: onbekende route 'N7'"),
    ("rechtsgang: pad", "rechtsgang: weg", "routes[0].rechtsgang: onbekende rechtsgang 'weg'"),
    ("weken: {laag: 8, hoog: 9}", "weken: {laag: 9, hoog: 8}", "routes[0].weken: laag is groter dan hoog"),
    ("weken: {laag: 1, hoog: 2}", "weken: {laag: 3, hoog: 2}", "toeslagen[0].weken: laag is groter dan hoog"),
    ("in_werking: {laag: 0", "in_werking: {laag: 5", "rechtsgangen[0].in_werking: laag is groter dan hoog"),
    ("onherroepelijk: {laag: 6", "onherroepelijk: {laag: 10", "rechtsgangen[0].onherroepelijk: laag is groter"),
    ("vanaf: 2024-01-01", "vanaf: 2024-01-01\n    tot: 2023-12-31", "p.yaml:36: routes[0].tot: ligt voor vanaf"),
    ("vanaf: 2024-01-01", "vanaf: 2024-02-30", "routes[0].vanaf: 2024-02-30 is geen dag"),
    ("routes: [N2]\n    bron", "tot: 2023-13-01\n    routes: [N2]\n    bron", "beperkingen[0].tot: 2023-13-01 is"),
    ("    bron: b\n    datum: d\n    bezwaren", "    bron: b\n    bezwaren", "beperkingen[0]: geef bron en datum"),
    ("    routes: [N2]\n    bron", "    routes: []\n    bron", "beperkingen[0].routes: noem ten minste één route"),
    ("routes: [N2]\n    weken", "routes: []\n    weken", "toeslagen[0].routes: noem ten minste één route"),
    ("    bezwaren:\n      - {als: [{kolom: hoogte_m, min: 1}], dan: dicht, omdat: o}\n", "    bezwaren: []\n",
     "beperkingen[0].bezwaren: noem ten minste één bezwaar"),
    ("beslist: college", "beslist: koning", "routes[0].beslist: moet een van deze zijn"),
    ("voorkeur: 1", "max_jaren: 0\n    voorkeur: 1", "routes[0].max_jaren: moet > 0.0 zijn"),
    ("termijn_jaren: 10", "termijn_jaren: '10'", "termijn_jaren: moet een getal zijn"),
    ("titel: t\n", "", "titel: ontbreekt maar is verplicht"),
    ("titel: t\n", "titel: t\ntitel: s\n", "p.yaml:2: titel: staat er dubbel (eerder op regel 1)"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), WRONG)
def test_each_fault_is_told_alone_at_its_place(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert SOUND.count(old) == 1
    told = faults(tmp_path, SOUND.replace(old, new))
    assert len(told) == 1
    assert expected in told[0]


@pytest.mark.parametrize("section", ["rechtsgangen", "beperkingen", "toeslagen", "routes"])
def test_a_name_stands_once_in_its_section(tmp_path: Path, section: str) -> None:
    body = SOUND.split(f"{section}:\n", 1)[1]
    following = [body.find(f"\n{name}:\n") for name in ("beperkingen", "toeslagen", "routes")]
    end = min((place for place in following if place > 0), default=len(body) - 1) + 1
    doubled = SOUND.replace(f"{section}:\n{body[:end]}", f"{section}:\n{body[:end]}{body[:end]}")
    told = faults(tmp_path, doubled)
    assert len(told) == 1
    assert f"{section}[1].naam: '" in told[0]
    assert told[0].endswith("bestaat al")


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = SOUND
    for old, new in (("dan: dicht", "dan: x"), ("rechtsgang: pad", "rechtsgang: weg"), ("termijn: t", "termijn: 3")):
        text = text.replace(old, new)
    told = "\n".join(faults(tmp_path, text))
    assert "beperkingen[0].bezwaren[0].dan" in told
    assert "routes[0].termijn: moet tekst zijn" in told
    assert "beperkingen[0].routes" not in told  # a route with a fault is still a route by name
    missing = [f"p.yaml:0: {key.name}: ontbreekt maar is verplicht" for key in fields(Planning)]
    assert faults(tmp_path, "") == sorted(missing)


@pytest.mark.parametrize("text", ["- a\n- b\n", "routes: 3\n", "routes: [3]\nrechtsgangen: []\n"])
def test_another_form_is_a_fault_and_no_crash(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)
