"""Smallest groups whose answers may be told, so that no person can be picked out of a report.

- A figure of one person is never shown: it would be that person's own answer.
- A figure of two to four people is a count; percentages, means and gains begin at five.
- Before and after the talk, figures that stand side by side are of the same people, those who
  answered the question both times.
- A form is counted whole, also beside such figures, where nobody or at least five people answered
  the question in that form only. With one to four, their answers would be the difference between
  the two; then the form is counted without them.

The projector and the report both go by this.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from bme_quiz.rules.rooms.room import FIRST, SECOND
from bme_quiz.rules.rooms.statistics import Interval, wilson
from bme_quiz.rules.rounding import percent

FEWEST_FOR_COUNTS = 2
FEWEST_FOR_PERCENTAGES = 5
FEWEST_BESIDES = 5
"""How many people a figure may be of beyond those of another figure of the same answers."""


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
class Groups:
    """Of whom the figures of one question are.

    Attributes:
        rounds: what is shown: (FIRST, SECOND) side by side, one of them, or nothing.
        people: whose answers in ``rounds`` are shown; with both rounds, who answered both times.
        forms: by round, who is counted where a form stands for itself; a round that cannot be
            counted is left out.
        once: how many people answered in one round and not in the other.
        withheld: how many answers are in none of ``forms``.
    """

    rounds: tuple[int, ...]
    people: Set[int]
    forms: Mapping[int, Set[int]]
    once: int
    withheld: int


def groups_of(answered: Mapping[int, Set[int]]) -> Groups:
    """Of whom the figures of a question may be.

    Args:
        answered: by round, the seats that answered the question; a round may be missing.
    """
    everybody = {round_: answered.get(round_, frozenset()) for round_ in (FIRST, SECOND)}
    both = everybody[FIRST] & everybody[SECOND]
    forms: dict[int, Set[int]] = {}
    for round_, seats in everybody.items():
        besides = len(seats) - len(both)
        if len(both) >= FEWEST_FOR_COUNTS and 0 < besides < FEWEST_BESIDES:
            forms[round_] = both
        elif len(seats) >= FEWEST_FOR_COUNTS:
            forms[round_] = seats
    rounds = (FIRST, SECOND) if len(both) >= FEWEST_FOR_COUNTS else tuple(sorted(forms)[-1:])
    given = sum(len(seats) for seats in everybody.values())
    return Groups(
        rounds=rounds,
        people=both if len(rounds) == len(everybody) else forms[rounds[0]] if rounds else both,
        forms=forms,
        once=given - 2 * len(both),
        withheld=given - sum(len(seats) for seats in forms.values()),
    )
