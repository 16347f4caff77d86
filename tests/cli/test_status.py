"""``status`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from locatiescan.cli.shown import console, shown_table
from locatiescan.cli.status import HEADS
from locatiescan.sources.status import read_status
from support.command import call, finished_run

RULES = """
titel: Test
toelichting: Klein
limits:
  - {naam: vrij_m2, measure: free_area_m2, exclude: [{layer: panden, buffer_m: 5}], min: 50, waarom: Ruimte}
preferences:
  - {naam: vorm_aandeel, measure: compactness, curve: {0: 0, 1: 1}, gewicht: 1, waarom: Vorm}
"""


@pytest.fixture(scope="module")
def run(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_run(world, RULES, tmp_path_factory.mktemp("status"))


def edited(file: Path, *changes: tuple[str, str]) -> str:
    """Text of the file after a planner worked in it."""
    text = file.read_text(encoding="utf-8-sig")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="cp1252", newline="")
    return text


def test_a_file_is_made_filled_in_and_carried_over(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "status.csv"
    made = call("status", run, file)
    assert made.exit_code == 0, made.output
    assert f"Geschreven: {file}" in made.stdout
    table = read_status(file)
    assert set(table["status"]) == {"kandidaat"}
    assert set(table["gemeente"]) == {"Kleinwereld"}
    assert table.geometry.notna().all()
    first, second = table["locatie_id"].iloc[:2]

    edited(
        file,
        (f"{first};Kleinwereld;kandidaat;;;", "L-oud;Kleinwereld;besloten;3-6-2027;48;=1+1 één"),
        (f"{second};Kleinwereld;kandidaat;;;", f"{second};Kleinwereld;vergund;;;"),
    )
    told = call("status", run, file, "--doel", "100")
    assert told.exit_code == 0, told.output
    text = " ".join(told.stdout.split())
    assert f"Regels van het statusbestand: {len(table)}. overgenomen: {len(table)}; gesplitst: 0" in text
    assert f"L-oud heet nu {first}" in text
    assert "Kleinwereld 100 0 0 48 0 0 52" in text
    carried = read_status(tmp_path / "status-bijgewerkt.csv").set_index("locatie_id")
    assert carried.loc[[first, second], "status"].tolist() == ["besloten", "vergund"]
    assert carried.loc[[first], ["datum", "woningen", "toelichting"]].to_numpy().tolist()[0] == [
        "2027-06-03",
        48,
        "=1+1 één",
    ]
    assert "besloten" in file.read_text(encoding="cp1252"), "the planner's own file is left alone"


def test_a_short_list_and_nothing_overwritten_unasked(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "kort.csv"
    assert call("status", run, file, "--beste", "2").exit_code == 0
    short = read_status(file)
    assert len(short) == 2
    call("status", run, tmp_path / "alles.csv")
    assert short["locatie_id"].tolist() == read_status(tmp_path / "alles.csv")["locatie_id"].tolist()[:2]
    before = file.read_bytes()
    same = call("status", run, file, "--uitvoer", file)
    assert same.exit_code == 2
    assert "bestaat al" in same.output
    assert file.read_bytes() == before
    assert call("status", run, file, "--uitvoer", file, "--overschrijf", "--beste", "3").exit_code == 0
    assert len(read_status(file)) == 3, "what was listed stays, and the best that were not are added"
    assert call("status", run, file, "--beste", "2").exit_code == 0
    assert call("status", run, file, "--beste", "2").exit_code == 2, "nor is what it wrote before"


def test_faults_are_told_and_nothing_is_written(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "fout.csv"
    file.write_text("locatie_id;status\nL-1;klaar\nL-1;besloten\n", encoding="utf-8")
    told = call("status", run, file)
    assert told.exit_code == 4
    assert "regel 2, kolom status" in told.output
    assert "regel 3, kolom locatie_id" in told.output
    assert [one.name for one in tmp_path.iterdir()] == ["fout.csv"]
    assert call("status", tmp_path / "nergens", file).exit_code == 2


def test_the_heads_of_the_table_stay_whole_in_eighty_columns(run: Path, tmp_path: Path) -> None:
    made = call("status", run, tmp_path / "status.csv", "--doel", "100")
    assert any(line.split() == list(HEADS) for line in made.stdout.splitlines()), made.stdout
    assert max(map(len, made.stdout.splitlines()[:6])) <= 80
    text = " ".join(made.stdout.split())
    assert "kand.: kandidaat; studie: in onderzoek" in text
    row = ("Hendrik-Ido-Ambacht", *["12345"] * 7)  # a long name with large numbers
    out = console()
    with out.capture() as captured:
        out.print(shown_table("Woningen naar status", HEADS, [row], right=HEADS[1:]))
    assert any(line.split() == list(HEADS) for line in captured.get().splitlines())
