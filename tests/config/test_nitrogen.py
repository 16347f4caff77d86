"""The nitrogen policy file, and every fault in it at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from locatiescan.config.nitrogen import load_nitrogen
from locatiescan.config.packaged import packaged_file
from locatiescan.errors import ConfigError
from locatiescan.policy.conditions import Cited

PACKAGED = packaged_file("rules/stikstof.yaml")


def changed(folder: Path, *changes: tuple[str, str]) -> Path:
    """The packaged file with parts of it replaced."""
    text = PACKAGED.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    (folder / "stikstof.yaml").write_text(text, encoding="utf-8")
    return folder / "stikstof.yaml"


def faults(path: Path) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load_nitrogen(path)
    assert all(fault.line for fault in caught.value.faults)
    return {fault.path: fault.message for fault in caught.value.faults}


def test_the_packaged_file_says_where_its_figures_come_from() -> None:
    screening = load_nitrogen(PACKAGED)
    assert screening.drempel_mol_ha_jr.waarde == 0.005
    assert not screening.drempel_mol_ha_jr.ongeverifieerd
    assert screening.scenario_mol_ha_jr.waarde == 1.0
    assert screening.scenario_mol_ha_jr.ongeverifieerd
    aerius = screening.aerius
    cited: list[Cited] = [part for part in vars(screening).values() if isinstance(part, Cited)]
    cited += [part for part in vars(aerius).values() if isinstance(part, Cited)]
    cited += [*aerius.werktuigen, *aerius.bouwverkeer, *aerius.verkeer]
    assert len(cited) == 19
    assert all(figure.bron and figure.datum for figure in cited)
    own = [figure for figure in cited if "eigen" in str(figure.bron).lower() or "kengetal" in str(figure.bron).lower()]
    assert len(own) > 8
    assert all(figure.ongeverifieerd for figure in own)


def test_the_critical_loads_are_those_of_2023() -> None:
    table = load_nitrogen(PACKAGED).kdw_mol_ha_jr.per_habitat
    assert len(table) == 98, "84 habitat types and 14 habitats of species"
    assert sum(code.startswith("Lg") for code in table) == 14
    # not those of 2012, in which H2130B was 714 and H2140 1071
    known = {"H2130A": 1071, "H2130B": 929, "H2140A": 857, "H2190D": ">2400", "Lg01": "<2400", "H91E0A": 2429}
    assert {code: table[code] for code in known} == known


def test_a_table_that_does_not_fall_or_ends_too_soon_is_refused(tmp_path: Path) -> None:
    found = faults(changed(tmp_path, ("500: 0.01135", "500: 0.05"), ("    25000: 0.0000125\n", "")))
    assert list(found) == ["mol_per_woning.per_afstand_m"]
    with pytest.raises(ConfigError) as caught:
        load_nitrogen(tmp_path / "stikstof.yaml")
    assert [fault.message for fault in caught.value.faults] == [
        "op 500 m staat niet minder dan op 250 m; verder weg moet minder zijn",
        "eindigt op 10000 m, vóór reken_afstand_m 25000",
    ]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        ("scenario_mol_ha_jr:\n  waarde: 1.0", "scenario_mol_ha_jr:\n  waarde: 0.005"),
        ("groen_onder_maal:\n  waarde: 0.5", "groen_onder_maal:\n  waarde: 1.5"),
        ("rood_boven_maal:\n  waarde: 10", "rood_boven_maal:\n  waarde: 0.9"),
        ("gunstig: 0.5", "gunstig: 1.5"),
        ("laag: 1\n", "laag: 4\n"),
        ("naam: verreiker", "naam: graafmachine"),
        ("voertuig: LIGHT_TRAFFIC", "voertuig: HEAVY_FREIGHT"),
    )
    assert faults(path) == {
        "scenario_mol_ha_jr.waarde": "moet hoger zijn dan drempel_mol_ha_jr",
        "groen_onder_maal.waarde": "mag niet hoger zijn dan 1: boven de drempel is niets groen",
        "rood_boven_maal.waarde": "mag niet lager zijn dan 1",
        "modulair_factor.gunstig": "mag niet hoger zijn dan waarde",
        "aerius.nox_aanleg_kg_per_woning.laag": "is hoger dan hoog",
        "aerius.werktuigen": "graafmachine staat er dubbel",
        "aerius.bouwverkeer": "HEAVY_FREIGHT staat er dubbel",
    }


def test_wrong_kinds_are_refused_with_their_place(tmp_path: Path) -> None:
    found = faults(
        changed(
            tmp_path,
            ("waarde: 0.005", "waarde: -1"),
            ("50: 0.5831", "50: 0"),
            ("H2130B: 929", "H2130B: hoog"),
            ("wegverkeer: 3100", "wegverkeer: 31"),
            ("stagnatie_aandeel: 0.0", "stagnatie_aandeel: 2"),
            ("wegtype: URBAN_ROAD_NORMAL", "wegtype: DORPSSTRAAT"),
        )
    )
    assert found["drempel_mol_ha_jr.waarde"] == "moet > 0.0 zijn"
    assert found["mol_per_woning.per_afstand_m[50]"] == "moet > 0.0 zijn"
    assert "kdw_mol_ha_jr.per_habitat.H2130B" in found
    assert found["aerius.sectoren.wegverkeer"] == "moet ≥ 1000 zijn"
    assert found["aerius.weg.stagnatie_aandeel"] == "moet ≤ 1.0 zijn"
    assert re.match("moet een van deze zijn: 'FREEWAY'", found["aerius.weg.wegtype"])
