"""``bme-quiz new``: a course to begin from."""

from __future__ import annotations

import argparse
from typing import Any

from bme_quiz.cli.folder import add_folder, announce, named_folder
from bme_quiz.content.problems import ContentError
from bme_quiz.services.authoring.new_course import make_course

_DESCRIPTION = """\
Makes a folder with a course to begin from: course.toml, an article of two short sections, and a
bank with an example of each kind of question, which learners never get. Nothing is overwritten: a
folder that is not empty is refused. The exit status is 0, or 2 where nothing was made."""


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser(
        "new",
        help="make a course to begin from",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument(
        "--xlsx",
        action="store_true",
        help="make the bank an Excel workbook, with lists to choose from, in place of a CSV file",
    )
    parser.add_argument(
        "--title",
        default="",
        metavar="WORDS",
        help="the course's title; default: the folder's name",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the course, and say what to do next."""
    folder = named_folder(args)
    if folder is None:
        raise ContentError("Name the folder to make, such as: bme-quiz new knee-pain")
    files = make_course(folder, title=args.title, workbook=args.xlsx)
    announce(folder)
    print(
        f"Made {', '.join(files)}.",
        f"1. Write your text into {files[1]}; keep the form of the headings.",
        f"2. Write your questions into {files[2]}, below the examples.",
        f'3. python -m bme_quiz check "{folder}"  tells what to mend.',
        sep="\n",
    )
    return 0
