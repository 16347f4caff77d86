"""The map as a file: what is in it, and what must never be."""

from __future__ import annotations

import base64
import gzip
import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.affinity import translate

from locatiescan.errors import OutputError
from locatiescan.model import Area, Layer, Limit, Pedigree, Preference, Rules, ScanResult, Source
from locatiescan.outputs.webmap import BACKGROUND, content_policy, outside_references, render, write_map
from locatiescan.outputs.webmap_payload import numbers, shapes, wording

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
WEST, NORTH, SIDE, STEP = 110_000, 516_000, 80, 100

RULES = Rules(
    titel="Proef",
    toelichting="Eerste zeef.",
    limits=(
        Limit(naam="vrij_m2", measure="free_area_m2", min=1500, waarom="Ruimte voor een blok.", ongeverifieerd=True),
        Limit(naam="bestemming", measure="dominant_class", not_in=("natuur",), waarom=f"Beleid {HOSTILE}", bron="Bkl"),
        Limit(naam="bpl_aandeel", measure="covered_share", layer="bpl", max=0.5, waarom="Landschap."),
    ),
    preferences=(
        Preference(naam="halte_afstand_m", measure="distance_m", gewicht=3, curve={400: 1, 1500: 0}, waarom="Lopen."),
        Preference(naam="kans", measure="column_text", gewicht=1, classes={"wonen": 1}, waarom="Korte route."),
    ),
)


def source(name: str) -> Source:
    title = name.title() if name == "bpl" else f"{name} {HOSTILE}"
    return Source(name, title, "wfs", "vlak", f"Bron {HOSTILE}", "CC0", "LIVE", url="https://example.org/wfs")


def hand_made_parcels(count: int = 60) -> gpd.GeoDataFrame:
    """Squares on a grid of ten wide: number 0 is the best, every third is rejected, every fifth has an unknown."""
    number = np.arange(count)
    west, north = WEST + STEP * (number % 10), NORTH - STEP * (number // 10)
    nee, unknown = number % 3 == 2, number % 5 == 4
    halte = np.where(unknown, np.nan, 400.0 + number)
    halte_score = 1 - number / 1100
    score = 75 * np.where(unknown, 0, halte_score) + 25
    parcels = gpd.GeoDataFrame(
        {
            "perceel_id": [f"NL{i:05d}" for i in number],
            "kadastrale_gemeente": "AMR03",
            "sectie": "K",
            "perceelnummer": number + 1000.0,
            "vrij_m2": np.where(nee, 1499.97, 3214.5),
            "vrij_m2_oordeel": np.where(nee, "nee", "ja"),
            "bestemming": "wonen",
            "bestemming_oordeel": "ja",
            "bpl_aandeel": np.nan,
            "bpl_aandeel_oordeel": "onbekend",
            "halte_afstand_m": halte,
            "halte_afstand_m_score": np.where(unknown, np.nan, halte_score),
            "kans": "wonen",
            "kans_score": 1.0,
            "oordeel": np.where(nee, "nee", "onbekend"),
            "afgewezen_door": np.where(nee, "vrij_m2", ""),
            "onbekend": np.where(unknown, "bpl_aandeel, halte_afstand_m", "bpl_aandeel"),
            "score": score,
            "score_hoog": np.where(unknown, 100.0, score),
        },
        geometry=shapely.box(west, north - SIDE, west + SIDE, north),
        crs="EPSG:28992",
    )
    rank = parcels["score"].where(~nee).rank(ascending=False, method="first")
    parcels["rang"] = rank.astype("Int64")
    parcels.loc[1, ["bestemming", "kans"]] = HOSTILE
    parcels.loc[3, "perceel_id"] = f"NL{HOSTILE}"
    parcels.loc[0, ["bpl_aandeel_oordeel", "oordeel", "onbekend"]] = ["ja", "ja", ""]
    parcels.loc[0, "bpl_aandeel"] = 0.1234
    parcels["toegelaten_door"] = ""
    parcels.loc[count - 1, "geometry"] = None
    parcels.loc[count - 3, "geometry"] = shapely.Polygon()
    return parcels


def hand_made_result(parcels: gpd.GeoDataFrame | None = None) -> ScanResult:
    parcels = hand_made_parcels() if parcels is None else parcels
    ring = shapely.box(WEST, NORTH - 500, WEST + 1000, NORTH - 300)
    nature = gpd.GeoDataFrame({"naam": ["duin"]}, geometry=[ring], crs="EPSG:28992")
    pedigree = Pedigree("https://example.org/wfs", "2026-11-23T12:05:00+00:00", 1, 1, 1, notes=(HOSTILE,))
    return ScanResult(
        area=Area(f"Proefstad {HOSTILE}", "GM9999", shapely.box(WEST - 50, NORTH - 700, WEST + 1050, NORTH + 50)),
        rules=RULES,
        parcels=parcels,
        sites=parcels[parcels["rang"].notna()].assign(
            locatie_id=lambda table: "L-" + table["perceel_id"].astype(str),
            percelen=lambda table: table["perceel_id"],
            aantal_percelen=1,
            tussengrond_m2=0.0,
        ),
        layers={
            "natura2000": Layer("natura2000", source("natura2000"), nature, pedigree=pedigree),
            "bpl": Layer("bpl", source("bpl"), absent=f"geen openbaar adres {HOSTILE}"),
        },
        fictitious=True,
        started_at="2026-11-23T12:05:00+00:00",
    )


@pytest.fixture(scope="module")
def page() -> str:
    return render(hand_made_result())


def unpacked(page: str) -> dict:
    packed = re.search(r'<script type="application/octet-stream;base64" id="payload">([^<]*)</script>', page)
    assert packed
    return json.loads(gzip.decompress(base64.b64decode(packed[1])))


def test_nothing_is_loaded_from_elsewhere_but_the_background(page):
    assert outside_references(page) == []
    addresses = {found for found in re.findall(r"https?://[^\s\"'<>)]+", page) if "example.org" not in found}
    # Leaflet names these in its script and comments; none is fetched.
    leaflets_own = {"https://leafletjs.com", "http://www.w3.org/2000/svg"}
    leaflets_own |= {found for found in addresses if found.startswith("https://bugzilla.mozilla.org/")}
    allowed = {"https://service.pdok.nl;", BACKGROUND} | leaflets_own
    assert addresses <= allowed
    for unwanted in ("jquery", "bootstrap", "fontawesome", "cdn."):
        assert unwanted not in page.lower()


@pytest.mark.parametrize(
    "part",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<link rel=stylesheet href=//cdn.example/x.css>",
        "<style>@import 'x.css';</style>",
        "<style>a { background: url(https://cdn.example/x.png) }</style>",
        "<style>@font-face { src: url('x.woff2') }</style>",
        '<img alt="" srcset="https://cdn.example/x.png 2x">',
    ],
)
def test_a_reference_outside_is_seen(part):
    assert outside_references(f"<html>{part}</html>")


