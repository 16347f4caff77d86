from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pypdf
import pytest
import shapely

from locatiescan.config.dwellings import load_dwellings
from locatiescan.config.packaged import packaged_file
from locatiescan.crs import RD
from locatiescan.errors import OutputError
from locatiescan.model import Limit, Preference, Rules
from locatiescan.outputs import factsheet_pdf
from locatiescan.outputs.factsheet import as_html, write_factsheet
from locatiescan.outputs.factsheet_content import Context, content_of
from locatiescan.outputs.factsheet_drawing import Frame, Mark, Style, Word, areas, frame_around, hatched, paths
from locatiescan.outputs.factsheet_pdf import as_pdf
from locatiescan.outputs.factsheet_pictures import block_kinds, kind_line, plan, situation
from locatiescan.outputs.factsheet_record import Factsheet
from locatiescan.outputs.runs import Run
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS
from small_world import X, Y, box, frames

HOSTILE = "<img src=x onerror=alert(1)>"
RULES = Rules(
    "Test",
    "Klein",
    (Limit(naam="grootte_m2", measure="area_m2", min=1500, waarom="Ruimte"),),
    (
        Preference(naam="weg_m", measure="distance_m", layer="wegen", curve={20: 1, 150: 0}, gewicht=3, waarom="Nabij"),
        Preference(naam="ruimte_m2", measure="area_m2", curve={0: 0, 9: 1}, gewicht=1, waarom="x", ongeverifieerd=True),
    ),
)
SITE = {
    "locatie_id": "L-a", "perceel_id": "a", "percelen": "a, b", "oordeel": "ja", "toegelaten_door": "", "rang": 1,
    "score": 75.0, "score_hoog": 75.0, "grootte_m2": 15000.0, "grootte_m2_oordeel": "ja", "weg_m": 20.0,
    "weg_m_score": 1.0, "ruimte_m2": np.nan, "ruimte_m2_score": np.nan, "soort": "grond",
    "oppervlakte_m2": 15000.0, "vrij_m2": 9000.0, "bestemming": "groen", "bestemming_aandeel": 0.6,
    "bpl_aandeel": 0.25, "natura2000_aandeel": 0.0, "natura2000_afstand_m": 10000.0, "lib_zones": "LIB 4",
    "gebiedsaanduidingen": "geluidzone - industrie", "woningen_laag": 20, "woningen": 24, "woningen_hoog": 30,
    "woningen_starters": 8, "woningen_statushouders": 8, "woningen_overig": 8, "product_titel": "Blok, 2 lagen",
    "module": "m30", "modules": 32, "bvo_m2": 1080.0, "lagen": 2, "lagen_ten_hoogste": 3, "hoogte_past": "ja",
    "hoogte_bepaald_door": "max_bouwhoogte_m", "hoogte_let_op": "", "brandweer_oordeel": "onbekend",
    "parkeerplaatsen": 14, "halte_afstand_m": 310.0, "weg_afstand_m": 30.0, "eigenaar": np.nan,
    "termijn_jaren": 10.0, "planroute": "N4", "planroute_titel": "Wijziging van het omgevingsplan",
    "planroute_oordeel": "handmatig toetsen", "planroute_reden": "de stikstofzeef is oranje",
    "max_termijn_jaren": 15.0, "doorlooptijd_weken_laag": 26.0, "doorlooptijd_weken_hoog": 58.0,
    "besluit_vroeg": "2027-05-24", "besluit_laat": "2028-01-03", "in_werking_vroeg": "2027-05-24",
    "in_werking_laat": "2028-01-31", "onherroepelijk_vroeg": "2027-07-05", "onherroepelijk_laat": "2029-11-19",
    "stikstof_oordeel": "oranje", "stikstof_max_woningen": 6, "hexagon_afstand_m": 2369.0,
    "samenvatting": "Deze plek is 15.000 m² groot.", "weten_wij_niet": "van wie de grond is; hoe hoog het mag",
}  # fmt: skip
BUILDING = {
    "locatie_id": "T-1", "soort": "transformatie", "pand_id": "0001", "functie": "kantoorfunctie", "totaal_m2": 2000.0,
    "bouwjaar": 1961, "leegstand": "onbekend", "woningen_laag": 10, "woningen": 20, "woningen_hoog": 30,
    "planroute_oordeel": "dicht", "planroute_reden": "LIB 3", "samenvatting": "Een gebouw.", "weten_wij_niet": "",
}  # fmt: skip
FLAG = {"locatie_id": "L-a", "tekst": "", "grondslag": "", "wie": "", "bron": "", "datum": ""}


