"""What a scan of a municipality leaves in its folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from pathlib import Path

from locatiescan.cli.request import Job
from locatiescan.collecting import seldom_collected
from locatiescan.errors import UsageError
from locatiescan.model import Area, ScanResult
from locatiescan.outputs.geopackage import write_geopackage
from locatiescan.outputs.parquet import write_parquet
from locatiescan.outputs.provenance import read_subject, write_provenance
from locatiescan.outputs.runs import ACCOUNT
from locatiescan.outputs.tables import subject
from locatiescan.outputs.webmap import write_map
from locatiescan.outputs.webmap_public import flags_to_hide, public_edition
from locatiescan.outputs.workbook import write_workbook


def check_folder(folder: Path, area: Area) -> None:
    """Refuse a folder that holds another municipality or region: nobody could explain that one then."""
    account = folder / ACCOUNT
    if not account.exists():
        return
    said = read_subject(account)
    if said not in ("", subject(area)):
        raise UsageError(f"{folder} bevat al een scan van {said}; kies met --uitvoer een andere map voor {area.name}.")


def hidden_flags(job: Job) -> frozenset[str] | None:
    """Flags that the public map leaves out; None where no public map is asked.

    Raises
    ------
    OutputError
        If the map cannot be public; better before the scan than after it.
    """
    return flags_to_hide(job.question.rules, job.asked and job.asked.policy) if job.recipe.opdracht.publiek else None


@seldom_collected()
def write_files(result: ScanResult, job: Job, folder: Path, hidden: Collection[str] | None) -> list[Path]:
    """Write all that a run leaves, the public map where `hidden` says what it leaves out; the account comes last."""
    slug = slug_of(result.area.name)
    files = [folder / f"{slug}.gpkg", folder / f"{slug}.html", folder / f"{slug}.xlsx"]
    write_geopackage(result, files[0])
    write_map(result, files[1], job.beside)
    write_workbook([result], files[2])
    for name, table in {"kandidaten": result.sites, "percelen": result.parcels}.items():
        files.append(folder / f"{slug}_{name}.parquet")
        write_parquet(table, files[-1])
    files += write_public(result, hidden, folder)
    for stale in folder.glob("gevoeligheid_*.csv"):  # of the run that is replaced
        stale.unlink()
    account = folder / ACCOUNT
    write_provenance(result, account, [file.name for file in files], job.recipe)
    return [*files, account]


def write_public(result: ScanResult, hidden_flags: Collection[str] | None, folder: Path) -> list[Path]:
    """Write the public map; where none is asked, that of an earlier run goes: it is of other results."""
    path = folder / f"{slug_of(result.area.name)}_publiek.html"
    if hidden_flags is None:
        path.unlink(missing_ok=True)
        return []
    write_map(public_edition(result, hidden_flags), path)
    return [path]


def slug_of(name: str) -> str:
    """Name as a file name: lower case, no diacritics, no other signs; 'Bergen (NH.)' is 'bergen_nh'."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "gemeente"
