"""Translation of a database driver's errors to a sentence that says what to do about it."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from bme_quiz.storage.engine.errors import StorageError

# By SQLite's primary result code (https://sqlite.org/rescode.html).
_SQLITE = {
    sqlite3.SQLITE_FULL: "cannot grow, because the disk is full",
    sqlite3.SQLITE_BUSY: "is locked by another program",
    sqlite3.SQLITE_LOCKED: "is locked by another program",
    # Too many programs opened it at the same moment, for too long.
    sqlite3.SQLITE_PROTOCOL: "is locked by another program",
    sqlite3.SQLITE_READONLY: "cannot be written, because the file or its folder is read-only",
    sqlite3.SQLITE_PERM: "cannot be opened; look at the rights of the file and its folder",
    sqlite3.SQLITE_AUTH: "cannot be opened; look at the rights of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; look at the rights of the file and its folder",
    sqlite3.SQLITE_CORRUPT: "is damaged; stop the program and put a backup in its place",
    sqlite3.SQLITE_NOTADB: "is no SQLite database, or is damaged; put a backup in its place",
    sqlite3.SQLITE_IOERR: "cannot be read or written, because the disk reports an error",
}
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

# By SQLSTATE, or its first two letters (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL = {
    "53100": "cannot grow, because the server's disk is full",
    "53": "takes no more connections just now",
    "55P03": "is locked by another program",
    "57014": "takes too long to answer",
    "25006": "is read-only just now",
    "28": "refuses the name or the password",
    "3D": "does not exist on the server",
    "57": "is stopping or starting",
}


def storage_error(error: DBAPIError, place: str) -> StorageError | None:
    """The sentence for a failure of the database itself.

    Args:
        error: the driver's error, as SQLAlchemy wraps it.
        place: the database as people know it, without its password.

    Returns:
        None where the failure is not the database's but this program's (a wrong statement, a
        broken constraint), which a sentence about the database would only hide.
    """
    code = sqlite_code(error)
    if code is not None:
        reason = _SQLITE.get(code)
        return StorageError(f"The database {place} {reason}.") if reason else None
    state = getattr(error.orig, "sqlstate", None)
    if state:
        reason = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
        if reason:
            return StorageError(f"The database {place} {reason}.")
    if error.connection_invalidated or type(error.orig).__name__ == "OperationalError":
        return StorageError(f"The server of the database {place} does not answer.")
    return None


def sqlite_code(error: DBAPIError) -> int | None:
    """SQLite's primary result code, or None where the error is not SQLite's."""
    extended = getattr(error.orig, "sqlite_errorcode", None)
    return None if extended is None else int(extended) & 0xFF
