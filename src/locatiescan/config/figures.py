"""The file with figures of municipalities to records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from locatiescan.config.reader import Document, check_record, read_yaml
from locatiescan.errors import ConfigError, Fault
from locatiescan.policy.figures import FIGURE_NAMES, Figures, FiguresFile


def load_figures(path: Path) -> Mapping[str, Figures]:
    """Read and check a file as ``rules/gemeentecijfers.yaml``.

    Returns
    -------
    mapping of str to Figures
        By CBS code, e.g. ``GM0361``.

    Raises
    ------
    ConfigError
        With every fault: also a value without ``bron`` and ``datum``.
    """
    document = read_yaml(path)
    record = check_record(document, document.value, FiguresFile)
    if isinstance(record, list):
        raise ConfigError([*document.faults, *record])
    faults = [*document.faults, *_without_source(document, record)]
    if faults:
        raise ConfigError(faults)
    return record.gemeenten


def as_facts(figures: Figures | None) -> dict[str, float | str | None]:
    """Figures as columns of a location's facts.

    Parameters
    ----------
    figures : Figures, optional
        None for a municipality that is not in the file: then all is unknown.

    Returns
    -------
    dict
        Every name of `FIGURE_NAMES`, None where unknown.
    """
    return {name: None if figures is None else getattr(figures, name).waarde for name in FIGURE_NAMES}


def _without_source(document: Document, record: FiguresFile) -> list[Fault]:
    values = [
        (("gemeenten", code, name), getattr(figures, name))
        for code, figures in record.gemeenten.items()
        for name in FIGURE_NAMES
    ]
    return [
        document.fault(place, f"heeft een waarde zonder {key}")
        for place, figure in values
        for key in ("bron", "datum")
        if figure.waarde is not None and getattr(figure, key) is None
    ]
