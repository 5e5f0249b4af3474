"""The project's own course, and small ones made on the spot."""

from __future__ import annotations

from pathlib import Path

from bme_quiz.content.bank import COLUMNS
from bme_quiz.content.course import CourseFiles, parse_course
from bme_quiz.content.table import write_table
from bme_quiz.services.course import Course, make_course

ROOT = Path(__file__).resolve().parents[2]

OWN_QUESTIONS = ROOT / "questions"


ARTICLE = """# Knees and loads

Written for tests. <!-- not asked -->

## What a load does {#load}

A load pushes on the bone.[^1] Too much load can hurt the bone. Rest lets the bone mend.

A brace does not take the load away. Painkillers leave the load unchanged.

## How to rest {#rest}

Crutches keep weight off the leg. A boot protects the foot.[^2] Walking on is not rest.

Mending takes from four weeks to a year. No number of weeks holds for everybody.

[^1]: A source about *loads*. <https://doi.org/10.1000/loads>
[^2]: A source about boots.
"""


def row(**cells: str) -> dict[str, str]:
    """A sound row about loads, with some cells changed."""
    base = dict.fromkeys(COLUMNS, "")
    base.update(
        id="load-01",
        section="load",
        type="single",
        level="understand",
        audience="both",
        stem="A bone aches after weeks of loading. Which step lets it mend?",
        answer="b",
        option_a="A brace while going on",
        option_b="Rest from the load",
        option_c="Painkillers before the load",
        why_a="A brace leaves the load where it was.",
        why_b="Rest gives the bone the time it needs.",
        why_c="Painkillers hide the ache and change nothing for the bone.",
        quote_a="A brace does not take the load away",
        quote_b="Rest lets the bone mend",
        quote_c="Painkillers leave the load unchanged",
        harm="c",
        hint="Think of time.",
    )
    return {**base, **cells}


MULTIPLE = row(
    id="rest-01",
    section="rest",
    type="multiple",
    stem="Which two of these help a leg?",
    answer="a;c",
    option_a="Crutches",
    option_b="Walking on",
    option_c="A boot",
    option_d="A brace",
    why_a="Crutches keep weight off.",
    why_b="Walking on is no rest.",
    why_c="A boot protects the foot.",
    why_d="A brace leaves the load where it was.",
    quote_a="Crutches keep weight off the leg",
    quote_b="Walking on is not rest",
    quote_c="A boot protects the foot",
    quote_d="A brace does not take the load away",
    harm="",
    hint="",
)


TRUE_FALSE = row(
    id="rest-02",
    section="rest",
    type="truefalse",
    audience="student",
    stem="True or false: one number of weeks holds for everybody.",
    answer="b",
    option_a="True",
    option_b="False",
    option_c="",
    why_a="Mending takes very different times.",
    why_b="Mending takes very different times.",
    why_c="",
    quote_a="No number of weeks holds for everybody",
    quote_b="No number of weeks holds for everybody",
    quote_c="",
    harm="",
    hint="",
)


ROWS = [row(), row(id="load-02", audience="patient", stem="Which of these lets a bone mend?")]
ROWS += [MULTIPLE, TRUE_FALSE]


def bank_bytes(rows: list[dict[str, str]]) -> bytes:
    """A bank file of these rows."""
    return write_table(COLUMNS, rows).encode()


def files(rows: list[dict[str, str]], article: str = ARTICLE) -> CourseFiles:
    """A course read from these rows and this article."""
    return parse_course(bank_bytes(rows), article.encode())


def course_of(rows: list[dict[str, str]], article: str = ARTICLE) -> Course:
    """A checked course of these rows and this article."""
    return make_course(Path("small"), files(rows, article))


def write_course(folder: Path, rows: list[dict[str, str]], article: str = ARTICLE) -> Path:
    """A course's folder on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "article.md").write_text(article, "utf-8")
    (folder / "bank.csv").write_bytes(bank_bytes(rows))
    return folder


OTHER_ROWS = [
    {
        **cells,
        "answer": "c",
        "quote_b": cells["quote_c"],
        "quote_c": cells["quote_b"],
        "why_b": cells["why_c"],
        "why_c": cells["why_b"],
        "harm": "a",
        "hint": "Something else.",
    }
    for cells in ROWS[:2]
] + [
    {**MULTIPLE, "answer": "b;c", "why_a": "No.", "harm": "a"},
    {**TRUE_FALSE, "answer": "a", "why_a": "Yes."},
]
