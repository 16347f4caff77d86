"""Known outcomes held against what a scan says of the same ground, by the law of the day of the outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.studying.under import Obstacle, Piece, Scanned, obstacles, rejected, shares
from locatiescan.model import JA, NEE, ONBEKEND

DEELS, BUITEN = "deels", "buiten de scan"
SURVIVAL = (JA, ONBEKEND, DEELS, NEE, BUITEN)
MOST = 0.5
EDGE = 0.1
"""Less of a site than this is the edge of a drawing, not its ground."""
GROUND = "grond"

Then = Callable[[pd.DataFrame, date], pd.DataFrame]
"""Routes and flags of facts by the law of a day, as `locatiescan.analysis.studying.as_of.as_of` gives them."""


@dataclass(frozen=True)
class Place:
    """A candidate under a site."""

    locatie_id: str
    share: float
    """Part of the site's ground; 1 for a point."""
    of_place: float
    """Part of the candidate that lies in the site; NaN for a point."""
    oordeel: str
    rang: int | None


@dataclass(frozen=True)
class Finding:
    """One site: what became of it, and what the scan says."""

    known: Mapping[str, Any]
    """As the user's file has it: ``naam``, ``uitkomst``, ``datum``, ``reden``, ``woningen``, ``bron``."""
    area_m2: float
    """NaN for a point."""
    municipalities: tuple[str, ...]
    survives: str
    """One of `SURVIVAL`."""
    passing: float
    """Part of the ground under candidates that pass."""
    unknown: float
    """Part under candidates that are not known to pass."""
    outside: float
    """Part that was not scanned."""
    no_parcel: float
    """Part that was scanned and is on no parcel."""
    places: tuple[Place, ...]
    """Those that count, best first."""
    ranked: int
    """How many candidates have a rank."""
    best: Mapping[str, Any]
    """Row of the best candidate, with routes and flags by the law of the day; empty where there is none."""
    homes: int | None
    """Of all candidates that count together; None where one of them is unknown."""
    obstacles: tuple[Obstacle, ...]
    parcels: tuple[str, ...]
    """Ids of the rejected parcels, largest piece first; without what is only the edge of a drawing."""
    built_m2: float
    """Of the rejected ground, what is under buildings now; NaN where that is unknown."""
    built_over: bool
    """Whether most of the rejected ground fails on nothing but what stands there now."""
    buildings: tuple[str, ...]
    """Buildings on it that may become homes."""


def backtest(
    sites: gpd.GeoDataFrame, candidates: gpd.GeoDataFrame, scanned: Sequence[Scanned], then: Then | None
) -> list[Finding]:
    """Say of each site what became of it and what the scan says of it.

    Parameters
    ----------
    sites : GeoDataFrame
        As `locatiescan.sources.known.read_known` gives it; polygons and points, RD New.
    candidates : GeoDataFrame
        Locations and buildings of a run, one row each; RD New.
    scanned : sequence of Scanned
        Every municipality that a site touches.
    then : callable, optional
        None where the run answered nothing: then routes and dates are unknown.

    Returns
    -------
    list of Finding
        In the order of the sites; a site outside all that was scanned is there too.
    """
    ground = gpd.GeoDataFrame(candidates[candidates["soort"].eq(GROUND)].reset_index(drop=True))
    others = gpd.GeoDataFrame(candidates[~candidates["soort"].eq(GROUND)].reset_index(drop=True))
    taken = {one for ids in ground["percelen"].dropna() for one in str(ids).split(", ")}
    under = [shares(site, ground.geometry.to_numpy()) for site in sites.geometry]
    counted = [_counting(site, found, ground) for site, found in zip(sites.geometry, under, strict=True)]
    judged = _judged(sites["datum"].tolist(), counted, ground, then)
    return [
        _finding(row, ground, others, scanned, taken, found, places, told)
        for row, found, places, told in zip(sites.to_dict("records"), under, counted, judged, strict=True)
    ]


def _counting(site: Any, found: Mapping[int, float], ground: gpd.GeoDataFrame) -> list[tuple[int, Place]]:
    """Candidates that hold some of the site, or lie mostly within it; best first."""
    places = []
    for number, share in found.items():
        row = ground.iloc[number]
        of_place = share * site.area / row.geometry.area if site.area else float("nan")
        if share >= EDGE or of_place > MOST:
            rank = None if pd.isna(row["rang"]) else int(row["rang"])
            places.append((number, Place(str(row["locatie_id"]), share, of_place, str(row["oordeel"]), rank)))
    return sorted(places, key=lambda one: (one[1].rang is None, one[1].rang or 0, -one[1].share))


