"""A small course whose one row is sound, and what changed cells make the checker say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.bank import COLUMNS
from bme_quiz.content.course import CourseFiles, Exemption
from bme_quiz.content.glossary import Term
from bme_quiz.content.identity import Identity
from bme_quiz.content.problems import Problem
from bme_quiz.content.table import Row, Table
from bme_quiz.rules.checks.run import Report, check

ARTICLE = """# Stress fractures

## Too much load {#overload}

A stress fracture is a very small crack in a bone. Such a crack builds up over time through
repeated loading, not from one hard blow. Athletes are often affected.

A scan can show the crack early. The scan is called magnetic resonance imaging (MRI).

## Taking the load off {#rest}

Crutches can keep weight off the limb. A boot protects the foot. Most cracks heal in 6 to 8
weeks, and about 5 percent need surgery. People without pain may start again.

Ask somebody who knows the case. <!-- not asked -->
"""

ROW = dict.fromkeys(COLUMNS, "") | {
    "id": "overload-01",
    "section": "overload",
    "type": "single",
    "level": "remember",
    "audience": "both",
    "stem": "What is a stress fracture?",
    "answer": "a",
    "option_a": "A very small crack in a bone",
    "option_b": "Damage from one hard blow",
    "option_c": "Torn muscle in a leg",
    "why_a": "Right: the crack is small.",
    "why_b": "The crack builds up over time.",
    "why_c": "It lies in the bone.",
    "quote_a": "A stress fracture is a very small crack in a bone",
    "quote_b": "not from one hard blow",
    "quote_c": "-",
    "harm": "b",
    "hint": "Think of repeated loading.",
}

WHOLE_BANK = ("B", "G07", "G09")
"""What a bank of one row cannot help but violate."""


def course(
    *rows: Mapping[str, str],
    article: str = ARTICLE,
    terms: Iterable[Term] = (),
    exemptions: Iterable[Exemption] = (),
    identity: Identity | None = None,
) -> CourseFiles:
    """A course of rows, each given as the cells in which it differs from the sound one."""
    parsed, problems = parse_article(article)
    table = Table(
        "bank.csv",
        COLUMNS,
        tuple(Row(number, ROW | dict(cells)) for number, cells in enumerate(rows, start=2)),
        (),
    )
    return CourseFiles(parsed, table, tuple(terms), tuple(exemptions), tuple(problems), identity)


def report(*rows: Mapping[str, str], select: Iterable[str] = (), **more: object) -> Report:
    """The report on a course of rows."""
    return check(course(*rows, **more), select=select)  # type: ignore[arg-type]


def found(code: str, *rows: Mapping[str, str], **more: object) -> list[tuple[int | None, str]]:
    """Row and column of each finding of one rule."""
    return [(p.row, p.column) for p in problems(code, *rows, **more)]


def problems(code: str, *rows: Mapping[str, str], **more: object) -> tuple[Problem, ...]:
    """The findings of one rule."""
    return report(*rows, select=[code], **more).problems


def numbered(count: int, **cells: str) -> list[dict[str, str]]:
    """Rows that differ in id and stem only, and in the cells given."""
    return [
        {"id": f"overload-{n:02}", "stem": f"What is said of crack number {n}?"} | cells
        for n in range(1, count + 1)
    ]


MULTIPLE = {"type": "multiple", "option_d": "A bruise", "why_d": "No.", "quote_d": "-"}


TRUE_FALSE = {
    "type": "truefalse",
    "option_a": "True",
    "option_b": "False",
    "option_c": "",
    "why_c": "",
    "quote_c": "",
}
