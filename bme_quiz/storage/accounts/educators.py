"""Passcode hash and educator logins in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bme_quiz.storage.accounts.tries import Tries
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.dialects import INSERT
from bme_quiz.storage.engine.schema import educator_logins, educator_passcode

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
    :class:`~bme_quiz.storage.engine.errors.StorageError`.

    Attributes:
        tries: how often the passcode was tried.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.tries = Tries(database)

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

    def admit(self, used: Passcode, digest: str, now: datetime, expires_at: datetime) -> bool:
        """Keep a login; False where ``used``, the passcode typed, has been replaced meanwhile.

        Logins that have expired are forgotten.
        """

        def work(connection: Connection) -> bool:
            if _kept(connection, lock=True) != used:
                return False
            old = educator_logins.c.expires_at <= now
            connection.execute(delete(educator_logins).where(old))
            new = INSERT[self._database.dialect](educator_logins).on_conflict_do_nothing()
            connection.execute(new, {"digest": digest, "expires_at": expires_at})
            return True

        return self._database.write(work)

    def add_link(self, digest: str, now: datetime, expires_at: datetime) -> None:
        """Keep what lets somebody in once; it stands among the logins, and is no cookie's digest.

        Logins that have expired are forgotten.
        """

        def work(connection: Connection) -> None:
            old = educator_logins.c.expires_at <= now
            connection.execute(delete(educator_logins).where(old))
            new = INSERT[self._database.dialect](educator_logins).on_conflict_do_nothing()
            connection.execute(new, {"digest": digest, "expires_at": expires_at})

        self._database.write(work)

    def use_link(self, link: str, digest: str, now: datetime, expires_at: datetime) -> bool:
        """Keep a login in the place of a link; False where the link is used up or has expired."""

        def work(connection: Connection) -> bool:
            mine = (educator_logins.c.digest == link, educator_logins.c.expires_at > now)
            if not connection.execute(delete(educator_logins).where(*mine)).rowcount:
                return False
            new = INSERT[self._database.dialect](educator_logins)
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

    def forget(self, now: datetime) -> None:
        """Forget logins that have expired ``now``, and tries that no longer count."""
        old = educator_logins.c.expires_at <= now
        self._database.write(lambda c: c.execute(delete(educator_logins).where(old)))
        self.tries.forget(now)


def _kept(connection: Connection, lock: bool = False) -> Passcode | None:
    found = select(educator_passcode.c.hash, educator_passcode.c.made)
    row = connection.execute(found.with_for_update() if lock else found).one_or_none()
    return None if row is None else Passcode(row.hash, row.made)
