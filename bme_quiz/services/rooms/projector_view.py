"""View of the projector, as plain data: counts, never people.

Nothing of a key is in it before its question is revealed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from bme_quiz.content.bank import Picture, QuestionType
from bme_quiz.rules.rooms.groups import groups_of
from bme_quiz.rules.rooms.room import FIRST, SECOND, Room, SeatAnswer, Stage
from bme_quiz.services.quiz.views import Explanation, explain
from bme_quiz.services.rooms.rooms import Rooms


@dataclass(frozen=True, slots=True)
class Shares:
    """How a question was answered in one round.

    Attributes:
        answered: people whom the figures are of: who answered or, where both forms stand side
            by side, who answered both times, as in the report.
        chosen: how many of them ticked each option, by letter; empty of fewer than two people.
        all_right: how many were fully right; 0 of fewer than two people.
    """

    round: int
    answered: int
    chosen: Mapping[str, int]
    all_right: int


@dataclass(frozen=True, slots=True)
class BoardView:
    """What the projector shows.

    Attributes:
        answered: people who answered what is open: the question, or the whole form.
        begun: people who answered at least one question of the open form.
        stem, options, picture: of the question that is on; empty where none is.
        several: more than one option may be ticked, as phones say too.
        explanation, shares: only once it is revealed; ``shares`` by round, the first first.
        once: people who answered one form only and are in no share, where both are shown.
        changed: the question that is on was changed or taken out since the session began.
    """

    stage: Stage
    step: int
    round: int
    number: int
    total: int
    joined: int
    answered: int
    begun: int
    stem: str = ""
    options: tuple[tuple[str, str], ...] = ()
    several: bool = False
    explanation: Explanation | None = None
    shares: tuple[Shares, ...] = ()
    once: int = 0
    changed: bool = False
    picture: Picture | None = None


def board_view(rooms: Rooms, room: Room) -> BoardView:
    """What the projector shows now: counts, never people.

    Raises:
        StorageError: the database cannot be used now.
    """
    phase = room.phase
    tally = rooms.tally(room.id)
    asked = [p for p in range(len(room.drawn)) if rooms.question(room, p)]
    by_position = [tally.answered.get((phase.round, p), 0) for p in asked]
    position = phase.question
    # Forms are answered from the first question to the last, so the rarest answer is the last.
    whole = min(by_position, default=0)
    answered = tally.answered.get((phase.round, position), 0) if position is not None else whole
    view = BoardView(
        stage=phase.stage,
        step=room.step,
        round=phase.round,
        number=0 if position is None else position + 1,
        total=len(room.drawn),
        joined=tally.joined,
        answered=answered,
        begun=max(by_position, default=0),
    )
    return view if position is None else _with_question(rooms, room, view, position)


def _with_question(rooms: Rooms, room: Room, view: BoardView, position: int) -> BoardView:
    question = rooms.question(room, position)
    if question is None:
        return replace(view, changed=True)
    order = room.drawn[position].order
    view = replace(
        view,
        stem=question.stem,
        options=tuple((letter, question.option(letter).text) for letter in order),
        several=question.type is QuestionType.MULTIPLE,
        picture=question.picture,
    )
    if view.stage is not Stage.REVEALED:
        return view
    given: dict[int, dict[int, SeatAnswer]] = {FIRST: {}, SECOND: {}}
    for answer in rooms.report_answers(room.id, position):
        given[answer.round][answer.seat] = answer
    groups = groups_of({round_: by_seat.keys() for round_, by_seat in given.items()})
    # Where nothing can be shown it is said of which form: the last that anybody answered.
    rounds = groups.rounds or (max((r for r in given if given[r]), default=view.round),)
    return replace(
        view,
        explanation=explain(rooms.course, question, order, None),
        shares=tuple(
            _shares(order, r, [a for seat, a in given[r].items() if seat in groups.people])
            if groups.rounds
            else Shares(r, len(given[r]), {}, 0)
            for r in rounds
        ),
        once=groups.once if len(rounds) > 1 else 0,
    )


def _shares(order: Iterable[str], round_: int, answers: Collection[SeatAnswer]) -> Shares:
    chosen = Counter(letter for answer in answers for letter in answer.ticked)
    return Shares(
        round=round_,
        answered=len(answers),
        chosen={letter: chosen[letter] for letter in order},
        all_right=sum(1 for answer in answers if answer.mark >= 1.0),
    )
