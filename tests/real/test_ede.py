"""Otterlo, gemeente Ede: 11 real parcels among 1711 buildings. The figures are of ``figures.py``."""

from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest

from support.drawing import draw, far_away, square
from support.qgis import seen_by_qgis
from support.real import Place, Run, hits, needs_real_data, run

pytestmark = needs_real_data

# area, share under BGT buildings (sweep over slabs), metres to the Veluwe (point to segment), 4 pi A / P2 (shoelace)
PARCELS = {
    "84920229870000": (221.3422, 0.33503789, 372.8112, 0.61622896),
    "84920230070000": (584.8574, 0.27763116, 390.7385, 0.75920442),
    "84920231870000": (6347.8977, 0.00024022, 236.9980, 0.33607577),
    "84920232070000": (6.3087, 0.0, 372.8112, 0.04132302),
    "84920262570000": (207.8703, 0.04323601, 170.2819, 0.39179381),
    "84920262670000": (964.6552, 0.18514469, 157.5000, 0.76681665),
}
# free of buildings + 5 m and of water: square metres by chords 2 cm apart, and the largest circle in it
FREE = {
    "84920229870000": (23.992, 2.920),
    "84920230070000": (65.887, 4.585),
    "84920231870000": (6115.997, 39.352),
    "84920262570000": (136.822, 6.119),
    "84920262670000": (514.814, 12.023),
}
LARGEST = "84920231870000"
MIDDLE_OF_LARGEST = (181177, 456585)
# points in polygon, counted
ADDRESSES = {"84920229870000": 1, "84920231870000": 0, "84920232070000": 0, "84920262570000": 0, "84920262670000": 1}
# the square kilometre of Otterlo in conc_NH3_2023.asc
GRID_VALUE = 3.542


def test_every_feature_that_the_server_has_arrives(ede: Place, ede_run: Run) -> None:
    layers = ede_run.proof["lagen"]
    counts = {
        "gemeentegrens": 342,
        "percelen": 11,
        "panden": 1711,
        "verblijfsobjecten": 2481,
        "water": 296,
        "wegen": 1252,
    }
    for name, count in counts.items():
        assert hits(ede, name) == count
        assert (layers[name]["beloofd"], layers[name]["ontvangen"], layers[name]["gebruikt"]) == (count,) * 3, name


def test_small_pages_lose_nothing(ede_in_small_pages: Place, ede_run: Run, tmp_path: Path) -> None:
    paged = run(ede_in_small_pages, tmp_path / "uit", *far_away(tmp_path, ede_in_small_pages.catalogue))
    panden = paged.proof["lagen"]["panden"]
    assert (panden["beloofd"], panden["ontvangen"], panden["gebruikt"]) == (1711, 1711, 1711)
    assert panden["sha256"] == ede_run.proof["lagen"]["panden"]["sha256"]
    assert paged.percelen["bebouwd_aandeel"].to_dict() == ede_run.percelen["bebouwd_aandeel"].to_dict()


def test_nature_is_read_as_far_as_the_nearest_hexagon_may_lie(ede: Place, ede_run: Run, boundaries: Path) -> None:
    west, south, east, north = pyogrio.read_dataframe(boundaries, where="naam = 'Ede'").total_bounds
    reach = (west - 25_000, south - 25_000, east + 25_000, north + 25_000)
    nature = ede_run.proof["lagen"]["natura2000"]
    assert nature["ontvangen"] == nature["beloofd"] == hits(ede, "natura2000", reach)
    assert nature["ontvangen"] < 160


def test_invalid_shapes_are_repaired_and_named(ede_run: Run) -> None:
    layers = ede_run.proof["lagen"]
    assert {"veluwe", "rijntakken"} <= set(layers["natura2000"]["hersteld"].split("; "))
    assert len(layers["wegen"]["hersteld"].split("; ")) == 2
    assert layers["panden"]["hersteld"] == ""


@pytest.mark.parametrize("perceel", PARCELS)
def test_measures(ede_run: Run, perceel: str) -> None:
    area, built, veluwe, compact = PARCELS[perceel]
    row = ede_run.percelen.loc[perceel]
    assert row["oppervlakte_m2"] == pytest.approx(area, abs=0.01)
    assert row["bebouwd_aandeel"] == pytest.approx(built, abs=1e-5)
    assert row["natura2000_afstand_m"] == pytest.approx(veluwe, abs=0.005)
    assert row["compactheid_aandeel"] == pytest.approx(compact, abs=1e-6)
    assert row["natura2000_aandeel"] == 0.0
    assert row["depositie_mol_ha_jr"] == pytest.approx(GRID_VALUE, abs=1e-6)


