"""Which flags a location raises."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from locatiescan.analysis.answering.flags import COLUMNS, flag_columns, flags_table
from locatiescan.config.flags import load_flags
from locatiescan.config.packaged import packaged_file
from locatiescan.policy.conditions import FACTS, Condition
from locatiescan.policy.figures import FIGURE_NAMES
from locatiescan.policy.flags import Flag, Threshold

PACKAGED = load_flags(
    packaged_file("rules/vlaggen.yaml"),
    {*FACTS, *FIGURE_NAMES, "kern_aandeel", "grondwater_aandeel", "dubbelbestemmingen"},
)
TODAY = date(2026, 11, 23)


def table(day: date = TODAY, flags: tuple[Flag, ...] = PACKAGED, **facts: Any) -> pd.DataFrame:
    index = pd.Index(["L-1"], name="locatie_id", dtype=object)
    return flags_table(pd.DataFrame({name: [value] for name, value in facts.items()}, index=index), flags, day)


def said(name: str, day: date = TODAY, **facts: Any) -> str:
    """``ja``, ``nee`` (left out of the table) or ``onbekend``."""
    (asked,) = (one for one in PACKAGED if one.naam == name)
    found = table(day, (asked,), **facts)["oordeel"].tolist()
    return found[0] if found else "nee"


def flag(**more: Any) -> Flag:
    plain: dict[str, Any] = {"naam": "proef", "titel": "Proef", "onderwerp": "grond", "tekst": "t", "wie": "w"}
    return Flag(**plain | {"grondslag": ("art. 1", "art. 2"), "bron": "B", "datum": "D"} | more)


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("gemeente", "ja"),
        ("Rijk", "ja"),
        ("Staat der Nederlanden", "ja"),
        ("provincie", "ja"),
        ("Hoogheemraadschap Hollands Noorderkwartier", "ja"),
        ("gemeente; derde", "ja"),
        ("corporatie", "nee"),
        ("derde", "nee"),
        (None, "onbekend"),
        ("onbekend", "onbekend"),
    ],
)
def test_public_ground_asks_an_equal_chance(owner: str | None, expected: str) -> None:
    assert said("didam", eigenaar=owner) == expected


@pytest.mark.parametrize(
    ("day", "homes", "expected"),
    [
        (date(2025, 12, 31), 55, "nee"),  # 5.5 million is below 5,538,000
        (date(2025, 12, 31), 56, "ja"),
        (date(2026, 1, 1), 54, "nee"),  # 5.4 million is below 5,404,000
        (date(2026, 1, 1), 55, "ja"),
        (date(2026, 1, 1), None, "onbekend"),
        (date(2028, 1, 1), 500, "onbekend"),  # nobody knows the amount of that year yet
        (date(2023, 12, 31), 500, "onbekend"),
    ],
)
def test_tendering_starts_at_the_amount_of_its_year(day: date, homes: int | None, expected: str) -> None:
    assert said("aanbesteding_werken", day, woningen_hoog=homes) == expected


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        (5.0, {"termijn_onder_10", "geluid_10", "geur_10", "bouw_tijdelijk", "sft"}),
        (4.9, {"termijn_onder_10", "geluid_10", "geur_10", "bouw_tijdelijk"}),
        (10.0, {"termijn_10_tot_15", "geluid_10", "geur_vanaf_10", "bouw_tijdelijk", "rthf", "sft"}),
        (10.5, {"termijn_10_tot_15", "geluid_boven_10", "geur_vanaf_10", "bouw_tijdelijk", "rthf", "sft"}),
        (15.0, {"termijn_vanaf_15", "geluid_boven_10", "geur_vanaf_10", "bouw_tijdelijk", "rthf", "sft"}),
        (20.0, {"termijn_vanaf_15", "geluid_boven_10", "geur_vanaf_10", "bouw_blijvend", "rthf", "sft"}),
    ],
)
def test_the_term_decides_law_and_money(years: float, expected: set[str]) -> None:
    """Noise: up to and including ten years; smell: below ten; the guarantee: from ten."""
    rows = table(termijn_jaren=years, soort="grond")
    by_term = {one.naam for one in PACKAGED if any(part.kolom == "termijn_jaren" for part in one.als)}
    assert set(rows.loc[rows["oordeel"] == "ja", "vlag"]) & by_term == expected


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("rthf", date(2024, 1, 1), date(2029, 1, 1)),
        ("sft", date(2023, 1, 1), date(2026, 12, 31)),
    ],
)
def test_money_is_there_for_a_time(name: str, first: date, last: date) -> None:
    days = [date.fromordinal(first.toordinal() - 1), first, last, date.fromordinal(last.toordinal() + 1)]
    found = [said(name, day, termijn_jaren=15.0, soort="grond") for day in days]
    assert found == ["nee", "ja", "ja", "nee"]


@pytest.mark.parametrize(("day", "name"), [(date(2023, 12, 31), "mer_oud"), (date(2024, 1, 1), "mer_beoordeling")])
def test_old_and_new_law_on_environmental_effects_meet(day: date, name: str) -> None:
    rows = table(day, woningen_hoog=12)
    assert set(rows.loc[rows["onderwerp"] == "mer", "vlag"]) == {name}
    assert said(name, day, woningen_hoog=11) == "nee"


def test_no_flag_of_the_old_law_cites_the_new() -> None:
    """Nor counts on money that was not there yet."""
    known = {"soort": "grond", "termijn_jaren": 10.0, "woningen_hoog": 60, "dubbelbestemmingen": "Waarde - Archeologie"}
    found = table(date(2022, 11, 1), eigenaar="gemeente", grondwater_aandeel=0.5, kern_aandeel=0.1, **known)
    told = " ".join([*found["grondslag"], *found["tekst"]])
    assert {"termijn_oud", "mer_oud", "archeologie_oud", "grondwater"} <= set(found["vlag"])
    assert not any(law in told for law in ("Ow ", "Ob ", "Bkl", "subsidie voor flex", "lichtere regels"))


def test_a_fringe_of_groundwater_is_not_told() -> None:
    assert [said("grondwater", grondwater_aandeel=share) for share in (0.001, 0.002)] == ["nee", "ja"]


def test_what_rests_on_an_unread_figure_says_so() -> None:
    found = table(soort="grond", termijn_jaren=10.0, woningen_hoog=60).set_index("vlag")["ongeverifieerd"]
    assert found[["rthf", "aanbesteding_werken", "participatie", "mer_beoordeling"]].all()


def test_the_favourable_number_of_homes_decides() -> None:
    assert said("ladder", soort="grond", woningen=11, woningen_laag=8, woningen_hoog=12) == "ja"


def test_outside_the_built_up_area_more_is_asked() -> None:
    assert said("ladder_buiten", soort="grond", woningen_hoog=20, kern_aandeel=0.2) == "ja"
    assert said("ladder_buiten", soort="grond", woningen_hoog=20, kern_aandeel=0.8) == "nee"
    assert said("ladder_buiten", soort="grond", woningen_hoog=20) == "onbekend"
    assert said("ladder_buiten", soort="grond", woningen_hoog=4) == "nee"  # whatever is unknown


@pytest.mark.parametrize(
    ("names", "expected"),
    [("Waarde - Archeologie 3; Leiding - Gas", "ja"), ("Leiding - Gas", "nee"), ("", "nee"), (None, "onbekend")],
)
def test_what_may_lie_in_the_ground(names: str | None, expected: str) -> None:
    assert said("archeologie", soort="grond", dubbelbestemmingen=names) == expected


def test_the_council_advises_from_its_own_number() -> None:
    assert said("raad_advies", woningen_hoog=12, raad_advies_woningen=12) == "ja"
    assert said("raad_advies", woningen_hoog=11, raad_advies_woningen=12) == "nee"
    assert said("raad_advies", woningen_hoog=11) == "onbekend"


def test_a_law_of_which_nobody_knows_is_unknown_from_the_day_it_was_planned() -> None:
    assert said("wet_regie", date(2026, 6, 30)) == "nee"
    assert said("wet_regie", date(2026, 7, 1)) == "onbekend"


def test_nothing_known_raises_only_what_holds_everywhere() -> None:
    rows = table()
    assert set(rows.loc[rows["oordeel"] == "ja", "vlag"]) == {"participatie"}
    assert len(rows) > 10


def test_a_text_has_the_facts_filled_in_in_dutch_notation() -> None:
    one = flag(tekst="{woningen} woningen, {inwoners} inwoners, norm {parkeernorm}, {dubbelbestemmingen}, {eigenaar}")
    rows = table(flags=(one,), woningen=30, inwoners=36339.0, parkeernorm=0.75, dubbelbestemmingen="")
    assert rows["tekst"].tolist() == ["30 woningen, 36.339 inwoners, norm 0,75, geen, onbekend"]


def test_what_is_filled_in_is_no_template_and_has_no_control_characters() -> None:
    one = flag(tekst="Van {eigenaar}, {woningen} woningen.")
    rows = table(flags=(one,), eigenaar="{woningen} <b>\x00\nVan\u202eDam</b> {0.__class__}", woningen=3)
    assert rows["tekst"].tolist() == ["Van {woningen} <b> Van Dam</b> {0.__class__}, 3 woningen."]


def test_a_text_says_that_it_is_not_known_whether_it_holds() -> None:
    one = flag(als=(Condition(kolom="woningen", min=1.0),), tekst="Zoek het uit.")
    assert table(flags=(one,))["tekst"].tolist() == ["Het is niet bekend of dit geldt. Zoek het uit."]
    assert table(flags=(one,), woningen=1)["tekst"].tolist() == ["Zoek het uit."]


def test_a_threshold_tells_its_figures_and_its_doubt() -> None:
    amount = Threshold(bedrag_euro=1_250_000.0, kosten_per_woning_euro=100_000.0, bron="D", ongeverifieerd=True)
    one = flag(tekst="{drempel_euro} / {kosten_per_woning_euro} = {drempel_woningen}", drempels=(amount,))
    row = table(flags=(one,), woningen_hoog=13).iloc[0]
    assert row["tekst"] == "1.250.000 / 100.000 = 13"
    assert (row["bron"], row["ongeverifieerd"], row["grondslag"]) == ("B; D", True, "art. 1; art. 2")
    assert table(flags=(one,), woningen_hoog=12).empty


def test_rows_follow_the_locations_and_columns_join_the_titles() -> None:
    always = flag(naam="altijd", titel="Altijd")
    large = flag(naam="groot", titel="Groot", als=(Condition(kolom="woningen", min=10.0),))
    index = pd.Index(["L-2", "L-1", "L-3"], name="locatie_id")
    facts = pd.DataFrame({"woningen": pd.array([12, None, 3], dtype="Int64")}, index=index)
    rows = flags_table(facts, (always, large), TODAY)
    assert rows.columns.tolist() == list(COLUMNS)
    assert list(zip(rows["locatie_id"], rows["vlag"], rows["oordeel"], strict=True)) == [
        ("L-2", "altijd", "ja"),
        ("L-2", "groot", "ja"),
        ("L-1", "altijd", "ja"),
        ("L-1", "groot", "onbekend"),
        ("L-3", "altijd", "ja"),
    ]
    columns = flag_columns(rows, ["L-1", "L-2", "L-9"])
    assert columns["vlaggen"].tolist() == ["Altijd", "Altijd; Groot", ""]
    assert columns["vlaggen_onbekend"].tolist() == ["Groot", "", ""]


def test_no_locations_or_no_flags_give_an_empty_table() -> None:
    nothing = pd.DataFrame({"woningen": []}, index=pd.Index([], name="locatie_id", dtype=object))
    for rows in (flags_table(nothing, PACKAGED, TODAY), table(flags=())):
        assert rows.columns.tolist() == list(COLUMNS)
        assert rows.empty
        assert flag_columns(rows, ["L-1"]).to_dict("list") == {"vlaggen": [""], "vlaggen_onbekend": [""]}
