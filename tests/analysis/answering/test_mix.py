"""Homes divided over groups, and coupled out of modules."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locatiescan.analysis.answering.mix import coupled_modules, fits_together, mix_of
from locatiescan.config.dwellings import load_dwellings
from locatiescan.config.packaged import packaged_file

DWELLINGS = load_dwellings(Path(packaged_file("rules/woningtypen.yaml")))
MODULES = {module.naam: module for module in DWELLINGS.modules}


@pytest.mark.parametrize(
    ("module", "coupled"), [("m27", [1, 2, 2]), ("m30", [1, 2, 1]), ("m40", [1, 2, 1]), ("m50", [1, 1, 1])]
)
def test_families_take_coupled_modules(module: str, coupled: list[int]) -> None:
    assert coupled_modules(DWELLINGS.doelgroepen, MODULES[module]).tolist() == coupled


@pytest.mark.parametrize(("homes", "each"), [(0, [0, 0, 0]), (1, [1, 0, 0]), (2, [1, 1, 0]), (48, [16, 16, 16])])
def test_thirds_by_largest_remainder(homes: int, each: list[int]) -> None:
    assert mix_of(DWELLINGS, MODULES["m30"]).counts[homes].tolist() == each


def test_own_parts_of_a_location() -> None:
    mix = mix_of(DWELLINGS, MODULES["m30"], {"statushouders": 3, "overig": 1})
    assert mix.counts[10].tolist() == [0, 8, 2]  # 7.5 and 2.5: the group named first goes before
    assert mix.needed[10] == 18


@given(st.lists(st.integers(0, 7), min_size=3, max_size=3).filter(any))
def test_every_total_is_divided_whole_and_within_one(parts: list[int]) -> None:
    names = [group.naam for group in DWELLINGS.doelgroepen]
    counts = mix_of(DWELLINGS, MODULES["m30"], dict(zip(names, parts, strict=True))).counts
    share = np.arange(len(counts))[:, None] * np.array(parts) / sum(parts)
    assert (counts.sum(axis=1) == np.arange(len(counts))).all()
    assert (np.abs(counts - share) < 1).all()


@given(st.integers(0, 400), st.sampled_from(sorted(MODULES)))
def test_most_homes_are_the_most(modules: int, name: str) -> None:
    mix = mix_of(DWELLINGS, MODULES[name])
    assert int(mix.homes_in(modules)) == max(n for n in range(402) if mix.needed[n] <= modules)


def test_a_block_of_forty_eight_modules() -> None:
    """48 modules of 30 m²: 12 starters, 12 families of two, 12 others."""
    mix = mix_of(DWELLINGS, MODULES["m30"])
    assert int(mix.homes_in(48)) == 36
    assert mix.counts[36].tolist() == [12, 12, 12]


def test_families_do_not_go_round_a_corner() -> None:
    """Two blocks of 3 modules hold 2 pairs, not 3."""
    assert fits_together(np.array([2]), np.array([2]), np.array([3, 3]))
    assert not fits_together(np.array([3]), np.array([2]), np.array([3, 3]))


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=3), st.integers(0, 4), st.integers(0, 4), st.sampled_from([1, 2])
)
def test_couplings_against_all_ways(runs: list[int], small: int, large: int, size: int) -> None:
    ways = itertools.product(*(range(run // 2 + 1) for run in runs))
    singles = [sum(runs) - 2 * sum(way) for way in ways if sum(way) == large]
    expected = bool(singles) and max(singles) >= small
    if size == 1:
        expected = sum(runs) >= small + large
    assert fits_together(np.array([small, large]), np.array([1, size]), np.array(runs)) == expected