def _judged(
    days: Sequence[str], counted: Sequence[Sequence[tuple[int, Place]]], ground: gpd.GeoDataFrame, then: Then | None
) -> list[Mapping[str, Any]]:
    """Row of the best candidate of each site, by the law of its day; every day is judged once."""
    best = [places[0][0] if places else None for places in counted]
    facts = pd.DataFrame(ground.drop(columns=ground.geometry.name))
    rows: list[Mapping[str, Any]] = [{} if place is None else _known(facts.iloc[place]) for place in best]
    if then is None:
        return rows
    indexed = facts.set_index("locatie_id")
    for day in sorted(set(days)):
        numbers = [i for i, (own, place) in enumerate(zip(days, best, strict=True)) if own == day and place is not None]
        if not numbers:
            continue
        asked = sorted({best[i] for i in numbers})  # type: ignore[type-var]
        told = then(indexed.iloc[asked], date.fromisoformat(day))
        for i in numbers:
            old = {name: value for name, value in rows[i].items() if name not in told}
            rows[i] = old | _known(told.loc[rows[i]["locatie_id"]])
    return rows


def _known(row: pd.Series) -> dict[str, Any]:
    """What is not unknown."""
    return {str(name): value for name, value in row.items() if not pd.isna(value)}


def _finding(
    row: Mapping[Any, Any],
    ground: gpd.GeoDataFrame,
    others: gpd.GeoDataFrame,
    scanned: Sequence[Scanned],
    taken: set[str],
    found: Mapping[int, float],
    places: Sequence[tuple[int, Place]],
    best: Mapping[str, Any],
) -> Finding:
    site = row["geometry"]
    here = [one for one in scanned if shares(site, np.array([one.boundary], dtype=object))]
    inside = sum(part for one in here for part in shares(site, np.array([one.boundary], dtype=object)).values())
    on_parcels = sum(part for one in here for part in shares(site, one.parcels.geometry.to_numpy()).values())
    verdicts = ground["oordeel"].to_numpy()
    passing, unknown = (
        sum(share for number, share in found.items() if verdicts[number] == verdict) for verdict in (JA, ONBEKEND)
    )
    outside = max(0.0, 1.0 - min(inside, 1.0))
    pieces = rejected(site, here, taken)
    return Finding(
        known={name: _none(value) for name, value in row.items() if name != "geometry"},
        area_m2=site.area or float("nan"),
        municipalities=tuple(one.name for one in here),
        survives=_survives(passing, unknown, outside, bool(places)),
        passing=passing,
        unknown=unknown,
        outside=outside,
        no_parcel=max(0.0, 1.0 - outside - min(on_parcels, 1.0)),
        places=tuple(place for _, place in places),
        ranked=int(ground["rang"].notna().sum()),
        best=best,
        homes=_homes([number for number, _ in places], ground),
        obstacles=obstacles(pieces),
        parcels=tuple(str(p.row["perceel_id"]) for p in [piece for piece in pieces if piece.share >= EDGE] or pieces),
        built_m2=sum(piece.built_m2 for piece in pieces),
        built_over=_built_over(pieces),
        buildings=_convertible(site, others),
    )


def _convertible(site: Any, others: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Buildings that lie mostly within a site, or under a point."""
    found = shares(site, others.geometry.to_numpy())
    areas = others.geometry.area.to_numpy()
    return tuple(
        str(others["locatie_id"].iloc[place])
        for place, share in found.items()
        if not site.area or share * site.area > MOST * areas[place]
    )


def _none(value: Any) -> Any:
    return None if value is None or pd.isna(value) else value


def _survives(passing: float, unknown: float, outside: float, touched: bool) -> str:
    if outside > MOST:
        return BUITEN
    if passing > MOST:
        return JA
    if passing + unknown > MOST:
        return ONBEKEND
    return DEELS if touched or passing + unknown >= EDGE else NEE


def _homes(numbers: Sequence[int], ground: gpd.GeoDataFrame) -> int | None:
    if not numbers or "woningen" not in ground or ground["woningen"].iloc[list(numbers)].isna().any():
        return None
    return int(ground["woningen"].iloc[list(numbers)].sum())


def _built_over(pieces: Sequence[Piece]) -> bool:
    whole = sum(piece.share for piece in pieces)
    built = sum(p.share for p in pieces if p.failed and {limit.naam for limit in p.failed} <= p.of_buildings)
    return bool(pieces) and built > MOST * whole
