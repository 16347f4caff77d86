"""A region of three municipalities on the land of one: what one scan over all of it finds is the yardstick."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pyogrio
import pytest
from shapely import box

from locatiescan.cli.region import folders_of
from locatiescan.cli.workers import workers
from locatiescan.demo import make_demo
from locatiescan.model import Area
from locatiescan.outputs.contents import contents_of
from locatiescan.outputs.region_runs import read_region
from support.command import call

DAY = "2026-11-23"
PARCELS = 1200
REGION = ("--regio", "demowaard", "--peildatum", DAY)


OWN = """
titel: Eigen waarde
waarom: Proef
aanpassingen:
  - {naam: vrij_m2, min: 4000, waarom: "Alleen grote locaties."}
"""


def run_region(demo: Path, folder: Path, *more: str) -> tuple[int, str]:
    """Scan the region in this process."""
    given = ("--bronnen", demo / "bronnen.yaml", "--opslag", demo / "opslag", "--uitvoer", folder)
    found = call("-q", "run", *REGION, "--werkers", "1", *map(str, given), *more)
    return found.exit_code, found.output


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder with the region (``demo``), the same land as one municipality (``een``), and a run over each."""
    folder = tmp_path_factory.mktemp("regio")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1790000000")
        make_demo(folder / "demo", PARCELS, municipalities=3)
        make_demo(folder / "een", PARCELS)
        code, output = run_region(folder / "demo", folder / "uit")
        assert code == 0, output
        given = ("--bronnen", folder / "een/bronnen.yaml", "--opslag", folder / "een/opslag", "--peildatum", DAY)
        found = call("-q", "run", "--gemeente", "Demowaard", *given, "--uitvoer", folder / "uit_een")
        assert found.exit_code == 0, found.output
        yield folder


def layer(package: Path, name: str) -> pd.DataFrame:
    return pyogrio.read_dataframe(package, layer=name)


def members(sites: pd.DataFrame) -> pd.Series:
    return sites["percelen"].str.split(", ").map(lambda ids: ", ".join(sorted(ids)))


def names_of(made: Path) -> list[str]:
    return [one["naam"] for one in json.loads((made / "uit/run.json").read_text())["gemeenten"]]


def folders(made: Path) -> list[Path]:
    return sorted(path for path in (made / "uit").iterdir() if path.is_dir())


def test_a_region_finds_what_one_scan_over_all_its_ground_finds(made: Path) -> None:
    region = layer(made / "uit/regio_demowaard.gpkg", "kandidaten")
    whole = layer(made / "uit_een/demowaard.gpkg", "kandidaten")
    assert region["gemeente"].str.contains(" / ").any()
    same = members(region).isin(members(whole))
    assert members(region)[same].tolist() == members(whole).tolist()  # in the order of their rank too
    # besides, what a municipality found stays where the location across the border would be rejected
    own = pd.concat(layer(next(folder.glob("*.gpkg")), "kandidaten") for folder in folders(made))
    assert set(members(region)[~same]) <= set(members(own))
    region = region[same].reset_index(drop=True)
    ranks = [name for name in whole if name.startswith("rang")]
    for name in whole.columns.drop(["geometry", *ranks]):
        one, other = region[name], whole[name]
        if pd.api.types.is_numeric_dtype(other):
            np.testing.assert_allclose(one.astype(float), other.astype(float), rtol=1e-9, atol=1e-6, err_msg=name)
        else:
            assert one.fillna("").tolist() == other.fillna("").tolist(), name


def test_every_parcel_is_in_one_location_and_every_table_of_the_region_knows_it(made: Path) -> None:
    package = made / "uit/regio_demowaard.gpkg"
    region = layer(package, "kandidaten")
    ids = region["percelen"].str.split(", ").explode()
    assert ids.is_unique
    assert region["locatie_id"].is_unique
    buildings = set(layer(package, "transformatie")["locatie_id"])
    for name in ("planroutes", "producten", "indeling"):
        told = set(layer(package, name)["locatie_id"])
        assert told <= {*region["locatie_id"], *buildings}, name
    assert set(layer(package, "planroutes")["locatie_id"]) >= set(region["locatie_id"])
    assert layer(package, "percelen").set_index("perceel_id")["locatie_id"].loc[ids].tolist() == (
        region.loc[ids.index, "locatie_id"].tolist()
    )


def test_away_from_borders_the_region_says_what_each_municipality_said_by_itself(made: Path) -> None:
    region = layer(made / "uit/regio_demowaard.gpkg", "kandidaten").set_index("locatie_id")
    seen = 0
    for folder in folders(made):
        own = layer(next(folder.glob("*.gpkg")), "kandidaten").set_index("locatie_id")
        shared = own.index[own.index.isin(region.index)]
        shared = shared[members(own.loc[shared]).eq(members(region.loc[shared]))]
        seen += len(shared)
        for name in ("score", "oordeel", "woningen", "planroute", "samenvatting", "stikstof_mol_ha_jr"):
            pd.testing.assert_series_equal(own.loc[shared, name], region.loc[shared, name], check_index=False)
        assert own.loc[shared, "rang"].tolist() == region.loc[shared, "rang_gemeente"].tolist()
    assert seen > len(region) / 2


