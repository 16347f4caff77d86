from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from locatiescan.sources.imro import sizes


@pytest.mark.parametrize(
    ("text", "height"),
    [
        ('"maximum bouwhoogte (m)"="9", "maximum bebouwingspercentage (%)"="60"', 9.0),
        ('"maximum bouwhoogte (m)"="12,5"', 12.5),
        ('"maximum bouwhoogte (m)" = "11.5"', 11.5),
        ('"maximum hoogte (m)"="4"', 4.0),
        ('"maatvoering; hoogte; bouwhoogte; maximum bouwhoogte (m)"="7"', 7.0),
        ('"Maximum  Bouwhoogte (m)"="7"', 7.0),
        ('"maximum bouwhoogte (m)"="9", "maximum bouwhoogte (m)"="4"', 4.0),
        ('"minimum bouwhoogte (m)"="6"', np.nan),
        ('"maximum goothoogte (m)"="6"', np.nan),
        ('"maximum bouwhoogte (m)"="zie regels"', np.nan),
        ('"maximum bouwhoogte (m)"="9 m boven peil"', np.nan),
        ('"maximum bouwhoogte (m)"="-3"', np.nan),
        ("maximum bouwhoogte 9", np.nan),
        ("", np.nan),
        (None, np.nan),
    ],
)
def test_height_as_plans_write_it(text: str | None, height: float) -> None:
    found = sizes(pd.Series([text]))["max_bouwhoogte_m"].iloc[0]
    assert found == height or (np.isnan(found) and np.isnan(height))


def test_gutter_and_storeys() -> None:
    row = sizes(pd.Series(['"maximum goothoogte (m)"="6,5", "maximum aantal bouwlagen"="3"'])).iloc[0]
    assert (row["max_goothoogte_m"], row["max_bouwlagen"]) == (6.5, 3.0)
