"""The file of modules, products and layout to records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from locatiescan.config.reader import Place, read_checked
from locatiescan.policy.dwellings import Dwellings, Product, Triple

Finding = tuple[Place, str]
CAUTIOUS_IS_MORE = ("afstand_rand_m", "afstand_blokken_m", "kopafstand_m", "parkeernorm", "buitenruimte_m2")
"""Of these the cautious figure is the largest: they cost ground."""


def load_dwellings(path: Path) -> Dwellings:
    """Read and check a file as ``rules/woningtypen.yaml``.

    Raises
    ------
    ConfigError
        With every fault: keys and values, and names, ranges and triples that do not agree.
    """
    return read_checked(path, Dwellings, _doubled, _products, _triples, _densities, _groups)


def _doubled(dwellings: Dwellings) -> Iterator[Finding]:
    for section in ("modules", "producten", "doelgroepen"):
        names = [record.naam for record in getattr(dwellings, section)]
        count = Counter(names)
        for i, name in enumerate(names):
            if count[name] > 1 and names.index(name) < i:
                yield (section, i, "naam"), f"'{name}' staat er dubbel"


def _products(dwellings: Dwellings) -> Iterator[Finding]:
    known = {module.naam for module in dwellings.modules}
    for i, product in enumerate(dwellings.producten):
        for k, name in enumerate(product.modules):
            if name not in known:
                yield ("producten", i, "modules", k), f"onbekende module '{name}'; bekend: {', '.join(sorted(known))}"
        yield from (((("producten", i, *place)), message) for place, message in _ranges(product))


def _ranges(product: Product) -> Iterator[Finding]:
    if product.min_modules > product.max_modules:
        yield ("min_modules",), f"is meer dan max_modules ({product.max_modules})"
    if product.max_jaren is not None and product.min_jaren > product.max_jaren:
        yield ("min_jaren",), f"is meer dan max_jaren ({product.max_jaren:g})"


def _triples(dwellings: Dwellings) -> Iterator[Finding]:
    for name in CAUTIOUS_IS_MORE:
        yield from _falling(("inrichting", name), getattr(dwellings.inrichting, name))
    conversion = dwellings.transformatie
    yield from _falling(("transformatie", "go_per_woning_m2"), conversion.go_per_woning_m2)
    if conversion.go_per_woning_m2.hoog == 0:
        yield ("transformatie", "go_per_woning_m2", "hoog"), "moet > 0 zijn"
    useful = conversion.nuttig_deel
    if not useful.laag <= useful.midden <= useful.hoog <= 1:
        yield ("transformatie", "nuttig_deel"), "laag, midden en hoog moeten oplopen en mogen niet boven 1 komen"


def _falling(place: Place, triple: Triple) -> Iterator[Finding]:
    if not triple.laag >= triple.midden >= triple.hoog:
        yield place, "laag is de voorzichtige waarde en kost het meest: laag ≥ midden ≥ hoog"


def _densities(dwellings: Dwellings) -> Iterator[Finding]:
    storeys = [density.lagen for density in dwellings.dichtheden]
    for i, density in enumerate(dwellings.dichtheden):
        if density.min_won_ha > density.max_won_ha:
            yield ("dichtheden", i, "min_won_ha"), f"is meer dan max_won_ha ({density.max_won_ha:g})"
        if storeys.index(density.lagen) < i:
            yield ("dichtheden", i, "lagen"), f"{density.lagen} lagen staat er dubbel"


def _groups(dwellings: Dwellings) -> Iterator[Finding]:
    known = {group.naam for group in dwellings.doelgroepen}
    if not sum(group.deel for group in dwellings.doelgroepen):
        yield ("doelgroepen",), "geen enkele groep heeft een deel boven 0"
    for site, parts in dwellings.per_locatie.items():
        for name in set(parts) - known:
            message = f"onbekende doelgroep '{name}'; bekend: {', '.join(sorted(known))}"
            yield ("per_locatie", site, name), message
        if not sum(parts.values()):
            yield ("per_locatie", site), "geen enkele groep heeft een deel boven 0"
