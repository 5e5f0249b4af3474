"""``bme-quiz courses``: list a database's courses; give old answers without a course to one."""

from __future__ import annotations

import argparse
from typing import Any

from bme_quiz.cli import keeping
from bme_quiz.content.problems import ContentError
from bme_quiz.rules.wording import counted

_DESCRIPTION = """\
Lists the courses that were served on the database, one a line: id and title. Answers of an earlier
version of this program say no course; they are given to the course that they were made with, which
is recognised by its questions. Where that could not be told, --claim ID gives them to this course.
Stop the server before."""


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser(
        "courses", help="list the courses of the database", description=_DESCRIPTION
    )
    parser.add_argument(
        "--claim", metavar="ID", help="give the answers that are of no course to this one"
    )
    keeping.add_database_option(parser)
    keeping.add_needless_folder(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List the courses, after a claim where one is made."""
    keeping.say_whole_database(args)
    with keeping.open_store(args) as store:
        registry = store.shelf.registry
        if args.claim is not None and not registry.claim(args.claim):
            known = {one.id for one in registry.all()}
            why = (
                "every answer on this database has its course"
                if args.claim in known
                else "no course with this id was served on this database"
            )
            raise ContentError(f"Nothing to claim for '{args.claim}': {why}.")
        found, left = registry.all(), registry.unclaimed()
    for one in found:
        print(f"{one.id}  {one.title}")
    if not found:
        print("No course was served on this database yet.")
    if left:
        print(
            f"Of no course: {counted(left.attempts, 'quiz', 'quizzes')}, "
            f"{counted(left.sessions, 'session')}, {counted(left.reviews, 'card review')}."
        )
    return 0