def run_of(**changes: Any) -> Run:
    """A run of the small world with one location of two parcels and one building."""
    world = frames()
    parcels = world["percelen"].rename(columns={"id": "perceel_id"})
    parcels["locatie_id"] = parcels["perceel_id"].map({"a": "L-a", "b": "L-a"})
    parcels = parcels.assign(kadastrale_gemeente="KLW00", sectie="A", perceelnummer=[9.0, 10.0, 11.0, 12.0, 13.0])
    site = SITE | {"geometry": shapely.union_all(parcels.geometry[:2])} | changes
    routes = {
        "locatie_id": ["L-a"],
        "beste": [True],
        "beslist": ["raad"],
        "overleg": ["provincie"],
        "ongeverifieerd": ["x"],
    }
    flags = [
        FLAG | {"titel": "Didam", "onderwerp": "grond", "oordeel": "onbekend", "ongeverifieerd": False},
        FLAG | {"titel": "Bindend advies", "onderwerp": "participatie", "oordeel": "onbekend", "ongeverifieerd": True},
        FLAG | {"titel": "Subsidie", "onderwerp": "geld", "oordeel": "ja", "ongeverifieerd": True},
    ]
    sources = {
        "laag": ["percelen", "wegen", "lib"], "titel": ["Percelen", "Wegen", "LIB"], "aanwezig": ["ja", "ja", "nee"],
        "opgehaald": ["2026-11-20T10:00:00+00:00", "2026-11-21T10:00:00+00:00", None],
        "zekerheid": ["PROD", "NV", "NV"],
        "bronvermelding": ["Kadaster", "Rijkswaterstaat", "Rijk"], "gebruikt": [5, 1, None],
        "toelichting": ["", "", "geen dienst"],
    }  # fmt: skip
    return Run(
        Path(), "Kleinwereld (GM0001)", "2026-11-23T12:00:00+00:00", RULES, parcels,
        gpd.GeoDataFrame([site], geometry="geometry", crs=RD), pd.DataFrame(sources), True,
        gpd.GeoDataFrame([BUILDING | {"geometry": box(210, 10, 230, 30)}], geometry="geometry", crs=RD),
        pd.DataFrame(routes), pd.DataFrame(flags), pd.DataFrame(),
    )  # fmt: skip


def layout() -> gpd.GeoDataFrame:
    """Two blocks of 20 by 8 m, one turned by 90 degrees, one of 12 by 8, and a field of 14 bays."""
    rows = [("blok", 2, 8, None), ("blok", 2, 9, None), ("blok", 1, None, None), ("parkeren", None, None, 14)]
    shapes = [box(5, 5, 25, 13), box(40, 40, 48, 60), box(5, 70, 17, 78), box(60, 5, 95, 10)]
    table = pd.DataFrame(rows, columns=["soort", "lagen", "woningen", "plaatsen"]).astype({"lagen": "Int64"})
    return gpd.GeoDataFrame(table.assign(locatie_id="L-a"), geometry=shapes, crs=RD)


def context_for(run: Run, **layers: gpd.GeoDataFrame) -> Context:
    about = {"peildatum": "2026-11-23", "gevraagde termijn": "10 jaar", "programma": "locatiescan 0"}
    known = {name: frames()[name] for name in ("panden", "wegen", "bpl")} | {"percelen": run.parcels}
    known["wegen"] = known["wegen"].rename(columns={"straat": "straatnaam"})
    dwellings = load_dwellings(packaged_file("rules/woningtypen.yaml"))
    return Context(run, known | layers, about, dwellings, {"L-a": layout()})


def sheet_of(**changes: Any) -> Factsheet:
    run = run_of(**changes)
    assert run.sites is not None
    return content_of(run.sites.iloc[0], context_for(run))


def building() -> Factsheet:
    run = run_of()
    assert run.buildings is not None
    return content_of(run.buildings.iloc[0], context_for(run))


def answer(sheet: Factsheet, word: str) -> str:
    return next(one.text for one in sheet.answers if word in one.question)


def text_of(pdf: bytes) -> str:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).split())


