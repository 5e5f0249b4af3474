"""A sentence of the report that goes by one form of two says by which."""

from __future__ import annotations

from dataclasses import replace

from bme_quiz.rules.room import FIRST, SECOND, Kind
from tests.report_samples import (
    LOAD,
    TRUTH,
    answers_of,
    before_and_after,
    report_of,
    room_of,
    words_of,
)


def test_after_a_good_talk_it_is_not_said_that_nobody_was_ever_wrong() -> None:
    words = words_of(before_and_after("a a a a a a b b", "b b b b b b b b"))
    assert "Right: before 2 of 8 (25 %), after 8 of 8 (100 %)." in words
    assert "After the talk, none was chosen by two people or more." in words
    assert "After the talk, no section was below 80 % of the marks." in words


def test_where_the_second_form_was_not_answered_it_speaks_of_the_first() -> None:
    words = words_of(before_and_after("b b b b b", "- - - - -"))
    few = "; after it, too few answered to count."
    assert f"Before the talk, none was chosen by two people or more{few}" in words
    assert f"Before the talk, no section was below 80 % of the marks{few}" in words


def test_where_questions_differ_it_speaks_of_both_forms() -> None:
    words = words_of(
        report_of(
            room_of(Kind.BEFORE_AFTER, LOAD, TRUTH),
            *answers_of(LOAD, 0, "b b b b b", FIRST),
            *answers_of(LOAD, 0, "b b b b b", SECOND),
            *answers_of(TRUTH, 1, "b b b b b", FIRST),
        )
    )
    when = "After the talk, or before it where too few answered then, "
    assert f"{when}none was chosen by two people or more." in words
    assert f"{when}no section was below 80 % of the marks." in words


def test_that_nobody_chose_a_harmful_answer_is_not_said_where_none_is_marked() -> None:
    report = report_of(
        room_of(Kind.DISCUSS, LOAD, TRUTH),
        *answers_of(LOAD, 0, "b b b b b"),
        *answers_of(TRUTH, 1, "a a b b b"),
    )
    load, unmarked = report.questions
    cannot = "None of these questions has an answer marked as harmful, so this cannot be said."
    words = words_of(replace(report, questions=(unmarked,)))
    assert cannot in words
    assert "Nobody chose" not in words
    words = words_of(replace(report, questions=(load, unmarked)))
    assert "Nobody chose an answer that is marked as harmful." in words
    assert cannot not in words
