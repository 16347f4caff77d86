from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from locatiescan.sources.imro import pairs, sizes


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"maximum goothoogte (m), maximum bouwhoogte (m)"="6; 9"', (9, 6, np.nan)),
        ('"maximum goothoogte (m); maximum bouwhoogte (m)"="6, 9"', (9, 6, np.nan)),
        ('"maximum goothoogte (m), maximum bouwhoogte (m)"="6,5, 9"', (9, 6.5, np.nan)),
        ('"maximum goothoogte (m), maximum bouwhoogte (m)"="6,9"', (9, 6, np.nan)),
        ('"maximum goothoogte (m), maximum bouwhoogte (m)"="6/9,5"', (9.5, 6, np.nan)),
        ('"maximum goothoogte (m), maximum bouwhoogte (m)"="6; zie regels"', (np.nan, 6, np.nan)),
        ('"maximum goothoogte (m), maximum bouwhoogte (m)"="9"', (np.nan, np.nan, np.nan)),
        ('"maximum goothoogte (m), maximum bouwhoogte (m), maximum aantal bouwlagen"="6,5, 9"', (np.nan,) * 3),
        ('"minimum bouwhoogte (m), maximum bouwhoogte (m)"="6; 9"', (9, np.nan, np.nan)),
        ('"minimum bouwhoogte (m); maximum goothoogte (m)"="9; 6"', (np.nan, 6, np.nan)),
        ('"minimum aantal bouwlagen"="3", "minimum bouwhoogte (m)"="6,5"', (np.nan,) * 3),
        ('"maximum bouwhoogte (m)"="6; 9"', (6, np.nan, np.nan)),
        ('"maximum bouwhoogte (m)"="6,9"', (6.9, np.nan, np.nan)),
        ('"maximum bouwhoogte (m)"="6, 9"', (6, np.nan, np.nan)),
        ('"maximum bouwhoogte (m)"="6; plaatselijk 9"', (np.nan,) * 3),
        ('"maximum aantal bouwlagen"="8", "maximum aantal bouwlagen1"="18"', (np.nan, np.nan, 8)),
        ('"maximum aantal bouwlagen1"="18"', (np.nan, np.nan, 18)),
        ('"other: vrije tekst1"="371", "other: maximum bouwhoogte (m)"="7"', (7, np.nan, np.nan)),
        ('"maximum bebouwd oppervlak (m2)"="60", "maximum oppervlakte (m2); bruto"="9"', (np.nan,) * 3),
        ('"maatvoering; hoogte; goothoogte; maximum goothoogte (m)"="4.5"', (np.nan, 4.5, np.nan)),
        ('"maatvoering; hoogte; maximum hoogte (m)"="8.5"', (8.5, np.nan, np.nan)),
        ('"maatvoering; hoogte; minimum hoogte (m)"="8.5"', (np.nan,) * 3),
    ],
)
def test_several_kinds_and_values(text: str, found: tuple[float, float, float]) -> None:
    row = sizes(pd.Series([text])).iloc[0].to_numpy()
    assert np.array_equal(row, np.array(found, dtype=float), equal_nan=True)


def test_pairs_are_read_back() -> None:
    text = pairs([("maximum bouwhoogte (m)", "9"), ('naar "regels"', "x"), ("maximum goothoogte (m)", "6,5")])
    row = sizes(pd.Series([text])).iloc[0]
    assert (row["max_bouwhoogte_m"], row["max_goothoogte_m"]) == (9.0, 6.5)
