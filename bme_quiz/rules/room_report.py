"""What an educator gets after a session: figures of the group, and of nobody in it.

What keeps a person from being picked out, in one place:

- A figure of one person is never shown: it would be that person's own answer.
- A figure of two to four people is a count; percentages, means and gains begin at five.
- Before and after the talk, every figure of a question is of the same people, those who
  answered it both times. With two groups side by side, the answer of somebody who left at the
  break would be the difference between them.
- Nothing here holds a seat, an order of people or a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bme_quiz.content.bank import Option, Question
from bme_quiz.rules.room import FIRST, SECOND, Kind, Room, SeatAnswer
from bme_quiz.rules.statistics import (
    Changes,
    Gain,
    Interval,
    Pair,
    changes,
    class_gain,
    facility,
    percent,
    question_gain,
    wilson,
)

FEWEST_FOR_COUNTS = 2
FEWEST_FOR_PERCENTAGES = 5

# Four fifths of the marks is the usual bar of mastery learning (Bloom, 1968).
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


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many.

    Attributes:
        people: how many people stand behind ``of``.
    """

    count: int
    of: int
    people: int

    @property
    def percent(self) -> int | None:
        """In whole percent; None of fewer than five people."""
        if self.people < FEWEST_FOR_PERCENTAGES:
            return None
        return percent(self.count, self.of)

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95 % interval; None of fewer than five people, or of several answers each."""
        if self.people < FEWEST_FOR_PERCENTAGES or self.people != self.of:
            return None
        return wilson(self.count, self.of)


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """How many chose an option, in each round reported."""

    option: Option
    chosen: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One question of the form.

    Attributes:
        number: its place in the form, from 1.
        answered: how many answered it, in each round reported.
        people: how many the other figures are of: all who answered it or, before and after,
            those who answered it both times.
        right: how many got it fully right, in each round; empty where ``people`` is below two.
        means: mean mark in each round, 0 to 1; None of fewer than five people.
        options: in the bank's order; empty where ``people`` is below two.
        changes: before and after only.
        gain: before and after only, of five people or more.
    """

    number: int
    question: Question
    title: str
    answered: tuple[int, ...]
    people: int
    right: tuple[Share, ...] = ()
    means: tuple[float | None, ...] = ()
    options: tuple[OptionFigures, ...] = ()
    changes: Changes | None = None
    gain: Gain | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there are enough people for any figure of how it was answered."""
        return bool(self.right)


@dataclass(frozen=True, slots=True)
class Belief:
    """A wrong option that was chosen."""

    number: int
    question: Question
    option: Option
    chosen: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class SectionFigures:
    """A section's questions together, in the last round reported.

    Attributes:
        right: answers that were fully right.
        mean: mean mark; None of fewer than five people.
    """

    id: str
    title: str
    right: Share
    mean: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Before and after, over all questions.

    Attributes:
        people: how many answered at least one question both times.
        changes: of ``changes.total`` answers, several of each person.
        gain: None of fewer than five people.
    """

    people: int
    changes: Changes
    gain: Gain | None


@dataclass(frozen=True, slots=True)
class RoomReport:
    """A session's report.

    Attributes:
        day: on which the session began, UTC.
        joined: how many people joined.
        answered: how many of them answered anything.
        rounds: what the tuples of figures stand for: (FIRST,), (SECOND,) or (FIRST, SECOND).
        harmful: options that could hurt somebody who believes them and that anybody chose, those
            chosen most often in the last round first.
        believed: the other wrong options chosen most often.
        to_revisit: sections below SOUND_MARK, the lowest first.
        weakest: the section for the teach-back prompt; None where everything was right.
        questions: in the form's order, those that anybody answered.
        unreached: questions that nobody answered, most often since nobody was asked.
        changed: questions changed or taken out since the session began; left out.
        comparison: None for other kinds, or where fewer than two people answered both forms.
    """

    kind: Kind
    day: date
    joined: int
    answered: int
    rounds: tuple[int, ...]
    harmful: tuple[Belief, ...]
    believed: tuple[Belief, ...]
    to_revisit: tuple[SectionFigures, ...]
    weakest: SectionFigures | None
    questions: tuple[QuestionFigures, ...]
    unreached: int
    changed: int
    comparison: Comparison | None


_BySeat = dict[int, SeatAnswer]


@dataclass(frozen=True, slots=True)
class _Counted:
    """A question with the answers that its figures rest on, by seat, for each round."""

    figures: QuestionFigures
    rounds: tuple[_BySeat, ...]


