"""Options ``--database`` and ``--course`` of the keeper's commands, and opening what they name."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from bme_quiz.content.problems import ContentError
from bme_quiz.services.settings import read_settings
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.courses import FIRST


def add_database_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--database``, which ``serve`` has too."""
    parser.add_argument(
        "--database",
        metavar="URL",
        default=argparse.SUPPRESS,
        help="which database, as an SQLAlchemy address (default: $BME_QUIZ_DATABASE, or the "
        "SQLite file among your own data)",
    )


def add_course_option(parser: argparse.ArgumentParser, of: str) -> None:
    """Add ``--course``.

    Args:
        of: what of the course is meant, for the help.
    """
    parser.add_argument(
        "--course", metavar="ID", help=f"{of} of this course only (default: of every course)"
    )


def course_keys(args: argparse.Namespace, store: Store) -> dict[str, str]:
    """The courses that are meant, their ids by their keys; what is of none has an empty id.

    Raises:
        ContentError: the database knows no course with the id that is named.
    """
    known = {one.key: one.id for one in store.shelf.registry.all()}
    wanted: str | None = args.course
    if wanted is None:
        return {FIRST: "", **known}
    found = {key: name for key, name in known.items() if name == wanted}
    if not found:
        names = ", ".join(sorted(known.values())) or "none yet"
        raise ContentError(
            f"No course '{wanted}' was served on {store.database.place}; known are: {names}."
        )
    return found


def course_key(args: argparse.Namespace, store: Store) -> str | None:
    """The key of the course that is named; None where none is.

    Raises:
        ContentError: the database knows no course with that id.
    """
    return None if args.course is None else next(iter(course_keys(args, store)))


@contextmanager
def open_store(args: argparse.Namespace) -> Iterator[Store]:
    """The store that is meant, open; closed at the end of the block.

    Raises:
        StorageError: there is no such database, or it cannot be used.
    """
    store = make_store(getattr(args, "database", None) or read_settings().database)
    store.database.open_existing()
    try:
        yield store
    finally:
        store.database.close()
