"""The sheets around the ranking: how to read it, a municipality, routes, flags, sources and what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
from openpyxl import Workbook

from locatiescan.config.rules import all_rules
from locatiescan.model import ScanResult
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS, account, missing_layers, outcome
from locatiescan.outputs.tables import taken as taken_of
from locatiescan.outputs.workbook_cells import (
    HEAD,
    NOTE,
    PLAIN,
    SECTION,
    TITLE,
    WARNING,
    WRAPPED,
    Formula,
    Look,
    Page,
    letter,
    put,
)  # fmt: skip
from locatiescan.outputs.workbook_columns import ONE, SHARE, WHOLE, shown_as
from locatiescan.outputs.workbook_page import Line, new_page, table_of, table_page
from locatiescan.outputs.workbook_ranking import WEIGHTS, Ranking, rank_formulas
from locatiescan.policy.planning import CLOSED, MANUAL, OPEN

DETAILS = 2_500
"""Rows of routes or flags at most; the candidates after that are in the GeoPackage."""
PARAGRAPHS = 500
"""Candidates with a paragraph at most."""
COPIES = ("column_text", "column_number")
"""Measures that only repeat another value."""
DETAIL = (
    "locatie_id", "route", "titel", "oordeel", "beste", "tekst", "reden", "wie", "overleg", "weken_laag", "weken_hoog",
    "max_jaren", "besluit_vroeg", "besluit_laat", "onherroepelijk_vroeg", "onherroepelijk_laat", "grondslag", "beslist",
    "ongeverifieerd", "bron", "datum",
)  # fmt: skip
"""Columns of routes and flags."""
BUILDINGS = (
    "locatie_id", "functie", "functie_m2", "bouwjaar", "status", "leegstand", "woningen_laag", "woningen",
    "woningen_hoog", "planroute", "planroute_titel", "planroute_oordeel", "max_termijn_jaren", "besluit_vroeg",
    "besluit_laat", "stikstof_oordeel", "stikstof_max_woningen", "bestemming", "planroute_reden", "vlaggen",
)  # fmt: skip
TOLD = ("rang", "locatie_id", "gemeente", "kadastraal", "score", "woningen", "samenvatting")
UNKNOWN = ("rang", "locatie_id", "gemeente", "score", "score_hoog", "onbekend", "weten_wij_niet")
FACTS = (
    "hoogte_bepaald_door", "hoogte_let_op", "woningen_laag", "woningen", "woningen_hoog", "woningen_starters",
    "woningen_statushouders", "woningen_overig", "modules", "parkeerplaatsen", "dichtheid_won_ha", "brandweer_oordeel",
    "stikstof_mol_ha_jr", "stikstof_scenario_oordeel", "kdw_habitats", "planroute_oordeel",
)  # fmt: skip
"""What the sheet of a municipality tells beside the measured values."""
WORTH = {WHOLE: 1, ONE: 1, SHARE: 3}
"""Decimals that are worth keeping, by how a number is shown; `ELSE` of any other."""
ELSE = 4
SHEETS = {
    "Voortgang": "woningen tegen het doel: naar gemeente, status, termijn, planroute en kwartaal, met grafieken.",
    "Rangorde": "alle kandidaten, de beste bovenaan; score en rang zijn formules.",
    "Gewichten": "hoe zwaar elke voorkeur telt, waarom, en de beste 25 met die gewichten.",
    "Samenvatting": "elke kandidaat in een alinea.",
    "gemeente": "een blad met de naam van de gemeente: telling, waar percelen op afvallen, en alle gemeten waarden.",
    "Planroutes": "per kandidaat elke planroute: open, dicht of handmatig toetsen, met reden, data en grondslag.",
    "Vlaggen": "wat recht en geld verder vragen, en wie aan zet is.",
    "Onbekend": "wat van een kandidaat nog niet bekend is, en wat dat met de score kan doen.",
    "Transformatie": "gebouwen die misschien woningen kunnen worden.",
    "Planmonitor": "de kandidaten in de woorden van de Planmonitor Wonen; onze eigen lezing.",
    "Regels": "elke grens, voorkeur en meting, met reden en bron.",
    "Bronnen": "welke lagen zijn gebruikt, van wie, wanneer opgehaald, hoeveel.",
}


def guide_page(book: Workbook, title: str, results: Sequence[ScanResult], sheets: Sequence[str]) -> Page:
    """Add the sheet that says what this is and how to use it."""
    page = new_page(book, title, (26, 120))
    put(page, [f"Locaties voor flexwoningen: {', '.join(result.area.name for result in results)}"], TITLE)
    if any(result.fictitious for result in results):
        put(page, [FICTITIOUS], WARNING)
    put(page, [DISCLAIMER], NOTE)
    _section(page, "Zo leest u dit", _reading())
    known = {name: SHEETS.get(name, SHEETS["gemeente"]) for name in sheets}
    _section(page, "De bladen", known)
    for result in results:
        _section(page, f"Verantwoording: {result.area.name}", account(result))
    return page


def municipality_page(book: Workbook, title: str, ranking: Ranking, result: ScanResult) -> Page:
    """Add the sheet of one municipality: counts, what each limit takes, and every fact of its candidates."""
    sites = ranking.sites[ranking.sites["gemeente"] == result.area.name]
    measured = (rule.naam for rule in all_rules(result.rules) if rule.measure not in COPIES)
    profiles = (f"rang_{profile.naam}" for profile in result.rules.profielen)
    names = [name for name in ("rang", "locatie_id", "kadastraal", *measured, *FACTS, *profiles) if name in sites]
    sites = sites.round({name: WORTH.get(shown_as(name).number, ELSE) for name in names})
    first = len(_municipality_intro(result, sites, names, 0)) + 3
    ranks = rank_formulas(ranking, sites["locatie_id"].tolist(), "B", first)
    return table_page(book, title, _municipality_intro(result, sites, names, first), table_of(sites, names, rang=ranks))


def details_page(book: Workbook, title: str, ranking: Ranking, details: pd.DataFrame, about: str, called: str) -> Page:
    """Add a sheet with several rows a candidate, those of the best candidates, as far as a reader can use.

    Parameters
    ----------
    called : str
        Heading of the verdict.
    """
    names = [name for name in DETAIL if name in details]
    order = details["locatie_id"].map(ranking.sites.set_index("locatie_id")["rang"])
    table = details.assign(_order=order).sort_values("_order", kind="stable").head(DETAILS)
    note = f"{len(table)} van {len(details)} regels: die van de beste kandidaten; de rest staat in het GeoPackage."
    cut = len(table) < len(details)
    intro: list[Line] = [([title], TITLE), ([about], NOTE), ([note if cut else None], WARNING)]
    return table_page(book, title, intro, table_of(table, names, {"oordeel": called}), frozen=1)


def paragraphs_page(book: Workbook, title: str, ranking: Ranking) -> Page:
    """Add the sheet with a paragraph on each candidate."""
    sites = ranking.sites.head(PARAGRAPHS)
    cut = f"De beste {PARAGRAPHS} kandidaten van de scan; de rest staat in het GeoPackage, kolom samenvatting."
    last = [cut if len(sites) < len(ranking.sites) else None]
    intro: list[Line] = [(["Kandidaten in een alinea"], TITLE), ([DISCLAIMER], NOTE), (last, WARNING)]
    ranks = rank_formulas(ranking, sites["locatie_id"].tolist(), "B", len(intro) + 3)
    return table_page(book, title, intro, table_of(sites, TOLD, rang=ranks))


def unknown_page(book: Workbook, title: str, ranking: Ranking, results: Sequence[ScanResult]) -> Page:
    """Add the sheet with what is not known of each candidate, and how often each rule is unknown."""
    sites = ranking.sites
    often = Counter(name for names in sites["onbekend"].fillna("") for name in names.split(", ") if name)
    absent = [line for result in results for line in missing_layers(result)]
    intro: list[Line] = [
        (["Wat wij niet weten"], TITLE),
        (["Onbekend is niet vrij: het telt in de score als 0 en nooit als toegestaan."], NOTE),
        *(([f"Ontbrekende laag: {line}"], WARNING) for line in absent),
        ([], PLAIN),
        ([None, "Regel", "Bij hoeveel kandidaten onbekend"], SECTION),
        *(([None, shown_as(name).heading, count], PLAIN) for name, count in often.most_common()),
        ([], PLAIN),
    ]
    names = [name for name in UNKNOWN if name in sites and (name != "gemeente" or len(results) > 1)]
    ranks = rank_formulas(ranking, sites["locatie_id"].tolist(), "B", len(intro) + 3)
    return table_page(book, title, intro, table_of(sites, names, rang=ranks))


def buildings_page(book: Workbook, title: str, tables: Sequence[tuple[str, pd.DataFrame]], about: str) -> Page:
    """Add the sheet with buildings that may become homes, those with most homes first."""
    best = [(name, table.sort_values("woningen", ascending=False, kind="stable")) for name, table in tables]
    return frame_page(book, title, [(name, table.filter(items=BUILDINGS)) for name, table in best], about)


def frame_page(book: Workbook, title: str, tables: Sequence[tuple[str, pd.DataFrame]], about: str) -> Page:
    """Add a sheet with a table of each municipality under one another; its name comes first where there are more."""
    frames = [table.assign(gemeente=name) for name, table in tables]
    joined = pd.concat(frames, ignore_index=True)
    names = [name for name in joined.columns.astype(str) if name != "gemeente"]
    intro: list[Line] = [([title], TITLE), ([about], NOTE), ([], PLAIN)]
    return table_page(book, title, intro, table_of(joined, ["gemeente"] * (len(tables) > 1) + names), frozen=1)


def _section(page: Page, title: str, lines: Mapping[str, str]) -> None:
    put(page)
    put(page, [title], SECTION)
    for name, text in lines.items():
        put(page, [f"{name[:1].upper()}{name[1:]}", text], [Look(bold=True), WRAPPED])


def _municipality_intro(result: ScanResult, sites: pd.DataFrame, names: Sequence[str], first: int) -> list[Line]:
    taken = taken_of(result)
    taken = taken.assign(grens=[shown_as(name).heading for name in taken["grens"]])
    shown = table_of(taken, taken.columns.tolist(), {"onbekend": "Onbekend"})
    rows = zip(*shown.values, strict=True)
    return [
        ([result.area.name], TITLE),
        ([outcome(result)], PLAIN),
        ([], PLAIN),
        *_totals(sites, names, first),
        (["Waarop percelen afvallen"], SECTION),
        ([None, *(column.heading for column in shown.columns)], [PLAIN, *[HEAD] * len(shown.columns)]),
        *(([None, *row], Look(number=WHOLE)) for row in rows),
        ([], PLAIN),
        (["Alle waarden van de kandidaten"], SECTION),
    ]


def _totals(sites: pd.DataFrame, names: Sequence[str], first: int) -> list[Line]:
    """Locations and homes by the verdict on their route, as sums over the rows below."""
    homes = [name for name in ("woningen_laag", "woningen", "woningen_hoog") if name in names]
    if "planroute_oordeel" not in names or not homes or not len(sites):
        return []
    last = first + len(sites) - 1
    spots = {name: f"${letter(i)}${first}:${letter(i)}${last}" for i, name in enumerate(names)}
    lines: list[Line] = [
        (["Locaties en woningen per planroute-oordeel"], SECTION),
        (
            [None, "Planroute", "Locaties", *(shown_as(name).heading for name in homes)],
            [PLAIN, *[HEAD] * (2 + len(homes))],
        ),
    ]
    verdict = spots["planroute_oordeel"]
    for word in (OPEN, MANUAL, CLOSED):
        here = sites[sites["planroute_oordeel"] == word]
        sums = [Formula(f'=SUMIF({verdict},"{word}",{spots[name]})', int(here[name].sum())) for name in homes]
        lines.append(([None, word, Formula(f'=COUNTIF({verdict},"{word}")', len(here)), *sums], Look(number=WHOLE)))
    return [*lines, ([], PLAIN)]


def _reading() -> Mapping[str, str]:
    return {
        "score": "0 tot 100: elke voorkeur geeft een deelscore van 0 tot 1; het gewogen gemiddelde is de score.",
        "rang": "Wat aan alle grenzen voldoet staat vóór wat nog onbekend is; daarbinnen telt de score.",
        "gewicht veranderen": f"Op blad {WEIGHTS}, in een geel vak. Rang, score en de beste 25 rekenen meteen mee, in "
        "Excel en in LibreOffice. Kaart, GeoPackage en factsheets houden de gewichten van de scan.",
        "onbekend": "Onbekend is niet vrij. Wat wij niet weten telt in de score als 0; 'score als het onbekende "
        "meevalt' zegt hoe hoog hij nog kan worden.",
        "kleuren": "Groen: ja, open. Geel: onbekend, handmatig toetsen, oranje. Rood: nee, dicht.",
        "kolomnamen": "De kleine grijze namen boven de koppen zijn de kolomnamen in het GeoPackage.",
    }
