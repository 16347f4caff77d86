"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from small_world import write_world

# Programs that the full run must have; .ci/run names them in LOCATIESCAN_REQUIRE, so that nothing skips there unseen.
PROGRAMS = {
    "mapserver": "usr/lib/cgi-bin/mapserv",
    "chromium": "usr/bin/chromium",
    "qgis": "usr/lib/python3/dist-packages/qgis",
    "libreoffice": "usr/lib/libreoffice/program/soffice.bin",
    "postgis": "usr/share/postgresql/*/extension/postgis.control",
}


def pytest_sessionstart(session: pytest.Session) -> None:
    """Stop before any test where a required program is absent."""
    required = [name for name in os.environ.get("LOCATIESCAN_REQUIRE", "").split(",") if name]
    absent = [name for name in required if not any(Path("/").glob(PROGRAMS[name]))]
    if absent:
        pytest.exit(f"required but absent: {', '.join(absent)}", returncode=4)


settings.register_profile("fast", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("fast")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Catalogue of the small world."""
    return write_world(tmp_path_factory.mktemp("wereld"))


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or fills the user's own cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real data made by others, which is not part of the project."""
    folder = Path(os.environ.get("LOCATIESCAN_REAL_DATA", Path(__file__).parents[2] / "shared" / "data" / "real"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set LOCATIESCAN_REAL_DATA")
    return folder
