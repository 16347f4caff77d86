from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.config.packaged import packaged_file
from locatiescan.config.rules import load_rules
from locatiescan.config.rules_json import rules_from_json, rules_to_json
from locatiescan.config.sources import load_sources
from locatiescan.errors import ConfigError
from locatiescan.model import (
    Companions,
    Exclusion,
    Extent,
    Joining,
    Limit,
    Measurement,
    Pair,
    Preference,
    Profile,
    Rules,
)

number = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(0, 1e300)
unit = st.floats(0, 1)
name = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
text = st.text(min_size=1, max_size=8)
scalar = st.one_of(text, st.booleans(), st.integers(-(2**60), 2**60), number)
where = st.dictionaries(name, scalar, max_size=2)
extent = st.builds(Extent, layer=name, where=where, share=st.floats(0, 1, exclude_min=True))
exclusion = st.builds(
    Exclusion, name, positive, where, st.floats(0, 1, exclude_min=True), st.booleans(), st.none() | extent
)
shared = {
    "naam": name,
    "measure": name,
    "waarom": text,
    "where": where,
    "exclude": st.lists(exclusion, max_size=1).map(tuple),
    "reach_m": st.none() | positive,
    "only_in": st.none() | extent,
    "bron": st.none() | text,
    "ongeverifieerd": st.booleans(),
    "aangepast": st.none() | text,
}
limit = st.builds(Limit, **shared, min=st.none() | number, is_in=st.lists(text, max_size=2).map(tuple))
wish = st.builds(
    Preference,
    **shared,
    gewicht=positive,
    curve=st.none() | st.dictionaries(number, unit, min_size=2, max_size=3),
    steps=st.none() | st.dictionaries(number, unit, min_size=1, max_size=3),
    classes=st.none() | st.dictionaries(text, unit, min_size=1, max_size=3),
)
pair = st.builds(Pair, meer=name, minder=name, keer=st.integers(1, 9))
profile = st.builds(
    Profile, naam=name, titel=text, waarom=text, gewichten=st.dictionaries(name, positive), paren=st.tuples(pair)
)
rules = st.builds(
    Rules,
    text,
    text,
    st.tuples(limit),
    st.tuples(wish),
    st.tuples(st.builds(Measurement, **shared)),
    st.tuples(limit),
    st.sampled_from(["gewogen_som", "vikor"]),
    st.tuples(pair),
    st.tuples(profile),
    st.none() | st.builds(Joining, waarom=text, max_m2=st.floats(1, 1e9), max_percelen=st.integers(1, 99)),
    st.none() | st.builds(Companions, vrije_grond=name, planroutes=text),
)


@settings(max_examples=15)
@given(rules)
def test_rules_come_back_exactly(given_rules: Rules) -> None:
    through = json.loads(json.dumps(rules_to_json(given_rules), ensure_ascii=False, allow_nan=False))
    found = rules_from_json(through)
    assert found == given_rules
    assert repr(found) == repr(given_rules)  # 1 is no 1.0 and no True, and the order stays


def test_the_packaged_rules_come_back_exactly() -> None:
    packaged = load_rules(
        packaged_file("rules/flexwonen.yaml"), MEASURES, load_sources(packaged_file("data/sources.yaml"))
    )
    assert rules_from_json(json.loads(json.dumps(rules_to_json(packaged)))) == packaged


def test_what_are_no_rules_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"run\.json:0: limits: geen leesbare regels"):
        rules_from_json({"titel": "t", "toelichting": "u", "preferences": []})
