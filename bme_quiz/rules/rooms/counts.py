"""Answers to one question, counted by round: people, marks, options, pairs before and after.

Nothing here is shown as it is; ``room_figures`` has what is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from bme_quiz.content.bank import Question
from bme_quiz.rules.rooms.figures import FormShare, OptionFigures, QuestionFigures
from bme_quiz.rules.rooms.groups import FEWEST_FOR_PERCENTAGES, Groups, Share, groups_of
from bme_quiz.rules.rooms.room import FIRST, SECOND, SeatAnswer
from bme_quiz.rules.rooms.statistics import Pair, changes, facility, question_gain

BySeat = dict[int, SeatAnswer]


@dataclass(frozen=True, slots=True)
class Count:
    """The answers of a group in one round, those alike counted together.

    Attributes:
        alike: by what was ticked and its mark, how many people.
    """

    people: int
    alike: Counter[tuple[tuple[str, ...], float]]

    def share(self, count: int) -> Share:
        """So many of these people."""
        return Share(count, self.people, self.people)

    def chosen(self, letter: str) -> Share:
        """How many ticked an option."""
        return self.share(sum(n for (ticked, _), n in self.alike.items() if letter in ticked))

    @property
    def right(self) -> int:
        """How many have the full mark."""
        return sum(n for (_, mark), n in self.alike.items() if mark >= 1.0)

    @property
    def marks(self) -> list[float]:
        """Everybody's mark, in no order of people."""
        return [mark for _, mark in self.alike.elements()]

    @property
    def mean(self) -> float | None:
        """The mean mark; None of fewer than five people."""
        return facility(self.marks) if self.people >= FEWEST_FOR_PERCENTAGES else None


@dataclass(frozen=True, slots=True)
class Counted:
    """A question with what its figures rest on.

    Attributes:
        forms: the counts of each form for itself, by round.
        pairs: marks before and after by seat, of who answered both times; empty where they are
            not compared.
    """

    figures: QuestionFigures
    groups: Groups
    forms: Mapping[int, Count]
    pairs: Mapping[int, Pair]


def count_question(
    number: int,
    question: Question,
    order: tuple[str, ...],
    titles: Mapping[str, str],
    given: Mapping[int, BySeat],
) -> Counted:
    """Count the answers to one question.

    Args:
        number: its place in the form, from 1.
        order: letters of its options as wall and phones showed them.
        titles: the sections' titles by id.
        given: of each round that the session has, the answers by seat.
    """
    groups = groups_of({round_: by_seat.keys() for round_, by_seat in given.items()})
    forms = {r: _alike(given[r], seats) for r, seats in groups.forms.items()}
    answered = tuple(len(by_seat) for by_seat in given.values())
    figures = QuestionFigures(
        number=number,
        question=question,
        title=titles.get(question.section, question.section),
        order=order,
        answered=answered,
        both_times=(sum(answered) - groups.once) // 2,
    )
    if not groups.rounds:
        return Counted(figures, groups, forms, {})
    # A form is counted once where it is of the same people.
    rounds = [
        forms[r] if groups.forms[r] == groups.people else _alike(given[r], groups.people)
        for r in groups.rounds
    ]
    pairs: dict[int, Pair] = {}
    if len(rounds) == 2:
        before, after = given[FIRST], given[SECOND]
        pairs = {seat: (before[seat].mark, after[seat].mark) for seat in groups.people}
    people = len(groups.people)
    figures = replace(
        figures,
        rounds=groups.rounds,
        people=people,
        right=tuple(one.share(one.right) for one in rounds),
        means=tuple(one.mean for one in rounds),
        options=tuple(
            OptionFigures(
                question.option(letter),
                place,
                tuple(one.chosen(letter) for one in rounds),
                tuple(FormShare(r, one.chosen(letter)) for r, one in forms.items()),
            )
            for place, letter in enumerate(order, 1)
        ),
        changes=changes(pairs.values()) if pairs else None,
        gain=question_gain(pairs.values()) if people >= FEWEST_FOR_PERCENTAGES else None,
    )
    return Counted(figures, groups, forms, pairs)


def _alike(by_seat: BySeat, seats: Set[int]) -> Count:
    answers = (by_seat[seat] for seat in seats)
    return Count(len(seats), Counter((a.ticked, a.mark) for a in answers))
