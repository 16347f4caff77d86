"""The whole answer, on the packaged rules: what comes in, what stays out, and that nothing known is nothing claimed."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from locatiescan.analysis.answering.answer import answer
from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.analysis.measuring.world import World
from locatiescan.config.packaged import packaged_file
from locatiescan.config.policy import load_policy
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.crs import RD
from locatiescan.model import Area, Dossier, Layer, Rules
from locatiescan.policy.asked import Asked
from small_world import X, Y, box, layer

RULES = packaged_file("rules/flexwonen.yaml")
HERE = Area("Kleinwereld", "GM0001", box(0, 0, 500, 500))


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked(load_policy(RULES, packaged()), date(2026, 11, 23), 15.0, None, None)


def packaged() -> Rules:
    return load_rules(RULES, MEASURES, load_sources(packaged_file("data/sources.yaml")))


def site(*shapes: shapely.Polygon) -> gpd.GeoDataFrame:
    names = {"locatie_id": [f"L-{i}" for i in range(len(shapes))], "oppervlakte_m2": [shape.area for shape in shapes]}
    return gpd.GeoDataFrame(names, geometry=list(shapes), crs=RD)


def answered(
    asked: Asked, sites: gpd.GeoDataFrame, layers: dict[str, Layer] | None = None
) -> tuple[gpd.GeoDataFrame, Dossier]:
    parcels = gpd.GeoDataFrame({"perceel_id": ["a"]}, geometry=[HERE.boundary], crs=RD)
    return answer(sites, parcels, packaged(), World(layers or {}), HERE, asked)


def offices(*west: float) -> dict[str, Layer]:
    """An office of 40 by 40 m with 2000 m2 of floor at each distance."""
    ids = [f"036110{i:010d}" for i in range(len(west))]
    panden = {"pand_id": ids, "status": "Pand in gebruik", "bouwjaar": 1980}
    units = {"vbo_id": [f"036101{i:010d}" for i in range(len(west))], "pand_id": ids, "oppervlakte_m2": 2000.0}
    units |= {"gebruiksdoel": "kantoorfunctie", "status": "Verblijfsobject in gebruik"}
    return {
        "panden": layer("panden", gpd.GeoDataFrame(panden, geometry=[box(x, 0, x + 40, 40) for x in west], crs=RD)),
        "verblijfsobjecten": layer(
            "verblijfsobjecten",
            gpd.GeoDataFrame(units, geometry=[shapely.Point(X + x + 20, Y + 20) for x in west], crs=RD),
            "punt",
        ),
    }


def test_a_building_of_the_neighbours_is_no_candidate(asked: Asked) -> None:
    """Layers are read for a box round the municipality: what lies in it is not all of the municipality."""
    _, dossier = answered(asked, site(), offices(100, 485, 600))
    assert dossier.transformation["locatie_id"].tolist() == ["T-0361100000000000"]
    assert set(dossier.routes["locatie_id"]) == {"T-0361100000000000"}


def test_where_no_layer_is_known_nothing_is_claimed(asked: Asked) -> None:
    found, dossier = answered(asked, site(box(0, 0, 80, 60), box(200, 0, 280, 60)))
    assert found[["woningen", "woningen_hoog", "product", "lagen", "kdw_habitats"]].isna().all(axis=None)
    assert set(found["hoogte_past"]) == set(found["stikstof_oordeel"]) == {"onbekend"}
    assert (found["planroute_oordeel"] != "open").all()
    assert not len(dossier.layout)
    assert len(dossier.transformation) == 0


def test_one_location_gets_what_it_gets_among_many_and_none_the_same_columns(asked: Asked) -> None:
    empty = gpd.GeoDataFrame({"pand_id": [], "bouwjaar": []}, geometry=[], crs=RD)
    layers = {name: layer(name, empty) for name in ("panden", "water", "natura2000")}
    shapes = [box(x, 0, x + 60 + x / 10, 60) for x in (0, 100, 200)]
    many, _ = answered(asked, site(*shapes), layers)
    alone, _ = answered(asked, site(*shapes).iloc[[2]], layers)
    none, _ = answered(asked, site(), layers)
    assert many["woningen"].gt(0).all()
    assert many["woningen"].nunique() > 1
    pd.testing.assert_frame_equal(alone, many.iloc[[2]].reset_index(drop=True))
    assert [*none] == [*many]
