from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from locatiescan.errors import OutputError
from locatiescan.model import ScanResult
from locatiescan.outputs import workbook_sheets
from locatiescan.outputs.workbook import sheet_title, write_workbook
from locatiescan.outputs.workbook_cells import LONGEST, safe_text
from locatiescan.outputs.workbook_columns import shown_as
from locatiescan.outputs.workbook_monitor import bottlenecks
from support.candidates import RULES, dossier_of, scan_of, values

ANSWERS = {
    "woningen_laag": 4,
    "woningen": 8,
    "woningen_hoog": 12,
    "planroute_oordeel": "open",
    "planroute_titel": "t",
    "besluit_vroeg": "2027-01-18",
    "max_termijn_jaren": float("nan"),
    "samenvatting": "Hier kan het.",
    "weten_wij_niet": "van wie de grond is",
}


def written(folder: Path, *results: ScanResult, values_only: bool = False) -> Workbook:
    write_workbook(results, folder / "k.xlsx")
    return load_workbook(folder / "k.xlsx", data_only=values_only)


def answered(count: int = 5) -> ScanResult:
    result = scan_of(values(count).assign(**ANSWERS))
    return replace(result, dossier=dossier_of(result.sites["locatie_id"].tolist()))


def heads(sheet: Worksheet, row: int) -> dict[str, int]:
    """Column by the name in the row of names."""
    return {cell.value: cell.column for cell in sheet[row] if cell.value}


def words(sheet: Worksheet) -> str:
    return " ".join(str(cell) for line in sheet.iter_rows(values_only=True) for cell in line if cell is not None)


def test_a_run_without_answers_has_the_sheets_that_it_can_fill(tmp_path: Path) -> None:
    book = written(tmp_path, scan_of(values(5), fictitious=True))
    assert book.sheetnames == [
        "Leeswijzer", "Rangorde", "Gewichten", "Kleinwereld", "Onbekend", "Planmonitor", "Regels", "Bronnen",
    ]  # fmt: skip
    assert "Fictieve gegevens" in words(book["Leeswijzer"])
    assert "geen juridisch oordeel" in words(book["Leeswijzer"])
    assert all("Fictieve gegevens" in sheet.oddFooter.center.text for sheet in book)
    assert {sheet.page_setup.orientation for sheet in book} == {"landscape"}


def test_answers_get_sheets_of_their_own(tmp_path: Path) -> None:
    book = written(tmp_path, answered(), values_only=True)
    routes = list(book["Planroutes"].iter_rows(min_row=6, values_only=True))
    assert [line[1] for line in routes] == ["N2"] * 5, "only what is in force"
    assert "Vraag het na." in words(book["Vlaggen"])
    assert words(book["Samenvatting"]).count("Hier kan het.") == 5
    assert words(book["Onbekend"]).count("van wie de grond is") == 5
    ranking = book["Rangorde"]
    column = heads(ranking, 5)
    first = {name: ranking.cell(7, place) for name, place in column.items()}
    assert first["besluit_vroeg"].value.date() == date(2027, 1, 18)
    assert first["besluit_vroeg"].number_format == "dd-mm-yyyy"
    assert first["max_termijn_jaren"].value is None
    assert ranking.cell(6, column["max_termijn_jaren"]).value == "Ten hoogste (jaren)"
    totals = [line[1:6] for line in book["Kleinwereld"].iter_rows(max_row=12, values_only=True)]
    assert ("open", 5, 20, 40, 60) in totals


def test_formulas_carry_what_they_give(tmp_path: Path) -> None:
    result = scan_of(values(30))
    sites = result.sites.set_index("locatie_id")
    given, formulas = (written(tmp_path, result, values_only=only)["Rangorde"] for only in (True, False))
    column = heads(given, 5)
    for row in range(7, 37):
        own = sites.loc[given.cell(row, column["locatie_id"]).value]
        for name in ("rang", "score", "score_hoog"):
            assert formulas.cell(row, column[name]).data_type == "f"
            assert given.cell(row, column[name]).value == own[name], name
    assert given.freeze_panes == "C7"
    assert given.auto_filter.ref.startswith("A6:")


def test_scores_are_shown_as_numbers_unknown_or_not_applicable(tmp_path: Path) -> None:
    result = scan_of(values(40))
    sheet = written(tmp_path, result)["Rangorde"]
    column = heads(sheet, 5)["drie_aandeel_score"]
    ids = heads(sheet, 5)["locatie_id"]
    sites = result.sites.set_index("locatie_id")
    shown = {sheet.cell(row, ids).value: sheet.cell(row, column).value for row in range(7, 47)}
    for name, value in shown.items():
        site = sites.loc[name]
        expected = site["drie_aandeel_score"] if pd.notna(site["drie_aandeel_score"]) else "onbekend"
        assert value == ("n.v.t." if site["drie_aandeel_geldt"] == "nee" else expected)
    assert {"onbekend", "n.v.t."} < set(shown.values())