def test_policy_allows_only_the_scripts_of_this_page(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "connect-src 'none'" in policy[1]
    assert "unsafe-inline" not in policy[1].split("style-src")[0]
    assert policy[1] == content_policy(page)


def test_hostile_text_is_nowhere_markup(page):
    assert "<img src=x" not in page
    assert "alert(2)</script>" not in page
    assert "&lt;img src=x" in page  # in the account, escaped


def test_payload_holds_every_parcel(page):
    content = unpacked(page)
    parcels = content["parcels"]
    assert len(parcels["id"]) == len(content["shapes"]["rings"]) == 60
    assert content["shapes"]["rings"].count(0) == 2
    assert sum(rank is None for rank in parcels["rang"]) == 20
    assert set(parcels["oordeel"]) == {"j", "n", "o"}
    assert parcels["kadaster"][0] == "AMR03 K 1000"
    assert parcels["values"]["bpl_aandeel"][:2] == [0.1234, None]
    unsaid = parcels["id"].index(hand_made_parcels()["perceel_id"][4])
    assert parcels["scores"]["halte_afstand_m"][unsaid] is None


def test_shapes_come_back_where_they_were():
    donut = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    where = translate(shapely.MultiPolygon([donut, shapely.box(200, 0, 201, 1)]), 110e3, 515e3)
    features = gpd.GeoDataFrame(geometry=[None, where], crs="EPSG:28992")
    packed = shapes(features)
    assert packed["rings"] == [0, 3]
    assert packed["points"] == [4, 4, 4]
    degrees = np.cumsum(np.reshape(packed["steps"], (-1, 2)), axis=0) / packed["scale"]
    back = gpd.GeoSeries.from_xy(*degrees.T, crs="EPSG:4326").to_crs("EPSG:28992")
    asked = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(where)))
    assert np.abs(back.get_coordinates().to_numpy() - asked[np.r_[0:4, 5:9, 10:14]]).max() < 0.06


def test_the_page_says_what_is_missing(page):
    assert "Fictieve gegevens" in page
    assert re.search(r"Ontbrekende lagen:</strong>\s*Bpl", page)
    assert "2 percelen zonder vlak" in re.sub(r"\s+", " ", page)
    assert "Eerste zeef, geen juridisch oordeel." in page
    assert "beloofd 1, ontvangen 1, gebruikt 1" in page
    assert "23-11-2026 12:05 UTC" in page


def test_a_value_that_misses_a_limit_is_not_rounded_onto_it():
    column = pd.Series([1499.97, 1500.04, 1500.0, np.nan])
    assert numbers(column, 1, (1500.0, None)) == [1499.97, 1500.04, 1500.0, None]
    assert numbers(column, 1) == [1500.0, 1500.0, 1500.0, None]


def test_names_become_words_with_their_unit():
    assert wording("vrij_m2")[:2] == ("Vrij", "m²")
    assert wording("depositie_mol_ha_jr")[:2] == ("Depositie", "mol/ha/jr")
    assert wording("natura2000_aandeel")[:2] == ("Natura2000 aandeel", "%")
    assert wording("max_bouwhoogte_m")[:2] == ("Max bouwhoogte", "m")
    assert wording("bestemming")[:2] == ("Bestemming", "")


def test_same_result_gives_the_same_page(page):
    assert render(hand_made_result()) == page


def test_no_parcels_at_all_still_gives_a_page(tmp_path):
    write_map(hand_made_result(hand_made_parcels().iloc[:0]), tmp_path / "leeg.html")
    assert unpacked((tmp_path / "leeg.html").read_text(encoding="utf-8"))["parcels"]["id"] == []


def test_missing_column_is_refused(tmp_path):
    with pytest.raises(OutputError, match="halte_afstand_m_score"):
        write_map(hand_made_result(hand_made_parcels().drop(columns="halte_afstand_m_score")), tmp_path / "x.html")
    assert list(tmp_path.iterdir()) == []


def test_failed_write_leaves_the_old_map(tmp_path):
    target = tmp_path / "kaart.html"
    target.mkdir()
    with pytest.raises(OutputError, match="niet te schrijven"):
        write_map(hand_made_result(), target)
    assert list(tmp_path.iterdir()) == [target]
