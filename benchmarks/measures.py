"""Every measure of a rules file on demo municipalities, beside the geopandas pipeline that an analyst writes.

``python benchmarks/measures.py --parcels 10000 60000 250000 --peer-parcels 10000`` prints what each measure takes,
whether time grows in step with the parcels, and how the analyst's pipeline compares after its columns proved equal.
A measure that uses what an earlier one made (free ground, unpacked sides) is charged only for what it adds.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from analyst import ANALYST
from apart import Cost, apart, cost_of, markdown, peak_mb

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.analysis.measuring.world import World
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import all_rules, load_rules
from locatiescan.config.sources import load_sources
from locatiescan.demo import make_demo
from locatiescan.demo.parcels import NAME
from locatiescan.model import Layer, Measurement, Storage
from locatiescan.scan import fetch, find_municipality, parcels_of

Layers = Mapping[str, Layer]
Column = Callable[[gpd.GeoDataFrame, Measurement], pd.Series | None]
Way = Callable[[Layers], Column]

TOLERANCE = {"free_area_m2": 2.0, "column_number": 2.0, "inscribed_circle_m": 0.1}
"""Largest difference by measure. Ours has true arcs at the corners of a margin, geopandas 16 straight pieces a quarter:
0.13 m² a building at 5 m, 0.7 m² on a parcel with many. At 256 pieces a quarter, 0.003 m² is left of that. A circle is
found to 0.1 m by definition; the copied column is that of the free area."""
WITHIN = 1e-6
"""Largest difference of all others, and what is added for large numbers, relative."""
UNEQUAL = "UNEQUAL"


class Run(NamedTuple):
    """All measures once or more: cost by rule, cost of the whole, memory before the measures, and the columns."""

    measures: dict[str, str]
    """Rule to the name of its measure."""
    rules: dict[str, Cost]
    whole: Cost
    reading_mb: float
    columns: pd.DataFrame


def main() -> None:
    """Measure ours at every size, the analyst's at some, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, nargs="+", default=[10_000, 60_000, 250_000])
    parser.add_argument("--peer-parcels", type=int, nargs="*", default=[10_000], help="minutes at 60 000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rules", type=Path, default=packaged_file("rules/flexwonen.yaml"))
    options = parser.parse_args()
    ours: dict[int, Run] = {}
    with tempfile.TemporaryDirectory() as folder:
        for parcels in sorted({*options.parcels, *options.peer_parcels}):
            place = Path(folder) / str(parcels)
            apart(make_demo, place, parcels)
            ours[parcels] = apart(measured, place, options.rules, our_way, options.runs)
            print(f"{parcels}: {ours[parcels].whole}", file=sys.stderr, flush=True)
        print(f"\n### Each measure, seconds\n\n{by_rule(ours)}\n\n### All measures\n\n{totals(ours)}", flush=True)
        for parcels in options.peer_parcels:
            theirs = apart(measured, Path(folder) / str(parcels), options.rules, analysts_way, 1)
            rows = beside(ours[parcels], theirs)
            print(f"\n### Beside geopandas, {parcels} parcels\n\n{rows}", flush=True)
            if UNEQUAL in rows:
                sys.exit("The columns are not equal, so the times say nothing.")


def measured(place: Path, rules_file: Path, way: Way, runs: int) -> Run:
    """Read a demo municipality and give every rule its column, as often as asked; nothing is kept between runs."""
    sources = load_sources(place / "bronnen.yaml")
    rules = load_rules(rules_file, MEASURES, sources)
    storage = Storage(place / "opslag")
    area, _ = find_municipality(NAME, sources, storage, _quiet)
    layers = fetch(area, rules, sources, storage, _quiet)
    parcels = parcels_of(area, layers["percelen"])
    parcels["nr"] = parcels.index
    reading_mb = peak_mb()
    took: dict[str, list[Cost]] = {}
    wholes = []
    for _ in range(runs):
        columns, whole = cost_of(lambda: filled(parcels, all_rules(rules), way(layers), took))
        wholes.append(whole)
    measures = {rule.naam: rule.measure for rule in all_rules(rules)}
    return Run(measures, {name: median(costs) for name, costs in took.items()}, median(wholes), reading_mb, columns)


def _quiet(title: str) -> Callable[[int, int | None], None]:
    return lambda received, promised: None


