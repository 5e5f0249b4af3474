"""Repository of attempts and responses in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
    update,
)

from bme_quiz.content.bank import Question
from bme_quiz.rules.quiz.attempt import Attempt, Response, Turn
from bme_quiz.storage.engine.columns import letters_value
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.dialects import INSERT
from bme_quiz.storage.engine.schema import (
    attempts,
    learner_courses,
    learners,
    question_texts,
    responses,
)
from bme_quiz.storage.quiz.attempt_rows import attempt_from_rows, attempt_row, text_value
from bme_quiz.storage.quiz.repository import Kept, Practised

_RESPONSES = (
    select(responses)
    .where(responses.c.attempt == bindparam("attempt"))
    .order_by(responses.c.number)
)
_OF_LEARNER = responses.join(attempts, responses.c.attempt == attempts.c.number)
_MINE = (
    attempts.c.learner == bindparam("learner"),
    attempts.c.course == bindparam("of_course"),
)
_TIMES_ANSWERED = (
    select(responses.c.question, func.count())
    .select_from(_OF_LEARNER)
    .where(*_MINE)
    .group_by(responses.c.question)
)
_ANSWERED_IN = (
    select(responses.c.question, func.count())
    .select_from(_OF_LEARNER)
    # Kept as JSON text, letter for letter as it was written.
    .where(
        *_MINE,
        responses.c["try"] == 1,
        cast(attempts.c.sections, Text) == bindparam("of_sections", type_=Text),
    )
    .group_by(responses.c.question)
)
_FIRST_TRIES = (
    select(responses.c.question, responses.c.mark, responses.c.answered_at)
    .select_from(_OF_LEARNER)
    .where(*_MINE, responses.c["try"] == 1)
    .order_by(responses.c.number)
)
_LAST_FIRST_TRIES = (
    select(func.max(responses.c.number))
    .select_from(_OF_LEARNER)
    .where(*_MINE, responses.c["try"] == 1)
    .group_by(responses.c.question)
)
_FIRST_ANSWER = (
    select(responses.c.answered_at)
    .select_from(_OF_LEARNER)
    .where(*_MINE)
    .order_by(responses.c.number)
    .limit(1)
)
_MISSED = (
    select(responses.c.question)
    .where(responses.c.number.in_(_LAST_FIRST_TRIES), responses.c.mark < 1.0)
    .order_by(responses.c.number)
)
_OWN_ATTEMPT = (
    attempts.c.id == bindparam("attempt_id"),
    attempts.c.learner == bindparam("owner"),
    attempts.c.course == bindparam("of_course"),
)
_HAS_RESPONSES = (
    select(func.count())
    .where(responses.c.attempt == attempts.c.number)
    .correlate(attempts)
    .scalar_subquery()
)


def _leave_statement() -> Any:
    left = responses.alias("left_behind")
    this = responses.alias("this_turn")
    own = select(attempts.c.number).where(*_OWN_ATTEMPT).scalar_subquery()
    count = (
        select(func.count())
        .select_from(left.join(this, left.c.attempt == this.c.attempt))
        .where(
            this.c.attempt == own,
            this.c.question == bindparam("question"),
            this.c["try"] == bindparam("try_number"),
            left.c.number <= this.c.number,
        )
        .scalar_subquery()
    )
    # Only forward: a second tab that lags behind cannot undo what was done.
    forward = case((attempts.c.moved_on < count, count), else_=attempts.c.moved_on)
    return update(attempts).where(*_OWN_ATTEMPT).values(moved_on=forward)


def _add_response_statement(dialect: str, *conditions: Any) -> Any:
    """One statement that looks and writes: shorter to hold the lock for than two."""
    columns = ("question", "revision", "try", "ticked", "mark", "seconds", "answered_at")
    row = select(
        attempts.c.number,
        *(bindparam(name, type_=responses.c[name].type) for name in columns),
    ).where(*_OWN_ATTEMPT, *conditions)
    return (
        INSERT[dialect](responses)
        .from_select(("attempt", *columns), row)
        .on_conflict_do_nothing(index_elements=["attempt", "question", "try"])
        # Without it SQLAlchemy does not ask the driver how many rows an INSERT made.
        .execution_options(preserve_rowcount=True)
    )


_END = update(attempts).where(*_OWN_ATTEMPT).values(ended=True)
_LEAVE = _leave_statement()
_ADD_RESPONSE = {
    dialect: _add_response_statement(dialect, attempts.c.ended.is_(False)) for dialect in INSERT
}


@dataclass(frozen=True, slots=True)
class _OfLatest:
    """The statements that ask which attempt is the learner's latest in the course.

    Attributes:
        latest: a row for every learner who is known, with nothing of an attempt where there is
            none.
        end, leave, add_response: only where the attempt is as somebody knows it who knows
            ``after`` of its responses. They are never changed, so where as many are there, they
            are the same.
        becomes_latest: by dialect.
    """

    latest: Any
    end: Any
    leave: Any
    take_up: Any
    add_response: Mapping[str, Any]
    becomes_latest: Mapping[str, Any]


def _of_latest(source: Any, current: Any, of_owner: Any, becomes: Mapping[str, Any]) -> _OfLatest:
    """The statements, by where it stands which attempt that is.

    Args:
        source: learners, joined with what holds it.
        current: the column with the attempt's id.
        of_owner: that id, for the learner ``owner``.
        becomes: by dialect, what writes it.
    """
    is_latest = attempts.c.id == of_owner.scalar_subquery()
    as_known = (
        attempts.c.ended.is_(False),
        is_latest,
        bindparam("after", type_=Integer) == _HAS_RESPONSES,
    )
    is_current = and_(
        attempts.c.id == current,
        attempts.c.learner == learners.c.id,
        attempts.c.course == bindparam("of_course"),
    )
    return _OfLatest(
        latest=select(attempts)
        .select_from(source.outerjoin(attempts, is_current))
        .where(learners.c.id == bindparam("learner")),
        end=_END.where(*as_known),
        leave=_LEAVE.where(*as_known),
        # Whoever asked for the results had left every explanation behind.
        take_up=update(attempts)
        .where(*_OWN_ATTEMPT, attempts.c.ended.is_(True), is_latest)
        .values(ended=False, moved_on=_HAS_RESPONSES),
        add_response={dialect: _add_response_statement(dialect, *as_known) for dialect in INSERT},
        becomes_latest=becomes,
    )


def _in_first_course() -> _OfLatest:
    becomes = update(learners).where(learners.c.id == bindparam("learner"))
    return _of_latest(
        learners,
        learners.c.current,
        select(learners.c.current).where(learners.c.id == bindparam("owner")),
        dict.fromkeys(INSERT, becomes.values(current=bindparam("attempt_id"))),
    )


def _in_other_course() -> _OfLatest:
    there = learner_courses.c.course == bindparam("of_course")
    of_this = and_(learner_courses.c.learner == learners.c.id, there)
    becomes = {}
    for dialect, insert in INSERT.items():
        new = insert(learner_courses).values(
            learner=bindparam("learner"),
            course=bindparam("of_course"),
            current=bindparam("attempt_id"),
        )
        becomes[dialect] = new.on_conflict_do_update(
            index_elements=["learner", "course"], set_={"current": new.excluded.current}
        )
    return _of_latest(
        learners.outerjoin(learner_courses, of_this),
        learner_courses.c.current,
        select(learner_courses.c.current).where(
            learner_courses.c.learner == bindparam("owner"), there
        ),
        becomes,
    )


_FIRST, _OTHER = _in_first_course(), _in_other_course()


class SqlAttempts:
    """An :class:`~bme_quiz.storage.quiz.repository.AttemptRepository` in a database.

    Args:
        course: the key of the course, from ``storage.courses``.
    """

    def __init__(self, database: Database, course: str = "") -> None:
        self._database = database
        self._course = course
        self._statements = _OTHER if course else _FIRST

    def add(
        self,
        learner: str,
        attempt: Attempt,
        questions: Iterable[Question] = (),
        language: str | None = None,
    ) -> None:
        insert = INSERT[self._database.dialect]
        texts = [
            {"revision": q.revision, "text": text_value(q), "language": language}
            # In one order for everybody: two learners who begin at once would otherwise each
            # wait for a row of the other's.
            for q in sorted(questions, key=lambda q: q.revision)
        ]
        row = {**attempt_row(learner, attempt), "course": self._course}
        latest = {"learner": learner, "attempt_id": attempt.id}
        if self._course:
            latest["of_course"] = self._course
        becomes_latest = self._statements.becomes_latest[self._database.dialect]
        new = insert(attempts).on_conflict_do_nothing()
        new = new.execution_options(preserve_rowcount=True)
        known = insert(learners).values(id=learner)
        # An update that changes nothing: it locks the row, so that no purge takes the learner
        # away between this statement and the next. Set to itself is not the id: SQLite would look
        # through everything that refers to it.
        same = {"current": learners.c.current}
        known = known.on_conflict_do_update(index_elements=["id"], set_=same)

        def work(connection: Connection) -> None:
            connection.execute(known)
            added = connection.execute(new, row)
            if added.rowcount:
                connection.execute(becomes_latest, latest)
            if texts:
                connection.execute(insert(question_texts).on_conflict_do_nothing(), texts)

        self._database.write(work)

    def kept(self, learner: str) -> Kept:
        mine = self._mine(learner)

        def work(connection: Connection) -> Kept:
            row = connection.execute(self._statements.latest, mine).one_or_none()
            if row is None or row.number is None:
                return Kept(row is not None, None)
            given = connection.execute(_RESPONSES, {"attempt": row.number})
            return Kept(True, attempt_from_rows(row, given))

        return self._database.read(work)

    def latest(self, learner: str) -> Attempt | None:
        return self.kept(learner).latest

    def add_response(
        self,
        learner: str,
        attempt_id: str,
        response: Response,
        revision: str,
        after: int | None = None,
    ) -> bool:
        statements = _ADD_RESPONSE if after is None else self._statements.add_response
        values = {
            **self._own(learner, attempt_id),
            "question": response.turn.question_id,
            "revision": revision,
            "try": response.turn.try_number,
            "ticked": letters_value(response.ticked),
            "mark": response.mark,
            "seconds": response.seconds,
            "answered_at": response.answered_at,
        }
        return self._write(statements[self._database.dialect], values, after)

    def leave(self, learner: str, attempt_id: str, turn: Turn, after: int | None = None) -> bool:
        values = {
            **self._own(learner, attempt_id),
            "question": turn.question_id,
            "try_number": turn.try_number,
        }
        return self._write(_LEAVE if after is None else self._statements.leave, values, after)

    def end(self, learner: str, attempt_id: str, after: int | None = None) -> bool:
        values = self._own(learner, attempt_id)
        return self._write(_END if after is None else self._statements.end, values, after)

    def take_up(self, learner: str, attempt_id: str) -> bool:
        values = self._own(learner, attempt_id)
        return self._write(self._statements.take_up, values, None)

    def times_answered(self, learner: str) -> Mapping[str, int]:
        mine = self._mine(learner)
        return self._database.read(
            lambda c: {row[0]: row[1] for row in c.execute(_TIMES_ANSWERED, mine)}
        )

    def answered_in(self, learner: str, sections: tuple[str, ...]) -> Mapping[str, int]:
        mine = {**self._mine(learner), "of_sections": json.dumps(list(sections))}
        return self._database.read(
            lambda c: {row[0]: row[1] for row in c.execute(_ANSWERED_IN, mine)}
        )

    def missed(self, learner: str) -> tuple[str, ...]:
        mine = self._mine(learner)
        return self._database.read(lambda c: tuple(c.execute(_MISSED, mine).scalars()))

    def first_answer(self, learner: str) -> datetime | None:
        return self._database.read(lambda c: c.execute(_FIRST_ANSWER, self._mine(learner)).scalar())

    def practised(self, learner: str) -> tuple[Practised, ...]:
        mine = self._mine(learner)
        return self._database.read(
            lambda c: tuple(Practised(*row) for row in c.execute(_FIRST_TRIES, mine))
        )

    def _own(self, learner: str, attempt_id: str) -> dict[str, Any]:
        return {"attempt_id": attempt_id, "owner": learner, "of_course": self._course}

    def _mine(self, learner: str) -> dict[str, str]:
        return {"learner": learner, "of_course": self._course}

    def _write(self, statement: Any, values: dict[str, Any], after: int | None) -> bool:
        """Whether the statement found its row."""
        if after is not None:
            values["after"] = after
        return self._database.write(lambda c: c.execute(statement, values).rowcount > 0)
