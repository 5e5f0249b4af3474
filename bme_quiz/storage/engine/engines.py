"""SQLAlchemy engines for the two databases that are supported, set up to lose nothing.

Measured on a two-core machine with SQLite: a burst of 30 answers through a connection each took
932 ms for the slowest, through one connection behind a lock 7.4 ms; and a transaction that reads
before it writes fails with "database is locked" by the thousand unless it takes the write lock
at its beginning. Hence one writing connection and ``BEGIN IMMEDIATE``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    PoolProxiedConnection,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import ArgumentError, DBAPIError

from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.engine.group_commit import ALONE, GroupCommit
from bme_quiz.storage.engine.log_files import NO_FILE, LogChangedError, LogFiles, identity_of
from bme_quiz.storage.engine.patience import Patience

T = TypeVar("T")

_EXAMPLES = "such as sqlite:////folder/quiz.db or postgresql+psycopg://name@server/quiz"
# Readers never write, so many may run at once; a page reads for less than a millisecond.
_READERS = 8
# An error's text goes to the log, where no learner's id may stand.
_ALWAYS = {"hide_parameters": True}


@dataclass(frozen=True, slots=True)
class Engines:
    """What a database is worked with.

    Attributes:
        reader: consistent snapshots, never writing.
        writer: connections that write; on SQLite a single one, used in ``turns``.
        file: the SQLite file and, as it was when opened, its device and inode.
        logs: the files beside it.
    """

    reader: Engine
    writer: Engine
    turns: GroupCommit | None = None
    file: tuple[Path, tuple[int, int]] | None = None
    logs: LogFiles = field(default_factory=LogFiles)
    patience: Patience = field(default_factory=Patience)

    def write(self, work: Callable[[Connection], T], wait: float) -> T:
        """Run ``work`` in a transaction that commits at its end, or leaves nothing behind.

        Raises:
            TimeoutError: its turn did not come within ``wait`` seconds.
            LogChangedError: SQLite's log was deleted or exchanged; nothing was written.
        """
        if self.turns is not None:
            return self.turns.run(work, wait)
        with self.writer.begin() as connection:
            return work(connection)

    def run_alone(self, statement: str, parameters: tuple[str, ...], wait: float) -> None:
        """Run one of SQLite's statements that may not stand in a transaction.

        Raises:
            TimeoutError: its turn did not come within ``wait`` seconds.
        """
        if self.turns is None:
            raise ValueError("only SQLite has statements of this kind")

        def work(connection: Connection) -> None:
            connection.exec_driver_sql(statement, parameters)

        self.turns.run(work, wait, alone=True)

    def empty_log(self, wait: float) -> bool:
        """Bring home what stands in SQLite's write-ahead log, and cut it; whether that was done.

        It is not while others go on reading what stands there. That another program does the same
        just now is waited for.

        Raises:
            TimeoutError: its turn did not come within ``wait`` seconds.
        """
        if self.turns is None:
            raise ValueError("only SQLite has a log of this kind")
        turns = self.turns

        def work(connection: Connection) -> bool:
            row = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            return bool(row[0] == 0)

        return self.patience.succeeds(lambda: turns.run(work, wait, alone=True), wait)

    def gone(self) -> bool:
        """Whether no file stands where the SQLite file was."""
        return self.file is not None and identity_of(self.file[0]) == NO_FILE

    def replaced(self) -> bool:
        """Whether another file now stands where the SQLite file was.

        The old one would still take answers, and lose them with its last open handle.
        """
        return self.file is not None and identity_of(self.file[0]) != self.file[1]

    def note_logs(self) -> None:
        """Note which log is in use, now that the database is open, and keep a hand on it.

        The writing connection is made here: only one that was there before the log was deleted
        could bring home what stands in it.
        """
        self.logs.note()
        if self.turns is not None and self.logs.are_known:
            with suppress(DBAPIError, TimeoutError):
                # A file that may not be written, or not now; the first answer says so.
                self.turns.run(lambda _: None, 0, alone=True)

    def remove_logs_of_replaced_file(self) -> None:
        """Remove what the old file, closed by now, left beside the new one.

        SQLite finds a write-ahead log by its name and would write what stands in it, pages of
        the old file, into the new one. Logs that came with the new file are let be.
        """
        self.logs.remove()

    def close(self) -> None:
        """Let go of all connections; nobody may be at work."""
        if self.turns is not None:
            self.turns.close()
        self.reader.dispose()
        self.writer.dispose()


def parse_url(text: str) -> URL:
    """The address of a database.

    Raises:
        StorageError: it is none, or one of a database that is not supported.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StorageError(
            f"The database's address is not one that can be read; give one {_EXAMPLES}."
        ) from None
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StorageError(
            f"A database of the kind '{backend}' is not known; give one {_EXAMPLES}."
        )
    if url.database in (None, "", ":memory:") or str(url.database).startswith("file:"):
        raise StorageError(
            "An SQLite database needs a file; give one such as sqlite:////folder/q.db."
        )
    return url.set(drivername="sqlite")


