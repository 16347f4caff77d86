"""The page of a portfolio for councillors: conclusion first, prints on A4, fetches nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from locatiescan import __version__
from locatiescan.analysis.answering.dutch import counted, day, figure, percent, plain
from locatiescan.analysis.choosing.outcome import ChosenSet
from locatiescan.outputs.portfolio_record import Record, conclusion, price_lines
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS

ASSETS = Path(__file__).with_name("assets")
DECIDERS = {"college": "het college", "raad": "de raad", "provincie": "de provincie", "rijk": "het rijk"}
MOST_ROWS = 12
NO_DATE = "onbekend"


@dataclass(frozen=True)
class Tile:
    """One figure."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One municipality."""

    name: str
    homes: str
    sites: str
    width: float
    """Of the bar, 0 to 100."""
    mark: float | None
    """Where the share lies; None without one."""
    share: str
    told: str
    words: str
    """For who cannot see it."""


@dataclass(frozen=True)
class Grid:
    """A table of texts."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()
    """Columns that are set to the right."""
    title: str = ""
    unbroken: bool = False
    """Whether what names a row stays on one line."""


@dataclass(frozen=True)
class Part:
    """A section."""

    title: str
    lines: Sequence[str] = ()
    tables: Sequence[Grid] = ()


def as_html(record: Record) -> str:
    """Give the page; its policy allows only its own style, and every text is escaped."""
    css = (ASSETS / "portfolio.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("portfolio.html").render(paper=paper(record), css=css, policy=policy)


def paper(record: Record) -> dict[str, Any]:
    """All that the page says."""
    told = record.proposal
    first = told.sets[0] if told.sets else None
    return {
        "title": plain(f"Portefeuille {record.region}: {figure(told.wishes.doel)} flexwoningen"),
        "warning": FICTITIOUS if record.fictitious else "",
        "dates": f"Gemaakt op {day(record.made_at[:10])} · peildatum {day(told.peildatum.isoformat())}",
        "tone": "" if told.met else "twijfel" if first else "fout",
        "conclusion": conclusion(record),
        "more": told.shortfall.sentences[1:] if told.shortfall else (),
        "tiles": _tiles(record, first) if first else (),
        "municipalities": _bars(first) if first else (),
        "shared": first is not None and bool(first.municipalities["aandeel"].notna().any()),
        "about_shares": [note for note in told.notes if "woningvoorraad" in note],
        "parts": [part for part in _parts(record, first) if part.lines or any(grid.rows for grid in part.tables)],
        "unknowns": _unknowns(record),
        "foot": (DISCLAIMER, f"Gemaakt met locatiescan {__version__}; de hashes staan in portefeuille.json."),
    }


def _tiles(record: Record, first: ChosenSet) -> list[Tile]:
    solution, target = first.solution, record.proposal.wishes.doel
    short = record.proposal.shortfall
    return [
        Tile("Woningen", figure(solution.homes), f"doel {figure(target)}"),
        Tile("Locaties", figure(solution.sites), f"uit {figure(record.proposal.candidates)}"),
        *(_tiles_of_enough(first) if short is None or not short.missing else _tiles_of_short(first, short.missing)),
    ]


def _tiles_of_enough(first: ChosenSet) -> list[Tile]:
    sure = "bewezen" if first.solution.proven else "niet bewezen"
    return [
        Tile("Doel bereikt", _when(first), "op de voorzichtige datum van elke planroute"),
        Tile("De beste set", sure, f"marge {figure(100 * first.solution.gap, 1)} procent"),
    ]


def _tiles_of_short(first: ChosenSet, missing: int) -> list[Tile]:
    most = Tile("Ten hoogste", figure(first.solution.bound), "bewezen, onder deze eisen")
    return [Tile("Tekort", figure(missing), "woningen"), most]


def _bars(chosen: ChosenSet) -> list[Bar]:
    rows = chosen.municipalities
    shares = rows["aandeel"].astype("float64")
    most = max(float(rows["woningen"].max()), float(shares.max()) if shares.notna().any() else 0.0, 1.0)
    return [_bar(row, most) for row in rows.to_dict("records")]


def _bar(row: Any, most: float) -> Bar:
    share = None if pd.isna(row["aandeel"]) else int(row["aandeel"])
    homes = int(row["woningen"])
    told = [f"{word} {figure(row[key])}" for key, word in _AGREED.items() if not pd.isna(row[key])]
    told += [text.format(figure(row[key])) for key, text in _EXCHANGED.items() if row[key]]
    words = f"{homes} woningen" + ("" if share is None else f", aandeel {share}")
    return Bar(
        plain(row["gemeente"]),
        figure(homes),
        figure(row["locaties"]),
        100 * homes / most,
        None if share is None else min(100 * share / most, 99.2),
        "" if share is None else figure(share),
        "; ".join(told),
        words,
    )


_AGREED = {"minimum": "minimum", "maximum": "maximum"}
_EXCHANGED = {"bouwt_voor_anderen": "bouwt er {} voor anderen", "anderen_bouwen": "anderen bouwen er {}"}


def _parts(record: Record, first: ChosenSet | None) -> list[Part]:
    told = record.proposal
    return [
        Part("Wie bouwt voor wie", tables=[_exchange(first)] if first else ()),
        Part("Op tijd", tables=[_deliveries(first)] if first else ()),
        Part("Welke sets er zijn", _about_sets(record), [_sets(told.sets)] if len(told.sets) > 1 else ()),
        Part("Wat elke eis kost", price_lines(told)),
        Part("Wat er open zou gaan", _about_openings(record), [_openings(record), _limits(record)])
        if told.shortfall
        else Part(""),
        Part("De locaties", tables=[_sites(first, told.products)] if first else ()),
        Part("Wat niet meedeed", tables=[_left_out(record)]),
    ]


def _exchange(chosen: ChosenSet) -> Grid:
    rows = [
        (plain(row["van"]), plain(row["voor"]), figure(row["woningen"])) for row in chosen.exchange.to_dict("records")
    ]
    return Grid(("Bouwt", "Voor", "Woningen"), rows, (2,))


def _deliveries(chosen: ChosenSet) -> Grid:
    rows = [
        (day(row["datum"]), figure(row["gevraagd"]), figure(row["woningen"]))
        for row in chosen.deliveries.to_dict("records")
    ]
    return Grid(("Op", "Gevraagd", "Zeker klaar"), rows, (1, 2))


def _about_sets(record: Record) -> list[str]:
    told = record.proposal
    if not told.met or not told.wishes.varianten:
        return []
    found = len(told.sets) - 1
    asked = f"die voor ten minste {percent(told.wishes.verschil)} van de woningen anders zijn"
    return [f"Naast het voorstel: {counted(found, 'set', 'sets')} {asked}, van de gevraagde {told.wishes.varianten}."]


def _sets(sets: Sequence[ChosenSet]) -> Grid:
    """The sets side by side."""
    rows: list[list[str]] = [
        ["Woningen", *(figure(one.solution.homes) for one in sets)],
        ["Locaties", *(figure(one.solution.sites) for one in sets)],
        ["Anders dan het voorstel", "", *(percent(one.different) for one in sets[1:])],
        ["Doel bereikt", *(_when(one) for one in sets)],
        ["Weken tot een woning, gemiddeld", *(_weeks(one) for one in sets)],
    ]
    for place, name in enumerate(sets[0].municipalities["gemeente"]):
        rows.append([plain(name), *(figure(one.municipalities["woningen"].iloc[place]) for one in sets)])
    return Grid(("", *(one.title for one in sets)), rows, tuple(range(1, len(sets) + 1)))


def _when(chosen: ChosenSet) -> str:
    reached = chosen.solution.reached
    return NO_DATE if reached is None else day(reached.date().isoformat())


def _weeks(chosen: ChosenSet) -> str:
    weeks = chosen.solution.mean_weeks
    return NO_DATE if pd.isna(weeks) else figure(weeks)


def _about_openings(record: Record) -> list[str]:
    return (
        [
            "Een regel die sluit, sluit meestal om een goede reden: dit zegt alleen wat er dan bij komt. De woningen "
            "op afgevallen percelen zijn een schatting naar de vrije grond."
        ]
        if len(record.proposal.bars) or len(record.proposal.limits)
        else []
    )


def _openings(record: Record) -> Grid:
    told = record.proposal.bars
    shown = told[told["locaties"] > 0].head(MOST_ROWS)
    rows = [(plain(row["reden"]), figure(row["locaties"]), _homes(row["woningen"])) for row in shown.to_dict("records")]
    return Grid(
        ("Wanneer dit niet gold", "Locaties", "Woningen erbij"), rows, (1, 2), "Dichte planroutes" if rows else ""
    )


def _limits(record: Record) -> Grid:
    rows = [
        (
            plain(row["grens"]),
            DECIDERS.get(row["beslist"], plain(row["beslist"])),
            figure(row["percelen"]),
            _homes(row["woningen_schatting"]),
        )
        for row in record.proposal.limits.head(MOST_ROWS).to_dict("records")
    ]
    heads = ("Grens", "Wie kan wijken", "Percelen die alleen hierop afvallen", "Woningen (schatting)")
    return Grid(heads, rows, (2, 3), "Afgevallen percelen" if rows else "")


def _homes(number: float) -> str:
    return "onbekend" if pd.isna(number) else figure(number)


def _sites(chosen: ChosenSet, products: Mapping[str, str]) -> Grid:
    rows = [
        (
            plain(row["locatie_id"]),
            plain(row["gemeente"]),
            "" if pd.isna(row["product"]) else plain(products.get(row["product"], row["product"])),
            figure(row["woningen"]) + (" (minder dan past)" if row["minder"] else ""),
            "onbekend" if pd.isna(row["planroute_oordeel"]) else plain(row["planroute_oordeel"]),
            NO_DATE if pd.isna(row["oplevering"]) else day(row["oplevering"].date().isoformat()),
        )
        for row in chosen.sites.drop(columns="geometry").to_dict("records")
    ]
    return Grid(("Locatie", "Gemeente", "Product", "Woningen", "Planroute", "Klaar"), rows, (3,), unbroken=True)


def _left_out(record: Record) -> Grid:
    rows = [
        (plain(row["reden"]), figure(row["locaties"]), _homes(row["woningen"]))
        for row in record.proposal.left_out.to_dict("records")
    ]
    return Grid(("Reden", "Locaties en gebouwen", "Woningen"), rows, (1, 2))


def _unknowns(record: Record) -> list[str]:
    """What a reader must not take for known."""
    told = record.proposal
    lines = [plain(note) for note in told.notes if "woningvoorraad" not in note]
    lines += [f"{plain(name)}: de scan van deze gemeente mislukte, zij doet niet mee." for name in record.missing]
    parts = {"de bouwtijd": told.wishes.oplevering, "de weging": told.wishes.weging}
    lines += [f"Niet geverifieerd: {name}. {plain(one.waarom)}" for name, one in parts.items() if one.ongeverifieerd]
    return [*lines, "Draagvlak, eigendom, netcongestie en geld staan niet in de som."]