def test_no_parcel_is_lost_and_the_account_names_every_municipality(made: Path) -> None:
    account = json.loads((made / "uit/run.json").read_text())
    whole = json.loads((made / "uit_een/run.json").read_text())
    count = [one["verantwoording"]["uitkomst"].split()[0] for one in (account, whole)]
    assert count[0] == count[1]
    taken = layer(made / "uit/regio_demowaard.gpkg", "percelen")
    rejected = int(count[0]) - len(taken)
    assert f"{rejected} percelen vallen af" in account["verantwoording"]["uitkomst"]
    sites = layer(made / "uit/regio_demowaard.gpkg", "kandidaten").set_index("locatie_id")
    assert taken["rang"].tolist() == taken["locatie_id"].map(sites["rang"]).tolist()
    assert [one["stand"] for one in account["gemeenten"]] == ["klaar"] * 3
    assert [one["map"] for one in account["gemeenten"]] == [folder.name for folder in folders(made)]
    assert account["inhoud"]["regio_demowaard.gpkg"] == contents_of(made / "uit/regio_demowaard.gpkg")


def test_the_region_is_read_back_with_its_buildings_figures_and_near_misses(made: Path) -> None:
    region = read_region(made / "uit")
    assert region.name == "Regio Demowaard"
    assert len(region.municipalities) == 3
    assert set(region.candidates["soort"]) == {"grond", "gebouw"}
    assert set(region.candidates["gemeente_code"]) == {code for code, _ in region.municipalities}
    assert region.peildatum == DAY
    assert set(region.rejected.columns) >= {"perceel_id", "gemeente_code", "grens", "oppervlakte_m2"}
    one = read_region(folders(made)[0])
    assert one.municipalities == (region.municipalities[0],)


def test_two_names_are_a_region_too_and_a_name_given_twice_counts_once(made: Path, tmp_path: Path) -> None:
    names = [one["naam"] for one in json.loads((made / "uit/run.json").read_text())["gemeenten"]]
    demo = made / "demo"
    given = ("--bronnen", demo / "bronnen.yaml", "--uitvoer", tmp_path / "uit", "--peildatum", DAY, "--werkers", "1")
    found = call("-q", "run", "--gemeente", names[0], "--gemeente", names[1], "--gemeente", names[0], *given)
    assert found.exit_code == 0, found.output
    assert len(json.loads((tmp_path / "uit/run.json").read_text())["gemeenten"]) == 2


@pytest.fixture
def half(made: Path, tmp_path: Path) -> Path:
    """The finished region again, of which one municipality has lost its account: a run that broke off."""
    shutil.copytree(made / "uit", tmp_path / "uit")
    (sorted(path for path in (tmp_path / "uit").iterdir() if path.is_dir())[1] / "run.json").unlink()
    return tmp_path / "uit"


