"""Municipalities that look for sites together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from locatiescan.model import FORBID_EXTRA, Flag, Text
from locatiescan.policy.conditions import Cited
from locatiescan.policy.figures import Code


@dataclass(frozen=True, kw_only=True)
class Member:
    """A municipality of a region."""

    __pydantic_config__ = FORBID_EXTRA

    naam: Text
    """Its name as people write it, which must go with the code."""
    ongeverifieerd: Flag = False
    """True where the code was not checked against its source."""


@dataclass(frozen=True, kw_only=True)
class Regio(Cited):
    """A region: its name is its key in the file; ``bron`` says who is in it."""

    __pydantic_config__ = FORBID_EXTRA

    naam: str = ""
    """Filled in on reading, never given."""
    gemeenten: Annotated[Mapping[Code, Member], Field(min_length=1)]
    """CBS code to municipality."""
    toelichting: Text | None = None


@dataclass(frozen=True, kw_only=True)
class RegionsFile:
    """The file as a whole: name to region."""

    __pydantic_config__ = FORBID_EXTRA

    toelichting: Text
    regios: Annotated[Mapping[Text, Regio], Field(min_length=1)]
