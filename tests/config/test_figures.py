"""Figures of municipalities."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from locatiescan.config.figures import as_facts, load_figures
from locatiescan.config.packaged import packaged_file
from locatiescan.errors import ConfigError
from locatiescan.policy.figures import FIGURE_NAMES, Figures

PACKAGED = load_figures(packaged_file("rules/gemeentecijfers.yaml"))


def faults(folder: Path, text: str) -> list[str]:
    (folder / "c.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_figures(folder / "c.yaml")
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_the_region_is_there() -> None:
    names = {code: figures.naam for code, figures in PACKAGED.items()}
    assert names == {
        "GM0361": "Alkmaar",
        "GM0373": "Bergen (NH)",
        "GM0383": "Castricum",
        "GM1980": "Dijk en Waard",
        "GM0399": "Heiloo",
        "GM0450": "Uitgeest",
    }


def test_parts_of_a_thousand_homes_follow_from_the_housing_stock() -> None:
    """By largest remainder, so that they add up."""
    stock = {code: float(figures.woningvoorraad.waarde or 0) for code, figures in PACKAGED.items()}
    exact = {code: 1000 * homes / sum(stock.values()) for code, homes in stock.items()}
    parts = {code: int(part) for code, part in exact.items()}
    by_remainder = sorted(exact, key=lambda code: parts[code] - exact[code])
    for code in by_remainder[: 1000 - sum(parts.values())]:
        parts[code] += 1
    assert {code: figures.pro_rata_1000.waarde for code, figures in PACKAGED.items()} == parts
    assert all(figures.pro_rata_1000.ongeverifieerd for figures in PACKAGED.values())


def test_the_guarantee_is_a_hundred_homes_per_ten_thousand_inhabitants() -> None:
    for figures in PACKAGED.values():
        people, most = figures.inwoners.waarde, figures.rthf_plafond_woningen.waarde
        assert people is not None
        assert most == people // 100


def test_what_was_not_found_stays_unknown() -> None:
    for figures in PACKAGED.values():
        facts = as_facts(figures)
        unknown = {name for name, value in facts.items() if value is None}
        assert unknown == {"taakstelling_statushouders", "raad_advies_woningen", "chw_aangewezen", "parkeernorm"}


def test_all_is_unknown_of_a_municipality_that_is_not_there() -> None:
    assert "GM9999" not in PACKAGED
    assert as_facts(PACKAGED.get("GM9999")) == dict.fromkeys(FIGURE_NAMES)


def test_every_figure_has_a_name_for_conditions() -> None:
    of_record = {one.name for one in fields(Figures)} - {"naam", "bron", "datum", "ongeverifieerd"}
    assert of_record == set(FIGURE_NAMES)


def test_a_given_figure_is_a_fact(tmp_path: Path) -> None:
    own = "{raad_advies_woningen: {waarde: 12, bron: raadsbesluit, datum: 2024-01-01}, naam: Ons}"
    (tmp_path / "c.yaml").write_text(f"toelichting: t\ngemeenten:\n  GM0001: {own}\n")
    facts = as_facts(load_figures(tmp_path / "c.yaml")["GM0001"])
    assert facts["raad_advies_woningen"] == 12
    assert facts["inwoners"] is None


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    text = """\
toelichting: t
gemeenten:
  GM0001:
    naam: Ons
    inwoners: {waarde: 5}
  GM0002:
    naam: Hun
    parkeernorm: {waarde: 0.5, bron: nota}
  GM0002:
    naam: Nog eens
"""
    found = faults(tmp_path, text)
    assert any(line.startswith("c.yaml:9") and "dubbel" in line for line in found)
    assert any(line.startswith("c.yaml:5") and "zonder bron" in line for line in found)
    assert any(line.startswith("c.yaml:5") and "zonder datum" in line for line in found)
    assert any(line.startswith("c.yaml:8") and "zonder datum" in line for line in found)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("361: {naam: x}", "361"),
        ("GM0361: {naam: x, inwoners: {waarde: -1}}", "moet ≥ 0"),
        ('GM0361: {naam: x, inwoners: {waarde: "veel"}}', "moet een getal zijn"),
        ("GM0361: {naam: x, chw_aangewezen: {waarde: misschien}}", "moet een van deze zijn"),
        ("GM0361: {naam: x, auto: {waarde: 1}}", "is geen bekende sleutel"),
        ("GM0361: {}", "ontbreekt maar is verplicht"),
    ],
)
def test_what_is_no_figure_is_refused(tmp_path: Path, entry: str, fault: str) -> None:
    assert fault in "\n".join(faults(tmp_path, f"toelichting: t\ngemeenten:\n  {entry}\n"))
