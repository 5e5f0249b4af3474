"""Codes that carry a learner to another device: kept as digests, used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from bme_quiz.storage.database import Database
from bme_quiz.storage.review_records import hand_over
from bme_quiz.storage.schema import attempts, code_tries, device_codes, learners


@dataclass(frozen=True, slots=True)
class Limits:
    """How many codes may be tried since a moment: by one browser, and by all."""

    by_one: int
    by_all: int


class DeviceCodes:
    """The codes. Every method may raise :class:`~bme_quiz.storage.errors.StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, digest: str, learner: str, now: datetime, expires_at: datetime) -> bool:
        """Keep a code in place of this learner's earlier ones; False for an unknown learner."""

        def work(connection: Connection) -> bool:
            known = select(learners.c.id).where(learners.c.id == learner).with_for_update()
            if connection.execute(known).scalar() is None:
                return False
            outdated = (device_codes.c.learner == learner) | (device_codes.c.expires_at <= now)
            connection.execute(delete(device_codes).where(outdated))
            code = {"digest": digest, "learner": learner, "expires_at": expires_at}
            connection.execute(insert(device_codes), code)
            return True

        return self._database.write(work)

    def may_try(self, learner: str, now: datetime, since: datetime, limits: Limits) -> bool:
        """Whether one more try is allowed; it is counted where it is.

        Tries before ``since`` are forgotten.
        """

        def work(connection: Connection) -> bool:
            connection.execute(delete(code_tries).where(code_tries.c.tried_at < since))
            count = select(func.count()).select_from(code_tries)
            mine = connection.execute(count.where(code_tries.c.learner == learner)).scalar_one()
            if mine >= limits.by_one or connection.execute(count).scalar_one() >= limits.by_all:
                return False
            connection.execute(insert(code_tries), {"learner": learner, "tried_at": now})
            return True

        return self._database.write(work)

    def claim(self, digest: str, now: datetime, by: str) -> str | None:
        """The learner of a code, which is used up by this; None where it is not valid.

        What ``by``, the browser's learner until now, has practised goes over to the code's
        learner: the browser forgets its old id, and records that nobody holds the id of could
        never be erased by the person they are about.
        """

        def work(connection: Connection) -> str | None:
            taken = delete(device_codes).where(
                device_codes.c.digest == digest, device_codes.c.expires_at > now
            )
            found = connection.execute(taken.returning(device_codes.c.learner)).scalar()
            learner: str | None = found
            if learner is None or learner == by:
                return learner
            theirs = update(attempts).where(attempts.c.learner == by)
            connection.execute(theirs.values(learner=learner))
            hand_over(connection, by, learner)
            connection.execute(delete(learners).where(learners.c.id == by))
            return learner

        return self._database.write(work)
