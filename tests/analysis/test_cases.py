"""Small tables of values with the verdicts and scores that follow from them: ``tests/cases``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from ruamel.yaml import YAML

from locatiescan.analysis.judging.rules import judge
from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import load_rules
from locatiescan.config.sources import load_sources
from locatiescan.model import Rules

SOURCES = load_sources(packaged_file("data/sources.yaml"))
CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.yaml"))


def rules_of(case: dict[str, Any], folder: Path) -> Rules:
    """Rules of a case, with what every rule must say and no case is about."""
    value = {"titel": "t", "toelichting": "u", "limits": [], **case["regels"]}
    for section in ("limits", "toelatingen", "preferences"):
        value[section] = [{"measure": "compactness", "waarom": "x", **rule} for rule in value.get(section, [])]
    value["profielen"] = [{"waarom": "x", **profile} for profile in value.get("profielen", [])]
    file = folder / "regels.yaml"
    YAML(typ="safe", pure=True).dump(value, file)
    return load_rules(file, MEASURES, SOURCES)


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_case(file: Path, tmp_path: Path) -> None:
    case = YAML(typ="safe", pure=True).load(file)
    values = [{"perceel_id": name, **row} for name, row in case["percelen"].items()]
    found = judge(gpd.GeoDataFrame(values, geometry=[None] * len(values)), rules_of(case, tmp_path))
    rows = found.set_index("perceel_id").to_dict("index")
    assert set(case["verwacht"]) == set(rows)
    for name, expected in case["verwacht"].items():
        for column, value in expected.items():
            got = rows[name][column]
            if value is None:
                assert pd.isna(got), (name, column, got)
            elif isinstance(value, str):
                assert got == value, (name, column, got)
            else:
                assert got == pytest.approx(value, abs=1e-6), (name, column, got)


def test_there_are_cases() -> None:
    assert {"only_in", "toelatingen", "profielen", "paren", "topsis", "vikor"} <= {file.stem for file in CASES}
