"""Rules to plain JSON values and back, so that a finished run still knows exactly what it was judged by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from locatiescan.errors import ConfigError, Fault
from locatiescan.model import Rules


def rules_to_json(rules: Rules) -> dict[str, Any]:
    """Give rules as values that JSON knows; the numbers that are keys of a curve become text.

    Every figure is kept exactly, weights that were filled in from pairs included.
    """
    return TypeAdapter(Rules).dump_python(rules, mode="json")


def rules_from_json(value: Mapping[str, Any], file: str = "run.json") -> Rules:
    """Give the rules that `rules_to_json` was given; equal to them in every field.

    Parameters
    ----------
    value : mapping
    file : str
        Where it was read, for the message.

    Raises
    ------
    ConfigError
        If it is not what `rules_to_json` makes.
    """
    try:
        # as JSON: there pydantic reads the text of a key as the number that it is, and a list as a tuple
        return TypeAdapter(Rules).validate_json(json.dumps(value))
    except ValidationError as error:
        places = ((".".join(map(str, item["loc"])), item["msg"]) for item in error.errors(include_url=False))
        raise ConfigError([Fault(file, 0, path, f"geen leesbare regels: {said}") for path, said in places]) from error
