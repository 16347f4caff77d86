"""What a run answers of each location, as a user asks and reads it."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from locatiescan.demo import make_demo
from support.command import call

HERE = "Demowaard"
ROUTES = 13


def run(folder: Path, name: str, *words: str | Path) -> Path:
    places = ("--bronnen", folder / "demo" / "bronnen.yaml", "--opslag", folder / "lagen", "--uitvoer", folder / name)
    found = call("-q", "run", "--gemeente", HERE, *places, *words)
    assert found.exit_code == 0, found.output
    (folder / f"{name}.txt").write_text(found.stdout)
    return folder / name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("antwoord")
    make_demo(made / "demo", 500)
    return made


@pytest.fixture(scope="module")
def now(folder: Path) -> Path:
    return run(folder, "nu", "--peildatum", "2026-11-23")


@pytest.fixture(scope="module")
def then(folder: Path, now: Path) -> Path:
    """As the assignment of 2022 saw it, with owners and empty buildings told."""
    sites, buildings = (table(now, name) for name in ("kandidaten", "transformatie"))
    ids = sites["percelen"].str.split(", ").explode()
    rows = [f"{name};gemeente" for name in ids] + ["99999999999999;corporatie"]
    (folder / "eigendom.csv").write_text("\n".join(["perceel_id;eigenaar", *rows]))
    (folder / "leeg.csv").write_text(f"pand_id;leeg_m2\n{buildings['pand_id'].iloc[-1]};800\n")
    lists = ("--eigendom", folder / "eigendom.csv", "--leegstand", folder / "leeg.csv")
    return run(folder, "toen", "--peildatum", "2022-11-01", "--termijn", "15", *lists)


def table(run: Path, layer: str) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(run / "demowaard.gpkg", layer=layer)


def test_every_location_and_building_has_every_route_once(now: Path) -> None:
    sites, buildings, routes = (table(now, name) for name in ("kandidaten", "transformatie", "planroutes"))
    ids = [*sites["locatie_id"], *buildings["locatie_id"]]
    assert len(sites) > 5
    assert len(buildings) > 1
    assert sorted(routes["locatie_id"]) == sorted(ids * ROUTES)
    assert set(routes.loc[routes["route"].str.startswith("O"), "oordeel"]) == {"dicht"}
    best = routes[routes["beste"]].set_index("locatie_id")
    found = pd.concat([sites, buildings]).set_index("locatie_id")
    has = found["planroute"].notna()
    assert best["route"].to_dict() == found.loc[has, "planroute"].to_dict()
    assert set(found.loc[~has, "planroute_oordeel"]) <= {"dicht"}


def test_the_drawing_lies_on_its_location_and_counts_its_homes(now: Path) -> None:
    sites, drawn = table(now, "kandidaten").set_index("locatie_id"), table(now, "indeling")
    blocks = drawn[drawn["soort"] == "blok"]
    ground = sites.loc[blocks["locatie_id"]].geometry.to_numpy()
    assert len(blocks) > 5
    assert shapely.covers(shapely.buffer(ground, 1e-6), blocks.geometry.to_numpy()).all()
    homes = blocks.groupby("locatie_id")["woningen"].sum()
    assert homes.to_dict() == sites.loc[homes.index, "woningen"].to_dict()
    known = sites[sites["woningen"].notna()]
    assert (known["woningen_laag"] <= known["woningen"]).all()
    assert (known["woningen"] <= known["woningen_hoog"]).all()
    mix = known[["woningen_starters", "woningen_statushouders", "woningen_overig"]].sum(axis=1)
    assert mix.tolist() == known["woningen"].tolist()


def test_the_reference_date_decides_which_law_holds(then: Path, now: Path) -> None:
    routes = table(then, "planroutes").set_index("route")["oordeel"]
    assert set(routes[["N0", "N2", "N3", "N4"]]) == {"dicht"}
    assert set(routes[["O1", "O4"]]) == {"dicht"}  # fifteen years is longer than they may last
    assert set(routes["O2"]) - {"dicht"}
    about = json.loads((then / "run.json").read_text())["verantwoording"]
    assert (about["peildatum"], about["gevraagde termijn"]) == ("2022-11-01", "15 jaar")
    assert "planroutes.yaml sha256:" in about["beleidsbestanden"]


def test_a_diff_names_every_location_whose_route_flipped(then: Path, now: Path) -> None:
    verdicts = [table(one, "kandidaten").set_index("locatie_id")["planroute_oordeel"] for one in (then, now)]
    both = pd.concat(verdicts, axis=1, keys=["then", "now"]).dropna()
    flipped = both.index[both["then"] != both["now"]]
    assert len(flipped)
    told = call("diff", then, now).stdout
    assert f"Ander oordeel over de planroute: {len(flipped)}" in told
    assert all(name in told for name in flipped)


def test_lists_of_owners_and_empty_buildings_are_used_and_what_is_not_found_is_told(then: Path, now: Path) -> None:
    assert set(table(then, "kandidaten")["eigenaar"]) == {"gemeente"}
    flags = table(then, "vlaggen").set_index("vlag")["oordeel"]
    assert "ja" in set(flags["didam"])
    assert set(table(now, "vlaggen").set_index("vlag").loc["didam", "oordeel"]) == {"onbekend"}
    about = json.loads((then / "run.json").read_text())["verantwoording"]
    assert "99999999999999" in about["bij de antwoorden"]
    buildings = table(then, "transformatie")
    assert buildings["leegstand"].eq("ja").tolist() == [True] + [False] * (len(buildings) - 1)
    assert "nee" in set(buildings["leegstand"])
    assert set(table(now, "transformatie")["leegstand"]) == {"onbekend"}


def test_explain_tells_the_answer(now: Path) -> None:
    site = table(now, "kandidaten").iloc[0]
    told = " ".join(call("explain", site["locatie_id"], "--uitvoer", now).stdout.split())
    assert " ".join(site["samenvatting"].split())[:60] in told
    assert "Planroutes (* is de beste)" in told
    assert "Wat weten wij niet" in told
    said = json.loads(call("explain", site["locatie_id"], "--uitvoer", now, "--json").stdout)["antwoord"]
    assert len(said["routes"]) == ROUTES
    assert said["samenvatting"] == site["samenvatting"]


def test_explain_tells_of_a_building_too(now: Path) -> None:
    building = table(now, "transformatie").iloc[0]
    told = " ".join(call("explain", building["locatie_id"].lower(), "--uitvoer", now).stdout.split())
    assert f"Gebouw {building['locatie_id']} in Demowaard" in told
    assert "Planroutes (* is de beste)" in told
    said = json.loads(call("explain", building["locatie_id"], "--uitvoer", now, "--json").stdout)
    assert said["antwoord"]["samenvatting"] == building["samenvatting"]
    assert call("explain", "T-0", "--uitvoer", now).exit_code == 2


def test_every_answer_says_what_is_not_known(now: Path) -> None:
    sites = table(now, "kandidaten")
    assert sites["samenvatting"].str.len().min() > 200
    assert sites["weten_wij_niet"].str.contains("van wie de grond is").all()  # nobody gave a list of owners


def test_options_without_use_are_refused(world: Path, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(
        "titel: T\ntoelichting: T\nlimits: []\npreferences:\n"
        "  - {naam: vorm_aandeel, measure: compactness, curve: {0: 0, 1: 1}, gewicht: 1, waarom: Vorm}\n"
    )
    words = ("--gemeente", "kleinwereld", "--bronnen", world, "--regels", tmp_path / "r.yaml", "--uitvoer", tmp_path)
    found = call("run", *words, "--termijn", "10")
    assert found.exit_code == 2
    assert "geen onderdeel antwoord" in found.output
    assert call("run", *words, "--peildatum", "gisteren").exit_code == 2
