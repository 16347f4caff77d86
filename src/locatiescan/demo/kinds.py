"""What a lot can be: its zoning, and what stands on it."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A use of a lot."""

    bestemming: str
    """IMRO2012 hoofdgroep."""
    naam: str
    """What the plan calls it."""
    built: float = 0.0
    """Share of such lots that has a building."""
    setback_m: float = 4.0
    """From the front of the lot to the building."""
    depth: float = 10.0
    """Depth of the building: metres, or a share of the lot's depth where it is 1 or less."""
    width: float = 1.0
    """Share of the lot's width."""
    purpose: str = ""
    """BAG gebruiksdoel, more than one joined by a comma."""
    units: int = 1
    """Most verblijfsobjecten in one building."""
    storeys: int = 2
    height: tuple[int, int] = (0, 0)
    """Usual maximum goothoogte and bouwhoogte in metres; (0, 0) where a plan gives none."""


KINDS = {
    "rijwoning": Kind("wonen", "Wonen", 0.99, 4, 9, 1.0, "woonfunctie", 1, 2, (6, 10)),
    "tweekapper": Kind("wonen", "Wonen", 0.98, 5, 10, 0.74, "woonfunctie", 1, 2, (6, 10)),
    "vrijstaand": Kind("wonen", "Wonen - Vrijstaand", 0.96, 6, 11, 0.58, "woonfunctie", 1, 2, (4, 9)),
    "appartementen": Kind("wonen", "Wonen - Gestapeld", 1.0, 10, 15, 0.72, "woonfunctie", 36, 4, (0, 15)),
    "plantsoen": Kind("groen", "Groen"),
    "park": Kind("groen", "Groen - Park"),
    "parkeerplein": Kind("verkeer", "Verkeer - Verblijfsgebied"),
    "school": Kind("maatschappelijk", "Maatschappelijk", 1.0, 9, 26, 0.5, "onderwijsfunctie", 1, 2, (0, 8)),
    "leegveld": Kind("wonen", "Wonen - Uit te werken", height=(6, 11)),
    "bouwrijp": Kind("woongebied", "Woongebied", height=(7, 12)),
    "winkelcentrum": Kind("centrum", "Centrum", 1.0, 1, 0.7, 1.0, "winkelfunctie,woonfunctie", 4, 3, (7, 11)),
    "winkelwoning": Kind("gemengd", "Gemengd - 1", 0.97, 1, 0.6, 1.0, "winkelfunctie,woonfunctie", 3, 3, (6, 10)),
    "winkel": Kind("detailhandel", "Detailhandel", 1.0, 1, 0.75, 0.95, "winkelfunctie", 1, 2, (0, 8)),
    "cafe": Kind("horeca", "Horeca - Café", 1.0, 2, 0.6, 0.9, "bijeenkomstfunctie", 1, 2, (6, 9)),
    "bank": Kind("dienstverlening", "Dienstverlening", 1.0, 2, 0.6, 0.9, "kantoorfunctie", 2, 3, (0, 11)),
    "theater": Kind(
        "cultuur en ontspanning", "Cultuur en ontspanning", 1.0, 3, 0.7, 0.85, "bijeenkomstfunctie", 1, 3, (0, 14)
    ),
    "kerk": Kind("maatschappelijk", "Maatschappelijk - Religie", 1.0, 6, 0.5, 0.5, "bijeenkomstfunctie", 1, 1, (0, 20)),
    "hal": Kind("bedrijf", "Bedrijf", 1.0, 8, 0.62, 0.82, "industriefunctie", 1, 1, (0, 10)),
    "loods": Kind(
        "bedrijventerrein", "Bedrijventerrein", 1.0, 8, 0.7, 0.85, "industriefunctie,kantoorfunctie", 2, 1, (0, 12)
    ),
    "kantoor": Kind("kantoor", "Kantoor", 1.0, 10, 0.45, 0.75, "kantoorfunctie", 4, 4, (0, 16)),
    "leegkantoor": Kind("kantoor", "Kantoor", 1.0, 10, 0.4, 0.6, "kantoorfunctie", 1, 4, (0, 16)),
    "leegkavel": Kind("bedrijventerrein", "Bedrijventerrein", height=(0, 12)),
    "nutsterrein": Kind(
        "overig", "Overig - Nutsvoorziening", 1.0, 12, 12, 0.3, "overige gebruiksfunctie", 1, 1, (0, 4)
    ),
    "sportveld": Kind("sport", "Sport", 0.6, 5, 12, 0.2, "sportfunctie", 1, 1, (0, 6)),
    "volkstuin": Kind("recreatie", "Recreatie - Volkstuin", height=(0, 3)),
    "camping": Kind("recreatie", "Recreatie - Verblijfsrecreatie", 1.0, 6, 9, 0.1, "logiesfunctie", 1, 1, (3, 5)),
    "zwembad": Kind("maatschappelijk", "Maatschappelijk - Zwembad", 1.0, 14, 30, 0.42, "sportfunctie", 1, 1, (0, 9)),
    "lintwoning": Kind("wonen", "Wonen - Lint", 0.97, 8, 12, 0.42, "woonfunctie", 1, 2, (4, 9)),
    "boerderij": Kind(
        "agrarisch", "Agrarisch - Bouwperceel", 1.0, 12, 28, 0.55, "woonfunctie,industriefunctie", 1, 2, (4, 10)
    ),
    "lintbedrijf": Kind("bedrijf", "Bedrijf", 1.0, 12, 26, 0.6, "industriefunctie", 1, 1, (0, 8)),
    "leegerf": Kind("wonen", "Wonen - Lint", height=(4, 9)),
    "akker": Kind("agrarisch", "Agrarisch"),
    "weide": Kind("agrarisch met waarden", "Agrarisch met waarden - Landschap"),
    "plas": Kind("water", "Water - Plas"),
    "bosje": Kind("bos", "Bos"),
    "bos": Kind("bos", "Bos - Binnenduinrand"),
    "duin": Kind("natuur", "Natuur - Duin"),
    "straat": Kind("verkeer", "Verkeer - Verblijfsgebied"),
    "weg": Kind("verkeer", "Verkeer"),
    "vaart": Kind("water", "Water"),
}
HOUSES = ("rijwoning", "tweekapper", "vrijstaand")
ROADS = ("straat", "weg")
FARMLAND = ("akker", "weide")
