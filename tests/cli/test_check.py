"""``locatiescan check`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from locatiescan.cli import main
from locatiescan.config.packaged import packaged_file

PAIRED = """\
titel: t
toelichting: u
limits: []
preferences:
  - {naam: a_aandeel, measure: compactness, curve: {0: 0, 1: 1}, waarom: x}
  - {naam: b_m2, measure: area_m2, curve: {0: 0, 1: 1}, waarom: x}
  - {naam: c_m, measure: distance_m, layer: wegen, curve: {0: 0, 1: 1}, waarom: x}
paren:
  - {meer: a_aandeel, minder: b_m2, keer: 3}
  - {meer: a_aandeel, minder: c_m, keer: 5}
  - {meer: b_m2, minder: c_m, keer: 3}
profielen:
  - {naam: stil, titel: S, waarom: x, gewichten: {a_aandeel: 0}}
"""


def check(file: Path) -> Result:
    return CliRunner().invoke(main, ["check", str(file)])


def test_weights_by_pairs_are_told_with_their_share_and_consistency(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(PAIRED)
    found = check(tmp_path / "r.yaml")
    assert found.exit_code == 0, found.output
    rows = {line.split("│")[1].strip(): [cell.strip() for cell in line.split("│")[2:-1]]
            for line in found.stdout.splitlines() if line.startswith("│")}  # fmt: skip
    # Saaty's example: 0.637, 0.258, 0.105 and a ratio of 0.03
    assert rows["a_aandeel"] == ["1,911", "64 %", "0 %"]
    assert rows["b_m2"][1:] == ["26 %", "71 %"]
    assert rows["c_m"][1:] == ["10 %", "29 %"]
    assert "Paren (algemeen): consistentieverhouding 0,03, ten hoogste 0,10." in found.stdout


def test_the_packaged_rules_say_who_decides_and_check_the_example() -> None:
    found = check(packaged_file("rules/flexwonen.yaml"))
    assert found.exit_code == 0, found.output
    assert "Beslist rijk: natura2000_aandeel." in found.stdout
    assert "3 profielen" in found.stdout
    assert "voorbeeld.yaml: in orde; 6 grenzen" in found.stdout


@pytest.mark.parametrize("name", ["GM 0361.yaml", "GM0361.yml", "gm0361.yaml", "GM361.yaml", "Castricum.yaml"])
def test_a_file_that_no_municipality_finds_is_a_fault(tmp_path: Path, name: str) -> None:
    (tmp_path / "r.yaml").write_text(PAIRED)
    (tmp_path / "gemeenten").mkdir()
    file = tmp_path / "gemeenten" / name
    file.write_text("titel: x\nwaarom: y\n")
    found = check(tmp_path / "r.yaml")
    assert found.exit_code == 3
    assert f"{name}:0: (bestand): heet niet naar een CBS-code zoals GM0361.yaml" in found.stderr
    file.write_text("titel: [")
    assert f"{name}:1: (bestand): geen geldige YAML" in check(tmp_path / "r.yaml").stderr
    file.rename(tmp_path / "gemeenten" / "voorbeeld.yaml")
    assert "voorbeeld.yaml:1: (bestand): geen geldige YAML" in check(tmp_path / "r.yaml").stderr


def test_a_fault_in_any_municipalitys_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(PAIRED)
    (tmp_path / "gemeenten").mkdir()
    for code in ("GM0001", "GM0002"):
        (tmp_path / "gemeenten" / f"{code}.yaml").write_text(
            "titel: x\nwaarom: y\naanpassingen:\n  - {naam: a_aandeel, gewicht: 3, waarom: z}\n"
        )
    found = check(tmp_path / "r.yaml")
    assert found.exit_code == 3
    for code in ("GM0001", "GM0002"):
        assert f"{code}.yaml:4: aanpassingen[0].gewicht: staat er naast paren" in found.stderr
