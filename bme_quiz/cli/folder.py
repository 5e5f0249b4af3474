"""Course folder of a command: named before it or behind it, with ``--questions`` or without."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from bme_quiz.content.problems import ContentError
from bme_quiz.services import settings

_HELP = "the course's folder; default: $BME_QUIZ_QUESTIONS or ./questions"
_BEFORE, _BEHIND, _PLAIN = "questions", "questions_behind", "folder"


def add_folder(parser: argparse.ArgumentParser, *, plain: bool = True) -> None:
    """Let a command take its course's folder.

    Args:
        plain: whether it may stand there without ``--questions``.
    """
    if plain:
        parser.add_argument(_PLAIN, nargs="?", metavar="DIR", type=Path, help=_HELP)
    parser.add_argument(
        "--questions",
        dest=_BEHIND,
        metavar="DIR",
        type=Path,
        default=argparse.SUPPRESS,
        help="another way to name the folder" if plain else _HELP,
    )


def add_folder_before(parser: argparse.ArgumentParser) -> None:
    """Let the program take a folder in front of any command."""
    parser.add_argument(
        "--questions",
        dest=_BEFORE,
        metavar="DIR",
        type=Path,
        default=argparse.SUPPRESS,
        help="the course's folder, for every command",
    )


def with_folder_named(
    arguments: Sequence[str], commands: Sequence[str], flags: Sequence[str]
) -> list[str]:
    """The arguments, with ``--questions`` before a folder that stands in front of the command.

    Args:
        commands: the program's commands; one of them is never taken for a folder.
        flags: the program's options that take no value.
    """
    for place, word in enumerate(arguments):
        before = arguments[place - 1] if place else ""
        is_value = before.startswith("-") and "=" not in before and before not in flags
        if word.startswith("-") or is_value:
            continue
        if word not in commands and Path(word).is_dir():
            return [*arguments[:place], "--questions", *arguments[place:]]
        break
    return list(arguments)


def take_words_behind(args: argparse.Namespace, rest: Sequence[str]) -> list[str]:
    """Take words that stand behind options, which argparse leaves over: a folder, or a question's
    id; those that are left.

    Args:
        args: what was parsed; changed.
        rest: what was not.
    """
    left = []
    for word in rest:
        if word.startswith("-"):
            left.append(word)
        elif hasattr(args, "ids"):
            args.ids = [*args.ids, word]
        elif getattr(args, _PLAIN, word) is None:
            setattr(args, _PLAIN, Path(word))
        else:
            left.append(word)
    return left


def folders_among(words: Sequence[str]) -> tuple[list[Path], list[str]]:
    """Part words into folders and the rest: a question's id is neither a folder nor a path."""
    paths = [w for w in words if os.sep in w or "/" in w or Path(w).is_dir()]
    return [Path(path) for path in paths], [word for word in words if word not in paths]


def named_folder(args: argparse.Namespace, others: Sequence[Path] = ()) -> Path | None:
    """The folder that somebody named; None where nobody did.

    Args:
        others: further folders that were named.

    Raises:
        ContentError: two folders were named that are not the same.
    """
    given = [getattr(args, name, None) for name in (_BEFORE, _BEHIND, _PLAIN)]
    named = [folder for folder in (*given, *others) if folder is not None]
    if len({os.path.realpath(folder) for folder in named}) > 1:
        raise ContentError(
            f"Two folders are named, {named[0]} and {next(f for f in named if f != named[0])}; "
            "name one."
        )
    return named[0] if named else None


def course_folder(args: argparse.Namespace, others: Sequence[Path] = ()) -> Path:
    """The folder that is meant: the one named, the environment's, ./questions, or the package's.

    Raises:
        ContentError: two folders were named that are not the same.
    """
    named = named_folder(args, others)
    return named or settings.course_folder(os.environ.get(settings.ENV_QUESTIONS, "").strip())


def announce(folder: Path, out: TextIO | None = None) -> None:
    """Print which folder a command is about: the first line of its output.

    Args:
        out: standard output where not given; standard error where the output is for programs.
    """
    print(settings.folder_in_words(folder), file=out or sys.stdout, flush=True)


def in_folder(error: Exception, folder: Path) -> str:
    """What is wrong, with the folder that it is about."""
    text = str(error)
    return text if str(folder) in text else f"{folder}: {text}"
