"""Attempts and responses in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Integer, and_, bindparam, case, func, select, update

from bme_quiz.content.bank import Question
from bme_quiz.rules.attempt import Attempt, Response, Turn
from bme_quiz.storage.attempt_rows import attempt_from_rows, attempt_row, text_value
from bme_quiz.storage.database import Database
from bme_quiz.storage.dialects import INSERT
from bme_quiz.storage.repository import Kept, Practised
from bme_quiz.storage.schema import attempts, learners, question_texts, responses
from bme_quiz.storage.values import letters_value

# A row for every learner who is known, with nothing of an attempt where there is none.
_LATEST = (
    select(attempts)
    .select_from(
        learners.outerjoin(
            attempts,
            and_(attempts.c.id == learners.c.current, attempts.c.learner == learners.c.id),
        )
    )
    .where(learners.c.id == bindparam("learner"))
)
_RESPONSES = (
    select(responses)
    .where(responses.c.attempt == bindparam("attempt"))
    .order_by(responses.c.number)
)
_OF_LEARNER = responses.join(attempts, responses.c.attempt == attempts.c.number)
_TIMES_ANSWERED = (
    select(responses.c.question, func.count())
    .select_from(_OF_LEARNER)
    .where(attempts.c.learner == bindparam("learner"))
    .group_by(responses.c.question)
)
_FIRST_TRIES = (
    select(responses.c.question, responses.c.mark, responses.c.answered_at)
    .select_from(_OF_LEARNER)
    .where(attempts.c.learner == bindparam("learner"), responses.c["try"] == 1)
    .order_by(responses.c.number)
)
_LAST_FIRST_TRIES = (
    select(func.max(responses.c.number))
    .select_from(_OF_LEARNER)
    .where(attempts.c.learner == bindparam("learner"), responses.c["try"] == 1)
    .group_by(responses.c.question)
)
_MISSED = (
    select(responses.c.question)
    .where(responses.c.number.in_(_LAST_FIRST_TRIES), responses.c.mark < 1.0)
    .order_by(responses.c.number)
)
_OWN_ATTEMPT = (
    attempts.c.id == bindparam("attempt_id"),
    attempts.c.learner == bindparam("owner"),
)
_IS_LATEST = (
    attempts.c.id
    == select(learners.c.current).where(learners.c.id == bindparam("owner")).scalar_subquery()
)
_HAS_RESPONSES = (
    select(func.count())
    .where(responses.c.attempt == attempts.c.number)
    .correlate(attempts)
    .scalar_subquery()
)
# The attempt as somebody knows it who knows ``after`` of its responses. They are never changed,
# so where as many are there, they are the same.
_AS_KNOWN = (
    attempts.c.ended.is_(False),
    _IS_LATEST,
    bindparam("after", type_=Integer) == _HAS_RESPONSES,
)
_END = update(attempts).where(*_OWN_ATTEMPT).values(ended=True)
_END_AS_KNOWN = _END.where(*_AS_KNOWN)
# Whoever asked for the results had left every explanation behind.
_TAKE_UP = (
    update(attempts)
    .where(*_OWN_ATTEMPT, attempts.c.ended.is_(True), _IS_LATEST)
    .values(ended=False, moved_on=_HAS_RESPONSES)
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


_LEAVE = _leave_statement()
_LEAVE_AS_KNOWN = _LEAVE.where(*_AS_KNOWN)


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


_ADD_RESPONSE = {
    dialect: _add_response_statement(dialect, attempts.c.ended.is_(False)) for dialect in INSERT
}
_ADD_RESPONSE_AS_KNOWN = {
    dialect: _add_response_statement(dialect, *_AS_KNOWN) for dialect in INSERT
}


class SqlAttempts:
    """An :class:`~bme_quiz.storage.repository.AttemptRepository` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, learner: str, attempt: Attempt, questions: Iterable[Question] = ()) -> None:
        insert = INSERT[self._database.dialect]
        texts = [
            {"revision": q.revision, "text": text_value(q)}
            # In one order for everybody: two learners who begin at once would otherwise each
            # wait for a row of the other's.
            for q in sorted(questions, key=lambda q: q.revision)
        ]
        row = attempt_row(learner, attempt)
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
                connection.execute(_BECOMES_LATEST, {"learner": learner, "attempt_id": attempt.id})
            if texts:
                connection.execute(insert(question_texts).on_conflict_do_nothing(), texts)

        self._database.write(work)

    def kept(self, learner: str) -> Kept:
        def work(connection: Connection) -> Kept:
            row = connection.execute(_LATEST, {"learner": learner}).one_or_none()
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
        statements = _ADD_RESPONSE if after is None else _ADD_RESPONSE_AS_KNOWN
        values = {
            "attempt_id": attempt_id,
            "owner": learner,
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
            "attempt_id": attempt_id,
            "owner": learner,
            "question": turn.question_id,
            "try_number": turn.try_number,
        }
        return self._write(_LEAVE if after is None else _LEAVE_AS_KNOWN, values, after)

    def end(self, learner: str, attempt_id: str, after: int | None = None) -> bool:
        values = {"attempt_id": attempt_id, "owner": learner}
        return self._write(_END if after is None else _END_AS_KNOWN, values, after)

    def take_up(self, learner: str, attempt_id: str) -> bool:
        return self._write(_TAKE_UP, {"attempt_id": attempt_id, "owner": learner}, None)

    def times_answered(self, learner: str) -> Mapping[str, int]:
        return self._database.read(
            lambda c: {row[0]: row[1] for row in c.execute(_TIMES_ANSWERED, {"learner": learner})}
        )

    def missed(self, learner: str) -> tuple[str, ...]:
        return self._database.read(
            lambda c: tuple(c.execute(_MISSED, {"learner": learner}).scalars())
        )

    def practised(self, learner: str) -> tuple[Practised, ...]:
        return self._database.read(
            lambda c: tuple(
                Practised(*row) for row in c.execute(_FIRST_TRIES, {"learner": learner})
            )
        )

    def _write(self, statement: Any, values: dict[str, Any], after: int | None) -> bool:
        """Whether the statement found its row."""
        if after is not None:
            values["after"] = after
        return self._database.write(lambda c: c.execute(statement, values).rowcount > 0)


_BECOMES_LATEST = (
    update(learners)
    .where(learners.c.id == bindparam("learner"))
    .values(current=bindparam("attempt_id"))
)
