"""What may be built on each site: one row for every product, and for fewer homes where that opens a way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from locatiescan.model import JA
from locatiescan.policy.planning import CLOSED, MANUAL, OPEN
from locatiescan.policy.portfolio import Building, Wishes

KEPT = ("locatie_id", "gemeente", "gemeente_code", "soort", "planroute", "hexagon_gebied")
BUILDING = "gebouw"
GROUP = "woningen_"
NO_GROUPS = ("woningen_laag", "woningen_hoog")
DAYS = 7


@dataclass(frozen=True, eq=False)
class Offer:
    """All options, and the sites that have none."""

    options: gpd.GeoDataFrame
    """One row an option, plain RangeIndex, in the order of the candidates: ``locatie_id``, ``gemeente``,
    ``gemeente_code``, ``soort``, ``product``, ``woningen`` (int64), ``woningen_<groep>`` (Int64), ``minder`` (fewer
    homes than the product could hold), ``planroute``, ``planroute_oordeel`` (with so many homes), ``oplevering``
    (datetime64, NaT unknown), ``weken`` (from peildatum, NaN unknown), ``score`` (0..100, NaN unknown), ``mol_ha_jr``
    (NaN unknown), ``gebied`` (NA unknown), ``max_termijn_jaren`` (inf: no longest term, NaN unknown), ``geometry``."""
    left_out: pd.DataFrame
    """One row a site without any option: ``locatie_id``, ``gemeente_code``, ``woningen`` (Int64, as planned),
    ``reden`` (Dutch)."""

    def counted(self) -> pd.DataFrame:
        """How many sites were left out, and their homes, by ``reden``; most sites first."""
        by = self.left_out.groupby("reden", sort=True)
        table = by.agg(locaties=("locatie_id", "size"), woningen=("woningen", "sum")).reset_index()
        return table.sort_values(["locaties", "reden"], ascending=[False, True], ignore_index=True)


def options(
    candidates: gpd.GeoDataFrame, products: pd.DataFrame | None, wishes: Wishes, peildatum: date
) -> gpd.GeoDataFrame:
    """Give the options of `offer` alone."""
    return offer(candidates, products, wishes, peildatum).options


def offer(
    candidates: gpd.GeoDataFrame,
    products: pd.DataFrame | None,
    wishes: Wishes,
    peildatum: date,
    decided: Mapping[str, int] | None = None,
) -> Offer:
    """List what may be built on each site.

    Parameters
    ----------
    candidates : GeoDataFrame
        Locations and buildings of the region, one row each; a column that is absent is unknown.
    products : DataFrame or None
        ``locatie_id, product, past, woningen``: what fits where.
    wishes : Wishes
        Which verdicts and kinds take part, which date counts, whether fewer homes will do.
    peildatum : date
    decided : mapping of str to int, optional
        Homes on which was decided, by site: such a site has that option and no other, whatever its route.

    Returns
    -------
    Offer

    Notes
    -----
    A closed site opens with no more homes than ``route_max_woningen``; by which route and when is then unknown, and
    whether it is open outright too, so that its verdict is ``handmatig toetsen``. So is that of an open site with
    more homes than were planned when its route was judged. Deposition goes up evenly with homes (rules/stikstof.yaml).
    """
    sites = _sites(candidates)
    rows = pd.concat([_planned(sites), *_fitting(sites, products), *_fewer(sites, wishes)])
    rows["besloten"] = False
    rows = _decided(rows, sites, decided or {})
    rows = rows[rows["woningen"] >= 1].drop_duplicates(["site", "product", "woningen"])
    rows = rows.sort_values(["site", "woningen", "eigen"], ascending=[True, False, False], ignore_index=True)
    rows["planroute_oordeel"] = _verdicts(rows, sites)
    takes_part = (sites["soort"] != BUILDING).to_numpy() | wishes.gebouwen
    good = rows["planroute_oordeel"].isin(wishes.planroutes).to_numpy() & takes_part[rows["site"]]
    good |= rows["besloten"].to_numpy()
    found = _completed(rows[good].reset_index(drop=True), sites, wishes.oplevering, peildatum)
    return Offer(found, _left_out(sites, rows, found, takes_part))


def groups_of(table: pd.DataFrame) -> list[str]:
    """Columns with homes for a target group."""
    return [name for name in table.columns if str(name).startswith(GROUP) and name not in NO_GROUPS]


def _sites(candidates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Candidates with every column that is used, unknown where it was absent."""
    sites = candidates.reset_index(drop=True)
    texts = [name for name in (*KEPT, "product", "planroute_oordeel") if name not in sites]
    numbers = ("woningen", "route_max_woningen", "stikstof_max_woningen", "stikstof_mol_ha_jr", "max_termijn_jaren")
    for name in texts:
        sites[name] = pd.NA
    for name in (*numbers, "score"):
        sites[name] = pd.to_numeric(sites[name], errors="coerce").astype("float64") if name in sites else np.nan
    sites["soort"] = sites["soort"].astype(object).where(sites["soort"].notna(), "grond")
    return sites


def _planned(sites: gpd.GeoDataFrame) -> pd.DataFrame:
    """Each site with what was planned on it."""
    return pd.DataFrame(
        {"site": sites.index, "product": sites["product"].astype(object), "woningen": sites["woningen"], "eigen": True}
    )


def _fitting(sites: gpd.GeoDataFrame, products: pd.DataFrame | None) -> Iterator[pd.DataFrame]:
    """Each site with each product that fits it."""
    if products is None or products.empty:
        return
    fits = products[(products["past"] == JA) & products["locatie_id"].isin(sites["locatie_id"])]
    number = pd.Series(sites.index, index=sites["locatie_id"])
    yield pd.DataFrame(
        {
            "site": number[fits["locatie_id"]].to_numpy(),
            "product": fits["product"].astype(object).to_numpy(),
            "woningen": pd.to_numeric(fits["woningen"], errors="coerce").astype("float64").to_numpy(),
            "eigen": False,
        }
    )


