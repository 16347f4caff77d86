"""Who may give way on which limit, as a finished scan says it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from locatiescan.errors import SourceError
from locatiescan.outputs.runs import REMEDY, package_of, read_account

LIMIT = "grens"


def read_deciders(folder: Path) -> Mapping[str, str]:
    """Give the limits on which somebody may give way, and who.

    Parameters
    ----------
    folder : Path
        Of a finished scan over a municipality or a region.

    Raises
    ------
    UsageError
        If no run lies there.
    SourceError
        If it is damaged.
    """
    package = package_of(read_account(folder), folder)
    try:
        rules = pyogrio.read_dataframe(package, layer="regels")
    except (DataSourceError, DataLayerError) as error:
        raise SourceError(f"{package}: tabel regels is niet te lezen. {REMEDY}") from error
    limits = rules[rules["soort"].eq(LIMIT) & rules["beslist"].fillna("").ne("")]
    return dict(zip(limits["naam"].astype(str), limits["beslist"].astype(str), strict=True))
