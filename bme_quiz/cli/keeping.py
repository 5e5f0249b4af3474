"""What the commands over the database share: which one is meant, and that it is there."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from bme_quiz.services.settings import read_settings
from bme_quiz.services.store import Store, make_store


def add_database_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--database``, which ``serve`` has too."""
    parser.add_argument(
        "--database",
        metavar="URL",
        default=argparse.SUPPRESS,
        help="which database, as an SQLAlchemy address (default: $BME_QUIZ_DATABASE, or the "
        "SQLite file among your own data)",
    )


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
