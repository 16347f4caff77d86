"""Answers that real services gave, read as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from locatiescan.config.packaged import packaged_file
from locatiescan.config.sources import load_sources
from locatiescan.crs import check_rd
from locatiescan.errors import CrsError, SourceError
from locatiescan.model import Source
from locatiescan.sources import transfer, wfs
from locatiescan.sources.layers import _our_columns
from locatiescan.sources.page import geojson_page
from support.lying_server import SCHEMA, Answer, Server, serving


def without_cgi_header(path: Path) -> bytes:
    content = path.read_bytes()
    return content[content.index(b"<") :]


@pytest.fixture
def wire(real_data: Path) -> Callable[[str], bytes]:
    return lambda name: without_cgi_header(real_data / "responses" / "mapserver_wire" / name)


def test_parcels_of_version_4_and_5_fit_the_catalogue(real_data: Path) -> None:
    source = load_sources(packaged_file("data/sources.yaml"))["percelen"]
    page = geojson_page((real_data / "responses/brk/perceel_wfs_v4_geojson_28992.json").read_bytes(), "v4")
    check_rd(page, "v4")
    ours = _our_columns(page, source)
    assert ours["perceel_id"].iloc[0] == "66030768070000"
    assert ours["kadastrale_grootte_m2"].iloc[0] == 144.0
    newer = geojson_page((real_data / "responses/brk/perceel_wfs_v5_geojson_3857.json").read_bytes(), "v5")
    row = _our_columns(newer, source).iloc[0]
    assert (row["kadastrale_gemeente"], row["sectie"], row["perceelnummer"]) == ("LLS00", "R", 168)
    assert row["kadastrale_grootte_m2"] == 78501216
    with pytest.raises(CrsError, match="Rijksdriehoek"):  # it is in EPSG:3857, whatever one takes it for
        check_rd(newer, "v5")


@pytest.mark.parametrize(
    "name",
    [
        "wfs_200_exception_allgeoms_getfeature_invalid_typename.xml",
        "wfs_200_exception_getfeature_bbox_wrong_number_of_args.xml",
        "wfs_200_exception_getfeature_invalid_filter.xml",
        "wfs_200_exception_getfeature_invalid_srsname.xml",
        "wfs_200_exception_getfeature_outputformat.xml",
        "wfs_200_cite_exception_invalid_operand.xml",
    ],
)
def test_real_refusals_are_told_in_their_own_words(wire: Callable[[str], bytes], name: str) -> None:
    said = transfer.exception_text(wire(name))
    assert said
    assert "exceptionCode=" in said


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("wfs_200_getfeature_resulttype_hits.xml", "21"),
        ("wfs_200_getfeature_resulttype_hits_count.xml", "21"),
        ("wfs_200_low_wfsmaxfeatures_hits.xml", "21"),
        ("wfs_200_low_wfsmaxfeatures_no_compute_number_matched.xml", "unknown"),
    ],
)
def test_hits_are_read_whatever_the_rest_says(wire: Callable[[str], bytes], name: str, number: str) -> None:
    assert transfer.exception_text(wire(name)) is None
    assert transfer.parse_xml(wire(name), name).get("numberMatched") == number


def source_of(url: str, typename: str) -> Source:
    return Source("x", "X", "wfs", "vlak", "t", "CC0", "NV", url=url, typename=typename, key="id")


def described(capabilities: bytes, typename: str) -> wfs.Service:
    def answer(query: dict[str, str], honest: Answer) -> Answer:
        return (200, "text/xml", capabilities if query["request"] == "GetCapabilities" else SCHEMA.encode())

    with serving(Server(lie=answer)) as server:
        return wfs.describe(source_of(server.url, typename))


def test_the_capabilities_of_aerius_are_understood(real_data: Path) -> None:
    content = (real_data / "responses/aerius/getcapabilities_wfs_2_0_0.xml").read_bytes()
    service = described(content, "base_geometries:hexagons")
    assert service.typename == "base_geometries:hexagons"
    assert service.page_size == wfs.MAX_PAGE  # it allows a million, which is more than one page should be
    assert service.format == "application/json"
    with pytest.raises(SourceError, match=r"kent geen typename 'depositions:fout'; wel: base_geometries:"):
        described(content, "depositions:fout")


def test_the_capabilities_of_pdok_are_understood(real_data: Path) -> None:
    content = (real_data / "responses/pdok_wfs/capabilities_example_BlueOx_2_0_0.xml").read_bytes()
    offered = transfer.parse_xml(content, "BlueOx")
    names = [element.text for element in offered.iterfind(".//{*}FeatureType/{*}Name")]
    service = described(content, names[0] or "")
    assert service.page_size <= 1000
    assert "json" in service.format


def test_rd_from_the_ogc_api_is_rd_and_degrees_are_refused(real_data: Path) -> None:
    folder = real_data / "responses" / "ogcapi"
    page = geojson_page((folder / "expected_multiple_gpkgs_bbox_rd_output_also_rd.json").read_bytes(), "rd")
    assert len(page)
    check_rd(page, "rd")
    one = json.loads((folder / "bag_pand_feature_api_pdok_nl.json").read_bytes())
    degrees = geojson_page(json.dumps({"type": "FeatureCollection", "features": [one]}).encode(), "bag")
    with pytest.raises(CrsError, match="Rijksdriehoek"):
        check_rd(degrees, "bag")
    assert len(geojson_page((folder / "expected_empty_feature_collection.json").read_bytes(), "leeg")) == 0


@pytest.mark.parametrize("name", ["expected_query_timeout_features.json", "expected_straatnaam_not_allowed_value.json"])
def test_a_problem_of_the_ogc_api_is_no_page(real_data: Path, name: str) -> None:
    with pytest.raises(SourceError, match="geen hele GeoJSON"):
        geojson_page((real_data / "responses" / "ogcapi" / name).read_bytes(), name)
