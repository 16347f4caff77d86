"""``rerun`` as a user types it: the same bytes, or a reason why not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from click.testing import CliRunner, Result

from locatiescan.cli import main
from locatiescan.sources.store import entries
from small_world import storage, write_world
from support.lying_server import Server, serving

RULES = """
titel: Test
toelichting: Klein
limits:
  - {naam: vrij_m2, measure: free_area_m2, exclude: [{layer: panden, buffer_m: 5}], min: 50, waarom: Ruimte}
preferences:
  - {naam: weg_m, measure: distance_m, layer: dingen, curve: {20: 1, 150: 0}, gewicht: 1, waarom: Nabij}
"""
SERVICE = (
    "dingen: {{titel: Dingen, protocol: wfs, url: '{url}', typename: 'test:ding', geometry: punt, key: id, "
    "columns: {{nummer: id}}, licence: CC0, attribution: t, zekerheid: fictief}}\n"
)
EPOCH = "1795000000"


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["-q", *(str(word) for word in words)])


def changed(run: Path, **parts: object) -> Path:
    """Put other values in the account of a run."""
    account = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(account | parts))
    return run


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(Server()) as running:
        yield running


@pytest.fixture(scope="module")
def scan(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a run of the small world, with one layer from a service whose address holds a key."""
    folder = tmp_path_factory.mktemp("scan")
    write_world(folder)
    address = f"{server.url}?sleutel=1&apikey=geheim"
    (folder / "bronnen.yaml").write_text((folder / "bronnen.yaml").read_text() + "\n" + SERVICE.format(url=address))
    (folder / "r.yaml").write_text(RULES)
    gpd.GeoDataFrame({"gebruiksdoel": []}, geometry=[], crs="EPSG:28992").to_file(folder / "leeg.gpkg")
    pyogrio.write_dataframe(pyogrio.read_dataframe(folder / "wereld.gpkg", layer="panden"), folder / "panden.gpkg")
    places = ("--bronnen", folder / "bronnen.yaml", "--regels", folder / "r.yaml", "--opslag", folder / "lagen")
    own = ("--laag", f"panden={folder / 'panden.gpkg'}")
    found = call("run", "--gemeente", "kleinwereld", *places, *own, "--uitvoer", folder / "uit")
    assert found.exit_code == 0, found.output
    return folder


@pytest.fixture
def copy(scan: Path, tmp_path: Path) -> Path:
    """The run, to change something in its account."""
    shutil.copytree(scan / "uit", tmp_path / "toen")
    return tmp_path / "toen"


def test_a_rerun_asks_nobody_and_gives_the_same_bytes(server: Server, scan: Path, tmp_path: Path) -> None:
    asked = len(server.asked)
    found = call("rerun", scan / "uit", "--uitvoer", tmp_path / "nu")
    assert found.exit_code == 0, found.output
    assert found.stderr == ""
    assert len(server.asked) == asked
    then, now = contents(scan / "uit"), contents(tmp_path / "nu")
    assert sorted(then) == sorted(now)
    assert [name for name in then if then[name] != now[name]] == []
    assert "kleinwereld.gpkg: gelijk" in found.stdout
    assert "anders" not in found.stdout


def test_without_a_folder_it_compares_and_leaves_nothing(scan: Path, tmp_path: Path) -> None:
    before = contents(scan / "uit")
    found = call("rerun", scan / "uit" / "run.json")
    assert found.exit_code == 0, found.output
    assert "Geschreven" not in found.stdout
    assert contents(scan / "uit") == before


def test_the_account_holds_no_secret(scan: Path) -> None:
    for name, content in contents(scan / "uit").items():
        assert b"geheim" not in content, name
    account = json.loads((scan / "uit" / "run.json").read_text())
    assert account["lagen"]["dingen"]["adres"].endswith("?sleutel=1&apikey=***")


def test_a_secret_is_read_from_the_catalogue_and_nowhere_else(scan: Path, copy: Path, tmp_path: Path) -> None:
    order = json.loads((copy / "run.json").read_text())["opdracht"]
    shutil.copytree(scan, tmp_path / "elders", ignore=shutil.ignore_patterns("uit", "lagen"))
    catalogue = tmp_path / "elders" / "bronnen.yaml"
    catalogue.write_text(catalogue.read_text().replace("127.0.0.1", "localhost"))
    found = call("rerun", changed(copy, opdracht=order | {"bronnen": str(catalogue)}))
    assert found.exit_code == 4
    assert "laag dingen: run.json bewaart geen wachtwoord of sleutel" in found.stderr


