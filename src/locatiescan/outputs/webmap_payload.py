"""What the map page is given: parcels, rules and shapes as one packed text.

Values go by column, verdicts as one letter a parcel, and coordinates as whole numbers that each count from the
point before; gzip makes little of that. The reverse of ``shapes`` is ``decodeShapes`` in ``webmap-shapes.js``.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from locatiescan.config.rules import all_rules
from locatiescan.crs import RD, to_degrees
from locatiescan.errors import OutputError
from locatiescan.model import Layer, Limit, Measurement, Preference, Rules, ScanResult
from locatiescan.outputs.webmap_answers import answers
from locatiescan.outputs.webmap_layout import layout, projection
from locatiescan.outputs.webmap_places import places
from locatiescan.outputs.webmap_region import boundaries, home_of, method, own_values
from locatiescan.outputs.webmap_rules import rules_file
from locatiescan.outputs.webmap_words import coded, plain_list

STEPS_PER_DEGREE = 2_000_000  # about 5 cm, well within what a web map can place (0.25 m)
OVERLAYS = {"natura2000": "#00695c", "bpl": "#7b3294"}
OVERLAY_SIMPLIFY_M = 2.0
OVERLAY_LARGE = 50_000  # points; above this the layer starts switched off
LEVEL = 6
"""Of zlib, for data with little that repeats: within 2 % of its smallest, in a quarter of the time."""
GZIP = 31
"""zlib's window of 32 kB with a gzip header, which then has no date."""

# Ending of a rule's name -> unit as shown, whether the ending stays part of the words, decimals kept.
UNITS = {
    "_mol_ha_jr": ("mol/ha/jr", False, 1),
    "_aandeel": ("%", True, 4),
    "_m2": ("m²", False, 1),
    "_m": ("m", False, 1),
}


def payload(result: ScanResult) -> dict[str, Any]:
    """Everything the page draws and explains, ready for JSON."""
    rows = map_rows(result)
    check_columns(rows, result.rules)
    rules = result.rules
    return {
        "gemeente": result.area.name,
        "limits": [rule_entry(rule) for rule in rules.limits],
        "preferences": [rule_entry(rule) for rule in rules.preferences],
        "metingen": [rule_entry(rule) for rule in rules.metingen],
        "absent": {name: layer.source.titel for name, layer in result.layers.items() if layer.absent is not None},
        "method": method(result),
        "parcels": parcel_columns(rows, rules, len(result.sites)),
        "shapes": shapes(rows),
        "boundary": shapes(boundaries(result)),
        "overlays": [
            overlay(layer, OVERLAYS[name])
            for name, layer in result.layers.items()
            if name in OVERLAYS and layer.features is not None and layer.absent is None
        ],
        "answers": answers(result),
        "layout": layout(result.dossier, locations(result)),
        "projection": projection(result.area.boundary),
        "places": places(result),
        "municipalities": municipalities(result.sites),
        "home": home_of(result.sites),
        "own": own_values(result, rows),
        "tie": tie_break(result.sites),
        "rules_file": rules_file(rules),
        "profiles": [{"titel": one.titel, "gewichten": dict(one.gewichten)} for one in rules.profielen],
    }


def locations(result: ScanResult) -> list[str]:
    """Locations in the order of the map, which they lead."""
    return result.sites["locatie_id"].tolist()


def municipalities(sites: gpd.GeoDataFrame) -> dict[str, Any] | None:
    """Cadastral municipality of each location, where the parcels say it."""
    return coded(sites["kadastrale_gemeente"]) if "kadastrale_gemeente" in sites else None


def tie_break(sites: gpd.GeoDataFrame) -> list[int]:
    """Order of the locations where verdict and score are equal, as `locatiescan.analysis.judging.rules` has it."""
    return pd.factorize(sites["perceel_id"], sort=True)[0].tolist()


