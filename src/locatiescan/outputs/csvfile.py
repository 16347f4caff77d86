"""Tables as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from locatiescan.whole import written_whole

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet takes for a formula."""


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table with a header; no cell is left that a spreadsheet would take for a formula.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with written_whole(path) as temporary:
        harmless(table).to_csv(temporary, index=False, encoding="utf-8")


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before texts that begin as a formula: what a source says is not to be trusted."""
    texts = table.select_dtypes(include=["object", "str"]).columns
    # as a list, with its own dtype: mapping would make 1.0 of a 1 beside nothing
    safe = {name: pd.Series(list(map(_harmless, table[name])), table.index, dtype=table[name].dtype) for name in texts}
    return table.assign(**safe)


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
