"""What a user may have meant by a name that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping


def fold(name: str) -> str:
    """Name without case and without spaces that say nothing."""
    return " ".join(name.casefold().split())


def said_instead(wanted: str, spellings: Mapping[str, str], kind: str) -> str:
    """A question naming the nearest names, or else a few of those that there are.

    Parameters
    ----------
    wanted : str
        Name that was not found.
    spellings : mapping of str to str
        Every folded way to write a name, to the name itself.
    kind : str
        What they are, in the plural: ``gemeenten``.
    """
    near = difflib.get_close_matches(fold(wanted), spellings, n=3, cutoff=0.6)
    meant = list(dict.fromkeys(spellings[spelling] for spelling in near))
    if meant:
        return f"Bedoelt u {either(meant)}?"
    names = sorted(set(spellings.values()))
    if not names:
        return f"Er zijn geen {kind} bekend."
    if len(names) == 1:
        return f"Bekend is alleen {names[0]}."
    some = f", zoals {either(names[:3])}" if len(names) > 3 else f": {either(names)}"
    return f"Bekend zijn {len(names)} {kind}{some}."


def either(names: Iterable[str]) -> str:
    """Names as a choice: ``a, b of c``."""
    *others, last = names
    return f"{', '.join(others)} of {last}" if others else last
