"""Migration of a database to the present schema at start, safe where several programs start."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.migrations import HEAD

_FOLDER = Path(__file__).parents[1] / "migrations"
# Any number will do, as long as every version of this program takes the same.
_LOCK = 0x626D655F7175697A


def migrate(reader: Engine, writer: Engine, place: str) -> None:
    """Run the steps that are missing; nothing is written or locked where none is.

    Args:
        reader: an engine to look with.
        writer: an engine whose transactions hold SQLite's write lock from their beginning.
        place: the database as people know it.

    Raises:
        StorageError: a newer version of this program made the database.
        sqlalchemy.exc.DBAPIError: the database cannot be used.
    """
    with reader.connect() as connection:
        if version(connection) == HEAD:
            return
    with writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Steps may take longer than an answer may.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        now = version(connection)
        if now != HEAD:
            _upgrade(connection, now, place)


def version(connection: Connection) -> str | None:
    """The number of the last step that the database has seen; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, now: str | None, place: str) -> None:
    # Only a new or an old database needs Alembic, which takes a fifth of a second to load.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    # Alembic reads its settings as an INI file, where a percent sign begins a variable.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if now is not None and now not in known:
        raise StorageError(
            f"The database {place} was made by a newer version of this program "
            f"(its schema is {now}, this version knows up to {HEAD}); update the program or "
            "name another database."
        )
    command.upgrade(config, "head")