def test_weights_may_be_typed_and_must_be_numbers(tmp_path: Path) -> None:
    sheet = written(tmp_path, scan_of(values(5)))["Gewichten"]
    assert [sheet[f"B{row}"].value for row in range(6, 10)] == [3, 2, 1, 0.5]
    assert {sheet[f"B{row}"].fill.start_color.rgb for row in range(6, 10)} == {"00FFF2CC"}
    (check,) = sheet.data_validations.dataValidation
    assert (str(check.sqref), check.operator, check.formula1) == ("B6:B9", "greaterThanOrEqual", "0")
    assert [sheet.cell(row, heads(sheet, 5)["Geverifieerd"]).value for row in (6, 7)] == ["ja", "nee"]


def test_what_no_formula_can_say_is_a_value_with_a_note(tmp_path: Path) -> None:
    result = scan_of(values(5), replace(RULES, aggregatie="topsis"))
    book = written(tmp_path, result)
    column = heads(book["Rangorde"], 5)
    scores = [book["Rangorde"].cell(row, column["score"]).value for row in range(7, 12)]
    assert scores == result.sites["score"].tolist()
    assert [book["Rangorde"].cell(row, 1).value for row in range(7, 12)] == [1, 2, 3, 4, 5]
    assert "topsis" in words(book["Rangorde"])
    assert "niet te veranderen" in words(book["Gewichten"])
    assert not book["Gewichten"].data_validations.dataValidation


def test_municipalities_are_ranked_together(tmp_path: Path) -> None:
    other = values(4, seed=2).assign(perceel_id=[f"q{i}" for i in range(4)])
    results = (scan_of(values(5)), scan_of(other, naam="Groot: wereld"))
    book = written(tmp_path, *results, values_only=True)
    assert book.sheetnames[3:5] == ["Kleinwereld", "Groot  wereld"]
    sheet, column = book["Rangorde"], heads(book["Rangorde"], 5)
    order = [tuple(sheet.cell(row, column[name]).value for name in ("oordeel", "score")) for row in range(7, 16)]
    assert order == sorted(order, key=lambda pair: (pair[0] != "ja", -pair[1]))
    assert {sheet.cell(row, column["gemeente"]).value for row in range(7, 16)} == {"Kleinwereld", "Groot: wereld"}


def test_municipalities_that_weigh_differently_are_values(tmp_path: Path) -> None:
    heavier = replace(RULES.preferences[0], gewicht=9.0)
    own = scan_of(values(4), replace(RULES, preferences=(heavier, *RULES.preferences[1:])), "Anders")
    sheet = written(tmp_path, scan_of(values(5)), own)["Rangorde"]
    assert "wegen verschillend" in words(sheet)
    assert not any(cell.data_type == "f" for line in sheet.iter_rows() for cell in line)


def test_weights_of_municipalities_that_weigh_differently_are_told_by_name(tmp_path: Path) -> None:
    first = RULES.preferences[0]
    changed = replace(first, gewicht=9.0, waarom="Eigen keuze", aangepast="Anders: gewicht 9")
    own = scan_of(values(4), replace(RULES, preferences=(changed, *RULES.preferences[1:])), "Anders")
    sheet = written(tmp_path, scan_of(values(5)), own, scan_of(values(3), naam="Zelfde"))["Gewichten"]
    column = heads(sheet, 5)
    assert "Gewicht in de scan" not in column
    row = {name: sheet.cell(6, at).value for name, at in column.items()}
    assert row["Gewicht in Kleinwereld, Zelfde"] == first.gewicht
    assert row["Gewicht in Anders"] == 9.0
    assert row["Waarom"] == row["Eigen waarde van de gemeente"] == "Verschilt per gemeente: zie blad Regels."
    assert sheet.cell(7, column["Waarom"]).value == RULES.preferences[1].waarom
    assert sheet.cell(7, column["Gewicht in Anders"]).value == RULES.preferences[1].gewicht
    same = written(tmp_path, scan_of(values(5)), scan_of(values(3), naam="Zelfde"))["Gewichten"]
    assert "Gewicht in de scan" in heads(same, 5)
    assert not any("Kleinwereld" in str(name) for name in heads(same, 5))


def test_no_candidates(tmp_path: Path) -> None:
    result = scan_of(values(5))
    none = replace(result, sites=result.sites.iloc[:0], dossier=replace(dossier_of([])))
    book = written(tmp_path, none)
    assert "0 kandidaten" in words(book["Rangorde"])
    assert "Er zijn geen kandidaten." in words(book["Gewichten"])


def test_a_municipality_without_candidates_keeps_its_sheet(tmp_path: Path) -> None:
    result = scan_of(values(3), naam="Leeg")
    book = written(tmp_path, replace(result, sites=result.sites.iloc[:0]), scan_of(values(4)))
    assert book.sheetnames[3:5] == ["Leeg", "Kleinwereld"]
    assert "4 kandidaten" in words(book["Rangorde"])


