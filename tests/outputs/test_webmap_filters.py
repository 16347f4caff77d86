"""Filters, list, search, measuring and colours on the map, with answers on the locations."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from locatiescan.crs import to_display
from locatiescan.model import Layer
from locatiescan.outputs.webmap import write_map
from outputs.test_webmap import HOSTILE, source
from outputs.test_webmap_answers import answered_result
from outputs.test_webmap_browser import browser, open_page  # noqa: F401  (browser is a fixture)

WIDE = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    result = answered_result()
    roads = {"straatnaam": ["Hoofdweg", f"Laan {HOSTILE}", None]}
    lines = [shapely.LineString([(110_000 + 300 * i, 515_700), (110_200 + 300 * i, 515_900)]) for i in range(3)]
    streets = Layer("wegen", source("wegen"), gpd.GeoDataFrame(roads, geometry=lines, crs=28992))
    path = tmp_path_factory.mktemp("kaart") / "kaart.html"
    write_map(replace(result, layers={**result.layers, "wegen": streets}), path)
    return path.as_uri()


@pytest.fixture
def opened(browser, address):  # noqa: F811
    yield from open_page(browser, address, WIDE)


def names_where(test) -> list[str]:
    sites = answered_result().sites.sort_values("rang")
    return sites["perceel_id"][[bool(test(row)) for _, row in sites.iterrows()]].tolist()


def test_filters_keep_what_fits_and_count_it(opened):
    opened.locator("#filters-kop").click()
    opened.get_by_label("Woningen, ten minste").fill("20")
    wanted = names_where(lambda row: not pd.isna(row["woningen"]) and row["woningen"] >= 20)
    assert opened.evaluate("locatiescan.passing()") == wanted
    assert opened.locator(".aantal").inner_text() == f"20 van 40 locaties, {sum(range(20, 40))} woningen"
    opened.get_by_label("dicht", exact=True).check()
    opened.get_by_label("rood", exact=True).check()
    both = names_where(lambda row: row["planroute_oordeel"] == "dicht" and row["stikstof_oordeel"] == "rood")
    assert opened.evaluate("locatiescan.passing()") == [name for name in wanted if name in both]
    assert opened.locator("#filters-kop").inner_text() == "Filters (3)"
    opened.get_by_role("button", name="Wis alle filters").click()
    assert len(opened.evaluate("locatiescan.passing()")) == 40
    assert opened.get_by_label("Woningen, ten minste").input_value() == ""


@pytest.mark.parametrize(
    ("label", "value", "test"),
    [
        ("Weken tot besluit, ten hoogste", "15", lambda row: row["doorlooptijd_weken_hoog"] <= 15),
        ("Termijn mogelijk, ten minste (jaar)", "15", lambda row: row["planroute"] and row["max_termijn_jaren"] != 10),
        ("In beschermd landschap (BPL), ten hoogste (%)", "50", lambda row: row["bpl_aandeel"] <= 0.5),
    ],
)  # fmt: skip
def test_what_is_unknown_passes_no_filter_on_a_number(opened, label, value, test):
    opened.locator("#filters-kop").click()
    opened.get_by_label(label).fill(value)
    wanted = names_where(test)
    assert 0 < len(wanted) < 40
    assert opened.evaluate("locatiescan.passing()") == wanted


def test_unknown_can_be_chosen_and_none_left_is_said(opened):
    opened.locator("#filters-kop").click()
    opened.get_by_label("Eigenaar").select_option("onbekend")
    assert opened.evaluate("locatiescan.passing()") == names_where(lambda row: pd.isna(row["eigenaar"]))
    opened.get_by_label("Planroute", exact=True).select_option("N3")
    assert opened.locator("#lijst-leeg").inner_text() == "Geen kandidaat past bij deze filters."
    assert opened.locator(".aantal").inner_text() == "0 van 40 locaties, 0 woningen"


def test_list_sorts_both_ways_and_turns_pages(opened):
    first = opened.locator("#kandidaten tbody tr").first
    opened.get_by_role("button", name="Woningen").click()
    assert "39" in first.inner_text().split("\t")
    assert opened.locator("th[aria-sort=descending]").count() == 1
    opened.get_by_role("button", name="Woningen").click()
    assert first.inner_text().split("\t")[2] == "0"
    opened.get_by_role("button", name="Volgende").click()
    rows = opened.locator("#kandidaten tbody tr")
    assert rows.count() == 15
    assert rows.last.inner_text().split("\t")[2] == "?"  # unknown comes last, both ways


def test_link_brings_filters_order_colour_and_choice_back(browser, opened):  # noqa: F811
    opened.locator("#filters-kop").click()
    opened.get_by_label("Woningen, ten minste").fill("30")
    opened.get_by_label("groen", exact=True).check()
    opened.get_by_role("button", name="Woningen").click()
    opened.get_by_label("planroute", exact=True).check()
    opened.locator("#kandidaten tbody tr").first.click()
    chosen, kept = opened.evaluate("locatiescan.selected"), opened.evaluate("locatiescan.passing()")
    for page in open_page(browser, opened.url, WIDE):
        assert page.evaluate("locatiescan.selected") == chosen
        assert page.evaluate("locatiescan.passing()") == kept
        assert page.get_by_label("planroute", exact=True).is_checked()
        assert "nog uit te zoeken" in page.locator(".legend").text_content()
        assert page.locator("th[aria-sort=descending]").count() == 1
    strange = (
        opened.url.split("#")[0]
        + "#gewichten=weg:9,halte_afstand_m:x&f.woningen=veel&locatie=elders&volgorde=toString&kleur=rood"
    )
    for page in open_page(browser, strange, WIDE):
        assert len(page.evaluate("locatiescan.passing()")) == 40


def test_panel_tells_route_homes_nitrogen_flags_and_draws_blocks(opened):
    opened.locator("#kandidaten tbody tr").nth(2).click()
    panel = opened.locator("#waarom")
    said = panel.inner_text().replace("\u00a0", " ")
    assert all(
        word in said
        for word in ("nog uit te zoeken", "24-5-2027", "Vlaggen (2)", "2 blokken met 14 woningen, 5 parkeerplaatsen")
    )
    assert panel.locator("svg path").count() == 1 + 3 + 1  # site, what is drawn, scale bar
    folded = panel.locator("details", has_text="N3 Titel")
    assert folded.locator("p").first.is_hidden()
    folded.locator("summary").click()
    assert folded.locator("p").first.inner_text() == f"Waarom niet: reden {HOSTILE}."
    assert "Niet (meer) van kracht: 1 routes" in said
    assert f"Past niet {HOSTILE}" not in said


def test_hostile_text_stays_text_everywhere(opened):
    opened.locator("#filters-kop").click()
    for name in ("NL00001", f"NL{HOSTILE}"):
        opened.evaluate("name => locatiescan.select(name)", name)
        for box in opened.locator("details").all():
            box.evaluate("box => { box.open = true; }")
        opened.get_by_label("Zoek een perceel, straat of plaats").fill("img src")
    assert opened.locator("#gevonden button").count() > 0
    assert f"te hoog {HOSTILE}" in opened.locator("#waarom").inner_text()
    assert HOSTILE in opened.get_by_label("Planroute", exact=True).inner_text()
    assert opened.locator("img[src=x], script[src]").count() == 0
    opened.wait_for_timeout(200)


def test_search_goes_to_a_street(opened):
    opened.get_by_label("Zoek een perceel, straat of plaats").fill("hoofdw")
    opened.keyboard.press("Enter")
    assert opened.locator("#zoekuitkomst").inner_text() == "De kaart toont Hoofdweg."
    seen = opened.evaluate("(() => { const c = locatiescan.map.getCenter(); return [c.lng, c.lat]; })()")
    wanted = to_display(gpd.GeoDataFrame(geometry=[shapely.Point(110_100, 515_800)], crs=28992)).geometry[0]
    assert np.abs(np.array(seen) - [wanted.x, wanted.y]).max() < 1e-4


def test_measuring_is_in_rd_by_mouse_and_by_keyboard(opened):
    corners = [(110_000, 515_600), (110_300, 515_600), (110_300, 516_000)]
    shown = to_display(gpd.GeoDataFrame(geometry=[shapely.Point(corner) for corner in corners], crs=28992)).geometry
    points = [{"lng": point.x, "lat": point.y} for point in shown]
    assert opened.evaluate("points => locatiescan.measure(points)", points).replace("\u00a0", " ") == (
        "Afstand 700,0 m; oppervlakte 60.000 m²"
    )
    opened.get_by_role("button", name="Meten").press("Enter")
    opened.keyboard.press("Enter")
    opened.keyboard.press("ArrowRight")
    opened.wait_for_timeout(400)
    opened.keyboard.press("Enter")
    assert opened.locator(".measured").inner_text().startswith("Afstand")
    opened.locator(".folium-map").click(position={"x": 300, "y": 300})
    assert "oppervlakte" in opened.locator(".measured").inner_text()
    assert opened.locator("#waarom").is_hidden()
    opened.keyboard.press("Escape")
    assert opened.get_by_role("button", name="Meten").get_attribute("aria-pressed") == "false"


def test_colours_follow_the_switch(opened):
    chart = opened.locator(".folium-map")
    before = chart.screenshot()
    opened.get_by_label("planroute", exact=True).check()
    opened.wait_for_timeout(200)
    assert chart.screenshot() != before
    assert "route dicht" in opened.locator(".legend").inner_text()
    opened.get_by_label("score", exact=True).check()
    assert "score 70 tot 100" in opened.locator(".legend").inner_text()
