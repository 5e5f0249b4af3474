"""The glossary: ``term,definition,section,quote``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bme_quiz.content.files import read_file
from bme_quiz.content.problems import Problem
from bme_quiz.content.table import read_table
from bme_quiz.content.text import fold_spaces

COLUMNS = ("term", "definition", "section", "quote")

_ABBREVIATION = re.compile(r"(.+?)\s*\(([^()]+)\)\s*\Z")


@dataclass(frozen=True, eq=False)
class Term:
    """A term and what it means in plain words. Equal to itself alone, and so quick to hash.

    ``term`` may carry an abbreviation or synonym in brackets, ``avascular necrosis (AVN)``;
    each part counts as the term.
    """

    term: str
    definition: str
    section: str
    quote: str
    row: int

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The term's spellings, longest first."""
        found = _ABBREVIATION.match(self.term)
        names = (found.group(1), found.group(2)) if found else (self.term,)
        return tuple(sorted(names, key=lambda name: -len(name)))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the term as a word, with a plural; abbreviations match in capitals only."""
        parts = []
        for name in self.names:
            literal = re.escape(name)
            parts.append(literal if name.isupper() else f"(?i:{literal})")
        return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?:s|es)?(?![\w-])")


def read_glossary(path: Path) -> tuple[tuple[Term, ...], list[Problem]]:
    """Read the glossary; a folder without one has no terms and no problem.

    Raises:
        ContentError: the file is there but cannot be read as a table at all.
    """
    if not path.exists():
        return (), []
    return parse_glossary(read_file(path, "glossary"), path.name)


def parse_glossary(
    data: bytes, name: str = "glossary.csv"
) -> tuple[tuple[Term, ...], list[Problem]]:
    """Read the glossary from its bytes; rows with a problem are left out."""
    table = read_table(data, name, COLUMNS)
    terms = tuple(
        Term(
            term=fold_spaces(row.cells["term"]),
            definition=fold_spaces(row.cells["definition"]),
            section=row.cells["section"].strip(),
            quote=fold_spaces(row.cells["quote"]),
            row=row.number,
        )
        for row in table.rows
        if row.cells["term"].strip() and row.cells["definition"].strip()
    )
    return terms, list(table.problems)
