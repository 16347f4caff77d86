"""What the map is given of each location: answers, drawn blocks, and the edition that may leave the house."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.affinity import rotate

from locatiescan.crs import to_display
from locatiescan.errors import OutputError
from locatiescan.model import Dossier, Measurement, ScanResult
from locatiescan.outputs.webmap import render, write_map
from locatiescan.outputs.webmap_layout import layout, projection
from locatiescan.outputs.webmap_payload import payload
from locatiescan.outputs.webmap_public import flags_to_hide, public_edition
from locatiescan.outputs.webmap_words import HOLE, coded, rows_by_site, told
from outputs.test_webmap import HOSTILE, hand_made_result, unpacked
from outputs.test_webmap_browser import browser, open_page  # noqa: F401  (browser is a fixture)

WIDE = {"width": 1280, "height": 800}
DATES = {
    f"{name}_{end}": "2027-05-24" for name in ("besluit", "in_werking", "onherroepelijk") for end in ("vroeg", "laat")
}
UNSURE = 4
"""The location of which almost nothing is known."""


def answered_result() -> ScanResult:
    """The hand-made result with an answer for each location; hostile text wherever text may stand."""
    result = hand_made_result()
    sites = result.sites.reset_index(drop=True)
    number = np.arange(len(sites))
    facts = pd.DataFrame(
        {
            "woningen": pd.array(number, dtype="Int64"),
            "woningen_laag": pd.array(number, dtype="Int64"),
            "woningen_hoog": pd.array(number + 5, dtype="Int64"),
            "woningen_starters": pd.array(number // 2, dtype="Int64"),
            "product_titel": f"Rij {HOSTILE}",
            "planroute": np.where(number % 4 == 3, "N3", "N0"),
            "planroute_titel": np.where(number % 4 == 3, "Uitgebreid", f"Past {HOSTILE}"),
            "planroute_oordeel": np.where(number % 4 == 3, "dicht", "handmatig toetsen"),
            "planroute_reden": f"reden {HOSTILE}",
            "max_termijn_jaren": np.where(number % 2, np.nan, 10.0),
            "doorlooptijd_weken_laag": 8.0,
            "doorlooptijd_weken_hoog": 10.0 + number,
            "stikstof_oordeel": np.where(number % 3 == 0, "groen", "rood"),
            "eigenaar": np.where(number % 5 == 0, "gemeente", "derde"),
            "samenvatting": "Deze plek is 1.234 m² groot. De grond is van de gemeente.",
            "weten_wij_niet": f"iets; {HOSTILE}",
            **DATES,
        }
    ).astype({"planroute": object, "eigenaar": object})
    facts.loc[UNSURE, ["woningen", "doorlooptijd_weken_hoog", "planroute", "eigenaar"]] = None
    sites = gpd.GeoDataFrame(sites.join(facts))
    return replace(result, sites=sites, dossier=dossier_of(sites))


def dossier_of(sites: gpd.GeoDataFrame) -> Dossier:
    ids = sites["locatie_id"]
    kinds = (("N0", "handmatig toetsen", True, True), ("N3", "dicht", True, False), ("O1", "dicht", False, False))
    names = ["route", "oordeel", "van_kracht", "beste"]
    routes = pd.concat(pd.DataFrame({"locatie_id": ids, **dict(zip(names, kind, strict=True))}) for kind in kinds)
    routes = routes.assign(titel=f"Titel {HOSTILE}", reden=f"reden {HOSTILE}", overleg="", regime="Ow", **DATES)
    routes = routes.assign(weken_laag=8.0, weken_hoog=14.0, max_jaren=np.nan, grondslag="Ow 5.1")
    routes = routes.assign(beslist="college", ongeverifieerd="").reset_index(drop=True)
    flags = pd.concat([pd.DataFrame({"locatie_id": ids, "vlag": name}) for name in ("didam", "ladder")]).assign(
        titel=lambda table: "Vlag " + table["vlag"],
        tekst=lambda table: table["vlag"].map({"didam": "De eigenaar is 12.", "ladder": f"Behoefte. {HOSTILE}"}),
        **{
            "onderwerp": "grond",
            "oordeel": "ja",
            "grondslag": "HR",
            "wie": "gemeente",
            "bron": "",
            "datum": "2024-01-01",
        },
        ongeverifieerd=False,
    )
    products = pd.DataFrame({"locatie_id": ids, "product": "rij_1", "titel": "Rij", "past": "nee"})
    products = products.assign(reden=f"te hoog {HOSTILE}", woningen=0.0)
    return Dossier("2026-11-23", 10.0, routes, flags, products, blocks(sites), gpd.GeoDataFrame(geometry=[], crs=28992))


def blocks(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Two turned blocks and a parking place on every location with a shape."""
    there = sites[~(sites.geometry.isna() | sites.geometry.is_empty)]
    rows = []
    for i, (name, centre) in enumerate(zip(there["locatie_id"], there.centroid, strict=True)):
        for k, (kind, count) in enumerate((("blok", 6), ("blok", 8), ("parkeren", 5))):
            box = shapely.box(centre.x - 30 + 25 * k, centre.y - 20, centre.x - 15 + 25 * k, centre.y + 20)
            homes, spaces = (count, np.nan) if kind == "blok" else (np.nan, count)
            turned = rotate(box, 3.21 * i, origin=centre)
            rows.append(
                {
                    "locatie_id": name,
                    "soort": kind,
                    "naam": "Rij",
                    "woningen": homes,
                    "plaatsen": spaces,
                    "geometry": turned,
                }
            )
    return gpd.GeoDataFrame(rows, crs=28992)


