"""The report of a session: adds up by hand, and nobody can be picked out of it."""

from __future__ import annotations

from datetime import date

import pytest

from bme_quiz.rules.rooms.figures import Belief, SectionFigures
from bme_quiz.rules.rooms.groups import Share
from bme_quiz.rules.rooms.report import make_report, teach_back_prompt
from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind
from bme_quiz.rules.rooms.statistics import Changes, NoInterval
from tests.support.courses import ROWS, course_of, row
from tests.support.room_reports import (
    LOAD,
    LOAD_2,
    MULTI,
    TITLES,
    TRUTH,
    answers_of,
    report_of,
    room_of,
)


def counts(shares: tuple[Share, ...]) -> list[tuple[int, int]]:
    return [(share.count, share.of) for share in shares]


def chosen(belief: Belief) -> tuple[int, str, list[tuple[int, int]]]:
    return belief.number, belief.option.letter, counts(tuple(f.share for f in belief.chosen))


def test_a_discussion_adds_up_by_hand() -> None:
    # load-01: right is b, harmful is c. rest-01: right are a and c. rest-02: right is b.
    room = room_of(Kind.DISCUSS, LOAD, MULTI, TRUTH)
    report = report_of(
        room,
        *answers_of(LOAD, 0, "a a b c b a b -"),
        *answers_of(MULTI, 1, "ac a ab ac - - - -"),
    )
    assert (report.joined, report.answered, report.unreached, report.changed) == (8, 7, 1, 0)
    assert report.day == date(2026, 3, 2)
    assert report.comparison is None
    assert [q.rounds for q in report.questions] == [(FIRST,), (FIRST,)]
    assert (report.withheld, report.unjudged, report.is_complete) == (0, 0, True)
    load, multi = report.questions
    assert (load.number, load.title, load.answered) == (1, "What a load does", (7,))
    assert [(o.option.letter, *counts(o.chosen)) for o in load.options] == [
        ("a", (3, 7)),
        ("b", (3, 7)),
        ("c", (1, 7)),
    ]
    assert [o.chosen[0].percent for o in load.options] == [43, 43, 14]
    assert counts(load.right) == [(3, 7)]
    assert load.means == (pytest.approx(3 / 7),)
    assert (load.changes, load.gain) == (None, None)
    # Of four people there are counts only. Marks: 1, 0.5, 0 and 1.
    assert multi.answered == (4,)
    assert [(o.option.letter, *counts(o.chosen)) for o in multi.options] == [
        ("a", (4, 4)),
        ("b", (1, 4)),
        ("c", (2, 4)),
        ("d", (0, 4)),
    ]
    assert counts(multi.right) == [(2, 4)]
    assert multi.means == (None,)
    assert [o.chosen[0].percent for o in multi.options] == [None] * 4
    # What is harmful comes although only one chose it; b of rest-01 had one believer too few.
    assert [chosen(b) for b in report.harmful] == [(1, "c", [(1, 7)])]
    assert [chosen(b) for b in report.believed] == [(1, "a", [(3, 7)])]
    assert report.weakest is not None
    assert (report.weakest.id, report.weakest.mean) == ("load", pytest.approx(3 / 7))
    assert report.to_revisit == (
        SectionFigures("load", "What a load does", Share(3, 7, 7), pytest.approx(3 / 7), 1),
        SectionFigures("rest", "How to rest", Share(2, 4, 4), None, 1),
    )


def test_before_and_after_adds_up_by_hand() -> None:
    room = room_of(Kind.BEFORE_AFTER, LOAD, TRUTH)
    report = report_of(
        room,
        # Seats:                101 102 103 104 105 106 107
        *answers_of(LOAD, 0, "  a   c   b   b   a   c   b", FIRST),
        *answers_of(LOAD, 0, "  b   b   b   c   a   -   b", SECOND),
        *answers_of(TRUTH, 1, " a   a   b   a   a   b   -", FIRST),
        *answers_of(TRUTH, 1, " b   b   b   b   b   -   b", SECOND),
    )
    load, truth = report.questions
    # Seat 106 went at the break: its c and b stand in no figure but "answered". For 107, who
    # answered the other question in the second form only, the same holds.
    assert (load.answered, load.both_times, load.people) == ((7, 6), 6, 6)
    assert (report.withheld, report.is_complete) == (3, False)
    assert [counts(o.chosen) for o in load.options] == [
        [(2, 6), (1, 6)],
        [(3, 6), (4, 6)],
        [(1, 6), (1, 6)],
    ]
    assert load.changes == Changes(learned=2, kept=2, lost=1, never=1)
    assert counts(load.right) == [(3, 6), (4, 6)]
    assert load.gain is not None
    assert load.gain.value == pytest.approx(1 / 3)
    assert load.gain.why_none is NoInterval.FEW_MISSING
    assert truth.changes == Changes(learned=4, kept=1, lost=0, never=0)
    over_all = report.comparison
    assert over_all is not None
    assert over_all.people == 6
    assert over_all.changes == Changes(learned=6, kept=3, lost=1, never=1)
    # Missing before: 3 + 4 = 7 of 11, after: 2 + 0 = 2.
    assert over_all.gain is not None
    assert over_all.gain.pre == pytest.approx(4 / 11)
    assert over_all.gain.post == pytest.approx(9 / 11)
    assert over_all.gain.value == pytest.approx(5 / 7)
    # Sections and what is believed go by the second form.
    assert [(s.id, s.right.count, s.right.of) for s in report.to_revisit] == [("load", 4, 6)]
    assert [chosen(b) for b in report.harmful] == [(1, "c", [(1, 6), (1, 6)])]
    assert report.believed == ()


