"""How much may be added to what is kept, as the use cases ask and the server says.

Nobody gives a name here, so anybody can begin quizzes without end, each as a new learner. The use
cases say what they are about to add, and whoever serves the pages counts it for the network that it
comes from. Where nothing serves (a command, a test) nothing is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

KNOWN_AFTER = timedelta(hours=1)
"""Age of somebody's first answer from which they are no newcomer."""
QUESTIONS_OF_PORTION = 10
"""Questions that a quiz is counted by: one of forty counts as much as four of ten."""


class Added(Enum):
    """What is added; a closed set."""

    QUIZ = "a portion of a quiz that is begun"
    ENTRY = "an answer, a card's rating or wish"


class TooMuchAddedError(Exception):
    """Too much was added from one network."""


Admit = Callable[[Added, int, Callable[[], bool]], None]
"""Counts so many of a kind for somebody, of whom it may ask whether they are known; raises
:class:`TooMuchAddedError` where that is too much."""


class Additions(Protocol):
    """Counts what each network adds."""

    def take(self, what: Added, count: int, network: str, is_known: Callable[[], bool]) -> bool:
        """Count so many more; False, and nothing is counted, where that is too much."""


class _Process:
    """What this process counts with."""

    additions: Additions | None = None


def count_with(additions: Additions | None) -> None:
    """Have this process count with these from now on; None counts nothing."""
    _Process.additions = additions


def admission(network: str) -> Admit:
    """What counts for a network.

    Args:
        network: as :func:`~bme_quiz.services.addresses.client_network` names it.
    """

    def admit(what: Added, count: int, is_known: Callable[[], bool]) -> None:
        counted = _Process.additions
        if counted is not None and not counted.take(what, count, network, is_known):
            raise TooMuchAddedError

    return admit


def admit_all(_what: Added, _count: int, _is_known: Callable[[], bool]) -> None:
    """Count nothing."""


def is_known(first_answer: datetime | None, now: datetime) -> bool:
    """Whether somebody whose first answer was taken then is no newcomer."""
    return first_answer is not None and now - first_answer >= KNOWN_AFTER
