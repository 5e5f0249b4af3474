"""``bme-quiz backup``: a consistent copy of the database while the server runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bme_quiz.cli import keeping
from bme_quiz.storage.engine.backup import backup

_DESCRIPTION = """\
Writes a copy of the database as it stands at one moment; the server may run on. Of an SQLite
database it is another SQLite file; of PostgreSQL it is what pg_dump makes, for pg_restore. A
backup holds what learners erase later: keep it only as long as you need it."""


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser(
        "backup", help="copy the database while the server runs", description=_DESCRIPTION
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a file that is not there yet")
    keeping.add_database_option(parser)
    keeping.add_needless_folder(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the copy."""
    keeping.say_whole_database(args)
    with keeping.open_store(args) as store:
        backup(store.database, args.file)
    print(f"Wrote {args.file}.")
    return 0
