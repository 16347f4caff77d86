"""Zoning plans as municipalities publish them (IMRO 2006, 2008 and 2012), and which of two plans counts."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import Element

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from locatiescan.crs import RD, check_rd
from locatiescan.errors import SourceError
from locatiescan.model import Source
from locatiescan.sources.gml import files_of, opened
from locatiescan.sources.gml_geometry import built, gml_id, local
from locatiescan.sources.imro import pairs
from locatiescan.sources.page import Bounds, Pages, Promise
from locatiescan.sources.transfer import MAX_BYTES, parse_xml

DRAFTS = ("concept", "voorontwerp", "ontwerp")
KINDS = (
    "Bestemmingsplangebied",
    "Enkelbestemming",
    "Dubbelbestemming",
    "Bouwvlak",
    "Functieaanduiding",
    "Bouwaanduiding",
    "Lettertekenaanduiding",
    "Maatvoering",
    "Figuur",
    "Gebiedsaanduiding",
    *(f"Besluit{part}_{letter}" for part in ("gebied", "vlak", "subvlak") for letter in "XPA"),
)
"""Objects that a plan may rightly have none of; any other name must occur."""
PLAN = re.compile(r".*plangebied(_[a-z])?|besluitgebied(_[a-z])?")
VERSION = re.compile(r"imro/?(20\d\d)")
OWN = (
    "naam",
    "typePlanobject",
    "artikelnummer",
    "bestemmingshoofdgroep",
    "gebiedsaanduidinggroep",
    "bestemmingsvlak",
    "aanduiding",
    "verwijzingNaarTekst",
)
"""Properties of an object that the national services give under the same name."""
DATED = frozenset({"plan_id", "plan_status", "plan_datum", "historisch"})
"""Our columns that `current` decides by."""
OF_PLAN = ("typePlan", "planstatus", "datum")
COLUMNS = ("identificatie", "plangebied", *OF_PLAN, "historisch", "versieIMRO", "maatvoering", *OWN)


def read(source: Source, bounds: Bounds, promise: Promise) -> Pages:
    """Yield the objects of one kind from plan files, a page a plan, in the columns of the national services.

    Parameters
    ----------
    source : Source
        ``url`` is a plan's GML (also ``.gml.gz``), a folder of them, or a pattern; ``typename`` the kind of object,
        e.g. ``Enkelbestemming``.
    bounds : tuple of float
        West, south, east, north in RD metres.
    promise : Promise
        Gets the number of elements of that kind, counted apart from their reading, less the objects that were
        built and turned out not to touch the box. An arc may reach further than its points, so that only the
        built shape can tell; an element that is not built is never taken off.

    Notes
    -----
    A beheersverordening has no bestemmingen; where Enkelbestemming is asked, its whole area is given once, with
    ``bestemmingshoofdgroep`` empty: there are rules, but which is unknown. ``historisch`` is always empty, as a
    file cannot know of a later plan; see `current`.

    Raises
    ------
    SourceError
        If a file is no plan, a plan comes twice, or an object cannot be built (with its file and gml:id).
    CrsError
        If a geometry is not in RD New.
    """
    asked = (source.typename or "").casefold()
    if not asked:
        raise SourceError(f"laag {source.name}: noem in typename het soort object, bv. Enkelbestemming")
    files: dict[str, Path] = {}
    total, promise.matched = 0, 0
    for path in files_of(source):
        root = _plan_file(path)
        objects = [element for element in _members(root) if _is_asked(element, asked)]
        count = sum(_is_asked(element, asked) for element in root.iter())
        if count != len(objects):
            raise SourceError(f"{path} heeft {count} x {source.typename}, waarvan {len(objects)} als los object")
        plans = _plans(root)
        for plan in plans:
            if plan in files:
                raise SourceError(f"plan {plan} staat in {files[plan]} en in {path}; laat er een weg")
            files[plan] = path
        page = _page(objects, plans, path, root, promise)
        inside = shapely.intersects(page.geometry.to_numpy(), shapely.box(*bounds))
        total += count
        promise.matched += count - int((~inside).sum())
        yield page[inside]
    if not total and asked not in (kind.casefold() for kind in KINDS):
        raise SourceError(f"laag {source.name}: geen {source.typename} gevonden; bekend zijn {', '.join(KINDS)}")


def current(features: gpd.GeoDataFrame, areas: gpd.GeoDataFrame | None = None) -> gpd.GeoDataFrame:
    """What counts now: no drafts, nothing historic, and of two adopted plans on the same ground the newer.

    Ground of an older plan that a newer plan covers is taken out of the older feature, which disappears when
    nothing is left. Covered is the newer plan's own area where `areas` has it, else the ground of its features.

    Parameters
    ----------
    features : GeoDataFrame
        Valid shapes of one kind, with ``plan_id``, ``plan_status``, ``plan_datum`` and ``historisch``.
    areas : GeoDataFrame, optional
        Plan areas with ``plan_id``. Give them for kinds that leave gaps (maatvoering, bouwvlak): the newer plan
        then also counts where it has no such object. Leave them out for kinds that fill a plan
        (enkelbestemming), so that a plan that revises a few objects takes away no more than those.

    Returns
    -------
    GeoDataFrame
        Same columns and index, fewer rows, smaller shapes. What no newer plan covers is untouched to the last digit.

    Notes
    -----
    A plan without a feature of this kind, such as a parapluplan, changes nothing. Not decided here: plans of the
    same date; plans without date or status (kept whole, and they cut nothing); whether a court annulled a part;
    whether a newer plan left older rules standing; what a parapluplan's text says; ponsgaten of the omgevingsplan;
    a geconsolideerd plan counts by the date that it states. Borders digitised apart leave slivers.
    """
    kept = features[~_is_draft(features) & ~_is_historic(features)]
    cutters = _cutters(kept, areas)
    dates, plans = _dates(kept), kept["plan_id"].astype(str).to_numpy()
    shapes = kept.geometry.to_numpy().copy()
    older, newer = shapely.STRtree(cutters.geometry.to_numpy()).query(shapes, predicate="intersects")
    ground = cutters.geometry.to_numpy()
    wins = (cutters["date"].to_numpy()[newer] > dates[older]) & (cutters["plan_id"].to_numpy()[newer] != plans[older])
    wins &= ~shapely.touches(shapes[older], ground[newer])
    older, newer = older[wins], newer[wins]
    order = np.argsort(older, kind="stable")
    cut, starts = np.unique(older[order], return_index=True)
    if not len(cut):
        return kept
    covered = np.array([shapely.union_all(ground[group]) for group in np.split(newer[order], starts[1:])])
    shapes[cut] = shapely.difference(shapes[cut], covered)
    left = kept.set_geometry(gpd.GeoSeries(shapes, index=kept.index, crs=kept.crs))
    return left[~shapely.is_empty(shapes)]


def _plan_file(path: Path) -> Element:
    try:
        with opened(path) as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        raise SourceError(f"{path} is niet te lezen: {error}") from error
    if len(content) > MAX_BYTES:
        raise SourceError(f"{path} is groter dan {MAX_BYTES // 1_000_000} MB: dat is geen plan")
    root = parse_xml(content, str(path))
    if not any(VERSION.search(element.tag) for element in _members(root)):
        raise SourceError(f"{path} is geen plan in IMRO")
    return root


def _members(root: Element) -> list[Element]:
    """Objects of a file; the file itself where it is one object."""
    held = [child for member in root if local(member) in ("featureMember", "featureMembers") for child in member]
    return held or [root]


def _is_asked(element: Element, asked: str) -> bool:
    name = local(element)
    if name[:1].islower():  # a property: IMRO2006 has maatvoering within Maatvoering
        return False
    if asked == "enkelbestemming" and name.casefold().startswith("besluitgebied"):
        return _text(element, "typePlan") == "beheersverordening"
    return name.casefold() == asked


def _plans(root: Element) -> dict[str, dict[str, str | None]]:
    """Type, status and date by plan id; of several statuses the latest."""
    found: dict[str, dict[str, str | None]] = {}
    for element in _members(root):
        if not PLAN.fullmatch(local(element).casefold()):
            continue
        stated = [
            (_text(part, "datum") or "", _text(part, "planstatus") or "")
            for part in element.iter()
            if any(local(child) == "planstatus" for child in part)
        ]
        date, status = max(stated, default=("", ""))
        values = (_text(element, "typePlan"), status or None, date or None)
        found[gml_id(element)] = dict(zip(OF_PLAN, values, strict=True))
    return found


def _page(
    objects: list[Element], plans: dict[str, dict[str, str | None]], path: Path, root: Element, promise: Promise
) -> gpd.GeoDataFrame:
    srs = next((box.get("srsName", "") for box in root.iterfind("./{*}boundedBy/{*}Envelope")), "")
    rows = [_row(element, plans) for element in objects]
    orphans = sum(row["plangebied"] not in plans for row in rows)
    if orphans:
        promise.notes.append(
            f"{path.name}: van {orphans} objecten staat het plan er niet bij; status en datum onbekend."
        )
    shapes = [built(element, "geometrie", srs, str(path)) for element in objects]
    page = gpd.GeoDataFrame(pd.DataFrame(rows, columns=list(COLUMNS), dtype=object), geometry=shapes, crs=RD)
    check_rd(page, str(path))
    return page


def _row(element: Element, plans: dict[str, dict[str, str | None]]) -> dict[str, str | None]:
    plan = _plan_of(element) or (next(iter(plans)) if len(plans) == 1 else None)
    version = VERSION.search(element.tag)
    sizes = [(_text(part, "waardeType"), _text(part, "waarde")) for part in element.iter() if len(part)]
    return {
        **dict.fromkeys(COLUMNS),
        "identificatie": _identity(element),
        "plangebied": plan,
        **plans.get(plan or "", {}),
        "versieIMRO": f"IMRO{version[1]}" if version else None,
        "maatvoering": pairs([(kind, value) for kind, value in sizes if kind and value]) or None,
        **{name: _text(element, name) for name in OWN},
    }


def _plan_of(element: Element) -> str | None:
    if PLAN.fullmatch(local(element).casefold()):
        return gml_id(element)
    return next((_own(child) for child in element if PLAN.fullmatch(local(child).casefold())), None)


def _identity(element: Element) -> str | None:
    """``NL.IMRO.0664.EP1`` or ``NL.IMRO.0664.BPBS02-VG99``, as the national services write an NEN3610ID."""
    parts = {local(part): (part.text or "").strip() for part in element.iterfind("./{*}identificatie/{*}NEN3610ID/*")}
    if not parts:
        return _text(element, "identificatie") or gml_id(element) or None
    version = f"-{parts['versie']}" if parts.get("versie") else ""
    return f"{parts.get('namespace', 'NL.IMRO')}.{parts.get('lokaalID', '')}{version}"


def _text(element: Element, name: str) -> str | None:
    """Values of the properties of that name, or what they refer to; None where there are none."""
    values = list(dict.fromkeys(value for child in element if local(child) == name if (value := _own(child))))
    return "; ".join(values) or None


def _own(element: Element) -> str:
    href = next((value for key, value in element.attrib.items() if key.endswith("}href")), "")
    return " ".join((element.text or "").split()) or href.removeprefix("#")


def _lower(features: gpd.GeoDataFrame, column: str) -> pd.Series:
    return features[column].astype(str).str.strip().str.casefold()


def _is_draft(features: gpd.GeoDataFrame) -> pd.Series:
    return _lower(features, "plan_status").isin(DRAFTS)


def _is_historic(features: gpd.GeoDataFrame) -> pd.Series:
    return _lower(features, "historisch").isin(("true", "1", "ja"))


def _dates(features: gpd.GeoDataFrame) -> np.ndarray:
    """Dates by day; NaT, which is never later or earlier than anything, where none can be read."""
    days = features["plan_datum"].astype(str).str.strip().str[:10].str.replace("/", "-")
    return pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").to_numpy()


def _cutters(features: gpd.GeoDataFrame, areas: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Ground that a plan covers, with the plan and its date: its area where known, else its features."""
    cutters = gpd.GeoDataFrame(
        {"plan_id": features["plan_id"].astype(str).to_numpy(), "date": _dates(features)},
        geometry=features.geometry.to_numpy(),
        crs=features.crs,
    )[features["plan_status"].notna().to_numpy()]
    if areas is None or areas.empty:
        return cutters
    whole = areas.dissolve(areas["plan_id"].astype(str).to_numpy()).geometry
    known = cutters["plan_id"].isin(whole.index)
    first = cutters[known].drop_duplicates("plan_id")
    first = first.set_geometry(gpd.GeoSeries(whole.loc[first["plan_id"]].to_numpy(), index=first.index, crs=RD))
    return gpd.GeoDataFrame(pd.concat([cutters[~known], first]), crs=RD)
