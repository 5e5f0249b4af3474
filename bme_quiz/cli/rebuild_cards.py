"""``bme-quiz rebuild-cards``: make every card's schedule anew from the log of reviews."""

from __future__ import annotations

import argparse
from typing import Any

from bme_quiz.cli import keeping
from bme_quiz.cli.folder import announce, named_folder
from bme_quiz.rules.wording import agreeing, counted

_DESCRIPTION = """\
The log of reviews is the truth; the schedules beside it are a cache that this command makes anew.
With --check nothing is changed, and the exit code is 1 where a schedule is not as the log says."""


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser(
        "rebuild-cards", help="make flashcards' schedules anew", description=_DESCRIPTION
    )
    parser.add_argument("--check", action="store_true", help="only compare, change nothing")
    keeping.add_course_option(parser, "schedules")
    keeping.add_database_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare or rebuild, learner by learner, and say how many schedules were wrong."""
    cards = differing = 0
    learners: set[str] = set()
    if (folder := named_folder(args)) is not None:
        announce(folder)
    with keeping.open_store(args) as store:
        for key in keeping.course_keys(args, store):
            records = store.of_key(key).review_records
            for learner in records.learners():
                learners.add(learner)
                one = records.compare(learner) if args.check else records.rebuild(learner)
                cards += one.cards
                differing += one.differing
    done = "Compared" if args.check else "Rebuilt"
    print(
        f"{done} {counted(cards, 'schedule')} of {counted(len(learners), 'learner')}; "
        f"{differing} {agreeing(differing, 'was', 'were')} wrong."
    )
    return 1 if args.check and differing else 0
