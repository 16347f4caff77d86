"""Every product on one location: drawn, or the reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely import affinity

from locatiescan.analysis.answering.access import Roads, beside_roads, passable, reached
from locatiescan.analysis.answering.layout import (
    Building,
    Choice,
    Drawing,
    Ground,
    Setting,
    choices,
    drawn,
    spec_of,
)
from locatiescan.analysis.answering.mix import Mix, coupled_modules, mix_of
from locatiescan.analysis.geometry.rows import BAYS, BLOCK, DRIVE
from locatiescan.model import JA, NEE, ONBEKEND
from locatiescan.policy.dwellings import Dwellings, Module, Product

HALVINGS = 24
"""Enough to find the size of a square to a centimetre."""
MOST_TRIES = 8
"""Drawings of one product, in other directions and of other modules, until engines reach one."""
UNREACHED = "de brandweer komt niet dicht genoeg bij de blokken, of auto's komen niet bij de vakken"


@dataclass(frozen=True)
class Limits:
    """What is known of the height that the plan allows."""

    storeys: int | None
    """None where unknown."""
    at_most: int | None
    """Upper bound by what is known; None where nothing is."""

    @property
    def drawn(self) -> int:
        """Most storeys to draw: one where nobody knows, and less where that is known to be too much."""
        if self.storeys is not None:
            return self.storeys
        return 1 if self.at_most is None else min(1, self.at_most)

    @property
    def known(self) -> int | None:
        """Storeys above which it is surely too high."""
        return self.at_most if self.storeys is None else self.storeys


@dataclass(frozen=True)
class Found:
    """One product on one location."""

    product: Product
    fits: str
    """``ja``, ``nee`` or ``onbekend``."""
    why: str | None = None
    """In Dutch; None where it simply fits."""
    building: Building | None = None
    drawing: Drawing | None = None
    access: str = ONBEKEND
    """Whether fire engines reach it."""

    @property
    def homes(self) -> int:
        """Homes that were drawn."""
        return self.drawing.homes if self.drawing else 0


@dataclass(frozen=True)
class Site:
    """All that was found out of one location."""

    name: str
    found: tuple[Found, ...]
    best: Found | None = None
    low: int = 0
    """Homes of the best product with the cautious set."""
    high: int = 0
    drawn_m2: float = float("nan")
    """Free ground that was drawn on; NaN where unknown."""


@dataclass(frozen=True)
class Task:
    """What holds for all locations."""

    dwellings: Dwellings
    years: float
    roads: Roads
    settings: Mapping[str, Setting]
    """By ``laag``, ``midden`` and ``hoog``."""
    mixes: Mapping[str, Mix]
    """By module."""
    modules: Mapping[str, Sequence[Module]]
    """By product, those that are worth trying."""


def worked_out(name: str, shape: Any, limits: Limits, task: Task) -> Site:
    """Put every product on one location, and choose the best."""
    products = task.dwellings.producten
    if shape is None:
        return Site(name, tuple(Found(product, ONBEKEND, "vrije grond onbekend") for product in products))
    roads = task.roads.near(shape, task.dwellings.brandweer.weg_m)
    shape = beside_roads(shape, roads, task.dwellings.brandweer)
    if shapely.area(shape) <= 0:
        return Site(name, tuple(Found(product, NEE, "geen vrije grond") for product in products), drawn_m2=0.0)
    own = task.dwellings.per_locatie.get(name)
    if own is not None:
        task = replace(task, mixes={m.naam: mix_of(task.dwellings, m, own) for m in task.dwellings.modules})
    ground = Ground(within(shape, task.dwellings.max_m2))
    found = tuple(_product(product, ground, limits, roads, task) for product in products)
    best = max((one for one in found if one.homes), key=_worth, default=None)
    low, high = _range(best, ground, task)
    return Site(name, found, best, low, high, ground.area)


def _worth(found: Found) -> tuple[bool, int, int]:
    """Reached by fire engines first, then most homes, then fewest storeys."""
    return found.access != NEE, found.homes, -found.product.lagen


def within(shape: Any, most_m2: float) -> Any:
    """The shape itself, or of one that is too large as many of its largest parts as may be, the last one cut."""
    if shapely.area(shape) <= most_m2:
        return shape
    parts = np.array(sorted(shapely.get_parts(shape), key=shapely.area, reverse=True), dtype=object)
    whole = int(np.searchsorted(np.cumsum(shapely.area(parts)), most_m2, side="right"))
    rest = _square(parts[whole], most_m2 - float(shapely.area(parts[:whole]).sum()))
    return shapely.union_all([*parts[:whole], rest]) if whole else rest


def _square(part: Any, most_m2: float) -> Any:
    """What of a polygon lies in a square round a point inside, as large as the area allows."""
    middle = shapely.point_on_surface(part)
    lies = float(Ground(part).directions[0])  # so that rows do not run along the square

    def cut(half: float) -> Any:
        square = shapely.buffer(middle, half, cap_style="square")
        return shapely.intersection(part, affinity.rotate(square, lies, origin=middle, use_radians=True))

    west, south, east, north = shapely.bounds(part)
    low, high = 0.0, 2 * max(east - west, north - south)
    for _ in range(HALVINGS):
        half = (low + high) / 2
        low, high = (half, high) if shapely.area(cut(half)) <= most_m2 else (low, half)
    return cut(low)


def worth_trying(product: Product, dwellings: Dwellings) -> list[Module]:
    """Modules of a product, without those that cannot give more homes than another.

    That is so where the other takes no more room and no home needs more of it.
    """
    kept: list[Module] = []
    modules = [module for module in dwellings.modules if module.naam in product.modules]
    for module in sorted(modules, key=lambda module: (module.breedte_m, module.diepte_m)):
        own = coupled_modules(dwellings.doelgroepen, module)
        no_deeper = [coupled_modules(dwellings.doelgroepen, m) for m in kept if m.diepte_m <= module.diepte_m]
        if not any((other <= own).all() for other in no_deeper):
            kept.append(module)
    return kept


def _product(product: Product, ground: Ground, limits: Limits, roads: Any, task: Task) -> Found:
    barred = _barred(product, limits, task.years)
    if barred:
        return barred
    best = _best_reached(product, ground, roads, task)
    if best.drawing is None or not best.homes:
        why = "een blok past, maar niet met het parkeren en de buitenruimte die erbij horen"
        return Found(product, NEE, why if best.drawing else "er past geen enkel blok op de vrije grond")
    if best.access == NEE:
        return replace(best, fits=NEE, why=UNREACHED)
    if limits.storeys is None:
        return replace(best, fits=ONBEKEND, why="past op de grond; welke hoogte het plan toelaat is niet bekend")
    return best


def _barred(product: Product, limits: Limits, years: float) -> Found | None:
    """Why a product need not be drawn."""
    if years < product.min_jaren:
        return Found(product, NEE, f"termijn van {years:g} jaar is te kort: vanaf {product.min_jaren:g} jaar")
    if product.max_jaren is not None and years > product.max_jaren:
        return Found(product, NEE, f"termijn van {years:g} jaar is te lang: tot {product.max_jaren:g} jaar")
    if limits.known is not None and product.lagen > limits.known:
        return Found(product, NEE, f"te hoog: {product.lagen} lagen, ten hoogste {limits.known} in het plan")
    if product.lagen > limits.drawn:
        return Found(product, ONBEKEND, "welke hoogte het plan toelaat is niet bekend; alleen één laag is getekend")
    return None


def _best_reached(product: Product, ground: Ground, roads: Any, task: Task) -> Found:
    """Most homes that engines reach; where they reach none, most homes. No drawing where no block fits."""
    best = Found(product, JA)
    ways = _ways(product, ground, task)
    for choice, building, spec in sorted(ways, key=lambda way: -way[0].homes)[:MOST_TRIES]:
        if best.homes and best.access != NEE and choice.homes <= best.homes:
            break
        drawing = drawn(ground, building, task.settings["midden"], spec, choice)
        if best.access != NEE and drawing.homes <= best.homes and best.drawing:
            continue
        access = _access(drawing, ground, roads, task) if drawing.homes else NEE
        found = replace(best, building=building, drawing=drawing, access=access)
        best = found if best.drawing is None or _worth(found) > _worth(best) else best
    return best


def _ways(product: Product, ground: Ground, task: Task) -> list[tuple[Choice, Building, np.ndarray]]:
    """Directions and modules to try: the module that needs least length in all, the others where that one does best."""
    setting, found = task.settings["midden"], []
    buildings = [Building(product, module, task.mixes[module.naam]) for module in task.modules[product.naam]]
    directions = ground.directions
    for building in sorted(buildings, key=lambda one: one.mix.needed[-1] * one.module.breedte_m):
        spec = spec_of(building, setting, task.dwellings)
        here = choices(ground, building, setting, spec, task.dwellings, directions)
        found += [(choice, building, spec) for choice in here if choice.held]
        directions = np.array([choice.theta for choice in here[:2]])
    return found


def _access(drawing: Drawing, ground: Ground, roads: Any, task: Task) -> str:
    fire = task.dwellings.brandweer
    blocks, bays, lanes = (drawing.polygons(kind) for kind in (BLOCK, BAYS, DRIVE))
    return reached(ground.kept("passable", lambda: passable(ground.shape, fire)), blocks, bays, lanes, roads, fire)


def _range(best: Found | None, ground: Ground, task: Task) -> tuple[int, int]:
    """Homes of the same building with the cautious and with the favourable set."""
    if best is None or best.building is None:
        return 0, 0
    low, high = (_most(best, ground, task, which) for which in ("laag", "hoog"))
    return min(low, best.homes), max(high, best.homes)


def _most(best: Found, ground: Ground, task: Task, which: str) -> int:
    """In the direction of the drawing, and where that holds nothing in the others."""
    if best.building is None or best.drawing is None:
        return 0
    building, setting, theta = best.building, task.settings[which], best.drawing.theta
    spec = spec_of(building, setting, task.dwellings)
    others = ground.directions[ground.directions != theta]
    for some in (np.array([theta]), others):
        found = choices(ground, building, setting, spec, task.dwellings, some)
        homes = max((drawn(ground, building, setting, spec, choice).homes for choice in found), default=0)
        if homes:
            return homes
    return 0
