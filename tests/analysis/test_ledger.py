from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.judging.ledger import ledger
from locatiescan.analysis.judging.rules import judge
from locatiescan.model import NEE, Limit, Preference, Rules

WISH = Preference(naam="w", measure="area_m2", waarom="x", gewicht=1.0, curve={0.0: 0.0, 10.0: 1.0})
NAMES = ("a", "b", "c")


def limit(naam: str, **keys: object) -> Limit:
    return Limit(naam=naam, measure="area_m2", waarom="x", min=5.0, **keys)  # type: ignore[arg-type]


RULES = Rules("t", "u", tuple(limit(name) for name in NAMES), (WISH,))


def table(**columns: list[float | None]) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    shapes = [shapely.box(0, 0, 10, 10 * (i + 1)) for i in range(count)]
    return gpd.GeoDataFrame({"perceel_id": [f"p{i}" for i in range(count)], "w": 1.0, **columns}, geometry=shapes)


def test_each_limit_says_what_it_takes_and_what_it_alone_takes() -> None:
    # p0 passes, p1 fails a only, p2 fails a and b, p3 waits for c only, p4 waits for b and c, p5 fails b, waits for c
    measured = table(
        a=[9.0, 1.0, 1.0, 9.0, 9.0, 9.0], b=[9.0, 9.0, 1.0, 9.0, None, 1.0], c=[9.0, 9.0, 9.0, None, None, None]
    )
    found = ledger(judge(measured, RULES), RULES).set_index("grens")
    assert found["voldoet_niet"].tolist() == [2, 2, 0]
    assert found["alleen_deze"].tolist() == [1, 1, 0]
    assert found["alleen_deze_m2"].tolist() == [200.0, 600.0, 0.0]
    assert found["onbekend"].tolist() == [0, 1, 3]
    assert found["alleen_deze_onbekend"].tolist() == [0, 0, 1]
    assert found["blijft_over"].tolist() == [4, 3, 3]


def test_who_is_let_in_is_not_taken_away() -> None:
    rules = replace(RULES, toelatingen=(limit("d"),))
    found = ledger(judge(table(a=[1.0, 1.0], b=[9.0, 9.0], c=[9.0, 9.0], d=[9.0, 1.0]), rules), rules)
    assert found.loc[0, ["voldoet_niet", "alleen_deze", "blijft_over"]].tolist() == [2, 1, 1]


def test_no_limits_give_an_empty_table_with_columns_of_the_right_kind() -> None:
    rules = replace(RULES, limits=())
    found = ledger(judge(table(a=[1.0]), rules), rules)
    assert len(found) == 0
    assert found["grens"].dtype == "str"
    assert found["alleen_deze"].dtype == "int64"


@given(
    naam=st.sampled_from(NAMES),
    rows=st.lists(st.tuples(*[st.sampled_from([None, 1.0, 9.0])] * 4), min_size=1, max_size=15),
)
def test_dropping_a_limit_frees_exactly_what_it_alone_takes(naam: str, rows: list[tuple[float | None, ...]]) -> None:
    rules = replace(RULES, toelatingen=(limit("d"),))
    measured = table(**{name: list(column) for name, column in zip("abcd", zip(*rows, strict=True), strict=True)})
    judged = judge(measured, rules)
    found = ledger(judged, rules).set_index("grens")
    without = judge(measured, replace(rules, limits=tuple(item for item in rules.limits if item.naam != naam)))
    rejected = [side["oordeel"].eq(NEE) for side in (judged, without)]
    assert found.loc[naam, "alleen_deze"] == rejected[0].sum() - rejected[1].sum()
    freed = set(judged["perceel_id"][rejected[0]]) - set(without["perceel_id"][rejected[1]])
    area = judged.set_index("perceel_id").loc[sorted(freed)].area.sum()
    assert found.loc[naam, "alleen_deze_m2"] == pytest.approx(area)
    assert found["blijft_over"].iloc[-1] == (~rejected[0]).sum()
    assert found["blijft_over"].is_monotonic_decreasing
