"""Limited tries of passcodes and codes, counted in the database: processes share the counts, and a
restart forgets none."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, text, update

from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.schema import tries

WINDOW = timedelta(minutes=1)
"""The time after which a try no longer counts."""

# An advisory lock's name. Any will do, as long as every version of this program takes the same.
_LOCK = 0x626D655F74727973


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many tries one count may hold within :data:`WINDOW`.

    Attributes:
        key: the count's name, from :func:`key_of`.
        most: tries, 1 or more.
    """

    key: str
    most: int


def key_of(kind: str, who: str = "", salt: bytes = b"") -> str:
    """The name of a count, 32 signs: a digest that nobody can simply be read off.

    Args:
        kind: what is tried and what is counted.
        who: whose tries these are; empty for those of all.
        salt: at most 64 bytes.
    """
    return hashlib.blake2b(f"{kind}:{who}".encode(), key=salt, digest_size=16).hexdigest()


def code_tries_of(learner: str) -> str:
    """The name of the count of codes that one browser has tried."""
    return key_of("code of a browser", learner)


def forget_tries(connection: Connection, *keys: str) -> None:
    """Forget all tries of these counts."""
    connection.execute(delete(tries).where(tries.c.key.in_(keys)))


class Tries:
    """The counts. Every method may raise :class:`~bme_quiz.storage.engine.errors.StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, groups: Sequence[Sequence[Allowance]], now: datetime) -> tuple[str, ...] | None:
        """Count one more try; None, and nothing is counted, where that is one too many.

        However many ask at once, and whichever process they ask, no count exceeds its allowance.

        Args:
            groups: in each, the first allowance with room is used; one without any refuses the try.
            now: as the wall's clock says. A clock that was set back keeps nobody out for longer
                than :data:`WINDOW`: tries that lie ahead of it are taken to be of this moment.

        Returns:
            the counts that were used, for :meth:`forgive`.
        """
        keys = [allowance.key for group in groups for allowance in group]
        since = now - WINDOW

        def counted(connection: Connection) -> tuple[Mapping[str, int], bool]:
            found = select(tries.c.key, func.count(), func.max(tries.c.tried_at))
            found = found.where(tries.c.key.in_(keys), tries.c.tried_at >= since)
            rows = connection.execute(found.group_by(tries.c.key)).all()
            return {row[0]: row[1] for row in rows}, any(row[2] > now for row in rows)

        def might(connection: Connection) -> bool:
            counts, lie_ahead = counted(connection)
            return lie_ahead or _used(groups, counts) is not None

        def work(connection: Connection) -> tuple[str, ...] | None:
            if connection.dialect.name == "postgresql":
                # There two could count at once; SQLite's writers take turns anyway.
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execute(delete(tries).where(tries.c.tried_at < since))
            ahead = tries.c.tried_at > now
            connection.execute(update(tries).where(ahead).values(tried_at=now))
            used = _used(groups, counted(connection)[0])
            if used is not None:
                rows = [{"key": key, "tried_at": now} for key in used]
                connection.execute(insert(tries), rows)
            return used

        # Somebody who tries without end only reads, and keeps nobody else from writing.
        return self._database.write(work) if self._database.read(might) else None

    def forgive(self, used: Sequence[str], whose: str) -> None:
        """Take back one try of each of the counts ``used``, and of the count ``whose`` all."""

        def work(connection: Connection) -> None:
            forget_tries(connection, whose)
            for key in used:
                last = select(func.max(tries.c.number)).where(tries.c.key == key)
                connection.execute(delete(tries).where(tries.c.number == last.scalar_subquery()))

        self._database.write(work)

    def forget(self, now: datetime) -> None:
        """Forget the tries that no longer count."""
        before = tries.c.tried_at < now - WINDOW
        self._database.write(lambda c: c.execute(delete(tries).where(before)))


def _used(
    groups: Sequence[Sequence[Allowance]], counts: Mapping[str, int]
) -> tuple[str, ...] | None:
    """The counts that one more try uses; None where it is one too many."""
    used = []
    for group in groups:
        fits = [one.key for one in group if counts.get(one.key, 0) < one.most]
        if not fits:
            return None
        used.append(fits[0])
    return tuple(used)
