"""The status file: read as spreadsheets leave it, refused with every fault at once, and written so that it stays."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.errors import SourceError
from locatiescan.outputs.csvfile import FORMULA
from locatiescan.outputs.status_file import outline, safe, write_status
from locatiescan.policy.status import COLUMNS, LONGEST_OUTLINE, STATUSES
from locatiescan.sources import listfile
from locatiescan.sources.status import read_status, records

GROUND = shapely.box(110_000.04, 512_000, 110_080, 512_040.26)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "status.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def table_of(**columns: Any) -> gpd.GeoDataFrame:
    given_ = {"locatie_id": ["L-1"], "status": ["besloten"]} | columns
    return records(pd.DataFrame(given_, dtype=object), [GROUND] * len(given_["locatie_id"]))


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_way_of_saving_gives_the_same(tmp_path: Path, sign: str, code: str) -> None:
    lines = [
        "Locatie_id|STATUS|datum|woningen|toelichting|percelen",
        '"L-1"|In onderzoek|3-6-2027|48|"één; of, twee\r\nregels"|"[12, 13]"',
        "L-2|afgevallen|2027-06-03|||14",
        "|||||",
    ]
    table = read_status(written(tmp_path, "\r\n".join(lines).replace("|", sign).encode(code)))
    assert table["locatie_id"].tolist() == ["L-1", "L-2"]
    assert table["status"].tolist() == ["in_onderzoek", "afgevallen"]
    assert table["datum"].tolist() == ["2027-06-03", "2027-06-03"]
    assert table["woningen"].tolist() == [48, pd.NA]
    assert table["toelichting"].tolist() == ["één; of, twee regels".replace("  ", " "), None]
    assert table["percelen"].tolist() == ["12, 13", "14"]
    assert table.geometry.isna().all()


def test_every_fault_is_told_at_once_with_line_column_and_remedy(tmp_path: Path) -> None:
    rows = [
        "L-1;vergunt;2027-13-01;4,5;;POLYGON ((1 2))", "L-1;kandidaat;31-2-2027;-3;;POINT (110000 512000)",
        "L-3;;morgen;100000;;POLYGON ((5 52, 6 52, 6 53, 5 52))", ";gebouwd;1-1-1900;1.000;;",
        "L-4;gebouwd;;;9,99E+13;",
    ]  # fmt: skip
    path = written(tmp_path, "\n".join(["locatie_id;status;datum;woningen;percelen;omtrek", *rows]))
    with pytest.raises(SourceError) as caught:
        read_status(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    for part in (
        "regel 2, kolom status: 'vergunt' is geen status", "bedoelt u vergund?",
        "regel 2, kolom datum: '2027-13-01' is geen datum; schrijf jjjj-mm-dd of dd-mm-jjjj",
        "regel 2, kolom woningen: '4,5' is geen heel aantal", "regel 2, kolom omtrek: is geen vlak in RD",
        "regel 3, kolom locatie_id: L-1 staat er al", "regel 3, kolom datum: '31-2-2027'",
        "regel 3, kolom woningen: '-3'", "regel 3, kolom omtrek", "regel 4, kolom status: '' is geen status",
        "regel 4, kolom datum: 'morgen'", "regel 4, kolom woningen: '100000'", "regel 4, kolom omtrek",
        "regel 5, kolom datum: '1-1-1900'", "regel 5, kolom woningen: '1.000'",
        "regel 6, kolom percelen: een rekenblad heeft",
    ):  # fmt: skip
        assert part in message, part


def test_columns_that_must_be_there_and_columns_on_persons(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="kolom status: ontbreekt"):
        read_status(written(tmp_path, "locatie_id;datum\nL-1;\n"))
    with pytest.raises(SourceError, match="kolom contactpersoon: lijkt gegevens van personen"):
        read_status(written(tmp_path, "locatie_id;status;contactpersoon\nL-1;gebouwd;J. Jansen\n"))


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listfile, "MAX_BYTES", 40)
    with pytest.raises(SourceError, match="groter dan"):
        read_status(written(tmp_path, "locatie_id;status\n" + "L-1;gebouwd\n" * 5))


def test_other_lists_still_ask_for_utf8(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="geen UTF-8"):
        listfile.read_list(written(tmp_path, "naam;x\né;1\n".encode("cp1252")), {"naam": str}, ("naam",))


def test_what_is_written_is_read_back_and_is_the_same_each_time(tmp_path: Path) -> None:
    table = table_of(
        locatie_id=["L-1", "T-2"], status=["besloten", "kandidaat"], gemeente=["Bergen (NH)", None],
        datum=["2027-06-03", None], woningen=[48, None], toelichting=['één; "twee", drie', None],
        percelen=["9999041", None],
    )  # fmt: skip
    paths = [tmp_path / "een.csv", tmp_path / "twee.csv"]
    for path in paths:
        write_status(table, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].read_bytes().startswith(b"\xef\xbb\xbflocatie_id;gemeente;status;datum;woningen;")
    assert "[9999041]" in paths[0].read_text(encoding="utf-8"), "a bare id of digits would become a rounded number"
    back = read_status(paths[0])
    pd.testing.assert_frame_equal(
        pd.DataFrame(back.drop(columns="geometry")), pd.DataFrame(table.drop(columns="geometry"))
    )
    assert back.geometry.hausdorff_distance(GROUND).iloc[0] < 0.08
    write_status(back, paths[1])
    assert paths[0].read_bytes() == paths[1].read_bytes(), "rounding once is rounding for good"


SIGNS = st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp", "Zs"])
TRICKS = ["=cmd|' /C calc'!A0", "'=1+1", "''@x", "'s avonds", "-", "+31 6", "a;=1", '"', "="]


@given(st.text(SIGNS, max_size=30) | st.sampled_from(TRICKS))
def test_no_text_becomes_a_formula_and_each_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("rond") / "status.csv"
    write_status(table_of(toelichting=[text], gemeente=[text]), path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = dict(zip(COLUMNS, list(csv.reader(file, delimiter=";"))[1], strict=True))
    assert not cells["toelichting"].startswith(FORMULA)
    assert read_status(path)[["toelichting", "gemeente"]].iloc[0].tolist() == [text or None] * 2


@pytest.mark.parametrize("word", STATUSES)
def test_every_status_is_read(tmp_path: Path, word: str) -> None:
    assert read_status(written(tmp_path, f"locatie_id,status\nL-1,{word.upper()}\n"))["status"].tolist() == [word]


def test_an_outline_fits_a_cell_and_stays_near() -> None:
    angle = np.linspace(0, 2 * np.pi, 40_000, endpoint=False)
    radius = 300 + 3 * np.sin(400 * angle)
    wild = shapely.Polygon(np.column_stack([110_000 + radius * np.cos(angle), 512_000 + radius * np.sin(angle)]))
    text = outline(wild)
    assert 0 < len(text) <= LONGEST_OUTLINE
    assert shapely.area(shapely.symmetric_difference(shapely.from_wkt(text), wild)) < 0.02 * wild.area
    assert outline(None) == outline(shapely.Polygon()) == ""
    assert safe("rustig") == "rustig"
