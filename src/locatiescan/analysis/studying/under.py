"""What of a finished run lies under a site: candidates, rejected parcels, and what stands on them now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from locatiescan.analysis.studying.explain import LimitFact, applies, layers_of, margin, plain, way_out
from locatiescan.config.rules import all_rules
from locatiescan.model import NEE, Limit, Rules

BUILDINGS = "panden"
FREE = "free_area_m2"
SLIVER = 1e-4
"""Less of a site than this is how coordinates were rounded."""


@dataclass(frozen=True, eq=False)
class Scanned:
    """One municipality as its run left it, cut down to what lies under the sites."""

    name: str
    boundary: shapely.Geometry
    parcels: gpd.GeoDataFrame
    """Judged, as in ``ScanResult.parcels``; those that touch a site."""
    rules: Rules
    buildings: np.ndarray | None
    """Shapes of buildings that touch a site; None where the run had no such layer."""


class Piece(NamedTuple):
    """A rejected parcel under a site."""

    row: Mapping[str, Any]
    share: float
    """Part of the site's ground; 1 for a point."""
    failed: tuple[Limit, ...]
    of_buildings: frozenset[str]
    """Names of the limits that it fails because of buildings."""
    built_m2: float
    """Ground under buildings; NaN where the run had no buildings."""


@dataclass(frozen=True)
class Obstacle:
    """A limit on which ground under a site is rejected."""

    grens: str
    share: float
    """Part of the site's ground."""
    alone: float
    """Part of the site's ground that is rejected by this limit and no other."""
    words: str
    """Of the largest parcel: what was measured, and what must change."""
    built: bool
    """Whether it looks at what stands there."""


def shares(site: Any, shapes: np.ndarray) -> dict[int, float]:
    """Part of a site's ground that each shape holds, by its place; a point lies in the first that holds it, whole.

    Parameters
    ----------
    site : Geometry
        Polygon or point.
    shapes : ndarray of Geometry
        None and empty shapes hold nothing.
    """
    near = sorted(shapely.STRtree(shapes).query(site, predicate="intersects").tolist())
    if not site.area:
        return dict.fromkeys(near[:1], 1.0)
    common = [float(shapely.intersection(site, valid(shapes[place])).area) / site.area for place in near]
    return {place: part for place, part in zip(near, common, strict=True) if part > SLIVER}


def valid(shape: Any) -> Any:
    """The shape without crossings; what a run keeps was mended before, so this is seldom needed."""
    return shape if shapely.is_valid(shape) else shapely.make_valid(shape, method="structure", keep_collapsed=False)


def rejected(site: Any, scanned: Sequence[Scanned], taken: Collection[str]) -> list[Piece]:
    """Parcels under a site that the limits reject, largest piece first.

    Parameters
    ----------
    taken : collection of str
        Ids of parcels that are part of a candidate.
    """
    pieces = [piece for one in scanned for piece in _pieces(site, one, taken)]
    return sorted(pieces, key=lambda piece: -piece.share)


def _pieces(site: Any, scanned: Scanned, taken: Collection[str]) -> list[Piece]:
    shapes = scanned.parcels.geometry.to_numpy()
    found = []
    for place, share in shares(site, shapes).items():
        row = {str(name): value for name, value in scanned.parcels.iloc[place].items()}
        if str(row["perceel_id"]) in taken or row["oordeel"] != NEE:
            continue
        ground = valid(shapes[place])
        ground = shapely.intersection(site, ground) if site.area else ground
        built = _built(ground, scanned.buildings)
        failed = tuple(limit for limit in scanned.rules.limits if row.get(f"{limit.naam}_oordeel") == NEE)
        because = frozenset(
            limit.naam for limit in failed if built > 0 and _of_buildings(limit, scanned.rules, shapes[place].area)
        )
        found.append(Piece(row, share, failed, because, built))
    return found


def _built(ground: Any, buildings: np.ndarray | None) -> float:
    if buildings is None:
        return float("nan")
    near = buildings[shapely.STRtree(buildings).query(ground, predicate="intersects")]
    return float(shapely.intersection(ground, shapely.union_all([valid(shape) for shape in near])).area)


def _of_buildings(limit: Limit, rules: Rules, area: float) -> bool:
    """Whether a limit looks at buildings, and the parcel is not too small even without them."""
    too_small = limit.measure == FREE and limit.min is not None and area < limit.min
    return BUILDINGS in layers_of(limit, {rule.naam: rule for rule in all_rules(rules)}) and not too_small


def obstacles(pieces: Sequence[Piece]) -> tuple[Obstacle, ...]:
    """Limits on which ground under a site is rejected, that of most ground first."""
    limits = {limit.naam: limit for piece in pieces for limit in piece.failed}
    found = [_obstacle(limit, pieces) for limit in limits.values()]
    return tuple(sorted(found, key=lambda one: (-one.share, one.grens)))


def _obstacle(limit: Limit, pieces: Sequence[Piece]) -> Obstacle:
    own = [piece for piece in pieces if limit.naam in {failed.naam for failed in piece.failed}]
    alone = [piece for piece in own if len(piece.failed) == 1]
    largest = own[0]
    rule = next(failed for failed in largest.failed if failed.naam == limit.naam)
    value = plain(largest.row.get(rule.naam))
    fact = LimitFact(rule, value, applies(largest.row, rule), (), NEE, *margin(value, rule))  # type: ignore[arg-type]
    return Obstacle(
        rule.naam,
        sum(piece.share for piece in own),
        sum(piece.share for piece in alone),
        way_out(fact),
        any(rule.naam in piece.of_buildings for piece in own),
    )