def test_a_harmful_belief_that_the_talk_has_mended_is_told_as_well() -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD_2, LOAD),
        *answers_of(LOAD_2, 0, "c c b", FIRST),
        *answers_of(LOAD_2, 0, "b b b", SECOND),
        *answers_of(LOAD, 1, "c b b", FIRST),
        *answers_of(LOAD, 1, "c b b", SECOND),
    )
    assert [chosen(b) for b in report.harmful] == [
        (2, "c", [(1, 3), (1, 3)]),
        (1, "c", [(2, 3), (0, 3)]),
    ]


def test_of_fewer_than_five_there_is_no_gain_and_no_percentage() -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD),
        *answers_of(LOAD, 0, "a a b a", FIRST),
        *answers_of(LOAD, 0, "b a b b", SECOND),
    )
    assert report.comparison is not None
    assert report.comparison.changes == Changes(learned=2, kept=1, lost=0, never=1)
    assert report.comparison.gain is None
    assert report.questions[0].gain is None
    assert report.questions[0].means == (None, None)


def test_of_one_person_nothing_is_told_but_that_somebody_answered() -> None:
    report = report_of(room_of(Kind.OWN_PACE, LOAD, MULTI), *answers_of(LOAD, 0, "c"), joined=1)
    (load,) = report.questions
    assert (load.answered, load.people, load.is_shown) == ((1,), 0, False)
    assert (report.withheld, report.is_complete) == (1, False)
    assert (load.right, load.options) == ((), ())
    assert (report.harmful, report.believed, report.to_revisit) == ((), (), ())
    assert report.weakest is None
    assert report.unreached == 1


def test_who_is_alone_at_a_question_is_in_no_sum_either() -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD, TRUTH),
        *answers_of(LOAD, 0, "a b", FIRST),
        *answers_of(LOAD, 0, "b b", SECOND),
        *answers_of(TRUTH, 1, "a b", FIRST),
        *answers_of(TRUTH, 1, "a -", SECOND),
    )
    assert [q.changes is not None for q in report.questions] == [True, False]
    assert report.comparison is not None
    assert report.comparison.changes == Changes(learned=1, kept=1, lost=0, never=0)
    # The first form of the question that one person answered twice is another matter: two did.
    assert (report.questions[1].rounds, report.questions[1].people) == ((FIRST,), 2)
    assert [(s.id, s.right.count, s.right.of) for s in report.to_revisit] == [("rest", 1, 2)]
    assert report.withheld == 1


TWELVE_LATE = "- " * 12 + "c " * 12
"""Twelve who come after the talk only, and what all of them believe could do harm."""


def test_what_could_do_harm_is_told_of_those_who_came_late() -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD),
        *answers_of(LOAD, 0, "b b b b b b b b b b b b", FIRST),
        *answers_of(LOAD, 0, TWELVE_LATE, SECOND),
    )
    assert report.comparison is None
    assert [chosen(b) for b in report.harmful] == [(1, "c", [(0, 12), (12, 12)])]
    assert [(f.round, f.share.percent) for f in report.harmful[0].chosen] == [
        (FIRST, 0),
        (SECOND, 100),
    ]
    assert [s.id for s in report.to_revisit] == ["load"]
    assert report.weakest == SectionFigures("load", "What a load does", Share(0, 12, 12), 0.0, 2)
    assert report.is_complete


