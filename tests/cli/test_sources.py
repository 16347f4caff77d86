"""``fetch`` and ``sources``: fill the store, list it, and ask services what they still are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from small_world import write_world
from support.command import call
from support.lying_server import Server, serving

RULES = (
    "titel: t\ntoelichting: u\nlimits: []\npreferences:\n"
    "  - {naam: weg_m, measure: distance_m, layer: dingen, gewicht: 1, curve: {0: 0, 100: 1}, waarom: x}\n"
)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as running:
        yield running


@pytest.fixture
def catalogue(server: Server, tmp_path: Path) -> Path:
    """The small world from a file, and one layer from a service."""
    file = write_world(tmp_path)
    entry = (
        f"dingen: {{titel: Dingen, protocol: wfs, url: '{server.url}', typename: 'test:ding', geometry: punt, key: id, "
        "columns: {nummer: id}, licence: CC0, attribution: t, zekerheid: fictief}\n"
    )
    file.write_text(f"{file.read_text()}\n{entry}")
    (tmp_path / "r.yaml").write_text(RULES)
    return file


def test_fetch_fills_the_store_and_a_run_needs_no_network(server: Server, catalogue: Path, tmp_path: Path) -> None:
    words = (
        "--gemeente",
        "Kleinwereld",
        "--bronnen",
        catalogue,
        "--regels",
        tmp_path / "r.yaml",
        "--opslag",
        tmp_path / "o",
    )
    fetched = call("fetch", *words)
    assert fetched.exit_code == 0, fetched.output
    assert "Kleinwereld  dingen: 400 objecten" in fetched.stdout
    asked = len(server.asked)
    assert call("run", *words, "--offline", "--uitvoer", tmp_path / "uit").exit_code == 0
    assert len(server.asked) == asked
    listed = call("sources", "--bronnen", catalogue, "--opslag", tmp_path / "o")
    (row,) = (line for line in listed.stdout.splitlines() if "dingen" in line)
    assert row.replace("│", " ").split() == ["dingen", "wfs", "fictief", "1", "0,0", "400"]


def test_offline_without_a_store_names_the_remedy(catalogue: Path, tmp_path: Path) -> None:
    words = (
        "--gemeente",
        "Kleinwereld",
        "--bronnen",
        catalogue,
        "--regels",
        tmp_path / "r.yaml",
        "--opslag",
        tmp_path / "o",
    )
    found = call("run", *words, "--offline", "--uitvoer", tmp_path / "uit")
    assert found.exit_code == 4
    assert "locatiescan fetch" in found.stderr
    assert call("run", *words, "--offline", "--opnieuw").exit_code == 2


def test_probe_says_what_matches_and_what_does_not(server: Server, catalogue: Path) -> None:
    good = call("sources", "--probe", "--bronnen", catalogue)
    assert good.exit_code == 0, good.output
    assert "goed  dingen: typename test:ding; 10 per pagina; application/json; CC0 volgens de dienst" in good.stdout
    assert "count" not in {key for query in server.asked for key in query}  # no data was fetched
    catalogue.write_text(catalogue.read_text().replace("{nummer: id}", "{nummer: weg}"))
    bad = call("sources", "--probe", "--bronnen", catalogue)
    assert bad.exit_code == 4
    assert "FOUT  dingen" in bad.stdout
    assert "geeft geen kolom weg" in bad.stdout
    assert "goed  percelen" in bad.stdout
