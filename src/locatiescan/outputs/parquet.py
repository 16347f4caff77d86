"""GeoParquet, for those who work on from a script."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from locatiescan.whole import written_whole

SCHEMA = "1.1.0"


def write_parquet(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write a table of a result as GeoParquet 1.1, with all its columns, in the coordinate system it has.

    The same table gives the same bytes.

    Parameters
    ----------
    table : GeoDataFrame
        E.g. ``ScanResult.sites``; its index says nothing and is not kept.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with written_whole(path) as temporary:
        table.to_parquet(temporary, index=False, compression="zstd", schema_version=SCHEMA)
