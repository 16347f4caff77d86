"""Headings, widths and number formats of columns, as a planner reads them."""

from __future__ import annotations

from typing import NamedTuple

WHOLE, ONE, TWO, SHARE, DAY = "#,##0", "#,##0.0", "0.00", "0%", "dd-mm-yyyy"
# Ending of a column's name -> unit in the heading, number format.
ENDINGS = {
    "_mol_ha_jr": ("mol/ha/jr", ONE),
    "_won_ha": ("woningen/ha", WHOLE),
    "_aandeel": ("aandeel", SHARE),
    "_aantal": ("aantal", WHOLE),
    "_jaren": ("jaren", ONE),
    "_m2": ("m²", WHOLE),
    "_m": ("m", ONE),
}

STARTS = {"score_": ONE, "rang_": WHOLE, "woningen_": WHOLE}


class Column(NamedTuple):
    """How a column is shown."""

    heading: str
    width: float = 12
    number: str = "General"
    unknown: str | None = "onbekend"
    """What stands where there is no value; None where that means that there is none."""


COLUMNS = {
    "rang": Column("Rang", 7, WHOLE),
    "rang_scan": Column("Rang volgens de scan", 9, WHOLE),
    "locatie_id": Column("Locatie", 20),
    "gemeente": Column("Gemeente", 16),
    "kadastraal": Column("Kadastraal (grootste perceel)", 16, unknown=None),
    "perceel_id": Column("Perceel-id (grootste perceel)", 18),
    "percelen": Column("Percelen", 22),
    "aantal_percelen": Column("Aantal percelen", 9, WHOLE),
    "score": Column("Score (0 tot 100)", 9, ONE),
    "score_hoog": Column("Score als het onbekende meevalt", 12, ONE),
    "oordeel": Column("Oordeel", 18),
    "onbekend": Column("Nog onbekend bij de regels", 30, unknown=None),
    "toegelaten_door": Column("Toegelaten door", 20, unknown=None),
    "bestemming_aandeel": Column("Aandeel van die bestemming", 13, SHARE),
    "bpl_aandeel": Column("Beschermd Landschap (aandeel)", 13, SHARE),
    "nnn_aandeel": Column("Natuurnetwerk (aandeel)", 13, SHARE),
    "mra_aandeel": Column("Landelijk gebied MRA (aandeel)", 13, SHARE),
    "natura2000_aandeel": Column("Natura 2000 (aandeel)", 13, SHARE),
    "natura2000_afstand_m": Column("Afstand tot Natura 2000 (m)", 13, WHOLE),
    "lib_zones": Column("LIB-zones", 14),
    "cirkel_m": Column("Grootste cirkel (m)", 12, ONE),
    "bestemming": Column("Bestemming", 16),
    "oppervlakte_m2": Column("Oppervlakte (m²)", 12, WHOLE),
    "vrij_m2": Column("Vrije grond (m²)", 11, WHOLE),
    "eigenaar": Column("Eigenaar", 16),
    "product_titel": Column("Woningtype dat past", 22, unknown=None),
    "hoogte_let_op": Column("Hoogte: let op", 40, unknown=None),
    "stikstof_toelichting": Column("Stikstof: toelichting", 30, unknown=None),
    "kdw_habitats": Column("Habitats", 24, unknown=None),
    "woningen": Column("Woningen", 10, WHOLE),
    "woningen_laag": Column("Woningen, laag", 10, WHOLE),
    "woningen_hoog": Column("Woningen, hoog", 10, WHOLE),
    "lagen": Column("Lagen", 8, WHOLE),
    "lagen_ten_hoogste": Column("Lagen ten hoogste", 9, WHOLE, None),
    "hoogte_bepaald_door": Column("Hoogte bepaald door", 24, unknown=None),
    "planroute": Column("Plan-route", 7, unknown=None),
    "planroute_titel": Column("Planroute: wat", 30, unknown=None),
    "planroute_oordeel": Column("Planroute open?", 18),
    "planroute_reden": Column("Planroute: waarom", 40, unknown=None),
    "max_termijn_jaren": Column("Ten hoogste (jaren)", 10, WHOLE, None),
    "doorlooptijd_weken_laag": Column("Weken tot besluit, vroeg", 10, WHOLE, None),
    "doorlooptijd_weken_hoog": Column("Weken tot besluit, laat", 10, WHOLE, None),
    "besluit_vroeg": Column("Besluit, vroeg", 11, DAY, None),
    "besluit_laat": Column("Besluit, laat", 11, DAY, None),
    "in_werking_vroeg": Column("In werking, vroeg", 11, DAY, None),
    "in_werking_laat": Column("In werking, laat", 11, DAY, None),
    "onherroepelijk_vroeg": Column("Onherroepelijk, vroeg", 13, DAY, None),
    "onherroepelijk_laat": Column("Onherroepelijk, laat", 13, DAY, None),
    "stikstof_oordeel": Column("Stikstof", 10),
    "stikstof_max_woningen": Column("Stikstof: past tot (woningen)", 11, WHOLE),
    "route_max_woningen": Column("Wel een route bij ten hoogste (woningen)", 12, WHOLE),
    "stikstof_mol_ha_jr": Column("Stikstof (mol/ha/jr)", 11, "0.0000"),
    "stikstof_scenario_oordeel": Column("Stikstof bij andere ondergrens", 12),
    "stikstof_scenario_max_woningen": Column("Dan past tot (woningen)", 11, WHOLE),
    "vlaggen": Column("Aandachtspunten", 50, unknown=None),
    "vlaggen_onbekend": Column("Onbekend of dit speelt", 50, unknown=None),
    "samenvatting": Column("Samenvatting", 120, unknown=None),
    "weten_wij_niet": Column("Wat weten wij niet", 80, unknown=None),
    "afgewezen_door": Column("Afgewezen door", 20, unknown=None),
    "route": Column("Route", 7),
    "titel": Column("Wat", 36),
    "reden": Column("Reden", 70, unknown=None),
    "tekst": Column("Wat het betekent", 80, unknown=None),
    "grondslag": Column("Grondslag", 40, unknown=None),
    "overleg": Column("Overleg met", 24, unknown=None),
    "wie": Column("Wie", 24, unknown=None),
    "beste": Column("Beste", 7),
    "beslist": Column("Wie beslist", 12, unknown=None),
    "weken_laag": Column("Weken, vroeg", 9, WHOLE, None),
    "weken_hoog": Column("Weken, laat", 9, WHOLE, None),
    "max_jaren": Column("Ten hoogste (jaren)", 10, WHOLE, None),
    "ongeverifieerd": Column("Niet geverifieerd", 30, unknown=None),
    "laag": Column("Laag", 22),
    "adres": Column("Adres van de bron", 50, unknown=None),
    "opgehaald": Column("Opgehaald", 20, unknown=None),
    "beloofd": Column("Beloofd", 10, WHOLE, "niet gezegd"),
    "ontvangen": Column("Ontvangen", 10, WHOLE, None),
    "gebruikt": Column("Gebruikt", 10, WHOLE, None),
    "hersteld": Column("Hersteld", 16, unknown=None),
    "sha256": Column("Controlegetal (sha256)", 18, unknown=None),
    "bronvermelding": Column("Bronvermelding", 36, unknown=None),
    "toelichting": Column("Toelichting", 60, unknown=None),
    "naam": Column("Regel", 24),
    "meet": Column("Wat het meet", 34, unknown=None),
    "eis": Column("Eis, of hoe een waarde scoort (0 tot 1)", 60, unknown=None),
    "geldt": Column("Waar", 26, unknown=None),
    "gewicht": Column("Gewicht", 9, "0.##", None),
    "waarom": Column("Waarom", 70, unknown=None),
    "bron": Column("Bron", 40, unknown=None),
    "datum": Column("Datum", 12, unknown=None),
    "geverifieerd": Column("Geverifieerd", 12, unknown=None),
    "aangepast": Column("Eigen waarde van de gemeente", 24, unknown=None),
    "functie": Column("Functie nu", 18),
    "functie_m2": Column("Oppervlakte daarvan (m²)", 14, WHOLE),
    "bouwjaar": Column("Bouwjaar", 10, "0"),
    "leegstand": Column("Staat leeg?", 12),
    "grens": Column("Grens", 22),
    "voldoet_niet": Column("Percelen die niet voldoen", 12, WHOLE),
    "alleen_deze": Column("Waarvan alleen hierdoor", 12, WHOLE),
    "alleen_deze_m2": Column("Hun grond (m²)", 12, WHOLE),
    "alleen_deze_onbekend": Column("Alleen hierdoor onbekend", 12, WHOLE),
    "blijft_over": Column("Blijft over", 10, WHOLE),
}


def shown_as(name: str) -> Column:
    """How a column is shown: as listed, else its name in words with the unit that it ends in."""
    if name in COLUMNS:
        return COLUMNS[name]
    ending = next((end for end in ENDINGS if name.endswith(end)), "")
    unit, number = ENDINGS.get(
        ending, ("", next((form for start, form in STARTS.items() if name.startswith(start)), "General"))
    )
    words = name.removesuffix(ending).replace("_", " ")
    return Column(f"{words[:1].upper()}{words[1:]}{f' ({unit})' if unit else ''}", 17, number)
