"""The store: everything that is kept, in one database."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from bme_quiz.storage.attempts import SqlAttempts
from bme_quiz.storage.database import Database
from bme_quiz.storage.device_codes import DeviceCodes
from bme_quiz.storage.educators import EducatorLogins
from bme_quiz.storage.records import Records
from bme_quiz.storage.review_records import ReviewRecords
from bme_quiz.storage.reviews import SqlReviews
from bme_quiz.storage.rooms import SqlRooms


@dataclass(frozen=True, slots=True)
class Store:
    """One database and the repositories over it; shared by all threads."""

    database: Database
    attempts: SqlAttempts
    records: Records
    device_codes: DeviceCodes
    reviews: SqlReviews
    review_records: ReviewRecords
    rooms: SqlRooms
    educators: EducatorLogins


def make_store(address: str) -> Store:
    """A store at an SQLAlchemy address; the database is opened at its first use.

    Raises:
        StorageError: the address is not one of a supported database.
    """
    database = Database(address)
    return Store(
        database,
        SqlAttempts(database),
        Records(database),
        DeviceCodes(database),
        SqlReviews(database),
        ReviewRecords(database),
        SqlRooms(database),
        EducatorLogins(database),
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
