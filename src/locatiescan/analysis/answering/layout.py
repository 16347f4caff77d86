"""One product on one shape: laid out in each direction, trimmed to the homes it holds, and drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from locatiescan.analysis.answering.mix import Mix, fits_together
from locatiescan.analysis.geometry.placement import drawing, most_places, search
from locatiescan.analysis.geometry.rows import BAYS, BLOCK, COUNT, DEPTH, DRIVE, EAST, KIND, NORTH, SOUTH, WEST, WIDTH
from locatiescan.analysis.geometry.sides import unpack
from locatiescan.analysis.geometry.trials import directions as directions_of
from locatiescan.analysis.geometry.trimming import trimmed
from locatiescan.policy.dwellings import Dwellings, Module, Product, Triple

EVEN = 1e-9
"""Rounding of products such as 0.6 times 5 must not ask one place more."""


@dataclass(frozen=True)
class Setting:
    """How ground is laid out in one of the three sets."""

    edge_m: float
    rows_m: float
    heads_m: float
    norm: float
    """Parking places per home."""
    outdoor_m2: float
    """Ground per home that is neither built nor parked upon."""


@dataclass(frozen=True)
class Building:
    """A product made of one module."""

    product: Product
    module: Module
    mix: Mix


@dataclass(frozen=True)
class Choice:
    """One direction to lay rows in."""

    homes: int
    """At most, for what is drawn."""
    theta: float
    """Radians."""
    modules: int
    """To draw, a storey."""
    held: int
    """Most modules a storey that fit, whatever parking asks."""
    enough: int
    """More places than these were not looked for."""


@dataclass(frozen=True)
class Drawing:
    """A layout that stands."""

    homes: int
    rectangles: np.ndarray
    """As `rows` has them, in the turned frame."""
    theta: float
    """Direction of the rows, radians."""
    origin: tuple[float, float]
    """RD New; of the frame."""
    held: int
    """Most modules a storey that fit, whatever parking asks."""

    def of_kind(self, kind: int) -> np.ndarray:
        """Rectangles of one kind."""
        return self.rectangles[self.rectangles[:, KIND] == kind]

    def polygons(self, kind: int) -> np.ndarray:
        """Rectangles of one kind as geometry in RD New."""
        return self._polygons[self.rectangles[:, KIND] == kind]

    @cached_property
    def _polygons(self) -> np.ndarray:
        """All rectangles as geometry: one call for what is asked kind by kind, and asked again."""
        x, y = (
            self.rectangles[:, [WEST, EAST, EAST, WEST, WEST]],
            self.rectangles[:, [SOUTH, SOUTH, NORTH, NORTH, SOUTH]],
        )
        cos, sin = np.cos(self.theta), np.sin(self.theta)
        turned = np.empty((*x.shape, 2))
        turned[..., 0] = x * cos - y * sin + self.origin[0]
        turned[..., 1] = x * sin + y * cos + self.origin[1]
        return np.asarray(shapely.polygons(turned))

    @property
    def built_m2(self) -> float:
        """Ground under blocks."""
        return _area(self.of_kind(BLOCK))

    @property
    def modules(self) -> int:
        """Modules a storey."""
        return int(self.of_kind(BLOCK)[:, COUNT].sum())

    @property
    def places(self) -> int:
        """Parking places."""
        return int(self.of_kind(BAYS)[:, COUNT].sum())


class Ground:
    """Free ground of one location, with what was found out about it: kinds of block share the search."""

    def __init__(self, shape: Any):
        sides = unpack(np.array([shape], dtype=object))
        self.origin = (float(sides.x0[0]), float(sides.y0[0]))
        x, y = self.origin
        self.sides = np.column_stack((sides.x0 - x, sides.y0 - y, sides.x1 - x, sides.y1 - y))
        self.area = float(shapely.area(shape))
        self.shape = shape
        self._kept: dict[Any, Any] = {}

    @cached_property
    def directions(self) -> np.ndarray:
        """Directions to try, radians."""
        return directions_of(self.sides)

    def searched(self, theta: float, spec: np.ndarray, enough: int) -> Any:
        """See `search`."""
        return self.kept((theta, enough, *spec), lambda: search(self.sides, theta, spec, enough))

    def kept(self, key: Any, make: Callable[[], Any]) -> Any:
        """What was made before under this key, or else is made now."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def setting_of(dwellings: Dwellings, which: str, norm: float | None) -> Setting:
    """One of the sets ``laag``, ``midden`` and ``hoog``; the municipality's norm goes before the general one."""
    layout = dwellings.inrichting

    def value(triple: Triple) -> float:
        return float(getattr(triple, which))

    return Setting(
        value(layout.afstand_rand_m),
        value(layout.afstand_blokken_m),
        value(layout.kopafstand_m),
        value(layout.parkeernorm) if norm is None else norm,
        value(layout.buitenruimte_m2),
    )


