"""``backtest`` as a user types it, over a region of the demo and over one of its municipalities."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from locatiescan.crs import RD, WGS84
from locatiescan.demo import make_demo
from locatiescan.outputs.region_runs import read_region
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS
from small_world import box
from support.command import BARE_RULES, call, finished_run

HOSTILE = '=HYPERLINK("x") <img src=x onerror=alert(1)> [red]&\''
ON_BUILDINGS = {"vrij_m2", "cirkel_m", "bebouwd_aandeel"}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of a finished run over a region of two municipalities."""
    folder = tmp_path_factory.mktemp("terug")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1795000000")
        make_demo(folder / "demo", 1000, municipalities=2)
        given = ("--bronnen", folder / "demo/bronnen.yaml", "--opslag", folder / "lagen", "--uitvoer", folder / "uit")
        found = call("-q", "run", "--regio", "demowaard", "--peildatum", "2026-11-14", "--werkers", "1", *given)
        assert found.exit_code == 0, found.output
        yield folder / "uit"


@pytest.fixture(scope="module")
def ground(region: Path) -> dict[str, Any]:
    """Ground of the demo by what the scan said of it, and the parcels of both municipalities."""
    sites = read_region(region).candidates
    land = sites[sites["soort"] == "grond"]
    taken = set(land["percelen"].str.split(", ").explode())
    folders = sorted(path for path in region.iterdir() if path.is_dir())
    parcels = pd.concat([pyogrio.read_dataframe(next(one.glob("*.gpkg")), layer="percelen") for one in folders])
    out = parcels[(parcels["oordeel"] == "nee") & ~parcels["perceel_id"].isin(taken)]
    fails = out["afgewezen_door"].str.split(", ").map(set)
    large = out.geometry.area > 1600
    single = land[land["oordeel"] == "ja"].iloc[0]
    joined = land[land["percelen"].str.contains(", ")].iloc[0]
    both = parcels[parcels["perceel_id"].isin(joined["percelen"].split(", "))]
    return {
        "kandidaat": single,
        "samen": (joined, shapely.union_all(both.geometry.to_numpy())),
        "landschap": out[fails.map(lambda some: some == {"bpl_kern_afstand_m"})].iloc[0],
        "bebouwd": out[fails.map(lambda some: some <= ON_BUILDINGS) & large & (out["bebouwd_aandeel"] > 0.2)].iloc[0],
    }


def written(path: Path, *sites: dict[str, Any], crs: str = RD) -> Path:
    gpd.GeoDataFrame(pd.DataFrame(list(sites)), geometry="geometry", crs=crs).to_file(path)
    return path


def site(
    naam: str, geometry: Any, uitkomst: str = "afgevallen", datum: str = "2025-06-01", **more: Any
) -> dict[str, Any]:
    return {
        "naam": naam,
        "uitkomst": uitkomst,
        "datum": datum,
        "reden": None,
        "woningen": None,
        "geometry": geometry,
    } | more


@pytest.fixture
def sites(ground: dict[str, Any], tmp_path: Path) -> Path:
    """Ground of every kind, one of them with texts that mean harm."""
    good, bad, built = ground["kandidaat"].geometry, ground["landschap"].geometry, ground["bebouwd"].geometry
    return written(
        tmp_path / "sites.gpkg",
        site("Oud recht", good, "goedgekeurd", "2023-12-31", woningen=48),
        site("Nieuw recht", good, "goedgekeurd", "2024-01-01"),
        site("Landschap", bad, reden="te open"),
        site("Bebouwd", built, "gebouwd", "2022-03-01"),
        site("Samen", ground["samen"][1]),
        site("Punt", shapely.point_on_surface(good)),
        site("Ver weg", shapely.box(100_000, 400_000, 100_100, 400_100)),
        site(HOSTILE, bad, reden=HOSTILE),
    )


def table(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "backtest.csv").set_index("naam", drop=False)


