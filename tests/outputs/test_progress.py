"""Progress in the workbook and in the map: the same numbers, read by a spreadsheet and by Chromium."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from locatiescan.analysis.monitoring.carry import carried
from locatiescan.analysis.monitoring.progress import PLACES, SHARED, Progress, progress
from locatiescan.outputs.webmap import render, write_map
from locatiescan.outputs.webmap_progress import progress_payload
from locatiescan.outputs.workbook import write_workbook
from locatiescan.sources.status import records
from outputs.test_webmap import HOSTILE, unpacked
from outputs.test_webmap_access import ENLARGED, PHONE, STANDARD, WIDE
from outputs.test_webmap_answers import answered_result
from outputs.test_webmap_browser import browser, open_page  # noqa: F401  (browser is a fixture)
from small_world import box
from support.candidates import scan_of, values
from support.office import recalculated

NAMES = {"GM0361": "Alkmaar", "GM0373": f"Bergen {HOSTILE}", "GM0399": "Heiloo"}
NOTE = "de wethouder twijfelt"
RECORDS = [
    ("L-0", "gebouwd", 48, "2027-06-03"), ("L-1", "vergund", 30, None), ("L-2", "besloten", None, None),
    ("L-4", "in_onderzoek", 25, None), ("L-5", "afgevallen", 60, None), ("L-weg", "besloten", 12, None),
]  # fmt: skip


def told(status: bool = True, target: int | None = 200) -> Progress:
    """Twelve candidates in three municipalities, of which some have a status."""
    codes = list(NAMES)
    count = 12
    sites = gpd.GeoDataFrame(
        {
            "locatie_id": [f"L-{i}" for i in range(count)],
            "gemeente_code": [codes[i % 3] for i in range(count)],
            "gemeente": [NAMES[codes[i % 3]] for i in range(count)],
            "percelen": [f"p{i}" for i in range(count)],
            "woningen": pd.array([10 + i for i in range(count - 1)] + [pd.NA], dtype="Int64"),
            "planroute": ["N2", "N0"] * 6,
            "planroute_titel": [HOSTILE, "Past"] * 6,
            "planroute_oordeel": "open",
            "max_termijn_jaren": [10.0, None, 15.0] * 4,
            "onherroepelijk_vroeg": ["2027-02-15", "2027-09-01", None] * 4,
            "onherroepelijk_laat": ["2028-07-01", "2029-01-01", None] * 4,
        },
        geometry=[box(200 * i, 0, 200 * i + 90, 60) for i in range(count)],
        crs=28992,
    )
    names, words, homes, days = zip(*RECORDS, strict=True)
    table = pd.DataFrame({"locatie_id": names, "status": words, "woningen": homes, "datum": days}, dtype=object)
    table = table.assign(toelichting=NOTE, gemeente="Heiloo")
    found = carried(records(table, [None] * len(table)), sites) if status else None
    shares = {"GM0361": 100, "GM0373": 60, "GM0399": 40} if target else None
    return progress(sites, found, shares, target, "2026-11-23", NAMES)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("voortgang") / "kaart.html"
    write_map(answered_result(), path, progress=told())
    return path.as_uri()


@pytest.fixture
def opened(browser: Any, address: str):  # noqa: F811
    yield from open_page(browser, address, WIDE)


def cells(page: Any, title: str) -> list[list[str]]:
    rows = page.get_by_role("region", name=f"Tabel: {title}").locator("tbody tr").all()
    return [[cell.inner_text().strip() for cell in row.locator("th, td").all()] for row in rows]


def test_the_payload_is_the_tables_without_any_name_note_or_day_of_the_file() -> None:
    given = progress_payload(told())["progress"]
    assert given["gemeenten"]["gebouwd"] == told().by_municipality["gebouwd"].tolist()
    assert given["kwartalen"]["vroeg_woningen_samen"][-1] is None
    text = json.dumps(given)
    assert NOTE not in text
    assert "L-" not in text
    assert "2027-06-03" not in text
    assert progress_payload(None) == {}


def test_a_map_without_progress_is_as_it_was() -> None:
    page = render(answered_result())
    assert "progress" not in unpacked(page)
    assert 'id="voortgang-knop" aria-haspopup="dialog" hidden' in page


def test_the_panel_tells_the_tables(opened: Any) -> None:
    opened.get_by_role("button", name="Voortgang").click()
    rows = cells(opened, "Woningen naar status")
    assert [row[0] for row in rows] == [*NAMES.values(), "Samen"]
    expected = told().by_municipality.iloc[-1]
    names = ("doel", "kandidaat", "in_onderzoek", "besloten", "vergund", "gebouwd", "toegezegd", "te_gaan")
    assert rows[-1][1:9] == [str(expected[name]) for name in names]
    quarters = cells(opened, "Woningen naar kwartaal waarin de route onherroepelijk kan zijn")
    assert [*[row[0] for row in quarters][:2], quarters[-1][0]] == ["2027-K1", "2027-K2", "onbekend"]
    opened.get_by_label("Termijn, planroute en kwartaal van").select_option(label="Heiloo")
    told_terms = told().by_term
    own = told_terms[told_terms["gemeente"] == "Heiloo"]
    assert [row[0] for row in cells(opened, "Woningen naar langste termijn")] == own["termijn"].tolist()
    assert opened.locator("#voortgang svg[role=img]").count() == 2
    assert "Alkmaar 48 van 100" in opened.locator("#voortgang svg").first.get_attribute("aria-label")


def test_the_panel_by_keyboard_alone(opened: Any) -> None:
    button = opened.get_by_role("button", name="Voortgang")
    button.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "voortgang-kop"
    seen = []
    for _ in range(12):
        opened.keyboard.press("Tab")
        seen.append(opened.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {"close", "scroll", "voortgang-gemeente"} <= set(seen)
    assert "zoekveld" not in seen, "what lies behind the panel cannot be reached"
    opened.keyboard.press("Escape")
    assert opened.locator("#voortgang").is_hidden()
    assert opened.evaluate("document.activeElement.id") == "voortgang-knop"


@pytest.mark.parametrize("size", [WIDE, PHONE, ENLARGED], ids=["wide", "phone", "enlarged"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Any, address: str, size: dict) -> None:  # noqa: F811
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    for page in open_page(browser, address, size):
        page.get_by_role("button", name="Voortgang").click()
        page.evaluate(f"{script}; 0")
        found = page.evaluate("standard => axe.run(document, { runOnly: standard })", STANDARD)["violations"]
        assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert page.evaluate("voortgang.scrollWidth <= voortgang.clientWidth")


@pytest.mark.parametrize(("status", "target"), [(False, None), (True, None), (False, 200)])
def test_a_panel_without_a_file_or_a_target(browser: Any, tmp_path: Path, status: bool, target: int | None) -> None:  # noqa: F811
    write_map(answered_result(), tmp_path / "kaart.html", progress=told(status, target))
    for page in open_page(browser, (tmp_path / "kaart.html").as_uri(), WIDE):
        page.get_by_role("button", name="Voortgang").click()
        words = page.locator("#voortgang figcaption").all_inner_texts()
        assert ("alles is nog kandidaat" in words[0]) is not status
        assert "NaN" not in page.locator("#voortgang").inner_html()


@pytest.fixture(scope="module")
def book_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("werkboek") / "regio.xlsx"
    write_workbook([scan_of(values(3))], path, told())
    return path


@pytest.fixture(scope="module")
def calculated(book_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return recalculated(book_file, tmp_path_factory.mktemp("berekend"), {})[0]


def under(book: Workbook, section: str) -> list[dict[str, Any]]:
    """Rows of the table under a heading of the sheet."""
    lines = list(book["Voortgang"].iter_rows(values_only=True))
    start = next(i for i, line in enumerate(lines) if line[0] == section)
    rows = []
    for line in lines[start + 2 :]:
        if line[0] is None:
            break
        rows.append(dict(zip(lines[start + 1], line, strict=True)))
    return rows


def test_the_sheet_has_the_numbers_before_and_after_it_is_calculated(book_file: Path, calculated: Workbook) -> None:
    expected = told().by_municipality
    heads = {"Doel": "doel", "kandidaat": "kandidaat", "gebouwd": "gebouwd", "Toegezegd": "toegezegd",
             "Te gaan": "te_gaan", "Zonder aantal": "zonder_aantal", "Woningen, hoog": "woningen_hoog",
             "Afgevallen": "afgevallen"}  # fmt: skip
    for book in (load_workbook(book_file, data_only=True), calculated):
        rows = under(book, "Woningen naar status")
        assert [row["Gemeente"] for row in rows] == expected["gemeente"].tolist()
        for head, name in heads.items():
            assert [row[head] for row in rows] == expected[name].tolist(), head
        quarters = under(book, "Woningen naar kwartaal waarin de planroute onherroepelijk kan zijn")
        so_far = [None if pd.isna(one) else one for one in told().by_quarter["laat_lopend_samen"]]
        assert [row["Waarvan in onderzoek of verder, laat: tot en met dan"] for row in quarters] == so_far
    formulas = [
        cell for line in load_workbook(book_file)["Voortgang"].iter_rows() for cell in line if cell.data_type == "f"
    ]
    assert len(formulas) > 100


def test_both_charts_are_there_and_look_at_the_cells(book_file: Path, calculated: Workbook) -> None:
    for book in (load_workbook(book_file), calculated):
        charts = book["Voortgang"]._charts  # pyright: ignore[reportAttributeAccessIssue]
        assert len(charts) == 2
        values_of = [series.val.numRef.f for chart in charts for series in chart.series]
        assert len(values_of) >= 6
        for address in values_of:
            sheet, cells = address.replace("'", "").split("!")
            assert sheet == "Voortgang"
            lines: Any = calculated[sheet][cells.replace("$", "")]
            read = [cell.value for line in lines for cell in line]
            assert all(isinstance(value, int | float) for value in read), address


def test_a_workbook_without_progress_has_no_such_sheet_and_the_same_is_the_same(
    book_file: Path, tmp_path: Path
) -> None:
    write_workbook([scan_of(values(3))], tmp_path / "zonder.xlsx")
    assert "Voortgang" not in load_workbook(tmp_path / "zonder.xlsx").sheetnames
    write_workbook([scan_of(values(3))], tmp_path / "weer.xlsx", told())
    assert (tmp_path / "weer.xlsx").read_bytes() == book_file.read_bytes()
    write_workbook([scan_of(values(3))], tmp_path / "kaal.xlsx", told(False, None))
    assert len(load_workbook(tmp_path / "kaal.xlsx")["Voortgang"]._charts) == 2  # pyright: ignore[reportAttributeAccessIssue]


def test_what_is_counted_is_told_as_places_in_map_and_workbook_with_how_the_target_was_shared(
    opened: Any, book_file: Path
) -> None:
    opened.get_by_role("button", name="Voortgang").click()
    part = opened.get_by_role("region", name="Tabel: Woningen naar planroute")
    assert PLACES in part.locator("thead th").all_inner_texts()
    assert SHARED in opened.locator("#voortgang li").all_inner_texts()
    sheet = load_workbook(book_file)["Voortgang"]
    texts = {cell.value for line in sheet.iter_rows() for cell in line}
    assert {PLACES, SHARED} <= texts
    assert "Locaties" not in texts
    rows = under(load_workbook(book_file, data_only=True), "Woningen naar status")
    assert [row[PLACES] for row in rows] == told().by_municipality["locaties"].tolist()
