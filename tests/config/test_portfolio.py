from __future__ import annotations

from pathlib import Path

import pytest

from locatiescan.config.packaged import packaged_file
from locatiescan.config.portfolio import load_wishes
from locatiescan.errors import ConfigError

PACKAGED = packaged_file("rules/portefeuille.yaml")


def faults(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    """Faults of the packaged file with lines changed; each is named by its line in the file as written."""
    text = PACKAGED.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_wishes(tmp_path / "p.yaml")
    lines = text.splitlines()
    return [f"{lines[fault.line - 1].strip()} | {fault.path}: {fault.message}" for fault in caught.value.faults]


def test_what_is_assumed_says_so() -> None:
    asked = load_wishes(PACKAGED)
    assert asked.doel == 1000
    assert "Aanname" in asked.verdeling_waarom
    assert asked.oplevering.ongeverifieerd
    assert asked.weging.ongeverifieerd
    assert asked.last_per_locatie.ongeverifieerd
    assert (asked.varianten, asked.verschil) == (3, 0.3)


def test_faults_in_keys_and_values_by_line(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        ("doel: 1000", 'doel: "veel"'),
        ("gemeenten: {}", "gemeenten:\n  GM0450: {minimum: -1}"),
        ("voorkeur: minste_locaties", "voorkeur: mooiste"),
        ("verschil: 0.3", "verschil: 0"),
        ("gebouwen: true", "gebouwen: true\nfrut: 1"),
    ) == [
        'doel: "veel" | doel: moet een geheel getal zijn',
        "GM0450: {minimum: -1} | gemeenten.GM0450.minimum: moet ≥ 0 zijn",
        "GM0450: {minimum: -1} | gemeenten.GM0450.waarom: ontbreekt maar is verplicht",
        "frut: 1 | frut: is geen bekende sleutel",
        "voorkeur: mooiste | voorkeur: moet een van deze zijn: 'minste_locaties', 'geschiktheid', 'snelst', 'weging'",
        "verschil: 0 | verschil: moet > 0.0 zijn",
    ]


def test_wishes_that_cannot_hold_together_by_line(tmp_path: Path) -> None:
    crossed = "GM0450: {minimum: 9, maximum: 8, aandeel: 0.6, waarom: x}"
    twice = '\n  - {datum: "2028-02-30", woningen: 5, waarom: x}' * 2
    assert faults(
        tmp_path,
        (
            "gemeenten: {}",
            f"gemeenten:\n  {crossed}\n  GM0361: {{aandeel: 0.5, waarom: x}}",
        ),
        ("mix: {}", "mix: {starters: 0.4, overig: 0.2}"),
        ("opleveringen: []", f"opleveringen:{twice}"),
        ("verplicht: []", "verplicht: [L-1, L-1]"),
        ("uitgesloten: []", "uitgesloten: [L-1]"),
        ("locaties: 1.0", "locaties: 0"),
        ("geschiktheid: 1.0", "geschiktheid: 0"),
        ("weken: 1.0", "weken: 0"),
    ) == [
        "gemeenten: | gemeenten: aandelen tellen op tot 1.1, meer dan 1",
        f"{crossed} | gemeenten.GM0450.minimum: is meer dan het maximum (8)",
        "mix: {starters: 0.4, overig: 0.2} | mix: delen tellen op tot 0.6, niet tot 1",
        "- {datum: \"2028-02-30\", woningen: 5, waarom: x} | opleveringen[0].datum: '2028-02-30' is geen bestaande dag",
        "- {datum: \"2028-02-30\", woningen: 5, waarom: x} | opleveringen[1].datum: '2028-02-30' is geen bestaande dag",
        "- {datum: \"2028-02-30\", woningen: 5, waarom: x} | opleveringen[1].datum: '2028-02-30' staat er dubbel",
        "verplicht: [L-1, L-1] | verplicht[0]: 'L-1' staat ook bij uitgesloten",
        "verplicht: [L-1, L-1] | verplicht[1]: 'L-1' staat er dubbel",
        "verplicht: [L-1, L-1] | verplicht[1]: 'L-1' staat ook bij uitgesloten",
        "weging: | weging: ten minste een gewicht moet boven 0 zijn",
    ]


def test_the_example_of_each_list_is_read(tmp_path: Path) -> None:
    text = PACKAGED.read_text(encoding="utf-8")
    text = text.replace("gemeenten: {}", 'gemeenten:\n  GM0450: {minimum: 20, maximum: 60, waarom: "afspraak"}')
    text = text.replace("mix: {}", "mix: {starters: 0.3333, statushouders: 0.3333, overig: 0.3334}")
    text = text.replace("opleveringen: []", 'opleveringen:\n  - {datum: "2028-07-01", woningen: 200, waarom: "taak"}')
    text = text.replace("stikstofruimte: {}", "stikstofruimte: {Noordhollands Duinreservaat: 0.05}")
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    asked = load_wishes(tmp_path / "p.yaml")
    assert asked.gemeenten["GM0450"].maximum == 60
    assert asked.opleveringen[0].woningen == 200
    assert asked.stikstofruimte == {"Noordhollands Duinreservaat": 0.05}
