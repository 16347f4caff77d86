"""Write ``docs/kolommen.md``: every column of every output, from a scan of the demo and the code's own words.

Usage: python tools/columns.py docs/kolommen.md
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
from column_words import EVERYWHERE, KEYS, LISTS, OF_TABLE, PATTERNS

from locatiescan.cli import main
from locatiescan.config.packaged import packaged_file
from locatiescan.config.sources import load_sources
from locatiescan.demo import make_demo
from locatiescan.outputs.qgis_words import TABLES, alias
from locatiescan.policy.conditions import FACTS
from locatiescan.policy.figures import FIGURE_NAMES

PARCELS = 500
DAY = "2026-11-23"
KINDS = {"object": "tekst", "float64": "getal", "bool": "ja of nee"}
SAME = "kandidaten"
"""Columns that stand there are not told again at other tables."""
ENDINGS = {
    "_oordeel": "ja, nee of onbekend: of aan die grens is voldaan.",
    "_score": "Score van 0 tot 1 van die voorkeur.",
    "_geldt": "ja, nee of onbekend: of de regel hier geldt.",
}
HEAD = """# Kolommen van alle uitvoer

Deze bladzijde is gemaakt met `make docs` uit het programma zelf en een scan van de fictieve gemeente. Verander haar
niet met de hand. Hoe u de uitvoer gebruikt, staat in de [handleiding](handleiding.md).

