"""What a spreadsheet makes of the formulas of a workbook, next to what the program itself finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from openpyxl import Workbook, load_workbook

from locatiescan.analysis.judging.rules import judge
from locatiescan.outputs.workbook import write_workbook
from support.candidates import RULES, dossier_of, scan_of, values
from support.office import recalculated

WEIGHTS: Sequence[tuple[float, ...]] = ((3.0, 2.0, 1.0, 0.5), (0.0, 1.0, 7.0, 2.5), (0.0, 0.0, 0.0, 0.0))
"""Those of the rules, others, and none at all."""
TRICKY = '=HYPERLINK("http://kwaad","klik")'


@pytest.fixture(scope="module")
def table() -> gpd.GeoDataFrame:
    return values(60).assign(bestemming=TRICKY, woningen=4, planroute_oordeel="open")


@pytest.fixture(scope="module")
def file(table: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("werkboek") / "klein.xlsx"
    result = scan_of(table)
    write_workbook([replace(result, dossier=dossier_of(result.sites["locatie_id"].tolist()))], path)
    return path


@pytest.fixture(scope="module")
def calculated(file: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Workbook]:
    typed = [{("Gewichten", f"B{6 + i}"): one for i, one in enumerate(given)} for given in WEIGHTS]
    return recalculated(file, tmp_path_factory.mktemp("berekend"), *typed)


def rows(book: Workbook, sheet: str, names_in: int) -> list[Mapping[str, Any]]:
    """Rows under the row with the names of columns."""
    lines = list(book[sheet].iter_rows(min_row=names_in, values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


@pytest.mark.parametrize("reader", range(len(WEIGHTS)))
def test_scores_and_ranks_are_those_of_the_program(
    reader: int, calculated: list[Workbook], table: gpd.GeoDataFrame
) -> None:
    wishes = tuple(replace(wish, gewicht=one) for wish, one in zip(RULES.preferences, WEIGHTS[reader], strict=True))
    expected = judge(table, replace(RULES, preferences=wishes)).set_index("perceel_id")
    found = rows(calculated[reader], "Rangorde", 5)
    assert len(found) == len(expected) == 60
    for row in found:
        own = expected.loc[row["percelen"]]
        assert row["rang"] == own["rang"], row
        assert row["score"] == pytest.approx(own["score"], abs=2e-9), row
        assert row["score_hoog"] == pytest.approx(own["score_hoog"], abs=2e-9), row


@pytest.mark.parametrize("reader", range(len(WEIGHTS)))
def test_the_best_stand_in_the_new_order(reader: int, calculated: list[Workbook]) -> None:
    ranked = sorted(rows(calculated[reader], "Rangorde", 5), key=lambda row: row["rang"])[:25]
    lines = list(calculated[reader]["Gewichten"].iter_rows(values_only=True))
    start = next(i for i, line in enumerate(lines) if str(line[0]).startswith("De beste 25"))
    best = lines[start + 2 : start + 27]
    assert [line[:2] for line in best] == [(row["locatie_id"], i) for i, row in enumerate(ranked, 1)]
    assert [line[2] for line in best] == [row["score"] for row in ranked]


def test_another_sheet_follows_the_rank(calculated: list[Workbook]) -> None:
    book = calculated[1]
    ranks = {row["locatie_id"]: row["rang"] for row in rows(book, "Rangorde", 5)}
    lines = list(book["Kleinwereld"].iter_rows(values_only=True))
    names = next(i for i, line in enumerate(lines) if line[:2] == ("rang", "locatie_id"))
    assert {line[1]: line[0] for line in lines[names + 2 :]} == ranks
    assert list(ranks.values()) != sorted(ranks.values()), "the other weights change the order"


def test_every_result_in_the_file_is_what_the_formula_gives(file: Path, calculated: list[Workbook]) -> None:
    formulas, given = load_workbook(file), load_workbook(file, data_only=True)
    seen = 0
    for sheet in formulas:
        for cell in (cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"):
            seen += 1
            mine, theirs = (book[sheet.title][cell.coordinate].value for book in (given, calculated[0]))
            expected = pytest.approx(theirs, abs=2e-9) if isinstance(theirs, int | float) else theirs or None
            assert (None if mine == "" else mine) == expected, (sheet.title, cell.coordinate, cell.value)
    assert seen > 60 * 4


def test_text_of_a_source_is_never_calculated(calculated: list[Workbook]) -> None:
    assert {row["bestemming"] for row in rows(calculated[0], "Rangorde", 5)} == {TRICKY}
