"""``locatiescan portfolio``: the best set of sites for a number of homes, and what each wish costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

import click
from rich.console import Console

from locatiescan.analysis.answering.dutch import counted, day, figure, percent
from locatiescan.analysis.choosing.outcome import ChosenSet
from locatiescan.analysis.choosing.proposal import Ground, Proposal, Standing, propose
from locatiescan.analysis.monitoring.carry import Carried, carried
from locatiescan.cli.clock import now, today
from locatiescan.cli.options import FILE, FINISHED_RUN, FOLDER
from locatiescan.cli.quiet import quiet_libraries
from locatiescan.cli.shown import clean, console, indented, shown_table
from locatiescan.config.packaged import packaged_file
from locatiescan.config.portfolio import load_wishes
from locatiescan.errors import UsageError
from locatiescan.outputs.portfolio_files import write_portfolio
from locatiescan.outputs.portfolio_record import Record, conclusion, price_lines
from locatiescan.outputs.portfolio_source import read_deciders
from locatiescan.outputs.recipe import file_hash
from locatiescan.outputs.region_runs import Region, read_region
from locatiescan.outputs.runs import ACCOUNT
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS
from locatiescan.policy.portfolio import OBJECTIVES, Quota, Wishes
from locatiescan.policy.status import COMMITTED, DROPPED
from locatiescan.sources.status import read_status

WISHES = "portefeuille.yaml"
GIVEN = "opgegeven bij de opdracht"
NOT_MET = 1
"""Exit code where the wishes cannot be met; the files are written all the same."""


@click.command("portfolio")
@FINISHED_RUN
@click.option("--doel", type=click.IntRange(1), help="Woningen in de regio, ten minste.  [standaard: zie de wensen]")
@click.option(
    "--wensen", type=FILE, help="Eigen wensen.  [standaard: portefeuille.yaml in de map, of rules/portefeuille.yaml]"
)
@click.option("--voorkeur", type=click.Choice(OBJECTIVES), help="Waarop het voorstel het beste is.")
@click.option("--minimum", multiple=True, metavar="GEMEENTE=N", help="Ten minste N woningen in een gemeente.")
@click.option("--maximum", multiple=True, metavar="GEMEENTE=N", help="Ten hoogste N woningen in een gemeente.")
@click.option("--verplicht", multiple=True, metavar="LOCATIE", help="Deze locatie moet erin.")
@click.option("--nooit", multiple=True, metavar="LOCATIE", help="Deze locatie mag er niet in.")
@click.option("--status", "status", multiple=True, type=FILE, help="Statusbestand: besloten moet, afgevallen mag niet.")
@click.option(
    "--rekentijd",
    type=click.IntRange(1),
    default=120,
    show_default=True,
    help="Seconden, ten hoogste; wat dan niet bewezen is, staat erbij.",
)
@click.option("--naar", type=FOLDER, help="Map voor de bestanden.  [standaard: die van de scan]")
@click.pass_context
def portfolio(
    context: click.Context,
    uitvoer: Path,
    wensen: Path | None,
    status: tuple[Path, ...],
    rekentijd: int,
    naar: Path | None,
    **asked: Any,
) -> None:
    """Kies de beste set locaties voor een aantal woningen, en zeg wat elke wens kost.

    Schrijft portefeuille.gpkg, .xlsx, .html en .json. Is het doel niet haalbaar, dan staat daarin hoe ver men komt en
    waarom, en is de afsluitcode 1.
    """
    region = read_region(uitvoer)
    if "woningen" not in region.candidates:
        raise UsageError(
            f"De scan van {region.name} zegt niets over woningen: zet `antwoord` in de regels en draai "
            "`locatiescan run` opnieuw."
        )
    file = wensen or _usual(region.folder)
    wishes, changed = _changed(load_wishes(file), region, asked)
    until = monotonic() + rekentijd
    with quiet_libraries():
        found = propose(_ground(region), wishes, _standing(status, region), lambda: until - monotonic())
    record = Record(
        region.name,
        found,
        now().isoformat(),
        file_hash(file),
        file_hash(region.folder / ACCOUNT),
        changed | {f"--status {path.name}": f"sha256:{file_hash(path)}" for path in status},
        region.fictitious,
        region.missing,
    )
    paths = write_portfolio(record, naar or region.folder)
    _tell(record, console())
    for path in paths:
        click.echo(f"Geschreven: {path}")
    if not found.met:
        context.exit(NOT_MET)


def _usual(folder: Path) -> Path:
    """Wishes that lie with the scan go before those of the program."""
    beside = folder / WISHES
    return beside if beside.exists() else packaged_file(f"rules/{WISHES}")


def _ground(region: Region) -> Ground:
    day_asked = date.fromisoformat(region.peildatum) if region.peildatum else today()
    return Ground(
        day_asked,
        dict(region.municipalities),
        region.candidates,
        region.products,
        region.routes,
        region.rejected,
        read_deciders(region.folder),
        region.figures,
    )


def _changed(wishes: Wishes, region: Region, asked: Mapping[str, Any]) -> tuple[Wishes, dict[str, str]]:
    """Wishes with what the command line says in their place, and what that was."""
    changes: dict[str, Any] = {key: asked[key] for key in ("doel", "voorkeur") if asked[key]}
    told = {f"--{key}": str(value) for key, value in changes.items()}
    quotas = dict(wishes.gemeenten)
    for kind in ("minimum", "maximum"):
        for words in asked[kind]:
            code, number = _quota(words, kind, region)
            quotas[code] = replace(quotas.get(code, Quota(waarom=GIVEN)), **{kind: number})
            told[f"--{kind} {code}"] = str(number)
    known = set(region.candidates["locatie_id"])
    for option, key in (("verplicht", "verplicht"), ("nooit", "uitgesloten")):
        ids = tuple(dict.fromkeys((*getattr(wishes, key), *asked[option])))
        strange = [name for name in asked[option] if name not in known]
        if strange:
            raise UsageError(f"--{option}: de scan van {region.name} kent geen locatie '{strange[0]}'.")
        changes[key] = ids
        told |= {f"--{option} {name}": "" for name in asked[option]}
    return replace(wishes, gemeenten=quotas, **changes), told


def _quota(words: str, kind: str, region: Region) -> tuple[str, int]:
    """Code of a municipality and a number, from ``Uitgeest=42`` or ``GM0450=42``."""
    name, _, number = words.rpartition("=")
    plain = name.strip().casefold()
    codes = [code for code, called in region.municipalities if plain in (code.casefold(), called.casefold())]
    if not codes:
        known = ", ".join(called for _, called in region.municipalities)
        raise UsageError(f"--{kind} {words}: '{name.strip()}' is geen gemeente van deze scan ({known}).")
    if not number.strip().isdecimal():
        raise UsageError(f"--{kind} {words}: schrijf GEMEENTE=AANTAL, bijvoorbeeld {codes[0]}=42.")
    return codes[0], int(number)


def _standing(files: tuple[Path, ...], region: Region) -> Standing:
    """What status files say of the candidates."""
    decided: dict[str, int | None] = {}
    dropped: list[str] = []
    gone: list[str] = []
    for path in files:
        found = carried(read_status(path), region.candidates)
        status, rows = found.by_site["status"], found.rows
        decided |= {str(name): _homes(str(name), found) for name in status.index[status.isin(COMMITTED)]}
        dropped += [str(name) for name in status.index[status == DROPPED]]
        gone += [str(name) for name in rows.loc[rows["status"].isin(COMMITTED), "locatie_id"] if name in found.lost]
    return Standing(decided, tuple(dict.fromkeys(dropped)), tuple(dict.fromkeys(gone)))


def _homes(site: str, found: Carried) -> int | None:
    """Homes that were decided on for a site; None where it is not said, or where they are of more sites together."""
    sites = found.links.groupby("record")["locatie_id"].nunique()
    own = found.links.loc[found.links["locatie_id"] == site, "record"].unique()
    rows = found.rows[found.rows["locatie_id"].isin(own) & (found.rows["status"] != DROPPED)]
    if rows["woningen"].isna().any() or (sites[rows["locatie_id"]] > 1).any():
        return None
    return int(rows["woningen"].sum())


def _tell(record: Record, out: Console) -> None:
    told = record.proposal
    if record.fictitious:
        out.print(clean(FICTITIOUS), style="bold")
    out.print(clean(conclusion(record)), style="bold")
    for sentence in told.shortfall.sentences[1:] if told.shortfall else ():
        out.print(clean(sentence))
    out.print()
    if told.sets:
        _tell_set(told.sets[0], out)
    if len(told.sets) > 1:
        heads = ("set", "woningen", "locaties", "anders", "doel bereikt")
        out.print(shown_table("Sets", heads, map(_set_row, told.sets), heads[1:4]))
    _tell_openings(told, out)
    _tell_prices(told, out)
    if told.notes:
        out.print(clean("Om te weten"), style="bold")
    for note in told.notes:
        out.print(indented(f"- {note}"))
    out.print(clean(DISCLAIMER))


def _tell_set(chosen: ChosenSet, out: Console) -> None:
    table = chosen.municipalities.astype({"aandeel": "float64"})
    shown = {"woningen": "woningen", "locaties": "locaties"}
    if table["aandeel"].notna().any():
        shown["aandeel"] = "aandeel"
    if len(chosen.exchange):
        shown |= {"bouwt_voor_anderen": "voor anderen", "anderen_bouwen": "door anderen"}
    rows = (
        (row["gemeente"], *("" if row[name] != row[name] else figure(row[name]) for name in shown))
        for row in table.to_dict("records")
    )
    heads = tuple(shown.values())
    out.print(shown_table(chosen.title, ("gemeente", *heads), rows, heads))
    for row in chosen.deliveries.to_dict("records"):
        asked, there = figure(row["gevraagd"]), figure(row["woningen"])
        out.print(indented(f"- op {day(row['datum'])}: {there} woningen zeker klaar, gevraagd {asked}"))


def _set_row(chosen: ChosenSet) -> tuple[str, ...]:
    solution = chosen.solution
    reached = "onbekend" if solution.reached is None else day(solution.reached.date().isoformat())
    return chosen.title, figure(solution.homes), figure(solution.sites), percent(chosen.different), reached


def _tell_openings(told: Proposal, out: Console) -> None:
    """Sites that would open, where the wishes cannot be met."""
    lines = list(_openings(told)) if told.shortfall else []
    if lines:
        out.print(clean("Wat er open zou gaan"), style="bold")
    for line in lines:
        out.print(indented(f"- {line}"))


def _openings(told: Proposal) -> Iterator[str]:
    for row in told.bars[told.bars["locaties"] > 0].head(8).to_dict("records"):
        homes = "een onbekend aantal" if row["woningen"] != row["woningen"] else figure(row["woningen"])
        where = counted(row["locaties"], "locatie", "locaties")
        yield f"wanneer niet gold: {row['reden']}: {where}, {homes} woningen erbij"
    for row in told.limits.head(8).to_dict("records"):
        guess = row["woningen_schatting"]
        homes = "woningen onbekend" if guess != guess else f"naar schatting {figure(guess)} woningen"
        parcels = counted(row["percelen"], "perceel", "percelen")
        yield f"grens {row['grens']} ({row['beslist']} kan wijken): {parcels}, {homes}"


def _tell_prices(told: Proposal, out: Console) -> None:
    if told.prices:
        out.print(clean("Wat elke eis kost"), style="bold")
    for line in price_lines(told):
        out.print(indented(f"- {line}"))
