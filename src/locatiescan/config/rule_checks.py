"""What a rule may say: held against its measure, and against the layers of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from locatiescan.config.reader import Document, Place
from locatiescan.errors import Fault
from locatiescan.model import Exclusion, Extent, Limit, Measure, Measurement, Preference, Source

Finding = tuple[Place, str]
"""Place within the rule, and what is wrong there."""
OPTIONAL_KEYS = ("column", "where", "exclude", "reach_m", "buffer_m", "width_m")
"""Keys that only some measures use."""


def rule_faults(
    document: Document,
    place: Place,
    rule: Measurement,
    measures: Mapping[str, Measure],
    sources: Mapping[str, Source],
) -> list[Fault]:
    """Every fault in one rule that is sound as a record."""
    found = [*_one_kind(rule), *_extents(rule, sources), *_exclusions(rule, sources)]
    measure = measures.get(rule.measure)
    if measure is None:
        found.append((("measure",), f"onbekende maat '{rule.measure}'; bekend: {', '.join(sorted(measures))}"))
    else:
        found += [*_keys(rule, measure), *_layer(rule, measure, sources), *_value(rule, measure), *_reach(rule)]
    return [document.fault(place + within, message) for within, message in found]


def _keys(rule: Measurement, measure: Measure) -> Iterator[Finding]:
    if measure.unit and not rule.naam.endswith(f"_{measure.unit}"):
        yield ("naam",), f"moet eindigen op _{measure.unit}, de eenheid van {rule.measure}"
    for key in OPTIONAL_KEYS:
        if getattr(rule, key) not in (None, {}, ()) and key not in measure.needs + measure.takes:
            yield (key,), f"wordt niet gebruikt door {rule.measure}"
    for key in measure.needs:
        if not getattr(rule, key):
            yield (key,), f"ontbreekt; {rule.measure} heeft dit nodig"


def _layer(rule: Measurement, measure: Measure, sources: Mapping[str, Source]) -> Iterator[Finding]:
    if measure.geometry and rule.layer is None:
        yield ("layer",), f"ontbreekt; {rule.measure} heeft dit nodig"
    if rule.layer is None:
        return
    if not measure.geometry:
        yield ("layer",), f"wordt niet gebruikt door {rule.measure}"
    yield from _known(("layer",), rule.layer, rule.where, sources)
    source = sources.get(rule.layer)
    if source is None or not measure.geometry:
        return
    if source.geometry not in measure.geometry:
        kinds = " of ".join(measure.geometry)
        yield ("layer",), f"{rule.measure} vraagt een laag met {kinds}; {rule.layer} is {source.geometry}"
    elif rule.measure == "covered_share" and source.geometry != "vlak" and not rule.buffer_m:
        yield ("buffer_m",), f"ontbreekt; {rule.layer} is {source.geometry} en bedekt zonder marge geen grond"
    # a height may be read out of maatvoering, which has no column for it
    if rule.column and rule.column not in source.columns and "maatvoering" not in source.columns:
        yield ("column",), f"laag {rule.layer} heeft geen kolom '{rule.column}'; wel: {', '.join(source.columns)}"


def _extents(rule: Measurement, sources: Mapping[str, Source]) -> Iterator[Finding]:
    extents: list[tuple[Place, Extent | None]] = [(("only_in",), rule.only_in)]
    extents += [(("exclude", i, "only_in"), item.only_in) for i, item in enumerate(rule.exclude)]
    for place, extent in extents:
        if extent is None:
            continue
        yield from _known((*place, "layer"), extent.layer, extent.where, sources)
        source = sources.get(extent.layer)
        if source and source.geometry != "vlak":
            yield (*place, "layer"), f"only_in vraagt een laag met vlak; {extent.layer} is {source.geometry}"


def _exclusions(rule: Measurement, sources: Mapping[str, Source]) -> Iterator[Finding]:
    for i, item in enumerate(rule.exclude):
        yield from _known(("exclude", i), item.layer, item.where, sources)
        yield from ((("exclude", i), message) for message in _exclusion(item, sources.get(item.layer)))
    if rule.exclude and all(item.keep for item in rule.exclude):
        yield ("exclude",), "er wordt alleen behouden (keep); noem ook wat afgaat"


def _exclusion(item: Exclusion, source: Source | None) -> Iterator[str]:
    if item.keep and item.share < 1:
        yield "keep behoudt de grond en share neemt er een deel van: geef een van beide"
    if source and source.geometry == "grid":
        yield f"laag {item.layer} is grid; alleen vlak, lijn en punt nemen grond in"
    elif source and source.geometry != "vlak" and not item.buffer_m:
        yield f"laag {item.layer} is {source.geometry} en bedekt zonder marge geen grond: geef buffer_m"


def _known(place: Place, layer: str, where: Mapping[str, object], sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Whether the catalogue has the layer, and the layer the columns by which is chosen."""
    source = sources.get(layer)
    if source is None:
        yield place, f"de catalogus kent geen laag '{layer}'; wel: {', '.join(sorted(sources))}"
        return
    for column in where:
        if column not in source.columns:
            yield place, f"laag {layer} heeft geen kolom '{column}'; wel: {', '.join(source.columns)}"


