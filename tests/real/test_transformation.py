"""Buildings of Otterlo as the BGT draws them, and what the BAG said of a school in Haarlem.

No open set of BAG floor areas of these places is at hand: what is checked is which address lies in which building,
against a plain spatial join, and that nothing is made of what is not known.
"""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from locatiescan.analysis.answering.transformation import transformation
from locatiescan.analysis.measuring.buildings import floors
from locatiescan.crs import RD, WGS84
from locatiescan.policy.dwellings import Conversion, Triple
from support.real import REAL, needs_real_data

pytestmark = needs_real_data
OTTERLO = REAL / "areas" / "otterlo.gpkg"
HAARLEM = REAL / "responses" / "bgt" / "bag_pand_2021_haarlem_centroids.json"
SCHOOL = "0392100000045123"
RULES = Conversion(
    gebruiksdoelen=("kantoorfunctie", "onderwijsfunctie"),
    panden_status=("Pand in gebruik",),
    min_m2=500.0,
    min_deel=0.5,
    go_per_woning_m2=Triple(laag=50.0, midden=40.0, hoog=30.0),
    nuttig_deel=Triple(laag=0.5, midden=0.7, hoog=0.9),
)


@pytest.fixture(scope="module")
def otterlo() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    panden = pyogrio.read_dataframe(OTTERLO, layer="bgt_pand", columns=["identificatieBAGPND"])
    addresses = pyogrio.read_dataframe(OTTERLO, layer="adressen", columns=["id"])
    panden = panden.rename(columns={"identificatieBAGPND": "pand_id"}).assign(status="Pand in gebruik", bouwjaar=1005)
    return panden, addresses.rename(columns={"id": "vbo_id"})


def test_addresses_lie_where_a_spatial_join_finds_them(otterlo) -> None:
    panden, addresses = otterlo
    once = panden.drop_duplicates("pand_id").reset_index(drop=True)
    table = floors(once, addresses)
    joined = gpd.sjoin(addresses, once, predicate="intersects")
    found = table[table["pand"] >= 0].set_index("vbo_id")["pand"]
    assert len(joined) == 1072
    assert dict(found) == dict(zip(joined["vbo_id"], joined["index_right"], strict=True))
    assert set(table["functie"]) == {"onbekend"}
    assert table["m2"].isna().all()


def test_nothing_is_made_of_what_is_not_known(otterlo) -> None:
    panden, addresses = otterlo
    place = gpd.sjoin(addresses, panden, predicate="intersects")["pand_id"].iloc[0]
    vacancy = pd.DataFrame({"pand_id": [place], "vbo_id": None, "leeg_m2": None, "leeg_sinds": None})
    table, notes = transformation(panden, addresses, RULES, vacancy)
    assert table.empty
    assert notes[0] == "35 panden zijn overgeslagen: dubbel."
    assert notes[1:] == [f"{place}: op de leegstandslijst, maar heeft geen bekend gebruiksdoel."]


def test_offices_where_the_addresses_are(otterlo) -> None:
    """100 m2 of office at each address: the buildings with five addresses or more."""
    panden, addresses = otterlo
    given = addresses.assign(gebruiksdoel="kantoorfunctie", oppervlakte_m2=100, status="Verblijfsobject in gebruik")
    table, _ = transformation(panden, given, RULES, None)
    once = panden.drop_duplicates("pand_id")
    number = gpd.sjoin(addresses, once, predicate="intersects")["pand_id"].value_counts()
    expected = 100.0 * number[number >= 5]
    assert table.set_index("pand_id")["functie_m2"].to_dict() == expected.to_dict()
    assert table["functie_m2"].iloc[0] == 2900
    assert table["bouwjaar"].isna().all()
    assert set(table["leegstand"]) == {"onbekend"}


def test_a_school_in_haarlem() -> None:
    """Two verblijfsobjecten of 410 and 1719 m2; around it homes and a shed without address."""
    features = json.loads(HAARLEM.read_text(encoding="utf-8"))["features"]
    said = gpd.GeoDataFrame.from_features(features, crs=WGS84).to_crs(RD).dropna(subset="identificatie")
    panden = said.set_geometry(shapely.buffer(said.geometry.to_numpy(), 5)).rename(columns={"identificatie": "pand_id"})
    units = pd.concat([said.assign(oppervlakte_m2=said[name]) for name in ("oppervlakte_min", "oppervlakte_max")])
    units = units[units["aantal_verblijfsobjecten"] > pd.Series(units.index.duplicated(), index=units.index)]
    table, notes = transformation(panden, units.rename(columns={"identificatie": "pand_id"}), RULES, None)
    row = table.set_index("pand_id").loc[SCHOOL]
    assert len(table) == 1
    assert (row["functie"], row["functie_m2"], row["bouwjaar"]) == ("onderwijsfunctie", 410 + 1719, 1991)
    assert row[["woningen_laag", "woningen", "woningen_hoog"]].tolist() == [21, 37, 63]
    assert notes == []
