"""Dutch words for what QGIS shows: titles of layers, aliases of columns, meanings of values, tabs of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

TABLES = {
    "kandidaten": "Kandidaten (op rang)",
    "percelen": "Alle percelen, met oordeel",
    "indeling": "Indeling (proefverkaveling)",
    "transformatie": "Gebouwen die woningen kunnen worden",
    "planroutes": "Planroutes per locatie",
    "vlaggen": "Aandachtspunten per locatie",
    "producten": "Woningtypen per locatie: past het",
    "regels": "Regels van deze scan",
    "bronnen": "Bronnen, datums en aantallen",
    "afvallers": "Afvallers: wat elke grens kost",
    "bijna": "Percelen die op één grens afvallen",
    "voortgang": "Voortgang: woningen per gemeente en status",
    "verantwoording": "Verantwoording",
    "voorstel": "Portefeuille: voorstel",
    "zo_ver_als_het_kan": "Portefeuille: zo ver als het kan",
    "voorwaarden": "Wat elke eis kost",
    "uitwisseling": "Wie bouwt voor wie",
    "openingen": "Wat er open zou gaan",
    "weggelaten": "Wat niet meedeed",
}

SETS = ("voorstel", "zo_ver_als_het_kan", *(f"variant_{i}" for i in range(1, 11)))
"""Layers of a portfolio."""

COLUMNS = {
    "rang": "Rang",
    "gemeente": "Gemeente",
    "gemeente_code": "CBS-code van de gemeente",
    "rang_gemeente": "Rang in de scan van de gemeente",
    "locatie_id": "Locatie",
    "perceel_id": "Perceel",
    "pand_id": "Pand (BAG)",
    "percelen": "Percelen in deze locatie",
    "aantal_percelen": "Aantal percelen",
    "tussengrond_m2": "Grond tussen de percelen (m²)",
    "oordeel": "Oordeel",
    "score": "Score (0 tot 100)",
    "score_hoog": "Score als het onbekende meevalt",
    "afgewezen_door": "Afgewezen door",
    "toegelaten_door": "Toch toegelaten door",
    "onbekend": "Onbekend",
    "samenvatting": "Samenvatting",
    "weten_wij_niet": "Nog uit te zoeken",
    "vlaggen": "Aandachtspunten",
    "vlaggen_onbekend": "Aandachtspunten die onbekend zijn",
    "planroute": "Beste planroute",
    "planroute_titel": "Beste planroute, voluit",
    "planroute_oordeel": "Oordeel over de planroute",
    "planroute_reden": "Waarom dit oordeel",
    "max_termijn_jaren": "Langste termijn (jaren)",
    "woningen": "Woningen",
    "woningen_laag": "Woningen, lage schatting",
    "woningen_hoog": "Woningen, hoge schatting",
    "lagen": "Bouwlagen",
    "lagen_ten_hoogste": "Bouwlagen, ten hoogste",
    "hoogte_bepaald_door": "Wat de hoogte bepaalt",
    "hoogte_bekend": "Hoogte bekend",
    "stikstof_oordeel": "Oordeel over stikstof",
    "stikstof_max_woningen": "Woningen die stikstof toelaat",
    "route_max_woningen": "Woningen waarmee er wel een planroute is",
    "bvo_m2": "Bruto vloeroppervlak (m²)",
    "bebouwd_m2": "Bebouwde grond (m²)",
    "vrij_m2": "Vrije grond (m²)",
    "cirkel_m": "Grootste cirkel op vrije grond (m)",
    "kdw_mol_ha_jr": "Kritische depositiewaarde (mol/ha/jr)",
    "depositie_mol_ha_jr": "Achtergronddepositie (mol/ha/jr)",
    "bestemming_kans": "Bestemming, voor de score",
    "bpl_aandeel": "Beschermd Landschap (deel van het perceel)",
    "nnn_aandeel": "Natuurnetwerk (deel van het perceel)",
    "leegstand": "Staat het leeg",
}

UNITS = {
    "_mol_ha_jr": " (mol/ha/jr)",
    "_won_ha": " (woningen per ha)",
    "_aandeel": " (deel van het perceel)",
    "_m2": " (m²)",
    "_m": " (m)",
    "_jaren": " (jaren)",
}

VERDICTS = {"ja": "ja, voldoet", "nee": "nee, voldoet niet", "onbekend": "onbekend, nog uit te zoeken"}
ROUTES = {"open": "Planroute open", "handmatig toetsen": "Planroute handmatig toetsen", "dicht": "Planroute dicht"}
NITROGEN = {
    "groen": "Stikstof lijkt geen probleem",
    "oranje": "Stikstof kan een probleem zijn",
    "rood": "Stikstof is waarschijnlijk een probleem",
    "onbekend": "Stikstof onbekend",
}
SITES = {"ja": "Voldoet aan alle grenzen", "onbekend": "Voldoet, maar er is nog iets onbekend"}
PARCELS = {"ja": "Voldoet", "onbekend": "Nog onbekend", "nee": "Valt af"}
LAYOUT = {"blok": "Woonblok", "parkeren": "Parkeren", "rijloper": "Rijloper"}
VACANCY = {"ja": "Staat leeg", "onbekend": "Leegstand onbekend", "nee": "In gebruik"}
OTHER = "Onbekend of overig"

LONG_TEXT = frozenset({"samenvatting", "weten_wij_niet", "planroute_reden", "tekst", "reden", "waarom", "toelichting"})

TABS: Mapping[str, tuple[str, ...]] = {
    "Waarom": (
        "rang", "locatie_id", "perceel_id", "score", "score_hoog", "oordeel", "samenvatting", "weten_wij_niet",
        "afgewezen_door", "toegelaten_door", "onbekend", "vlaggen", "vlaggen_onbekend",
    ),
    "Planroute": ("planroute", "max_termijn", "doorlooptijd", "besluit_", "in_werking_", "onherroepelijk_"),
    "Woningen": (
        "product", "woningen", "modules", "parkeerplaatsen", "bvo_", "bebouwd_m2", "dichtheid_", "brandweer_",
        "hoogte_", "lagen", "max_bouw", "max_goot", "omgeving_bouwhoogte", "hoogtebeperking",
    ),
    "Stikstof en natuur": (
        "stikstof_", "kdw_", "hexagon_", "overbelast_", "depositie_", "natura2000_", "nnn_", "bpl_",
    ),
}  # fmt: skip
"""Tab to the columns that stand on it: a whole name, or how names begin."""
SCORES, REST = "Scores en oordelen", "Overige gegevens"


def alias(column: str) -> str:
    """What a column is called in Dutch, with its unit.

    Examples
    --------
    >>> alias("halte_afstand_m"), alias("vrij_m2_oordeel"), alias("score_starters")
    ('Halte afstand (m)', 'Oordeel: vrije grond (m²)', 'Score voor starters')
    """
    if column in COLUMNS:
        return COLUMNS[column]
    for start, said in (("score_", "Score voor "), ("rang_", "Rang voor "), ("woningen_", "Woningen voor ")):
        if column.startswith(start):
            return said + _spaced(column.removeprefix(start))
    for end, said in (("_oordeel", "Oordeel: "), ("_score", "Score: ")):
        if column.endswith(end) and column != end:
            rest = alias(column.removesuffix(end))
            return said + rest[:1].lower() + rest[1:]
    for end, said in UNITS.items():
        if column.endswith(end) and column != end:
            return _first_capital(column.removesuffix(end)) + said
    return _first_capital(column)


def meanings(column: str) -> Mapping[str, str]:
    """Value to what it means; empty where values speak for themselves."""
    known = {"planroute_oordeel": ROUTES, "stikstof_oordeel": NITROGEN, "stikstof_scenario_oordeel": NITROGEN}
    if column in known:
        return known[column]
    if column == "leegstand":
        return VACANCY
    return VERDICTS if column == "oordeel" or column.endswith("_oordeel") else {}


def tabs(columns: Iterable[str]) -> Mapping[str, list[str]]:
    """Tab of the form to its columns, each column on one tab; tabs without columns are left out."""
    result: dict[str, list[str]] = {name: [] for name in (*TABS, SCORES, REST)}
    for column in columns:
        result[_tab(column)].append(column)
    for name, order in TABS.items():
        result[name].sort(key=lambda column: order.index(column) if column in order else len(order))
    return {name: found for name, found in result.items() if found}


def _tab(column: str) -> str:
    for name, members in TABS.items():
        if column in members:
            return name
    for name, members in TABS.items():
        if name != "Waarom" and not column.endswith("_score") and column.startswith(members):
            return name
    judged = column.endswith(("_oordeel", "_score")) or column.startswith(("score_", "rang_"))
    return SCORES if judged else REST


def _spaced(column: str) -> str:
    return column.replace("_", " ")


def _first_capital(column: str) -> str:
    return _spaced(column[:1].upper() + column[1:])
