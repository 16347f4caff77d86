"""What is not known of a candidate, in words a councillor knows, and who can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from locatiescan.analysis.answering.dutch import listed
from locatiescan.analysis.answering.sentences import CONVERSION, none_fits
from locatiescan.model import JA

EVERYWHERE = {
    "bestemming": ("waarvoor de grond nu is bestemd", "de gemeente, ruimtelijke ordening"),
    "kern_aandeel": ("of de plek binnen de bebouwde kom ligt", "de gemeente"),
    "bpl_aandeel": ("of de plek in beschermd landschap ligt", "de provincie"),
    "nnn_aandeel": ("of de plek in het Natuurnetwerk Nederland ligt", "de provincie"),
    "natura2000_aandeel": ("of de plek in een Natura 2000-gebied ligt", "de provincie"),
    "dubbelbestemmingen": ("of er een leiding, dijk of beschermde bodem is", "de gemeente, ruimtelijke ordening"),
    "gebiedsaanduidingen": ("of er een zone voor geluid, geur of veiligheid is", "de gemeente, ruimtelijke ordening"),
    "lib_zones": ("of er regels vanwege Schiphol gelden", "de Inspectie Leefomgeving en Transport"),
    "grondwater_aandeel": ("of het grondwater er beschermd is", "de provincie"),
    "woningen_hoog": ("hoeveel woningen er passen", "een stedenbouwkundige"),
    "planroute_oordeel": ("welke weg naar toestemming open is", "de gemeente, vergunningen"),
    "stikstof_oordeel": ("hoeveel stikstof op de natuur neerkomt", "de omgevingsdienst, met AERIUS"),
    "raad_advies_woningen": ("vanaf hoeveel woningen de gemeenteraad bindend adviseert", "de griffie"),
    "parkeernorm": ("hoeveel parkeerplaatsen per woning de gemeente vraagt", "de gemeente, verkeer"),
    "taakstelling_statushouders": ("hoeveel statushouders de gemeente moet huisvesten", "de gemeente, wonen"),
}
ON_LAND = {
    "bouwvlak_aandeel": ("of het plan er een bouwvlak heeft", "de gemeente, ruimtelijke ordening"),
    "vrij_m2": ("hoeveel grond er vrij is", "de gemeente, met een kijkje ter plaatse"),
    "brandweer_oordeel": ("of de brandweer er goed bij kan", "de veiligheidsregio"),
    "eigenaar": ("van wie de grond is", "het Kadaster"),
}
IN_BUILDINGS = {
    "totaal_m2": ("hoe groot het gebouw is", "de eigenaar"),
    "leegstand": ("of het gebouw leegstaat", "de eigenaar"),
    "eigenaar": ("van wie het gebouw is", "het Kadaster"),
}
HOMES_ONLY = ("brandweer_oordeel", "parkeernorm", "raad_advies_woningen", "taakstelling_statushouders")
"""Of no use where not one home fits."""
OLD_LAW = {
    "chw_aangewezen": ("of de gemeente was aangewezen voor de Crisis- en herstelwet", "de gemeente, vergunningen")
}
NEW_LAW_ONLY = ("raad_advies_woningen",)
HEIGHT = ("hoe hoog er gebouwd mag worden", "de gemeente, ruimtelijke ordening")
FIT = ("of het gebouw geschikt is te maken (bouw, brand, geluid)", "een bouwkundige")
"""No register holds it."""


def unknowns(known: Mapping[str, Any], doubtful: Sequence[str], unchecked: Sequence[str], old_law: bool) -> str:
    """List what is not known, joined with ``; ``.

    Parameters
    ----------
    known : mapping
        Facts of one candidate that are known.
    doubtful : sequence of str
        Titles of flags of which it is not known whether they are raised.
    unchecked : sequence of str
        Titles of what was used and not checked against its source.
    old_law : bool
        Whether the law of before the Omgevingswet applies, which asks other things.

    Returns
    -------
    str
        Empty where all is known.
    """
    items = [f"{words} (vraag {who})" for words, who in _facts(known, old_law)]
    items += [f"of dit speelt: {_quoted(doubtful)} (zie de vlaggen)"] if doubtful else []
    items += [f"niet nagelezen bij de bron: {_quoted(unchecked)}"] if unchecked else []
    return "; ".join(items)


def _quoted(titles: Sequence[str]) -> str:
    """Titles may hold commas."""
    return listed([f"'{title}'" for title in titles])


def _facts(known: Mapping[str, Any], old_law: bool) -> Iterator[tuple[str, str]]:
    building = known.get("soort") == CONVERSION
    if not building and known.get("hoogte_bekend") != JA:
        yield HEIGHT
    asked = {**EVERYWHERE, **(IN_BUILDINGS if building else ON_LAND), **(OLD_LAW if old_law else {})}
    needless = (*(HOMES_ONLY if none_fits(known) else ()), *(NEW_LAW_ONLY if old_law else ()))
    yield from (told for name, told in asked.items() if name not in known and name not in needless)
    if building:
        yield FIT
