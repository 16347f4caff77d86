"""The straight line from files to a judged table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.errors import SourceError
from locatiescan.model import Companions, Exclusion, Extent, Measurement, Rules, ScanResult, Source
from locatiescan.scan import layers_needed
from small_world import frames, scanned


def run(sources: dict[str, Source], rules: Rules) -> ScanResult:
    return scanned("Kleinwereld", rules, sources)


@pytest.fixture
def rules(tmp_path: Path, world: Path) -> Rules:
    (tmp_path / "r.yaml").write_text(
        "titel: t\ntoelichting: u\nlimits:\n"
        "  - {naam: bpl_aandeel, measure: covered_share, layer: bpl, max: 0.1, waarom: x}\n"
        "  - {naam: vrij_m2, measure: free_area_m2, exclude: [{layer: panden, buffer_m: 7}], min: 100, waarom: x}\n"
        "preferences:\n"
        "  - {naam: weg_m, measure: distance_m, layer: wegen, curve: {20: 1, 150: 0}, gewicht: 2, waarom: x}\n"
    )
    return load_rules(tmp_path / "r.yaml", MEASURES, load_sources(world))


def test_each_layer_is_read_with_the_reach_of_its_rules(rules: Rules) -> None:
    assert layers_needed(rules) == {"bpl": 0.0, "panden": 7.0, "wegen": 150.0}
    packaged = load_rules(
        packaged_file("rules/flexwonen.yaml"), MEASURES, load_sources(packaged_file("data/sources.yaml"))
    )
    reach = layers_needed(packaged)
    assert (reach["natura2000"], reach["stikstof_hexagonen"], reach["panden"]) == (10_000, 25_000, 5)


def test_surroundings_frontage_and_extents_are_read_as_far_as_they_look(rules: Rules) -> None:
    keys = {"naam": "m", "waarom": "x"}
    looks = (
        Measurement(**keys, measure="nearby_number", layer="panden", column="hoogte_m", reach_m=50.0),
        Measurement(**keys, measure="frontage_m", layer="wegen", buffer_m=200.0, only_in=Extent("bpl")),
        Measurement(**keys, measure="free_area_m2", exclude=(Exclusion("water", only_in=Extent("landschap")),)),
    )
    reach = layers_needed(replace(rules, metingen=looks))
    assert reach == {"panden": 50.0, "wegen": 200.0, "bpl": 0.0, "water": 0.0, "landschap": 0.0}


def test_what_an_answer_reads_besides_the_rules_is_fetched_with_them(world: Path, rules: Rules) -> None:
    sources = load_sources(world)
    assert "verblijfsobjecten" not in run(sources, rules).layers
    asking = replace(rules, antwoord=Companions(vrije_grond="vrij_m2"))
    assert {"verblijfsobjecten", "panden", "wegen"} <= set(run(sources, asking).layers)


def test_rejected_parcels_stay_with_their_reason(world: Path, rules: Rules) -> None:
    parcels = run(load_sources(world), rules).parcels.set_index("perceel_id")
    assert len(parcels) == 5
    assert parcels.loc["a", "afgewezen_door"] == "bpl_aandeel"
    assert parcels.loc["a", "bpl_aandeel"] == pytest.approx(0.5)


def test_a_missing_layer_is_unknown_and_never_lifts(world: Path, rules: Rules) -> None:
    sources = load_sources(world)
    blind = run(sources | {"bpl": replace(sources["bpl"], protocol="geen", url=None)}, rules)
    assert (blind.parcels["bpl_aandeel_oordeel"] == "onbekend").all()
    assert not (blind.parcels["oordeel"] == "ja").any()
    assert blind.layers["bpl"].absent
    assert (blind.parcels["onbekend"].str.contains("bpl_aandeel")).all()


def test_parcels_beyond_the_border_are_left_out_and_none_is_an_error(world: Path, rules: Rules) -> None:
    sources = load_sources(world)
    outside = replace(sources["percelen"], typename="gemeentegrens", columns={"perceel_id": "code"})
    assert len(run(sources | {"percelen": outside}, rules).parcels) == 1  # its middle lies inside
    with pytest.raises(SourceError, match="geen perceel_id"):
        run(sources | {"percelen": replace(sources["percelen"], columns={})}, rules)


def test_a_doubled_parcel_id_is_an_error(tmp_path: Path, world: Path, rules: Rules) -> None:
    frames()["percelen"].assign(id="zelfde").to_file(tmp_path / "dubbel.gpkg")
    sources = load_sources(world)
    doubled = replace(sources["percelen"], url=str(tmp_path / "dubbel.gpkg"), typename=None)
    with pytest.raises(SourceError, match="perceel_id is niet uniek, bijvoorbeeld zelfde"):
        run(sources | {"percelen": doubled}, rules)
