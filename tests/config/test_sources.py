from __future__ import annotations

from pathlib import Path

import pytest

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import columns_needed, load_rules
from locatiescan.config.sources import load_sources, replace_by_user_files
from locatiescan.errors import ConfigError, UsageError
from locatiescan.model import Source
from small_world import write_world


def test_the_packaged_catalogue_is_sound_and_names_what_is_not_verified() -> None:
    sources = load_sources(packaged_file("data/sources.yaml"))
    assert {"gemeentegrens", "percelen", "enkelbestemming", "maatvoering", "bpl", "natura2000"} <= set(sources)
    assert all(
        source.url and source.url.startswith("https://") for source in sources.values() if source.protocol != "geen"
    )
    assert sources["bpl"].protocol == "geen"
    assert sources["bpl"].zekerheid == "NV"


def test_faults_come_all_at_once(tmp_path: Path) -> None:
    file = write_world(tmp_path, percelen="percelen:\n  titel: x\n  protocol: wfs\n  geometry: rond\n  frut: 1\n")
    with pytest.raises(ConfigError) as caught:
        load_sources(file)
    said = str(caught.value)
    for part in (
        "percelen.geometry: moet een van deze zijn",
        "percelen.frut: is geen bekende sleutel",
        "percelen.licence: ontbreekt",
    ):
        assert part in said


def test_no_layer_takes_the_place_of_a_table_of_the_result(tmp_path: Path) -> None:
    file = write_world(tmp_path)
    file.write_text(file.read_text().replace("bpl:", "kandidaten:", 1))
    with pytest.raises(ConfigError, match="kandidaten: is de naam van een tabel"):
        load_sources(file)


def test_a_service_needs_url_typename_and_key(tmp_path: Path) -> None:
    entry = "percelen: {titel: x, protocol: wfs, geometry: vlak, licence: x, attribution: x, zekerheid: NV}\n"
    with pytest.raises(ConfigError, match=r"percelen\.url: ontbreekt") as caught:
        load_sources(write_world(tmp_path, percelen=entry))
    assert len(caught.value.faults) == 3


def required(source: Source) -> set[str]:
    return set(source.columns) - set(source.optional)


def test_parcels_and_boundary_are_required(tmp_path: Path) -> None:
    (tmp_path / "leeg.yaml").write_text("")
    with pytest.raises(ConfigError, match="gemeentegrens: deze laag ontbreekt"):
        load_sources(tmp_path / "leeg.yaml")


def test_a_users_file_takes_a_layers_place(world: Path) -> None:
    sources = load_sources(world)
    replaced = replace_by_user_files(sources, (f"bpl={world.parent / 'wereld.gpkg'}:percelen",), {})
    assert replaced["bpl"].typename == "percelen"
    assert replaced["bpl"].zekerheid == "gebruiker"
    assert required(replaced["bpl"]) == set()  # the rules ask nothing of it but its shape
    assert replaced["percelen"] == sources["percelen"]


@pytest.mark.parametrize(
    ("given", "said"),
    [("bpl", "schrijf naam=bestand"), ("nergens=x.gpkg", "kent geen laag"), ("bpl=x.gpkg", "bestaat niet")],
)
def test_a_wrong_laag_is_told(world: Path, given: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        replace_by_user_files(load_sources(world), (given,), {})


def test_a_users_file_needs_the_columns_that_the_rules_use(tmp_path: Path) -> None:
    sources = load_sources(packaged_file("data/sources.yaml"))
    rules = load_rules(packaged_file("rules/flexwonen.yaml"), MEASURES, sources)
    needed = columns_needed(rules, sources)
    assert needed["bpl"] == needed["haltes"] == set()
    assert needed["enkelbestemming"] == {"bestemming"}
    assert needed["maatvoering"] == {"maatvoering"}
    assert needed["stikstof_hexagonen"] == {"relevant", "naderend_overbelast", "overbelast"}
    (tmp_path / "h.gpkg").write_text("")
    given = tuple(f"{name}={tmp_path / 'h.gpkg'}" for name in ("stikstof_hexagonen", "percelen", "enkelbestemming"))
    replaced = replace_by_user_files(sources, given, needed)
    assert required(replaced["stikstof_hexagonen"]) == {"zoom_level", "relevant", "naderend_overbelast", "overbelast"}
    assert replaced["stikstof_hexagonen"].columns == sources["stikstof_hexagonen"].columns  # kept where it has them
    assert required(replaced["percelen"]) == {"perceel_id"}
    assert (set(replaced["enkelbestemming"].columns), replaced["enkelbestemming"].drop) == ({"bestemming"}, {})
