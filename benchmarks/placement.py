"""How long it takes to draw every product on every location of a finished run.

Free ground is made of the run's own layers, roads too. Measured twice: with the storeys that the plan's height allows,
unknown where it says none, and with four storeys everywhere, which is the most work. Processor time, since the machine
may have more to do. Run: ``python benchmarks/placement.py uitvoer/demowaard.gpkg``.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.analysis.answering.capacity import capacity
from locatiescan.analysis.measuring.free import free_shapes
from locatiescan.analysis.measuring.world import World
from locatiescan.config.dwellings import load_dwellings
from locatiescan.config.packaged import packaged_file
from locatiescan.model import Exclusion, Layer, Measurement, Source

EXCLUDE = (Exclusion("panden", 5.0), Exclusion("water"), Exclusion("natura2000"))
STOREY_M, ROOF_M, YEARS = 3.0, 0.5, 15.0


def ground_of(run: Path, sites: gpd.GeoDataFrame) -> np.ndarray:
    """Free ground of each location."""
    layers = {}
    for name in {item.layer for item in EXCLUDE}:
        source = Source(name, name, "file", "vlak", "-", "-", "fictief")
        layers[name] = Layer(name, source, gpd.read_file(run, layer=name))
    rule = Measurement(naam="vrij_m2", measure="free_area_m2", waarom="meting", exclude=EXCLUDE)
    return free_shapes(sites, rule, World(layers))


def heights_of(sites: gpd.GeoDataFrame, storeys: int | None) -> pd.DataFrame:
    """Storeys of the plan, or the same everywhere."""
    allowed = np.floor((sites["max_bouwhoogte_m"] - ROOF_M) / STOREY_M).clip(lower=0).astype("Int64")
    lagen = allowed if storeys is None else pd.Series(storeys, sites.index, dtype="Int64")
    return pd.DataFrame({"lagen": lagen, "lagen_ten_hoogste": lagen})


def report(run: Path) -> list[str]:
    """Lines of a Markdown table."""
    sites = gpd.read_file(run, layer="kandidaten").set_index("locatie_id")
    roads = gpd.read_file(run, layer="wegen").geometry.to_numpy()
    dwellings, free = load_dwellings(packaged_file("rules/woningtypen.yaml")), ground_of(run, sites)
    lines = [
        f"{len(sites)} locations, {np.mean(shapely.get_num_coordinates(free)):.0f} corners and"
        f" {np.mean(shapely.area(free)):.0f} m² free on average.",
        "",
        "| storeys | ms processor time a location | seconds | homes | cautious | favourable | blocks drawn |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for storeys in (None, 4):
        heights = heights_of(sites, storeys)
        capacity(sites[:5], free[:5], heights[:5], dwellings, YEARS, roads)  # compiles
        begin, processor = time.perf_counter(), time.process_time()
        found = capacity(sites, free, heights, dwellings, YEARS, roads)
        each, seconds = (time.process_time() - processor) / len(sites) * 1000, time.perf_counter() - begin
        homes = " | ".join(str(found.sites[name].sum()) for name in ("woningen", "woningen_laag", "woningen_hoog"))
        blocks = (found.layout["soort"] == "blok").sum()
        lines.append(f"| {storeys or 'as planned'} | {each:.1f} | {seconds:.1f} | {homes} | {blocks} |")
    return lines


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("run", type=Path, help="GeoPackage of a finished run")
    print("\n".join(report(options.parse_args().run)))


if __name__ == "__main__":
    main()
