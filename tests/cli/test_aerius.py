"""``aerius`` as a user types it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from locatiescan.config.packaged import packaged_file
from locatiescan.crs import RD
from small_world import box
from support.command import BARE_RULES, call, finished_run


@pytest.fixture(scope="module")
def finished(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a finished run of the small world, that answered nothing."""
    return finished_run(world, BARE_RULES, tmp_path_factory.mktemp("gedaan"))


@pytest.fixture
def answered(finished: Path, tmp_path: Path) -> Path:
    """The same, with homes on a, none on b, an unknown number on c and d, and a field of bays on a."""
    shutil.copytree(finished, tmp_path / "uit")
    package = tmp_path / "uit" / "kleinwereld.gpkg"
    sites = pyogrio.read_dataframe(package, layer="kandidaten")
    homes = sites["perceel_id"].map({"a": 48.0, "b": 0.0})
    pyogrio.write_dataframe(sites.assign(woningen=homes), package, layer="kandidaten")
    bays = gpd.GeoDataFrame({"locatie_id": ["L-a"], "soort": ["parkeren"]}, geometry=[box(0, 0, 20, 5)], crs=RD)
    pyogrio.write_dataframe(bays, package, layer="indeling")
    return tmp_path / "uit"


def test_two_files_for_one_location_and_what_they_are_not(answered: Path, tmp_path: Path) -> None:
    found = call("aerius", "L-a", "--uitvoer", answered, "--naar", tmp_path / "gml", "--jaar", "2030")
    assert found.exit_code == 0, found.output
    files = sorted((tmp_path / "gml").iterdir())
    assert [file.name for file in files] == ["kleinwereld_L-a_aanleg.gml", "kleinwereld_L-a_gebruik.gml"]
    text = " ".join(found.stdout.split())
    assert all(f"Geschreven: {file}" in text for file in files)
    assert "locatiescan zeeft, AERIUS Calculator rekent" in text
    assert "inlezen in Calculator is niet getest" in text
    assert "gemerkt met [U], na te kijken: graafmachine" in text
    assert "Fictieve gegevens" in text
    assert "Geen parkeerplaatsen" not in text
    for file in files:
        content = file.read_text(encoding="utf-8")
        assert "<imaer:year>2030</imaer:year>" in content
        assert "Fictieve gegevens" in content
        assert "<imaer:SRM2Road" in content


def test_beside_the_run_and_for_a_parcel(answered: Path) -> None:
    assert call("aerius", "a", "--uitvoer", answered).exit_code == 0
    before = (answered / "kleinwereld_L-a_gebruik.gml").read_bytes()
    assert call("aerius", "L-a", "--uitvoer", answered).exit_code == 0
    assert (answered / "kleinwereld_L-a_gebruik.gml").read_bytes() == before
    assert not list(answered.glob(".*"))


def test_all_of_them_are_those_where_homes_fit(answered: Path) -> None:
    found = call("aerius", "--alle", "--uitvoer", answered)
    assert found.exit_code == 0, found.output
    assert [file.name for file in answered.glob("*_aanleg.gml")] == ["kleinwereld_L-a_aanleg.gml"]
    assert f"Geschreven: 2 bestanden in {answered}" in found.stdout


def test_own_figures(answered: Path, tmp_path: Path) -> None:
    text = packaged_file("rules/stikstof.yaml").read_text(encoding="utf-8")
    own = tmp_path / "eigen.yaml"
    own.write_text(re.sub(r"bewegingen_per_woning: 5\b", "bewegingen_per_woning: 2", text), encoding="utf-8")
    assert call("aerius", "L-a", "--uitvoer", answered, "--stikstof", own).exit_code == 0
    content = (answered / "kleinwereld_L-a_gebruik.gml").read_text(encoding="utf-8")
    assert "<imaer:vehiclesPerTimeUnit>96.0<" in content
    own.write_text(text.replace("waarde: 0.005", "waarde: 0"), encoding="utf-8")
    assert call("aerius", "L-a", "--uitvoer", answered, "--stikstof", own).exit_code == 3


def test_without_layout_and_roads_it_is_said(answered: Path) -> None:
    package = answered / "kleinwereld.gpkg"
    sites = pyogrio.read_dataframe(package, layer="kandidaten").assign(woningen=12.0)
    pyogrio.write_dataframe(sites, package, layer="kandidaten")
    roads = pyogrio.read_dataframe(package, layer="wegen")
    pyogrio.write_dataframe(roads.iloc[:0], package, layer="wegen", geometry_type="MultiLineString")
    found = call("aerius", "--alle", "--uitvoer", answered)
    assert found.exit_code == 0, found.output
    text = " ".join(found.stdout.split())
    assert f"{len(sites)} van {len(sites)} locaties: Geen weg bekend" in text
    assert f"{len(sites) - 1} van {len(sites)} locaties: Geen parkeerplaatsen getekend" in text


def test_names_stay_in_the_folder(answered: Path) -> None:
    package = answered / "kleinwereld.gpkg"
    sites = pyogrio.read_dataframe(package, layer="kandidaten")
    sites["locatie_id"] = [f"L-../../{i}<img src=x>" for i in range(len(sites))]
    pyogrio.write_dataframe(sites.assign(woningen=3.0), package, layer="kandidaten")
    assert call("aerius", "--alle", "--uitvoer", answered).exit_code == 0
    made = sorted(file.name for file in answered.glob("*_aanleg.gml"))
    assert made[0] == "kleinwereld_L-..%2F..%2F0%3Cimg%20src%3Dx%3E_aanleg.gml"
    assert len(made) == len(sites)
    assert not list(answered.parent.parent.glob("*.gml"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("L-b",), "Op locatie L-b passen geen woningen, of hun aantal is onbekend"),
        (("L-c",), "Op locatie L-c passen geen woningen, of hun aantal is onbekend"),
        (("e",), "'e' hoort bij geen locatie"),
        (("L-nergens",), "kent geen perceel of locatie 'L-nergens'"),
        ((), "Noem een LOCATIE, of geef --alle."),
        (("L-a", "--alle"), "Noem een LOCATIE, of geef --alle."),
        (("L-a", "--jaar", "1990"), "1990"),
    ],
)
def test_wrong_calls(answered: Path, words: tuple[str, ...], said: str) -> None:
    found = call("aerius", *words, "--uitvoer", answered)
    assert found.exit_code == 2
    assert said in found.stderr
    assert not list(answered.glob("*.gml"))


def test_a_run_that_answered_nothing(finished: Path) -> None:
    found = call("aerius", "L-a", "--uitvoer", finished)
    assert found.exit_code == 2
    assert "heeft geen aantallen woningen" in found.stderr
