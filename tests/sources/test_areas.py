from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from locatiescan.config.packaged import packaged_file
from locatiescan.config.sources import load_sources, replace_by_user_files
from locatiescan.crs import RD
from locatiescan.errors import SourceError, UsageError
from locatiescan.model import Layer, Storage
from locatiescan.policy.regions import Member, Regio
from locatiescan.sources.areas import (
    all_areas,
    areas_of_province,
    areas_of_region,
    find_area,
    find_areas,
    read_boundaries,
)
from small_world import box, layer

NAMES = ["Bergen (L.)", "Bergen (NH.)", "Alkmaar", "Dijk en Waard", "'s-Gravenhage"]
CODES = ["GM0893", "GM0373", "GM0361", "GM1980", "GM0518"]
BOUNDARIES = layer(
    "gemeentegrens",
    gpd.GeoDataFrame({"naam": NAMES, "code": CODES}, geometry=[box(i, 0, i + 1, 1) for i in range(5)], crs=RD),
)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("Alkmaar", "Alkmaar"),
        ("alkmaar ", "Alkmaar"),
        ("GM0361", "Alkmaar"),
        ("0361", "Alkmaar"),
        ("361", "Alkmaar"),
        ("bergen (nh.)", "Bergen (NH.)"),
        ("dijk  en waard", "Dijk en Waard"),
    ],
)
def test_a_name_or_code_finds_one(wanted: str, name: str) -> None:
    area = find_area(wanted, BOUNDARIES)
    assert area.name == name
    assert area.code == dict(zip(NAMES, CODES, strict=True))[name]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Bergen", r"Welke gemeente Bergen: Bergen \(L\.\) of Bergen \(NH\.\)\?"),
        ("Alkmar", r"geen gemeente 'Alkmar'\. Bedoelt u Alkmaar\?"),
        ("Xyzzy", "Bekend zijn 5 gemeenten"),
    ],
)
def test_what_is_meant_is_asked(wanted: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        find_area(wanted, BOUNDARIES)


PROVINCES = ["Limburg", "Noord-Holland", "Noord-Holland", "Noord-Holland", "Zuid-Holland"]


def with_columns(**columns: list) -> Layer:
    assert BOUNDARIES.features is not None
    return layer("gemeentegrens", BOUNDARIES.features.assign(**columns))


def names(areas: tuple) -> list[str]:
    return [area.name for area in areas]


def test_the_same_municipality_named_twice_counts_once() -> None:
    found = find_areas(["GM1980", "alkmaar", "361", "Dijk en Waard", "Bergen (NH.)"], BOUNDARIES)
    assert names(found) == ["Alkmaar", "Bergen (NH.)", "Dijk en Waard"]
    assert [area.code for area in found] == ["GM0361", "GM0373", "GM1980"]
    assert shapely.equals(found[0].boundary, box(2, 0, 3, 1))


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        find_areas(["Alkmar", "Alkmaar", "Bergen", "Alkmar"], BOUNDARIES)
    first, second = str(caught.value).splitlines()
    assert "Bedoelt u Alkmaar?" in first
    assert "Welke gemeente Bergen" in second


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        ({"provincie": PROVINCES}, "noord-holland"),
        ({"provincie_code": ["31", "27", "27", "27", "28"]}, "27"),
        ({"provincie_code": [31, 27, 27, 27, 28]}, "PV27"),
        ({"provincie": PROVINCES, "provincie_code": [31.0, 27.0, 27.0, 27.0, None]}, "27"),
    ],
)
def test_a_province_is_its_municipalities(columns: dict, wanted: str) -> None:
    assert names(areas_of_province(wanted, with_columns(**columns))) == ["Alkmaar", "Bergen (NH.)", "Dijk en Waard"]


def test_the_nearest_province_is_named() -> None:
    with pytest.raises(UsageError, match=r"geen provincie 'Nord-Holland'\. Bedoelt u Noord-Holland"):
        areas_of_province("Nord-Holland", with_columns(provincie=PROVINCES))


