"""``data/sources.yaml`` to records, and the user's own files in a layer's place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from locatiescan.config.reader import Document, Place, check_record, read_yaml
from locatiescan.errors import ConfigError, Fault, UsageError
from locatiescan.model import Source

SERVICES = ("wfs", "ogcapi", "arcgis", "postgis")
"""Services that are read in parts, and so need a key."""
REQUIRED = ("gemeentegrens", "percelen")


OWN_TABLES = frozenset(
    {
        *("kandidaten", "indeling", "transformatie", "planroutes", "vlaggen", "producten"),
        *("regels", "bronnen", "afvallers", "verantwoording"),
    }
)
"""Tables that a result gets beside the layers it used."""


def load_sources(path: Path) -> dict[str, Source]:
    """Read a catalogue.

    Parameters
    ----------
    path : Path
        YAML with one entry a layer; relative file names in it count from its own folder.

    Raises
    ------
    ConfigError
        With every fault in the file.
    """
    document = read_yaml(path)
    faults = list(document.faults)
    sources: dict[str, Source] = {}
    entries = document.value if isinstance(document.value, dict) else {}
    for name, entry in entries.items():
        place: Place = (str(name),)
        if not isinstance(entry, dict):
            faults.append(document.fault(place, "moet een lijst van sleutel: waarde zijn"))
            continue
        if name in OWN_TABLES:
            faults.append(document.fault(place, "is de naam van een tabel in de uitkomst; noem de laag anders"))
            continue
        if "name" in entry:
            faults.append(document.fault((*place, "name"), "is geen bekende sleutel"))
            continue
        checked = check_record(document, {"name": name, **entry}, Source, place)
        if isinstance(checked, list):
            faults += checked
        else:
            faults += _faults_between_keys(document, checked)
            sources[checked.name] = _beside(path, checked)
    faults += [
        document.fault((name,), "deze laag ontbreekt en is verplicht") for name in REQUIRED if name not in entries
    ]
    if faults:
        raise ConfigError(faults)
    return sources


def replace_by_user_files(
    sources: Mapping[str, Source], given: tuple[str, ...], needed: Mapping[str, set[str]]
) -> dict[str, Source]:
    """Put the user's own files in the place of layers.

    A file needs no more columns than the rules use: a province's landscape may well have no ``naam``; others are
    kept where it has them. What the
    catalogue drops from its service is not dropped from a file that the user chose.

    Parameters
    ----------
    given : tuple of str
        Each ``naam=bestand`` or ``naam=bestand:laag``; any OGR format (GDAL format for a grid).
    needed : mapping
        Per layer our columns that the rules use (`columns_needed`).

    Raises
    ------
    UsageError
        If the layer is not in the catalogue or the file does not exist.
    """
    result = dict(sources)
    for text in given:
        name, sign, address = text.partition("=")
        if not sign or not address:
            raise UsageError(f"--laag {text}: schrijf naam=bestand of naam=bestand:laag")
        if name not in sources:
            raise UsageError(f"--laag {text}: de catalogus kent geen laag '{name}'; wel: {', '.join(sorted(sources))}")
        file, typename = _split_layer(address)
        if not file.exists():
            raise UsageError(f"--laag {text}: het bestand {file} bestaat niet")
        wanted = {"perceel_id", "code", "naam"} if name in REQUIRED else set()
        wanted |= needed.get(name, set()) | set(sources[name].where)
        columns = sources[name].columns
        # the dates of a service's plans decide which of them count; a file that the user chose counts whole
        also = () if "plan_id" in columns else tuple(ours for ours in columns if ours not in wanted)
        result[name] = replace(
            sources[name],
            columns={ours: theirs for ours, theirs in columns.items() if ours in wanted or ours in also},
            optional=also,
            drop={},
            protocol="file",
            url=str(file.resolve()),
            typename=typename,
            key=None,
            zekerheid="gebruiker",
            licence="Zoals de gebruiker heeft",
            attribution=f"Eigen bestand: {file.name}",
            toelichting="Door de gebruiker gegeven bestand.",
        )
    return result


def _split_layer(address: str) -> tuple[Path, str | None]:
    if Path(address).exists():  # a colon may be part of the name, as in C:\
        return Path(address), None
    file, sign, typename = address.rpartition(":")
    return (Path(file), typename) if sign else (Path(address), None)


def _beside(catalogue: Path, source: Source) -> Source:
    if source.protocol not in ("file", "plannen", "gml") or source.url is None:
        return source
    return replace(source, url=str((catalogue.resolve().parent / source.url).resolve()))


def _faults_between_keys(document: Document, source: Source) -> list[Fault]:
    """Faults that only show when keys are held against each other."""
    wanted = {
        "url": source.protocol != "geen",
        "typename": source.protocol in (*SERVICES, "wcs", "plannen", "gml"),
        "key": source.protocol in SERVICES,
    }
    faults = [
        document.fault((source.name, key), f"ontbreekt; protocol {source.protocol} heeft dit nodig")
        for key, needed in wanted.items()
        if needed and getattr(source, key) is None
    ]
    if (source.geometry == "grid") != (source.protocol == "wcs") and source.protocol not in (
        "download",
        "file",
        "geen",
    ):
        said = "wcs geeft een grid" if source.protocol == "wcs" else "een grid komt uit wcs, download of file"
        faults.append(document.fault((source.name, "geometry"), said))
    faults += [
        document.fault((source.name, key, column), "staat niet bij columns")
        for key in ("where", "drop", "optional")
        for column in getattr(source, key)
        if column not in source.columns
    ]
    return faults
