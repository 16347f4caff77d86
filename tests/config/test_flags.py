"""The file with flags of law and money."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from locatiescan.config.flags import load_flags
from locatiescan.config.packaged import packaged_file
from locatiescan.errors import ConfigError
from locatiescan.policy.conditions import FACTS
from locatiescan.policy.figures import FIGURE_NAMES
from locatiescan.policy.flags import Flag

KNOWN = {*FACTS, *FIGURE_NAMES, "kern_aandeel", "grondwater_aandeel", "dubbelbestemmingen"}
GOOD = """\
vlaggen:
  - naam: proef
    titel: Proef
    onderwerp: grond
    tekst: "Er zijn {woningen} woningen."
    wie: gemeente
    grondslag: [artikel 1]
    bron: B
    datum: "2026-01-01"
"""


def load(folder: Path, text: str) -> tuple[Flag, ...]:
    (folder / "v.yaml").write_text(text)
    return load_flags(folder / "v.yaml", KNOWN)


def faults(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return str(caught.value).replace(f"{folder}/", "")


def test_the_packaged_file_is_sound_and_tells_its_sources() -> None:
    flags = load_flags(packaged_file("rules/vlaggen.yaml"), KNOWN)
    assert {flag.onderwerp for flag in flags} == {
        "grond", "aanbesteding", "geld", "termijn", "mer",
        "ladder", "participatie", "taakstelling", "milieu", "onderzoek",
    }  # fmt: skip
    assert {"didam", "raad_advies"} <= {flag.naam for flag in flags}  # the paragraph tells these two itself


def test_a_guess_is_marked() -> None:
    """Where the source says that something was not read, the flag says so too."""
    for flag in load_flags(packaged_file("rules/vlaggen.yaml"), KNOWN):
        doubtful = re.search(r"niet nage|zonder vindplaats", str(flag.bron)) is not None
        assert flag.ongeverifieerd or not doubtful, flag.naam


def test_dates_are_text_and_a_flag_may_hold_everywhere(tmp_path: Path) -> None:
    (flag,) = load(tmp_path, f"{GOOD}    vanaf: 2024-01-01\n    tot: 2024-01-01\n")
    assert (flag.vanaf, flag.tot, flag.als) == ("2024-01-01", "2024-01-01", ())


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        ("als: [{kolom: woninggen, min: 1}]", "vlaggen[0].als[0].kolom"),
        ("als: [{kolom: woningen, min: 1, is_in: [x]}]", "vlaggen[0].als[0]"),
        ("vanaf: 2024-02-30", "2024-02-30 is geen dag"),
        ("{vanaf: 2025-01-01, tot: 2024-01-01}", "ligt voor vanaf"),
        ("in_werking: nee", "moet een van deze zijn"),
        ("iets: 1", "is geen bekende sleutel"),
        ("drempels: [{bedrag_euro: 0, kosten_per_woning_euro: 1, bron: B, datum: D}]", "moet > 0"),
        ("drempels: [{bedrag_euro: 5, kosten_per_woning_euro: 1}]", "drempels[0]: geef bron en datum"),
    ],
)
def test_faults_beside_what_is_good(tmp_path: Path, extra: str, fault: str) -> None:
    lines = re.sub(r"^\{(vanaf.*), (tot.*)\}$", r"\1\n    \2", extra)
    assert fault in faults(tmp_path, f"{GOOD}    {lines}\n")


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("{woningen}", "{huizen}", "noemt {huizen}, maar zo'n gegeven is er niet"),
        ("{woningen}", "{drempel_euro}", "noemt {drempel_euro}"),  # only where there are thresholds
        ("{woningen}", "{woningen:>9}", "een accolade"),
        ("{woningen}", "{woningen.__class__}", "een accolade"),
        ("titel: Proef", "titel: Proef; nog een", "mag geen ; bevatten"),
        ("onderwerp: grond", "onderwerp: lucht", "moet een van deze zijn"),
        ("grondslag: [artikel 1]", "grondslag: []", "moet ten minste 1 hebben"),
        ("    bron: B\n", "", "geef bron en datum"),
        ("vlaggen:", "vlagen:", "moet een lijst met vlaggen zijn"),
    ],
)
def test_faults_in_place_of_what_is_good(tmp_path: Path, good: str, bad: str, fault: str) -> None:
    assert fault in faults(tmp_path, GOOD.replace(good, bad))


def test_all_faults_come_at_once_with_their_lines(tmp_path: Path) -> None:
    second = GOOD.removeprefix("vlaggen:\n").replace("{woningen}", "{huizen}")
    found = faults(tmp_path, f"{GOOD}{second}  - {{naam: Kapot}}\n").splitlines()
    assert any("v.yaml:10" in line and "'proef' bestaat al" in line for line in found)
    assert any("v.yaml:13" in line and "{huizen}" in line for line in found)
    assert any("v.yaml:18" in line and "vlaggen[2].titel" in line for line in found)


def test_two_amounts_on_one_day_are_refused(tmp_path: Path) -> None:
    threshold = "{{bedrag_euro: 5, kosten_per_woning_euro: 1, bron: B, datum: D, vanaf: {}, tot: {}}}"
    first, touching = threshold.format("2024-01-01", "2025-12-31"), threshold.format("2026-01-01", "2027-12-31")
    load(tmp_path, f"{GOOD}    drempels: [{first}, {touching}]\n")
    overlapping = threshold.format("2025-12-31", "2026-12-31")
    assert "drempels[1]" in faults(tmp_path, f"{GOOD}    drempels: [{first}, {overlapping}]\n")
