"""``bme-quiz responses``: the anonymous responses, for item statistics and reports."""

from __future__ import annotations

import argparse
import io
import sys
from datetime import UTC, date, datetime
from typing import Any

from bme_quiz.cli import keeping
from bme_quiz.cli.folder import announce, named_folder
from bme_quiz.services.retention import anonymous_responses, write_csv, write_json
from bme_quiz.services.settings import parse_age

_DESCRIPTION = """\
Writes every response to standard output, one a row, without the learner: attempts have names
made up for this one export, and of the time only the day is given."""


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser(
        "responses", help="write the anonymous responses", description=_DESCRIPTION
    )
    parser.add_argument(
        "--since",
        type=_moment,
        metavar="WHEN",
        help="only responses since a day such as 2026-01-31 (UTC), or of the last 30d, 4w, 1y",
    )
    parser.add_argument("--format", choices=("csv", "json"), default="csv", help="default: csv")
    keeping.add_course_option(parser, "responses")
    keeping.add_database_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the responses."""
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper):
        # Whatever the terminal is set to: the file that this is sent to is UTF-8, and the CSV's
        # line ends are the CSV writer's.
        out.reconfigure(encoding="utf-8", newline="")
    if (folder := named_folder(args)) is not None:
        announce(folder, sys.stderr)
    with keeping.open_store(args) as store:
        course = keeping.course_key(args, store)
        rows = anonymous_responses(store.records, args.since, course=course)
        (write_json if args.format == "json" else write_csv)(rows, out)
        out.flush()
    return 0


def _moment(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
    except ValueError:
        pass
    try:
        return datetime.now(UTC) - parse_age(text)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"'{text}' is neither a day such as 2026-01-31 nor a length of time such as 30d"
        ) from None
