"""What holds of every session's report, whatever was answered."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bme_quiz.content.bank import Question
from bme_quiz.rules.rooms.figures import SectionFigures
from bme_quiz.rules.rooms.groups import Share, groups_of
from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind, Room, SeatAnswer
from tests.support.room_reports import LOAD, MULTI, TRUTH, answer, report_of, room_of

TICKS = {
    LOAD: ["a", "b", "c"],
    MULTI: ["a", "b", "ac", "abd", "abcd"],
    TRUTH: ["a", "b"],
}
FORM = (LOAD, MULTI, TRUTH)
SEATS = st.integers(9_000, 9_011)
ANSWERS = st.lists(
    st.sampled_from([(p, t) for p, q in enumerate(FORM) for t in TICKS[q]]).flatmap(
        lambda chosen: st.builds(
            lambda seat, round_: answer(FORM[chosen[0]], chosen[0], seat, chosen[1], round_),
            SEATS,
            st.sampled_from([FIRST, SECOND]),
        )
    ),
    max_size=60,
    unique_by=lambda a: (a.seat, a.round, a.position),
)
KINDS = st.sampled_from(list(Kind))


def everything_in(value: Any) -> Iterator[Any]:
    """A report's values, however deep; questions of the bank are none of its own."""
    yield value
    if isinstance(value, Question):
        return
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from everything_in(getattr(value, field.name))
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from everything_in(item)


@given(KINDS, ANSWERS)
def test_counts_add_up_to_n(kind: Kind, given_answers: list[SeatAnswer]) -> None:
    report = report_of(room_of(kind, *FORM), *given_answers)
    assert len(report.questions) + report.unreached == len(FORM)
    for figures in report.questions:
        if not figures.is_shown:
            continue
        assert figures.both_times <= min(figures.answered)
        for place, round_ in enumerate(figures.rounds):
            assert figures.people <= figures.answered[round_ - 1]
            assert figures.right[place].of == figures.people
            chosen_in_all = sum(o.chosen[place].count for o in figures.options)
            if figures.question is not MULTI:
                assert chosen_in_all == figures.people
                key = next(o for o in figures.options if o.option.is_key)
                assert key.chosen[place] == figures.right[place]
            else:
                assert chosen_in_all >= figures.people
        if figures.changes is not None:
            found = figures.changes
            assert found.total == figures.people
            assert found.kept + found.lost == figures.right[0].count
            assert found.kept + found.learned == figures.right[1].count
    if report.comparison is not None:
        each = [q.changes for q in report.questions if q.changes is not None]
        for name in ("learned", "kept", "lost", "never"):
            summed = sum(getattr(one, name) for one in each)
            assert getattr(report.comparison.changes, name) == summed


@given(KINDS, ANSWERS)
def test_no_figure_of_one_person_and_no_percentage_of_fewer_than_five(
    kind: Kind, given_answers: list[SeatAnswer]
) -> None:
    report = report_of(room_of(kind, *FORM), *given_answers)
    for value in everything_in(report):
        if isinstance(value, Share):
            assert 2 <= value.people <= value.of
            assert (value.percent is None) == (value.people < 5)
            assert value.interval is None or value.people >= 5
        if isinstance(value, SectionFigures):
            assert value.right.people >= 5 or value.mean is None
    for figures in report.questions:
        if figures.people < 5:
            assert set(figures.means) <= {None}
            assert figures.gain is None
    if report.comparison is not None:
        assert report.comparison.people >= 5 or report.comparison.gain is None


@given(ANSWERS)
def test_no_mean_holds_a_question_that_fewer_than_five_answered(
    given_answers: list[SeatAnswer],
) -> None:
    """Less the means of the other questions, it would give theirs."""
    report = report_of(room_of(Kind.BEFORE_AFTER, *FORM), *given_answers)
    for section in report.to_revisit:
        sizes = [
            form.share.people
            for q in report.questions
            if q.question.section == section.id and q.is_shown
            for form in q.options[0].by_form
            if form.round == section.round
        ]
        assert section.right.of == sum(sizes)
        assert (section.mean is None) == (min(sizes) < 5)
    if report.comparison is not None:
        of = [q.people for q in report.questions if q.changes is not None and q.people >= 5]
        assert (report.comparison.gain is None) == (not of)
        if report.comparison.gain is not None:
            assert report.comparison.gain.pairs == sum(of)


