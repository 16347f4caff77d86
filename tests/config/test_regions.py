"""Regions of municipalities."""

from __future__ import annotations

from pathlib import Path

import pytest

from locatiescan.config.figures import load_figures
from locatiescan.config.packaged import packaged_file
from locatiescan.config.regions import find_region, load_regions, regions_file
from locatiescan.errors import ConfigError, UsageError

PACKAGED = load_regions(packaged_file("data/regios.yaml"))
ONE = "bron: b, datum: 2026-01-01, gemeenten: {GM0001: {naam: Ons}}"


def written(folder: Path, text: str) -> Path:
    path = folder / "regios.yaml"
    path.write_text(f"toelichting: t\nregios:\n{text}\n", encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[str]:
    path = written(folder, text)
    with pytest.raises(ConfigError) as caught:
        load_regions(path)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_regio_alkmaar_is_the_six_of_which_there_are_figures() -> None:
    region = PACKAGED["Regio Alkmaar"]
    figures = load_figures(packaged_file("rules/gemeentecijfers.yaml"))
    assert {code: one.naam for code, one in region.gemeenten.items()} == {c: one.naam for c, one in figures.items()}
    assert {code for code, one in region.gemeenten.items() if one.ongeverifieerd} == {
        code for code, one in figures.items() if one.ongeverifieerd
    }
    assert region.naam == "Regio Alkmaar"


def test_a_file_beside_the_catalogue_goes_over_that_of_the_program(tmp_path: Path) -> None:
    catalogue = tmp_path / "bronnen.yaml"
    assert regions_file(catalogue) == packaged_file("data/regios.yaml")
    own = written(tmp_path, f"  Ons land: {{{ONE}}}")
    assert regions_file(catalogue) == own
    assert list(load_regions(own)) == ["Ons land"]


@pytest.mark.parametrize("wanted", ["Regio Alkmaar", "regio  alkmaar", "ALKMAAR", " alkmaar "])
def test_a_region_is_found_however_it_is_written(wanted: str) -> None:
    assert find_region(wanted, PACKAGED) is PACKAGED["Regio Alkmaar"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Regio Alkmar", r"Er is geen regio 'Regio Alkmar'\. Bedoelt u Regio Alkmaar\?"),
        ("alkmar", "Bedoelt u Regio Alkmaar"),
        ("Xyzzy", "Bekend is alleen Regio Alkmaar"),
    ],
)
def test_the_nearest_region_is_named(wanted: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        find_region(wanted, PACKAGED)


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    text = """\
  Regio Ons:
    datum: 2026-01-01
    gemeenten:
      GM0001: {naam: Ons}
      GM0002: {naam: ons}
      GM0001: {naam: Nog eens}
  ons:
    naam: Ons
    bron: b
    datum: 2026-01-01
    gemeenten: {GM0003: {naam: Hun}}"""
    found = "\n".join(faults(tmp_path, text))
    assert "regios.yaml:3: regios.Regio Ons.bron: ontbreekt" in found
    assert "regios.yaml:8: regios.Regio Ons.gemeenten.GM0001: staat er dubbel" in found
    assert "regios.yaml:7: regios.Regio Ons.gemeenten.GM0002.naam: 'ons' staat al bij een andere code" in found
    assert "regios.yaml:10: regios.ons.naam: is geen bekende sleutel" in found
    assert found.count("heet als een andere regio") == 2


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("Leeg: {bron: b, datum: 2026-01-01, gemeenten: {}}", "moet ten minste 1 hebben"),
        ("Zonder: {bron: b, datum: 2026-01-01}", "ontbreekt maar is verplicht"),
        ("Vreemd: {" + ONE + ", provincie: x}", "is geen bekende sleutel"),
        ("Code: {bron: b, datum: 2026-01-01, gemeenten: {361: {naam: x}}}", "Code.gemeenten[361]: moet tekst zijn"),
        ("Kort: {bron: b, datum: 2026-01-01, gemeenten: {GM361: {naam: x}}}", "CBS-code zoals GM0361"),
        ("Naam: {bron: b, datum: 2026-01-01, gemeenten: {GM0361: Alkmaar}}", "GM0361"),
    ],
)
def test_what_is_no_region_is_refused(tmp_path: Path, entry: str, fault: str) -> None:
    assert fault in "\n".join(faults(tmp_path, f"  {entry}"))