def pack(content: dict[str, Any]) -> str:
    """JSON, gzipped, in base64: nothing in it can close the element it stands in."""
    text = orjson.dumps(content)
    packer = zlib.compressobj(LEVEL, wbits=GZIP, memLevel=9, strategy=zlib.Z_FILTERED)
    return base64.b64encode(packer.compress(text) + packer.flush()).decode()


def map_rows(result: ScanResult) -> gpd.GeoDataFrame:
    """What the map draws: locations, and the parcels that belong to none."""
    rejected = result.parcels[result.parcels["rang"].isna()]
    return gpd.GeoDataFrame(pd.concat([result.sites, rejected], ignore_index=True), geometry="geometry", crs=RD)


def check_columns(rows: gpd.GeoDataFrame, rules: Rules) -> None:
    """Refuse a result that lacks a column the page explains."""
    needed = ["perceel_id", "oordeel", "afgewezen_door", "toegelaten_door", "onbekend", "score", "score_hoog", "rang"]
    needed += [rule.naam for rule in (*rules.limits, *rules.preferences, *rules.metingen)]
    needed += [f"{rule.naam}_oordeel" for rule in rules.limits]
    needed += [f"{rule.naam}_score" for rule in rules.preferences]
    needed += [f"{rule.naam}_geldt" for rule in all_rules(rules) if rule.only_in]
    missing = [name for name in needed if name not in rows]
    if missing:
        raise OutputError(f"kaart: in de percelen ontbreken de kolommen {', '.join(missing)}")


def rule_entry(rule: Measurement) -> dict[str, Any]:
    """A rule as the page tells it."""
    words, unit, _ = wording(rule.naam)
    entry: dict[str, Any] = {"naam": rule.naam, "words": words, "unit": unit, "waarom": rule.waarom}
    entry |= {"bron": rule.bron, "datum": rule.datum, "unverified": rule.ongeverifieerd, "layer": rule.layer}
    if isinstance(rule, Limit):
        entry |= {"min": rule.min, "max": rule.max, "is_in": rule.is_in, "not_in": rule.not_in}
    if isinstance(rule, Preference):
        entry |= {"gewicht": rule.gewicht}
    return entry


def wording(name: str) -> tuple[str, str, int]:
    """A rule's name in words, its unit, and how many decimals are worth keeping."""
    ending = next((end for end in UNITS if name.endswith(end)), "")
    unit, stays, decimals = UNITS.get(ending, ("", True, 2))
    words = (name if stays else name.removesuffix(ending)).replace("_", " ")
    return words[:1].upper() + words[1:], unit, decimals


def parcel_columns(parcels: gpd.GeoDataFrame, rules: Rules, exact: int) -> dict[str, Any]:
    """The table of locations and parcels by column; unknown is null.

    The scores of the first `exact` rows keep every digit: the page weighs them again.
    """
    bounds = {rule.naam: (rule.min, rule.max) for rule in rules.limits}
    measured = [*rules.limits, *rules.preferences, *rules.metingen]
    several = parcels["aantal_percelen"].fillna(1) > 1
    names = np.array(cadastral_names(parcels), dtype=object)
    joined = parcels.loc[several, ["aantal_percelen", "percelen"]].to_numpy()
    names[several] = [f"{count:.0f} percelen: {ids}" for count, ids in joined]
    return {
        "id": texts(parcels["perceel_id"].where(~several, parcels["locatie_id"])),
        "kadaster": names.tolist(),
        "rang": [None if pd.isna(rank) else int(rank) for rank in parcels["rang"]],
        "score": numbers(parcels["score"], 2),
        "score_hoog": numbers(parcels["score_hoog"], 2),
        "oordeel": letters(parcels["oordeel"]),
        "afgewezen_door": texts(parcels["afgewezen_door"]),
        "toegelaten_door": texts(parcels["toegelaten_door"]),
        "onbekend": texts(parcels["onbekend"]),
        "applies": {rule.naam: letters(parcels[f"{rule.naam}_geldt"]) for rule in measured if rule.only_in},
        "values": once({rule.naam: values(parcels[rule.naam], bounds.get(rule.naam, ())) for rule in measured}),
        "verdicts": {rule.naam: letters(parcels[f"{rule.naam}_oordeel"]) for rule in rules.limits},
        "scores": {
            rule.naam: numbers(parcels[f"{rule.naam}_score"].iloc[:exact], None)
            + numbers(parcels[f"{rule.naam}_score"].iloc[exact:], 4)
            for rule in rules.preferences
        },
    }