def _fewer(sites: gpd.GeoDataFrame, wishes: Wishes) -> Iterator[pd.DataFrame]:
    """Each site with no more homes than nitrogen or a route allows, of the product planned on it."""
    for most in ("stikstof_max_woningen", "route_max_woningen") if wishes.minder_woningen else ():
        lower = sites[sites[most] < sites["woningen"]]
        yield _planned(lower).assign(woningen=np.floor(lower[most]), minder=True)


def _decided(rows: pd.DataFrame, sites: gpd.GeoDataFrame, decided: Mapping[str, int]) -> pd.DataFrame:
    """Options with, for a site on which was decided, no other than what was decided."""
    fixed = sites["locatie_id"].isin(list(decided)).to_numpy()
    if not fixed.any():
        return rows
    own = _planned(sites[fixed])
    homes = sites.loc[fixed, "locatie_id"].map(decided).astype("float64")
    product = own["product"].where(homes == own["woningen"], None)
    return pd.concat([rows[~fixed[rows["site"]]], own.assign(woningen=homes, product=product, besloten=True)])


def _verdicts(rows: pd.DataFrame, sites: gpd.GeoDataFrame) -> np.ndarray:
    """The verdict of a route with so many homes; None where unknown."""
    own = sites["planroute_oordeel"].astype(object).where(sites["planroute_oordeel"].notna(), None)
    verdict = own.to_numpy()[rows["site"]]
    at = sites[["route_max_woningen", "woningen"]].to_numpy()[rows["site"]]
    opens = (verdict == CLOSED) & (rows["woningen"] <= at[:, 0])
    doubted = (verdict == OPEN) & (rows["woningen"] > at[:, 1])
    return np.where(opens | doubted, MANUAL, verdict)


def _completed(rows: pd.DataFrame, sites: gpd.GeoDataFrame, building: Building, peildatum: date) -> gpd.GeoDataFrame:
    """Options with all that the program asks of them."""
    at = sites.iloc[rows["site"]].reset_index(drop=True)
    homes = rows["woningen"]
    delivered = _delivered(at, building)
    per_home = at["stikstof_mol_ha_jr"] / at["woningen"].where(at["woningen"] > 0)
    term = at["max_termijn_jaren"].where(at["max_termijn_jaren"].notna() | at["planroute"].isna(), np.inf)
    table = pd.DataFrame(
        {
            **{name: at[name] for name in KEPT[:4]},
            "product": rows["product"],
            "woningen": homes.astype("int64"),
            **_groups(at, homes),
            "minder": (rows["minder"] == True).to_numpy() if "minder" in rows else False,  # noqa: E712 NA is no
            "planroute": at["planroute"],
            "planroute_oordeel": rows["planroute_oordeel"],
            "oplevering": delivered,
            "weken": (delivered - pd.Timestamp(peildatum)).dt.days / DAYS,
            "score": at["score"],
            "mol_ha_jr": (per_home * homes).where(at["stikstof_mol_ha_jr"] != 0, 0.0),
            "gebied": at["hexagon_gebied"],
            "max_termijn_jaren": term,
        }
    )
    return gpd.GeoDataFrame(table, geometry=at.geometry.to_numpy(), crs=sites.crs)


def _delivered(at: pd.DataFrame, building: Building) -> pd.Series:
    """When homes stand: the chosen date of the route, and the weeks of building after it."""
    name = f"{building.mijlpaal}_{building.kant}"
    days = at[name] if name in at else pd.Series(pd.NaT, index=at.index)
    found = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce")
    return found.astype("datetime64[ns]") + pd.Timedelta(days=round(building.bouwweken * DAYS))


def _groups(at: pd.DataFrame, homes: pd.Series) -> dict[str, pd.Series]:
    """Homes of each group; another number of homes than planned is divided as the site's own, by largest remainder."""
    names = groups_of(at)
    own = at[names].apply(pd.to_numeric, errors="coerce").astype("float64").to_numpy().reshape(len(at), len(names))
    total = own.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = own * (homes.to_numpy() / total)[:, None]
    known = np.isfinite(share).all(axis=1)
    share = np.where(known[:, None], share, 0.0)
    whole = np.floor(share + 1e-9)
    order = np.argsort(-np.round(share - whole, 9), axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    whole += rank < (homes.to_numpy() - whole.sum(axis=1))[:, None]
    columns = np.where(known[:, None], whole, np.nan).T
    return {name: pd.Series(column).astype("Int64") for name, column in zip(names, columns, strict=True)}


def _left_out(sites: gpd.GeoDataFrame, rows: pd.DataFrame, found: pd.DataFrame, takes_part: np.ndarray) -> pd.DataFrame:
    """Sites without any option, with the first reason that holds."""
    none = ~sites["locatie_id"].isin(found["locatie_id"])
    verdict = sites["planroute_oordeel"].astype(object).where(sites["planroute_oordeel"].notna(), "onbekend")
    reasons = [
        (~takes_part, "gebouwen doen niet mee"),
        (~sites.index.isin(rows["site"]) & sites["woningen"].isna().to_numpy(), "aantal woningen onbekend"),
        (~sites.index.isin(rows["site"]), "er past geen woning"),
    ]
    reason = np.select([which for which, _ in reasons], [text for _, text in reasons], default="")
    told = np.where(reason == "", "planroute " + verdict.astype(str), reason)
    table = sites[["locatie_id", "gemeente_code"]].assign(woningen=sites["woningen"].astype("Int64"), reden=told)
    return pd.DataFrame(table[none]).reset_index(drop=True)
