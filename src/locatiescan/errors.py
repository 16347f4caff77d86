"""What locatiescan raises on purpose, each with the exit code the shell sees.

LocatiescanError (1)
├── UsageError (2)         the call or a name in it is wrong
├── ConfigError (3)        a YAML file has faults; all of them are in the message
├── SourceError (4)        a service or file did not give what it should
│   └── IncompleteError (5)    received is not what was promised
├── CrsError (6)           coordinates are not RD New
└── OutputError (7)        a result could not be written
"""

from __future__ import annotations

from dataclasses import dataclass


class LocatiescanError(Exception):
    """Any mistake that a user can understand and mend; shown without a traceback."""

    exit_code = 1


class UsageError(LocatiescanError):
    """The command line names something that does not exist or is ambiguous."""

    exit_code = 2


@dataclass(frozen=True)
class Fault:
    """One fault in a configuration file."""

    file: str
    line: int
    """1-based line; 0 where no line is known."""
    path: str
    """Place inside the file, e.g. ``limits[2].waarom``."""
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path or '(bestand)'}: {self.message}"


class ConfigError(LocatiescanError):
    """A configuration file has one or more faults."""

    exit_code = 3

    def __init__(self, faults: list[Fault]):
        self.faults = sorted(faults, key=lambda fault: (fault.file, fault.line, fault.path))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class SourceError(LocatiescanError):
    """A service or file could not be read, or its content is not what the catalogue says."""

    exit_code = 4


class IncompleteError(SourceError):
    """What arrived is not all that the service said it has."""

    exit_code = 5


class CrsError(LocatiescanError):
    """Coordinates are not RD New (EPSG:28992)."""

    exit_code = 6


class OutputError(LocatiescanError):
    """A result file could not be written."""

    exit_code = 7
