"""Each wish as rows over the variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from locatiescan.analysis.choosing.spacing import cliques, too_close
from locatiescan.errors import UsageError
from locatiescan.policy.portfolio import Wishes

SITE = "locatie"
LEDGER = "rekening"
TARGET = "doel"
EXCHANGE = "uitwisseling"
SPACING = "afstand"
TERM = "min_termijn"
HOMES, SITES, MOL = "woningen", "locaties", "mol/ha/jr"
NONE = np.inf


@dataclass(frozen=True, eq=False)
class Constraint:
    """One wish as rows over all variables: ``low <= rows @ x <= high``."""

    name: str
    """``doel``, ``minimum GM0450``, ``maximum GM0450``, ``aandeel GM0450``, ``uitwisseling``, ``mix starters``,
    ``oplevering 2028-07-01``, ``afstand``, ``verplicht L-…``, ``uitgesloten L-…``, ``stikstof <gebied>``,
    ``min_termijn``; and what holds by nature: ``locatie``, ``rekening``."""
    title: str
    """In Dutch, for users."""
    unit: str
    """Of what is asked: ``woningen``, ``locaties``, ``mol/ha/jr``, ``deel``, ``m``, ``jaar``."""
    asked: float
    """The figure that was asked, in that unit, for words; NaN where there is no single figure."""
    rows: csr_matrix
    """(rows, variables)."""
    low: np.ndarray
    high: np.ndarray
    fixed: bool = False
    """True where it holds by nature and so cannot be given up."""


@dataclass(frozen=True, eq=False)
class Variables:
    """What every wish is written over."""

    options: gpd.GeoDataFrame
    sites: pd.Index
    """Ids, in the order of the options."""
    site: np.ndarray
    """Position in ``sites`` of each option."""
    homes: np.ndarray
    exchange: tuple[str, ...]
    """Municipalities that may be built for; a variable each, behind the options."""

    def rows(self, over_options: Sequence[np.ndarray], over_exchange: Sequence[np.ndarray] | None = None) -> csr_matrix:
        """Rows out of coefficients for every option and, where given, every exchange variable."""
        left = np.atleast_2d(np.asarray(over_options, dtype=float))
        right = np.zeros((len(left), len(self.exchange))) if over_exchange is None else np.atleast_2d(over_exchange)
        return csr_matrix(np.hstack([left, right]))

    def within(self, code: str) -> np.ndarray:
        """Homes of the options in a municipality, 0 elsewhere."""
        return np.where((self.options["gemeente_code"] == code).to_numpy(), self.homes, 0.0)

    def of(self, site: str) -> np.ndarray:
        """1 for the options of a site, else 0."""
        return (self.options["locatie_id"] == site).to_numpy(float)


def variables_of(options: gpd.GeoDataFrame, exchange: tuple[str, ...]) -> Variables:
    """Number the sites of options."""
    site, ids = pd.factorize(options["locatie_id"])
    return Variables(options, pd.Index(ids), site, options["woningen"].to_numpy(float), exchange)


def wished(on: Variables, wishes: Wishes, shares: Mapping[str, int]) -> Iterator[Constraint]:
    """Every constraint, in the order in which they are told."""
    yield _at_least(TARGET, f"ten minste {wishes.doel} woningen in de regio", wishes.doel, on.rows([on.homes]))
    yield from _quotas(on, wishes)
    yield from _shares(on, wishes, shares)
    yield from _mix(on, wishes)
    yield from _deliveries(on, wishes)
    yield from _spacing(on, wishes)
    yield from _named(on, wishes)
    yield from _nitrogen(on, wishes)
    yield from _term(on, wishes)
    yield _one_option(on)


def _at_least(name: str, title: str, asked: float, rows: csr_matrix, unit: str = HOMES) -> Constraint:
    return Constraint(name, title, unit, asked, rows, np.array([float(asked)]), np.array([NONE]))


def _at_most(name: str, title: str, asked: float, rows: csr_matrix, unit: str = HOMES) -> Constraint:
    return Constraint(name, title, unit, asked, rows, np.array([-NONE]), np.array([float(asked)]))


def _quotas(on: Variables, wishes: Wishes) -> Iterator[Constraint]:
    named = on.options.drop_duplicates("gemeente_code").set_index("gemeente_code")["gemeente"]
    for code, quota in wishes.gemeenten.items():
        rows, place = on.rows([on.within(code)]), named.get(code, code)
        if quota.minimum is not None:
            yield _at_least(f"minimum {code}", f"ten minste {quota.minimum} woningen in {place}", quota.minimum, rows)
        if quota.maximum is not None:
            yield _at_most(f"maximum {code}", f"ten hoogste {quota.maximum} woningen in {place}", quota.maximum, rows)


def _shares(on: Variables, wishes: Wishes, shares: Mapping[str, int]) -> Iterator[Constraint]:
    """Own homes and what others build for it are at least the share; a municipality without one may give all."""
    eye, own = np.eye(len(on.exchange)), {code: on.within(code) for code in shares}
    named = on.options.drop_duplicates("gemeente_code").set_index("gemeente_code")["gemeente"]
    for i, (code, share) in enumerate(shares.items()):
        rows = on.rows([own[code]], [eye[i]] if on.exchange else None)
        yield _at_least(f"aandeel {code}", f"aandeel van {named.get(code, code)}: {share} woningen", share, rows)
    if not on.exchange:
        return
    part = wishes.uitwisseling.max_aandeel
    most = np.array([np.floor(share * part + 1e-9) for share in shares.values()])
    title = f"anderen bouwen ten hoogste {part:.0%} van een aandeel".replace("%", " %")
    nothing = np.zeros((len(most), len(on.options)))
    yield Constraint(EXCHANGE, title, "deel", part, on.rows(nothing, eye), np.full(len(most), -NONE), most)  # type: ignore[arg-type]
    gives = on.rows([*own.values(), np.zeros(len(on.options))], [*eye, np.ones(len(most))])  # type: ignore[arg-type]
    low, high = np.append(np.zeros(len(most)), -NONE), np.append(np.full(len(most), NONE), 0.0)
    yield Constraint(LEDGER, "wat anderen bouwen, staat ergens", HOMES, np.nan, gives, low, high, fixed=True)


def _mix(on: Variables, wishes: Wishes) -> Iterator[Constraint]:
    """Homes of which it is unknown for whom they are count for no group where it asks more, against it else."""
    for group, part in wishes.mix.items():
        column = f"woningen_{group}"
        given = on.options[column] if column in on.options else pd.Series(pd.NA, on.options.index, dtype="Int64")
        most = given.astype("Float64").fillna(on.options["woningen"]).to_numpy(float)
        # rounded: 8 of 10 is no more than 0.7 and 0.1 of it, whatever a computer makes of that sum
        low = np.round(given.fillna(0).to_numpy(float) - (part - wishes.mix_marge) * on.homes, 9)
        high = np.round(most - (part + wishes.mix_marge) * on.homes, 9)
        title = f"{part:.0%} {group}, ± {wishes.mix_marge:.0%}".replace("%", " %")
        yield Constraint(
            f"mix {group}", title, "deel", part, on.rows([low, high]), np.array([0.0, -NONE]), np.array([NONE, 0.0])
        )


def _deliveries(on: Variables, wishes: Wishes) -> Iterator[Constraint]:
    for item in wishes.opleveringen:
        in_time = (on.options["oplevering"] <= pd.Timestamp(item.datum)).to_numpy()  # NaT is never in time
        rows = on.rows([np.where(in_time, on.homes, 0.0)])
        title = f"ten minste {item.woningen} woningen op {item.datum}"
        yield _at_least(f"oplevering {item.datum}", title, item.woningen, rows)


def _spacing(on: Variables, wishes: Wishes) -> Iterator[Constraint]:
    if not wishes.onderlinge_afstand_m:
        return
    shapes = on.options.drop_duplicates("locatie_id").geometry
    found = cliques(too_close(shapes, wishes.onderlinge_afstand_m), len(on.sites))
    if not found:
        return
    member = csr_matrix(
        (np.ones(sum(map(len, found))), (np.repeat(np.arange(len(found)), [*map(len, found)]), np.concatenate(found))),
        shape=(len(found), len(on.sites)),
    )
    rows = csr_matrix(member @ _membership(on))
    title = f"locaties liggen ten minste {wishes.onderlinge_afstand_m:g} m uit elkaar"
    low, high = np.full(len(found), -NONE), np.ones(len(found))
    yield Constraint(SPACING, title, "m", wishes.onderlinge_afstand_m, rows, low, high)


def _named(on: Variables, wishes: Wishes) -> Iterator[Constraint]:
    for site in wishes.verplicht:
        if site not in on.sites:
            raise UsageError(f"verplicht: '{site}' is geen kandidaat, of er is niets dat er gebouwd mag worden")
        yield _at_least(f"verplicht {site}", f"{site} doet mee", 1, on.rows([on.of(site)]), SITES)
    for site in wishes.uitgesloten:
        yield _at_most(f"uitgesloten {site}", f"{site} doet niet mee", 0, on.rows([on.of(site)]), SITES)


def _nitrogen(on: Variables, wishes: Wishes) -> Iterator[Constraint]:
    """Unknown is not zero: an unknown area counts in every area, an unknown deposition fits in none."""
    mol = on.options["mol_ha_jr"].to_numpy(float)
    for area, room in wishes.stikstofruimte.items():
        here = (on.options["gebied"].isna() | (on.options["gebied"] == area)).to_numpy(bool)
        takes = np.nan_to_num(mol) / room if room else (mol > 0).astype(float)  # no room: nothing, however little
        rows = on.rows([np.where(here, takes, 0.0), np.isnan(mol).astype(float)])
        title = f"ten hoogste {room:g} mol N/ha/jr op {area}"
        high = np.array([1.0 if room else 0.0, 0.0])
        yield Constraint(f"stikstof {area}", title, MOL, room, rows, np.full(2, -NONE), high)


def _term(on: Variables, wishes: Wishes) -> Iterator[Constraint]:
    if wishes.min_termijn_jaren is not None:
        short = ~(on.options["max_termijn_jaren"] >= wishes.min_termijn_jaren).to_numpy()  # unknown is too short
        title = f"woningen mogen ten minste {wishes.min_termijn_jaren:g} jaar blijven"
        found = _at_most(TERM, title, 0, on.rows([short.astype(float)]), "jaar")
        yield found


def _one_option(on: Variables) -> Constraint:
    count = len(on.sites)
    rows = _membership(on)
    return Constraint(SITE, "een keuze per locatie", SITES, 1, rows, np.full(count, -NONE), np.ones(count), fixed=True)


def _membership(on: Variables) -> csr_matrix:
    """(sites, variables): 1 where an option is of the site."""
    found = (np.ones(len(on.site)), (on.site, np.arange(len(on.site))))
    return csr_matrix(found, shape=(len(on.sites), len(on.site) + len(on.exchange)))
