"""The edition of the map that may leave the house: without what was given in confidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from locatiescan.analysis.answering.flags import flag_columns
from locatiescan.analysis.answering.paragraph import paragraphs
from locatiescan.config.rules import all_rules
from locatiescan.errors import OutputError
from locatiescan.model import Dossier, Rules, ScanResult
from locatiescan.policy.asked import Policy

CONFIDENTIAL = frozenset({"eigenaar", "leegstand", "leeg_m2", "leeg_sinds"})
"""Columns that come from a user's own lists: who owns the ground, and which buildings stand empty."""
OWNER_FLAGS = frozenset({"didam"})
"""Flags that come with the program and tell whose the ground is."""
NOTE = "Openbare uitgave: zonder eigendom en leegstand."


def flags_to_hide(rules: Rules, policy: Policy | None) -> frozenset[str]:
    """Names of the flags that depend on a confidential column.

    Raises
    ------
    OutputError
        If a rule or a planning route depends on one: ranks and verdicts would tell.
    """
    judging = (*rules.limits, *rules.toelatingen, *rules.preferences)
    telling = [rule.naam for rule in judging if {rule.column, rule.naam, *rule.where} & CONFIDENTIAL]
    if telling:
        raise OutputError(
            f"geen openbare kaart: deze regels oordelen over vertrouwelijke gegevens: {', '.join(telling)}"
        )
    if policy is None:
        return OWNER_FLAGS
    planning = policy.planning
    bars = [bar for law in (*planning.routes, *planning.beperkingen) for bar in law.bezwaren]
    read = {condition.kolom for part in (*bars, *planning.toeslagen) for condition in part.als} & CONFIDENTIAL
    if read:
        raise OutputError(f"geen openbare kaart: de planroutes hangen af van {', '.join(sorted(read))}")
    return OWNER_FLAGS.union(flag.naam for flag in policy.flags if {one.kolom for one in flag.als} & CONFIDENTIAL)


def public_edition(result: ScanResult, hidden_flags: Collection[str] = OWNER_FLAGS) -> ScanResult:
    """The result as if nobody had given the confidential lists; flags and paragraphs are told anew.

    Parameters
    ----------
    hidden_flags : collection of str
        Flags that are left out everywhere, see `confidential_flags`.

    Raises
    ------
    OutputError
        If a limit or preference reads a confidential column: ranks and verdicts would tell.
    """
    rules = result.rules
    judging = (*rules.limits, *rules.toelatingen, *rules.preferences)
    telling = [rule.naam for rule in judging if {rule.column, rule.naam, *rule.where} & CONFIDENTIAL]
    if telling:
        raise OutputError(
            f"geen openbare kaart: deze regels oordelen over vertrouwelijke gegevens: {', '.join(telling)}"
        )
    hidden = {rule.naam for rule in all_rules(rules) if {rule.column, *rule.where} & CONFIDENTIAL} | CONFIDENTIAL
    sites = _without(result.sites, hidden)
    dossier = result.dossier and _public_dossier(result.dossier, hidden, hidden_flags)
    if dossier:
        sites = _told_anew(sites, dossier)
    return replace(
        result,
        rules=replace(rules, metingen=tuple(rule for rule in rules.metingen if rule.naam not in hidden)),
        parcels=_without(result.parcels, hidden),
        sites=sites,
        dossier=dossier,
    )


def _public_dossier(dossier: Dossier, hidden: Collection[str], hidden_flags: Collection[str]) -> Dossier:
    flags = dossier.flags[~dossier.flags["vlag"].isin(list(hidden_flags))].reset_index(drop=True)
    return replace(dossier, flags=flags, transformation=_without(dossier.transformation, hidden), notes=(NOTE,))


def _told_anew(sites: gpd.GeoDataFrame, dossier: Dossier) -> gpd.GeoDataFrame:
    facts: Any = sites.set_index("locatie_id")
    told = flag_columns(dossier.flags, facts.index).join(
        paragraphs(facts, dossier.routes, dossier.flags, date.fromisoformat(dossier.peildatum))
    )
    return sites.assign(**{str(name): told[name].to_numpy() for name in told})


def _without(table: gpd.GeoDataFrame, hidden: Iterable[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame.drop(table, columns=[name for name in hidden if name in table]), crs=table.crs)
