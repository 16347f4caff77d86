"""The ranking as formulas: scores from weights that a reader may change, ranks from scores.

Only a weighted sum is exact in a formula. For the other ways to aggregate, and where municipalities weigh
differently, scores and ranks are values, and the sheets say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook

from locatiescan.analysis.judging.aggregate import DECIMALS, weights
from locatiescan.model import JA, NEE, ONBEKEND, ScanResult
from locatiescan.outputs.webmap_payload import cadastral_names
from locatiescan.outputs.workbook_cells import NOTE, PLAIN, TITLE, Formula, Look, Page, block, letter, plain_values
from locatiescan.outputs.workbook_columns import TWO, Column, shown_as
from locatiescan.outputs.workbook_page import Line, Table, table_of, table_page

RANKING, WEIGHTS = "Rangorde", "Gewichten"
FIRST_WEIGHT = 6
"""Row of the first preference on the sheet with weights."""
WEIGHT_ROW = 4
"""Row on the sheet with the ranking that repeats the weights."""
FIRST = 7
"""Row of the first candidate."""
NOT_HERE = "n.v.t."
"""Stands where a preference does not apply: its weight does not count."""
PASSES = 1000
"""Added to the score of what meets every limit, so that it ranks before what is not known to."""
SHOWN = (
    "rang", "locatie_id", "gemeente", "kadastraal", "score", "oordeel", "woningen_laag", "woningen", "woningen_hoog",
    "product_titel", "lagen", "planroute", "planroute_titel", "planroute_oordeel", "max_termijn_jaren", "besluit_vroeg",
    "besluit_laat", "onherroepelijk_vroeg", "onherroepelijk_laat", "stikstof_oordeel", "stikstof_max_woningen",
    "route_max_woningen", "bestemming", "oppervlakte_m2", "vrij_m2", "aantal_percelen", "score_hoog", "rang_scan",
    "percelen", "planroute_reden", "vlaggen", "onbekend",
)  # fmt: skip


@dataclass(frozen=True)
class Ranking:
    """All candidates in one order, and where they stand on their sheet."""

    sites: pd.DataFrame
    """Best first, of every municipality; ``rang`` over all of them, ``rang_scan`` within their own scan."""
    wishes: tuple[str, ...]
    """Names of the preferences."""
    weights: np.ndarray
    fixed: str
    """Why scores and ranks are values; empty where they are formulas."""
    names: tuple[str, ...]
    """Columns on the sheet, before the scores of the preferences."""

    @property
    def last(self) -> int:
        """Row of the last candidate; above `FIRST` without any."""
        return FIRST + len(self.sites) - 1

    def column(self, name: str) -> str:
        """Letter of a column."""
        return letter(self.names.index(name))

    def spot(self, place: int) -> str:
        """Letter of the column right of the names: scores of preferences, then what the rank is made of."""
        return letter(len(self.names) + place)


def ranking_of(results: Sequence[ScanResult]) -> Ranking:
    """Put the candidates of some scans in one order, by the rule of `locatiescan.analysis.judging.rules.judge`."""
    tables = [
        result.sites.drop(columns="geometry").assign(
            gemeente=result.sites.get("gemeente", result.area.name),
            rang_scan=result.sites["rang"],
            kadastraal=cadastral_names(result.sites),
        )
        for result in results
    ]
    filled = [table for table in tables if len(table)] or tables[:1]  # an empty one has no types to go by
    sites = pd.DataFrame(pd.concat(filled, ignore_index=True))
    sites["volgorde"] = pd.factorize(sites["perceel_id"], sort=True)[0] + 1
    best = np.lexsort((sites["volgorde"], -sites["score"], sites["oordeel"].ne(JA)))
    sites = sites.iloc[best].reset_index(drop=True).assign(rang=np.arange(1, len(sites) + 1))
    rules = results[0].rules
    names = tuple(name for name in SHOWN if name in sites and (name != "gemeente" or len(results) > 1))
    return Ranking(sites, tuple(wish.naam for wish in rules.preferences), weights(rules), _why_fixed(results), names)


def ranking_page(book: Workbook, ranking: Ranking) -> Page:
    """Add the sheet with all candidates."""
    scores = [_score_cells(ranking.sites, name) for name in ranking.wishes]
    made = {} if ranking.fixed else _formulas(ranking, scores)
    sites = ranking.sites.round({"oppervlakte_m2": 1, "vrij_m2": 1})
    plain = table_of(sites, ranking.names, {"oordeel": "Voldoet aan de grenzen"}, **made)
    extra = [Column(f"Deelscore {shown_as(name).heading.split(' (')[0].lower()}", 12, TWO) for name in ranking.wishes]
    sums = () if ranking.fixed else (_keys(ranking), ranking.sites["volgorde"].tolist())
    helpers = [Column("Hulp: voor de volgorde", 12, "0.0"), Column("Hulp: volgorde bij gelijke score", 12, "0")]
    table = Table(
        (*plain.names, *(f"{name}_score" for name in ranking.wishes), *[""] * len(sums)),
        (*plain.columns, *extra, *helpers[: len(sums)]),
        (*plain.values, *scores, *sums),
    )
    page = table_page(book, RANKING, _intro(ranking), table)
    page.sheet.print_area = f"A1:{ranking.column('rang_scan')}{max(page.row, FIRST)}"
    page.sheet.page_setup.fitToWidth = 1
    return page


def rank_formulas(ranking: Ranking, ids: Sequence[str], column: str, first: int) -> list[Formula]:
    """The rank of some candidates on another sheet, looked up by their id.

    Parameters
    ----------
    column : str
        Letter of the column on that sheet with the ids.
    first : int
        Row of the first of them.
    """
    known = dict(zip(ranking.sites["locatie_id"], ranking.sites["rang"].tolist(), strict=True))
    return [look_up(ranking, "rang", "locatie_id", f"{column}{first + i}", known[one]) for i, one in enumerate(ids)]


def look_up(ranking: Ranking, name: str, by: str, cell: str, result: Any) -> Formula:
    """What stands on the ranking in column `name` on the row where column `by` equals a cell."""
    wanted, where = (block(RANKING, ranking.column(one), FIRST, ranking.last) for one in (name, by))
    return Formula(f"=INDEX({wanted},MATCH({cell},{where},0))", result)


def _why_fixed(results: Sequence[ScanResult]) -> str:
    rules = results[0].rules
    if rules.aggregatie != "gewogen_som":
        return f"de score is een {rules.aggregatie}, en die laat zich niet als som in een formule schrijven"
    given = {tuple((wish.naam, wish.gewicht) for wish in result.rules.preferences) for result in results}
    return "de gemeenten wegen verschillend" if len(given) > 1 else ""


def _intro(ranking: Ranking) -> list[Line]:
    how = (
        f"Vaste waarden: {ranking.fixed}."
        if ranking.fixed
        else f"Score en rang worden hier berekend uit de deelscores rechts en de gewichten op blad {WEIGHTS}. "
        "Sorteren en filteren mag: elke regel rekent met zichzelf."
    )
    repeated: list[Any] = [None] * len(ranking.names)
    if not ranking.fixed:
        repeated[-1] = "Gewicht"
        repeated += [
            Formula(f"={WEIGHTS}!B{FIRST_WEIGHT + i}", weight) for i, weight in enumerate(ranking.weights.tolist())
        ]
    count = len(ranking.sites)
    return [
        ([f"Rangorde: {count} {'kandidaat' if count == 1 else 'kandidaten'}"], TITLE),
        ([how], NOTE),
        ([], PLAIN),
        (repeated, Look(number="0.##", bold=True, align="center")),
    ]


def _applies(sites: pd.DataFrame, wish: str) -> pd.Series:
    """ja, nee or onbekend: whether a preference counts for each candidate."""
    name = f"{wish}_geldt"
    return sites[name].fillna(ONBEKEND) if name in sites else pd.Series(JA, index=sites.index)


def _score_cells(sites: pd.DataFrame, wish: str) -> list[Any]:
    scores = plain_values(sites[f"{wish}_score"], ONBEKEND)
    return [NOT_HERE if here == NEE else one for one, here in zip(scores, _applies(sites, wish), strict=True)]


def _formulas(ranking: Ranking, scores: Sequence[Sequence[Any]]) -> dict[str, list[Formula]]:
    """Formulas of rank, score and highest possible score, each of its own row only, so that sorting is safe."""
    sites = ranking.sites
    unsure = np.column_stack([_applies(sites, wish).eq(ONBEKEND) for wish in ranking.wishes])
    bounded = any(f"{wish}_geldt" in sites for wish in ranking.wishes)
    rows = range(FIRST, ranking.last + 1)
    made: dict[str, list[Formula]] = {"score": [], "score_hoog": []}
    for name, best in (("score", False), ("score_hoog", True)):
        for i, row in enumerate(rows):
            if unsure[i].any():
                text = _doubtful(ranking, row, [one[i] for one in scores], unsure[i], best)
            else:
                text = _mean(ranking, row, bounded, best)
            made[name].append(Formula(f"=ROUND(100*{text},{DECIMALS})", float(sites[name].iloc[i])))
    key, tie = (ranking.spot(len(ranking.wishes) + i) for i in range(2))
    keys, ties = (f"${column}${FIRST}:${column}${ranking.last}" for column in (key, tie))
    made["rang"] = [
        Formula(f"=1+SUMPRODUCT(({keys}>{key}{row})+({keys}={key}{row})*({ties}<{tie}{row}))", place)
        for row, place in zip(rows, sites["rang"].tolist(), strict=True)
    ]
    return made


def _keys(ranking: Ranking) -> list[Formula]:
    """What the order goes by: the score, and before all what meets every limit."""
    score, verdict = ranking.column("score"), ranking.column("oordeel")
    values = (ranking.sites["score"] + PASSES * ranking.sites["oordeel"].eq(JA)).round(DECIMALS)
    return [
        Formula(f'=ROUND({score}{row}+IF({verdict}{row}="{JA}",{PASSES},0),{DECIMALS})', value)
        for row, value in enumerate(values.tolist(), FIRST)
    ]


def _mean(ranking: Ranking, row: int, bounded: bool, best: bool) -> str:
    """Weighted mean of a row's scores; texts count as 0, and the weight of what does not apply drops out."""
    left, right = ranking.spot(0), ranking.spot(len(ranking.wishes) - 1)
    given, scores = f"${left}${WEIGHT_ROW}:${right}${WEIGHT_ROW}", f"{left}{row}:{right}{row}"
    total = f'SUMIF({scores},"<>{NOT_HERE}",{given})' if bounded else f"SUM({given})"
    points = f"SUMPRODUCT({given},{scores})" + (f'+SUMIF({scores},"{ONBEKEND}",{given})' if best else "")
    return f"IF({total}=0,{int(best)},({points})/{total})"


