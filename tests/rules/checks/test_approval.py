"""Approval (G07): one changed sentence touches exactly the questions that rest on it."""

from __future__ import annotations

from datetime import date

import pytest

from bme_quiz.content.identity import Identity
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


STRICT = Identity("cracks", "Cracks", require_approval=True)


def required(article: str, rows: list[dict[str, str]]) -> tuple[dict[str, Severity], list[str]]:
    """What G07 finds where approval is required, and which questions learners get."""
    files = course(*rows, article=article, identity=STRICT)
    result = report(*rows, article=article, identity=STRICT, select=["G07"])
    return {p.id: p.severity for p in result.problems}, [
        question.id for question in sound_questions(files, result)
    ]


def test_where_approval_is_required_nobody_gets_what_nobody_approved() -> None:
    rows = approved()
    rows[1] |= {"checked": ""}
    rows[2] |= {"checked": "yes"}
    rows[3] |= {"hint": "Think."}
    found, served = required(ARTICLE, rows)
    assert found == dict.fromkeys(("how", "who", "scan"), Severity.ERROR)
    assert served == ["what"]


def test_where_it_is_not_required_older_courses_stay_as_they_are() -> None:
    rows = [dict(cells) for cells in ROWS]
    result = report(*rows, select=["G07"])
    assert len(sound_questions(course(*rows), result)) == len(ROWS)


def test_a_changed_sentence_beside_the_cited_one_withholds_nothing() -> None:
    edited = ARTICLE.replace("Athletes are often affected", "Athletes are sometimes affected")
    rows = [row for row in approved() if row["id"] == "how"]
    found, served = required(edited, rows)
    assert (found, served) == ({"how": Severity.WARNING}, ["how"])


def signed(cell: str, by: str = "Ana Ruiz, RN") -> str:
    then = Approval.parse(cell)
    assert then is not None
    return str(then.signed(by, date(2026, 1, 31)))


def test_who_approved_and_when_stands_behind_the_fingerprints() -> None:
    (row, *_) = approved()
    cell = signed(row["checked"])
    assert cell == f"{row['checked']} by Ana Ruiz, RN on 2026-01-31"
    assert stale(ARTICLE, [row | {"checked": cell}]) == {}
    (problem,) = problems("G07", row | {"checked": cell, "hint": "Think."})
    assert problem.message == (
        "The row was edited after Ana Ruiz, RN approved it on 31 January 2026."
    )


@pytest.mark.parametrize("by", ["x on 2025-01-01", "by by by", " Ann\nLee ", "é" * 500, "=1+1"])
def test_every_name_reads_back(by: str) -> None:
    (row, *_) = approved()
    then = Approval.parse(signed(row["checked"], by))
    assert then is not None
    assert then.is_of_the_same(Approval.parse(row["checked"]))  # type: ignore[arg-type]
    assert then.by == " ".join(by.split())[:80]
    assert then.on == date(2026, 1, 31)


@pytest.mark.parametrize("tail", [" by Ana", " on 2026-01-31", " by Ana on 2026-02-31", " by  on"])
def test_half_a_signature_is_none(tail: str) -> None:
    (row, *_) = approved()
    assert Approval.parse(row["checked"] + tail) is None
