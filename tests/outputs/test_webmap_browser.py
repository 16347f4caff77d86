"""The map as a planner meets it: opened from disk in a real Chromium, without a network."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from locatiescan.outputs.webmap import write_map
from outputs.test_webmap import BACKGROUND, HOSTILE, hand_made_parcels, hand_made_result

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed")


@pytest.fixture(scope="module")
def browser():
    root = os.geteuid() == 0
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"] if root else [])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("kaart") / "kaart.html"
    write_map(hand_made_result(), path)
    return path.as_uri()


@pytest.fixture
def opened(browser, address):
    """A page with the map drawn; on leaving, nothing may have gone wrong or gone out."""
    yield from open_page(browser, address, {"width": 1280, "height": 800})


@pytest.fixture
def phone(browser, address):
    yield from open_page(browser, address, {"width": 390, "height": 800})


def open_page(browser, address, viewport):
    context = browser.new_context(viewport=viewport)
    asked, faults = [], []
    context.route("http*://**", lambda route: (asked.append(route.request.url), route.abort()))
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda line: faults.append(line.text) if is_fault(line) else None)
    page.goto(address)
    page.evaluate("() => window.locatiescan.ready")
    yield page
    context.close()
    assert faults == []
    assert [url for url in asked if not url.startswith(BACKGROUND.split("{")[0])] == []


def is_fault(line) -> bool:
    tile = BACKGROUND.split("{")[0]
    return line.type in ("error", "warning") and tile not in line.location.get("url", "")


def click_parcel(page, parcel_id: str) -> None:
    spot = page.evaluate("id => window.locatiescan.pixel(id)", parcel_id)
    page.locator(".folium-map").click(position={"x": spot["x"], "y": spot["y"]})


def row(page, words: str) -> str:
    return page.locator("#waarom tr", has=page.locator(f"th:has-text('{words}')")).inner_text().replace("\u00a0", " ")


def test_candidate_shows_why(opened):
    click_parcel(opened, "NL00000")
    panel = opened.locator("#waarom")
    assert panel.is_visible()
    head = panel.locator("dl").inner_text().split("\n")
    assert head == ["Rang", "1 van 40", "Score", "100,0", "Oordeel", "ja"]
    free = row(opened, "Vrij")
    assert all(text in free for text in ("3.215 m²", "ten minste 1.500 m²", "ja"))
    assert "niet geverifieerd*" in opened.locator("#waarom tr.reason").first.inner_text()
    assert all(text in row(opened, "Bpl aandeel") for text in ("12,3 %", "ten hoogste 50 %", "ja"))
    assert "75,0 / 75,0" in row(opened, "Halte afstand")
    assert "100,0" in row(opened, "Samen")
    assert "Alle regels zijn beoordeeld." in panel.inner_text()
    assert opened.locator("#kandidaten tr[aria-current]").inner_text().split()[1] == "NL00000"


def test_unknown_is_told_as_unknown(opened):
    click_parcel(opened, "NL00004")
    text = opened.locator("#waarom").inner_text()
    assert "Op zijn best" in text
    assert "Halte afstand: telt nu als 0 punten." in text
    assert "Bpl aandeel: niet te beoordelen; de laag “Bpl” ontbreekt." in text
    assert "0,0 / 75,0" in row(opened, "Halte afstand")


def test_rejected_parcel_shows_its_reason(opened):
    click_parcel(opened, "NL00002")
    assert opened.locator("#waarom .rejection").inner_text() == "Afgewezen door: Vrij"
    assert "1.499,97 m²" in row(opened, "Vrij")
    assert "nee" in row(opened, "Vrij")
    assert opened.locator("#kandidaten tr[aria-current]").count() == 0


def test_row_selects_by_mouse_and_by_keyboard(opened):
    opened.locator("#kandidaten tbody tr").nth(1).click()
    assert opened.evaluate("window.locatiescan.selected") == "NL00001"
    opened.locator("#kandidaten tbody tr button").nth(2).focus()
    opened.keyboard.press("Enter")
    assert opened.evaluate("window.locatiescan.selected").startswith("NL<img")
    opened.keyboard.press("Escape")
    assert opened.locator("#waarom").is_hidden()
    assert opened.evaluate("window.locatiescan.map.getZoom()") >= 17


def test_hostile_text_stays_text(opened):
    click_parcel(opened, "NL00001")
    assert HOSTILE in row(opened, "Bestemming")
    opened.evaluate("id => window.locatiescan.select(id)", f"NL{HOSTILE}")
    assert HOSTILE in opened.locator("#waarom .parcel").inner_text()
    assert HOSTILE in opened.locator("h1").inner_text()
    assert opened.locator("img[src=x]").count() == 0
    opened.wait_for_timeout(200)


def test_search_finds_by_id_and_by_cadastral_name(opened):
    opened.get_by_label("Zoek een perceel, straat of plaats").fill("amr03k1007")
    opened.keyboard.press("Enter")
    assert opened.evaluate("window.locatiescan.selected") == "NL00007"
    opened.get_by_label("Zoek een perceel, straat of plaats").fill("nl00012")
    opened.locator("#gevonden button").click()
    assert opened.evaluate("window.locatiescan.selected") == "NL00012"
    opened.get_by_label("Zoek een perceel, straat of plaats").fill("bestaat niet")
    assert opened.locator("#zoekuitkomst").inner_text() == "Niets gevonden."


def test_parcel_without_shape_is_still_explained(opened):
    opened.evaluate("window.locatiescan.select('NL00057')")
    assert opened.locator("#waarom .parcel").inner_text().startswith("NL00057")


def test_switched_off_layer_is_not_clicked(opened):
    opened.get_by_role("button", name="Lagen aan en uit").press("Enter")
    candidates = opened.get_by_label("Kandidaten", exact=True)
    playwright.expect(candidates).to_be_visible()  # the list unfolds a moment after the key
    candidates.press("Space")
    playwright.expect(candidates).not_to_be_checked()
    opened.keyboard.press("Escape")
    click_parcel(opened, "NL00000")
    assert opened.locator("#waarom").is_hidden()


def test_no_background_is_said(opened):
    opened.get_by_text("Achtergrondkaart niet bereikbaar (offline)").wait_for()


def test_phone_width_does_not_scroll_sideways(phone):
    click_parcel(phone, "NL00000")
    assert phone.locator("#waarom").is_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_page_without_candidates_says_so(browser, tmp_path):
    parcels = hand_made_parcels().iloc[[2, 5, 8]].reset_index(drop=True)
    write_map(hand_made_result(parcels), tmp_path / "leeg.html")
    for page in open_page(browser, (tmp_path / "leeg.html").as_uri(), {"width": 1280, "height": 800}):
        assert page.locator("#lijst-leeg").is_visible()


def test_browser_too_old_to_unpack_says_so(browser, address):
    context = browser.new_context()
    context.route("http*://**", lambda route: route.abort())
    context.add_init_script("delete window.DecompressionStream")
    page = context.new_page()
    page.goto(address)
    page.get_by_text("De gegevens in dit bestand zijn niet te lezen.").wait_for()
    context.close()
