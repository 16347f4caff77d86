"""Tables and lines for the terminal, safe for whatever text a source holds, and readable in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

NARROWEST = 80


def console() -> Console:
    """A console on stdout; in a pipe 80 columns wide."""
    made = Console(highlight=False)
    return made if made.is_terminal else Console(highlight=False, width=max(made.width, NARROWEST))


def clean(text: object) -> Text:
    """Text as it is: no markup, and no control characters, which could steer the terminal."""
    return Text("".join(sign if sign.isprintable() else " " for sign in str(text)))


def shown_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[str] = ()
) -> Table:
    """A table with the title above it; `right` names the columns that are set to the right."""
    table = Table(title=clean(title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(columns):
        # a name that is folded in the middle cannot be searched for
        table.add_column(name, justify="right" if name in right else "left", overflow="fold", no_wrap=i == 0)
    for row in rows:
        table.add_row(*map(clean, row))
    return table


def indented(text: object, by: int = 2) -> Padding:
    """A paragraph that keeps its indent where it is folded."""
    return Padding(clean(text), (0, 0, 0, by), expand=False)
