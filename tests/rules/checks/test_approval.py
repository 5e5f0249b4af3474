"""Approval (G07): one changed sentence touches exactly the questions that rest on it."""

from __future__ import annotations

import pytest

from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.approval import Approval
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.checks.run import sound_questions
from tests.support.findings import ARTICLE, course, problems, report

ROWS = (
    {"id": "what", "stem": "What is a stress fracture?"},
    {"id": "how", "stem": "How does it come?", "quote_a": "builds up over time"},
    {"id": "who", "stem": "Who has it?", "quote_a": "Athletes are often affected", "quote_b": "-"},
    {"id": "scan", "stem": "What shows it?", "quote_a": "A scan can show", "quote_b": "-"},
)


def approved(article: str = ARTICLE) -> list[dict[str, str]]:
    """The rows, each approved against an article."""
    files = course(*ROWS, article=article)
    context = Context(files)
    return [
        dict(cells) | {"checked": str(Approval.of(Item(row, context), context))}
        for cells, row in zip(ROWS, files.bank.rows, strict=True)
    ]


def stale(article: str, rows: list[dict[str, str]]) -> dict[str, Severity]:
    return {p.id: p.severity for p in problems("G07", *rows, article=article)}


def test_approved_rows_are_clean() -> None:
    assert stale(ARTICLE, approved()) == {}


def test_a_row_never_approved_is_a_warning() -> None:
    assert stale(ARTICLE, [dict(ROWS[0])]) == {"what": Severity.WARNING}


def test_one_edited_sentence_lists_exactly_the_touched_questions() -> None:
    edited = ARTICLE.replace("Such a crack builds up over time", "That crack builds up over time")
    assert edited != ARTICLE
    # Two quote the sentence ("what" refutes an option with it); "who" cites its paragraph;
    # "scan" rests on another paragraph and is not touched.
    assert stale(edited, approved()) == {
        "what": Severity.ERROR,
        "how": Severity.ERROR,
        "who": Severity.WARNING,
    }


def test_questions_whose_own_sentence_changed_are_withheld_until_approved_again() -> None:
    edited = ARTICLE.replace("Such a crack builds up over time", "That crack builds up over time")
    files = course(*approved(), article=edited)
    before = report(*approved(), article=edited)
    assert [question.id for question in sound_questions(files, before)] == ["who", "scan"]
    again = approved(edited)
    after = report(*again, article=edited)
    sound = sound_questions(course(*again, article=edited), after)
    assert [question.id for question in sound] == ["what", "how", "who", "scan"]


def test_another_section_touches_nobody() -> None:
    assert stale(ARTICLE.replace("A boot protects", "A boot may protect"), approved()) == {}


def test_a_sentence_that_is_gone_is_an_error_too() -> None:
    edited = ARTICLE.replace("Athletes are often affected.", "")
    assert stale(edited, approved())["who"] is Severity.ERROR


@pytest.mark.parametrize(
    "cells",
    [
        {"stem": "What is it that is called a stress fracture?"},
        {"answer": "b"},
        {"why_c": "It lies in a bone."},
        {"quote_b": "not from one hard"},
        {"quote_b": "A boot protects the foot"},
        {"section": "rest"},
        {"hint": "Think."},
    ],
)
def test_an_edited_row_needs_a_look(cells: dict[str, str]) -> None:
    (row, *_) = approved()
    assert stale(ARTICLE, [row | cells]) == {"what": Severity.WARNING}


def test_white_space_and_a_new_id_do_not_matter() -> None:
    (row, *_) = approved()
    assert stale(ARTICLE, [row | {"id": "other", "stem": "What is  a stress fracture? "}]) == {}


def test_a_fixed_typo_does_not_hide_a_changed_sentence() -> None:
    (row, *_) = approved()
    edited = ARTICLE.replace(
        "is a very small crack in a bone", "is a very small crack in a bone now"
    )
    assert stale(edited, [row | {"hint": "Think."}]) == {"what": Severity.ERROR}


@pytest.mark.parametrize("cell", ["yes", "s1.p2.q3.r4", "12345678.12345678", "\ufffd"])
def test_what_approve_did_not_write_is_a_warning(cell: str) -> None:
    assert stale(ARTICLE, [{"checked": cell}]) == {"overload-01": Severity.WARNING}


def test_the_fingerprints_read_back() -> None:
    (row, *_) = approved()
    assert str(Approval.parse(row["checked"])) == row["checked"]
