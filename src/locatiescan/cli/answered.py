"""What a finished run answered of one location: homes, routes, flags, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.console import Console

from locatiescan.cli.shown import clean, indented, shown_table
from locatiescan.outputs.runs import Run

TABLES = ("routes", "flags", "products")


def answers_of(row: pd.Series, run: Run) -> dict[str, Any] | None:
    """What the run answered of the location or building that a row is of, ready for JSON; None where nothing.

    A parcel gets the answer of the location it belongs to.
    """
    name = row.get("locatie_id")
    if run.routes is None or run.sites is None or pd.isna(name):
        return None
    if "samenvatting" not in row:
        sites = run.sites[run.sites["locatie_id"] == name]
        return answers_of(sites.iloc[0], run) if len(sites) and "samenvatting" in sites else None
    told = {key: _plain(row[key]) for key in ("samenvatting", "weten_wij_niet")}
    tables = {key: getattr(run, key) for key in TABLES}
    rows = {key: table[table["locatie_id"] == name] for key, table in tables.items() if table is not None}
    return told | {key: [_record(one) for one in table.to_dict("records")] for key, table in rows.items()}


def tell_answers(found: Mapping[str, Any], out: Console) -> None:
    """Print the paragraph, the routes with their dates, the products, the flags, and what is not known."""
    out.print(clean("In het kort"), style="bold")
    out.print(indented(found["samenvatting"]))
    out.print()
    _tell_routes(found["routes"], out)
    if found["products"]:
        rows = map(_product_row, found["products"])
        out.print(shown_table("Woningtypen", ("type", "past", "woningen", "waarom niet"), rows, ("woningen",)))
    for one in found["flags"]:
        mark = " *" if one["ongeverifieerd"] else ""
        out.print(indented(f"{one['titel']}{mark}: {one['tekst']} {one['grondslag']}"))
    out.print()
    out.print(clean("Wat weten wij niet"), style="bold")
    out.print(indented(found["weten_wij_niet"] or "-"))
    out.print()


def _tell_routes(routes: list[dict[str, Any]], out: Console) -> None:
    """Routes in force with their dates, then why each is not simply open; those of another time in one line."""
    held = [one for one in routes if one["van_kracht"]]
    columns = ("route", "oordeel", "besluit", "onherroepelijk")
    out.print(shown_table("Planroutes (* is de beste)", columns, map(_route_row, held)))
    for one in held:
        out.print(indented(f"{one['route']} {one['titel']}{': ' if one['reden'] else ''}{one['reden'] or ''}"))
    other = ", ".join(one["route"] for one in routes if not one["van_kracht"])
    if other:
        out.print(indented(f"Niet van kracht op de peildatum: {other}"))
    out.print()


def _product_row(one: Mapping[str, Any]) -> tuple[object, ...]:
    homes = "-" if one["woningen"] is None else f"{one['woningen']:.0f}"
    return one["titel"], one["past"], homes, one["reden"] or ""


def _route_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    times = (_between(one, part) for part in ("besluit", "onherroepelijk"))
    return f"{one['route']}{'*' if one['beste'] else ''}", one["oordeel"], *times


def _between(one: Mapping[str, Any], part: str) -> str:
    early, late = one[f"{part}_vroeg"], one[f"{part}_laat"]
    return f"{early} tot {late}" if early else "-"


def _record(one: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): _plain(value) for key, value in one.items()}


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
