"""Store: the repositories over one database, as one course uses them; opened once and shared."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from bme_quiz.services.course import Course
from bme_quiz.services.shelf import Shelf
from bme_quiz.storage.accounts.device_codes import DeviceCodes
from bme_quiz.storage.accounts.educators import EducatorLogins
from bme_quiz.storage.cards.review_records import ReviewRecords
from bme_quiz.storage.cards.reviews import SqlReviews
from bme_quiz.storage.courses import FIRST
from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.quiz.attempts import SqlAttempts
from bme_quiz.storage.quiz.records import Records
from bme_quiz.storage.rooms.rooms import SqlRooms


@dataclass(frozen=True, slots=True)
class Store:
    """One database and the repositories over it; shared by all threads.

    Attempts, cards and sessions are those of one course, by itself the first that was served on
    this database; :meth:`of` gives the store of another.

    Attributes:
        key: of that course, from ``storage.courses``.
    """

    database: Database
    attempts: SqlAttempts
    records: Records
    device_codes: DeviceCodes
    reviews: SqlReviews
    review_records: ReviewRecords
    rooms: SqlRooms
    educators: EducatorLogins
    shelf: Shelf
    key: str = FIRST

    def of(self, course: Course) -> Store:
        """The store as this course uses it; the course is entered where it was not before.

        Raises:
            ContentError: another course has its id on this database; one plain sentence.
            StorageError: the course was not entered yet, and the database cannot be used now.
        """
        return self.of_key(self.shelf.key(course))

    def of_key(self, key: str) -> Store:
        """The store of the course with this key."""
        return self if key == self.key else self.shelf.kept(key, self._made)

    def _made(self, key: str) -> Store:
        return _store(self.database, self.shelf, key)


def make_store(address: str) -> Store:
    """A store at an SQLAlchemy address; the database is opened at its first use.

    Raises:
        StorageError: the address is not one of a supported database.
    """
    database = Database(address)
    return _store(database, Shelf(database), FIRST)


def _store(database: Database, shelf: Shelf, key: str) -> Store:
    return Store(
        database,
        SqlAttempts(database, key),
        Records(database),
        DeviceCodes(database),
        SqlReviews(database, key),
        ReviewRecords(database, key),
        SqlRooms(database, key),
        EducatorLogins(database),
        shelf,
        key,
    )


_shared: dict[str, Store] = {}
_gate = threading.Lock()


def shared_store(address: str) -> Store:
    """The store at an address, the same for everything in this process.

    Raises:
        StorageError: the address is not one of a supported database.
    """
    found = _shared.get(address)
    if found is not None:
        return found
    with _gate:
        if address not in _shared:
            _shared[address] = make_store(address)
        return _shared[address]


def close_shared_stores() -> None:
    """Close the connections of every shared store; the next use of one opens it again.

    A connection that is dropped unclosed leaves SQLite's write-ahead log beside its file, and from
    Python 3.13 on is warned of.
    """
    with _gate:
        stores = list(_shared.values())
        _shared.clear()
    for store in stores:
        store.database.close()
