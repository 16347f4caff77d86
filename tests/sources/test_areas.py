from __future__ import annotations

import geopandas as gpd
import pytest

from locatiescan.crs import RD
from locatiescan.errors import UsageError
from locatiescan.sources.areas import find_area
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
