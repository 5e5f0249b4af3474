"""``bme-quiz review-sheet``: the article's claims on paper, for a clinician."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bme_quiz.cli.folder import add_folder, announce, course_folder
from bme_quiz.content.course import read_course
from bme_quiz.content.problems import ContentError
from bme_quiz.services.authoring.review_sheet import review_sheet

_DESCRIPTION = """\
Writes a checklist in Markdown for a clinician: each claim of treatment, urgency and outlook in the
article with its sources, boxes to tick and a place to sign. Which sections are reviewed whole says
course.toml, under [review]. The same course always gives the same sheet."""


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser(
        "review-sheet", help="write a checklist for a clinician", description=_DESCRIPTION
    )
    add_folder(parser)
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="write to this file, not to standard output"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the sheet."""
    folder = course_folder(args)
    sheet = review_sheet(read_course(folder))
    announce(folder, sys.stderr if args.out is None else sys.stdout)
    if args.out is None:
        # On a terminal that knows fewer letters, the boxes are still to be seen.
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(sheet.encode(encoding, "replace").decode(encoding))
        return 0
    try:
        args.out.write_text(sheet, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ContentError(f"The sheet {args.out} cannot be written ({reason}).") from None
    print(f"Written: {args.out}")
    return 0
