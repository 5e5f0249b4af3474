"""Counts in the documents are those of what they count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bme_quiz.content.bank import QuestionType
from bme_quiz.content.course import read_course
from bme_quiz.rules.checks.registry import all_rules
from bme_quiz.rules.checks.run import check
from bme_quiz.services.course import Course
from tests.support.courses import OWN_QUESTIONS, ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def counts(noun: str) -> dict[str, set[int]]:
    """Each count of this noun in the documents, in figures or in words, by document."""
    figure = rf"\b(\d[\d,]*|{'|'.join(WORDS)}) {noun}\b"
    return {
        path.name: {number(found) for found in re.findall(figure, path.read_text("utf-8"))}
        for path in DOCUMENTS
    }


def number(text: str) -> int:
    return WORDS.index(text) if text in WORDS else int(text.replace(",", ""))


def text_of(name: str) -> str:
    return re.sub(r"\s+", " ", (ROOT / "docs" / name).read_text("utf-8"))


def test_rules_are_counted_as_they_are() -> None:
    there = len(all_rules())
    named = counts("rules")
    assert named["rules.md"] == {there}
    assert {count for found in named.values() for count in found} == {there}


def test_the_bank_holds_what_its_page_says(own_course: Course) -> None:
    questions = own_course.questions
    page = text_of("question-bank.md")
    types = Counter(q.type for q in questions)
    keys = Counter(len(q.key) for q in questions if q.type is QuestionType.MULTIPLE)
    audiences = Counter(q.audience.value for q in questions)
    assert list(keys) == [2]
    assert (
        f"{len(questions)} questions: {types[QuestionType.SINGLE]} with one right answer, "
        f"{keys[2]} with two, {types[QuestionType.TRUE_FALSE]} true or false; "
        f"{audiences['both']} for both audiences, {audiences['patient']} for patients, "
        f"{audiences['student']} for students; {sum(bool(q.hint) for q in questions)} with a hint; "
        f"{sum(any(o.harmful for o in q.options) for q in questions)} with options that could hurt"
    ) in page
    assert f"{len(questions)} questions on one article" in page
    sections = Counter(q.section for q in questions)
    for section in own_course.article.sections:
        assert section.id not in sections or f"| {section.id} | {sections[section.id]} |" in page


def test_sentences_and_refutations_are_counted_as_they_are(own_course: Course) -> None:
    page = text_of("question-bank.md")
    asked = check(read_course(OWN_QUESTIONS)).coverage.sentences
    assert asked > 200
    assert f"not marked as not asked ({asked} of them)" in page
    # Of a true or false question the other option is no distractor.
    several = [q for q in own_course.questions if q.type is not QuestionType.TRUE_FALSE]
    wrong = [option for q in several for option in q.options if not option.is_key]
    refuted = sum(option.quote is not None for option in wrong)
    assert f"{refuted} of {len(wrong)} wrong options are refuted" in page


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("one module a stage", lambda path: (path / "ui" / "screens").is_dir()),
        (
            "`server/http/contacts.py`",
            lambda path: (path / "server" / "http" / "contacts.py").is_file(),
        ),
    ],
)
def test_what_extending_names_is_there(text: str, there: Callable[[Path], bool]) -> None:
    assert text in text_of("extending.md")
    assert there(ROOT / "bme_quiz")


def test_every_module_that_extending_names_is_there() -> None:
    named = set(re.findall(r"`([a-z_]+/[\w/]+\.(?:py|js|css))`", text_of("extending.md")))
    assert len(named) > 20
    missing = [n for n in named if not any((ROOT / top / n).is_file() for top in ("bme_quiz", ""))]
    assert missing == []
    assert read_course(OWN_QUESTIONS).problems == ()