Een leeg vak betekent onbekend, nooit nul en nooit toegestaan. De naam van een kolom eindigt op haar eenheid: `_m2`,
`_m`, `_mol_ha_jr`; een `_aandeel` loopt van 0 tot 1. Alle vlakken staan in RD New (EPSG:28992). De kolommen van regels
volgen uw regelbestand: met andere regels heeft de uitvoer andere kolommen.
"""


def page(folder: Path) -> str:
    """Give the page for a finished scan with sensitivity and comparison, all in one folder."""
    package = next(folder.glob("*.gpkg"))
    parts = [HEAD, *_package(package), *_workbook(next(folder.glob("*.xlsx")))]
    parts += [*_parquet(folder, package), *_account(folder / "run.json"), *_lists(folder)]
    return "\n".join(parts).rstrip() + "\n"


def demo_run(folder: Path) -> Path:
    """Scan the demo and make all that hangs on a scan; gives its folder."""
    catalogue = make_demo(folder / "demo", PARCELS)
    ids = pyogrio.read_dataframe(folder / "demo" / "demo.gpkg", layer="Perceel", columns=["identificatieLokaalID"])
    owners = folder / "eigendom.csv"
    owners.write_text(f"perceel_id;eigenaar\n{ids.iloc[0, 0]};gemeente\n", encoding="utf-8")
    run = folder / "scan"
    given = ("--gemeente", "Demowaard", "--bronnen", catalogue, "--opslag", folder / "opslag", "--eigendom", owners)
    _call("run", *given, "--peildatum", DAY, "--uitvoer", run)
    _call("sensitivity", "--uitvoer", run, "--trekkingen", 10)
    _call("diff", run, run, "--csv", run / "verschil.csv")  # against itself: the columns are the same
    return run


def _call(*words: object) -> None:
    with redirect_stdout(io.StringIO()):
        main(["-q", *map(str, words)], standalone_mode=False)


def _package(file: Path) -> Iterator[str]:
    yield "## `<gemeente>.gpkg`: GeoPackage\n"
    yield "Het GeoPackage heeft een project voor QGIS in zich, met stijlen en een formulier.\n"
    names = [name for name, _ in pyogrio.list_layers(file) if name != "layer_styles"]
    rules = pyogrio.read_dataframe(file, layer="regels").set_index("naam")
    sources = pyogrio.read_dataframe(file, layer="bronnen").set_index("laag")["titel"]
    told = set(_fields(file, SAME))
    for name in names:
        if name not in TABLES:
            continue
        yield f"### `{name}`: {TABLES[name]}\n"
        fields = _fields(file, name)
        again = [field for field in fields if name != SAME and field in told and field not in OF_TABLE.get(name, {})]
        fresh = {field: kind for field, kind in fields.items() if field not in again}
        yield from _table(("kolom", "in QGIS", "soort", "wat het is"), _rows(fresh, name, rules))
        if again:
            yield f"Ook, als bij `{SAME}`: {', '.join(f'`{field}`' for field in again)}.\n"
    yield "### Gebruikte lagen\n"
    yield "De lagen waarop is gemeten, met onze namen van de kolommen en die van de bron.\n"
    catalogue = load_sources(packaged_file("data/sources.yaml"))
    used = [name for name in names if name not in TABLES]
    rows = [(f"`{name}`", sources[name], _columns_of(name, catalogue)) for name in used]
    yield from _table(("laag", "wat", "kolommen (bij de bron)"), rows)


def _fields(file: Path, layer: str) -> dict[str, str]:
    info = pyogrio.read_info(file, layer=layer)
    kinds = [KINDS.get(str(kind), "geheel getal") for kind in info["dtypes"]]
    return dict(zip(info["fields"], kinds, strict=True))


def _rows(fields: Mapping[str, str], table: str, rules: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    for name, kind in fields.items():
        yield f"`{name}`", alias(name), kind, _said(name, table, rules)


def _said(name: str, table: str, rules: pd.DataFrame) -> str:
    """What a column is: in its table, by a rule, as a fact, or anywhere."""
    special = OF_TABLE.get(table, {})
    if name in special:
        return special[name]
    if name in rules.index:
        measured, layer, why = (str(rules.at[name, key]) for key in ("meet", "laag", "waarom"))
        return f"{_capital(measured)}{f' ({layer})' if layer else ''}. {_sentence(why)}"
    for start, said in (("score_", "Score met de gewichten voor"), ("rang_", "Rang met de gewichten voor")):
        if name.startswith(start) and name not in EVERYWHERE:
            return f"{said} {name.removeprefix(start)}."
    for end, said in ENDINGS.items():
        if name.removesuffix(end) in rules.index:
            return said
    facts = {key: _sentence(_capital(text)) for key, text in {**FIGURE_NAMES, **FACTS}.items()}
    return facts.get(name) or EVERYWHERE.get(name, "")


def _columns_of(layer: str, catalogue: Mapping) -> str:
    columns = catalogue[layer].columns if layer in catalogue else {}
    return (
        ", ".join(f"`{ours}`" if ours == theirs else f"`{ours}` ({theirs})" for ours, theirs in columns.items())
        or "geen"
    )


def _workbook(file: Path) -> Iterator[str]:
    book = openpyxl.load_workbook(file, read_only=True)
    guide = [(*row, None, None)[:2] for row in book.worksheets[0].iter_rows(values_only=True)]
    first = next(i for i, row in enumerate(guide) if row[0] == "De bladen")
    yield "## `<gemeente>.xlsx`: werkboek\n"
    yield "Boven elke kop staat klein de naam van de kolom in het GeoPackage. Score en rang zijn formules.\n"
    rows = [("Leeswijzer", "Wat dit is, hoe u het leest, en de verantwoording.")]
    for name, said in guide[first + 1 :]:
        if not name:
            break
        rows.append(("(de gemeente)" if name == "Demowaard" else str(name), _capital(str(said))))
    yield from _table(("blad", "wat erop staat"), rows)


def _parquet(folder: Path, package: Path) -> Iterator[str]:
    yield "## `<gemeente>_kandidaten.parquet` en `<gemeente>_percelen.parquet`: GeoParquet\n"
    for layer in ("kandidaten", "percelen"):
        found = set(pd.read_parquet(next(folder.glob(f"*_{layer}.parquet"))).columns) - {"geometry"}
        differing = found ^ set(_fields(package, layer))
        if differing:
            raise SystemExit(f"{layer}.parquet en het GeoPackage verschillen: {sorted(differing)}")
    yield "Dezelfde kolommen als de lagen `kandidaten` en `percelen`, voor wie in Python of R verder werkt.\n"


def _account(file: Path) -> Iterator[str]:
    content = json.loads(file.read_text(encoding="utf-8"))
    yield "## `run.json`: verantwoording\n"
    yield from _table(("sleutel", "wat het is"), [(f"`{key}`", KEYS.get(key, "")) for key in content])
    for key in ("verantwoording", "opdracht", "beleid_volledig"):
        yield f"`{key}` heeft: {', '.join(f'`{name}`' for name in content[key])}.\n"


def _lists(folder: Path) -> Iterator[str]:
    yield "## CSV-bestanden\n"
    for file in sorted(folder.glob("*.csv")):
        about, words = LISTS.get(file.name, ("", {}))
        yield f"### `{file.name}`\n"
        yield f"{about}\n"
        with file.open(encoding="utf-8-sig", newline="") as opened:
            names = next(csv.reader(opened))
        rows = [(f"`{name}`", words.get(name) or _by_pattern(name) or EVERYWHERE.get(name, "")) for name in names]
        yield from _table(("kolom", "wat het is"), rows)


def _by_pattern(name: str) -> str:
    found = ((re.fullmatch(pattern, name), said) for pattern, said in PATTERNS)
    return next((said.format(*match.groups()) for match, said in found if match), "")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
    yield ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


if __name__ == "__main__":
    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="locatiescan-") as name:
        target.write_text(page(demo_run(Path(name))), encoding="utf-8")
    print(f"Geschreven: {target}")
