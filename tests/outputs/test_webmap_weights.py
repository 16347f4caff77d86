"""Sliders on the map: the same scores and ranks as the program's own, to the last digit, also after saving."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from locatiescan.analysis.judging.rules import judge
from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.cli import main
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.model import Aggregation, Extent, Limit, Preference, Profile, Rules, ScanResult
from locatiescan.outputs.runs import read_run
from locatiescan.outputs.webmap import write_map
from locatiescan.outputs.webmap_rules import rules_file
from outputs.test_webmap import hand_made_result, unpacked
from outputs.test_webmap_browser import browser, open_page  # noqa: F401  (browser is a fixture)

WIDE = {"width": 1280, "height": 800}
COUNT = 400


def rules_of(wishes: int, bounded: int, method: Aggregation = "gewogen_som") -> Rules:
    """So many preferences, the first ones only inside some layer."""
    inside = Extent("bpl")
    return Rules(
        titel="Proef",
        toelichting="Gewichten.",
        aggregatie=method,
        limits=(Limit(naam="grens_m", measure="distance_m", layer="haltes", min=10, waarom="Grens."),),
        preferences=tuple(
            Preference(
                naam=f"wens{k}_m",
                measure="distance_m",
                layer="haltes",
                gewicht=0.3 + 1.1 * k,
                curve={0: 0.0, 100: 1.0},
                only_in=inside if k < bounded else None,
                waarom="Wens.",
            )
            for k in range(wishes)
        ),
        profielen=(Profile(naam="een", titel="Eén", waarom="Groep.", gewichten={"wens1_m": 7}),),
    )


def measured(rules: Rules, seed: int) -> gpd.GeoDataFrame:
    """Values with unknowns and many ties; whether a bounded preference counts is yes, no or unknown."""
    random = np.random.default_rng(seed)
    place = random.permutation(COUNT)
    table = {"perceel_id": [f"P{number}" for number in place], "grens_m": random.choice([5.0, 50.0, np.nan], COUNT)}
    for wish in rules.preferences:
        values = np.where(random.random(COUNT) < 0.5, random.integers(0, 5, COUNT) * 25, 100 * random.random(COUNT))
        table[wish.naam] = np.where(random.random(COUNT) < 0.15, np.nan, values)
        if wish.only_in:
            table[f"{wish.naam}_geldt"] = random.choice(["ja", "nee", "onbekend"], COUNT)
    west, north = 110_000 + 100 * (place % 20), 516_000 - 100 * (place // 20)
    return gpd.GeoDataFrame(table, geometry=shapely.box(west, north - 80, west + 80, north), crs=28992)


def result_of(rules: Rules, seed: int) -> ScanResult:
    parcels = judge(measured(rules, seed), rules)
    sites = parcels[parcels["rang"].notna()].reset_index(drop=True)
    sites = sites.assign(locatie_id="L-" + sites["perceel_id"], percelen=sites["perceel_id"], aantal_percelen=1)
    return replace(hand_made_result(), rules=rules, parcels=parcels, sites=gpd.GeoDataFrame(sites))


def with_weights(rules: Rules, weights: list[float]) -> Rules:
    wishes = zip(rules.preferences, weights, strict=True)
    return replace(rules, preferences=tuple(replace(wish, gewicht=weight) for wish, weight in wishes))


def ranked(table: pd.DataFrame) -> list[list[object]]:
    kept = table[table["rang"].notna()].sort_values("rang")
    return kept[["perceel_id", "score", "score_hoog"]].to_numpy().tolist()


def drawn_weights(wishes: int, seed: int) -> list[list[float]]:
    """Round and crooked weights, some of them 0, and once all."""
    random = np.random.default_rng(seed)
    draws = [*random.integers(0, 11, (6, wishes)) / 2, *random.random((6, wishes)) * 10, np.zeros(wishes)]
    return [draw.tolist() for draw in draws]


@pytest.mark.parametrize(("wishes", "bounded"), [(2, 0), (6, 0), (7, 3), (13, 4)])
def test_every_draw_of_weights_ranks_as_the_program_does(browser, tmp_path, wishes, bounded):  # noqa: F811
    rules = rules_of(wishes, bounded)
    values = measured(rules, wishes)
    write_map(result_of(rules, wishes), tmp_path / "kaart.html")
    for page in open_page(browser, (tmp_path / "kaart.html").as_uri(), WIDE):
        assert page.evaluate("locatiescan.ranking()") == ranked(judge(values, rules))
        for weights in drawn_weights(wishes, 10 * wishes + bounded):
            page.evaluate("weights => locatiescan.weigh(weights)", weights)
            assert page.evaluate("locatiescan.ranking()") == ranked(judge(values, with_weights(rules, weights)))


def test_weights_are_added_in_the_order_of_numpy(browser, tmp_path):  # noqa: F811
    write_map(result_of(rules_of(2, 0), 1), tmp_path / "kaart.html")
    random = np.random.default_rng(4)
    draws = [random.random(count) * 10 for count in (*range(1, 30), 63, 64) for _ in range(5)]
    for page in open_page(browser, (tmp_path / "kaart.html").as_uri(), WIDE):
        found = page.evaluate("draws => draws.map(locatiescan.sum)", [draw.tolist() for draw in draws])
    assert found == [float(draw.sum()) for draw in draws]


def test_moving_a_slider_moves_list_panel_and_link(browser, tmp_path):  # noqa: F811
    rules = rules_of(3, 1)
    write_map(result_of(rules, 5), tmp_path / "kaart.html")
    wanted = judge(measured(rules, 5), with_weights(rules, [0.3, 0.5, 10.0]))
    for page in open_page(browser, (tmp_path / "kaart.html").as_uri(), WIDE):
        page.locator("#gewichten > summary").click()
        page.get_by_label("Wens1", exact=True).fill("0.5")
        page.get_by_label("Wens2", exact=True).fill("10")
        assert page.locator("#kandidaten tbody tr button").first.inner_text() == wanted["perceel_id"].iloc[0]
        page.locator("#kandidaten tbody tr").first.click()
        shown = [page.locator(f"#waarom .preferences tr:has(th:has-text('Wens{k}'))").inner_text() for k in (1, 2)]
        assert [text.split("\t")[3] for text in shown] == ["0,5", "10"]
        link = page.url
    for page in open_page(browser, link, WIDE):
        assert page.evaluate("locatiescan.ranking()") == ranked(wanted)
        assert page.evaluate("locatiescan.selected") == wanted["perceel_id"].iloc[0]
        page.locator("#gewichten > summary").click()
        page.get_by_label("Begin met de gewichten van").select_option("Eén")
        own = judge(measured(rules, 5), with_weights(rules, [0.3, 7, 2.5]))
        assert page.evaluate("locatiescan.ranking()") == ranked(own)
        page.get_by_role("button", name="Zet terug").click()
        assert page.evaluate("locatiescan.ranking()") == ranked(judge(measured(rules, 5), rules))


def test_another_way_of_adding_has_no_sliders(browser, tmp_path):  # noqa: F811
    rules = rules_of(3, 0, "topsis")
    write_map(result_of(rules, 3), tmp_path / "kaart.html")
    for page in open_page(browser, (tmp_path / "kaart.html").as_uri(), WIDE):
        page.locator("#gewichten > summary").click()
        assert page.locator("#schuiven input:not([disabled])").count() == 0
        assert page.get_by_role("button", name="Bewaar als regels").is_disabled()
        assert "topsis" in page.locator("#gewichten-uitleg").inner_text()
        order = [name for name, *_ in page.evaluate("locatiescan.ranking()")]
        assert order == [name for name, *_ in ranked(result_of(rules, 3).sites)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """A small municipality and its scan."""
    folder = tmp_path_factory.mktemp("demo")
    run_program("demo", folder / "bron", "--percelen", "500")
    ids = pyogrio.read_dataframe(folder / "bron" / "demo.gpkg", layer="Perceel")["identificatieLokaalID"].unique()
    owners = "\n".join(f"{name},waterschap" for name in ids)
    (folder / "eigendom.csv").write_text(f"perceel_id,eigenaar\n{owners}\n", encoding="utf-8")
    run_scan(folder, "eerst", "--publiek", "--eigendom", folder / "eigendom.csv")
    return folder


def run_program(*arguments: object) -> None:
    outcome = CliRunner().invoke(main, ["-q", *map(str, arguments)])
    assert outcome.exit_code == 0, outcome.output


def run_scan(folder: Path, name: str, *more: object) -> None:
    source = ("--gemeente", "Demowaard", "--bronnen", folder / "bron" / "bronnen.yaml", "--opslag", folder / "opslag")
    run_program("run", *source, "--uitvoer", folder / name, "--peildatum", "2026-11-23", *more)


def test_saved_weights_give_the_program_the_same_ranking(browser, demo, tmp_path):  # noqa: F811
    for page in open_page(browser, (demo / "eerst" / "demowaard.html").as_uri(), WIDE):
        page.locator("#gewichten > summary").click()
        page.get_by_label("Stikstof afstand", exact=True).fill("7.5")
        page.get_by_label("Weg afstand", exact=True).fill("0")
        page.get_by_label("Bouwruimte", exact=True).fill("0")
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Bewaar als regels").click()
        saved = tmp_path / downloading.value.suggested_filename
        downloading.value.save_as(saved)
        shown = page.evaluate("locatiescan.ranking()")
    assert saved.name == "regels_gewichten.yaml"
    run_scan(demo, "opnieuw", "--regels", saved)
    again = read_run(demo / "opnieuw").sites
    assert again is not None
    names = again["perceel_id"].where(again["aantal_percelen"] == 1, again["locatie_id"])
    assert [list(row) for row in zip(names, again["score"], again["score_hoog"], strict=True)] == shown
    assert again["planroute"].notna().any()  # what goes with the rules was found, too
    before = read_run(demo / "eerst").sites
    assert before is not None
    assert before["perceel_id"].tolist() != again["perceel_id"].tolist()


def test_untouched_weights_save_the_rules_as_they_are(browser, demo, tmp_path):  # noqa: F811
    for page in open_page(browser, (demo / "eerst" / "demowaard.html").as_uri(), WIDE):
        (tmp_path / "regels.yaml").write_text(page.evaluate("locatiescan.rules()"), encoding="utf-8")
    listed = load_sources(demo / "bron" / "bronnen.yaml")
    read = load_rules(tmp_path / "regels.yaml", MEASURES, listed)
    assert read == load_rules(packaged_file("rules/flexwonen.yaml"), MEASURES, listed)


def test_public_map_of_a_run_does_not_tell_the_owner(demo):
    inside, outside = (
        str(unpacked((demo / "eerst" / name).read_text(encoding="utf-8"))["answers"])
        for name in ("demowaard.html", "demowaard_publiek.html")
    )
    for telling in ("'eigenaar'", "waterschap", "Didam"):
        assert telling in inside
    assert "'eigenaar'" not in outside
    assert "De grond is van" not in outside
    assert "Didam" not in outside
    assert "planroute" in outside


def test_an_own_value_is_told_in_its_reason_and_awkward_text_stays_yaml():
    rules = rules_of(2, 0)
    limit = replace(rules.limits[0], waarom='"a: b" # \u2028', aangepast="Proefstad: min 10", where={"soort": False})
    item = "\n".join(rules_file(replace(rules, limits=(limit,)))["head"])
    assert r'"waarom": "\"a: b\" # \u2028 (Proefstad: min 10)"' in item
    assert '"where": {"soort": false}' in item
    assert '"aangepast":' not in item
