"""Finished runs that a run puts beside itself in its map."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from locatiescan.errors import UsageError
from locatiescan.model import Area
from locatiescan.outputs.recipe import RunBeside, UserFile, file_hash
from locatiescan.outputs.runs import ACCOUNT, Run, read_run


def read_beside(paths: Iterable[Path], area: Area) -> tuple[tuple[Run, ...], tuple[RunBeside, ...]]:
    """Read the runs, and note what they were for a rerun.

    Parameters
    ----------
    paths : iterable of Path
        Folders of runs, or their ``run.json``.

    Raises
    ------
    UsageError
        If one is no run, is of another municipality, or knows no locations.
    SourceError
        If one is damaged or of an older version.
    """
    runs, notes = [], []
    for path in paths:
        file = path / ACCOUNT if path.is_dir() else path
        run = read_run(file)
        if run.name != f"{area.name} ({area.code})":
            raise UsageError(f"--naast {path} gaat over {run.name}; noem scans van {area.name} ({area.code}).")
        if run.sites is None:
            raise UsageError(f"--naast {path}: die scan heeft geen locaties. Draai haar opnieuw met deze versie.")
        runs.append(run)
        notes.append(RunBeside(UserFile(file.as_posix(), file_hash(file)), run.started_at))
    return tuple(runs), tuple(notes)


def check_kept(paths: Iterable[Path], folder: Path) -> None:
    """Refuse to write over a run that stands beside: the map could not be made again.

    Raises
    ------
    UsageError
        If `folder` holds one of them.
    """
    for path in paths:
        if (path if path.is_dir() else path.parent).resolve() == folder.resolve():
            raise UsageError(f"--naast {path} ligt in {folder}, waar deze scan komt; kies een andere --uitvoer.")
