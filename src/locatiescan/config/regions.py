"""``regios.yaml`` to records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from locatiescan.config.nearest import fold, said_instead
from locatiescan.config.packaged import packaged_file
from locatiescan.config.reader import Document, check_record, read_yaml
from locatiescan.errors import ConfigError, Fault, UsageError
from locatiescan.policy.regions import Regio, RegionsFile

REGIONS = "regios.yaml"


def regions_file(catalogue: Path) -> Path:
    """``regios.yaml`` beside the catalogue, or else the one that comes with the program."""
    own = catalogue.parent / REGIONS
    return own if own.is_file() else packaged_file(f"data/{REGIONS}")


def load_regions(path: Path) -> Mapping[str, Regio]:
    """Read and check a file as ``data/regios.yaml``.

    Returns
    -------
    mapping of str to Regio
        By name as written in the file.

    Raises
    ------
    ConfigError
        With every fault: also a region without ``bron`` and ``datum``, and names that cannot be told apart.
    """
    document = read_yaml(path)
    record = check_record(document, document.value, RegionsFile)
    if isinstance(record, list):
        raise ConfigError([*document.faults, *record])
    faults = [*document.faults, *_same_names(document, record)]
    for name, region in record.regios.items():
        faults += _faults_of(document, name, region)
    if faults:
        raise ConfigError(faults)
    return {name: replace(region, naam=name) for name, region in record.regios.items()}


def find_region(wanted: str, regions: Mapping[str, Regio]) -> Regio:
    """The region that is meant by a name; case and a leading ``regio`` do not matter.

    Raises
    ------
    UsageError
        If there is none of that name, naming the nearest.
    """
    spellings = {bare(name): name for name in regions} | {fold(name): name for name in regions}
    name = spellings.get(fold(wanted)) or spellings.get(bare(wanted))
    if name is None:
        raise UsageError(f"Er is geen regio '{wanted}'. {said_instead(wanted, spellings, 'regio’s')}")
    return regions[name]


def bare(name: str) -> str:
    """Name of a region without the word for it: 'Regio Alkmaar' is 'alkmaar'."""
    return fold(name).removeprefix("regio ")


def _same_names(document: Document, record: RegionsFile) -> list[Fault]:
    """Two regions, or two members of one, that a user could not tell apart."""
    names = list(record.regios)
    count = Counter(map(bare, names))
    return [
        document.fault(("regios", name), "heet als een andere regio, op hoofdletters en het woord regio na")
        for name in names
        if count[bare(name)] > 1
    ]


def _faults_of(document: Document, name: str, region: Regio) -> list[Fault]:
    place = ("regios", name)
    faults = [
        document.fault((*place, key), "ontbreekt maar is verplicht")
        for key in ("bron", "datum")
        if getattr(region, key) is None
    ]
    if region.naam:
        faults.append(document.fault((*place, "naam"), "is geen bekende sleutel; de naam staat al voor de regio"))
    count = Counter(fold(member.naam) for member in region.gemeenten.values())
    return faults + [
        document.fault((*place, "gemeenten", code, "naam"), f"'{member.naam}' staat al bij een andere code")
        for code, member in region.gemeenten.items()
        if count[fold(member.naam)] > 1
    ]