def _one_kind(rule: Measurement) -> Iterator[Finding]:
    if isinstance(rule, Limit):
        kinds = [rule.min is not None or rule.max is not None, bool(rule.is_in), bool(rule.not_in)]
        if sum(kinds) != 1:
            yield (), "geef precies één soort grens: min en/of max, is_in, of not_in"
        if rule.min is not None and rule.max is not None and rule.min > rule.max:
            yield (), "min is groter dan max"  # of the rule: either may be a municipality's own
    if isinstance(rule, Preference) and sum(key is not None for key in (rule.curve, rule.steps, rule.classes)) != 1:
        yield (), "geef precies één van curve, steps en classes"


def _value(rule: Measurement, measure: Measure) -> Iterator[Finding]:
    """Whether what is asked fits what the measure gives."""
    gives = f"{rule.measure} geeft {'een klasse' if measure.text else 'een getal'}"
    if isinstance(rule, Limit):
        numeric = rule.min is not None or rule.max is not None
        if (numeric or rule.is_in or rule.not_in) and numeric == measure.text:
            yield (), f"{gives}: gebruik {'is_in of not_in' if measure.text else 'min en/of max'}"
    if isinstance(rule, Preference):
        by_class = rule.classes is not None
        if (by_class or rule.curve or rule.steps) and by_class != measure.text:
            yield (), f"{gives}: gebruik {'classes' if measure.text else 'curve of steps'}"


def _reach(rule: Measurement) -> Iterator[Finding]:
    """Whether a distance is looked for as far as the rule tells distances apart: beyond its reach all are the same."""
    if rule.measure != "distance_m":
        return
    if not isinstance(rule, Limit | Preference):
        if not rule.reach_m:
            yield ("reach_m",), "ontbreekt; een meting zegt anders niet hoe ver te zoeken: geef het in meters"
    elif rule.reach_m is not None:
        yield from (((), f"reach_m moet {said}, of laat het weg") for said in _short(rule, rule.reach_m))


def _short(rule: Limit | Preference, reach: float) -> Iterator[str]:
    """What a reach must be and is not; said of the whole rule, since either side may be a municipality's own."""
    if isinstance(rule, Limit):
        if rule.max is not None and reach <= rule.max:
            yield f"meer zijn dan max ({rule.max}): anders voldoet alles wat verder ligt; maak het groter"
        if rule.min is not None and reach < rule.min:
            yield f"ten minste min ({rule.min}) zijn: anders voldoet niets; maak het groter"
        return
    farthest = max((*(rule.curve or ()), *(rule.steps or ())), default=reach)
    if reach < farthest:
        yield f"ten minste het laatste punt ({farthest}) zijn: anders haalt niets de score daarvan; maak het groter"
