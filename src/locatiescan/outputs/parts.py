"""A finished scan of a municipality, read back as a part of a region: its candidates, without what it rejected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from locatiescan.analysis.judging.sites import joinable, joining_columns
from locatiescan.errors import SourceError
from locatiescan.model import BOUNDARY, NEE, Area, Dossier, Elsewhere, Layer, Pedigree, Rules, ScanResult, Source
from locatiescan.outputs.near import read_rows
from locatiescan.outputs.runs import Run, read_account, read_layer, read_run

NOTES = "bij de antwoorden"
BETWEEN = "; "


@dataclass(frozen=True)
class Part:
    """One municipality of a region."""

    result: ScanResult
    """Parcels are those of its candidates; layers tell where they came from and hold nothing but the boundary."""
    border: gpd.GeoDataFrame
    """Parcels that may be joined with those of a neighbour, with what decides on that."""
    nearly: pd.DataFrame
    """Parcels that one limit alone rejects: ``perceel_id``, ``grens``, ``oppervlakte_m2``, and the free ground where
    the rules measure it."""
    package: Path
    """Its GeoPackage, with the layers as they were used."""


def read_part(folder: Path) -> Part:
    """Read a finished scan of one municipality.

    Raises
    ------
    UsageError, SourceError
        As `locatiescan.outputs.runs.read_run`; also where the scan knows no locations.
    """
    run = read_run(folder)
    if run.sites is None or run.package is None:
        raise SourceError(f"{folder}: die scan heeft geen locaties. Draai haar opnieuw met deze versie.")
    taken = run.parcels["rang"].notna()
    result = ScanResult(
        _area(run),
        run.rules,
        gpd.GeoDataFrame(run.parcels[taken].reset_index(drop=True)),
        run.sites,
        _layers(run),
        _dossier(run, read_account(folder)),
        run.fictitious,
        run.started_at,
        elsewhere=Elsewhere(int((~taken).sum()), _read(run, "afvallers")),
    )
    columns = [*joining_columns(run.parcels, run.rules), "geometry"]
    border = run.parcels.loc[joinable(run.parcels, run.rules) >= 0, columns]
    return Part(result, gpd.GeoDataFrame(border.reset_index(drop=True)), _nearly(run.parcels, run.rules), run.package)


def read_parcels(part: Part, ids: Collection[str]) -> gpd.GeoDataFrame:
    """Parcels of a municipality by their ids, as they were judged.

    Raises
    ------
    SourceError
        If its GeoPackage cannot be read.
    """
    return read_rows(part.package, "percelen", "perceel_id", ids)


def _read(run: Run, layer: str) -> gpd.GeoDataFrame:
    table = read_layer(run, layer)
    if table is None:
        raise SourceError(f"{run.package}: laag {layer} ontbreekt. Draai `locatiescan run` opnieuw met deze versie.")
    return table


def _area(run: Run) -> Area:
    own = _read(run, BOUNDARY)
    return Area(str(own["naam"].iloc[0]), str(own["code"].iloc[0]), shapely.union_all(own.geometry.to_numpy()))


def _layers(run: Run) -> Mapping[str, Layer]:
    rows = run.sources.astype(object).where(run.sources.notna(), None).to_dict(orient="records")
    layers = {str(row["laag"]): layer_of({str(key): value for key, value in row.items()}) for row in rows}
    own = _read(run, BOUNDARY)
    return {**layers, BOUNDARY: Layer(BOUNDARY, layers[BOUNDARY].source, own, pedigree=layers[BOUNDARY].pedigree)}


def layer_of(row: Mapping[str, Any]) -> Layer:
    """Give a layer of which only the pedigree is known, as a row of `locatiescan.outputs.tables.sources_table`."""
    source = Source(
        name=row["laag"],
        titel=row["titel"],
        protocol=row["protocol"],
        geometry="vlak",
        attribution=row["bronvermelding"],
        licence=row["licentie"] or "",
        zekerheid=row["zekerheid"],
        url=row["adres"] or None,
        typename=row["typename"] or None,
    )
    if row["aanwezig"] == NEE:
        return Layer(source.name, source, absent=row["toelichting"] or "")
    numbers = {key: None if row[key] is None else int(row[key]) for key in ("beloofd", "ontvangen", "gebruikt")}
    pedigree = Pedigree(
        row["adres"] or "",
        row["opgehaald"] or "",
        numbers["beloofd"],
        numbers["ontvangen"] or 0,
        numbers["gebruikt"] or 0,
        tuple(filter(None, (row["hersteld"] or "").split(BETWEEN))),
        row["sha256"] or "",
        row["licentie"] or "",
        tuple(filter(None, (row["toelichting"] or "").split(BETWEEN))),
    )
    return Layer(source.name, source, pedigree=pedigree)


def _dossier(run: Run, account: Mapping[str, Any]) -> Dossier | None:
    order = account.get("opdracht") or {}
    if run.routes is None or run.flags is None or run.products is None or run.buildings is None:
        return None
    return Dossier(
        str(order.get("peildatum") or ""),
        float(order.get("termijn_jaren") or "nan"),
        run.routes,
        run.flags,
        run.products,
        _read(run, "indeling"),
        run.buildings,
        tuple(filter(None, str(run.about.get(NOTES, "")).split(BETWEEN))),
    )


def _nearly(parcels: gpd.GeoDataFrame, rules: Rules) -> pd.DataFrame:
    """Parcels that one limit alone rejects; who is let in whatever the limits say is not rejected."""
    sizes = [name for name in ("oppervlakte_m2", rules.antwoord and rules.antwoord.vrije_grond) if name in parcels]
    fails = pd.DataFrame({limit.naam: parcels[f"{limit.naam}_oordeel"].eq(NEE) for limit in rules.limits})
    alone = fails.sum(axis=1).eq(1) & parcels["oordeel"].eq(NEE)
    found = pd.DataFrame(parcels.loc[alone, ["perceel_id", *sizes]])
    return found.assign(grens=fails[alone].idxmax(axis=1)).reset_index(drop=True)