def test_other_rules_show_table_by_table(copy: Path) -> None:
    rules = json.loads((copy / "run.json").read_text())["regels_volledig"]
    rules["limits"][0]["min"] = 5_000.0
    found = call("rerun", changed(copy, regels_volledig=rules))
    assert found.exit_code == 1
    line = next(line for line in found.stdout.splitlines() if line.startswith("kleinwereld.gpkg"))
    tables = line.partition("tabel ")[2].split(", ")
    assert {"kandidaten", "percelen", "regels", "afvallers"} <= set(tables)
    assert not {"bronnen", "panden", "gemeentegrens"} & set(tables)


def test_another_version_is_told_and_does_not_stop(copy: Path) -> None:
    versions = json.loads((copy / "run.json").read_text())["omgeving"]
    found = call("rerun", changed(copy, omgeving=versions | {"GDAL": "1.0.0", "weg": "2"}))
    assert found.exit_code == 0, found.output
    assert f"andere versie: GDAL 1.0.0 → {versions['GDAL']}" in found.stderr
    assert "andere versie: weg 2 → -" in found.stderr
    assert found.stderr.count("\n") == 2


def test_a_layer_that_changed_in_the_store_stops_it(scan: Path, copy: Path, tmp_path: Path) -> None:
    shutil.copytree(scan / "lagen", tmp_path / "lagen")
    (manifest,) = (tmp_path / "lagen").glob("dingen-*/manifest.json")
    said = json.loads(manifest.read_text())
    then = said["pedigree"]["sha256"]
    said["pedigree"] |= {"sha256": "f" * 64, "fetched_at": "2026-12-24T00:00:00+00:00"}
    manifest.write_text(json.dumps(said))
    found = call("rerun", copy, "--opslag", tmp_path / "lagen", "--uitvoer", tmp_path / "nu")
    assert found.exit_code == 4
    fetched = json.loads((copy / "run.json").read_text())["lagen"]["dingen"]["opgehaald"]
    for told in ("laag dingen", then, "f" * 64, fetched, "2026-12-24T00:00:00+00:00", "--opslag"):
        assert told in found.stderr
    assert "laag panden" not in found.stderr
    assert not (tmp_path / "nu").exists()


def test_the_same_content_fetched_later_is_the_same_layer(scan: Path, copy: Path, tmp_path: Path) -> None:
    shutil.copytree(scan / "lagen", tmp_path / "lagen")
    (manifest,) = (tmp_path / "lagen").glob("dingen-*/manifest.json")
    said = json.loads(manifest.read_text())
    said["pedigree"]["fetched_at"] = "2026-12-24T00:00:00+00:00"
    manifest.write_text(json.dumps(said))
    assert call("rerun", copy, "--opslag", tmp_path / "lagen").exit_code == 0


def test_an_empty_store_stops_it(scan: Path, tmp_path: Path) -> None:
    found = call("rerun", scan / "uit", "--opslag", tmp_path / "leeg")
    assert found.exit_code == 4
    assert "laag dingen: niet (heel) in de opslag" in found.stderr
    assert list(entries(storage())) == []


def test_a_users_own_layer_that_changed_stops_it(scan: Path, copy: Path) -> None:
    order = json.loads((copy / "run.json").read_text())["opdracht"]
    (given,) = order["lagen"]
    assert len(order["lagen"][given]) == 64
    lagen = {f"panden={scan / 'leeg.gpkg'}": None}
    found = call("rerun", changed(copy, opdracht=order | {"lagen": lagen}))
    assert found.exit_code == 4
    assert f"bestand {scan / 'leeg.gpkg'}" in found.stderr
    assert "laag panden: toen sha256" in found.stderr


@pytest.mark.parametrize("name", ["../weg.yaml", "/weg.yaml", "..", ""])
def test_an_account_cannot_write_elsewhere(copy: Path, name: str) -> None:
    found = call("rerun", changed(copy, beleid_volledig={"planroutes": {"bestand": name, "tekst": "x"}}))
    assert found.exit_code == 4
    assert "onleesbaar bij beleid_volledig.planroutes.bestand" in found.stderr


