"""A PostgreSQL with PostGIS in a folder of its own, reached over a socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"))), None)
INSTALLED = BIN is not None and bool(list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")))


@contextmanager
def server(*settings: str) -> Iterator[str]:
    """Connection string of a fresh cluster; PostgreSQL refuses to run as root, so then as its own user."""
    folder = Path(tempfile.mkdtemp(prefix="locatiescan-pg-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    assert BIN is not None
    run = [*as_user, str(BIN / "initdb"), "-D", f"{folder}/data", "-A", "trust", "-U", "flex", "--no-sync"]
    subprocess.run(run, check=True, capture_output=True, cwd=folder)
    options = " ".join(
        ["-c", "listen_addresses=", "-k", str(folder), "-c", "fsync=off", *(f"-c {s}" for s in settings)]
    )
    control = [*as_user, str(BIN / "pg_ctl"), "-D", f"{folder}/data", "-w"]
    log = ["-l", f"{folder}/log", "-o", options]
    subprocess.run([*control, *log, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    try:
        yield f"host={folder} user=flex dbname=postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)