def _doubtful(ranking: Ranking, row: int, scores: Sequence[Any], unsure: np.ndarray, best: bool) -> str:
    """Worst (or best) weighted mean over every choice of the preferences of which it is unknown whether they count.

    The worst mean takes those that score lowest, so only as many choices are left as there are such preferences,
    and one: none of them, the lowest, the two lowest, and so on. Scores are fixed, so the order is known here.
    """
    values = {i: float(best) if one == ONBEKEND else one for i, one in enumerate(scores) if one != NOT_HERE}
    counted = [i for i in values if not unsure[i]]
    in_doubt = sorted((i for i in values if unsure[i]), key=lambda i: -values[i] if best else values[i])
    choices = [counted + in_doubt[:more] for more in range(len(in_doubt) + 1)]
    terms = [_term(ranking, row, chosen, scores, best) for chosen in choices]
    return f"{'MAX' if best else 'MIN'}({','.join(terms)})"


def _term(ranking: Ranking, row: int, chosen: Sequence[int], scores: Sequence[Any], best: bool) -> str:
    """Weighted mean of some scores of a row."""
    if not chosen:
        return str(int(best))
    given = {i: f"${ranking.spot(i)}${WEIGHT_ROW}" for i in chosen}
    worth = {i: str(int(best)) if scores[i] == ONBEKEND else f"{ranking.spot(i)}{row}" for i in chosen}
    total = "+".join(given.values())
    return f"IF({total}=0,{int(best)},({'+'.join(f'{given[i]}*{worth[i]}' for i in chosen)})/({total}))"
