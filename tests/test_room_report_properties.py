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
from bme_quiz.rules.room import FIRST, SECOND, Kind, Room, SeatAnswer
from bme_quiz.rules.room_report import SectionFigures, Share
from tests.report_samples import LOAD, MULTI, TRUTH, answer, report_of, room_of

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
        for place in range(len(report.rounds)):
            assert figures.people <= figures.answered[place]
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
            assert (value.mean is None) == (value.right.people < 5)
    for figures in report.questions:
        if figures.people < 5:
            assert set(figures.means) <= {None}
            assert figures.gain is None
    if report.comparison is not None:
        assert (report.comparison.gain is None) == (report.comparison.people < 5)


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


@given(ANSWERS)
def test_who_left_at_the_break_changes_no_figure_but_how_many_answered(
    given_answers: list[SeatAnswer],
) -> None:
    """Otherwise their answers would be the difference between two figures."""
    room = room_of(Kind.BEFORE_AFTER, *FORM)
    report = report_of(room, *given_answers)
    if report.comparison is None:
        return
    gone = [answer(q, p, 9_999, TICKS[q][0], FIRST) for p, q in enumerate(FORM)]
    with_gone = report_of(room, *given_answers, *gone)
    before = {q.number: q for q in report.questions}
    for figures in with_gone.questions:
        known = before.get(figures.number)
        if known is None:
            assert not figures.is_shown
        else:
            assert dataclasses.replace(figures, answered=known.answered) == known
    assert with_gone.harmful == report.harmful
    assert with_gone.believed == report.believed
    assert with_gone.to_revisit == report.to_revisit
    assert with_gone.comparison == report.comparison
