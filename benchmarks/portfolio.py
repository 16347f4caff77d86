"""Portfolios of a made-up region: how fast an optimum is proven under every constraint, and what greedy makes of it.

The clock runs from the candidates: listing what may be built, writing the program, and proving the optimum.

``python benchmarks/portfolio.py --candidates 2000 5000 --seeds 5`` prints a table for each objective. Sites lie in
clusters, as fallow ground does; homes, scores, routes and deposition are spread as in the demo municipality. Every
constraint is on: shares with exchange, minimum and maximum, mix, two deliveries, spacing, sites that must and must not,
room for nitrogen in two areas, several products a site, longest term.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from apart import markdown

from locatiescan.analysis.choosing.greedy import greedy
from locatiescan.analysis.choosing.options import offer
from locatiescan.analysis.choosing.program import program
from locatiescan.analysis.choosing.solve import Solution, solve
from locatiescan.cli.quiet import quiet_libraries
from locatiescan.config.packaged import packaged_file
from locatiescan.config.portfolio import load_wishes
from locatiescan.crs import RD
from locatiescan.policy.portfolio import OBJECTIVES, Delivery, Exchange, Objective, Quota, Wishes

DAY = date(2026, 11, 23)
SHARES = {"GM0361": 380, "GM0373": 113, "GM0383": 119, "GM0399": 80, "GM0450": 42, "GM1980": 266}
MIDDLES = {
    "GM0361": (111e3, 516e3), "GM0373": (106e3, 521e3), "GM0383": (105e3, 508e3),
    "GM0399": (109e3, 512e3), "GM0450": (110e3, 504e3), "GM1980": (117e3, 521e3),
}  # fmt: skip
AREAS = ("Noordhollands Duinreservaat", "Eilandspolder")
DENSITY = {"rij_1": 45.0, "galerij_2": 90.0, "galerij_3": 120.0, "galerij_4": 150.0}
"""Homes per hectare."""


def candidates(count: int, seed: int) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Make candidates and the products that fit them."""
    draw = np.random.default_rng(seed)
    code = draw.choice(list(SHARES), count, p=np.array(list(SHARES.values())) / sum(SHARES.values()))
    places = _places(code, draw)
    building = draw.random(count) < 0.2
    area = np.clip(draw.lognormal(9.0, 0.9, count), 1500, 60_000)
    shape = _shapes(places, np.where(building, 600.0, area), draw)
    highest = draw.choice([0, 2, 3, 4], count, p=[0.55, 0.15, 0.15, 0.15])
    highest[building] = 0
    ids = np.array([f"{'T' if house else 'L'}-{i:06d}" for i, house in enumerate(building)])
    products = _products(ids, np.minimum(area, 20_000) / 10_000, highest, building)
    most = products.groupby("locatie_id")["woningen"].max().reindex(ids)
    homes = np.where(building, draw.integers(8, 60, count), most.fillna(0).to_numpy()).astype(int)
    table = gpd.GeoDataFrame({"locatie_id": ids, "gemeente": code, "gemeente_code": code}, geometry=shape, crs=RD)
    table["soort"] = np.where(building, "gebouw", "grond")
    table["score"] = np.where(building, np.nan, np.clip(draw.normal(71.4, 8.7, count), 20, 98).round(2))
    table["product"] = (
        products.drop_duplicates("locatie_id", keep="last").set_index("locatie_id")["product"].reindex(ids).to_numpy()
    )
    table["woningen"] = homes
    for i, group in enumerate(("starters", "statushouders", "overig")):
        table[f"woningen_{group}"] = pd.array((homes + 2 - i) // 3, dtype="Int64")
        table.loc[building, f"woningen_{group}"] = pd.NA
    return _routed(table, homes, draw), products


def _places(code: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Clusters of some eight sites around a middle of each municipality."""
    places = np.zeros((len(code), 2))
    for name, middle in MIDDLES.items():
        here = np.flatnonzero(code == name)
        nodes = np.array(middle) + draw.normal(0, 1800, (max(len(here) // 8, 1), 2))
        places[here] = nodes[draw.integers(0, len(nodes), len(here))] + draw.normal(0, 250, (len(here), 2))
    return places


def _shapes(places: np.ndarray, area: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    ratio = draw.uniform(0.4, 1.0, len(area))
    wide, deep = np.sqrt(area / ratio) / 2, np.sqrt(area * ratio) / 2
    return shapely.box(places[:, 0] - wide, places[:, 1] - deep, places[:, 0] + wide, places[:, 1] + deep)


def _products(ids: np.ndarray, hectares: np.ndarray, highest: np.ndarray, building: np.ndarray) -> pd.DataFrame:
    tables = []
    for product, density in DENSITY.items():
        storeys = int(product[-1])
        fits = ~building & ((storeys == 1) | (highest >= storeys))
        homes = np.floor(hectares * density).astype(float)
        tables.append(
            pd.DataFrame({"locatie_id": ids[fits], "product": product, "past": "ja", "woningen": homes[fits]})
        )
    return pd.concat(tables, ignore_index=True).sort_values(["locatie_id", "woningen"], ignore_index=True)


def _routed(table: gpd.GeoDataFrame, homes: np.ndarray, draw: np.random.Generator) -> gpd.GeoDataFrame:
    """Verdicts, dates and deposition; the fit of the EIB table, see rules/stikstof.yaml."""
    count = len(table)
    verdict = draw.choice(["dicht", "handmatig toetsen", "open"], count, p=[0.2, 0.65, 0.15])
    shut = verdict == "dicht"
    table["planroute_oordeel"] = verdict
    table["planroute"] = np.where(shut, None, draw.choice(["N2", "N4", "N1"], count))
    table["route_max_woningen"] = np.where(shut & (draw.random(count) < 0.8), 25.0, np.nan)
    weeks = draw.choice([60, 66, 98, 143, 147, 151, 153, 157], count)
    table["onherroepelijk_laat"] = [
        None if no else str(DAY + timedelta(weeks=int(w))) for no, w in zip(shut, weeks, strict=True)
    ]
    table["max_termijn_jaren"] = np.where(draw.random(count) < 0.1, 10.0, np.nan)
    distance = np.clip(draw.normal(5000, 2300, count), 400, 15_000)
    mol = np.exp(6.3266 - 1.7230 * np.log(distance))
    table["stikstof_mol_ha_jr"] = np.where(draw.random(count) < 0.03, np.nan, mol * homes)
    table["stikstof_max_woningen"] = np.floor(0.005 / mol)
    middle = table.geometry.centroid.x
    area = np.where(middle < middle.median(), *AREAS)
    table["hexagon_gebied"] = np.where(draw.random(count) < 0.02, None, area)
    return table


def wished(wishes: Wishes, sites: gpd.GeoDataFrame) -> Wishes:
    """Every constraint at once, over the defaults that come with the program."""
    third = {"starters": 0.3333, "statushouders": 0.3333, "overig": 0.3334}
    why = "benchmark"
    ground = sites[(sites["soort"] == "grond") & (sites["planroute_oordeel"] != "dicht") & (sites["woningen"] > 20)]
    sure = ground[ground["max_termijn_jaren"].isna() & ground["stikstof_mol_ha_jr"].lt(0.05)]
    return replace(
        wishes,
        gemeenten={
            "GM0450": Quota(minimum=30, waarom=why),
            "GM0361": Quota(maximum=420, waarom=why),
        },
        uitwisseling=Exchange(toegestaan=True, max_aandeel=0.5, waarom=why),
        mix=third,
        mix_marge=0.05,
        opleveringen=(
            Delivery(datum=str(DAY + timedelta(weeks=100)), woningen=200, waarom=why),
            Delivery(datum=str(DAY + timedelta(weeks=175)), woningen=500, waarom=why),
        ),
        onderlinge_afstand_m=150.0,
        verplicht=tuple(sure["locatie_id"].iloc[[3]]),
        uitgesloten=tuple(ground["locatie_id"].iloc[[10, 20]]),
        stikstofruimte=dict(zip(AREAS, (0.6, 0.3), strict=True)),
        min_termijn_jaren=15.0,
    )


class Proof(NamedTuple):
    """One region, one objective."""

    seconds: float
    """For options, program and optimum together."""
    processor: float
    """The same, by the processor: what others do on the machine is not in it."""
    options: int
    solution: Solution
    by_hand: float
    """What greedy comes to; NaN where it does not meet every wish."""


def prove(count: int, seed: int, objective: Objective) -> Proof:
    """Make options and program and solve, against the clock, and hold greedy beside it."""
    sites, products = candidates(count, seed)
    wishes = wished(load_wishes(packaged_file("rules/portefeuille.yaml")), sites)
    began, used = time.perf_counter(), time.process_time()
    held = program(offer(sites, products, wishes, DAY).options, wishes, SHARES)
    found = solve(held, objective)
    took = time.perf_counter() - began, time.process_time() - used
    return Proof(*took, len(held.options), found, greedy(held).value(held, objective))


def line(count: int, proofs: Sequence[Proof], objective: str) -> tuple[str | float, ...]:
    """A line of the table over all seeds."""
    met = [proof.by_hand / proof.solution.value for proof in proofs if np.isfinite(proof.by_hand)]
    return (
        count,
        round(float(np.median([proof.options for proof in proofs]))),
        objective,
        float(np.median([proof.seconds for proof in proofs])),
        max(proof.seconds for proof in proofs),
        float(np.median([proof.processor for proof in proofs])),
        max(proof.solution.gap for proof in proofs),
        f"{sum(proof.solution.status == 'optimaal' for proof in proofs)} of {len(proofs)}",
        f"{np.median(met):.2f} times ({len(met)} of {len(proofs)} meet all)" if met else "none meets all",
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, nargs="+", default=[2000, 5000])
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    head = (
        "candidates",
        "options",
        "objective",
        "median, s",
        "worst, s",
        "median CPU, s",
        "largest gap",
        "proven",
        "greedy costs",
    )
    lines = []
    with quiet_libraries():
        prove(200, 0, "geschiktheid")  # what is only slow once
        for count in options.candidates:
            for objective in OBJECTIVES:
                proofs = [prove(count, seed, objective) for seed in range(options.seeds)]
                lines.append(line(count, proofs, objective))
    print(markdown(head, lines))


if __name__ == "__main__":
    main()
