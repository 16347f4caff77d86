"""Progress against the target in the map: numbers by municipality, term, route and quarter.

Only sums: names of places, notes and dates of the status file stay with the planner who keeps it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from locatiescan.analysis.monitoring.progress import PLACES, Progress
from locatiescan.outputs.webmap_words import plain_list
from locatiescan.policy.status import CANDIDATE, STAGES

STAGE_WORDS = dict(zip(STAGES, ("kandidaat", "in onderzoek", "besloten", "vergund", "gebouwd"), strict=True))


def progress_payload(progress: Progress | None) -> dict[str, Any]:
    """The part of the payload with progress; empty where none is given.

    Returns
    -------
    dict
        ``progress``: ``peildatum``, ``doel``, ``fasen`` (names and words of the stages), ``lopend`` (see
        `under_way`), ``plekken`` (head over what is counted), ``notes``, and each table by column with null for
        what is not known.
    """
    if progress is None:
        return {}
    tables = {
        "gemeenten": progress.by_municipality,
        "termijnen": progress.by_term,
        "routes": progress.by_route,
        "kwartalen": progress.by_quarter,
    }
    about = {
        "peildatum": progress.peildatum or None,
        "doel": progress.target,
        "fasen": [{"naam": name, "words": words} for name, words in STAGE_WORDS.items()],
        "lopend": under_way(progress),
        "plekken": PLACES,
        "notes": list(progress.notes),
    }
    return {"progress": about | {name: _columns(table) for name, table in tables.items()}}


def under_way(progress: Progress) -> bool:
    """Whether anything is more than a candidate: then a chart shows that, as candidates hold many times the target."""
    stages = [f"locaties_{stage}" for stage in STAGES if stage != CANDIDATE]
    return bool(progress.by_municipality[stages].to_numpy().sum())


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    return {str(name): plain_list(table[name]) for name in table.columns}
