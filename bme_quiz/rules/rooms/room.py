"""A session in a room: the steps that an educator takes through it, and what each admits.

A session is a script of phases, fixed when it begins, and a step, the place in that script.
Where everybody stands follows from the step and the answers alone. Every answer names the step it
was given for, so a page that lags behind is found out, however it came to lag.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Self

from bme_quiz.rules.quiz.attempt import Drawn


class Kind(StrEnum):
    """How a session goes."""

    DISCUSS = "discuss"
    BEFORE_AFTER = "before-after"
    OWN_PACE = "own-pace"


class Stage(StrEnum):
    """What a session is doing; a closed set.

    LOBBY: people join. ASKING: one question is open. REVEALED: one question is explained.
    FORM: all questions are open, nothing is revealed. TALK: between the two forms.
    PRACTICE: all questions are open, each is explained to whoever answered it. ENDED.
    """

    LOBBY = "lobby"
    ASKING = "asking"
    REVEALED = "revealed"
    FORM = "form"
    TALK = "talk"
    PRACTICE = "practice"
    ENDED = "ended"


FIRST, SECOND = 1, 2
"""The round of an answer: the second is the form after the talk."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One place in a session's script.

    Attributes:
        question: position in the session's form, from 0, where one question is on; else None.
        round: FIRST or SECOND where answers are taken or revealed; else 0.
    """

    stage: Stage
    question: int | None = None
    round: int = 0

    @property
    def takes_answers(self) -> bool:
        """Whether somebody may answer now."""
        return self.stage in (Stage.ASKING, Stage.FORM, Stage.PRACTICE)

    def takes(self, position: int) -> bool:
        """Whether somebody may answer the question at this position now."""
        return self.takes_answers and self.question in (None, position)


@lru_cache(maxsize=256)
def script(kind: Kind, count: int) -> tuple[Phase, ...]:
    """The phases of a session with so many questions, from the lobby to the end."""
    return (Phase(Stage.LOBBY), *_middle(kind, count), Phase(Stage.ENDED))


def _middle(kind: Kind, count: int) -> Iterator[Phase]:
    if kind is Kind.DISCUSS:
        for position in range(count):
            yield Phase(Stage.ASKING, position, FIRST)
            yield Phase(Stage.REVEALED, position, FIRST)
    elif kind is Kind.BEFORE_AFTER:
        yield Phase(Stage.FORM, None, FIRST)
        yield Phase(Stage.TALK)
        yield Phase(Stage.FORM, None, SECOND)
        for position in range(count):
            yield Phase(Stage.REVEALED, position, SECOND)
    else:
        yield Phase(Stage.PRACTICE, None, FIRST)


@dataclass(frozen=True, slots=True)
class Room:
    """One session, frozen; a change gives a new one.

    Attributes:
        id: random; in the educator's addresses only.
        code: what participants type, without its dash.
        sections: ids of the sections in play; empty for all; of a set its mark.
        audience: a value of ``content.bank.Audience``.
        drawn: the form, the same for everybody, so that the projector shows what phones show.
        step: index into the script, from 0.
        bank: fingerprint of the bank that the questions were drawn from.
        article: fingerprint of the article as it then was.
    """

    id: str
    code: str
    kind: Kind
    started_at: datetime
    expires_at: datetime
    sections: tuple[str, ...]
    audience: str
    drawn: tuple[Drawn, ...]
    step: int = 0
    bank: str = ""
    article: str = ""

    @property
    def script(self) -> tuple[Phase, ...]:
        """The phases of this session."""
        return script(self.kind, len(self.drawn))

    @property
    def last_step(self) -> int:
        """The step at which the session has ended."""
        return len(self.script) - 1

    @property
    def phase(self) -> Phase:
        """What the session is doing."""
        return self.script[self.step]

    @property
    def following(self) -> Phase | None:
        """What one step on leads to; None at the end."""
        return self.script[self.step + 1] if self.step < self.last_step else None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more can happen in it."""
        return self.step == self.last_step

    def at(self, step: int) -> Self:
        """The session at another step of its script.

        Raises:
            ValueError: the script has no such step.
        """
        if not 0 <= step <= self.last_step:
            raise ValueError(f"a {self.kind} session has steps 0 to {self.last_step}, not {step}")
        return replace(self, step=step)


class Outcome(StrEnum):
    """What became of an answer.

    STORED also where the very same answer was stored before, wherever the session is by now: a
    phone that heard nothing sends its answer again. TWICE: another answer was stored before, and
    stands. LATE: none is stored, and the session has moved on, or never asked this. ENDED: there
    is no such session, or it is over. FULL: it takes nobody more in.
    """

    STORED = "stored"
    TWICE = "twice"
    LATE = "late"
    ENDED = "ended"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer of somebody in the room, as their own phone shows it.

    Attributes:
        round: FIRST or SECOND.
        position: of the question in the session's form, from 0.
        ticked: letters of the ticked options, sorted.
        mark: 0 to 1.
    """

    round: int
    position: int
    ticked: tuple[str, ...]
    mark: float


@dataclass(frozen=True, slots=True)
class SeatAnswer:
    """An answer of somebody in the room, as reports see it.

    Attributes:
        seat: a number that tells people of one session apart and means nothing outside it.
        round: FIRST or SECOND.
        position: of the question in the session's form, from 0.
        ticked: letters of the ticked options, sorted.
        mark: 0 to 1.
    """

    seat: int
    round: int
    position: int
    ticked: tuple[str, ...]
    mark: float
