"""How many threads the arithmetic takes, and that it changes nothing."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from locatiescan.analysis.geometry.overlay import in_threads
from locatiescan.analysis.geometry.threads import VARIABLE, mapped, most_threads
from locatiescan.errors import UsageError


@pytest.mark.parametrize("threads", ["1", "2", "7"])
def test_parts_come_back_in_order_whatever_the_number_of_threads(threads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, threads)
    numbers = np.arange(100.0)
    assert in_threads(lambda part: part * 2, numbers).tolist() == (numbers * 2).tolist()


def test_one_thread_is_that_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    assert set(mapped(lambda _: threading.get_ident(), range(9), threads=most_threads())) == {threading.get_ident()}


def test_without_the_variable_there_is_one_for_each_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    assert most_threads() == 3


@pytest.mark.parametrize("said", ["0", "-2", "twee", "1.5"])
def test_what_is_no_number_of_threads_is_refused_by_name(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, said)
    with pytest.raises(UsageError, match=f"{VARIABLE} is '{said}'"):
        most_threads()
