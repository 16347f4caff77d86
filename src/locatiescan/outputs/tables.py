"""The tables that explain a result: which rules, which sources, and what a reader must know."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from locatiescan.analysis.measures import MEASURES
from locatiescan.config.rules import all_rules
from locatiescan.model import Layer, Limit, Measurement, Preference, ScanResult

FICTITIOUS = "Fictieve gegevens: deze gemeente bestaat niet."
DISCLAIMER = (
    "Eerste zeef, geen juridisch oordeel. Controleer het omgevingsplan in het DSO; AERIUS rekent, deze scan niet."
)


def rules_table(result: ScanResult) -> pd.DataFrame:
    """One row a rule: what it measures, what it asks, and why."""
    return pd.DataFrame([_rule_row(rule) for rule in all_rules(result.rules)]).astype({"gewicht": "float64"})


def sources_table(result: ScanResult) -> pd.DataFrame:
    """One row a layer: where it came from, how much was promised and received, and how sure it is."""
    return pd.DataFrame([_source_row(name, layer) for name, layer in result.layers.items()]).astype(
        {"beloofd": "Int64", "ontvangen": "Int64", "gebruikt": "Int64"}
    )


def account_table(result: ScanResult) -> pd.DataFrame:
    """What a reader must know of this run, as pairs."""
    return pd.DataFrame([{"onderwerp": key, "tekst": text} for key, text in account(result).items()])


def account(result: ScanResult) -> Mapping[str, str]:
    """What a reader must know of this run, in Dutch."""
    counts = result.parcels["oordeel"].value_counts()
    verified = [rule.naam for rule in all_rules(result.rules) if rule.ongeverifieerd]
    lines = {
        "gemeente": f"{result.area.name} ({result.area.code})",
        "let op": FICTITIOUS if result.fictitious else "",
        "aard": DISCLAIMER,
        "gestart": result.started_at,
        "regels": f"{result.rules.titel}: {result.rules.toelichting}",
        "percelen": f"{len(result.parcels)}, waarvan {counts.get('ja', 0)} voldoen, {counts.get('onbekend', 0)} "
        f"nog onbekend zijn en {counts.get('nee', 0)} afvallen",
        "ontbrekende lagen": "; ".join(missing_layers(result)),
        "niet geverifieerd": ", ".join(verified),
        "score": "0 tot 100; wat onbekend is telt in score als 0 en in score_hoog als het beste.",
    }
    return {key: text for key, text in lines.items() if text} | {k: str(v) for k, v in result.facts.items()}


def missing_layers(result: ScanResult) -> list[str]:
    """Layers that are absent, with the reason."""
    return [f"{name}: {layer.absent}" for name, layer in result.layers.items() if layer.absent]


def _rule_row(rule: Measurement) -> dict[str, object]:
    kind = {Limit: "grens", Preference: "voorkeur"}.get(type(rule), "meting")
    return {
        "naam": rule.naam,
        "soort": kind,
        "maat": rule.measure,
        "meet": MEASURES[rule.measure].says,
        "laag": rule.layer or ", ".join(item.layer for item in rule.exclude),
        "eis": _demand(rule),
        "gewicht": rule.gewicht if isinstance(rule, Preference) else None,
        "waarom": rule.waarom,
        "bron": rule.bron or "",
        "datum": rule.datum or "",
        "geverifieerd": "nee" if rule.ongeverifieerd else "ja" if rule.bron else "",
    }


def _demand(rule: Measurement) -> str:
    """What a rule asks, in one line."""
    if isinstance(rule, Limit):
        parts = [
            f"ten minste {rule.min:g}" if rule.min is not None else "",
            f"ten hoogste {rule.max:g}" if rule.max is not None else "",
        ]
        parts += [
            f"een van: {', '.join(rule.is_in)}" if rule.is_in else "",
            f"niet: {', '.join(rule.not_in)}" if rule.not_in else "",
        ]
        return ", ".join(part for part in parts if part)
    if isinstance(rule, Preference):
        points = (
            rule.classes if rule.classes is not None else {f"{x:g}": y for x, y in sorted((rule.curve or {}).items())}
        )
        return "; ".join(f"{key}: {value:g}" for key, value in points.items())
    return ""


def _source_row(name: str, layer: Layer) -> dict[str, object]:
    source, pedigree = layer.source, layer.pedigree
    return {
        "laag": name,
        "titel": source.titel,
        "aanwezig": "nee" if layer.absent else "ja",
        "protocol": source.protocol,
        "adres": pedigree.address if pedigree else source.url or "",
        "typename": source.typename or "",
        "opgehaald": pedigree.fetched_at if pedigree else "",
        "beloofd": pedigree.promised if pedigree else None,
        "ontvangen": pedigree.received if pedigree else None,
        "gebruikt": pedigree.kept if pedigree else None,
        "hersteld": "; ".join(pedigree.repaired) if pedigree else "",
        "sha256": pedigree.sha256 if pedigree else "",
        "licentie": pedigree.licence if pedigree else source.licence,
        "bronvermelding": source.attribution,
        "zekerheid": source.zekerheid,
        "toelichting": layer.absent or "; ".join(pedigree.notes if pedigree else ()),
    }
