from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.errors import SourceError
from locatiescan.sources import listfile
from locatiescan.sources.lists import OWNERS, owners_of, read_ownership, read_vacancy

PAND, OTHER, VBO = "0361100000123456", "0361100000123457", "0361010000654321"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "lijst.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def faults(read, folder: Path, text: str | bytes) -> str:
    with pytest.raises(SourceError) as caught:
        read(written(folder, text))
    message = str(caught.value)
    assert message.startswith(str(folder / "lijst.csv"))
    return message


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_way_of_writing_gives_the_same(tmp_path: Path, sign: str, end: str, mark: bytes) -> None:
    lines = ["Eigenaar;PERCEEL_ID; oppervlakte", "Gemeente; a-1 ;12", '"WATERSCHAP";b2;', ";;", ""]
    text = end.join(lines).replace(";", sign)
    table = read_ownership(written(tmp_path, mark + text.encode()))
    assert table.to_dict("list") == {"perceel_id": ["a-1", "b2"], "eigenaar": ["gemeente", "waterschap"]}


def test_a_quoted_cell_may_hold_signs_and_lines(tmp_path: Path) -> None:
    table = read_ownership(written(tmp_path, 'perceel_id,eigenaar,opmerking\n"a,1;2",rijk,"twee\nregels"\nb,derde,\n'))
    assert table["perceel_id"].tolist() == ["a,1;2", "b"]


def test_faults_are_told_at_once_with_line_column_and_remedy(tmp_path: Path) -> None:
    rows = ['a;gemeente;"1', '2"', "b;J. Jansen;", ";rijk;", "a;corporatie;", "c;;", "1,01E+14;rijk;", "d;rijk;1;2"]
    text = "\n".join(["perceel_id;eigenaar;x", *rows])
    message = faults(read_ownership, tmp_path, text)
    assert "6 fouten" in message.splitlines()[0]
    assert "regel 4, kolom eigenaar: moet een van deze zijn: gemeente, corporatie" in message
    assert "regel 5, kolom perceel_id: is leeg" in message
    assert "regel 6, kolom perceel_id: a staat ook op regel 2" in message
    assert "regel 7, kolom eigenaar: moet een van" in message
    assert "regel 8, kolom perceel_id: een rekenblad" in message
    assert "regel 9: 4 velden, de kop heeft er 3" in message


def test_what_stands_in_place_of_an_owner_is_not_repeated(tmp_path: Path) -> None:
    assert "Jansen" not in faults(read_ownership, tmp_path, "perceel_id;eigenaar\na;J. Jansen\n")


def test_the_same_said_twice_is_said_once(tmp_path: Path) -> None:
    table = read_ownership(written(tmp_path, "perceel_id;eigenaar\na;Rijk\na;rijk\n"))
    assert table["perceel_id"].tolist() == ["a"]


def test_many_faults_are_counted(tmp_path: Path) -> None:
    text = "perceel_id;eigenaar\n" + "".join(f"p{k};niemand\n" for k in range(50))
    message = faults(read_ownership, tmp_path, text)
    assert message.count("\n  regel ") == 20
    assert "50 fouten" in message
    assert "en nog 30" in message


@pytest.mark.parametrize(
    "column",
    ["naam", "Eigenaar naam", "BSN", "Adres", "e-mail", "E_mail", "geboortedatum", "contactpersoon", "Rechthebbende"],
)
@pytest.mark.parametrize("read", [read_ownership, read_vacancy])
def test_data_on_persons_is_refused(tmp_path: Path, read, column: str) -> None:
    message = faults(read, tmp_path, f"perceel_id;eigenaar;pand_id;{column}\na;rijk;{PAND};x\n")
    assert "gegevens van personen" in message
    assert "regel 1" in message


@pytest.mark.parametrize("column", ["straatnaam", "gemeentenaam", "adresseerbaar_object_id", "oppervlakte", "type"])
def test_other_columns_are_passed_over(tmp_path: Path, column: str) -> None:
    table = read_ownership(written(tmp_path, f"perceel_id;eigenaar;{column}\na;rijk;x\n"))
    assert list(table) == ["perceel_id", "eigenaar"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "kolom perceel_id: ontbreekt"),
        ("eigenaar\nrijk\n", "kolom perceel_id: ontbreekt; de eerste regel noemt nu: eigenaar"),
        ("perceel_id\na\n", "kolom eigenaar: ontbreekt"),
        ("perceel_id;eigenaar;eigenaar\na;rijk;rijk\n", "kolom eigenaar: staat er dubbel"),
        ("perceel_id;eigenaar\n;\n", "er staat niets onder de kop"),
        ('perceel_id;eigenaar\na;"rijk\n', "regel 2: geen geldige CSV"),
        (b"perceel_id;eigenaar\na;rijk\nb\xeb;rijk\n", "regel 3: geen UTF-8; bewaar"),
        ("perceel_id;eigenaar\na;rijk\n".encode("utf-16"), "geen UTF-8"),
        (b"PK\x03\x04\0\0perceel_id;eigenaar", "geen tekst; bewaar"),
        (f"perceel_id;eigenaar\n{'a' * 201};rijk\n", "201 tekens, ten hoogste 200"),
        ("perceel_id;eigenaar\na\u200b;rijk\n", "onzichtbare tekens"),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, text: str | bytes, says: str) -> None:
    assert says in faults(read_ownership, tmp_path, text)


