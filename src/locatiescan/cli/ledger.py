"""What each limit takes, as a table on the terminal."""

from __future__ import annotations

import geopandas as gpd
from rich.table import Table

from locatiescan.analysis.judging.ledger import ledger
from locatiescan.cli.shown import shown_table
from locatiescan.model import Rules


def ledger_table(parcels: gpd.GeoDataFrame, rules: Rules) -> Table:
    """Per limit how many parcels fail it, and it alone, how many it leaves open, and how many remain."""
    columns = {
        "grens": "grens",
        "voldoet_niet": "voldoet niet",
        "alleen_deze": "alleen deze",
        "onbekend": "onbekend",
        "blijft_over": "blijft over",
    }
    rows = ledger(parcels, rules)[list(columns)].itertuples(index=False)
    return shown_table("Waarop percelen afvallen", list(columns.values()), rows, right=tuple(columns.values())[1:])