@pytest.mark.parametrize("perceel", FREE)
def test_free_ground(ede_run: Run, perceel: str) -> None:
    area, circle = FREE[perceel]
    row = ede_run.percelen.loc[perceel]
    # GEOS draws a margin in straight pieces (a little less than round) and fills dents of 1 % of it (a little more)
    assert row["vrij_m2"] == pytest.approx(area, abs=0.5)
    assert row["cirkel_m"] == pytest.approx(circle, abs=0.12)  # the measure promises 0.1 m


def test_addresses_are_counted(ede_run: Run) -> None:
    assert ede_run.percelen["verblijfsobjecten_aantal"].loc[list(ADDRESSES)].to_dict() == ADDRESSES


def test_every_parcel_lies_at_a_road(ede_run: Run) -> None:
    distances = ede_run.percelen["weg_afstand_m"]
    assert distances.max() < 0.03  # worked out: 0.0249 m and 0.0045 m for two, 0 for the nine that overlap
    assert (distances > 0).sum() == 2
    assert distances["84920262570000"] == pytest.approx(0.0249, abs=0.001)


def test_what_has_no_source_is_unknown(ede_run: Run) -> None:
    table = ede_run.percelen
    assert table["bpl_aandeel"].isna().all()
    for limit in ("bestemming", "max_bouwhoogte_m"):
        assert table[limit].isna().all(), limit
        assert set(table[f"{limit}_oordeel"]) == {"onbekend"}
    for wish in ("bestemming_kans", "stikstof_afstand_m", "halte_afstand_m"):
        assert table[wish].isna().all(), wish
        assert table[f"{wish}_score"].isna().all(), wish
    for name in ("enkelbestemming", "maatvoering", "bpl", "stikstof_hexagonen", "haltes"):
        assert ede_run.proof["lagen"][name]["aanwezig"] == "nee"
        assert ede_run.proof["lagen"][name]["ontvangen"] is None


def test_only_the_largest_parcel_has_room(ede_run: Run) -> None:
    table = ede_run.percelen
    assert len(table) == 11
    assert table["oordeel"].drop(LARGEST).eq("nee").all()
    assert table["afgewezen_door"].drop(LARGEST).eq("vrij_m2, cirkel_m").all()
    assert table.loc[LARGEST, "oordeel"] == "onbekend"
    assert ede_run.kandidaten["rang"].to_dict() == {LARGEST: 1}
    assert table["rang"].notna().sum() == 1


def test_unknown_widens_the_score(ede_run: Run) -> None:
    row = ede_run.percelen.loc[LARGEST]
    # weights 3 + 2 + 3 + 2 + 1 + 1; known are room (2, score 0.8 + 0.2 * 2116 / 6000), road (1, score 1), form (1)
    room, form = 0.8 + 0.2 * (6115.997 - 4000) / 6000, (0.33607577 - 0.2) / 0.5
    assert row["score"] == pytest.approx(100 * (2 * room + 1 + form) / 12, abs=0.01)
    assert row["score_hoog"] == pytest.approx(row["score"] + 100 * (3 + 3 + 2) / 12, abs=0.01)


def test_a_users_file_takes_the_place_of_a_layer(ede: Place, tmp_path: Path) -> None:
    # 10 x 10 m in the middle of the largest parcel, 20 m from its border; with 5 m round about:
    # 100 + 4 x 10 x 5 + 25 pi = 378.54 m2, and 0.056 m2 of water lies on the parcel
    file = draw(tmp_path / "eigen.gpkg", ede.catalogue, "panden", [square(*MIDDLE_OF_LARGEST, 10)])
    own = run(ede, tmp_path / "uit", "--laag", f"panden={file}", *far_away(tmp_path, ede.catalogue))
    row = own.percelen.loc[LARGEST]
    assert row["bebouwd_aandeel"] == pytest.approx(100 / 6347.8977, abs=1e-6)
    assert row["vrij_m2"] == pytest.approx(6347.8977 - 378.5398 - 0.0560, abs=0.2)
    assert own.percelen["bebouwd_aandeel"].drop(LARGEST).eq(0).all()
    panden = own.proof["lagen"]["panden"]
    assert (panden["protocol"], panden["zekerheid"], panden["ontvangen"]) == ("file", "gebruiker", 1)
    assert panden["adres"].endswith("eigen.gpkg")


def test_qgis_reads_points_and_tables(ede_run: Run, tmp_path: Path) -> None:
    seen = seen_by_qgis(ede_run.geopackage, tmp_path, "panden", "verblijfsobjecten", "bronnen", "regels")
    assert all(layer["valid"] for layer in seen.values())
    assert seen["panden"]["rows"] == 1711
    assert seen["verblijfsobjecten"]["rows"] == 2481
    assert seen["bronnen"]["rows"] == len(ede_run.proof["lagen"])
