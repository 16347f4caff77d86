"""``locatiescan sensitivity``: how firm the ranking of a finished run is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
from rich.console import Console

from locatiescan.analysis.studying.candidates import Candidates, candidates_of
from locatiescan.analysis.studying.crossings import nearest_changes, weight_crossings
from locatiescan.analysis.studying.sensitivity import leave_one_out, rank_acceptability, weight_draws
from locatiescan.analysis.studying.thresholds import NEXT, Thresholds, threshold_sensitivity
from locatiescan.analysis.studying.wording import amount, number
from locatiescan.cli.options import FINISHED_RUN
from locatiescan.cli.shown import clean, console, indented, shown_table
from locatiescan.errors import UsageError
from locatiescan.model import JA
from locatiescan.outputs.csvfile import write_csv
from locatiescan.outputs.runs import Run, read_run
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS

NAMED = 3
"""Candidates that a sentence names before it counts the rest."""
SHOWN = (-0.2, -0.1, 0.1, 0.2)
"""Changes of a threshold in the printed table; the file has more."""
OUTSIDERS = 5
"""Candidates below the top that are shown because they may well belong to it."""


@click.command()
@FINISHED_RUN
@click.option("--trekkingen", type=click.IntRange(1, 100_000), default=1000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Zelfde getal, zelfde trekkingen.")
@click.option("--top", type=click.IntRange(1, 1000), default=20, show_default=True, help="Hoeveel de beste heten.")
@click.option(
    "--spreiding", type=click.FloatRange(0, 1000), default=50.0, show_default=True, help="Zoveel % schelen gewichten."
)
@click.option("--alle-gewichten", is_flag=True, help="Elke verdeling van het gewicht is even waarschijnlijk.")
@click.option("--profiel", metavar="NAAM", help="De gewichten van een doelgroep in plaats van de algemene.")
def sensitivity(
    uitvoer: Path, trekkingen: int, seed: int, top: int, spreiding: float, alle_gewichten: bool, profiel: str | None
) -> None:
    """Toon hoe vast de rangorde van een scan staat, bij andere gewichten en grenzen."""
    run = read_run(uitvoer)
    ranked = candidates_of(run.parcels if run.sites is None else run.sites, run.rules, profiel)
    if not len(ranked.ids):
        raise UsageError(f"De scan van {run.name} heeft geen kandidaten: er is geen rangorde.")
    draws = weight_draws(ranked.weights, trekkingen, seed, None if alle_gewichten else spreiding / 100)
    places = _places(ranked, draws, top)
    crossings = weight_crossings(ranked.scores, ranked.weights, top, ranked.tiers)
    without = leave_one_out(ranked.scores, ranked.weights, top, ranked.tiers, ranked.names)
    limits = threshold_sensitivity(run.parcels, run.rules)
    how = "elke verdeling even waarschijnlijk" if alle_gewichten else f"gewichten ± {number(spreiding, 1)} %"
    out = console()
    _tell_head(run, profiel, f"{trekkingen} trekkingen, {how}, seed {seed}", out)
    _tell_ranking(places, top, out)
    _tell_weights(ranked, nearest_changes(crossings), top, out)
    _tell_without(without, top, out)
    _tell_thresholds(limits, run, out)
    tables = {
        "rangorde": places,
        "gewichten": _named(crossings, ranked),
        "weglaten": without,
        "grenzen": limits.steps.merge(limits.following.drop(columns=["grens", "voldoen"])),
        "percelen": limits.movers,
    }
    for name, table in tables.items():
        file = run.folder / f"gevoeligheid_{name}.csv"
        write_csv(table, file)
        out.print(clean(f"Geschreven: {file}"), soft_wrap=True)
    out.print(clean(DISCLAIMER))


def _places(ranked: Candidates, draws: np.ndarray, top: int) -> pd.DataFrame:
    """Give every candidate its place now and under other weights, best first."""
    found = rank_acceptability(ranked.scores, draws, tuple(sorted({1, 5, 10, top})), ranked.tiers, names=ranked.names)
    found.insert(0, "rang", ranked.rank)
    found.insert(1, "id", ranked.ids)
    found.insert(2, "score", ranked.total)
    return found.sort_values("rang", ignore_index=True)


def _named(crossings: pd.DataFrame, ranked: Candidates) -> pd.DataFrame:
    """Names and ids instead of positions, and intervals as text."""
    spans = [
        "; ".join(f"{low:.6g}-{high:.6g}" for low, high in zip(starts, ends, strict=True))
        for starts, ends in zip(crossings["van"], crossings["tot"], strict=True)
    ]
    names = np.array(ranked.names, dtype=object)[crossings["voorkeur"].to_numpy(dtype="int64")]
    ids = ranked.ids[crossings["kandidaat"].to_numpy(dtype="int64")]
    return crossings.assign(voorkeur=names, kandidaat=ids, in_de_top=spans).drop(columns=["van", "tot"])


def _tell_head(run: Run, profiel: str | None, how: str, out: Console) -> None:
    if run.fictitious:
        out.print(clean(FICTITIOUS), style="bold")
    out.print(clean(f"{run.name}; scan van {run.started_at}; {run.rules.titel}"))
    out.print(clean(f"Gewichten van profiel {profiel}; {how}" if profiel else f"{how[0].upper()}{how[1:]}"))
    out.print()


def _tell_ranking(places: pd.DataFrame, top: int, out: Console) -> None:
    # no spaces in the names: they tell which columns stand to the right
    columns = ("rang", "id", "score", "eerste", f"top-{top}", "verwacht", "5-95%")
    numbers = " ".join(columns[2:])
    best, rest = places.iloc[:top], places.iloc[top:]
    title = f"De {len(best)} beste: kans op de eerste plaats en op de top {top}, verwachte rang"
    out.print(shown_table(title, columns, _ranking_rows(best, top), f"rang {numbers}"))
    chance = rest[rest[f"kans_{top}"] > 0].nlargest(OUTSIDERS, f"kans_{top}")
    if len(chance):
        rows = _ranking_rows(chance, top)
        out.print(shown_table(f"Buiten de top {top}, met kans daarop", columns, rows, f"rang {numbers}"))


def _ranking_rows(places: pd.DataFrame, top: int) -> Iterator[tuple[object, ...]]:
    for row in places.to_dict("records"):
        reach = f"{row['rang_p5']:.0f}-{row['rang_p95']:.0f}" if pd.notna(row["rang_p5"]) else "-"
        chances = (_percent(row["kans_1"]), _percent(row[f"kans_{top}"]))
        yield row["rang"], row["id"], _fixed(row["score"]), *chances, _fixed(row["verwachte_rang"]), reach


def _tell_weights(ranked: Candidates, changes: pd.DataFrame, top: int, out: Console) -> None:
    out.print(clean("Welke gewichten beslissen, de kleinste verandering eerst"), style="bold")
    for row in changes.to_dict("records"):
        out.print(indented(_change(ranked, row, top)))
    without = set(np.flatnonzero(ranked.weights > 0)) - set(changes["voorkeur"])
    for j in sorted(without):
        out.print(indented(f"Geen ander gewicht van {ranked.names[j]} verandert de top {top}."))
    out.print()


def _change(ranked: Candidates, row: Mapping[Any, Any], top: int) -> str:
    """Say in one sentence at which weight of one preference who leaves the top and who enters."""
    j, now, then = row["voorkeur"], row["aandeel"], row["bij"]
    own = float(ranked.weights[j])
    moved = then / (1 - then) * (float(ranked.weights.sum()) - own)
    way = "meer" if row["kant"] == "boven" else "minder"
    leave, enter = (_listed(ranked.ids[row[key]].tolist()) for key in ("eruit", "erin"))
    parts = [f"valt {leave} uit de top {top}" if leave else "", f"komt {enter} erin" if enter else ""]
    return (
        f"Als {ranked.names[j]} {way} dan {number(100 * then, 1)} % van het gewicht krijgt (nu "
        f"{number(100 * now, 1)} %; gewicht {number(moved, 2)} in plaats van {number(own, 2)}), "
        f"{' en '.join(part for part in parts if part)}."
    )


def _listed(ids: Sequence[object]) -> str:
    named, more = ", ".join(map(str, ids[:NAMED])), len(ids) - NAMED
    return f"{named} en nog {more}" if more > 0 else named


def _tell_without(without: pd.DataFrame, top: int, out: Console) -> None:
    columns = ("zonder", "gewicht", "Kendall", "Spearman", f"top-{top}")
    rows = [
        (
            row["naam"],
            _percent(row["aandeel"]),
            _fixed(row["kendall"], 2),
            _fixed(row["spearman"], 2),
            _percent(row["overlap"]),
        )
        for row in without.to_dict("records")
    ]
    title = f"Zonder één voorkeur: gelijkenis van de rangorde, en deel van de top {top} dat blijft"
    out.print(shown_table(title, columns, rows, " ".join(columns[1:])))


def _tell_thresholds(limits: Thresholds, run: Run, out: Console) -> None:
    steps = limits.steps.assign(verschil=limits.steps["erbij"] - limits.steps["eraf"])
    wide = steps.pivot(index=["naam", "kant"], columns="verandering", values="verschil")
    rows = []
    for row in limits.following.to_dict("records"):
        name, side, at = row["naam"], row["kant"], row["grens"]
        # a threshold of 0 does not move by a percentage
        moved = [_difference(count) if at else "-" for count in wide.loc[(name, side), list(SHOWN)]]
        # rounded to the side on which the next one does enter
        following = [_entry(row[f"volgende_{n}"], name, up=side == "max") for n in NEXT]
        rows.append((name, f"{side} {amount(at, name)}", *moved, *following))
    factors = [f"{100 * factor:+.0f}%" for factor in SHOWN]
    now = int(run.parcels["oordeel"].eq(JA).sum())
    title = f"Percelen die voldoen als één grens verschuift (nu {now}); waar de 1e en 10e erbij komt"
    columns = ("grens", "nu", *factors, *(f"{n}e" for n in NEXT))
    out.print(shown_table(title, columns, rows, " ".join(columns[2:])))
    if run.rules.locaties is not None:
        out.print(indented("Geteld per perceel zoals het is, zonder samenvoegen tot locaties."))


def _difference(count: Any) -> str:
    return "?" if pd.isna(count) else f"{count:+d}"  # a distance was not measured so far


def _entry(value: float, name: str, up: bool) -> str:
    return "-" if np.isnan(value) else amount(value, name, up)


def _percent(share: float) -> str:
    return "-" if np.isnan(share) else f"{_fixed(100 * share)} %"


def _fixed(value: float, decimals: int = 1) -> str:
    return "-" if np.isnan(value) else f"{value:.{decimals}f}".replace(".", ",")