def test_what_cannot_be_repeated_is_told(copy: Path, tmp_path: Path) -> None:
    assert "kies met --uitvoer een andere" in call("rerun", copy, "--uitvoer", copy).stderr
    assert call("rerun", tmp_path / "niets").exit_code == 2
    account = json.loads((copy / "run.json").read_text())
    about = account["verantwoording"]
    assert "lagen ontbreekt" in call("rerun", changed(copy, lagen=[])).stderr
    undated = call("rerun", changed(copy, lagen=account["lagen"], verantwoording=about | {"gestart": "gisteren"}))
    assert "gestart is geen moment maar 'gisteren'" in undated.stderr
    del account["opdracht"]
    (copy / "run.json").write_text(json.dumps(account))
    found = call("rerun", copy)
    assert found.exit_code == 4
    assert "van een oudere versie: opdracht ontbreekt" in found.stderr


def test_one_moment_gives_one_set_of_bytes(scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    places = ("--bronnen", scan / "bronnen.yaml", "--regels", scan / "r.yaml", "--opslag", scan / "lagen")
    for name in ("een", "twee"):
        assert call("run", "--gemeente", "kleinwereld", *places, "--uitvoer", tmp_path / name).exit_code == 0
    one, two = contents(tmp_path / "een"), contents(tmp_path / "twee")
    assert [name for name in one if one[name] != two[name]] == []
    about = json.loads(one["run.json"])
    assert about["verantwoording"]["gestart"] == "2026-11-18T11:06:40+00:00"
    assert about["lagen"]["percelen"]["opgehaald"] == "2026-11-18T11:06:40+00:00"
    assert about["lagen"]["percelen"]["adres"] == "wereld.gpkg"
    assert about["lagen"]["dingen"]["opgehaald"] > "2026-11-18T11:06:40+00:00"  # a store tells when it really fetched


def test_a_moment_that_is_none_is_told(scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "gisteren")
    found = call("run", "--uitvoer", tmp_path / "uit")
    assert found.exit_code == 2
    assert "SOURCE_DATE_EPOCH is 'gisteren'" in found.stderr


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a run of the embedded demo, with what is asked of each location and a list of empty buildings."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "leeg.csv").write_text("pand_id;leeg_m2\n9999100000000001;800\n")
    asked = ("--peildatum", "2025-03-01", "--termijn", "12", "--leegstand", folder / "leeg.csv", "--publiek")
    found = call("run", *asked, "--uitvoer", folder / "uit")
    assert found.exit_code == 0, found.output
    return folder


def test_the_demo_is_made_anew_with_the_policy_day_and_lists_of_the_run(demo: Path, tmp_path: Path) -> None:
    account = json.loads((demo / "uit" / "run.json").read_text())
    order = account["opdracht"]
    assert set(account["beleid_volledig"]) > {"planroutes", "stikstof"}
    assert (order["peildatum"], order["termijn_jaren"]) == ("2025-03-01", 12)
    assert list(order["leegstand"]) == ["pad", "sha256"]
    found = call("rerun", demo / "uit", "--uitvoer", tmp_path / "nu")
    assert found.exit_code == 0, found.output
    then, now = contents(demo / "uit"), contents(tmp_path / "nu")
    assert [name for name in then if then[name] != now[name]] == []
    assert {"demowaard.gpkg", "demowaard_publiek.html", "run.json"} <= set(now)


def test_a_list_that_changed_or_is_gone_stops_it(demo: Path, tmp_path: Path) -> None:
    shutil.copytree(demo / "uit", tmp_path / "toen")
    order = json.loads((tmp_path / "toen" / "run.json").read_text())["opdracht"]
    other = tmp_path / "anders.csv"
    other.write_text("pand_id;leeg_m2\n")
    moved = order | {"gemeente": "Demowaard", "leegstand": order["leegstand"] | {"pad": str(other)}}
    found = call("rerun", changed(tmp_path / "toen", opdracht=moved))
    assert found.exit_code == 4
    assert f"Het bestand {other} is niet meer dat van de scan" in found.stderr
    assert order["leegstand"]["sha256"] in found.stderr
    other.unlink()
    gone = call("rerun", tmp_path / "toen")
    assert gone.exit_code == 4
    assert f"Het bestand {other} van de scan" in gone.stderr
