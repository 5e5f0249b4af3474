"""Database: opening it, transactions, and reopening by itself after a fault."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bme_quiz.storage.engine.engines import Engines, make_engines, parse_url, place_of
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.engine.faults import DAMAGED, sqlite_code, storage_error
from bme_quiz.storage.engine.log_files import LogChangedError
from bme_quiz.storage.engine.migrate import migrate
from bme_quiz.storage.engine.patience import Patience
from bme_quiz.storage.engine.schema import tries

T = TypeVar("T")
_LOG = logging.getLogger("bme_quiz.storage")


class Database:
    """A database by its SQLAlchemy address, shared by all threads of the process.

    It is opened, and brought to the present schema, at the first use that succeeds. A fault
    ends the one call that met it; the next call finds the database as it then is.

    Args:
        address: ``sqlite:////folder/quiz.db`` or ``postgresql+psycopg://…``.
        wait: seconds to wait for a lock or a connection before giving up.
        patience: how to wait for locks that SQLite does not wait for itself.

    Raises:
        StorageError: the address is not one of a supported database.
    """

    def __init__(self, address: str, wait: float = 5.0, patience: Patience | None = None) -> None:
        self.url = parse_url(address)
        self.place = place_of(self.url)
        self._wait = wait
        self._patience = patience
        self._gate = threading.Condition()
        self._running = 0
        self._damaged = False
        self._engines: Engines | None = None
        self.let_go = 0
        """How often it was closed: what is opened next may be another database."""

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.url.get_backend_name()

    def open(self) -> None:
        """Open the database now.

        Raises:
            StorageError: it cannot be opened, or a newer version of this program made it.
        """
        self.read(lambda _: None)

    def open_existing(self) -> None:
        """Open the database now, and do not make a file where there is none.

        Raises:
            StorageError: there is none, or :meth:`open` raises it.
        """
        if self.dialect == "sqlite" and not Path(str(self.url.database)).exists():
            raise StorageError(f"There is no database at {self.place}.")
        self.open()

    def ping(self) -> None:
        """Ask the database something that it must look up.

        Raises:
            StorageError: it does not answer.
        """
        self.read(lambda c: c.execute(text("SELECT version_num FROM alembic_version")).scalar_one())

    def try_writing(self) -> None:
        """Write something and take it away again, on the disk as an answer is.

        Raises:
            StorageError: nothing can be written now.
        """

        def work(connection: Connection) -> None:
            # In one transaction, so nobody ever sees the row; its commit waits for the disk.
            row = {"key": "a try at writing", "tried_at": datetime(2000, 1, 1, tzinfo=UTC)}
            number = connection.execute(insert(tries), row).inserted_primary_key
            if number is not None:
                connection.execute(delete(tries).where(tries.c.number == number[0]))

        self.write(work)

    def read(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` reads in one consistent snapshot.

        Raises:
            StorageError: the database cannot be used now.
        """

        def once(engines: Engines) -> T:
            with engines.reader.connect() as connection:
                return work(connection)

        return self._run(once)

    def write(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` returns, once its changes are safe on the disk.

        ``work`` may be called twice: after a failure of other work in the same transaction,
        and on a connection that turned out to be dead, which says nothing about whether the
        commit arrived. So everything written here can be repeated.

        Raises:
            StorageError: nothing was changed; the database cannot be used now.
        """

        def once(engines: Engines) -> T:
            return engines.write(work, self._wait)

        return self._run(once)

    def run_alone(self, statement: str, *parameters: str) -> None:
        """Run one of SQLite's statements that cannot stand in a transaction.

        Raises:
            StorageError: the database cannot be used now.
        """

        def once(engines: Engines) -> None:
            engines.run_alone(statement, parameters, self._wait)

        self._run(once)

    def empty_log(self) -> bool:
        """Empty SQLite's write-ahead log; False where others go on reading what stands in it.

        Raises:
            StorageError: the database cannot be used now.
        """
        return self._run(lambda engines: engines.empty_log(self._wait))

    def close(self) -> None:
        """Close all connections; the next use opens the database again."""
        with self._gate:
            self._gate.wait_for(lambda: self._running == 0, self._wait)
            self._let_go()

    def _run(self, once: Callable[[Engines], T]) -> T:
        try:
            return self._try(once)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise self._explained(error) from error.orig
            # The server was started anew since this connection was made.
        except LogChangedError:
            # Nothing was written; the next try opens the database again first.
            pass
        try:
            return self._try(once)
        except DBAPIError as error:
            raise self._explained(error) from error.orig
        except LogChangedError:
            raise StorageError(
                f"The database {self.place} loses its write-ahead log again and again; "
                "let be the file whose name ends in -wal."
            ) from None

    def _try(self, once: Callable[[Engines], T]) -> T:
        engines = self._enter()
        try:
            return once(engines)
        except (TimeoutError, PoolTimeoutError):
            raise StorageError(f"The database {self.place} has too much to do just now.") from None
        finally:
            with self._gate:
                self._running -= 1
                self._gate.notify_all()

    def _explained(self, error: DBAPIError) -> Exception:
        """The error to raise in place of SQLAlchemy's."""
        if sqlite_code(error) in DAMAGED:
            # Whatever was cached of the damaged file must not outlive it.
            self._damaged = True
        return storage_error(error, self.place) or error

    def _enter(self) -> Engines:
        """The engines, opened where needed; the caller counts as running from here on."""
        if not self._gate.acquire(timeout=self._wait):
            raise StorageError(f"The database {self.place} takes too long to open.")
        try:
            if self._engines is not None:
                self._look_after(self._engines)
            if self._engines is None:
                self._engines = self._opened()
            self._running += 1
            return self._engines
        finally:
            self._gate.release()

    def _look_after(self, engines: Engines) -> None:
        """Let go of a file that is damaged or no longer what was opened, so that what is there now
        can be opened."""
        replaced = engines.replaced()
        log_changed = engines.logs.changed()
        if not (self._damaged or replaced or log_changed):
            return
        if engines.gone():
            # An empty database in its place would take answers that the old one is missing
            # once the keeper, or the disk, has brought it back.
            raise StorageError(f"The database {self.place} is gone; put the file back.")
        # SQLite finds its write-ahead log by the file's name. While one connection to the old
        # file is open, a connection to the new one would take the old log for its own.
        if not self._gate.wait_for(lambda: self._running == 0, self._wait):
            raise StorageError(f"The database {self.place} takes too long to open.")
        if self._engines is not engines:
            return  # Another thread has seen to it meanwhile.
        if log_changed and not (self._damaged or replaced):
            self._bring_log_home(engines)
        else:
            _LOG.warning("opening %s again, which was damaged or replaced", self.place)
        self._let_go()
        if replaced:
            engines.remove_logs_of_replaced_file()

    def _bring_log_home(self, engines: Engines) -> None:
        """Write what stands in a log that was deleted, and is open here still, to the database.

        Raises:
            StorageError: that must wait, since others read what stands there.
        """
        try:
            if not engines.empty_log(self._wait):
                raise StorageError(f"The database {self.place} is locked by another program.")
        except TimeoutError:
            raise StorageError(f"The database {self.place} has too much to do just now.") from None
        except DBAPIError as error:
            _LOG.error(
                "the write-ahead log of %s was deleted or exchanged. Unless another program has "
                "saved what stood in it already, what was stored last is missing: %s",
                self.place,
                error.orig,
            )
        else:
            _LOG.warning(
                "the write-ahead log of %s was deleted or exchanged; what stood in it is saved, "
                "and the database is opened again",
                self.place,
            )

    def _let_go(self) -> None:
        if self._engines is not None:
            self._engines.close()
            self._engines = None
            self.let_go += 1
        self._damaged = False

    def _opened(self) -> Engines:
        engines = make_engines(self.url, self._wait, self._patience)
        try:
            migrate(engines.reader, engines.writer, self.place)
        except DBAPIError as error:
            engines.close()
            raise (storage_error(error, self.place) or error) from error.orig
        except BaseException:
            engines.close()
            raise
        engines.note_logs()
        return engines
