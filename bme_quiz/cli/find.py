"""``bme-quiz find``: the article's sentences that fit some words, ready to be quoted."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bme_quiz.cli.check import CLEAN, COULD_NOT_RUN, PROBLEMS, say
from bme_quiz.cli.folder import add_folder, announce, course_folder, in_folder
from bme_quiz.content.course import read_course
from bme_quiz.content.problems import ContentError
from bme_quiz.services.authoring.quotations import Found, Quotations

_LONGEST = 2_000
_MOST = 50
_DESCRIPTION = """\
Lists the sentences of the article that fit some words best, each with its section and the
questions that quote it already. Words that do not stand in the article are passed over, and
endings do not matter: the stem of a question and its key will do. The exit status is 0 where a
sentence was found, 1 where none was, 2 where the command could not run."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "find",
        help="find sentences of the article to quote",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", metavar="WORDS", help="in quotation marks, such as a key")
    add_folder(parser)
    parser.add_argument(
        "--most", type=int, default=3, metavar="N", help=f"sentences to list, 1 to {_MOST}"
    )
    parser.add_argument("--section", metavar="ID", help="search this section only")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command; see the module for the exit status."""
    folder = course_folder(args)
    try:
        course = read_course(folder)
    except ContentError as error:
        print(f"bme-quiz find: {in_folder(error, folder)}", file=sys.stderr)
        return COULD_NOT_RUN
    announce(folder)
    most = min(max(args.most, 1), _MOST)
    try:
        found = Quotations(course).find(args.words[:_LONGEST], most, args.section)
    except ContentError as error:
        print(f"bme-quiz find: {error}", file=sys.stderr)
        return COULD_NOT_RUN
    if not found:
        say("No sentence of the article has any of these words.")
        return PROBLEMS
    for number, one in enumerate(found):
        if number:
            say("")
        _show(one)
    return CLEAN


def _show(found: Found) -> None:
    say(f"section {found.section}")
    say(f"  {found.text}")
    if not found.is_quotable:
        say("  (cannot be quoted: the article has these words more than once)")
    say(f"  quoted by {', '.join(found.used_by)}" if found.used_by else "  quoted by no question")