def test_every_site_by_name(region: Path, sites: Path, ground: dict[str, Any], tmp_path: Path) -> None:
    found = call("backtest", sites, "--uitvoer", region, "--naar", tmp_path / "uit")
    assert found.exit_code == 0, found.output
    rows = table(tmp_path / "uit")
    survives = {"Oud recht": "ja", "Nieuw recht": "ja", "Landschap": "nee", "Bebouwd": "nee", "Punt": "ja"}
    survives |= {"Samen": ground["samen"][0]["oordeel"], "Ver weg": "buiten de scan"}
    assert rows["overleeft"].drop(f"'{HOSTILE}").to_dict() == survives
    assert rows.loc[["Oud recht", "Punt"], "locatie_id"].tolist() == [ground["kandidaat"]["locatie_id"]] * 2
    assert rows.loc["Samen", "locatie_id"] == ground["samen"][0]["locatie_id"]
    assert rows.loc["Oud recht", "rang"] == ground["kandidaat"]["rang"]
    assert rows.loc["Oud recht", ["woningen", "woningen_scan"]].tolist() == [48, ground["kandidaat"]["woningen"]]
    assert rows.loc["Landschap", ["afgewezen_op", "alleen"]].tolist() == ["bpl_kern_afstand_m 1"] * 2
    assert rows.loc["Bebouwd", ["staat_er_nu", "percelen"]].tolist() == ["ja", int(ground["bebouwd"]["perceel_id"])]
    assert "gebouwd, staat er nu: Bebouwd" in found.stdout
    assert "afgevallen, buiten de scan: Ver weg" in found.stdout
    assert found.stdout.startswith(FICTITIOUS)
    assert DISCLAIMER in " ".join(found.stdout.split())
    assert all(len(line) <= 80 for line in found.stdout.splitlines() if not line.startswith("Geschreven"))


def test_the_law_turns_with_the_year(region: Path, sites: Path, tmp_path: Path) -> None:
    call("backtest", sites, "--uitvoer", region, "--naar", tmp_path)
    rows = table(tmp_path)
    assert rows.loc[["Oud recht", "Nieuw recht"], "recht"].tolist() == ["Wro, Wabo, Chw", "Omgevingswet"]
    assert rows.loc["Oud recht", "planroute"].startswith("O")
    assert rows.loc["Nieuw recht", "planroute"].startswith("N")
    assert rows.loc["Oud recht", "besluit_vroeg"] < "2024-06-01"


def test_on_the_day_of_the_run_it_says_what_the_run_said(region: Path, ground: dict[str, Any], tmp_path: Path) -> None:
    path = written(tmp_path / "s.gpkg", site("a", ground["kandidaat"].geometry, datum="2026-11-14"))
    assert call("backtest", path, "--uitvoer", region, "--naar", tmp_path).exit_code == 0
    told = table(tmp_path).loc["a"]
    same = ["planroute", "planroute_oordeel", "planroute_reden", "besluit_vroeg", "onherroepelijk_laat", "vlaggen"]
    assert told[same].tolist() == ground["kandidaat"][same].tolist()


def test_texts_that_mean_harm_stay_texts(region: Path, sites: Path, tmp_path: Path) -> None:
    found = call("backtest", sites, "--uitvoer", region, "--naar", tmp_path)
    assert "[red]" in found.stdout
    page = (tmp_path / "backtest.html").read_text()
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; [red]&amp;" in page
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r"https?://|<script|<link|url\(", page)
    assert FICTITIOUS in page
    assert DISCLAIMER in page
    assert table(tmp_path).loc[f"'{HOSTILE}", "reden"] == f"'{HOSTILE}"


def test_the_same_again_gives_the_same_bytes_in_the_folder_of_the_run(
    region: Path, sites: Path, tmp_path: Path
) -> None:
    shutil.copytree(region, tmp_path / "uit")
    made = []
    for _ in range(2):
        assert call("backtest", sites, "--uitvoer", tmp_path / "uit" / "run.json").exit_code == 0
        made.append([(tmp_path / "uit" / f"backtest.{kind}").read_bytes() for kind in ("csv", "html")])
    assert made[0] == made[1]


def test_one_municipality_knows_only_its_own_ground(region: Path, ground: dict[str, Any], tmp_path: Path) -> None:
    account = json.loads((region / "run.json").read_text())
    code = ground["landschap"]
    path = written(tmp_path / "s.gpkg", site("a", code.geometry))
    said = {}
    for one in account["gemeenten"]:
        assert call("backtest", path, "--uitvoer", region / one["map"], "--naar", tmp_path / one["map"]).exit_code == 0
        said[one["naam"]] = table(tmp_path / one["map"]).loc["a", "overleeft"]
    assert sorted(said.values()) == ["buiten de scan", "nee"]


