"""The map in a real Chromium: how large, how soon open, how fast it ranks anew.

``python benchmarks/map.py`` makes two demo municipalities: one with some 5000 candidates, shown without the parcels
that fell out, and one of 60 000 parcels, shown with all of them. Opening is from navigation until the map, list and
panel work; ranking anew is the handler of one slider, median of fifty, and the same with the next frame painted.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.packaged import packaged_file
from locatiescan.config.policy import load_policy
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.demo import make_demo
from locatiescan.model import ScanResult, Storage
from locatiescan.outputs.webmap import BACKGROUND, leaflet_css, leaflet_js, write_map
from locatiescan.policy.asked import Asked
from locatiescan.scan import find_municipality, scan
from locatiescan.sources.page import Progress

CHROMIUM = "/usr/bin/chromium"
MOMENT = "2026-11-23T12:00:00+00:00"
OPENED = """async () => {
  await locatiescan.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return locatiescan.opened;
}"""
RANKED = """async () => {
  const kept = locatiescan.weigh, count = document.querySelectorAll("#schuiven input").length, times = [], painted = [];
  for (let turn = 0; turn < 50; turn++) {
    const weights = Array.from({length: count}, (_, k) => 0.5 + ((turn * 7 + k * 3) % 20) / 2);
    const from = performance.now();
    kept(weights);
    times.push(performance.now() - from);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    painted.push(performance.now() - from);
  }
  return [times, painted];
}"""


def silent(title: str) -> Progress:
    """Tell nobody of progress."""
    return lambda *told: None


def scanned(parcels: int, folder: Path) -> ScanResult:
    """A demo municipality of so many parcels, answered."""
    catalogue = make_demo(folder / str(parcels), parcels)
    sources = load_sources(catalogue)
    file = packaged_file("rules/flexwonen.yaml")
    rules = load_rules(file, MEASURES, sources)
    policy = load_policy(file, rules)
    storage = Storage(folder / f"store{parcels}")
    area, boundary = find_municipality("Demowaard", sources, storage, silent)
    asked = Asked(policy, date(2026, 11, 23), policy.planning.termijn_jaren)
    return scan(area, boundary, rules, sources, storage, MOMENT, silent, asked)


def measured(browser: Browser, path: Path) -> Mapping[str, Any]:
    """Open a map three times; rank anew in the last."""
    opened, outside = [], []
    for _ in range(3):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.route("http*://**", lambda route: (outside.append(route.request.url), route.abort()))
        page = context.new_page()
        page.goto(path.as_uri())
        opened.append(page.evaluate(OPENED))
        if len(opened) == 3:
            times, painted = page.evaluate(RANKED)
        context.close()
    return {
        "MB without Leaflet": (path.stat().st_size - len(leaflet_js().encode()) - len(leaflet_css().encode())) / 1e6,
        "opens, s": statistics.median(opened) / 1000,
        "ranks anew, ms": statistics.median(times),
        "worst, ms": max(times),
        "and painted, ms": statistics.median(painted),
        "requests but tiles": sum(not url.startswith(BACKGROUND.split("{")[0]) for url in outside),
    }


def main() -> None:
    """Print the figures of both maps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates-from", type=int, default=215_000, help="parcels that give some 5000 candidates")
    parser.add_argument("--parcels", type=int, default=60_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        many = scanned(chosen.candidates_from, Path(name))
        maps = {"candidates only": replace(many, parcels=many.parcels[many.parcels["rang"].notna()])}
        maps["with all parcels"] = scanned(chosen.parcels, Path(name))
        for title, result in maps.items():
            path = Path(name) / "kaart.html"
            write_map(result, path)
            figures = ", ".join(f"{key} {value:.3g}" for key, value in measured(browser, path).items())
            print(f"{title}: {len(result.sites)} candidates, {len(result.parcels)} parcels: {figures}")
        browser.close()


if __name__ == "__main__":
    main()
