"""Of a layer whose features stay with the municipality, the region tells the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from locatiescan.model import Layer, Pedigree, ScanResult, Source
from locatiescan.outputs.parts import layer_of
from locatiescan.outputs.tables import missing_layers, sources_table
from support.candidates import scan_of, values

SOURCE = Source(
    name="haltes",
    titel="Haltes",
    protocol="wfs",
    geometry="punt",
    attribution="CROW",
    licence="CC0",
    zekerheid="LIVE",
    url="https://voorbeeld.nl/wfs",
    typename="haltes",
)
PEDIGREE = Pedigree("https://voorbeeld.nl/wfs", "2026-11-23", None, 7, 5, ("a", "b"), "ff", "CC0", ("een", "twee"))


def with_layer(layer: Layer) -> ScanResult:
    return replace(scan_of(values(3)), layers={layer.name: layer})


@pytest.mark.parametrize(
    "layer", [Layer("haltes", SOURCE, pedigree=PEDIGREE), Layer("haltes", SOURCE, absent="Geen bron bekend.")]
)
def test_what_is_told_of_a_layer_survives_the_file(layer: Layer, tmp_path: Path) -> None:
    told = sources_table(with_layer(layer))
    pyogrio.write_dataframe(told, tmp_path / "b.gpkg", layer="bronnen", use_arrow=True)
    read = pyogrio.read_dataframe(tmp_path / "b.gpkg", layer="bronnen").astype(object)
    (row,) = read.where(read.notna(), None).to_dict(orient="records")
    again = with_layer(layer_of(row))
    pd.testing.assert_frame_equal(sources_table(again), told)
    assert missing_layers(again) == missing_layers(with_layer(layer))
