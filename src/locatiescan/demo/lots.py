"""Cells are cut into lots: rows of land along streets, ditches and farm roads."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from locatiescan.demo.districts import assign_districts, dune_width, make_cells
from locatiescan.demo.kinds import FARMLAND, HOUSES
from locatiescan.demo.sheet import CELL_M, Sheet


class Template(NamedTuple):
    """How a cell of a district is cut into rows."""

    depths_m: tuple[float, ...]
    """From south to north; they are stretched to fill the cell."""
    blocks: tuple[int, ...]
    """Which rows lie back to back in one block; -1 is a street."""
    mix: dict[str, float]
    """Kinds and their shares, drawn per block where ``per_block``, else per lot."""
    per_block: bool = False
    crosswise: bool = False
    """Whether rows run north-south, as along a road on the west side."""


PLOTS = {  # fewest and most lots in a row of 160 m
    "rijwoning": (17, 23), "tweekapper": (13, 16), "vrijstaand": (9, 12), "appartementen": (2, 3),
    "plantsoen": (1, 1), "parkeerplein": (2, 2), "school": (1, 2), "leegveld": (1, 2), "akker": (1, 3), "weide": (1, 3),
    "plas": (1, 1), "bosje": (1, 1), "straat": (1, 1),
}  # fmt: skip
TEMPLATES = {
    "woonbuurt": Template(
        (25, 25, 7, 25, 25, 7, 25, 25),
        (0, 0, -1, 1, 1, -1, 2, 2),
        {"rijwoning": 0.495, "tweekapper": 0.25, "vrijstaand": 0.14, "appartementen": 0.04, "plantsoen": 0.03,
         "parkeerplein": 0.01, "school": 0.02, "leegveld": 0.015},
        per_block=True,
    ),
    "centrum": Template(
        (24, 24, 8, 46, 8, 24, 24),
        (0, 0, -1, 1, -1, 2, 2),
        {"winkelwoning": 0.45, "winkelcentrum": 0.2, "winkel": 0.12, "cafe": 0.08, "bank": 0.06, "theater": 0.02,
         "kerk": 0.02, "parkeerplein": 0.03, "plantsoen": 0.02},
    ),
    "nieuwbouw": Template((74, 9, 74), (0, -1, 1), {"bouwrijp": 0.5, "appartementen": 0.3, "plantsoen": 0.2}),
    "bedrijven": Template(
        (76, 9, 76),
        (0, -1, 1),
        {"hal": 0.42, "loods": 0.24, "kantoor": 0.17, "leegkantoor": 0.07, "leegkavel": 0.05, "nutsterrein": 0.05},
    ),
    "sport": Template(
        (84, 76), (0, 1), {"sportveld": 0.4, "volkstuin": 0.17, "park": 0.2, "zwembad": 0.1, "camping": 0.13}
    ),
    "lint": Template(
        (58, 105), (0, -1), {"lintwoning": 0.6, "boerderij": 0.3, "lintbedrijf": 0.05, "leegerf": 0.05}, crosswise=True
    ),
    "polder": Template((1,), (0,), {"akker": 0.4, "weide": 0.6}, per_block=True),
    "plas": Template((1,), (0,), {"plas": 1.0}, per_block=True),
    "bosje": Template((1,), (0,), {"bosje": 1.0}, per_block=True),
}  # fmt: skip
PLOTS_IN_DISTRICT = {"centrum": (7, 13), "nieuwbouw": (2, 4), "bedrijven": (3, 6), "sport": (1, 2), "lint": (4, 7)}


def make_lots(sheet: Sheet, parcels: int, rng: np.random.Generator) -> pd.DataFrame:
    """All land of the municipality as rectangles on the sheet, ``parcels`` of them.

    Returns
    -------
    DataFrame
        ``a0 b0 a1 b1`` on the sheet, ``kind``, ``district``, ``zone`` (lots under one plan object), ``front`` (0 south,
        1 north, 2 west, 3 east: the side of its street), ``i j`` (cell) and ``place`` (order within its row).
    """
    cells = make_cells(assign_districts(sheet.n, parcels, rng))
    rows = pd.concat([_rows(cells[cells.district == name], name, rng) for name in TEMPLATES], ignore_index=True)
    strips, dunes = _strips(cells), _dunes(sheet.n, rng)
    rows["plots"] = _fitted(rows, parcels - len(strips) - len(dunes), rng)
    lots = pd.concat([_cut(rows, rng), strips, dunes], ignore_index=True)
    lots["zone"] = lots.zone.where(lots.zone >= 0, lots.zone.max() + 1 + np.arange(len(lots)))
    return lots


def assorted(mix: dict[str, float], count: int, rng: np.random.Generator, each: bool) -> np.ndarray:
    """Kinds in the wanted shares, shuffled; with ``each``, every kind at least once if there is room."""
    shares = np.array(list(mix.values())) / sum(mix.values()) * count
    numbers = np.maximum(np.floor(shares), 1 if each else 0).astype(int)
    rest = np.argsort(np.floor(shares) - shares, kind="stable")
    names = np.concatenate([np.repeat(list(mix), numbers), np.array(list(mix))[rest]])
    names = np.resize(names, count) if len(names) < count else names
    surplus = len(names) - count
    if surplus and each:  # what is too many comes off the most common kind
        common = np.flatnonzero(names == next(iter(mix)))[1 : 1 + surplus]
        names = np.delete(names, common)
    return rng.permutation(names[:count])


def _rows(cells: pd.DataFrame, name: str, rng: np.random.Generator) -> pd.DataFrame:
    template = TEMPLATES[name]
    blocks = np.array(template.blocks)
    depths = np.tile(np.array(template.depths_m, dtype=float), (len(cells), 1))
    kinds = np.full(depths.shape, "", dtype=object)
    if template.per_block:
        drawn = assorted(template.mix, len(cells) * (blocks.max() + 1), rng, each=name == "polder")
        kinds = drawn.reshape(len(cells), -1)[:, np.maximum(blocks, 0)].astype(object)
    kinds[:, blocks < 0] = "straat" if name != "lint" else "akker"
    second = np.flatnonzero((blocks[1:] == blocks[:-1]) & (blocks[1:] >= 0)) + 1
    for row in second:  # what is no housing takes the whole depth of its block
        whole = ~np.isin(kinds[:, row], HOUSES) & (kinds[:, row] != "")
        depths[whole, row - 1] += depths[whole, row]
        depths[whole, row] = 0
    ends = np.cumsum(depths, axis=1) / depths.sum(axis=1, keepdims=True)
    starts = np.hstack([np.zeros((len(cells), 1)), ends[:, :-1]])
    ends[:, -1] = 1.0
    rows = cells.loc[cells.index.repeat(len(blocks))].reset_index(drop=True)
    north = np.isin(np.arange(len(blocks)), second)
    rows = rows.assign(t0=starts.ravel(), t1=ends.ravel(), kind=kinds.ravel(), crosswise=template.crosswise)
    rows["north"] = np.tile(north, len(cells))
    if name == "woonbuurt":  # streets run either way, so that the town is no barcode
        rows["crosswise"] = np.repeat(rng.random(len(cells)) < 0.5, len(blocks))
    rows = rows[depths.ravel() > 0].reset_index(drop=True)
    usual = PLOTS_IN_DISTRICT.get(name, (1, 1))
    fewest, most = np.array([PLOTS.get(kind, usual) for kind in rows.kind]).reshape(-1, 2).T
    return rows.assign(plots=rng.integers(fewest, most + 1))


def _fitted(rows: pd.DataFrame, wanted: int, rng: np.random.Generator) -> np.ndarray:
    """Lots a row, so that the total is exactly what was asked; the difference goes into the rows of houses."""
    plots = rows.plots.to_numpy().copy()
    houses = np.flatnonzero(rows.kind.isin(HOUSES))
    # A small place has more fields than its share: join some, or its gardens would become fields.
    fields = np.flatnonzero(rows.kind.isin(FARMLAND))
    joinable = rng.permutation(np.repeat(fields, plots[fields] - 1))
    excess = plots.sum() - wanted - round(0.3 * plots[houses].sum())
    np.subtract.at(plots, joinable[: max(excess, 0)], 1)
    other = plots.sum() - plots[houses].sum()
    shares = plots[houses] * max(0.5, (wanted - other) / plots[houses].sum())
    fitted = np.maximum(np.floor(shares).astype(int), 4)
    short = wanted - other - fitted.sum()
    if short > 0:
        fitted[rng.permutation(len(houses))[np.arange(short) % len(houses)]] += 1
    plots[houses] = fitted
    return plots


def _cut(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    plots = rows.plots.to_numpy()
    row = np.repeat(np.arange(len(rows)), plots)
    first = np.repeat(np.cumsum(plots) - plots, plots)
    place = np.arange(len(row)) - first
    regular = np.isin(rows.kind.to_numpy(), ["rijwoning", "tweekapper"])[row]
    width = np.where(regular, 1.0, rng.uniform(0.8, 1.2, len(row)))
    total = np.bincount(row, width)[row]
    ends = np.cumsum(width)
    before = np.concatenate([[0.0], ends])[first]
    s1 = np.where(place == plots[row] - 1, 1.0, (ends - before) / total)
    s0 = np.where(place == 0, 0.0, np.roll(s1, 1))
    lots = rows.iloc[row].reset_index(drop=True)
    along, across = (s0, s1), (lots.t0.to_numpy(), lots.t1.to_numpy())
    crosswise = lots.crosswise.to_numpy()
    west, south = lots.west_m.to_numpy() / CELL_M, lots.south_m.to_numpy() / CELL_M
    i, j, height = (lots[name].to_numpy() for name in ("i", "j", "height"))
    sides = {}
    for end in (0, 1):
        sides[f"a{end}"] = i + west + (1 - west) * np.where(crosswise, across[end], along[end])
        sides[f"b{end}"] = j + south + (height - south) * np.where(crosswise, along[end], across[end])
    drawn = lots.kind.eq("").to_numpy()
    kind = lots.kind.to_numpy(dtype=object)
    for name in PLOTS_IN_DISTRICT:
        mine = drawn & lots.district.eq(name).to_numpy()
        kind[mine] = assorted(TEMPLATES[name].mix, int(mine.sum()), rng, each=True)
    front = 2 * crosswise + lots.north.to_numpy()
    zone = np.where(drawn, -1, row)  # one plan object a row, or one a lot where each lot is something else
    return pd.DataFrame(
        {**sides, "kind": kind, "district": lots.district, "zone": zone, "front": front, "i": i, "j": j, "place": place}
    )


def _strips(cells: pd.DataFrame) -> pd.DataFrame:
    """Roads and water along the west and south side of cells."""
    west, south = cells.west_m / CELL_M, cells.south_m / CELL_M
    west_strips = cells.assign(
        a0=cells.i, a1=cells.i + west, b0=cells.j, b1=cells.j + cells.height, kind=cells.west_kind, front=2
    )
    south_strips = cells.assign(
        a0=cells.i + west, a1=cells.i + 1, b0=cells.j, b1=cells.j + south, kind=cells.south_kind, front=0
    )
    strips = pd.concat([west_strips[cells.west_m > 0], south_strips[cells.south_m > 0]], ignore_index=True)
    strips = strips.assign(zone=-1, place=0)
    return strips[["a0", "b0", "a1", "b1", "kind", "district", "zone", "front", "i", "j", "place"]]


def _dunes(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Large parcels in bands; the eastern band is wood."""
    width = dune_width(n)
    edges = np.unique(np.concatenate([np.arange(0, width - 1, 3), [width - 1, width]]))
    bands = []
    for a0, a1 in pairwise(edges):
        cuts = np.cumsum(rng.integers(2, 6, n))
        b = np.concatenate([[0], cuts[cuts < n - 1], [n]])
        bands.append(pd.DataFrame({"a0": a0, "a1": a1, "b0": b[:-1], "b1": b[1:]}))
    dunes = pd.concat(bands, ignore_index=True)
    wood = dunes.a1 == width
    return dunes.assign(
        kind=np.where(wood, "bos", "duin"), district="duin", zone=-1, front=3, i=dunes.a0, j=dunes.b0, place=0
    )
