"""The report of a session: adds up by hand, and nobody can be picked out of it."""

from __future__ import annotations

from datetime import date

import pytest

from bme_quiz.rules.room import FIRST, SECOND, Kind
from bme_quiz.rules.room_report import (
    Belief,
    SectionFigures,
    Share,
    make_report,
    teach_back_prompt,
)
from bme_quiz.rules.statistics import Changes, NoInterval
from tests.conftest import ROWS, course_of, row
from tests.report_samples import (
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
    return belief.number, belief.option.letter, counts(belief.chosen)


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
    assert (report.rounds, report.comparison) == ((FIRST,), None)
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
        SectionFigures("load", "What a load does", Share(3, 7, 7), pytest.approx(3 / 7)),
        SectionFigures("rest", "How to rest", Share(2, 4, 4), None),
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
    # Seat 106 went at the break: its c and b stand in no figure but "answered".
    assert (load.answered, load.people) == ((7, 6), 6)
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
    assert (load.answered, load.people, load.is_shown) == ((1,), 1, False)
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
    assert [q.is_shown for q in report.questions] == [True, False]
    assert report.comparison is not None
    assert report.comparison.changes == Changes(learned=1, kept=1, lost=0, never=0)
    assert report.to_revisit == ()


@pytest.mark.parametrize(("left", "rounds"), [("a c b", (FIRST,)), ("", (SECOND,))])
def test_where_nobody_can_be_compared_the_one_form_is_reported(
    left: str, rounds: tuple[int, ...]
) -> None:
    report = report_of(
        room_of(Kind.BEFORE_AFTER, LOAD),
        *answers_of(LOAD, 0, left, FIRST),
        *answers_of(LOAD, 0, "- - - a a" if left else "a a a", SECOND),
    )
    assert (report.rounds, report.comparison) == (rounds, None)
    assert counts(report.questions[0].options[0].chosen) == ([(1, 3)] if left else [(3, 3)])


def test_a_question_changed_since_is_left_out_and_counted() -> None:
    room = room_of(Kind.DISCUSS, LOAD, TRUTH, MULTI)
    rows = [row(stem="Another question altogether?"), *ROWS[2:3]]
    now = course_of(rows).by_id
    given_answers = [*answers_of(LOAD, 0, "c c c"), *answers_of(MULTI, 2, "ac b")]
    report = make_report(room, now, given_answers, 3, TITLES)
    assert report.changed == 2
    assert [q.number for q in report.questions] == [3]
    assert report.harmful == ()


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
