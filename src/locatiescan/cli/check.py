"""``locatiescan check``: is a rules file sound, and what do its weights come to? Nothing is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from locatiescan.analysis.judging.aggregate import weights
from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.cli.options import FILE
from locatiescan.config.overrides import name_faults, own_files
from locatiescan.config.packaged import packaged_file
from locatiescan.config.pairwise import MAX_RATIO, weigh
from locatiescan.config.rules import all_rules, load_rules, rules_with
from locatiescan.config.sources import load_sources
from locatiescan.errors import ConfigError, Fault
from locatiescan.model import Rules, Source


@click.command()
@click.argument("regels", type=FILE)
@click.option("--bronnen", type=FILE, help="Catalogus waartegen de lagen worden gehouden.")
def check(regels: Path, bronnen: Path | None) -> None:
    """Controleer een regelbestand zonder te scannen, met de eigen waarden van gemeenten ernaast."""
    sources = load_sources(bronnen or packaged_file("data/sources.yaml"))
    rules = load_rules(regels, MEASURES, sources)
    own = _own_rules(regels, sources)
    console = Console(highlight=False)
    console.print(f"{regels}: in orde; {_counts(rules)}.", markup=False, soft_wrap=True)
    console.print(_weights(rules))
    for line in (*_consistency(rules), *_decided(rules)):
        console.print(line, markup=False, soft_wrap=True)
    for file, theirs in own.items():
        changed = [rule.naam for rule in all_rules(theirs) if rule.aangepast]
        line = f"{file}: in orde; {_counts(theirs)}; eigen waarde: {', '.join(changed) or 'geen'}."
        console.print(line, markup=False, soft_wrap=True)


def _own_rules(regels: Path, sources: Mapping[str, Source]) -> dict[Path, Rules]:
    """Read the rules as they are in each municipality that has its own values; all faults at once."""
    faults: list[Fault] = []
    found = {}
    for file in own_files(regels):
        faults += name_faults(file)
        try:
            found[file] = rules_with(regels, file, MEASURES, sources)
        except ConfigError as error:
            faults += error.faults
    if faults:
        raise ConfigError(faults)
    return found


def _counts(rules: Rules) -> str:
    parts = {
        "grenzen": rules.limits,
        "voorkeuren": rules.preferences,
        "metingen": rules.metingen,
        "toelatingen": rules.toelatingen,
        "profielen": rules.profielen,
    }
    counts = [f"{len(items)} {name}" for name, items in parts.items() if items or name in [*parts][:3]]
    return f"{', '.join(counts)}; {'met' if rules.locaties else 'zonder'} samenvoegen van percelen"


def _weights(rules: Rules) -> Table:
    """Weight of each preference with its share, and its share in each profile."""
    table = Table(title=f"Gewichten ({rules.aggregatie})", title_justify="left")
    table.add_column("voorkeur", overflow="fold")
    for name in ("gewicht", "aandeel", *(profile.naam for profile in rules.profielen)):
        table.add_column(name, justify="right", overflow="fold")
    columns = [weights(rules, name) for name in (None, *(profile.naam for profile in rules.profielen))]
    for i, wish in enumerate(rules.preferences):
        shares = [f"{100 * column[i] / column.sum():.0f} %" for column in columns]
        table.add_row(wish.naam, f"{wish.gewicht:.4g}".replace(".", ","), *shares)
    return table


def _consistency(rules: Rules) -> Iterator[str]:
    names = tuple(wish.naam for wish in rules.preferences)
    tables = {"algemeen": rules.paren} | {f"profiel {profile.naam}": profile.paren for profile in rules.profielen}
    for title, pairs in tables.items():
        if pairs:
            ratio = weigh(names, pairs).ratio
            text = f"Paren ({title}): consistentieverhouding {ratio:.2f}, ten hoogste {MAX_RATIO:.2f}."
            yield text.replace(".", ",", 2)


def _decided(rules: Rules) -> Iterator[str]:
    """Say who may give way on which limits."""
    for who in ("college", "raad", "provincie", "rijk", None):
        limits = [limit.naam for limit in rules.limits if limit.beslist == who]
        if limits:
            yield f"{f'Beslist {who}' if who else 'Niemand beslist (een feit)'}: {', '.join(limits)}."