def once(columns: dict[str, list[Any]]) -> dict[str, Any]:
    """Columns by name; one that repeats an earlier one is that one's name."""
    seen: dict[int, str] = {}
    result: dict[str, Any] = {}
    for name, column in columns.items():
        earlier = seen.setdefault(hash(tuple(column)), name)
        result[name] = earlier if earlier != name and columns[earlier] == column else column
    return result


def values(column: pd.Series, bounds: tuple[float | None, ...] = ()) -> list[Any]:
    """Measured values: numbers rounded to what is worth showing, anything else as text."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return numbers(column, wording(str(column.name))[2], bounds)
    return texts(column)


def numbers(column: pd.Series, decimals: int | None, bounds: tuple[float | None, ...] = ()) -> list[float | None]:
    """Rounded numbers, except where rounding would put a value on a limit that it does not meet; all digits without."""
    exact = pd.to_numeric(column).to_numpy(dtype=float, na_value=np.nan)
    rounded = exact if decimals is None else exact.round(decimals)
    for bound in bounds:
        if bound is not None:
            rounded = np.where((rounded == bound) & (exact != bound), exact, rounded)
    told = rounded.astype(object)
    told[~np.isfinite(rounded)] = None
    return told.tolist()


def texts(column: pd.Series) -> list[str | None]:
    """Text, null where there is none."""
    if isinstance(column.dtype, pd.StringDtype):
        return plain_list(column)
    return [None if gone else str(value) for value, gone in zip(column, column.isna(), strict=True)]


def letters(column: pd.Series) -> str:
    """Verdicts as one letter each: j, n or o (and o for a verdict that is not there)."""
    codes, words = pd.factorize(column)
    return "".join(np.array([*(str(word)[0] for word in words), "o"])[codes])


def cadastral_names(parcels: gpd.GeoDataFrame) -> list[str]:
    """Municipality code, section and number as one reads them aloud; empty where not known."""
    columns = [parcels[part] for part in ("kadastrale_gemeente", "sectie", "perceelnummer") if part in parcels]
    parts = [texts(one.astype("Int64") if pd.api.types.is_float_dtype(one) else one) for one in columns]
    return [" ".join(filter(None, known)).strip() for known in zip(*parts, strict=True)] or [""] * len(parcels)


def shapes(features: gpd.GeoDataFrame) -> dict[str, Any]:
    """Outlines as whole numbers: rings a feature, points a ring, and each point as its step from the one before.

    Holes and loose parts are all just rings: the page fills by the even-odd rule.
    """
    parts, owner = shapely.get_parts(features.geometry.to_numpy(), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    closing = np.r_[ring[1:] != ring[:-1], True] if len(ring) else np.zeros(0, bool)  # repeats the first point
    points, ring = to_degrees(points[~closing]), ring[~closing]
    grid = np.round(points * STEPS_PER_DEGREE).astype(np.int64)
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64))
    return {
        "scale": STEPS_PER_DEGREE,
        "rings": np.bincount(owner[part], minlength=len(features)).tolist(),
        "points": np.bincount(ring, minlength=len(rings)).tolist(),
        "steps": steps.ravel().tolist(),
    }


def overlay(layer: Layer, colour: str) -> dict[str, Any]:
    """A context layer, simplified for the eye."""
    assert layer.features is not None  # noqa: S101
    simple = layer.features[["geometry"]].copy()
    simple.geometry = simple.geometry.simplify(OVERLAY_SIMPLIFY_M)
    outline = shapes(simple)
    return {
        "title": layer.source.titel,
        "colour": colour,
        "on": sum(outline["points"]) <= OVERLAY_LARGE,
        "shapes": outline,
    }
