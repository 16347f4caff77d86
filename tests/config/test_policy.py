from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.packaged import packaged_file
from locatiescan.config.policy import load_policy, policy_files
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.errors import ConfigError
from locatiescan.model import Companions, Rules

PACKAGED = packaged_file("rules/flexwonen.yaml")


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(PACKAGED, MEASURES, load_sources(packaged_file("data/sources.yaml")))


def test_the_packaged_policy_is_sound(rules: Rules) -> None:
    policy = load_policy(PACKAGED, rules)
    assert {route.naam for route in policy.planning.routes} >= {"O1", "O4", "N0", "N2", "N2i", "N3", "N4"}
    assert policy.planning.termijn_jaren == 10
    assert "GM0383" in policy.figures


def test_a_file_beside_the_rules_goes_before_the_one_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "hoogte.yaml").write_text("titel: eigen")
    files = policy_files(tmp_path / "r.yaml", Companions(vrije_grond="vrij_m2"))
    assert files["hoogte"] == tmp_path / "hoogte.yaml"
    assert files["stikstof"] == packaged_file("rules/stikstof.yaml")
    assert "vrije_grond" not in files


def test_a_file_in_neither_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"antwoord\.planroutes: weg\.yaml ligt niet naast"):
        policy_files(tmp_path / "r.yaml", Companions(vrije_grond="vrij_m2", planroutes="weg.yaml"))


def test_faults_of_all_files_come_at_once(tmp_path: Path, rules: Rules) -> None:
    (tmp_path / "hoogte.yaml").write_text("titel: eigen")
    (tmp_path / "stikstof.yaml").write_text("drempel_mol_ha_jr: veel")
    with pytest.raises(ConfigError) as error:
        load_policy(tmp_path / "r.yaml", rules)
    assert {Path(fault.file).name for fault in error.value.faults} == {"hoogte.yaml", "stikstof.yaml"}


def test_a_column_that_nobody_measures_is_a_fault_but_own_rules_may_measure_less(tmp_path: Path, rules: Rules) -> None:
    fewer = replace(rules, metingen=())
    assert load_policy(PACKAGED, fewer) == load_policy(PACKAGED, rules)
    shutil.copy(packaged_file("rules/planroutes.yaml"), tmp_path)
    law = tmp_path / "planroutes.yaml"
    law.write_text(law.read_text(encoding="utf-8").replace("kolom: nnn_aandeel", "kolom: nnn_andeel"), encoding="utf-8")
    with pytest.raises(ConfigError, match="nnn_andeel"):
        load_policy(tmp_path / "r.yaml", rules)


def test_rules_without_an_answer_have_no_policy(rules: Rules) -> None:
    with pytest.raises(ConfigError, match="antwoord"):
        load_policy(PACKAGED, replace(rules, antwoord=None))