def filled(
    parcels: gpd.GeoDataFrame, rules: tuple[Measurement, ...], column: Column, took: dict[str, list[Cost]]
) -> pd.DataFrame:
    """One column for each rule that the way has a measure for; later rules see earlier columns."""
    table = parcels.copy()
    for rule in rules:
        values, cost = cost_of(lambda rule=rule: column(table, rule))
        if values is not None:
            table[rule.naam] = values.to_numpy()
            took.setdefault(rule.naam, []).append(cost)
    return pd.DataFrame(table[[name for name in took if name in table]])


def our_way(layers: Layers) -> Column:
    """The measures as a scan calls them."""
    world = World(layers)
    return lambda table, rule: MEASURES[rule.measure].function(table, rule, world)


def analysts_way(layers: Layers) -> Column:
    """The geopandas pipeline; None for a measure that it does not have."""
    kept: dict[str, object] = {}
    warnings.filterwarnings("ignore", message="`keep_geom_type")  # borders that touch leave lines: as they should

    def column(table: gpd.GeoDataFrame, rule: Measurement) -> pd.Series | None:
        names = [name for name in (rule.layer, *(item.layer for item in rule.exclude)) if name]
        if any(layers[name].absent for name in names):
            return pd.Series(np.nan, index=table.index)
        return ANALYST[rule.measure](table, rule, layers, kept) if rule.measure in ANALYST else None

    return column


def median(costs: list[Cost]) -> Cost:
    """Median of each figure, apart."""
    return Cost(*(statistics.median(figure) for figure in zip(*(astuple(cost) for cost in costs), strict=True)))


def by_rule(runs: Mapping[int, Run]) -> str:
    """A row a rule, a column a size."""
    head = ["rule", *(f"{parcels}" for parcels in runs)]
    names = next(iter(runs.values())).rules
    return markdown(head, [[name, *(run.rules[name].wall for run in runs.values())] for name in names])


def totals(runs: Mapping[int, Run]) -> str:
    """A row a size; time grows in step with the parcels where the seconds per 10 000 stay the same."""
    head = ("parcels", "wall, s", "CPU, s", "CPU per 10 000, s", "peak MB after reading", "peak MB")
    return markdown(
        head,
        [
            (n, run.whole.wall, run.whole.cpu, run.whole.cpu / n * 10_000, run.reading_mb, run.whole.peak_mb)
            for n, run in runs.items()
        ],
    )


def beside(ours: Run, theirs: Run) -> str:
    """A row a rule with both times and how far the columns are apart."""
    rows: list[tuple[object, ...]] = []
    for name, cost in theirs.rules.items():
        rows.append((name, *ratios(ours.rules[name], cost), difference(name, ours, theirs)))
    rows.append(("**all**", *ratios(total(ours, theirs), total(theirs, theirs)), None))
    head = ("rule", "locatiescan, s", "its CPU, s", "geopandas, s", "its CPU, s", "×", "× CPU", "largest difference")
    return markdown(head, rows)


def ratios(ours: Cost, theirs: Cost) -> tuple[float, ...]:
    """Wall and processor time of both, and how many times ours theirs is; less than 0.1 ms is too short to compare."""
    shortest = 1e-4
    times = theirs.wall / max(ours.wall, shortest), theirs.cpu / max(ours.cpu, shortest)
    return (ours.wall, ours.cpu, theirs.wall, theirs.cpu, *times)


def total(run: Run, compared: Run) -> Cost:
    """Sum over the rules that were measured in both ways."""
    costs = [run.rules[name] for name in compared.rules]
    return Cost(sum(cost.wall for cost in costs), sum(cost.cpu for cost in costs), run.whole.peak_mb)


def difference(name: str, our_run: Run, their_run: Run) -> str:
    """Largest difference of numbers, or how many classes differ; says so where that is too much."""
    ours, theirs = our_run.columns[name], their_run.columns[name]
    both = ours.notna() & theirs.notna()
    unknown = int((ours.isna() != theirs.isna()).sum())
    if not pd.api.types.is_numeric_dtype(ours):
        wrong = ours[both] != theirs[both]
        text = "none"
    else:
        off = np.abs(ours[both] - theirs[both].astype("float64"))
        wrong = off > TOLERANCE.get(our_run.measures[name], WITHIN) + WITHIN * np.abs(ours[both])
        text = f"{off.max():.1e}" if len(off) else "all unknown"
    return f"{UNEQUAL}: {text}, {wrong.sum()} wrong, {unknown} unknown in one" if unknown or wrong.any() else text


if __name__ == "__main__":
    main()
