"""Locations across municipal borders: what a region finds is what one scan over all its parcels would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from locatiescan.analysis.judging.borders import Across, across
from locatiescan.analysis.judging.linking import Side
from locatiescan.analysis.judging.sites import find_sites
from locatiescan.analysis.measuring.measures import measure
from locatiescan.analysis.measuring.world import World
from locatiescan.config.rules import all_rules
from locatiescan.crs import RD
from locatiescan.errors import SourceError
from locatiescan.model import Joining, Limit, Preference, Profile, Rules
from small_world import X, Y, box

AREA = Limit(naam="oppervlakte_m2", measure="area_m2", min=2500.0, waarom="test")
SHAPE = Limit(naam="compactheid_aandeel", measure="compactness", min=0.4, waarom="test")
USE = Limit(naam="gebruik", measure="column_text", column="soort", not_in=("bos",), waarom="test")
ROOM = Preference(
    naam="ruimte_m2",
    measure="column_number",
    column="oppervlakte_m2",
    waarom="t",
    gewicht=1.0,
    curve={0.0: 0.0, 20_000.0: 1.0},
)
FORM = Preference(naam="vorm_aandeel", measure="compactness", waarom="t", gewicht=1.0, curve={0.0: 0.0, 1.0: 1.0})
JOINING = Joining(waarom="test", tussenruimte_m=1.0, min_grens_m=3.0, max_m2=20_000.0, max_percelen=3)
RULES = Rules(
    "t",
    "u",
    (AREA, SHAPE, USE),
    (ROOM, FORM),
    profielen=(Profile(naam="groot", titel="t", waarom="t", gewichten={"vorm_aandeel": 0.0}),),
    locaties=JOINING,
)


def side(code: str, table: gpd.GeoDataFrame, rules: Rules = RULES) -> Side:
    """A municipality scanned alone."""
    measured = measure(table.reset_index(drop=True), all_rules(rules), World({}))
    parcels, sites = find_sites(measured, rules, World({}))
    return Side(code, code.title(), shapely.union_all(table.geometry.to_numpy()), rules, parcels, sites)


def table(shapes: Mapping[str, shapely.Geometry], **columns: Sequence[object]) -> gpd.GeoDataFrame:
    columns = {"soort": ["gras"] * len(shapes), **columns}
    return gpd.GeoDataFrame({"perceel_id": list(shapes), **columns}, geometry=list(shapes.values()), crs=RD)


def opened(*sides: Side) -> Across:
    return across(sides, lambda shapes: World({}))


def kept(sides: Sequence[Side], found: Across) -> pd.DataFrame:
    """All locations of the region."""
    own = [one.sites[~one.sites["locatie_id"].isin(found.replaced)] for one in sides]
    tables = [each for each in (*own, found.sites) if len(each)]
    return pd.concat(tables, ignore_index=True) if tables else sides[0].sites


# a, b, c and d are 1000 m² each and lie in a row
ROW = {name: box(20 * i, 0, 20 * i + 20, 50) for i, name in enumerate("abcd")}


def test_parcels_on_both_sides_become_one_location_named_for_both() -> None:
    west, east = side("GM1", table({name: ROW[name] for name in "ab"})), side("GM2", table({"c": ROW["c"]}))
    assert not len(west.sites)
    found = opened(east, west)
    assert found.sites["percelen"].tolist() == ["a, b, c"]
    row = found.sites.iloc[0]
    assert (row["gemeente"], row["gemeente_code"], row["locatie_id"]) == ("Gm1 / Gm2", "GM1", "L-a")
    assert (row["oordeel"], row["aantal_percelen"], row["tussengrond_m2"]) == ("ja", 3, 0)
    assert row["oppervlakte_m2"] == pytest.approx(3000)
    assert row["score"] == pytest.approx(100 * (3000 / 20_000 + row["compactheid_aandeel"]) / 2)
    assert row["score_groot"] == pytest.approx(15)
    assert not found.replaced
    assert not found.loose


def test_a_border_without_neighbours_changes_nothing() -> None:
    west = side("GM1", table({name: ROW[name] for name in "abc"}))
    far = side("GM2", table({"x": box(500, 0, 540, 50), "y": box(540, 0, 580, 50)}))
    found = opened(west, far)
    assert not len(found.sites)
    assert {"locatie_id", "percelen", "gemeente_code", "gemeente"} <= set(found.sites)
    assert not found.replaced


def test_a_municipality_that_joins_nothing_joins_nothing_across_its_border() -> None:
    west = side("GM1", table({name: ROW[name] for name in "ab"}))
    east = side("GM2", table({"c": ROW["c"]}), replace(RULES, locaties=None))
    assert not len(opened(west, east).sites)


def test_a_longer_border_across_takes_a_parcel_and_says_what_is_left_loose() -> None:
    # b borders a over 20 m, and c across the border over 50 m; three parcels are too many
    shapes = {"a": box(0, 50, 20, 125), "b": box(0, 0, 20, 50), "c": box(20, 0, 70, 50)}
    rules = replace(RULES, limits=(AREA, USE), locaties=replace(JOINING, max_percelen=2))
    large = replace(rules, locaties=replace(JOINING, max_percelen=2, ook_grote=True))
    west, east = (
        side("GM1", table({name: shapes[name] for name in "ab"}), rules),
        side("GM2", table({"c": shapes["c"]}), large),
    )
    assert west.sites["percelen"].tolist() == ["a, b"]
    assert east.sites["percelen"].tolist() == ["c"]
    found = opened(west, east)
    assert found.sites[["percelen", "gemeente", "gemeente_code"]].to_numpy().tolist() == [["b, c", "Gm2 / Gm1", "GM2"]]
    assert found.replaced == {"L-a", "L-c"}
    assert found.loose == {"a"}


def test_a_parcel_that_was_joined_and_is_large_enough_stands_alone_as_it_was_judged() -> None:
    # b borders c over 60 m, but a over 50 m only; a is large enough, and so is what b and c make
    shapes = {"a": box(0, 0, 60, 50), "b": box(60, -5, 80, 55), "c": box(80, -5, 110, 55)}
    rules = replace(RULES, locaties=replace(JOINING, max_percelen=2, ook_grote=True))
    west, east = (
        side("GM1", table({name: shapes[name] for name in "ab"}), rules),
        side("GM2", table({"c": shapes["c"]}), rules),
    )
    assert west.sites["percelen"].tolist() == ["a, b"]
    found = opened(west, east)
    columns = ["percelen", "gemeente", "aantal_percelen", "oppervlakte_m2", "tussengrond_m2"]
    assert found.sites[columns].to_numpy().tolist() == [["a", "Gm1", 1, 3000, 0], ["b, c", "Gm2 / Gm1", 2, 3000, 0]]
    assert not found.loose


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ({}, ["a, b, c"]),
        ({"max_percelen": 2}, []),
        ({"max_m2": 2999.0}, []),
        ({"min_grens_m": 51.0}, []),
        ({"min_perceel_m2": 1001.0}, []),
        ({"eigenaar": "eigenaar"}, []),
    ],
)
def test_joining_keeps_to_the_rules_of_both(theirs: dict[str, object], expected: list[str]) -> None:
    west = side("GM1", table({name: ROW[name] for name in "ab"}, eigenaar=["gemeente"] * 2))
    strict = replace(RULES, locaties=replace(JOINING, **theirs))  # type: ignore[arg-type]
    east = side("GM2", table({"c": ROW["c"]}, eigenaar=["Jansen"]), strict)
    assert opened(west, east).sites["percelen"].tolist() == expected


def test_a_gap_counts_as_far_as_both_sides_say() -> None:
    wide = replace(RULES, locaties=replace(JOINING, tussenruimte_m=3.0))
    parted = {"a": box(0, 0, 20, 50), "b": box(22, 0, 42, 50), "c": box(42.5, 0, 62.5, 50), "d": box(64.5, 0, 84.5, 50)}
    west, east = (table({name: parted[name] for name in names}) for names in ("ab", "cd"))
    # a reaches b over 2 m by its own rules; d is out of reach of c by those of the east
    found = opened(side("GM1", west, wide), side("GM2", east))
    assert found.sites["percelen"].tolist() == ["a, b, c"]
    assert found.sites["tussengrond_m2"].tolist() == [pytest.approx(125)]
    assert found.sites.geom_type.tolist() == ["Polygon"]
    far = table({"c": box(44, 0, 64, 50)})  # in reach of b by the rules of the west, not by those of the east
    assert not len(opened(side("GM1", west, wide), side("GM2", far)).sites)
    assert opened(side("GM1", west, wide), side("GM2", far, wide)).sites["percelen"].tolist() == ["a, b, c"]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (replace(AREA, min=3500.0), []),
        (replace(AREA, min=2999.0), [("ja", "")]),
        (
            Limit(naam="hoogte_m", measure="column_number", column="hoogte", max=3.0, waarom="t"),
            [("onbekend", "hoogte_m")],
        ),
    ],
)
def test_a_location_meets_the_limits_of_every_municipality_it_lies_in(
    limit: Limit, expected: list[tuple[str, str]]
) -> None:
    west = side("GM1", table({name: ROW[name] for name in "ab"}, hoogte=[1.0, 2.0]))
    strict = replace(RULES, limits=(*(rule for rule in RULES.limits if rule.naam != limit.naam), limit))
    east = side("GM2", table({"c": ROW["c"]}, hoogte=[3.0]), strict)
    found = opened(west, east).sites
    assert "hoogte_m" not in found  # only the home's columns
    assert list(zip(found.get("oordeel", []), found.get("onbekend", []), strict=True)) == expected


def test_what_a_municipality_found_stays_where_the_location_across_the_border_is_rejected() -> None:
    rules = replace(RULES, locaties=replace(JOINING, max_percelen=4))
    strict = replace(rules, limits=(replace(AREA, max=3500.0), USE))
    west = side("GM1", table({name: ROW[name] for name in "abc"}), rules)
    assert west.sites["percelen"].tolist() == ["a, b, c"]
    found = opened(west, side("GM2", table({"d": ROW["d"]}), strict))
    assert not len(found.sites)
    assert not found.replaced
    # with a neighbour that has no such limit it gives way
    assert opened(west, side("GM2", table({"d": ROW["d"]}), rules)).replaced == {"L-a"}


def test_layers_are_asked_for_once_and_around_new_locations_only() -> None:
    far = {"x": box(500, 0, 600, 50), "y": box(700, 0, 720, 50)}
    west = side("GM1", table({name: ROW[name] for name in "ab"} | far))
    east = side("GM2", table({"c": ROW["c"]}))
    asked = []
    across([west, east], lambda shapes: asked.append(shapes) or World({}))
    (around,) = asked
    assert shapely.total_bounds(around).tolist() == shapely.total_bounds([ROW[name] for name in "abc"]).tolist()


def test_a_region_of_nothing_is_nothing() -> None:
    wood = side("GM1", table({name: ROW[name] for name in "ab"}, soort=["bos", "bos"]))
    for sides in ((), (wood,), (wood, side("GM2", table({"c": ROW["c"]})))):
        assert not len(opened(*sides).sites)


def test_tables_come_back_from_a_file_as_well(tmp_path: Path) -> None:
    sides = [
        side("GM1", table({name: ROW[name] for name in "ab"}, nummer=[1, 2], open=[True, None])),
        side("GM2", table({"c": ROW["c"]}, nummer=[3], open=[None])),
    ]

    def stored(one: Side) -> Side:
        one.parcels.to_file(tmp_path / f"{one.code}.gpkg", layer="percelen")
        return replace(one, parcels=gpd.read_file(tmp_path / f"{one.code}.gpkg", layer="percelen"))

    columns = ["locatie_id", "percelen", "gemeente", "oordeel", "score", "score_hoog", "oppervlakte_m2"]
    again = opened(*map(stored, sides)).sites
    pd.testing.assert_frame_equal(again[columns], opened(*sides).sites[columns])
    assert again["nummer"].isna().all()


def test_a_parcel_in_two_municipalities_is_refused() -> None:
    with pytest.raises(SourceError, match="Perceel a staat bij Gm1 en Gm2"):
        opened(side("GM1", table(ROW)), side("GM2", table({"a": ROW["a"]})))


@settings(max_examples=6)  # a whole region each
@given(st.integers(0, 100_000), st.booleans(), st.integers(2, 6))
def test_a_region_of_equal_rules_is_one_scan_over_all_its_parcels(seed: int, large: bool, most: int) -> None:
    dice = np.random.default_rng(seed)
    blocks = _blocks(dice)
    rules = replace(RULES, locaties=replace(JOINING, ook_grote=large, max_percelen=most))
    whole = side("GM0", blocks, rules)
    sides = _split(blocks, dice, [rules] * 3)
    found = opened(*sides)
    region = kept(sides, found)
    columns = ["locatie_id", "percelen", "oordeel", "score", "score_groot", "tussengrond_m2", "onbekend"]
    expected, got = (part.set_index("percelen")[columns[:1] + columns[2:]] for part in (whole.sites, region))
    # what one scan over all rejects because it is joined, stays where a municipality found it by itself
    more = got.loc[~got.index.isin(expected.index)]
    known = {name for names in expected.index for name in names.split(", ")}
    assert all(known.isdisjoint(names.split(", ")) for names in more.index)
    assert not set(more.index) & set(found.sites["percelen"])
    pd.testing.assert_frame_equal(got.loc[expected.index], expected, check_dtype=False)
    _sound(sides, found)


@settings(max_examples=4)
@given(st.integers(0, 100_000))
def test_with_rules_of_their_own_no_ground_counts_twice_and_every_location_is_kept_or_replaced(seed: int) -> None:
    dice = np.random.default_rng(seed)
    own = [
        replace(
            RULES,
            limits=(replace(AREA, min=float(dice.uniform(1500, 4000))), SHAPE, USE),
            locaties=replace(JOINING, max_percelen=int(dice.integers(2, 6)), ook_grote=bool(dice.integers(2))),
        )
        for _ in range(3)
    ]
    sides = _split(_blocks(dice), dice, own)
    found = opened(*sides)
    _sound(sides, found)
    limits = {one.code: one.rules.limits[0].min for one in sides}
    member = {name: one.code for one in sides for name in one.parcels["perceel_id"]}
    for names, area in zip(found.sites["percelen"], found.sites.area, strict=True):
        assert area >= max(limits[member[name]] or 0.0 for name in names.split(", "))


def _blocks(dice: np.random.Generator) -> gpd.GeoDataFrame:
    """Rows of parcels of all widths, some with half a metre between, some of wood or of unknown use."""
    wide = dice.uniform(15, 60, (7, 9))
    west, gap = np.cumsum(wide, axis=1) - wide, dice.choice([0.0, 0.5], (7, 9))
    south = Y + 50.0 * np.arange(7)[:, None]
    shapes = shapely.box(X + west, south, X + west + wide - gap, south + 50).ravel()
    names = [f"p{i:02}" for i in dice.permutation(len(shapes))]
    use = dice.choice(np.array(["gras", "bos", None], dtype=object), len(shapes), p=[0.75, 0.1, 0.15])
    return table(dict(zip(names, shapes, strict=True)), soort=use.tolist())


def _split(blocks: gpd.GeoDataFrame, dice: np.random.Generator, rules: Sequence[Rules]) -> list[Side]:
    """Municipalities around random points."""
    middle = np.column_stack([blocks.centroid.x - X, blocks.centroid.y - Y])
    seats = dice.uniform(0, 350, (len(rules), 2))
    nearest = np.linalg.norm(middle[:, None] - seats, axis=2).argmin(axis=1)
    parts = [gpd.GeoDataFrame(blocks[nearest == i]) for i in range(len(rules))]
    return [side(f"GM{i}", part, law) for i, (part, law) in enumerate(zip(parts, rules, strict=True)) if len(part)]


def _sound(sides: Sequence[Side], found: Across) -> None:
    region = kept(sides, found)
    ids = [name for names in region["percelen"] for name in names.split(", ")]
    assert len(ids) == len(set(ids))
    assert region["locatie_id"].is_unique
    new = {name for names in found.sites["percelen"] for name in names.split(", ")}
    own = pd.concat([one.sites for one in sides])
    parcels = {name: set(ids.split(", ")) for name, ids in zip(own["locatie_id"], own["percelen"], strict=True)}
    assert found.replaced == {name for name, members in parcels.items() if members & new}
    assert found.loose == {one for name in found.replaced for one in parcels[name]} - set(ids)
    assert not set(found.sites["percelen"]) & set(own["percelen"])
    assert set(found.sites.get("oordeel", [])) <= {"ja", "onbekend"}
