"""The glossary: ``term,definition,section,quote``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from bme_quiz.content.bounds import MAX_TERM, MAX_TERMS
from bme_quiz.content.files import read_file
from bme_quiz.content.problems import ContentError, Problem, Severity
from bme_quiz.content.spreadsheets import damaged_cells
from bme_quiz.content.table import Row, read_table
from bme_quiz.content.text import fold_spaces

COLUMNS = ("term", "definition", "section", "quote")
_SHOWN = 60

_ABBREVIATION = re.compile(r"(.+?)\s*+\(([^()]++)\)\s*+\Z")


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

    def places_in(self, text: str) -> Iterator[re.Match[str]]:
        """The places of the term in a text, in order."""
        # Most terms do not stand in most texts, and that is known ten times as fast without the
        # pattern.
        if any(folded in _folded(text) for folded in self._folded_names):
            yield from self.pattern.finditer(text)

    @cached_property
    def _folded_names(self) -> tuple[str, ...]:
        return tuple(_folded(name) for name in self.names)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the term as a word, with a plural; abbreviations match in capitals only."""
        parts = []
        for name in self.names:
            literal = re.escape(name)
            parts.append(literal if name.isupper() else f"(?i:{literal})")
        return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?:s|es)?(?![\w-])")


# Without regard to case a pattern takes these for an "i", and folding does not.
_LIKE_I = str.maketrans({"İ": "i", "ı": "i"})


# Few, since a text may be a whole section; all terms are looked for in one before the next.
@lru_cache(maxsize=4)
def _folded(text: str) -> str:
    """A text so that whatever a pattern finds without regard to case is found in it."""
    return text.translate(_LIKE_I).casefold()


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
    """Read the glossary from its bytes; rows with a problem are left out.

    Raises:
        ContentError: it cannot be read as a table at all, or has too many terms.
    """
    table = read_table(data, name, COLUMNS)
    if len(table.rows) > MAX_TERMS:
        raise ContentError(
            f"{name} has {len(table.rows):,} terms; a glossary has {MAX_TERMS:,} at most."
        )
    problems = [
        _too_long(row, name) for row in table.rows if len(fold_spaces(row.cells["term"])) > MAX_TERM
    ]
    problems += damaged_cells(table)
    left_out = {problem.row for problem in problems}
    terms = tuple(
        Term(
            term=fold_spaces(row.cells["term"]),
            definition=fold_spaces(row.cells["definition"]),
            section=row.cells["section"].strip(),
            quote=fold_spaces(row.cells["quote"]),
            row=row.number,
        )
        for row in table.rows
        if row.cells["term"].strip()
        and row.cells["definition"].strip()
        and row.number not in left_out
    )
    return terms, [*table.problems, *problems]


def _too_long(row: Row, name: str) -> Problem:
    term = fold_spaces(row.cells["term"])
    return Problem(
        "S01",
        Severity.ERROR,
        name,
        f"This term has {len(term):,} characters; a term may have {MAX_TERM}.",
        "Shorten it and say the rest in its definition; until then it is left out.",
        row=row.number,
        column="term",
        words=term[:_SHOWN],
    )
