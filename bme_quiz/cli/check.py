"""``bme-quiz check``: prove a bank against its article and lint its writing."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bme_quiz.cli import check_output
from bme_quiz.cli.folder import add_folder, announce, course_folder, in_folder
from bme_quiz.content.course import CourseFiles, read_course
from bme_quiz.content.editions import with_published
from bme_quiz.content.problems import ContentError
from bme_quiz.rules.checks.registry import chosen, rule
from bme_quiz.rules.checks.run import Report, check
from bme_quiz.services.authoring.publishing import edition_state

CLEAN, PROBLEMS, COULD_NOT_RUN = 0, 1, 2

_DESCRIPTION = """\
Checks a folder with article.md and bank.csv. Errors withhold a question from learners;
warnings fail the check under --strict; notes are hints for a reviewer, shown with --notes.
The exit status is 0 where nothing fails, 1 where something does, 2 where the check could not
run."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "check",
        help="check a question bank against its article",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="default: text"
    )
    parser.add_argument(
        "--select",
        metavar="CODES",
        default="",
        help="report these rules only, such as W or G01,G02",
    )
    parser.add_argument("--ignore", metavar="CODES", default="", help="do not report these rules")
    parser.add_argument("--strict", action="store_true", help="warnings fail the check too")
    parser.add_argument("--notes", action="store_true", help="show notes too")
    parser.add_argument(
        "--coverage", action="store_true", help="print which sentences no question asks about"
    )
    parser.add_argument(
        "--fail-under",
        type=float,
        default=0.0,
        metavar="N",
        help="fail when less than N percent of the sentences are asked about",
    )
    parser.add_argument("--explain", metavar="CODE", help="print what a rule is for, and stop")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command; see the module for the exit status."""
    if args.explain:
        return _explain(args.explain)
    folder = course_folder(args)
    select, ignore = _codes(args.select), _codes(args.ignore)
    try:
        chosen(select, ignore)
    except ValueError as error:
        return _fail(str(error))
    try:
        course = with_published(folder, read_course(folder))
    except ContentError as error:
        return _fail(in_folder(error, folder))
    # What programs read begins with the first of their own lines.
    announce(folder, sys.stdout if args.format == "text" else sys.stderr)
    with ProgressLine() as progress:
        report = check(course, select=select, ignore=ignore, progress=progress)
    _print_report(args, folder, course, report)
    failed = bool(
        report.errors
        or (args.strict and report.warnings)
        or report.coverage.percent < args.fail_under
    )
    return PROBLEMS if failed else CLEAN


def _fail(message: str) -> int:
    print(f"bme-quiz check: {message}", file=sys.stderr)
    return COULD_NOT_RUN


def _print_report(
    args: argparse.Namespace, folder: Path, course: CourseFiles, report: Report
) -> None:
    if args.format == "json":
        say(check_output.as_json(report))
    elif args.format == "github":
        for line in check_output.github_lines(report, folder, notes=args.notes):
            say(line)
    elif args.coverage:
        for line in check_output.coverage_lines(report.coverage, args.fail_under):
            say(line)
    else:
        for line in check_output.text_lines(report, course, folder, notes=args.notes):
            say(line)
        if (edition := edition_state(folder, course)) is not None:
            say(edition.in_words)


def say(line: str) -> None:
    """Print a line that holds what stands in a file on a terminal that may not know its letters."""
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding))


def _codes(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _explain(code: str) -> int:
    found = rule(code)
    if found is None:
        return _fail(f"there is no rule {code!r}.")
    print(f"{found.code} {found.name} ({found.severity})\n\n{found.doc.summary}")
    if found.doc.detail:
        print(f"\n{found.doc.detail}")
    for name, text in found.doc.parts:
        print(f"\n{name}: {text}")
    return CLEAN


class ProgressLine:
    """A line on standard error that says how far the check is.

    It appears after a second, on a terminal only, and is wiped at the end.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start = self._last = clock()
        self._shown = False

    def __enter__(self) -> ProgressLine:
        return self

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if now - self._start < 1 or now - self._last < 0.1 or not sys.stderr.isatty():
            return
        self._last, self._shown = now, True
        bar = "#" * (30 * done // max(total, 1))
        print(f"\rchecking [{bar:<30}] {done:,} of {total:,} rows", end="", file=sys.stderr)
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr)
            sys.stderr.flush()
