"""What a run over a region leaves in its folder, beside the folders of its municipalities."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.analysis.monitoring.progress import Progress
from locatiescan.cli.request import Request, facts_of, named
from locatiescan.cli.written import slug_of, write_public
from locatiescan.config.policy import load_policy
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.model import Rules, ScanResult
from locatiescan.outputs.geopackage import write_geopackage
from locatiescan.outputs.parquet import write_parquet
from locatiescan.outputs.parts import Part
from locatiescan.outputs.region_account import write_region_account
from locatiescan.outputs.region_runs import NEARLY
from locatiescan.outputs.runs import ACCOUNT
from locatiescan.outputs.tables import rules_table, sources_table
from locatiescan.outputs.webmap import write_map
from locatiescan.outputs.webmap_public import flags_to_hide
from locatiescan.outputs.workbook import write_workbook
from locatiescan.region import as_one, by_municipality
from locatiescan.scan import Step

PROGRESS = "voortgang"
"""Table of the region with homes by municipality and status."""


def region_of(name: str, results: Sequence[ScanResult], request: Request) -> ScanResult:
    """The municipalities as one result, by the general rules."""
    catalogue, rules_file = request.catalogue, request.rules_file
    general = load_rules(rules_file, MEASURES, load_sources(catalogue))
    own = [result.area.name for result in results if result.rules != general]
    facts = dict(facts_of(named([catalogue]), named([rules_file]), ""))
    facts["gemeenten"] = ", ".join(result.area.name for result in results)
    if own:
        facts["eigen regels"] = f"{', '.join(own)}: eigen waarden over de algemene regels; zie tabel regels."
    return as_one(name, general, results, facts)


def region_tables(
    region: ScanResult, results: Sequence[ScanResult], parts: Sequence[Part], told: Progress | None
) -> dict[str, pd.DataFrame]:
    """Tables of the region that are counted or listed by municipality."""
    nearly = [part.nearly.assign(gemeente_code=part.result.area.code) for part in parts]
    return {
        "regels": rules_table(region) if _same_rules(results, region.rules) else by_municipality(results, rules_table),
        "bronnen": by_municipality(results, sources_table),
        NEARLY: pd.concat(nearly, ignore_index=True),
        **({PROGRESS: told.by_municipality} if told else {}),
    }


def _same_rules(results: Sequence[ScanResult], general: Rules) -> bool:
    return all(result.rules == general for result in results)


def write_region(
    region: ScanResult,
    results: Sequence[ScanResult],
    tables: Mapping[str, pd.DataFrame],
    told: Progress | None,
    folder: Path,
    hidden: Collection[str] | None,
    step: Step,
) -> list[Path]:
    """Write GeoPackage, map, workbook and candidates of a region, its map and workbook with the progress.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    step("Bestanden van de regio schrijven")
    slug = slug_of(region.area.name)
    files = [folder / f"{slug}{end}" for end in (".gpkg", ".html", ".xlsx", "_kandidaten.parquet")]
    write_geopackage(region, files[0], tables)
    write_map(region, files[1], progress=told)
    write_workbook(results, files[2], told)
    write_parquet(region.sites, files[3])
    return [*files, *write_public(region, hidden, folder)]


def hidden_in_region(region: ScanResult, request: Request) -> frozenset[str] | None:
    """Flags that the public map leaves out; None where no public map is asked.

    Raises
    ------
    OutputError
        If the map cannot be public.
    """
    if not request.publiek:
        return None
    policy = load_policy(request.rules_file, region.rules) if region.rules.antwoord else None
    return flags_to_hide(region.rules, policy)


def write_account(
    region: ScanResult,
    folder: Path,
    files: Sequence[Path],
    municipalities: Sequence[Mapping[str, str]],
    recipe: Mapping[str, Any],
) -> Path:
    """Write the account of a region, last of all; gives its path."""
    path = folder / ACCOUNT
    write_region_account(region, path, [file.name for file in files], municipalities, recipe)
    return path