@pytest.mark.parametrize("boundaries", [BOUNDARIES, with_columns(provincie=[None] * 5)])
def test_boundaries_without_provinces_say_what_to_do(boundaries: Layer) -> None:
    with pytest.raises(UsageError, match=r"zegt niet in welke provincie.*catalogus.*--gemeente of --regio"):
        areas_of_province("Noord-Holland", boundaries)


def test_all_are_all_and_parts_of_one_are_one() -> None:
    features = BOUNDARIES.features
    assert features is not None
    part = features.iloc[[2]].set_geometry([box(20, 0, 21, 1)], crs=RD)
    parted = layer("gemeentegrens", pd.concat([features, part], ignore_index=True))
    found = all_areas(parted)
    assert names(found) == ["'s-Gravenhage", "Alkmaar", "Bergen (L.)", "Bergen (NH.)", "Dijk en Waard"]
    assert shapely.equals(found[1].boundary, shapely.union_all([box(2, 0, 3, 1), box(20, 0, 21, 1)]))
    assert shapely.equals(found[1].boundary, find_areas(["Alkmaar"], parted)[0].boundary)


def test_a_municipality_without_ground_is_told() -> None:
    features = BOUNDARIES.features
    assert features is not None
    shapes = [
        shapely.Polygon() if name == "Alkmaar" else shape for name, shape in zip(NAMES, features.geometry, strict=True)
    ]
    with pytest.raises(SourceError, match=r"Alkmaar \(GM0361\) heeft in de gemeentegrenzen geen vlak"):
        all_areas(layer("gemeentegrens", features.set_geometry(shapes, crs=RD)))


def region(**members: str) -> Regio:
    return Regio(naam="Regio Ons", gemeenten={code: Member(naam=name) for code, name in members.items()})


def test_a_region_is_its_municipalities() -> None:
    ours = region(GM1980="dijk en waard", GM0361="Alkmaar", GM0373="Bergen (NH)")
    assert names(areas_of_region(ours, BOUNDARIES)) == ["Alkmaar", "Bergen (NH.)", "Dijk en Waard"]


def test_a_code_of_another_municipality_is_not_scanned() -> None:
    with pytest.raises(UsageError) as caught:
        areas_of_region(region(GM0361="Heiloo", GM0001="Uitgeest", GM0518="'s-Gravenhage"), BOUNDARIES)
    said = str(caught.value).splitlines()
    assert said[0] == "Regio Ons: GM0361 is Alkmaar, niet Heiloo."
    assert said[1] == "Regio Ons: GM0001 (Uitgeest) is in de gemeentegrenzen geen gemeente."
    assert "regios.yaml" in said[2]
    assert len(said) == 3


@pytest.mark.parametrize("find", [all_areas, lambda absent: areas_of_province("Utrecht", absent)])
def test_without_boundaries_there_are_no_municipalities(find) -> None:
    absent = layer("gemeentegrens", None)
    with pytest.raises(SourceError, match="gemeentegrens"):
        find(absent)


@pytest.mark.parametrize("with_province", [True, False])
def test_an_own_boundary_file_may_lack_the_province(tmp_path: Path, with_province: bool) -> None:
    assert BOUNDARIES.features is not None
    file = tmp_path / "grenzen.gpkg"
    own = BOUNDARIES.features.rename(columns={"code": "identificatie"})
    own = own.assign(LIGTINPROVINCIENAAM=PROVINCES) if with_province else own
    own.to_file(file)
    packaged = load_sources(packaged_file("data/sources.yaml"))
    source = replace_by_user_files(packaged, (f"gemeentegrens={file}",), {})["gemeentegrens"]
    read = read_boundaries(source, lambda *_: None, Storage(tmp_path / "store"))
    assert len(all_areas(read)) == 5
    if with_province:
        assert len(areas_of_province("noord-holland", read)) == 3
    else:
        with pytest.raises(UsageError, match="zegt niet in welke provincie"):
            areas_of_province("noord-holland", read)