def test_a_run_that_broke_off_is_resumed_with_the_same_outcome(
    made: Path, half: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    code, output = run_region(made / "demo", half, "--hervat")
    assert code == 0, output
    assert f"niet overgedaan: {', '.join(names_of(made)[place] for place in (0, 2))}." in output
    for name in ("regio_demowaard.gpkg", "regio_demowaard.html", "regio_demowaard.xlsx"):
        assert contents_of(half / name) == contents_of(made / "uit" / name), name


def test_what_was_asked_differently_is_not_kept(made: Path, half: Path, tmp_path: Path) -> None:
    rules = shutil.copytree(Path(__file__).parents[2] / "rules", tmp_path / "regels")
    own = rules / f"gemeenten/{json.loads((made / 'uit/run.json').read_text())['gemeenten'][0]['code']}.yaml"
    given = ("--hervat", "--termijn", "15", "--regels", str(rules / "flexwonen.yaml"))
    code, output = run_region(made / "demo", half, *given)
    assert code == 0, output
    assert "overgedaan:" not in output
    own.write_text(OWN)
    code, output = run_region(made / "demo", half, *given)
    assert code == 0, output
    assert f"niet overgedaan: {', '.join(names_of(made)[1:])}." in output
    assert "eigen regels" in json.loads((half / "run.json").read_text())["verantwoording"]


def test_a_municipality_that_fails_is_told_and_stops_no_other(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [one["code"] for one in json.loads((made / "uit/run.json").read_text())["gemeenten"]]
    rules = tmp_path / "regels"
    shutil.copytree(Path(__file__).parents[2] / "rules", rules)
    (rules / "gemeenten").mkdir(exist_ok=True)
    (rules / f"gemeenten/{codes[0]}.yaml").write_text("limits: []\n")
    code, output = run_region(made / "demo", tmp_path / "uit", "--regels", str(rules / "flexwonen.yaml"))
    assert code == 3
    assert "mislukt" in output
    assert "--hervat" in output
    account = json.loads((tmp_path / "uit/run.json").read_text())
    assert [one["stand"] for one in account["gemeenten"]] == ["mislukt", "klaar", "klaar"]
    assert f"{codes[0]}.yaml" in account["gemeenten"][0]["reden"]
    assert len(read_region(tmp_path / "uit").missing) == 1


def test_places_that_do_not_touch_and_places_without_candidates_are_a_region_too(made: Path, tmp_path: Path) -> None:
    rules = shutil.copytree(Path(__file__).parents[2] / "rules", tmp_path / "regels")
    none = OWN.replace("min: 4000", "min: 4000000") + "locaties: null\nprofielen: null\n"
    for one in json.loads((made / "uit/run.json").read_text())["gemeenten"]:
        (rules / f"gemeenten/{one['code']}.yaml").write_text(none)
    given = ("--regels", str(rules / "flexwonen.yaml"), "--doel", "1000", "--publiek")
    code, output = run_region(made / "demo", tmp_path / "uit", *given)
    assert code == 0, output
    assert "0 locaties" in output
    assert "Ontbreekt, dus onbekend: hoogtebeperkingen" in output
    assert (tmp_path / "uit/regio_demowaard_publiek.html").exists()
    assert not len(read_region(tmp_path / "uit").candidates.query("soort == 'grond'"))


def test_of_namesakes_each_has_a_folder(made: Path) -> None:
    areas = [Area("Bergen", code, box(0, 0, 1, 1)) for code in ("GM0001", "GM0002")] + [
        Area("Epe", "GM3", box(0, 0, 1, 1))
    ]
    assert folders_of(areas) == {"GM0001": "bergen_gm0001", "GM0002": "bergen_gm0002", "GM3": "epe"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--regio", "Regio Nergens"), "Demowaard"),
        (("--gemeente", "Demowaard", "--regio", "demowaard"), "Noem één van"),
        (("--regio", ""), "is leeg"),
        (("--gemeente", "alle", "--gemeente", "Demokoog"), "hele land"),
        (("--regio", "demowaard", "--naast", "."), "--naast"),
        (("--gemeente", "Demokoog", "--hervat"), "noem een --regio"),
        (("--regio", "demowaard", "--dask", "tcp://127.0.0.1:1"), "scheduler"),
    ],
)
def test_what_cannot_be_asked_is_told(made: Path, tmp_path: Path, given: tuple[str, ...], said: str) -> None:
    found = call("-q", "run", *given, "--bronnen", made / "demo/bronnen.yaml", "--uitvoer", tmp_path / "uit")
    assert found.exit_code == 2, found.output
    assert said in found.output


def test_a_region_is_no_municipality_and_its_folder_holds_one_region(made: Path) -> None:
    found = call("explain", "L-1", "--uitvoer", made / "uit")
    assert found.exit_code == 2
    assert "is een regio" in found.output
    found = call("rerun", made / "uit")
    assert found.exit_code == 2
    assert "is een regio" in found.output
    found = call("-q", "run", "--uitvoer", made / "uit")
    assert found.exit_code == 2
    assert "Regio Demowaard" in found.output


def kill_once(given: tuple[Path, int]) -> int:
    """Die the first time; the second time give an answer."""
    mark, number = given
    if number == 1 and not mark.exists():
        mark.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    return 10 * number


def kill_a_worker(folder: Path, killed: list[int]) -> None:
    """Wait until a municipality is being scanned, then kill a process that scans."""
    until = time.monotonic() + 120
    while not killed and time.monotonic() < until:
        time.sleep(0.05)
        under_way = [path for path in folder.glob("*/") if not (path / "run.json").exists()]
        for child in psutil.Process().children() if under_way else ():
            if "spawn_main" in " ".join(child.cmdline()):
                killed.append(child.pid)
                child.kill()
                return


@pytest.mark.filterwarnings("ignore")  # of the scheduler, about the worker that died
def test_a_task_whose_worker_dies_is_done_by_another(tmp_path: Path) -> None:
    with workers(2) as run:
        items = [(tmp_path / "dood", number) for number in range(4)]
        assert sorted(run(kill_once, items)) == [(number, 10 * number) for number in range(4)]
    assert (tmp_path / "dood").exists()


@pytest.mark.filterwarnings("ignore")
def test_killing_a_worker_in_the_middle_of_a_run_changes_nothing(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    killed: list[int] = []
    killer = threading.Thread(target=kill_a_worker, args=(tmp_path / "uit", killed))
    killer.start()
    given = ("--bronnen", made / "demo/bronnen.yaml", "--opslag", made / "demo/opslag", "--uitvoer", tmp_path / "uit")
    found = call("-q", "run", *REGION, "--werkers", "2", *given)
    killer.join()
    assert found.exit_code == 0, found.output
    assert killed
    for file in ("regio_demowaard.gpkg", "regio_demowaard.html", "regio_demowaard.xlsx"):
        assert contents_of(tmp_path / "uit" / file) == contents_of(made / "uit" / file), file
    for folder in folders(made):
        package = next(folder.glob("*.gpkg")).name
        assert contents_of(tmp_path / "uit" / folder.name / package) == contents_of(folder / package)
