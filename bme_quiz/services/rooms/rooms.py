"""Use cases of sessions in a room: what an educator and the people in the room can do.

One set of use cases under both fronts: the educator's pages and the phones' plain pages. Each may
be repeated without harm. A step is taken from where its page stood, so a second press, a second
laptop or a page from before a crash moves nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from bme_quiz.content.bank import Question, QuestionType
from bme_quiz.rules.quiz.attempt import set_mark
from bme_quiz.rules.quiz.drawing import draw, form
from bme_quiz.rules.quiz.marking import mark_answer
from bme_quiz.rules.rooms.room import Kind, Outcome, OwnAnswer, Phase, Room, SeatAnswer
from bme_quiz.services.accounts.codes import ALPHABET, new_letters, typed_letters
from bme_quiz.services.clock import SYSTEM_RANDOM, utc_now
from bme_quiz.services.course import Course, asked_text, load_course
from bme_quiz.services.quiz.quiz import EVERY_QUESTION, Choice, NothingChosenError
from bme_quiz.services.rooms import signal
from bme_quiz.services.settings import read_settings
from bme_quiz.services.store import shared_store
from bme_quiz.storage.asked_texts import AskedText
from bme_quiz.storage.rooms.rooms import NewAnswer, NewSeat, SqlRooms, Tally

CODE_LENGTH = 6
# There are 20^6, sixty-four million codes; what guessing comes to stands with the pages' limits
# (server/phones/limits.py).
LIFE = timedelta(hours=12)
MOST_PEOPLE = 10_000
"""People in one session who look on, and as many who answer, so that somebody who comes in again
and again does not fill the disk."""
MOST_QUESTIONS = 40


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as a phone sends it.

    Attributes:
        seat: the browser's number in this room, from :func:`seat_in`.
        step: the session's step that the page was made for.
        position: of the question in the session's form, from 0.
        ticked: letters as they came, sound or not.
    """

    room: Room
    seat: str
    step: int
    position: int
    ticked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rooms:
    """The use cases over one course and one store; clock and random come from outside.

    Every method raises :class:`~bme_quiz.storage.engine.errors.StorageError` where the database
    cannot be used; nothing is half written then.
    """

    course: Course
    rooms: SqlRooms
    clock: Callable[[], datetime] = utc_now
    random: Random = SYSTEM_RANDOM
    choose: Callable[[str], str] = secrets.choice

    def start(self, kind: Kind, choice: Choice) -> Room | None:
        """Begin a session; None where the choice admits no question.

        Of a set the first questions are taken, as many as are wanted.
        """
        if choice.set_name:
            pool = self.course.set_for(choice.set_name, choice.audience)
        else:
            pool = self.course.questions_for(choice.sections, choice.audience)
        if not pool:
            return None
        wanted = choice.count if choice.count != EVERY_QUESTION else len(pool)
        wanted = min(wanted, MOST_QUESTIONS)
        seed = self.random.getrandbits(63)
        drawn = pool[:wanted] if choice.set_name else draw(pool, wanted, {}, seed)
        now = self.clock()
        asked = [asked_text(self.course, question) for question in drawn]
        while True:
            room = Room(
                id=f"{self.random.getrandbits(128):032x}",
                code=new_letters(CODE_LENGTH, self.choose),
                kind=kind,
                started_at=now,
                expires_at=now + LIFE,
                sections=set_mark(choice.set_name) if choice.set_name else choice.sections,
                audience=choice.audience.value,
                drawn=form(drawn, seed),
                bank=self.course.bank_fingerprint,
                article=self.course.article.fingerprint,
            )
            # Another session may have this code, once in millions.
            if self.rooms.add(room, asked, self.course.identity.language):
                return room

    def room(self, room_id: str) -> Room | None:
        """The session with this id, or None."""
        return self.rooms.by_id(room_id)

    def by_code(self, typed: str) -> Room | None:
        """The session that a typed code leads to; None where none is, or it has expired."""
        code = clean_code(typed)
        return self.rooms.by_code(code, self.clock()) if code else None

    def was_code(self, typed: str) -> bool:
        """Whether a typed code is or was that of a session that is still kept."""
        code = clean_code(typed)
        return code is not None and self.rooms.has_code(code)

    def recent(self, within: timedelta = LIFE) -> tuple[Room, ...]:
        """The sessions begun within this time, over or not, the latest first."""
        return self.rooms.started_since(self.clock() - within)

    def is_over(self, room: Room) -> bool:
        """Whether nobody can take part any more."""
        return room.has_ended or self.clock() >= room.expires_at

    def go_on(self, room_id: str, from_step: int) -> Room | None:
        """Take the next step from this one; the session as it now is, None where it is not there.

        Nothing moves where the session is at another step already.
        """
        room = self.rooms.by_id(room_id)
        if room is None or room.step != from_step or room.has_ended:
            return room
        return self._move(room, from_step + 1)

    def end(self, room_id: str) -> Room | None:
        """End a session wherever it is; None where it is not there."""
        room = self.rooms.by_id(room_id)
        # Another laptop may move it at this very moment; a session only ever goes forward.
        while room is not None and not room.has_ended:
            room = self._move(room, room.last_step)
        return room

    def join(self, seats: Sequence[NewSeat]) -> tuple[Outcome, ...]:
        """Let people in: STORED, FULL or ENDED for each."""
        return self.rooms.take_seats(seats, MOST_PEOPLE)

    def are_in(self, wanted: Sequence[NewSeat]) -> tuple[bool, ...]:
        """Whether these are in their rooms, each in their order."""
        return self.rooms.have_seats(wanted)

    def seats(self, room: Room) -> set[str]:
        """Participants of a room."""
        return self.rooms.seats(room.id)

    def steps(self, room_ids: Sequence[str]) -> dict[str, int]:
        """The present step of each of these sessions that there is, by id."""
        return self.rooms.steps(room_ids)

    def new_answer(self, given: Given) -> NewAnswer | None:
        """The answer to store for what a phone sent; None where the step does not admit it, or the
        session has expired: whoever has read its report would know that answer by itself.

        Of a session that was ended the store says what became of an answer, since it may be one
        that is in and was sent again.

        Raises:
            NothingChosenError: no option of the question is ticked.
        """
        room = given.room
        if self.clock() >= room.expires_at or not 0 <= given.step <= room.last_step:
            return None
        phase = room.script[given.step]
        question = self.question(room, given.position) if phase.takes(given.position) else None
        if question is None:
            return None
        letters = tuple(letter for letter in question.letters if letter in given.ticked)
        if not letters:
            raise NothingChosenError
        if len(letters) > 1 and question.type is not QuestionType.MULTIPLE:
            return None  # No page of ours can send this.
        return NewAnswer(
            room_id=room.id,
            seat=given.seat,
            step=given.step,
            round=phase.round,
            position=given.position,
            ticked=letters,
            mark=mark_answer(question, letters),
            answered_at=self.clock(),
        )

    def answer(self, answers: Sequence[NewAnswer]) -> tuple[Outcome, ...]:
        """Store answers; what became of each. Stored means safe on the disk."""
        return self.rooms.answer(answers, MOST_PEOPLE)

    def question(self, room: Room, position: int) -> Question | None:
        """A question of a session's form; None where it has been changed or taken out since."""
        if not 0 <= position < len(room.drawn):
            return None
        return room.drawn[position].found_in(self.course.by_id)

    def as_asked(self, room: Room) -> dict[str, AskedText]:
        """What a session's questions said that are not in the course any more, by question id.

        Nothing of one whose text was not kept: releases before this one kept none for sessions.
        """
        by_id = self.course.known_by_id
        gone = [one for one in room.drawn if one.found_in(by_id) is None]
        if not gone:
            return {}
        kept = self.rooms.asked_texts([one.revision for one in gone])
        found = {one.question_id: kept.get(one.revision) for one in gone}
        # The same words may have stood under another id.
        return {
            question_id: replace(text, question=replace(text.question, id=question_id))
            for question_id, text in found.items()
            if text is not None
        }

    def own_answers(self, room: Room, seat: str) -> tuple[OwnAnswer, ...]:
        """What one person answered, in the order in which they did."""
        return tuple(
            OwnAnswer(one.round, one.position, one.ticked, one.mark)
            for one in self.rooms.answers_of(room.id, seat)
        )

    def present_answer(self, room: Room, ticked: tuple[str, ...] | None) -> tuple[OwnAnswer, ...]:
        """The answer of somebody who ticked this at the question that is on.

        Empty where nothing was ticked, no question is on, or it was changed since.
        """
        phase = room.phase
        question = None if phase.question is None else self.question(room, phase.question)
        if ticked is None or question is None or phase.question is None:
            return ()
        return (OwnAnswer(phase.round, phase.question, ticked, mark_answer(question, ticked)),)

    def ticked(self, room: Room, phase: Phase) -> dict[str, tuple[str, ...]]:
        """What everybody ticked at the phase's question, by seat; empty where there is none."""
        if phase.question is None:
            return {}
        return self.rooms.ticked(room.id, phase.round, phase.question)

    def tally(self, room_id: str) -> Tally:
        """How many are in the room, and how many answered, by round and position."""
        return self.rooms.tally(room_id)

    def report_answers(self, room_id: str, position: int | None = None) -> tuple[SeatAnswer, ...]:
        """All answers of a session, or of one of its questions, in no telling order of people."""
        return self.rooms.answers(room_id, position)

    def _move(self, room: Room, step: int) -> Room | None:
        self.rooms.move(room.id, room.step, step)
        signal.changed(room.id)
        return self.rooms.by_id(room.id)


