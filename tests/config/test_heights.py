from __future__ import annotations

from pathlib import Path

import pytest

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.heights import load_heights
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import all_rules, load_rules
from locatiescan.config.sources import load_sources
from locatiescan.errors import ConfigError

HEAD = "titel: t\ntoelichting: u\nlaaghoogte_m: 3.0\ndak_m: 0.5\nbouwvlak: bouwvlak_aandeel\n"
TOP = "{kolom: hoogte_m, titel: h, soort: meters, plan: true, bindend: true, waarom: x}"


def faults(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "h.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_heights(tmp_path / "h.yaml")
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


def test_the_packaged_file_names_columns_that_the_rules_measure() -> None:
    policy = load_heights(packaged_file("rules/hoogte.yaml"))
    rules = load_rules(
        packaged_file("rules/flexwonen.yaml"), MEASURES, load_sources(packaged_file("data/sources.yaml"))
    )
    measured = {rule.naam for rule in all_rules(rules)}
    named = {limit.kolom for limit in policy.eisen} | {limit.aandeel for limit in policy.eisen if limit.aandeel}
    assert named | {policy.bouwvlak} <= measured
    assert all(limit.bron for limit in policy.eisen)
    assert (policy.laaghoogte_m, policy.dak_m, policy.ongeverifieerd) == (3.0, 0.5, True)


def test_every_fault_in_keys_at_once_with_its_line(tmp_path: Path) -> None:
    text = HEAD.replace("3.0", "0") + f"eisen:\n  - {TOP}\n  - {{kolom: Hoogte, soort: voeten, frut: 1}}\n"
    assert set(faults(tmp_path, text)) == {
        "h.yaml:3: laaghoogte_m: moet > 0.0 zijn",
        "h.yaml:8: eisen[1].kolom: mag alleen kleine letters, cijfers en _ bevatten en begint met een letter",
        "h.yaml:8: eisen[1].titel: ontbreekt maar is verplicht",
        "h.yaml:8: eisen[1].soort: moet een van deze zijn: 'meters', 'lagen'",
        "h.yaml:8: eisen[1].plan: ontbreekt maar is verplicht",
        "h.yaml:8: eisen[1].bindend: ontbreekt maar is verplicht",
        "h.yaml:8: eisen[1].waarom: ontbreekt maar is verplicht",
        "h.yaml:8: eisen[1].frut: is geen bekende sleutel",
    }


def test_faults_between_limits(tmp_path: Path) -> None:
    loose = TOP.replace("bindend: true", "bindend: false")
    assert faults(tmp_path, f"{HEAD}eisen:\n  - {TOP}\n  - {loose}\n") == [
        "h.yaml:8: eisen[1].bindend: een eis uit het plan bindt: zet bindend op true, of plan op false",
        "h.yaml:8: eisen[1].kolom: 'hoogte_m' staat er dubbel",
    ]
    advice = TOP.replace("plan: true", "plan: false")
    assert faults(tmp_path, f"{HEAD}eisen:\n  - {advice}\n") == [
        "h.yaml:6: eisen: noem ten minste een eis uit het plan (plan: true): anders blijft elke hoogte onbekend"
    ]
