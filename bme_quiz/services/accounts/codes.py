"""Format of codes and passcodes that people read off a screen and type."""

from __future__ import annotations

from collections.abc import Callable

# No vowels, so that no code is a word; no L, O, I, 0 or 1, which look like one another.
ALPHABET = "BCDFGHJKMNPQRSTVWXYZ"


def new_letters(count: int, choose: Callable[[str], str]) -> str:
    """So many random letters; ``choose`` picks one of several."""
    return "".join(choose(ALPHABET) for _ in range(count))


def typed_letters(typed: str) -> str:
    """What a person typed as it is compared: case, spaces and dashes do not matter."""
    return "".join(c for c in typed.upper() if c.isalnum())
