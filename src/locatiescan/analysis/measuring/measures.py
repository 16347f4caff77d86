"""The measures a rules file may name. A new measure is one function and one line here."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.analysis.measuring import contents, distance, frontage, shape, shares, surroundings
from locatiescan.analysis.measuring.extent import applies
from locatiescan.analysis.measuring.world import World, in_doubt
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
        shares.dominant_class, "", "wat op het grootste deel geldt", ("vlak",), ("column",), ("where",), text=True
    ),
    "dominant_share": Measure(
        shares.dominant_share, "aandeel", "deel waarop dat geldt", ("vlak",), ("column",), ("where",)
    ),
    "governing_value": Measure(
        shares.governing_value, "", "getal dat op het grootste deel geldt", ("vlak",), ("column",), ("where",)
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
    ),
    "nearby_class": Measure(
        surroundings.nearby_class,
        "",
        "wat er omheen het meest voorkomt",
        ANY,
        ("column", "reach_m"),
        ("where",),
        text=True,
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
        doubt = any(in_doubt(item.layer, item.where, world) for item in _selections(rule))
        worlds = (world, world.at_widest()) if doubt else (world,)
        result[rule.naam] = _agreed([MEASURES[rule.measure].function(result, rule, one) for one in worlds])
        if rule.only_in:
            applied = [applies(result, rule.only_in, one) for one in worlds]
            result[f"{rule.naam}_geldt"] = _agreed(applied).fillna(ONBEKEND)
    return result


def _selections(rule: Measurement) -> list[Exclusion | Extent]:
    """Every layer that a rule names, with what it selects of it."""
    own = [Extent(rule.layer, rule.where)] if rule.layer else []
    extents = (rule.only_in, *(item.only_in for item in rule.exclude))
    return [*own, *rule.exclude, *(extent for extent in extents if extent)]


def _agreed(values: list[pd.Series]) -> pd.Series:
    """What holds whether features that do not say if they are meant count or not; unknown where that matters."""
    first, last = values[0], values[-1]
    if len(values) == 1:
        return first
    numeric = pd.api.types.is_numeric_dtype(first)
    same = pd.Series(np.isclose(first, last, rtol=0, atol=1e-6), first.index) if numeric else first == last
    return first.where(same)
