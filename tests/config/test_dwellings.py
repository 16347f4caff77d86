"""The file of modules, products and layout: what is in it, and every fault that can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from locatiescan.config.dwellings import load_dwellings
from locatiescan.config.packaged import packaged_file
from locatiescan.errors import ConfigError

OURS = Path(packaged_file("rules/woningtypen.yaml"))


def faults(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    text = OURS.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "w.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_dwellings(path)
    assert all(fault.line > 0 for fault in raised.value.faults)
    return [f"{fault.path}: {fault.message}" for fault in raised.value.faults]


def test_what_comes_with_the_program() -> None:
    dwellings = load_dwellings(OURS)
    assert [module.go_m2 for module in dwellings.modules] == [27, 30, 40, 50]
    assert [product.lagen for product in dwellings.producten] == [1, 2, 3, 4, 3]
    block = dwellings.producten[-1]
    assert block.min_modules * block.lagen == block.max_modules * block.lagen == 48
    assert all(part.ongeverifieerd for part in (*dwellings.modules, *dwellings.producten, *dwellings.dichtheden))
    assert dwellings.transformatie.go_per_woning_m2.laag == 50


def test_the_outside_of_a_module_is_larger_than_its_floor() -> None:
    for module in load_dwellings(OURS).modules:
        assert 1.05 < module.breedte_m * module.diepte_m / module.go_m2 < 1.25


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("modules: [m27, m30, m40, m50]", "modules: [m27, m31]", "producten[0].modules[1]: onbekende module 'm31'"),
        ("naam: starters", "naam: overig", "doelgroepen[2].naam: 'overig' staat er dubbel"),
        ("naam: galerij_2", "naam: rij_1", "producten[1].naam: 'rij_1' staat er dubbel"),
        ("min_modules: 2,", "min_modules: 17,", "producten[0].min_modules: is meer dan max_modules (16)"),
        ("min_jaren: 1,", "min_jaren: 4, max_jaren: 3,", "producten[0].min_jaren: is meer dan max_jaren (3)"),
        ("afstand_rand_m: {laag: 5.0", "afstand_rand_m: {laag: 2.5", "inrichting.afstand_rand_m: laag is de"),
        ("nuttig_deel: {laag: 0.55", "nuttig_deel: {laag: 0.9", "transformatie.nuttig_deel: laag, midden en hoog"),
        ("hoog: 27, bron", "hoog: 0, bron", "transformatie.go_per_woning_m2.hoog: moet > 0 zijn"),
        ("min_won_ha: 50", "min_won_ha: 80", "dichtheden[0].min_won_ha: is meer dan max_won_ha (70)"),
        ("{lagen: 2, min_won_ha", "{lagen: 1, min_won_ha", "dichtheden[1].lagen: 1 lagen staat er dubbel"),
        ("vak_breedte_m: 2.5", "vak_breedte_m: 0", "parkeren.vak_breedte_m: moet > 0.0 zijn"),
        ("lagen: 4, min_modules", "lagen: 4.5, min_modules", "producten[3].lagen: moet een geheel getal zijn"),
        ("max_m2: 20000", "max_m2: 20000\nhoogte: 3", "hoogte: is geen bekende sleutel"),
        ("max_m2: 20000", "per_locatie: {L-1: {ouderen: 1}}", "per_locatie.L-1.ouderen: onbekende doelgroep"),
        ("max_m2: 20000", "per_locatie: {L-1: {overig: 0}}", "per_locatie.L-1: geen enkele groep heeft een deel"),
    ],
)
def test_a_fault_is_named_where_it_is(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = faults(tmp_path, (old, new))
    assert len(found) == 1
    assert found[0].startswith(said)


def test_all_faults_at_once(tmp_path: Path) -> None:
    changes = ("naam: m30", "naam: m27"), ("min_won_ha: 50", "min_won_ha: 80"), ("min_modules: 2,", "min_modules: 17,")
    assert len(faults(tmp_path, *changes)) > 3  # the products that name m30 know it no more