def test_beside_those_who_answered_both_times_a_form_is_counted_whole_from_five_more_on() -> None:
    before = "b b b b b b b b b b b b"
    for late, counted in ((12, (12, 24)), (5, (5, 17)), (4, None), (1, None), (0, None)):
        report = report_of(
            room_of(Kind.BEFORE_AFTER, LOAD),
            *answers_of(LOAD, 0, before, FIRST),
            *answers_of(LOAD, 0, before + " c" * late, SECOND),
        )
        (load,) = report.questions
        # Side by side are always the same people.
        assert [counts(o.chosen) for o in load.options][1:] == [[(12, 12)] * 2, [(0, 12)] * 2]
        told = [chosen(b) for b in report.harmful]
        assert told == ([(1, "c", [(0, 12), counted])] if counted else [])
        assert report.withheld == (0 if counted else late)
        assert report.is_complete is (counted is not None or late == 0)
        assert [s.right.of for s in report.to_revisit] == ([12 + late] if counted else [])


def test_who_left_at_the_break_is_counted_in_the_first_form_from_five_on() -> None:
    for gone, counted in ((6, (6, 11)), (4, None)):
        report = report_of(
            room_of(Kind.BEFORE_AFTER, LOAD),
            *answers_of(LOAD, 0, "b b b b b" + " c" * gone, FIRST),
            *answers_of(LOAD, 0, "b b b b b", SECOND),
        )
        told = [chosen(b) for b in report.harmful]
        assert told == ([(1, "c", [counted, (0, 5)])] if counted else [])
        assert (report.withheld, report.weakest) == (0 if counted else gone, None)


@pytest.mark.parametrize(("left", "rounds"), [("a c b", (SECOND,)), ("", (SECOND,))])
def test_where_nobody_can_be_compared_the_last_form_is_reported(
    left: str, rounds: tuple[int, ...]
) -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD),
        *answers_of(LOAD, 0, left, FIRST),
        *answers_of(LOAD, 0, "- - - a a" if left else "a a a", SECOND),
    )
    assert (report.questions[0].rounds, report.comparison) == (rounds, None)
    assert counts(report.questions[0].options[0].chosen) == ([(2, 2)] if left else [(3, 3)])
    # What could do harm is told of both forms all the same.
    assert [chosen(b) for b in report.harmful] == ([(1, "c", [(1, 3), (0, 2)])] if left else [])
    assert report.is_complete


def test_a_question_changed_since_is_left_out_and_counted() -> None:
    room = room_of(Kind.DISCUSS, LOAD, TRUTH, MULTI)
    rows = [row(stem="Another question altogether?"), *ROWS[2:3]]
    now = course_of(rows).by_id
    given_answers = [*answers_of(LOAD, 0, "c c c"), *answers_of(MULTI, 2, "ac ac")]
    report = make_report(room, now, given_answers, 3, TITLES)
    assert report.changed == 2
    assert [q.number for q in report.questions] == [3]
    assert (report.answered, report.harmful) == (3, ())
    # Whether the three answers to it could do harm is not known.
    assert (report.unjudged, report.is_complete) == (3, False)


def test_a_session_without_an_answer_has_a_report_too() -> None:
    for kind in Kind:
        report = report_of(room_of(kind, LOAD, TRUTH), joined=0)
        assert (report.unreached, report.questions, report.weakest) == (2, (), None)


def test_where_all_is_right_no_section_is_weak() -> None:
    report = report_of(room_of(Kind.OWN_PACE, LOAD), *answers_of(LOAD, 0, "b b b b b"))
    assert (report.weakest, report.to_revisit) == (None, ())


def test_a_section_from_four_fifths_on_needs_no_return() -> None:
    report = report_of(room_of(Kind.OWN_PACE, LOAD), *answers_of(LOAD, 0, "b b b b a"))
    assert report.to_revisit == ()
    assert report.weakest is not None
    assert (report.weakest.id, report.weakest.mean) == ("load", 0.8)


def test_teach_back_asks_openly_and_blames_nobody() -> None:
    said = teach_back_prompt("Why 100 % of it & more?")
    assert "“Why 100 % of it & more?”" in said
    assert "in your own words" in said
    assert said.endswith("?")
    assert not any(word in said.casefold() for word in ("wrong", "mistake", "test", "fail", "weak"))


@pytest.mark.parametrize(
    ("count", "of", "percent"), [(1, 8, 13), (1, 200, 1), (0, 5, 0), (5, 5, 100), (2, 3, None)]
)
def test_percentages_are_whole_and_halves_go_up(count: int, of: int, percent: int | None) -> None:
    assert Share(count, of, of).percent == percent
