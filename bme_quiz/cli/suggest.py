"""``bme-quiz suggest``: a copy of the bank with proposals where quotations are missing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bme_quiz.cli.cells import with_cells
from bme_quiz.cli.check import CLEAN, COULD_NOT_RUN, say
from bme_quiz.cli.folder import add_folder, announce, course_folder, in_folder
from bme_quiz.content.bank import LETTERS, parse_bank
from bme_quiz.content.course import read_course
from bme_quiz.content.problems import ContentError, Severity
from bme_quiz.content.table import BYTE_ORDER_MARK, Table
from bme_quiz.rules.passages import PROPOSED
from bme_quiz.rules.wording import counted
from bme_quiz.services.authoring.quotations import Suggestions, suggest

SUGGESTED = "bank-suggested"
_DESCRIPTION = f"""\
Writes a copy of the bank in which each empty quotation holds a proposal: the sentence of the
article that fits best. A proposal begins with '{PROPOSED.strip()}', and 'check' refuses it until
somebody has read it and taken that sign away. Cells that hold something stay as they are, and no
file is overwritten. The exit status is 0, or 2 where the command could not run."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "suggest",
        help="propose quotations in a copy of the bank",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help=f"the copy to write; default: {SUGGESTED}.csv or .xlsx in the folder",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command; see the module for the exit status."""
    folder = course_folder(args)
    try:
        course = read_course(folder)
    except ContentError as error:
        return _fail(in_folder(error, folder))
    announce(folder)
    bank = course.bank
    path = folder / bank.name
    out: Path = args.out or folder / f"{SUGGESTED}{path.suffix}"
    unread = [p for p in bank.problems if p.severity is Severity.ERROR and p.row != bank.header_row]
    if unread:
        return _fail(
            f"{unread[0].place}: {unread[0].message} Mend that first: what cannot be read would "
            "be missing from the copy."
        )
    found = suggest(course)
    if not found.proposed:
        say(f"Nothing to propose: no option of {bank.name} is without a quotation.")
        _say_passed_over(found)
        return CLEAN
    try:
        copy = _with_proposals(path.read_bytes(), bank, found)
        # Never over a file that is there: it may hold somebody's work.
        with out.open("xb") as file:
            file.write(copy)
    except ContentError as error:
        return _fail(in_folder(error, folder))
    except FileExistsError:
        return _fail(f"{out} is there already; name another file with --out, or move it away")
    except OSError as error:
        return _fail(f"{out} cannot be written: {error.strerror}")
    say(f"{out}: {counted(found.proposed, 'quotation')} proposed.")
    if found.silent:
        say(f"For {found.silent} of them no sentence was found; they say '{PROPOSED}-'.")
    _say_passed_over(found)
    say(
        f"Read each one. Where it holds, delete the '{PROPOSED.strip()}' in front; else quote "
        "another sentence, or write '-' for a wrong option that the article does not speak of."
    )
    return CLEAN


def _with_proposals(data: bytes, bank: Table, found: Suggestions) -> bytes:
    """The bank's own file with the proposals in it, all else as it is.

    Raises:
        ContentError: it was changed since it was read.
    """
    if parse_bank(data, bank.name).rows != bank.rows:
        raise ContentError(f"{bank.name} was changed meanwhile; nothing was written. Try again.")
    for letter in LETTERS:
        column = f"quote_{letter}"
        proposed = {
            row.number: row.cells[column]
            for before, row in zip(bank.rows, found.rows, strict=True)
            if row.cells[column] != before.cells[column]
        }
        if proposed:
            data = with_cells(data, parse_bank(data, bank.name), column, proposed)
    # The signs of other languages are shown as they are where Excel opens a CSV file.
    mark = BYTE_ORDER_MARK.encode()
    return data if bank.is_workbook or data.startswith(mark) else mark + data


def _say_passed_over(found: Suggestions) -> None:
    if found.passed_over:
        say(f"Without a stem or an answer, so passed over: {', '.join(found.passed_over)}.")


def _fail(message: str) -> int:
    print(f"bme-quiz suggest: {message}", file=sys.stderr)
    return COULD_NOT_RUN