def test_buildings_are_told_apart_from_land(tmp_path: Path) -> None:
    result = answered()
    buildings = pd.DataFrame(
        {"locatie_id": ["T-1", "T-2"], "functie": "kantoorfunctie", "woningen": [3, 30], "pad": "weg", "geometry": None}
    )
    full = replace(result, dossier=replace(result.dossier, transformation=buildings))
    sheet = written(tmp_path, full)["Transformatie"]
    assert [line[0] for line in sheet.iter_rows(min_row=6, values_only=True)] == ["T-2", "T-1"]
    assert set(heads(sheet, 4)) == {"locatie_id", "functie", "woningen"}


def test_the_same_scan_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("een.xlsx", "twee.xlsx"):
        write_workbook([answered()], tmp_path / name)
    assert (tmp_path / "een.xlsx").read_bytes() == (tmp_path / "twee.xlsx").read_bytes()
    with ZipFile(tmp_path / "een.xlsx") as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.read("docProps/core.xml").count(b"2026-11-23T12:34:56Z") == 2


def test_text_of_a_source_stays_text(tmp_path: Path) -> None:
    texts = ["=1+1", "+1", "-1", "@som", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "#REF!"]
    sheet = written(tmp_path, scan_of(values(len(texts)).assign(bestemming=texts)))["Rangorde"]
    column = heads(sheet, 5)["bestemming"]
    cells = [sheet.cell(row, column) for row in range(7, 7 + len(texts))]
    assert {cell.value for cell in cells} == {text.strip() for text in texts}
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells if not cell.quotePrefix] == ["#REF!"]


SIGNS = {
    "a\x00b\x08c": "a b c",
    "twee\nregels\x0b": "twee regels",
    "om\u202egekeerd": "om gekeerd",
    "half\ud800paar\uffff": "half paar",
    "𝄞 é": "𝄞 é",
}


def test_signs_that_a_cell_cannot_hold(tmp_path: Path) -> None:
    assert [safe_text(text) for text in SIGNS] == list(SIGNS.values())
    table = values(len(SIGNS)).assign(bestemming=pd.Series(list(SIGNS), dtype=object))
    found = words(written(tmp_path, scan_of(table))["Rangorde"])
    assert all(text in found for text in SIGNS.values())


def test_a_text_that_is_too_long_is_cut_where_one_can_see_it() -> None:
    assert safe_text("x" * LONGEST) == "x" * LONGEST
    cut = safe_text("x" * (LONGEST + 1))
    assert (len(cut), cut[-1]) == (LONGEST, "…")


def test_many_details_are_cut_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_sheets, "DETAILS", 3)
    result = answered()
    sheet = written(tmp_path, result)["Planroutes"]
    assert "3 van 5 regels: die van de beste kandidaten" in words(sheet)
    found = [line[0] for line in sheet.iter_rows(min_row=6, values_only=True)]
    assert found == result.sites["locatie_id"].tolist()[:3]


def test_what_is_not_known_is_counted(tmp_path: Path) -> None:
    result = scan_of(values(40))
    lines = list(written(tmp_path, result)["Onbekend"].iter_rows(max_row=12, values_only=True))
    counts = {line[1]: line[2] for line in lines if isinstance(line[2], int)}
    for wish in RULES.preferences:
        names = result.sites["onbekend"].str.split(", ")
        assert counts[shown_as(wish.naam).heading] == sum(wish.naam in some for some in names)
    assert any("Ontbrekende laag: bpl" in str(line[0]) for line in lines)


def test_bottlenecks_in_the_words_of_the_monitor() -> None:
    sites = pd.DataFrame(
        {
            "stikstof_oordeel": ["rood", "groen", "onbekend", None],
            "gebiedsaanduidingen": ["Geluidzone - industrie", "", None, "vrijwaringszone"],
            "lib_zones": ["", "", None, "LIB 4"],
            "weg_afstand_m_score": [0.5, 0.0, None, 0.2],
            "nnn_aandeel": [0.0, 0.1, None, 0.0],
            "planroute_oordeel": ["open", "dicht", None, "handmatig toetsen"],
        }
    )
    expected = ["Stikstof, Geluidshinder", "Bereikbaarheid, Flora/fauna, Anders", None, "Geluidshinder"]
    assert bottlenecks(sites) == expected
    assert bottlenecks(pd.DataFrame(index=[0])) == [None], "what was not measured is not a bottleneck"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Bergen (NH.)", "Bergen (NH.)"),
        ("'s-Hertogenbosch", "s-Hertogenbosch"),
        ("A/B: [c]", "A B   c"),
        ("rangorde", "rangorde (2)"),
        ("x" * 40, "x" * 31),
        ("///", "Gemeente"),
    ],
)
def test_titles_that_a_spreadsheet_accepts(name: str, title: str) -> None:
    assert sheet_title(name, ["Leeswijzer", "Rangorde"]) == title


def test_headings_say_the_unit() -> None:
    assert shown_as("halte_afstand_m").heading == "Halte afstand (m)"
    assert shown_as("kdw_mol_ha_jr").heading == "Kdw (mol/ha/jr)"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    with pytest.raises(OutputError, match="niet te schrijven"):
        write_workbook([scan_of(values(2))], tmp_path / "bestand" / "k.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["bestand"]
