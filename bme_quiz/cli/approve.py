"""``bme-quiz approve``: record that a person has read rows against the article."""

from __future__ import annotations

import argparse
import getpass
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bme_quiz.cli.cells import with_cells
from bme_quiz.cli.check import CLEAN, COULD_NOT_RUN, PROBLEMS
from bme_quiz.cli.folder import add_folder, announce, course_folder, folders_among, in_folder
from bme_quiz.content.bank import Status, parse_bank, row_status
from bme_quiz.content.course import CourseFiles, read_course
from bme_quiz.content.problems import ContentError, Severity
from bme_quiz.content.table import Row
from bme_quiz.rules.checks.approval import Approval, written_name
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item
from bme_quiz.rules.checks.run import check

_DESCRIPTION = """\
Records that a person has read these questions against the article as it now stands, who and on
which day (UTC). Only the cells under 'checked' change. A question with an error other than a
changed article is not approved. The exit status is 0 where all were approved, 1 where some were
not, 2 where the command could not run."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "approve",
        help="record that a person has read questions against the article",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "ids",
        nargs="*",
        metavar="ID",
        help="questions that were read; the course's folder may stand among them",
    )
    parser.add_argument("--all", action="store_true", help="all questions were read")
    parser.add_argument(
        "--by", metavar="NAME", default="", help="who read them; default: your name in git, or here"
    )
    add_folder(parser, plain=False)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command; see the module for the exit status."""
    folders, ids = folders_among(args.ids)
    if bool(ids) == args.all:
        return _fail("name the questions that were read, or --all")
    folder = course_folder(args, folders)
    try:
        course = read_course(folder)
        known = {_id(row) for row in course.bank.rows}
        unknown = [name for name in ids if name not in known]
        if unknown:
            return _fail(f"{folder}: there is no question {', '.join(unknown)}")
        announce(folder)
        wanted = None if args.all else set(ids)
        return _approve(course, folder / course.bank.name, wanted, written_name(args.by))
    except ContentError as error:
        return _fail(in_folder(error, folder))
    except OSError as error:
        return _fail(f"{folder}: the bank cannot be written: {error.strerror}")


def _fail(message: str) -> int:
    print(f"bme-quiz approve: {message}", file=sys.stderr)
    return COULD_NOT_RUN


def _approve(course: CourseFiles, path: Path, ids: set[str] | None, named: str) -> int:
    faults = _faults(course)
    context = Context(course)
    by, today = named or written_name(_own_name()), datetime.now(UTC).date()
    cells: dict[int, str] = {}
    refused = 0
    for row in course.bank.rows:
        # What is never asked is approved only by name.
        wanted = row_status(row) is Status.ACTIVE if ids is None else _id(row) in ids
        if not wanted:
            continue
        if row.number in faults:
            refused += 1
            print(f"not approved: {_id(row) or f'row {row.number}'} ({faults[row.number]})")
            continue
        now = Approval.of(Item(row, context), context).signed(by, today)
        then = Approval.parse(row.cells["checked"])
        # Who approved first stays, unless somebody else is named.
        if then and then.is_of_the_same(now) and then.by and named in ("", then.by):
            continue
        cells[row.number] = str(now)
    if cells:
        data = path.read_bytes()
        if parse_bank(data, path.name).rows != course.bank.rows:
            raise ContentError(
                f"{path.name} was changed meanwhile; nothing was approved. Try again."
            )
        _write(path, with_cells(data, course.bank, "checked", cells))
    signed = f" by {by}" if cells else ""
    print(f"{len(cells)} approved{signed}{f', {refused} not' if refused else ''}")
    return PROBLEMS if refused else CLEAN


def _own_name() -> str:
    """Who runs the command: the name in git's settings, or of the account on this machine."""
    git = shutil.which("git")
    try:
        if git is not None:
            asked = subprocess.run(  # noqa: S603 - the program found, with fixed words
                [git, "config", "user.name"], capture_output=True, timeout=5, check=False
            )
            if name := asked.stdout.decode("utf-8", "replace").strip():
                return name
        return getpass.getuser()
    except (OSError, KeyError, subprocess.TimeoutExpired):
        return "somebody"


def _faults(course: CourseFiles) -> dict[int, str]:
    """Rows that cannot be approved: what a person must mend, rather than read, first."""
    report = check(course, ignore=["G07"])
    faults = dict.fromkeys(report.withheld, "see: bme-quiz check")
    for problem in report.problems:
        if problem.row in faults and problem.severity is Severity.ERROR:
            faults[problem.row] = f"{problem.code} {problem.message}"
    return faults


def _id(row: Row) -> str:
    return " ".join(row.cells["id"].split())


def _write(path: Path, data: bytes) -> None:
    """Write the file at once or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
