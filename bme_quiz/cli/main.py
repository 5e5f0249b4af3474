"""``python -m bme_quiz``: the program and its commands."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from bme_quiz.cli import (
    approve,
    backup,
    check,
    courses,
    find,
    leeches,
    new,
    passcode,
    publish,
    purge,
    rebuild_cards,
    responses,
    review_sheet,
    serve,
    suggest,
)
from bme_quiz.cli.folder import add_folder_before, take_words_behind, with_folder_named
from bme_quiz.content.problems import ContentError
from bme_quiz.storage.engine.errors import StorageError


class _Parser(argparse.ArgumentParser):
    """One clear line for a wrong word, in place of the usage in front of it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; its exit code comes back: 0 well, 1 problems found, 2 could not run."""
    parser = _Parser(prog="bme-quiz", description="A quiz that answers every option from the text.")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    add_folder_before(parser)
    serve.add_options(parser)
    serve.add_parser(commands)
    new.add_parser(commands)
    check.add_parser(commands)
    approve.add_parser(commands)
    find.add_parser(commands)
    suggest.add_parser(commands)
    publish.add_parser(commands)
    review_sheet.add_parser(commands)
    responses.add_parser(commands)
    backup.add_parser(commands)
    purge.add_parser(commands)
    rebuild_cards.add_parser(commands)
    leeches.add_parser(commands)
    courses.add_parser(commands)
    passcode.add_parser(commands)
    arguments = sys.argv[1:] if arguments is None else arguments
    arguments = with_folder_named(arguments, tuple(commands.choices), serve.FLAGS)
    chosen, rest = parser.parse_known_args(arguments)
    if unknown := take_words_behind(chosen, rest):
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    run = getattr(chosen, "run", serve.run)
    try:
        return int(run(chosen))
    except (ContentError, StorageError) as error:
        print(f"bme-quiz: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) went away: nothing is wrong.
        sys.stderr.close()
        return 0
