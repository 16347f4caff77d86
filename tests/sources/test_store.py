"""What was kept is used, checked, resumed and never half."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely

from locatiescan.errors import OutputError, SourceError
from locatiescan.model import Area, Layer, Source, Storage
from locatiescan.sources.layers import read_layer
from locatiescan.sources.store import MANIFEST
from small_world import X, Y
from support.lying_server import Answer, Server, serving

AREA = Area("t", "GM0001", shapely.box(X - 5, Y - 5, X + 500, Y + 500))
READ = """
import sys
from pathlib import Path
import shapely
from locatiescan.model import Area, Source, Storage
from locatiescan.sources.layers import read_layer
url, folder, x, y = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
source = Source("dingen", "Dingen", "wfs", "punt", "t", "CC0", "fictief", url=url, typename="test:ding", key="id",
                columns={"nummer": "id", "naam": "naam"})
area = Area("t", "GM0001", shapely.box(x - 5, y - 5, x + 500, y + 500))
print("begin", flush=True)
read_layer(source, area, 0.0, lambda received, promised: None, Storage(folder))
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as running:
        yield running


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "opslag")


def source_of(server: Server) -> Source:
    return Source(
        "dingen", "Dingen", "wfs", "punt", "t", "CC0", "fictief", url=server.url, typename="test:ding", key="id",
        columns={"nummer": "id", "naam": "naam"},
    )  # fmt: skip


def read(server: Server, storage: Storage) -> Layer:
    return read_layer(source_of(server), AREA, 0.0, lambda received, promised: None, storage)


def only(folder: Path, name: str) -> Path:
    (file,) = folder.rglob(name)
    return file


def pages(server: Server) -> int:
    return sum("count" in query for query in server.asked)


def test_a_rerun_asks_nothing_and_gives_the_same(server: Server, storage: Storage) -> None:
    first = read(server, storage)
    asked = len(server.asked)
    second = read(server, storage)
    assert len(server.asked) == asked
    assert first.features is not None
    assert first.features.equals(second.features)
    assert first.pedigree == second.pedigree


def test_the_manifest_says_all_and_the_folder_holds_no_more(server: Server, storage: Storage) -> None:
    read(server, storage)
    manifest = json.loads(only(storage.folder, MANIFEST).read_text())
    assert manifest["request"]["url"] == server.url
    assert (manifest["pedigree"]["promised"], manifest["pedigree"]["received"]) == (400, 400)
    assert manifest["pedigree"]["licence"] == "CC0 volgens de dienst"
    assert manifest["program"].startswith("locatiescan ")
    names = {path.name for path in storage.folder.rglob("*") if path.is_file()}
    assert names == {"laag.parquet", MANIFEST, ".slot"}


def test_old_data_is_fetched_anew_unless_offline(server: Server, storage: Storage) -> None:
    read(server, storage)
    file = only(storage.folder, MANIFEST)
    manifest = json.loads(file.read_text())
    manifest["pedigree"]["fetched_at"] = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    file.write_text(json.dumps(manifest))
    asked = len(server.asked)
    read(server, replace(storage, offline=True))
    assert len(server.asked) == asked
    read(server, replace(storage, max_age_days=9))
    assert len(server.asked) == asked
    read(server, storage)
    assert len(server.asked) > asked


def test_refresh_fetches_anew(server: Server, storage: Storage) -> None:
    read(server, storage)
    asked = len(server.asked)
    read(server, replace(storage, refresh=True))
    assert len(server.asked) == 2 * asked


def test_offline_without_data_says_what_to_do(server: Server, storage: Storage) -> None:
    with pytest.raises(SourceError, match="locatiescan fetch"):
        read(server, replace(storage, offline=True))
    assert not server.asked


def test_a_store_that_cannot_be_written_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    with pytest.raises(OutputError, match="kies een andere met --opslag"):
        read(server, Storage(tmp_path / "bestand" / "opslag"))