def spec_of(building: Building, setting: Setting, dwellings: Dwellings) -> np.ndarray:
    """What the search must know of a kind of block; columns of `rows`."""
    product, module, parking = building.product, building.module, dwellings.parkeren
    block = (module.diepte_m + product.galerij_m, module.breedte_m, product.min_modules, product.max_modules)
    apart = (product.trap_m, setting.edge_m, setting.rows_m, setting.heads_m)
    bays = (
        parking.vak_breedte_m,
        parking.vak_lengte_m,
        parking.rijloper_m,
        parking.afstand_gevel_m,
        parking.min_vakken,
    )
    return np.array([*block, *apart, *bays], dtype=np.float64)


def choices(
    ground: Ground,
    building: Building,
    setting: Setting,
    spec: np.ndarray,
    dwellings: Dwellings,
    directions: np.ndarray,
) -> list[Choice]:
    """What each direction may hold, most homes first; drawing it may show fewer."""
    enough = _enough_places(ground, building, setting, spec, dwellings)
    found = []
    for theta in directions:
        places = most_places(*ground.searched(float(theta), spec, enough)[1:])
        homes = building.mix.homes_in(np.arange(len(places)) * building.product.lagen)
        if setting.norm:
            homes = np.minimum(homes, np.floor(places / setting.norm + EVEN).astype(np.int64))
        best = int(np.argmax(homes))
        found.append(Choice(int(homes[best]), float(theta), best, len(places) - 1, enough))
    return sorted(found, key=lambda choice: -choice.homes)


def _enough_places(ground: Ground, building: Building, setting: Setting, spec: np.ndarray, dwellings: Dwellings) -> int:
    """Places that more homes than the area can hold would ask for, with as many storeys as like blocks have.

    Blocks that differ in storeys only are searched once: so they must be searched for the highest.
    """
    same = (p.lagen for p in dwellings.producten if _block(p) == _block(building.product))
    modules = int(ground.area / (spec[DEPTH] * spec[WIDTH])) * max(same)
    return int(np.ceil(setting.norm * building.mix.homes_in(modules) - EVEN))


def _block(product: Product) -> tuple[float, ...]:
    return product.min_modules, product.max_modules, product.trap_m, product.galerij_m


def drawn(ground: Ground, building: Building, setting: Setting, spec: np.ndarray, choice: Choice) -> Drawing:
    """Draw one direction, and trim it to the homes that it holds with their parking and ground."""
    whole = np.empty((0, 8))
    if choice.homes:
        found = ground.searched(choice.theta, spec, choice.enough)
        whole = drawing(ground.sides, choice.theta, spec, choice.enough, found, choice.modules)
    result = Drawing(0, whole, choice.theta, ground.origin, choice.held)
    homes = _most_homes(result, building, setting)
    while homes > 0:
        result = _with_homes(result, homes, whole, building, setting, spec)
        if _stands(result, ground.area, building, setting):
            return result
        homes -= 1
    return replace(result, homes=0, rectangles=whole[:0])


def _most_homes(drawing: Drawing, building: Building, setting: Setting) -> int:
    homes = int(building.mix.homes_in(drawing.modules * building.product.lagen))
    return min(homes, int(drawing.places / setting.norm + EVEN)) if setting.norm else homes


def _with_homes(
    drawing: Drawing, homes: int, whole: np.ndarray, building: Building, setting: Setting, spec: np.ndarray
) -> Drawing:
    modules = -(-int(building.mix.needed[homes]) // building.product.lagen)
    rest = trimmed(whole, spec, modules, int(np.ceil(setting.norm * homes - EVEN)))
    return replace(drawing, homes=homes, rectangles=rest)


def _stands(drawing: Drawing, area: float, building: Building, setting: Setting) -> bool:
    """Whether the homes fit the modules with their couplings, and ground is left for all."""
    used = sum(_area(drawing.of_kind(kind)) for kind in (BLOCK, BAYS, DRIVE))
    runs = np.repeat(drawing.of_kind(BLOCK)[:, COUNT], building.product.lagen)
    fits = fits_together(building.mix.counts[drawing.homes], building.mix.coupled, runs)
    return fits and area - used + EVEN >= drawing.homes * setting.outdoor_m2


def _area(rectangles: np.ndarray) -> float:
    size = (rectangles[:, EAST] - rectangles[:, WEST]) * (rectangles[:, NORTH] - rectangles[:, SOUTH])
    return float(size.sum())
