"""``bme-quiz purge``: forget what is older than it need be kept."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import Any

from bme_quiz.cli import keeping
from bme_quiz.cli.folder import announce, named_folder
from bme_quiz.rules.wording import counted
from bme_quiz.services.retention import purge
from bme_quiz.services.settings import parse_age

_DESCRIPTION = """\
Removes attempts that were begun longer ago than this and not answered since, learners of whom
nothing is left, and sessions in a room that were begun longer ago than this, with all their
answers. The setting BME_QUIZ_FORGET_AFTER does the same once a day."""


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser(
        "purge", help="forget old attempts and sessions", description=_DESCRIPTION
    )
    parser.add_argument(
        "--older-than",
        type=_age,
        required=True,
        metavar="AGE",
        help="a length of time such as 180d, 26w or 2y",
    )
    keeping.add_course_option(parser, "what is")
    keeping.add_database_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Forget, and say how much."""
    if (folder := named_folder(args)) is not None:
        announce(folder)
    with keeping.open_store(args) as store:
        course = keeping.course_key(args, store)
        purged = purge(store.records, args.older_than, datetime.now(UTC), course)
    print(
        f"Forgot {counted(purged.attempts, 'attempt')}, {counted(purged.learners, 'learner')} and "
        f"{counted(purged.sessions, 'session')}."
    )
    return 0


def _age(text: str) -> timedelta:
    try:
        return parse_age(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