class Elements(HTMLParser):
    """Every element with its attributes, as a browser would make them."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_who_where_when() -> None:
    sheet = sheet_of()
    assert sheet.title == "KLW00 A 9 en 1 perceel ernaast, bij Weg"
    assert sheet.municipality == "Kleinwereld (GM0001)"
    assert sheet.dates == "Scan van 23 november 2026 · peildatum 23 november 2026 · gevraagde termijn 10 jaar"
    assert sheet.subtitle == "Locatie L-a · plaats 1 van 1 op de ranglijst"
    assert sheet.warning == FICTITIOUS
    assert [(one.label, one.value, one.tone) for one in sheet.tiles] == [
        ("Woningen", "20 tot 30", "vlak"),
        ("Grond", "15.000 m²", "vlak"),
        ("Toestemming", "Uit te zoeken", "twijfel"),
        ("Vroegste besluit", "24 mei 2027", "vlak"),
        ("Stikstof", "Oranje", "twijfel"),
        ("Score", "75 van 100", "vlak"),
    ]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (
            "welke grond",
            "Kadastraal KLW00 A 9, 10. Samen 15.000 m². Vrij om op te bouwen: 9.000 m². Nu bestemd voor: "
            "groen (60 procent).",
        ),
        (
            "woningen",
            "20 tot 30, met 24 als midden. Blok, 2 lagen. 32 modules van 30 m² gebruiksoppervlak [U]. "
            "Gemiddeld 45 m² bruto",
        ),
        ("wie?", "8 starters (elk 30 m²), 8 statushouders (elk 60 m²) en 8 andere woningzoekenden (elk 30 m²)"),
        (
            "plan veranderen",
            "Ja. Beste weg: Wijziging van het omgevingsplan [U]. Of die weg open is, moet iemand met de hand "
            "nagaan.",
        ),
        (
            "beslist",
            "De gemeenteraad, 26 tot 58 weken na de aanvraag. Vooraf overleggen met: provincie. Bindend "
            "advies [U] (niet bekend",
        ),
        ("lang", "Deze weg: ten hoogste 15 jaar. Gevraagd: 10 jaar."),
        ("hoog", "Getekend: 2 lagen. Dat past in het plan. Het plan laat ten hoogste 3 lagen toe."),
        (
            "stikstof",
            "Oranje: kan een probleem zijn. Onder de grens blijft het tot 6 woningen. Afstand tot (bijna) "
            "overbelaste natuur: 2.369 m.",
        ),
        (
            "natuur",
            "Ligt voor 25 procent in Beschermd Landschap (BPL). Ligt niet in Natura 2000. Niet bekend voor "
            "Natuurnetwerk Nederland. Afstand tot Natura 2000: ten minste 10.000 m.",
        ),
        ("geluid", "Zones op deze plek: geluidzone - industrie; LIB 4."),
        ("parkeren", "Of de brandweer erbij kan, is niet bekend. Getekende parkeerplaatsen: 14."),
        (
            "Van wie",
            "Staat niet in de gegevens (vraag het Kadaster). Is het van een overheid, dan moet wie mee wil "
            "doen",
        ),
        ("aandacht", "Speelt: Subsidie [U]."),
    ],
)  # fmt: skip
def test_what_a_council_asks(word: str, said: str) -> None:
    assert said in answer(sheet_of(), word)


def test_unknown_is_said_and_never_made_up() -> None:
    gone = [
        "vrij_m2", "bestemming", "bpl_aandeel", "natura2000_aandeel", "natura2000_afstand_m", "stikstof_oordeel",
        "stikstof_max_woningen", "hexagon_afstand_m", "planroute", "planroute_titel", "planroute_oordeel",
        "planroute_reden", "woningen", "woningen_laag", "woningen_hoog", "lib_zones", "besluit_vroeg", "lagen",
    ]  # fmt: skip
    sheet = sheet_of(**dict.fromkeys(gone, np.nan))
    assert "Hoeveel ervan vrij is, is niet bekend. Nu bestemd voor: onbekend." in answer(sheet, "welke grond")
    assert answer(sheet, "Hoeveel woningen") == "Niet bekend."
    assert answer(sheet, "plan veranderen") == "Niet bekend."
    assert answer(sheet, "stikstof").startswith(
        "Niet bekend. De afstand tot (bijna) overbelaste natuur is niet bekend."
    )
    assert "Niet bekend voor Beschermd Landschap (BPL), Natuurnetwerk Nederland en Natura 2000" in answer(
        sheet, "natuur"
    )
    assert answer(sheet, "geluid").startswith("Niet alle zones zijn bekend.")
    assert [one.value for one in sheet.tiles][:5] == ["onbekend", "15.000 m²", "onbekend", "onbekend", "Onbekend"]
    assert {one.tone for one in sheet.tiles} <= {"vlak", "twijfel"}


def test_no_home_fits_and_no_route_is_open() -> None:
    sheet = sheet_of(woningen=0, woningen_laag=0, woningen_hoog=0, stikstof_oordeel="groen", planroute_oordeel="dicht",
                     planroute_titel=np.nan, besluit_vroeg="", besluit_laat="")  # fmt: skip
    assert (
        answer(sheet, "Hoeveel woningen") == answer(sheet, "Voor wie") == "Van de onderzochte woningtypen past er geen."
    )
    assert "Groen" not in answer(sheet, "stikstof")
    assert answer(sheet, "plan veranderen").startswith("Alle onderzochte wegen naar toestemming lijken dicht.")
    shown = {one.label: (one.value, one.tone) for one in sheet.tiles}
    assert shown["Woningen"] == ("0", "fout")
    assert shown["Toestemming"] == ("Dicht", "fout")
    assert shown["Vroegste besluit"][0] == "geen open weg"
    assert [one.label for one in sheet.moments] == ["In werking", "Onherroepelijk"]


def test_criteria_limits_unknowns_and_sources() -> None:
    sheet = sheet_of()
    near, room = sheet.criteria
    assert (near.words, near.value, near.weight, near.score, near.points) == ("Weg", "20 m", 0.75, 1.0, "75")
    assert (room.words, room.value, room.score, room.points) == ("Ruimte [U]", "onbekend", None, "0 (tot 25)")
    assert (near.bar_words, room.bar_words) == ("gewicht 75 %, score 100 %", "gewicht 25 %, score onbekend")
    assert [(one.asked, one.value, one.verdict) for one in sheet.demands] == [
        ("ten minste 1.500 m²", "15.000 m²", "voldoet")
    ]
    assert sheet.unknowns == ("Van wie de grond is", "Hoe hoog het mag")
    assert sheet.sources[:3] == (
        "Kadaster, 20 november 2026: Percelen",
        "Rijkswaterstaat, 21 november 2026: Wegen [U]",
        "Ontbreekt, en is dus onbekend: LIB",
    )
    assert [(one.label, one.early, one.late) for one in sheet.moments] == [
        ("Besluit", "24 mei 2027", "3 januari 2028"),
        ("In werking", "24 mei 2027", "31 januari 2028"),
        ("Onherroepelijk", "5 juli 2027", "19 november 2029"),
    ]


def test_sizes_of_another_catalogue_are_not_told() -> None:
    run = run_of()
    assert run.sites is not None
    sheet = content_of(run.sites.iloc[0], replace(context_for(run), dwellings=None))
    assert "32 modules." in answer(sheet, "woningen")
    assert "elk" not in answer(sheet, "Voor wie")


def test_a_building_has_no_layout_and_no_score() -> None:
    sheet = building()
    assert sheet.title == "Gebouw op KLW00 A 11, bij Weg"
    assert sheet.plan is None
    assert sheet.criteria == sheet.demands == sheet.plan_lines == ()
    assert answer(sheet, "welk gebouw") == (
        "Pand 0001, op perceel KLW00 A 11. 2.000 m² vloer, vooral kantoorfunctie. Bouwjaar 1961. "
        "Of het leegstaat, is niet bekend. Nu bestemd voor: onbekend."
    )
    for written in (as_html(sheet), text_of(as_pdf(sheet))):
        assert "Proefindeling" not in written
        assert "Bestaande gebouwen krijgen geen score" in written


def test_blocks_by_size_whichever_way_they_are_turned() -> None:
    kinds = block_kinds(layout())
    assert [kind_line(kind) for kind in kinds] == [
        "A: 2 blokken van 20 × 8 m, 2 lagen, 8 tot 9 woningen per blok",
        "B: 1 blok van 12 × 8 m, 1 laag",
    ]


def test_plan_is_to_scale_and_says_its_sizes() -> None:
    picture = plan(box(0, 0, 100, 100), layout(), None, 88, 88)
    scale = 108 / 88  # the site and 4 m on both sides
    block = next(mark for mark in picture.marks if isinstance(mark, Mark) and mark.style.fill == "#c2452d")
    assert np.ptp(block.lines[0], axis=0) == pytest.approx([20 / scale, 8 / scale], abs=0.02)
    words = [mark.text for mark in picture.marks if isinstance(mark, Word)]
    assert {"A: 20 × 8 m", "A", "P 14", "N", "20 m"} <= set(words)
    turned = next(mark for mark in picture.marks if isinstance(mark, Word) and mark.text == "A")
    assert abs(turned.angle) == 90


def test_map_shows_what_is_there_and_says_what_is_not() -> None:
    picture = situation(box(0, 0, 100, 100), context_for(run_of()).layers, layout(), 88, 88)
    words = [mark.text for mark in picture.marks if isinstance(mark, Word)]
    assert {"Deze plek", "Gebouw", "Beschermd Landschap", "Woonblok (proef)", "Weg", "100 m"} <= set(words)
    assert not {"Water", "Natura 2000"} & set(words)
    assert picture.description == (
        "Noorden boven. In beeld: 2 gebouwen. Straten in beeld: Weg. "
        "Niet getekend, want de laag ontbreekt: water, natura2000."
    )


def test_holes_stay_open_and_nothing_leaves_the_frame() -> None:
    frame = frame_around(np.array([X, Y, X + 100, Y + 100]), 50, 50, 0)
    assert frame == Frame(X, Y + 100, 2.0, 50, 50)
    ring = shapely.difference(box(-50, -50, 80, 80), box(20, 20, 40, 40))
    shapes = [ring, None, shapely.Polygon(), box(500, 500, 600, 600)]
    drawn = areas(shapes, frame, Style("#000000"))
    assert [len(mark.lines) for mark in drawn] == [2]
    points = np.vstack(drawn[0].lines)
    assert points.min() >= 0
    assert points.max() <= 50
    line = shapely.LineString([(X - 50, Y + 50), (X + 150, Y + 50)])
    (wide,) = paths([line], frame, Style(None, "#000000", 4.0))
    assert wide.lines[0][:, 0].tolist() == [2.0, 48.0]  # half its width from the edge
    (lines,) = hatched([box(0, 0, 50, 50)], frame, Style(None, "#000000"), 2.0, True)
    assert np.vstack(lines.lines)[:, 0].max() == pytest.approx(25.0)


def test_an_outline_of_many_points_stays_small() -> None:
    turn = np.linspace(0, 2 * np.pi, 100_000)
    rough = shapely.Polygon(np.c_[X + 50 + 50 * np.cos(turn), Y + 50 + 50 * np.sin(turn)])
    (mark,) = areas([rough], frame_around(np.array(rough.bounds), 88, 88, 0), Style("#000000"))
    assert len(mark.lines[0]) < 400


def test_html_runs_nothing_fetches_nothing_and_is_for_everyone() -> None:
    html = as_html(sheet_of())
    elements = Elements(html).found
    names = {tag for tag, _ in elements}
    assert not names & {"script", "img", "link", "iframe", "object", "a"}
    assert ("html", {"lang": "nl"}) in elements
    policy = next(found["content"] or "" for tag, found in elements if tag == "meta" and "http-equiv" in found)
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-\S+='; base-uri 'none'; form-action 'none'", policy)
    assert not any("style" in found or "onload" in found for _, found in elements)
    figures = [found for tag, found in elements if tag == "svg" and found.get("role") == "img"]
    assert [found["aria-labelledby"] for found in figures] == ["kaart-t kaart-d", "indeling-t indeling-d"]
    assert '<desc id="indeling-d">Noorden boven. A: 2 blokken van 20 × 8 m, 2 lagen' in html
    assert "@page { size: A4" in html
    assert FICTITIOUS in html
    assert DISCLAIMER in html


def test_pdf_is_text_on_two_pages_with_title_language_and_own_fonts() -> None:
    sheet = sheet_of()
    pdf = as_pdf(sheet)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(pdf) < 300_000
    assert len(reader.pages) <= 2
    assert reader.metadata is not None
    assert reader.metadata.title == "KLW00 A 9 en 1 perceel ernaast, bij Weg, Kleinwereld (GM0001)"
    assert reader.trailer["/Root"]["/Lang"] == "nl-NL"  # type: ignore[index]
    text = text_of(pdf)
    for said in (FICTITIOUS, DISCLAIMER, "15.000 m²", "Gedateerd", "A: 2 blokken van 20 × 8 m", sheet.summary):
        assert (said in text) == (said != "Gedateerd")
    for one in sheet.answers:
        assert one.text in text
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    embedded = [font.get_object().get("/FontDescriptor", {}) for font in fonts.values()]  # type: ignore[union-attr]
    assert sum("/FontFile2" in found for found in embedded) == 2


def test_pdf_tells_a_screen_reader_what_is_what() -> None:
    reader = pypdf.PdfReader(io.BytesIO(as_pdf(sheet_of())))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 (pypdf's own kind of boolean)
    tree = root["/StructTreeRoot"]
    elements = [kid.get_object() for kid in tree["/K"]["/K"]]
    roles = [element["/S"] for element in elements]
    assert roles[:3] == ["/P", "/P", "/H1"]  # that it is made up, and what it is not, come first
    assert roles.count("/H2") == 8
    told = [element["/Alt"] for element in elements if element["/S"] == "/Figure"]
    assert told[0].startswith("Kaart van de plek en haar omgeving. Noorden boven.")
    assert "A: 2 blokken van 20 × 8 m" in told[1]
    parents = tree["/ParentTree"]["/Nums"]
    for i, page in enumerate(reader.pages):
        code = page.get_contents().get_data()  # type: ignore[union-attr]
        marked = re.findall(rb"/MCID (\d+)", code)
        assert [int(number) for number in marked] == list(range(len(parents[2 * i + 1])))
        assert len(re.findall(rb"B[DM]C\b", code)) == len(re.findall(rb"\bEMC\b", code))
        assert page["/StructParents"] == parents[2 * i] == i


def test_same_content_same_bytes() -> None:
    first, other = as_pdf(sheet_of()), as_pdf(building())
    assert as_pdf(sheet_of()) == first != other
    assert as_html(sheet_of()) == as_html(sheet_of())


def hostile() -> Iterator[Factsheet]:
    run = run_of(**dict.fromkeys(("bestemming", "planroute_titel", "planroute_reden", "samenvatting", "product_titel",
                                  "lib_zones", "eigenaar", "weten_wij_niet", "hoogte_let_op"), HOSTILE))  # fmt: skip
    assert run.sites is not None
    assert run.flags is not None
    run.parcels["sectie"] = HOSTILE
    run = replace(run, name=HOSTILE, flags=run.flags.assign(titel=HOSTILE), sources=run.sources.assign(titel=HOSTILE))
    roads = frames()["wegen"].assign(straatnaam=HOSTILE)
    drawn = layout().assign(naam=HOSTILE)
    yield content_of(run.sites.iloc[0], replace(context_for(run, wegen=roads), drawn={"L-a": drawn}))
    yield content_of(run.sites.iloc[0].replace("L-a", HOSTILE), context_for(run, wegen=roads))


def test_hostile_names_stay_text() -> None:
    for sheet in hostile():
        html = as_html(sheet)
        assert not {tag for tag, _ in Elements(html).found} & {"img", "script"}
        assert html.count("&lt;img src=x onerror=alert(1)&gt;") > 10
        assert "&lt;img src=x onerror=alert(1)&gt;</text>" in html  # a street on the map
        assert text_of(as_pdf(sheet)).count(HOSTILE) > 5


def test_signs_that_the_font_lacks_and_signs_that_turn_text() -> None:
    sheet = sheet_of(samenvatting="Ő € – ’ ≥ \u202e漢 ř\x00", bestemming="a\u2028b")
    text = text_of(as_pdf(sheet))
    assert "O € – ’ ≥ ? r" in text
    assert "Nu bestemd voor: a b" in text
    assert "\u202e" not in as_html(sheet)


def test_however_much_a_source_says_it_stays_two_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    much = "Een heel lange zin over deze plek die niet ophoudt. " * 60
    names = ("bestemming", "planroute_titel", "planroute_reden", "samenvatting", "product_titel", "hoogte_let_op",
             "gebiedsaanduidingen", "eigenaar")  # fmt: skip
    sheet = sheet_of(**dict.fromkeys(names, much), weten_wij_niet="; ".join([much] * 30))
    assert len(pypdf.PdfReader(io.BytesIO(as_pdf(sheet))).pages) == 2
    monkeypatch.setattr(factsheet_pdf, "SCALES", (1.0,))
    with pytest.raises(OutputError, match="past niet op 2 bladzijden"):
        as_pdf(sheet)


def test_file_names_stay_in_the_folder(tmp_path: Path) -> None:
    sheet = replace(sheet_of(), name="../L/a b")
    files = write_factsheet(sheet, tmp_path, "klein")
    assert [file.name for file in files] == ["klein_..%2FL%2Fa%20b.html", "klein_..%2FL%2Fa%20b.pdf"]
    assert sorted(tmp_path.iterdir()) == sorted(files)
