"""The map for who cannot use a mouse or sees little: WCAG 2.1 AA, as far as a machine can tell, and by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from locatiescan.outputs.webmap import asset, write_map
from outputs.test_webmap_answers import answered_result
from outputs.test_webmap_browser import browser, open_page  # noqa: F401  (browser is a fixture)

WIDE, PHONE, ENLARGED = {"width": 1280, "height": 800}, {"width": 375, "height": 800}, {"width": 640, "height": 400}
"""The last is what 200 percent leaves of 1280 by 800."""
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("kaart") / "kaart.html"
    write_map(answered_result(), path)
    return path.as_uri()


@pytest.fixture
def opened(browser, address):  # noqa: F811
    yield from open_page(browser, address, WIDE)


def unfold(page) -> None:
    """Everything open: only what is shown is checked."""
    page.locator("#kandidaten tbody tr").nth(2).click()
    for box in page.locator("details").all():
        box.evaluate("box => { box.open = true; }")


@pytest.mark.parametrize("size", [WIDE, PHONE, ENLARGED], ids=["wide", "phone", "enlarged"])
def test_axe_finds_nothing(browser, address, size):  # noqa: F811
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    for page in open_page(browser, address, size):
        found = []
        for prepare in (lambda page: None, unfold):
            prepare(page)
            run = "standard => axe.run(document, { runOnly: standard })"
            page.evaluate(f"{script}; 0")
            found += [(one["id"], one["nodes"][0]["target"]) for one in page.evaluate(run, STANDARD)["violations"]]
        assert found == []


def test_everything_is_reached_by_tab_and_shows_its_focus(opened):
    for box in opened.locator("details").all():
        box.evaluate("box => { box.open = true; }")
    seen, bare = [], []
    for _ in range(160):
        opened.keyboard.press("Tab")
        at = opened.evaluate_handle("document.activeElement")
        if at.evaluate("at => at === document.body"):
            break
        seen.append(at.evaluate("at => at.id || at.className || at.name || at.textContent"))
        bare += [seen[-1]] if at.evaluate("at => getComputedStyle(at).outlineStyle") == "none" else []
    for wanted in ("skip", "afdrukken", "zoekveld", "filter-woningen", "gewicht-0", "bewaar", "terug"):
        assert any(wanted in name for name in seen), wanted
    assert "map_locatiescan" in seen
    assert bare == []


def test_keyboard_alone_filters_weighs_chooses_and_closes(opened):
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "Naar de lijst van kandidaten"
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "lijst"
    opened.locator("#filters-kop").press("Enter")
    opened.get_by_label("rood", exact=True).press("Space")
    assert "Filters (1)" in opened.locator("#filters-kop").inner_text()
    opened.locator("#gewichten > summary").press("Enter")
    slider = opened.locator("#gewicht-0")
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext").startswith("3,5 van 10")
    button = opened.locator("#kandidaten tbody button").first
    button.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "waarom-kop"
    opened.keyboard.press("Escape")
    assert opened.locator("#waarom").is_hidden()
    assert opened.evaluate("document.activeElement.textContent") == button.inner_text()


@pytest.mark.parametrize("size", [PHONE, ENLARGED], ids=["phone", "enlarged"])
def test_narrow_pages_do_not_scroll_sideways_and_keep_their_buttons(browser, address, size):  # noqa: F811
    for page in open_page(browser, address, size):
        page.locator("#filters-kop").click()
        page.locator("#gewichten > summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.locator("#kandidaten tbody tr").first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.get_by_role("button", name="Sluiten").click()
        assert page.locator("#waarom").is_hidden()


def test_changes_are_said_aloud(opened):
    assert opened.locator(".aantal").get_attribute("role") == "status"
    opened.locator("#gewichten > summary").click()
    opened.locator("#gewicht-1").fill("9")
    opened.wait_for_timeout(700)
    assert opened.locator("#gezegd").inner_text().startswith("Nummer 1 is nu NL")


def test_page_may_be_enlarged_and_motion_stopped(address):
    page = Path(address.removeprefix("file://")).read_text(encoding="utf-8")
    assert "user-scalable=no" not in page
    assert "maximum-scale" not in page
    assert '<html lang="nl">' in page
    assert "prefers-reduced-motion" in asset("webmap.css")


def test_printing_shows_map_legend_and_chosen_location(browser, address):  # noqa: F811
    for page in open_page(browser, address, WIDE):
        page.evaluate("window.print = () => { window.printed = true; }")
        page.locator("#kandidaten tbody tr").first.click()
        page.get_by_role("button", name="Afdrukken").click()
        page.wait_for_timeout(900)
        assert page.evaluate("window.printed")
        assert page.locator("#lijst").is_hidden()
        assert page.locator("#waarom svg").is_visible()
        assert page.locator(".legend li").first.is_visible()
        paper = page.locator("#kaart").bounding_box()
        assert paper["width"] + page.locator("#waarom").bounding_box()["width"] < 281 / 25.4 * 96
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator("#lijst").is_visible()
