"""Decision tables of the routes, written by hand from the law and held against ``rules/planroutes.yaml``."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from locatiescan.analysis.answering.routes import routes_table
from route_facts import CLEAR, FIRST_BL, FIVE, LAST_BPL, LAST_OLD, NEW, NOW, OLD, REUSE, bpl, facts, planning, routes

LETTER = {"O": "open", "D": "dicht", "H": "handmatig toetsen"}
NOTHING_KNOWN = {name: None for name in CLEAR}


# Under the Omgevingswet: what differs from a clear location, and the outcome of N0 N1 N2 N2i N3 N5 N4.
NEW_TABLE: list[tuple[date, dict[str, Any], str]] = [
    (NOW, {}, "OHODHHO"),
    # N0: what the plan itself allows
    (NOW, {"bestemming": "woongebied"}, "OHODHHO"),
    (NOW, {"bestemming": "agrarisch"}, "DHODHHO"),
    (NOW, {"bestemming": "sport", "functieaanduidingen": "wonen"}, "HHODHHO"),
    (NOW, {"functieaanduidingen": "wonen"}, "OHODHHO"),
    (NOW, {"bestemming": "sport", "functieaanduidingen": None}, "HHODHHO"),
    (NOW, {"bestemming": "gemengd"}, "HHODHHO"),
    (NOW, {"bestemming": "centrum"}, "HHODHHO"),
    (NOW, {"bestemming_aandeel": 0.9}, "OHODHHO"),
    (NOW, {"bestemming_aandeel": 0.899}, "HHODHHO"),
    (NOW, {"hoogte_past": "nee"}, "DHODHHO"),
    (NOW, {"hoogte_past": "nee", "bouwvlak_aandeel": 0.0, **REUSE}, "OHODHHO"),  # nothing is built
    (NOW, {"hoogte_past": None, "bouwvlak_aandeel": None, **REUSE}, "OHODHHO"),
    (NOW, {"functieaanduidingen": "wonen uitgesloten"}, "HHODHHO"),
    (NOW, {"functieaanduidingen": "bedrijf; specifieke vorm van wonen uitgesloten"}, "HHODHHO"),
    (NOW, {"bouwvlak_aandeel": 0.0}, "DHODHHO"),
    (NOW, {"bouwvlak_aandeel": 0.0, "bestemming": "woongebied"}, "HHODHHO"),
    (NOW, {"bouwvlak_aandeel": 0.001}, "DHODHHO"),
    (NOW, {"bouwvlak_aandeel": 0.002}, "HHODHHO"),
    (NOW, {"bouwvlak_aandeel": 0.499}, "HHODHHO"),
    (NOW, {"bouwvlak_aandeel": 0.5}, "OHODHHO"),
    # nature and nitrogen
    (NOW, {"natura2000_aandeel": 0.05}, "HHDDDDD"),
    (NOW, {"natura2000_aandeel": 0.0499}, "HHHDHHH"),
    (NOW, {"natura2000_aandeel": 0.002}, "HHHDHHH"),
    (NOW, {"natura2000_aandeel": 0.001}, "OHODHHO"),
    (NOW, {"nnn_aandeel": 0.002}, "OHHDHHH"),
    (NOW, {"nnn_aandeel": 0.001}, "OHODHHO"),
    (NOW, {"nnn_aandeel": 0.05}, "OHDDDDD"),
    (NOW, {"nnn_aandeel": 0.0499}, "OHHDHHH"),
    (NOW, {"stikstof_oordeel": "oranje"}, "HHHDHHH"),
    (NOW, {"stikstof_oordeel": "rood"}, "HHDDHHH"),
    (NOW, {"stikstof_oordeel": "rood", "bpl_aandeel": 0.1}, "HHDDHHH"),
    # landscape: consent, and what the province refuses; from 2025 up to 25 homes
    (NOW, bpl(woningen=25), "OHDHHHH"),
    (NOW, bpl(woningen=26), "OHDDDDD"),
    (NOW, bpl(kern_afstand_m=50), "OHDHHHH"),
    (NOW, bpl(kern_afstand_m=51), "OHDDDDD"),
    (NOW, bpl(kern_afstand_m=400, nieuw_volume="nee"), "OHDHHHH"),
    (NOW, bpl(woningen=60, nieuw_volume="nee"), "OHDHHHH"),
    (NOW, bpl(woningen=60, bpl_aandeel=0.499), "OHDHHHH"),
    (NOW, bpl(woningen=60, bpl_aandeel=0.5), "OHDDDDD"),
    (NOW, bpl(kern_afstand_m=51, bpl_aandeel=0.499), "OHDHHHH"),
    (NOW, bpl(kern_afstand_m=51, bpl_aandeel=0.5), "OHDDDDD"),
    (NOW, {"bpl_aandeel": 0.002}, "OHDHHHH"),
    (NOW, {"bpl_aandeel": 0.001}, "OHODHHO"),  # a fringe along a border touches nothing,
    (NOW, {"kern_afstand_m": 500, "woningen": 60}, "OHODHHO"),
    (LAST_BPL, bpl(woningen=11), "OHDHHHH"),
    (LAST_BPL, bpl(woningen=12), "OHDDDDD"),
    (FIRST_BL, bpl(woningen=12), "OHDHHHH"),
    (FIRST_BL, bpl(woningen=26), "OHDDDDD"),
    (LAST_BPL, bpl(kern_afstand_m=51), "OHDDDDD"),
    (LAST_BPL, bpl(kern_afstand_m=50), "OHDHHHH"),
    (LAST_BPL, bpl(kern_afstand_m=51, bpl_aandeel=0.499), "OHDHHHH"),
    (LAST_BPL, bpl(kern_afstand_m=51, bpl_aandeel=0.5), "OHDDDDD"),
    (LAST_BPL, bpl(kern_afstand_m=51, nieuw_volume="nee"), "OHDHHHH"),
    (LAST_BPL, bpl(woningen=12, bpl_aandeel=0.499), "OHDHHHH"),
    (LAST_BPL, bpl(woningen=12, bpl_aandeel=0.5), "OHDDDDD"),
    (LAST_BPL, bpl(woningen=12, nieuw_volume="nee"), "OHDHHHH"),
    (LAST_BPL, {"kern_afstand_m": 500, "woningen": 60}, "OHODHHO"),
    (LAST_BPL, {"mra_aandeel": 0.499}, "OHHDHHH"),
    (LAST_BPL, {"mra_aandeel": 0.002}, "OHHDHHH"),
    (LAST_BPL, {"mra_aandeel": 0.001}, "OHODHHO"),
    (LAST_BPL, {"kern_aandeel": 0.5}, "OHODHHO"),
    (LAST_BPL, {"mra_aandeel": 0.5}, "OHDDDDD"),
    (LAST_BPL, {"mra_aandeel": 0.5, "nieuw_volume": "nee"}, "OHHDHHH"),
    (FIRST_BL, {"mra_aandeel": 0.5}, "OHODHHO"),
    (LAST_BPL, {"kern_aandeel": 0.49}, "OHHDHHH"),
    (FIRST_BL, {"kern_aandeel": 0.49}, "OHHDHHH"),
    (FIRST_BL, {"kern_aandeel": 0.5}, "OHODHHO"),
    # Schiphol
    (NOW, {"lib_zones": "LIB 1"}, "HHDDDDD"),
    (NOW, {"lib_zones": "LIB 2"}, "HHDDDDD"),
    (NOW, {"lib_zones": "lib 3; LIB 4"}, "HHDDDDD"),
    (NOW, {"lib_zones": "LIB 4", "woningen": 25}, "HHHDHHH"),
    (NOW, {"lib_zones": "LIB 4", "woningen": 26}, "HHDDDDD"),
    (NOW, {"lib_zones": "LIB 4", "kern_aandeel": 0.5}, "HHHDHHH"),
    (NOW, {"lib_zones": "LIB 4", "kern_aandeel": 0.499}, "HHDDDDD"),
    (NOW, {"lib_zones": "LIB 4", "kern_aandeel": 0.499, "woningen": 4}, "HHDDDDD"),
    (NOW, {"lib_zones": "LIB 4", "kern_aandeel": 0.499, "woningen": 3}, "HHHDHHH"),  # in a ribbon
    (NOW, {"lib_zones": "beperkingengebied 4"}, "HHHDHHH"),  # not as this file names it
    (NOW, {"lib_zones": "3"}, "HHHDHHH"),
    (NOW, {"lib_zones": "LIB 5"}, "HHHDHHH"),
    (NOW, {"lib_zones": "LIB 5", "woningen": 60}, "HHHDHHH"),
    (NOW, {"lib_zones": "LIB 5", "kern_aandeel": 0.5}, "HHHDHHH"),
    (NOW, {"lib_zones": "LIB 5", "kern_aandeel": 0.499}, "HHDDDDD"),
    # what lies there, and zones of the plan
    (NOW, {"dubbelbestemmingen": "Leiding - Gas", "leiding_aandeel": 0.499}, "HHHDHHH"),
    (NOW, {"dubbelbestemmingen": "Leiding - Gas", "leiding_aandeel": 0.5}, "DHDDDDD"),
    (NOW, {"dubbelbestemmingen": "Hoogspanningsverbinding"}, "HHHDHHH"),
    (NOW, {"dubbelbestemmingen": "Waterstaat - Waterkering", "waterstaat_aandeel": 0.499}, "HHHDHHH"),
    (NOW, {"dubbelbestemmingen": "Waterstaat - Waterkering", "waterstaat_aandeel": 0.5}, "DHDDDDD"),
    (NOW, {"dubbelbestemmingen": "Waterstaat - Waterlopen", "waterstaat_aandeel": 0.9}, "HHHDHHH"),
    (NOW, {"dubbelbestemmingen": "Waarde - Archeologie 4"}, "OHODHHO"),
    (NOW, {"gebiedsaanduidingen": "veiligheidszone - bevi"}, "HHHDHHH"),
    (NOW, {"gebiedsaanduidingen": "vrijwaringszone - molenbiotoop"}, "HHHDHHH"),
    (NOW, {"gebiedsaanduidingen": "luchtvaartverkeerzone"}, "HHHDHHH"),
    (NOW, {"gebiedsaanduidingen": "milieuzone - waterwingebied"}, "HHHDHHH"),
    (NOW, {"gebiedsaanduidingen": "overige zone - iets"}, "OHODHHO"),
    (NOW, {"grondwater_aandeel": 0.002}, "HHHDHHH"),
    (NOW, {"grondwater_aandeel": 0.001}, "OHODHHO"),
    (NOW, {"gebiedsaanduidingen": "vrijwaringszone; overige zone - leidingenstrook", "termijn_jaren": 1}, "DHDDDDD"),
    # what hangs on the term: at most five, at most ten, below ten
    (NOW, {"gebiedsaanduidingen": "overige zone - reserveringsgebied hoofdweg", "termijn_jaren": 5}, "OHODHHO"),
    (NOW, {"gebiedsaanduidingen": "overige zone - reserveringsgebied hoofdweg", "termijn_jaren": 5.01}, "DHDDDDD"),
    (NOW, {"gebiedsaanduidingen": "overige zone - reserveringsgebied water", "termijn_jaren": 5}, "HHHDHHH"),
    (NOW, {"gebiedsaanduidingen": "overige zone - reserveringsgebied water", "termijn_jaren": 40}, "HHHDHHH"),
    (NOW, {"gebiedsaanduidingen": "geluidzone - industrie", "termijn_jaren": 10}, "HHODHHO"),
    (NOW, {"gebiedsaanduidingen": "geluidzone - industrie", "termijn_jaren": 10.01}, "HHHDHHH"),
    (NOW, {"gebiedsaanduidingen": "milieuzone - geurzone", "termijn_jaren": 9.99}, "HHODHHO"),
    (NOW, {"gebiedsaanduidingen": "milieuzone - geurzone", "termijn_jaren": 10}, "HHHDHHH"),
    (NOW, {"termijn_jaren": 15}, "OHODHHO"),
    (NOW, {"termijn_jaren": 40}, "OHODHHO"),
    (NOW, {"woningen": 500, "raad_advies_woningen": 1}, "OHODHHO"),  # costs time, not the route
    # where no home fits, no route is open
    (NOW, {"woningen": 0, "woningen_hoog": 0}, "HHHDHHH"),
    (NOW, {"woningen": 0, "woningen_hoog": 1}, "OHODHHO"),
    (NOW, {"woningen_hoog": None}, "HHHDHHH"),
    # what is not known is never open
    (NOW, {"bestemming": None}, "HHODHHO"),
    (NOW, {"bestemming_aandeel": None}, "HHODHHO"),
    (NOW, {"hoogte_past": "onbekend"}, "HHODHHO"),
    (NOW, {"bouwvlak_aandeel": None}, "HHODHHO"),
    (NOW, {"natura2000_aandeel": None}, "HHHDHHH"),
    (NOW, {"nnn_aandeel": None}, "OHHDHHH"),
    (NOW, {"stikstof_oordeel": "onbekend"}, "HHHDHHH"),
    (NOW, {"bpl_aandeel": None}, "OHHHHHH"),
    (NOW, bpl(kern_afstand_m=None), "OHDHHHH"),
    (NOW, bpl(woningen=None), "OHDHHHH"),
    (NOW, bpl(woningen=None, kern_afstand_m=500), "OHDDDDD"),
    (NOW, {"kern_aandeel": None}, "OHHDHHH"),
    (LAST_BPL, {"mra_aandeel": None}, "OHHDHHH"),
    (NOW, {"lib_zones": None}, "HHHDHHH"),
    (NOW, {"leiding_aandeel": None}, "HHHDHHH"),
    (NOW, {"dubbelbestemmingen": None}, "HHHDHHH"),
    (NOW, {"gebiedsaanduidingen": None}, "HHHDHHH"),
    (NOW, {"grondwater_aandeel": None}, "HHHDHHH"),
    (NOW, NOTHING_KNOWN, "HHHHHHH"),
]
# Under Wro, Wabo and Chw, for five years unless another term is named: the outcome of O1 to O6.
OLD_TABLE: list[tuple[date, dict[str, Any], str]] = [
    (LAST_OLD, {}, "OODOOH"),
    (LAST_OLD, REUSE, "OOOOOH"),
    (LAST_OLD, {**REUSE, "nieuw_volume": "ja"}, "OODOOH"),
    (LAST_OLD, {**REUSE, "bestaand_bouwwerk": "nee"}, "OODOOH"),
    (LAST_OLD, {**REUSE, "nieuw_volume": None}, "OOHOOH"),
    (LAST_OLD, {**REUSE, "bestaand_bouwwerk": None}, "OOHOOH"),
    (LAST_OLD, {**REUSE, "kern_aandeel": 0.499}, "HHDOHH"),
    (LAST_OLD, {**REUSE, "kern_aandeel": 0.5}, "OOOOOH"),
    (LAST_OLD, {**REUSE, "bpl_aandeel": 0.002}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "nnn_aandeel": 0.002}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "woningen": 12}, "OOHHOH"),
    (LAST_OLD, {**REUSE, "woningen": None}, "OOHHOH"),
    # the term that each route can give
    (LAST_OLD, {"termijn_jaren": 5.01}, "DODOOH"),
    (LAST_OLD, {"termijn_jaren": 10}, "DODOOH"),
    (LAST_OLD, {"termijn_jaren": 10.01}, "DODDDH"),
    (LAST_OLD, {"termijn_jaren": 15}, "DODDDH"),
    (LAST_OLD, {"termijn_jaren": 15.01}, "DODDDD"),
    (LAST_OLD, {"termijn_jaren": None}, "HODHHH"),
    # designation under the Chw
    (LAST_OLD, {"chw_aangewezen": "nee"}, "OODODD"),
    (LAST_OLD, {"chw_aangewezen": None}, "OODOHH"),
    # province and state
    (LAST_OLD, bpl(woningen=11), "HHDHHH"),
    (LAST_OLD, bpl(woningen=12), "DDDHDH"),
    (LAST_OLD, bpl(kern_afstand_m=51), "DDDHDH"),
    (LAST_OLD, {"bpl_aandeel": None}, "HHDHHH"),
    (LAST_OLD, {"mra_aandeel": 0.5}, "DDDODH"),
    (LAST_OLD, {"mra_aandeel": 0.1}, "HHDOHH"),
    (LAST_OLD, {"kern_aandeel": 0.49, "woningen": 12}, "HHDHHH"),
    (LAST_OLD, {**REUSE, "nnn_aandeel": 0.05}, "DDHHDH"),
    (LAST_OLD, {**REUSE, "nnn_aandeel": 0.0499}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "natura2000_aandeel": 0.05}, "DDDDDD"),
    (LAST_OLD, {**REUSE, "natura2000_aandeel": 0.0499}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "stikstof_oordeel": "oranje"}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "stikstof_oordeel": "rood"}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "lib_zones": "LIB 3"}, "DDDDDD"),
    (LAST_OLD, {**REUSE, "lib_zones": "LIB 4"}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "lib_zones": "LIB 5", "kern_aandeel": 0.4}, "DDDDDD"),
    (LAST_OLD, {**REUSE, "lib_zones": "LIB 5"}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "gebiedsaanduidingen": "milieuzone - geurzone"}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "dubbelbestemmingen": "Leiding - Gas"}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "leiding_aandeel": 0.5}, "DDDDDD"),
    (LAST_OLD, {**REUSE, "dubbelbestemmingen": "Waterstaat - Waterkering"}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "gebiedsaanduidingen": "veiligheidszone - lpg"}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "gebiedsaanduidingen": "vrijwaringszone - dijk"}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "gebiedsaanduidingen": "geluidzone - industrie"}, "HHHHHH"),
    (LAST_OLD, {**REUSE, "grondwater_aandeel": 0.1}, "HHHHHH"),
    (LAST_OLD, NOTHING_KNOWN, "HHHHHH"),
    (date(2020, 11, 17), {}, "OODOOH"),
    (date(2020, 11, 16), REUSE, "HHHHHH"),
]


# What bars N2i where a location touches protected landscape, so that consent is needed: word, and whether it closes.
# Most bars N3 and N5 as well, which are never open and so show it in their reason.
CONSENT: list[tuple[dict[str, Any], str, bool]] = [
    ({}, "kernkwaliteiten", False),
    ({"stikstof_oordeel": "oranje"}, "AERIUS", False),
    ({"stikstof_oordeel": "rood"}, "route N3", True),
    ({"natura2000_aandeel": 0.01}, "raakt Natura 2000", False),
    ({"natura2000_aandeel": 0.05}, "Natura 2000-gebied (Ow", True),
    ({"nnn_aandeel": 0.01}, "raakt het Natuurnetwerk", False),
    ({"nnn_aandeel": 0.05}, "ligt in het Natuurnetwerk", True),
    ({"kern_aandeel": 0.4}, "buiten de bebouwde kom", False),
    ({"lib_zones": "LIB 1"}, "LIB-zone 1", True),
    ({"lib_zones": "LIB 5"}, "LIB-zone 5", False),
    ({"leiding_aandeel": 0.5}, "dubbelbestemming leiding", True),
    ({"dubbelbestemmingen": "Waterstaat - Waterkering"}, "waterkering", False),
    ({"gebiedsaanduidingen": "veiligheidszone - bevi"}, "veiligheidszone", False),
    ({"gebiedsaanduidingen": "vrijwaringszone - dijk"}, "vrijwaringszone", False),
    ({"gebiedsaanduidingen": "reserveringsstrook"}, "buisleidingen", True),
    ({"gebiedsaanduidingen": "reserveringszone hoofdspoor"}, "ten hoogste 5 jaar", True),
    ({"gebiedsaanduidingen": "geluidzone", "termijn_jaren": 11.0}, "geluidzone", False),
    ({"gebiedsaanduidingen": "geurzone"}, "geurzone", False),
    ({"grondwater_aandeel": 0.1}, "grondwaterbeschermingsgebied", False),
]


@cache
def outcomes(old: bool, day: date) -> list[str]:
    """Outcome of every row of a table on a day, as letters."""
    table = [{**FIVE, **row} if old else row for _, row, _ in (OLD_TABLE if old else NEW_TABLE)]
    found = routes(day, *table)
    found = found.loc[found["route"].isin(OLD if old else NEW)]
    letters = found["oordeel"].map({said: letter for letter, said in LETTER.items()})
    return ["".join(one) for one in letters.to_numpy().reshape(len(table), -1)]


@pytest.mark.parametrize("place", range(len(NEW_TABLE)), ids=lambda place: f"{NEW_TABLE[place][:2]}")
def test_decision_table_of_the_new_law(place: int) -> None:
    assert outcomes(False, NEW_TABLE[place][0])[place] == NEW_TABLE[place][2]


@pytest.mark.parametrize("place", range(len(OLD_TABLE)), ids=lambda place: f"{OLD_TABLE[place][:2]}")
def test_decision_table_of_the_old_law(place: int) -> None:
    assert outcomes(True, OLD_TABLE[place][0])[place] == OLD_TABLE[place][2]


@pytest.mark.parametrize("place", range(len(CONSENT)), ids=lambda place: CONSENT[place][1])
def test_decision_table_where_consent_is_needed(place: int) -> None:
    change, said, closes = CONSENT[place]
    found = routes(NOW, {"bpl_aandeel": 0.1, **change}).set_index("route")
    shared = ["N2i"] if "stikstof_oordeel" in change else ["N2i", "N3", "N5"]
    for name in shared:
        assert said in found.loc[name, "reden"]
        assert found.loc[name, "oordeel"] == ("dicht" if closes else "handmatig toetsen")


def test_knowing_less_never_opens_a_route_nor_closes_one() -> None:
    rng = np.random.default_rng(5)
    pool = [change for _, change, _ in (*NEW_TABLE, *OLD_TABLE)]
    mixed = [{k: v for place in rng.integers(0, len(pool), 3) for k, v in pool[place].items()} for _ in range(150)]
    known = facts(*mixed).astype(object)
    less = known.mask(rng.random(known.shape) < 0.2, None)
    for day in (LAST_OLD, LAST_BPL, NOW):
        more_said, less_said = (routes_table(one, planning(), day)["oordeel"] for one in (known, less))
        changed = more_said != less_said
        assert changed.any()
        assert set(less_said[changed]) == {"handmatig toetsen"}