def rooms_now() -> Rooms:
    """The use cases over the course and the store as the settings and the files now are.

    Raises:
        ContentError: the course cannot be read, or another one has its id on this database.
        StorageError: the database's address is not one that can be used, or the course was never
            used on it and it does not answer.
    """
    settings = read_settings()
    course = load_course(settings.questions)
    return Rooms(course, shared_store(settings.database).of(course).rooms)


def clean_code(typed: str) -> str | None:
    """A code as it is stored, from what a person typed: case, spaces and dashes do not matter.

    None where it cannot be a code.
    """
    letters = typed_letters(typed)
    sound = len(letters) == CODE_LENGTH and all(c in ALPHABET for c in letters)
    return letters if sound else None


def shown_code(code: str) -> str:
    """A code as people read it: in two halves."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def room_key(room: Room) -> str:
    """What only the address in a session's QR picture says besides the code: 40 bits.

    Whoever brings it has not guessed the code. It cannot be found from the code.
    """
    return hashlib.sha256(f"way in:{room.id}".encode()).hexdigest()[:10]


def seat_in(room: Room, token: str) -> str:
    """Whom a browser's random number stands for in this room.

    Another digest in each room: nothing in the database leads from one session of a person to
    the next, and nobody who reads it could answer for anybody.
    """
    return hashlib.sha256(f"{room.id}:{token}".encode()).hexdigest()[:32]
