"""The educator's passcode, who was let in with it, and how often it was tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from bme_quiz.storage.database import Database
from bme_quiz.storage.device_codes import Limits
from bme_quiz.storage.dialects import INSERT
from bme_quiz.storage.schema import educator_logins, educator_passcode, passcode_tries

_ONLY = 1


@dataclass(frozen=True, slots=True)
class Passcode:
    """The passcode as it is kept.

    Attributes:
        hash: scrypt's, with its parameters and salt.
        made: whether the program made it, and no person chose it.
    """

    hash: str
    made: bool


class EducatorLogins:
    """The educator's door. Every method may raise
    :class:`~bme_quiz.storage.errors.StorageError`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def passcode(self) -> Passcode | None:
        """The passcode; None where there is none yet."""
        return self._database.read(_kept)

    def keep_first(self, passcode: Passcode) -> bool:
        """Keep a passcode where there is none; whether it is the one that is kept now.

        Of programs that do so at once, one is told True.
        """

        def work(connection: Connection) -> bool:
            row = {"id": _ONLY, "hash": passcode.hash, "made": passcode.made}
            new = INSERT[self._database.dialect](educator_passcode)
            connection.execute(new.on_conflict_do_nothing(index_elements=["id"]), row)
            # Asked for, and not told by the number of rows: this may be the second time, after
            # a commit that arrived and whose acknowledgement did not.
            return _kept(connection) == passcode

        return self._database.write(work)

    def replace(self, passcode: Passcode) -> None:
        """Put a passcode in the place of another, and end all logins."""

        def work(connection: Connection) -> None:
            values = {"hash": passcode.hash, "made": passcode.made}
            new = INSERT[self._database.dialect](educator_passcode).values(id=_ONLY, **values)
            # First, so that whoever is being let in with the old one waits, and is refused.
            connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=values))
            connection.execute(delete(educator_logins))

        self._database.write(work)

    def may_try(self, who: str, now: datetime, since: datetime, limits: Limits) -> bool:
        """Whether one more try is allowed; it is counted where it is.

        Tries before ``since`` are forgotten. However many ask at once, and whichever process
        they ask, no more than ``limits`` are allowed.
        """

        def fits(connection: Connection) -> bool:
            count = select(func.count()).select_from(passcode_tries)
            count = count.where(passcode_tries.c.tried_at >= since)
            mine = connection.execute(count.where(passcode_tries.c.who == who)).scalar_one()
            return mine < limits.by_one and connection.execute(count).scalar_one() < limits.by_all

        def work(connection: Connection) -> bool:
            # Takes turns on PostgreSQL, where two could count at once; on SQLite they do anyway.
            connection.execute(select(educator_passcode.c.id).with_for_update())
            connection.execute(delete(passcode_tries).where(passcode_tries.c.tried_at < since))
            if not fits(connection):
                return False
            connection.execute(insert(passcode_tries), {"who": who, "tried_at": now})
            return True

        # Somebody who tries without end only reads, and keeps nobody else from writing.
        return self._database.read(fits) and self._database.write(work)

    def admit(
        self, used: Passcode, digest: str, who: str, now: datetime, expires_at: datetime
    ) -> bool:
        """Keep a login; False where ``used``, the passcode typed, has been replaced meanwhile.

        ``who`` was no guesser, so their tries are forgotten. So are logins that have expired.
        """

        def work(connection: Connection) -> bool:
            if _kept(connection, lock=True) != used:
                return False
            old = educator_logins.c.expires_at <= now
            connection.execute(delete(educator_logins).where(old))
            connection.execute(delete(passcode_tries).where(passcode_tries.c.who == who))
            new = INSERT[self._database.dialect](educator_logins).on_conflict_do_nothing()
            connection.execute(new, {"digest": digest, "expires_at": expires_at})
            return True

        return self._database.write(work)

    def is_open(self, digest: str, now: datetime) -> bool:
        """Whether a login is kept and has not expired: one look at one row."""
        found = select(educator_logins.c.expires_at).where(educator_logins.c.digest == digest)
        until = self._database.read(lambda c: c.execute(found).scalar())
        return until is not None and until > now

    def leave(self, digest: str) -> None:
        """End a login; nothing happens where there is none."""

        def work(connection: Connection) -> None:
            mine = educator_logins.c.digest == digest
            connection.execute(delete(educator_logins).where(mine))

        self._database.write(work)

    def forget(self, now: datetime, since: datetime) -> None:
        """Forget logins that have expired ``now``, and tries before ``since``."""

        def work(connection: Connection) -> None:
            old = educator_logins.c.expires_at <= now
            connection.execute(delete(educator_logins).where(old))
            connection.execute(delete(passcode_tries).where(passcode_tries.c.tried_at < since))

        self._database.write(work)


def _kept(connection: Connection, lock: bool = False) -> Passcode | None:
    found = select(educator_passcode.c.hash, educator_passcode.c.made)
    row = connection.execute(found.with_for_update() if lock else found).one_or_none()
    return None if row is None else Passcode(row.hash, row.made)
