"""Calculation of a session's report: from the stored answers to its figures.

Of whom each figure may be is decided in ``rules/rooms/groups.py``. Figures that stand side by side
compare the same people; what could do harm, what was believed and the sections to come back to are
counted over each form for itself, so that they miss nobody who answered only one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from bme_quiz.content.bank import Question
from bme_quiz.rules.rooms.counts import BySeat, Counted, count_question
from bme_quiz.rules.rooms.figures import (
    Belief,
    Comparison,
    QuestionFigures,
    RoomReport,
    SectionFigures,
)
from bme_quiz.rules.rooms.groups import FEWEST_FOR_PERCENTAGES, Share
from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind, Room, SeatAnswer
from bme_quiz.rules.rooms.statistics import Changes, Pair, class_gain, facility
from bme_quiz.rules.rounding import percent

# Four fifths of the marks is a customary bar in mastery learning.
SOUND_MARK = 0.8
MOST_SECTIONS = 3
MOST_BELIEVED = 5
# One person's slip is no belief of the group.
FEWEST_BELIEVERS = 2

LIMITS = (
    "These figures cannot show that the talk was the reason. People gain a little from a second "
    "try at the same questions even without teaching, and there was no group without the talk "
    "to compare with."
)


def make_report(
    room: Room,
    questions: Mapping[str, Question],
    answers: Sequence[SeatAnswer],
    joined: int,
    titles: Mapping[str, str],
) -> RoomReport:
    """Report a session.

    An unanswered question counts for nothing, neither right nor wrong.

    Args:
        questions: the bank's questions by id, as they now are.
        answers: of the whole session, one for each seat, round and position at most.
        joined: how many people joined.
        titles: the sections' titles by id; the article's order decides between equals.
    """
    asked = _asked(room, questions)
    given = _by_question(answers, range(len(room.drawn)))
    forms = (FIRST, SECOND) if room.kind is Kind.BEFORE_AFTER else (FIRST,)
    counted = [
        count_question(
            position + 1,
            asked[position],
            room.drawn[position].order,
            titles,
            {r: given[position][r] for r in forms},
        )
        for position in sorted(asked)
        if any(given[position][r] for r in forms)
    ]
    sections = _sections(counted, titles)
    harmful, believed = _beliefs([one.figures for one in counted])
    judged = sum(sum(one.figures.answered) for one in counted)
    return RoomReport(
        kind=room.kind,
        day=room.started_at.date(),
        joined=joined,
        answered=len(set().union(*chain.from_iterable(of.values() for of in given.values()))),
        harmful=harmful,
        believed=believed,
        to_revisit=tuple(s for mean, s in sections if _is_low(mean))[:MOST_SECTIONS],
        weakest=sections[0][1] if sections and sections[0][0] < 1.0 else None,
        questions=tuple(one.figures for one in counted),
        unreached=len(asked) - len(counted),
        changed=len(room.drawn) - len(asked),
        withheld=sum(one.groups.withheld for one in counted),
        unjudged=len(answers) - judged,
        comparison=_comparison(counted),
    )


def teach_back_prompt(title: str) -> str:
    """One open question about a section, to be said aloud.

    It asks people to say it in their own words and puts the explaining, not them, to the test.
    Source: AHRQ Health Literacy Universal Precautions Toolkit, tool 5 (teach-back).
    """
    return (
        f"We have talked about “{title}”, and I want to be sure that I explained it clearly. "
        "How would you tell it to somebody at home, in your own words?"
    )


def _asked(room: Room, questions: Mapping[str, Question]) -> dict[int, Question]:
    """The form's questions that are still what they were, by position."""
    found = {}
    for position, drawn in enumerate(room.drawn):
        question = drawn.found_in(questions)
        if question is not None:
            found[position] = question
    return found


def _by_question(
    answers: Iterable[SeatAnswer], positions: Iterable[int]
) -> dict[int, dict[int, BySeat]]:
    """Answers by position, round and seat."""
    given: dict[int, dict[int, BySeat]] = {p: {FIRST: {}, SECOND: {}} for p in positions}
    for answer in answers:
        given[answer.position][answer.round][answer.seat] = answer
    return given


def _sections(
    counted: Sequence[Counted], titles: Mapping[str, str]
) -> list[tuple[float, SectionFigures]]:
    """Sections with their mean mark, the lowest first.

    A section goes by the second form alone where any of its questions can be counted in that, since
    marks from before the talk and from after it make no figure together.
    """
    of: dict[str, list[Counted]] = {}
    for one in counted:
        if one.forms:
            of.setdefault(one.figures.question.section, []).append(one)
    order = {section: place for place, section in enumerate(titles)}
    found = []
    for section in sorted(of, key=lambda s: order.get(s, len(order))):
        round_ = max(max(one.forms) for one in of[section])
        there = [one for one in of[section] if round_ in one.forms]
        people = len(set().union(*(one.groups.forms[round_] for one in there)))
        marks = list(chain.from_iterable(one.forms[round_].marks for one in there))
        mean = facility(marks)
        right = Share(sum(one.forms[round_].right for one in there), len(marks), people)
        # Of a question that fewer answered, the mean could be had by subtracting the others'.
        enough = all(one.forms[round_].people >= FEWEST_FOR_PERCENTAGES for one in there)
        shown_mean = mean if enough else None
        figures = SectionFigures(section, titles.get(section, section), right, shown_mean, round_)
        found.append((mean, figures))
    return sorted(found, key=lambda pair: pair[0])


def _is_low(mean: float) -> bool:
    """Whether a mean mark is below the bar as it is shown, in whole percent."""
    return percent(mean, 1) < percent(SOUND_MARK, 1)


def _beliefs(
    questions: Sequence[QuestionFigures],
) -> tuple[tuple[Belief, ...], tuple[Belief, ...]]:
    """The harmful options that anybody chose, and the other wrong ones chosen most often."""
    wrong = [
        Belief(figures.number, figures.question, one.option, one.by_form)
        for figures in questions
        for one in figures.options
        if not one.option.is_key
    ]
    wrong.sort(key=lambda b: [-one.share.count for one in reversed(b.chosen)])
    harmful = [b for b in wrong if b.option.harmful and any(one.share.count for one in b.chosen)]
    believed = [
        b for b in wrong if not b.option.harmful and b.chosen[-1].share.count >= FEWEST_BELIEVERS
    ]
    return tuple(harmful), tuple(believed[:MOST_BELIEVED])


def _comparison(counted: Sequence[Counted]) -> Comparison | None:
    people = set().union(*(one.pairs for one in counted))
    if not people:
        return None
    each = [one.figures.changes for one in counted if one.figures.changes is not None]
    # As with sections: a question that fewer answered both times is in no mean.
    of: dict[int, list[Pair]] = {}
    for one in counted:
        if len(one.pairs) >= FEWEST_FOR_PERCENTAGES:
            for seat, pair in one.pairs.items():
                of.setdefault(seat, []).append(pair)
    return Comparison(
        people=len(people),
        changes=Changes(
            learned=sum(one.learned for one in each),
            kept=sum(one.kept for one in each),
            lost=sum(one.lost for one in each),
            never=sum(one.never for one in each),
        ),
        gain=class_gain(of.values()),
    )
