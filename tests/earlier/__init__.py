"""A course and a database of the release before courses had an identity, as that release made them.

``version_0004.sql`` is the dump of its SQLite file: Anna (``A…``) in the middle of a quiz, with an
earlier one, cards and wishes; Ben (``B…``) with cards alone; a discussion that is over and a
session before and after a talk under way. ``statements.json`` has what that release writes to a
database while people use it, for each dialect.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    MetaData,
    NullPool,
    create_engine,
    insert,
    text,
)

from bme_quiz.storage import migrations

HERE = Path(__file__).parent
COURSE = HERE / "course"
ANNA, BEN = "A" * 22, "B" * 22
VERSION = "0004"


def write_sqlite(path: Path) -> None:
    """Make the SQLite file of that release."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((HERE / "version_0004.sql").read_text("utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")


def fill_postgres(address: str, made_elsewhere: Path) -> None:
    """Put the same rows into an empty PostgreSQL database, with the tables of that release.

    Args:
        made_elsewhere: where the SQLite file may be made on the way.
    """
    write_sqlite(made_elsewhere)
    engine = create_engine(address, poolclass=NullPool)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, VERSION)
        _copy_rows(made_elsewhere, connection)


def _copy_rows(path: Path, connection: Connection) -> None:
    metadata = MetaData()
    metadata.reflect(connection)
    with closing(sqlite3.connect(path)) as old:
        old.row_factory = sqlite3.Row
        for table in metadata.sorted_tables:
            if table.name == "alembic_version":
                continue
            rows = [
                {c.name: _value(c.type, row[c.name]) for c in table.columns}
                for row in old.execute(f'SELECT * FROM "{table.name}"')  # noqa: S608
            ]
            if not rows:
                continue
            connection.execute(insert(table), rows)
            (key,) = list(table.primary_key.columns)[:1]
            if str(key.type) == "BIGINT":
                setval = "SELECT setval(pg_get_serial_sequence(:t, :c), :n)"
                last = max(row[key.name] for row in rows)
                connection.execute(text(setval), {"t": table.name, "c": key.name, "n": last})


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Boolean):
        return bool(value)
    if isinstance(kind, JSON):
        return json.loads(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
