"""Cells as the file of a workbook holds them, and what stands around them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from openpyxl.chart import BarChart, Reference

from locatiescan.errors import OutputError
from locatiescan.outputs.workbook_cells import EDITABLE, LINE, PLAIN, TALLEST, Formula, Look, Page, put, put_rows
from locatiescan.outputs.workbook_file import new_book, save
from locatiescan.outputs.workbook_page import new_page

TITLE = "Proef & <blad>"


def one_page(columns: int = 3) -> Page:
    return new_page(new_book(), TITLE, [10] * columns)


def saved(page: Page, folder: Path) -> Path:
    path = folder / "proef.xlsx"
    save(page.sheet.parent, {TITLE: page}, "", path)
    return path


def read_back(page: Page, folder: Path, values_only: bool = False) -> Any:
    return load_workbook(saved(page, folder), data_only=values_only)[TITLE]


@pytest.mark.parametrize(
    ("value", "found", "kind"),
    [
        (3.0, 3, "n"),
        (0.1 + 0.2, 0.30000000000000004, "n"),
        (1e16, 1e16, "n"),
        (-2.5e-7, -2.5e-7, "n"),
        (7, 7, "n"),
        (np.float64(1.5), 1.5, "n"),
        (np.int64(4), 4, "n"),
        (True, True, "b"),
        (float("nan"), None, "n"),
        (float("inf"), None, "n"),
        (pd.NaT, None, "n"),
        (date(2027, 1, 18), 46405, "n"),
        ("a<b>&\"c'", "a<b>&\"c'", "s"),
        ("  ruim ", "  ruim ", "s"),
        ("]]>", "]]>", "s"),
        ("", None, "n"),
        ("\x00", None, "n"),
        (None, None, "n"),
    ],
)
def test_what_is_written_is_read_back(value: Any, found: Any, kind: str, tmp_path: Path) -> None:
    page = one_page()
    put(page, ["links", value, "rechts"])
    cells = read_back(page, tmp_path)[1]
    assert (cells[1].value, cells[1].data_type) == (found, kind)
    assert (cells[0].value, cells[2].value) == ("links", "rechts")


@pytest.mark.parametrize("result", [2.5, np.int64(3), "a<b", True])
def test_a_formula_with_what_it_gives(result: Any, tmp_path: Path) -> None:
    page = one_page()
    put(page, [Formula('=IF(B1<>"x&y",1,2)', result)])
    assert read_back(page, tmp_path)["A1"].value == '=IF(B1<>"x&y",1,2)'
    assert read_back(page, tmp_path, values_only=True)["A1"].value == result


@pytest.mark.parametrize("result", [None, "", float("nan")])
def test_a_formula_that_gives_nothing(result: Any, tmp_path: Path) -> None:
    page = one_page()
    put(page, [Formula("=B1", result)])
    assert read_back(page, tmp_path)["A1"].value == "=B1"
    assert read_back(page, tmp_path, values_only=True)["A1"].value in (None, "")


@pytest.mark.parametrize("value", [pd.NA, object(), [1]])
def test_what_a_cell_cannot_hold_is_a_fault(value: Any) -> None:
    with pytest.raises(TypeError):
        put(one_page(), [value])


@given(st.lists(st.text(st.characters(codec=None, categories=None), max_size=30), max_size=5))
def test_any_text_gives_rows_that_xml_allows(texts: Sequence[str]) -> None:
    page = one_page(5)
    put(page, [*texts, *(Formula("=1", text) for text in texts)])
    row = etree.fromstring(page.xml.getvalue())
    assert len(row.findall("c/f")) == len(texts)
    assert all(not cell.findall("f") for cell in row if cell.get("t") == "inlineStr")


def test_rows_take_a_look_from_each_column(tmp_path: Path) -> None:
    page = one_page(2)
    put(page, ["kop"], Look(bold=True))
    last = put_rows(page, [("a", 1.0), ("=b", None)], [PLAIN, EDITABLE])
    sheet = read_back(page, tmp_path)
    assert last == page.row == 3
    assert [cell.value for cell in sheet["A"]] == ["kop", "a", "=b"]
    assert [cell.font.bold for cell in sheet["A"]] == [True, False, False]
    assert [cell.quotePrefix for cell in sheet["A"]] == [False, False, True]
    assert [sheet[f"B{row}"].fill.fill_type for row in (1, 2, 3)] == [None, "solid", "solid"], "an empty one shows too"
    assert sheet["B2"].number_format == EDITABLE.number


def test_rows_are_as_tall_as_their_wrapped_text(tmp_path: Path) -> None:
    page = one_page(1)
    put_rows(page, [("kort",), ("woord " * 9,), ("woord " * 900,)], [Look(wrap=True)])
    put(page, ["woord " * 9])
    sheet = read_back(page, tmp_path)
    heights = [sheet.row_dimensions[row].height for row in (1, 2, 3, 4)]
    assert heights == [None, 5 * LINE, TALLEST, None], "two words a line"


def test_a_reader_that_trusts_the_extent_sees_every_row(tmp_path: Path) -> None:
    page = one_page()
    put_rows(page, [(i, None, str(i)) for i in range(40)], [PLAIN] * 3)
    book = load_workbook(saved(page, tmp_path), read_only=True)
    assert book[TITLE].calculate_dimension() == "A1:C40"
    assert [row[0] for row in book[TITLE].iter_rows(values_only=True)] == list(range(40))
    book.close()


def test_a_chart_stands_on_a_sheet(tmp_path: Path) -> None:
    page = one_page()
    put_rows(page, [("a", 1), ("b", 2)], [PLAIN] * 2)
    chart = BarChart()
    chart.add_data(Reference(page.sheet, min_col=2, min_row=1, max_row=2))
    page.sheet.add_chart(chart, "E2")
    path = saved(page, tmp_path)
    assert load_workbook(path)[TITLE]["B2"].value == 2
    with ZipFile(path) as parts:
        assert b"'Proef &amp; &lt;blad&gt;'!$B$1:$B$2" in parts.read("xl/charts/chart1.xml")


def test_cells_that_would_be_lost_are_a_fault(tmp_path: Path) -> None:
    page = one_page()
    page.sheet["A1"] = "buiten put om"
    with pytest.raises(OutputError, match="niet met put"):
        saved(page, tmp_path)
    assert not list(tmp_path.iterdir())
