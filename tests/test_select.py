"""Which features a `where` means, however a service writes its values."""

from __future__ import annotations

import pandas as pd
import pytest

from locatiescan.model import Scalar
from locatiescan.select import selected, undecided


@pytest.mark.parametrize(
    ("values", "wanted", "meant", "open_"),
    [
        (["kantoorfunctie", "Kantoorfunctie,winkelfunctie", "kantoor", None, ""], "kantoorfunctie", "110..", "...11"),
        ([True, False, None], True, "1..", "..1"),
        (["J", "N", "ja", "true", "1", "?", None], True, "1.111..", ".....11"),
        (["J", "N", "0", "?"], False, ".11.", "...1"),
        ([1, 0], True, "1.", ".."),
        ([1.0, None, 0.0], True, "1..", ".1."),
        (["5", "5.0", "6", "zes", None], 5, "11...", "...11"),
        ([5, 6], 5, "1.", ".."),
        ([5.0, 5.5, None], "5", "1..", "..1"),
        ([5, 6], "5", "1.", ".."),
    ],
)
def test_where(values: list[object], wanted: Scalar, meant: str, open_: str) -> None:
    features = pd.DataFrame({"k": values})
    assert [*selected(features, {"k": wanted})] == [sign == "1" for sign in meant]
    assert [*undecided(features, {"k": wanted})] == [sign == "1" for sign in open_]


def test_what_another_column_rules_out_is_not_open() -> None:
    features = pd.DataFrame({"k": ["a", None, None], "n": [1, 1, 2]})
    assert [*undecided(features, {"k": "a", "n": 1})] == [False, True, False]