def test_only_municipalities_under_a_site_are_read(region: Path, ground: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(region, tmp_path / "uit")
    path = written(tmp_path / "s.gpkg", site("a", ground["landschap"].geometry))
    assert call("backtest", path, "--uitvoer", tmp_path / "uit", "--naar", tmp_path).exit_code == 0
    own = table(tmp_path).loc["a", "gemeente"]
    for one in json.loads((region / "run.json").read_text())["gemeenten"]:
        if one["naam"] != own:
            package = next((tmp_path / "uit" / one["map"]).glob("*.gpkg"))
            boundary = pyogrio.read_dataframe(package, layer="gemeentegrens")
            package.unlink()
            pyogrio.write_dataframe(boundary, package, layer="gemeentegrens")
    assert call("backtest", path, "--uitvoer", tmp_path / "uit", "--naar", tmp_path).exit_code == 0
    assert table(tmp_path).loc["a", "gemeente"] == own


def test_a_municipality_that_failed_is_named_and_its_sites_are_kept(
    region: Path, ground: dict[str, Any], tmp_path: Path
) -> None:
    shutil.copytree(region, tmp_path / "uit")
    path = written(tmp_path / "s.gpkg", site("a", ground["landschap"].geometry))
    account = json.loads((region / "run.json").read_text())
    failed = account["gemeenten"][0]
    other = call("backtest", path, "--uitvoer", region / failed["map"], "--naar", tmp_path)
    assert other.exit_code == 0
    here = table(tmp_path).loc["a", "overleeft"] != "buiten de scan"
    failed["stand"] = "mislukt"
    (tmp_path / "uit" / "run.json").write_text(json.dumps(account))
    found = call("backtest", path, "--uitvoer", tmp_path / "uit", "--naar", tmp_path)
    assert found.exit_code == 0, found.output
    assert f"Niet in deze scan, want mislukt: {failed['naam']}." in found.stdout
    assert table(tmp_path).loc["a", "overleeft"] == ("buiten de scan" if here else "nee")


def test_a_run_that_answered_nothing(world: Path, tmp_path: Path) -> None:
    run = finished_run(world, BARE_RULES, tmp_path)
    path = written(tmp_path / "s.gpkg", site("a", box(0, 0, 100, 100)), site("e", box(300, 0, 300.5, 200)))
    found = call("backtest", path, "--uitvoer", run)
    assert found.exit_code == 0, found.output
    assert "beantwoordt geen planroutes" in (run / "backtest.html").read_text()
    rows = table(run)
    assert rows["overleeft"].to_dict() == {"a": "ja", "e": "nee"}
    assert rows["planroute"].isna().all()


def test_wrong_calls_write_nothing(region: Path, tmp_path: Path) -> None:
    bad = written(tmp_path / "s.gpkg", site("a", None), site("A", box(0, 0, 1, 1), datum="ooit"))
    degrees = written(tmp_path / "g.gpkg", site("a", shapely.Point(4.6, 52.5)), crs=WGS84)
    good = written(tmp_path / "ok.gpkg", site("a", box(0, 0, 1, 1)))
    faults = call("backtest", bad, "--uitvoer", region, "--naar", tmp_path / "uit")
    assert faults.exit_code == 4
    assert "3 fouten" in faults.stderr
    assert call("backtest", degrees, "--uitvoer", region, "--naar", tmp_path / "uit").exit_code == 6
    assert call("backtest", good, "--uitvoer", tmp_path / "geen", "--naar", tmp_path / "uit").exit_code == 2
    assert call("backtest", tmp_path / "weg.gpkg", "--uitvoer", region).exit_code == 2
    assert not (tmp_path / "uit").exists()


def test_a_damaged_account_is_told(region: Path, ground: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(region, tmp_path / "uit")
    path = written(tmp_path / "s.gpkg", site("a", ground["landschap"].geometry))
    account = json.loads((region / "run.json").read_text())
    for text in ({"bestand": "../x", "tekst": "naam: ["}, {"bestand": "x"}, "x"):
        account["beleid_volledig"]["planroutes"] = text
        (tmp_path / "uit" / "run.json").write_text(json.dumps(account))
        found = call("backtest", path, "--uitvoer", tmp_path / "uit", "--naar", tmp_path / "nee")
        assert found.exit_code in (3, 4), found.output
        assert "Traceback" not in found.output
    assert not (tmp_path / "nee").exists()