def test_another_box_or_other_columns_are_another_entry(server: Server, storage: Storage) -> None:
    read(server, storage)
    other = replace(source_of(server), columns={"nummer": "id"})
    fewer = read_layer(other, AREA, 0.0, lambda received, promised: None, storage).features
    assert fewer is not None
    assert list(fewer.columns) == ["nummer", "geometry"]
    read_layer(source_of(server), AREA, 10.0, lambda received, promised: None, storage)
    assert len(list(storage.folder.rglob(MANIFEST))) == 3


@pytest.mark.parametrize("damage", [lambda data: data[:-20], lambda data: b"0" + data[1:], lambda data: b""])
def test_a_damaged_file_is_noticed_and_fetched_again(server: Server, storage: Storage, damage: object) -> None:
    read(server, storage)
    file = only(storage.folder, "laag.parquet")
    whole = file.read_bytes()
    file.write_bytes(damage(whole))  # type: ignore[operator]
    with pytest.raises(SourceError, match="offline"):
        read(server, replace(storage, offline=True))
    read(server, storage)
    assert file.read_bytes() == whole


@pytest.mark.parametrize("text", ["", "{}", '{"file": "laag'])
def test_a_damaged_manifest_is_no_manifest(server: Server, storage: Storage, text: str) -> None:
    read(server, storage)
    only(storage.folder, MANIFEST).write_text(text)
    assert len(read(server, storage).features) == 400  # type: ignore[arg-type]


def test_a_broken_run_goes_on_at_the_tile_where_it_stopped(server: Server, storage: Storage) -> None:
    read(server, Storage(storage.folder / "heel"))
    undisturbed = pages(server)
    server.asked.clear()
    honest = server.lie

    def breaks(query: dict[str, str], answer: Answer) -> Answer:
        return (404, "text/plain", b"weg") if pages(server) > undisturbed // 2 else answer

    server.lie = breaks
    with pytest.raises(SourceError):
        read(server, storage)
    server.lie = honest
    kept = len(list(storage.folder.rglob("delen/*.json")))
    assert kept > 0
    before = pages(server)
    read(server, storage)
    assert pages(server) - before < undisturbed
    whole = only(storage.folder / "heel", "laag.parquet").read_bytes()
    (resumed,) = (path for path in storage.folder.glob("dingen-*/laag.parquet"))
    assert resumed.read_bytes() == whole


def test_parts_of_another_state_of_the_source_are_thrown_away(server: Server, storage: Storage) -> None:
    read(server, storage)
    entry = only(storage.folder, MANIFEST).parent
    (entry / "delen").mkdir()
    (entry / "delen" / "onzin.json").write_text("geen deel")
    read(server, replace(storage, refresh=True))
    assert not (entry / "delen").exists()


def test_two_runs_at_once_do_each_other_no_harm(server: Server, storage: Storage) -> None:
    with ThreadPoolExecutor(4) as pool:
        layers = list(pool.map(lambda _: read(server, storage), range(4)))
    assert all(layer.features is not None and layer.features.equals(layers[0].features) for layer in layers)
    assert sum(query["request"] == "GetCapabilities" for query in server.asked) == 1


def test_killed_at_any_moment_the_next_run_ends_with_the_same_bytes(server: Server, tmp_path: Path) -> None:
    undisturbed = Storage(tmp_path / "heel")
    read(server, undisturbed)
    whole = only(undisturbed.folder, "laag.parquet").read_bytes()
    moments = random.Random(1)  # noqa: S311 - no secret

    def slowly(query: dict[str, str], answer: Answer) -> Answer:
        time.sleep(0.02)  # slow enough that a kill falls amid reading on any machine
        return answer

    server.lie = slowly
    folder = tmp_path / "geraakt"
    killed = 0
    for attempt in range(20):
        words = [sys.executable, "-c", READ, server.url, str(folder / str(attempt % 4)), str(X), str(Y)]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(moments.uniform(0, 0.35))
            os.kill(process.pid, signal.SIGKILL)
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 12
    for number in range(4):
        storage = Storage(folder / str(number))
        assert len(read(server, storage).features) == 400  # type: ignore[arg-type]
        assert only(storage.folder, "laag.parquet").read_bytes() == whole
        names = {path.name for path in storage.folder.rglob("*") if path.is_file()}
        assert names == {"laag.parquet", MANIFEST, ".slot"}
