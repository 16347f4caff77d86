"""``docs/handleiding.md`` names every command and option, and its examples work."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from locatiescan.analysis.measuring.measures import MEASURES
from locatiescan.cli import main
from locatiescan.config.packaged import packaged_file
from locatiescan.config.policy import load_policy
from locatiescan.config.rules import all_rules, load_rules
from locatiescan.config.sources import load_sources
from locatiescan.sources.lists import read_ownership, read_vacancy

TEXT = (Path(__file__).parents[2] / "docs" / "handleiding.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `locatiescan ([\w-]+)`\n(.*?)(?=^##)", TEXT, flags=re.M | re.S))
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, flags=re.M | re.S)
ABOVE = click.Context(main)
PLACE = re.compile(r"# in (?P<file>[\w/.-]+?\.yaml)(, onder (?P<key>\w+)|, het hele bestand)?")


class Example(NamedTuple):
    file: str
    key: str | None
    text: str


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


def examples() -> Iterator[Example]:
    for text in blocks("yaml"):
        first, _, rest = text.partition("\n")
        place = PLACE.fullmatch(first)
        assert place, f"say in the first line where this goes: {first}"
        yield Example(place["file"], place["key"], rest)


def params_of(command: str) -> list[click.Parameter]:
    found = main.get_command(ABOVE, command)
    assert found, f"no command {command}"
    return found.params


def named(parameter: click.Parameter) -> set[str]:
    return {name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--")}


@pytest.mark.parametrize("name", main.list_commands(ABOVE))
def test_every_command_and_option_is_told(name: str) -> None:
    assert name in SECTIONS, f"no section '### `locatiescan {name}`'"
    options = [option for one in params_of(name) if isinstance(one, click.Option) for option in named(one)]
    assert [option for option in options if f"{option}`" not in SECTIONS[name]] == []


def test_no_section_is_of_a_command_that_is_gone() -> None:
    assert set(SECTIONS) == set(main.list_commands(ABOVE))


def test_options_before_the_command_are_told() -> None:
    assert [option for one in main.params for option in named(one) if f"`{option}`" not in TEXT] == []


def test_commands_in_examples_exist() -> None:
    lines = [
        shlex.split(line) for text in blocks("sh") for line in text.splitlines() if line.startswith("locatiescan ")
    ]
    assert len(lines) > 20
    for _, name, *words in lines:
        known = named_of(name)
        assert [word for word in words if word.startswith("--") and word not in known] == [], (name, words)


def named_of(name: str) -> set[str]:
    if name.startswith("--"):
        return set()
    return {option for one in params_of(name) for option in named(one)}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the rules and the catalogue with every example put where it says it goes."""
    folder = tmp_path_factory.mktemp("eigen") / "rules"
    shutil.copytree(packaged_file("rules"), folder)
    (folder / "flexwonen.yaml").rename(folder / "mijn-regels.yaml")
    shutil.copy(packaged_file("data/sources.yaml"), folder / "bronnen.yaml")
    for file, key, text in examples():
        target = folder / file
        before = target.read_text(encoding="utf-8") if target.exists() else ""
        target.write_text(inserted(before, key, text) if key else f"{before}\n{text}", encoding="utf-8")
    return folder


def inserted(before: str, key: str, text: str) -> str:
    """The text as the first thing under a key, indented as everything there."""
    head, found, tail = before.partition(f"\n{key}:\n")
    assert found, key
    return head + found + "".join(f"  {line}" for line in text.splitlines(keepends=True)) + tail


def test_examples_in_yaml_load(own: Path) -> None:
    sources = load_sources(own / "bronnen.yaml")
    rules = load_rules(own / "mijn-regels.yaml", MEASURES, sources)
    policy = load_policy(own / "mijn-regels.yaml", rules)
    loaded = (
        *all_rules(rules),
        *rules.profielen,
        *policy.planning.routes,
        *policy.planning.beperkingen,
        *policy.flags,
        *policy.dwellings.modules,
        *policy.dwellings.producten,
    )
    known = {one.naam for one in loaded} | {one.naam for one in policy.figures.values()}
    wanted = [
        name for one in examples() if one.key for name in re.findall(r"^(?:- \{?|  )naam: ([^\n,]+)", one.text, re.M)
    ]
    assert len(wanted) >= 9
    assert [name for name in wanted if name not in known] == []
    assert {"scholen", "hoogspanning"} <= set(sources)


def test_own_values_of_a_municipality_load(own: Path) -> None:
    sources = load_sources(own / "bronnen.yaml")
    rules = load_rules(own / "mijn-regels.yaml", MEASURES, sources, "GM0399")
    changed = {rule.naam: rule for rule in rules.limits}
    assert changed["vrij_m2"].min == 1000
    assert "Ook kleine blokken" in (changed["vrij_m2"].aangepast or "")
    assert "bebouwd_aandeel" not in changed


def test_lists_in_examples_are_read(tmp_path: Path) -> None:
    owners, empty = blocks("csv")
    file = tmp_path / "lijst.csv"
    file.write_text(owners, encoding="utf-8")
    assert read_ownership(file)["eigenaar"].tolist() == ["gemeente", "derde"]
    file.write_text(empty, encoding="utf-8")
    assert read_vacancy(file)["leeg_m2"].notna().tolist() == [True, False]


def test_links_inside_lead_somewhere() -> None:
    anchors = {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.*)$", TEXT, re.M)}
    assert [link for link in re.findall(r"\]\(#([^)]+)\)", TEXT) if link not in anchors] == []
