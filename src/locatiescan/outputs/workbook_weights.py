"""The sheet on which a reader changes weights, with the best candidates by those weights under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.datavalidation import DataValidation

from locatiescan.analysis.judging.aggregate import weights
from locatiescan.model import ScanResult
from locatiescan.outputs.tables import rules_table
from locatiescan.outputs.workbook_cells import (
    EDITABLE,
    HEAD,
    NOTE,
    SECTION,
    TITLE,
    Formula,
    Look,
    Page,
    put,
)  # fmt: skip
from locatiescan.outputs.workbook_columns import SHARE, shown_as
from locatiescan.outputs.workbook_page import colour_verdicts, look_of, new_page, table_of
from locatiescan.outputs.workbook_ranking import FIRST_WEIGHT, WEIGHTS, Ranking, look_up

BEST = 25
TOP = (
    "locatie_id", "score", "rang_scan", "woningen", "oordeel", "stikstof_oordeel", "planroute_titel", "planroute_reden",
    "kadastraal", "besluit_vroeg", "planroute_oordeel", "gemeente",
)  # fmt: skip
ABOUT = {
    "geldt": ("Geldt", 26), "eis": ("Zo scoort een waarde (0 tot 1)", 40), "waarom": ("Waarom", 60),
    "bron": ("Bron", 34), "datum": ("Datum", 12), "geverifieerd": ("Geverifieerd", 12),
    "aangepast": ("Eigen waarde van de gemeente", 24),
}  # fmt: skip
OTHERWISE = "Verschilt per gemeente: zie blad Regels."
NAMED = 3
"""Municipalities that the head of a column names."""
WIDTHS = (28, 12, 14, 12)
"""Of preference, weight, share and weight in the scan; the best candidates stand in the same columns."""


def weights_page(book: Workbook, ranking: Ranking, results: Sequence[ScanResult]) -> Page:
    """Add the sheet: one row a preference, and the best candidates."""
    rules = results[0].rules
    table = _about(ranking, results)
    about = {name: shown for name, shown in ABOUT.items() if table[name].ne("").any()}
    profiles = [(profile.titel, weights(rules, profile.naam).tolist()) for profile in rules.profielen]
    first, *more = _weighed(results)
    others = more or [first]
    heads = _heads(results, first[0], [names for names, _ in more])
    widths = [*WIDTHS, *[14] * (len(heads) - len(WIDTHS)), *[width for _, width in about.values()]]
    page = new_page(book, WEIGHTS, [*widths, *[14] * (1 + len(TOP) - len(widths))])
    put(page, ["Gewichten: wat telt hoe zwaar?"], TITLE)
    put(page, [_how(ranking)], NOTE)
    put(page, ["Alleen de verhouding tussen de gewichten telt; 0 laat een voorkeur weg."], NOTE)
    put(page)
    put(page, [*heads, *(head for head, _ in about.values())], HEAD)
    given = [[own.get(name) for name in ranking.wishes] for _, own in others]
    _put_weights(page, ranking, [*given, *(values for _, values in profiles)], table[list(about)])
    if not ranking.fixed:
        _only_numbers(page, len(ranking.wishes))
    _put_best(page, ranking)
    return page


def _weighed(results: Sequence[ScanResult]) -> list[tuple[list[str], dict[str, float]]]:
    """Municipalities that weigh the same, and their weights by preference; in the order of the scans."""
    groups: list[tuple[list[str], dict[str, float]]] = []
    for result in results:
        own = dict(zip((wish.naam for wish in result.rules.preferences), weights(result.rules).tolist(), strict=True))
        names = next((names for names, known in groups if known == own), None)
        if names is None:
            groups.append(([result.area.name], own))
        else:
            names.append(result.area.name)
    return groups


def _heads(results: Sequence[ScanResult], first: Sequence[str], others: Sequence[Sequence[str]]) -> list[str]:
    """Heads of the columns with weights: of the first municipalities, and of those that weigh otherwise."""
    rules = results[0].rules
    whose = f" in {_places(first)}" if others else ""
    same = not others and all(result.rules.profielen == rules.profielen for result in results)
    scans = [f"Gewicht in {_places(names)}" for names in others] or ["Gewicht in de scan"]
    of_profile = "" if same else f" in {results[0].area.name}"
    profiles = [f"Voor {profile.titel.lower()}{of_profile}" for profile in rules.profielen]
    return ["Voorkeur", f"Gewicht{whose}", f"Aandeel in de score{whose}", *scans, *profiles]


def _places(names: Sequence[str]) -> str:
    """Some municipalities in the head of a column."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" en nog {more}" if more > 0 else "")


