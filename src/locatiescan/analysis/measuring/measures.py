"""The measures a rules file may name. A new measure is one function and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.measuring import contents, distance, frontage, shape, shares, surroundings
from locatiescan.analysis.measuring.extent import applies
from locatiescan.analysis.measuring.world import ENDS, World, in_doubt
from locatiescan.model import ONBEKEND, Exclusion, Extent, Measure, Measurement

ANY = ("vlak", "lijn", "punt")

MEASURES: Mapping[str, Measure] = {
    "area_m2": Measure(shape.area_m2, "m2", "oppervlakte van het perceel", size=True),
    "free_area_m2": Measure(
        shape.free_area_m2, "m2", "vrije oppervlakte van het perceel", needs=("exclude",), size=True
    ),
    "inscribed_circle_m": Measure(
        shape.inscribed_circle_m, "m", "middellijn van de grootste cirkel die past", takes=("exclude",), size=True
    ),
    "largest_free_m2": Measure(
        shape.largest_free_m2, "m2", "grootste aaneengesloten vrije deel", needs=("exclude",), size=True
    ),
    "width_m": Measure(
        shape.width_m, "m", "korte zijde van de kleinste rechthoek eromheen", takes=("exclude",), size=True
    ),
    "rectangle_m": Measure(
        shape.rectangle_m,
        "m",
        "lengte van de langste rechthoek van de gevraagde breedte die past",
        needs=("width_m",),
        takes=("exclude",),
        size=True,
    ),
    "compactness": Measure(shape.compactness, "aandeel", "compactheid, 1 is een cirkel"),
    "covered_share": Measure(shares.covered_share, "aandeel", "deel van het perceel", ANY, takes=("where", "buffer_m")),
    "dominant_class": Measure(
        shares.dominant_class,
        "",
        "wat op het grootste deel geldt",
        ("vlak",),
        ("column",),
        ("where",),
        text=True,
        monotone=False,
    ),
    "dominant_share": Measure(
        shares.dominant_share, "aandeel", "deel waarop dat geldt", ("vlak",), ("column",), ("where",), monotone=False
    ),
    "class_list": Measure(
        shares.class_list,
        "",
        "alles wat er geldt, met ; ertussen",
        ("vlak",),
        ("column",),
        ("where",),
        text=True,
        monotone=False,
    ),
    "governing_value": Measure(
        shares.governing_value,
        "",
        "getal dat op het grootste deel geldt",
        ("vlak",),
        ("column",),
        ("where",),
        monotone=False,
    ),
    "distance_m": Measure(distance.distance_m, "m", "afstand", ANY, takes=("where", "reach_m")),
    "frontage_m": Measure(
        frontage.frontage_m,
        "m",
        "lengte van de buitengrens die eraan ligt",
        ("vlak", "lijn"),
        ("buffer_m",),
        ("where",),
        size=True,
    ),
    "nearby_number": Measure(
        surroundings.nearby_number,
        "",
        "mediaan over wat er omheen staat",
        ANY,
        ("column", "reach_m"),
        ("where",),
        monotone=False,
    ),
    "nearby_class": Measure(
        surroundings.nearby_class,
        "",
        "wat er omheen het meest voorkomt",
        ANY,
        ("column", "reach_m"),
        ("where",),
        text=True,
        monotone=False,
    ),
    "feature_count": Measure(contents.feature_count, "aantal", "aantal op het perceel", ANY, takes=("where",)),
    "column_sum": Measure(contents.column_sum, "", "som over wat op het perceel staat", ANY, ("column",), ("where",)),
    "grid_mean": Measure(contents.grid_mean, "", "gemiddelde over het perceel", ("grid",)),
    "column_number": Measure(contents.column_number, "", "getal uit een kolom van het perceel", needs=("column",)),
    "column_text": Measure(
        contents.column_text, "", "klasse uit een kolom van het perceel", needs=("column",), text=True
    ),
}


def measure(parcels: gpd.GeoDataFrame, rules: tuple[Measurement, ...], world: World) -> gpd.GeoDataFrame:
    """Give parcels a column for each rule, in order, so that a later rule can read an earlier one's column.

    Parameters
    ----------
    parcels : GeoDataFrame
        One row a parcel, RD New, with a plain 0..n-1 index.
    rules : tuple of Measurement
    world : World
        Layers by name; an absent one makes its columns unknown. Made for these parcels and no others.

    Returns
    -------
    GeoDataFrame
        A new table; NaN or NA means unknown. A rule with ``only_in`` also leaves ``<naam>_geldt``: ja, nee or
        onbekend.
    """
    result = parcels.copy()
    for rule in rules:
        result[rule.naam] = _measured(result, rule, world)
        if rule.only_in:
            result[f"{rule.naam}_geldt"] = _applies(result, rule.only_in, world)
    return result


def _measured(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """A rule's column; unknown where features that do not say whether they are meant could change it."""
    item = MEASURES[rule.measure]
    if not any(in_doubt(named.layer, named.where, world) for named in _selections(rule)):
        return item.function(parcels, rule, world)
    if item.monotone:
        return _agreed(*(item.function(parcels, rule, world.at(end)) for end in ENDS))
    return item.function(parcels, rule, world).mask(_doubtful(parcels, rule, world))


def _applies(parcels: gpd.GeoDataFrame, extent: Extent, world: World) -> pd.Series:
    if not in_doubt(extent.layer, extent.where, world):
        return applies(parcels, extent, world)
    return _agreed(*(applies(parcels, extent, world.at(end)) for end in ENDS)).fillna(ONBEKEND)


def _doubtful(parcels: gpd.GeoDataFrame, rule: Measurement, world: World) -> pd.Series:
    """Whether a feature that may be meant lies on the parcel, or within the rule's reach of it."""
    doubtful = world.at("doubtful")
    if rule.reach_m is None:
        return shares.covered_share(parcels, rule, doubtful) > 0
    farther = replace(rule, reach_m=rule.reach_m + 1.0)
    return distance.distance_m(parcels, farther, doubtful) <= rule.reach_m


def _selections(rule: Measurement) -> list[Exclusion | Extent]:
    """Every layer that a rule names, with what it selects of it."""
    own = [Extent(rule.layer, rule.where)] if rule.layer else []
    extents = (rule.only_in, *(item.only_in for item in rule.exclude))
    return [*own, *rule.exclude, *(extent for extent in extents if extent)]


def _agreed(first: pd.Series, last: pd.Series) -> pd.Series:
    """What holds at both ends between which the truth lies; unknown where they differ."""
    numeric = pd.api.types.is_numeric_dtype(first)
    return first.where(pd.Series(np.isclose(first, last, rtol=0, atol=1e-9), first.index) if numeric else first == last)