def test_public_edition_tells_no_owner():
    result = answered_result()
    secret = Measurement(naam="van_wie", measure="column_text", column="eigenaar", waarom="Wie.")
    rules = replace(result.rules, metingen=(secret,))
    sites = result.sites.assign(van_wie=result.sites["eigenaar"], vlaggen="Vlag didam; Vlag ladder")
    result = replace(result, rules=rules, sites=sites, parcels=result.parcels.assign(van_wie="derde", eigenaar="derde"))
    assert "eigenaar" in payload(result)["answers"]["words"]
    public = public_edition(result)
    page = render(public)
    said = str(unpacked(page))
    assert "Openbare uitgave: zonder eigendom en leegstand." in page
    assert all(word not in said for word in ("van_wie", "De grond is van", "didam", "De eigenaar is", "'derde'"))
    assert "Vlag ladder" in said
    assert public.sites["vlaggen"].eq("Vlag ladder").all()
    limit = replace(rules.limits[1], column="eigenaar")
    with pytest.raises(OutputError, match="bestemming"):
        flags_to_hide(replace(rules, limits=(limit,)), None)


def test_sentences_and_rows_come_back():
    texts = ["Er passen 3 tot 4 woningen. Dat is 12,5 procent.", "Er passen 30 tot 41 woningen.", None, f"x{HOLE}y; z"]
    packed = told(texts)
    back = [_spoken(packed, row) for row in packed["texts"]]
    assert back == [texts[0], texts[1], "", "xy; z"]
    assert len(packed["sentences"]) == 4
    assert coded(["a", None, "b", "a", ""]) == {"words": ["a", "b"], "at": [0, -1, 1, 0, -1]}
    table = pd.DataFrame({"locatie_id": ["b", "a", "b", "elders"], "wat": ["x", "y", "y", "z"]})
    found = rows_by_site(table, ["a", "b"])
    assert found == {"columns": {"wat": {"words": ["x", "y"], "at": [0, 1]}}, "told": {}, "of": [[1], [0, 1]]}


def _spoken(packed: dict[str, list[str]], row: str) -> str:
    parts = []
    for part in row.split("|") if row else ():
        number, *figures = part.split(" ")
        text = packed["sentences"][int(number)]
        for figure in figures:
            text = text.replace(HOLE, figure, 1)
        parts.append(text)
    return " ".join(parts)


def test_drawn_blocks_come_back_where_they_were(browser, tmp_path):  # noqa: F811
    result = answered_result()
    write_map(result, tmp_path / "kaart.html")
    for page in open_page(browser, (tmp_path / "kaart.html").as_uri(), WIDE):
        found = page.evaluate("locatiescan.boxes()")
    assert result.dossier is not None
    drawn = to_display(result.dossier.layout).geometry
    middles = gpd.GeoSeries([shapely.MultiPoint(corners).centroid for corners in found], crs=4326).to_crs(28992)
    wanted = drawn.to_crs(28992).centroid
    distance = shapely.distance(middles.to_numpy()[:, None], wanted.to_numpy()[None]).min(axis=1)
    assert len(found) == len(drawn)
    assert distance.max() < 0.15


def test_polynomials_are_right_to_a_centimetre_over_a_large_municipality():
    area = shapely.box(130_000, 480_000, 165_000, 510_000)
    fitted = projection(area)
    random = np.random.default_rng(3)
    points = np.column_stack([random.uniform(130_000, 165_000, 50), random.uniform(480_000, 510_000, 50)])
    shown = to_display(gpd.GeoDataFrame(geometry=gpd.points_from_xy(*points.T), crs=28992)).geometry
    middle = fitted["rd"]
    a, b = (points[:, 0] - middle[0]) / middle[2], (points[:, 1] - middle[1]) / middle[3]
    terms = np.column_stack([a**i * b**j for i in range(4) for j in range(4 - i)])
    lon, lat = (terms @ np.array(part) for part in fitted["to_degrees"])
    assert np.abs(np.r_[(lon - shown.x) * 68_000, (lat - shown.y) * 111_000]).max() < 0.01
    assert layout(None, []) == {}


def test_page_is_the_same_for_the_same_answers():
    page = render(answered_result())
    assert render(answered_result()) == page
    assert len(page) < 400_000
