"""``locatiescan diff``: what changed between two runs, and by what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pandas as pd
from rich.console import Console

from locatiescan.analysis.studying.compare import Comparison, compare
from locatiescan.analysis.studying.counterfactual import STEPS, Side
from locatiescan.analysis.studying.flips import route_flips, route_moves
from locatiescan.analysis.studying.wording import number
from locatiescan.cli.shown import clean, console, indented, shown_table
from locatiescan.errors import UsageError
from locatiescan.outputs.csvfile import write_csv
from locatiescan.outputs.runs import Run, read_run
from locatiescan.outputs.tables import FICTITIOUS

RUN = click.Path(path_type=Path)
LEDGER = ("voldoet_niet", "alleen_deze", "onbekend", "blijft_over")


@click.command()
@click.argument("run1", type=RUN)
@click.argument("run2", type=RUN)
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Zoveel plekken tonen.")
@click.option("--csv", "csv", type=click.Path(dir_okay=False, path_type=Path), help="Schrijf alle plekken hierheen.")
def diff(run1: Path, run2: Path, top: int, csv: Path | None) -> None:
    """Leg uit wat er tussen twee scans veranderde, en waardoor.

    RUN1 en RUN2 zijn mappen van een scan, of hun run.json; de oudste eerst.
    """
    old, new = read_run(run1), read_run(run2)
    if old.name != new.name:
        raise UsageError(f"{run1} gaat over {old.name} en {run2} over {new.name}: vergelijk scans van één gemeente.")
    found = compare(*(Side(run.parcels, run.sites, run.rules, run.sources) for run in (old, new)))
    _tell(found, old, new, top, console())
    _tell_routes(old, new, console())
    if csv:
        write_csv(found.changes, csv)
        click.echo(f"Geschreven: {csv}")


def _tell(found: Comparison, old: Run, new: Run, top: int, out: Console) -> None:
    if old.fictitious or new.fictitious:
        out.print(clean(FICTITIOUS), style="bold")
    out.print(clean(f"{new.name}: scan van {old.started_at} en scan van {new.started_at}"))
    for line in _counts(found, old, new):
        out.print(clean(line))
    for note in found.notes:
        out.print(clean(note))
    out.print()
    if len(found.rules):
        rows = found.rules[["naam", "veld", "oud", "nieuw"]].itertuples(index=False)
        out.print(shown_table("Gewijzigde regels", ("regel", "veld", "oud", "nieuw"), rows))
    if len(found.layers):
        _tell_layers(found.layers, out)
    if len(found.ledger):
        rows = list(_ledger_rows(found.ledger))
        columns = ("grens", "voldoet niet", "alleen deze", "onbekend", "blijft over")
        out.print(shown_table("Afvallers per grens", columns, rows))
    _tell_places(found.changes, top, out)


def _counts(found: Comparison, old: Run, new: Run) -> Iterator[str]:
    for run, when in ((old, "Eerst"), (new, "Nu")):
        verdicts = run.parcels["oordeel"].value_counts()
        ranked = (run.parcels if run.sites is None else run.sites)["rang"].notna().sum()
        yield (
            f"{when}: {len(run.parcels)} percelen; {verdicts.get('ja', 0)} voldoen, {verdicts.get('onbekend', 0)} "
            f"onbekend, {verdicts.get('nee', 0)} vallen af; {ranked} plekken in de rangorde"
        )
    known = [set(run.parcels["perceel_id"]) for run in (old, new)]
    yield f"Percelen verschenen: {_some(known[1] - known[0])}; verdwenen: {_some(known[0] - known[1])}"
    flips = found.changes[found.changes["oordeel_door"].ne("")]
    yield f"Plekken met een ander oordeel: {len(flips)}; met een andere rang of ander oordeel: {len(found.changes)}"


def _some(names: set[str]) -> str:
    few = ", ".join(sorted(names)[:5])
    return f"{len(names)}" + (f" ({few}{', …' if len(names) > 5 else ''})" if names else "")


def _tell_layers(layers: pd.DataFrame, out: Console) -> None:
    changed = layers["inhoud"].eq("gewijzigd")
    rows = (
        (
            row["laag"],
            f"{_when(row, 'oud')} → {_when(row, 'nieuw')}",
            f"{row['gebruikt_oud']} → {row['gebruikt_nieuw']}",
        )
        for row in layers[changed].to_dict("records")
    )
    if changed.any():
        out.print(shown_table("Gewijzigde lagen", ("laag", "opgehaald", "objecten"), rows))
    if not changed.all():
        out.print(clean(f"Opnieuw opgehaald, inhoud gelijk: {', '.join(layers.loc[~changed, 'laag'])}"))
        out.print()


def _when(row: Mapping[Any, Any], which: str) -> str:
    return row[f"opgehaald_{which}"][:16].replace("T", " ") or "ontbreekt"


def _ledger_rows(table: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    for row in table.to_dict("records"):
        pairs = [[row[f"{name}_{side}"] for side in ("oud", "nieuw")] for name in LEDGER]
        yield row["grens"], *(" → ".join("-" if pd.isna(n) else str(n) for n in pair) for pair in pairs)


def _tell_places(changes: pd.DataFrame, top: int, out: Console) -> None:
    if not len(changes):
        out.print(clean("Geen enkele plek kreeg een ander oordeel of een andere rang."))
        return
    out.print(clean(f"De {min(top, len(changes))} belangrijkste veranderingen van {len(changes)}"), style="bold")
    out.print(indented("Een stap met een min is een stijging in de rangorde; de stappen tellen op tot het geheel."))
    for row in changes.head(top).to_dict("records"):
        place = row["locatie_id"] or row["perceel_id"]
        out.print(clean(f"{place}: {_verdicts(row)}; rang {_rank(row, 'oud')} → {_rank(row, 'nieuw')}"))
        parts = _parts(row)
        if parts:
            out.print(indented(parts))
        out.print(indented(row["reden"]))


def _tell_routes(old: Run, new: Run, out: Console) -> None:
    """Name the locations whose planning route opened or closed."""
    for title, before, after in (
        ("Locaties", old.sites, new.sites),
        ("Gebouwen", old.buildings, new.buildings),
    ):
        if before is None or after is None or "planroute_oordeel" not in before or "planroute_oordeel" not in after:
            continue
        moves = route_moves(before, after)
        moved = "; ".join(f"{row.van} → {row.naar}: {row.aantal}" for row in moves.itertuples())
        out.print(clean(f"{title}, planroute eerst → nu: {moved or 'geen in beide scans'}"))
        _tell_flips(route_flips(before, after), out)


def _tell_flips(flips: pd.DataFrame, out: Console) -> None:
    """Name who flipped, those with the same reason together."""
    if not len(flips):
        out.print(indented("Geen enkele kreeg een ander oordeel over de planroute."))
        return
    out.print(indented(f"Ander oordeel over de planroute: {len(flips)}"))
    told = flips.assign(**{side: [_route(row, side) for row in flips.to_dict("records")] for side in ("oud", "nieuw")})
    told["reden"] = told["planroute_reden_nieuw"].fillna("")
    for _, group in told.groupby(["oud", "nieuw", "reden"]):
        first = group.iloc[0]
        out.print(indented(f"- {first['oud']} → {first['nieuw']}: {len(group)}: {', '.join(group['locatie_id'])}"))
        if first["reden"]:
            out.print(indented(first["reden"], 4))


def _route(row: Mapping[Any, Any], side: str) -> str:
    name, verdict = row[f"planroute_{side}"], row[f"planroute_oordeel_{side}"]
    return verdict if pd.isna(name) or not name else f"{name} {verdict}"


def _verdicts(row: Mapping[Any, Any]) -> str:
    old, new = (row[f"oordeel_{side}"] or "niet apart beoordeeld" for side in ("oud", "nieuw"))
    if old == new:
        return str(new)
    return f"{old} → {new}" + (f" door {row['oordeel_door']}" if row["oordeel_door"] else "")


def _rank(row: Mapping[Any, Any], side: str) -> str:
    rank = row[f"rang_{side}"]
    return "-" if pd.isna(rank) else str(rank)


def _parts(row: Mapping[Any, Any]) -> str:
    """Steps that moved the rank, or else the score, with the whole."""
    for what, decimals in (("rang", 0), ("score", 1)):
        if pd.isna(row[f"{what}_verschil"]) or any(pd.isna(row[f"{what}_{step}"]) for step in STEPS):
            continue
        steps = [(step, float(row[f"{what}_{step}"])) for step in STEPS]
        moved = [f"{step} {_signed(value, decimals)}" for step, value in steps if round(value, decimals)]
        whole = _signed(float(row[f"{what}_verschil"]), decimals)
        return f"{what} {whole}: {', '.join(moved)}" if moved else ""
    return ""


def _signed(value: float, decimals: int) -> str:
    return ("+" if value > 0 else "") + number(value, decimals)
