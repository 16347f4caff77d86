"""The policy by which a finished run answered, read back from its account."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from locatiescan.config.policy import read_policy
from locatiescan.errors import SourceError
from locatiescan.model import Rules
from locatiescan.outputs.recipe import PolicyText
from locatiescan.policy.asked import Policy


def policy_of(account: Mapping[str, Any], rules: Rules) -> Policy | None:
    """Give the policy that ``run.json`` carries; None where the run answered nothing.

    Parameters
    ----------
    account : mapping
        Of a municipality or of a region.
    rules : Rules
        By which it, or one of its municipalities, was judged.

    Raises
    ------
    SourceError
        If a text is missing or is none.
    ConfigError
        If a text has faults.
    """
    texts = account.get("beleid_volledig")
    if not texts:
        return None
    with tempfile.TemporaryDirectory(prefix="locatiescan-") as folder:
        try:
            files = {key: _written(Path(folder), str(key), PolicyText(**text)) for key, text in texts.items()}
            return read_policy(files, rules)
        except (KeyError, TypeError, AttributeError) as error:
            raise SourceError(f"run.json: beleid_volledig is niet te lezen ({error}).") from error


def _written(folder: Path, key: str, text: PolicyText) -> Path:
    # a name of our own: what the account says is somebody's file, and must not write elsewhere
    file = folder / f"{Path(key).name}.yaml"
    file.write_bytes(text.tekst.encode("utf-8"))
    return file
