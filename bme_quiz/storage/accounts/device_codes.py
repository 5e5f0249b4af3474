"""Device codes in the database: digests, used once; a claim joins both browsers' records."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bme_quiz.storage.accounts.tries import Tries
from bme_quiz.storage.cards.review_records import hand_over
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.schema import attempts, device_codes, learners


class DeviceCodes:
    """The codes. Every method may raise :class:`~bme_quiz.storage.engine.errors.StorageError`.

    Attributes:
        tries: how often codes were tried.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.tries = Tries(database)

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
