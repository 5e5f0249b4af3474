"""Options ``--database`` and ``--course`` of the keeper's commands, and opening what they name."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bme_quiz.cli.folder import add_folder, announce, named_folder
from bme_quiz.content.problems import ContentError
from bme_quiz.services.course import load_course
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
    """Add ``--course`` and ``--questions``, each of which names a course.

    Args:
        of: what of the course is meant, for the help.
    """
    parser.add_argument(
        "--course", metavar="ID", help=f"{of} of this course only (default: of every course)"
    )
    add_folder(parser, plain=False)


def add_needless_folder(parser: argparse.ArgumentParser) -> None:
    """Add ``--questions`` to a command that is about a database as a whole."""
    add_folder(parser, plain=False)


def say_whole_database(args: argparse.Namespace) -> None:
    """Say on standard error that a folder which is named changes nothing."""
    if (folder := named_folder(args)) is not None:
        announce(folder, sys.stderr)
        print("This command is about the whole database, whatever the course.", file=sys.stderr)


def course_keys(args: argparse.Namespace, store: Store) -> dict[str, str]:
    """The courses that are meant, their ids by their keys; what is of none has an empty id.

    Raises:
        ContentError: the database knows no course with the id that is named, or not the course in
            the folder that is named; or the two are not the same.
    """
    known = {one.key: one.id for one in store.shelf.registry.all()}
    wanted: str | None = args.course
    folder = named_folder(args)
    if folder is not None:
        key = store.shelf.find(load_course(folder))
        if key is None or key not in known:
            raise ContentError(
                f"The course in {folder} was never served on {store.database.place}."
            )
        if wanted not in (None, known[key]):
            raise ContentError(f"Two courses are named, '{wanted}' and the one in {folder}.")
        wanted = known[key]
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
        ContentError: as :func:`course_keys` does.
    """
    is_named = args.course is not None or named_folder(args) is not None
    return next(iter(course_keys(args, store))) if is_named else None


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
