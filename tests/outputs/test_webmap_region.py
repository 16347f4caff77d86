"""The map of a region: of which municipality each location is, all boundaries, and no weighing that would not hold."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from locatiescan.analysis.judging.aggregate import aggregate, weights
from locatiescan.analysis.judging.rules import applies
from locatiescan.model import Area, Elsewhere, Layer, ScanResult
from locatiescan.outputs.webmap import write_map
from locatiescan.outputs.webmap_page import page_context
from locatiescan.outputs.webmap_payload import payload
from locatiescan.outputs.webmap_region import OWN_VALUES, SUM
from outputs.test_webmap import source
from outputs.test_webmap_answers import answered_result
from outputs.test_webmap_browser import browser, open_page  # noqa: F401  (browser is a fixture)

WIDE = {"width": 1280, "height": 800}
HOMES = ("Alkmaar", "Heiloo", "Alkmaar / Heiloo", "Uitgeest")


def region(own_weights: bool = False) -> ScanResult:
    """The answered locations as a region of three municipalities; one lies across a border in every four."""
    single = answered_result()
    sites, rules = single.sites, single.rules
    table = np.column_stack([sites[f"{wish.naam}_score"].to_numpy(dtype=float) for wish in rules.preferences])
    here = np.column_stack([applies(sites, wish) for wish in rules.preferences])
    low, high = aggregate(table, weights(rules), here)
    low = np.where(np.arange(len(sites)) == 3, low / 2, low) if own_weights else low
    sites = sites.assign(score=low, score_hoog=high, gemeente=[HOMES[i % 4] for i in range(len(sites))])
    west, south, east, north = shapely.bounds(single.area.boundary)
    third = (east - west) / 3
    shapes = [shapely.box(west + k * third, south, west + (k + 1) * third, north) for k in range(3)]
    borders = gpd.GeoDataFrame({"naam": ["Alkmaar", "Heiloo", "Uitgeest"]}, geometry=shapes, crs=28992)
    return replace(
        single,
        area=Area("Regio Noord", "", single.area.boundary),
        sites=gpd.GeoDataFrame(sites),
        parcels=gpd.GeoDataFrame(single.parcels[single.parcels["rang"].notna()]),
        layers={"gemeentegrens": Layer("gemeentegrens", source("gemeentegrens"), borders)},
        elsewhere=Elsewhere(1000, pd.DataFrame()),
    )


def test_a_single_municipality_has_nothing_of_it():
    content = payload(answered_result())
    assert content["home"] is None
    assert len(content["boundary"]["rings"]) == 1
    same = answered_result()
    one = replace(same, sites=gpd.GeoDataFrame(same.sites.assign(gemeente="Alkmaar")))
    assert payload(one)["home"] is None


def test_each_location_has_its_municipality_and_each_municipality_its_boundary():
    content = payload(region())
    assert [content["home"]["words"][at] for at in content["home"]["at"][:4]] == list(HOMES)
    assert content["boundary"]["rings"] == [1, 1, 1]
    assert [name for name, kind, *_ in content["places"] if kind == "gemeente"] == ["Alkmaar", "Heiloo", "Uitgeest"]


@pytest.mark.parametrize(("own_weights", "wanted"), [(False, SUM), (True, OWN_VALUES)])
def test_the_page_weighs_only_where_it_would_give_the_same_scores(own_weights, wanted):
    assert payload(region(own_weights))["method"] == wanted


def test_rejected_parcels_elsewhere_are_counted_and_said():
    told = page_context(region())
    assert told["title"].endswith(": Regio Noord")
    assert told["rejected"] == "1.000"
    assert told["elsewhere"]


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("regio") / "kaart.html"
    write_map(region(), path)
    return path.as_uri()


@pytest.fixture
def opened(browser, address):  # noqa: F811
    yield from open_page(browser, address, WIDE)


def test_a_location_across_the_border_is_in_both_municipalities(opened):
    opened.locator("#filters-kop").click()
    choice = opened.get_by_label("Gemeente", exact=True)
    assert choice.locator("option").all_inner_texts() == ["alle", "Alkmaar", "Heiloo", "Uitgeest"]
    for name in ("Alkmaar", "Heiloo", "Uitgeest"):
        choice.select_option(name)
        sites = region().sites
        wanted = sites["locatie_id"][[name in home.split(" / ") for home in sites["gemeente"]]]
        assert 0 < len(wanted) < len(sites)
        assert len(opened.evaluate("locatiescan.passing()")) == len(wanted)


def test_list_panel_and_search_name_the_municipality(opened):
    opened.locator("#kandidaten thead button", has_text="Gemeente").click()
    shown = opened.locator("#kandidaten tbody tr td:nth-child(3)").all_inner_texts()
    assert shown == sorted(shown)
    assert shown[0] == "Alkmaar"
    opened.locator("#kandidaten tbody button").first.click()
    assert opened.locator("#waarom .summary").first.inner_text().split("\n")[-2:] == ["Gemeente", "Alkmaar"]
    opened.locator("#zoekveld").fill("uitgeest")
    opened.locator("#gevonden button").first.click()
    assert opened.evaluate("locatiescan.place") == "Uitgeest"


def test_sliders_are_off_where_municipalities_weigh_otherwise(browser, tmp_path):  # noqa: F811
    write_map(region(own_weights=True), tmp_path / "kaart.html")
    for page in open_page(browser, (tmp_path / "kaart.html").as_uri(), WIDE):
        assert page.locator("#schuiven input:enabled").count() == 0
        assert page.locator("#bewaar").is_disabled()
        assert "per gemeente" in page.locator("#gewichten-uitleg").text_content()
        scores = page.evaluate("Object.fromEntries(locatiescan.ranking())")
    sites = region(own_weights=True).sites
    assert scores[sites["perceel_id"].iloc[3]] == pytest.approx(sites["score"].iloc[3], abs=0.01)


def with_own(*names: str) -> ScanResult:
    """The region, in which some municipalities have values of their own."""
    return replace(region(), facts={"eigen regels": f"{', '.join(names)}: eigen waarden over de algemene regels."})


def test_locations_in_a_municipality_with_own_values_are_marked():
    assert payload(region())["own"] == ""
    marked = payload(with_own("Heiloo"))["own"]
    sites = region().sites
    assert [one == "j" for one in marked[: len(sites)]] == ["Heiloo" in home.split(" / ") for home in sites["gemeente"]]
    assert set(payload(with_own("Elders"))["own"]) == {"j"}, "whose values they are is not known"


def test_no_general_demand_is_told_of_a_municipality_with_own_values(browser, tmp_path):  # noqa: F811
    write_map(with_own("Heiloo"), tmp_path / "kaart.html")
    for page in open_page(browser, (tmp_path / "kaart.html").as_uri(), WIDE):
        told = {}
        for home in ("Alkmaar", "Heiloo"):
            page.locator("#kandidaten tbody tr", has=page.get_by_text(home, exact=True)).locator("button").first.click()
            rows = page.locator("#waarom table.limits tbody tr:not(.reason)").all()
            told[home] = [row.locator("td").all_inner_texts() for row in rows]
            reasons = page.locator("#waarom table.limits .reason td").all_inner_texts()
            assert ["In het algemeen" in reason for reason in reasons] == [home == "Heiloo"] * len(reasons)
    assert not any("eigen waarde" in cell for row in told["Alkmaar"] for cell in row)
    assert [row[1] for row in told["Heiloo"]] == ["eigen waarde van de gemeente"] * len(told["Alkmaar"])
    assert all(row[0] and row[2] for row in told["Heiloo"])
