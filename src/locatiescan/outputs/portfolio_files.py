"""The files of a portfolio: GeoPackage, workbook, page and JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from locatiescan.analysis.choosing.proposal import PROPOSAL
from locatiescan.crs import RD
from locatiescan.outputs.geopackage import write_tables
from locatiescan.outputs.portfolio_page import as_html
from locatiescan.outputs.portfolio_record import Record, account, conclusion, sites_of, tables
from locatiescan.outputs.portfolio_workbook import write_portfolio_workbook
from locatiescan.whole import written_whole

STEM = "portefeuille"
POLYGONS = 2


def write_portfolio(record: Record, folder: Path) -> tuple[Path, ...]:
    """Write ``portefeuille.gpkg``, ``.xlsx``, ``.html`` and ``.json``. The same proposal gives the same bytes.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    paths = tuple(folder / f"{STEM}.{kind}" for kind in ("gpkg", "xlsx", "html", "json"))
    _write_package(record, paths[0])
    write_portfolio_workbook(record, paths[1])
    for path, text in ((paths[2], as_html(record)), (paths[3], as_json(record))):
        with written_whole(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return paths


def _write_package(record: Record, path: Path) -> None:
    """A layer for each set, and every table; without any set a layer that is empty, since a map wants one."""
    layers: dict[str, tuple[pd.DataFrame, int | None]] = {
        chosen.key: (sites_of(chosen), POLYGONS) for chosen in record.proposal.sets
    }
    if not layers:
        layers[PROPOSAL] = gpd.GeoDataFrame({"locatie_id": pd.Series(dtype="str")}, geometry=[], crs=RD), POLYGONS
    rest = {name: (table, None) for name, table in tables(record).items() if len(table.columns) > 1}
    write_tables(layers | rest, record.made_at, path)


def as_json(record: Record) -> str:
    """All that the other files say, for a program to read."""
    told = record.proposal
    content = {
        "verantwoording": account(record),
        "fictief": record.fictitious,
        "wensen_sha256": record.wishes_hash,
        "scan_sha256": record.run_hash,
        "gewijzigd": dict(record.changed),
        "doel": told.wishes.doel,
        "gehaald": told.met,
        "status": told.status,
        "uitkomst": conclusion(record),
        "sets": [_set(chosen) for chosen in told.sets],
        "tekort": None if told.shortfall is None else list(told.shortfall.sentences),
        **{name: _rows(table) for name, table in tables(record).items() if name != "verantwoording"},
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _set(chosen: Any) -> dict[str, Any]:
    solution = chosen.solution
    return {
        "set": chosen.key,
        "titel": chosen.title,
        "woningen": solution.homes,
        "locaties": solution.sites,
        "voorkeur": solution.objective,
        "waarde": solution.value,
        "grens": solution.bound,
        "eenheid": solution.unit,
        "bewezen": solution.proven,
        "doel_bereikt": None if solution.reached is None else solution.reached.date().isoformat(),
        "anders_dan_voorstel": round(chosen.different, 4),
        "gekozen": _rows(pd.DataFrame(sites_of(chosen)).drop(columns="geometry")),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON knows them: nothing for what is unknown or has no end."""
    return json.loads(table.to_json(orient="records", double_precision=10))