@given(KINDS, ANSWERS, st.randoms(use_true_random=False))
def test_neither_order_nor_seat_can_be_told_from_a_report(
    kind: Kind, given_answers: list[SeatAnswer], random: Random
) -> None:
    """The same answers in another order, from other seats, give the very same report."""
    room = room_of(kind, *FORM)
    report = report_of(room, *given_answers)
    other = dict(zip(range(9_000, 9_012), random.sample(range(100), 12), strict=True))
    moved = [dataclasses.replace(a, seat=other[a.seat]) for a in given_answers]
    assert report_of(room, *random.sample(moved, len(moved))) == report
    # Nothing in it is a moment of time or one person's answer.
    for value in everything_in(report):
        assert not isinstance(value, datetime | SeatAnswer | Room)
        assert type(value) is not int or value < 9_000


GROUPS = st.fixed_dictionaries(
    {FIRST: st.sets(st.integers(0, 15)), SECOND: st.sets(st.integers(0, 15))}
)


@given(GROUPS)
def test_no_two_groups_differ_by_fewer_than_five_people(answered: dict[int, set[int]]) -> None:
    """Otherwise the answers of those few would be the difference between two figures."""
    groups = groups_of(answered)
    for round_, seats in groups.forms.items():
        assert seats <= answered[round_]
        assert len(seats) >= 2
        if round_ in groups.rounds:
            assert groups.people <= seats
            assert len(seats - groups.people) not in (1, 2, 3, 4)
    if len(groups.rounds) == 2:
        assert groups.people == answered[FIRST] & answered[SECOND]
    else:
        assert all(groups.people == answered[round_] for round_ in groups.rounds)
    counted = sum(len(seats) for seats in groups.forms.values())
    assert groups.withheld == sum(map(len, answered.values())) - counted
    assert groups.once == len(answered[FIRST] ^ answered[SECOND])
    # Five people or more who are let go of would be too many to keep silent about.
    for round_, seats in answered.items():
        assert len(seats - groups.forms.get(round_, set())) < 5


@given(ANSWERS)
def test_a_belief_and_a_table_of_one_form_differ_by_nobody_or_by_five(
    given_answers: list[SeatAnswer],
) -> None:
    report = report_of(room_of(Kind.BEFORE_AFTER, *FORM), *given_answers)
    tables = {(q.number, round_): q.people for q in report.questions for round_ in q.rounds}
    for belief in (*report.harmful, *report.believed):
        for one in belief.chosen:
            table = tables.get((belief.number, one.round))
            assert table is None or one.share.of - table not in (1, 2, 3, 4)


@given(ANSWERS)
def test_that_nothing_could_do_harm_is_said_of_all_answers_or_not_at_all(
    given_answers: list[SeatAnswer],
) -> None:
    report = report_of(room_of(Kind.BEFORE_AFTER, *FORM), *given_answers)
    if report.is_complete:
        held = {
            (a.position + 1, letter, a.round)
            for a in given_answers
            for letter in a.ticked
            if FORM[a.position].option(letter).harmful
        }
        told = {
            (b.number, b.option.letter, one.round)
            for b in report.harmful
            for one in b.chosen
            if one.share.count
        }
        assert told == held


TWICE = st.lists(
    st.sampled_from(range(len(FORM))).flatmap(
        lambda place: st.tuples(SEATS, st.just(place), *[st.sampled_from(TICKS[FORM[place]])] * 2)
    ),
    min_size=2,
    unique_by=lambda given: given[:2],
)
"""Seat, position and what was ticked before and after."""


@given(TWICE, st.integers(1, 4))
def test_up_to_four_who_left_at_the_break_change_no_figure_but_how_many_answered(
    twice: list[tuple[int, int, str, str]], count: int
) -> None:
    """Otherwise their answers would be the difference between two figures."""
    room = room_of(Kind.BEFORE_AFTER, *FORM)
    stayed = [
        answer(FORM[p], p, seat, ticks, round_)
        for seat, p, *both in twice
        for round_, ticks in zip((FIRST, SECOND), both, strict=True)
    ]
    report = report_of(room, *stayed)
    # Of a question that one person answered both times nothing is shown that they could spoil.
    there = [(q.number - 1, q.question) for q in report.questions if q.changes]
    gone = [answer(q, p, 9_100 + n, TICKS[q][0], FIRST) for p, q in there for n in range(count)]
    with_gone = report_of(room, *stayed, *gone)
    assert with_gone.withheld == report.withheld + len(gone)
    for figures, known in zip(with_gone.questions, report.questions, strict=True):
        assert dataclasses.replace(figures, answered=known.answered) == known
    assert with_gone.harmful == report.harmful
    assert with_gone.believed == report.believed
    assert with_gone.to_revisit == report.to_revisit
    assert with_gone.weakest == report.weakest
    assert with_gone.comparison == report.comparison
