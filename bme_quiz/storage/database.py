"""One database: opening it, transactions, and coming back by itself after a fault."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bme_quiz.storage.engines import Engines, make_engines, parse_url, place_of
from bme_quiz.storage.errors import StorageError
from bme_quiz.storage.faults import DAMAGED, sqlite_code, storage_error
from bme_quiz.storage.migrate import migrate

T = TypeVar("T")
_LOG = logging.getLogger("bme_quiz.storage")


class Database:
    """A database by its SQLAlchemy address, shared by all threads of the process.

    It is opened, and brought to the present schema, at the first use that succeeds. A fault
    ends the one call that met it; the next call finds the database as it then is.

    Args:
        address: ``sqlite:////folder/quiz.db`` or ``postgresql+psycopg://…``.
        wait: seconds to wait for a lock or a connection before giving up.

    Raises:
        StorageError: the address is not one of a supported database.
    """

    def __init__(self, address: str, wait: float = 5.0) -> None:
        self.url = parse_url(address)
        self.place = place_of(self.url)
        self._wait = wait
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
        try:
            return self._try(once)
        except DBAPIError as error:
            raise self._explained(error) from error.orig

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
            replaced = self._engines is not None and self._engines.replaced()
            if self._engines is not None and (self._damaged or replaced):
                self._retire(self._engines, replaced)
            if self._engines is None:
                self._engines = self._opened()
            self._running += 1
            return self._engines
        finally:
            self._gate.release()

    def _retire(self, engines: Engines, replaced: bool) -> None:
        """Let go of a damaged or replaced file, so that what is there now can be opened."""
        if engines.gone():
            # An empty database in its place would take answers that the old one is missing
            # once the keeper, or the disk, has brought it back.
            raise StorageError(f"The database {self.place} is gone; put the file back.")
        # SQLite finds its write-ahead log by the file's name. While one connection to the old
        # file is open, a connection to the new one would take the old log for its own.
        if not self._gate.wait_for(lambda: self._running == 0, self._wait):
            raise StorageError(f"The database {self.place} takes too long to open.")
        _LOG.warning("opening %s again, which was damaged or replaced", self.place)
        self._let_go()
        if replaced:
            engines.remove_logs_of_replaced_file()

    def _let_go(self) -> None:
        if self._engines is not None:
            self._engines.close()
            self._engines = None
            self.let_go += 1
        self._damaged = False

    def _opened(self) -> Engines:
        engines = make_engines(self.url, self._wait)
        try:
            migrate(engines.reader, engines.writer, self.place)
        except DBAPIError as error:
            engines.close()
            raise (storage_error(error, self.place) or error) from error.orig
        except BaseException:
            engines.close()
            raise
        return engines.with_logs()