def test_a_list_too_large_or_absent_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match="niet te lezen"):
        read_ownership(tmp_path / "weg.csv")
    with pytest.raises(SourceError, match="niet te lezen"):
        read_ownership(tmp_path)
    monkeypatch.setattr(listfile, "MAX_BYTES", 10)
    assert "groter dan" in faults(read_ownership, tmp_path, "perceel_id;eigenaar\na;rijk\n")


def test_a_header_without_end_is_no_work_without_end(tmp_path: Path) -> None:
    many = ";".join(f"k{i}" for i in range(50_000))
    begin = time.process_time()
    assert "kolom k7: staat er dubbel" in faults(read_ownership, tmp_path, f"perceel_id;eigenaar;{many};k7\na;rijk\n")
    assert time.process_time() - begin < 5  # twenty when every name is held against every other


def test_what_is_not_listed_is_unknown_and_what_is_not_found_is_told() -> None:
    listed = pd.DataFrame({"perceel_id": ["b", "x", "a"], "eigenaar": ["rijk", "derde", "gemeente"]})
    owner, absent = owners_of(pd.Series(["a", "b", "c"], index=[7, 8, 9]), listed)
    assert owner.to_dict() == {7: "gemeente", 8: "rijk", 9: None}
    assert absent == ("x",)


def test_vacancy(tmp_path: Path) -> None:
    text = f"vbo_id;pand_id;leeg_m2;leeg_sinds\n;{PAND};1250,5;2024-02-29\n{VBO};;;\n{VBO};{OTHER};300.25;\n"
    table = read_vacancy(written(tmp_path, text))
    assert list(table) == ["pand_id", "vbo_id", "leeg_m2", "leeg_sinds"]
    assert table["pand_id"].tolist() == [PAND, None, OTHER]
    assert table["vbo_id"].tolist() == [None, VBO, VBO]
    assert table["leeg_m2"].fillna(-1).tolist() == [1250.5, -1, 300.25]
    assert table["leeg_sinds"].tolist() == ["2024-02-29", None, None]


def test_ids_alone_are_a_list(tmp_path: Path) -> None:
    table = read_vacancy(written(tmp_path, f"pand_id\n{PAND}\n"))
    assert table["leeg_m2"].isna().all()
    assert table["leeg_m2"].dtype == "float64"
    assert table["vbo_id"].tolist() == [None]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("3,61E+14;;;", "kolom pand_id: een rekenblad heeft van dit id een afgerond getal gemaakt"),
        ("3.61100000123E14;;;", "kolom pand_id: een rekenblad"),
        (f"{PAND.lstrip('0')};;;", "15 cijfers in plaats van 16; een rekenblad laat voorloopnullen weg"),
        (f"{PAND}0;;;", "geen BAG-id"),
        ("03611000001234٣٤;;;", "geen BAG-id"),
        (f"{VBO};;;", "is geen pand: het vijfde en zesde cijfer zijn 01, niet 10"),
        (f";{PAND};;", "is geen verblijfsobject"),
        (f"{PAND};;1.250;", "kolom leeg_m2: is geen getal in m2"),
        (f"{PAND};;-5;", "kolom leeg_m2"),
        (f"{PAND};;nan;", "kolom leeg_m2"),
        (f"{PAND};;0;", "0 m2 is niet leeg"),
        (f"{PAND};;;31-3-2024", "kolom leeg_sinds: is geen datum; schrijf jjjj-mm-dd"),
        (f"{PAND};;;2023-02-29", "kolom leeg_sinds"),
        (";;10;", "kolom pand_id of vbo_id: is leeg"),
    ],
)
def test_faults_of_vacancy(tmp_path: Path, row: str, says: str) -> None:
    message = faults(read_vacancy, tmp_path, f"pand_id;vbo_id;leeg_m2;leeg_sinds\n{row}\n")
    assert says in message
    assert "1 fout" in message
    assert "regel 2" in message


def test_one_building_with_two_areas_is_a_fault(tmp_path: Path) -> None:
    message = faults(read_vacancy, tmp_path, f"pand_id;leeg_m2\n{PAND};10\n{PAND};20\n")
    assert f"{PAND} staat ook op regel 2 met andere gegevens" in message


def test_one_of_two_ids_is_needed(tmp_path: Path) -> None:
    assert "kolom pand_id of vbo_id: ontbreekt" in faults(read_vacancy, tmp_path, "leeg_m2\n10\n")


@given(st.dictionaries(st.text("abc0123456789.-", min_size=1, max_size=8), st.sampled_from(OWNERS), min_size=1))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, owners: dict[str, str]) -> None:
    path = tmp_path_factory.mktemp("lijst") / "lijst.csv"
    pd.DataFrame({"eigenaar": owners.values(), "perceel_id": owners.keys()}).to_csv(path, index=False, sep=";")
    table = read_ownership(path)
    assert dict(zip(table["perceel_id"], table["eigenaar"], strict=True)) == owners