def place_of(url: URL) -> str:
    """The database as people know it: the file, or the address without its password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string(hide_password=True)


def make_engines(url: URL, wait: float, patience: Patience | None = None) -> Engines:
    """Engines for a database; the SQLite file is made where it is missing.

    Args:
        url: from :func:`parse_url`.
        wait: seconds to wait for a lock or a connection before giving up.
        patience: how to wait for locks that SQLite does not wait for itself.

    Raises:
        StorageError: the folder cannot be made, or the PostgreSQL driver is not installed.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, wait, patience or Patience())
    return _postgresql(url, wait)


def _sqlite(url: URL, wait: float, patience: Patience) -> Engines:
    path = Path(str(url.database)).absolute()
    _make_file(path)
    # SQLite follows a symbolic link to the file, and has its log beside that.
    real = path.resolve()
    logs = LogFiles(tuple(Path(f"{real}{ending}") for ending in ("-wal", "-shm")))
    connect_args = {"check_same_thread": False, "timeout": wait, "isolation_level": None}
    common: dict[str, Any] = {**_ALWAYS, "connect_args": connect_args, "pool_timeout": wait}
    writer = create_engine(url, pool_size=1, max_overflow=0, **common)
    reader = create_engine(url, pool_size=_READERS, max_overflow=4 * _READERS, **common)

    def prepare_writer(connection: Any, _record: object) -> None:
        patience.unlocked(lambda: _prepare_writer(connection), wait)

    def begin_writing(connection: PoolProxiedConnection) -> None:
        if connection.info.get(ALONE):
            return
        driver: Any = connection.driver_connection
        driver.execute("BEGIN IMMEDIATE")
        # Looked at by whoever holds the lock, so that nobody writes to a log that another program
        # has given up already.
        if logs.changed():
            driver.execute("ROLLBACK")
            raise LogChangedError
        logs.note()

    event.listen(writer, "connect", prepare_writer)
    # Where a dialect begins a transaction, which for SQLite does nothing by itself. As an event
    # that executes a statement it would cost a fifth of a whole answer.
    writer.dialect.do_begin = begin_writing  # type: ignore[method-assign,assignment]
    event.listen(reader, "connect", _prepare_reader)
    reader.dialect.do_begin = _begin_reading  # type: ignore[method-assign,assignment]
    return Engines(reader, writer, GroupCommit(writer), (path, identity_of(path)), logs, patience)


def _begin_reading(connection: PoolProxiedConnection) -> None:
    connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]


def _prepare_writer(connection: Any) -> None:
    for pragma in (
        "journal_mode = WAL",
        # With WAL, only FULL has the answer on the disk before it is acknowledged.
        "synchronous = FULL",
        "foreign_keys = ON",
        # What a learner erases is overwritten, not just marked as free.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _make_file(path: Path) -> None:
    """Make the file readable by its owner alone: the ids in it are as good as passwords."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except PermissionError:
        if path.is_file() and os.access(path, os.R_OK):
            return  # Readable at least; the first answer says that it cannot be written.
        raise StorageError(
            f"The database {path} cannot be written, because the file or its folder is read-only."
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StorageError(f"The database {path} cannot be opened ({reason}).") from None


def _postgresql(url: URL, wait: float) -> Engines:
    milliseconds = int(wait * 1000)
    connect_args = {
        "connect_timeout": max(2, int(wait)),
        "application_name": "bme-quiz",
        "options": (
            f"-c lock_timeout={milliseconds} -c statement_timeout={2 * milliseconds} "
            f"-c idle_in_transaction_session_timeout={4 * milliseconds}"
        ),
        # A server that vanished without a word is noticed in seconds, not in hours.
        "tcp_user_timeout": 2 * milliseconds,
    }
    common: dict[str, Any] = {
        **_ALWAYS,
        "connect_args": connect_args,
        "pool_timeout": wait,
        "pool_size": 8,
        "max_overflow": 8,
    }
    try:
        writer = create_engine(url, **common)
        reader = create_engine(
            url,
            isolation_level="REPEATABLE READ",
            **common,
        )
    except ModuleNotFoundError:
        raise StorageError(
            "PostgreSQL needs its driver; install it with: pip install 'psycopg[binary]>=3.2,<4'."
        ) from None
    return Engines(reader, writer)