def make_report(
    room: Room,
    questions: Mapping[str, Question],
    answers: Sequence[SeatAnswer],
    joined: int,
    titles: Mapping[str, str],
) -> RoomReport:
    """Report a session.

    An unanswered question counts for nothing, neither right nor wrong. Before and after, only
    questions that a person answered both times count for that person.

    Args:
        questions: the bank's questions by id, as they now are.
        answers: of the whole session, one for each seat, round and position at most.
        joined: how many people joined.
        titles: the sections' titles by id; the article's order decides between equals.
    """
    asked = _asked(room, questions)
    given = _by_question(answers, asked)
    rounds = _rounds(room.kind, given.values())
    counted = [
        _count(position + 1, asked[position], titles, [given[position][r] for r in rounds])
        for position in sorted(asked)
        if any(given[position].values())
    ]
    shown = [one for one in counted if one.figures.is_shown]
    sections = _sections(shown, titles)
    harmful, believed = _beliefs([one.figures for one in shown])
    return RoomReport(
        kind=room.kind,
        day=room.started_at.date(),
        joined=joined,
        answered=len({a.seat for a in answers}),
        rounds=rounds,
        harmful=harmful,
        believed=believed,
        to_revisit=tuple(s for mean, s in sections if mean < SOUND_MARK)[:MOST_SECTIONS],
        weakest=sections[0][1] if sections and sections[0][0] < 1.0 else None,
        questions=tuple(one.figures for one in counted),
        unreached=len(asked) - len(counted),
        changed=len(room.drawn) - len(asked),
        comparison=_comparison(shown) if len(rounds) == 2 else None,
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
        question = questions.get(drawn.question_id)
        if question is not None and question.revision == drawn.revision:
            found[position] = question
    return found


def _by_question(
    answers: Iterable[SeatAnswer], positions: Collection[int]
) -> dict[int, dict[int, _BySeat]]:
    """Answers by position, round and seat."""
    given: dict[int, dict[int, _BySeat]] = {p: {FIRST: {}, SECOND: {}} for p in positions}
    for answer in answers:
        if answer.position in given and answer.round in (FIRST, SECOND):
            given[answer.position][answer.round][answer.seat] = answer
    return given


def _rounds(kind: Kind, given: Collection[Mapping[int, _BySeat]]) -> tuple[int, ...]:
    """The rounds to report: both, where there is something to compare."""
    if kind is not Kind.BEFORE_AFTER:
        return (FIRST,)
    both = {seat for rounds in given for seat in rounds[FIRST].keys() & rounds[SECOND].keys()}
    if len(both) >= FEWEST_FOR_COUNTS:
        return (FIRST, SECOND)
    return (FIRST,) if any(rounds[FIRST] for rounds in given) else (SECOND,)


def _count(
    number: int,
    question: Question,
    titles: Mapping[str, str],
    answered: Sequence[_BySeat],
) -> _Counted:
    seats = set.intersection(*(set(by_seat) for by_seat in answered))
    rounds = tuple({seat: by_seat[seat] for seat in seats} for by_seat in answered)
    people = len(seats)
    head = QuestionFigures(
        number=number,
        question=question,
        title=titles.get(question.section, question.section),
        answered=tuple(len(by_seat) for by_seat in answered),
        people=people,
    )
    if people < FEWEST_FOR_COUNTS:
        return _Counted(head, ({},) * len(rounds))

    def share(count: int) -> Share:
        return Share(count, people, people)

    pairs = [(rounds[0][s].mark, rounds[-1][s].mark) for s in seats] if len(rounds) == 2 else []
    enough = people >= FEWEST_FOR_PERCENTAGES
    figures = replace(
        head,
        right=tuple(share(sum(a.mark >= 1.0 for a in r.values())) for r in rounds),
        means=tuple(facility([a.mark for a in r.values()]) if enough else None for r in rounds),
        options=tuple(
            OptionFigures(
                option,
                tuple(share(sum(option.letter in a.ticked for a in r.values())) for r in rounds),
            )
            for option in question.options
        ),
        changes=changes(pairs) if pairs else None,
        gain=question_gain(pairs) if pairs and enough else None,
    )
    return _Counted(figures, rounds)


def _sections(
    shown: Sequence[_Counted], titles: Mapping[str, str]
) -> list[tuple[float, SectionFigures]]:
    """Sections with their mean mark in the last round, the lowest first."""
    answers: dict[str, list[SeatAnswer]] = {}
    for one in shown:
        answers.setdefault(one.figures.question.section, []).extend(one.rounds[-1].values())
    order = {section: place for place, section in enumerate(titles)}
    found = []
    for section in sorted(answers, key=lambda s: order.get(s, len(order))):
        marks = [a.mark for a in answers[section]]
        people = len({a.seat for a in answers[section]})
        mean = facility(marks)
        right = Share(sum(mark >= 1.0 for mark in marks), len(marks), people)
        shown_mean = mean if people >= FEWEST_FOR_PERCENTAGES else None
        figures = SectionFigures(section, titles.get(section, section), right, shown_mean)
        found.append((mean, figures))
    return sorted(found, key=lambda pair: pair[0])


def _beliefs(shown: Sequence[QuestionFigures]) -> tuple[tuple[Belief, ...], tuple[Belief, ...]]:
    """The harmful options that anybody chose, and the other wrong ones chosen most often."""
    wrong = [
        Belief(figures.number, figures.question, one.option, one.chosen)
        for figures in shown
        for one in figures.options
        if not one.option.is_key
    ]
    wrong.sort(key=lambda b: [-share.count for share in reversed(b.chosen)])
    harmful = [b for b in wrong if b.option.harmful and any(s.count for s in b.chosen)]
    believed = [b for b in wrong if not b.option.harmful and b.chosen[-1].count >= FEWEST_BELIEVERS]
    return tuple(harmful), tuple(believed[:MOST_BELIEVED])


def _comparison(shown: Sequence[_Counted]) -> Comparison | None:
    people: dict[int, list[Pair]] = {}
    for one in shown:
        before, after = one.rounds
        for seat, answer in before.items():
            people.setdefault(seat, []).append((answer.mark, after[seat].mark))
    if not people:
        return None
    enough = len(people) >= FEWEST_FOR_PERCENTAGES
    return Comparison(
        people=len(people),
        changes=changes(pair for pairs in people.values() for pair in pairs),
        gain=class_gain(people.values()) if enough else None,
    )
