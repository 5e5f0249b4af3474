"""A sentence of the report that goes by one form of two says by which."""

from __future__ import annotations

from dataclasses import replace

from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind
from tests.support.room_reports import (
    LOAD,
    LOAD_2,
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


def test_a_section_goes_by_the_second_form_alone_where_it_has_one() -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD, LOAD_2, TRUTH),
        *answers_of(LOAD, 0, "b b b b b", FIRST),
        *answers_of(LOAD, 0, "b b a a a", SECOND),
        # All right, but nobody answered it after the talk.
        *answers_of(LOAD_2, 1, "b b b b b", FIRST),
        *answers_of(TRUTH, 2, "a a a b b", FIRST),
    )
    found = [(s.id, s.round, s.right.count, s.right.of) for s in report.to_revisit]
    assert found == [("load", SECOND, 2, 5), ("rest", FIRST, 2, 5)]
    words = words_of(report)
    assert "Those below 80 % of the marks after the talk, or before it where too few" in words
    load, rest = "What a load does: 40 % of the marks", "How to rest: 40 % of the marks"
    assert f"{load} (5 people, 2 of 5 answers fully right) {rest}" in words
    assert f"{rest} (before the talk, 5 people, 2 of 5 answers fully right)" in words


def test_where_there_is_one_form_only_none_is_named() -> None:
    words = words_of(report_of(room_of(Kind.OWN_PACE, LOAD), *answers_of(LOAD, 0, "a a a b b")))
    assert "the talk" not in words
    assert "Those below 80 % of the marks, the lowest first." in words


def test_means_are_of_the_questions_that_five_people_answered_and_say_so() -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD, LOAD_2),
        *answers_of(LOAD, 0, "a a b b b", FIRST),
        *answers_of(LOAD, 0, "b a b b b", SECOND),
        *answers_of(LOAD_2, 1, "a a - - -", FIRST),
        *answers_of(LOAD_2, 1, "a a - - -", SECOND),
    )
    words = words_of(report)
    # Of all seven pairs the means would be 3 of 7 and 4 of 7.
    assert "The mean mark was 0.60 before and 0.80 after. This and the gain are of 5 pairs" in words
    assert "Learned (wrong before, right after): 1 of 7 (14 %)" in words
    assert "What a load does: 4 of 7 answers fully right (5 people)" in words


def test_where_every_question_has_five_people_nothing_is_said_of_it() -> None:
    words = words_of(before_and_after("a a b b b", "b a b b b"))
    assert "0.60 before and 0.80 after. Class gain" in words