def _about(ranking: Ranking, results: Sequence[ScanResult]) -> pd.DataFrame:
    """What the rules say of each preference; where municipalities say different things, that they do."""
    tables = [rules_table(result).set_index("naam").reindex(list(ranking.wishes)) for result in results]
    told = tables[0].astype(object)
    for name in ABOUT:
        differs = np.any([table[name].ne(told[name]).to_numpy() for table in tables], axis=0)
        told.loc[differs, name] = OTHERWISE
    return told


def _how(ranking: Ranking) -> str:
    if ranking.fixed:
        return (
            f"Deze gewichten zijn hier niet te veranderen: {ranking.fixed}. Verander ze in de regels en scan opnieuw."
        )
    return (
        "Verander een gewicht in een geel vak: score en rang op blad Rangorde en de lijst hieronder rekenen mee. "
        "Terug: neem over wat onder 'Gewicht in de scan' staat."
    )


def _put_weights(page: Page, ranking: Ranking, others: Sequence[Sequence[float | None]], about: pd.DataFrame) -> None:
    given, total = ranking.weights.tolist(), float(ranking.weights.sum())
    last = FIRST_WEIGHT + len(given) - 1
    all_weights = f"SUM(B${FIRST_WEIGHT}:B${last})"
    text, number = Look(wrap=True, line=True, align="left"), Look("0.##", line=True, align="center")
    share, typed = replace(number, number=SHARE), number if ranking.fixed else EDITABLE
    looks = [text, typed, share, *[number] * len(others), *[text] * about.shape[1]]
    for i, name in enumerate(ranking.wishes):
        part = Formula(f"=IF({all_weights}=0,0,B{FIRST_WEIGHT + i}/{all_weights})", given[i] / (total or 1.0))
        own = [values[i] for values in others]
        put(page, [shown_as(name).heading, given[i], part, *own, *about.loc[name]], looks)
    parts = Formula(f"=SUM(C{FIRST_WEIGHT}:C{last})", float(total > 0))
    looks = [Look(bold=True, align="left"), Look("0.##", bold=True, align="center"), replace(share, bold=True)]
    put(page, ["Samen", Formula(f"=SUM(B{FIRST_WEIGHT}:B{last})", total), parts], looks)


def _only_numbers(page: Page, count: int) -> None:
    check = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0", showErrorMessage=True)
    check.errorTitle, check.error = "Gewicht", "Een gewicht is een getal van 0 of meer."
    check.add(f"B{FIRST_WEIGHT}:B{FIRST_WEIGHT + count - 1}")
    page.sheet.data_validations.append(check)


def _put_best(page: Page, ranking: Ranking) -> None:
    """Write the best candidates, looked up by their rank, so that nobody has to sort."""
    count = min(BEST, len(ranking.sites))
    put(page)
    put(page, [f"De beste {count} met deze gewichten" if count else "Er zijn geen kandidaten."], SECTION)
    if not count:
        return
    names = [name for name in TOP if name in ranking.names]
    shown = table_of(ranking.sites.head(count), names, {"oordeel": "Voldoet aan de grenzen"})
    heads = [column.heading for column in shown.columns]
    put(page, [heads[0], "Plaats", *heads[1:]], HEAD)
    looks = [look_of(column) for column in shown.columns]
    looks.insert(1, Look(bold=True, align="center", line=True))
    first = page.row + 1
    for place, row in enumerate(zip(*shown.values, strict=True), 1):
        found = [_found(ranking, name, f"$B{page.row + 1}", value) for name, value in zip(names, row, strict=True)]
        put(page, [found[0], place, *found[1:]], looks)
    colour_verdicts(page, [names[0], "", *names[1:]], first)


def _found(ranking: Ranking, name: str, place: str, value: Any) -> Formula:
    """What the candidate on a place has; empty stays empty, where a spreadsheet would say 0."""
    found = look_up(ranking, name, "rang", place, value)
    text = found.text.removeprefix("=")
    result = "" if value is None else to_excel(value) if hasattr(value, "isoformat") else value
    return Formula(f'=IF({text}="","",{text})', result)
