"""The tables that explain a result: which rules, which sources, and what a reader must know."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from locatiescan.analysis.judging.ledger import ledger
from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.analysis.studying.wording import amount, demand, number
from locatiescan.config.rules import all_rules
from locatiescan.model import Area, Dossier, Extent, Layer, Limit, Measurement, Preference, ScanResult

FICTITIOUS = "Fictieve gegevens: niets hiervan bestaat."
DISCLAIMER = (
    "Eerste zeef, geen juridisch oordeel. Controleer het omgevingsplan in het DSO; AERIUS rekent, deze scan niet."
)


def rules_table(result: ScanResult) -> pd.DataFrame:
    """One row a rule: what it measures, what it asks, and why."""
    rules = result.rules
    kinds = {"meting": rules.metingen, "grens": rules.limits, "toelating": rules.toelatingen}
    kinds["voorkeur"] = rules.preferences
    rows = [_rule_row(kind, rule) for kind, group in kinds.items() for rule in group]
    return pd.DataFrame(rows).astype({"gewicht": "float64"})


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
    verified = [rule.naam for rule in all_rules(result.rules) if rule.ongeverifieerd]
    lines = {
        "gemeente": subject(result.area),
        "let op": FICTITIOUS if result.fictitious else "",
        "aard": DISCLAIMER,
        "gestart": result.started_at,
        "regels": f"{result.rules.titel}: {result.rules.toelichting}",
        "uitkomst": outcome(result),
        **_asked(result.dossier),
        "ontbrekende lagen": "; ".join(missing_layers(result)),
        "niet geverifieerd": ", ".join(verified),
        "score": "0 tot 100; wat onbekend is telt in score als 0 en in score_hoog als het beste.",
    }
    return {key: text for key, text in lines.items() if text} | {k: str(v) for k, v in result.facts.items()}


def subject(area: Area) -> str:
    """What a scan is of: a municipality with its code, or a region."""
    return f"{area.name} ({area.code})" if area.code else area.name


def taken(result: ScanResult) -> pd.DataFrame:
    """What each limit takes; within a region as it was counted in the municipality."""
    return ledger(result.parcels, result.rules) if result.elsewhere is None else result.elsewhere.ledger


def counted(result: ScanResult) -> tuple[int, int]:
    """How many parcels there are, and how many of them are rejected; those that stand elsewhere count too."""
    if result.elsewhere is None:
        return len(result.parcels), int(result.parcels["rang"].isna().sum())
    return len(result.parcels) + result.elsewhere.parcels, result.elsewhere.parcels


def _asked(dossier: Dossier | None) -> Mapping[str, str]:
    """On which day and for how long was asked, and what a reader must know of the answers."""
    if dossier is None:
        return {}
    return {
        "peildatum": dossier.peildatum,
        "gevraagde termijn": f"{number(dossier.termijn_jaren, 1)} jaar",
        "bij de antwoorden": "; ".join(dossier.notes),
    }


def outcome(result: ScanResult) -> str:
    """How many parcels gave how many locations, in Dutch."""
    sites = result.sites
    verdicts = sites["oordeel"].value_counts()
    joined = int((sites["aantal_percelen"] > 1).sum())
    parcels, rejected = counted(result)
    return (
        f"{parcels} percelen; {len(sites)} locaties ({joined} van meer percelen samen): {verdicts.get('ja', 0)} "
        f"voldoen, {verdicts.get('onbekend', 0)} nog onbekend; "
        f"{rejected} {'perceel valt' if rejected == 1 else 'percelen vallen'} af"
    )


def missing_layers(result: ScanResult) -> list[str]:
    """Layers that are absent, with the reason."""
    return [f"{name}: {layer.absent}" for name, layer in result.layers.items() if layer.absent]


def _rule_row(kind: str, rule: Measurement) -> dict[str, object]:
    return {
        "naam": rule.naam,
        "soort": kind,
        "maat": rule.measure,
        "meet": MEASURES[rule.measure].says,
        "laag": rule.layer or ", ".join(item.layer for item in rule.exclude),
        "eis": _demand(rule),
        "geldt": _extent(rule.only_in),
        "gewicht": rule.gewicht if isinstance(rule, Preference) else None,
        "waarom": rule.waarom,
        "bron": rule.bron or "",
        "datum": rule.datum or "",
        "geverifieerd": "nee" if rule.ongeverifieerd else "ja" if rule.bron else "",
        "beslist": (rule.beslist or "") if isinstance(rule, Limit) else "",
        "aangepast": rule.aangepast or "",
    }


def _demand(rule: Measurement) -> str:
    """What a rule asks, or how it scores, in one line."""
    if not isinstance(rule, Preference):
        return demand(rule)
    points = rule.classes or {amount(x, rule.naam): y for x, y in sorted((rule.curve or rule.steps or {}).items())}
    return "; ".join(f"{'vanaf ' if rule.steps else ''}{key}: {number(value, 3)}" for key, value in points.items())


def _extent(extent: Extent | None) -> str:
    """On which parcels a rule applies; empty where on all."""
    if extent is None:
        return ""
    where = "".join(f", {column} {value}" for column, value in extent.where.items())
    return f"binnen {extent.layer}{where} (ten minste {number(100 * extent.share, 0)} % van het perceel)"


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
