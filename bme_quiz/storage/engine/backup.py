"""A consistent copy of the database while others read and write it."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from bme_quiz.storage.engine.database import Database
from bme_quiz.storage.engine.errors import StorageError


def backup(database: Database, target: Path) -> None:
    """Write a copy of the database as it stands at one moment.

    SQLite: another SQLite file. PostgreSQL: what ``pg_dump`` makes, for ``pg_restore``. The file
    appears under its name only when it is whole and on the disk.

    Raises:
        StorageError: the file exists already or cannot be written, or the database cannot be
            read.
    """
    if target.exists():
        raise StorageError(f"{target} exists already; a backup never writes over a file.")
    part = target.with_name(target.name + ".part")
    try:
        # Made first and for its owner alone: the ids in a backup are as good as passwords.
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        if database.dialect == "sqlite":
            database.run_alone("VACUUM INTO ?", str(part))
        else:
            _pg_dump(database, part)
        with part.open("rb") as copy:
            os.fsync(copy.fileno())
        part.replace(target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StorageError(f"The backup {target} cannot be written ({reason}).") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _pg_dump(database: Database, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise StorageError(
            "A backup of PostgreSQL needs the program pg_dump; install the PostgreSQL client."
        )
    database.ping()
    url = database.url
    environ = dict(os.environ)
    if url.password:
        # Not in the address: other users of the machine can read a program's arguments.
        environ["PGPASSWORD"] = str(url.password)
    address = url.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(  # noqa: S603 - the program found, the address from the settings
        [program, "--format=custom", "--no-owner", f"--file={target}", f"--dbname={address}"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise StorageError(f"pg_dump could not copy the database: {lines[-1]}")
