"""View of a phone's page in a session, as plain data.

Nothing of a key is in a view before its question is revealed, or answered at one's own pace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bme_quiz.content.bank import Picture, Question, QuestionType
from bme_quiz.rules.quiz.marking import Verdict, verdict
from bme_quiz.rules.rooms.room import FIRST, Kind, OwnAnswer, Room, Stage
from bme_quiz.services.quiz.views import Explanation, explain
from bme_quiz.services.rooms.rooms import Rooms


class Wait(StrEnum):
    """Why there is nothing to do on a phone just now.

    LOBBY: it has not begun. IS_IN: the answer is stored, the reveal is to come. ALL_IN: every
    answer of the form is stored. TALK: between the two forms. PRACTISED: everything was answered
    and explained. CHANGED: the present question was taken out of the bank since. OVER: ended.
    """

    LOBBY = "lobby"
    IS_IN = "is-in"
    ALL_IN = "all-in"
    TALK = "talk"
    PRACTISED = "practised"
    CHANGED = "changed"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing to do; ``own`` is what the person ticked, for IS_IN: the options' numbers as shown,
    from 1, and their texts."""

    why: Wait
    kind: Kind
    step: int
    number: int = 0
    total: int = 0
    stem: str = ""
    own: tuple[tuple[int, str], ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A question to answer.

    Attributes:
        position: from 0, sent back with the answer; ``number`` is what people read, from 1.
        round: 2 in the form after the talk.
        options: (letter, text) in the order shown.
    """

    step: int
    position: int
    round: int
    number: int
    total: int
    type: QuestionType
    stem: str
    options: tuple[tuple[str, str], ...]
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    """A question explained; ``verdict`` and ``mark`` are None where no answer was given.

    ``next_number`` is the number of the question that the person may go on to at their own
    pace, one more than ``total`` after the last; None where the educator leads. ``round`` is that
    of the answer: who gave none then may have given one in the first.
    """

    step: int
    number: int
    total: int
    stem: str
    explanation: Explanation
    verdict: Verdict | None
    mark: float | None
    next_number: int | None = None
    round: int = FIRST
    picture: Picture | None = None


PhoneView = Waiting | Asking | Revealed


def phone_view(
    rooms: Rooms, room: Room, own: Sequence[OwnAnswer], wanted: int | None = None
) -> PhoneView:
    """What one person's phone shows.

    Args:
        own: that person's answers in this session, in the order in which they were given.
        wanted: number of the question that the person asked to go on to, at one's own pace.
    """
    phase = room.phase
    if rooms.is_over(room):
        return _waiting(room, Wait.OVER)
    if phase.stage is Stage.LOBBY:
        return _waiting(room, Wait.LOBBY)
    if phase.stage is Stage.TALK:
        return _waiting(room, Wait.TALK)
    given = {one.position: one for one in own if one.round == phase.round}
    if phase.question is not None:
        return _led(rooms, room, phase.question, given.get(phase.question))
    todo = [p for p in range(len(room.drawn)) if rooms.question(room, p) and p not in given]
    if phase.stage is Stage.FORM:
        return _asking(rooms, room, todo[0]) if todo else _waiting(room, Wait.ALL_IN)
    return _practice(rooms, room, given, todo, wanted)


def _led(rooms: Rooms, room: Room, position: int, answer: OwnAnswer | None) -> PhoneView:
    question = rooms.question(room, position)
    if question is None:
        return _waiting(room, Wait.CHANGED)
    if room.phase.stage is Stage.REVEALED:
        return _revealed(rooms, room, question, position, answer)
    if answer is None:
        return _asking(rooms, room, position)
    return Waiting(
        Wait.IS_IN,
        room.kind,
        room.step,
        position + 1,
        len(room.drawn),
        question.stem,
        tuple(
            (number, question.option(letter).text)
            for number, letter in enumerate(room.drawn[position].order, 1)
            if letter in answer.ticked
        ),
        question.picture,
    )


def _practice(
    rooms: Rooms,
    room: Room,
    given: dict[int, OwnAnswer],
    todo: Sequence[int],
    wanted: int | None,
) -> PhoneView:
    """The next question once the person goes on; until then what explains the last answer.

    Going on is asking for a question that is not answered yet: whatever was answered out of turn,
    nobody is led round in a circle.
    """
    last = next((p for p in reversed(given) if rooms.question(room, p)), None)
    if last is not None and (wanted is None or wanted - 1 in given):
        question = rooms.question(room, last)
        assert question is not None  # noqa: S101 - only those that are there are in ``answered``
        following = todo[0] + 1 if todo else len(room.drawn) + 1
        return _revealed(rooms, room, question, last, given[last], following)
    return _asking(rooms, room, todo[0]) if todo else _waiting(room, Wait.PRACTISED)


def _waiting(room: Room, why: Wait) -> Waiting:
    return Waiting(why, room.kind, room.step, total=len(room.drawn))


def _asking(rooms: Rooms, room: Room, position: int) -> Asking:
    question = rooms.question(room, position)
    if question is None:
        raise ValueError(f"question {position + 1} of the session is not there")
    return Asking(
        step=room.step,
        position=position,
        round=room.phase.round,
        number=position + 1,
        total=len(room.drawn),
        type=question.type,
        stem=question.stem,
        options=tuple((x, question.option(x).text) for x in room.drawn[position].order),
        picture=question.picture,
    )


def _revealed(
    rooms: Rooms,
    room: Room,
    question: Question,
    position: int,
    answer: OwnAnswer | None,
    next_number: int | None = None,
) -> Revealed:
    ticked = answer.ticked if answer else None
    return Revealed(
        step=room.step,
        number=position + 1,
        total=len(room.drawn),
        stem=question.stem,
        explanation=explain(rooms.course, question, room.drawn[position].order, ticked),
        verdict=verdict(answer.mark) if answer else None,
        mark=answer.mark if answer else None,
        next_number=next_number,
        round=room.phase.round,
        picture=question.picture,
    )
