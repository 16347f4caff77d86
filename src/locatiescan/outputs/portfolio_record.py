"""What the files of a portfolio are made of: the proposal, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from locatiescan import __version__
from locatiescan.analysis.answering.dutch import counted, figure, listed, plain
from locatiescan.analysis.choosing.outcome import ChosenSet
from locatiescan.analysis.choosing.phrases import ABOUT_UNITS
from locatiescan.analysis.choosing.proposal import Proposal
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS

OBJECTIVES = {
    "minste_locaties": "zo min mogelijk locaties",
    "geschiktheid": "zo geschikt mogelijk",
    "snelst": "zo snel mogelijk",
    "weging": "een weging van locaties, geschiktheid en weken",
}
COUNTED = {"woningen": "woningen aan geschiktheid", "deel": "deel van de weging"}
"""Units that say little alone."""


@dataclass(frozen=True, eq=False)
class Record:
    """A proposal for a region, with its provenance."""

    region: str
    proposal: Proposal
    made_at: str
    """UTC, ISO 8601."""
    wishes_hash: str
    """SHA-256 of the file with wishes."""
    run_hash: str
    """SHA-256 of the ``run.json`` of the scan."""
    changed: Mapping[str, str]
    """What the command line changed of the wishes: option to what was given."""
    fictitious: bool
    missing: tuple[str, ...] = ()
    """Names of municipalities that failed, and are not in it."""


def conclusion(record: Record) -> str:
    """The outcome in one or two sentences."""
    told = record.proposal
    if told.shortfall is not None:
        return told.shortfall.sentences[0]
    if not told.sets:
        return "Er is binnen de rekentijd geen portefeuille gevonden; dat er geen is, is niet bewezen."
    first = told.sets[0]
    homes, sites = (
        counted(first.solution.homes, "woning", "woningen"),
        counted(first.solution.sites, "locatie", "locaties"),
    )
    places = int((first.municipalities["woningen"] > 0).sum())
    return (
        f"Het doel van {figure(told.wishes.doel)} woningen is haalbaar: {homes} op {sites} in "
        f"{counted(places, 'gemeente', 'gemeenten')}, {OBJECTIVES[told.wishes.voorkeur]}. {proof(first)}"
    )


def proof(chosen: ChosenSet) -> str:
    """Whether it is proven that no set is better."""
    solution = chosen.solution
    if solution.proven:
        return "Bewezen: geen andere set is beter."
    return f"Niet bewezen: er kan een set zijn die ten hoogste {figure(100 * solution.gap, 1)} procent beter is."


def price_lines(told: Proposal) -> list[str]:
    """What each constraint costs, after how to read it; those that cost nothing together."""
    dear = [price for price in told.prices if not price.free or price.tells_more]
    free = [price.who for price in told.prices if price not in dear and not price.together]
    how = [ABOUT_UNITS[price.unit] for price in dear if not price.free][:1]
    last = [f"Kosten bij dit doel niets, omdat zij niet binden: {'; '.join(map(plain, free))}."] if free else []
    return [*how, *(plain(price.sentence) for price in dear), *last]


def account(record: Record) -> dict[str, str]:
    """What a reader must know of the portfolio, by subject, in Dutch."""
    told = record.proposal
    lines = {
        "gemeente": record.region,
        "let op": FICTITIOUS if record.fictitious else "",
        "aard": DISCLAIMER,
        "gestart": record.made_at,
        "peildatum": told.peildatum.isoformat(),
        "doel": f"{told.wishes.doel} woningen",
        "voorkeur": OBJECTIVES[told.wishes.voorkeur],
        "uitkomst": conclusion(record),
        "gevraagd": "; ".join(told.constraints),
        "wensen": f"sha256:{record.wishes_hash}",
        "gewijzigd op de opdrachtregel": "; ".join(f"{key} {value}" for key, value in record.changed.items()),
        "scan": f"sha256:{record.run_hash}",
        "ontbrekende gemeenten": listed(record.missing),
        "opmerkingen": " ".join(told.notes),
        "programma": f"locatiescan {__version__}",
    }
    return {key: text for key, text in lines.items() if text}


def sites_of(chosen: ChosenSet) -> gpd.GeoDataFrame:
    """Sites of a set as they go into a file: dates as text, and nothing for what is unknown."""
    days = chosen.sites["oplevering"].dt.strftime("%Y-%m-%d").astype(object)
    return chosen.sites.assign(oplevering=days.where(chosen.sites["oplevering"].notna(), None))


def tables(record: Record) -> dict[str, pd.DataFrame]:
    """All tables without shapes, by name."""
    told = record.proposal
    return {
        "gemeenten": _of_all(record, "municipalities"),
        "uitwisseling": _of_all(record, "exchange"),
        "opleveringen": _of_all(record, "deliveries"),
        "voorwaarden": prices_table(record),
        "wegen_eruit": ways_table(record),
        "openingen": told.bars.drop(columns="locatie_ids"),
        "grenzen": told.limits,
        "weggelaten": told.left_out,
        "verantwoording": pd.DataFrame([{"onderwerp": key, "tekst": text} for key, text in account(record).items()]),
    }


def _of_all(record: Record, name: str) -> pd.DataFrame:
    """One of the tables of every set, with the name of the set before it."""
    found = []
    for chosen in record.proposal.sets:
        table = getattr(chosen, name).copy()
        table.insert(0, "set", chosen.key)
        found.append(table)
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame({"set": pd.Series(dtype="str")})


def prices_table(record: Record) -> pd.DataFrame:
    """One row a constraint: what it costs."""
    columns = [
        "voorwaarde",
        "samen",
        "bekend",
        "kost",
        "eenheid",
        "locaties",
        "weken",
        "woningen_meer_mogelijk",
        "prijs",
    ]
    rows = [
        (
            price.name,
            price.together,
            price.known,
            price.cost if price.known else None,
            COUNTED.get(price.unit, price.unit),
            price.sites if price.known else None,
            price.weeks,
            price.more_homes,
            price.sentence,
        )
        for price in record.proposal.prices
    ]
    table = pd.DataFrame(rows, columns=columns)
    numbers = {"kost": "float64", "weken": "float64", "locaties": "Int64", "woningen_meer_mogelijk": "Int64"}
    return table.astype(numbers | {"samen": bool, "bekend": bool})


def ways_table(record: Record) -> pd.DataFrame:
    """One row a way out, where the wishes cannot be met."""
    short = record.proposal.shortfall
    ways = () if short is None else short.ways
    rows = [(", ".join(way.names), way.homes, way.sentence) for way in ways]
    return pd.DataFrame(rows, columns=["opgeven", "woningen", "zin"]).astype({"woningen": "Int64"})
