"""``bme-quiz publish``: a new edition of a course."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from bme_quiz.cli.folder import add_folder, course_folder
from bme_quiz.services.authoring.publishing import publish

_DESCRIPTION = """\
Appends an edition to editions/ in the course's folder: its number, the day, a digest, and the
fingerprints of all sentences, questions and pictures. Refuses where the course has errors, or where
nothing has changed since the last edition. Learners get every edit at once, published or not; what
is edited after an edition is a draft of the next."""


def add_parser(commands: Any) -> None:
    """Add the command to the program's parser."""
    parser = commands.add_parser(
        "publish", help="publish a new edition of a course", description=_DESCRIPTION
    )
    add_folder(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Publish, and say which edition it is."""
    path = publish(course_folder(args).absolute(), datetime.now(UTC).date())
    print(f"Published edition {path.stem}: {path}")
    return 0
