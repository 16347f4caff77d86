"""The centre of Amersfoort: 302 real parcels, pages of 100, and almost nothing known of them.

The figures are of ``figures.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from support.drawing import draw, far_away
from support.real import Place, Run, hits, needs_real_data, run

pytestmark = needs_real_data

# square metres and 4 pi A / P2 (shoelace), grid by the ground in each cell, metres to Arkemheen (point to segment)
PARCELS = {
    "7005818": (25521.9227, 0.03032690, 4.867498, 8060.5633),
    "639538": (4856.7078, 0.06044077, 4.816226, 8018.7997),
    "639561": (3914.2161, 0.07322391, 4.212834, 8147.7956),
    "4176488": (2949.7238, 0.14548474, 4.396000, 8065.4524),
    "2761734": (2879.5255, 0.75318243, 4.337403, 8271.0899),
    "1347248": (759.0717, 0.58002901, 4.585014, 8334.0568),
    "7006389": (536.1476, 0.44249099, 4.801088, 8168.8095),
}
SMALLEST_M2, SUM_M2 = 1.2228, 107956.9934
# share of some parcels west of x = 154950 (sweep); 18 have more than half of their ground there, 280 nothing
WEST = {"7005818": 0.950945, "1349765": 0.872672, "639538": 0.587260, "2054384": 0.371966, "2762518": 0.050370}
BORDER_X = 154950


def test_all_pages_arrive(amersfoort: Place, amersfoort_run: Run) -> None:
    percelen = amersfoort_run.proof["lagen"]["percelen"]
    assert hits(amersfoort, "percelen") == 302
    assert (percelen["beloofd"], percelen["ontvangen"], percelen["gebruikt"]) == (302, 302, 302)
    assert len(amersfoort_run.percelen) == 302
    assert amersfoort_run.percelen["perceel_id"].is_unique


def test_no_ground_is_lost(amersfoort_run: Run) -> None:
    areas = amersfoort_run.percelen["oppervlakte_m2"]
    assert areas.min() == pytest.approx(SMALLEST_M2, abs=0.01)
    assert areas.sum() == pytest.approx(SUM_M2, abs=1.0)  # the server rounds to millimetres, as PDOK does
    assert amersfoort_run.percelen.geometry.area.sum() == pytest.approx(SUM_M2, abs=1.0)


@pytest.mark.parametrize("perceel", PARCELS)
def test_measures(amersfoort_run: Run, perceel: str) -> None:
    area, compact, grid, nature = PARCELS[perceel]
    row = amersfoort_run.percelen.loc[perceel]
    assert row["oppervlakte_m2"] == pytest.approx(area, abs=0.1)
    assert row["compactheid_aandeel"] == pytest.approx(compact, abs=1e-5)
    assert row["depositie_mol_ha_jr"] == pytest.approx(grid, abs=2e-5)
    assert row["natura2000_afstand_m"] == pytest.approx(nature, abs=0.005)


def test_unknown_is_not_free(amersfoort_run: Run) -> None:
    table = amersfoort_run.percelen
    unknown = ["vrij_m2", "cirkel_m", "bestemming", "bebouwd_aandeel", "max_bouwhoogte_m"]
    for limit in unknown:
        assert table[limit].isna().all(), limit
        assert set(table[f"{limit}_oordeel"]) == {"onbekend"}, limit
    assert set(table["natura2000_aandeel_oordeel"]) == {"ja"}
    assert set(table["oordeel"]) == {"onbekend"}
    assert all(set(unknown) <= set(text.split(", ")) for text in table["onbekend"])
    measured = ("bestemming_aandeel", "overbelast_afstand_m", "kantoor_m2", "verblijfsobjecten_aantal", "bpl_aandeel")
    of_plans = ("dubbelbestemmingen", "gebiedsaanduidingen", "max_bouwlagen", "bouwvlak_aandeel", "kern_afstand_m")
    for name in (*measured, *of_plans):
        assert table[name].isna().all(), name


def test_the_command_says_what_is_missing(amersfoort_run: Run) -> None:
    for layer in ("enkelbestemming", "maatvoering", "bpl", "panden", "water", "haltes"):
        assert f"onbekend: {layer}: " in amersfoort_run.result.output
        assert amersfoort_run.proof["lagen"][layer]["aanwezig"] == "nee"


def test_landscape_rejects_nothing_while_the_village_is_unknown(amersfoort: Place, tmp_path: Path) -> None:
    half = shapely.box(BORDER_X - 1000, 462000, BORDER_X, 464000)
    file = draw(tmp_path / "bpl.gpkg", amersfoort.catalogue, "bpl", [half])
    own = run(amersfoort, tmp_path / "uit", "--laag", f"bpl={file}", *far_away(tmp_path, amersfoort.catalogue))
    table = own.percelen
    assert table["bpl_aandeel"].loc[list(WEST)].to_dict() == pytest.approx(WEST, abs=1e-4)
    assert (table["bpl_aandeel"] == 0).sum() == 280
    assert (table["bpl_aandeel"] > 0.5).sum() == 18
    assert len(table) == 302
    assert (table["bpl_kern_afstand_m_oordeel"] == "onbekend").sum() == 18
    assert set(table["oordeel"]) == {"onbekend"}
    assert own.kandidaten["rang"].tolist() == list(range(1, 303))
    assert own.proof["lagen"]["bpl"]["zekerheid"] == "gebruiker"
