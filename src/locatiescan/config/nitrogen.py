"""``rules/stikstof.yaml`` to a record."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

from locatiescan.config.reader import Document, check_record, read_yaml
from locatiescan.errors import ConfigError, Fault
from locatiescan.policy.nitrogen import Screening


def load_nitrogen(path: Path) -> Screening:
    """Read and check the file with the nitrogen sieve.

    Raises
    ------
    ConfigError
        With every fault, also those that only show when keys are held against each other: a table that does not fall
        with distance or ends too soon, a scenario below the threshold, machines of one name.
    """
    document = read_yaml(path)
    record = check_record(document, document.value, Screening)
    if isinstance(record, list):
        raise ConfigError([*document.faults, *record])
    faults = [*document.faults, *_table_faults(document, record), *_together(document, record)]
    if faults:
        raise ConfigError(faults)
    return record


def _table_faults(document: Document, screening: Screening) -> list[Fault]:
    place = ("mol_per_woning", "per_afstand_m")
    table = sorted(screening.mol_per_woning.per_afstand_m.items())
    faults = [
        document.fault(place, f"op {far:g} m staat niet minder dan op {near:g} m; verder weg moet minder zijn")
        for (near, more), (far, less) in pairwise(table)
        if less >= more
    ]
    reach = screening.reken_afstand_m.waarde
    if table[-1][0] < reach:
        faults.append(document.fault(place, f"eindigt op {table[-1][0]:g} m, vóór reken_afstand_m {reach:g}"))
    return faults


def _together(document: Document, screening: Screening) -> list[Fault]:
    aerius = screening.aerius
    factor, amount = screening.modulair_factor, aerius.nox_aanleg_kg_per_woning
    wrong = {
        ("scenario_mol_ha_jr", "waarde"): (
            screening.scenario_mol_ha_jr.waarde <= screening.drempel_mol_ha_jr.waarde,
            "moet hoger zijn dan drempel_mol_ha_jr",
        ),
        ("groen_onder_maal", "waarde"): (
            screening.groen_onder_maal.waarde > 1,
            "mag niet hoger zijn dan 1: boven de drempel is niets groen",
        ),
        ("rood_boven_maal", "waarde"): (screening.rood_boven_maal.waarde < 1, "mag niet lager zijn dan 1"),
        ("modulair_factor", "gunstig"): (factor.gunstig > factor.waarde, "mag niet hoger zijn dan waarde"),
        ("aerius", "nox_aanleg_kg_per_woning", "laag"): (amount.laag > amount.hoog, "is hoger dan hoog"),
    }
    faults = [document.fault(place, message) for place, (is_wrong, message) in wrong.items() if is_wrong]
    named = {
        "werktuigen": [machine.naam for machine in aerius.werktuigen],
        "bouwverkeer": [traffic.voertuig for traffic in aerius.bouwverkeer],
        "verkeer": [traffic.voertuig for traffic in aerius.verkeer],
    }
    for key, names in named.items():
        doubled = [name for name, times in Counter(names).items() if times > 1]
        faults += [document.fault(("aerius", key), f"{name} staat er dubbel") for name in doubled]
    return faults
