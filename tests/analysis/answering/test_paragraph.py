"""What a councillor reads: whole texts, so that a change of wording is seen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from locatiescan.analysis.answering.dutch import between, counted, day, figure, listed, percent, plain
from locatiescan.analysis.answering.flags import COLUMNS as FLAG_COLUMNS
from locatiescan.analysis.answering.paragraph import paragraphs
from locatiescan.analysis.answering.routes import COLUMNS as ROUTE_COLUMNS

TODAY = date(2026, 11, 23)
TITLE = "Buitenplanse vergunning (BOPA), reguliere procedure"
SITE: dict[str, Any] = {
    "soort": "grond", "termijn_jaren": 15.0, "oppervlakte_m2": 3200.4, "vrij_m2": 2450.0, "kern_aandeel": 1.0,
    "bestemming": "sport", "bestemming_aandeel": 0.8, "dubbelbestemmingen": "", "bpl_aandeel": 0.0,
    "gebiedsaanduidingen": "", "bouwvlak_aandeel": 1.0,
    "nnn_aandeel": 0.0, "natura2000_aandeel": 0.0, "grondwater_aandeel": 0.0, "lib_zones": "",
    "product": "galerij_3", "product_titel": "Gestapeld met galerij, 3 lagen", "lagen": 3, "hoogte_past": "ja",
    "hoogte_bekend": "ja", "hoogte_bepaald_door": "max_bouwhoogte_m; max_bouwlagen", "brandweer_oordeel": "ja",
    "woningen": 30, "woningen_laag": 24, "woningen_hoog": 36, "woningen_starters": 10,
    "woningen_statushouders": 10, "woningen_overig": 10, "stikstof_oordeel": "groen", "stikstof_max_woningen": 66,
    "planroute": "N2", "planroute_titel": TITLE, "planroute_oordeel": "open", "planroute_reden": "",
    "doorlooptijd_weken_laag": 8.0, "doorlooptijd_weken_hoog": 14.0, "besluit_vroeg": "2027-01-18",
    "in_werking_vroeg": "2027-01-19", "eigenaar": "gemeente", "parkeernorm": 0.5, "raad_advies_woningen": 12.0,
    "taakstelling_statushouders": 34.0,
}  # fmt: skip
NOTHING: dict[str, Any] = dict.fromkeys(SITE)
CLOSED: dict[str, Any] = {
    "planroute": None, "planroute_titel": None, "planroute_oordeel": "dicht", "besluit_vroeg": None,
    "in_werking_vroeg": None, "doorlooptijd_weken_laag": None, "doorlooptijd_weken_hoog": None,
}  # fmt: skip


def routes(best: bool = True, **told: Any) -> pd.DataFrame:
    row = {"overleg": "", "beslist": "college", "ongeverifieerd": "", "van_kracht": True, "beste": best} | told
    assert set(row) <= set(ROUTE_COLUMNS)
    return pd.DataFrame([{"locatie_id": "L-1", **dict.fromkeys(ROUTE_COLUMNS), **row}])


def flags(*rows: dict[str, Any]) -> pd.DataFrame:
    full = [
        {**dict.fromkeys(FLAG_COLUMNS), "locatie_id": "L-1", "oordeel": "ja", "ongeverifieerd": False, **row}
        for row in rows
    ]
    return pd.DataFrame(full, columns=list(FLAG_COLUMNS)).astype({"ongeverifieerd": bool})


DIDAM = {"vlag": "didam", "titel": "Gelijke kans"}


def told(
    of_routes: pd.DataFrame | None = None,
    of_flags: pd.DataFrame | None = None,
    unverified: tuple[str, ...] = (),
    **facts: Any,
) -> tuple[str, str]:
    """Paragraph, and what is not known."""
    site = {name: value for name, value in {**SITE, **facts}.items() if value is not None}
    table = pd.DataFrame([site], index=pd.Index(["L-1"], name="locatie_id"))
    of_routes = routes() if of_routes is None else of_routes
    of_flags = flags() if of_flags is None else of_flags
    row = paragraphs(table, of_routes, of_flags, TODAY, unverified).iloc[0]
    return row["samenvatting"], row["weten_wij_niet"]


def test_a_good_open_site() -> None:
    text, unknown = told(of_flags=flags(DIDAM, {"vlag": "raad_advies", "titel": "Advies"}))
    assert text == (
        "Deze plek ligt binnen de bebouwde kom en is 3.200 m² groot; daarvan is 2.450 m² vrij om op te bouwen. "
        "De grond is volgens het geldende plan nu vooral bestemd voor 'sport' (80 procent van de plek). "
        "Er passen naar schatting 24 tot 36 woningen van het type 'Gestapeld met galerij, 3 lagen'; die "
        "hoogte mag (de grens is de hoogste bouwhoogte in het plan en het hoogste aantal bouwlagen in het plan). "
        "De voorkeur bij 30 woningen: 10 voor starters, 10 voor statushouders en 10 voor andere woningzoekenden. "
        "De beste weg naar toestemming lijkt: Buitenplanse vergunning (BOPA), reguliere procedure. "
        "Het college van burgemeester en wethouders beslist in 8 tot 14 weken, met bindend advies van de gemeenteraad: "
        "bij een aanvraag op 23 november 2026 op zijn vroegst op 18 januari 2027. "
        "De woningen mogen er dan 15 jaar staan: op zijn vroegst van 19 januari 2027 tot 19 januari 2042. "
        "Stikstof lijkt geen probleem: dat zegt een snelle rekenregel, alleen een berekening met AERIUS telt. "
        "De grond is van de gemeente: wie mee wil doen, moet bij verkoop of verhuur een gelijke kans krijgen "
        "(Didam-arrest)."
    )
    assert unknown == ""


def test_a_site_of_which_height_and_landscape_are_unknown() -> None:
    reason = "onbekend: in Beschermd Landschap en niet aan een kern (bpl_aandeel, kern_afstand_m)"
    text, unknown = told(
        routes(overleg="provincie Noord-Holland (instemming, Ow 16.16); provincie Noord-Holland; ILT"),
        flags(
            {"vlag": "wet", "titel": "Wet regie", "oordeel": "onbekend"},
            {"vlag": "mer", "titel": "Milieueffecten", "ongeverifieerd": True},
        ),
        ("3,0 m per laag",),
        bpl_aandeel=None, lagen=2, hoogte_past="onbekend", hoogte_bekend="nee", hoogte_bepaald_door=None,
        product="galerij_2", product_titel=None, woningen_laag=1, woningen_hoog=20, woningen=8, eigenaar=None,
        woningen_starters=4, woningen_overig=0, woningen_statushouders=4, parkeernorm=float("nan"),
        planroute_oordeel="handmatig toetsen", planroute_reden=f"{reason}; b (Ow 5.1); c; d",
        stikstof_oordeel="oranje", stikstof_max_woningen=1,
    )  # fmt: skip
    assert text == (
        "Deze plek ligt binnen de bebouwde kom en is 3.200 m² groot; daarvan is 2.450 m² vrij om op te bouwen. "
        "De grond is volgens het geldende plan nu vooral bestemd voor 'sport' (80 procent van de plek). "
        "Er passen naar schatting 1 tot 20 woningen van het type 'galerij 2' in 2 lagen; of die hoogte mag, is niet "
        "bekend. De voorkeur bij 8 woningen: 4 voor starters en 4 voor statushouders. "
        "De beste weg naar toestemming lijkt: Buitenplanse vergunning (BOPA), reguliere procedure. "
        "Of die weg open is, moet iemand met de hand nagaan: misschien: in Beschermd Landschap en niet aan een kern; "
        "b (Ow 5.1); en nog 2 punten. Overleg met: provincie Noord-Holland en ILT. "
        "Is die weg open, dan beslist het college van burgemeester en wethouders in 8 tot 14 weken: bij een aanvraag "
        "op 23 november 2026 op zijn vroegst op 18 januari 2027. "
        "De woningen mogen er dan 15 jaar staan: op zijn vroegst van 19 januari 2027 tot 19 januari 2042. "
        "Stikstof kan een probleem zijn (onder de grens blijft het tot 1 woning): dat zegt een snelle rekenregel, "
        "alleen een berekening met AERIUS telt."
    )
    assert unknown == (
        "hoe hoog er gebouwd mag worden (vraag de gemeente, ruimtelijke ordening); "
        "of de plek in beschermd landschap ligt (vraag de provincie); "
        "hoeveel parkeerplaatsen per woning de gemeente vraagt (vraag de gemeente, verkeer); "
        "van wie de grond is (vraag het Kadaster); "
        "of dit speelt: 'Wet regie' (zie de vlaggen); "
        "niet nagelezen bij de bron: 'Milieueffecten' en '3,0 m per laag'"
    )


def test_a_site_in_protected_landscape_with_every_route_closed() -> None:
    text, unknown = told(
        routes(best=False, overleg="provincie Noord-Holland", ongeverifieerd="route N4; route N2"),
        **CLOSED,
        planroute_reden="in Beschermd Landschap en niet aan een kern",
        kern_aandeel=0.0, bestemming="agrarisch", bestemming_aandeel=1.0, bpl_aandeel=1.0, grondwater_aandeel=0.004,
        stikstof_oordeel="rood", stikstof_max_woningen=0, eigenaar="derde", hoogte_past="nee",
    )  # fmt: skip
    assert text == (
        "Deze plek ligt buiten de bebouwde kom en is 3.200 m² groot; daarvan is 2.450 m² vrij om op te bouwen. "
        "De grond is volgens het geldende plan nu vooral bestemd voor 'agrarisch' en ligt helemaal in beschermd "
        "landschap van de provincie en voor minder dan 1 procent in een gebied waar het grondwater wordt beschermd. "
        "Er passen naar schatting 24 tot 36 woningen van het type 'Gestapeld met galerij, 3 lagen'; dat is "
        "hoger dan nu mag (de grens is de hoogste bouwhoogte in het plan en het hoogste aantal bouwlagen in het plan). "
        "De voorkeur bij 30 woningen: 10 voor starters, 10 voor statushouders en 10 voor andere woningzoekenden. "
        "Alle onderzochte wegen naar toestemming lijken dicht: in Beschermd Landschap en niet aan een kern. "
        "Overleg met: provincie Noord-Holland. "
        "Stikstof is waarschijnlijk een probleem (ook 1 woning komt boven de grens): dat zegt een snelle rekenregel, "
        "alleen een berekening met AERIUS telt. "
        "De grond is van een ander dan de overheid."
    )
    assert unknown == "niet nagelezen bij de bron: 'route N4' en 'route N2'"


def test_a_building_that_may_become_homes() -> None:
    building: dict[str, Any] = {
        name: None for name in SITE if name.startswith(("woningen", "product", "hoogte", "lagen", "vrij"))
    }
    text, unknown = told(
        of_flags=flags(DIDAM),
        **building
        | {"soort": "transformatie", "totaal_m2": 2400.0, "functie": "kantoorfunctie", "leegstand": "ja"}
        | {"woningen_laag": 22, "woningen_hoog": 61, "oppervlakte_m2": None, "brandweer_oordeel": None},
    )
    assert text == (
        "Dit is een bestaand gebouw binnen de bebouwde kom met 2.400 m² vloeroppervlakte, vooral met kantoorfunctie; "
        "het staat op de lijst van leegstand. "
        "De grond is volgens het geldende plan nu vooral bestemd voor 'sport' (80 procent van de plek). "
        "Er passen naar schatting 22 tot 61 woningen. "
        "De beste weg naar toestemming lijkt: Buitenplanse vergunning (BOPA), reguliere procedure. "
        "Het college van burgemeester en wethouders beslist in 8 tot 14 weken: bij een aanvraag op 23 november 2026 op "
        "zijn vroegst op 18 januari 2027. "
        "Er mag dan 15 jaar worden gewoond: op zijn vroegst van 19 januari 2027 tot 19 januari 2042. "
        "Stikstof lijkt geen probleem: dat zegt een snelle rekenregel, alleen een berekening met AERIUS telt. "
        "Het gebouw is van de gemeente: wie mee wil doen, moet bij verkoop of verhuur een gelijke kans krijgen "
        "(Didam-arrest)."
    )
    assert unknown == "of het gebouw geschikt is te maken (bouw, brand, geluid) (vraag een bouwkundige)"


def test_a_site_where_no_product_fits() -> None:
    none: dict[str, Any] = dict.fromkeys(("product", "product_titel", "lagen", "hoogte_past", "hoogte_bepaald_door"))
    none |= {name: 0 for name in SITE if name.startswith("woningen")}
    none |= {"brandweer_oordeel": "onbekend", "parkeernorm": None}  # nobody needs to know
    text, unknown = told(**none, eigenaar="corporatie", natura2000_aandeel=0.02)
    assert text == (
        "Deze plek ligt binnen de bebouwde kom en is 3.200 m² groot; daarvan is 2.450 m² vrij om op te bouwen. "
        "De grond is volgens het geldende plan nu vooral bestemd voor 'sport' (80 procent van de plek) en ligt voor "
        "2 procent in een Natura 2000-gebied. "
        "Van de onderzochte woningtypen past er geen op deze plek. "
        "De grond is van een woningcorporatie."
    )
    assert unknown == ""
    assert "past er geen op deze plek: ook één woonlaag is er te hoog." in told(**{**none, "hoogte_past": "nee"})[0]


def test_of_a_site_of_which_nothing_is_known_everything_is_asked() -> None:
    text, unknown = told(**{**NOTHING, "soort": "grond"})
    assert text == ""
    assert unknown.count("(vraag ") == 20
    assert "of er regels vanwege Schiphol gelden (vraag de Inspectie Leefomgeving en Transport)" in unknown


def test_where_every_route_is_closed_it_says_what_is_left() -> None:
    shut = routes(best=False, oordeel="dicht", titel="BOPA")
    own = routes(best=False, oordeel="handmatig toetsen", titel="Afwijken met een regel van het plan")
    text, _ = told(pd.concat([shut, own]), **CLOSED, planroute_reden="meer dan 25 woningen", route_max_woningen=25)
    assert (
        "Alle onderzochte wegen naar toestemming lijken dicht: meer dan 25 woningen. Na te gaan blijft: 'Afwijken met "
        "een regel van het plan'. Met ten hoogste 25 woningen is er misschien wel een weg." in text
    )
    bare, _ = told(shut, **CLOSED)
    assert "Na te gaan" not in bare
    assert "misschien" not in bare
    assert "misschien" not in told(route_max_woningen=25)[0]  # a route there is already


def test_the_old_law_leaves_other_things_unknown() -> None:
    absent: dict[str, Any] = {"raad_advies_woningen": None}
    assert told(routes(regime="Omgevingswet"), **absent)[1].startswith("vanaf hoeveel woningen de gemeenteraad")
    assert told(routes(regime="Wabo"), **absent)[1].startswith("of de gemeente was aangewezen voor de Crisis- en")
    assert told(routes(regime="Wabo"), chw_aangewezen="nee")[1] == ""


def test_a_fringe_along_a_border_is_not_told() -> None:
    assert "landschap" not in told(bpl_aandeel=0.001)[0]
    assert "voor minder dan 1 procent in beschermd landschap" in told(bpl_aandeel=0.0011)[0]
    shares = (0.001, 0.4, 0.6, 0.995)
    assert [told(kern_aandeel=share)[0].split(" de bebouwde")[0] for share in shares] == [
        f"Deze plek ligt {where}" for where in ("buiten", "grotendeels buiten", "grotendeels binnen", "binnen")
    ]


def test_one_home_is_one_home() -> None:
    one: dict[str, Any] = dict.fromkeys(("woningen_laag", "woningen", "woningen_hoog", "woningen_starters", "lagen"), 1)
    none: dict[str, Any] = dict.fromkeys(("woningen_overig", "woningen_statushouders"), 0)
    weeks: dict[str, Any] = dict.fromkeys(("doorlooptijd_weken_laag", "doorlooptijd_weken_hoog"), 1.0)
    text, _ = told(**one, **none, **weeks, product_titel="rij")
    assert "Er past naar schatting 1 woning van het type 'rij' in 1 laag;" in text
    assert "De voorkeur bij 1 woning: 1 voor starters." in text
    assert "beslist in 1 week: bij" in text


def test_ground_that_was_not_drawn_on_is_told() -> None:
    text, _ = told(vrij_m2=62_000.0, oppervlakte_m2=65_000.0, getekend_m2=20_000.0)
    assert "Daarvoor is getekend op 20.000 van de 62.000 m²; op de rest kan meer passen." in text
    assert "getekend" not in told(vrij_m2=20_500.0, getekend_m2=20_000.0)[0]
    assert "getekend" not in told()[0]


def test_names_stay_as_their_source_wrote_them_but_for_control_characters() -> None:
    name = "<script>alert('x')</script>\x1b[31m\r\n=cmd|' /C'!A0 {woningen} \u202e%s"
    text, unknown = told(bestemming=name, planroute_titel=name, eigenaar=name, unverified=(name,))
    clean = "<script>alert('x')</script> [31m =cmd|' /C'!A0 {woningen} %s"
    assert f"bestemd voor '{clean}'" in text
    assert f"lijkt: {clean}." in text
    assert f"De grond is van {clean}." in text
    assert unknown == f"niet nagelezen bij de bron: '{clean}'"


def test_the_term_ends_on_a_day_that_exists() -> None:
    assert "van 29 februari 2028 tot 28 februari 2029." in told(in_werking_vroeg="2028-02-29", termijn_jaren=1.0)[0]
    assert (
        "0,5 jaar staan: op zijn vroegst van 31 maart 2027 tot 28 september 2027."
        in (told(in_werking_vroeg="2027-03-31", termijn_jaren=0.5)[0])
    )
    assert "10 jaar staan" in told(max_termijn_jaren=10.0)[0]  # never longer than the law gives


def test_ground_that_is_all_free_and_many_to_consult() -> None:
    text, _ = told(routes(overleg="a; b (c); d; e"), vrij_m2=3190.0, **CLOSED)
    assert text.startswith("Deze plek ligt binnen de bebouwde kom en is 3.200 m² groot; alles is vrij om op te bouwen.")
    assert "Overleg met: a, b, d en anderen." in text
    assert told(kern_aandeel=None, oppervlakte_m2=None)[0].startswith("Op deze plek is 2.450 m² vrij om op te bouwen.")


def test_who_decides_is_that_of_the_best_route() -> None:
    advice = flags({"vlag": "raad_advies", "titel": "Advies"})
    assert "De gemeenteraad beslist in 8 tot 14 weken: bij" in told(routes(beslist="raad"), advice, planroute="N4")[0]
    assert "met bindend advies" not in told(of_flags=advice, planroute="N0")[0]  # only outside the plan
    assert "Er komt een besluit in 8 tot 14 weken: bij" in told(routes().iloc[:0])[0]


def test_rows_keep_the_order_of_the_facts() -> None:
    facts = pd.DataFrame({"oppervlakte_m2": [5.0, 1234.5, float("nan")]}, index=["b", "a", "c"])
    found = paragraphs(facts, routes().iloc[:0], flags(), TODAY)
    assert found.index.tolist() == ["b", "a", "c"]
    assert found["samenvatting"].tolist() == ["Deze plek is 5 m² groot.", "Deze plek is 1.234 m² groot.", ""]
    assert paragraphs(facts.iloc[:0], routes().iloc[:0], flags(), TODAY).empty


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(5538000, 0, "5.538.000"), (0.05, 2, "0,05"), (-0.2, 0, "0"), (10.0, 1, "10"), (1234.5, 1, "1.234,5")],
)
def test_figures_are_dutch(value: float, decimals: int, text: str) -> None:
    assert figure(value, decimals) == text


def test_small_words() -> None:
    assert [percent(share) for share in (0, 0.004, 0.5)] == ["0 procent", "minder dan 1 procent", "50 procent"]
    assert (between(8, 14), between(8, 8.2)) == ("8 tot 14", "8")
    assert (counted(1, "laag", "lagen"), counted(0, "laag", "lagen")) == ("1 laag", "0 lagen")
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a en b", "a, b en c"]
    assert day("2027-03-01") == "1 maart 2027"
    assert plain(" a\t\u2028b\x00 ") == "a b"
