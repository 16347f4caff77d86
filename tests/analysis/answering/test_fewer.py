"""With how many homes a closed location has a route after all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from locatiescan.analysis.answering.fewer import homes_with_route
from locatiescan.analysis.answering.routes import routes_table
from route_facts import LAST_BPL, LAST_OLD, NOW, REUSE, bpl, facts, planning

FARM: dict[str, Any] = {"bestemming": "agrarisch"}


def most(day: date, *changes: dict[str, Any]) -> list[int | None]:
    table = facts(*({**FARM, **change} for change in changes))
    found = homes_with_route(table, routes_table(table, planning(), day), planning(), day)
    assert found.index.equals(table.index)
    assert found["route_max_woningen"].dtype == "Int64"
    return [None if pd.isna(number) else int(number) for number in found["route_max_woningen"]]


@pytest.mark.parametrize(
    ("day", "change", "expected"),
    [
        (NOW, bpl(woningen=26), 25),
        (NOW, bpl(woningen=25), None),  # not closed
        (LAST_BPL, bpl(woningen=26), 11),
        (LAST_BPL, bpl(woningen=12), 11),
        (NOW, bpl(woningen=60, kern_afstand_m=51), None),  # closed with one home too
        (NOW, bpl(woningen=None, kern_afstand_m=51), None),
        (NOW, {"lib_zones": "LIB 4", "woningen": 26}, 25),
        (NOW, {"lib_zones": "LIB 4", "woningen": 26, "kern_aandeel": 0.1}, 3),
        (NOW, {"nnn_aandeel": 1.0, "woningen": 200}, None),
        (NOW, {"woningen": 200}, None),  # open
        (LAST_OLD, {**REUSE, "lib_zones": "LIB 4", "woningen": 26}, 25),
    ],
)
def test_the_largest_number_that_the_law_names(day: date, change: dict[str, Any], expected: int | None) -> None:
    assert most(day, change) == [expected]


def test_each_location_by_itself() -> None:
    changes = (bpl(woningen=40), {}, {"lib_zones": "LIB 4", "woningen": 26, "kern_aandeel": 0.1}, bpl(woningen=26))
    assert most(NOW, *changes) == [25, None, 3, 25]


def test_without_homes_or_locations_there_is_nothing_to_say() -> None:
    assert most(NOW) == []
    bare = facts({**FARM, "nnn_aandeel": 1.0}).drop(columns="woningen")
    found = homes_with_route(bare, routes_table(bare, planning(), NOW), planning(), NOW)
    assert found["route_max_woningen"].isna().all()
