from __future__ import annotations

from locatiescan.analysis.choosing.shares import shares, unknown_stock
from locatiescan.config.figures import load_figures
from locatiescan.config.packaged import packaged_file
from locatiescan.policy.figures import Amount, Figures
from locatiescan.policy.portfolio import Quota
from portfolio_small import WHY

CODES = ("GM0361", "GM0373", "GM0383", "GM0399", "GM0450", "GM1980")


def figures(**stock: float | None) -> dict[str, Figures]:
    return {code: Figures(naam=code, woningvoorraad=Amount(waarde=homes)) for code, homes in stock.items()}


def test_a_thousand_homes_over_the_region_by_its_stock() -> None:
    known = load_figures(packaged_file("rules/gemeentecijfers.yaml"))
    assert shares(CODES, known, 1000, "pro_rata") == dict(zip(CODES, (380, 113, 119, 80, 42, 266), strict=True))


def test_every_home_is_shared_out_once_and_the_first_code_wins_a_tie() -> None:
    assert shares(["A", "B", "C"], figures(A=1, B=1, C=1), 10, "pro_rata") == {"A": 4, "B": 3, "C": 3}


def test_an_own_part_goes_before_and_the_rest_is_by_stock() -> None:
    own = {"A": Quota(aandeel=0.5, waarom=WHY), "B": Quota(minimum=1, waarom=WHY)}
    assert shares(["A", "B", "C"], figures(A=None, B=3, C=1), 100, "pro_rata", own) == {"A": 50, "B": 38, "C": 12}
    assert shares(["A", "B", "C"], {}, 100, "vrij", own) == {"A": 50}


def test_an_unknown_stock_shares_out_nothing() -> None:
    known = figures(A=10, B=None)
    assert shares(["A", "B"], known, 10, "pro_rata") is None
    assert unknown_stock(["A", "B", "C"], known) == ("B", "C")
    assert shares(["A", "B"], known, 10, "vrij") == {}
