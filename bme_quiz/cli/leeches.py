"""``bme-quiz leeches``: the cards that learners failed so often that they were set aside."""

from __future__ import annotations

import argparse
from typing import Any

from bme_quiz.cli import keeping
from bme_quiz.cli.folder import announce, course_folder, named_folder
from bme_quiz.rules.cards.scheduling import LEECH_AFTER
from bme_quiz.rules.wording import counted
from bme_quiz.services.course import load_course

_DESCRIPTION = f"""\
For authors: cards that at least one learner has failed {LEECH_AFTER} times. Such a card is not
shown to that learner any more; often its text is what is wrong. One line a card: how many learners
it is set aside with, of how many who have met it, its id and its front; in front of the id the
course's, where it is not the one in the settings."""


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser(
        "leeches", help="list flashcards that are failed too often", description=_DESCRIPTION
    )
    keeping.add_course_option(parser, "cards")
    keeping.add_database_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the cards, those with most learners first."""
    folder = course_folder(args)
    course = load_course(folder)
    if named_folder(args) is not None:
        announce(folder)
    deck = course.deck
    any_found = False
    with keeping.open_store(args) as store:
        here = store.shelf.find(course)
        for key, name in keeping.course_keys(args, store).items():
            for leech in store.of_key(key).review_records.leeches():
                any_found = True
                line = f"{leech.set_aside} of {counted(leech.learners, 'learner')}  "
                # What is of no course that is known may be of this one.
                if key == here or not name:
                    card = deck.by_id.get(leech.card)
                    front = card.front if card else "(not in the course any more)"
                    print(f"{line}{leech.card}  {front}")
                else:
                    print(f"{line}{name}: {leech.card}")
    if not any_found:
        print("No card is set aside.")
    return 0
