"""The portfolio as a whole-number program: options, constraints by name, and what each objective costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from locatiescan.analysis.answering.dutch import counted
from locatiescan.analysis.choosing.constraints import Constraint, variables_of, wished
from locatiescan.analysis.choosing.costs import Cost, objectives
from locatiescan.analysis.choosing.options import groups_of
from locatiescan.policy.portfolio import Wishes


@dataclass(frozen=True, eq=False)
class Program:
    """All that is needed to choose. Variables: one an option (0 or 1), then what others build per municipality."""

    options: gpd.GeoDataFrame
    """As `locatiescan.analysis.choosing.options.options` gives it; plain RangeIndex, in the order of the variables."""
    wishes: Wishes
    shares: Mapping[str, int]
    """Homes that each municipality owes; empty where the distribution is free or unknown."""
    exchange: tuple[str, ...]
    """Codes of the variables behind the options: homes that others build for it (below 0: that it builds for
    others); empty without exchange."""
    constraints: Mapping[str, Constraint]
    """By name, in the order in which they are told."""
    costs: Mapping[str, Cost]
    """By objective."""
    homes: np.ndarray
    """(variables,) homes of each option; 0 for what is no option."""
    lower: np.ndarray
    upper: np.ndarray
    """Bounds of the variables."""
    notes: tuple[str, ...] = ()
    """What users must know of it, in Dutch."""


def program(options: gpd.GeoDataFrame, wishes: Wishes, shares: Mapping[str, int] | None) -> Program:
    """Write wishes over options as a program.

    Parameters
    ----------
    options : GeoDataFrame
        As `locatiescan.analysis.choosing.options.options` gives it.
    wishes : Wishes
    shares : mapping of str to int or None
        As `locatiescan.analysis.choosing.shares.shares` gives it: None or empty where nothing is shared out.

    Returns
    -------
    Program

    Raises
    ------
    UsageError
        If a site that must be in is no candidate, or has no option.
    """
    owed = dict(shares or {})
    exchange = tuple(owed) if wishes.uitwisseling.toegestaan else ()
    on = variables_of(options, exchange)
    extra = np.zeros(len(exchange))
    return Program(
        options=options,
        wishes=wishes,
        shares=owed,
        exchange=exchange,
        constraints={item.name: item for item in wished(on, wishes, owed)},
        costs=objectives(options, wishes, len(exchange)),
        homes=np.append(on.homes, extra),
        lower=np.append(np.zeros(len(options)), np.full(len(exchange), -on.homes.sum())),
        upper=np.append(np.ones(len(options)), np.array([float(owed[code]) for code in exchange])),
        notes=tuple(_notes(options, wishes)),
    )


def names_of(kind: str, program: Program) -> frozenset[str]:
    """Names of the constraints of a kind, e.g. ``aandeel``: its own name, or that with something behind it."""
    return frozenset(name for name in program.constraints if name == kind or name.startswith(f"{kind} "))


def droppable(program: Program) -> tuple[str, ...]:
    """Names of all constraints that can be given up."""
    return tuple(name for name, item in program.constraints.items() if not item.fixed)


def _notes(options: gpd.GeoDataFrame, wishes: Wishes) -> Iterator[str]:
    """What is unknown and so was counted as the cautious side has it."""
    undated = _sites(options, options["weken"].isna())
    if undated:
        yield f"{_count(undated)} zonder bekende datum {_tell(undated)} voor geen enkele opleverdatum mee"
    if wishes.stikstofruimte:
        unknown = _sites(options, options["mol_ha_jr"].isna())
        if unknown:
            yield f"{_count(unknown)} met onbekende depositie: niet te kiezen zolang er stikstofruimte is gegeven"
        adrift = _sites(options, options["gebied"].isna() & (options["mol_ha_jr"] > 0))
        if adrift:
            yield f"{_count(adrift)} waarvan het natuurgebied onbekend is, {_tell(adrift)} bij elk gebied mee"
    groups = [f"woningen_{group}" for group in wishes.mix]
    known = options[[name for name in groups_of(options) if name in groups]]
    vague = len(options) and _sites(options, known.isna().any(axis=1)) if len(known.columns) == len(groups) else None
    if wishes.mix and (vague is None or vague):
        count = len(set(options["locatie_id"])) if vague is None else vague
        yield f"van {_count(count)} is onbekend voor wie de woningen zijn: die helpen geen doelgroep aan haar deel"
    unscored = _sites(options, options["score"].isna())
    if unscored and wishes.voorkeur != "snelst":
        yield f"{_count(unscored)} zonder score (gebouwen) {_tell(unscored)} bij geschiktheid als score 0"


def _count(sites: int) -> str:
    return counted(sites, "locatie", "locaties")


def _tell(sites: int) -> str:
    return "telt" if sites == 1 else "tellen"


def _sites(options: gpd.GeoDataFrame, which) -> int:
    return options.loc[which, "locatie_id"].nunique()
