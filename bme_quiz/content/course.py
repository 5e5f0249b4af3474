"""A course is a folder: ``article.md``, ``bank.csv``, and beside them, if wished,
``course.toml``, ``glossary.csv``, ``exceptions.csv`` and ``images/``.

Each table may be an ``.xlsx`` workbook instead, under the same name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bme_quiz.content.article import Article
from bme_quiz.content.article_reader import parse_article, read_article
from bme_quiz.content.bank import parse_bank, read_bank
from bme_quiz.content.files import TABLE_SUFFIXES, find_table, misnamed, picture_names, read_file
from bme_quiz.content.glossary import Term, read_glossary
from bme_quiz.content.identity import IDENTITY_FILE, Identity, read_identity
from bme_quiz.content.problems import ContentError, Problem, Severity
from bme_quiz.content.spreadsheets import damaged_cells
from bme_quiz.content.table import Table, read_table

ARTICLE_FILE = "article.md"
BANK_FILE = "bank.csv"
GLOSSARY_FILE = "glossary.csv"
EXCEPTIONS_FILE = "exceptions.csv"
TABLES = {"bank": "question bank", "glossary": "glossary", "exceptions": "list of exceptions"}
"""A course's tables, by their names without the ending, and what each is to a person."""
COURSE_FILES = (
    ARTICLE_FILE,
    IDENTITY_FILE,
    *(f"{table}{end}" for table in TABLES for end in TABLE_SUFFIXES),
)
EXCEPTION_COLUMNS = ("id", "rule", "reason")


@dataclass(frozen=True, slots=True)
class Exemption:
    """A reviewed exception: this rule may find something in this row, for this reason.

    ``id`` is the question's, or empty for a rule about the whole bank; ``row`` is the row in
    ``exceptions.csv``, or in the file that stands in its place.
    """

    id: str
    rule: str
    reason: str
    row: int
    file: str = EXCEPTIONS_FILE


@dataclass(frozen=True, slots=True)
class Published:
    """A question as the latest edition has it that has its id.

    Attributes:
        edition: the edition's number.
        words: of its stem and its right options, in lower case; empty where the edition is older
            than these are kept.
    """

    id: str
    edition: int
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class CourseFiles:
    """Everything read from a course's folder, before any rule was applied.

    Attributes:
        problems: those of reading: the article's headings, the tables' shapes, ``course.toml``.
        identity: None where the article alone was given, as in an upload.
        images: file names of its pictures; None where that is not known.
        published: the questions of its editions; see ``editions.with_published``.
    """

    article: Article
    bank: Table
    terms: tuple[Term, ...]
    exemptions: tuple[Exemption, ...]
    problems: tuple[Problem, ...]
    identity: Identity | None = None
    images: frozenset[str] | None = None
    published: tuple[Published, ...] = ()


def read_course(folder: Path) -> CourseFiles:
    """Read a course's files.

    Raises:
        ContentError: the folder, the article or the bank is missing or cannot be read, or
            ``course.toml`` cannot.
    """
    if not folder.is_dir():
        raise ContentError(f"There is no folder {folder}; name one that holds {BANK_FILE}.")
    article, problems = read_article(folder / ARTICLE_FILE)
    bank = read_bank(_table(folder, "bank") or folder / BANK_FILE)
    terms, glossary_problems = read_glossary(_table(folder, "glossary") or folder / GLOSSARY_FILE)
    exemptions, exemption_problems = _read_exemptions(
        _table(folder, "exceptions") or folder / EXCEPTIONS_FILE
    )
    identity, identity_problems = read_identity(folder, article)
    return CourseFiles(
        article=article,
        bank=bank,
        terms=terms,
        exemptions=exemptions,
        problems=(
            *(*problems, *bank.problems, *glossary_problems, *exemption_problems),
            *(*identity_problems, *_misnamed_tables(folder)),
        ),
        identity=identity,
        images=picture_names(folder),
    )


def _table(folder: Path, name: str) -> Path | None:
    return find_table(folder, name, TABLES[name])


def _misnamed_tables(folder: Path) -> Iterator[Problem]:
    """Tables that a course may go without, where one lies there under a name that is not read."""
    for file in (GLOSSARY_FILE, EXCEPTIONS_FILE):
        name = file.partition(".")[0]
        if _table(folder, name) is None and (near := misnamed(folder, file, f"{name}.xlsx")):
            message = f"There is no {file}.{near}"
            mend = "Mend the name, or take the file out of the course's folder."
            yield Problem("S01", Severity.WARNING, file, message, mend)


def parse_course(bank: bytes, article: bytes, name: str = BANK_FILE) -> CourseFiles:
    """A course from bytes, without a glossary or exceptions: what an author uploads.

    Raises:
        ContentError: either cannot be read.
    """
    parsed, problems = parse_article(article)
    table = parse_bank(bank, name)
    return CourseFiles(parsed, table, (), (), (*problems, *table.problems))


def _read_exemptions(path: Path) -> tuple[tuple[Exemption, ...], tuple[Problem, ...]]:
    if not path.exists():
        return (), ()
    table = read_table(read_file(path, "list of exceptions"), path.name, EXCEPTION_COLUMNS)
    exemptions = tuple(
        Exemption(
            row.cells["id"].strip(),
            row.cells["rule"].strip(),
            row.cells["reason"].strip(),
            row.number,
            table.name,
        )
        for row in table.rows
    )
    return exemptions, (*table.problems, *damaged_cells(table))
