"""Write under a temporary name, check, rename: a file that is there is whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from locatiescan.errors import OutputError


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary name beside `path`, with its suffix; rename it when the block ends well.

    Raises
    ------
    OutputError
        If the file cannot be written; nothing half stays behind.
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.deel{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise OutputError(f"{path} is niet te schrijven: {error.strerror or error}") from error
    finally:
        for leftover in path.parent.glob(f"{temporary.name}*") if path.parent.exists() else ():
            leftover.unlink(missing_ok=True)
