"""The words around the map: title, counts, what is missing, and where everything came from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from locatiescan.model import Layer, ScanResult
from locatiescan.outputs.tables import counted, subject

CERTAINTY = {
    "PROD": "in productie gezien",
    "LIVE": "op de echte dienst gedraaid",
    "DOC": "volgens documentatie",
    "INFER": "afgeleid",
    "NV": "niet geverifieerd",
    "fictief": "fictief",
    "gebruiker": "door de gebruiker gegeven",
}


def page_context(result: ScanResult) -> dict[str, Any]:
    """What the page template fills in; everything is escaped there."""
    parcels, sites = result.parcels, result.sites
    total, rejected = counted(result)
    absent = [layer for layer in result.layers.values() if layer.absent is not None]
    return {
        "title": f"{result.rules.titel}: {'gemeente ' if result.area.code else ''}{result.area.name}",
        "area": subject(result.area),
        "kind": "Gemeente" if result.area.code else "Regio",
        "elsewhere": bool(result.elsewhere and result.elsewhere.parcels),
        "rules": result.rules,
        "date": dutch_date(result.started_at),
        "fictitious": result.fictitious,
        "absent": absent,
        "layers": [layer_entry(layer) for layer in result.layers.values()],
        "total": dutch(total),
        "candidates": dutch(len(sites)),
        "joined": dutch(int((sites["aantal_percelen"] > 1).sum())),
        "unsure": dutch(int((sites["oordeel"] == "onbekend").sum())),
        "rejected": dutch(rejected),
        "shapeless": int((parcels.geometry.isna() | parcels.geometry.is_empty).sum()),
        "facts": facts(result),
        "notes": result.dossier.notes if result.dossier else (),
    }


def layer_entry(layer: Layer) -> dict[str, Any]:
    """One line of the account: source, licence, date, counts, certainty and remarks."""
    source, pedigree = layer.source, layer.pedigree
    entry: dict[str, Any] = {
        "title": source.titel,
        "attribution": source.attribution,
        "licence": (pedigree and pedigree.licence) or source.licence,
        "certainty": CERTAINTY.get(source.zekerheid, source.zekerheid),
        "address": pedigree.address if pedigree else "",
        "fetched": dutch_date(pedigree.fetched_at) if pedigree else "",
        "counts": counts(layer),
        "remarks": remarks(layer),
    }
    return entry


def counts(layer: Layer) -> str:
    """How many features were promised, arrived and stayed."""
    pedigree = layer.pedigree
    if layer.absent is not None:
        return "ontbreekt"
    if pedigree is None:
        return ""
    promised = "niet opgegeven" if pedigree.promised is None else dutch(pedigree.promised)
    return f"beloofd {promised}, ontvangen {dutch(pedigree.received)}, gebruikt {dutch(pedigree.kept)}"


def remarks(layer: Layer) -> list[str]:
    """All that a reader should know of a layer."""
    said = [layer.absent] if layer.absent else []
    if layer.pedigree:
        said += layer.pedigree.notes
        if layer.pedigree.repaired:
            said.append(f"{dutch(len(layer.pedigree.repaired))} ongeldige vlakken hersteld")
    if layer.source.toelichting and layer.source.toelichting not in said:
        said.append(layer.source.toelichting)
    return said


def facts(result: ScanResult) -> list[tuple[str, str]]:
    """Hashes and versions of the run, as far as they are plain values."""
    return [(str(name), str(value)) for name, value in result.facts.items() if isinstance(value, str | int | float)]


def dutch(number: int) -> str:
    """A whole number with points between the thousands."""
    return f"{number:,}".replace(",", ".")


def dutch_date(moment: str) -> str:
    """An ISO 8601 moment as a Dutch reader writes it; as it is where it is something else."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    clock = f" {parsed:%H:%M}" if "T" in moment or " " in moment else ""
    return f"{parsed.day}-{parsed.month}-{parsed.year}{clock}{' UTC' if parsed.tzinfo else ''}"
