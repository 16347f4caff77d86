"""Finished runs beside the run of a map: what the page is given, and what it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from locatiescan.model import ScanResult
from locatiescan.outputs.runs import Run
from locatiescan.outputs.webmap import render, write_map
from locatiescan.outputs.webmap_scenarios import scenarios
from outputs.test_webmap import HOSTILE, unpacked
from outputs.test_webmap_access import STANDARD
from outputs.test_webmap_answers import answered_result
from outputs.test_webmap_browser import browser, open_page  # noqa: F401  (browser is a fixture)

ABOUT = {
    "gestart": "2025-03-01T08:00:00+00:00",
    "peildatum": "2022-11-01",
    "gevraagde termijn": "5 jaar",
    "regelbestand": f"ruim {HOSTILE}.yaml sha256:00",
}
GONE, JOINED, UNSURE, OTHER = 0, 1, 2, 3
"""Places in the list: rejected there, part of another location there, without homes there, of other parcels there."""


def located(result: ScanResult) -> ScanResult:
    """With the location of each parcel, as a scan leaves it."""
    home = result.sites.set_index("perceel_id")["locatie_id"]
    return replace(result, parcels=result.parcels.assign(locatie_id=result.parcels["perceel_id"].map(home)))


def other_run(shown: ScanResult, answered: bool = True) -> Run:
    """A run that rejects one location, joins two to a new name, and knows one that the map does not."""
    sites, parcels = shown.sites.copy(), shown.parcels.copy()
    gone, joined, _, other = sites["locatie_id"].iloc[[GONE, JOINED, UNSURE, OTHER]]
    parcels.loc[parcels["locatie_id"] == gone, "locatie_id"] = None
    parcels.loc[parcels["locatie_id"] == joined, "locatie_id"] = other
    fresh = parcels.index[parcels["oordeel"] == "nee"][0]
    parcels.loc[fresh, "locatie_id"] = "L-NIEUW"
    extra = sites.iloc[[5]].assign(locatie_id="L-NIEUW", perceel_id=parcels.loc[fresh, "perceel_id"], woningen=70)
    sites.loc[sites["locatie_id"] == sites["locatie_id"].iloc[UNSURE], ["woningen", "planroute_oordeel"]] = None
    left = sites[~sites["locatie_id"].isin([gone, joined])]
    sites = pd.concat([extra, left], ignore_index=True)
    sites["rang"] = pd.array(range(1, len(sites) + 1), dtype="Int64")
    if not answered:
        sites = sites.drop(columns=["woningen", "planroute", "planroute_oordeel"])
    rules = replace(shown.rules, titel=f"Ruim {HOSTILE}")
    return Run(
        Path("toen"), "x", ABOUT["gestart"], rules, parcels, gpd.GeoDataFrame(sites), pd.DataFrame(), about=ABOUT
    )


@pytest.fixture(scope="module")
def shown() -> ScanResult:
    return located(answered_result())


def test_rows_are_those_of_the_other_run_and_null_where_it_has_none(shown):
    run = other_run(shown)
    own, other = scenarios(shown, [run])["scenarios"]
    assert own["numbers"]["rang"] == shown.sites["rang"].tolist()
    assert own["andere_percelen"] == []
    assert run.sites is not None
    ranks = dict(zip(run.sites["locatie_id"], run.sites["rang"], strict=True))
    assert other["numbers"]["rang"] == [ranks.get(name) for name in shown.sites["locatie_id"]]
    assert other["numbers"]["rang"][GONE] is None
    assert other["numbers"]["rang"][JOINED] is None
    assert other["numbers"]["woningen"][UNSURE] is None
    assert other["words"]["planroute_oordeel"]["at"][UNSURE] == -1
    samen = other["samen"]
    assert samen["at"][GONE] == -1
    assert samen["words"][samen["at"][JOINED]] == shown.sites["locatie_id"].iloc[OTHER]
    assert other["andere_percelen"] == [OTHER]
    assert other["alleen_daar"] == {"id": ["L-NIEUW"], "rang": [1], "samen": {"words": [], "at": [-1]}}
    assert other["titel"]["regelbestand"] == f"ruim {HOSTILE}.yaml"


def test_counts_add_up_to_all_locations_and_homes(shown):
    run = other_run(shown)
    found = scenarios(shown, [run])["scenarios"][1]["counts"]
    assert run.sites is not None
    assert found["locaties"] == len(run.sites) == sum(found["oordeel"].values())
    assert sum(one["locaties"] for one in found["planroute"].values()) == len(run.sites)
    assert found["planroute"]["onbekend"] == {"locaties": 1, "woningen": 0}
    assert found["woningen"] == sum(one["woningen"] for one in found["planroute"].values()) == run.sites.woningen.sum()
    assert found["woningen_onbekend"] == run.sites["woningen"].isna().sum() == 2


def test_a_map_alone_has_no_scenarios(shown):
    assert "scenarios" not in unpacked(render(shown))
    assert scenarios(shown, []) == {}


@pytest.fixture(scope="module")
def address(shown, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("kaart") / "kaart.html"
    write_map(shown, path, [other_run(shown), other_run(shown, answered=False)])
    return path.as_uri()


def rows_of(page, shown: ScanResult, place: int) -> list[list[str]]:
    page.evaluate("id => window.locatiescan.select(id)", shown.sites["perceel_id"].iloc[place])
    rows = page.locator("#waarom table.scenarios tbody tr").all()
    return [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]


def test_the_page_puts_runs_side_by_side(browser, address, shown):  # noqa: F811
    for page in open_page(browser, address, {"width": 1280, "height": 800}):
        own, other, unasked = rows_of(page, shown, UNSURE)
        assert own[:2] == ["Deze kaart", str(shown.sites["rang"].iloc[UNSURE])]
        assert other[0] == "Scenario 1"
        assert other[3:] == ["onbekend", "N0 onbekend"]
        assert unasked[3:] == ["niet gevraagd", "niet gevraagd"]
        assert rows_of(page, shown, GONE)[1][1:] == ["geen kandidaat"]
        home = shown.sites["locatie_id"].iloc[OTHER]
        assert rows_of(page, shown, JOINED)[1][1].endswith(f"de grond hoort daar bij {home}")
        assert rows_of(page, shown, OTHER)[1][1].endswith("uit andere percelen")
        before = rows_of(page, shown, OTHER)
        page.evaluate("window.locatiescan.weigh([1, 9])")
        assert rows_of(page, shown, OTHER) == before


def test_the_fold_tells_totals_by_keyboard_and_without_markup(browser, address):  # noqa: F811
    for page in open_page(browser, address, {"width": 375, "height": 800}):
        fold = page.locator("#scenarios")
        fold.locator("> summary").press("Enter")
        said = fold.inner_text()
        assert "peildatum 1-11-2022, termijn 5 jaar" in said
        assert HOSTILE in said
        assert "Alleen in Scenario 1: 1 locatie." in said
        heads = fold.locator("thead th")
        assert heads.all_inner_texts() == ["Wat", "Deze kaart", "Scenario 1", "Scenario 2"]
        assert {one.get_attribute("scope") for one in heads.all()} == {"col"}
        assert fold.locator("tbody th[scope=row]").count() == 9
        assert page.locator("img[src=x]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing(browser, address, width):  # noqa: F811
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    for page in open_page(browser, address, {"width": width, "height": 800}):
        page.locator("#kandidaten tbody tr").nth(2).click()
        for box in page.locator("details").all():
            box.evaluate("box => { box.open = true; }")
        page.evaluate(f"{script}; 0")
        found = page.evaluate("standard => axe.run(document, { runOnly: standard })", STANDARD)["violations"]
        assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []


def test_no_scenarios_no_fold(browser, shown, tmp_path):  # noqa: F811
    write_map(shown, tmp_path / "kaart.html")
    for page in open_page(browser, (tmp_path / "kaart.html").as_uri(), {"width": 1280, "height": 800}):
        assert page.locator("#scenarios").is_hidden()
        assert rows_of(page, shown, GONE) == []
