from __future__ import annotations

import pandas as pd

from locatiescan.analysis.studying.flips import route_flips, route_moves


def run(**verdicts: tuple[str | None, str]) -> pd.DataFrame:
    """Locations with the best route and its verdict."""
    rows = [
        {
            "locatie_id": f"L-{name}",
            "planroute": route,
            "planroute_oordeel": verdict,
            "planroute_reden": "",
            "woningen": 20,
        }
        for name, (route, verdict) in verdicts.items()
    ]
    return pd.DataFrame(rows)


OLD = run(a=("O4", "open"), b=("O2", "open"), c=(None, "dicht"), gone=("O4", "open"))
NEW = run(a=("N2", "open"), b=(None, "dicht"), c=("N2", "handmatig toetsen"), come=("N2", "open"))


def test_only_a_location_of_which_the_verdict_changed_flips() -> None:
    flips = route_flips(OLD, NEW)
    assert flips["locatie_id"].tolist() == ["L-b", "L-c"]
    assert flips["planroute_oordeel_oud"].tolist() == ["open", "dicht"]
    assert flips["planroute_oordeel_nieuw"].tolist() == ["dicht", "handmatig toetsen"]


def test_moves_count_every_location_that_is_in_both_runs() -> None:
    moves = route_moves(OLD, NEW)
    assert set(moves.itertuples(index=False, name=None)) == {("O4", "N2", 1), ("O2", "geen", 1), ("geen", "N2", 1)}


def test_a_run_without_answers_has_no_flips() -> None:
    bare = OLD[["locatie_id"]]
    assert not len(route_flips(bare, NEW))
    assert not len(route_moves(OLD, bare))
    assert set(route_flips(bare, NEW)) == set(route_flips(OLD, NEW))
